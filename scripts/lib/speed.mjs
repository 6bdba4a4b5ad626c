// The benchmark's results as tables: in the terminal, and in the documents.

import { readFileSync, writeFileSync } from "node:fs";
import { at } from "./paths.mjs";
import { StepError } from "./run.mjs";

/** Prints the rows of a run. */
export function printTable(rows) {
  const verdict = (met, bound) => `${bound} ${met ? "ok" : "MISSED"}`;
  const columns = [
    ["", ({ event }) => event],
    ["floor", ({ floor }) => floor.toFixed(4)],
    ["quick floor", ({ quickFloor }) => quickFloor.toFixed(4)],
    ["ours", ({ ours }) => ours.toFixed(4)],
    ["original", ({ original }) => original.toFixed(3)],
    ["ours / floor", ({ oursByFloor }) => oursByFloor.toFixed(2)],
    ["wanted", ({ oursByFloor, wanted: { atMost } }) =>
      atMost ? verdict(oursByFloor <= atMost, `≤ ${atMost}`) : ""],
    ["ours / quick floor", ({ oursByQuickFloor }) => oursByQuickFloor.toFixed(2)],
    ["original / ours", ({ originalByOurs }) => originalByOurs.toFixed(0)],
    ["wanted", ({ originalByOurs, wanted: { atLeast } }) =>
      atLeast ? verdict(originalByOurs >= atLeast, `≥ ${atLeast}`) : ""],
  ];
  const table = [columns.map(([head]) => head), ...rows.map((row) =>
    columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, at) => Math.max(...table.map((cells) => cells[at].length)));
  console.log("\nmilliseconds for an event, medians of the rounds");
  for (const [first, ...cells] of table) {
    const padded = cells.map((cell, at) => cell.padStart(widths[at + 1] + 2));
    console.log(first.padEnd(widths[0]) + padded.join(""));
  }
  const spread = ({ turns }) => Math.max(...turns.ours) / Math.min(...turns.ours);
  const noise = Math.max(...rows.map(spread));
  if (noise > 2) {
    console.log(
      `\nThe slowest round of ours took ${noise.toFixed(1)} times the quickest: the machine was ` +
        "busy with other things, so the table is rough. More --rounds help.",
    );
  }
}

/**
 * Where the results stand: the file, by what name it has a row, if it does, and the other cells.
 * In both tables a row is found by its first cell.
 */
const DOCUMENTS = [
  {
    file: "docs/performance.md",
    name: ({ event }) => event,
    cells: ({ floor, quickFloor, ours, original, oursByFloor, originalByOurs, wanted }) => [
      milliseconds(floor), milliseconds(quickFloor), milliseconds(ours), original.toFixed(2),
      oursByFloor.toFixed(2), wanted.atMost ? `≤ ${wanted.atMost}` : "",
      times(originalByOurs), wanted.atLeast ? `≥ ${wanted.atLeast}` : "",
    ],
  },
  {
    file: "README.md",
    name: ({ readme }) => readme,
    cells: ({ ours, original, oursByFloor, originalByOurs }) => [
      `${milliseconds(ours)} ms`, `${rounded(original)} ms`,
      times(originalByOurs), oursByFloor.toFixed(1),
    ],
  },
];
const milliseconds = (number) => number.toFixed(3);
/** Two digits, or all those before the point. */
const rounded = (number) => (number < 10 ? number.toPrecision(2) : number.toFixed(0));
const times = (ratio) => Math.round(ratio).toLocaleString("en-US");

/** Puts the rows of a run into the tables of the documents, and gives the files' names. */
export function writeTables(rows) {
  const texts = withTables(rows);
  for (const [file, text] of texts) writeFileSync(at(file), text);
  return texts.map(([file]) => file);
}

/** The documents with the rows of a run in their tables: `[file, text]` of each. */
export const withTables = (rows) =>
  DOCUMENTS.map(({ file, name, cells }) => {
    let text = readFileSync(at(file), "utf8");
    for (const row of rows.filter(name)) text = withRow(text, [name(row), ...cells(row)], file);
    return [file, text];
  });

/** The text of a document with other cells in the one row of a table that begins with the first. */
export function withRow(text, cells, file) {
  const lines = text.split("\n");
  const own = lines.flatMap((line, at) => (line.startsWith(`| ${cells[0]} |`) ? [at] : []));
  if (own.length !== 1) {
    throw new StepError(`${file} has ${own.length} rows for "${cells[0]}", but must have one.`, {
      hint: `add "| ${cells[0]} |" to its table, or take the other ones out`,
    });
  }
  lines[own[0]] = `| ${cells.join(" | ")} |`;
  return lines.join("\n");
}
