// What these tests stand on: a backend, a browser, and a page with the original client in it. They
// prove the backend with a client that was not written for it.
//
// The code of a test runs in the page, where `lab` (site/lab.js) is at hand.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { controlScript, startBackend } from "../../scripts/lib/backend.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { ROOT, at } from "../../scripts/lib/paths.mjs";

/** How long one test may take. */
const LIMIT_MS = 60_000;

/**
 * Prepares everything for the tests of a file, and gives `check(name, body, options)`, which is one
 * test: `body` is called in a page of its own, on a backend that has forgotten everything.
 *
 * @param {object} [options]
 * @param {string[]} [options.args] further options of the backend
 */
export function useStage({ args = [] } = {}) {
  let backend;
  let browser;
  let site;

  before(async () => {
    [backend, browser, site] = await Promise.all([
      startBackend({ args: ["--control", ...args] }),
      launch(),
      serveOriginal(),
    ]);
  });

  after(async () => {
    await browser?.close();
    await site?.close();
    await backend?.stop();
  });

  /** Calls `body(lab, argument)` in a new page; nothing there may go wrong unnoticed. */
  return (name, body, argument) =>
    test(name, { timeout: LIMIT_MS }, async () => {
      await backend.control({ do: "reset" });
      const context = await browser.newContext();
      try {
        await context.addInitScript(controlScript(backend));
        const page = await context.newPage();
        const problems = [];
        page.on("pageerror", (error) => problems.push(error.stack ?? error.message));
        await page.goto(`${site.url}/?host=${encodeURIComponent(backend.host)}`);
        await page.waitForFunction(() => globalThis.lab !== undefined);
        await page.evaluate(`(${body})(globalThis.lab, ${JSON.stringify(argument ?? null)})`);
        assert.deepEqual(problems, []);
      } finally {
        await context.close();
      }
    });
}

/** The hex HMAC-SHA256 of a user id, as an app's own server makes it. */
export const signatureOf = (user, secret) =>
  createHmac("sha256", secret).update(user).digest("hex");

/** The page, and the original as one module, which is in no repository. */
async function serveOriginal() {
  const folder = mkdtempSync(join(tmpdir(), "talk-session-original-"));
  await build({
    stdin: { contents: `export * from "@talkjs/core";`, resolveDir: ROOT },
    outfile: join(folder, "original.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  const page = `<!doctype html><script type="module" src="/lab.js"></script>`;
  const files = new Map([
    ["/", ["text/html", () => page]],
    ["/lab.js", ["text/javascript", () => readFile(at("tests/original/site/lab.js"))]],
    ["/original.js", ["text/javascript", () => readFile(join(folder, "original.js"))]],
  ]);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://here");
    const [type, read] = files.get(pathname) ?? [];
    if (!type) return void response.writeHead(404).end();
    response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(await read());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
