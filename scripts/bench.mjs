// `npm run bench`: what an event costs a page with this package, with the original, and with the
// floor, a client that does the least anyone can do. docs/performance.md says how it is measured.

import { coldRows } from "../tests/bench/cold.mjs";
import { median } from "../tests/bench/median.mjs";
import { memoryRows } from "../tests/bench/memory.mjs";
import { EVENTS, LISTS } from "../tests/bench/rows.mjs";
import { openStage } from "../tests/bench/stage.mjs";
import { coldLines, printCold, writeCold } from "./lib/cold.mjs";
import { readOptions } from "./lib/options.mjs";
import { buildPackage } from "./lib/package.mjs";
import { StepError, main, say } from "./lib/run.mjs";
import { printTable, writeTables } from "./lib/speed.mjs";
import { setUp } from "./setup.mjs";

const OPTIONS = {
  memory: { type: "boolean", default: false },
  cold: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  strict: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  rounds: { type: "string" },
  only: { type: "string", default: "" },
  pkg: { type: "string" },
};
const USAGE =
  "npm run bench -- [--rounds NUMBER] [--only WORDS] [--pkg FOLDER] [--json] [--strict] " +
  "[--write], or --cold, or --memory: --only takes a part of an event's name, --pkg measures a " +
  "package that is built already, --strict makes a missed target an error, --write puts the " +
  "results of all events into README.md and docs/performance.md, --cold measures the first " +
  "second of a client in new browsers (7 rounds), --memory measures that instead of time";

const CLIENTS = ["floor", "quickFloor", "ours", "original"];
/** How long each client runs before its first turn, and before that of each further kind. */
const WARM_UP_MS = [4_000, 1_000];

await main(async () => {
  const options = checkedOptions();
  // Standard output is for the JSON then, and nothing else.
  if (options.json) console.log = console.error;
  if (!options.pkg) {
    await setUp();
    await buildPackage();
  }
  if (options.cold) {
    const runs = options.rounds ?? 7;
    const tell = (what) => say("bench", what);
    const lines = coldLines(await coldRows({ runs, pkg: options.pkg, say: tell }));
    printCold(lines);
    if (options.write) say("bench", `written into ${writeCold(lines).join(" and ")}`);
    return;
  }
  options.rounds ??= 15;
  const rows = [];
  const stage = await openStage({ pkg: options.pkg });
  try {
    if (options.memory) return printMemory(await memoryRows(stage));
    for (const list of LISTS) {
      const kinds = Object.keys(list.kinds).filter((kind) =>
        list.kinds[kind].event.includes(options.only));
      if (kinds.length === 0) continue;
      const page = await stage.page({ list: list.list, count: list.count, names: CLIENTS });
      for (const [at, kind] of kinds.entries()) {
        say("bench", `${list.kinds[kind].event}, ${options.rounds} rounds`);
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
  else printTable(rows);
  if (options.write) say("bench", `written into ${writeTables(rows).join(" and ")}`);
  if (options.strict && rows.some(({ met }) => !met)) process.exitCode = 1;
});

function checkedOptions() {
  const values = readOptions({ options: OPTIONS, usage: USAGE, numbers: { rounds: 1 } });
  if (values.cold && (values.memory || values.only || values.json || values.strict)) {
    throw new StepError(
      "--cold is for all of the first second, as one table: without --memory, --only, --json and " +
        "--strict.",
      { hint: USAGE },
    );
  }
  if (values.write && (values.only || values.memory)) {
    throw new StepError("--write is for one run of all events: without --only and --memory.", {
      hint: USAGE,
    });
  }
  return values;
}

/** All rounds of one kind of event. In each, every client has a turn, always in another order. */
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
  const { event, readme, wanted: [atMost, atLeast] } = list.kinds[kind];
  const [overFloor, timesOurs] = [ours / floor, original / ours];
  return {
    event, readme, floor, quickFloor, ours, original,
    oursByFloor: overFloor, oursByQuickFloor: ours / quickFloor, originalByOurs: timesOurs,
    wanted: { atMost, atLeast },
    met: (!atMost || overFloor <= atMost) && timesOurs >= atLeast,
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
