// The text of `send` and `edit`: what the original puts on the wire, ours does too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { CORPUS, recorded } from "./markup/corpus.mjs";
import { allCases } from "./markup/texts.mjs";
import { throughBoth } from "./stage.mjs";

const SHOWN = 10;

const cases = allCases();
let theirs;
let own;
before(async () => {
  ({ original: theirs, ours: own } = await throughBoth("sendTexts", cases));
});

test("the same nodes for every text", () => {
  const wrong = cases.flatMap(([source, text], i) =>
    theirs[i].error || isDeepStrictEqual(own[i], theirs[i]) ? [] : [
      `${source} ${JSON.stringify(text)}`,
      `  original ${JSON.stringify(theirs[i])}`,
      `  ours     ${JSON.stringify(own[i])}`,
    ],
  );
  const shown = wrong.slice(0, 3 * SHOWN).join("\n");
  assert.equal(wrong.length, 0, `${wrong.length / 3} of ${cases.length} differ:\n${shown}`);
});

test("where the original rejects, the mention that it cannot decode stays text", () => {
  const rejected = cases.flatMap((one, i) => (theirs[i].error ? [[...one, own[i]]] : []));
  assert.ok(rejected.length > 0, "no text with such a mention");
  for (const [source, text, nodes] of rejected) {
    assert.match(text, /<!!mention:[^\s|>]*%[^\s|>]*\|/, `${source} ${JSON.stringify(text)}`);
    assert.ok(JSON.stringify(nodes).includes("<!!mention:"), JSON.stringify(nodes));
  }
});

test("the texts are of every kind of node", () => {
  const kinds = new Set(JSON.stringify(theirs).match(/"type":"\w+"/g));
  assert.equal(kinds.size, 12, [...kinds].join(" "));
});

test("the recorded nodes are those of the original of today", () => {
  const lines = readFileSync(CORPUS, "utf8").trimEnd().split("\n");
  assert.deepEqual(lines, recorded(cases, theirs));
});
