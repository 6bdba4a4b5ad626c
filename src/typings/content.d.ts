// <talk-session>
// The content of messages: blocks, and the nodes of a text.

/**
 * One part of a received message: text, a file or a location. Its `type` says which.
 *
 * ```ts
 * import type { ContentBlock } from "talk-session";
 *
 * function describe(block: ContentBlock): string {
 *   switch (block.type) {
 *     case "text":
 *       return "text";
 *     case "file":
 *       return `${block.filename}, ${block.size} bytes`;
 *     case "location":
 *       return `${block.latitude}, ${block.longitude}`;
 *   }
 * }
 * ```
 */
export type ContentBlock = TextBlock | FileBlock | LocationBlock;

/**
 * One part of a message to send: text, an uploaded file or a location.
 *
 * A received {@link ContentBlock} is one too, so that a message can be passed on as it is.
 */
export type SendContentBlock = TextBlock | SendFileBlock | LocationBlock;

/** A stretch of text, formatted or not. */
export interface TextBlock {
  /** Tells a text from the other kinds of block. */
  readonly type: "text";

  /** The pieces of the text, in reading order. Unformatted text is one plain string. */
  readonly children: TextNode[];
}

/**
 * A received file. Its `subtype` says of which kind it is; a plain file has none.
 *
 * Treat a `subtype` that you do not know like a plain file.
 */
export type FileBlock = VideoBlock | ImageBlock | AudioBlock | VoiceBlock | GenericFileBlock;

/** A file to send, uploaded before. A received {@link FileBlock} fits as well. */
export interface SendFileBlock {
  /** Tells a file from the other kinds of block. */
  type: "file";

  /** What an upload resolved with, or the token of a file that you received. */
  fileToken: FileToken;
}

/** A file without anything known beyond its name and size. */
export interface GenericFileBlock {
  /** Tells a file from the other kinds of block. */
  readonly type: "file";

  /** Never there on a plain file. */
  readonly subtype?: never;

  /** Pass it to `send` to send the same file again. */
  readonly fileToken: FileToken;

  /** Where to download the file. */
  readonly url: string;

  /** The size in bytes. */
  readonly size: number;

  /** The name, with its extension. */
  readonly filename: string;
}

/** A picture. */
export interface ImageBlock {
  /** Tells a file from the other kinds of block. */
  readonly type: "file";

  /** Tells a picture from the other kinds of file. */
  readonly subtype: "image";

  /** Pass it to `send` to send the same picture again. */
  readonly fileToken: FileToken;

  /** Where to load the picture from. */
  readonly url: string;

  /** The size in bytes. */
  readonly size: number;

  /** The name, with its extension. */
  readonly filename: string;

  /** The width in pixels, if the sender gave it. */
  readonly width?: number;

  /** The height in pixels, if the sender gave it. */
  readonly height?: number;
}

/** A video. */
export interface VideoBlock {
  /** Tells a file from the other kinds of block. */
  readonly type: "file";

  /** Tells a video from the other kinds of file. */
  readonly subtype: "video";

  /** Pass it to `send` to send the same video again. */
  readonly fileToken: FileToken;

  /** Where to load the video from. */
  readonly url: string;

  /** The size in bytes. */
  readonly size: number;

  /** The name, with its extension. */
  readonly filename: string;

  /** The width in pixels, if the sender gave it. */
  readonly width?: number;

  /** The height in pixels, if the sender gave it. */
  readonly height?: number;

  /** The length in seconds, if the sender gave it. */
  readonly duration?: number;
}

/** Music or another sound. What somebody spoke into the chat is a {@link VoiceBlock}. */
export interface AudioBlock {
  /** Tells a file from the other kinds of block. */
  readonly type: "file";

  /** Tells a sound from the other kinds of file. */
  readonly subtype: "audio";

  /** Pass it to `send` to send the same sound again. */
  readonly fileToken: FileToken;

  /** Where to load the sound from. */
  readonly url: string;

  /** The size in bytes. */
  readonly size: number;

  /** The name, with its extension. */
  readonly filename: string;

  /** The length in seconds, if the sender gave it. */
  readonly duration?: number;
}

/** A voice message. Technically the same as an {@link AudioBlock}, but shown in its own way. */
export interface VoiceBlock {
  /** Tells a file from the other kinds of block. */
  readonly type: "file";

  /** Tells a voice message from the other kinds of file. */
  readonly subtype: "voice";

