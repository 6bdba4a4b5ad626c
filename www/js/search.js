/**
 * Search: conversations and messages, shown as they are found. Conversations that are loaded are
 * also found by the names of the people in them, which the service does not look at.
 */

/** @import {ConversationSnapshot, SearchMessageSnapshot} from "talk-session" */
/** @import {App} from "./app.js" */

import { avatar, conversationAvatar } from "./avatar.js";
import { describe, firstName } from "./conversation.js";
import { h, place, setText } from "./dom.js";
import { countOf, fullTime, listTime } from "./format.js";
import { highlight, snippet } from "./highlight.js";
import { icon } from "./icons.js";
import { left } from "./leaving.js";
import { isolate, named } from "./names.js";
import { reason } from "./outbox.js";
import { conversationUrl } from "./route.js";

/** So long a pause in typing counts as the end of a word. */
const PAUSE_MS = 180;

/** How many more results one asks for. */
const PAGE = 10;

/**
 * What both kinds of search have in common.
 *
 * @typedef {object} Search
 * @property {(query: string) => Promise<unknown>} setQuery
 * @property {(limit?: number) => Promise<unknown>} loadMore
 */

/**
 * @template T
 * @typedef {object} Section
 * @property {string} title
 * @property {string} none what is said when nothing was found
 * @property {() => Search} make begins to search, at the first query
 * @property {Search | null} search
 * @property {readonly T[]} results
 * @property {"searching" | "canLoadMore" | "loadedAll"} status
 * @property {string} failure
 * @property {boolean} onward whether it was the next results that were asked for
 * @property {(item: T) => HTMLElement} line
 * @property {WeakMap<object, HTMLElement>} lines those that are built
 * @property {HTMLElement} list
 * @property {HTMLElement} foot
 */

export class SearchPane {
  el;
  #app;
  #loaded;
  #query = "";
  #timer = 0;
  #frame = 0;
  /** What a screen reader is told, once a search has ended. */
  #said = h("p", { class: "visually-hidden", role: "status" });
  /** @type {Section<ConversationSnapshot>} */
  #conversations;
  /** @type {Section<SearchMessageSnapshot>} */
  #messages;

