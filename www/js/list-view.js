/** The pane with the conversations and, below them, who one is. */

/** @import {ConversationSnapshot} from "talk-session" */
/** @import {App} from "./app.js" */

import { avatar } from "./avatar.js";
import { describe } from "./conversation.js";
import { ConversationRow } from "./conversation-row.js";
import { newConversation, newPerson } from "./dialogs.js";
import { endsComposition, h, place, setText } from "./dom.js";
import { FEEDS, Feed } from "./feeds.js";
import { icon, mark } from "./icons.js";
import { left } from "./leaving.js";
import { openMenu } from "./menu.js";
import { named } from "./names.js";
import { userUrl } from "./route.js";
import { SearchPane } from "./search.js";
import { currentTheme, setTheme } from "./theme.js";
import { TypingWatch } from "./typing.js";

/** After this long without conversations, the page says that it is still waiting, and for what. */
const SLOW_MS = 6000;

/** A list that the page filters loads by itself until it has so many lines, or so many pages. */
const ENOUGH = 15;
const PAGES = 10;

export class ListView {
  el;
  #app;
  #rows = h("ul", { class: "conversations" });
  #note = h("div", { class: "list-note", role: "status" });
  #field;
  #tabs;
  #account;
  #search;
  #typing;
  /** Those that are in use; `all` and `unread` always are. @type {Map<string, Feed>} */
  #feeds = new Map();
  #chosen = "all";
  /** @type {Map<string, ConversationRow>} */
  #known = new Map();
  /** @type {string | null} */
  #active = null;
  /** Where the open one stays in the list though reading it made it fit no longer. */
  #kept = "";
  #failure = "";
  /** Why the first conversations take long, in words. */
  #slow = "";
  /** How many pages the chosen list may still load by itself. */
  #pages = 0;
  #further = h(
    "button",
    { type: "button", class: "button further", hidden: true, onclick: () => this.#lookFurther() },
    "Look further back",
  );
  #frame = 0;
  #preparing = true;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#field = h("input", {
      class: "filter",
      type: "search",
      placeholder: "Search",
      "aria-label": "Search messages and conversations",
      autocomplete: "off",
    });
    this.#search = new SearchPane(app, () => this.conversations);
    this.#typing = new TypingWatch(app.session, () => this.#schedule());
    this.#tabs = h(
      "fieldset",
      { class: "tabs" },
      h("legend", { class: "visually-hidden" }, "Show"),
      ...Object.entries(FEEDS).map(([name, { label }]) =>
        h(
          "label",
          { class: "tab" },
          h("input", {
            type: "radio",
            name: "feed",
            value: name,
            checked: name === "all",
            onchange: () => this.#choose(name),
          }),
          h("span", {}, label),
          h("span", { class: "tab-count" }),
        ),
      ),
    );
    this.#account = h("button", {
      type: "button",
      class: "account",
      "aria-haspopup": "menu",
      onclick: () => this.#openAccount(),
    });
    const theme = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-haspopup": "menu",
        "aria-label": "Appearance",
        title: "Appearance",
        onclick: () => openTheme(theme),
      },
      icon("sun"),
    );
    const scroller = h(
      "div",
      { class: "list-scroller" },
      this.#rows,
      this.#note,
      this.#further,
      this.#search.el,
    );
    this.el = h(
      "nav",
      { class: "list", "aria-label": "Conversations" },
      h(
        "header",
        { class: "list-header" },
        h("span", { class: "brand" }, mark(), h("span", {}, "Parley")),
        theme,
        h(
          "button",
          {
            type: "button",
            class: "icon-button accent",
            "aria-label": "New conversation",
            title: "New conversation",
            onclick: () => newConversation(app),
          },
          icon("compose"),
        ),
      ),
      h("div", { class: "filter-box" }, icon("search"), this.#field),
      this.#tabs,
      scroller,
      this.#account,
    );
    this.#field.addEventListener("input", () => this.#asked());
    this.el.addEventListener("keydown", (event) => this.#keys(event));
    scroller.addEventListener("scroll", () => {
      if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 400)
        if (!this.#search.active) void this.#feed?.more();
    });
    app.people.onChange(() => this.#schedule());
    app.members.onChange(() => {
      this.#search.refresh();
      this.#schedule();
    });
    app.presence.onChange(() => this.#schedule());
    this.#draw();
    setTimeout(() => void this.#explain(), SLOW_MS);
  }

  /** Asks for the conversations, once there is somebody to have them. */
  begin() {
    this.#subscribe("all");
    this.#subscribe("unread");
  }

  /** @param {string} why */
  fail(why) {
    this.#failure = why;
    this.#schedule();
  }

  /** All that are loaded, the latest first. */
  get conversations() {
    return this.#feeds.get("all")?.conversations ?? [];
  }

  /** @param {string | null} id */
  set active(id) {
    this.#active = id;
    this.#kept = id ?? "";
    this.#draw();
  }

  /** While the first conversations are being made, an empty list is no answer yet. */
  set preparing(/** @type {boolean} */ value) {
    this.#preparing = value;
    this.#draw();
  }

  /**
   * @param {string | null} id
   */
  focus(id) {
    const row =
      (id === null ? undefined : this.#known.get(id)) ?? this.#known.values().next().value;
    row?.link.focus();
  }

  focusSearch() {
    this.#field.focus();
    this.#field.select();
  }

  refresh() {
    this.#known.clear();
    this.#draw();
  }

  /** What the chosen list is made of: all conversations, if the page filters it. */
  get #feed() {
    return this.#feeds.get(FEEDS[this.#chosen]?.fits ? "all" : this.#chosen);
  }

  /** @param {string} name */
  #subscribe(name) {
    const kind = FEEDS[name];
    if (!kind || kind.fits || this.#feeds.has(name)) return;
    this.#feeds.set(name, new Feed(this.#app.session, kind, () => this.#schedule()));
  }

  /** @param {string} name */
  #choose(name) {
    this.#chosen = name;
    this.#kept = "";
    this.#pages = PAGES;
    this.#subscribe(name);
    this.#rows.parentElement?.scrollTo(0, 0);
    this.#draw();
  }

  /** Something else was typed into the field. */
  #asked() {
    this.#search.query = this.#field.value;
    this.#draw();
  }

  #schedule() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    if (left.aborted) return;
    const { me, members, presence } = this.#app;
    const searching = this.#search.active;
    this.#rows.hidden = this.#tabs.hidden = searching;
    const conversations = this.#shown();
    if (!searching) this.#typing.follow(conversations.map(({ id }) => id));
    const shown = conversations.map((conversation) => {
      const about = describe(conversation, me, members);
      const [other] = about.direct ? about.people : [];
      const row = this.#known.get(conversation.id) ?? new ConversationRow(me);
      this.#known.set(conversation.id, row);
      row.update(conversation, {
        about,
        active: conversation.id === this.#active,
        online: other ? presence.of(other.id) : null,
        typing: this.#typing.textOf(conversation.id),
      });
      return row;
    });
    place(
      this.#rows,
      shown.map(({ el }) => el),
    );
    this.#rove(shown);
    this.#fill(shown.length);
    this.#showNote(shown.length);
    this.#showAccount();
    this.#showUnread();
  }

  /** What the chosen list has, and the open conversation while it is one of its own. */
  #shown() {
    const { me, members } = this.#app;
    const loaded = this.#feed?.conversations ?? [];
    const { fits } = FEEDS[this.#chosen] ?? {};
    const all = fits ? loaded.filter((one) => fits(describe(one, me, members))) : loaded;
    if (this.#chosen !== "unread" || this.#kept === "") return all;
    if (all.some(({ id }) => id === this.#kept)) return all;
    const kept = this.conversations.find(({ id }) => id === this.#kept);
    if (!kept || !this.#known.get(kept.id)?.el.isConnected) return all;
    return [...all, kept].sort((a, b) => activity(b) - activity(a));
  }

  /**
   * Loads more for a list that the page filters, until there is enough to see.
   *
   * @param {number} count
   */
  #fill(count) {
    const feed = this.#feed;
    const wants = FEEDS[this.#chosen]?.fits !== undefined && count < ENOUGH;
    const more = wants && feed?.conversations !== undefined && !feed.loadedAll && !feed.failure;
    this.#further.hidden = this.#search.active || !more || feed.loading || this.#pages > 0;
    if (!more || feed.loading || this.#pages === 0) return;
    this.#pages -= 1;
    void feed.more();
  }

  #lookFurther() {
    this.#pages = PAGES;
    this.#draw();
  }

  /** Says why there are no conversations yet: a slow server is another thing than one that is gone. */
  async #explain() {
    if (this.#feeds.get("all")?.conversations || this.#failure) return;
    this.#slow = "This takes longer than usual…";
    this.#draw();
    this.#slow = (await answers(this.#app.host))
      ? "The server answers, but slowly. Your conversations are on their way."
      : "The server does not answer yet. It is asked again and again.";
    this.#draw();
  }

  #showUnread() {
    const unread = this.#feeds.get("unread");
    const count = unread?.conversations?.length ?? 0;
    const el = this.#tabs.querySelector('[value="unread"] ~ .tab-count');
    if (el) setText(el, count === 0 ? "" : unread?.loadedAll ? String(count) : `${count}+`);
  }

  /** @param {number} count */
  #showNote(count) {
    const text = this.#search.active ? "" : this.#noteFor(count);
    setText(this.#note, text);
    this.#note.hidden = text === "";
    this.#note.classList.toggle("failed", this.#failureText !== "");
  }

  get #failureText() {
    return this.#failure || this.#feed?.failure || "";
  }

  /** @param {number} count */
  #noteFor(count) {
    if (this.#failureText)
      return `The conversations could not be loaded. ${this.#failureText} Reload the page to try again.`;
    if (!this.#feed?.conversations) return this.#slow || "Loading your conversations…";
    if (this.#feed.loading) return "Loading more…";
    if (count > 0) return "";
    if (this.#preparing) return "Preparing your first conversations…";
    return FEEDS[this.#chosen]?.empty ?? "";
  }

  #showAccount() {
    const person = this.#app.people.peek(this.#app.me);
    const look = `${person.name}\n${person.photoUrl}`;
    if (this.#account.dataset["look"] === look) return;
    this.#account.dataset["look"] = look;
    this.#account.setAttribute("aria-label", `You are ${person.name}. Switch person`);
    this.#account.replaceChildren(
      avatar(person),
      h(
        "span",
        { class: "account-text" },
        h("strong", {}, named(person.name)),
        h("span", {}, "Switch person"),
      ),
      icon("chevrons"),
    );
  }

  #openAccount() {
    const { people, me } = this.#app;
    const known = people.known();
    const all = known.some(({ id }) => id === me) ? known : [people.peek(me), ...known];
    openMenu(this.#account, "Continue as", [
      ...all.map(({ id, name, photoUrl }) => ({
        label: name,
        lead: avatar({ id, name, photoUrl }, "small"),
        href: userUrl(id),
        checked: id === me,
      })),
      { label: "New person…", icon: "personAdd", rule: true, run: () => newPerson(this.#app) },
    ]);
  }

  /** @param {readonly ConversationRow[]} shown */
  #rove(shown) {
    const focused = shown.find(({ link }) => link === document.activeElement);
    const chosen = focused ?? shown.find(({ id }) => id === this.#active) ?? shown[0];
    for (const row of shown) row.link.tabIndex = row === chosen ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  #keys(event) {
    const place = this.#search.active ? this.#search.el : this.#rows;
    const links = /** @type {HTMLElement[]} */ ([...place.querySelectorAll("a")]);
    const target = /** @type {HTMLElement} */ (event.target);
    const now = links.indexOf(target);
    if (endsComposition(event)) return;
    if (target === this.#field) {
      if (event.key === "ArrowDown" || event.key === "Enter") {
        event.preventDefault();
        if (event.key === "Enter" && this.#search.active) links[0]?.click();
        else links[0]?.focus();
      } else if (event.key === "Escape" && this.#field.value !== "") {
        event.preventDefault();
        this.#field.value = "";
        this.#asked();
      }
      return;
    }
    if (event.key === "Escape" && now >= 0 && this.#search.active) this.#field.focus();
    if (now < 0) return;
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0) return this.#field.focus();
    const link = links[Math.min(to, links.length - 1)];
    if (!this.#search.active)
      for (const other of links) other.tabIndex = other === link ? 0 : -1;
    link?.focus();
  }
}

/** @param {ConversationSnapshot} conversation */
const activity = ({ lastMessage, joinedAt }) => lastMessage?.createdAt ?? joinedAt;

/** So long an answer may take that is as good as none. */
const PATIENCE_MS = 5000;

/**
 * Whether the server gives any sign of life.
 *
 * @param {string} host
 */
async function answers(host) {
  try {
    // What it says, and whether pages may read it, does not matter.
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await fetch(`http://${host}/`, { mode: "no-cors", cache: "no-store", signal });
    return true;
  } catch {
    return false;
  }
}

/** @param {HTMLElement} anchor */
function openTheme(anchor) {
  const now = currentTheme();
  openMenu(anchor, "Appearance", [
    {
      label: "As the system",
      icon: "monitor",
      checked: now === "system",
      run: () => setTheme("system"),
    },
    { label: "Light", icon: "sun", checked: now === "light", run: () => setTheme("light") },
    { label: "Dark", icon: "moon", checked: now === "dark", run: () => setTheme("dark") },
  ]);
}
