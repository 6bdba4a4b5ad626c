import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_PAIR, choosePairs, joinPairs } from "./embed-pairs.mjs";

const repeated = (bytes, times) => Array.from({ length: times }, () => bytes).flat();
/** As the package does: each symbol as the bytes that it stands for. */
const expanded = (symbol, pairs) =>
  symbol < FIRST_PAIR
    ? [symbol]
    : pairs[symbol - FIRST_PAIR].flatMap((member) => expanded(member, pairs));

test("what always stands together becomes one symbol, pairs of pairs too", () => {
  const bytes = repeated([1, 2, 3, 4, 9, 1, 2, 8, 3, 4, 7, 7, 7], 50);
  const pairs = choosePairs(bytes, 8);
  const symbols = joinPairs(bytes, pairs);
  assert.ok(symbols.length < bytes.length / 3, `${symbols.length} of ${bytes.length}`);
  assert.ok(pairs.flat().some((member) => member >= FIRST_PAIR), JSON.stringify(pairs));
  assert.deepEqual(symbols.flatMap((symbol) => expanded(symbol, pairs)), bytes);
});

test("members of a pair are bytes or earlier pairs", () => {
  const pairs = choosePairs(repeated([1, 1, 1, 1, 2, 2, 5], 90), 12);
  pairs.forEach((pair, n) => {
    for (const member of pair) assert.ok(member < FIRST_PAIR + n, JSON.stringify(pairs));
  });
});

test("no pair is chosen that saves less than it takes", () => {
  assert.deepEqual(choosePairs([], 5), []);
  assert.deepEqual(choosePairs([1, 2, 3, 4, 5, 6, 7], 5), []);
  assert.equal(choosePairs(repeated([1, 2, 3, 4], 60), 1).length, 1);
});
