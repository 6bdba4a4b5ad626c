// When the module traps, which would be a bug in it: the session ends and says so, nothing of it
// stays pending, other sessions go on, and the next one works. The tests make the module's
// functions throw what a trap throws.

import assert from "node:assert/strict";
import { assertTalkError, useStage } from "./stage.mjs";

const { prepared } = useStage();

const trapScene = prepared(({ run }) =>
  run(() => {
    globalThis.trap = lab.layTraps();
  }),
);

trapScene(
  "a trap ends the session, settles all that is pending, and the next one works; others go on",
  async ({ run }) => {
    const seen = await run(async () => {
      // The doors are those of the last instance: alice's.
      const { alice, bob, ours, theirs } = await lab.pair("trapped");
      await theirs.send("before");
      const sockets = lab.watchSockets();
      const told = { bob: [], alice: [] };
      for (const [name, session] of Object.entries({ bob, alice })) {
        session.onError((error) => told[name].push(lab.plain(error, "rejected")));
      }
      const list = ours.subscribeMessages();
      await list.connected;
      const others = theirs.subscribeMessages();
      await others.connected;
      await lab.control({ do: "delay", ms: 60_000 });
      const pendingSubscription = alice.subscribeConversations();
      const pending = [
        lab.failure(() => alice.currentUser.get()),
        lab.failure(() => list.loadMore()),
        lab.failure(() => ours.send("never")),
        lab.failure(() => alice.uploadFile(new Blob(["x"]), { filename: "x" })),
        lab.failure(() => pendingSubscription.connected),
      ];
      trap.on = true;
      const cause = await lab.failure(() => ours.send("the trap"));
      trap.on = false;
      await lab.control({ do: "delay", ms: 0 });
      const all = { cause, pending: await Promise.all(pending) };
      all.list = (await list.terminated).type;
      all.pendingSubscription = (await pendingSubscription.terminated).type;
      await lab.until(() => told.alice.length === 1, "alice's is told");
      all.told = told.alice;
      all.later = await lab.failure(() => alice.currentUser.get());
      all.late = await new Promise((resolve) => alice.onError(({ code }) => resolve(code)));
      alice.setToken("ignored");
      list.unsubscribe();
      all.state = list.state.type;
      const [again, fresh] = await Promise.all(
        ["bob trapped", "alice trapped"].map((id) => lab.person(id)),
      );
      all.kept = again === bob;
      all.replaced = fresh !== alice;
      await fresh.conversation("chat trapped").send("after");
      await lab.until(
        () => others.state.latestSnapshot[0].plaintext === "after", "the other session goes on",
      );
      all.othersTold = told.bob;
      all.open = sockets.filter(({ socket }) => socket.readyState < 2).length;
      all.instances = trap.instances;
      return all;
    });
    assert.equal(seen.told.length, 1, "it is told once");
    assertTalkError(seen.told[0], { code: "internal", says: /bug/ }, "onError");
    assertTalkError(seen.cause, { code: "internal" }, "the call that trapped");
    for (const [at, error] of seen.pending.entries()) {
      assertTalkError(error, { code: "internal" }, `pending call ${at}`);
    }
    assert.equal(seen.list, "error");
    assert.equal(seen.pendingSubscription, "error");
    assert.equal(seen.state, "error", "unsubscribe afterwards is a no-op");
    assertTalkError(seen.later, { code: "session-ended", says: /bug/ }, "a later call");
    assert.equal(seen.late, "internal");
    assert.ok(seen.kept && seen.replaced, "the one that trapped is replaced, the other is not");
    assert.deepEqual(seen.othersTold, []);
    assert.equal(seen.instances, 3, "each session has an instance of its own");
  },
);

trapScene("the error has what was thrown as its cause", async ({ run }) => {
  const cause = await run(async () => {
    const session = await lab.person("cause");
    const told = new Promise((resolve) => session.onError(resolve));
    trap.on = true;
    session.currentUser.get().catch(() => {});
    trap.on = false;
    const { cause } = await told;
    return [cause instanceof WebAssembly.RuntimeError, cause?.message];
  });
  assert.deepEqual(cause, [true, "unreachable"]);
});

