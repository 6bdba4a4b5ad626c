// Bad input: what each method does with parameters that it cannot take. The promise rejects with
// the documented error; nothing is sent; the session goes on.

import assert from "node:assert/strict";
import { assertEach, useStage } from "./stage.mjs";

const { scene } = useStage();

/**
 * Calls each method with each bad value: those that every method refuses, and its own. Gives
 * `[what, failure]` for each, and whether anything of it went over the socket.
 */
async function tryAll(run) {
  return run(async () => {
    const sockets = lab.watchSockets();
    const session = await lab.person("wrong");
    const conversation = session.conversation("wrong");
    await conversation.createIfNotExists();
    const message = await conversation.send("as it was");
    const participant = conversation.participant("wrong");
    const list = conversation.subscribeMessages();
    const conversations = session.subscribeConversations();
    await Promise.all([list.connected, conversations.connected]);
    await lab.until(() => list.state.latestSnapshot.length === 1, "the message is there");

    const loop = {};
    loop.custom = loop;
    const never = {
      null: null,
      number: 5,
      true: true,
      list: [],
      function: () => {},
      symbol: Symbol("a"),
      loop,
      bigint: { custom: { a: 1n } },
      "a bigint itself": 5n,
      "a JSON that throws": {
        toJSON() {
          throw new Error("no");
        },
      },
    };
    const custom = {
      "custom a string": { custom: "a" },
      "custom a list": { custom: ["a"] },
      "custom of numbers": { custom: { a: 5 } },
      "custom of objects": { custom: { a: {} } },
    };
    const side = {
      "access wrong": { access: "Write" },
      "access a boolean": { access: true },
      "access a list": { access: ["Read"] },
      "access in an object": { access: { toString: () => "Read" } },
      "notify wrong": { notify: "Sometimes" },
      "notify a number": { notify: 1 },
    };
    const matter = {
      ...custom,
      ...side,
      "subject a number": { subject: 5 },
      "photoUrl a list": { photoUrl: [] },
      "welcomeMessages a string": { welcomeMessages: "hi" },
      "welcomeMessages of numbers": { welcomeMessages: [1] },
    };
    const person = {
      ...custom,
      "name a number": { name: 5 },
      "name null": { name: null },
      "locale a list": { locale: [] },
      "photoUrl a number": { photoUrl: 5 },
      "role an object": { role: {} },
      "welcomeMessage true": { welcomeMessage: true },
      "email a number": { email: 5 },
      "email of numbers": { email: [5] },
      "phone an object": { phone: {} },
      "pushTokens a list": { pushTokens: [] },
      "pushTokens of strings": { pushTokens: { a: "b" } },
    };
    const text = { type: "text", children: ["a"] };
    const content = {
      "text a number": { text: 5 },
      "text null": { text: null },
      "text a list": { text: ["a"] },
      "content null": { content: null },
      "content a string": { content: "a" },
      "content of strings": { content: ["a"] },
      "content a block": { content: text },
      "content of null": { content: [null] },
    };
    const withText = (values) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, { text: "a", ...value }]),
      );
    const counts = {
      zero: 0,
      negative: -1,
      half: 1.5,
      nan: NaN,
      infinite: Infinity,
      text: "5",
      null: null,
      list: [5],
      object: {},
      huge: 1e20,
      bigint: 5n,
      symbol: Symbol("5"),
      function: () => 5,
    };
    // Left out is allowed where all is optional.
    const needed = { nothing: undefined, text: "a", ...never };
    const { null: _, ...optional } = { text: "a", ...never };
    // For an edit this is an object with nothing to change.
    const { "a JSON that throws": _json, ...plain } = never;
    const methods = [
      ["user.set", (value) => session.user("wrong").set(value), { ...needed, ...person }],
      [
        "user.createIfNotExists",
        (value) => session.user("wrong").createIfNotExists(value),
        { ...needed, ...person },
      ],
      ["conversation.set", (value) => conversation.set(value), { ...needed, ...matter }],
      [
        "conversation.createIfNotExists",
        (value) => conversation.createIfNotExists(value),
        { ...optional, ...matter },
      ],
      ["participant.set", (value) => participant.set(value), { ...needed, ...side }],
      ["participant.edit", (value) => participant.edit(value), { ...needed, ...side }],
      [
        "participant.createIfNotExists",
        (value) => participant.createIfNotExists(value),
        { ...optional, ...side },
      ],
      [
        "conversation.send",
        (value) => conversation.send(value),
        {
          nothing: undefined,
          ...never,
          empty: {},
          ...content,
          ...withText(custom),
          "referencedMessage a number": { text: "a", referencedMessage: 5 },
          "referencedMessage an object": { text: "a", referencedMessage: {} },
        },
      ],
      [
        "message.edit",
        (value) => message.edit(value),
        {
          nothing: undefined,
          ...plain,
          ...content,
          ...custom,
        },
      ],
      ["messages.loadMore", (value) => list.loadMore(value), { ...counts, "too many": 101 }],
      [
        "conversations.loadMore",
        (value) => conversations.loadMore(value),
        { ...counts, "too many": 31 },
      ],
    ];
    const frames = () => sockets.flatMap(({ sent }) => sent).filter(([, kind]) => kind !== "ACK");
    const before = frames().length;
    const results = [];
    for (const [method, call, values] of methods) {
      for (const [kind, value] of Object.entries(values)) {
        const what = `${method}: ${kind}`;
        results.push([what, await lab.failure(() => call(value), what)]);
      }
    }
    const sent = frames().slice(before);
    return { results, sent, text: (await message.get()).plaintext, sockets: sockets.length };
  });
}

