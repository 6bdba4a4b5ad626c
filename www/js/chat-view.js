/** One open conversation: its header, its messages, and the place to write. */

/** @import {ConversationSnapshot} from "talk-session" */
/** @import {App} from "./app.js" */
/** @import {About} from "./conversation.js" */

import { conversationAvatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { describe } from "./conversation.js";
import { attempt, confirmDialog, conversationDetails } from "./dialogs.js";
import { h, setText, touch } from "./dom.js";
import { icon } from "./icons.js";
import { droppedFiles } from "./incoming.js";
import { left } from "./leaving.js";
import { openMenu } from "./menu.js";
import { MessageList } from "./message-list.js";
import { MessageMenu } from "./message-menu.js";
import { named } from "./names.js";
import { reason } from "./outbox.js";
import { pressHint } from "./press-hint.js";
import { presenceWord, withDot } from "./presence.js";
import { TypingSignal } from "./typing.js";

export class ChatView {
  el;
  #app;
  #ref;
  /** @type {Composer} */
  #composer;
  /** @type {MessageList} */
  #list;
  #subscription;
  #stopMembers;
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
      changed: (text) => app.unsent.keepText(id, text),
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
      onSight: () => this.#markAsRead(),
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
      pressHint(),
      this.#composer.el,
      h(
        "div",
        { class: "drop-note", "aria-hidden": "true" },
        icon("attach"),
        h("span", {}, "Drop files to send them"),
      ),
    );
    this.#listen();
    this.#composer.restore(app.unsent.of(id));
    this.#subscription = this.#ref.subscribe((snapshot) => this.#update(snapshot));
    this.#subscription.terminated.then((state) => {
      if (state.type === "error") this.#fail(reason(state.error));
    });
    app.members.wantAll(id);
    this.#stopMembers = app.members.onChange(() => this.#showHeader());
    this.#stopPresence = app.presence.onChange(() => this.#showHeader());
    document.addEventListener("visibilitychange", this.#onSight);
    addEventListener("focus", this.#onSight);
  }

  get id() {
    return this.#ref.id;
  }

  /** Whether something is attached that a reload would lose. */
  get hasFiles() {
    return this.#composer.hasFiles;
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
    this.#app.unsent.keep(this.id, this.#composer.close());
    document.removeEventListener("visibilitychange", this.#onSight);
    removeEventListener("focus", this.#onSight);
    this.#stopMembers();
    this.#stopPresence();
    this.#subscription.unsubscribe();
    this.#list.close();
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
    const about = describe(this.#conversation, this.#app.me, this.#app.members);
    this.#about = about;
    if (this.#title.textContent !== about.title) this.#title.replaceChildren(named(about.title));
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

  /** Read is what was in view, down to the newest message, while the window had the focus. */
  #markAsRead() {
    const conversation = this.#conversation;
    if (!conversation || this.#marking) return;
    if (!conversation.isUnread && conversation.unreadMessageCount === 0) return;
    if (document.visibilityState !== "visible" || !document.hasFocus()) return;
    if (conversation.lastMessage && !this.#list.seesNewest) return;
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
        run: () => this.#leaveForGood(),
      },
    ]);
  }

  #leaveForGood() {
    confirmDialog({
      title: "Leave this conversation?",
      text: "You will no longer see its messages. Others stay.",
      action: "Leave",
      run: async () => {
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
        void this.#composer.attach(droppedFiles(event.dataTransfer));
      }
    });
  }
}

/** @param {DragEvent} event */
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") === true;
