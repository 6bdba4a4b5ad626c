// `npm run bench`: what an event costs a page with this package, with the original, and with the
// floor, a client that does the least anyone can do. docs/performance.md says how it is measured.

import { parseArgs } from "node:util";
import { memoryRows } from "../tests/bench/memory.mjs";
import { openStage } from "../tests/bench/stage.mjs";
import { buildPackage } from "./lib/package.mjs";
import { StepError, main, say } from "./lib/run.mjs";
import { setUp } from "./setup.mjs";

const OPTIONS = {
  memory: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  strict: { type: "boolean", default: false },
  rounds: { type: "string", default: "15" },
  only: { type: "string", default: "" },
  pkg: { type: "string" },
};
const USAGE =
  "npm run bench -- [--rounds NUMBER] [--only WORDS] [--pkg FOLDER] [--json] [--strict] or " +
  "--memory: --only takes a part of an event's name, --pkg measures a package that is built " +
  "already, --strict makes a missed target an error, --memory measures that instead of time";

/** Many short turns: one that the machine's other work has disturbed does not move the median. */
const EVENTS = 200;
/**
 * The lists, how many events a turn of the original has (it takes much longer), and what is wanted of
 * each kind of event: ours at most so many times the floor, the original at least so many times ours.
 * New messages stay, and the window grows by them, but for "held".
 */
const LISTS = [
  {
    // The same number for all: a window that was short at first grows a lot by them.
    list: "messages", count: 30, originalEvents: EVENTS,
    wanted: { created: [3, 30], held: [3, 0], edited: [3, 8] },
  },
  {
    list: "messages", count: 300, originalEvents: 20,
    wanted: { created: [2, 50], edited: [2, 50] },
  },
  {
    list: "messages", count: 3000, originalEvents: 4,
    wanted: { created: [2, 100], edited: [2, 100] },
  },
  {
    list: "conversations", count: 200, originalEvents: 10,
    wanted: { created: [3, 200] },
  },
];
const CLIENTS = ["floor", "quickFloor", "ours", "original"];
/** How long each client runs before its first turn, and before that of each further kind of event. */
const WARM_UP_MS = [4_000, 1_000];

await main(async () => {
  const options = readOptions();
  // Standard output is for the JSON then, and nothing else.
  if (options.json) console.log = console.error;
  if (!options.pkg) {
    await setUp();
    await buildPackage();
  }
  const rows = [];
  const stage = await openStage({ pkg: options.pkg });
  try {
    if (options.memory) return printMemory(await memoryRows(stage));
    for (const list of LISTS) {
      const kinds = Object.keys(list.wanted).filter((kind) =>
        title(list, kind).includes(options.only));
      if (kinds.length === 0) continue;
      const page = await stage.page({ list: list.list, count: list.count, names: CLIENTS });
      for (const [at, kind] of kinds.entries()) {
        say("bench", `${title(list, kind)}, ${options.rounds} rounds`);
        const warmUp = WARM_UP_MS[Math.min(at, 1)];
        rows.push(await measure(page, list, kind, options.rounds, warmUp));
      }
      await page.close();
    }
  } finally {
    await stage.close();
  }
  if (rows.length === 0) {
    throw new StepError(`No event's name has "${options.only}" in it.`, { hint: USAGE });
  }
  if (options.json) process.stdout.write(JSON.stringify({ rounds: options.rounds, rows }, null, 2));
  else print(rows);
  if (options.strict && rows.some(({ met }) => !met)) process.exitCode = 1;
});

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    throw new StepError(error.message, { hint: USAGE });
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new StepError(`--rounds must be a positive whole number, but is ${values.rounds}.`, {
      hint: USAGE,
    });
  }
  return { ...values, rounds };
}

function title({ list, count }, kind) {
  if (list === "conversations") return `new message, ${count} conversations`;
  return kind === "held"
    ? `message created, window held at ${count}`
    : `message ${kind}, window ${count}`;
}

/** All rounds of one kind of event. In each, every client has a turn, each time in another order. */
async function measure(page, list, kind, rounds, warmUp) {
  const times = Object.fromEntries(CLIENTS.map((name) => [name, []]));
  for (const name of CLIENTS) {
    await page.evaluate((given) => globalThis.warmUp(...given), [name, kind, warmUp]);
  }
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < CLIENTS.length; place++) {
      const name = CLIENTS[(place + round) % CLIENTS.length];
      const events = name === "original" ? list.originalEvents : EVENTS;
      const took = await page.evaluate((turn) => globalThis.turn(...turn), [name, kind, events]);
      times[name].push(took);
    }
  }
  const [floor, quickFloor, ours, original] = CLIENTS.map((name) => median(times[name]));
  const [atMost, atLeast] = list.wanted[kind];
  const [overFloor, timesOurs] = [ours / floor, original / ours];
  return {
    event: title(list, kind), floor, quickFloor, ours, original,
    oursByFloor: overFloor, oursByQuickFloor: ours / quickFloor, originalByOurs: timesOurs,
    wanted: { atMost, atLeast },
    met: overFloor <= atMost && timesOurs >= atLeast,
    turns: times,
  };
}

function printMemory(rows) {
  const kilobytes = (bytes) => Math.round(bytes / 1000).toLocaleString("en-US").padStart(10);
  console.log("\nkilobytes            client        loaded  of it wasm  grown by events");
  for (const { list, count, name, loaded, module, grown } of rows) {
    const what = `${count.toLocaleString("en-US")} ${list}`.padEnd(20);
    const numbers = [loaded, module, grown].map(kilobytes).join("  ");
    console.log(`${what} ${name.padEnd(10)}${numbers}`);
  }
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function print(rows) {
  const verdict = (met, bound) => `${bound} ${met ? "ok" : "MISSED"}`;
  const columns = [
    ["", ({ event }) => event],
    ["floor", ({ floor }) => floor.toFixed(4)],
    ["quick floor", ({ quickFloor }) => quickFloor.toFixed(4)],
    ["ours", ({ ours }) => ours.toFixed(4)],
    ["original", ({ original }) => original.toFixed(3)],
    ["ours / floor", ({ oursByFloor }) => oursByFloor.toFixed(2)],
    ["wanted", ({ oursByFloor, wanted: { atMost } }) =>
      verdict(oursByFloor <= atMost, `≤ ${atMost}`)],
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
  const noise = Math.max(...rows.map(({ turns }) => Math.max(...turns.ours) / Math.min(...turns.ours)));
  if (noise > 2) {
    console.log(
      `\nThe slowest round of ours took ${noise.toFixed(1)} times the quickest: the machine was ` +
        "busy with other things, so the table is rough. More --rounds help.",
    );
  }
}
