// What the tests use inside their pages, as `field`.

import { refSteps, sessionSteps, settingSteps, subscriptionSteps, userSteps } from "./steps.js";

const host = new URLSearchParams(location.search).get("host");

/** How long a step may take. Only what the original does not do at all takes as long. */
const PATIENCE_MS = { original: 1_500, ours: 15_000 };

const limited = (value, ms) => Promise.race([
  value,
  new Promise((_, reject) => setTimeout(reject, ms, new Error(`not settled in ${ms} ms`))),
]);

/** The clients by their names, each loaded when it is asked for. */
const load = (client) => import(client === "original" ? "/original.js" : "/pkg/index.js");

/** A session of a user who exists, with a conversation and a message in it. */
async function open(client, topic, api) {
  const { getTalkSession } = api ?? (await load(client));
  const userId = `${topic} of ${client}`;
  const session = getTalkSession({ appId: "demo", userId, host });
  await session.currentUser.createIfNotExists({ name: "Alice" });
  const conversation = session.conversation(`chat ${topic} of ${client}`);
  await conversation.createIfNotExists({ subject: topic });
  const message = await conversation.send("hello");
  return { session, conversation, message, userId, client };
}

/** A `Session` that acts as a user who exists, with the same. */
async function openSdk(topic) {
  const { Session } = await load("ours");
  const session = new Session({ appId: "demo", host });
  const userId = `${topic} by Session`;
  session.me = session.getUser({ id: userId, name: "Alice", role: "default" });
  const conversation = session.getConversation({
    id: `chat ${userId}`, subject: topic, participants: [session.me],
  });
  const message = await conversation.send("hello");
  return { session, conversation, message, userId, client: "Session" };
}

/** Takes steps until the first that fails: gives that one's name and error, or "". */
async function walk(client, steps) {
  for (const [name, step] of steps) {
    try {
      const outcome = await limited(step(), PATIENCE_MS[client] ?? PATIENCE_MS.ours);
      if (outcome === false) return name;
    } catch (error) {
      return `${name}: ${error?.message ?? error}`;
    }
  }
  return "";
}

/** The message of what a function throws or rejects with, or "none". */
async function failure(body) {
  try {
    await body();
    return "none";
  } catch (error) {
    return `${error?.code ?? error?.name}: ${error?.message}`;
  }
}

globalThis.field = {
  host, load, open, openSdk, walk, failure, limited,
  stores: async () => (await import("/stores.js")).WRAPPERS,
  mountAndLeave: async (...args) => (await import("/react.js")).mountAndLeave(...args),
  sessionSteps, refSteps, subscriptionSteps, settingSteps, userSteps,
};
