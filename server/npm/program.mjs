// The backend's program: a file that can be run. The program is written in Rust and is not shipped
// compiled, so this package works inside its repository, where cargo can build it.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { ROOT, backendOf } from "../../scripts/lib/paths.mjs";

const PROFILE = "native";
const BUILD = ["build", "--profile", PROFILE, "-p", "talk-session-server"];

/**
 * The file of the program. It is built, unless `TALK_BACKEND_BIN` names one; that takes a minute or
 * two the first time, and no time when nothing has changed. Without cargo the one that was built
 * last is used. What cargo says goes to stderr: stdout is the program's own.
 */
export function programFile() {
  const chosen = process.env.TALK_BACKEND_BIN;
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`TALK_BACKEND_BIN names ${chosen}, which does not exist.`);
  }
  const file = backendOf(PROFILE);
  const built = existsSync(file);
  // Nothing to read when there is nothing to do.
  const quiet = built ? ["--quiet"] : [];
  const { error, status } = spawnSync("cargo", [...BUILD, ...quiet], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
  });
  if (error?.code === "ENOENT" && built) return file;
  if (error?.code === "ENOENT") {
    throw new Error(
      "The backend is not built, and cargo was not found. Install Rust (and a C compiler, for " +
        "SQLite), or name a program that is built in TALK_BACKEND_BIN.",
    );
  }
  if (error) throw error;
  if (status !== 0) throw new Error("The backend could not be built: see what cargo said above.");
  return file;
}
