// The backend as a program of its own: as people start it, and from the tests of others.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { backendBinary, ROOT } from "../../scripts/lib/paths.mjs";

const env = { ...process.env, TALK_BACKEND_BIN: backendBinary() };
const LIMIT = { timeout: 60_000 };

/** Runs npm or npx to its end, without a look at the network. */
function npm(program, args, cwd) {
  const all = program === "npx" ? ["--no-install", ...args] : args;
  return spawnSync(program, all, {
    cwd,
    env: { ...env, npm_config_offline: "true" },
    encoding: "utf8",
    input: "",
    timeout: LIMIT.timeout,
  });
}

test("npx starts it from the repository", LIMIT, () => {
  const { status, stdout, stderr } = npm("npx", ["./server", "--help"], ROOT);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^talk-session-server: .*\n\nUsage: talk-session-server/);
});

test("it ends as the program does", LIMIT, () => {
  const { status, stderr } = npm("npx", ["./server", "--nonsense"], ROOT);
  assert.notEqual(status, 0);
  assert.match(stderr, /^talk-session-server: .*--nonsense.*--help/m);
});

test("startServer says why the program did not start", LIMIT, async () => {
  const { startServer } = await import("../../server/npm/index.mjs");
  await assert.rejects(startServer({ args: ["--prot", "1"] }), {
    message: /^The backend ended before it listened .*\n.*invalid option '--prot'; --help/s,
  });
});

test("another project installs the folder, and has the program and startServer", LIMIT, async () => {
  const project = mkdtempSync(join(tmpdir(), "talk-session-project-"));
  try {
    writeFileSync(join(project, "package.json"), `{"name":"project","private":true}`);
    const install = ["install", "--save-dev", "--no-audit", "--no-fund", join(ROOT, "server")];
    const installed = npm("npm", install, project);
    assert.equal(installed.status, 0, installed.stderr);
    assert.match(npm("npx", ["talk-session-server", "--version"], project).stdout,
      /^talk-session-server \d/);

    const script = `
      import { startServer } from "talk-session-server";
      const server = await startServer({ args: ["--app", "shop"] });
      const shop = await fetch(server.url + "/api/v0/shop");
      const log = await server.control({ do: "log" });
      const door = server.url + "/control";
      const order = (headers) => fetch(door, { method: "POST", headers, body: '{"do":"log"}' });
      const bearer = { authorization: "Bearer " + server.controlToken };
      const doors = [(await order({})).status, (await order(bearer)).status];
      await server.stop();
      const told = [server.host, shop.status, log, doors, await server.exited];
      console.log(JSON.stringify(told));`;
    writeFileSync(join(project, "use.mjs"), script);
    const used = spawnSync(process.execPath, ["use.mjs"], { cwd: project, env, encoding: "utf8" });
    assert.equal(used.status, 0, used.stderr);
    const [host, ...rest] = JSON.parse(used.stdout);
    assert.match(host, /^127\.0\.0\.1:\d+$/);
    assert.deepEqual(rest, [200, [], [401, 200], 0]);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
});

test("a signal stops the program behind the script", LIMIT, async () => {
  const args = [join(ROOT, "server/npm/cli.mjs"), "--port", "0", "--data", ":memory:"];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const [line] = await new Promise((resolve) => {
    createInterface({ input: child.stdout }).once("line", (...line) => resolve(line));
  });
  const url = line.replace("listening on ", "");
  assert.equal((await fetch(url)).status, 200);
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  await assert.rejects(fetch(url));
});

test("a program that is not there is named", LIMIT, () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "server/npm/cli.mjs")], {
    env: { ...env, TALK_BACKEND_BIN: "/nowhere/server" },
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stderr, /TALK_BACKEND_BIN names \/nowhere\/server, which does not exist/);
});
