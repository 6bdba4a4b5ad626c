// Tokens: JWTs from all sources against an app with a secret, wrong ones, ones that run out, and
// that none of them is ever printed.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { assertTalkError, useStage } from "./stage.mjs";

const SECRET = "a secret of the tests";
const stage = useStage({ args: ["--app", "demo", "--app", `secure:${SECRET}`] });
const { scene } = stage;

let count = 0;

/** A JWT of the app `secure`. Each is different from all others. */
function jwt(user, { secret = SECRET, header = {}, seconds = 3600, ...claims } = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const body = `${part({ alg: "HS256", typ: "JWT", ...header })}.${part({
    tokenType: "user",
    iss: "secure",
    sub: user,
    exp: now + seconds,
    jti: String((count += 1)),
    ...claims,
  })}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
}

/**
 * A test whose tokens, and their parts, may appear nowhere: not in the console, not in what is
 * reported, not in what the test gives back.
 */
function discreet(name, body, options) {
  scene(
    name,
    async (page, context) => {
      const used = [];
      const token = (...given) => {
        const made = jwt(...given);
        used.push(made, made.split(".")[1], made.split(".")[2]);
        return made;
      };
      const said = await body({ ...page, token, note: (text) => used.push(text) }, context);
      for (const text of used) {
        assert.ok(
          !page.logs.some((line) => line.includes(text)),
          `a token in the console: ${page.logs}`,
        );
        assert.ok(!JSON.stringify(said ?? null).includes(text), "a token in an error");
      }
    },
    options,
  );
}

discreet(
  "setToken right after getTalkSession logs in with it, and no boken is asked for",
  async ({ run, token }) => {
    const seen = await run(async (jwt) => {
      const requests = lab.watchFetch();
      const sockets = lab.watchSockets();
      const session = await lab.session("set", { appId: "secure" });
      session.setToken(jwt);
      await session.currentUser.createIfNotExists({ name: "Set" });
      return {
        name: (await session.currentUser.get()).name,
        bokens: requests.filter(({ url }) => url.includes("boken")).length,
        first: sockets[0].sent[0].slice(0, 3),
        same: sockets[0].sent[0][3].token === jwt,
      };
    }, token("set"));
    assert.equal(seen.name, "Set");
    assert.equal(seen.bokens, 0);
    assert.deepEqual(seen.first, [0, "POST", "/session/renew"], "logging in comes first");
    assert.ok(seen.same);
  },
);

discreet(
  "onNeedToken is called once when a token is needed, and may answer at once or later",
  async ({ run, token }) => {
    const seen = await run(
      async ([first, second]) => {
        const seen = { calls: [0, 0] };
        const prompt = await lab.session("prompt", { appId: "secure" });
        prompt.onNeedToken = () => {
          seen.calls[0]++;
          prompt.setToken(first);
        };
        seen.unasked = seen.calls[0];
        await prompt.currentUser.createIfNotExists({ name: "Prompt" });
        const later = await lab.session("later", { appId: "secure" });
        later.onNeedToken = async () => {
          seen.calls[1]++;
          await new Promise((resolve) => setTimeout(resolve, 50));
          later.setToken(second);
        };
        const calls = [
          later.currentUser.createIfNotExists({ name: "Later" }),
          later.currentUser.get(),
        ];
        seen.name = (await Promise.all(calls))[1].name;
        seen.is = typeof later.onNeedToken;
        return seen;
      },
      [token("prompt"), token("later")],
    );
    assert.equal(seen.unasked, 0, "nothing is needed before the first call");
    assert.deepEqual(seen.calls, [1, 1]);
    assert.equal(seen.name, "Later");
    assert.equal(seen.is, "function");
  },
);

discreet(
  "an onNeedToken that throws is reported, and a setToken that comes anyhow is taken",
  async ({ run, token }) => {
    const name = await run(async (jwt) => {
      const session = await lab.session("thrower", { appId: "secure" });
      session.onNeedToken = () => {
        setTimeout(() => session.setToken(jwt));
        throw new Error("thrown by onNeedToken");
      };
      await session.currentUser.createIfNotExists({ name: "Thrower" });
      return (await session.currentUser.get()).name;
    }, token("thrower"));
    assert.equal(name, "Thrower");
  },
  { expected: [/thrown by onNeedToken/] },
);

discreet("the options token and tokenFetcher (a value or a promise)", async ({ run, token }) => {
  const names = await run(
    async ([given, value, promised]) => {
      const open = (user, options) => lab.session(user, { appId: "secure", ...options });
      const sessions = [
        await open("given", { token: given }),
        await open("value", { tokenFetcher: () => value }),
        await open("promised", { tokenFetcher: async () => promised }),
        await open("both", { token: "wrong", tokenFetcher: () => given }),
      ];
      const names = [];
      for (const session of sessions.slice(0, 3)) {
        await session.currentUser.createIfNotExists({ name: `I am ${session.currentUser.id}` });
        names.push((await session.currentUser.get()).name);
      }
      return names;
    },
    [token("given"), token("value"), token("promised")],
  );
  assert.deepEqual(names, ["I am given", "I am value", "I am promised"]);
});

discreet(
  "a tokenFetcher that gives no token ends the session with an error that says why",
  async ({ run, note }) => {
    note("not.a.token!");
    const results = await run(async () => {
      const fetchers = {
        number: () => 5,
        nothing: () => undefined,
        null: () => null,
        object: () => ({ token: "x" }),
        "promise of a number": async () => 7,
        symbol: () => Symbol("x"),
        empty: () => "",
        "too long": () => "x".repeat(2 ** 20),
        throwing: () => {
          throw new Error("the fetcher is broken");
        },
        rejecting: async () => {
          throw new Error("the fetcher is broken");
        },
        "rejecting with nothing": () => Promise.reject(),
        "throwing a symbol": () => {
          throw Symbol("x");
        },
        "throwing a null object": () => {
          throw Object.create(null);
        },
      };
      const results = [];
      for (const [kind, tokenFetcher] of Object.entries(fetchers)) {
        const session = await lab.session(`fetcher ${kind}`, { appId: "secure", tokenFetcher });
        const call = lab.failure(() => session.currentUser.get(), `a call with a fetcher: ${kind}`);
        const told = lab
          .settled(new Promise((resolve) => session.onError(resolve)), `onError: ${kind}`)
          .then(
            (error) => lab.plain(error, "rejected"),
            (error) => lab.plain(error, "none"),
          );
        results.push([kind, await told], [`${kind}, the call`, await call]);
      }
      return results;
    });
    const wrong = results.filter(([, { code }]) => code !== "auth-failed");
    assert.deepEqual(wrong, [], "each ends its session");
    const said = new Map(results.map(([kind, { message }]) => [kind, message]));
    assert.match(said.get("number"), /tokenFetcher.*token must be a string, but is 5/);
    assert.match(said.get("too long"), /tokenFetcher.*token must be at most 10,000 bytes long/);
    assert.match(said.get("throwing"), /the fetcher is broken/);
    assert.match(said.get("rejecting"), /the fetcher is broken/);
    return results;
  },
);

discreet(
  "a token that the service refuses: onNeedToken is asked for another one",
  async ({ run, token }) => {
    const wrong = [
      token("renewed", { secret: "another secret" }),
      token("renewed", { iss: "demo" }),
      token("renewed", { tokenType: "app" }),
    ];
    const seen = await run(
      async ([right, bad]) => {
        const results = [];
        for (const one of bad) {
          const session = await lab.session("renewed", { appId: "secure", forceCreateNew: true });
          let asked = 0;
          session.onNeedToken = () => {
            asked++;
            session.setToken(right);
          };
          session.setToken(one);
          await lab.settled(
            session.currentUser.createIfNotExists({ name: "Renewed" }),
            "logging in again",
          );
          results.push(asked);
        }
        return results;
      },
      [token("renewed"), wrong],
    );
    assert.deepEqual(seen, [1, 1, 1]);
  },
);

discreet(
  "a refused or expired token with nobody to ask ends the session",
  async ({ run, token, logs }) => {
    const bad = {
      "another secret": token("ended", { secret: "another" }),
      expired: token("ended", { seconds: -60 }),
      "less than two minutes left": token("ended", { seconds: 110 }),
      "another app": token("ended", { iss: "demo" }),
      "not yet valid": token("ended", { nbf: 4e9 }),
      "no algorithm": token("ended", { header: { alg: "none" } }),
      "no JWT": "certainly-not-a-jwt",
      broken: `${token("ended")}.x`,
      "two parts": "abc.def",
    };
    const seen = await run(async (tokens) => {
      const results = [];
      for (const [kind, one] of Object.entries(tokens)) {
        const session = await lab.session(`ended`, { appId: "secure", forceCreateNew: true });
        session.setToken(one);
        const call = lab.failure(() => session.currentUser.get(), kind);
        const error = await lab.settled(
          new Promise((resolve) => session.onError(resolve)),
          `onError: ${kind}`,
        );
        results.push([kind, lab.plain(error, "rejected")], [`${kind}, the call`, await call]);
      }
      return results;
    }, bad);
    for (const [kind, error] of seen) {
      assert.equal(error.name, "TalkError", kind);
      assert.equal(error.code, "auth-failed", kind);
      for (const one of Object.values(bad))
        assert.ok(!error.message.includes(one), "no token in a message");
    }
    const warnings = logs.filter((line) => line.startsWith("warning: talk-session:"));
    assert.ok(warnings.length >= 5, `wrong tokens are warned of: ${warnings}`);
    const short = warnings.filter((line) => /about to expire/.test(line));
    assert.equal(short.length, 1, "so is one that will do for a moment only");
    for (const one of Object.values(bad)) assert.ok(!logs.some((line) => line.includes(one)));
    return seen;
  },
);

discreet("session.expired: a new token, and everything live goes on", async ({ run, token }) => {
  const seen = await run(
    async (tokens) => {
      const sockets = lab.watchSockets();
      let asked = 0;
      const session = await lab.session("expiring", { appId: "secure" });
      session.onNeedToken = () => session.setToken(tokens[asked++]);
      await session.currentUser.createIfNotExists({ name: "Expiring" });
      const conversation = session.conversation("expiry");
      await conversation.createIfNotExists();
      const list = conversation.subscribeMessages();
      await list.connected;
      await lab.control({ do: "expire", user: "expiring" });
      await lab.settled(conversation.send("after"), "a call after the expiry");
      await lab.until(() => lab.texts(list)[0] === "after", "the subscription goes on");
      return { asked, sockets: sockets.length };
    },
    [token("expiring"), token("expiring")],
  );
  assert.equal(seen.asked, 2, "asked again, once");
  assert.equal(seen.sockets, 1, "on the same socket");
});

discreet("a 401 on a call: a new token, then the call again, once", async ({ run, token }) => {
  const seen = await run(
    async (tokens) => {
      let asked = 0;
      const session = await lab.session("unlucky", { appId: "secure" });
      session.onNeedToken = () => session.setToken(tokens[asked++]);
      await session.currentUser.createIfNotExists({ name: "Unlucky" });
      const conversation = session.conversation("luck");
      await conversation.createIfNotExists();
      const list = conversation.subscribeMessages();
      await list.connected;
      await lab.control({
        do: "answer",
        method: "POST",
        path: "/conversations/luck/messages",
        status: 401,
      });
      await lab.settled(conversation.send("once"), "a call that met a 401");
      await conversation.send("twice");
      await lab.until(() => lab.texts(list).length === 2, "both are there");
      return { asked, texts: lab.texts(list) };
    },
    [token("unlucky"), token("unlucky"), token("unlucky")],
  );
  assert.deepEqual(seen.texts, ["twice", "once"]);
  assert.equal(seen.asked, 2);
});

discreet(
  "setToken while logged in renews on the same socket and disturbs nothing",
  async ({ run, token }) => {
    const seen = await run(
      async ([first, second]) => {
        const sockets = lab.watchSockets();
        const session = await lab.session("renewing", { appId: "secure" });
        session.setToken(first);
        await session.currentUser.createIfNotExists({ name: "Renewing" });
        let calls = 0;
        const watch = session.currentUser.subscribe(() => calls++);
        await watch.connected;
        const frames = () => sockets[0].sent.map(([, method, path]) => `${method} ${path}`);
        const before = frames().length;
        session.setToken(second);
        session.setToken(second);
        await session.currentUser.set({ locale: "nl" });
        await lab.until(() => calls === 2, "the change is seen");
        return { after: frames().slice(before), sockets: sockets.length };
      },
      [token("renewing"), token("renewing")],
    );
    assert.equal(seen.sockets, 1);
    const renewals = seen.after.filter((frame) => frame === "POST /session/renew").length;
    assert.ok(renewals >= 1 && renewals <= 2, `${seen.after}`);
    assert.ok(!seen.after.some((frame) => /SUBSCRIBE/.test(frame)), "nothing is subscribed anew");
  },
);

discreet("a token is refreshed before it runs out", async ({ run, token, page }) => {
  // A clock that the test moves: two minutes pass in a moment.
  await page.clock.install();
  await run(
    async ([first, second]) => {
      const sockets = lab.watchSockets();
      const asked = [];
      const session = await lab.session("refreshed", { appId: "secure" });
      session.onNeedToken = () => {
        asked.push(Date.now());
        session.setToken(asked.length === 1 ? first : second);
      };
      await session.currentUser.createIfNotExists({ name: "Refreshed" });
      await session.currentUser.subscribe().connected;
      globalThis.refreshed = { sockets, asked, session };
    },
    [token("refreshed", { seconds: 132 }), token("refreshed", { seconds: 9000 })],
  );
  let waited;
  // In steps that leave the service the time to answer what keeps the connection alive.
  for (let step = 0; step < 26 && !waited; step++) {
    await page.clock.runFor(5_000);
    waited = await run(async (number) => {
      const { session, asked } = globalThis.refreshed;
      await session.user(`step ${number}`).get();
      return asked[1] - asked[0];
    }, step);
  }
  const { sockets, tokens } = await run(() => {
    const { sockets } = globalThis.refreshed;
    const all = sockets
      .flatMap(({ sent }) => sent)
      .filter(([, , path]) => path === "/session/renew");
    return { sockets: sockets.length, tokens: all.map(([, , , { token }]) => token) };
  });
  assert.ok(waited >= 60_000 && waited <= 72_000, `at half of the 132 s: after ${waited} ms`);
  assert.equal(sockets, 1, "the connection stays");
  assert.equal(new Set(tokens).size, 2, "the new token is presented");
});

discreet("after a boken, a session cannot change over to JWTs", async ({ run, token }) => {
  const results = await run(
    async (jwt) => {
      const session = await lab.person("anonymous");
      const results = [
        await lab.failure(() => session.setToken(jwt)),
        await lab.failure(() => {
          session.onNeedToken = () => {};
        }),
      ];
      await session.currentUser.set({ name: "Goes on" });
      return results;
    },
    token("anonymous", { iss: "demo" }),
  );
  for (const error of results) {
    assertTalkError(
      error,
      { how: "thrown", code: "invalid-argument", says: /Cannot switch to JWT/i },
      "switch",
    );
  }
  return results;
});

discreet(
  "HTTP requests carry the token; one that meets a 401 gets a new one",
  async ({ run, token }) => {
    const seen = await run(
      async (tokens) => {
        let asked = 0;
        const session = await lab.session("uploader", { appId: "secure" });
        session.onNeedToken = () => session.setToken(tokens[asked++]);
        await session.currentUser.createIfNotExists({ name: "Uploader" });
        const requests = lab.watchFetch();
        await lab.control({
          do: "answer",
          method: "POST",
          path: "/public_api/v1/secure/files",
          status: 401,
        });
        const file = await lab.settled(
          session.uploadFile(new Blob(["x"]), { filename: "x.txt" }),
          "the upload",
        );
        return {
          file,
          asked,
          sent: requests
            .filter(({ url }) => url.endsWith("/files"))
            .map(({ init }) =>
              tokens.indexOf(
                new Headers(init.headers).get("authorization")?.replace("Bearer ", ""),
              ),
            ),
        };
      },
      [token("uploader"), token("uploader"), token("uploader")],
    );
    assert.match(seen.file, /./);
    assert.equal(seen.sent[0], 0, "the current token");
    assert.equal(seen.sent[1], 1, "after the 401 the next one");
    assert.equal(seen.sent.length, 2);
    assert.equal(seen.asked, 2);
  },
  { expected: [/401/] },
);

discreet("a token that is set early is the one that is logged in with", async ({ run, token }) => {
  const seen = await run(async ([given, asking]) => {
    const openEngines = lab.holdEngines();
    const { getTalkSession } = await lab.load();
    const sockets = lab.watchSockets();
    const open = (userId, options) =>
      getTalkSession({ appId: "secure", userId, host: lab.host, ...options });
    const told = [];
    const [one, two] = [open("early set", { token: "wrong" }), open("early asked")];
    one.setToken(given);
    let asked = 0;
    two.onNeedToken = async () => {
      asked++;
      two.setToken(asking);
    };
    for (const session of [one, two]) session.onError(({ code }) => told.push(code));
    const calls = [one, two].map((session) => session.currentUser.createIfNotExists({ name: "X" }));
    const before = [asked, sockets.length];
    openEngines();
    await lab.settled(Promise.all(calls), "both log in");
    return { before, asked, told };
  }, [token("early set"), token("early asked")]);
  assert.deepEqual(seen, { before: [0, 0], asked: 1, told: [] });
});

discreet("onNeedToken that failed is called again", async ({ run, token, logs }) => {
  const seen = await run(
    async ([first, second]) => {
      const fails = {
        "it throws": () => {
          throw new Error("no network here");
        },
        "it rejects": async () => {
          throw new Error("no network here");
        },
      };
      const reported = [];
      addEventListener("error", (event) => {
        reported.push(event.message);
        event.preventDefault();
      });
      const names = [];
      for (const [at, [name, fail]] of Object.entries(fails).entries()) {
        const session = await lab.session(`again ${at}`, { appId: "secure" });
        let calls = 0;
        session.onNeedToken = () => {
          if (calls++ < 1) return fail();
          session.setToken([first, second][at]);
        };
        await lab.settled(session.currentUser.createIfNotExists({ name }), name);
        names.push([(await session.currentUser.get()).name, calls]);
      }
      return { names, reported };
    },
    [token("again 0"), token("again 1")],
  );
  assert.deepEqual(seen.names, [["it throws", 2], ["it rejects", 2]]);
  assert.deepEqual(seen.reported, Array(2).fill("Uncaught Error: no network here"));
  assert.deepEqual(logs.filter((line) => line.startsWith("warning:")), []);
});

discreet("tokens that are refused one after the other: it is told once", async ({
  run, token, logs,
}) => {
  await run(async (tokens) => {
    const session = await lab.session("unlucky", { appId: "secure" });
    let calls = 0;
    session.onNeedToken = () => session.setToken(tokens[calls++]);
    await lab.settled(session.currentUser.createIfNotExists({ name: "U" }), "in the end");
  }, [1, 2, 3, 4].map((at) => token("unlucky", at < 4 ? { secret: "another" } : {})));
  const warnings = logs.filter((line) => line.startsWith("warning: talk-session:"));
  assert.equal(warnings.length, 1, warnings.join("\n"));
  assert.match(warnings[0], /refuses each token/);
});
