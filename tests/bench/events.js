// What is measured: the lists that clients keep up to date, and the frames that change them. Here
// are those with one list; many.js has the others.
//
// Each has its `kinds` of events; the `views` that a client subscribes to, in order; and the `size`
// of the world that it needs. `frames(kind, count, from)` gives the frames, numbered from `from`.

import { LATER, event, frame, pairs, spreader, wrong } from "./frames.js";
import { START, message, participant, text } from "./service.js";

/** The messages of a conversation, a part of which is loaded. */
export class MessageWindow {
  kinds = ["created", "held", "edited", "deleted", "reacted"];

  constructor(count) {
    this.count = count;
    this.size = { messages: count + 200 };
    this.views = [{
      path: "/me/conversations/room/messages", pageSize: 100, count,
      subscribe: (session, listener) => session.conversation("room").subscribeMessages(listener),
    }];
  }

  frames(kind, count, from) {
    if (kind === "deleted") return this.#deletions(count, from);
    if (kind === "edited") return this.#edits(count, from, this.#edit);
    if (kind === "reacted") return this.#edits(count, from, this.#reaction);
    return this.#arrivals(kind, count, from);
  }

  /** Changes of messages all over the window. `edit(seq)` gives a diff and what checks it. */
  #edits(count, from, edit) {
    const spread = spreader(from);
    return Array.from({ length: count }, (_, i) => {
      const seq = from + i;
      const messageId = `h${this.size.messages - spread(this.count)}`;
      const [diff, shows] = edit(seq);
      return frame(seq, [{ ...event("message.edited", messageId), diff }], ([list]) =>
        wrong(list.length, this.count) || shows(list.find(({ id }) => id === messageId)));
    });
  }

  #edit(seq) {
    const content = text(`edit ${seq}`);
    const shows = ({ plaintext }) => wrong(plaintext, content[0].children[0]);
    return [{ content, editedAt: LATER + seq }, shows];
  }

  /** One more person has reacted, so that messages come to have up to four kinds of reactions. */
  #reaction(seq) {
    const number = seq % EMOJI.length;
    const emoji = EMOJI[number];
    const currentUserReacted = seq % 2 === 0;
    const sum = { count: seq, createdAt: LATER + number, currentUserReacted };
    return [{ reactions: { [emoji]: sum } }, ({ reactions }) => {
      const found = reactions.find((one) => one.emoji === emoji);
      return wrong(found?.count, seq) || wrong(found.currentUserReacted, currentUserReacted);
    }];
  }

  /** A message from anywhere in the window is deleted, and created again off the clock. */
  #deletions(count, from) {
    const newest = this.size.messages;
    return pairs(count, from, (_seq, spread) => {
      // Not the last one of the window, which would end earlier then.
      const at = spread(this.count - 1);
      const id = `h${newest - at}`;
      const state = message(id, START + (newest - at) * 1000);
      return [
        [[event("message.deleted", id)], ([list]) =>
          wrong(list.length, this.count - 1) || wrong(list[at].id, `h${newest - at - 1}`),
        { fresh: 0 }],
        [[{ ...event("message.created", id), state }], ([list]) =>
          wrong(list.length, this.count) || wrong(list[at].id, id), { timed: false }],
      ];
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
      frames.push(frame(from + frames.length, [sent], ([list]) =>
        wrong(list.length, length) || wrong(list[0].id, newest) || shows(list[0]), { timed }));
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

const EMOJI = ["👍", "🎉", "❤️", "🚀"];

/** A window whose messages are all from one user, who gets another name. */
export class SenderWindow extends MessageWindow {
  kinds = ["renamed"];
  /** Who does not freeze a user that was edited. */
  unfrozen = ["original"];

  constructor(count) {
    super(count);
    this.size.sender = "bob";
  }

  frames(_kind, count, from) {
    return Array.from({ length: count }, (_, i) => {
      const seq = from + i;
      const name = `Bob the ${seq}th`;
      const edited = { type: "user.edited", userId: "bob", diff: { name } };
      return frame(seq, [edited], ([list]) =>
        wrong(list.length, this.count) ||
          wrong(list.find(({ sender }) => sender.name !== name)?.sender.name, undefined),
      { fresh: this.count });
    });
  }
}

/** The list of conversations: a new message takes its conversation to the top. */
export class ConversationList {
  kinds = ["created"];

  constructor(count) {
    this.count = count;
    this.size = { conversations: count };
    this.views = [{
      path: "/me/conversations", pageSize: 30, count,
      subscribe: (session, listener) => session.subscribeConversations(listener),
    }];
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
      ], ([list]) =>
        wrong(list.length, this.count) || wrong(list[0].id, conversationId) ||
          wrong(list[0].lastMessage.id, id) || wrong(list[0].unreadMessageCount, seq));
    });
  }
}

/** The participants of a conversation, all of whom are loaded. */
export class ParticipantList {
  kinds = ["edited", "joined"];

  constructor(count) {
    this.count = count;
    this.size = { participants: count };
    this.views = [{
      path: "/me/conversations/room/participants", pageSize: 50, count,
      subscribe: (session, listener) =>
        session.conversation("room").subscribeParticipants(listener),
    }];
  }

  frames(kind, count, from) {
    return pairs(count, from, (seq, spread) => {
      const userId = `u${this.count - spread(this.count)}`;
      return kind === "edited" ? this.#edits(userId) : this.#joins(userId, LATER + seq * 1000);
    });
  }

  /** Someone may only read, and then may write again. */
  #edits(userId) {
    return [["Read", "MentionsOnly"], ["ReadWrite", true]].map(([access, notify]) =>
      [[{ ...about("participant.edited", userId), diff: { access, notify } }], ([list]) => {
        const found = list.find(({ user }) => user.id === userId);
        return wrong(list.length, this.count) || wrong(found?.access, access) ||
          wrong(found.notify, notify);
      }]);
  }

  /** Someone leaves, off the clock, and joins again, so that nobody needs to ask who that is. */
  #joins(userId, joinedAt) {
    return [
      [[about("participant.deleted", userId)], ([list]) => wrong(list.length, this.count - 1),
        { fresh: 0, timed: false }],
      [[{ ...about("participant.created", userId), state: participant(userId, joinedAt) }],
        ([list]) => wrong(list.length, this.count) || wrong(list[0].user.id, userId) ||
          wrong(list[0].joinedAt, joinedAt)],
    ];
  }
}

const about = (type, userId) => ({ type, conversationId: "room", userId });
