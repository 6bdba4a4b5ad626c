/**
 * The messages of a conversation in the order in which they are shown, the oldest first, with the
 * drafts that wait to go out at the end. Asking about a place costs the same with thirty messages
 * and with thousands: nothing here goes through all of them but `find`, for one that is gone.
 */

/** @import {MessageSnapshot} from "talk-session" */
/** @import {Draft} from "./outbox.js" */

import { dayOf } from "./format.js";

/** @typedef {MessageSnapshot | Draft} Source */

/** Messages of one person within this time form one group. */
const GROUP_MS = 5 * 60_000;

export class Timeline {
  #me;
  /** @type {readonly MessageSnapshot[]} the newest first, as the session has them */
  #messages = [];
  /** @type {readonly Draft[]} */
  #drafts = [];
  #loadedAll = false;
  /** Where the line “New” goes: after what was read when the conversation was opened. */
  readUntil = Infinity;

  /** @param {string} me */
  constructor(me) {
    this.#me = me;
  }

  /**
   * @param {readonly MessageSnapshot[]} messages
   * @param {boolean} loadedAll
   * @param {readonly Draft[]} drafts
   */
  update(messages, loadedAll, drafts) {
    this.#messages = messages;
    this.#loadedAll = loadedAll;
    this.#drafts = drafts;
  }

  get length() {
    return this.#messages.length + this.#drafts.length;
  }

  /** @param {number} index */
  at(index) {
    const count = this.#messages.length;
    return index < count ? this.#messages[count - 1 - index] : this.#drafts[index - count];
  }

  /** The oldest message that is loaded. */
  get oldest() {
    return this.#messages[this.#messages.length - 1];
  }

  /**
   * The place of a message or draft, or -1.
   *
   * @param {Source} source
   */
  indexOf(source) {
    const count = this.#messages.length;
    if (!("id" in source)) {
      const at = this.#drafts.findIndex(({ key }) => key === source.key);
      return at < 0 ? -1 : count + at;
    }
    for (let i = this.#later(source.createdAt); i < count; i++) {
      const message = this.#messages[i];
      if (message?.createdAt !== source.createdAt) break;
      if (message.id === source.id) return count - 1 - i;
    }
    return this.find(source.id);
  }

  /**
   * The place of a message of which only the ID is known, or -1.
   *
   * @param {string} id
   */
  find(id) {
    const at = this.#messages.findIndex((message) => message.id === id);
    return at < 0 ? -1 : this.#messages.length - 1 - at;
  }

  /**
   * Where a message or draft that is gone would be.
   *
   * @param {Source} source
   */
  placeOf({ createdAt }) {
    return Math.min(this.#messages.length - this.#later(createdAt), this.length - 1);
  }

  /** How many messages are later than a time: they are sorted, so halving finds it. */
  #later(/** @type {number} */ time) {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#messages[middle]?.createdAt ?? 0) > time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * Whether a message is the first of its day. A draft carries this machine's time, which may lag
   * behind the server's.
   *
   * @param {number} index
   */
  startsDay(index) {
    const [one, next] = [this.at(index - 1), this.at(index)];
    return next !== undefined && (!one || dayOf(next.createdAt) > dayOf(one.createdAt));
  }

  /**
   * Whether a message goes on what the one before it began.
   *
   * @param {number} index
   */
  joins(index) {
    const [one, next] = [this.at(index - 1), this.at(index)];
    if (!one || !next || isNotice(one) || isNotice(next)) return false;
    return (
      this.#author(one) === this.#author(next) &&
      next.createdAt - one.createdAt < GROUP_MS &&
      dayOf(one.createdAt) === dayOf(next.createdAt)
    );
  }

  /** Whether the first unread message may be one that is not loaded. */
  get freshIsOlder() {
    return (
      !this.#loadedAll &&
      this.readUntil < Infinity &&
      this.#later(this.readUntil) === this.#messages.length
    );
  }

  /** The place of the first unread message of somebody else, or -1. */
  get fresh() {
    if (this.readUntil === Infinity || this.freshIsOlder) return -1;
    const count = this.#messages.length;
    for (let i = count - this.#later(this.readUntil); i < count; i++) {
      const source = this.at(i);
      if (source && this.#author(source) !== this.#me) return i;
    }
    return -1;
  }

  /** @param {Source} source */
  #author(source) {
    return "id" in source ? source.sender?.id : this.#me;
  }
}

/** @param {Source} source */
const isNotice = (source) => "id" in source && source.type === "SystemMessage";