  /**
   * @param {App} app
   * @param {() => readonly ConversationSnapshot[]} loaded the conversations of the list
   */
  constructor(app, loaded) {
    this.#app = app;
    this.#loaded = loaded;
    this.#conversations = section({
      title: "Conversations",
      none: "No conversation has that name.",
      make: () =>
        app.session.searchConversations((results, status) =>
          this.#found(this.#conversations, results, status),
        ),
      line: (conversation) => this.#conversationLine(conversation),
    });
    this.#messages = section({
      title: "Messages",
      none: "No message has these words.",
      make: () =>
        app.session.searchMessages((results, status) =>
          this.#found(this.#messages, results, status),
        ),
      line: (found) => this.#messageLine(found),
    });
    this.el = h(
      "div",
      { class: "search-results", hidden: true },
      ...[this.#conversations, this.#messages].map(({ title, list, foot }) =>
        h("section", { "aria-label": title }, h("h2", {}, title), list, foot),
      ),
      this.#said,
    );
  }

  /** Whether results are shown instead of the list. */
  get active() {
    return this.#query !== "";
  }

  /** @param {string} text what was typed so far */
  set query(text) {
    const query = text.trim();
    if (query === this.#query) return;
    this.#query = query;
    this.el.hidden = query === "";
    setText(this.#said, "");
    clearTimeout(this.#timer);
    for (const part of this.#sections) {
      Object.assign(part, { failure: "", status: "searching", lines: new WeakMap() });
    }
    this.#timer = window.setTimeout(
      () => this.#sections.forEach((part) => void this.#ask(part)),
      query === "" ? 0 : PAUSE_MS,
    );
    this.#draw();
  }

  /** Draws again, because a person has another name, or somebody came or went. */
  refresh() {
    if (!this.active) return;
    for (const part of this.#sections) part.lines = new WeakMap();
    this.#schedule();
  }

  get #sections() {
    return /** @type {Section<any>[]} */ ([this.#conversations, this.#messages]);
  }

  /**
   * @param {Section<any>} part
   * @param {boolean} [more] the next results instead of the first
   */
  async #ask(part, more = false) {
    const query = this.#query;
    const again = part.failure !== "";
    Object.assign(part, { failure: "", status: "searching", onward: more });
    this.#schedule();
    try {
      part.search ??= part.make();
      // The same query a second time would only give what is there: nothing.
      if (again && !more) await part.search.setQuery("");
      await (more ? part.search.loadMore(PAGE) : part.search.setQuery(query));
    } catch (error) {
      if (query !== this.#query) return;
      part.failure = reason(error);
      part.status = "loadedAll";
    }
    if (query === "" || query !== this.#query) return;
    this.#draw();
    if (this.#sections.some(({ status }) => status === "searching")) return;
    const counts = this.#sections.map(({ title, list, failure }) =>
      failure
        ? `${title}: failed`
        : countOf(list.childElementCount, title.toLowerCase().slice(0, -1)),
    );
    setText(this.#said, counts.join(", "));
  }

  /**
   * @template T
   * @param {Section<T>} part
   * @param {readonly T[]} results
   * @param {Section<T>["status"]} status
   */
  #found(part, results, status) {
    part.results = results;
    part.status = status;
    this.#schedule();
  }

  /** Results that come one by one are drawn together. */
  #schedule() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    if (!this.active || left.aborted) return;
    for (const part of this.#sections) {
      const items = part === this.#conversations ? this.#withNames(part.results) : part.results;
      place(
        part.list,
        items.map((item) => {
          const line = part.lines.get(item) ?? h("li", {}, part.line(item));
          part.lines.set(item, line);
          return line;
        }),
      );
      this.#showFoot(part, items.length);
    }
  }

  /**
   * @param {Section<any>} part
   * @param {number} count
   */
  #showFoot(part, count) {
    const { status, failure, none, title, foot } = part;
    const look = failure || (status === "searching" ? "…" : count === 0 ? none : status);
    if (foot.dataset["look"] === look) return;
    foot.dataset["look"] = look;
    foot.classList.toggle("failed", failure !== "");
    const button = (/** @type {string} */ label, /** @type {boolean} */ more) =>
      h(
        "button",
        { type: "button", class: "button", onclick: () => void this.#ask(part, more) },
        label,
      );
    if (failure) {
      const text = `This search did not work. ${failure}`;
      foot.replaceChildren(h("p", { role: "alert" }, text), button("Try again", part.onward));
    } else if (status === "searching") {
      foot.replaceChildren(h("p", {}, h("span", { class: "spinner" }), "Searching…"));
    } else if (count === 0) foot.replaceChildren(h("p", {}, none));
    else if (status === "canLoadMore") {
      foot.replaceChildren(button(`More ${title.toLowerCase()}`, true));
    } else foot.replaceChildren();
  }

  /** @param {readonly ConversationSnapshot[]} found */
  #withNames(found) {
    const known = new Set(found.map(({ id }) => id));
    const wanted = this.#query.toLocaleLowerCase();
    const named = this.#loaded().filter((conversation) => {
      if (known.has(conversation.id)) return false;
      const { title, people } = describe(conversation, this.#app.me, this.#app.members);
      const names = [title, ...people.map(({ name }) => name)].join("\n");
      return names.toLocaleLowerCase().includes(wanted);
    });
    return [...found, ...named];
  }

  /** @param {ConversationSnapshot} conversation */
  #conversationLine(conversation) {
    const about = describe(conversation, this.#app.me, this.#app.members);
    return h(
      "a",
      { class: "hit", href: conversationUrl(conversation.id) },
      conversationAvatar(about),
      h(
        "span",
        { class: "hit-text" },
        h("span", { class: "hit-title" }, h("bdi", {}, ...highlight(about.title, this.#query))),
        h("span", { class: "hit-note" }, ...highlight(about.subtitle, this.#query)),
      ),
    );
  }

  /** @param {SearchMessageSnapshot} found */
  #messageLine({ conversation, message }) {
    const { me, members } = this.#app;
    const about = describe(conversation, me, members);
    const { sender, createdAt, plaintext } = message;
    const who = sender?.id === me ? "You" : firstName(sender?.name ?? "Notice");
    return h(
      "a",
      { class: "hit", href: conversationUrl(conversation.id, message.id) },
      sender
        ? avatar({ id: sender.id, name: sender.name, photoUrl: sender.photoUrl })
        : h("span", { class: "avatar", "aria-hidden": "true" }, icon("bell")),
      h(
        "span",
        { class: "hit-text" },
        h(
          "span",
          { class: "hit-line" },
          h("span", { class: "hit-title" }, named(who)),
          h("span", { class: "hit-where" }, `in ${isolate(about.title)}`),
          h("time", { class: "conversation-time", title: fullTime(createdAt) }, listTime(createdAt)),
        ),
        h(
          "span",
          { class: "hit-snippet", dir: "auto" },
          ...highlight(snippet(plaintext, this.#query), this.#query),
        ),
      ),
    );
  }
}

/**
 * @template T
 * @param {Pick<Section<T>, "title" | "none" | "make" | "line">} what
 * @returns {Section<T>}
 */
const section = (what) => ({
  ...what,
  search: null,
  results: [],
  status: "searching",
  failure: "",
  onward: false,
  lines: new WeakMap(),
  list: h("ul", {}),
  foot: h("div", { class: "hit-foot" }),
});
