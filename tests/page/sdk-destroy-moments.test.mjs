// `session.destroy` at every moment: while something is under way, inside listeners, after an
// error; and that nothing is left behind.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

/** In the page: notes timers and listeners; `left()` has what is still there. */
const spies = ({ run }) =>
  run(() => {
    const timers = new Set();
    const listeners = [];
    const { setTimeout: set, clearTimeout: clear, setInterval: every } = globalThis;
    globalThis.setTimeout = (callback, ...rest) => {
      const id = set(() => {
        timers.delete(id);
        callback();
      }, ...rest);
      timers.add(id);
      return id;
    };
    globalThis.clearTimeout = (id) => {
      timers.delete(id);
      clear(id);
    };
    globalThis.setInterval = (...given) => {
      timers.add("an interval");
      return every(...given);
    };
    for (const target of [globalThis, document]) {
      const { addEventListener: add, removeEventListener: remove } = target;
      target.addEventListener = (name, listener, ...rest) => {
        listeners.push([name, listener]);
        add.call(target, name, listener, ...rest);
      };
      target.removeEventListener = (name, listener, ...rest) => {
        const at = listeners.findIndex((one) => one[0] === name && one[1] === listener);
        if (at >= 0) listeners.splice(at, 1);
        remove.call(target, name, listener, ...rest);
      };
    }
    globalThis.left = () => [timers.size, listeners.map(([name]) => name)];
  });

scene("no timer and no listener is left, whenever it comes", async (page) => {
  await spies(page);
  const seen = await page.run(async () => {
    const seen = {};
    const open = async (id, options) => {
      const session = await lab.sdk(options);
      session.me = session.getUser({ id, name: id, role: "default" });
      return session;
    };
    // From then on there is an engine.
    const connecting = (_session, sockets) => lab.until(() => sockets.length > 0, "a socket");
    const moments = {
      "at once": async () => {},
      connecting,
      connected: (session) => session.me.synchronize(),
      subscribed: async (session) => {
        session.onMessage(() => {});
        await session.subscribeConversations().connected;
      },
      offline: async (session) => {
        await session.me.synchronize();
        await lab.offline(session.me.id);
        await lab.failure(() => lab.settled(session.me.set({ locale: "nl" }), "", 200));
      },
      "checking credentials": async (session, sockets) => {
        await connecting(session, sockets);
        session.hasValidCredentials().catch(() => {});
      },
      uploading: async (session, sockets) => {
        await connecting(session, sockets);
        session.uploadFile(new Blob(["x"]), { filename: "x" }).catch(() => {});
      },
    };
    for (const [name, moment] of Object.entries(moments)) {
      const before = JSON.stringify(left());
      const sockets = lab.watchSockets();
      const session = await open(`left ${name}`);
      await moment(session, sockets);
      const during = left();
      await lab.settled(session.destroy(), `destroyed: ${name}`);
      const count = sockets.length;
      const after = JSON.stringify(left());
      globalThis.dispatchEvent(new Event("online"));
      document.dispatchEvent(new Event("visibilitychange"));
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen[name] = {
        before, after, during, more: sockets.length - count,
        open: sockets.map(({ socket }) => socket.readyState).filter((state) => state !== 3),
      };
    }
    return seen;
  });
  for (const [name, { before, after, during, more, open }] of Object.entries(seen)) {
    // At once there is no engine yet.
    if (name !== "at once") {
      assert.ok(during[1].includes("online"), `${name}: the spies work`);
      assert.ok(during[1].includes("visibilitychange"), `${name}: the spies work`);
    }
    assert.equal(after, before, name);
    assert.deepEqual([more, open], [0, []], `${name}: sockets`);
  }
});

