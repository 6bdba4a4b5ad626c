// Sessions: the registry, how one ends, and whom it tells. Also the anonymous login (bokens).

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { assertTalkError, useStage } from "./stage.mjs";

const SECRET = "a secret of the tests";
const { scene } = useStage({ args: ["--app", "demo", "--app", `secure:${SECRET}`] });

scene(
  "sessions are kept by app and user, whatever the other options say",
  async ({ run }) => {
    const same = await run(async () => {
      const { getTalkSession } = await lab.load();
      const open = (appId, userId, options) =>
        getTalkSession({ appId, userId, host: lab.host, ...options });
      const first = open("demo", "kept");
      const forced = open("demo", "kept", { forceCreateNew: true });
      return {
        again: open("demo", "kept") === first,
        "other options": open("demo", "kept", { clientBuild: "x", host: "localhost:1" }) === first,
        "another user": open("demo", "kept 2") !== first,
        "another app": open("other", "kept") !== first,
        "no mix of both": open('demo","a', "b") !== open("demo", 'a","b'),
        forceCreateNew: forced !== first,
        "a forced one is not kept": open("demo", "kept") === first,
        "a second forced one": open("demo", "kept", { forceCreateNew: true }) !== forced,
      };
    });
    for (const [what, is] of Object.entries(same)) assert.ok(is, what);
  },
  { tolerated: [/404/] },
);

scene(
  "an app that does not exist ends the session, and everybody is told",
  async ({ run }) => {
    const seen = await run(async () => {
      const sockets = lab.watchSockets();
      const session = await lab.session("lost", { appId: "no-such-app" });
      const told = [];
      session.onError((error) => told.push(["first", lab.plain(error, "rejected")]));
      session.onError((error) => told.push(["second", lab.plain(error, "rejected")]));
      session.onError(() => told.push(["off"])).unsubscribe();
      const subscription = session.currentUser.subscribe();
      const early = lab.failure(() => session.currentUser.get());
      const connected = await lab.failure(() => subscription.connected);
      const terminated = await subscription.terminated;
      await lab.until(() => told.length === 2, "both are told");
      const later = await lab.failure(() => session.conversation("c").send("hello"));
      const upload = await lab.failure(() =>
        session.uploadFile(new Blob(["a"]), { filename: "a" }),
      );
      const late = session.conversation("c").subscribeMessages(() => told.push(["listener"]));
      const lateConnected = await lab.failure(() => late.connected);
      const late2 = new Promise((resolve) => session.onError((error) => resolve(error.code)));
      const lateTold = await lab.settled(late2, "onError that is attached afterwards");
      session.onError(() => told.push(["off, too"])).unsubscribe();
      const again = await lab.session("lost", { appId: "no-such-app" });
      session.setToken("x");
      const twoMore = await new Promise((resolve) => again.onError(resolve));
      return {
        told,
        early: await early,
        connected,
        terminated: terminated.type,
        later,
        upload,
        lateConnected,
        late: late.state.type,
        lateTold,
        replaced: again !== session,
        again: twoMore.code,
        open: sockets.filter(({ socket }) => socket.readyState < 2).length,
      };
    });
    assert.deepEqual(
      seen.told.map(([who]) => who),
      ["first", "second"],
      "each once, and who left is not",
    );
    for (const [, error] of seen.told) {
      assertTalkError(error, { code: "app-not-found", says: /app ID/ }, "onError");
    }
    for (const call of ["early", "connected", "lateConnected"]) {
      assertTalkError(seen[call], { code: "app-not-found", says: /app ID/ }, call);
    }
    for (const call of ["later", "upload"]) {
      assertTalkError(seen[call], { code: "session-ended", says: /app ID/ }, call);
    }
    assert.equal(seen.terminated, "error");
    assert.equal(seen.late, "error");
    assert.equal(seen.lateTold, "app-not-found", "a handler that comes later is told, too");
    assert.ok(seen.replaced, "a session that ended is replaced");
    assert.equal(seen.again, "app-not-found");
    assert.equal(seen.open, 0, "no socket stays open");
  },
  { expected: [/404/] },
);

