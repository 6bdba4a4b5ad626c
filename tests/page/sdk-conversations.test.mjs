// `session.getConversation`: what it takes, what it sends and when, and who takes part.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

scene("getConversation: each field is checked, and the error names it", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const [session, other] = [await lab.sdk(), await lab.sdk()];
    const data = { id: "u", name: "U", role: "r" };
    const [user, stranger] = [session.getUser(data), other.getUser(data)];
    const text = [5, {}, ["a"], true];
    const wrong = {
      id: [undefined, null, "", 5, {}, "\ud800", "x".repeat(10_001)],
      subject: text,
      photoUrl: text,
      welcomeMessages: ["hello", 5, {}, [5], [null]],
      custom: ["a", 5, [], { a: 5 }, { a: {} }],
      participants: [
        5, true, "u", {}, user, [5], [""], ["\ud800"], [null], [undefined], [data], [stranger],
        [{ user: stranger }], [{ user: "" }], [{ user: 5 }], [{ user: data }], [{}],
        [{ access: "Read" }], [user, ""], new Set([""]), new Map([["u", user]]),
      ],
      access: [[{ user, access: "Write" }], [{ user, access: 5 }], [{ user, access: true }]],
      notify: [[{ user, notify: "Mentions" }], [{ user, notify: 5 }], [{ user, notify: {} }]],
    };
    const results = [];
    for (const [field, values] of Object.entries(wrong)) {
      for (const [at, value] of values.entries()) {
        const name = /access|notify/.test(field) ? "participants" : field;
        const call = () => session.getConversation({ id: "c", [name]: value });
        results.push([`${field} ${at}`, field, await lab.failure(call)]);
      }
    }
    for (const value of [undefined, null, 5, "c"]) {
      const what = `options: ${JSON.stringify(value)}`;
      results.push([what, "", await lab.failure(() => session.getConversation(value))]);
    }
    return { results, sockets: sockets.length };
  });
  assertEach(
    seen.results.map(([what, , error]) => [what, error]),
    { how: "thrown", code: "invalid-argument", says: /must be /i },
    "fields",
  );
  const named = ([, field, { message }]) =>
    message.toLowerCase().includes(field.toLowerCase()) ||
    (field === "participants" && /participant|user/.test(message));
  assert.deepEqual(seen.results.filter((one) => !named(one)), [], "names the field");
  assert.equal(seen.sockets, 0);
});

scene("with an ID alone nothing is ever written", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("bare");
    await ours.send("there");
    const sockets = lab.watchSockets();
    const session = await lab.sdk();
    session.me = session.getUserById("bob bare");
    const chat = session.getConversation({ id: "chat bare" });
    await chat.synchronize();
    const { subject } = await chat.get();
    await chat.subscribeMessages().connected;
    await chat.subscribe().connected;
    const absent = session.getConversation({ id: "absent" });
    const missing = await absent.get();
    const sent = await lab.failure(() => absent.send("hello"));
    return {
      subject,
      missing,
      sent,
      shown: [chat.id, chat.subject ?? null, [...chat.participants]],
      frames: lab.frames(sockets),
    };
  });
  assert.deepEqual([seen.subject, seen.missing], ["bare", null]);
  assert.equal(seen.sent.how, "rejected");
  assert.deepEqual(seen.shown, ["chat bare", null, []]);
  assert.ok(seen.frames.length > 0, "the spy works");
  assert.deepEqual(
    seen.frames.filter((frame) => !/^(GET|SUBSCRIBE) |^POST .*absent\/messages$/.test(frame)), [],
  );
});

const USES = [
  "synchronize", "get", "set", "send", "markAsRead", "markAsUnread", "markAsTyping", "subscribe",
  "subscribeMessages", "subscribeParticipants", "subscribeTyping",
];

