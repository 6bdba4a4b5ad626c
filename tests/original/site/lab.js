// In the page: the original client, and what tests need beside it. Everything waits for a condition;
// nothing waits for a time.

import { getTalkSession } from "/original.js";

const host = new URL(location.href).searchParams.get("host");
const PATIENCE_MS = 20_000;

const show = (value) => JSON.stringify(value) ?? String(value);

/** JSON with sorted keys: what is compared. */
const plain = (value) =>
  JSON.stringify(value, (_key, part) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part);

function equal(got, wanted, what = "this") {
  if (plain(got) !== plain(wanted)) {
    throw new Error(`${what} is ${show(got)}, not ${show(wanted)}`);
  }
}

function ok(is, what) {
  if (!is) throw new Error(`not so: ${what}`);
}

/** Orders the backend about, see its `POST /control`. */
const control = (order) => globalThis.orderBackend(host, order);

/** A listener that keeps what it is called with, and can be waited for. */
function watch() {
  const calls = [];
  let look = () => {};
  const listener = (...args) => {
    calls.push(args.map((arg) => structuredClone(arg)));
    look();
  };
  /** Waits until the last call is as wanted; gives its arguments. */
  listener.until = (what, fits) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`never ${what}; the last call was with ${show(calls.at(-1))}`));
      }, PATIENCE_MS);
      look = () => {
        const last = calls.at(-1);
        if (!last || !fits(...last)) return;
        clearTimeout(timer);
        look = () => {};
        resolve(last);
      };
      look();
    });
  listener.calls = calls;
  return listener;
}

/** Waits for something to be so that tells nobody when it changes. */
async function until(what, isSo) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never ${what}`);
}

/** What a promise rejects with, as text; that it resolves is a failure. */
async function refusal(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return String(error?.message ?? error);
  }
  throw new Error(`not refused, but ${show(value)}`);
}

const session = (userId, options = {}) =>
  getTalkSession({ appId: "demo", userId, host, ...options });

/** Sessions of users that exist: Alice is called "Alice". */
async function members(...names) {
  const sessions = names.map((name) => session(name));
  for (const [at, one] of sessions.entries()) {
    const name = names[at].replace(/^./, (letter) => letter.toUpperCase());
    await one.currentUser.set({ name });
  }
  return sessions;
}

/** Alice and Bob in the conversation "c": `[alice, bob, hers, his]`. */
async function chat() {
  const [alice, bob] = await members("alice", "bob");
  const hers = alice.conversation("c");
  await hers.createIfNotExists({ subject: "Cats" });
  await hers.participant("bob").createIfNotExists();
  return [alice, bob, hers, bob.conversation("c")];
}

/** All requests that the backend got since the last look, as `METHOD /path data`. */
async function requests() {
  const log = await control({ do: "log" });
  const sent = log.filter(({ dir, frame }) => dir === "in" && frame[1] !== "ACK");
  return sent.map(({ frame: [, method, path, data] }) => [method, path, data]);
}

globalThis.lab = {
  host, control, watch, until, refusal, session, members, chat, requests, equal, ok, show,
};
