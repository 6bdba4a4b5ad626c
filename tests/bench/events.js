// What is measured: the lists that clients keep up to date, and the frames that change them.

import { START, message, text } from "./service.js";

/** The times of events begin here, later than all that a world begins with. */
const LATER = START + 86_400_000;

/**
 * A list and the events on it. `frames(kind, count, from)` gives `{text, timed, shows}` for each
 * frame, numbered from `from`; `shows(list)` says what is wrong with a client's list after it, or "".
 */
export class MessageWindow {
  kinds = ["created", "held", "edited"];
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
    return kind === "edited" ? this.#edits(count, from) : this.#arrivals(kind, count, from);
  }

  #edits(count, from) {
    const spread = spreader(from);
    return Array.from({ length: count }, (_, i) => {
      const seq = from + i;
      const messageId = `h${this.size.messages - spread(this.count)}`;
      const content = text(`edit ${seq}`);
      const diff = { content, editedAt: LATER + seq };
      return frame(seq, [{ ...event("message.edited", messageId), diff }], (list) => {
        const found = list.find(({ id }) => id === messageId);
        return wrong(list.length, this.count) || wrong(found?.plaintext, content[0].children[0]);
      });
    });
  }

  /**
   * Half of the frames create messages, which stay as in any chat, so that the window grows; the
   * other half, off the clock, deletes them for the next turn. With "held" each is deleted before
   * the next one comes, so that every one finds a window of the same length.
   */
  #arrivals(kind, count, from) {
    const batch = kind === "held" ? 1 : Math.max(1, count >> 1);
    const ids = [];
    const frames = [];
    const add = (sent, timed, shows) => {
      const [length, newest] = [this.count + ids.length, ids.at(-1) ?? `h${this.size.messages}`];
      frames.push({ ...frame(from + frames.length, [sent], (list) =>
        wrong(list.length, length) || wrong(list[0].id, newest) || shows(list[0])), timed });
    };
    while (frames.length < count) {
      while (ids.length < batch) {
        const seq = from + frames.length;
        const id = `n${seq}`;
        const state = message(id, LATER + seq * 1000);
        ids.push(id);
        add({ ...event("message.created", id), state }, true, ({ plaintext }) =>
          wrong(plaintext, state.content[0].children[0]));
      }
      while (ids.length > 0) {
        const gone = event("message.deleted", ids.pop());
        add(gone, false, () => "");
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
