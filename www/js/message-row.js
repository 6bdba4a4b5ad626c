/**
 * One message in the conversation. The bubble is built once for each snapshot object and never
 * again while that object stays; everything around it (grouping, the read mark) is a class.
 */

/** @import {ContentBlock, FileBlock, MessageSnapshot} from "talk-session" */
/** @import {Draft} from "./outbox.js" */

import { avatar, hue } from "./avatar.js";
import { renderBlock } from "./content.js";
import { firstName, summary } from "./conversation.js";
import { h } from "./dom.js";
import { clockTime, fullTime } from "./format.js";
import { icon } from "./icons.js";

/**
 * What a row can ask for.
 *
 * @typedef {object} RowActions
 * @property {(row: MessageRow, at?: {x: number, y: number}) => void} menu
 * @property {(message: MessageSnapshot) => void} reply
 * @property {(id: string) => void} jumpTo
 * @property {(message: MessageSnapshot) => void} openImage
 * @property {(key: string) => void} retry
 * @property {(key: string) => void} discard
 */

/**
 * @typedef {object} Place
 * @property {boolean} first of several by one person
 * @property {boolean} last of several by one person
 * @property {boolean} read by everyone
 */

/** How long a finger rests on a message before its menu opens. */
const LONG_PRESS_MS = 450;

/** How far a resting finger may move meanwhile. */
const SHAKE_PX = 10;

export class MessageRow {
  /** @type {HTMLElement} */
  el;
  /** @type {MessageSnapshot | Draft | null} */
  source = null;

  #me;
  #actions;
  #body = h("div", { class: "stack" });
  #face = h("span", { class: "row-face" });
  #tick = h("span", { class: "tick-slot" });
  #state = "";
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
    this.#listen();
  }

  /** The message, once there is one. */
  get message() {
    return this.source && "id" in this.source ? this.source : null;
  }

  /** Whether the current user wrote it. */
  get mine() {
    return this.source !== null && (!("id" in this.source) || this.source.sender?.id === this.#me);
  }

  /**
   * @param {MessageSnapshot | Draft} source
   * @param {Place} place
   * @param {Draft | null} origin the draft a message came from, while its preview is at hand
   */
  update(source, place, origin) {
    if (source !== this.source) {
      this.source = source;
      if ("id" in source) this.#showMessage(source, origin);
      else this.#showDraft(source);
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
    const { sender, content, createdAt, editedAt, referencedMessage } = message;
    if (message.type === "SystemMessage") {
      this.el.className = "row system";
      this.el.replaceChildren(
        h("p", { class: "note-pill", title: fullTime(createdAt) }, message.plaintext),
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
      bubble.append(
        this.#quote(referencedMessage, () => this.#actions.jumpTo(referencedMessage.id)),
      );
    }
    let bare = content.length > 0 && !referencedMessage;
    for (const part of this.#partsFor(content, origin)) {
      bubble.append(part.el);
      bare &&= part.bare;
    }
    bubble.classList.toggle("bare", bare);
    bubble.append(
      h(
        "span",
        { class: "meta" },
        editedAt === null ? null : h("span", { title: `Edited ${fullTime(editedAt)}` }, "edited"),
        h(
          "time",
          { datetime: new Date(createdAt).toISOString(), title: fullTime(createdAt) },
          clockTime(createdAt),
        ),
        mine ? this.#tick : null,
      ),
    );
    this.#body.replaceChildren();
    if (!mine) this.#body.append(h("span", { class: `sender hue-${hue(sender?.id ?? "")}` }, name));
    this.#body.append(bubble);
    this.#face.replaceChildren();
    if (!mine && sender) {
      const face = avatar(sender, "small");
      face.title = sender.name;
      this.#face.append(face);
    }
    this.el.replaceChildren(...(mine ? [] : [this.#face]), this.#body, this.#tools(message));
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
    if (draft.replyTo) bubble.append(this.#quote(draft.replyTo, () => {}));
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

  /**
   * The message that this one answers, in one line.
   *
   * @param {{sender: {id: string, name: string} | null, content: readonly ContentBlock[], plaintext: string}} message
   * @param {() => void} run
   */
  #quote(message, run) {
    const { sender } = message;
    const { icon: name, text } = summary(message);
    const mine = sender?.id === this.#me;
    const who = mine ? "You" : firstName(sender?.name ?? "Somebody");
    return h(
      "button",
      {
        type: "button",
        class: mine ? "quote own" : `quote hue-${hue(sender?.id ?? "")}`,
        onclick: run,
        "aria-label": `Answer to ${who}: ${text}`,
      },
      h("span", { class: "quote-name" }, who),
      h("span", { class: "quote-text" }, name ? icon(name) : null, text),
    );
  }

  /** @param {MessageSnapshot} message */
  #tools(message) {
    const tool = (
      /** @type {string} */ name,
      /** @type {string} */ label,
      /** @type {() => void} */ run,
    ) =>
      h(
        "button",
        {
          type: "button",
          class: "row-tool",
          tabindex: "-1",
          "aria-label": label,
          title: label,
          onclick: run,
        },
        icon(name),
      );
    return h(
      "div",
      { class: "row-tools" },
      tool("reply", "Reply", () => this.#actions.reply(message)),
      tool("more", "More actions", () => this.#actions.menu(this)),
    );
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
      if (event.key !== "Enter" && event.key !== "ContextMenu") return;
      event.preventDefault();
      this.#actions.menu(this);
    });
    let timer = 0;
    let at = { x: 0, y: 0 };
    let opened = false;
    const stop = () => clearTimeout(timer);
    el.addEventListener("pointerdown", (event) => {
      opened = false;
      if (event.pointerType !== "touch" || !this.message) return;
      at = { x: event.clientX, y: event.clientY };
      timer = window.setTimeout(() => {
        opened = true;
        this.#actions.menu(this, at);
      }, LONG_PRESS_MS);
    });
    el.addEventListener("pointermove", (event) => {
      if (Math.hypot(event.clientX - at.x, event.clientY - at.y) > SHAKE_PX) stop();
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      el.addEventListener(name, stop);
    }
    // The finger that opened the menu must not also open the picture under it.
    el.addEventListener(
      "click",
      (event) => {
        if (!opened) return;
        event.preventDefault();
        event.stopPropagation();
      },
      true,
    );
    el.addEventListener("contextmenu", (event) => {
      if (event instanceof PointerEvent && event.pointerType === "touch") event.preventDefault();
    });
  }
}

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
