// The test suites of `npm test`: what each runs, what it needs, and how its tests are counted.
// A suite whose tests do not exist yet is not registered, so it can never be reported as passed.

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startBackend } from "./lib/backend.mjs";
import { findChromedriver, findChromium } from "./lib/chromium.mjs";
import { CACHE, ROOT, at, backendOf, npmProgram } from "./lib/paths.mjs";
import { CARGO_PROGRESS, toolEnv } from "./lib/tools.mjs";
import { writeFrontTypings } from "./lib/typings.mjs";

const CLIPPY_FOR_WASM = ["clippy", "--target", "wasm32-unknown-unknown"];
const NO_WARNINGS = ["--", "-D", "warnings"];
/** The crate whose tests run inside a browser, if it is there. */
const BROWSER_TESTS = "tests/browser";

/**
 * All suites, in the order in which they run. Each has
 * - `name`, and `about` for the list of suites;
 * - `needs`: any of `package` (pkg/ is built), `backend` (its program is built) and `browser`;
 * - `steps`: `{program, args, env?, count}`, run one after the other; `count(lines, code)` returns
 *   `{passed, failed, skipped}`;
 * - `before`: optional; starts what the steps talk to and returns `{env, after}`.
 */
export function suites() {
  return [
    {
      name: "fmt",
      about: "Rust code is formatted",
      steps: [cargo(["fmt", "--all", "--check"], oneCheck)],
    },
    {
      name: "clippy",
      about: "no warnings, natively and for WebAssembly",
      steps: [
        cargo(["clippy", "--workspace", "--all-targets", ...NO_WARNINGS], oneCheck),
        cargo([...CLIPPY_FOR_WASM, "-p", "talk-session", ...NO_WARNINGS], oneCheck),
        hasBrowserTests() &&
          cargo(
            [...CLIPPY_FOR_WASM, "-p", "talk-browser-tests", "--all-targets", ...NO_WARNINGS],
            oneCheck,
          ),
      ].filter(Boolean),
    },
    {
      name: "native",
      about: "Rust tests: core, backend, and the two together",
      steps: [
        cargo(["test", "--workspace", "--exclude", "talk-session", "--exclude", "talk-sim",
          "--exclude", "talk-fuzz", "--no-fail-fast"], rustTests),
        // A thousand seeds take their time: with the optimisation that the backend is built with.
        cargo(["test", "-p", "talk-sim", "-p", "talk-fuzz", "--profile", "native",
          "--no-fail-fast"], rustTests),
      ],
    },
    nodeTests("scripts", "the build scripts' own tests", "scripts/lib", []),
    nodeTests("front", "the package's front, as far as it needs no page", "tests/front", []),
    {
      name: "types",
      about: "the typings, under tsc --strict",
      needs: ["package"],
      steps: [
        existsSync(at("tests/types/run.mjs")) && node(["tests/types/run.mjs"], closingLine),
        ...[".", "pkg-template", "www"]
          .filter((folder) => existsSync(at(folder, "tsconfig.json")))
          .map((folder) =>
            node([npmProgram("typescript", "bin", "tsc"), "--noEmit", "-p", folder], oneCheck),
          ),
      ].filter(Boolean),
      async before() {
        writeFrontTypings();
        return { after() {} };
      },
    },
    {
      name: "wasm",
      about: "the package from Rust inside a browser, against the local backend",
      needs: ["package", "backend", "browser"],
      steps: hasBrowserTests() ? [wasmPackTest()] : [],
      before: backendForWasmTests,
    },
    nodeTests("page", "the package in a page", "tests/page", ["package", "backend", "browser"]),
    nodeTests("field", "frameworks, other realms and odd environments", "tests/field",
      ["package", "backend", "browser"]),
    nodeTests("differential", "the same scenario through the original and through ours",
      "tests/differential", ["package", "backend", "browser"]),
    nodeTests("original", "the backend, with the original client", "tests/original",
      ["backend", "browser"]),
    nodeTests("demo", "the demo chat app", "tests/demo", ["package", "backend", "browser"]),
    nodeTests("package", "the packed package, installed and run in Node and in bundlers",
      "tests/package", ["package", "backend", "browser"]),
    nodeTests("bench", "the clients of the benchmark do the same work", "tests/bench",
      ["package", "browser"]),
    {
      name: "size",
      about: "the package is within scripts/budget.json",
      needs: ["package"],
      steps: [node(["scripts/size.mjs", "--check"], closingLine)],
    },
  ].filter(({ steps }) => steps.length > 0);
}

