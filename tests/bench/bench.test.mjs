// The benchmark compares clients that do the same work. `BENCH_PKG` in the environment names
// another folder with a built package than pkg/.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openStage } from "./stage.mjs";

const CLIENTS = ["floor", "quickFloor", "ours", "original"];

let stage;

before(async () => {
  stage = await openStage({ pkg: process.env.BENCH_PKG });
});

after(() => stage.close());

for (const [list, count, kinds] of [
  ["messages", 30, ["created", "held", "edited", "deleted", "reacted"]],
  // More than a page.
  ["messages", 130, ["created", "held", "edited", "deleted", "reacted"]],
  ["sender", 30, ["renamed"]],
  ["conversations", 40, ["created"]],
  ["participants", 50, ["edited", "joined"]],
  ["filtered", 60, ["moved"]],
  ["live", 10, ["created", "typing", "online"]],
]) {
  test(`all clients make the same of events on ${count} ${list}`, async () => {
    // Opening it compares what they show, item by item, and that the rest is shared and frozen.
    const page = await stage.page({ list, count, names: CLIENTS });
    for (const kind of kinds) {
      for (const name of CLIENTS) {
        const took = await page.evaluate((turn) => globalThis.turn(...turn), [name, kind, 6]);
        // Not that it is positive: for so few events the loop's own cost, which is taken off, may
        // have been more than theirs.
        assert.ok(Number.isFinite(took), `${name} has taken ${took} ms for an event`);
      }
    }
    await page.close();
  });
}

for (const [list, count, words] of [
  ["messages", 30, /faulty: 30 instead of 31/],
  ["sender", 30, /faulty: 29 instead of 30/],
  ["conversations", 40, /faulty: 39 instead of 40/],
  ["participants", 50, /faulty: 49 instead of 50/],
  ["filtered", 60, /faulty: 59 instead of 60/],
  ["live", 3, /faulty: 30 instead of 31/],
]) {
  test(`a client that loses one of ${count} ${list} is found out`, async () => {
    await assert.rejects(stage.page({ list, count, names: ["faulty"] }), words);
  });
}

// All messages of a sender are new objects when that is renamed, so there is nothing to share.
for (const list of ["messages", "conversations", "participants", "filtered", "live"]) {
  test(`a client that makes all of ${list} new is found out`, async () => {
    const opened = stage.page({ list, count: 30, names: ["wasteful"] });
    await assert.rejects(opened, /wasteful: \d+ items of \d+ are new objects after one event/);
  });
}

for (const [list, count] of [["messages", 30], ["live", 3]]) {
  test(`a client that shows something else of ${list} is found out`, async () => {
    const opened = stage.page({ list, count, names: ["floor", "differing"] });
    await assert.rejects(opened, /item \d+ differs: floor has .*, differing has /);
  });
}
