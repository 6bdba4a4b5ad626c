// What the tests of this folder stand on: a backend, a web server and a browser for each file, and
// for each test a page of its own that fails the test when anything goes wrong inside it.
//
// The code of a test runs in the page, where `lab` (site/lab.js) is at hand. `PAGE_PKG` in the
// environment names another built package to test.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { controlScript, startBackend } from "../../scripts/lib/backend.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG, at } from "../../scripts/lib/paths.mjs";
import { serveDemo } from "../../scripts/lib/static.mjs";

/** The package under test. */
export const PACKAGE = process.env.PAGE_PKG ?? PKG;

/** How long one test may take. */
const LIMIT_MS = 90_000;

/**
 * Prepares everything for the tests of a file.
 *
 * @param {object} [options]
 * @param {string[]} [options.args] further options of the backend
 */
export function useStage({ args = [] } = {}) {
  let backend;
  let site;
  let browser;

  before(async () => {
    [backend, browser] = await Promise.all([
      startBackend({ args: ["--control", ...args] }),
      launch(),
    ]);
    site = await serveDemo({
      wwwDir: at("tests/page/site"),
      pkgDir: PACKAGE,
      backend: backend.host,
    });
  });

  after(async () => {
    await browser?.close();
    await site?.close();
    await backend?.stop();
  });

  /**
   * A page of its own, which shares nothing with the others.
   *
   * - `run(body, argument)` calls a function in the page and gives what it returns;
   * - `page` is Playwright's;
   * - `logs` has all that was written to the console, `problems` what was reported as an error:
   *   uncaught errors, unhandled rejections, and the console's errors.
   */
  async function open() {
    const context = await browser.newContext();
    await context.addInitScript(controlScript(backend));
    const page = await context.newPage();
    const logs = [];
    const problems = [];
    page.on("console", (line) => {
      logs.push(`${line.type()}: ${line.text()}`);
      if (line.type() === "error") problems.push(`console: ${line.text()}`);
    });
    page.on("pageerror", (error) => {
      logs.push(`uncaught: ${error.message}`);
      problems.push(`uncaught: ${error.message}`);
    });
    await page.goto(`${site.url}?host=${encodeURIComponent(backend.host)}`);
    return {
      page,
      logs,
      problems,
      run: (body, argument) => page.evaluate(body, argument),
      close: () => context.close(),
    };
  }

  /**
   * One test in one page. Whatever the page reports as an error fails it, but for what one of
   * `expected` or `tolerated`, lists of patterns, fits; and each that is expected has to come.
   */
  function scene(name, body, { expected = [], tolerated = [], ...options } = {}) {
    test(name, { timeout: LIMIT_MS, ...options }, async (context) => {
      const own = await open();
      try {
        await body(own, context);
        const fits = (problem) =>
          [...expected, ...tolerated].some((pattern) => pattern.test(problem));
        assert.deepEqual(
          own.problems.filter((problem) => !fits(problem)),
          [],
          "reported by the page",
        );
        for (const pattern of expected) {
          assert.ok(
            own.problems.some((problem) => pattern.test(problem)),
            `reported: ${pattern}`,
          );
        }
      } finally {
        await own.close();
      }
    });
  }

  /** A `scene` of its own kind: something is done in the page before each body. */
  const prepared = (prepare) => (name, body, options) =>
    scene(
      name,
      async (own, context) => {
        await prepare(own);
        await body(own, context);
      },
      options,
    );

  return {
    scene,
    prepared,
    open,
    get backend() {
      return backend;
    },
    get url() {
      return site.url;
    },
  };
}

/** Expects that an error from the page (`lab.failure`) is one of the package's, with this code. */
export function assertTalkError(error, { how = "rejected", code, says, status }, rule) {
  const told = `${rule}: ${JSON.stringify(error)}`;
  assert.equal(error.how, how, told);
  assert.ok(error.isError, told);
  assert.equal(error.name, "TalkError", told);
  assert.equal(error.code, code, told);
  if (says) assert.match(error.message, says, told);
  if (status) assert.equal(error.status, status, told);
}

/** Checks all `[what, error]` of a table, and names every case that fails, not only the first. */
export function assertEach(results, expected, rule) {
  const wrong = [];
  for (const [what, error] of results) {
    try {
      assertTalkError(error, expected, what);
    } catch {
      const { how, code, message, value } = error;
      wrong.push(`${what}: ${how} ${code ?? ""} ${message ?? JSON.stringify(value) ?? ""}`);
    }
  }
  assert.deepEqual(wrong, [], rule);
}
