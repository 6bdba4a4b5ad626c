// What the differential tests stand on: a page with both clients, and a backend for each.

import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { startBackend } from "../../scripts/lib/backend.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG, ROOT, at } from "../../scripts/lib/paths.mjs";

const HERE = at("tests/differential");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

/** The clients, in the order in which a scenario is run through them. */
export const CLIENTS = ["original", "ours"];

/**
 * Starts everything.
 *
 * @returns an object with `run(file, name)`, which runs a scenario through both clients and gives
 *   `{original, ours}`, each with what the application saw and what went over the wire; and
 *   `close()`.
 */
export async function openStage() {
  const folder = mkdtempSync(join(tmpdir(), "talk-session-differential-"));
  await bundleOriginal(join(folder, "original.js"));
  const [server, browser, ...backends] = await Promise.all([
    serve([
      ["/original.js", folder], ["/pkg/", PKG],
      ["/page/", HERE], ["/scenarios/", HERE], ["/listed.js", HERE],
    ]),
    launch(),
    ...CLIENTS.map(() => startBackend({ args: ["--control"] })),
  ]);

  const run = async (file, name) => {
    const page = await browser.newPage();
    const troubles = [];
    page.on("pageerror", (error) => troubles.push(error.stack ?? String(error)));
    try {
      await page.goto(`${server.url}/page/index.html`);
      await page.waitForFunction(() => globalThis.ready === true);
      const results = {};
      for (const [index, client] of CLIENTS.entries()) {
        const { host, control } = backends[index];
        await control({ do: "reset" });
        const result = await page.evaluate(
          (args) => globalThis.runScenario(...args),
          [client, file, name, host],
        );
        results[client] = { ...JSON.parse(result), host };
      }
      return { ...results, troubles };
    } finally {
      await page.close();
    }
  };

  const close = async () => {
    await browser.close();
    await Promise.all([server.close(), ...backends.map((backend) => backend.stop())]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { run, close };
}

/** The original as one module, into a folder that goes with the tests. */
function bundleOriginal(outfile) {
  return build({
    stdin: { contents: `export * from "@talkjs/core";`, resolveDir: ROOT },
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
}

/** A small static server: each entry serves what is under a path from a folder. */
async function serve(places) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://here").pathname;
    const place = places.find(([prefix]) => path.startsWith(prefix));
    try {
      const [prefix, folder] = place;
      const rest = prefix === "/pkg/" ? path.slice(prefix.length) : path;
      const body = await readFile(join(folder, normalize(rest)));
      const type = TYPES[extname(path)] ?? "application/octet-stream";
      response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
