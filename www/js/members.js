/**
 * Who is in which conversation, by its participants: one live subscription for each conversation
 * that the page names, so that it is of no matter which client made it.
 */

/** @import {ParticipantSnapshot, ParticipantSubscription, TalkSession} from "talk-session" */
/** @import {Person} from "./cast.js" */

/** How many more participants one asks for: the most that one may. */
const PAGE = 50;

/**
 * @typedef {object} Known
 * @property {readonly Person[]} people those who joined first come first
 * @property {boolean} all whether these are all of them
 */

/**
 * @typedef {object} Watched
 * @property {ParticipantSubscription} subscription
 * @property {Known | null} known
 * @property {boolean} whole whether all of them were asked for
 */

/** @type {Known} */
const NOBODY = { people: [], all: false };

export class Members {
  #session;
  /** @type {Map<string, Watched>} by the id of the conversation */
  #watched = new Map();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {TalkSession} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * Who is known to be in a conversation now. Whoever asks hears of changes through `onChange`.
   *
   * @param {string} id
   * @returns {Known | null} null: not known yet
   */
  of(id) {
    return (this.#watched.get(id) ?? this.#watch(id)).known;
  }

  /**
   * Asks for all who are in a conversation, however many they are.
   *
   * @param {string} id
   */
  wantAll(id) {
    const entry = this.#watched.get(id) ?? this.#watch(id);
    if (entry.whole) return;
    entry.whole = true;
    void this.#loadRest(id);
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param {string} id */
  #watch(id) {
    const subscription = this.#session.conversation(id).subscribeParticipants((list, all) => {
      const known = list ? { people: list.map(personOf).reverse(), all } : NOBODY;
      // The first call may come before there is anything to put it into.
      queueMicrotask(() => {
        const entry = this.#watched.get(id);
        if (!entry) return;
        entry.known = known;
        for (const listener of this.#listeners) listener();
      });
    });
    /** @type {Watched} */
    const entry = { subscription, known: null, whole: false };
    this.#watched.set(id, entry);
    return entry;
  }

  /** @param {string} id */
  async #loadRest(id) {
    const { subscription } = this.#watched.get(id) ?? {};
    try {
      await subscription?.connected;
      while (subscription?.state.type === "active" && !subscription.state.loadedAll) {
        await subscription.loadMore(PAGE);
      }
    } catch {
      // Those that are known are shown; the session says by itself when it has ended.
    }
  }
}

/**
 * @param {ParticipantSnapshot} participant
 * @returns {Person}
 */
const personOf = ({ user: { id, name, photoUrl } }) => ({ id, name, photoUrl });