scene("a conversation is written once, at its first use, whichever that is", async ({ run }) => {
  const seen = await run(async (uses) => {
    const sockets = lab.watchSockets();
    const session = await lab.acting("maker");
    const bob = session.getUser({ id: "made", name: "Made", role: "default" });
    const others = await lab.person("made by others");
    const given = { set: [{ photoUrl: "p" }], send: ["hello"] };
    const seen = {};
    for (const name of uses) {
      const id = `used-by-${name}`;
      const chat = session.getConversation({
        id, subject: `Used by ${name}`, custom: { a: "1" }, welcomeMessages: ["Hi"],
        participants: [session.me, bob],
      });
      const use = () => {
        const result = chat[name](...(given[name] ?? []));
        return result.connected ?? result;
      };
      const before = lab.frames([sockets[0]]).length;
      const results = await Promise.all([use(), use()]);
      await chat.synchronize();
      await chat.markAsRead();
      const frames = lab.frames([sockets[0]]).slice(before);
      const writes = frames.filter((frame) => /^(PUT|POST) \/conversations\/[^/]*$/.test(frame));
      const adds = frames.filter((frame) => /^POST \S*\/participants$/.test(frame));
      const snapshot = await chat.get();
      seen[name] = {
        first: frames.findIndex((frame) => frame.includes(id)) === frames.indexOf(writes[0]),
        writes: writes.length,
        adds: adds.length,
        subject: snapshot?.subject,
        custom: snapshot?.custom,
        welcome: snapshot?.welcomeMessages,
        people: (await chat.subscribeParticipants().connected).latestSnapshot
          .map(({ user }) => user.id).sort(),
        given: results[0]?.latestSnapshot?.subject ?? results[0]?.subject,
        snapshot: results[0]?.latestSnapshot !== null,
        outside: await others.conversation(id).get(),
      };
    }
        seen.users = lab.frames([sockets[0]]).filter((frame) => frame === "PUT /users/made").length;
    return seen;
  }, USES);
    const { users, ...all } = seen;
  for (const [name, one] of Object.entries(all)) {
    assert.equal(one.subject, `Used by ${name}`, name);
    assert.deepEqual([one.custom, one.welcome], [{ a: "1" }, ["Hi"]], name);
    assert.deepEqual(one.people, ["made", "maker"], name);
    assert.ok(one.first, `${name}: it is written before it is used`);
    assert.ok(one.snapshot, `${name}: the first snapshot is no null`);
    assert.equal(one.outside, null);
    // `set` writes itself, too, each time that it is called.
    const expected = name === "set" ? 3 : 1;
    assert.deepEqual([one.writes, one.adds > 0], [expected, true], name);
    if (name === "get" || name === "subscribe") assert.equal(one.given, `Used by ${name}`);
  }
  assert.equal(users, 1, "one user object is written once, in however many conversations it is");
});

scene("an existing conversation gets the given fields, and keeps the others", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("kept");
    await ours.set({
      subject: "Before", photoUrl: "p", welcomeMessages: ["w"], custom: { a: "1", b: "2" },
    });
    const session = await lab.acting("alice kept");
    const use = async (data) => {
      await session.getConversation({ id: "chat kept", ...data }).synchronize();
      // A session that knows the conversation already may not have heard of the change yet.
      const fresh = await lab.session("alice kept", { forceCreateNew: true });
      const { subject, photoUrl, welcomeMessages, custom } =
        await fresh.conversation("chat kept").get();
      return { subject, photoUrl, welcomeMessages, custom };
    };
    const seen = {
      subject: await use({ subject: "After" }),
      custom: await use({ custom: { a: null, c: "3" } }),
      people: await use({ participants: [session.me] }),
      null: await use({ subject: null, photoUrl: null, welcomeMessages: null, custom: null }),
    };
    seen.bob = (await ours.participant("bob kept").get())?.user.id;
    return seen;
  });
  const rest = { photoUrl: "p", welcomeMessages: ["w"] };
  assert.deepEqual(seen.subject, { subject: "After", ...rest, custom: { a: "1", b: "2" } });
  assert.deepEqual(seen.custom, { subject: "After", ...rest, custom: { b: "2", c: "3" } });
  assert.deepEqual(seen.people, seen.custom);
  assert.deepEqual(seen.null, { subject: null, photoUrl: null, welcomeMessages: [], custom: {} });
  assert.equal(seen.bob, "bob kept", "who is in stays in");
});

