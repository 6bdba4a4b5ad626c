/**
 * Where messages are written: text, files by button, paste or drop, a voice recording, an
 * answer to a message, or a change to an own one.
 */

/** @import {MessageSnapshot} from "talk-session" */
/** @import {LocalFile} from "./media.js" */

import { source } from "./content.js";
import { firstName, summary } from "./conversation.js";
import { h, touch } from "./dom.js";
import { fileSize, length } from "./format.js";
import { icon } from "./icons.js";
import { inspect } from "./media.js";
import { Recorder, canRecord } from "./recorder.js";
import { announce, toast } from "./toast.js";

/** More than this at once is rather a mistake than a wish. */
const MAX_FILES = 20;

/**
 * @typedef {object} ComposerActions
 * @property {(what: {text: string, files: readonly LocalFile[], replyTo: MessageSnapshot | null}) => void} send
 * @property {(message: MessageSnapshot, text: string) => Promise<void>} edit
 * @property {() => void} typing something was typed that will become a message
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
  #tray = h("ul", { class: "tray", hidden: true, "aria-label": "Files to send" });
  #line;
  #voice = h("div", { class: "voice-line", hidden: true });

  /** @type {LocalFile[]} */
  #files = [];
  /** @type {MessageSnapshot | null} */
  #replyTo = null;
  /** @type {MessageSnapshot | null} */
  #editing = null;
  /** What was being written before an edit began. */
  #kept = "";
  /** @type {Recorder | null} */
  #recorder = null;

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
    const attach = button("attach", "Attach files", () => this.#picker.click());
    this.#mic = button("mic", "Record a voice message", () => void this.#record());
    this.#send = button("send", "Send", () => void this.#submit());
    this.#send.classList.add("send");
    this.#line = h(
      "div",
      { class: "composer-line" },
      attach,
      this.#picker,
      this.#field,
      this.#mic,
      this.#send,
    );
    this.el = h(
      "div",
      { class: "composer" },
      h("div", { class: "composer-inner" }, this.#bar, this.#tray, this.#line, this.#voice),
    );
    this.#field.addEventListener("input", () => {
      this.#changed();
      if (!this.#editing && this.#field.value.trim() !== "") actions.typing();
    });
    this.#field.addEventListener("keydown", (event) => this.#keys(event));
    this.#field.addEventListener("paste", (event) => this.#paste(event));
    this.#picker.addEventListener("change", () => {
      void this.attach([...(this.#picker.files ?? [])]);
      this.#picker.value = "";
    });
    this.#changed();
  }

  get text() {
    return this.#editing ? this.#kept : this.#field.value;
  }

  /** @param {string} text */
  set text(text) {
    this.#field.value = text;
    this.#changed();
  }

  focus() {
    this.#field.focus();
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
    const room = MAX_FILES - this.#files.length;
    if (files.length > room) toast(`At most ${MAX_FILES} files go out at once.`, "error");
    const local = await Promise.all(files.slice(0, room).map(inspect));
    this.#files.push(...local);
    announce(`${local.map(({ name }) => name).join(", ")} attached`);
    this.#changed();
    this.focus();
  }

  /** @param {MessageSnapshot} message */
  reply(message) {
    if (this.#editing) this.#cancelContext();
    this.#replyTo = message;
    const name =
      message.sender?.id === this.#me ? "yourself" : firstName(message.sender?.name ?? "somebody");
    this.#context("reply", `Answer to ${name}`, message);
  }

  /** @param {MessageSnapshot} message */
  edit(message) {
    if (!this.#editing) this.#kept = this.#field.value;
    this.#replyTo = null;
    this.#editing = message;
    this.#field.value = message.content
      .map((b) => (b.type === "text" ? source(b.children) : ""))
      .join("\n");
    this.#context("edit", "Change this message", message);
    this.#changed();
    this.#field.setSelectionRange(this.#field.value.length, this.#field.value.length);
  }

  /** A message that is gone can neither be answered nor changed. */
  forget(/** @type {string} */ id) {
    if (this.#replyTo?.id === id || this.#editing?.id === id) this.#cancelContext();
  }

  close() {
    this.#recorder?.cancel();
    for (const { url } of this.#files) URL.revokeObjectURL(url);
  }

  /**
   * @param {string} name
   * @param {string} title
   * @param {MessageSnapshot} message
   */
  #context(name, title, message) {
    const { icon: kind, text } = summary(message);
    this.#bar.replaceChildren(
      icon(name),
      h("div", {}, h("strong", {}, title), h("span", {}, kind ? icon(kind) : null, text)),
      button("close", "Cancel", () => {
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
    if (event.isComposing) return;
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

  /** @param {ClipboardEvent} event */
  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void this.attach(files);
  }

  async #submit() {
    const text = this.#field.value.trim();
    const files = this.#files;
    const editing = this.#editing;
    if (text === "" && files.length === 0) return;
    if (editing) {
      this.#cancelContext();
      try {
        await this.#actions.edit(editing, text);
      } catch {
        // The reason was shown; the text must not be lost.
        this.edit(editing);
        this.text = text;
      }
      return;
    }
    this.#files = [];
    this.#actions.send({ text, files, replyTo: this.#replyTo });
    this.#field.value = "";
    this.#cancelContext();
    this.focus();
  }

  /** Makes everything fit what is written and attached now. */
  #changed() {
    const full = this.#field.value.trim() !== "" || this.#files.length > 0;
    this.#send.hidden = !full && canRecord && !this.#editing;
    this.#mic.hidden = !this.#send.hidden;
    this.#send.disabled = !full;
    this.#field.style.height = "auto";
    if (this.#field.value !== "") this.#field.style.height = `${this.#field.scrollHeight}px`;
    this.#tray.hidden = this.#files.length === 0;
    this.#tray.replaceChildren(...this.#files.map((file) => this.#piece(file)));
  }

  /** @param {LocalFile} file */
  #piece(file) {
    const look =
      file.kind === "image"
        ? h("img", { src: file.url, alt: "" })
        : icon(file.kind === "voice" ? "mic" : file.kind);
    const note = file.duration ? length(file.duration) : fileSize(file.blob.size);
    const remove = button("close", `Remove ${file.name}`, () => {
      this.#files = this.#files.filter((other) => other !== file);
      URL.revokeObjectURL(file.url);
      this.#changed();
      this.focus();
    });
    return h(
      "li",
      { class: `piece ${file.kind}` },
      h("span", { class: "piece-look" }, look),
      h("span", { class: "piece-text" }, h("span", {}, file.name), h("small", {}, note)),
      remove,
    );
  }

  async #record() {
    if (this.#recorder) return;
    try {
      this.#recorder = await Recorder.start();
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), "error");
      return;
    }
    const time = h("span", { class: "voice-time", role: "timer" }, "0:00");
    const meter = h("span", { class: "meter", "aria-hidden": "true" });
    const send = button("send", "Send the recording", () => void this.#finish());
    send.classList.add("send");
    this.#voice.replaceChildren(
      button("trash", "Discard the recording", () => this.#endRecording()),
      h("span", { class: "dot", "aria-hidden": "true" }),
      time,
      meter,
      send,
    );
    this.#line.hidden = true;
    this.#voice.hidden = false;
    this.#voice.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#endRecording();
    };
    send.focus();
    announce("Recording");
    const recorder = this.#recorder;
    let last = 0;
    const tick = (/** @type {number} */ now) => {
      if (this.#recorder !== recorder) return;
      time.textContent = length(recorder.duration);
      if (now - last > 80) {
        last = now;
        const bar = h("i", {});
        bar.style.setProperty("--level", String(Math.max(0.08, recorder.level)));
        meter.append(bar);
        while (meter.children.length > 90) meter.firstElementChild?.remove();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  async #finish() {
    const recorder = this.#recorder;
    if (!recorder) return;
    this.#recorder = null;
    this.#endRecording();
    try {
      const file = await recorder.stop();
      this.#actions.send({ text: "", files: [file], replyTo: this.#replyTo });
      if (this.#replyTo) this.#cancelContext();
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), "error");
    }
  }

  #endRecording() {
    this.#recorder?.cancel();
    this.#recorder = null;
    this.#voice.hidden = true;
    this.#line.hidden = false;
    this.#mic.focus();
  }
}

/**
 * @param {string} name
 * @param {string} label
 * @param {() => void} run
 */
function button(name, label, run) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: run },
    icon(name),
  );
}
