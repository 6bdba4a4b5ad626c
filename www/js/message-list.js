/**
 * The messages of one conversation: older ones load while one scrolls up, new ones arrive at
 * the bottom, and a row is only built again when its snapshot is a new object.
 */

/** @import {ConversationRef, ConversationSnapshot, MessageSnapshot, MessageSubscription} from "talk-session" */
/** @import {Draft, Outbox} from "./outbox.js" */
/** @import {RowActions} from "./message-row.js" */

import { summary } from "./conversation.js";
import { calm, h, place } from "./dom.js";
import { countOf, dayOf } from "./format.js";
import { icon } from "./icons.js";
import { left } from "./leaving.js";
import {
  dayLine, emptyLine, loadingLine, skeleton, startLine, unreadLine,
} from "./message-lines.js";
import { MessageRow } from "./message-row.js";
import { ScrollKeeper } from "./scroll-keeper.js";
import { announce, toast } from "./toast.js";
import { Translations } from "./translations.js";
import { TypingLine } from "./typing.js";

/** Messages of one person within this time form one group. */
const GROUP_MS = 5 * 60_000;

/** How many older messages are asked for at a time. */
const PAGE = 30;

/** How many pages are loaded to find a message that was answered long ago. */
const SEARCH_PAGES = 20;

export class MessageList {
  el;
  #ref;
  #me;
  #outbox;
  #actions;
  #content = h("div", { class: "history" });
  #scroller;
  #jump;
  #keeper;
  /** @type {MessageSubscription} */
  #subscription;
  #stopOutbox;
  #typing;
  translations;

