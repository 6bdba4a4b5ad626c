import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { closingLine, nodeSummary, rustTests } from "../suites.mjs";
import { StepError, run } from "./run.mjs";

const node = (script, options) => run("step", process.execPath, ["-e", script], options);

test("output comes back line by line, without colours", async () => {
  const { code, output } = await node(
    `process.stdout.write("one\\ntw"); process.stdout.write("o\\r\\n\\x1b[31mthree\\x1b[0m")`,
  );
  assert.equal(code, 0);
  assert.deepEqual(output, ["one", "two", "three"]);
});

test("a failure says what failed, the command, the last 30 lines, and what to do", async () => {
  const failing = node(`for (let i = 0; i < 50; i++) console.error("line " + i); process.exit(3)`, {
    hint: "try again",
  });
  await assert.rejects(failing, (error) => {
    assert.ok(error instanceof StepError);
    const report = error.report();
    assert.match(report, /step ended with code 3/);
    assert.match(report, /command: .*node/);
    assert.match(report, /line 20\n/);
    assert.match(report, /line 49\n/);
    assert.doesNotMatch(report, /line 19\n/);
    assert.match(report, /what to do: try again/);
    return true;
  });
});

test("a program that does not exist gets a clear error", async () => {
  await assert.rejects(run("step", "no-such-program", []), /no-such-program was not found/);
});

test("without `check` the code comes back", async () => {
  assert.equal((await node("process.exit(4)", { check: false })).code, 4);
});

test("a program that takes too long is stopped", async () => {
  const endless = node("setInterval(() => {}, 1000)", { check: false, limitMs: 200 });
  const { code, output } = await endless;
  assert.notEqual(code, 0);
  assert.match(output.at(-1), /^stopped: not done after/);
});

test("a program is stopped at the line that says enough", async () => {
  const endless = node(`console.log("one"); console.log("two"); setInterval(() => {}, 1000)`, {
    check: false, stopAt: (line) => line === "two",
  });
  const { code, output } = await endless;
  assert.notEqual(code, 0);
  assert.deepEqual(output, ["one", "two"]);
});

test("the log gets the whole output", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "talk-run-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const log = join(folder, "sub", "out.log");
  await node(`console.log("a"); console.log("b")`, { log });
  assert.equal(readFileSync(log, "utf8"), "a\nb");
});

test("cargo's progress bar is no output", async () => {
  const { output } = await node(`
    console.error("Compiling a v1");
    process.stderr.write("    Building [==>  ] 3/14: a, b\\r");
    console.error("Done");`);
  assert.deepEqual(output, ["Compiling a v1", "Done"]);
});

test("Ctrl-C stops the children and their children", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "talk-run-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "main.mjs");
  const url = new URL("./run.mjs", import.meta.url).href;
  writeFileSync(script, `
    import { main, run } from ${JSON.stringify(url)};
    const child = "const c = require('node:child_process').spawn(process.execPath, " +
      "['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }); " +
      "console.log('pid ' + c.pid); setInterval(() => {}, 1000)";
    await main(() => run("step", process.execPath, ["-e", child], { verbose: true }));`);
  const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const grandchild = await new Promise((resolve) => {
    parent.stdout.on("data", (chunk) => {
      const found = /pid (\d+)/.exec(chunk);
      if (found) resolve(Number(found[1]));
    });
  });
  process.kill(grandchild, 0);
  const ended = new Promise((resolve) => parent.on("exit", resolve));
  parent.kill("SIGINT");
  assert.equal(await ended, 130);
  // A process that has ended is gone once its new parent has taken note of it.
  const gone = () => {
    try {
      process.kill(grandchild, 0);
      return /^\S+ \(.*\) Z/.test(readFileSync(`/proc/${grandchild}/stat`, "utf8"));
    } catch {
      return true;
    }
  };
  const limit = Date.now() + 5_000;
  while (!gone() && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(gone(), "the grandchild is still running");
});

test("results of test runners are counted", () => {
  assert.deepEqual(
    rustTests([
      "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
      "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
    ]),
    { passed: 15, failed: 2, skipped: 1 },
  );
  assert.deepEqual(
    nodeSummary(["ℹ tests 9", "ℹ pass 5", "ℹ fail 1", "ℹ cancelled 1", "ℹ skipped 1", "ℹ todo 1"]),
    { passed: 5, failed: 2, skipped: 2 },
  );
  assert.deepEqual(closingLine(["1 passed, 1 failed", "8 passed, 2 failed"]), {
    passed: 8, failed: 2, skipped: 0,
  });
  assert.deepEqual(closingLine(["error: nothing"]), { passed: 0, failed: 0, skipped: 0 });
});
