// How a `Session` logs in: signatures, tokens from all sources; and `hasValidCredentials`.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const SECRET = "a secret of the tests";
const { scene } = useStage({ args: ["--app", "demo", "--app", `secure:${SECRET}`] });

const sign = (text, secret = SECRET, encoding = "hex") =>
  createHmac("sha256", secret).update(text).digest(encoding);

let count = 0;

/** A JWT of the app `secure`. Each is different from all others. */
function jwt(user, { secret = SECRET, seconds = 3600, ...claims } = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const all = { tokenType: "user", iss: "secure", sub: user, exp, jti: `${count++}`, ...claims };
  const body = `${part({ alg: "HS256", typ: "JWT" })}.${part(all)}`;
  return `${body}.${sign(body, secret, "base64url")}`;
}

/** Fails if a secret is anywhere in what the page wrote, or in what a test got from it. */
function assertDiscreet(logs, said, secrets) {
  const all = JSON.stringify([logs, said]);
  for (const secret of secrets) assert.ok(!all.includes(secret), "a secret was told");
}

scene("a right signature logs in: it goes where bokens are made", async ({ run, logs }) => {
  const user = "signed é/?&=";
  const seen = await run(
    async ([user, signature]) => {
      const requests = lab.watchFetch();
      const session = await lab.acting(user, { appId: "secure", signature });
      const { name } = await session.me.get();
      const boken = requests.find(({ url }) => url.includes("/bokens/"));
      const { pathname, searchParams } = new URL(boken.url);
      return { name, path: pathname, right: searchParams.get("signature") === signature };
    },
    [user, sign(user)],
  );
  assert.equal(seen.name, user);
  assert.equal(seen.path, `/api/v0/secure/bokens/${encodeURIComponent(user)}`);
  assert.ok(seen.right);
  assertDiscreet(logs, seen, [sign(user)]);
});

scene(
  "wrong and missing signatures end the session with auth-failed, and everybody is told",
  async ({ run, logs }) => {
    const wrong = {
      none: undefined,
      empty: "",
      "of another user": sign("somebody else"),
      "with another secret": sign("unsigned", "another secret"),
      "upside down": [...sign("unsigned")].reverse().join(""),
      "half of it": sign("unsigned").slice(0, 32),
      "no hex": "not a signature",
    };
    const seen = await run(async (wrong) => {
      const results = [];
      for (const [kind, signature] of Object.entries(wrong)) {
        const told = [];
        const session = await lab.sdk({
          appId: "secure", signature, onError: (error) => told.push(lab.plain(error, "rejected")),
        });
        session.me = session.getUser({ id: "unsigned", name: "U", role: "default" });
        const list = session.subscribeConversations();
        const call = await lab.failure(() => session.conversation("c").send("hello"));
        const used = await lab.failure(() => session.me.synchronize());
        await lab.until(() => told.length > 0, `onError: ${kind}`);
        session.onError((error) => told.push(lab.plain(error, "rejected")));
        await lab.until(() => told.length === 2, "a handler that comes later is told, too");
        const { type } = await lab.settled(list.terminated, "the subscription ends");
        results.push([kind, told[0]], [`${kind}, late`, told[1]], [`${kind}, call`, call]);
        if (type !== "error" || used.how !== "rejected" || told.length !== 2) {
          results.push([kind, { type, used, told: told.length }]);
        }
      }
      return results;
    }, wrong);
    assertEach(seen, { code: "auth-failed", says: /signature/ }, "signatures");
    assertDiscreet(logs, seen, Object.values(wrong).filter(Boolean));
  },
  { expected: [/401/] },
);

scene("token, tokenFetcher, setToken and onNeedToken: each logs in", async ({ run, logs }) => {
  const users = ["given", "value", "promised", "set", "needed", "later"];
  const tokens = Object.fromEntries(users.map((user) => [user, jwt(user)]));
  const seen = await run(async (tokens) => {
    const requests = lab.watchFetch();
    const calls = {};
    const noted = (name, answer) => () => {
      calls[name] = (calls[name] ?? 0) + 1;
      return answer;
    };
    const open = async (id, options, prepare = () => {}) => {
      const session = await lab.sdk({ appId: "secure", ...options });
      session.me = session.getUser({ id, name: `I am ${id}`, role: "default" });
      prepare(session);
      await lab.settled(session.me.synchronize(), id);
      return (await session.me.get()).name;
    };
    const needed = (name, delay) => (session) => {
      session.onNeedToken = async () => {
        noted(name)();
        if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
        session.setToken(tokens[name]);
      };
    };
    const names = [
      await open("given", { token: tokens.given }),
      await open("value", { tokenFetcher: noted("value", tokens.value) }),
      await open("promised", { tokenFetcher: noted("promised", Promise.resolve(tokens.promised)) }),
      await open("set", {}, (session) => session.setToken(tokens.set)),
      await open("needed", {}, needed("needed", 0)),
      await open("later", {}, needed("later", 50)),
    ];
    return { names, calls, bokens: requests.filter(({ url }) => url.includes("boken")).length };
  }, tokens);
  assert.deepEqual(seen.names, users.map((user) => `I am ${user}`));
  assert.deepEqual(seen.calls, { value: 1, promised: 1, needed: 1, later: 1 });
  assert.equal(seen.bokens, 0, "with a token nobody asks for a boken");
  assertDiscreet(logs, seen, Object.values(tokens));
});

