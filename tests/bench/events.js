// What is measured: the lists that clients keep up to date, and the frames that change them.

import { START, message, text } from "./service.js";

/** The times of events begin here, later than all that a world begins with. */
const LATER = START + 86_400_000;

/**
 * A list and the events on it. `frames(kind, count, from)` gives `{text, timed, shows}` for each
 * frame, numbered from `from`; `shows(list)` says what is wrong with a client's list after it, or "".
 */
export class MessageWindow {
  kinds = ["created", "edited"];
  path = "/me/conversations/room/messages";
  pageSize = 100;

  constructor(count) {
    this.count = count;
    this.size = { messages: count + 200 };
  }

  subscribe(session, listener) {
    return session.conversation("room").subscribeMessages(listener);
  }

  frames(kind, count, from) {
    const spread = spreader(from);
    const frames = [];
    for (let seq = from; frames.length < count; ) {
      if (kind === "edited") {
        const messageId = `h${this.size.messages - spread(this.count)}`;
        const content = text(`edit ${seq}`);
        const diff = { content, editedAt: LATER + seq };
        frames.push(frame(seq++, [{ ...event("message.edited", messageId), diff }], (list) => {
          const found = list.find(({ id }) => id === messageId);
          return wrong(list.length, this.count) || wrong(found?.plaintext, content[0].children[0]);
        }));
      } else {
        // The window grows by the new message. It is deleted again, off the clock, so that every
        // message comes to a window of the same size.
        const id = `n${seq}`;
        const state = message(id, LATER + seq * 1000);
        frames.push(frame(seq++, [{ ...event("message.created", id), state }], (list) =>
          wrong(list.length, this.count + 1) || wrong(list[0].id, id) ||
            wrong(list[0].plaintext, state.content[0].children[0])));
        frames.push({
          ...frame(seq++, [event("message.deleted", id)], (list) =>
            wrong(list.length, this.count) || wrong(list[0].id, `h${this.size.messages}`)),
          timed: false,
        });
      }
    }
    return frames;
  }
}

/** The list of conversations: a new message takes its conversation to the top. */
export class ConversationList {
  kinds = ["created"];
  path = "/me/conversations";
  pageSize = 30;

  constructor(count) {
    this.count = count;
    this.size = { conversations: count };
  }

  subscribe(session, listener) {
    return session.subscribeConversations(listener);
  }

  frames(_kind, count, from) {
    const spread = spreader(from);
    return Array.from({ length: count }, (_, i) => {
      const seq = from + i;
      const id = `n${seq}`;
      const conversationId = `c${this.count - spread(this.count)}`;
      const createdAt = LATER + seq * 1000;
      const side = { lastMessageAt: createdAt, unreadMessageCount: seq, isUnread: true };
      return frame(seq, [
        { ...event("message.created", id, conversationId), state: message(id, createdAt) },
        { type: "side.edited", conversationId, diff: side },
      ], (list) =>
        wrong(list.length, this.count) || wrong(list[0].id, conversationId) ||
          wrong(list[0].lastMessage.id, id) || wrong(list[0].unreadMessageCount, seq));
    });
  }
}

const event = (type, messageId, conversationId = "room") => ({ type, conversationId, messageId });

const frame = (seq, events, shows) =>
  ({ text: JSON.stringify([seq, "PUBLISH", ...events]), timed: true, shows });

const wrong = (found, expected) =>
  found === expected ? "" : `${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`;

/** Positions all over a list, the same ones in every run. */
function spreader(seed) {
  let state = (seed * 2654435761) >>> 0;
  return (size) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * size);
  };
}