scene("no promise that nobody has seen is rejected, whenever it comes", async ({ run, logs }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("unseen");
    for (let at = 0; at < 40; at++) await ours.send(`old ${at}`);
    const { id } = await ours.send("hello");
    const rejections = [];
    globalThis.addEventListener("unhandledrejection", ({ reason }) => rejections.push(`${reason}`));
    // Frames that go out or come in, of all sockets.
    let count = 0;
    let reached = () => {};
    const Real = globalThis.WebSocket;
    globalThis.WebSocket = class extends Real {
      constructor(...given) {
        super(...given);
        this.addEventListener("message", () => reached(++count));
      }
      send(text) {
        super.send(text);
        const own = ++count;
        queueMicrotask(() => reached(own));
      }
    };
    const nothing = () => {};
    const open = async () => {
      const session = await lab.sdk({
        onMessage: nothing, onUnreadsChange: nothing, onError: nothing,
        pushTokenProvider: async () => ({ provider: "fcm", pushRegistrationId: "x" }),
        enablePushNotifications: true,
      });
      session.me = session.getUser({ id: "bob unseen", name: "Bob", role: "default" });
      const other = session.getUser({ id: "carol unseen", name: "Carol", role: "default" });
      const described = session.getConversation({
        id: "described unseen", subject: "S", participants: [session.me, other],
      });
      for (const [, subscribe] of lab.kinds(session, "unseen", id)) subscribe();
      described.subscribe();
      described.subscribeMessages();
      other.subscribeOnline();
      return session;
    };
    let most = 0;
    for (let wanted = 0; wanted <= most + 1; wanted++) {
      count = 0;
      const isReached = new Promise((resolve) => {
        reached = (now) => now === wanted && resolve();
      });
      const session = await open();
      if (wanted > 0) {
        // As many as there are without an end, the first time.
        const quiet = new Promise((resolve) => setTimeout(resolve, wanted === 1 ? 1_000 : 300));
        if (wanted === 1) await quiet.then(() => (most = count));
        else await Promise.race([isReached, quiet]);
      }
      await lab.settled(session.destroy(), `destroyed after ${wanted} frames`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { rejections, most };
  });
  assert.deepEqual(seen.rejections, []);
  assert.ok(seen.most > 20, `${seen.most} moments`);
  assert.deepEqual(logs.filter((line) => /destroyed/.test(line)), [], "nothing to warn of");
});

scene("inside listeners of all kinds: all is over when it returns", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("inside");
    await ours.send("hello");
    const seen = {};
    const ways = {
      user: (session, end) => session.me.subscribe(end),
      messages: (session, end) => session.conversation("chat inside").subscribeMessages(end),
      list: (session, end) => session.subscribeConversations(end),
      unreads: (session, end) => session.onUnreadsChange(end),
      search: (session, end) => session.searchMessages(end).setQuery("hello").catch(() => {}),
    };
    for (const [name, way] of Object.entries(ways)) {
      const session = await lab.acting("bob inside");
      let ending;
      let calls = 0;
      const other = session.conversation("chat inside").subscribe();
      session.onUnreadsChange(() => {});
      way(session, () => {
        calls += 1;
        ending ??= session.destroy();
      });
      await lab.until(() => !!ending, `${name}: destroyed by its listener`);
      await lab.settled(ending, name);
      const { code } = await lab.failure(() => session.me.get());
      seen[name] = [calls, (await other.terminated).type, code];
      await lab.failure(() => other.connected);
    }
    return seen;
  });
  for (const [name, one] of Object.entries(seen)) {
    // The listener of a search that runs is told once more: that it does not run any longer.
    assert.deepEqual(one, [name === "search" ? 2 : 1, "error", "session-ended"], name);
  }
});

scene("while a token is asked for, and while a provider thinks", async ({ run, logs }) => {
  const seen = await run(async () => {
    const told = [];
    const onError = ({ code }) => told.push(code);
    let give;
    const fetched = await lab.sdk({
      tokenFetcher: () => new Promise((resolve) => (give = resolve)), onError,
    });
    fetched.me = fetched.getUser({ id: "fetched", name: "F", role: "default" });
    await lab.until(() => give, "the token is asked for");
    const call = lab.failure(() => fetched.me.get());
    await lab.settled(fetched.destroy(), "destroyed");
    give("a.b.c");
    let provide;
    const pushed = await lab.acting("pushed", {
      pushTokenProvider: () => new Promise((resolve) => (provide = resolve)),
      enablePushNotifications: true,
      onError,
    });
    const registered = lab.failure(() => pushed.setPushRegistration());
    await lab.settled(pushed.destroy(), "destroyed");
    provide({ provider: "fcm", pushRegistrationId: "late" });
    const results = [["a call", await call], ["a registration", await registered]];
    const { pushTokens } = await lab.control({ do: "user", user: "pushed" });
    return { results, told, pushTokens };
  });
  assertEach(seen.results, { code: "session-ended", says: /destroyed/ }, "pending");
  assert.deepEqual([seen.told, seen.pushTokens], [[], []]);
  const warnings = logs.filter((line) => /registration|destroyed/.test(line));
  assert.deepEqual(warnings, [], "nothing to warn of");
});