scene(
  "parameters of a wrong kind reject with invalid-argument, and nothing is sent",
  async ({ run }) => {
    const { results, sent, text, sockets } = await tryAll(run);
    assert.ok(results.length > 170, `${results.length} cases`);
    assertEach(results, { how: "rejected", code: "invalid-argument" }, "each rejects");
    assert.deepEqual(sent, [], "nothing of it is sent");
    assert.equal(text, "as it was");
    assert.equal(sockets, 1, "the connection stays");
  },
);

scene(
  "parameters that throw when they are read: the promise rejects, and nothing is sent",
  async ({ run }) => {
    const { results, sent } = await run(async () => {
      const sockets = lab.watchSockets();
      const session = await lab.person("getters");
      const conversation = session.conversation("c");
      const before = sockets[0].sent.length;
      const params = {};
      for (const name of [
        "name",
        "text",
        "content",
        "access",
        "subject",
        "custom",
        "filename",
        "width",
      ]) {
        Object.defineProperty(params, name, {
          enumerable: true,
          get() {
            throw new RangeError("mine");
          },
        });
      }
      const proxy = new Proxy(
        {},
        {
          get() {
            throw new RangeError("mine");
          },
          ownKeys() {
            throw new RangeError("mine");
          },
        },
      );
      const results = [];
      for (const value of [params, proxy]) {
        const calls = {
          "user.set": () => session.currentUser.set(value),
          "user.createIfNotExists": () => session.currentUser.createIfNotExists(value),
          "conversation.set": () => conversation.set(value),
          "conversation.createIfNotExists": () => conversation.createIfNotExists(value),
          "conversation.send": () => conversation.send(value),
          "message.edit": () => conversation.message("m").edit(value),
          "participant.set": () => conversation.participant("p").set(value),
          "participant.edit": () => conversation.participant("p").edit(value),
          "participant.createIfNotExists": () =>
            conversation.participant("p").createIfNotExists(value),
          uploadFile: () => session.uploadFile(new Blob(["x"]), value),
        };
        for (const [method, call] of Object.entries(calls))
          results.push([method, (await lab.failure(call)).how]);
      }
      return { results, sent: sockets[0].sent.length - before };
    });
    const wrong = results.filter(([, how]) => how !== "rejected");
    assert.deepEqual(wrong, [], "a method that gives a promise never throws");
    assert.equal(sent, 0);
  },
);

scene("what the service is asked to judge, it refuses with its reasons", async ({ run }) => {
  const results = await run(async () => {
    const { ours } = await lab.pair("judged");
    const block = (value) => () => ours.send({ content: [value] });
    const calls = {
      "an unknown block": block({ type: "poem" }),
      "a block without type": block({}),
      "a text without children": block({ type: "text" }),
      "an unknown node": block({ type: "text", children: [{ type: "blink", children: ["a"] }] }),
      "a file without token": block({ type: "file" }),
      "a file that is not there": block({ type: "file", fileToken: "made up" }),
      "a place beyond the pole": block({ type: "location", latitude: 91, longitude: 0 }),
      "no block": () => ours.send({ content: [] }),
      "two blocks": () =>
        ours.send({ content: [1, 2].map(() => ({ type: "text", children: ["a"] })) }),
      "an empty text": () => ours.send(""),
      "an empty text in an object": () => ours.send({ text: "" }),
      "an edit to nothing": async () => (await ours.send("something")).edit(""),
      "a message that is not there": () => ours.send({ text: "re", referencedMessage: "none" }),
    };
    const results = [];
    for (const [what, call] of Object.entries(calls))
      results.push([what, await lab.failure(call, what)]);
    return results;
  });
  for (const [what, error] of results) {
    assert.equal(error.how, "rejected", what);
    assert.equal(error.name, "TalkError", what);
    assert.ok(
      ["rejected", "not-found", "invalid-argument"].includes(error.code),
      `${what}: ${error.code}`,
    );
    assert.ok(error.operation, `${what} names its operation`);
  }
});