  /** @type {readonly MessageSnapshot[] | null | undefined} undefined: not loaded yet */
  #messages = undefined;
  #loadedAll = false;
  /** @type {Promise<void> | null} */
  #loading = null;
  /** @type {Error | null} */
  #error = null;
  /** @type {ConversationSnapshot | null} */
  #conversation = null;
  /** Where the line “new” goes: after what was read when the conversation was opened. */
  #readUntil = Infinity;
  #opened = false;
  /** @type {() => void} */
  #loaded = () => {};
  /** Resolves when the first messages are there. @type {Promise<void>} */
  #ready = new Promise((done) => {
    this.#loaded = done;
  });
  #fresh = 0;
  #frame = 0;

  /** @type {Map<string, MessageRow>} */
  #rows = new Map();
  /** @type {Map<string, HTMLElement>} */
  #lines = new Map();

  /**
   * @param {object} options
   * @param {ConversationRef} options.ref
   * @param {string} options.me
   * @param {Outbox} options.outbox
   * @param {Omit<RowActions, "jumpTo" | "retry" | "discard" | "translate">} options.actions
   * @param {() => void} options.onChange after each snapshot
   */
  constructor({ ref, me, outbox, actions, onChange }) {
    this.#ref = ref;
    this.#me = me;
    this.#outbox = outbox;
    this.#actions = {
      ...actions,
      jumpTo: (/** @type {string} */ id) => void this.goTo(id),
      translate: (/** @type {MessageSnapshot} */ message) => void this.translations.toggle(message),
      retry: (/** @type {string} */ key) => void outbox.retry(key),
      discard: (/** @type {string} */ key) => outbox.discard(key),
    };
    this.#scroller = h(
      "div",
      { class: "scroller", role: "log", "aria-live": "off", "aria-label": "Messages" },
      this.#content,
    );
    this.#jump = h(
      "button",
      { type: "button", class: "jump", hidden: true },
      h("span", {}),
      icon("arrowDown"),
    );
    this.#jump.addEventListener("click", () => this.#keeper.toEnd(!calm.matches));
    this.el = h("div", { class: "messages" }, this.#scroller, this.#jump);
    this.#keeper = new ScrollKeeper(this.#scroller, this.#content, () => this.#moved());
    this.#scroller.addEventListener("keydown", (event) => this.#keys(event));
    this.#stopOutbox = outbox.onChange((id) => {
      if (id !== ref.id) return;
      this.#keeper.toEnd();
      this.#schedule();
    });
    this.#typing = new TypingLine(ref, () => this.#schedule());
    this.translations = new Translations(ref, () => this.#schedule());
    this.#subscription = this.#subscribe(onChange);
    this.#draw();
  }

  /** The pictures of the conversation, oldest first. */
  get messages() {
    return [...(this.#messages ?? [])].reverse();
  }

  /** The latest own text that can be edited. */
  get lastOwn() {
    return this.#messages?.find(
      ({ sender, content }) =>
        sender?.id === this.#me && content.every(({ type }) => type === "text"),
    );
  }

  /** @param {ConversationSnapshot} conversation */
  show(conversation) {
    if (!this.#conversation) {
      this.#readUntil = conversation.unreadMessageCount > 0 ? conversation.readUntil : Infinity;
    }
    this.#conversation = conversation;
    this.#schedule();
  }

  /** Draws again what depends on the day. */
  refresh() {
    this.#lines.clear();
    this.#schedule();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#stopOutbox();
    this.#subscription.unsubscribe();
    this.#typing.close();
    this.#keeper.close();
    this.#outbox.forget(this.#ref.id);
  }

  /** @param {() => void} onChange */
  #subscribe(onChange) {
    const subscription = this.#ref.subscribeMessages((messages, loadedAll) => {
      this.#arrived(messages);
      this.#messages = messages;
      this.#loadedAll = loadedAll;
      this.#loaded();
      this.#schedule();
      onChange();
    });
    subscription.terminated.then((state) => {
      if (state.type !== "error") return;
      this.#error = state.error;
      this.#schedule();
    });
    return subscription;
  }

  /**
   * Counts and speaks what is new at the bottom.
   *
   * @param {readonly MessageSnapshot[] | null} messages
   */
  #arrived(messages) {
    const [last] = this.#messages ?? [];
    if (!messages || !last) return;
    for (const message of messages) {
      if (message.createdAt <= last.createdAt) break;
      if (message.sender?.id === this.#me) continue;
      announce(`${message.sender?.name ?? "Notice"}: ${summary(message).text}`);
      if (!this.#keeper.pinned) this.#fresh += 1;
    }
  }

  /** Several changes within one frame are drawn once. */
  #schedule() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    if (left.aborted) return;
    place(this.#content, [...this.#build()]);
    this.#keeper.restore();
    this.#rove();
    if (!this.#opened && this.#messages && this.#conversation) {
      this.#opened = true;
      const line = this.#content.querySelector(".unread-line");
      if (line) this.#keeper.to(line, 0.25);
      else this.#keeper.toEnd();
    }
    this.#moved();
  }

  /** @returns {Generator<HTMLElement>} the lines from the oldest to the newest */
  *#build() {
    if (this.#messages === null || this.#error) return;
    if (this.#messages === undefined) {
      yield this.#line("skeleton", skeleton);
      return;
    }
    const messages = [...this.#messages].reverse();
    yield this.#top(messages.length === 0);
    for (const [i, text] of (this.#conversation?.welcomeMessages ?? []).entries()) {
      if (!this.#loadedAll) break;
      yield this.#line(`welcome ${i} ${text}`, () => h("p", { class: "note-pill" }, text));
    }

    const keys = messages.map((message) => this.#outbox.origin(message)?.key ?? `m ${message.id}`);
    const drafts = this.#outbox.waiting(this.#ref.id);
    const all = [...messages, ...drafts];
    const freshAt = all.findIndex(
      (source) => source.createdAt > this.#readUntil && this.#author(source) !== this.#me,
    );
    const joins = (/** @type {number} */ i) => i !== freshAt && this.#joined(all[i - 1], all[i]);
    const used = new Set();
    let day = 0;
    for (const [i, source] of all.entries()) {
      // A draft carries this machine's time, which may lag behind the server's.
      const today = Math.max(day, dayOf(source.createdAt));
      if (today !== day) yield this.#line(`day ${today}`, () => dayLine(source.createdAt));
      if (i === freshAt) yield this.#line("unread", unreadLine);
      day = today;
      const key = "id" in source ? (keys[i] ?? "") : source.key;
      used.add(key);
      yield this.#row(key, source, {
        first: !joins(i),
        last: !joins(i + 1),
        read: source.createdAt <= (this.#conversation?.everyoneReadUntil ?? 0),
      });
    }
    for (const key of this.#rows.keys()) if (!used.has(key)) this.#rows.delete(key);
    if (this.#typing.shown) yield this.#typing.el;
  }

  /**
   * @param {string} key
   * @param {MessageSnapshot | Draft} source
   * @param {import("./message-row.js").Place} where
   */
  #row(key, source, where) {
    let row = this.#rows.get(key);
    if (!row) {
      row = new MessageRow(this.#me, this.#actions);
      this.#rows.set(key, row);
    }
    if ("id" in source) {
      row.update(source, where, this.#outbox.origin(source), this.translations.of(source));
    } else row.update(source, where, null, null);
    return row.el;
  }

  /**
   * @param {string} key
   * @param {() => HTMLElement} make
   */
  #line(key, make) {
    let line = this.#lines.get(key);
    if (!line) {
      line = make();
      this.#lines.set(key, line);
    }
    return line;
  }

  /** @param {boolean} empty */
  #top(empty) {
    if (!this.#loadedAll) return this.#line("more", loadingLine);
    return empty ? this.#line("empty", emptyLine) : this.#line("start", startLine);
  }

  /** @param {MessageSnapshot | Draft} source */
  #author(source) {
    return "id" in source ? source.sender?.id : this.#me;
  }

  /**
   * @param {MessageSnapshot | Draft | undefined} one
   * @param {MessageSnapshot | Draft | undefined} next
   */
  #joined(one, next) {
    if (!one || !next || isNotice(one) || isNotice(next)) return false;
    return (
      this.#author(one) === this.#author(next) &&
      next.createdAt - one.createdAt < GROUP_MS &&
      dayOf(one.createdAt) === dayOf(next.createdAt)
    );
  }

  /** After every scroll and every drawing: the button to the end, and more history near the top. */
  #moved() {
    if (this.#keeper.pinned) this.#fresh = 0;
    this.#jump.hidden = this.#keeper.distance < 240 && this.#fresh === 0;
    const text = this.#fresh > 0 ? countOf(this.#fresh, "new message") : "";
    const label = this.#jump.firstElementChild;
    if (label && label.textContent !== text) label.textContent = text;
    this.#jump.setAttribute("aria-label", text || "Go to the latest message");
    this.#jump.classList.toggle("counting", this.#fresh > 0);
    const near = this.#scroller.scrollTop < 600 && this.#scroller.clientHeight > 0;
    if (near && this.#opened) void this.#older();
  }

  async #older() {
    if (this.#loading || this.#loadedAll || !this.#messages || this.#error) return;
    this.#loading = this.#subscription.loadMore(PAGE);
    try {
      await this.#loading;
    } catch {
      toast("Older messages could not be loaded. Scroll up to try again.", "error");
      return;
    } finally {
      this.#loading = null;
    }
    this.#schedule();
  }

  /**
   * Goes to a message, loading as much history as it takes within reason.
   *
   * @param {string} id
   */
  async goTo(id) {
    await this.#ready;
    // A long way, and the way into a conversation that just opens, is not animated.
    let smooth = this.#opened && !calm.matches;
    for (let page = 0; page < SEARCH_PAGES; page++) {
      if (this.#messages?.some((message) => message.id === id) || this.#loadedAll) break;
      smooth = false;
      await (this.#loading ?? this.#older())?.catch(() => {});
    }
    // Whoever comes for one message is not led to the first unread one.
    this.#opened = true;
    this.#draw();
    const row = [...this.#rows.values()].find(({ message }) => message?.id === id);
    if (!row) return toast("That message is no longer here.");
    this.#keeper.to(row.el, 0.3, smooth);
    row.el.focus({ preventScroll: true });
    row.el.classList.remove("flash");
    void row.el.offsetWidth;
    row.el.classList.add("flash");
  }

  /** Exactly one row can be reached by Tab; the arrow keys go on from there. */
  #rove() {
    const rows = this.#rowEls();
    const focused = rows.find((el) => el === document.activeElement);
    const chosen = focused ?? rows[rows.length - 1];
    for (const el of rows) {
      const index = el === chosen ? "0" : "-1";
      if (el.getAttribute("tabindex") !== index) el.setAttribute("tabindex", index);
    }
  }

  #rowEls() {
    return /** @type {HTMLElement[]} */ ([...this.#content.querySelectorAll(":scope > .row")]);
  }

  /** @param {KeyboardEvent} event */
  #keys(event) {
    const rows = this.#rowEls();
    const now = rows.indexOf(/** @type {HTMLElement} */ (event.target));
    if (now < 0) return;
    const to = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const row = rows[Math.max(0, Math.min(to, rows.length - 1))];
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
    this.#rove();
  }
}

/** @param {MessageSnapshot | Draft} source */
const isNotice = (source) => "id" in source && source.type === "SystemMessage";
