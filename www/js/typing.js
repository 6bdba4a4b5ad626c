/** Who is typing: said sparingly about oneself, shown of the others. */

/** @import {ConversationRef, TalkSession, TypingSnapshot, TypingSubscription} from "talk-session" */

import { firstName } from "./conversation.js";
import { h, setText } from "./dom.js";
import { nameList } from "./format.js";
import { isolate } from "./names.js";

/** The service forgets after ten seconds that somebody types; told again in half of that. */
const AGAIN_MS = 5_000;

/** So many conversations of a list say who types in them: those that one sees at first. */
const MOST_WATCHED = 12;

/** Tells that the current user types: at the first key, then now and then, never by a timer. */
export class TypingSignal {
  #ref;
  #toldAt = -Infinity;

  /** @param {ConversationRef} ref */
  constructor(ref) {
    this.#ref = ref;
  }

  /** A key was pressed. */
  key() {
    const now = performance.now();
    if (now - this.#toldAt < AGAIN_MS) return;
    this.#toldAt = now;
    // Nobody misses it if it fails.
    this.#ref.markAsTyping().catch(() => {});
  }

  /** What was typed went out, which ends the typing for the others, too. */
  sent() {
    this.#toldAt = -Infinity;
  }
}

/**
 * `Bob is typing…`, or nothing.
 *
 * @param {TypingSnapshot | null} typing
 */
export function typingText(typing) {
  if (!typing) return "";
  if (typing.many) return "Several people are typing…";
  const names = typing.users.map(({ name }) => isolate(firstName(name)));
  if (names.length === 0) return "";
  if (names.length > 3) return "Several people are typing…";
  return `${nameList(names)} ${names.length === 1 ? "is" : "are"} typing…`;
}

/**
 * The line below the messages. It is no live region: whoever listens to the page hears each
 * message when it is there, and would be disturbed by every start and end of typing.
 */
export class TypingLine {
  el;
  #text = h("span", { class: "typing-text" });
  #subscription;

  /**
   * @param {ConversationRef} ref
   * @param {() => void} onChange
   */
  constructor(ref, onChange) {
    this.el = h("div", { class: "typing" }, dots(), this.#text);
    this.#subscription = ref.subscribeTyping((typing) => {
      setText(this.#text, typingText(typing));
      onChange();
    });
  }

  get shown() {
    return this.#text.textContent !== "";
  }

  close() {
    this.#subscription.unsubscribe();
  }
}

/** Who types in the conversations at the top of the list. */
export class TypingWatch {
  #session;
  #onChange;
  /** @type {Map<string, {subscription: TypingSubscription, text: string}>} */
  #watched = new Map();

  /**
   * @param {TalkSession} session
   * @param {() => void} onChange
   */
  constructor(session, onChange) {
    this.#session = session;
    this.#onChange = onChange;
  }

  /** @param {string} id */
  textOf(id) {
    return this.#watched.get(id)?.text ?? "";
  }

  /**
   * Watches the first of these, and no others.
   *
   * @param {readonly string[]} ids
   */
  follow(ids) {
    const wanted = new Set(ids.slice(0, MOST_WATCHED));
    for (const [id, { subscription }] of this.#watched) {
      if (wanted.has(id)) continue;
      subscription.unsubscribe();
      this.#watched.delete(id);
    }
    for (const id of wanted) if (!this.#watched.has(id)) this.#watch(id);
  }

  /** @param {string} id */
  #watch(id) {
    const subscription = this.#session.conversation(id).subscribeTyping((typing) => {
      const entry = this.#watched.get(id);
      const text = typingText(typing);
      if (!entry || entry.text === text) return;
      entry.text = text;
      this.#onChange();
    });
    this.#watched.set(id, { subscription, text: "" });
  }
}

/** Three dots that rise and fall. */
const dots = () =>
  h("span", { class: "typing-dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
