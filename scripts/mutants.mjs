// `npm run mutants`: which changes of the code no test takes note of. cargo-mutants says what can
// be changed (a `<` into a `<=`, a body into `return 0`); a sample of these mutants is compiled at
// once, and each runs through the tests until one fails. docs/mutants.md has the survivors that
// nobody can tell from the original.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  CHOOSER, CHOSEN, byFile, canBeWoven, errorsOf, isForTests, isListed, mutantsOf, programsOf,
  rowOf, sample, weave, wordsOf,
} from "./lib/mutants.mjs";
import { readOptions } from "./lib/options.mjs";
import { CACHE, ROOT, at } from "./lib/paths.mjs";
import { StepError, ask, main, run, say, since } from "./lib/run.mjs";
import { CARGO_PROGRESS, ensureCargoMutants, requireBasics } from "./lib/tools.mjs";

const OPTIONS = {
  sample: { type: "string", default: "300" },
  in: { type: "string", default: "all" },
  seed: { type: "string", default: "0" },
  only: { type: "string", default: "" },
  again: { type: "boolean", default: false },
  jobs: { type: "string", default: "1" },
};
const NUMBERS = { sample: 1, seed: 0, jobs: 1 };
const USAGE =
  "npm run mutants -- [--sample NUMBER] [--in core|hub|all] [--seed NUMBER] [--only PATTERN] " +
  "[--again] [--jobs NUMBER]: --sample says how many mutants are tried, of the core and of the " +
  "hub each; --seed which ones; --only takes a regular expression for their names, like " +
  "nodes.rs:4 or Client::target; --again leaves out what was caught the last time, which is how " +
  "survivors are tried once more, and how an interrupted run goes on; --jobs says how many are " +
  "tried at a time";

/** The survivors that no test can or need tell from the original. */
const LIST = "docs/mutants.md";

/** Tests that take seconds each, for those mutants that all others have let pass. */
const SLOW = ["chain", "a_hundred_thousand", "gaps::",
  "strain_tests", "few_are_out_of_order", "events_tell_everything", "fuzz_tests"];

/**
 * What is changed, and what judges it. `stages`: test programs, the quick ones first, with what is
 * special about their run; a mutant is through with the first that fails.
 */
const SUBJECTS = {
  core: {
    package: "talk-core",
    folder: "crates/talk-core",
    files: "crates/talk-core/src/**",
    profile: { CARGO_PROFILE_DEV_OPT_LEVEL: "1" },
    // Only tests see what a client holds.
    without: /\/inspect\.rs$/,
    check: ["check", "-p", "talk-core", "--lib", "--features", "inspect"],
    build: ["test", "-p", "talk-core", "-p", "talk-sim", "-p", "talk-fuzz",
      "--features", "talk-core/inspect", "--tests"],
    stages: [
      { program: "fixtures", in: "crates/talk-core" },
      { program: "scripted", in: "tests/sim", skip: SLOW },
      { program: "talk_core", in: "crates/talk-core", skip: SLOW },
      { program: "scenarios", in: "tests/sim", skip: SLOW },
      { program: "stories", in: "tests/fuzz" },
      { program: "chaos", in: "tests/sim", env: { SIM_SEEDS: "100" } },
      { program: "scripted", in: "tests/sim", only: SLOW },
      { program: "scenarios", in: "tests/sim", only: SLOW },
      { program: "talk_core", in: "crates/talk-core", only: SLOW },
    ],
  },
  hub: {
    package: "talk-session-server",
    folder: "server",
    files: "server/src/hub/**",
    check: ["check", "-p", "talk-session-server", "--lib"],
    build: ["test", "-p", "talk-session-server", "--tests"],
    stages: [
      { program: "fixtures", in: "server" },
      { program: "talk_session_server", in: "server", skip: SLOW },
      { program: "shell", in: "server" },
      { program: "talk_session_server", in: "server", only: SLOW, skip: ["in_a_time"] },
    ],
  },
};

/** A mutant that takes longer than the tests usually do runs forever. */
const TIMES_AS_LONG = 10;
const LEAST_LIMIT_MS = 15_000;
/** Without a limit, a mutant that puts things into a list forever would take the whole memory. */
const MOST_KILOBYTES = 4_000_000;

/** What a test program prints when it has failed, or is about to. */
const FAILED = /^(?:test (\S+)(?: - should panic)? \.\.\. FAILED|(seed \d+) failed)/;

/** Built once and run hundreds of times; with checks, since what they find is caught as well. */
const PROFILE = { CARGO_INCREMENTAL: "1", CARGO_PROFILE_DEV_DEBUG: "0" };

/** Where the mutants of a subject are: a copy of the project, and what cargo makes of it. */
const treeOf = (name) => join(CACHE, "mutants", name, "tree");
const resultsOf = (name) => join(CACHE, "mutants", name, "results.json");
const targetOf = (name) => join(CACHE, "mutants", name, "target");

const sources = new Map();

