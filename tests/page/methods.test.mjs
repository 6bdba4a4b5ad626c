// Every public method of sessions, users, conversations and participants, against the local
// backend: what it gives, and what everybody sees afterwards. Messages and lists are in
// messages.test.mjs.

import assert from "node:assert/strict";
import { useStage, assertTalkError } from "./stage.mjs";

const { scene } = useStage();

const METHODS = {
  session: [
    "setToken",
    "onError",
    "user",
    "conversation",
    "subscribeConversations",
    "searchConversations",
    "searchMessages",
    "uploadFile",
    "uploadImage",
    "uploadVideo",
    "uploadAudio",
    "uploadVoice",
  ],
  user: ["get", "set", "createIfNotExists", "subscribe", "subscribeOnline"],
  conversation: [
    "participant",
    "message",
    "get",
    "set",
    "createIfNotExists",
    "markAsRead",
    "markAsUnread",
    "markAsTyping",
    "send",
    "subscribe",
    "subscribeMessages",
    "subscribeParticipants",
    "subscribeTyping",
  ],
  participant: ["get", "set", "edit", "createIfNotExists", "delete", "subscribe"],
  message: ["get", "edit", "delete", "translate", "reactions", "reaction"],
  reactions: ["add", "remove", "getFirstReactions", "subscribe"],
  subscription: ["unsubscribe"],
  online: ["unsubscribe"],
  "one participant": ["unsubscribe"],
  typing: ["unsubscribe"],
  list: ["loadMore", "unsubscribe"],
  messages: ["loadMore", "unsubscribe"],
  participants: ["loadMore", "unsubscribe"],
  "who reacted": ["loadMore", "unsubscribe"],
  "a search of messages": ["setQuery", "loadMore"],
  "a search of conversations": ["setQuery", "loadMore"],
};

scene(
  "the objects have the methods of the typings, and nothing that only pretends",
  async ({ run }) => {
    const found = await run(async () => {
      const session = await lab.session("methods");
      const prototype = Object.getPrototypeOf;
      const methods = (object) =>
        [object, prototype(object), prototype(prototype(object)) ?? {}]
          .flatMap(Object.getOwnPropertyNames)
          .filter((name) => name !== "constructor" && !(name in Object.prototype))
          // The short ones are the package's own, renamed by the build.
          .filter((name) => !name.startsWith("_") && name.length > 2 && name !== "onNeedToken")
          .filter((name) => typeof object[name] === "function");
      const conversation = session.conversation("c");
      const [participant, message] = [conversation.participant("p"), conversation.message("m")];
      return {
        session: methods(session),
        user: methods(session.currentUser),
        conversation: methods(conversation),
        participant: methods(participant),
        message: methods(message),
        reactions: methods(message.reactions("👍")),
        subscription: methods(conversation.subscribe()),
        online: methods(session.user("u").subscribeOnline()),
        "one participant": methods(participant.subscribe()),
        typing: methods(conversation.subscribeTyping()),
        list: methods(session.subscribeConversations()),
        messages: methods(conversation.subscribeMessages()),
        participants: methods(conversation.subscribeParticipants()),
        "who reacted": methods(message.reactions("👍").subscribe()),
        "a search of messages": methods(session.searchMessages()),
        "a search of conversations": methods(session.searchConversations()),
      };
    });
    for (const [object, methods] of Object.entries(METHODS)) {
      assert.deepEqual([...new Set(found[object])].sort(), [...methods].sort(), object);
    }
  },
);

