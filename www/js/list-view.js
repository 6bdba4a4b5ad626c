/** The pane with the conversations and, below them, who one is. */

/** @import {ConversationListSubscription, ConversationSnapshot} from "talk-session" */
/** @import {App} from "./app.js" */
/** @import {About} from "./conversation.js" */

import { avatar, conversationAvatar } from "./avatar.js";
import { describe, firstName, summary } from "./conversation.js";
import { newConversation, newPerson, userUrl } from "./dialogs.js";
import { h, place, setText } from "./dom.js";
import { fullTime, listTime } from "./format.js";
import { icon, mark } from "./icons.js";
import { openMenu } from "./menu.js";
import { reason } from "./outbox.js";
import { currentTheme, setTheme } from "./theme.js";

/** How many more conversations are asked for near the end of the list. */
const PAGE = 20;

/** After this long without an answer, the page says that it is still waiting. */
const SLOW_MS = 6000;

/** @param {string} id */
export const conversationUrl = (id) => `#/c/${encodeURIComponent(id)}`;

export class ListView {
  el;
  #app;
  #rows = h("ul", { class: "conversations" });
  #note = h("div", { class: "list-note", role: "status" });
  #filter;
  #account;
  /** @type {ConversationListSubscription | null} */
  #subscription = null;
  /** @type {readonly ConversationSnapshot[] | undefined} */
  #conversations = undefined;
  #loadedAll = false;
  #loading = false;
  /** @type {Map<string, ConversationRow>} */
  #known = new Map();
  /** @type {string | null} */
  #active = null;
  #failure = "";
  #slow = false;
  #frame = 0;
  #preparing = true;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#filter = h("input", {
      class: "filter",
      type: "search",
      placeholder: "Find a conversation",
      "aria-label": "Find a conversation",
      autocomplete: "off",
    });
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
    const scroller = h("div", { class: "list-scroller" }, this.#rows, this.#note);
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
      h("div", { class: "filter-box" }, icon("search"), this.#filter),
      scroller,
      this.#account,
    );
    this.#filter.addEventListener("input", () => this.#draw());
    this.el.addEventListener("keydown", (event) => this.#keys(event));
    scroller.addEventListener("scroll", () => {
      if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 400)
        void this.#more();
    });
    app.people.onChange(() => this.#schedule());
    this.#draw();
    setTimeout(() => {
      this.#slow = true;
      this.#draw();
    }, SLOW_MS);
  }

  /** Asks for the conversations, once there is somebody to have them. */
  begin() {
    const subscription = this.#app.session.subscribeConversations((conversations, loadedAll) => {
      this.#conversations = conversations;
      this.#loadedAll = loadedAll;
      this.#schedule();
    });
    this.#subscription = subscription;
    void subscription.terminated.then((state) => {
      if (state.type === "error") this.fail(reason(state.error));
    });
  }

  /** @param {string} why */
  fail(why) {
    this.#failure = why;
    this.#schedule();
  }

  /** All that are loaded, the latest first. */
  get conversations() {
    return this.#conversations ?? [];
  }

  /** @param {string | null} id */
  set active(id) {
    this.#active = id;
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

  focusFilter() {
    this.#filter.focus();
    this.#filter.select();
  }

  refresh() {
    this.#known.clear();
    this.#draw();
  }

  async #more() {
    if (this.#loading || this.#loadedAll || !this.#subscription || this.#failure) return;
    this.#loading = true;
    this.#schedule();
    await this.#subscription.loadMore(PAGE).catch(() => {});
    this.#loading = false;
    this.#schedule();
  }

  #schedule() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { me, people } = this.#app;
    const wanted = this.#filter.value.trim().toLocaleLowerCase();
    const shown = [];
    for (const conversation of this.#conversations ?? []) {
      const about = describe(conversation, me, people);
      const words = [about.title, ...about.people.map(({ name }) => name)]
        .join("\n")
        .toLocaleLowerCase();
      if (!words.includes(wanted)) continue;
      let row = this.#known.get(conversation.id);
      if (!row) {
        row = new ConversationRow(me);
        this.#known.set(conversation.id, row);
      }
      row.update(conversation, about, conversation.id === this.#active);
      shown.push(row);
    }
    place(
      this.#rows,
      shown.map(({ el }) => el),
    );
    this.#rove(shown);
    this.#showNote(shown.length, wanted !== "");
    this.#showAccount();
    const unread = this.conversations.filter(({ isUnread }) => isUnread).length;
    document.title = `${unread > 0 ? `(${unread}) ` : ""}Parley – ${people.peek(me).name}`;
  }

  /**
   * @param {number} count
   * @param {boolean} filtered
   */
  #showNote(count, filtered) {
    const text = this.#noteFor(count, filtered);
    setText(this.#note, text);
    this.#note.hidden = text === "";
    this.#note.classList.toggle("failed", this.#failure !== "");
  }

  /**
   * @param {number} count
   * @param {boolean} filtered
   */
  #noteFor(count, filtered) {
    if (this.#failure)
      return `The conversations could not be loaded. ${this.#failure} Reload the page to try again.`;
    if (!this.#conversations) {
      return this.#slow
        ? "The server does not answer yet. It is asked again and again."
        : "Loading your conversations…";
    }
    if (this.#loading) return "Loading more…";
    if (count > 0) return "";
    if (filtered) return "No conversation has that name.";
    if (this.#preparing) return "Preparing your first conversations…";
    return "You are in no conversation yet. Start one with the button above.";
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
        h("strong", {}, person.name),
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
    const links = /** @type {HTMLElement[]} */ ([...this.#rows.querySelectorAll("a")]);
    const target = /** @type {HTMLElement} */ (event.target);
    const now = links.indexOf(target);
    if (target === this.#filter) {
      if (event.key === "ArrowDown" || event.key === "Enter") {
        event.preventDefault();
        if (event.key === "Enter") links[0]?.click();
        else links[0]?.focus();
      } else if (event.key === "Escape" && this.#filter.value !== "") {
        this.#filter.value = "";
        this.#draw();
      }
      return;
    }
    if (now < 0) return;
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to < 0) return this.#filter.focus();
    const link = links[Math.min(to, links.length - 1)];
    for (const other of links) other.tabIndex = other === link ? 0 : -1;
    link?.focus();
  }
}

/** One line of the list. It is built anew only when what it shows has changed. */
class ConversationRow {
  el = h("li", {});
  link = h("a", { class: "conversation" });
  id = "";
  #me;
  /** @type {ConversationSnapshot | null} */
  #conversation = null;
  #look = "";

  /** @param {string} me */
  constructor(me) {
    this.#me = me;
    this.el.append(this.link);
  }

  /**
   * @param {ConversationSnapshot} conversation
   * @param {About} about
   * @param {boolean} active
   */
  update(conversation, about, active) {
    this.id = conversation.id;
    this.link.classList.toggle("active", active);
    if (active) this.link.setAttribute("aria-current", "page");
    else this.link.removeAttribute("aria-current");
    const look = JSON.stringify([about.title, about.photoUrl, about.people]);
    if (conversation === this.#conversation && look === this.#look) return;
    this.#conversation = conversation;
    this.#look = look;
    this.#build(conversation, about);
  }

  /**
   * @param {ConversationSnapshot} conversation
   * @param {About} about
   */
  #build(conversation, about) {
    const { lastMessage, unreadMessageCount: count, isUnread, notify } = conversation;
    const at = lastMessage?.createdAt ?? conversation.joinedAt;
    this.link.href = conversationUrl(conversation.id);
    this.link.classList.toggle("unread", isUnread);
    const badge = isUnread
      ? h(
          "span",
          { class: `badge ${count > 0 ? "" : "dot"}` },
          h("span", { class: "visually-hidden" }, "Unread: "),
          count > 0 ? (count > 99 ? "99+" : count) : "",
        )
      : null;
    this.link.replaceChildren(
      conversationAvatar(about, "large"),
      h(
        "span",
        { class: "conversation-text" },
        h(
          "span",
          { class: "conversation-line" },
          h("span", { class: "conversation-title" }, about.title),
          notify === false ? icon("bellOff", "muted") : null,
          h(
            "time",
            {
              class: "conversation-time",
              datetime: new Date(at).toISOString(),
              title: fullTime(at),
            },
            listTime(at),
          ),
        ),
        h("span", { class: "conversation-line" }, this.#preview(conversation, about), badge),
      ),
    );
  }

  /**
   * @param {ConversationSnapshot} conversation
   * @param {About} about
   */
  #preview({ lastMessage }, about) {
    if (!lastMessage) return h("span", { class: "preview" }, "No messages yet");
    const { sender } = lastMessage;
    const { icon: name, text } = summary(lastMessage);
    const mine = sender?.id === this.#me;
    const who = mine ? "You: " : sender && !about.direct ? `${firstName(sender.name)}: ` : "";
    return h("span", { class: "preview" }, who, name ? icon(name) : null, text);
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