scene("participants: arrays, sets and generators, alone or with their rights", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("host of all");
    const user = (id) => session.getUser({ id, name: id, role: "default" });
    const [a, b, c] = ["guest a", "guest b", "guest c"].map(user);
    const all = [
      a, { user: b, access: "Read", notify: "MentionsOnly" }, { user: c, notify: false },
      { user: session.me, notify: "MentionsOnly" },
    ];
    function* generate() {
      yield* all;
    }
    const forms = { array: all, set: new Set(all), generator: generate(), map: new Map() };
    forms.map = new Map(all.map((one, at) => [at, one])).values();
    const seen = {};
    for (const [form, participants] of Object.entries(forms)) {
      const chat = session.getConversation({ id: `by ${form}`, participants });
      const shown = chat.participants.map(({ user, access, notify }) => [user.id, access, notify]);
      await chat.send("hello");
      const { latestSnapshot } = await chat.subscribeParticipants().connected;
      seen[form] = {
        shown,
        frozen: Object.isFrozen(chat.participants),
        same: chat.participants[0].user === a,
        people: latestSnapshot
          .map(({ user, access, notify }) => [user.name, access, notify])
          .sort(([one], [other]) => (one < other ? -1 : 1)),
      };
    }
    // What is not given is left as it is.
    await session.getConversation({ id: "by array", participants: [b, c] }).synchronize();
    const again = session.conversation("by array");
    const left = [await again.participant(b).get(), await again.participant(c).get()];
    seen.left = [left[0].access, left[1].notify];
    // And what is given is changed.
    const participants = [{ user: b, access: "ReadWrite" }];
    await session.getConversation({ id: "by array", participants }).synchronize();
    const { access, notify } = await again.participant(b).get();
    seen.changed = [access, notify];
    const empty = session.getConversation({ id: "by nobody", participants: [] });
    seen.empty = empty.participants.length;
    return seen;
  });
  for (const form of ["array", "set", "generator", "map"]) {
    const { people, frozen, same, shown } = seen[form];
    assert.deepEqual(
      people,
      [
        ["guest a", "ReadWrite", true],
        ["guest b", "Read", "MentionsOnly"],
        ["guest c", "ReadWrite", false],
        ["host of all", "ReadWrite", "MentionsOnly"],
      ],
      form,
    );
    assert.deepEqual(shown.map(([id]) => id), ["guest a", "guest b", "guest c", "host of all"]);
    assert.deepEqual(shown[1].slice(1), ["Read", "MentionsOnly"]);
    assert.ok(frozen && same, form);
  }
  assert.deepEqual(seen.left, ["Read", false]);
  assert.deepEqual(seen.changed, ["ReadWrite", "MentionsOnly"]);
  assert.equal(seen.empty, 0);
});

scene("participants by refs and IDs: nothing is written of them but that they take part", async ({
  run,
}) => {
  const seen = await run(async () => {
    for (const id of ["ref guest", "named guest"]) await lab.person(id);
    const sockets = lab.watchSockets();
    const session = await lab.sdk();
    session.me = session.getUserById("ref guest");
    const chat = session.getConversation({
      id: "by name",
      participants: [session.currentUser, { user: "named guest", access: "Read", notify: false }],
    });
    await chat.send("hello");
    const frames = lab.frames(sockets);
    const people = await chat.subscribeParticipants().connected;
    const unknown = session.getConversation({ id: "by name", participants: ["nobody at all"] });
    return {
      shown: chat.participants.map(({ user, access, notify }) => [user.id, access, notify]),
      writes: frames.filter((frame) => /^(PUT|POST) \/users/.test(frame)),
      people: people.latestSnapshot
        .map(({ user, access, notify }) => [user.id, access, notify])
        .sort(([one], [other]) => (one < other ? -1 : 1)),
      unknown: await lab.failure(() => unknown.synchronize()),
    };
  });
  assert.deepEqual(seen.shown, [
    ["ref guest", undefined, undefined], ["named guest", "Read", false],
  ]);
  assert.deepEqual(seen.writes, []);
  assert.deepEqual(seen.people, [
    ["named guest", "Read", false], ["ref guest", "ReadWrite", true],
  ]);
  assert.equal(seen.unknown.how, "rejected");
  assert.match(seen.unknown.message, /participant nobody at all/);
});

scene("I take part in any case, and as I say: also read only", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("self");
    const bob = session.getUser({ id: "not self", name: "Bob", role: "default" });
    const without = session.getConversation({ id: "without me", participants: [bob] });
    await without.send("hello");
    const only = session.getConversation({
      id: "read only", subject: "R", participants: [bob, { user: session.me, access: "Read" }],
    });
    const refused = await lab.failure(() => only.send("hello"));
    return { without: (await without.get()).lastMessage.plaintext, refused, own: await only.get() };
  });
  assert.equal(seen.without, "hello");
  assertTalkError(seen.refused, { code: "forbidden" }, "reading only");
  assert.equal(seen.own.access, "Read");
});

scene("more participants than one request can take are all in", async ({ run }) => {
  const count = await run(async () => {
    const session = await lab.acting("crowd 0");
    const owner = await lab.session("crowd 0");
    await Promise.all(
      Array.from({ length: 130 }, (_, at) => owner.user(`crowd ${at}`).set({ name: `C${at}` })),
    );
    const chat = session.getConversation({
      id: "crowd", participants: Array.from({ length: 130 }, (_, at) =>
        session.getUserById(`crowd ${at}`)),
    });
    await lab.settled(chat.synchronize(), "all are in");
    const people = chat.subscribeParticipants();
    await people.connected;
    while (!people.state.loadedAll) await people.loadMore(50);
    return people.state.latestSnapshot.length;
  });
  assert.equal(count, 130);
});