function cargo(args, count) {
  return { program: "cargo", args, env: { ...process.env, ...CARGO_PROGRESS }, count };
}

function node(args, count) {
  return { program: process.execPath, args, count };
}

/** The `*.test.mjs` files under a folder, by node's own test runner. */
function nodeTests(name, about, folder, needs) {
  const files = testFiles(at(folder));
  const args = ["--test", "--test-reporter=spec", ...files];
  return { name, about, needs, steps: files.length > 0 ? [node(args, nodeSummary)] : [] };
}

function testFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === "node_modules" ? [] : testFiles(path);
      return entry.name.endsWith(".test.mjs") ? [path] : [];
    });
}

// The tests in a browser.

function hasBrowserTests() {
  return existsSync(at(BROWSER_TESTS, "Cargo.toml"));
}

function wasmPackTest() {
  const driver = findChromedriver();
  const args = [
    "test", "--headless", "--chrome", "--mode", "no-install",
    ...(driver ? ["--chromedriver", driver] : []),
    BROWSER_TESTS,
  ];
  return { program: "wasm-pack", args, env: toolEnv(CARGO_PROGRESS), count: rustTests };
}

/**
 * The tests learn the backend's address and the token of its controls when they are compiled
 * (`env!("TALK_BACKEND")`), so a port and a token that stay the same save compiling them again.
 */
async function backendForWasmTests() {
  const USUAL = 4431;
  const binary = backendOf("dev");
  const env = { TALK_CONTROL_TOKEN: tokenForWasmTests() };
  const start = (port) => startBackend({ binary, args: ["--control", "--port", String(port)], env });
  const backend = await start(USUAL).catch(() => start(0));
  return {
    env: { TALK_BACKEND: backend.host, TALK_BACKEND_TOKEN: backend.controlToken },
    after: () => backend.stop(),
  };
}

/** A token of this clone's own, which only its user can read. */
function tokenForWasmTests() {
  const file = join(CACHE, "wasm-tests.token");
  if (existsSync(file)) return readFileSync(file, "utf8");
  const token = randomBytes(16).toString("hex");
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(file, token, { mode: 0o600 });
  return token;
}

/** What the tests of pages and packages find in their environment. */
export function testEnvironment() {
  const env = {};
  const browser = findChromium();
  if (browser) env.CHROMIUM = browser;
  if (!process.env.TALK_BACKEND_BIN) env.TALK_BACKEND_BIN = backendOf("dev");
  return env;
}

// Counting. Each takes the lines of output and the exit code.

/** A program whose exit code is the result. */
function oneCheck(_lines, code) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** `test result: ok. 12 passed; 0 failed; 1 ignored; …`, once per test program. */
export function rustTests(lines) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const line of lines) {
    const found = /^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/.exec(line.trim());
    if (!found) continue;
    total.passed += Number(found[1]);
    total.failed += Number(found[2]);
    total.skipped += Number(found[3]);
  }
  return total;
}

/** The summary of node's test runner: `ℹ pass 12`. */
export function nodeSummary(lines) {
  const found = new Map();
  for (const line of lines) {
    const entry = /^[ℹ#] (pass|fail|cancelled|skipped|todo) (\d+)$/.exec(line.trim());
    if (entry) found.set(entry[1], Number(entry[2]));
  }
  const get = (name) => found.get(name) ?? 0;
  return {
    passed: get("pass"),
    failed: get("fail") + get("cancelled"),
    skipped: get("skipped") + get("todo"),
  };
}

/** A last line `12 passed, 0 failed`. */
export function closingLine(lines) {
  const [, passed, failed] = lines
    .map((line) => /^(\d+) passed, (\d+) failed/.exec(line.trim()))
    .findLast(Boolean) ?? [0, 0, 0];
  return { passed: Number(passed), failed: Number(failed), skipped: 0 };
}

/** The folder in which all suites run. */
export const SUITE_FOLDER = ROOT;
