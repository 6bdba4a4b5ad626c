// WebSocket, fetch, timers and the clock are the globals of the moment in which they are used: so
// polyfills, request mocks and fake timers work, whenever they are put in place.

import assert from "node:assert/strict";
import { useStage } from "./stage.mjs";

const { scene } = useStage();

scene(
  "a mocked fetch and WebSocket are all a session needs, also put in place after the import",
  async ({ run, page }) => {
    const outside = [];
    page.on("request", (request) => outside.push(request.url()));
    page.on("websocket", (socket) => outside.push(socket.url()));
    const seen = await run(async () => {
      const { getTalkSession } = await lab.load();
      const seen = { fetched: [], frames: [] };
      globalThis.fetch = async (url) => {
        seen.fetched.push(String(url));
        return new Response(JSON.stringify(url.includes("/bokens/") ? { boken: "made up" } : {}));
      };
      globalThis.WebSocket = class {
        constructor(url) {
          seen.url = url;
          queueMicrotask(() => this.onopen?.({}));
        }

        send(text) {
          const [id, method, path, data] = JSON.parse(text);
          seen.frames.push(`${method} ${path}`);
          const user = (id) => ({
            id,
            name: `Mock of ${id}`,
            custom: {},
            locale: null,
            photoUrl: null,
            role: "default",
            welcomeMessage: null,
          });
          const body =
            path === "/session/renew"
              ? { expiresInSeconds: null }
              : path === "/users" && method === "GET"
                ? Object.fromEntries(data.ids.map((id) => [id, user(id)]))
                : method === "GET"
                  ? user("x")
                  : {};
          queueMicrotask(() => this.onmessage?.({ data: JSON.stringify([id, 200, body]) }));
        }

        close() {}
      };
      const session = getTalkSession({ appId: "mocked", userId: "x", host: "chat.example.com" });
      seen.names = (await Promise.all([session.user("a").get(), session.user("b").get()])).map(
        ({ name }) => name,
      );
      return seen;
    });
    assert.deepEqual(seen.names, ["Mock of a", "Mock of b"]);
    assert.match(seen.url, /^wss:\/\/chat\.example\.com\/public_api\/v1\/mocked\/realtime\/x\?/);
    assert.deepEqual(seen.fetched, [
      "https://chat.example.com/api/v0/mocked",
      "https://chat.example.com/api/v0/mocked/bokens/x?signature=",
    ]);
    assert.equal(seen.frames[0], "POST /session/renew");
    assert.ok(!outside.some((url) => url.includes("chat.example.com")), "nothing leaves the page");
  },
);

scene(
  "what replaces them under a running session is used from then on, and back again",
  async ({ run }) => {
    const seen = await run(async () => {
      const {
        setTimeout: realTimeout,
        clearTimeout: realClear,
        WebSocket: RealSocket,
        fetch: realFetch,
      } = globalThis;
      const realNow = Date.now;
      const session = await lab.person("swap");
      const used = { WebSocket: 0, fetch: 0, setTimeout: 0, clearTimeout: 0, now: 0 };
      globalThis.WebSocket = class extends RealSocket {
        constructor(url) {
          super(url);
          used.WebSocket++;
          used.time = new URL(url).searchParams.get("talkjs-time");
        }
      };
      globalThis.fetch = (...given) => (used.fetch++, realFetch(...given));
      globalThis.setTimeout = (...given) => (used.setTimeout++, realTimeout(...given));
      globalThis.clearTimeout = (...given) => (used.clearTimeout++, realClear(...given));
      Date.now = () => (used.now++, realNow() + 5_000_000);
      const ahead = realNow() + 5_000_000;
      await lab.control({ do: "drop", user: "swap" });
      await session.currentUser.get();
      await session.uploadFile(new Blob(["a"]), { filename: "a" });
      const during = { ...used };
      Object.assign(globalThis, {
        WebSocket: RealSocket,
        fetch: realFetch,
        setTimeout: realTimeout,
        clearTimeout: realClear,
      });
      Date.now = realNow;
      const before = JSON.stringify(used);
      await lab.control({ do: "drop", user: "swap" });
      await session.currentUser.set({ name: "Back" });
      return { during, ahead: Number(used.time) - ahead, unused: JSON.stringify(used) === before };
    });
    assert.equal(seen.during.WebSocket, 1, "the new connection");
    assert.equal(seen.during.fetch, 1, "the upload");
    assert.ok(seen.during.setTimeout > 0, "setTimeout");
    assert.ok(seen.during.clearTimeout > 0, "clearTimeout");
    assert.ok(seen.during.now > 0, "Date.now, for what is a date");
    assert.ok(Math.abs(seen.ahead) < 60_000, "the clock is the one of the moment");
    assert.ok(seen.unused, "afterwards the originals are used again");
  },
);

