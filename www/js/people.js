/**
 * Who is who: one live subscription for each person the page has to name, shared by all who
 * ask, and the list of people one can start a conversation with.
 */

/** @import {Session, User, UserSnapshot} from "talk-session" */
/** @import {Person} from "./cast.js" */

import { CAST } from "./cast.js";
import { recall, remember } from "./storage.js";

export class People {
  #session;
  /** @type {Map<string, UserSnapshot | null | undefined>} undefined: asked, no answer yet */
  #seen = new Map();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * What is known of a person now. Whoever asks hears of changes through `onChange`.
   *
   * @param {string} id
   * @returns {Person}
   */
  peek(id) {
    if (!this.#seen.has(id)) {
      this.#seen.set(id, undefined);
      this.#session.user(id).subscribe((snapshot) => {
        this.#seen.set(id, snapshot);
        for (const listener of this.#listeners) listener();
      });
    }
    const snapshot = this.#seen.get(id);
    if (snapshot) return { id, name: snapshot.name, photoUrl: snapshot.photoUrl };
    return this.known().find((person) => person.id === id) ?? { id, name: id, photoUrl: null };
  }

  /** @param {() => void} listener */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Everybody this browser has met, the cast first.
   *
   * @returns {Person[]}
   */
  known() {
    const met = recall("people");
    const others = Array.isArray(met) ? met.filter(isPerson) : [];
    const all = new Map([...CAST, ...others].map((person) => [person.id, person]));
    return [...all.values()];
  }

  /** @param {Person} person */
  meet(person) {
    if (this.known().some(({ id }) => id === person.id)) return;
    const met = recall("people");
    remember("people", [...(Array.isArray(met) ? met : []), person].slice(-50));
  }

  /**
   * Says who one is, and settles when that person is on the server. A name that this browser only
   * guesses from the id never replaces the one that the person has.
   *
   * @param {string} id
   */
  enter(id) {
    const session = this.#session;
    const known = this.known().find((person) => person.id === id);
    if (!known) {
      session.me = session.getUserById(id);
      return this.#introduce(session.me);
    }
    const { name, photoUrl } = known;
    session.me = session.getUser({ id, name, role: "default", ...(photoUrl ? { photoUrl } : {}) });
    return session.me.synchronize();
  }

  /** @param {User} me */
  async #introduce(me) {
    await me.createIfNotExists({ name: nameFromId(me.id) });
    const snapshot = await me.get();
    this.meet({ id: me.id, name: snapshot?.name ?? nameFromId(me.id), photoUrl: null });
  }

  /**
   * Makes sure that another person exists on the server.
   *
   * @param {string} id
   * @param {string} [name] for somebody new
   */
  async ensure(id, name) {
    const known = this.known().find((person) => person.id === id);
    const person = known ?? { id, name: name ?? id, photoUrl: null };
    await this.#session.user(id).createIfNotExists({
      name: person.name,
      ...(person.photoUrl ? { photoUrl: person.photoUrl } : {}),
    });
  }
}

/** @param {string} id */
function nameFromId(id) {
  const words = id.split("-");
  return words.map((word) => word.slice(0, 1).toLocaleUpperCase() + word.slice(1)).join(" ");
}

/**
 * @param {unknown} value
 * @returns {value is Person}
 */
function isPerson(value) {
  if (typeof value !== "object" || value === null) return false;
  const { id, name } = /** @type {Record<string, unknown>} */ (value);
  return typeof id === "string" && id !== "" && typeof name === "string" && name !== "";
}