/** Tokens that the app `secure` does not take from `user`. */
const wrongTokens = (user) => ({
  "another secret": jwt(user, { secret: "another" }),
  expired: jwt(user, { seconds: -60 }),
  "another app": jwt(user, { iss: "demo" }),
  "another kind": jwt(user, { tokenType: "app" }),
  "no JWT": "certainly-not-a-jwt",
});

scene(
  "a token that is refused ends the session with auth-failed, or is asked for again",
  async ({ run, logs }) => {
    const wrong = wrongTokens("refused");
    const right = jwt("refused");
    const seen = await run(
      async ([wrong, right]) => {
        const results = [];
        for (const [kind, token] of Object.entries(wrong)) {
          const told = [];
          const onError = (error) => told.push(lab.plain(error, "rejected"));
          const session = await lab.sdk({ appId: "secure", token, onError });
          session.me = session.getUser({ id: "refused", name: "R", role: "default" });
          results.push([kind, await lab.failure(() => session.me.synchronize())]);
          await lab.until(() => told.length, `onError: ${kind}`);
          results.push([`${kind}, onError`, told[0]]);
        }
        const broken = () => {
          throw new Error("the fetcher is broken");
        };
        for (const tokenFetcher of [broken, () => 5, async () => null]) {
          const session = await lab.sdk({ appId: "secure", tokenFetcher });
          session.me = session.getUser({ id: "refused", name: "R", role: "default" });
          results.push([`${tokenFetcher}`, await lab.failure(() => session.me.synchronize())]);
        }
        let asked = 0;
        const saved = await lab.sdk({ appId: "secure", token: wrong.expired });
        saved.me = saved.getUser({ id: "refused", name: "Saved", role: "default" });
        saved.onNeedToken = () => {
          asked += 1;
          saved.setToken(right);
        };
        await lab.settled(saved.me.synchronize(), "with the second token");
        return { results, asked, name: (await saved.me.get()).name };
      },
      [wrong, right],
    );
    assertEach(seen.results, { code: "auth-failed" }, "refused");
    assert.deepEqual([seen.asked, seen.name], [1, "Saved"]);
    assertDiscreet(logs, seen, [right, ...Object.values(wrong)]);
  },
);

scene("setToken and onNeedToken check what they are given", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.sdk();
    session.me = session.getUser({ id: "checker", name: "C", role: "default" });
    const results = [];
    for (const value of [5, undefined, null, {}, ["a"]]) {
      results.push([`setToken ${value}`, await lab.failure(() => session.setToken(value))]);
    }
    for (const value of [5, "f", {}]) {
      const set = () => {
        session.onNeedToken = value;
      };
      results.push([`onNeedToken ${value}`, await lab.failure(set)]);
    }
    return results;
  });
  assertEach(seen, { how: "thrown", code: "invalid-argument", says: /must be/ }, "checked");
});

scene(
  "hasValidCredentials: true or false for app, token, tokenFetcher and signature",
  async ({ run, logs }) => {
    const user = "credited";
    const wrong = wrongTokens(user);
    wrong["another user"] = jwt("somebody else");
    const right = jwt(user);
    const seen = await run(
      async ([user, right, wrong, signature]) => {
        const secure = { appId: "secure" };
        const cases = {
          "an app without a secret": [true, {}],
          "no such app": [false, { appId: "no-such-app" }],
          "a right token": [true, { ...secure, token: right }],
          "a right tokenFetcher": [true, { ...secure, tokenFetcher: async () => right }],
          "a right signature": [true, { ...secure, signature }],
          "no signature": [false, secure],
          "a wrong signature": [false, { ...secure, signature: signature.replace(/./g, "0") }],
          "a throwing tokenFetcher": [false, {
            ...secure,
            tokenFetcher: () => {
              throw new Error("the fetcher is broken");
            },
          }],
          "a rejecting tokenFetcher": [false, { ...secure, tokenFetcher: () => Promise.reject() }],
          "a tokenFetcher of nothing": [false, { ...secure, tokenFetcher: () => null }],
        };
        for (const [kind, token] of Object.entries(wrong)) {
          cases[`token: ${kind}`] = [false, { ...secure, token }];
          cases[`fetched token: ${kind}`] = [false, { ...secure, tokenFetcher: () => token }];
        }
        const results = [];
        for (const [kind, [expected, options]] of Object.entries(cases)) {
          const session = await lab.sdk(options);
          session.me = session.getUserById(user);
          const first = lab.failure(() => session.hasValidCredentials(), kind);
          const second = lab.failure(() => session.hasValidCredentials(), kind);
          const all = [await first, await second];
          all.push(await lab.failure(() => session.hasValidCredentials(), kind));
          const values = all.map(({ how, value }) => (how === "none" ? value : how));
          results.push([kind, expected, ...values]);
        }
        return results;
      },
      [user, right, wrong, sign(user)],
    );
    const bad = seen.filter(([, expected, ...all]) => all.some((value) => value !== expected));
    assert.deepEqual(bad, []);
    assert.equal(seen.length, 10 + 2 * 6);
    assertDiscreet(logs, seen, [right, sign(user), ...Object.values(wrong)]);
  },
  { expected: [/401/, /404/] },
);

