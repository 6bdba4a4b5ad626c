// The same scenario through the original and through ours, in one page. Whatever differs in the
// frames, in what the application sees or in the errors fails, unless the scenario lists it with a
// reason; a listed difference that does not occur fails too.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { at } from "../../scripts/lib/paths.mjs";
import { differences, judge } from "./compare.mjs";
import { takeApart } from "./normalise.mjs";
import { openStage } from "./stage.mjs";

let stage;
before(async () => {
  stage = await openStage();
});
after(() => stage?.close());

for (const file of readdirSync(at("tests/differential/scenarios")).sort()) {
  const { default: scenarios } = await import(`./scenarios/${file}`);
  describe(file.replace(/\.js$/, ""), () => {
    for (const scenario of scenarios) {
      test(scenario.name, async () => {
        const { original, ours, troubles } = await stage.run(file, scenario.name);
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
