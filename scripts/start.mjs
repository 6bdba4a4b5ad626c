// `npm start`: sets up what is missing, builds, starts the local backend and the demo, and prints
// one URL. Chats are kept in .data/, so they are there again at the next start.

import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { startBackend } from "./lib/backend.mjs";
import { readOptions } from "./lib/options.mjs";
import { buildPackage } from "./lib/package.mjs";
import { CACHE, DATA, PKG, WWW, backendOf } from "./lib/paths.mjs";
import { StepError, main, say } from "./lib/run.mjs";
import { setUp } from "./setup.mjs";

const OPTIONS = {
  port: { type: "string" },
  "backend-port": { type: "string" },
  verbose: { type: "boolean", default: false },
};
const USAGE = "npm start -- [--port PORT] [--backend-port PORT] [--verbose]";

const DEMO_PORT = 4400;
const BACKEND_PORT = 4420;

await main(async () => {
  const options = readOptions({ options: OPTIONS, usage: USAGE });
  await setUp({ backend: "native", verbose: options.verbose });
  await buildPackage({ verbose: options.verbose, quick: true });

  if (isEmpty(DATA)) await fillData();
  const backendPort = await portFor("--backend-port", options["backend-port"], BACKEND_PORT);
  const backend = await startBackend({
    binary: backendOf("native"),
    args: ["--data", DATA, "--port", String(backendPort)],
    onLine: (line) => line.startsWith("listening on ") || say("backend", line),
  });
  const { serveDemo } = await import("./lib/static.mjs");
  const demoPort = await portFor("--port", options.port, DEMO_PORT);
  const demo = await serveDemo({
    port: demoPort, pkgDir: PKG, wwwDir: WWW, backend: backend.host,
  });
  console.log(`\nThe demo is running. Open ${demo.url} (Ctrl-C stops it)`);
  console.log(`Its backend, for an app of your own: host: "${backend.host}", app "demo"\n`);

  const code = await backend.exited;
  await demo.close();
  throw new StepError(`The backend ended (${code}).`, { output: backend.output.slice(-30) });
});

function isEmpty(folder) {
  return !existsSync(folder) || readdirSync(folder).length === 0;
}

/** Makes the demo's first weeks, in a folder that becomes the real one when all of it is there. */
async function fillData() {
  const { makeHistory } = await import("./lib/history.mjs");
  const folder = join(CACHE, "data.new");
  rmSync(folder, { recursive: true, force: true });
  const binary = backendOf("native");
  const backend = await startBackend({ binary, args: ["--data", folder, "--control"] });
  try {
    await makeHistory(backend);
  } finally {
    await backend.stop();
  }
  rmSync(DATA, { recursive: true, force: true });
  renameSync(folder, DATA);
}

/** The port that was asked for, which must be free; else the usual one, or any if that is taken. */
async function portFor(option, asked, usual) {
  if (asked === undefined) return (await isFree(usual)) ? usual : 0;
  const port = Number(asked);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StepError(`${option} ${asked} is no port; use a number from 0 to 65535.`);
  }
  if (!(await isFree(port))) throw new StepError(`${option} ${port}: that port is in use.`);
  return port;
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
