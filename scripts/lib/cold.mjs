// The results of the benchmark of the first second, as a table in the terminal and in the documents.

import { readFileSync, writeFileSync } from "node:fs";
import { at } from "./paths.mjs";
import { withRow } from "./speed.mjs";

/** The steps: what they are called, and how much of the original's time they may take. */
const STEPS = {
  importing: ["importing", 0.7],
  session: ["the first `getTalkSession`", 1],
  snapshot: ["until 30 messages are shown", 0.6],
  all: ["all of it", 0.5],
  longest: ["the longest task", 1],
  event: ["the first 100 events, 95th percentile", 0.6],
};

/** What `coldRows` gave, as lines: a name, and a cell for each client. */
export function coldLines(rows) {
  return rows.flatMap(({ network, cpu, steps: { original, ours, separate } }) =>
    Object.entries(STEPS).flatMap(([step, [words, most]]) => {
      // With a network the bytes and the answers are most of every step.
      if (network && step !== "all") return [];
      const ratio = ours[step] / original[step];
      return [{
        name: `CPU ×${cpu}${network ? ", telephone's network" : ""}: ${words}`,
        cells: [
          original[step].toFixed(1), ours[step].toFixed(1), separate[step].toFixed(1),
          ratio.toFixed(2), network ? "" : `≤ ${most}`,
        ],
        met: network || ratio <= most,
      }];
    }));
}

export function printCold(lines) {
  const head = { name: "milliseconds, medians", cells: ["original", "ours", "separate", "ratio", "wanted"] };
  const width = Math.max(...lines.map(({ name }) => name.length));
  console.log("");
  for (const { name, cells, met = true } of [head, ...lines]) {
    const padded = cells.map((cell) => cell.padStart(10)).join("");
    console.log(`${name.padEnd(width)}${padded}${met ? "" : " MISSED"}`);
  }
}

/** Puts the lines into the table of docs/performance.md, and the sums into that of the README. */
export function writeCold(lines) {
  const change = (file, wanted, cellsOf) => {
    let text = readFileSync(at(file), "utf8");
    for (const line of lines.filter(wanted)) text = withRow(text, cellsOf(line), file);
    writeFileSync(at(file), text);
    return file;
  };
  const sums = ({ name }) => name.endsWith(": all of it");
  return [
    change("docs/performance.md", () => true, ({ name, cells }) => [name, ...cells]),
    change("README.md", sums, ({ name, cells: [original, ours, , ratio] }) => [
      `${name.replace(": all of it", "")}`, `${ours} ms`, `${original} ms`, ratio,
    ]),
  ];
}
