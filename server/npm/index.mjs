// Starting the backend from a test, see "In your own tests" in the README.

import { startBackend } from "../../scripts/lib/backend.mjs";
import { programFile } from "./program.mjs";

/** Starts a server of your own. The typings say what it takes and gives. */
export async function startServer({ args = [], onLine } = {}) {
  const { host, url, control, controlToken, stop, exited } = await startBackend({
    args: ["--control", ...args],
    binary: programFile(),
    ...(onLine && { onLine }),
  }).catch((error) => {
    // What the program said is why it did not start.
    throw new Error([error.message, ...(error.output ?? [])].join("\n"), { cause: error });
  });
  return { host, url, control, controlToken, stop, exited };
}
