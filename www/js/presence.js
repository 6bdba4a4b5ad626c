/** Who is online: one live subscription for each person whose dot the page shows. */

/** @import {TalkSession} from "talk-session" */

import { h } from "./dom.js";

export class Presence {
  #session;
  /** @type {Map<string, boolean | null>} null: not known, or there is nobody of that name */
  #online = new Map();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {TalkSession} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * Whether somebody is online. Whoever asks hears of changes through `onChange`.
   *
   * @param {string} id
   * @returns {boolean | null} null: not known yet
   */
  of(id) {
    if (!this.#online.has(id)) {
      this.#online.set(id, null);
      this.#session.user(id).subscribeOnline((snapshot) => {
        const online = snapshot?.isConnected ?? null;
        if (this.#online.get(id) === online) return;
        this.#online.set(id, online);
        for (const listener of this.#listeners) listener();
      });
    }
    return this.#online.get(id) ?? null;
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/**
 * A portrait with a dot at its edge: full for online, hollow for offline, none if not known.
 *
 * @param {HTMLElement} face
 * @param {boolean | null} online
 */
export function withDot(face, online) {
  if (online === null) return face;
  const dot = h("span", {
    class: `presence ${online ? "online" : "offline"}`,
    title: presenceWord(online),
  });
  return h("span", { class: "face", "aria-hidden": "true" }, face, dot);
}

/** @param {boolean | null} online */
export const presenceWord = (online) => (online === null ? "" : online ? "Online" : "Offline");
