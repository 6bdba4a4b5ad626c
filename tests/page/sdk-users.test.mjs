// `session.getUser` and `getUserById`: what they take, what they send and when; and `oneOnOneId`.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

scene("getUser: each field is checked, and the error names it", async ({ run, logs }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const session = await lab.sdk();
    const text = [5, {}, ["a"], true];
    const wrong = {
      id: [undefined, null, "", 5, {}, "\ud800", "x".repeat(10_001)],
      name: [undefined, null, "", 5, {}],
      email: [5, {}, [5], [null], true],
      phone: [5, {}, [5], ["1", null], true],
      availabilityText: text,
      locale: text,
      photoUrl: text,
      role: text,
      custom: ["a", 5, [], { a: 5 }, { a: {} }, { a: true }],
      welcomeMessage: text,
    };
    const results = [];
    for (const [field, values] of Object.entries(wrong)) {
      for (const [at, value] of values.entries()) {
        const call = () => session.getUser({ id: "u", name: "U", role: "r", [field]: value });
        results.push([`${field} ${at}`, field, await lab.failure(call)]);
      }
    }
    for (const value of [undefined, null, 5, "alice"]) {
      const what = `getUser of ${JSON.stringify(value)}`;
      results.push([what, "", await lab.failure(() => session.getUser(value))]);
    }
    for (const value of [undefined, null, "", 5, {}, "\udc00", "x".repeat(10_001)]) {
      const what = `getUserById of ${String(value).slice(0, 9)}`;
      results.push([what, "ID", await lab.failure(() => session.getUserById(value))]);
    }
    return { results, sockets: sockets.length };
  });
  assertEach(
    seen.results.map(([what, , error]) => [what, error]),
    { how: "thrown", code: "invalid-argument", says: /must be /i },
    "fields",
  );
  const named = ([, field, { message }]) => message.toLowerCase().includes(field.toLowerCase());
  assert.deepEqual(seen.results.filter((one) => !named(one)), [], "names the field");
  assert.equal(seen.sockets, 0);
  assert.deepEqual(logs.filter((line) => /warning/.test(line)), [], "only roles are warned of");
});

scene("a missing role is warned of, with the user; a given one is not", async ({ run, logs }) => {
  const warnings = () => logs.filter((line) => line.startsWith("warning: talk-session:"));
  await run(async () => {
    const session = await lab.sdk();
    session.getUser({ id: "with", name: "With", role: "guest" });
    session.getUser({ id: "reset", name: "Reset", role: null });
    session.getUserById("by id");
  });
  assert.deepEqual(warnings(), []);
  await run(async () => {
    const session = await lab.sdk();
    session.getUser({ id: "without", name: "Without" });
  });
  assert.equal(warnings().length, 1);
  assert.match(warnings()[0], /role/);
  assert.match(warnings()[0], /without/);
});

scene("a user shows its data as given, whatever becomes of the given object", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("shower");
    const given = {
      id: "shown", name: "Shown", email: ["a@b.c", "d@e.f"], phone: "+31", locale: "nl",
      availabilityText: "Later", photoUrl: "https://a/b.png", role: "guest",
      custom: { a: "1", b: null }, welcomeMessage: "Hi",
    };
    const copy = structuredClone(given);
    const user = session.getUser(given);
    const untouched = JSON.stringify(given) === JSON.stringify(copy);
    given.email.push("later@b.c");
    given.custom.a = "later";
    given.name = "Later";
    const shown = Object.fromEntries(Object.keys(copy).map((name) => [name, user[name]]));
    await user.synchronize();
    const byId = session.getUserById("shown");
    return {
      copy,
      untouched,
      shown,
      kept: await lab.control({ do: "user", user: "shown" }),
      byId: [byId.id, byId.name, byId.email],
    };
  });
  assert.deepEqual(seen.shown, seen.copy);
  assert.ok(seen.untouched);
  assert.deepEqual([seen.kept.name, seen.kept.custom], ["Shown", { a: "1" }]);
  assert.deepEqual(seen.kept.email, ["a@b.c", "d@e.f"]);
  assert.deepEqual([seen.byId[0], seen.byId[1] ?? null], ["shown", null]);
});

