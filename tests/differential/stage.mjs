// What the differential tests stand on: a page with both clients, and a backend for each.

import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { handlesOf } from "./handles.mjs";
import { controlScript, startBackend } from "../../scripts/lib/backend.mjs";
import { launch } from "../../scripts/lib/chromium.mjs";
import { PKG, ROOT, at } from "../../scripts/lib/paths.mjs";

const HERE = at("tests/differential");
const SCRIPT = "text/javascript; charset=utf-8";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": SCRIPT, ".mjs": SCRIPT };

/** Nothing takes this long, also where others keep the machine busy. */
const PATIENCE_MS = 90_000;
const LATE = Symbol("late");

/** The clients, in the order in which a scenario is run through them. */
export const CLIENTS = ["original", "ours"];

/** What happens in a page, or an error with the last that did before it hung. */
async function inTime(page, result) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, LATE);
  });
  const outcome = await Promise.race([result, late]);
  clearTimeout(timer);
  if (outcome !== LATE) return outcome;
  result.catch(() => {});
  const tails = await page.evaluate(() => globalThis.tail?.() ?? []);
  const lines = tails.flatMap((tail) => ["last on the wire:", ...tail]);
  throw new Error(`not done after ${PATIENCE_MS / 1000} s\n${lines.join("\n")}`);
}

/** Starts a page's server, a browser, and as many backends as asked for. */
async function open(count) {
  const folder = mkdtempSync(join(tmpdir(), "talk-session-differential-"));
  await bundleOriginal(join(folder, "original.js"));
  // First, since nothing else may be left behind when there is no backend to start.
  const start = () => startBackend({ args: ["--control"] });
  const backends = await Promise.all(Array.from({ length: count }, start));
  const [server, browser] = await Promise.all([
    serve([
      ["/original.js", folder], ["/pkg/", PKG], ["/fixtures/", at("tests")],
      ["/page/", HERE], ["/scenarios/", HERE], ["/listed.js", HERE], ["/normalise.mjs", HERE],
      ["/instant.mjs", HERE],
    ]),
    launch(),
  ]);

  /** Opens the page, does something in it, and gives that and the errors that nobody caught. */
  const inPage = async (body, address = "index") => {
    const page = await browser.newPage();
    const troubles = [];
    page.on("pageerror", (error) => troubles.push(error.stack ?? String(error)));
    try {
      await page.addInitScript(controlScript(...backends));
      await page.goto(`${server.url}/page/${address}.html`);
      await page.waitForFunction(() => globalThis.ready === true);
      return { ...(await inTime(page, body(page))), troubles };
    } finally {
      await page.close();
    }
  };

  const close = async () => {
    await browser.close();
    await Promise.all([server.close(), ...backends.map((backend) => backend.stop())]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { backends, inPage, close };
}

/**
 * Starts everything.
 *
 * @returns an object with `run(file, name)`, which runs a scenario through both clients and gives
 *   `{original, ours, troubles}`, each client's with what the application saw, what went over the
 *   wire and what it called; and `close()`. `clients` names those to use, if not both.
 */
export async function openStage(clients = CLIENTS) {
  const handles = handlesOf();
  const { backends, inPage, close } = await open(clients.length);
  const run = (file, name) =>
    inPage(async (page) => {
      const results = {};
      for (const [index, client] of clients.entries()) {
        const { host, control } = backends[index];
        await control({ do: "reset" });
        const result = await page.evaluate(
          (args) => globalThis.runScenario(...args),
          [client, file, name, host, handles],
        );
        results[client] = { ...JSON.parse(result), host };
      }
      return results;
    });
  return { run, close };
}

/** Starts what is needed to record: `record(flow)` gives `{log, host}`, and `close()` ends it. */
export async function openStudio() {
  const { backends, inPage, close } = await open(1);
  const [{ host, control }] = backends;
  const record = (flow) =>
    inPage(async (page) => {
      await control({ do: "reset" });
      const log = await page.evaluate((args) => globalThis.recordFlow(...args), [flow, host]);
      return { log: JSON.parse(log), host };
    });
  return { record, close };
}

/**
 * Runs a door of the page of texts, `sendTexts` or `readContents`, through both clients. Gives the
 * answers of each client by its name.
 */
export async function throughBoth(door, cases) {
  const { inPage, close } = await open(0);
  try {
    const { troubles, ...answers } = await inPage(async (page) => {
      const results = {};
      for (const client of CLIENTS) {
        const args = [door, client, JSON.stringify(cases)];
        const run = ([name, ...rest]) => globalThis[name](...rest);
        results[client] = JSON.parse(await page.evaluate(run, args));
      }
      return results;
    }, "markup");
    if (troubles.length > 0) throw new Error(troubles.join("\n"));
    return answers;
  } finally {
    await close();
  }
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