scene("refs say what they refer to, and name resources of any Unicode", async ({ run }) => {
  const told = await run(async () => {
    const session = await lab.session("the user/ø 雪%?#");
    const conversation = session.conversation("a/b c");
    const participant = conversation.participant(session.user("p 1"));
    const message = conversation.message("m 1");
    const reactions = message.reactions(":a/b c:");
    const id = "group ✓/../\u0000é😀&=";
    const odd = session.conversation(id);
    await session.currentUser.createIfNotExists({ name: "Snow" });
    await odd.createIfNotExists({ subject: "Odd" });
    await odd.send("in an odd place");
    return {
      appId: session.appId,
      userId: session.currentUser.id,
      conversationId: conversation.id,
      participant: [participant.conversationId, participant.userId],
      message: [message.conversationId, message.id],
      reactions: [reactions.conversationId, reactions.messageId, reactions.emoji],
      odd: (await odd.get()).id === id,
      said: (await odd.get()).lastMessage.plaintext,
      name: (await session.currentUser.get()).name,
      sender: (await odd.get()).lastMessage.sender.id,
    };
  });
  assert.deepEqual(told, {
    appId: "demo",
    userId: "the user/ø 雪%?#",
    conversationId: "a/b c",
    participant: ["a/b c", "p 1"],
    message: ["a/b c", "m 1"],
    reactions: ["a/b c", "m 1", ":a/b c:"],
    odd: true,
    said: "in an odd place",
    name: "Snow",
    sender: "the user/ø 雪%?#",
  });
});

scene("user.get, createIfNotExists and set", async ({ run }) => {
  const seen = await run(async () => {
    const { currentUser: user } = await lab.session("u1");
    const all = { before: await user.get() };
    const params = {
      name: "Ann",
      custom: { team: "red", age: "7" },
      locale: "pt-BR",
      photoUrl: "https://x.test/a.png",
      welcomeMessage: "Hi",
      email: "a@x.test",
      phone: ["+31"],
      pushTokens: { "fcm:1": true },
    };
    const copy = structuredClone(params);
    all.created = await user.createIfNotExists(params);
    all.after = await user.get();
    await user.createIfNotExists({ name: "Somebody else" });
    all.again = await user.get();
    all.set = await user.set({ name: "Anna", custom: { team: null, town: "Oslo" }, role: "boss" });
    all.changed = await user.get();
    await user.set({
      custom: null,
      locale: null,
      photoUrl: null,
      role: null,
      welcomeMessage: null,
      email: null,
      phone: null,
      pushTokens: null,
    });
    all.reset = await user.get();
    await user.set({});
    all.untouched = (await user.get()) === all.reset;
    all.same = JSON.stringify(params) === JSON.stringify(copy);
    return all;
  });
  const ann = {
    id: "u1",
    name: "Ann",
    custom: { team: "red", age: "7" },
    locale: "pt-BR",
    photoUrl: "https://x.test/a.png",
    role: "default",
    welcomeMessage: "Hi",
  };
  assert.equal(seen.before, null, "a user who does not exist is null");
  assert.equal(seen.created, undefined, "createIfNotExists resolves with nothing");
  assert.deepEqual(seen.after, ann, "private fields are not in the snapshot");
  assert.deepEqual(seen.again, ann, "createIfNotExists leaves an existing user alone");
  assert.equal(seen.set, undefined, "set resolves with nothing");
  assert.deepEqual(
    seen.changed,
    {
      ...ann,
      name: "Anna",
      custom: { age: "7", town: "Oslo" },
      role: "boss",
    },
    "set changes the given fields, custom key by key",
  );
  assert.deepEqual(
    seen.reset,
    {
      id: "u1",
      name: "Anna",
      custom: {},
      locale: null,
      photoUrl: null,
      role: "default",
      welcomeMessage: null,
    },
    "null puts a field back to its default",
  );
  assert.ok(seen.untouched, "an empty set changes nothing, and the snapshot stays the same object");
  assert.ok(seen.same, "the caller's object is not written into");
});

scene(
  "user.set creates the user when a name is given, and says what is missing",
  async ({ run }) => {
    const { name, error } = await run(async () => {
      const session = await lab.session("u2");
      const error = await lab.failure(() => session.user("nobody").set({ locale: "en" }));
      await session.user("somebody").set({ name: "Some" });
      return { error, name: (await session.user("somebody").get()).name };
    });
    assert.equal(name, "Some");
    assertTalkError(
      error,
      { code: "rejected", status: 400, says: /name/ },
      "a new user needs a name",
    );
  },
);

