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
  ["messages", 30, ["created", "held", "edited"]],
  // More than a page.
  ["messages", 130, ["created", "held", "edited"]],
  ["conversations", 40, ["created"]],
]) {
  test(`all clients make the same of events on ${count} ${list}`, async () => {
    // Opening it compares what they show, item by item, and that the rest is shared and frozen.
    const page = await stage.page({ list, count, names: CLIENTS });
    for (const kind of kinds) {
      for (const name of CLIENTS) {
        const took = await page.evaluate((turn) => globalThis.turn(...turn), [name, kind, 5]);
        // Not that it is positive: for so few events the loop's own cost, which is taken off, may
        // have been more than theirs.
        assert.ok(Number.isFinite(took), `${name} has taken ${took} ms for an event`);
      }
    }
    await page.close();
  });
}

test("a client that does not do all the work is found out", async () => {
  const opened = stage.page({ list: "messages", count: 30, names: ["faulty"] });
  await assert.rejects(opened, /faulty: 30 instead of 31/);
});