scene(
  "a session that ends is warned of if nothing else can tell of it",
  async ({ run, logs }) => {
    const warnings = () => logs.filter((line) => /^warning: talk-session/.test(line));
    const open = (ways) =>
      run(async (ways) => {
        const session = await lab.session("unheard", { appId: "nowhere", forceCreateNew: true });
        if (ways.call) void session.currentUser.get().catch(() => {});
        if (ways.handler) session.onError(() => {});
        await session.currentUser.subscribe().terminated;
      }, ways);
    await open({ call: true });
    await open({ handler: true });
    assert.deepEqual(warnings(), [], "a call rejects, and a handler is called");
    await open({});
    const said = ["warning: talk-session: The app ID nowhere does not exist: check it, and the host"];
    assert.deepEqual(warnings(), said);
  },
  { expected: [/404/] },
);

scene(
  "an onError handler that throws, or calls back, harms nothing",
  async ({ run }) => {
    const told = await run(async () => {
      const { getTalkSession } = await lab.load();
      const options = { appId: "nowhere", userId: "handlers", host: lab.host };
      const session = getTalkSession(options);
      const told = [];
      session.onError(() => {
        throw new Error("thrown by a handler");
      });
      session.onError(() => {
        told.push(getTalkSession(options) !== session);
        session.onError(() => told.push("inner"));
        session.currentUser.get().catch(({ name }) => told.push(name));
      });
      session.onError(() => told.push("last"));
      await lab.until(() => told.length === 4, "all are told");
      return told;
    });
    assert.deepEqual(told.map(String).sort(), ["TalkError", "inner", "last", "true"]);
  },
  { expected: [/404/, /thrown by a handler/] },
);

scene("the app is checked once, at getTalkSession, with no socket", async ({ run }) => {
  const seen = await run(async () => {
    const sockets = lab.watchSockets();
    const requests = lab.watchFetch();
    const session = await lab.session("checked");
    await lab.until(() => requests.length, "the check");
    const first = requests.map(({ url }) => url);
    const before = sockets.length;
    await session.currentUser.createIfNotExists({ name: "Checked" });
    await session.currentUser.get();
    const all = requests.map(({ url }) => url);
    return {
      first,
      before,
      checks: all.filter((url) => url.endsWith("/api/v0/demo")).length,
      all,
      url: sockets[0].url,
    };
  });
  assert.equal(seen.first.length, 1);
  assert.match(seen.first[0], /^http:\/\/127\.0\.0\.1:\d+\/api\/v0\/demo$/);
  assert.equal(seen.before, 0, "the socket opens with the first call");
  assert.equal(seen.checks, 1);
  const boken = seen.all.find((url) => url.includes("/bokens/"));
  assert.match(boken, /\/api\/v0\/demo\/bokens\/checked\?signature=$/);
  const { pathname, searchParams } = new URL(seen.url);
  assert.equal(pathname, "/public_api/v1/demo/realtime/checked");
  const told = Object.fromEntries(searchParams);
  assert.deepEqual(Object.keys(told), [
    "talkjs-client-build",
    "talkjs-core",
    "talkjs-client-id",
    "talkjs-time",
  ]);
  assert.equal(told["talkjs-client-build"], "standalone");
  assert.match(told["talkjs-client-id"], /^\d+$/);
  assert.match(told["talkjs-time"], /^\d{13}$/);
});

scene(
  "an app check that fails otherwise counts as fine",
  async ({ run }) => {
    const names = await run(async () => {
      const names = [];
      for (const status of [500, 403, 429]) {
        await lab.control({ do: "answer", method: "GET", path: "/api/v0/demo", status });
        const session = await lab.person(`check ${status}`);
        names.push((await session.currentUser.get()).name);
      }
      return names;
    });
    assert.deepEqual(names, ["check 500", "check 403", "check 429"]);
  },
  { expected: [/500/, /403/, /429/] },
);

