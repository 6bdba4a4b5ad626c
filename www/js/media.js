/**
 * Looks at a file before it is sent: what kind it is, its size in pixels, how long it plays.
 * A picture or a film that this browser cannot show goes out as a plain file.
 */

/**
 * @typedef {object} LocalFile
 * @property {"image" | "video" | "audio" | "voice" | "file"} kind
 * @property {Blob} blob
 * @property {string} name
 * @property {string} url an object address for previews; whoever drops the file revokes it
 * @property {number} [width]
 * @property {number} [height]
 * @property {number} [duration]
 */

/** How long a file may take to show its size before it is sent without. */
const PATIENCE_MS = 5000;

/**
 * @param {File} file
 * @returns {Promise<LocalFile>}
 */
export async function inspect(file) {
  const url = URL.createObjectURL(file);
  const name = file.name || `file.${file.type.split("/")[1] ?? "bin"}`;
  /** @type {LocalFile} */
  const plain = { kind: "file", blob: file, name, url };
  const kind = file.type.split("/", 1)[0];
  if (kind === "image") {
    const size = await imageSize(url);
    return size ? { ...plain, ...size, kind } : plain;
  }
  if (kind === "video" || kind === "audio") {
    const facts = await mediaFacts(kind, url);
    return facts
      ? { ...plain, ...facts, kind: facts.width || kind === "audio" ? kind : "audio" }
      : plain;
  }
  return plain;
}

/**
 * A recording of one's own voice; how long it is, the recorder knows best.
 *
 * @param {Blob} blob
 * @param {number} duration in seconds
 * @returns {LocalFile}
 */
export function recording(blob, duration) {
  const ending = /mp4/.test(blob.type) ? "m4a" : /ogg/.test(blob.type) ? "ogg" : "webm";
  const stamp = new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-");
  const url = URL.createObjectURL(blob);
  return { kind: "voice", blob, name: `voice-${stamp}.${ending}`, url, duration };
}

/**
 * @param {string} url
 * @returns {Promise<{width?: number, height?: number} | null>} null: this is no picture
 */
async function imageSize(url) {
  const img = new Image();
  img.src = url;
  try {
    await withPatience(img.decode());
  } catch {
    return null;
  }
  // A drawing without a size of its own is still a picture.
  return img.naturalWidth > 0 ? { width: img.naturalWidth, height: img.naturalHeight } : {};
}

/**
 * @param {"video" | "audio"} kind
 * @param {string} url
 * @returns {Promise<{width?: number, height?: number, duration?: number} | null>}
 */
async function mediaFacts(kind, url) {
  const media = document.createElement(kind);
  media.preload = "metadata";
  media.muted = true;
  const loaded = happening(media, "loadedmetadata");
  media.src = url;
  try {
    await withPatience(loaded);
    // Recordings made in a browser often do not say how long they are until one looks at the end.
    if (media.duration === Infinity) {
      const known = happening(media, "durationchange");
      media.currentTime = 1e7;
      await withPatience(known).catch(() => {});
    }
  } catch {
    return null;
  }
  /** @type {{width?: number, height?: number, duration?: number}} */
  const facts = {};
  if (media instanceof HTMLVideoElement && media.videoWidth > 0) {
    facts.width = media.videoWidth;
    facts.height = media.videoHeight;
  }
  if (Number.isFinite(media.duration) && media.duration > 0) facts.duration = media.duration;
  media.removeAttribute("src");
  media.load();
  return facts;
}

/**
 * @param {HTMLMediaElement} media
 * @param {string} event
 * @returns {Promise<void>}
 */
function happening(media, event) {
  return new Promise((done, failed) => {
    media.addEventListener(event, () => done(), { once: true });
    media.addEventListener("error", () => failed(media.error), { once: true });
  });
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function withPatience(promise) {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error("The file took too long.")), PATIENCE_MS);
    promise.then(done, failed).finally(() => clearTimeout(timer));
  });
}
