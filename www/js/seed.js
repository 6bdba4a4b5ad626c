/**
 * The first conversations, so that a fresh Parley is not empty. Whoever opens the page first
 * makes them, once: the first message in a hidden conversation decides who does it, because
 * the server puts messages in one order for everybody. All of it is the public API.
 */

/** @import {ConversationRef, MessageSnapshot, TalkSession} from "talk-session" */

import { getTalkSession } from "talk-session";
import { CAST } from "./cast.js";
import { directId } from "./conversation.js";
import { ANSWERS } from "./outbox.js";

/** Keeps the books: which seeds are done, and who is at it. Never shown to anyone. */
const KEEPER = "parley-keeper";

/** After this long somebody who began is believed to have closed the window. */
const GIVE_UP_MS = 15_000;

export const WELCOME = "welcome";

const everyone = CAST.map(({ id }) => id);

/**
 * One message: who says what, who reacts with what, and which line it answers, counted from 0.
 *
 * @typedef {object} Line
 * @property {string} by
 * @property {string} text
 * @property {Readonly<Record<string, readonly string[]>>} [reactions] by emoji
 * @property {number} [answers]
 */

/** @type {readonly {id: string, subject: string | null, members: readonly string[], lines: readonly Line[]}[]} */
const SEEDS = [
  {
    id: "lakeside-swedish",
    subject: "Svenska vid sjön",
    members: ["carol", "bob", "alice"],
    lines: [
      { by: "carol", text: "Hej! Här övar vi svenska tillsammans.", reactions: { "🇸🇪": ["bob"] } },
      {
        by: "carol",
        text: "Förstår du inte? Öppna menyn vid meddelandet och välj att översätta det.",
      },
    ],
  },
  {
    id: directId("alice", "bob"),
    subject: null,
    members: ["alice", "bob"],
    lines: [
      { by: "bob", text: "Morning! Is the lake walk still on for Saturday?" },
      {
        by: "alice",
        text: "Yes! Nine at the station. I’ll bring the thermos.",
        reactions: { "☕": ["bob"] },
        answers: 0,
      },
      {
        by: "bob",
        text: "Then I’m in charge of cake. See you there 🍰",
        reactions: { "❤️": ["alice"] },
      },
    ],
  },
  {
    id: WELCOME,
    subject: "Welcome to Parley",
    members: everyone,
    lines: [
      {
        by: "carol",
        text: "Hello everyone, and welcome to Parley 👋",
        reactions: { "👋": ["alice", "bob"], "🎉": ["bob"] },
      },
      {
        by: "carol",
        text: "All of this is live. Open the page again in a second window, switch to another person at the bottom left, and write.",
      },
      {
        by: "bob",
        text: "Drop a photo or any other file anywhere in this pane, or paste it. The microphone records a voice message.",
        reactions: { "👍": ["alice", "carol"] },
      },
      {
        by: "carol",
        text: "And with the arrow keys, Enter and Escape you get everywhere without a mouse.",
      },
    ],
  },
];

/**
 * @param {TalkSession} session
 * @param {{appId: string, host: string}} config
 */
export async function ensureSeed(session, config) {
  const open = (/** @type {string} */ userId) => getTalkSession({ ...config, userId });
  if (!(await isDone(session))) {
    const keeper = open(KEEPER);
    await keeper.currentUser.createIfNotExists({ name: "Parley" });
    if (await isFirst(keeper)) await sow(open, keeper);
  }
  await join(session, WELCOME);
}

/** @param {TalkSession} session */
async function isDone(session) {
  const keeper = await session.user(KEEPER).get();
  return keeper?.custom["seeded"] === "1";
}

/**
 * Claims the work. True: it is ours. False: somebody else has done it meanwhile.
 *
 * @param {TalkSession} keeper
 */
