/**
 * One message in the conversation. The bubble is built once for each snapshot object and never
 * again while that object stays; everything around it (grouping, the read mark) is a class.
 */

/** @import {ContentBlock, FileBlock, MessageSnapshot} from "talk-session" */
/** @import {Draft} from "./outbox.js" */
/** @import {ReactionActions} from "./reactions.js" */
/** @import {Translation} from "./translations.js" */

import { avatar, hue } from "./avatar.js";
import { renderBlock } from "./content.js";
import { h, place } from "./dom.js";
import { clockTime, fullTime } from "./format.js";
import { icon } from "./icons.js";
import { named } from "./names.js";
import { ANSWERS } from "./outbox.js";
import { playsIn } from "./player.js";
import { onLongPress } from "./press.js";
import { learnt } from "./press-hint.js";
import { lostQuote, quote } from "./quote.js";
import { ReactionBar } from "./reactions.js";

/**
 * What a row can ask for.
 *
 * @typedef {object} OwnActions
 * @property {(row: MessageRow, at?: {x: number, y: number}) => void} menu
 * @property {(message: MessageSnapshot) => void} reply
 * @property {(id: string) => void} jumpTo
 * @property {(message: MessageSnapshot) => void} openImage
 * @property {(message: MessageSnapshot) => void} translate or show the original again
 * @property {(key: string) => void} retry
 * @property {(key: string) => void} discard
 */

/** @typedef {OwnActions & ReactionActions} RowActions */

/**
 * @typedef {object} Place
 * @property {boolean} first of several by one person
 * @property {boolean} last of several by one person
 * @property {boolean} read by everyone
 */

export class MessageRow {
  /** @type {HTMLElement} */
  el;
  /** @type {MessageSnapshot | Draft | null} */
  source = null;
  /** By which the list knows it. */
  key = "";

  #me;
  #actions;
  #body = h("div", { class: "stack" });
  #face = h("span", { class: "row-face" });
  #tick = h("span", { class: "tick-slot" });
  #tools;
  #reactions;
  #state = "";
  #isCurrent = false;
  /** @type {Translation | null} */
  #translation = null;
  /** @type {Map<object, {el: HTMLElement, bare: boolean}>} content that is already built */
  #parts = new Map();

  /**
   * @param {string} me
   * @param {RowActions} actions
   */
  constructor(me, actions) {
    this.#me = me;
    this.#actions = actions;
    this.el = h("article", { class: "row", tabindex: "-1" });
    this.#tools = this.#makeTools();
    this.#reactions = new ReactionBar(actions);
    this.#listen();
  }

  /** The message, once there is one. */
  get message() {
    return this.source && "id" in this.source ? this.source : null;
  }

  /** Whether something in it is being played. */
  get plays() {
    return playsIn(this.el);
  }

