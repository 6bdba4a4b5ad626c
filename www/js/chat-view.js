/** One open conversation: its header, its messages, and the place to write. */

/** @import {ConversationSnapshot} from "talk-session" */
/** @import {App} from "./app.js" */
/** @import {About} from "./conversation.js" */

import { conversationAvatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { describe, membersOf } from "./conversation.js";
import { attempt, confirmDialog, conversationDetails } from "./dialogs.js";
import { h, setText, touch } from "./dom.js";
import { icon } from "./icons.js";
import { left } from "./leaving.js";
import { openMenu } from "./menu.js";
import { MessageList } from "./message-list.js";
import { MessageMenu } from "./message-menu.js";
import { reason } from "./outbox.js";
import { presenceWord, withDot } from "./presence.js";
import { TypingSignal } from "./typing.js";

/** What was being written in each conversation when it was left. */
/** @type {Map<string, string>} */
const unsent = new Map();

export class ChatView {
  el;
  #app;
  #ref;
  /** @type {Composer} */
  #composer;
  /** @type {MessageList} */
  #list;
  #subscription;
  #stopPeople;
  #stopPresence;
  #face = h("span", { class: "chat-face" });
  #title = h("h1", { class: "chat-title" });
  #subtitle = h("p", { class: "chat-subtitle" });
  #state = h("div", { class: "chat-state", hidden: true });
  #more;
  /** @type {ConversationSnapshot | null} */
  #conversation = null;
  /** @type {About | null} */
  #about = null;
  #shown = "";
  #marking = false;
  #drags = 0;
  #onSight = () => this.#markAsRead();

  /**
   * @param {App} app
   * @param {string} id
   */
  constructor(app, id) {
    this.#app = app;
    this.#ref = app.session.conversation(id);
    const typing = new TypingSignal(this.#ref);
    this.#composer = new Composer(app.me, {
      send: (what) => {
        typing.sent();
        void app.outbox.submit(id, what);
      },
      typing: () => typing.key(),
      edit: (message, text) =>
        attempt("The change was not saved.", () => this.#ref.message(message.id).edit(text)),
      lastOwn: () => this.#list.lastOwn,
      leave: () => app.leave(),
    });
    const menu = new MessageMenu(app, this.#ref, () => ({
      list: this.#list,
      composer: this.#composer,
      readOnly: this.#conversation?.access === "Read",
    }));
    this.#list = new MessageList({
      ref: this.#ref,
      me: app.me,
      outbox: app.outbox,
      actions: menu.actions,
      onChange: () => this.#markAsRead(),
    });
    this.#more = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Conversation menu",
        "aria-haspopup": "menu",
        title: "More",
        onclick: () => this.#openMenu(),
      },
      icon("more"),
    );
    this.el = h(
      "main",
      { class: "chat", "aria-label": "Conversation" },
      h(
        "header",
        { class: "chat-header" },
        h(
          "button",
          {
            type: "button",
            class: "icon-button back",
            "aria-label": "Back to the conversations",
            onclick: () => app.close(),
          },
          icon("arrowLeft"),
        ),
        this.#face,
        h("div", { class: "chat-names" }, this.#title, this.#subtitle),
        this.#more,
      ),
      this.#list.el,
      this.#state,
      this.#composer.el,
      h(
        "div",
        { class: "drop-note", "aria-hidden": "true" },
        icon("attach"),
        h("span", {}, "Drop files to send them"),
      ),
    );
    this.#listen();
    this.#composer.text = unsent.get(id) ?? "";
    this.#subscription = this.#ref.subscribe((snapshot) => this.#update(snapshot));
    this.#subscription.terminated.then((state) => {
      if (state.type === "error") this.#fail(reason(state.error));
    });
    this.#stopPeople = app.people.onChange(() => this.#showHeader());
    this.#stopPresence = app.presence.onChange(() => this.#showHeader());
    document.addEventListener("visibilitychange", this.#onSight);
  }

  get id() {
    return this.#ref.id;
  }

  /** On a touch screen the keyboard only comes when one asks for it. */
  focus() {
    if (!touch.matches) this.#composer.focus();
  }

  refresh() {
    this.#list.refresh();
  }

  /** @param {string} message */
  goTo(message) {
    void this.#list.goTo(message);
  }

  close() {
    const text = this.#composer.text;
    if (text.trim() === "") unsent.delete(this.id);
    else unsent.set(this.id, text);
    document.removeEventListener("visibilitychange", this.#onSight);
    this.#stopPeople();
    this.#stopPresence();
    this.#subscription.unsubscribe();
    this.#list.close();
    this.#composer.close();
    this.el.remove();
  }

  /** @param {ConversationSnapshot | null} conversation */
  #update(conversation) {
    this.#conversation = conversation;
    this.el.classList.toggle("gone", conversation === null);
    if (!conversation) {
      this.#fail("This conversation does not exist, or you are not in it.");
      return;
    }
    this.#state.hidden = true;
    this.el.classList.toggle("read-only", conversation.access === "Read");
    this.#composer.lock(
      conversation.access === "Read" ? "You can only read in this conversation" : null,
    );
    this.#list.show(conversation);
    this.#showHeader();
    this.#markAsRead();
  }

  #showHeader() {
    if (!this.#conversation) return;
    const about = describe(this.#conversation, this.#app.me, this.#app.people);
    this.#about = about;
    setText(this.#title, about.title);
    const muted = this.#conversation.notify === false ? " · muted" : "";
    const [other] = about.direct ? about.people : [];
    const online = other ? this.#app.presence.of(other.id) : null;
    setText(this.#subtitle, (presenceWord(online) || about.subtitle) + muted);
    const look = JSON.stringify([about.photoUrl, about.title, about.people, online]);
    if (look !== this.#shown) this.#face.replaceChildren(withDot(conversationAvatar(about), online));
    this.#shown = look;
  }

  /** @param {string} why */
  #fail(why) {
    if (left.aborted) return;
    this.el.classList.add("gone");
    setText(this.#title, "Conversation");
    setText(this.#subtitle, "");
    this.#face.replaceChildren();
    this.#state.hidden = false;
    this.#state.replaceChildren(
      icon("warning"),
      h("p", {}, why),
      h(
        "button",
        { type: "button", class: "button", onclick: () => this.#app.close() },
        "Back to the conversations",
      ),
    );
  }

  /** Read is what is open and can be seen. */
  #markAsRead() {
    const conversation = this.#conversation;
    if (!conversation || this.#marking || document.visibilityState !== "visible") return;
    if (!conversation.isUnread && conversation.unreadMessageCount === 0) return;
    this.#marking = true;
    this.#ref
      .markAsRead()
      .catch(() => {})
      .finally(() => {
        this.#marking = false;
      });
  }

  #openMenu() {
    const conversation = this.#conversation;
    const about = this.#about;
    if (!conversation || !about) return;
    const muted = conversation.notify === false;
    openMenu(this.#more, "Conversation", [
      {
        label: "Details and people",
        icon: "group",
        run: () => conversationDetails(this.#app, conversation, about),
      },
      {
        label: muted ? "Unmute" : "Mute",
        icon: muted ? "bell" : "bellOff",
        run: () =>
          void attempt("That did not work.", () => this.#ref.set({ notify: muted })).catch(
            () => {},
          ),
      },
      {
        label: "Mark as unread",
        icon: "unread",
        run: () => {
          // Close it first: what is open counts as read.
          this.#app.close();
          void attempt("It was not marked.", () => this.#ref.markAsUnread()).catch(() => {});
        },
      },
      {
        label: "Leave conversation",
        icon: "leave",
        danger: true,
        rule: true,
        run: () => this.#leaveForGood(conversation),
      },
    ]);
  }

  /** @param {ConversationSnapshot} conversation */
  #leaveForGood(conversation) {
    confirmDialog({
      title: "Leave this conversation?",
      text: "You will no longer see its messages. Others stay.",
      action: "Leave",
      run: async () => {
        const rest = membersOf(conversation).filter((id) => id !== this.#app.me);
        await this.#ref.set({ custom: { members: JSON.stringify(rest) } });
        await this.#ref.participant(this.#app.me).delete();
        this.#app.close();
      },
    });
  }

  #listen() {
    this.el.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      if (/** @type {Element} */ (event.target).closest(".scroller")) this.#composer.focus();
      else this.#app.leave();
    });
    // Enter and leave also fire for every child; the count says when the pane itself is left.
    this.el.addEventListener("dragenter", (event) => {
      if (!hasFiles(event)) return;
      this.#drags += 1;
      this.el.classList.add("dropping");
    });
    this.el.addEventListener("dragleave", (event) => {
      if (!hasFiles(event)) return;
      this.#drags = Math.max(0, this.#drags - 1);
      if (this.#drags === 0) this.el.classList.remove("dropping");
    });
    this.el.addEventListener("dragover", (event) => {
      if (hasFiles(event)) event.preventDefault();
    });
    this.el.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.#drags = 0;
      this.el.classList.remove("dropping");
      if (this.#conversation?.access === "ReadWrite") {
        void this.#composer.attach([...(event.dataTransfer?.files ?? [])]);
      }
    });
  }
}

/** @param {DragEvent} event */
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") === true;
