// `npm run sim`: the random stories of tests/sim/tests/chaos, as many as wanted, each from a seed of
// its own. `npm test` plays the first thousand; here the rest is tried also after some have failed.

import { readOptions } from "./lib/options.mjs";
import { ROOT } from "./lib/paths.mjs";
import { StepError, main, run, since } from "./lib/run.mjs";
import { CARGO_PROGRESS, requireBasics } from "./lib/tools.mjs";

const OPTIONS = {
  seeds: { type: "string", default: "1000" },
  from: { type: "string", default: "0" },
  seed: { type: "string" },
  lines: { type: "string", default: "150" },
  wild: { type: "boolean", default: false },
};
const USAGE =
  "npm run sim -- [--seeds NUMBER] [--from SEED] [--wild] or --seed SEED [--lines NUMBER] [--wild]: " +
  "--seeds says how many stories are played and --from which seed is the first one; --seed plays " +
  "one story and prints its last lines if it fails; with --wild more happens in each";

const NUMBERS = { seeds: 1, from: 0, seed: 0, lines: 0 };

const CARGO = ["test", "-p", "talk-sim", "--profile", "native", "--test", "chaos"];

await main(async () => {
  const options = readOptions({ options: OPTIONS, usage: USAGE, numbers: NUMBERS });
  const { seed, wild, ...range } = options;
  if (wild) process.env["SIM_WILD"] = "1";
  requireBasics();
  await cargo([...CARGO, "--no-run"], { doing: "building" });
  if (seed === undefined) await playAll(range);
  else await replay(seed, range.lines);
});

async function playAll({ seeds, from }) {
  const started = Date.now();
  const env = { SIM_FROM: String(from), SIM_SEEDS: String(seeds), SIM_ALL: "1" };
  const { code, output } = await cargo([...CARGO, "--", "--nocapture"], {
    env,
    doing: "playing",
    check: false,
  });
  const failures = output.filter((line) => /^seed \d+ failed: /.test(line));
  failures.forEach((line) => console.log(line));
  if (code !== 0 && failures.length === 0) {
    throw new StepError("The stories did not come to their end.", { output: output.slice(-30) });
  }
  const [first] = failures.map((line) => /\d+/.exec(line)[0]);
  if (first !== undefined) console.log(`npm run sim -- --seed ${first} plays one of them again`);
  console.log(`seeds ${from} to ${from + seeds - 1} took ${since(started)}`);
  console.log(`${seeds - failures.length} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

async function replay(seed, lines) {
  const { code, output } = await cargo([...CARGO, "--", "--nocapture"], {
    env: { SIM_SEED: String(seed), SIM_LINES: String(lines) },
    doing: "playing",
    check: false,
  });
  if (code !== 0) console.log(output.join("\n"));
  console.log(`seed ${seed} ${code === 0 ? "passed" : "failed"}`);
  process.exitCode = code === 0 ? 0 : 1;
}

function cargo(args, { env, ...options }) {
  const all = { ...process.env, ...CARGO_PROGRESS, RUST_BACKTRACE: "0", ...env };
  return run("sim", "cargo", args, { cwd: ROOT, env: all, ...options });
}
