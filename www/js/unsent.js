/**
 * What was begun in each conversation and has not gone out. The text is kept for as long as the
 * tab, so that a reload does not lose it; files, answers and edits for as long as the page.
 */

/** @import {MessageSnapshot} from "talk-session" */
/** @import {LocalFile} from "./media.js" */

import { recallInTab, rememberInTab } from "./storage.js";

/**
 * @typedef {object} Begun
 * @property {string} text what is in the field
 * @property {readonly LocalFile[]} files
 * @property {readonly Promise<readonly LocalFile[]>[]} later files that are still being looked at,
 *   and a recording that ends when its conversation is left
 * @property {MessageSnapshot | null} replyTo
 * @property {MessageSnapshot | null} editing
 * @property {string} kept the text that was there before the edit
 */

export class Unsent {
  #key;
  /** @type {Map<string, Begun>} by the id of the conversation */
  #begun = new Map();

  /** @param {string} me */
  constructor(me) {
    this.#key = `unsent.${me}`;
  }

  /**
   * @param {string} id
   * @returns {Begun}
   */
  of(id) {
    const text = this.#texts[id] ?? "";
    const none = { text, files: [], later: [], replyTo: null, editing: null, kept: "" };
    return this.#begun.get(id) ?? none;
  }

  /**
   * @param {string} id
   * @param {Begun} begun
   */
  keep(id, begun) {
    this.#begun.set(id, begun);
    this.keepText(id, begun.editing ? begun.kept : begun.text);
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  keepText(id, text) {
    const texts = this.#texts;
    if (text.trim() === "") delete texts[id];
    else texts[id] = text;
    rememberInTab(this.#key, texts);
  }

  /** Whether leaving the page would lose what a reload does not bring back. */
  get hasFiles() {
    return [...this.#begun.values()].some(({ files, later }) => files.length + later.length > 0);
  }

  /** @returns {Record<string, string>} */
  get #texts() {
    const known = recallInTab(this.#key);
    if (typeof known !== "object" || known === null) return {};
    const texts = Object.entries(known).filter(([, text]) => typeof text === "string");
    return Object.fromEntries(texts);
  }
}
