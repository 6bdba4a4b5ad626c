/**
 * The messages of one conversation: older ones load while one scrolls up, new ones arrive at
 * the bottom, and a row is only built again when its snapshot is a new object.
 */

/** @import {ConversationRef, ConversationSnapshot, MessageSnapshot, MessageSubscription} from "talk-session" */
/** @import {Outbox} from "./outbox.js" */
/** @import {RowActions} from "./message-row.js" */
/** @import {Source} from "./timeline.js" */

import { summary } from "./conversation.js";
import { calm, h } from "./dom.js";
import { countOf, dayLabel } from "./format.js";
import { icon } from "./icons.js";
import { left } from "./leaving.js";
import { editableText } from "./markup.js";
import { emptyLine, loadingLine, skeleton, startLine } from "./message-lines.js";
import { MessageRow } from "./message-row.js";
import { MessageWindow } from "./message-window.js";
import { Timeline } from "./timeline.js";
import { announce, toast } from "./toast.js";
import { Translations } from "./translations.js";
import { TypingLine } from "./typing.js";

/** How many older messages are asked for at a time, and how many on the way to a far one. */
const PAGE = 30;
const LARGE_PAGE = 100;

/** So far back the first unread message is looked for when a conversation is opened. */
const MOST_UNREAD = 1_000;

/** So many messages are loaded to get to one of them. */
const FARTHEST = 10_000;