scene("strings, lists and null: what the service is told, and keeps", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const session = await lab.acting("teller");
    const seen = {};
    const steps = {
      strings: {
        email: "a@b.c", phone: "123", locale: "nl", photoUrl: "p", welcomeMessage: "w",
        custom: { a: "1", b: "2" }, availabilityText: "away",
      },
      lists: { email: ["c@d.e", "f@g.h"], phone: ["1", "2"], custom: { a: null } },
      absent: {},
      empty: { email: [], phone: [] },
      null: {
        email: null, phone: null, locale: null, photoUrl: null, welcomeMessage: null, custom: null,
        availabilityText: null,
      },
    };
    for (const [step, data] of Object.entries(steps)) {
      await session.getUser({ id: "told", name: step, role: "default", ...data }).synchronize();
      const { sent } = sockets.at(-1);
      const [, , , params] = sent.findLast(([, , path]) => path === "/users/told");
      seen[step] = { params, kept: await lab.control({ do: "user", user: "told" }) };
    }
    return seen;
  });
  const { strings, lists, absent, null: none } = seen;
  assert.deepEqual([strings.params.email, strings.params.phone], [["a@b.c"], ["123"]]);
  assert.equal(strings.params.availabilityText, "away");
  assert.equal(none.params.availabilityText, null);
  assert.ok(!("availabilityText" in absent.params), "absent: untouched");
  assert.equal(strings.params.role, "default");
  const kept = ({ kept: { name, email, phone, locale, photoUrl, welcomeMessage, custom } }) => ({
    name, email, phone, locale, photoUrl, welcomeMessage, custom,
  });
  const rest = { locale: "nl", photoUrl: "p", welcomeMessage: "w" };
  assert.deepEqual(kept(strings), {
    name: "strings", email: ["a@b.c"], phone: ["123"], ...rest, custom: { a: "1", b: "2" },
  });
  const afterLists = { email: ["c@d.e", "f@g.h"], phone: ["1", "2"], ...rest, custom: { b: "2" } };
  assert.deepEqual(kept(lists), { name: "lists", ...afterLists });
  assert.deepEqual(kept(absent), { name: "absent", ...afterLists }, "absent: untouched");
  assert.deepEqual(kept(seen.empty), { name: "empty", ...afterLists, email: [], phone: [] });
  assert.deepEqual(kept(none), {
    name: "null", email: [], phone: [], locale: null, photoUrl: null, welcomeMessage: null,
    custom: {},
  });
});

