// Bad input: IDs, options, tokens and handlers that no method can take are refused at once, and the
// session goes on. Parameters are in bad-params.test.mjs.

import assert from "node:assert/strict";
import { assertEach, useStage } from "./stage.mjs";

const { scene } = useStage();

scene("an ID that is not a non-empty string is refused at once", async ({ run }) => {
  const results = await run(async () => {
    const session = await lab.session("ids");
    const conversation = session.conversation("c");
    const methods = {
      "session.user": (id) => session.user(id),
      "session.conversation": (id) => session.conversation(id),
      "conversation.participant": (id) => conversation.participant(id),
      "conversation.message": (id) => conversation.message(id),
    };
    const ids = {
      nothing: undefined,
      null: null,
      empty: "",
      zero: 0,
      number: 7,
      nan: NaN,
      true: true,
      object: {},
      array: ["a"],
      function: () => "a",
      symbol: Symbol("a"),
      bigint: 1n,
      boxed: new String("a"),
      like: { id: "a" },
      date: new Date(),
      "no prototype": Object.create(null),
      "half a pair": "a\ud800",
      "other half": "\udc00a",
      huge: "h".repeat(5_000_000),
      "long when encoded": "雪".repeat(1_200),
      "this folder": ".",
      "the folder above": "..",
    };
    const results = [];
    for (const [method, call] of Object.entries(methods)) {
      for (const [kind, id] of Object.entries(ids)) {
        results.push([`${method} of ${kind}`, await lab.failure(() => call(id))]);
      }
    }
    const proxy = new Proxy(
      {},
      {
        get() {
          throw new Error("do not touch");
        },
      },
    );
    results.push([
      "participant of a proxy",
      await lab.failure(() => conversation.participant(proxy)),
    ]);
    return results;
  });
  assert.equal(results.length, 4 * 22 + 1);
  const says = /\.(user|conversation|participant|message): the ID must be/;
  assertEach(
    results,
    { how: "thrown", code: "invalid-argument", says },
    "thrown, naming the method",
  );
});

scene(
  "options that are wrong make getTalkSession throw, and leave no session behind",
  async ({ run }) => {
    const { refused, alive } = await run(async () => {
      const { getTalkSession } = await lab.load();
      const good = { appId: "demo", userId: "options", host: lab.host };
      const wrong = {
        "no options": undefined,
        null: null,
        text: "demo",
        number: 1,
        list: [],
        "no appId": { ...good, appId: undefined },
        "empty appId": { ...good, appId: "" },
        "appId a number": { ...good, appId: 5 },
        "appId with half a pair": { ...good, appId: "\ud800" },
        "no userId": { ...good, userId: undefined },
        "empty userId": { ...good, userId: "" },
        "userId null": { ...good, userId: null },
        "userId a list": { ...good, userId: ["a"] },
        "userId with half a pair": { ...good, userId: "\udfff" },
        "userId huge": { ...good, userId: "h".repeat(5_000_000) },
        "userId a symbol": { ...good, userId: Symbol("a") },
        "token a number": { ...good, token: 5 },
        "empty token": { ...good, token: "" },
        "token huge": { ...good, token: "h".repeat(5_000_000) },
        "token an object": { ...good, token: {} },
        "token a promise": { ...good, token: Promise.resolve("a") },
        "tokenFetcher a string": { ...good, tokenFetcher: "token" },
        "tokenFetcher an object": { ...good, tokenFetcher: {} },
        "tokenFetcher true": { ...good, tokenFetcher: true },
        "host a number": { ...good, host: 4420 },
        "host with a scheme": { ...good, host: "http://a" },
        "host with a path": { ...good, host: "a/b" },
        "host with a space": { ...good, host: "a b" },
        "apiUrls a string": { ...good, apiUrls: "a" },
        "an address without scheme": { ...good, apiUrls: { restApiHttpUrl: "a.test" } },
        "a wrong scheme": { ...good, apiUrls: { realtimeWsApiUrl: "https://a.test" } },
        "an address that is a number": { ...good, apiUrls: { internalHttpApiUrl: 5 } },
        "signature a number": { ...good, signature: 5 },
        "clientBuild a number": { ...good, clientBuild: 5 },
        "clientBuild a bigint": { ...good, clientBuild: 5n },
      };
      const refused = [];
      for (const [kind, options] of Object.entries(wrong)) {
        // A user of its own for each: a session that was opened by mistake must not hide the next.
        if (options?.userId === good.userId) options.userId = `options ${kind}`;
        refused.push([kind, await lab.failure(() => getTalkSession(options))]);
      }
      const session = getTalkSession(good);
      await session.currentUser.createIfNotExists({ name: "Options" });
      return { refused, alive: (await session.currentUser.get()).name };
    });
    const thrown = { how: "thrown", code: "invalid-argument", says: /^getTalkSession: / };
    assertEach(refused, thrown, "getTalkSession throws, and says which option is wrong");
    assert.equal(alive, "Options", "a call with good options works after all of that");
  },
);