export class MessageList {
  el;
  #ref;
  #me;
  #outbox;
  #actions;
  #timeline;
  #scroller;
  #jump;
  #trip;
  #window;
  /** @type {MessageSubscription} */
  #subscription;
  #onSight;
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
  /** Until the messages are shown, the first unread one is looked for. */
  /** @type {"waiting" | "opening" | "open"} */
  #phase = "waiting";
  /** @type {() => void} */
  #loaded = () => {};
  /** Resolves when the first messages are there. @type {Promise<void>} */
  #ready = new Promise((done) => {
    this.#loaded = done;
  });
  #fresh = 0;
  #frame = 0;
  /** The message that is being gone to. */
  #goal = "";
  /** @type {Map<string, HTMLElement>} */
  #lines = new Map();

  /**
   * @param {object} options
   * @param {ConversationRef} options.ref
   * @param {string} options.me
   * @param {Outbox} options.outbox
   * @param {Omit<RowActions, "jumpTo" | "retry" | "discard" | "translate">} options.actions
   * @param {() => void} options.onSight after each change of what is in view
   */
  constructor({ ref, me, outbox, actions, onSight }) {
    this.#ref = ref;
    this.#me = me;
    this.#outbox = outbox;
    this.#onSight = onSight;
    this.#timeline = new Timeline(me);
    this.#actions = {
      ...actions,
      jumpTo: (/** @type {string} */ id) => void this.goTo(id),
      translate: (/** @type {MessageSnapshot} */ message) => void this.translations.toggle(message),
      retry: (/** @type {string} */ key) => void outbox.retry(key),
      discard: (/** @type {string} */ key) => outbox.discard(key),
    };
    this.#scroller = h("div", {
      class: "scroller",
      role: "log",
      "aria-live": "off",
      "aria-label": "Messages",
      tabindex: "-1",
    });
    this.#jump = h(
      "button",
      { type: "button", class: "jump", hidden: true, onclick: () => this.#toEnd() },
      h("span", {}),
      icon("arrowDown"),
    );
    this.#trip = h("div", { class: "trip", role: "status", hidden: true });
    this.el = h("div", { class: "messages" }, this.#scroller, this.#trip, this.#jump);
    this.#window = new MessageWindow(this.#scroller, this.#timeline, {
      keyOf: (source) => this.#keyOf(source),
      makeRow: () => new MessageRow(this.#me, this.#actions),
      update: (row, index) => this.#update(row, index),
      head: () => this.#head(),
      foot: () => (this.#typing.shown ? [this.#typing.el] : []),
      onMove: () => this.#moved(),
    });
    this.#scroller.addEventListener("keydown", (event) => this.#keys(event));
    let waiting = 0;
    this.#stopOutbox = outbox.onChange((id) => {
      if (id !== ref.id) return;
      const now = outbox.waiting(id).length;
      // Whoever sends something sees it; whoever then reads on above is not called back.
      if (now > waiting) this.#window.keeper.toEnd();
      waiting = now;
      this.#schedule();
    });
    this.#typing = new TypingLine(ref, () => this.#schedule());
    this.translations = new Translations(ref, () => this.#schedule());
    this.#subscription = this.#subscribe();
    this.#draw();
  }

  /** The messages that are loaded, oldest first. */
  get messages() {
    return [...(this.#messages ?? [])].reverse();
  }

  /** The latest own message that can be edited. */
  get lastOwn() {
    return this.#messages?.find(
      (message) => message.sender?.id === this.#me && editableText(message) !== null,
    );
  }

  /** Whether the newest message is in view. */
  get seesNewest() {
    return this.#phase === "open" && this.#window.seesNewest;
  }

  /** @param {ConversationSnapshot} conversation */
  show(conversation) {
    if (!this.#conversation && conversation.unreadMessageCount > 0) {
      this.#timeline.readUntil = conversation.readUntil;
    }
    this.#conversation = conversation;
    if (this.#messages) void this.#open();
    this.#schedule();
  }

  /** Draws again what depends on the day. */
  refresh() {
    this.#window.refresh();
    this.#schedule();
  }

  /** Moves the focus into the list: to where it was, or to a message in view. */
  focusCurrent() {
    this.#window.focusCurrent();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#goal = "";
    this.#stopOutbox();
    this.#subscription.unsubscribe();
    this.#typing.close();
    this.#window.close();
    this.#outbox.forget(this.#ref.id);
  }

  #subscribe() {
    const subscription = this.#ref.subscribeMessages((messages, loadedAll) => {
      this.#arrived(messages);
      this.#messages = messages;
      this.#loadedAll = loadedAll;
      this.#loaded();
      if (this.#conversation) void this.#open();
      this.#schedule();
    });
    subscription.terminated.then((state) => {
      if (state.type !== "error") return;
      this.#error = state.error;
      this.#schedule();
    });
    return subscription;
  }

  /**
   * Notes, counts and speaks what is new at the bottom.
   *
   * @param {readonly MessageSnapshot[] | null} messages
   */
  #arrived(messages) {
    const [last] = this.#messages ?? [];
    for (const message of messages ?? []) {
      if (last && (message.id === last.id || message.createdAt < last.createdAt)) break;
      // What was sent from here takes the place of its draft, whether or not it is in view.
      this.#outbox.origin(message);
      if (!last || message.sender?.id === this.#me) continue;
      announce(`${message.sender?.name ?? "Notice"}: ${summary(message).text}`);
      if (!this.#window.keeper.pinned) this.#fresh += 1;
    }
  }

  /** Shows the messages for the first time: at the first unread one, or at the end. */
  async #open() {
    if (this.#phase !== "waiting") return;
    this.#phase = "opening";
    this.#settle();
    while (this.#timeline.freshIsOlder && this.#timeline.length < MOST_UNREAD) {
      const more = await this.#load(LARGE_PAGE);
      if (this.#phase !== "opening" || left.aborted) return;
      this.#settle();
      if (!more) break;
    }
    this.#phase = "open";
    this.#settle();
    const { fresh } = this.#timeline;
    if (fresh < 0) {
      this.#draw();
      this.#window.keeper.toEnd();
    } else {
      const row = this.#window.bring(fresh);
      const line = row?.el.previousElementSibling;
      if (line && row) this.#window.keeper.to(line, 0.25);
    }
    this.#draw();
  }

  /** Several changes within one frame are drawn once. */
  #schedule() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    if (left.aborted) return;
    if (this.#phase === "open") this.#settle();
    else this.#timeline.update([], false, []);
    this.#window.draw();
    this.#moved();
  }

  /** Takes over what is known of the conversation now. */
  #settle() {
    const isThere = this.#messages && !this.#error;
    const drafts = isThere ? this.#outbox.waiting(this.#ref.id) : [];
    this.#timeline.update(isThere ? (this.#messages ?? []) : [], this.#loadedAll, drafts);
  }

  /** @param {Source} source */
  #keyOf(source) {
    if (!("id" in source)) return source.key;
    return this.#outbox.origin(source)?.key ?? `m ${source.id}`;
  }

  /**
   * @param {MessageRow} row
   * @param {number} index
   */
  #update(row, index) {
    const source = this.#timeline.at(index);
    if (!source) return;
    const { fresh } = this.#timeline;
    const joins = (/** @type {number} */ at) => at !== fresh && this.#timeline.joins(at);
    const place = {
      first: !joins(index),
      last: !joins(index + 1),
      read: source.createdAt <= (this.#conversation?.everyoneReadUntil ?? 0),
    };
    if ("id" in source) {
      row.update(source, place, this.#outbox.origin(source), this.translations.of(source));
    } else row.update(source, place, null, null);
  }

  /** What comes before the oldest message, or in place of messages. */
  #head() {
    if (this.#messages === null || this.#error) return [];
    if (!this.#messages || this.#phase !== "open") return [this.#line("skeleton", skeleton)];
    if (!this.#loadedAll) return [this.#line("more", loadingLine)];
    const top =
      this.#timeline.length === 0 ? this.#line("empty", emptyLine) : this.#line("start", startLine);
    const welcome = (this.#conversation?.welcomeMessages ?? []).map((text, i) =>
      this.#line(`welcome ${i} ${text}`, () => h("p", { class: "note-pill", dir: "auto" }, text)),
    );
    return [top, ...welcome];
  }

  /**
   * @param {string} key
   * @param {() => HTMLElement} make
   */
  #line(key, make) {
    const line = this.#lines.get(key) ?? make();
    this.#lines.set(key, line);
    return line;
  }

  /** After every scroll and every drawing: the button to the end, and more history near the top. */
  #moved() {
    if (this.#phase !== "open") return;
    this.#window.follow();
    const { pinned, distance } = this.#window.keeper;
    if (pinned) this.#fresh = 0;
    this.#jump.hidden = distance < 240 && this.#fresh === 0;
    const text = this.#fresh > 0 ? countOf(this.#fresh, "new message") : "";
    const label = this.#jump.firstElementChild;
    if (label && label.textContent !== text) label.textContent = text;
    this.#jump.setAttribute("aria-label", text || "Go to the latest message");
    this.#jump.classList.toggle("counting", this.#fresh > 0);
    const near = this.#scroller.scrollTop < 600 && this.#scroller.clientHeight > 0;
    if (near && this.#window.hasOldest) void this.#load(PAGE);
    this.#onSight();
  }

  /**
   * Loads older messages.
   *
   * @param {number} count
   * @returns {Promise<boolean>} whether there are more now
   */
  async #load(count) {
    if (this.#loading || this.#loadedAll || !this.#messages || this.#error) return false;
    const before = this.#messages.length;
    this.#loading = this.#subscription.loadMore(count);
    try {
      await this.#loading;
    } catch {
      toast("Older messages could not be loaded. Scroll up to try again.", "error");
      return false;
    } finally {
      this.#loading = null;
    }
    this.#schedule();
    return (this.#messages?.length ?? 0) > before;
  }

  /** Goes to the end: smoothly if it is near. */
  #toEnd() {
    const near = this.#window.keeper.distance < 3 * this.#scroller.clientHeight;
    const smooth = near && !calm.matches && !this.#window.keeper.travelling;
    this.#window.keeper.toEnd(smooth);
    if (!smooth) this.#draw();
  }

  /**
   * Goes to a message, loading the history on the way to it.
   *
   * @param {string} id
   */
  async goTo(id) {
    this.#goal = id;
    await this.#ready;
    // A long way, and the way into a conversation that just opens, is not animated.
    const isLoaded = this.#phase === "open" && this.#timeline.find(id) >= 0;
    // Whoever comes for one message is not led to the first unread one.
    this.#phase = "open";
    this.#draw();
    const why = isLoaded ? "" : await this.#travel(id);
    if (this.#goal !== id || left.aborted) return;
    this.#goal = "";
    if (why === null) return;
    if (why) return toast(why);
    this.#settle();
    const index = this.#timeline.find(id);
    const shown = index < 0 ? null : this.#window.bring(index);
    if (!shown) return toast("That message was deleted.");
    this.#window.keeper.to(shown.el, 0.3, isLoaded && this.#isNear(shown) && !calm.matches);
    shown.el.focus({ preventScroll: true });
    shown.el.classList.remove("flash");
    void shown.el.offsetWidth;
    shown.el.classList.add("flash");
  }

  /** @param {MessageRow} row */
  #isNear({ el }) {
    return Math.abs(this.#window.keeper.topOf(el)) < 2 * this.#scroller.clientHeight;
  }

  /**
   * Loads the history down to a message, and says meanwhile where to.
   *
   * @param {string} id
   * @returns {Promise<string | null>} why it cannot be reached, in words; null: that was said
   */
  async #travel(id) {
    if (this.#timeline.find(id) >= 0) return "";
    const goal = await this.#ref.message(id).get().catch(() => null);
    if (this.#goal !== id) return "";
    if (!goal) return "That message was deleted.";
    const day = dayLabel(goal.createdAt);
    const stop = h("button", { type: "button", class: "link-button" }, "Stop");
    stop.addEventListener("click", () => (this.#goal = ""));
    this.#trip.replaceChildren(
      h("span", { class: "spinner" }),
      h("span", {}, `On the way to ${day}…`),
      stop,
    );
    try {
      while (this.#goal === id && (this.#timeline.oldest?.createdAt ?? 0) >= goal.createdAt) {
        if (this.#timeline.find(id) >= 0) return "";
        if (this.#timeline.length >= FARTHEST) {
          return `That message, of ${day}, is too far back to go to. Scroll up to load more.`;
        }
        // Only a way that takes time is worth a note.
        this.#trip.hidden = this.#timeline.length < 500;
        if (this.#loading) await this.#loading.catch(() => {});
        else if (!(await this.#load(LARGE_PAGE)) && !this.#loadedAll) return null;
        if (this.#loadedAll) break;
        this.#settle();
      }
      this.#settle();
      return "";
    } finally {
      this.#trip.hidden = true;
    }
  }

  /** @param {KeyboardEvent} event */
  #keys(event) {
    const on = event.target === this.#scroller ? this.#window.current : this.#window.focused;
    if (!on || (event.target !== this.#scroller && event.target !== on.el)) return;
    const now = this.#window.indexOf(on);
    const end = this.#timeline.length - 1;
    const to = { ArrowUp: now - 1, ArrowDown: now + 1, Home: 0, End: end }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const row = this.#window.bring(Math.max(0, Math.min(to, end)));
    if (!row) return;
    row.el.focus({ preventScroll: true });
    if (event.key === "End") this.#window.keeper.toEnd();
    else this.#window.keeper.show(row.el);
    this.#moved();
  }
}
