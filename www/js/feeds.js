/**
 * The lists of conversations that one can choose from. What the service can filter is a subscription
 * of its own, so that it has everything that fits and not only what another list has loaded so far.
 * Groups and chats of two are told apart here: that is a matter of their participants.
 */

/** @import {ConversationFilter, ConversationListSubscription, ConversationSnapshot, TalkSession} from "talk-session" */
/** @import {About} from "./conversation.js" */

import { reason } from "./outbox.js";

/** How many more conversations are asked for near the end of a list. */
const PAGE = 20;

/**
 * @typedef {object} FeedKind
 * @property {string} label
 * @property {ConversationFilter | null} filter
 * @property {(about: About) => boolean} [fits] which of them; the service cannot filter by people
 * @property {string} empty what is said when nothing fits
 */

/** @type {Readonly<Record<string, FeedKind>>} */
export const FEEDS = {
  all: {
    label: "All",
    filter: null,
    empty: "You are in no conversation yet. Start one with the button above.",
  },
  unread: {
    label: "Unread",
    filter: { isUnread: true },
    empty: "Nothing unread. Well done.",
  },
  groups: {
    label: "Groups",
    filter: null,
    fits: ({ known, direct }) => known && !direct,
    empty: "You are in no group yet.",
  },
  people: {
    label: "People",
    filter: null,
    fits: ({ direct }) => direct,
    empty: "You have no conversation of two yet.",
  },
};

export class Feed {
  /** @type {readonly ConversationSnapshot[] | undefined} undefined: no answer yet */
  conversations = undefined;
  loadedAll = false;
  loading = false;
  failure = "";
  #subscription;
  #onChange;

  /**
   * @param {TalkSession} session
   * @param {FeedKind} kind
   * @param {() => void} onChange
   */
  constructor(session, { filter }, onChange) {
    this.#onChange = onChange;
    this.#subscription = this.#subscribe(session, filter);
  }

  /**
   * @param {TalkSession} session
   * @param {ConversationFilter | null} filter
   * @returns {ConversationListSubscription}
   */
  #subscribe(session, filter) {
    const listener = (
      /** @type {readonly ConversationSnapshot[]} */ conversations,
      /** @type {boolean} */ loadedAll,
    ) => {
      this.conversations = conversations;
      this.loadedAll = loadedAll;
      this.#onChange();
    };
    const subscription = filter
      ? session.subscribeConversations({ filter }, listener)
      : session.subscribeConversations(listener);
    void subscription.terminated.then((state) => {
      if (state.type !== "error") return;
      this.failure = reason(state.error);
      this.#onChange();
    });
    return subscription;
  }

  async more() {
    if (this.loading || this.loadedAll || this.failure || !this.conversations) return;
    this.loading = true;
    this.#onChange();
    await this.#subscription.loadMore(PAGE).catch(() => {});
    this.loading = false;
    this.#onChange();
  }

  close() {
    this.#subscription.unsubscribe();
  }
}
