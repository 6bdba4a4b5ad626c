// Set-up: everything a build needs, all at the same time, each step only when it is not done yet.
// `npm run setup` runs it alone; start, build and test begin with it.

import { fileURLToPath } from "node:url";
import { ROOT } from "./lib/paths.mjs";
import { main, run, say, since } from "./lib/run.mjs";
import {
  CARGO_PROGRESS, ensureNpmPackages, ensureRustComponents, ensureWasmBindgen, ensureWasmPack,
  ensureWasmTarget, requireBasics,
} from "./lib/tools.mjs";

/**
 * Installs what is missing and builds the backend with the given cargo profile (none: not at all).
 * The steps run side by side; the first one that fails stops the others.
 */
export async function setUp({ backend, lint = false, verbose = false } = {}) {
  requireBasics();
  const started = Date.now();
  await Promise.all([
    ensureNpmPackages(),
    ensureWasmTarget(),
    ensureWasmPack(),
    ensureWasmBindgen(),
    lint && ensureRustComponents(),
    backend && buildBackend(backend, verbose),
  ]);
  if (Date.now() - started > 5_000) say("set-up", `done in ${since(started)}`);
}

/** Builds the local backend. `native` is the one to use, `dev` the one that is there soonest. */
export async function buildBackend(profile, verbose = false) {
  await run("backend", "cargo", ["build", "--profile", profile, "-p", "talk-session-server"], {
    cwd: ROOT,
    env: { ...process.env, ...CARGO_PROGRESS },
    doing: "compiling",
    verbose,
    hint: "mend the error above; rusqlite also needs a C compiler (cc) on PATH",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await setUp({ backend: "native" });
    say("set-up", "everything is there");
  });
}
