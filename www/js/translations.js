/** Translations of messages into the language of the browser, made when somebody asks. */

/** @import {ContentBlock, ConversationRef, MessageSnapshot} from "talk-session" */

import { reason } from "./outbox.js";
import { announce } from "./toast.js";

/**
 * What is known of one message. A new object takes its place whenever that changes.
 *
 * @typedef {object} Translation
 * @property {string} plaintext what was translated: an edited message is another one
 * @property {"busy" | "done" | "failed"} state
 * @property {readonly ContentBlock[]} content
 * @property {string} error
 * @property {boolean} shown in place of the original
 * @property {boolean} standIn whether the original only has a mark in front, by which the local
 *   backend stands in for a service that translates
 */

/** The language to translate into. */
const language = navigator.language || "en";

/** Its name, in itself. */
export const languageName =
  new Intl.DisplayNames([language], { type: "language", fallback: "code" }).of(
    language.split("-", 1)[0] ?? language,
  ) ?? language;

/** A text as the local backend “translates” it: as it was, behind the code of a language. */
const MARKED = /^\[[\w-]+\] (.*)$/s;

export class Translations {
  #ref;
  #onChange;
  /** @type {Map<string, Translation>} */
  #known = new Map();

  /**
   * @param {ConversationRef} ref
   * @param {() => void} onChange
   */
  constructor(ref, onChange) {
    this.#ref = ref;
    this.#onChange = onChange;
  }

  /**
   * @param {MessageSnapshot} message
   * @returns {Translation | null}
   */
  of({ id, plaintext }) {
    const known = this.#known.get(id);
    return known?.plaintext === plaintext ? known : null;
  }

  /**
   * Shows the translation, or the original again. What failed is tried again.
   *
   * @param {MessageSnapshot} message
   */
  async toggle(message) {
    const known = this.of(message);
    if (known?.state === "busy") return;
    if (known?.state === "done") return this.#put(message, { ...known, shown: !known.shown });
    const { plaintext } = message;
    /** @type {Translation} */
    const begun = { plaintext, state: "busy", content: [], error: "", shown: false, standIn: false };
    this.#put(message, begun);
    try {
      const answer = await this.#ref.message(message.id).translate(language);
      if (!answer) throw new Error("The message is gone.");
      const { content } = answer;
      const standIn = MARKED.exec(answer.plaintext)?.[1] === plaintext;
      this.#put(message, { ...begun, state: "done", content, shown: true, standIn });
      announce(`${standIn ? "Stand-in for a translation" : "Translation"}: ${answer.plaintext}`);
    } catch (error) {
      this.#put(message, { ...begun, state: "failed", error: reason(error) });
    }
  }

  /**
   * @param {MessageSnapshot} message
   * @param {Translation} translation
   */
  #put({ id }, translation) {
    this.#known.set(id, translation);
    this.#onChange();
  }
}