async function isFirst(keeper) {
  const books = keeper.conversation("parley-keeper-claims");
  await books.createIfNotExists();
  const claim = await books.send("claim");
  for (;;) {
    const claims = await oldestFirst(books);
    const now = claims.find(({ id }) => id === claim.id)?.createdAt ?? Infinity;
    const rival = claims.find(
      ({ id, createdAt }) => id !== claim.id && createdAt < now && now - createdAt < GIVE_UP_MS,
    );
    if (!rival) return true;
    if (await becomesDone(keeper)) return false;
    // The rival gave up: its claim must not stop the next one.
    await books.message(rival.id).delete();
  }
}

/**
 * @param {ConversationRef} conversation
 * @returns {Promise<readonly MessageSnapshot[]>}
 */
async function oldestFirst(conversation) {
  const subscription = conversation.subscribeMessages();
  try {
    await subscription.connected;
    while (subscription.state.type === "active" && !subscription.state.loadedAll) {
      await subscription.loadMore(100);
    }
    const messages = subscription.state.type === "active" ? subscription.state.latestSnapshot : [];
    return [...(messages ?? [])].reverse();
  } finally {
    subscription.unsubscribe();
  }
}

/**
 * Waits until the rival is done, or long enough.
 *
 * @param {TalkSession} keeper
 * @returns {Promise<boolean>}
 */
function becomesDone(keeper) {
  return new Promise((done) => {
    const finish = (/** @type {boolean} */ value) => {
      clearTimeout(timer);
      subscription.unsubscribe();
      done(value);
    };
    const timer = setTimeout(() => finish(false), GIVE_UP_MS);
    const subscription = keeper.currentUser.subscribe((user) => {
      // Not from inside the first call: the subscription must exist before it can be ended.
      if (user?.custom["seeded"] === "1") queueMicrotask(() => finish(true));
    });
  });
}

/**
 * @param {(userId: string) => TalkSession} open
 * @param {TalkSession} keeper
 */
async function sow(open, keeper) {
  for (const { id, name, photoUrl } of CAST) {
    await open(id).currentUser.createIfNotExists({ name, ...(photoUrl ? { photoUrl } : {}) });
  }
  for (const { id, subject, members, lines } of SEEDS) {
    const [founder] = members;
    if (!founder) continue;
    const ref = open(founder).conversation(id);
    await ref.createIfNotExists({
      ...(subject ? { subject } : {}),
      custom: { kind: subject ? "group" : "direct", members: JSON.stringify(members) },
    });
    await Promise.all(members.map((member) => ref.participant(member).createIfNotExists()));
    if ((await ref.get())?.lastMessage) continue;
    await say(open, id, lines);
  }
  await keeper.currentUser.set({ custom: { seeded: "1" } });
}

/**
 * @param {(userId: string) => TalkSession} open
 * @param {string} id
 * @param {readonly Line[]} lines
 */
async function say(open, id, lines) {
  /** @type {string[]} */
  const sent = [];
  for (const { by, text, reactions = {}, answers } of lines) {
    const referencedMessage = answers === undefined ? undefined : sent[answers];
    const message = await open(by)
      .conversation(id)
      .send({
        text,
        ...(referencedMessage
          ? { referencedMessage, custom: { [ANSWERS]: referencedMessage } }
          : {}),
      });
    sent.push(message.id);
    for (const [emoji, people] of Object.entries(reactions)) {
      for (const who of people) {
        await open(who).conversation(id).message(message.id).reactions(emoji).add();
      }
    }
  }
}

/**
 * Lets a new person into a conversation that is open to everyone.
 *
 * @param {TalkSession} session
 * @param {string} id
 */
async function join(session, id) {
  const me = session.currentUser.id;
  if (everyone.includes(me)) return;
  const ref = session.conversation(id);
  if (await ref.get()) return;
  await ref.createIfNotExists();
  const members = JSON.parse((await ref.get())?.custom["members"] ?? "[]");
  await ref.set({ custom: { members: JSON.stringify([...members, me]) } });
}