scene("user.subscribe: null, created, edited", async ({ run }) => {
  const seen = await run(async () => {
    const [watcher, other] = [await lab.session("watcher"), await lab.session("u3")];
    const seen = [];
    const subscription = watcher.user("u3").subscribe((user) => seen.push(user && user.name));
    const first = subscription.state.type;
    const state = await subscription.connected;
    await other.currentUser.createIfNotExists({ name: "Eve" });
    await lab.until(() => seen.length === 2, "the user is created");
    await other.currentUser.set({ name: "Eva" });
    await lab.until(() => seen.length === 3, "the user is edited");
    const last = subscription.state.latestSnapshot.name;
    subscription.unsubscribe();
    const final = await subscription.terminated;
    return { first, state, seen, last, final, now: subscription.state };
  });
  assert.equal(seen.first, "pending");
  assert.equal(seen.state.type, "active");
  assert.equal(seen.state.latestSnapshot, null);
  assert.deepEqual(seen.seen, [null, "Eve", "Eva"]);
  assert.equal(seen.last, "Eva");
  assert.deepEqual(seen.final, { type: "unsubscribed" });
  assert.deepEqual(seen.now, { type: "unsubscribed" });
});

scene("conversation.get, createIfNotExists and set", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.person("c1");
    const conversation = session.conversation("conversation 1");
    const before = Date.now();
    const all = { none: await conversation.get() };
    all.created = await conversation.createIfNotExists({
      subject: "Cats",
      photoUrl: "https://x.test/c.png",
      welcomeMessages: ["Hi", "there"],
      custom: { kind: "pets" },
      access: "ReadWrite",
      notify: "MentionsOnly",
    });
    all.first = await conversation.get();
    all.times = ["createdAt", "joinedAt", "readUntil", "everyoneReadUntil", "lastMessageAt"].filter(
      (name) => !(Math.abs(all.first[name] - before) < 60_000),
    );
    await conversation.createIfNotExists({ subject: "Dogs", notify: false });
    all.again = await conversation.get();
    await conversation.set({ subject: "Birds", custom: { kind: null, wing: "2" }, notify: false });
    all.changed = await conversation.get();
    await conversation.set({
      subject: null,
      photoUrl: null,
      welcomeMessages: null,
      custom: null,
      notify: null,
      access: null,
    });
    all.reset = await conversation.get();
    const plain = session.conversation("conversation 2");
    await plain.createIfNotExists();
    all.plain = await plain.get();
    const made = session.conversation("conversation 3");
    await made.set({ subject: "Made by set" });
    all.made = (await made.get()).subject;
    return all;
  });
  const timeless = ({
    createdAt,
    joinedAt,
    readUntil,
    everyoneReadUntil,
    lastMessageAt,
    ...rest
  }) => rest;
  const cats = {
    id: "conversation 1",
    subject: "Cats",
    photoUrl: "https://x.test/c.png",
    welcomeMessages: ["Hi", "there"],
    custom: { kind: "pets" },
    unreadMessageCount: 0,
    isUnread: false,
    access: "ReadWrite",
    notify: "MentionsOnly",
    lastMessage: null,
  };
  assert.equal(seen.none, null, "a conversation that does not exist is null");
  assert.equal(seen.created, undefined);
  assert.deepEqual(timeless(seen.first), cats);
  assert.deepEqual(seen.times, [], "all times are in ms since 1970");
  assert.deepEqual(timeless(seen.again), cats, "createIfNotExists leaves what is there alone");
  assert.deepEqual(timeless(seen.changed), {
    ...cats,
    subject: "Birds",
    custom: { wing: "2" },
    notify: false,
  });
  const blank = { subject: null, photoUrl: null, welcomeMessages: [], custom: {}, notify: true };
  assert.deepEqual(timeless(seen.reset), { ...cats, ...blank });
  assert.deepEqual(timeless(seen.plain), { ...cats, ...blank, id: "conversation 2" });
  assert.equal(seen.made, "Made by set");
});