scene("options that throw when read do so to the caller", async ({ run }) => {
  const result = await run(async () => {
    const { getTalkSession } = await lab.load();
    const options = {
      appId: "demo",
      host: lab.host,
      get userId() {
        throw new RangeError("mine");
      },
    };
    const error = await lab.failure(() => getTalkSession(options));
    const session = getTalkSession({ appId: "demo", host: lab.host, userId: "getter" });
    await session.currentUser.createIfNotExists({ name: "Getter" });
    return error;
  });
  assert.equal(result.how, "thrown");
});

scene("tokens and handlers of a wrong kind are refused at once", async ({ run }) => {
  const { results, fine } = await run(async () => {
    const session = await lab.session("handlers");
    const conversation = session.conversation("c");
    const results = [];
    const values = { null: null, number: 5, object: {}, list: [], true: true, symbol: Symbol("a") };
    for (const [kind, value] of Object.entries({ nothing: undefined, text: "a", ...values })) {
      results.push([`onError of ${kind}`, await lab.failure(() => session.onError(value))]);
    }
    const texts = { empty: "", huge: "h".repeat(5_000_000), "half a pair": "\ud800" };
    for (const [kind, value] of Object.entries({ nothing: undefined, ...texts, ...values })) {
      results.push([`setToken of ${kind}`, await lab.failure(() => session.setToken(value))]);
    }
    const { null: _, ...some } = values;
    for (const [kind, value] of Object.entries({ text: "a", ...some })) {
      for (const [method, call] of [
        [
          "onNeedToken",
          () => {
            session.onNeedToken = value;
          },
        ],
        ["user.subscribe", () => session.user("u").subscribe(value)],
        ["conversation.subscribe", () => conversation.subscribe(value)],
        ["subscribeMessages", () => conversation.subscribeMessages(value)],
      ]) {
        results.push([`${method} of ${kind}`, await lab.failure(call)]);
      }
    }
    // An object could be the options of a later version: there it depends.
    for (const [kind, value] of Object.entries({ text: "a", number: 5, true: true })) {
      results.push([
        `subscribeConversations of ${kind}`,
        await lab.failure(() => session.subscribeConversations(value)),
      ]);
    }
    const fine = [
      session.user("u").subscribe(),
      session.user("u").subscribe(undefined),
      conversation.subscribe(null),
      session.subscribeConversations(undefined),
    ].map(({ state }) => state.type);
    session.onNeedToken = undefined;
    return { results, fine };
  });
  assertEach(results, { how: "thrown", code: "invalid-argument" }, "thrown at once");
  assert.deepEqual(fine, ["pending", "pending", "pending", "pending"], "no listener is fine");
});

scene("registerPolyfills refuses what is no constructor", async ({ run }) => {
  const results = await run(async () => {
    const { registerPolyfills } = await lab.load();
    const values = {
      nothing: undefined,
      null: null,
      empty: {},
      "WebSocket null": { WebSocket: null },
      number: 5,
      "WebSocket a string": { WebSocket: "ws" },
      "WebSocket an object": { WebSocket: {} },
    };
    const results = [];
    for (const [kind, value] of Object.entries(values)) {
      results.push([kind, await lab.failure(() => registerPolyfills(value))]);
    }
    await lab.person("after bad polyfills");
    return results;
  });
  assertEach(results, { how: "thrown", code: "invalid-argument" }, "thrown at once");
});

scene("methods that are called on something else throw, and harm nothing", async ({ run }) => {
  const results = await run(async () => {
    const session = await lab.person("borrowed");
    const conversation = session.conversation("c");
    const results = [];
    for (const [owner, names] of [
      [
        session,
        ["user", "conversation", "onError", "setToken", "uploadFile", "subscribeConversations"],
      ],
      [session.currentUser, ["get", "set", "createIfNotExists", "subscribe"]],
      [conversation, ["get", "send", "subscribe", "subscribeMessages", "participant", "message"]],
    ]) {
      for (const name of names) {
        results.push([name, (await lab.failure(() => owner[name].call({}, "a"))).how]);
      }
    }
    await session.currentUser.set({ name: "Still" });
    return results;
  });
  for (const [name, how] of results) assert.notEqual(how, "none", name);
});
