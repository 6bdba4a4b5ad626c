/** One line of the list of conversations. It is built anew only when what it shows has changed. */

/** @import {ConversationSnapshot} from "talk-session" */
/** @import {About} from "./conversation.js" */

import { conversationAvatar } from "./avatar.js";
import { firstName, summary } from "./conversation.js";
import { h } from "./dom.js";
import { fullTime, listTime } from "./format.js";
import { icon } from "./icons.js";
import { isolate, named } from "./names.js";
import { withDot } from "./presence.js";
import { conversationUrl } from "./route.js";

/**
 * What a line shows besides its conversation.
 *
 * @typedef {object} Around
 * @property {About} about
 * @property {boolean} active whether it is the open one
 * @property {boolean | null} online the other one of two
 * @property {string} typing who types there, in words
 */

export class ConversationRow {
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
   * @param {Around} around
   */
  update(conversation, { about, active, online, typing }) {
    this.id = conversation.id;
    this.link.classList.toggle("active", active);
    if (active) this.link.setAttribute("aria-current", "page");
    else this.link.removeAttribute("aria-current");
    const look = JSON.stringify([about.title, about.photoUrl, about.people, online, typing]);
    if (conversation === this.#conversation && look === this.#look) return;
    this.#conversation = conversation;
    this.#look = look;
    this.#build(conversation, about, online, typing);
  }

  /**
   * @param {ConversationSnapshot} conversation
   * @param {About} about
   * @param {boolean | null} online
   * @param {string} typing
   */
  #build(conversation, about, online, typing) {
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
      withDot(conversationAvatar(about, "large"), online),
      h(
        "span",
        { class: "conversation-text" },
        h(
          "span",
          { class: "conversation-line" },
          h("span", { class: "conversation-title" }, named(about.title)),
          online ? h("span", { class: "visually-hidden" }, " (online)") : null,
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
        h(
          "span",
          { class: "conversation-line" },
          typing
            ? h("span", { class: "preview typing-now" }, typing)
            : this.#preview(conversation, about),
          badge,
        ),
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
    const other = sender && !about.direct ? `${isolate(firstName(sender.name))}: ` : "";
    const who = mine ? "You: " : other;
    return h("span", { class: "preview" }, who, name ? icon(name) : null, isolate(text));
  }
}