scene("a lone surrogate in a text or a name does not stop anything", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours, theirs } = await lab.pair("surrogates");
    const list = theirs.subscribeMessages();
    await list.connected;
    const sent = await Promise.all([
      lab.failure(() => ours.send("half \ud83d a pair")),
      lab.failure(() => ours.send({ text: "\udc00", custom: { "\ud800": "\ud801" } })),
      lab.failure(() => ours.send({ content: [{ type: "text", children: ["\udbff!"] }] })),
      lab.failure(() => alice.currentUser.set({ name: "Al\ud83dice" })),
      lab.failure(() => ours.set({ subject: "\udc00" })),
      lab.failure(() => ours.send({ text: "re", referencedMessage: "\ud800" })),
    ]);
    await ours.send("a whole 😀");
    await lab.until(() => lab.texts(list)[0] === "a whole 😀", "the last one has arrived");
    const all = JSON.stringify([list.state.latestSnapshot, (await ours.get()).subject]);
    return { sent, wellFormed: all.isWellFormed() && !/\\ud[89a-f]/i.test(all) };
  });
  for (const [at, error] of seen.sent.entries()) {
    if (error.how === "none") continue;
    assert.equal(error.name, "TalkError", `call ${at}: ${error.message}`);
    assert.ok(
      ["invalid-argument", "rejected", "not-found"].includes(error.code),
      `call ${at}: ${error.code}`,
    );
  }
  assert.ok(seen.wellFormed, "nobody receives half a character");
});

scene(
  "huge texts: a large one arrives whole, and one the service cannot take is refused",
  async ({ run }) => {
    const seen = await run(async () => {
      const { ours, theirs } = await lab.pair("huge");
      const list = theirs.subscribeMessages();
      await list.connected;
      const large = "é😀x".repeat(60_000);
      await lab.settled(ours.send(large), "sending 0.4 MB");
      await lab.until(() => lab.texts(list)[0] === large, "the large one has arrived");
      const tooLarge = "y".repeat(5_000_000);
      const custom = { a: tooLarge };
      const refused = {
        send: await lab.failure(() => ours.send(tooLarge), "sending 5 MB"),
        "custom data": await lab.failure(() => ours.set({ custom }), "setting 5 MB"),
      };
      const after = await lab.failure(() => ours.send("still here"), "sending afterwards");
      if (after.how === "none") {
        await lab.until(() => lab.texts(list)[0] === "still here", "the next one has arrived");
      }
      return { refused, after, texts: lab.texts(list).length };
    });
    for (const [what, error] of Object.entries(seen.refused)) {
      assert.equal(error.how, "rejected", `${what}: ${error.message}`);
      assert.equal(
        error.name,
        "TalkError",
        `${what}: a call that no connection survives must be refused, ` +
          `not repeated for ever: ${error.message}`,
      );
      assert.ok(error.message.length < 2_000, "the message does not carry the text");
    }
    assert.equal(seen.after.how, "none", `the calls behind it go on: ${seen.after.message}`);
    assert.equal(seen.texts, 2);
  },
);

scene("the longest IDs are answered, and the session goes on", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.person("large ids");
    const id = "i".repeat(10_000);
    const [user, conversation] = [session.user(id), session.conversation(id)];
    const calls = {
      "get of a user": () => user.get(),
      "a subscription to a user": () => user.subscribe().connected,
      "get of a conversation": () => conversation.get(),
      "get of a message": () => conversation.message(id).get(),
      "get of a participant": () => session.conversation("c").participant(id).get(),
      create: () => conversation.createIfNotExists(),
      "subscriptions to a conversation": () =>
        Promise.all([conversation.subscribe().connected, conversation.subscribeMessages().connected]),
    };
    const results = [];
    for (const [what, call] of Object.entries(calls)) {
      results.push([what, await lab.failure(call, what)]);
    }
    return { results, alive: (await session.currentUser.get()).name };
  });
  assert.equal(seen.alive, "large ids");
  for (const [what, error] of seen.results) {
    if (error.how !== "none") assert.equal(error.name, "TalkError", `${what}: ${error.message}`);
  }
});