  /** Pass it to `send` to send the same recording again. */
  readonly fileToken: FileToken;

  /** Where to load the recording from. */
  readonly url: string;

  /** The size in bytes. */
  readonly size: number;

  /** The name, with its extension. */
  readonly filename: string;

  /** The length in seconds, if the sender gave it. */
  readonly duration?: number;
}

/** A place on Earth. */
export interface LocationBlock {
  /** Tells a location from the other kinds of block. */
  readonly type: "location";

  /** Degrees north of the equator: from -90 (south pole) to 90 (north pole). */
  readonly latitude: number;

  /** Degrees east of Greenwich, from -180 to 180. */
  readonly longitude: number;
}

/**
 * One piece of a text: a plain string, or an object whose `type` says what it is.
 *
 * Every object has either `children` or `text`, so that a type you do not know can still be read:
 *
 * ```ts
 * import type { TextNode } from "talk-session";
 *
 * function plain(node: TextNode): string {
 *   if (typeof node === "string") return node;
 *   return "text" in node ? node.text : node.children.map(plain).join("");
 * }
 * ```
 */
export type TextNode =
  | string
  | MarkupNode
  | BulletListNode
  | BulletPointNode
  | CodeSpanNode
  | LinkNode
  | AutoLinkNode
  | ActionLinkNode
  | ActionButtonNode
  | CustomEmojiNode
  | MentionNode;

/** Text in bold, in italics or struck through. */
export interface MarkupNode {
  /** Which of the three styles. */
  readonly type: "bold" | "italic" | "strikethrough";

  /** What the style applies to. */
  readonly children: TextNode[];
}

/** A list with bullets. */
export interface BulletListNode {
  /** Tells a list from the other kinds of node. */
  readonly type: "bulletList";

  /** The points of the list, as {@link BulletPointNode}s. */
  readonly children: TextNode[];
}

/** One point of a list. */
export interface BulletPointNode {
  /** Tells a point of a list from the other kinds of node. */
  readonly type: "bulletPoint";

  /** The text of the point. */
  readonly children: TextNode[];
}

/** Text to show letter by letter, in a typewriter font. */
export interface CodeSpanNode {
  /** Tells code from the other kinds of node. */
  readonly type: "codeSpan";

  /** The code, without any formatting of its own. */
  readonly text: string;
}

/** A link with a text of its own choice. Users may send it only where the app allows it. */
export interface LinkNode {
  /** Tells a link from the other kinds of node. */
  readonly type: "link";

  /** Where the link leads. */
  readonly url: string;

  /** What to show as the link. */
  readonly children: TextNode[];
}

/**
 * A web or e-mail address or a phone number that somebody wrote in a text, made into a link.
 *
 * Text and target must belong together, or the service refuses the message: nobody is led elsewhere
 * than the text says.
 */
export interface AutoLinkNode {
  /** Tells a link of this kind from the other kinds of node. */
  readonly type: "autoLink";

  /** Where the link leads: an `https:`, `http:`, `mailto:` or `tel:` address. */
  readonly url: string;

  /** What the user wrote, to show as the link. */
  readonly text: string;
}

/** A link that starts an action of your app. Users may send it only where the app allows it. */
export interface ActionLinkNode {
  /** Tells an action link from the other kinds of node. */
  readonly type: "actionLink";

  /** The name of the action. */
  readonly action: string;

  /** Values for the action. */
  readonly params: Record<string, string>;

  /** What to show as the link. */
  readonly children: TextNode[];
}

/** A button that starts an action of your app. Users may send it only where the app allows it. */
export interface ActionButtonNode {
  /** Tells an action button from the other kinds of node. */
  readonly type: "actionButton";

  /** The name of the action. */
  readonly action: string;

  /** Values for the action. */
  readonly params: Record<string, string>;

  /** What to show on the button. */
  readonly children: TextNode[];
}

/** An emoji that the app has defined itself. */
export interface CustomEmojiNode {
  /** Tells a custom emoji from the other kinds of node. */
  readonly type: "customEmoji";

  /** The emoji's name between colons, such as `":party:"`. */
  readonly text: string;
}

/** Somebody mentioned by name. */
export interface MentionNode {
  /** Tells a mention from the other kinds of node. */
  readonly type: "mention";

  /** The ID of the mentioned user. */
  readonly id: string;

  /** The name to show, without an `@`. */
  readonly text: string;
}
// </talk-session>
