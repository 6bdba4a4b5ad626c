import assert from "node:assert/strict";
import { test } from "node:test";
import { withRow } from "./speed.mjs";

const TEXT = `# Speed

| event | ours | original |
|---|---|---|
| created, window 30 | 1 | 2 |
| created, window 300 | not measured yet | |

The end.
`;

test("the cells of one row are put in place, and nothing else changes", () => {
  const changed = withRow(TEXT, ["created, window 300", "0.02", "3.4"], "speed.md");
  const row = "| created, window 300 | 0.02 | 3.4 |";
  assert.equal(changed, TEXT.replace("| created, window 300 | not measured yet | |", row));
  assert.equal(withRow(changed, ["created, window 300", "0.02", "3.4"], "speed.md"), changed);
});

test("a row that is not there, or is there twice, is an error that names it", () => {
  const deleted = () => withRow(TEXT, ["deleted, window 30", "1", "2"], "speed.md");
  assert.throws(deleted, /speed\.md has 0 rows for "deleted, window 30", but must have one/);
  const twice = () => withRow(TEXT + TEXT, ["created, window 30", "1", "2"], "speed.md");
  assert.throws(twice, /speed\.md has 2 rows/);
});
