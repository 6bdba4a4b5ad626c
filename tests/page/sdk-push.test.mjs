// Push registrations of a `Session`: by parameters, by the page's provider, and by option.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { prepared } = useStage();

/** In the page: `tokens(id)` reads what the backend keeps of a user's devices. */
const prepare = ({ run }) =>
  run(() => {
    globalThis.tokens = async (user) => (await lab.control({ do: "user", user })).pushTokens.sort();
  });

const pushing = prepared(prepare);

pushing("set, unset and clear, by parameters: settled is stored", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("devices");
    const seen = {};
    const step = async (name, call) => {
      const value = await call;
      seen[name] = [value === undefined, ...(await tokens("devices"))];
    };
    const device = (pushRegistrationId, provider = "fcm") => ({ provider, pushRegistrationId });
    await step("first", session.setPushRegistration(device("a:b:c")));
    await step("again", session.setPushRegistration(device("a:b:c")));
    await step("apple", session.setPushRegistration(device("é 😀", "apns")));
    await step("same ID elsewhere", session.setPushRegistration(device("a:b:c", "apns")));
    await step("unset", session.unsetPushRegistration(device("a:b:c")));
    await step("unset an unknown one", session.unsetPushRegistration(device("unknown")));
    await step("all at once", Promise.all([1, 2, 3].map((at) =>
      session.setPushRegistration(device(`${at}`)))).then(() => {}));
    await step("clear", session.clearPushRegistrations());
    await step("clear again", session.clearPushRegistrations());
    seen.name = (await session.me.get()).name;
    return seen;
  });
  assert.deepEqual(seen, {
    first: [true, "fcm:a:b:c"],
    again: [true, "fcm:a:b:c"],
    apple: [true, "apns:é 😀", "fcm:a:b:c"],
    "same ID elsewhere": [true, "apns:a:b:c", "apns:é 😀", "fcm:a:b:c"],
    unset: [true, "apns:a:b:c", "apns:é 😀"],
    "unset an unknown one": [true, "apns:a:b:c", "apns:é 😀"],
    "all at once": [true, "apns:a:b:c", "apns:é 😀", "fcm:1", "fcm:2", "fcm:3"],
    clear: [true],
    "clear again": [true],
    name: "devices",
  });
});

pushing("they settle only when the backend has it, and reject when it refuses", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("settling");
    const device = { provider: "fcm", pushRegistrationId: "x" };
    const calls = {
      set: () => session.setPushRegistration(device),
      unset: () => session.unsetPushRegistration(device),
      clear: () => session.clearPushRegistrations(),
    };
    const results = [];
    const order = [];
    for (const [name, call] of Object.entries(calls)) {
      const path = "/users/settling";
      await lab.control({ do: "answer", method: "PUT", path, status: 403 });
      results.push([name, await lab.failure(call)]);
    }
    const sockets = lab.watchSockets();
    const back = await lab.offline("settling");
    const pending = session.setPushRegistration(device).then(() => order.push("settled"));
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    order.push("back");
    const during = await tokens("settling");
    back();
    await lab.settled(pending, "it settles");
    // The user does not exist: nothing can be registered.
    const absent = await lab.sdk();
    absent.me = absent.getUserById("absent");
    const missing = await lab.failure(() => absent.setPushRegistration(device));
    return { results, order, during, after: await tokens("settling"), missing, n: sockets.length };
  });
  assertEach(seen.results, { code: "forbidden", status: 403 }, "refused");
  assert.deepEqual(seen.order, ["back", "settled"]);
  assert.deepEqual([seen.during, seen.after], [[], ["fcm:x"]]);
  assertTalkError(seen.missing, { code: "rejected" }, "a user who does not exist");
});

pushing("a user from getUser is written before, in whatever order", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.sdk();
    session.me = session.getUser({ id: "new device", name: "New", role: "default" });
    await session.setPushRegistration({ provider: "apns", pushRegistrationId: "1" });
    return [await tokens("new device"), (await session.me.get()).name];
  });
  assert.deepEqual(seen, [["apns:1"], "New"]);
});

