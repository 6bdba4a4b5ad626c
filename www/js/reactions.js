/** The reactions below a message: one chip for each emoji, with who it was on hover. */

/** @import {ConversationRef, MessageSnapshot, ReactionsSummarySnapshot} from "talk-session" */

import { attempt } from "./dialogs.js";
import { h, place, setText } from "./dom.js";
import { countOf, nameList } from "./format.js";
import { icon } from "./icons.js";
import { isolate } from "./names.js";
import { putBeside } from "./popup.js";

/** How long the pointer rests on a chip before the names are fetched. */
const REST_MS = 250;

/**
 * What a bar can ask for.
 *
 * @typedef {object} ReactionActions
 * @property {(message: MessageSnapshot, emoji: string) => void} react adds the current user's, or takes it back
 * @property {(message: MessageSnapshot, emoji: string) => Promise<string>} names who reacted, in words
 * @property {(message: MessageSnapshot, emoji?: string) => void} who shows all who reacted
 * @property {(message: MessageSnapshot, anchor: HTMLElement) => void} pick asks for an emoji
 */

/**
 * The reactions that can be shown: emoji of an app's own have no picture here.
 *
 * @param {MessageSnapshot} message
 */
export const shownReactions = ({ reactions }) =>
  reactions.filter(({ emoji }) => !emoji.startsWith(":"));

/**
 * Reacts, or takes the reaction back.
 *
 * @param {ConversationRef} ref
 * @param {MessageSnapshot} message
 * @param {string} emoji
 */
export function toggleReaction(ref, message, emoji) {
  const mine = message.reactions.some((r) => r.emoji === emoji && r.currentUserReacted);
  const reactions = ref.message(message.id).reactions(emoji);
  attempt("The reaction did not go out.", () =>
    mine ? reactions.remove() : reactions.add(),
  ).catch(() => {});
}

/**
 * `You, Bob, and 3 more`, by the first who reacted.
 *
 * @param {ConversationRef} ref
 * @param {MessageSnapshot} message
 * @param {string} emoji
 * @param {string} me
 */
export async function reactionNames(ref, message, emoji, me) {
  const first = await ref.message(message.id).reactions(emoji).getFirstReactions();
  const names = (first ?? []).map(({ user }) => (user.id === me ? "You" : isolate(user.name)));
  const count = message.reactions.find((r) => r.emoji === emoji)?.count ?? names.length;
  const more = count - names.length;
  return nameList(more > 0 ? [...names, `${more} more`] : names);
}

export class ReactionBar {
  el = h("div", { class: "reactions", role: "group", "aria-label": "Reactions", hidden: true });
  #actions;
  /** @type {Map<string, Chip>} */
  #chips = new Map();
  #plus;
  /** @type {MessageSnapshot | null} */
  #message = null;

  /** @param {ReactionActions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.#plus = h(
      "button",
      {
        type: "button",
        class: "chip plus",
        tabindex: "-1",
        "aria-label": "Add a reaction",
        title: "Add a reaction",
        onclick: () => this.#message && actions.pick(this.#message, this.#plus),
      },
      icon("smile"),
    );
    this.el.addEventListener("keydown", (event) => this.#keys(event));
  }

  /** @param {MessageSnapshot} message */
  update(message) {
    this.#message = message;
    const shown = shownReactions(message);
    const chips = shown.map((reaction) => {
      const chip = this.#chips.get(reaction.emoji) ?? new Chip(reaction.emoji, this.#actions);
      chip.update(message, reaction);
      return /** @type {const} */ ([reaction.emoji, chip]);
    });
    for (const chip of this.#chips.values()) chip.hideNames();
    this.#chips = new Map(chips);
    this.el.hidden = shown.length === 0;
    place(this.el, [...chips.map(([, { el }]) => el), this.#plus]);
  }

  /** The first chip, for the keyboard. */
  focus() {
    if (!this.el.hidden) this.#all[0]?.focus();
  }

  get #all() {
    return /** @type {HTMLElement[]} */ ([...this.el.querySelectorAll("button")]);
  }

  /** @param {KeyboardEvent} event */
  #keys(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const to = this.#all.indexOf(/** @type {HTMLElement} */ (event.target)) + step;
    const row = /** @type {HTMLElement | null} */ (this.el.closest(".row"));
    if (to < 0) row?.focus();
    else this.#all[to]?.focus();
  }
}

class Chip {
  el;
  #emoji;
  #actions;
  #count = h("span", { class: "chip-count" });
  /** @type {MessageSnapshot | null} */
  #message = null;
  /** @type {HTMLElement | null} */
  #tip = null;
  #timer = 0;

  /**
   * @param {string} emoji
   * @param {ReactionActions} actions
   */
  constructor(emoji, actions) {
    this.#emoji = emoji;
    this.#actions = actions;
    this.el = h(
      "button",
      {
        type: "button",
        class: "chip",
        tabindex: "-1",
        "data-emoji": emoji,
        onclick: () => this.#message && actions.react(this.#message, emoji),
      },
      h("span", { class: "chip-emoji" }, emoji),
      this.#count,
    );
    const { el } = this;
    const rest = () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#showNames(), REST_MS);
    };
    el.addEventListener("pointerenter", (event) => event.pointerType !== "touch" && rest());
    el.addEventListener("focus", () => el.matches(":focus-visible") && rest());
    for (const name of ["pointerleave", "blur", "keydown"]) {
      el.addEventListener(name, () => this.hideNames());
    }
  }

  /**
   * @param {MessageSnapshot} message
   * @param {ReactionsSummarySnapshot} reaction
   */
  update(message, { emoji, count, currentUserReacted: mine }) {
    this.#message = message;
    setText(this.#count, String(count));
    this.el.setAttribute("aria-pressed", String(mine));
    const label = `${emoji} ${countOf(count, "reaction")}${mine ? ", one of them yours" : ""}`;
    this.el.setAttribute("aria-label", label);
  }

  hideNames() {
    clearTimeout(this.#timer);
    this.#tip?.remove();
    this.#tip = null;
    this.el.removeAttribute("aria-describedby");
  }

  async #showNames() {
    const message = this.#message;
    if (!message || this.#tip) return;
    const id = `who-${message.id}-${this.#emoji}`;
    const text = h("span", {}, "…");
    const tip = h(
      "div",
      { class: "tip", role: "tooltip", id, popover: "manual" },
      h("span", { class: "tip-emoji", "aria-hidden": "true" }, this.#emoji),
      text,
    );
    this.#tip = tip;
    document.body.append(tip);
    tip.showPopover();
    putBeside(tip, this.el.getBoundingClientRect());
    this.el.setAttribute("aria-describedby", id);
    const names = await this.#actions.names(message, this.#emoji).catch(() => "");
    if (this.#tip !== tip) return;
    if (names === "") return this.hideNames();
    setText(text, names);
    putBeside(tip, this.el.getBoundingClientRect());
  }
}