scene("a user is written at its first use, and only then, however it is used", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const session = await lab.acting("user of users");
    const chat = session.conversation("chat of users");
    await chat.createIfNotExists();
    const describe = (id, more) => session.getUser({ id, name: id, role: "default", ...more });
    describe("never");
    session.oneOnOneId(describe("compared"), session.me);
    const uses = {
      synchronize: (user) => user.synchronize(),
      get: (user) => user.get(),
      set: (user) => user.set({ locale: "nl" }),
      createIfNotExists: (user) => user.createIfNotExists({ name: "not this" }),
      subscribe: (user) => user.subscribe().connected,
      subscribeOnline: (user) => user.subscribeOnline().connected,
    };
    const seen = {};
    for (const [name, use] of Object.entries(uses)) {
      const user = describe(`used by ${name}`);
      const before = lab.frames(sockets).length;
      const first = use(user);
      const second = use(user);
      const all = await Promise.all([first, second]);
      await user.synchronize();
      await user.get();
      const path = `/users/${encodeURIComponent(user.id)}`;
      const frames = lab.frames(sockets).slice(before);
      seen[name] = {
        writes: frames.filter((frame) => frame === `PUT ${path}`).length,
        first: frames[0] === `PUT ${path}`,
        name: (await user.get())?.name,
        given: all[0]?.latestSnapshot?.user?.name ?? all[0]?.latestSnapshot?.name ?? all[0]?.name,
      };
    }
    // The user that a session acts as, too: one for `me`, whatever follows.
    const mine = lab.frames(sockets).filter((frame) => frame === "PUT /users/user%20of%20users");
    const unused = [];
    for (const id of ["never", "compared"]) unused.push(await session.user(id).get());
    return { seen, mine: mine.length, unused };
  });
  for (const [name, { writes, first, name: shown, given }] of Object.entries(seen.seen)) {
    // `set` writes itself, too, each time that it is called.
    assert.equal(writes, name === "set" ? 3 : 1, `${name}: written`);
    assert.ok(first, `${name}: written before anything else`);
    assert.equal(shown, `used by ${name}`, name);
    if (/^(get|subscribe)/.test(name)) {
      assert.equal(given, `used by ${name}`, `${name} waits until the user is there`);
    }
  }
  assert.equal(seen.mine, 1);
  assert.deepEqual(seen.unused, [null, null]);
});

scene("getUserById writes nothing, whatever it is used for", async ({ run }) => {
  const seen = await run(async () => {
    await lab.person("by id", { name: "By ID", locale: "nl" });
    const session = await lab.acting("asker");
    const sockets = lab.watchSockets();
    const fresh = await lab.sdk();
    fresh.me = fresh.getUserById("asker");
    const user = fresh.getUserById("by id");
    await user.synchronize();
    const chat = fresh.getConversation({ id: "by id chat", participants: [fresh.me, user] });
    await chat.send("hello");
    await user.subscribe().connected;
    const missing = fresh.getUserById("nobody");
    const seen = { name: (await user.get()).name, missing: await missing.get() };
    seen.frames = lab.frames(sockets).filter((frame) => / \/users/.test(frame));
    seen.in = (await session.conversation("by id chat").participant("by id").get()).user.locale;
    return seen;
  });
  assert.deepEqual([seen.name, seen.missing, seen.in], ["By ID", null, "nl"]);
  assert.ok(seen.frames.length > 0, "the spy works");
  assert.deepEqual(seen.frames.filter((frame) => !/^(GET|SUBSCRIBE|UNSUB)/.test(frame)), []);
});

scene("a user that the service refuses: a clear error, and the next use tries again", async ({
  run,
}) => {
  const seen = await run(async () => {
    const session = await lab.acting("refused one");
    const refuse = (id) =>
      lab.control({ do: "answer", method: "PUT", path: `/users/${id}`, status: 403 });
    const uses = {
      synchronize: (user) => user.synchronize(),
      get: (user) => user.get(),
      subscribe: (user) => user.subscribe().connected,
    };
    const results = [];
    const names = [];
    for (const [name, use] of Object.entries(uses)) {
      const user = session.getUser({ id: name, name: `I am ${name}`, role: "default" });
      await refuse(name);
      results.push([name, await lab.failure(() => use(user))]);
      await use(user);
      names.push((await user.get())?.name);
    }
    // As `me`: nobody awaits it, and nobody is bothered with a rejection.
    await refuse("unlucky");
    const own = await lab.sdk();
    const told = [];
    own.me = own.getUser({ id: "unlucky", name: "Unlucky", role: "default" });
    own.onError((error) => told.push(error.code));
    results.push(["me", await lab.failure(() => own.me.synchronize())]);
    await own.me.synchronize();
    names.push((await own.me.get())?.name);
    return { results, names, told };
  });
  assertEach(seen.results, { code: "forbidden", status: 403, says: /user/ }, "refused");
  for (const [name, { message }] of seen.results) {
    assert.ok(message.includes(name === "me" ? "unlucky" : name), `names the user: ${message}`);
  }
  assert.deepEqual(seen.names, ["I am synchronize", "I am get", "I am subscribe", "Unlucky"]);
  assert.deepEqual(seen.told, [], "the session goes on");
});

