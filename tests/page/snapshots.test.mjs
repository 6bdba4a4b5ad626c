// Snapshots and refs: frozen through and through, shared, and the same object as long as nothing
// changed.

import assert from "node:assert/strict";
import { useStage } from "./stage.mjs";

const { scene } = useStage();

scene("everything that comes out is frozen, all through", async ({ run }) => {
  const thawed = await run(async () => {
    const { alice, ours, theirs } = await lab.pair("frozen");
    const seen = {};
    const watches = {
      user: alice.currentUser.subscribe((value) => (seen["user listener"] = value)),
      conversation: ours.subscribe((value) => (seen["conversation listener"] = value)),
      messages: ours.subscribeMessages((value) => (seen["messages listener"] = value)),
      list: alice.subscribeConversations((value) => (seen["list listener"] = value)),
    };
    for (const { connected } of Object.values(watches)) await connected;
    const first = await ours.send({ text: "a", custom: { a: "b" } });
    await theirs.send({
      content: [
        {
          type: "text",
          children: [{ type: "bold", children: ["x", { type: "italic", children: ["y"] }] }],
        },
      ],
      referencedMessage: first.id,
    });
    await ours.set({ custom: { k: "v" }, welcomeMessages: ["hi"] });
    await alice.currentUser.set({ custom: { c: "d" } });
    await first.edit({ text: "b", custom: { e: "f" } });
    await lab.until(() => watches.messages.state.latestSnapshot.length === 2, "both are there");
    await lab.until(
      () => watches.messages.state.latestSnapshot[1].plaintext === "b",
      "the edit is",
    );
    await lab.until(() => watches.conversation.state.latestSnapshot.custom.k === "v", "custom is");
    await lab.until(
      () => watches.user.state.latestSnapshot.custom.c === "d",
      "the user is changed",
    );
    for (const [name, { state, connected }] of Object.entries(watches)) {
      seen[`${name} state`] = state;
      seen[`${name} connected`] = await connected;
    }
    seen["user.get"] = await alice.user("bob frozen").get();
    seen["conversation.get"] = await ours.get();
    seen["participant.get"] = await ours.participant("bob frozen").get();
    seen["message.get"] = await first.get();
    seen["message.get of a new session"] = await (
      await lab.session("bob frozen", { forceCreateNew: true })
    )
      .conversation("chat frozen")
      .message(first.id)
      .get();
    for (const [name, watch] of Object.entries(watches)) {
      watch.unsubscribe();
      seen[`${name} final state`] = watch.state;
      seen[`${name} terminated`] = await watch.terminated;
    }
    return Object.entries(seen).map(([what, value]) => [what, typeof value, lab.thawed(value)]);
  });
  assert.ok(thawed.length > 20);
  for (const [what, type, path] of thawed) {
    assert.equal(type, "object", what);
    assert.equal(path, "", `${what} is not frozen`);
  }
});

scene("a snapshot is plain data: nothing but JSON, no hidden members", async ({ run }) => {
  const result = await run(async () => {
    const { ours } = await lab.pair("data");
    await ours.send({
      text: "a",
      custom: { __proto__x: "1", constructor: "2", length: "3", "": "4" },
    });
    const snapshot = await ours.get();
    const odd = [];
    const look = (value, path) => {
      if (typeof value !== "object" || value === null) return;
      const proto = Object.getPrototypeOf(value);
      if (proto !== Object.prototype && proto !== Array.prototype)
        odd.push(`${path}: its prototype`);
      if (Object.getOwnPropertySymbols(value).length) odd.push(`${path}: symbols`);
      for (const [key, { get, enumerable }] of Object.entries(
        Object.getOwnPropertyDescriptors(value),
      )) {
        if (Array.isArray(value) && key === "length") continue;
        if (get || !enumerable) odd.push(`${path}.${key}`);
        look(value[key], `${path}.${key}`);
      }
    };
    look(snapshot, "conversation");
    return {
      odd,
      custom: snapshot.lastMessage.custom,
      clone: structuredClone(snapshot).lastMessage.plaintext,
    };
  });
  assert.deepEqual(result.odd, []);
  assert.deepEqual(result.custom, { __proto__x: "1", constructor: "2", length: "3", "": "4" });
  assert.equal(result.clone, "a");
});

scene("a custom key named __proto__ is a key like any other", async ({ run }) => {
  const result = await run(async () => {
    const { ours } = await lab.pair("proto");
    const custom = JSON.parse('{"__proto__": "x", "a": "b"}');
    const ref = await ours.send({ text: "a", custom });
    const got = (await ref.get()).custom;
    return {
      keys: Object.keys(got).sort(),
      plain: Object.getPrototypeOf(got) === Object.prototype,
      polluted: {}.x !== undefined,
    };
  });
  assert.deepEqual(result, { keys: ["__proto__", "a"], plain: true, polluted: false });
});