  /**
   * Makes it the one row that Tab leads to, and what is in it after it; or none of that.
   *
   * @param {boolean} isCurrent
   */
  setCurrent(isCurrent) {
    if (isCurrent === this.#isCurrent) return;
    this.#isCurrent = isCurrent;
    this.#setTabStops();
  }

  /** Whether the current user wrote it. */
  get mine() {
    return this.source !== null && (!("id" in this.source) || this.source.sender?.id === this.#me);
  }

  /**
   * @param {MessageSnapshot | Draft} source
   * @param {Place} place
   * @param {Draft | null} origin the draft a message came from, while its preview is at hand
   * @param {Translation | null} translation
   */
  update(source, place, origin, translation) {
    if (source !== this.source || translation !== this.#translation) {
      this.source = source;
      this.#translation = translation;
      if ("id" in source) this.#showMessage(source, origin);
      else this.#showDraft(source);
      this.#setTabStops();
    }
    this.el.classList.toggle("first", place.first);
    this.el.classList.toggle("last", place.last);
    this.#showState(place.read);
  }

  /**
   * @param {MessageSnapshot} message
   * @param {Draft | null} origin
   */
  #showMessage(message, origin) {
    const { sender, createdAt, editedAt, referencedMessage } = message;
    const content = this.#translation?.shown ? this.#translation.content : message.content;
    if (message.type === "SystemMessage") {
      this.el.className = "row system";
      this.el.replaceChildren(
        h("p", { class: "note-pill", dir: "auto", title: fullTime(createdAt) }, message.plaintext),
      );
      return;
    }
    const mine = this.mine;
    const name = sender?.name ?? "Somebody";
    this.el.classList.toggle("mine", mine);
    this.el.classList.remove("draft", "failed");
    this.el.setAttribute("aria-label", `${mine ? "You" : name}, ${clockTime(createdAt)}`);

    const bubble = h("div", { class: "bubble" });
    if (referencedMessage) {
      const go = () => this.#actions.jumpTo(referencedMessage.id);
      bubble.append(quote(referencedMessage, this.#me, go));
    } else if (message.custom[ANSWERS]) {
      bubble.append(lostQuote());
    }
    let bare = content.length > 0 && bubble.childElementCount === 0;
    for (const part of this.#partsFor(content, origin)) {
      bubble.append(part.el);
      bare &&= part.bare;
    }
    bubble.classList.toggle("bare", bare);
    const meta = h(
      "span",
      { class: "meta" },
      editedAt === null ? null : h("span", { title: `Edited ${fullTime(editedAt)}` }, "edited"),
      h(
        "time",
        { datetime: new Date(createdAt).toISOString(), title: fullTime(createdAt) },
        clockTime(createdAt),
      ),
      mine ? this.#tick : null,
    );
    const translation = this.#translation;
    if (translation) {
      const note = this.#translationNote(message, translation);
      bubble.append(h("div", { class: "bubble-foot" }, note, meta));
    } else bubble.append(meta);
    this.#reactions.update(message);
    // In place: what has the keyboard focus must not leave the page.
    const label = h("span", { class: `sender hue-${hue(sender?.id ?? "")}` }, named(name));
    place(this.#body, [...(mine ? [] : [label]), bubble, this.#reactions.el]);
    this.#face.replaceChildren();
    if (!mine && sender) {
      const face = avatar(sender, "small");
      face.title = sender.name;
      this.#face.append(face);
    }
    place(this.el, [...(mine ? [] : [this.#face]), this.#body, this.#tools]);
  }

  /** @param {Draft} draft */
  #showDraft(draft) {
    const failed = draft.state === "failed";
    this.el.classList.add("mine", "draft");
    this.el.classList.toggle("failed", failed);
    this.el.setAttribute(
      "aria-label",
      failed ? "Your message, not sent" : "Your message, being sent",
    );

    const bubble = h("div", { class: "bubble" });
    if (draft.replyTo) bubble.append(quote(draft.replyTo, this.#me, () => {}));
    const [part] = this.#partsFor([draftBlock(draft)], draft);
    if (part) bubble.append(part.el);
    const bare = part?.bare === true && !draft.replyTo;
    bubble.classList.toggle("bare", bare);
    if (draft.state === "uploading") {
      bubble.append(
        h(
          "span",
          { class: "upload", role: "status" },
          h("span", { class: "spinner" }),
          "Uploading…",
        ),
      );
    }
    bubble.append(
      h("span", { class: "meta" }, h("time", {}, clockTime(draft.createdAt)), this.#tick),
    );
    this.#body.replaceChildren(bubble);
    if (failed) this.#body.append(this.#trouble(draft));
    this.el.replaceChildren(this.#body);
  }

  /**
   * The elements of some content. A block that is the same object as before keeps its element,
   * and so does a picture, film or sound of one's own when it turns from draft to message.
   *
   * @param {readonly ContentBlock[]} content
   * @param {Draft | null} origin
   */
  #partsFor(content, origin) {
    const file = origin?.file && origin.file.kind !== "file" ? origin.file : null;
    const parts = content.map((block) => {
      const key = file ?? block;
      const part =
        this.#parts.get(key) ??
        renderBlock(block, {
          localUrl: file?.url,
          onOpenImage: () => this.message && this.#actions.openImage(this.message),
        });
      return /** @type {const} */ ([key, part]);
    });
    this.#parts = new Map(parts);
    return parts.map(([, part]) => part);
  }

  /**
   * What a translation is, or why there is none, with the way back.
   *
   * @param {MessageSnapshot} message
   * @param {Translation} translation
   */
  #translationNote(message, { state, shown, error, standIn }) {
    const done = standIn ? "Stand-in for a translation" : "Translated";
    const why = standIn && "The local backend cannot translate. It only marks the text.";
    const [text, action] =
      state === "busy"
        ? ["Translating…", ""]
        : state === "failed"
          ? [`Not translated. ${error}`, "Try again"]
          : [shown ? done : "", shown ? "Show original" : "Show translation"];
    const run = () => this.#actions.translate(message);
    return h(
      "div",
      { class: `translated ${state}` },
      state === "busy" ? h("span", { class: "spinner" }) : icon("translate"),
      text ? h("span", { title: why }, text) : null,
      action ? h("button", { type: "button", class: "link-button", onclick: run }, action) : null,
    );
  }

  /** @param {Draft} draft */
  #trouble({ key, error }) {
    return h(
      "div",
      { class: "trouble", role: "alert" },
      h("span", {}, `Not sent. ${error}`),
      h(
        "button",
        { type: "button", class: "link-button", onclick: () => this.#actions.retry(key) },
        "Try again",
      ),
      h(
        "button",
        { type: "button", class: "link-button", onclick: () => this.#actions.discard(key) },
        "Discard",
      ),
    );
  }

  /** Made once: a menu that is open at one of them must not lose its place. */
  #makeTools() {
    const tool = (
      /** @type {string} */ name,
      /** @type {string} */ label,
      /** @type {(message: MessageSnapshot, button: HTMLElement) => void} */ run,
    ) => {
      const button = h(
        "button",
        {
          type: "button",
          class: "row-tool",
          tabindex: "-1",
          "aria-label": label,
          title: label,
          onclick: () => this.message && run(this.message, button),
        },
        icon(name),
      );
      return button;
    };
    return h(
      "div",
      { class: "row-tools" },
      tool("smile", "React", (message, button) => this.#actions.pick(message, button)),
      tool("reply", "Reply", (message) => this.#actions.reply(message)),
      tool("more", "More actions", () => this.#actions.menu(this)),
    );
  }

  #setTabStops() {
    const index = this.#isCurrent ? 0 : -1;
    this.el.tabIndex = index;
    for (const el of this.#body.querySelectorAll(STOPS)) {
      if (el instanceof HTMLElement) el.tabIndex = index;
    }
  }

  /** @param {boolean} read */
  #showState(read) {
    if (!this.mine || !this.source) return;
    const state = "id" in this.source ? (read ? "read" : "sent") : this.source.state;
    if (state === this.#state) return;
    this.#state = state;
    const [name, label] = STATES[state] ?? STATES["sending"] ?? [];
    this.#tick.replaceChildren(icon(name ?? "clock"));
    this.#tick.className = `tick-slot ${state}`;
    this.#tick.setAttribute("role", "img");
    this.#tick.setAttribute("aria-label", label ?? "");
    this.#tick.title = label ?? "";
  }

  #listen() {
    const { el } = this;
    el.addEventListener("keydown", (event) => {
      if (event.target !== el || !this.message) return;
      if (event.key === "ArrowRight") this.#reactions.focus();
      if (event.key !== "Enter" && event.key !== "ContextMenu") return;
      event.preventDefault();
      this.#actions.menu(this);
    });
    onLongPress(el, (target, at) => {
      const emoji = target.closest(".chip[data-emoji]")?.getAttribute("data-emoji");
      if (!this.message) return;
      learnt();
      if (emoji) this.#actions.who(this.message, emoji);
      else this.#actions.menu(this, at);
    });
  }
}

/** What in a row can have the keyboard focus. The chips of reactions are reached by arrow keys. */
const STOPS = "a[href], button:not(.chip), input, video";

/** @type {Record<string, readonly [string, string]>} */
const STATES = {
  uploading: ["clock", "Uploading"],
  sending: ["clock", "Sending"],
  failed: ["warning", "Not sent"],
  sent: ["check", "Sent"],
  read: ["checks", "Read"],
};

/**
 * A draft as the block it will become, so that both look the same.
 *
 * @param {Draft} draft
 * @returns {ContentBlock}
 */
function draftBlock({ text, file }) {
  if (!file) return { type: "text", children: [text ?? ""] };
  const { kind, blob, name: filename, url, width, height, duration } = file;
  const common = { type: "file", fileToken: "", url, size: blob.size, filename };
  return /** @type {FileBlock} */ (
    kind === "file" ? common : { ...common, subtype: kind, width, height, duration }
  );
}