// IDs of which the order by UTF-16 units is not that of code points, and all that JSON escapes.
const IDS = [
  "alice", "bob", "Alice", "a", "aa", " ", "é", "e\u0301", "日本", "😀", "\uff5e", "\uffff",
  '"', "\\", "'", "/", "a,b", '["a","b"]', "\n\t\b\f\r", "\u0000", "\u001f", "\u007f", "\u2028",
  "__proto__", "0", "10", "9", "x".repeat(10_000), "é".repeat(999),
];

/** What the typings say that it is. */
function expectedId(one, other) {
  const json = JSON.stringify([one, other].sort());
  return createHash("sha1").update(json).digest("hex").slice(0, 20);
}

scene("oneOnOneId: as documented, the same for both orders, for all IDs", async ({ run }) => {
  // Every length around the blocks that SHA-1 works in.
  const lengths = Array.from({ length: 140 }, (_, length) => "y".repeat(length + 1));
  const ids = [...IDS, ...lengths];
  const pairs = [
    ...IDS.flatMap((_, one) => IDS.map((_, other) => [one, other])),
    ...lengths.map((_, at) => [0, IDS.length + at]),
  ];
  const expected = pairs.map(([one, other]) => expectedId(ids[one], ids[other]));
  const wrong = await run(
    async ([ids, pairs, expected]) => {
      const { oneOnOneId } = await lab.load();
      const wrong = [];
      for (const [at, [one, other]] of pairs.entries()) {
        const made = [oneOnOneId(ids[one], ids[other]), oneOnOneId(ids[other], ids[one])];
        if (made.some((id) => id !== expected[at])) wrong.push([one, other, made, expected[at]]);
      }
      return wrong;
    },
    [ids, pairs, expected],
  );
  assert.deepEqual(wrong, []);
  assert.equal(new Set(expected).size, (IDS.length * (IDS.length + 1)) / 2 + 140);
});

scene("oneOnOneId takes users and IDs, and nothing else", async ({ run }) => {
  const seen = await run(async () => {
    const { oneOnOneId } = await lab.load();
    const session = await lab.sdk();
    const bob = session.getUser({ id: "bob", name: "Bob", role: "default" });
    const alice = session.getUserById("alice");
    const ids = [
      oneOnOneId("alice", "bob"), oneOnOneId(bob, "alice"), oneOnOneId(alice, bob),
      session.oneOnOneId("bob", alice), session.oneOnOneId(bob, alice),
    ];
    const refused = [];
    const symbol = Symbol("a");
    // The last two are IDs that no user can have.
    for (const value of [
      "", 5, null, undefined, {}, [], { id: 5 }, { id: "" }, symbol, () => {}, "\ud83d",
      "x".repeat(10_001),
    ]) {
      const isObject = Object(value) === value;
      const what = isObject ? JSON.stringify(value) ?? "function" : String(value).slice(0, 9);
      refused.push([`first ${what}`, await lab.failure(() => oneOnOneId(value, "b"))]);
      refused.push([`second ${what}`, await lab.failure(() => oneOnOneId("a", value))]);
      refused.push([`method ${what}`, await lab.failure(() => session.oneOnOneId("a", value))]);
    }
    return { ids, refused };
  });
  assert.deepEqual(seen.ids, Array(5).fill("4714b845b86fbe0ed913"));
  assertEach(
    seen.refused,
    { how: "thrown", code: "invalid-argument", says: /oneOnOneId/ },
    "no users",
  );
  for (const [what, error] of seen.refused.slice(0, 1)) {
    assertTalkError(error, { how: "thrown", code: "invalid-argument", says: /user/ }, what);
  }
});