pushing("without parameters it is what the provider gives", async ({ run }) => {
  const seen = await run(async () => {
    const seen = {};
    const device = { provider: "fcm", pushRegistrationId: "mine" };
    const providers = {
      sync: () => device,
      async: async () => device,
      late: () => new Promise((resolve) => setTimeout(resolve, 20, device)),
      more: () => ({ ...device, more: "fields" }),
      null: () => null,
      "async null": async () => null,
    };
    for (const [name, provider] of Object.entries(providers)) {
      const id = `provider ${name}`;
      const session = await lab.acting(id, { pushTokenProvider: provider });
      const other = { provider: "apns", pushRegistrationId: "other" };
      await session.setPushRegistration();
      const first = await tokens(id);
      await session.setPushRegistration(other);
      await session.unsetPushRegistration();
      const second = await tokens(id);
      await session.setPushRegistration(undefined);
      await session.setPushRegistration({});
      seen[name] = { first, second, third: await tokens(id) };
    }
    // Set later, replaced, and taken away.
    const session = await lab.acting("provider later");
    const before = session.pushTokenProvider;
    session.pushTokenProvider = providers.sync;
    const same = session.pushTokenProvider === providers.sync;
    await session.setPushRegistration();
    session.pushTokenProvider = () => ({ provider: "apns", pushRegistrationId: "second" });
    await session.setPushRegistration();
    session.pushTokenProvider = undefined;
    const none = await lab.failure(() => session.setPushRegistration());
    const after = session.pushTokenProvider;
    return { seen, before, same, none, after, later: await tokens("provider later") };
  });
  const { null: none, "async null": asyncNone, ...given } = seen.seen;
  for (const [name, { first, second, third }] of Object.entries(given)) {
    assert.deepEqual(first, ["fcm:mine"], name);
    assert.deepEqual(second, ["apns:other"], `${name}: unset`);
    assert.deepEqual(third, ["apns:other", "fcm:mine"], `${name}: an empty parameter is none`);
  }
  for (const one of [none, asyncNone]) {
    assert.deepEqual(one, { first: [], second: ["apns:other"], third: ["apns:other"] });
  }
  assert.deepEqual([seen.before, seen.same, seen.after], [undefined, true, undefined]);
  const refused = { code: "invalid-argument", says: /pushTokenProvider/ };
  assertTalkError(seen.none, refused, "no provider");
  assert.deepEqual(seen.later, ["apns:second", "fcm:mine"]);
});

pushing("one without the other, wrong values, and no provider are refused", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const session = await lab.acting("wrong devices");
    const before = lab.frames(sockets).length;
    const wrong = {
      "no provider": { pushRegistrationId: "x" },
      "no ID": { provider: "fcm" },
      "provider null": { provider: null, pushRegistrationId: "x" },
      "ID null": { provider: "fcm", pushRegistrationId: null },
      "ID empty": { provider: "fcm", pushRegistrationId: "" },
      "provider empty": { provider: "", pushRegistrationId: "x" },
      "unknown provider": { provider: "gcm", pushRegistrationId: "x" },
      capitals: { provider: "FCM", pushRegistrationId: "x" },
      "provider a number": { provider: 5, pushRegistrationId: "x" },
      "ID a number": { provider: "fcm", pushRegistrationId: 5 },
      "ID with half a character": { provider: "fcm", pushRegistrationId: "\ud800" },
      "a string": "fcm:x",
      "a number": 5,
      "a list": ["fcm", "x"],
      "a function": () => null,
    };
    const results = [];
    for (const method of ["setPushRegistration", "unsetPushRegistration"]) {
      for (const [what, value] of Object.entries(wrong)) {
        const error = await lab.failure(() => session[method](value));
        results.push([`${method}: ${what}`, method, error]);
      }
      results.push([`${method}: nothing`, method, await lab.failure(() => session[method]())]);
    }
    // One without the other is not filled up by the provider.
    session.pushTokenProvider = () => ({ provider: "fcm", pushRegistrationId: "provided" });
    for (const what of ["no provider", "no ID"]) {
      const call = () => session.setPushRegistration(wrong[what]);
      results.push([`with a provider: ${what}`, "setPushRegistration", await lab.failure(call)]);
    }
    const frames = lab.frames(sockets).slice(before);
    return { results, frames, tokens: await tokens("wrong devices") };
  });
  assertEach(
    seen.results.map(([what, , error]) => [what, error]),
    { code: "invalid-argument", says: /must be|give it/ },
    "wrong",
  );
  for (const [what, method, { message }] of seen.results) {
    assert.ok(message.includes(method), `${what}: ${message}`);
  }
  assert.deepEqual([seen.frames, seen.tokens], [[], []], "nothing was sent");
});

