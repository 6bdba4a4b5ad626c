// What get() waits for. It is answered from what is live, but first everything that is under way
// has to be answered: so it shows what the calls before it did.

import { MISSED, listed } from "../listed.js";

const KEPT = "ours follows for a while what a get() asked for; the original did not come to that";

/** The order in which promises settle, each told by its name and what it gave. */
const inOrder = (promises, brief) => {
  const order = [];
  const all = Object.entries(promises).map(([name, promise]) =>
    promise.then(
      (value) => order.push([name, brief(value)]),
      () => order.push([name, "rejected"]),
    ),
  );
  return Object.assign(order, { done: Promise.all(all) });
};

const briefly = (value) => {
  if (value === undefined || value === null) return value === null ? null : "done";
  return value.name ?? value.subject ?? value.plaintext ?? value.access ?? value.id;
};

/** Alice follows Bob's user, so that it is live; and the kinds of calls that can be under way. */
async function following(world) {
  const [alice, bob, hers, his] = await world.chat();
  const subscription = alice.user("bob").subscribe(world.listener("bob"));
  await subscription.connected;
  await world.later();
  return [alice, bob, hers, his];
}

/** Calls of every kind, with the request that is held back. */
const UNDER_WAY = {
  "another's set": ["PUT", "/users/alice", (alice) => alice.currentUser.set({ name: "Alicia" })],
  "a send": ["POST", "/conversations/c/messages", (alice) => alice.conversation("c").send("Hello")],
  "a read mark": [
    "POST", "/me/conversations/c/read", (alice) => alice.conversation("c").markAsRead(),
  ],
  typing: ["POST", "/me/conversations/c/typing", (alice) => alice.conversation("c").markAsTyping()],
  "a get of somebody else": ["GET", "/users", (alice) => alice.user("carol").get()],
  "a subscription": [
    "SUBSCRIBE", "/me/conversations/c/typing",
    (alice) => alice.conversation("c").subscribeTyping().connected,
  ],
  "a file's check": [
    "POST", "/files/validate",
    (alice) => alice.uploadFile(new Blob(["x"]), { filename: "a.txt" }),
  ],
};

