import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "./paths.mjs";
import { run } from "./run.mjs";

/** The benchmark with these options. It is told of a package, so that it never builds one. */
const bench = (...args) =>
  run("bench", process.execPath, [at("scripts/bench.mjs"), "--pkg", at("nowhere"), ...args], {
    check: false,
  });

test("options that mean nothing together are refused with the usage", async () => {
  for (const [args, message] of [
    [["--cold", "--memory"], /--cold is for all of the first second/],
    [["--cold", "--only", "window 30"], /--cold is for all of the first second/],
    [["--cold", "--json"], /--cold is for all of the first second/],
    [["--cold", "--strict"], /--cold is for all of the first second/],
    [["--write", "--memory"], /--write is for one run of all events/],
    [["--write", "--only", "window 30"], /--write is for one run of all events/],
  ]) {
    const { code, output } = await bench(...args);
    assert.equal(code, 1, args.join(" "));
    assert.match(output[0], message, args.join(" "));
    assert.match(output[1], /what to do: npm run bench/, args.join(" "));
  }
});
