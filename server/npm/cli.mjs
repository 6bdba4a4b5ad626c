#!/usr/bin/env node
// `npx talk-session-server [OPTIONS]`: the backend's program, built if need be. It gets the options
// and signals, and this process ends as it does.

import { spawn } from "node:child_process";
import { programFile } from "./program.mjs";

/** Ends with a sentence. */
function fail(error) {
  console.error(`talk-session-server: ${error.message}`);
  process.exitCode = 1;
}

try {
  const child = spawn(programFile(), process.argv.slice(2), { stdio: "inherit" });
  // Ctrl-C reaches both; the program decides when it is over.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("error", fail);
  child.on("exit", (code) => (process.exitCode = code ?? 1));
} catch (error) {
  fail(error);
}
