// Starting the local backend from a script or a test, and talking to its control door.

import { createInterface } from "node:readline";
import { backendBinary } from "./paths.mjs";
import { StepError, startChild, stopChild } from "./run.mjs";

const START_LIMIT_MS = 20_000;
const LINE = /^listening on (http:\/\/(\S+))$/;

/**
 * Starts a backend on a free port and waits until it listens.
 *
 * - `args`: its options, for example `["--app", "demo:secret"]`. Unless told otherwise it keeps its
 *   data in memory (`--data :memory:`) and picks a free port (`--port 0`).
 * - `binary`: the program; else the newest one that was built, or `TALK_BACKEND_BIN`.
 * - `onLine`: gets each line that it prints.
 *
 * Resolves with `{host, url, pid, stop, control, exited, output}`: `host` is what `getTalkSession`
 * takes as its `host`, `stop()` resolves when the backend is gone, `control(json)` needs
 * `--control` among the options and resolves with the answer, `exited` resolves with the exit code
 * whenever that happens, `output` has the last lines that it printed.
 */
export async function startBackend({ args = [], binary = backendBinary(), onLine } = {}) {
  const given = (name) => args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const all = [
    ...(given("--port") ? [] : ["--port", "0"]),
    ...(given("--data") ? [] : ["--data", ":memory:"]),
    ...args,
  ];
  const command = [binary, ...all].join(" ");
  const child = startChild(binary, all, { group: false, stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  const exited = new Promise((resolve) => {
    child.on("exit", (code, signal) => resolve(code ?? signal));
    child.on("error", () => resolve("not started"));
  });

  const url = await new Promise((resolve, reject) => {
    const fail = (message, hint) => reject(new StepError(message, { command, output, hint }));
    const timer = setTimeout(() => {
      stopChild(child, "SIGKILL");
      fail(`The backend did not say where it listens within ${START_LIMIT_MS / 1000} s.`);
    }, START_LIMIT_MS);
    child.on("error", (error) => {
      clearTimeout(timer);
      fail(`The backend could not be started: ${error.message}.`);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      fail(`The backend ended before it listened (${signal ?? `code ${code}`}).`);
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        output.push(line);
        if (output.length > 200) output.shift();
        onLine?.(line);
        const found = LINE.exec(line);
        if (!found) return;
        clearTimeout(timer);
        resolve(found[1]);
      });
    }
  });

  const stop = async () => {
    stopChild(child);
    const force = setTimeout(() => stopChild(child, "SIGKILL"), 5_000);
    await exited;
    clearTimeout(force);
  };
  const control = async (command) => {
    const answer = await fetch(`${url}/control`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(command),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`The backend refused ${JSON.stringify(command)}: ${answer.status} ${text}`);
    }
    return text === "" ? undefined : JSON.parse(text);
  };
  return { host: new URL(url).host, url, pid: child.pid, stop, control, exited, output };
}
