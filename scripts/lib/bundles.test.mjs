import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bundleOf, compareWithBudget } from "./bundles.mjs";
import { at } from "./paths.mjs";
import { sizes } from "./sizes.mjs";

let folder;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "talk-session-bundles-"));
  const home = join(folder, "node_modules", "lib");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{"name":"lib","main":"x.js","sideEffects":false}');
  writeFileSync(join(home, "x.js"), `
    export class Small { is = "small words"; }
    export class Large extends Small { is = "large words"; }
    export const other = () => "other words";`);
});

after(() => rmSync(folder, { recursive: true, force: true }));

const text = async (names) => Buffer.from(await bundleOf("lib", names, folder)).toString();

test("all of a package is all of it", async () => {
  const all = await text();
  for (const words of ["small", "large", "other"]) assert.ok(all.includes(`${words} words`), words);
});

test("what only other names need is not in a bundle", async () => {
  const some = await text(["Small", "other"]);
  assert.ok(some.includes("small words") && some.includes("other words"), some);
  assert.ok(!some.includes("large words"), some);
});

test("a name that is not exported is an error", async () => {
  await assert.rejects(text(["Small", "Missing"]), /Missing/);
});

test("each number of the budget is compared, of what its row names", async () => {
  const asked = [];
  const measure = async (...given) => {
    asked.push(given);
    return { raw: 300, gzip: 200, brotli: 100 };
  };
  const budget = {
    some: { file: "a.js", names: ["b"], most: { brotli: 100, gzip: 199 } },
    all: { file: "a.js", most: { raw: 301 } },
  };
  assert.deepEqual(await compareWithBudget(budget, measure), [
    { row: "some", measure: "brotli", actual: 100, most: 100, fits: true },
    { row: "some", measure: "gzip", actual: 200, most: 199, fits: false },
    { row: "all", measure: "raw", actual: 300, most: 301, fits: true },
  ]);
  assert.deepEqual(asked, [["a.js", ["b"]], ["a.js", undefined]]);
});

test("a measure that there is not is an error, not a success", async () => {
  const budget = { some: { file: "a.js", most: { brotil: 1 } } };
  const measure = async () => sizes("text");
  await assert.rejects(compareWithBudget(budget, measure), /some: "brotil"/);
});

test("the budget of the Data API is what the original takes", async () => {
  const budget = JSON.parse(readFileSync(at("scripts", "budget.json"), "utf8"));
  const original = sizes(await bundleOf("@talkjs/core"));
  for (const [measure, most] of Object.entries(budget["the Data API"].most)) {
    // Versions of Node.js compress a little differently.
    const ratio = most / original[measure];
    assert.ok(ratio > 0.99 && ratio < 1.01, `${measure}: ${most}, and ${original[measure]}`);
  }
});
