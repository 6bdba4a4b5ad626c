// Filters of conversations: what the original sends for them, ours sends too, byte for byte. Where
// it is wrong, ours means what was written, or refuses what means nothing.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { at } from "../../scripts/lib/paths.mjs";
import { load } from "../front/load.mjs";
import {
  brokenFilters, differentFilters, rightFilters, wrongFilters,
} from "./filters/filters.mjs";
import { fits, sidesNear } from "./filters/meaning.mjs";

const SHOWN = 10;
/** How many conversations each filter is tried on. */
const SIDES = 12;

const right = rightFilters();
const different = differentFilters();
const wrong = wrongFilters();
const broken = brokenFilters();
let canonicalFilter;
let theirs;
before(async () => {
  ({ canonicalFilter } = await load("filters"));
  const program = at("tests/differential/filters/original.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [program], { maxBuffer: 2 ** 28 });
  theirs = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(theirs.length, right.length + different.length + wrong.length);
});

test("the same text for every filter", () => {
  const differ = right.flatMap((filter, i) => {
    const own = canonicalFilter(filter);
    return own === theirs[i].sent ? [] : [
      `${JSON.stringify(filter)}\n  original ${JSON.stringify(theirs[i])}\n  ours     ${own}`,
    ];
  });
  const shown = differ.slice(0, SHOWN).join("\n");
  assert.equal(differ.length, 0, `${differ.length} of ${right.length} differ:\n${shown}`);
});

test("the filters are of all kinds", () => {
  const texts = theirs.slice(0, right.length).map(({ sent }) => sent);
  assert.ok(new Set(texts).size > 1500, `${new Set(texts).size} different ones`);
  const count = (pattern) => texts.filter((text) => pattern.test(text)).length;
  for (const kind of [
    /^\{\}$/, /^\["any",\[\]\]$/, /^\["any",\[(\{.*\},){2}/, /"access":\["==","Read"\]/,
    /"subject":\["==",null\]/, /"!=",/, /"oneOf",\[.*null/, /"!oneOf"/, /"exists"/, /"!exists"/,
    /"isUnread":true/, /"hasMessages":false/, /"\w+At":\[">",/, /"\w+At":\["<",/, /"between",/,
    /"!between",/, /e\+\d/, /\.5/, /-\d/,
  ]) {
    assert.ok(count(kind) >= 20, `${kind}: ${count(kind)}`);
  }
});

test("the text means what the filter means", () => {
  const counts = [0, 0];
  for (const [i, filter] of [...right, ...broken].entries()) {
    const canonical = JSON.parse(canonicalFilter(filter));
    for (const side of sidesNear(filter, SIDES, i)) {
      const wanted = fits(filter, side);
      assert.equal(fits(canonical, side), wanted, JSON.stringify([filter, canonical, side]));
      counts[Number(wanted)] += 1;
    }
  }
  assert.ok(Math.min(...counts) > 5000, `fitting and not: ${counts}`);
});

test("equal filters have one text", () => {
  const [first, ...others] = [
    {
      custom: { b: ["oneOf", ["x", "x"]], a: "exists" }, createdAt: [">=", 6],
      access: ["oneOf", ["Read", "ReadWrite"]],
    },
    { createdAt: [">", 5], custom: { a: "exists", b: ["==", "x"] } },
    ["any", [
      { createdAt: [">=", 5.5], custom: { b: ["==", "x"], a: "exists", c: ["!oneOf", []] } },
      { subject: ["oneOf", []] },
      { joinedAt: ["between", [6, 5]] },
    ]],
  ].map(canonicalFilter);
  assert.equal(first, '{"createdAt":[">",5],"custom":{"a":"exists","b":["==","x"]}}');
  assert.deepEqual(others, [first, first]);
});

for (const [i, [filter, sent, own]] of different.entries()) {
  test(`not as the original: ${JSON.stringify(filter)}`, () => {
    assert.equal(theirs[right.length + i].sent, sent);
    assert.equal(canonicalFilter(filter), own);
  });
}

for (const [i, { about, filter, theirs: expected }] of wrong.entries()) {
  test(`refused: ${about}`, () => {
    assert.throws(() => canonicalFilter(filter), (error) => {
      assert.deepEqual([error.name, error.code], ["TalkError", "invalid-argument"]);
      assert.match(error.message, / must be .*, but is /);
      return true;
    });
    const { sent, error } = theirs[right.length + different.length + i];
    if (typeof expected === "string") return assert.equal(sent ?? error, expected);
    assert.equal(sent, undefined);
    assert.match(error, expected);
  });
}
