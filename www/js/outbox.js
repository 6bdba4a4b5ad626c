/**
 * Messages on their way out. Each is an immutable draft that shows up in the conversation at
 * once; a new object takes its place whenever its state changes. A draft carries a key inside
 * the message's custom data, so that the message which comes back is known for the same one
 * and takes over its bubble.
 */

/** @import {FileToken, MessageSnapshot, TalkSession} from "talk-session" */
/** @import {LocalFile} from "./media.js" */

import { isTalkError } from "talk-session";

/**
 * @typedef {object} Draft
 * @property {string} key
 * @property {string} conversationId
 * @property {number} createdAt
 * @property {string | null} text
 * @property {LocalFile | null} file
 * @property {MessageSnapshot | null} replyTo
 * @property {"uploading" | "sending" | "sent" | "failed"} state
 * @property {string} error what went wrong, in words
 * @property {FileToken | null} token so that trying again does not upload again
 */

/** The name under which a draft's key travels with its message. */
const KEY = "draft";

/** The name under which an answer says that it is one, also when its question is gone. */
export const ANSWERS = "answers";

export class Outbox {
  #session;
  /** @type {Map<string, Draft>} in the order of sending */
  #drafts = new Map();
  /** @type {Set<string>} keys of drafts whose message has been seen, even if it is gone again */
  #arrived = new Set();
  /** @type {Set<(conversationId: string) => void>} */
  #listeners = new Set();

  /** @param {TalkSession} session */
  constructor(session) {
    this.#session = session;
  }

  /** @param {(conversationId: string) => void} listener */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Sends files in order, then text. What fails stays, with its reason; the rest goes on.
   *
   * @param {string} conversationId
   * @param {{text: string, files: readonly LocalFile[], replyTo: MessageSnapshot | null}} what
   */
  async submit(conversationId, { text, files, replyTo }) {
    const drafts = files.map((file) => this.#draft(conversationId, null, file));
    if (text !== "") drafts.push(this.#draft(conversationId, text, null));
    const [first] = drafts;
    if (first) this.#put({ ...first, replyTo });
    for (const { key } of drafts) await this.#dispatch(key);
  }

  /** @param {string} key */
  async retry(key) {
    if (this.#drafts.get(key)?.state === "failed") await this.#dispatch(key);
  }

  /** @param {string} key */
  discard(key) {
    const draft = this.#drafts.get(key);
    if (!draft) return;
    this.#drafts.delete(key);
    if (draft.file) URL.revokeObjectURL(draft.file.url);
    this.#tell(draft.conversationId);
  }

  /**
   * The drafts that no message has stood for yet.
   *
   * @param {string} conversationId
   */
  waiting(conversationId) {
    return [...this.#drafts.values()].filter(
      (draft) => draft.conversationId === conversationId && !this.#arrived.has(draft.key),
    );
  }

  /**
   * The draft that a message came from, if this page sent it and still shows it.
   *
   * @param {MessageSnapshot} message
   */
  origin(message) {
    const draft = this.#drafts.get(message.custom[KEY] ?? "");
    if (!draft || message.sender?.id !== this.#session.currentUser.id) return null;
    this.#arrived.add(draft.key);
    return draft;
  }

  /**
   * Drops what has arrived, when nobody looks at its bubble any more.
   *
   * @param {string} conversationId
   */
  forget(conversationId) {
    for (const draft of this.#drafts.values()) {
      if (draft.conversationId !== conversationId || draft.state !== "sent") continue;
      this.#drafts.delete(draft.key);
      this.#arrived.delete(draft.key);
      if (draft.file) URL.revokeObjectURL(draft.file.url);
    }
  }

  /** Whether leaving the page now would lose something. */
  get busy() {
    return [...this.#drafts.values()].some(
      ({ key, state }) => state !== "sent" && !this.#arrived.has(key),
    );
  }

  /** @param {string} key */
  async #dispatch(key) {
    let draft = this.#drafts.get(key);
    if (!draft) return;
    try {
      const { file } = draft;
      if (file && !draft.token) {
        draft = this.#put({ ...draft, state: "uploading", error: "" });
        const token = await this.#upload(file);
        draft = this.#put({ ...draft, token });
      }
      draft = this.#put({ ...draft, state: "sending", error: "" });
      const common = {
        custom: { [KEY]: key, ...(draft.replyTo ? { [ANSWERS]: draft.replyTo.id } : {}) },
        ...(draft.replyTo ? { referencedMessage: draft.replyTo.id } : {}),
      };
      const conversation = this.#session.conversation(draft.conversationId);
      if (draft.token) {
        await conversation.send({ ...common, content: [{ type: "file", fileToken: draft.token }] });
      } else {
        await conversation.send({ ...common, text: draft.text ?? "" });
      }
      this.#put({ ...draft, state: "sent" });
    } catch (error) {
      this.#put({ ...draft, state: "failed", error: reason(error) });
    }
  }

  /** @param {LocalFile} file */
  #upload({ kind, blob, name: filename, width, height, duration }) {
    const size = width && height ? { width, height } : {};
    const time = duration ? { duration } : {};
    switch (kind) {
      case "image":
        return this.#session.uploadImage(blob, { filename, ...size });
      case "video":
        return this.#session.uploadVideo(blob, { filename, ...size, ...time });
      case "audio":
        return this.#session.uploadAudio(blob, { filename, ...time });
      case "voice":
        return this.#session.uploadVoice(blob, { filename, ...time });
      case "file":
        return this.#session.uploadFile(blob, { filename });
    }
  }

  /**
   * @param {string} conversationId
   * @param {string | null} text
   * @param {LocalFile | null} file
   * @returns {Draft}
   */
  #draft(conversationId, text, file) {
    const key = crypto.getRandomValues(new Uint32Array(3)).join("-");
    return this.#put({
      key,
      conversationId,
      createdAt: Date.now(),
      text,
      file,
      replyTo: null,
      state: file ? "uploading" : "sending",
      error: "",
      token: null,
    });
  }

  /** @param {Draft} draft */
  #put(draft) {
    this.#drafts.set(draft.key, Object.freeze(draft));
    this.#tell(draft.conversationId);
    return draft;
  }

  /** @param {string} conversationId */
  #tell(conversationId) {
    for (const listener of this.#listeners) listener(conversationId);
  }
}

/**
 * What went wrong, in words a person can use: what the service said about it, if it did.
 *
 * @param {unknown} error
 */
export function reason(error) {
  if (isTalkError(error) && error.reasons.length > 0) return error.reasons.join(" ");
  const text = error instanceof Error ? error.message : String(error ?? "");
  return text.trim() || "The server did not say why.";
}
