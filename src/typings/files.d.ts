// <talk-session>
// Files: what uploads take and give.

/** The bytes of an upload. Prefer a `Blob` or `File`: the browser sends it without copying it. */
export type UploadData = Blob | Uint8Array | ArrayBuffer;

/**
 * Stands for an uploaded file when you send it. Comes from an upload or from a received file.
 *
 * Its content is the service's own affair: do not look inside, make one up or keep it for long.
 */
export type FileToken = string & {
  /** Exists for the type checker only: it keeps ordinary strings out. */
  readonly __tag: Record<"TalkJS Encoded File Token", true>;
};

/** What the service should know about a file, for {@link TalkSession.uploadFile}. */
export interface GenericFileMetadata {
  /** The name to show, with its extension. */
  filename: string;
}

/** What the service should know about a picture, for {@link TalkSession.uploadImage}. */
export interface ImageFileMetadata {
  /** The name to show, with its extension. */
  filename: string;

  /** The width in pixels, if you know it. */
  width?: number;

  /** The height in pixels, if you know it. */
  height?: number;
}

/** What the service should know about a video, for {@link TalkSession.uploadVideo}. */
export interface VideoFileMetadata {
  /** The name to show, with its extension. */
  filename: string;

  /** The width in pixels, if you know it. */
  width?: number;

  /** The height in pixels, if you know it. */
  height?: number;

  /** The length in seconds, if you know it. */
  duration?: number;
}

/** What the service should know about a sound, for {@link TalkSession.uploadAudio}. */
export interface AudioFileMetadata {
  /** The name to show, with its extension. */
  filename: string;

  /** The length in seconds, if you know it. */
  duration?: number;
}

/** What the service should know about a voice message, for {@link TalkSession.uploadVoice}. */
export interface VoiceRecordingFileMetadata {
  /** The name to show, with its extension. */
  filename: string;

  /** The length in seconds, if you know it. */
  duration?: number;
}
// </talk-session>
