// Starting the local backend from a script or a test, and talking to its control door.

import { createInterface } from "node:readline";
import { backendBinary } from "./paths.mjs";
import { StepError, startChild, stopChild } from "./run.mjs";

const START_LIMIT_MS = 20_000;
const LINE = /^listening on (http:\/\/(\S+))$/;
const TOKEN_LINE = /^control token (\S+)$/;

/**
 * A way to order a backend about, for whoever has its token: `control({do: "reset"})` resolves with
 * the answer. Everything in scripts and tests that uses the controls uses this, also in pages,
 * which is why it needs nothing from outside.
 */
export function controlOf(url, token, fetch = globalThis.fetch) {
  return async (command) => {
    const body = JSON.stringify(command);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${url}/control`, { method: "POST", headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`The backend refused ${body}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
}

/**
 * A script for a page to begin with: `orderBackend(host, command)` orders one of these backends
 * about. It uses the page's own `fetch`, as it is before anything in the page replaces it.
 */
export function controlScript(...backends) {
  const controls = backends.map(({ host, url, controlToken }) => {
    const args = [url, controlToken].map((text) => JSON.stringify(text));
    return `${JSON.stringify(host)}: controlOf(${args}, fetch.bind(globalThis))`;
  });
  return `{
    ${controlOf}
    const controls = { ${controls} };
    globalThis.orderBackend = (host, command) => controls[host](command);
  }`;
}

/**
 * Starts a backend on a free port and waits until it listens.
 *
 * - `args`: its options, for example `["--app", "demo:secret"]`. Unless told otherwise it keeps its
 *   data in memory (`--data :memory:`) and picks a free port (`--port 0`).
 * - `binary`: the program; else the newest one that was built, or `TALK_BACKEND_BIN`.
 * - `onLine`: gets each line that it prints.
 * - `env`: further variables of its environment.
 *
 * Resolves with `{host, url, pid, stop, control, controlToken, exited, output}`: `host` is what
 * `getTalkSession` takes as its `host`, `stop()` resolves when the backend is gone, `control(json)`
 * needs `--control` among the options and resolves with the answer, `controlToken` is what others
 * who use the controls have to know, `exited` resolves with the exit code whenever that happens,
 * `output` has the last lines that it printed.
 */
export async function startBackend({ args = [], binary = backendBinary(), onLine, env } = {}) {
  const given = (name) => args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const all = [
    ...(given("--port") ? [] : ["--port", "0"]),
    ...(given("--data") ? [] : ["--data", ":memory:"]),
    ...args,
  ];
  const command = [binary, ...all].join(" ");
  const child = startChild(binary, all, {
    group: false,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const output = [];
  const exited = new Promise((resolve) => {
    child.on("exit", (code, signal) => resolve(code ?? signal));
    child.on("error", () => resolve("not started"));
  });

  // The lines that it starts with: the second one comes only when there is something to control.
  let address;
  const { url, controlToken } = await new Promise((resolve, reject) => {
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
        address ??= LINE.exec(line)?.[1];
        const token = TOKEN_LINE.exec(line)?.[1];
        if (!address || (given("--control") && !token)) return;
        clearTimeout(timer);
        resolve({ url: address, controlToken: token });
      });
    }
  });

  const stop = async () => {
    stopChild(child);
    const force = setTimeout(() => stopChild(child, "SIGKILL"), 5_000);
    await exited;
    clearTimeout(force);
  };
  const control = controlOf(url, controlToken);
  const { host } = new URL(url);
  return { host, url, pid: child.pid, stop, control, controlToken, exited, output };
}
