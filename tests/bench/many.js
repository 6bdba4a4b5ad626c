// What is measured with many subscriptions at once: filtered lists of conversations, and
// conversations of which everything is live. Made as events.js says.

import { LATER, event, pairs, wrong } from "./frames.js";
import { FILTERS, conversations, fits, message } from "./service.js";

/**
 * Five lists of conversations, by different filters. A conversation has been read or is unread
 * again: it enters one list, leaves another, and changes in the two that it stays in.
 */
export class FilteredLists {
  kinds = ["moved"];
  /** Who asks the service about a conversation when it enters a list for the first time. */
  asks = ["original"];

  constructor(count) {
    this.size = { conversations: count };
    this.all = conversations(count);
    this.views = FILTERS.map((filter) => ({
      path: "/me/conversations", pageSize: 30, filter,
      count: this.all.filter((one) => fits(one, filter)).length,
      subscribe: (session, listener) => session.subscribeConversations({ filter }, listener),
    }));
  }

  frames(_kind, count, from) {
    return pairs(count, from, (seq, spread) => {
      const side = this.all[spread(this.all.length)];
      const { isUnread, unreadMessageCount } = side;
      const other = { isUnread: !isUnread, unreadMessageCount: isUnread ? 0 : seq };
      return [this.#move(side, other), this.#move(side, { isUnread, unreadMessageCount })];
    });
  }

  #move(side, diff) {
    const changed = { ...side, ...diff };
    // In its lists it is at the place that its time gives it, whatever is or is not there.
    const before = (list) =>
      list.filter(({ lastMessage }) => lastMessage.createdAt > side.lastMessageAt).length;
    const touched = [...FILTERS.keys()].filter((at) =>
      fits(changed, FILTERS[at]) || fits({ ...changed, isUnread: !diff.isUnread }, FILTERS[at]));
    return [[{ type: "side.edited", conversationId: side.id, diff }], (views) =>
      views.map((list, at) => {
        const found = list[before(list)];
        const [was, is] = [fits(side, FILTERS[at]), fits(changed, FILTERS[at])];
        return wrong(list.length, this.views[at].count - was + is) ||
          wrong(found?.id === side.id, is) ||
          (is && wrong(found.unreadMessageCount, diff.unreadMessageCount));
      }).find(Boolean) ?? "", { touched }];
  }
}

/** How many messages each of the live conversations has. */
const MESSAGES = 30;

/**
 * Conversations of each of which the messages, who is typing, and whether someone is online are
 * subscribed to. Every event is about one of them.
 */
export class LiveConversations {
  kinds = ["created", "typing", "online"];

  constructor(count) {
    this.count = count;
    this.size = { messages: MESSAGES };
    this.views = Array.from({ length: count }, (_, at) => {
      const [id, path] = [`r${at}`, `/me/conversations/r${at}`];
      return [
        {
          path: `${path}/messages`, pageSize: 100, count: MESSAGES,
          subscribe: (session, listener) => session.conversation(id).subscribeMessages(listener),
        },
        {
          path: `${path}/typing`,
          subscribe: (session, listener) => session.conversation(id).subscribeTyping(listener),
        },
        {
          path: `/users/u${at}/online`,
          subscribe: (session, listener) => session.user(`u${at}`).subscribeOnline(listener),
        },
      ];
    }).flat();
  }

  frames(kind, count, from) {
    const pair = { created: arrival, typing, online }[kind];
    return pairs(count, from, (seq, spread) => pair(seq, spread(this.count)));
  }
}

/** A new message, which is deleted off the clock. */
function arrival(seq, at) {
  const [id, conversationId] = [`n${seq}`, `r${at}`];
  const touched = [at * 3];
  const state = message(id, LATER + seq * 1000);
  return [
    [[{ ...event("message.created", id, conversationId), state }], ({ [at * 3]: list }) =>
      wrong(list.length, MESSAGES + 1) || wrong(list[0].id, id), { touched }],
    [[event("message.deleted", id, conversationId)], ({ [at * 3]: list }) =>
      wrong(list.length, MESSAGES), { touched, timed: false }],
  ];
}

/** Bob begins to type, and stops. */
function typing(seq, at) {
  return [LATER + seq * 1000, null].map((bob) =>
    [[{ type: "typing.changed", conversationId: `r${at}`, diff: { usersTyping: { bob } } }],
      ({ [at * 3 + 1]: { many, users } }) =>
        wrong(many, false) || wrong(users.map(({ id }) => id).join(), bob ? "bob" : ""),
      { touched: [at * 3 + 1] }]);
}

/** Someone connects, and leaves. */
function online(_seq, at) {
  return [true, false].map((isConnected) =>
    [[{ type: "user.online.changed", userId: `u${at}`, diff: { isConnected } }],
      ({ [at * 3 + 2]: presence }) =>
        wrong(presence.isConnected, isConnected) || wrong(presence.user.id, `u${at}`),
      { touched: [at * 3 + 2] }]);
}