scene("hasValidCredentials looks at a token that was set or asked for", async ({ run }) => {
  const seen = await run(
    async ([right, expired]) => {
      const open = async () => {
        const session = await lab.sdk({ appId: "secure" });
        session.me = session.getUserById("setter");
        return session;
      };
      const set = await open();
      set.setToken(right);
      const needed = await open();
      needed.onNeedToken = () => needed.setToken(right);
      const stale = await open();
      stale.setToken(expired);
      const all = [set, needed, stale].map((session) => session.hasValidCredentials());
      return lab.settled(Promise.all(all), "all three");
    },
    [jwt("setter"), jwt("setter", { seconds: -60 })],
  );
  assert.deepEqual(seen, [true, true, false]);
});

scene("hasValidCredentials leaves the session as it is", async ({ run }) => {
  const seen = await run(async (right) => {
    const sockets = lab.watchSockets();
    let asked = 0;
    const told = [];
    const session = await lab.acting("undisturbed", {
      appId: "secure",
      tokenFetcher: () => {
        asked += 1;
        return right;
      },
      onError: ({ code }) => told.push(code),
    });
    const chat = session.conversation("undisturbed");
    await chat.createIfNotExists();
    let calls = 0;
    const list = chat.subscribeMessages(() => calls++);
    await list.connected;
    const before = { sockets: sockets.length, calls, frames: lab.frames([sockets[0]]).length };
    const valid = await lab.settled(session.hasValidCredentials(), "valid");
    const after = { sockets: sockets.length, calls, frames: lab.frames([sockets[0]]).length };
    await lab.until(() => sockets.slice(1).every(({ socket }) => socket.readyState > 1), "closed");
    const open = sockets.filter(({ socket }) => socket.readyState === 1).length;
    const calledFor = lab.frames(sockets.slice(1));
    await chat.send("goes on");
    await lab.until(() => lab.texts(list)[0] === "goes on", "the message");
    return { valid, asked, told, before, after, open, calledFor, all: sockets.length };
  }, jwt("undisturbed"));
  assert.ok(seen.valid);
  assert.equal(seen.asked, 2, "a tokenFetcher is called once more");
  assert.equal(seen.after.calls, seen.before.calls);
  assert.equal(seen.after.frames, seen.before.frames, "nothing on the session's own connection");
  assert.equal(seen.open, 1, "the connection of its own is closed");
  assert.ok(seen.calledFor.every((frame) => /^(GET|SUBSCRIBE) /.test(frame)), "it writes nothing");
  assert.ok(seen.all > 1, "it logs in on a connection of its own");
  assert.deepEqual(seen.told, []);
});

scene("hasValidCredentials waits for the service, and writes no user", async ({ run }) => {
  const seen = await run(async () => {
    const session = await lab.sdk();
    session.me = session.getUserById("waiter");
    const back = await lab.offline("waiter");
    let answer;
    const asked = session.hasValidCredentials().then((valid) => {
      answer = valid;
    });
    const early = lab.failure(() => session.me.get());
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 10));
    const before = answer;
    back();
    await lab.settled(asked, "it answers once it can");
    return { before, answer, early: (await early).value, user: await session.me.get() };
  });
  assert.deepEqual(seen, { before: undefined, answer: true, early: null, user: null });
});

scene(
  "hasValidCredentials of a session that has ended with an error still answers",
  async ({ run }) => {
    const seen = await run(async () => {
      const told = [];
      const session = await lab.sdk({
        appId: "secure", signature: "00", onError: ({ code }) => told.push(code),
      });
      session.me = session.getUser({ id: "ended", name: "E", role: "default" });
      await lab.until(() => told.length, "it ends");
      const after = await lab.failure(() => session.hasValidCredentials());
      await session.destroy();
      return { told, after, destroyed: await lab.failure(() => session.hasValidCredentials()) };
    });
    assert.deepEqual(seen.told, ["auth-failed"]);
    assert.deepEqual([seen.after.how, seen.after.value], ["none", false]);
    assertTalkError(seen.destroyed, { code: "session-ended" }, "destroyed");
  },
  { expected: [/401/] },
);
