// The same scenario through the original and through ours, in one page. Whatever differs in the
// frames, in what the application sees or in the errors fails, unless the scenario lists it with a
// reason; a listed difference that does not occur fails too. At the end every method and every
// event must have occurred somewhere.
//
// `ALONE=original` (or `ours`) in the environment runs one client and prints what it did, for who
// writes a scenario; `--test-name-pattern` picks scenarios.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { at } from "../../scripts/lib/paths.mjs";
import { differences, judge } from "./compare.mjs";
import { EVENTS, handlesOf, methodsOf } from "./handles.mjs";
import { canonical, takeApart } from "./normalise.mjs";
import { openStage } from "./stage.mjs";

const { ALONE } = process.env;

let stage;
before(async () => {
  stage = await openStage(ALONE ? [ALONE] : undefined);
});
after(() => stage?.close());

/** What ours called and received, over all scenarios. */
const [called, received] = [new Set(), new Set()];
let [all, done] = [0, 0];

for (const file of readdirSync(at("tests/differential/scenarios")).sort()) {
  const { default: scenarios } = await import(`./scenarios/${file}`);
  describe(file.replace(/\.js$/, ""), () => {
    for (const scenario of scenarios) {
      all += 1;
      test(scenario.name, async () => {
        const { troubles, ...runs } = await stage.run(file, scenario.name);
        remember(runs.ours ?? runs.original);
        if (ALONE) return print(runs[ALONE], troubles);
        const { original, ours } = runs;
        const found = differences(takeApart(original), takeApart(ours), scenario);
        found.push(...ours.unsettled.map((label) => `"${label}": ours never settles`));
        // What the original throws on its own is its own business.
        found.push(...troubles.filter((text) => text.includes("/pkg/")));
        const wrong = judge(found, scenario.differences);
        assert.ok(wrong.length === 0, `\n${wrong.join("\n")}\n`);
      });
    }
  });
}

test("every method and every event occurs in a scenario", (context) => {
  if (done < all) return context.skip("not all scenarios were run");
  const missing = (names, occurred) => names.filter((name) => !occurred.has(name));
  assert.deepEqual(missing(methodsOf(handlesOf()), called), []);
  assert.deepEqual(missing(EVENTS, received), []);
});

function remember(run) {
  done += 1;
  run.called.forEach((name) => called.add(name));
  for (const { kind, frame } of run.log) {
    if (kind !== "in" || frame[1] !== "PUBLISH") continue;
    frame.slice(2).forEach((event) => received.add(event?.type));
  }
}

/** What one client did, label by label and session by session. */
function print(run, troubles) {
  const { seen, sessions } = takeApart(run);
  for (const [label, entries] of Object.entries(seen)) {
    console.log(`    ${label}`);
    for (const entry of entries) console.log(`      ${canonical(entry)}`);
  }
  for (const [name, { mutations, reads }] of Object.entries(sessions)) {
    for (const line of [...mutations, ...reads]) console.log(`    ${name}: ${line}`);
  }
  for (const text of [...troubles, ...run.unsettled]) console.log(`    unsettled or thrown: ${text}`);
}