scene("what did not change is the same object in the next snapshot", async ({ run }) => {
  const same = await run(async () => {
    const { alice, ours, theirs } = await lab.pair("shared");
    for (const text of ["1", "2", "3"]) await ours.send(text);
    await theirs.send({ text: "4", referencedMessage: (await ours.send("0")).id });
    const states = [];
    const list = ours.subscribeMessages((messages) => states.push(messages));
    await list.connected;
    const settle = (check, what) => lab.until(() => check(states.at(-1)), what);
    await settle((messages) => messages.length === 5, "loaded");
    const same = {};
    const before = states.at(-1);
    await ours.send("5");
    await settle((messages) => messages.length === 6, "a new message");
    const after = states.at(-1);
    same["the other messages after a new one"] = before.every(
      (message, at) => message === after[at + 1],
    );
    same["the sender within one window"] = after[0].sender === after[2].sender;
    same["a new array for a new window"] = before !== after;
    const [, , zero] = after;
    await ours.message(after[5].id).edit("edited");
    await settle((messages) => messages[5].plaintext === "edited", "an edit");
    const edited = states.at(-1);
    same["the others after an edit"] = after
      .slice(0, 5)
      .every((message, at) => message === edited[at]);
    same["the edited one is new, its sender is not"] =
      edited[5] !== after[5] &&
      edited[5].sender === after[5].sender &&
      edited[5].custom === after[5].custom;
    await alice.currentUser.set({ name: "Renamed" });
    await settle((messages) => messages[0].sender.name === "Renamed", "a new name");
    const renamed = states.at(-1);
    same["another's message after a new name"] = renamed[1].sender === edited[1].sender;
    same["its content after a new name"] = renamed[0].content === edited[0].content;
    same["the answer's referenced message has the new name"] =
      renamed[1].referencedMessage.sender === renamed[0].sender &&
      renamed[2].sender === renamed[0].sender;
    same["the snapshot from before keeps the old name"] = zero.sender.name === "alice shared";
    return same;
  });
  for (const [what, is] of Object.entries(same)) assert.ok(is, what);
});

scene("subscriptions and gets share their objects", async ({ run }) => {
  const same = await run(async () => {
    const { alice, ours } = await lab.pair("one store");
    const ref = await ours.send("hello");
    const [messages, again] = [ours.subscribeMessages(), ours.subscribeMessages()];
    const [watch, list, user] = [
      ours.subscribe(),
      alice.subscribeConversations(),
      alice.currentUser.subscribe(),
    ];
    await Promise.all([messages, again, watch, list, user].map(({ connected }) => connected));
    const latest = ({ state }) => state.latestSnapshot;
    await lab.until(() => latest(messages).length === 1 && latest(watch).lastMessage, "loaded");
    return {
      "two windows": latest(messages)[0] === latest(again)[0],
      "list and conversation": latest(list)[0] === latest(watch),
      "window and last message": latest(messages)[0] === latest(watch).lastMessage,
      "user and sender": latest(user) === latest(messages)[0].sender,
      "user.get": (await alice.currentUser.get()) === latest(user),
      "conversation.get": (await ours.get()) === latest(watch),
      "message.get": (await ref.get()) === latest(messages)[0],
      "participant.get": (await ours.participant("alice one store").get()).user === latest(user),
      "state between events":
        messages.state === messages.state && latest(messages) === latest(messages),
    };
  });
  for (const [what, is] of Object.entries(same)) assert.ok(is, `the same object: ${what}`);
});

scene(
  "after a lost connection with no news, all objects are the same and nobody is told",
  async ({ run }) => {
    const seen = await run(async () => {
      const sockets = lab.watchSockets();
      const { ours } = await lab.pair("come back");
      for (const text of ["1", "2"]) await ours.send(text);
      let calls = 0;
      const list = ours.subscribeMessages(() => calls++);
      const watch = ours.subscribe(() => calls++);
      await Promise.all([list.connected, watch.connected]);
      await lab.until(() => watch.state.latestSnapshot.lastMessage?.plaintext === "2", "loaded");
      const [messages, conversation, before] = [
        list.state.latestSnapshot,
        watch.state.latestSnapshot,
        calls,
      ];
      await lab.control({ do: "drop", user: "alice come back" });
      const own = () => sockets.filter(({ url }) => url.includes("alice"));
      await lab.until(() => own().length === 2, "a second socket");
      // Answers come in order: when this is answered, what was asked for before it is, too.
      await ours.markAsRead();
      const asked = own()[1].sent.map(([, method, path]) => `${method} ${path}`);
      return {
        same: list.state.latestSnapshot === messages && watch.state.latestSnapshot === conversation,
        calls: calls - before,
        asked: asked.filter((frame) =>
          /^(SUBSCRIBE|GET) \/me\/conversations\/.*messages/.test(frame),
        ),
      };
    });
    assert.deepEqual(
      seen.asked.map((frame) => frame.split(" ")[0]),
      ["SUBSCRIBE", "GET"],
      "subscribed and fetched again",
    );
    assert.ok(seen.same, "the same objects");
    assert.equal(seen.calls, 0, "no listener is called");
  },
);

scene("refs are reused: the same ID gives the same object", async ({ run }) => {
  const same = await run(async () => {
    const session = await lab.person("refs");
    const other = await lab.session("refs", { forceCreateNew: true });
    const conversation = session.conversation("c");
    await conversation.createIfNotExists();
    const sent = await conversation.send("hi");
    return {
      user: session.user("x") === session.user("x"),
      currentUser: session.currentUser === session.user("refs"),
      conversation: session.conversation("c") === conversation,
      participant: conversation.participant("x") === conversation.participant(session.user("x")),
      message: conversation.message("m") === conversation.message("m"),
      sent: conversation.message(sent.id) === sent,
      reactions: sent.reactions("👍") === sent.reactions("👍"),
      "by the former name": sent.reaction("👍") === sent.reactions("👍"),
      "not another emoji's": sent.reactions("👍") !== sent.reactions("👍🏽"),
      "not another message's": sent.reactions("👍") !== conversation.message("m").reactions("👍"),
      "not others": session.user("x") !== session.user("y"),
      "not another conversation's":
        session.conversation("d").message("m") !== conversation.message("m"),
      "not another session's": other.user("x") !== session.user("x"),
    };
  });
  for (const [what, is] of Object.entries(same)) assert.ok(is, what);
});
