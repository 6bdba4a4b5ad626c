/**
 * Where messages are written: text, files by button, paste or drop, a voice recording, an
 * answer to a message, or a change to an own one.
 */

/** @import {MessageSnapshot} from "talk-session" */
/** @import {LocalFile} from "./media.js" */
/** @import {Begun} from "./unsent.js" */

import { firstName, summary } from "./conversation.js";
import { endsComposition, h, iconButton, touch } from "./dom.js";
import { icon } from "./icons.js";
import { pastedFiles, readable } from "./incoming.js";
import { editableText } from "./markup.js";
import { inspect } from "./media.js";
import { named } from "./names.js";
import { canRecord } from "./recorder.js";
import { announce, toast } from "./toast.js";
import { Tray } from "./tray.js";
import { VoiceLine } from "./voice-line.js";

/** More than this at once is rather a mistake than a wish. */
const MAX_FILES = 20;

/**
 * @typedef {object} ComposerActions
 * @property {(what: {text: string, files: readonly LocalFile[], replyTo: MessageSnapshot | null}) => void} send
 * @property {(message: MessageSnapshot, text: string) => Promise<void>} edit
 * @property {() => void} typing something was typed that will become a message
 * @property {(text: string) => void} changed the text that is to become a message is another one
 * @property {() => MessageSnapshot | undefined} lastOwn
 * @property {() => void} leave Escape, with nothing left to cancel
 */

export class Composer {
  el;
  #me;
  #actions;
  #field;
  #send;
  #mic;
  #picker;
  #bar = h("div", { class: "composer-context", hidden: true });
  #tray;
  #line;
  #voice;
  /** Files that are still being looked at. @type {Set<Promise<readonly LocalFile[]>>} */
  #later = new Set();
  /** @type {MessageSnapshot | null} */
  #replyTo = null;
  /** @type {MessageSnapshot | null} */
  #editing = null;
  /** What was being written before an edit began. */
  #kept = "";
  #closed = false;