scene("what fails on the way: a clear error, and the next use tries again", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("trier");
    const cases = {
      conversation: ["PUT", (id) => `/conversations/${id}`],
      participants: ["POST", (id) => `/conversations/${id}/participants`],
      user: ["PUT", (id) => `/users/of-${id}`],
    };
    const results = [];
    const after = {};
    for (const [what, [method, path]] of Object.entries(cases)) {
      for (const use of ["synchronize", "send", "get", "subscribe"]) {
        const id = `${what}-${use}`;
        const friend = session.getUser({ id: `of-${id}`, name: "F", role: "default" });
        const chat = session.getConversation({
          id, subject: "Tried", participants: [session.me, friend],
        });
        await lab.control({ do: "answer", method, path: path(id), status: 403 });
        const call = () => {
          const result = use === "send" ? chat.send("hello") : chat[use]();
          return result.connected ?? result;
        };
        results.push([id, await lab.failure(call)]);
        const first = await session.conversation(id).get();
        await lab.settled(call(), `${id}, again`);
        const { subject, lastMessage } = await chat.get();
        const friendIn = await chat.participant(friend).get();
        after[id] = [subject, lastMessage?.plaintext ?? "", friendIn?.user.name];
        if (first?.lastMessage) after[id].push("sent although it failed");
      }
    }
    const nobody = session.getUserById("nobody at all");
    const unknown = session.getConversation({ id: "unknown", participants: [nobody] });
    const missing = await lab.failure(() => unknown.send("hello"));
    const gone = session.getConversation({ id: "late", subject: "L", participants: [nobody] });
    const subscription = gone.subscribeMessages();
    const connected = await lab.failure(() => subscription.connected);
    const { type, error } = await lab.settled(subscription.terminated, "it terminates");
    const early = gone.subscribeMessages(() => results.push(["told", {}]));
    early.unsubscribe();
    return {
      results, after, missing, connected,
      end: [type, error?.code, early.state.type],
    };
  });
  assertEach(seen.results, { code: "forbidden", says: /403/ }, "refused");
  for (const [id, { message }] of seen.results) {
    assert.ok(message.includes(id), `says what it was about: ${message}`);
  }
  for (const [id, state] of Object.entries(seen.after)) {
    assert.deepEqual(state, ["Tried", id.endsWith("-send") ? "hello" : "", "F"], id);
  }
  assert.equal(seen.missing.how, "rejected");
  assert.equal(seen.missing.name, "TalkError");
  assert.match(seen.missing.message, /nobody at all/);
  assert.equal(seen.connected.how, "rejected");
  assert.equal(seen.end[0], "error");
  assert.equal(seen.end[1], seen.connected.code);
  assert.equal(seen.end[2], "unsubscribed");
});

scene("an app that keeps conversations to itself: IDs work, data is refused", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("closed");
    await lab.control({ do: "settings", settings: { sync: false } });
    try {
      const session = await lab.sdk();
      session.me = session.getUserById("alice closed");
      await session.getConversation({ id: "chat closed" }).send("by ID");
      const chat = session.getConversation({ id: "chat closed", subject: "Mine" });
      return {
        refused: await lab.failure(() => chat.send("with data")),
        subject: (await ours.get()).subject,
        last: (await ours.get()).lastMessage.plaintext,
      };
    } finally {
      await lab.control({ do: "settings", settings: { sync: true } });
    }
  });
  assertTalkError(seen.refused, { code: "forbidden", status: 403 }, "not allowed");
  assert.deepEqual([seen.subject, seen.last], ["closed", "by ID"]);
});

scene("subscriptions of an unsynchronised conversation: ended early, and like others", async ({
  run,
}) => {
  const seen = await run(async () => {
    const session = await lab.acting("subscriber");
    const friend = session.getUser({ id: "subscribed", name: "S", role: "default" });
    const make = (id) => session.getConversation({ id, subject: id, participants: [friend] });
    let calls = 0;
    const early = make("early one").subscribeMessages(() => calls++);
    const pending = early.state.type;
    early.unsubscribe();
    early.unsubscribe();
    const connected = await lab.failure(() => early.connected);
    const end = (await early.terminated).type;
    const chat = make("whole one");
    const list = chat.subscribeMessages();
    const more = lab.failure(() => list.loadMore());
    await lab.settled(list.connected, "connected");
    await chat.send("hello");
    await lab.until(() => lab.texts(list)[0] === "hello", "the message");
    const active = list.state.type;
    list.unsubscribe();
    return {
      calls, pending, connected, end, active, more: (await more).how,
      last: [list.state.type, (await list.terminated).type],
    };
  });
  assert.deepEqual([seen.calls, seen.pending, seen.end], [0, "pending", "unsubscribed"]);
  assertTalkError(seen.connected, { code: "unsubscribed" }, "ended early");
  assert.equal(seen.active, "active");
  assert.equal(seen.more, "none");
  assert.deepEqual(seen.last, ["unsubscribed", "unsubscribed"]);
});
