// The golden wire fixtures are what the original and the backend do today.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { ROOT } from "../../scripts/lib/paths.mjs";

test("recording the fixtures again gives the same files", async () => {
  const args = ["scripts/record.mjs", "--check"];
  const run = promisify(execFile)(process.execPath, args, { cwd: ROOT });
  const { stdout } = await run.catch(({ stdout, stderr }) => assert.fail(`\n${stdout}${stderr}`));
  assert.match(stdout, /^record: \d+ fixtures are as they were$/m);
});