export default [
  {
    name: "get: a user who was just set, live or not",
    async run(world) {
      const { note, settle, hold } = world;
      const [alice] = await following(world);
      for (const [label, id] of [["live", "bob"], ["not live", "alice"]]) {
        const release = hold("PUT", `/users/${id}`);
        const ref = alice.user(id);
        const order = inOrder({ set: ref.set({ name: "New" }), get: ref.get() }, briefly);
        await settle();
        note(`${label}, under way`, [...order]);
        await release();
        await order.done;
        note(`${label}, done`, [...order]);
      }
    },
  },
  {
    name: "get: a conversation that is created when there is none",
    async run({ members, note, settle, hold, result }) {
      const [alice] = await members("alice");
      const c = alice.conversation("new");
      await result("none", c.get());
      const release = hold("POST", "/conversations/new/participants");
      const create = c.createIfNotExists({ subject: "Cats" });
      const order = inOrder({ create, get: c.get() }, briefly);
      await settle();
      note("under way", [...order]);
      await release();
      await order.done;
      note("done", [...order]);
    },
  },
  {
    name: "get: a participant who is added, edited and removed",
    async run(world) {
      const { note, settle, hold, result } = world;
      const [alice, hers] = await world.members("alice", "carol").then(([one]) => [
        one, one.conversation("c"),
      ]);
      await hers.createIfNotExists();
      await alice.user("carol").get();
      await world.later();
      const carol = hers.participant("carol");
      await result("none", carol.get());
      const calls = {
        create: ["POST", "", () => carol.createIfNotExists({ access: "Read" })],
        edit: ["POST", "", () => carol.edit({ access: "ReadWrite" })],
        remove: ["DELETE", "/carol", () => carol.delete()],
      };
      for (const [name, [method, path, call]] of Object.entries(calls)) {
        const release = hold(method, `/conversations/c/participants${path}`);
        const order = inOrder({ [name]: call(), get: carol.get() }, briefly);
        await settle();
        note(`${name}, under way`, [...order]);
        await release();
        await order.done;
        note(`${name}, done`, [...order]);
      }
    },
  },
  {
    name: "get: a message that is edited and deleted, in a window and without one",
    differences: listed(
      "the original waits before it asks for a message that its window does not have; ours asks " +
        "at once",
      '"not in the window, under way" #1: original {"value":0}, ours {"value":1} […]',
      '"not in the window, done" #1: original {"value":["send","none"]}, ' +
        'ours {"value":["none","send"]} […]',
    ),
    async run(world) {
      const { note, settle, hold, later } = world;
      const [, , hers] = await following(world);
      const sent = [await hers.send("One"), await hers.send("Two")];
      await later();
      const both = async (label, message) => {
        const calls = {
          edit: ["PATCH", () => message.edit("Edited")], remove: ["DELETE", () => message.delete()],
        };
        for (const [name, [method, call]] of Object.entries(calls)) {
          const release = hold(method, `/conversations/c/messages/${message.id}`);
          const order = inOrder({ [name]: call(), get: message.get() }, briefly);
          await settle();
          note(`${label}, ${name}, under way`, [...order]);
          await release();
          await order.done;
          note(`${label}, ${name}, done`, [...order]);
        }
      };
      await both("without", sent[0]);
      const messages = hers.subscribeMessages();
      await messages.connected;
      await later();
      await both("in a window", sent[1]);
      const release = hold("POST", "/conversations/c/messages");
      const calls = { send: hers.send("Three"), none: hers.message("none").get() };
      const order = inOrder(calls, briefly);
      await settle();
      note("not in the window, under way", order.length);
      await release();
      await order.done;
      note("not in the window, done", order.map(([name]) => name));
    },
  },
  {
    name: "get: a conversation that was marked as read and unread",
    async run(world) {
      const { note, settle, hold, later } = world;
      const [, , hers, his] = await world.chat();
      const conversation = his.subscribe();
      await conversation.connected;
      await hers.send("Hello");
      await later();
      for (const name of ["read", "unread"]) {
        const release = hold("POST", `/me/conversations/c/${name}`);
        const call = name === "read" ? his.markAsRead() : his.markAsUnread();
        const order = inOrder({ call, get: his.get() }, (one) => one?.isUnread ?? "done");
        await settle();
        note(`${name}, under way`, [...order]);
        await release();
        await order.done;
        note(`${name}, done`, [...order]);
      }
    },
  },
  {
    name: "get: waits for whatever is under way, not for what comes later",
    differences: listed(
      "ours asks again when the subscription is answered after its data: an event may be missed",
      "reads of alice: original 1×, ours 2×: GET /me/conversations/c/typing {}",
    ),
    async run(world) {
      const { note, settle, hold } = world;
      const [alice] = await following(world);
      for (const [label, [method, path, call]] of Object.entries(UNDER_WAY)) {
        const release = hold(method, path);
        const before = Promise.resolve(call(alice)).then(() => undefined);
        await settle();
        const order = inOrder({ get: alice.user("bob").get() }, briefly);
        await settle();
        note(`${label}, under way`, [...order]);
        await release();
        await Promise.all([before, order.done]);
        note(`${label}, done`, [...order]);
        await settle();
      }
      const release = hold("PUT", "/users/alice");
      const first = alice.currentUser.set({ name: "First" });
      const order = inOrder({ get: alice.user("bob").get() }, briefly);
      await settle();
      const later = hold("PUT", "/users/carol");
      const second = alice.user("carol").set({ name: "Carol" });
      await settle();
      await release();
      note("a later call is not waited for", [...order]);
      await later();
      await Promise.all([first, second, order.done]);
    },
  },
  {
    name: "get: waits for an answer, not for its success",
    async run(world) {
      const { note, refuse, result, inTime } = world;
      const [alice] = await following(world);
      await refuse("PUT", "/users/alice", 403);
      const order = inOrder(
        { set: alice.currentUser.set({ name: "No" }), get: alice.user("bob").get() }, briefly,
      );
      await order.done;
      note("refused", [...order]);
      await refuse("GET", "/me/conversations/d", 403);
      const set = alice.currentUser.set({ name: "Yes" });
      await inTime("its own refusal", alice.conversation("d").get().catch(() => "rejected"));
      await result("set", set);
    },
  },
  {
    name: "get: asks nobody when all is live and quiet",
    async run(world) {
      const { note, settle } = world;
      const [alice, , hers] = await following(world);
      const message = await hers.send("Hello");
      const all = [
        hers.subscribe(), hers.subscribeMessages(), hers.participant("bob").subscribe(),
        message.reactions("👍").subscribe(),
      ];
      await Promise.all(all.map(({ connected }) => connected));
      await settle();
      for (let round = 0; round < 3; round += 1) {
        note("user", (await alice.user("bob").get()).name);
        note("conversation", (await hers.get()).subject);
        note("participant", (await hers.participant("bob").get()).access);
        note("message", (await message.get()).plaintext);
        note("reactions", await message.reactions("👍").getFirstReactions());
      }
      // Nothing is awaited but the microtasks of the calls themselves.
      const order = inOrder({ get: alice.user("bob").get() }, briefly);
      for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
      note("at once", [...order]);
    },
  },
  {
    name: "get: while the connection is away",
    differences: [
      ...listed(MISSED, "reads of alice: original 1×, ours 3×: GET /me/conversations/c {}"),
      ...listed(KEPT, "reads of alice: original 0×, ours 1×: SUBSCRIBE /users/carol {}"),
    ],
    async run(world) {
      const { note, drop, pass, settle, later, inTime } = world;
      const [alice, bob, hers] = await following(world);
      const conversation = hers.subscribe();
      await conversation.connected;
      await later();
      await drop("alice");
      await bob.currentUser.set({ name: "Bobby" });
      await bob.conversation("c").set({ subject: "Dogs" });
      await settle();
      const order = inOrder({ user: alice.user("bob").get() }, briefly);
      await settle();
      note("away", [...order]);
      await pass(40_000);
      await order.done;
      note("back", [...order]);
      await drop("alice");
      await inTime("somebody who is not live", alice.user("carol").get());
    },
  },
  {
    name: "get: while the login is renewed",
    async run(world) {
      const { note, control, settle, hold } = world;
      const [alice, bob] = await following(world);
      const release = hold("POST", "/session/renew");
      await control({ do: "expire", user: "alice" });
      await settle();
      await bob.currentUser.set({ name: "Bobby" });
      const order = inOrder({ get: alice.user("bob").get() }, briefly);
      await settle();
      note("not logged in", [...order]);
      await release();
      await order.done;
      note("logged in", [...order]);
    },
  },
  {
    name: "get: before the first login",
    async run({ session, members, note, settle, hold }) {
      await members("bob");
      const alice = session("alice");
      const release = hold("PUT", "/users/bob");
      const ref = alice.user("bob");
      const subscription = ref.subscribe();
      const order = inOrder({ set: ref.set({ name: "New" }), get: ref.get() }, briefly);
      await settle();
      note("under way", [...order]);
      await release();
      await order.done;
      await subscription.connected;
      note("done", [...order]);
    },
  },
];