pushing("a provider that throws, or gives the wrong thing", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.acting("bad provider");
    const thrown = new Error("the provider is broken");
    const results = [];
    const throwing = {
      throwing: () => {
        throw thrown;
      },
      rejecting: () => Promise.reject(thrown),
    };
    const same = [];
    for (const [name, provider] of Object.entries(throwing)) {
      session.pushTokenProvider = provider;
      for (const method of ["setPushRegistration", "unsetPushRegistration"]) {
        same.push([name, await session[method]().catch((error) => error === thrown)]);
      }
    }
    for (const value of [
      undefined, "fcm:x", 5, true, [], {}, { provider: "fcm" }, { pushRegistrationId: "x" },
      { provider: "gcm", pushRegistrationId: "x" }, { provider: "fcm", pushRegistrationId: "" },
      { provider: "fcm", pushRegistrationId: 5 },
    ]) {
      session.pushTokenProvider = () => value;
      const what = JSON.stringify(value) ?? "undefined";
      results.push([what, await lab.failure(() => session.setPushRegistration())]);
    }
    const assigned = [];
    for (const value of [5, "fcm", {}, { provider: "fcm", pushRegistrationId: "x" }]) {
      const set = () => {
        session.pushTokenProvider = value;
      };
      assigned.push([JSON.stringify(value), await lab.failure(set)]);
    }
    await session.setPushRegistration({ provider: "fcm", pushRegistrationId: "works" });
    return { same, results, assigned, tokens: await tokens("bad provider") };
  });
  assert.deepEqual(seen.same.filter(([, same]) => same !== true), [], "rejects with what it threw");
  assertEach(seen.results, { code: "invalid-argument", says: /pushTokenProvider/ }, "gives");
  assertEach(
    seen.assigned,
    { how: "thrown", code: "invalid-argument", says: /pushTokenProvider must be a function/ },
    "assigned",
  );
  assert.deepEqual(seen.tokens, ["fcm:works"]);
});

pushing("enablePushNotifications: true adds, false removes, null leaves", async ({ run }) => {
  const seen = await run(async () => {
    const seen = {};
    const cases = { true: true, false: false, null: null, absent: undefined };
    for (const [name, enablePushNotifications] of Object.entries(cases)) {
      for (const way of ["option", "later", "before me"]) {
        const id = `enable ${name} ${way}`;
        const owner = await lab.acting(id);
        const registered = (pushRegistrationId) =>
          owner.setPushRegistration({ provider: "fcm", pushRegistrationId });
        await Promise.all([registered("old"), ...(name === "true" ? [] : [registered("mine")])]);
        let calls = 0;
        const pushTokenProvider = async () => {
          calls += 1;
          return { provider: "fcm", pushRegistrationId: "mine" };
        };
        const session = await lab.sdk({
          enablePushNotifications, ...(way === "option" ? { pushTokenProvider } : {}),
        });
        if (way === "before me") session.pushTokenProvider = pushTokenProvider;
        const early = calls;
        session.me = session.getUserById(id);
        await session.me.get();
        const untouched = way === "later" && (await tokens(id)).join();
        if (way === "later") session.pushTokenProvider = pushTokenProvider;
        const wanted = name === "true" ? "fcm:mine,fcm:old" : "fcm:old";
        if (/true|false/.test(name)) {
          await lab.until(async () => `${await tokens(id)}` === wanted, () => `${id}: ${wanted}`);
          // Once is enough: another provider changes nothing.
          session.pushTokenProvider = pushTokenProvider;
        }
        await session.me.get();
        seen[id] = [early, calls, untouched, `${await tokens(id)}`];
      }
    }
    return seen;
  });
  for (const [id, [early, calls, untouched, kept]] of Object.entries(seen)) {
    const [, name, way] = id.split(" ");
    assert.equal(early, 0, `${id}: not before me`);
    assert.equal(calls, /true|false/.test(name) ? 1 : 0, `${id}: the provider is asked`);
    const before = name === "true" ? "fcm:old" : "fcm:mine,fcm:old";
    if (way === "later") assert.equal(untouched, before, `${id}: not before there is a provider`);
    const after = { true: "fcm:mine,fcm:old", false: "fcm:old" }[name] ?? before;
    assert.equal(kept, after, id);
  }
});

pushing("enablePushNotifications that fails is told on the console, and no more", async ({
  run, logs,
}) => {
  const seen = await run(async () => {
    const told = [];
    const open = async (id, pushTokenProvider) => {
      const session = await lab.sdk({
        enablePushNotifications: true, pushTokenProvider, onError: ({ code }) => told.push(code),
      });
      session.me = session.getUser({ id, name: id, role: "default" });
      await session.me.synchronize();
      return session;
    };
    const all = [
      await open("failing 1", () => {
        throw new Error("the first provider is broken");
      }),
      await open("failing 2", () => Promise.reject(new Error("the second provider is broken"))),
      await open("failing 3", () => "wrong"),
      await open("failing 4", () => null),
    ];
    for (const session of all) await session.me.get();
    return { told, tokens: await Promise.all([1, 2, 3, 4].map((at) => tokens(`failing ${at}`))) };
  });
  assert.deepEqual(seen, { told: [], tokens: [[], [], [], []] });
  const warnings = logs.filter((line) => line.startsWith("warning: talk-session:"));
  assert.equal(warnings.length, 3, warnings.join("\n"));
  assert.match(warnings[0], /the first provider is broken/);
  assert.match(warnings[1], /the second provider is broken/);
  assert.match(warnings[2], /pushTokenProvider/);
});
