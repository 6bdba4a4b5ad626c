// `npm run fuzz`: made-up frames against the client, for as long as it is told. Without --target, the
// stories of tests/fuzz, which a plain model judges; with it, one of libFuzzer's targets in fuzz/.

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { readOptions } from "./lib/options.mjs";
import { at } from "./lib/paths.mjs";
import { StepError, ask, main, run } from "./lib/run.mjs";

const OPTIONS = {
  frames: { type: "string", default: "10000000" },
  seed: { type: "string", default: "0" },
  threads: { type: "string" },
  findings: { type: "string" },
  without: { type: "string" },
  replay: { type: "string" },
  steps: { type: "string" },
  target: { type: "string" },
  seconds: { type: "string", default: "300" },
};
const USAGE =
  "npm run fuzz -- [--frames NUMBER] [--seed FIRST] [--threads NUMBER] [--findings MOST] " +
  "[--without KINDS], or --replay SEED [--steps NUMBER], or --target NAME [--seconds NUMBER]";

/** What `cargo fuzz` passes to the compiler for coverage. All of it works on a stable toolchain. */
const COVERAGE = [
  "--cfg fuzzing",
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
  "-Cllvm-args=-sanitizer-coverage-trace-compares",
  "-Ccodegen-units=1",
  "-Cdebug-assertions",
  "-Coverflow-checks",
].join(" ");

await main(async () => {
  const options = readOptions({ options: OPTIONS, usage: USAGE });
  if (options.target) return fuzzTarget(options.target, options.seconds);
  const names = options.replay ? ["replay", "steps", "without"]
    : ["frames", "seed", "threads", "findings", "without", "steps"];
  const args = names.flatMap((name) => (options[name] ? [`--${name}`, options[name]] : []));
  await run("fuzz", "cargo", ["run", "--quiet", "-p", "talk-fuzz", "--profile", "native", "--", ...args],
    { verbose: true, env: { ...process.env, RUST_BACKTRACE: "0" } });
});

/** Runs one target for some time. What it finds is in fuzz/artifacts. */
async function fuzzTarget(name, seconds) {
  const names = readdirSync(at("fuzz/targets")).map((file) => file.replace(/\.rs$/, ""));
  if (!names.includes(name)) {
    throw new StepError(`There is no target ${name}.`, { hint: `They are: ${names.join(", ")}` });
  }
  const [corpus, artifacts] = [at("fuzz/corpus", name), at("fuzz/artifacts", name)];
  for (const folder of [corpus, artifacts]) mkdirSync(folder, { recursive: true });
  const seeds = at("fuzz/seeds", name);
  // Named, so that the flags are for the target alone and not for build scripts.
  const host = /^host: (.*)$/m.exec(ask("rustc", ["-vV"]))[1];
  await run("fuzz", "cargo", [
    "run", "--release", "--target", host, "--manifest-path", at("fuzz/Cargo.toml"), "--bin", name, "--",
    corpus, ...(existsSync(seeds) ? [seeds] : []),
    `-artifact_prefix=${artifacts}/`, `-max_total_time=${seconds}`, "-max_len=20000",
    "-timeout=10", "-rss_limit_mb=2048",
  ], { verbose: true, env: { ...process.env, RUSTFLAGS: COVERAGE } });
}
