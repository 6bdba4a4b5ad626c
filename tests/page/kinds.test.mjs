// All kinds of subscriptions behave alike: subscribed twice in one tick, as React's StrictMode does
// it; ended, refused, and with their session; and listeners that throw.

import assert from "node:assert/strict";
import { assertEach, assertTalkError, useStage } from "./stage.mjs";

const { scene } = useStage();

/** How many kinds there are. */
const KINDS = 10;

/** Subscribes, unsubscribes and subscribes each kind in a session of its own; runs in the page. */
async function twice([warm, kinds]) {
  const topic = warm ? "warm" : "cold";
  const { ours } = await lab.pair(topic);
  const { id } = await ours.send("hello");
  await ours.message(id).reactions("👍").add();
  const results = {};
  const sockets = lab.watchSockets();
  for (let at = 0; at < kinds; at++) {
    sockets.length = 0;
    const session = await lab.session(`alice ${topic}`, { forceCreateNew: true });
    if (warm) await session.currentUser.set({});
    const [name, subscribe, path] = lab.kinds(session, topic, id)[at];
    const calls = { first: 0, second: 0, third: 0 };
    const first = subscribe(() => calls.first++);
    first.unsubscribe();
    const second = subscribe(() => calls.second++);
    const told = {};
    const { latestSnapshot } = await lab.settled(second.connected, `${name} connects`);
    // Ended, and subscribed again later, but soon: effects that run anew.
    second.unsubscribe();
    await session.currentUser.set({});
    const third = subscribe(() => calls.third++);
    const [before, now] = [latestSnapshot, third.state.latestSnapshot];
    told.again = Array.isArray(now) ? now[0] && now[0] === before[0] : now && now === before;
    await lab.settled(third.connected, `${name} connects again`);
    // The service has seen everything that was sent before this.
    await session.currentUser.set({});
    const sent = sockets.flatMap((socket) => socket.sent).filter((frame) => frame[1] !== "ACK");
    told.wire = sent.filter((frame) => frame[2] === path).map(([, method]) => method);
    told.ended = sent.filter((frame) => frame[1] === "UNSUBSCRIBE").length;
    // Only now does anybody look at it: the page has had the time to report that nobody did.
    told.early = await lab.failure(() => first.connected);
    told.states = [first, second, third].map(({ state }) => state.type);
    results[name] = { ...told, calls };
    third.unsubscribe();
  }
  return results;
}

for (const [when, warm] of [
  ["before the session is connected", false],
  ["in a session that is connected", true],
]) {
  scene(`subscribed, unsubscribed and subscribed in one tick, ${when}`, async ({ run }) => {
    const seen = await run(twice, [warm, KINDS]);
    assert.equal(Object.keys(seen).length, KINDS);
    for (const [name, told] of Object.entries(seen)) {
      assertTalkError(told.early, { code: "unsubscribed" }, name);
      assert.deepEqual(told.wire, ["SUBSCRIBE", "GET"], `${name}: asked once`);
      assert.equal(told.ended, 0, `${name}: nothing is unsubscribed meanwhile`);
      assert.deepEqual(told.states, ["unsubscribed", "unsubscribed", "active"], name);
      assert.deepEqual(told.calls, { first: 0, second: 1, third: 1 }, name);
      assert.ok(told.again, `${name}: there at once, the same objects`);
    }
  });
}

scene("what each kind goes through: pending, active, ended, ended again", async ({ run }) => {
  const seen = await run(async (kinds) => {
    const { ours } = await lab.pair("states");
    const { id } = await ours.send("hello");
    const results = {};
    for (let at = 0; at < kinds; at++) {
      // A session that knows nothing yet.
      const session = await lab.session("alice states", { forceCreateNew: true });
      const [name, subscribe] = lab.kinds(session, "states", id)[at];
      const one = subscribe();
      const told = { types: [one.state.type] };
      const connected = await lab.settled(one.connected, name);
      told.types.push(one.state.type);
      told.same = connected === one.state && Object.isFrozen(one.state);
      told.snapshot = "latestSnapshot" in connected;
      one.unsubscribe();
      told.types.push(one.state.type);
      one.unsubscribe();
      const final = await one.terminated;
      told.types.push(final.type);
      told.same &&= final === one.state && (await one.connected) === connected;
      // A window that has ended has nothing more to load, and says so by doing nothing.
      told.load = one.loadMore && (await lab.failure(() => one.loadMore())).how;
      results[name] = told;
    }
    return results;
  }, KINDS);
  assert.equal(Object.keys(seen).length, KINDS);
  for (const [name, told] of Object.entries(seen)) {
    assert.deepEqual(told.types, ["pending", "active", "unsubscribed", "unsubscribed"], name);
    assert.ok(told.same && told.snapshot, `${name}: the promises give the states themselves`);
    assert.ok(told.load === undefined || told.load === "none", name);
  }
});