trapScene("a trap on a message from the service", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, theirs, ours } = await lab.pair("incoming");
    const list = ours.subscribeMessages();
    await list.connected;
    const told = new Promise((resolve) => alice.onError(({ code }) => resolve(code)));
    trap.on = true;
    await lab.control({ do: "publish", user: "alice incoming", events: [{ type: "made.up" }] });
    const code = await lab.settled(told, "onError");
    trap.on = false;
    const { type } = await list.terminated;
    const rejected = await lab.failure(() => ours.send("x"));
    const other = await lab.failure(() => theirs.send("x"));
    const again = await lab.person("alice incoming");
    return {
      code, type, rejected: rejected.how, other: other.how,
      name: (await again.currentUser.get()).name,
    };
  });
  assert.deepEqual(seen, {
    code: "internal",
    type: "error",
    rejected: "rejected",
    other: "none",
    name: "alice incoming",
  });
});

trapScene("a trap in a timer", async ({ run, page }) => {
  await page.clock.install();
  await run(async () => {
    globalThis.session = await lab.person("timed");
    globalThis.told = new Promise((resolve) => session.onError(({ code }) => resolve(code)));
    trap.on = true;
  });
  await page.clock.runFor(4_000);
  const code = await run(async () => {
    const code = await lab.settled(told, "onError");
    trap.on = false;
    return code;
  });
  assert.equal(code, "internal");
});

trapScene(
  "a trap when an engine starts: its session ends, others go on, the next one works",
  async ({ run }) => {
    const seen = await run(async () => {
      const first = await lab.person("first");
      const told = [];
      first.onError(({ code }) => told.push(code));
      const { getTalkSession } = await lab.load();
      const open = () => getTalkSession({ appId: "demo", userId: "second", host: lab.host });
      trap.on = true;
      const failed = await lab.failure(() => open().currentUser.get());
      trap.on = false;
      const second = open();
      await second.currentUser.createIfNotExists({ name: "Second" });
      return {
        failed,
        told,
        first: (await first.currentUser.get()).name,
        name: (await second.currentUser.get()).name,
        instances: trap.instances,
      };
    });
    assertTalkError(seen.failed, { how: "rejected", code: "internal" }, "getTalkSession");
    assert.deepEqual([seen.told, seen.first], [[], "first"], "the other session goes on");
    assert.equal(seen.name, "Second");
    assert.equal(seen.instances, 3, "an instance for each that was tried");
  },
);

trapScene(
  "getTalkSession inside onError works, and so do listeners that trap in turn",
  async ({ run }) => {
    const seen = await run(async () => {
      const { alice, ours, theirs } = await lab.pair("nested");
      const { getTalkSession } = await lab.load();
      const fresh = new Promise((resolve) =>
        alice.onError(() => {
          trap.on = false;
          resolve(getTalkSession({ appId: "demo", userId: "alice nested", host: lab.host }));
        }),
      );
      const after = [];
      const list = ours.subscribeMessages((messages) => {
        if (messages[0]?.plaintext !== "trigger") return;
        // The trap happens inside a listener, while other listeners of the same event still wait.
        trap.on = true;
        ours.markAsRead().catch(({ code }) => after.push(code));
      });
      const other = ours.subscribeMessages();
      await Promise.all([list.connected, other.connected]);
      theirs.send("trigger").catch(() => {});
      const session = await lab.settled(fresh, "a new session from within onError");
      const ends = await Promise.all([list.terminated, other.terminated]);
      return {
        after,
        ends: ends.map(({ type }) => type),
        name: (await session.currentUser.get()).name,
        same: session === (await lab.session("alice nested")),
      };
    });
    assert.deepEqual(seen, {
      after: ["internal"],
      ends: ["error", "error"],
      name: "alice nested",
      same: true,
    });
  },
);

trapScene(
  "an application that never looks gets no unhandled rejection from a trap",
  async ({ run }) => {
    await run(async () => {
      const session = await lab.person("blind");
      session.subscribeConversations();
      session.currentUser.subscribe();
      const list = session.conversation("c").subscribeMessages();
      trap.on = true;
      window.dispatchEvent(new Event("online"));
      trap.on = false;
      await lab.settled(list.terminated, "it ends");
      await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => setTimeout(resolve));
    });
  },
);