  /**
   * @param {string} me
   * @param {ComposerActions} actions
   */
  constructor(me, actions) {
    this.#me = me;
    this.#actions = actions;
    this.#field = h("textarea", {
      class: "field",
      rows: "1",
      placeholder: "Message",
      "aria-label": "Message",
      enterkeyhint: touch.matches ? "enter" : "send",
      dir: "auto",
    });
    this.#picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
    this.#tray = new Tray(() => {
      this.#changed();
      this.focus();
    });
    this.#voice = new VoiceLine({
      send: (file) => {
        this.#actions.send({ text: "", files: [file], replyTo: this.#replyTo });
        if (this.#replyTo) this.#cancelContext();
      },
      changed: () => {
        this.#line.hidden = this.#voice.running;
        if (!this.#voice.running && !this.#closed) this.#mic.focus();
      },
    });
    this.#mic = iconButton("mic", "Record a voice message", () => void this.#voice.start());
    this.#send = iconButton("send", "Send", () => void this.#submit());
    this.#send.classList.add("send");
    this.#line = h(
      "div",
      { class: "composer-line" },
      iconButton("attach", "Attach files", () => this.#picker.click()),
      this.#picker,
      this.#field,
      this.#mic,
      this.#send,
    );
    this.el = h(
      "div",
      { class: "composer" },
      h("div", { class: "composer-inner" }, this.#bar, this.#tray.el, this.#line, this.#voice.el),
    );
    this.#field.addEventListener("input", () => {
      this.#changed();
      if (!this.#editing && this.#field.value.trim() !== "") actions.typing();
    });
    this.#field.addEventListener("keydown", (event) => this.#keys(event));
    this.#field.addEventListener("paste", (event) => {
      const files = pastedFiles(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      void this.attach(files);
    });
    this.#picker.addEventListener("change", () => {
      void this.attach([...(this.#picker.files ?? [])]);
      this.#picker.value = "";
    });
    this.#fit();
  }

  focus() {
    this.#field.focus();
  }

  /** Whether it holds files that a reload would lose. */
  get hasFiles() {
    return this.#tray.files.length + this.#later.size > 0 || this.#voice.running;
  }

  /**
   * Goes on with what was begun before.
   *
   * @param {Begun} begun
   */
  restore({ text, files, later, replyTo, editing, kept }) {
    if (editing) this.edit(editing);
    else if (replyTo) this.reply(replyTo);
    this.#field.value = text;
    this.#kept = kept;
    this.#tray.files = files;
    for (const promise of later) void this.#add(promise);
    this.#changed();
  }

  /**
   * Hands over what was begun, when its conversation is left. A running recording ends: nobody is
   * recorded by a conversation that is not in view.
   *
   * @returns {Begun}
   */
  close() {
    this.#closed = true;
    const recording = this.#voice.stop();
    return {
      text: this.#field.value,
      files: this.#tray.files,
      later: [...this.#later, ...(recording ? [recording] : [])],
      replyTo: this.#replyTo,
      editing: this.#editing,
      kept: this.#kept,
    };
  }

  /** @param {string | null} why why one cannot write here; null: one can */
  lock(why) {
    this.#line.inert = why !== null;
    this.el.classList.toggle("locked", why !== null);
    this.#field.placeholder = why ?? "Message";
  }

  /** @param {readonly File[]} files */
  async attach(files) {
    if (files.length === 0) return;
    if (this.#editing) this.#cancelContext();
    const room = MAX_FILES - this.#tray.files.length;
    if (files.length > room) toast(`At most ${MAX_FILES} files go out at once.`, "error");
    const wanted = files.slice(0, room);
    await this.#add(readable(wanted).then((good) => Promise.all(good.map(inspect))));
    this.focus();
  }

  /**
   * Takes files in when they have been looked at.
   *
   * @param {Promise<readonly LocalFile[]>} promise
   */
  async #add(promise) {
    this.#later.add(promise);
    const local = await promise;
    // The composer that has it next waits for it, too.
    if (this.#closed) return;
    this.#later.delete(promise);
    if (local.length === 0) return;
    this.#tray.files = [...this.#tray.files, ...local];
    announce(`${local.map(({ name }) => name).join(", ")} attached`);
    this.#changed();
  }

  /** @param {MessageSnapshot} message */
  reply(message) {
    if (this.#editing) this.#cancelContext();
    this.#replyTo = message;
    const { sender } = message;
    const name = firstName(sender?.name ?? "somebody");
    const whom = sender?.id === this.#me ? "yourself" : named(name);
    this.#context("reply", ["Answer to ", whom], message);
  }

  /**
   * Begins to change a message, if its content can be written as text.
   *
   * @param {MessageSnapshot} message
   */
  edit(message) {
    const text = editableText(message);
    if (text === null) return;
    if (!this.#editing) this.#kept = this.#field.value;
    this.#replyTo = null;
    this.#editing = message;
    this.#field.value = text;
    this.#context("edit", ["Change this message"], message);
    this.#changed();
    this.#field.setSelectionRange(text.length, text.length);
  }

  /** A message that is gone can neither be answered nor changed. */
  forget(/** @type {string} */ id) {
    if (this.#replyTo?.id === id || this.#editing?.id === id) this.#cancelContext();
  }

  /**
   * @param {string} name
   * @param {readonly (string | Node)[]} title
   * @param {MessageSnapshot} message
   */
  #context(name, title, message) {
    const { icon: kind, text } = summary(message);
    this.#bar.replaceChildren(
      icon(name),
      h(
        "div",
        {},
        h("strong", {}, ...title),
        h("span", { dir: "auto" }, kind ? icon(kind) : null, text),
      ),
      iconButton("close", "Cancel", () => {
        this.#cancelContext();
        this.focus();
      }),
    );
    this.#bar.hidden = false;
    this.focus();
  }

  #cancelContext() {
    if (this.#editing) this.#field.value = this.#kept;
    this.#editing = null;
    this.#replyTo = null;
    this.#bar.hidden = true;
    this.#changed();
  }

  /** @param {KeyboardEvent} event */
  #keys(event) {
    if (endsComposition(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !touch.matches) {
      event.preventDefault();
      void this.#submit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (!this.#bar.hidden) this.#cancelContext();
      else this.#actions.leave();
    } else if (event.key === "ArrowUp" && this.#field.value === "" && this.#bar.hidden) {
      const last = this.#actions.lastOwn();
      if (!last) return;
      event.preventDefault();
      this.edit(last);
    }
  }

  async #submit() {
    const text = this.#field.value.trim();
    const { files } = this.#tray;
    const editing = this.#editing;
    if (text === "" && files.length === 0) return;
    if (editing) {
      this.#cancelContext();
      // What was not changed stays as it is, without the mark of an edit.
      if (text === editableText(editing)) return;
      try {
        await this.#actions.edit(editing, text);
      } catch {
        // The reason was shown; the text must not be lost.
        this.edit(editing);
        this.#field.value = text;
        this.#changed();
      }
      return;
    }
    this.#tray.files = [];
    this.#actions.send({ text, files, replyTo: this.#replyTo });
    this.#field.value = "";
    this.#cancelContext();
    this.focus();
  }

  /** After every change of what is written or attached. */
  #changed() {
    this.#fit();
    this.#actions.changed(this.#editing ? this.#kept : this.#field.value);
  }

  /** Makes everything fit what is written and attached now. */
  #fit() {
    const full = this.#field.value.trim() !== "" || this.#tray.files.length > 0;
    this.#send.hidden = !full && canRecord && !this.#editing;
    this.#mic.hidden = !this.#send.hidden;
    this.#send.disabled = !full;
    this.#field.style.height = "auto";
    if (this.#field.value !== "") this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}