for (const method of ["SUBSCRIBE", "GET"]) {
  scene(`a ${method} that is refused ends each kind with an error that says all`, async (page) => {
    const seen = await page.run(
      async ([method, topic, kinds]) => {
        const { ours } = await lab.pair(topic);
        const { id } = await ours.send("hello");
        const refusal = { status: 400, body: { errorCode: "NO", reasons: ["Not today."] } };
        const results = {};
        for (let at = 0; at < kinds; at++) {
          const session = await lab.session(`alice ${topic}`, { forceCreateNew: true });
          const [name, subscribe, path] = lab.kinds(session, topic, id)[at];
          await lab.control({ do: "answer", method, path, ...refusal });
          let calls = 0;
          const one = subscribe(() => calls++);
          const told = { error: await lab.failure(() => one.connected) };
          const final = await lab.settled(one.terminated, `${name} ends`);
          told.same = final === one.state && final.error instanceof Error;
          one.unsubscribe();
          one.unsubscribe();
          told.load = one.loadMore && (await lab.failure(() => one.loadMore()));
          told.types = [final.type, one.state.type, calls];
          // The next one is asked for anew.
          const next = subscribe();
          await lab.settled(next.connected, `${name}, again`);
          told.next = next.state.type;
          next.unsubscribe();
          results[name] = told;
        }
        return results;
      },
      [method, `refused ${method}`, KINDS],
    );
    assert.equal(Object.keys(seen).length, KINDS);
    for (const [name, told] of Object.entries(seen)) {
      for (const error of [told.error, ...(told.load ? [told.load] : [])]) {
        assertTalkError(error, { code: "rejected", status: 400, says: /NO, reasons: Not/ }, name);
        assert.match(error.operation, /^Subscribe to /, name);
        assert.ok(error.message.startsWith(error.operation), name);
        assert.deepEqual(error.reasons, ["Not today."], name);
      }
      assert.ok(told.same, name);
      assert.deepEqual(told.types, ["error", "error", 0], name);
      assert.equal(told.next, "active", name);
    }
  });
}

scene("a session that ends takes all its subscriptions and calls with it", async ({ run }) => {
  const seen = await run(async () => {
    const { alice, ours } = await lab.pair("over");
    const { id } = await ours.send("hello");
    const kinds = lab.kinds(alice, "over", id);
    const active = kinds.map(([name, subscribe]) => [name, subscribe()]);
    await Promise.all(active.map(([, one]) => one.connected));
    await lab.control({ do: "answer", method: "POST", path: "/session/renew", status: 402 });
    await lab.control({ do: "drop", user: "alice over" });
    await lab.settled(new Promise((resolve) => alice.onError(resolve)), "onError");
    let calls = 0;
    const late = kinds.map(([name, subscribe]) => [`late ${name}`, subscribe(() => calls++)]);
    const errors = [];
    const types = [];
    for (const [name, one] of [...active, ...late]) {
      const { type, error } = await lab.settled(one.terminated, name);
      one.unsubscribe();
      types.push(type, one.state.type);
      errors.push([name, lab.plain(error, "rejected")]);
      if (one.loadMore) errors.push([`${name}, more`, await lab.failure(() => one.loadMore())]);
    }
    for (const [name, one] of late) errors.push([name, await lab.failure(() => one.connected)]);
    const message = ours.message(id);
    const reactions = message.reactions("👍");
    const refused = [];
    for (const [name, call] of [
      ["markAsTyping", () => ours.markAsTyping()],
      ["add", () => reactions.add()],
      ["remove", () => reactions.remove()],
      ["translate", () => message.translate("nl")],
      ["searchMessages", () => alice.searchMessages().setQuery("x")],
      ["searchConversations", () => alice.searchConversations().setQuery("x")],
      ["getToken", () => alice._authProvider.getToken()],
    ]) {
      refused.push([name, await lab.failure(call)]);
    }
    const first = await lab.failure(() => reactions.getFirstReactions());
    return { errors, types, calls, refused, first };
  });
  assert.equal(seen.types.length, 4 * KINDS);
  assert.deepEqual([...new Set(seen.types)], ["error"]);
  assert.equal(seen.calls, 0);
  assertEach(seen.errors, { code: "payment-required", says: /402/ }, "the reason of the end");
  assertEach(seen.refused, { code: "session-ended", says: /the session has ended/ }, "calls");
  for (const [name, error] of seen.refused) {
    assert.ok(error.operation && error.message.startsWith(error.operation), name);
  }
  assertTalkError(seen.first, { code: "payment-required" }, "getFirstReactions");
});

scene(
  "listeners of each kind that throw: they and the others are told of everything",
  async ({ run, problems }) => {
    const seen = await run(async () => {
      const { alice, bob, ours, theirs } = await lab.pair("throws");
      const { id } = await ours.send("hello");
      await lab.person("carol throws");
      const seen = {};
      const all = lab.kinds(alice, "throws", id).map(([name, subscribe]) => {
        const counts = (seen[name] = { throwing: 0, other: 0 });
        subscribe(() => {
          counts.throwing++;
          throw new Error(`thrown for ${name}`);
        });
        return [name, subscribe(() => counts.other++)];
      });
      await Promise.all(all.map(([, { connected }]) => connected));
      const first = structuredClone(seen);
      await theirs.message(id).reactions("👍").add();
      await theirs.markAsTyping();
      await bob.currentUser.set({ locale: "nl" });
      await ours.participant("bob throws").edit({ access: "Read" });
      await ours.participant("carol throws").createIfNotExists();
      await ours.set({ photoUrl: "https://x.test/a.png" });
      await ours.send("another");
      // Bob closes his last window.
      const gone = { type: "user.online.changed", userId: "bob throws" };
      const events = [{ ...gone, diff: { isConnected: false } }];
      await lab.control({ do: "publish", user: "alice throws", events });
      const left = () => Object.keys(seen).filter((name) => seen[name].other < 2);
      await lab.until(() => !left().length, () => `a second call for ${left()}`);
      const states = all.map(([, { state }]) => state.type);
      return { first, seen, states };
    });
    assert.equal(seen.states.length, KINDS);
    assert.deepEqual([...new Set(seen.states)], ["active"]);
    for (const [name, { throwing, other }] of Object.entries(seen.seen)) {
      assert.deepEqual(seen.first[name], { throwing: 1, other: 1 }, name);
      assert.equal(throwing, other, `${name}: the one that throws misses nothing`);
      const reports = problems.filter((text) => text.endsWith(`thrown for ${name}`));
      assert.equal(reports.length, throwing, `${name}: each is reported`);
    }
  },
  { expected: [/thrown for/] },
);
