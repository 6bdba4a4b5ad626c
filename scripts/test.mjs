// `npm test`: sets up, builds, and runs every suite of suites.mjs, or those that are named:
//
//   npm test -- [--verbose] [NAME…]
//
// Each suite ends with one line; the last line is `N passed, N failed`, and the exit code says the
// same. A suite that ran no tests has failed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./lib/chromium.mjs";
import { buildPackage } from "./lib/package.mjs";
import { CACHE } from "./lib/paths.mjs";
import { StepError, main, run, since } from "./lib/run.mjs";
import { requireBasics } from "./lib/tools.mjs";
import { buildBackend, setUp } from "./setup.mjs";
import { SUITE_FOLDER, suites, testEnvironment } from "./suites.mjs";

const SUITE_LIMIT_MS = 20 * 60_000;
const LINES_OF_A_FAILURE = process.env.CI ? 400 : 60;

await main(async () => {
  const started = Date.now();
  const { names, verbose } = readOptions();
  const chosen = suites().filter(({ name }) => names.length === 0 || names.includes(name));
  const needed = new Set(chosen.flatMap(({ needs = [] }) => needs));
  const total = { passed: 0, failed: 0 };

  const ready = await prepare(needed, { verbose, lint: chosen.some(({ name }) => isLint(name)) });
  // Set-up may have installed what a suite looks for, so the suites are listed again.
  for (const suite of suites().filter(({ name }) => chosen.some((one) => one.name === name))) {
    const missing = (suite.needs ?? []).filter((need) => ready.failed.has(need));
    const result =
      missing.length > 0
        ? { passed: 0, failed: 1, skipped: 0, why: `not run: no ${missing.join(", no ")}` }
        : await runSuite(suite, verbose);
    total.passed += result.passed;
    total.failed += result.failed;
    console.log(closingLineOf(suite.name, result));
  }
  total.failed += ready.failed.size;
  console.log(`\nall of it took ${since(started)}`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});

function isLint(name) {
  return name === "fmt" || name === "clippy";
}

function readOptions() {
  const words = process.argv.slice(2);
  const known = suites();
  const names = words.filter((word) => !word.startsWith("-"));
  const wrong = words.find(
    (word) => word !== "--verbose" && !known.some(({ name }) => name === word),
  );
  if (wrong !== undefined) {
    const list = known.map(({ name, about }) => `  ${name.padEnd(13)} ${about}`).join("\n");
    throw new StepError(`"${wrong}" is no suite. There are:\n${list}`, {
      hint: "npm test -- [--verbose] [NAME…]",
    });
  }
  return { names, verbose: words.includes("--verbose") };
}

/**
 * Installs and builds what the suites need. Without the tools nothing runs at all; what else cannot
 * be had is a failure, and the suites that need it are not run.
 */
async function prepare(needed, { verbose, lint }) {
  const failed = new Set();
  const attempt = async (need, body) => {
    try {
      await body();
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      console.error(error.report());
      failed.add(need);
    }
  };
  requireBasics();
  await Promise.all([
    setUp({ lint, verbose }),
    needed.has("browser") && attempt("browser", ensureChromium),
    needed.has("backend") && attempt("backend", () => buildBackend("dev", verbose)),
  ]);
  if (needed.has("package")) await attempt("package", () => buildPackage({ verbose }));
  return { failed };
}

async function runSuite(suite, verbose) {
  const started = Date.now();
  const sum = { passed: 0, failed: 0, skipped: 0 };
  let around;
  try {
    around = await suite.before?.();
    for (const [index, step] of suite.steps.entries()) {
      const log = join(CACHE, "logs", `${suite.name}${index === 0 ? "" : `-${index + 1}`}.log`);
      const { code, output } = await run(suite.name, step.program, step.args, {
        cwd: SUITE_FOLDER,
        env: { ...(step.env ?? process.env), ...testEnvironment(), ...around?.env },
        doing: "running",
        check: false,
        limitMs: SUITE_LIMIT_MS,
        verbose,
        log,
      });
      const counted = step.count(output, code);
      // A crash before, between or after the tests is a failure, and so is running none.
      const silent = counted.failed === 0 && (code !== 0 || counted.passed === 0);
      sum.passed += counted.passed;
      sum.failed += counted.failed + (silent ? 1 : 0);
      sum.skipped += counted.skipped;
      if (silent && code === 0) sum.why = "ran no tests";
      if ((counted.failed > 0 || silent) && !verbose) showFailure(log);
    }
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.error(error.report());
    sum.failed += 1;
  } finally {
    await around?.after();
  }
  return { ...sum, time: since(started) };
}

function showFailure(log) {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  const shown = lines.slice(-LINES_OF_A_FAILURE);
  if (shown.length < lines.length) console.log(`… (the whole output is in ${log})`);
  console.log(shown.map((line) => `  ${line}`).join("\n"));
}

function closingLineOf(name, { passed, failed, skipped, time, why }) {
  const counts = [`${passed} passed`, `${failed} failed`];
  if (skipped > 0) counts.push(`${skipped} skipped`);
  return `${name}: ${counts.join(", ")}${why ? `, ${why}` : ""}${time ? ` (${time})` : ""}`;
}
