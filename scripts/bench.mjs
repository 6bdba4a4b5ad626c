// `npm run bench`: what an event costs a page with this package, with the original, and with the
// floor, a client that does the least anyone can do. docs/performance.md says how it is measured.

import { parseArgs } from "node:util";
import { memoryRows } from "../tests/bench/memory.mjs";
import { openStage } from "../tests/bench/stage.mjs";
import { buildPackage } from "./lib/package.mjs";
import { StepError, main, say } from "./lib/run.mjs";
import { printTable, writeTables } from "./lib/speed.mjs";
import { setUp } from "./setup.mjs";

const OPTIONS = {
  memory: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  strict: { type: "boolean", default: false },
  write: { type: "boolean", default: false },
  rounds: { type: "string", default: "15" },
  only: { type: "string", default: "" },
  pkg: { type: "string" },
};
const USAGE =
  "npm run bench -- [--rounds NUMBER] [--only WORDS] [--pkg FOLDER] [--json] [--strict] [--write] " +
  "or --memory: --only takes a part of an event's name, --pkg measures a package that is built " +
  "already, --strict makes a missed target an error, --write puts the results of all events into " +
  "README.md and docs/performance.md, --memory measures that instead of time";

/** Many short turns: one that the machine's other work has disturbed does not move the median. */
const EVENTS = 200;
/**
 * The lists, how many events a turn of the original has (it takes much longer), and the kinds of
 * events, each with its name and what is wanted of it: ours at most so many times the floor, the
 * original at least so many times ours; 0 where nothing is. Those with a `readme` are in its table,
 * by that name. New messages stay, and the window grows by them, unless it is said to be held.
 */
const LISTS = [
  {
    // The same number for all: a window that was short at first grows a lot by them.
    list: "messages", count: 30, originalEvents: EVENTS,
    kinds: {
      created: {
        event: "message created, window 30", wanted: [3, 30],
        readme: "a new message, window growing from 30 to 130",
      },
      held: { event: "message created, window held at 30", wanted: [3, 0] },
      edited: { event: "message edited, window 30", wanted: [3, 8] },
      deleted: {
        event: "message deleted, window held at 30", wanted: [0, 10],
        readme: "a message deleted, 30 loaded",
      },
      reacted: {
        event: "reaction to a message, window 30", wanted: [0, 10],
        readme: "a reaction to a message, 30 loaded",
      },
    },
  },
  {
    list: "messages", count: 300, originalEvents: 20,
    kinds: {
      created: {
        event: "message created, window 300", wanted: [2, 50],
        readme: "a new message, 300 loaded",
      },
      edited: { event: "message edited, window 300", wanted: [2, 50] },
      deleted: { event: "message deleted, window held at 300", wanted: [0, 10] },
      reacted: { event: "reaction to a message, window 300", wanted: [0, 10] },
    },
  },
  {
    list: "messages", count: 3000, originalEvents: 4,
    kinds: {
      created: { event: "message created, window 3,000", wanted: [2, 100] },
      edited: {
        event: "message edited, window 3,000", wanted: [2, 100],
        readme: "an edited message, 3,000 loaded",
      },
    },
  },
  {
    list: "sender", count: 30, originalEvents: 40,
    kinds: {
      renamed: {
        event: "sender of all 30 messages renamed", wanted: [0, 10],
        readme: "the sender of all 30 messages renamed",
      },
    },
  },
  {
    list: "conversations", count: 200, originalEvents: 10,
    kinds: {
      created: {
        event: "new message, 200 conversations", wanted: [3, 200],
        readme: "a new message, 200 conversations listed",
      },
    },
  },
  {
    list: "filtered", count: 200, originalEvents: 10,
    kinds: {
      moved: {
        event: "conversation read or unread, 5 filtered lists of 200", wanted: [0, 10],
        readme: "a conversation read or unread, 5 filtered lists of 200",
      },
    },
  },
  {
    list: "participants", count: 50, originalEvents: 40,
    kinds: {
      edited: { event: "participant edited, 50 listed", wanted: [0, 10] },
      joined: {
        event: "participant joined, 50 listed", wanted: [0, 10],
        readme: "someone joined, 50 participants listed",
      },
    },
  },
  {
    list: "live", count: 50, originalEvents: 10,
    kinds: {
      created: {
        event: "message created, 50 conversations live", wanted: [0, 10],
        readme: "a new message, 50 conversations live",
      },
      typing: { event: "typing changed, 50 conversations live", wanted: [0, 10] },
      online: { event: "presence changed, 50 conversations live", wanted: [0, 10] },
    },
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
  if (values.write && (values.only || values.memory)) {
    throw new StepError("--write is for one run of all events: without --only and --memory.", {
      hint: USAGE,
    });
  }
  return { ...values, rounds };
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

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