await main(async () => {
  const options = readOptions({ options: OPTIONS, usage: USAGE, numbers: NUMBERS });
  if (options.in !== "all" && !(options.in in SUBJECTS)) {
    throw new StepError(`--in must be core, hub or all, but is "${options.in}".`, { hint: USAGE });
  }
  let only;
  try {
    only = new RegExp(options.only);
  } catch (error) {
    throw new StepError(error.message, { hint: USAGE });
  }
  requireBasics();
  const tool = await ensureCargoMutants();
  let unknown = 0;
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    if (options.in !== "all" && options.in !== name) continue;
    unknown += await tryMutants(name, subject, { ...options, only, tool });
  }
  process.exitCode = unknown > 0 ? 1 : 0;
});

/** Tries the mutants of one subject; returns how many survived that are not on the list. */
async function tryMutants(name, subject, { tool, again, jobs, ...options }) {
  const started = Date.now();
  const chosen = chooseMutants(name, listMutants(tool, subject), options);
  const table = existsSync(at(LIST)) ? readFileSync(at(LIST), "utf8") : "";
  const results = again ? readResults(name) : {};
  const counts = { caught: 0, unviable: 0, "timed out": 0, survived: 0 };
  let listed = 0;
  const note = ({ mutant, key }, result) => {
    results[key] = result;
    writeFileSync(resultsOf(name), JSON.stringify(results));
    counts[result] += 1;
    if (result !== "survived") return;
    const words = wordsOf(mutant, sourceOf(mutant));
    listed += isListed(words, table) ? 1 : 0;
    if (isListed(words, table)) say(name, `it is in ${LIST}`);
    else console.log(`${mutant.diff}\na row for ${LIST}, if that is right:\n${rowOf(words)} |\n`);
  };

  const maybe = chosen.filter(({ key }) => results[key] !== "unviable");
  const viable = await weaveAll(name, subject, maybe);
  chosen.filter((one) => !viable.includes(one)).forEach((one) => note(one, "unviable"));
  const stages = await prepareStages(name, subject);
  const isOpen = ({ key }) => (results[key] ?? "survived") === "survived";
  viable.filter((one) => !isOpen(one)).forEach((one) => note(one, results[one.key]));
  const open = viable.filter(isOpen);
  const waiting = [...open];
  const work = async () => {
    while (waiting.length > 0) {
      const one = waiting.shift();
      const { result, by } = await judge(name, stages, one.number);
      const at = `${open.length - waiting.length} of ${open.length}`;
      say(name, `${at} ${result}${by}: ${one.mutant.name}`);
      note(one, result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  const list = Object.entries(counts).map(([result, count]) => `${count} ${result}`).join(", ");
  console.log(`${name}: ${chosen.length} tried, ${list} (${listed} of them in ${LIST}), ` +
    `in ${since(started)}`);
  return counts.survived - listed;
}

/** The sample, `[{number, mutant, key}]`. The same key is the same change of the same file. */
function chooseMutants(name, list, { only, seed, sample: count }) {
  const all = list.filter((mutant) => {
    const source = sourceOf(mutant);
    return canBeWoven(mutant, source) && !isForTests(mutant, source);
  });
  const chosen = sample(all.filter((mutant) => only.test(mutant.name)), count, seed);
  if (chosen.length === 0) {
    throw new StepError(`No mutant's name fits ${only}.`, { hint: USAGE });
  }
  say(name, `${chosen.length} of ${all.length} mutants`);
  return chosen.map((mutant, index) => {
    const hash = createHash("sha256").update(sourceOf(mutant)).digest("hex").slice(0, 16);
    return { number: index + 1, mutant, key: `${mutant.name} in ${hash}` };
  });
}

function sourceOf({ file }) {
  if (!sources.has(file)) sources.set(file, readFileSync(at(file), "utf8"));
  return sources.get(file);
}

function readResults(name) {
  const file = resultsOf(name);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function listMutants(tool, { package: crate, files, without }) {
  const args = ["mutants", "--list", "--json", "--diff", "-p", crate, "-f", files];
  const list = ask(tool, args, { cwd: ROOT, maxBuffer: 1 << 28 });
  if (list === undefined) {
    throw new StepError("cargo-mutants did not list the mutants.", {
      hint: `run: ${tool} ${args.join(" ")}`,
    });
  }
  return JSON.parse(list).filter(({ file }) => !without?.test(file));
}

/**
 * Makes a copy of the project with all mutants in it, and leaves out one after the other what does
 * not compile; returns what is left.
 */
async function weaveAll(name, subject, numbered) {
  let left = numbered;
  for (;;) {
    const linesOf = new Map();
    const changed = new Map();
    const numbersOf = new Map(left.map((entry) => [entry.mutant, entry]));
    for (const [file, mutants] of byFile(left.map(({ mutant }) => mutant))) {
      const woven = weave(sourceOf({ file }), mutants.map((mutant) => numbersOf.get(mutant)));
      changed.set(file, woven.text);
      linesOf.set(file, woven.lines);
    }
    const root = `${subject.folder}/src/lib.rs`;
    const rootText = changed.get(root) ?? readFileSync(at(root), "utf8");
    // In front of the first line, so that no line gets another number.
    changed.set(root, `#![allow(warnings)] ${rootText}${CHOOSER}`);
    copyProject(treeOf(name), changed);

    const { code, output } = await cargo(name, [...subject.check, "--message-format=json"], {
      doing: "checking which mutants compile",
      check: false,
    });
    if (code === 0) return left;
    const errors = errorsOf(output);
    const unviable = mutantsOf(errors, linesOf);
    if (unviable.size === 0) {
      throw new StepError(`${name} does not compile with its mutants.`, {
        output: errors.length > 0 ? errors.map(({ rendered }) => rendered) : output.slice(-30),
      });
    }
    left = left.filter(({ number }) => !unviable.has(number));
    say(name, `${unviable.size} do not compile, ${left.length} are left`);
  }
}

/** Brings the copy up to date, and touches no file in it that is right already. */
function copyProject(tree, changed) {
  const listed = ask("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: ROOT });
  if (listed === undefined) {
    throw new StepError("The files of the project could not be listed.", {
      hint: "run this in a clone of the repository, with git on PATH",
    });
  }
  const files = new Set(listed.split("\0").filter((file) => file && existsSync(at(file))));
  for (const file of files) {
    const copy = join(tree, file);
    const wanted = changed.has(file) ? Buffer.from(changed.get(file)) : readFileSync(at(file));
    if (existsSync(copy) && readFileSync(copy).equals(wanted)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, wanted);
  }
  for (const entry of readdirSync(tree, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const file = path.slice(tree.length + 1).replaceAll("\\", "/");
    if (entry.isFile() && file !== "Cargo.lock" && !files.has(file)) rmSync(path);
  }
}

/** Builds the tests, and runs each stage once without a mutant, to know how long it takes. */
async function prepareStages(name, { build, stages }) {
  const { output } = await cargo(name, [...build, "--no-run", "--message-format=json"], {
    doing: "building the tests",
  });
  const programs = programsOf(output);
  const ready = [];
  for (const stage of stages) {
    const found = programs.find(({ target, folder }) =>
      target === stage.program && folder.endsWith(join(stage.in)));
    if (!found) throw new StepError(`There are no tests ${stage.program} in ${stage.in}.`);
    const started = Date.now();
    const { code, output: lines } = await play(name, { ...stage, file: found.executable }, 0);
    if (code !== 0) {
      throw new StepError(`The tests of ${stage.program} fail without a mutant.`, {
        output: lines.slice(-30),
      });
    }
    const took = Date.now() - started;
    const limitMs = Math.max(LEAST_LIMIT_MS, TIMES_AS_LONG * took);
    ready.push({ ...stage, file: found.executable, limitMs });
    say(name, `${stage.program} passes without a mutant (${(took / 1000).toFixed(1)} s)`);
  }
  return ready;
}

/** Runs one mutant through the stages. */
async function judge(name, stages, number) {
  for (const stage of stages) {
    const { code, output } = await play(name, stage, number);
    if (code === 0) continue;
    if (/^stopped: not done after/.test(output.at(-1))) {
      return { result: "timed out", by: ` by ${stage.program}` };
    }
    const failed = FAILED.exec(output.find((line) => FAILED.test(line)) ?? "");
    const test = failed?.[1] ?? failed?.[2] ?? "it crashed";
    return { result: "caught", by: ` by ${stage.program} (${test})` };
  }
  return { result: "survived", by: "" };
}

function play(name, stage, number) {
  const words = [...(stage.only ?? []), ...(stage.skip ?? []).flatMap((word) => ["--skip", word])];
  const command = [stage.file, ...words];
  const limited = process.platform === "win32" ? command
    : ["sh", "-c", `ulimit -v ${MOST_KILOBYTES}; exec "$0" "$@"`, ...command];
  return run(name, limited[0], limited.slice(1), {
    cwd: join(treeOf(name), stage.in),
    env: { ...process.env, ...stage.env, [CHOSEN]: String(number), RUST_BACKTRACE: "0" },
    doing: stage.program,
    limitMs: stage.limitMs,
    stopAt: (line) => FAILED.test(line),
    check: false,
  });
}

function cargo(name, args, options) {
  const settings = { ...CARGO_PROGRESS, ...PROFILE, ...SUBJECTS[name].profile };
  // A mutant may be an obvious mistake: it is for the tests to find, not for the compiler to refuse.
  const RUSTFLAGS = "-A arithmetic_overflow -A unconditional_panic";
  const env = { ...process.env, ...settings, RUSTFLAGS, CARGO_TARGET_DIR: targetOf(name) };
  return run(name, "cargo", args, { cwd: treeOf(name), env, ...options });
}
