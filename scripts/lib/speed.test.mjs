import assert from "node:assert/strict";
import { test } from "node:test";
import { LISTS } from "../../tests/bench/rows.mjs";
import { withRow, withTables } from "./speed.mjs";

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

test("the documents have a place for the result of every event", () => {
  const numbers = {
    floor: 0.01, quickFloor: 0.005, ours: 0.02, original: 123,
    oursByFloor: 2, originalByOurs: 6150, wanted: { atMost: 3, atLeast: 10 },
  };
  const rows = LISTS.flatMap(({ kinds }) => Object.values(kinds)).map((kind) =>
    ({ ...kind, ...numbers }));
  const [performance, readme] = withTables(rows).map(([, text]) => text);
  for (const { event, readme: name } of rows) {
    const row = `| ${event} | 0.010 | 0.005 | 0.020 | 123.00 | 2.00 | ≤ 3 | 6,150 | ≥ 10 |`;
    assert.ok(performance.includes(`\n${row}\n`), `no row ${row}`);
    const inReadme = `\n| ${name} | 0.020 ms | 123 ms | 6,150 | 2.0 |\n`;
    if (name) assert.ok(readme.includes(inReadme), `no row ${inReadme}`);
  }
  for (const text of [performance, readme]) assert.doesNotMatch(text, /not measured yet/);
});
