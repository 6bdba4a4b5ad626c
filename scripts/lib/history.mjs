// The demo's first weeks: conversations that are long enough to scroll, to search, and to find what
// is unread in. They are made through the public API, as by three people, on a backend with
// `--control`: its clock is set for each message. The same moment gives the same weeks.

import { registerPolyfills, Session } from "../../pkg/index.js";
import { CAST } from "../../www/js/cast.js";
import { landscape } from "./landscape.mjs";
import { FIRST, TALKS, WORDS } from "./talks.mjs";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** For so many days the three have written to each other. */
const DAYS = 38;

/** The group in which they do. */
export const LAKE = "lake-house";

const MEMBERS = ["carol", "bob", "alice"];

/** Marks the messages as no news, as `www/js/seed.js` does. */
const CUSTOM = { seed: "1" };

/**
 * @param {object} backend
 * @param {string} backend.host
 * @param {(command: object) => Promise<unknown>} backend.control
 * @param {object} [options]
 * @param {string} [options.appId]
 * @param {number} [options.now] when the weeks end
 */
export async function makeHistory({ host, control }, { appId = "demo", now = Date.now() } = {}) {
  if (typeof globalThis.WebSocket === "undefined") {
    const { WebSocket } = await import("ws");
    registerPolyfills({ WebSocket });
  }
  const sessions = new Map();
  for (const { id, name, photoUrl } of CAST) {
    const session = new Session({ appId, host });
    session.me = session.getUser({ id, name, role: "default", photoUrl });
    sessions.set(id, session);
  }
  const as = (id) => sessions.get(id);
  const at = (time) => control({ do: "clock", now: Math.round(time) });
  try {
    await at(now - (DAYS + 1) * DAY);
    for (const session of sessions.values()) await session.me.synchronize();
    await makeLake({ as, at, now });
    await makePair({ as, at, now });
  } finally {
    await Promise.all([...sessions.values()].map((session) => session.destroy()));
    await control({ do: "clock", now: null });
  }
}

/** Weeks of a group, read by everybody up to last night; since then, more than fits a page. */
async function makeLake({ as, at, now }) {
  const dice = new Dice(7);
  await as("carol")
    .getConversation({ id: LAKE, subject: "Lake house", participants: MEMBERS })
    .synchronize();
  const say = speaker(as, at, LAKE);
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  await say(FIRST, MEMBERS, midnight - DAYS * DAY + 9 * 60 * MINUTE, dice);
  for (let day = 1; day < DAYS; day++) {
    if (day % 5 === 3) continue;
    const start = midnight - (DAYS - day) * DAY + (8 + dice.below(10)) * 60 * MINUTE;
    const people = dice.turned(MEMBERS);
    const end = await say(TALKS[(day * 3) % TALKS.length], people, start, dice);
    if (day % 3 === 1) await picture({ as, at, by: people[0], time: end + 2 * MINUTE, seed: day });
  }
  for (const who of MEMBERS) await as(who).conversation(LAKE).markAsRead();
  // What Alice has not read: more than the messages that are loaded at first.
  const start = Math.max(midnight + MINUTE, now - 150 * MINUTE);
  const step = (now - start) / 8;
  for (let talk = 0; talk < 7; talk++) {
    const people = talk % 2 ? ["carol", "bob", "carol"] : ["bob", "carol", "bob"];
    await say(TALKS[(talk * 7 + 2) % TALKS.length], people, start + talk * step, dice, step / 12);
  }
}

/** A chat of two, with a few messages on a few days. */
async function makePair({ as, at, now }) {
  const dice = new Dice(23);
  const id = "carol+alice";
  await as("carol").getConversation({ id, participants: ["alice"] }).synchronize();
  const say = speaker(as, at, id);
  for (const day of [20, 13, 6, 2]) {
    const talk = TALKS[(day * 7) % TALKS.length];
    await say(talk, ["alice", "carol", "alice"], now - day * DAY, dice);
  }
  for (const who of ["alice", "carol"]) await as(who).conversation(id).markAsRead();
}

/**
 * Says talks in one conversation. Each gives the time of its last line.
 *
 * @returns {(talk: string[][], people: readonly string[], start: number, dice: Dice, pace?: number)
 *   => Promise<number>}
 */
function speaker(as, at, id) {
  return async (talk, people, start, dice, pace = 3 * MINUTE) => {
    const words = new Map(Object.entries(WORDS).map(([name, all]) => [name, dice.of(all)]));
    let time = start;
    for (const [turn, line] of talk) {
      await at(time);
      const text = line.replace(/\{(\w+)\}/g, (_, name) => words.get(name));
      const by = people["ABC".indexOf(turn)];
      const message = await as(by).conversation(id).send({ text, custom: CUSTOM });
      if (dice.below(9) === 0) {
        const who = people.find((person) => person !== by) ?? by;
        const emoji = dice.of(["👍", "❤️", "😂", "🎉"]);
        await as(who).conversation(id).message(message.id).reactions(emoji).add();
      }
      time += pace * (0.3 + dice.below(100) / 70);
    }
    return time;
  };
}

async function picture({ as, at, by, time, seed }) {
  const [width, height] = seed % 2 ? [480, 320] : [320, 400];
  const blob = new Blob([landscape({ width, height, seed })], { type: "image/png" });
  await at(time);
  const filename = `view-${seed}.png`;
  const fileToken = await as(by).uploadImage(blob, { filename, width, height });
  const content = [{ type: "file", fileToken }];
  await as(by).conversation(LAKE).send({ content, custom: CUSTOM });
}

/** Chance that is the same every time. */
class Dice {
  #state;

  constructor(seed) {
    this.#state = seed;
  }

  below(count) {
    this.#state = (this.#state * 1664525 + 1013904223) % 4294967296;
    return Math.floor((this.#state / 4294967296) * count);
  }

  of(all) {
    return all[this.below(all.length)];
  }

  /** The same in another order, the circle turned. */
  turned(all) {
    const first = this.below(all.length);
    return [...all.slice(first), ...all.slice(0, first)];
  }
}