scene(
  "after an error: it is fine, and nobody is told a second time",
  async ({ run }) => {
    const seen = await run(async () => {
      const told = [];
      const session = await lab.sdk({ appId: "nowhere", onError: ({ code }) => told.push(code) });
      session.me = session.getUser({ id: "u", name: "U", role: "default" });
      await lab.until(() => told.length, "it ends");
      await lab.settled(session.destroy(), "destroyed");
      const call = await lab.failure(() => session.me.get());
      await new Promise((resolve) => setTimeout(resolve));
      return { told, call };
    });
    assert.deepEqual(seen.told, ["app-not-found"]);
    assertTalkError(seen.call, { code: "session-ended" }, "afterwards");
  },
  { expected: [/404/] },
);

scene("made and destroyed twice in one tick, as React's StrictMode does", async ({ run }) => {
  const seen = await run(async () => {
    const { ours } = await lab.pair("strict");
    const sockets = lab.watchSockets();
    const heard = [];
    const start = async (name) => {
      const session = await lab.sdk({ onMessage: ({ body }) => heard.push(`${name}: ${body}`) });
      session.me = session.getUser({ id: "bob strict", name: "Bob", role: "default" });
      session.onUnreadsChange((unreads) => heard.push(`${name}: ${unreads.length} unread`));
      const list = session.conversation("chat strict").subscribeMessages();
      return { session, list };
    };
    const first = await start("first");
    const gone = first.session.destroy();
    const second = await start("second");
    await gone;
    await lab.settled(second.list.connected, "the second one connects");
    await lab.until(() => heard.length, "told what is unread");
    await lab.quiet(sockets);
    await ours.send("hello");
    await lab.until(() => heard.includes("second: hello"), "the message");
    await lab.until(() => heard.includes("second: 1 unread"), "the unread one");
    const end = (await lab.settled(first.list.terminated, "the first one's subscription")).type;
    await second.session.destroy();
    return { heard: heard.sort(), end, open: sockets.filter((one) => one.socket.readyState !== 3) };
  });
  assert.deepEqual(seen, {
    heard: ["second: 0 unread", "second: 1 unread", "second: hello"], end: "error", open: [],
  });
});

scene("when the module traps, a Session ends as others do; a new one works", async ({ run }) => {
  const seen = await run(async () => {
    const trap = lab.layTraps();
    const told = [];
    const open = async (id) => lab.acting(id, { onError: ({ code }) => told.push([id, code]) });
    // The last one has the instance that traps.
    const [other, one] = [await open("other"), await open("one")];
    const list = one.subscribeConversations();
    await list.connected;
    trap.on = true;
    const call = await lab.failure(() => one.conversation("c").get());
    trap.on = false;
    await lab.until(() => told.length === 1, "it is told");
    const later = await lab.failure(() => one.me.get());
    await lab.settled(one.destroy(), "destroyed afterwards");
    const again = await open("one");
    // A trap in the very call that ends it.
    trap.on = true;
    await lab.settled(again.destroy(), "destroyed by a trap");
    trap.on = false;
    const last = await open("one");
    return {
      told, call: call.code, later: later.code, list: (await list.terminated).type,
      other: (await other.me.get()).name, name: (await last.me.get()).name,
    };
  });
  assert.deepEqual(seen.told, [["one", "internal"]]);
  assert.deepEqual([seen.call, seen.later, seen.other], ["internal", "session-ended", "other"]);
  assert.deepEqual([seen.list, seen.name], ["error", "one"]);
});