scene(
  "bokens: 5xx and 429 are tried again, 401 and 404 end the session",
  async ({ run }) => {
    const seen = await run(async () => {
      const path = (user) => `/api/v0/demo/bokens/${user}`;
      await lab.control({
        do: "answer",
        method: "GET",
        path: path("boken-503"),
        status: 503,
        times: 2,
      });
      await lab.control({
        do: "answer",
        method: "GET",
        path: path("boken-429"),
        status: 429,
        times: 3,
      });
      await lab.control({
        do: "answer",
        method: "GET",
        path: path("boken-500"),
        status: 500,
        times: 100,
      });
      const fine = [
        (await lab.person("boken-503")).currentUser.id,
        (await lab.person("boken-429")).currentUser.id,
      ];
      const ended = {};
      for (const status of [401, 404, 400]) {
        await lab.control({ do: "answer", method: "GET", path: path(`boken-${status}`), status });
        const session = await lab.session(`boken-${status}`);
        const call = lab.failure(() => session.currentUser.get());
        ended[status] = lab.plain(
          await new Promise((resolve) => session.onError(resolve)),
          "rejected",
        );
        await call;
      }
      const session = await lab.session("boken-500");
      session.currentUser.get().catch(() => {});
      ended[500] = lab.plain(
        await lab.settled(new Promise((resolve) => session.onError(resolve)), "five tries"),
        "rejected",
      );
      return { fine, ended };
    });
    assert.deepEqual(seen.fine, ["boken-503", "boken-429"]);
    assertTalkError(seen.ended[401], { code: "auth-failed", says: /signature/ }, "401");
    assertTalkError(seen.ended[404], { code: "app-not-found", says: /app ID/ }, "404");
    assertTalkError(seen.ended[400], { code: "auth-failed" }, "400");
    assertTalkError(seen.ended[500], { code: "server-error" }, "500 again and again");
  },
  { expected: [/503/, /429/, /401/, /404/, /400/, /500/] },
);

scene(
  "an app with a secret: the signature lets in, and its lack keeps out",
  async ({ run }) => {
    const userId = "signed é";
    const signature = createHmac("sha256", SECRET).update(userId).digest("hex");
    const seen = await run(
      async ([user, right]) => {
        const signed = await lab.session(user, { appId: "secure", signature: right });
        await signed.currentUser.createIfNotExists({ name: "Signed" });
        const told = async (userId, given) => {
          const session = await lab.session(userId, { appId: "secure", ...given });
          session.currentUser.get().catch(() => {});
          return lab.plain(await new Promise((resolve) => session.onError(resolve)), "rejected");
        };
        return {
          name: (await signed.currentUser.get()).name,
          none: await told("unsigned", {}),
          wrong: await told("wrongly signed", { signature: right }),
          right,
        };
      },
      [userId, signature],
    );
    assert.equal(seen.name, "Signed");
    for (const kind of ["none", "wrong"]) {
      assertTalkError(seen[kind], { code: "auth-failed", says: /signature/ }, kind);
      assert.ok(!seen[kind].message.includes(seen.right), "the signature is not in the message");
    }
  },
  { expected: [/401/] },
);

scene(
  "a session stays open for what is live, closes when idle, and comes back for the next call",
  async ({ run }) => {
    const seen = await run(async () => {
      const sockets = lab.watchSockets();
      const session = await lab.person("idle");
      const { socket } = sockets[0];
      const closed = new Promise((resolve) =>
        socket.addEventListener("close", ({ code }) => resolve(code)),
      );
      const code = await lab.settled(closed, "the idle socket closes");
      const name = (await session.currentUser.get()).name;
      return { code, name, sockets: sockets.length };
    });
    assert.equal(seen.code, 1000);
    assert.equal(seen.name, "idle");
    assert.equal(seen.sockets, 2);
  },
);
