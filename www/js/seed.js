/**
 * The first conversations, so that a fresh Parley is not empty. Whoever opens the page first
 * makes them, once: the first message in a hidden conversation decides who does it, because
 * the server puts messages in one order for everybody. All of it is the public API.
 */

/** @import {ConversationRef, MessageSnapshot} from "talk-session" */

import { Session } from "talk-session";
import { CAST } from "./cast.js";
import { directId } from "./conversation.js";
import { left } from "./leaving.js";
import { ANSWERS } from "./outbox.js";

/** Keeps the books: which seeds are done, and who is at it. Never shown to anyone. */
const KEEPER = "parley-keeper";

/** After this long somebody who began is believed to have closed the window. */
const GIVE_UP_MS = 15_000;

const WELCOME = "welcome";
const WELCOME_SUBJECT = "Welcome to Parley";

/** Marks the messages of the first conversations: they are no news. */
export const SEED = "seed";

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
    subject: WELCOME_SUBJECT,
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

/** What somebody new is told, by nobody who would have all of these talks in a list of their own. */
/** @type {readonly Line[]} */
const GREETING = [
  {
    by: KEEPER,
    text: "Hello, and welcome to Parley 👋 All of this is live: open the page again in a second window, switch to another person at the bottom left, and write.",
  },
  {
    by: KEEPER,
    text: "Nobody is in here but you. To talk to Alice, Bob or Carol, or to a group of them, start a conversation with the button at the top of the list.",
  },
  {
    by: KEEPER,
    text: "Drop a photo or any other file anywhere in this pane, or paste it. The microphone records a voice message.",
  },
];

/**
 * @param {Session} session
 * @param {{appId: string, host: string}} config
 */
export async function ensureSeed(session, config) {
  if (!(await isDone(session))) {
    await withSessions(session, config, async (as) => {
      const keeper = as(KEEPER);
      await keeper.me.synchronize();
      if (await isFirst(keeper)) await sow(as, keeper);
    });
  }
  if (!everyone.includes(session.me.id)) await greet(session, config);
}

/**
 * Lets one act as several people: each has a session, which ends with the work, or with the page if
 * that is left before. One's own is used as it is.
 *
 * @param {Session} session
 * @param {{appId: string, host: string}} config
 * @param {(as: (id: string) => Session) => Promise<void>} work
 */
async function withSessions(session, config, work) {
  /** @type {Map<string, Session>} */
  const others = new Map();
  const as = (/** @type {string} */ id) => {
    left.throwIfAborted();
    if (id === session.me.id) return session;
    const known = others.get(id);
    if (known) return known;
    const other = new Session(config);
    other.me = person(other, id);
    others.set(id, other);
    return other;
  };
  const end = () => Promise.all([...others.values()].map((other) => other.destroy()));
  left.addEventListener("abort", end);
  try {
    await work(as);
  } finally {
    left.removeEventListener("abort", end);
    await end();
  }
}

/**
 * @param {Session} session
 * @param {string} id
 */
function person(session, id) {
  const { name, photoUrl } = CAST.find((one) => one.id === id) ?? { name: "Parley", photoUrl: null };
  return session.getUser({ id, name, role: "default", ...(photoUrl ? { photoUrl } : {}) });
}

/** @param {Session} session */
async function isDone(session) {
  const keeper = await session.user(KEEPER).get();
  return keeper?.custom["seeded"] === "1";
}

/**
 * Claims the work. True: it is ours. False: somebody else has done it meanwhile.
 *
 * @param {Session} keeper
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
 * @param {Session} keeper
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
 * @param {(id: string) => Session} as
 * @param {Session} keeper
 */
async function sow(as, keeper) {
  for (const { id, subject, members, lines } of SEEDS) {
    const [founder] = members;
    if (!founder) continue;
    const session = as(founder);
    // The first use of it makes it, with its people.
    const conversation = session.getConversation({
      id,
      ...(subject ? { subject } : {}),
      participants: members.map((member) => person(session, member)),
    });
    if ((await conversation.get())?.lastMessage) continue;
    await say(as, id, lines);
  }
  await keeper.me.set({ custom: { seeded: "1" } });
}

/**
 * @param {(id: string) => Session} as
 * @param {string} id
 * @param {readonly Line[]} lines
 */
async function say(as, id, lines) {
  /** @type {string[]} */
  const sent = [];
  for (const { by, text, reactions = {}, answers } of lines) {
    const referencedMessage = answers === undefined ? undefined : sent[answers];
    const message = await as(by)
      .conversation(id)
      .send({
        text,
        custom: { [SEED]: "1", ...(referencedMessage ? { [ANSWERS]: referencedMessage } : {}) },
        ...(referencedMessage ? { referencedMessage } : {}),
      });
    sent.push(message.id);
    for (const [emoji, people] of Object.entries(reactions)) {
      for (const who of people) {
        await as(who).conversation(id).message(message.id).reactions(emoji).add();
      }
    }
  }
}

/**
 * Greets a new person in a conversation of their own.
 *
 * @param {Session} session
 * @param {{appId: string, host: string}} config
 */
async function greet(session, config) {
  const me = session.me.id;
  const id = `${WELCOME}+${encodeURIComponent(me)}`;
  if (await session.conversation(id).get()) return;
  await withSessions(session, config, async (as) => {
    const conversation = as(KEEPER).getConversation({ id, subject: WELCOME_SUBJECT });
    await conversation.synchronize();
    if (!(await conversation.get())?.lastMessage) await say(as, id, GREETING);
    // Whoever comes after the words has nothing unread by them.
    await conversation.participant(me).createIfNotExists();
  });
}
