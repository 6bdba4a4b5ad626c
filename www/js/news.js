/** What was just written where one does not look: one note for each conversation. */

/** @import {Message, UnreadConversation} from "talk-session" */

import { avatar } from "./avatar.js";
import { summary } from "./conversation.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { conversationUrl } from "./route.js";
import { isolate, named } from "./names.js";
import { SEED } from "./seed.js";
import { Toast, announce } from "./toast.js";

const STAY_MS = 8_000;

/**
 * @typedef {object} Note
 * @property {Toast} toast
 * @property {HTMLAnchorElement} link
 * @property {number} count how many messages it stands for
 * @property {boolean} unread whether its conversation has been told of as unread
 */

export class News {
  #isOnScreen;
  /** @type {Map<string, Note>} by the id of the conversation */
  #notes = new Map();

  /** @param {(conversationId: string) => boolean} isOnScreen whether one sees a conversation */
  constructor(isOnScreen) {
    this.#isOnScreen = isOnScreen;
  }

  /**
   * Shows a message, unless it is nothing new to whoever sits here.
   *
   * @param {Message} message
   */
  tell(message) {
    const { conversation, isByMe, custom } = message;
    const muted = conversation.notify === false;
    if (isByMe || muted || custom[SEED] || this.#isOnScreen(conversation.id)) return;
    const note = this.#notes.get(conversation.id) ?? this.#open(conversation.id);
    note.count += 1;
    note.link.href = conversationUrl(conversation.id, message.id);
    note.link.replaceChildren(...content(message, note.count));
    note.toast.renew();
    const where = conversation.subject ? ` in ${isolate(conversation.subject)}` : "";
    announce(`${isolate(nameOf(message))}${where}: ${summary(message.snapshot).text}`);
  }

  /**
   * Takes away the note of a conversation that is seen now.
   *
   * @param {string} conversationId
   */
  seen(conversationId) {
    this.#notes.get(conversationId)?.toast.drop();
  }

  /**
   * Takes away what was read elsewhere, for example in another window.
   *
   * @param {readonly UnreadConversation[]} unreads
   */
  stillUnread(unreads) {
    const ids = new Set(unreads.map(({ conversation }) => conversation.id));
    for (const [id, note] of [...this.#notes]) {
      // A message may be told of before its conversation counts as unread.
      if (ids.has(id)) note.unread = true;
      else if (note.unread) note.toast.drop();
    }
  }

  /** @param {string} id */
  #open(id) {
    const link = h("a", { class: "news-link" });
    const toast = new Toast({
      look: "news",
      content: [link],
      stay: STAY_MS,
      onGone: () => this.#notes.delete(id),
    });
    /** @type {Note} */
    const note = { toast, link, count: 0, unread: false };
    this.#notes.set(id, note);
    return note;
  }
}

/** @param {Message} message */
const nameOf = ({ sender }) => sender?.name ?? "Notice";

/**
 * Who, where, and what.
 *
 * @param {Message} message
 * @param {number} count
 */
function content(message, count) {
  const { sender, conversation, snapshot } = message;
  const { icon: sign, text } = summary(snapshot);
  const name = nameOf(message);
  const { id, photoUrl } = sender ?? conversation;
  const more =
    count === 1
      ? null
      : h(
          "span",
          { class: "badge" },
          count > 99 ? "99+" : count,
          h("span", { class: "visually-hidden" }, " new messages"),
        );
  const { subject } = conversation;
  return [
    avatar({ id, name, photoUrl }),
    h(
      "span",
      { class: "news-text" },
      h("span", { class: "news-head" }, h("strong", { class: "news-name" }, named(name)), more),
      subject ? h("span", { class: "news-subject" }, named(subject)) : null,
      h("span", { class: "news-body", dir: "auto" }, sign ? icon(sign) : null, text),
    ),
  ];
}