for (const when of ["before the import", "under a running session"]) {
  scene(
    `fake timers put in place ${when}: time passes only when the test says so`,
    async ({ run, page }) => {
      const install = async () => {
        await page.clock.install();
        await page.clock.pauseAt(Date.now() + 60_000);
      };
      if (when === "before the import") await install();
      await run(async () => {
        globalThis.sockets = lab.watchSockets();
        globalThis.session = await lab.session("faked");
      });
      if (when !== "before the import") {
        await run(() => session.currentUser.createIfNotExists({ name: "Faked" }));
        await install();
      }
      // Logging in needs a turn of the timers: the boken is asked for when the task is through.
      const called = run(() => session.currentUser.createIfNotExists({ name: "Faked" }));
      await page.clock.runFor(10);
      await called;
      const count = () => run(() => sockets.length);
      const isOpen = () => run(() => sockets.at(-1).socket.readyState === WebSocket.OPEN);
      const first = await count();
      assert.ok(await isOpen());
      // Idle for 3 s: closed. What was set before the fake ones came would fire in real time.
      await page.clock.runFor(2_500);
      assert.ok(await isOpen(), "open until 3 s are over");
      await page.clock.runFor(1_000);
      await run(() =>
        lab.until(() => sockets.at(-1).socket.readyState > 1, "the idle socket is closed"),
      );
      // A lost connection comes back after a wait, which does not pass by itself.
      const watched = run(() => session.currentUser.subscribe().connected);
      await page.clock.runFor(10);
      await watched;
      assert.equal(await count(), first + 1);
      await run(() => lab.control({ do: "drop", user: "faked" }));
      await run(() =>
        lab.until(() => sockets.at(-1).socket.readyState === 3, "the drop is noticed"),
      );
      const sent = run(() => session.currentUser.set({ name: "Later" }));
      assert.equal(await count(), first + 1, "no time has passed");
      await page.clock.runFor(1_500);
      await sent;
      assert.equal(await count(), first + 2, "0.1 to 1.5 s later");
    },
  );
}

scene("a dead connection is noticed by its silence, and replaced", async ({ run, page }) => {
  await page.clock.install();
  await run(async () => {
    globalThis.sockets = lab.watchSockets();
    globalThis.session = await lab.person("silent");
    await session.currentUser.subscribe().connected;
    await lab.control({ do: "mute", user: "silent" });
  });
  const sent = run(() => session.currentUser.set({ name: "Heard" }));
  for (let second = 0; second < 20 && (await run(() => sockets.length)) === 1; second++) {
    await page.clock.runFor(1_000);
  }
  await page.clock.runFor(2_000);
  await sent;
  const seen = await run(() => ({
    pings: sockets[0].sent.filter(([, , path]) => path === "/ping").length,
    sockets: sockets.length,
    state: sockets[0].socket.readyState,
  }));
  assert.ok(seen.pings >= 1, "asked for a sign of life");
  assert.equal(seen.sockets, 2);
  assert.ok(seen.state >= 2, "the dead one is closed");
});

for (const [event, target] of [
  ["online", "window"],
  ["visibilitychange", "document"],
]) {
  scene(`the event ${event} brings a lost connection back at once`, async ({ run, page }) => {
    await page.clock.install();
    await run(async () => {
      globalThis.sockets = lab.watchSockets();
      globalThis.session = await lab.person("away");
      await session.currentUser.subscribe().connected;
    });
    await page.clock.pauseAt(Date.now() + 60_000);
    const seen = await run(
      async ([event, target]) => {
        await lab.until(() => sockets.at(-1).socket.readyState === 1, "open");
        await lab.control({ do: "drop", user: "away" });
        await lab.until(() => sockets.at(-1).socket.readyState === 3, "lost");
        const before = sockets.length;
        globalThis[target].dispatchEvent(new Event(event));
        const after = sockets.length;
        await session.currentUser.set({ name: "Back" });
        return { before, after };
      },
      [event, target],
    );
    assert.equal(seen.after, seen.before + 1, "while no time passes");
  });
}

scene("no handler keeps the page out of the browser's back-forward cache", async ({ run }) => {
  const listeners = await run(async () => {
    const listeners = [];
    const real = globalThis.addEventListener;
    globalThis.addEventListener = (name, ...rest) => (
      listeners.push(name),
      real.call(globalThis, name, ...rest)
    );
    await lab.person("cached");
    return listeners;
  });
  assert.ok(listeners.includes("online"), "the spy works");
  assert.ok(!listeners.includes("unload") && !listeners.includes("beforeunload"));
});

scene("a WebSocket that cannot be made, or a fetch that fails, is tried again", async ({ run }) => {
  const seen = await run(async () => {
    const { WebSocket: Real, fetch: realFetch } = globalThis;
    const seen = { sockets: 0, fetches: 0 };
    globalThis.WebSocket = class {
      constructor(url) {
        if (++seen.sockets <= 2) throw new DOMException("blocked", "SecurityError");
        return new Real(url);
      }
    };
    globalThis.fetch = (url, init) => {
      if (!String(url).includes("/bokens/")) return realFetch(url, init);
      return ++seen.fetches <= 2
        ? Promise.reject(new TypeError("Failed to fetch"))
        : realFetch(url, init);
    };
    const session = await lab.person("stubborn");
    seen.name = (await session.currentUser.get()).name;
    return seen;
  });
  assert.equal(seen.name, "stubborn");
  assert.equal(seen.sockets, 3);
  assert.equal(seen.fetches, 3);
});