scene("only participants see a conversation", async ({ run }) => {
  const seen = await run(async () => {
    const { ours, id } = await lab.pair("private");
    const carol = await lab.person("carol private");
    await ours.send("secret");
    const theirs = carol.conversation(id);
    const messages = theirs.subscribeMessages();
    await messages.connected;
    return {
      get: await theirs.get(),
      messages: messages.state.latestSnapshot,
      read: await lab.failure(() => theirs.markAsRead()),
      send: await lab.failure(() => theirs.send("let me in")),
      me: await lab.failure(() => theirs.participant("carol private").get()),
      other: await lab.failure(() => theirs.participant("bob private").get()),
    };
  });
  assert.equal(seen.get, null);
  assert.equal(seen.messages, null);
  assert.deepEqual(seen.me, { how: "none", value: null }, "participant.get of oneself gives null");
  for (const call of ["read", "send", "other"]) {
    assertTalkError(seen[call], { code: "forbidden", status: 403 }, `${call} of an outsider`);
    assert.match(seen[call].message, /not a participant/i);
  }
});

scene("participants: createIfNotExists, get, set, edit and delete", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.person("p owner");
    for (const id of ["p one", "p two", "p three"]) {
      await session.user(id).createIfNotExists({ name: id });
    }
    const conversation = session.conversation("participants");
    await conversation.createIfNotExists();
    const [one, two, three] = ["p one", "p two", "p three"].map((id) =>
      conversation.participant(id),
    );
    const all = { none: await one.get() };
    await Promise.all([
      one.createIfNotExists({ access: "Read", notify: false }),
      two.createIfNotExists(),
      three.set({ notify: "MentionsOnly" }),
    ]);
    all.one = await one.get();
    all.two = await two.get();
    all.three = await three.get();
    await one.createIfNotExists({ access: "ReadWrite" });
    all.again = (await one.get()).access;
    await one.edit({ access: "ReadWrite" });
    await two.set({ access: "Read" });
    await three.edit({ notify: null });
    all.edited = [await one.get(), await two.get(), await three.get()].map(({ access, notify }) => [
      access,
      notify,
    ]);
    await one.delete();
    all.left = await lab.until(async () => (await one.get()) === null, "removed");
    await one.delete();
    all.editGone = await lab.failure(() => one.edit({ access: "Read" }));
    all.stranger = await lab.failure(() =>
      conversation.participant("p nobody").createIfNotExists(),
    );
    all.noConversation = await lab.failure(() =>
      session.conversation("p none").participant("p one").set({}),
    );
    all.byRef = conversation.participant(session.user("p two")) === two;
    return all;
  });
  const timeless = ({ joinedAt, ...rest }) => rest;
  assert.equal(seen.none, null);
  assert.equal(seen.one.user.name, "p one");
  assert.ok(seen.one.joinedAt > 1.6e12);
  assert.deepEqual(Object.keys(seen.one).sort(), ["access", "joinedAt", "notify", "user"]);
  assert.deepEqual({ ...timeless(seen.one), user: 0 }, { access: "Read", notify: false, user: 0 });
  assert.deepEqual([seen.two.access, seen.two.notify], ["ReadWrite", true]);
  assert.deepEqual([seen.three.access, seen.three.notify], ["ReadWrite", "MentionsOnly"]);
  assert.equal(seen.again, "Read", "createIfNotExists leaves a participant alone");
  assert.deepEqual(seen.edited, [
    ["ReadWrite", false],
    ["Read", true],
    ["ReadWrite", true],
  ]);
  assertTalkError(seen.editGone, { code: "not-found" }, "edit of somebody who is not in");
  assertTalkError(seen.stranger, { code: "not-found" }, "adding a user who does not exist");
  assertTalkError(seen.noConversation, { code: "not-found" }, "a conversation that does not exist");
  assert.ok(seen.byRef, "participant takes a ref, too");
});

scene("registerPolyfills: its WebSocket is used in place of the global one", async ({ run }) => {
  const { used, name } = await run(async () => {
    const { registerPolyfills } = await lab.load();
    let used = 0;
    class Own extends WebSocket {
      constructor(url) {
        super(url);
        used++;
      }
    }
    registerPolyfills({ WebSocket: Own });
    const session = await lab.person("polyfilled");
    return { used, name: (await session.currentUser.get()).name };
  });
  assert.equal(used, 1);
  assert.equal(name, "polyfilled");
});
