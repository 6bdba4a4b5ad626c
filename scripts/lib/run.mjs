// Running other programs: quietly while all is well, with a line of progress on long steps, with
// the last lines of output when something fails, and never leaving a child behind.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const WINDOWS = process.platform === "win32";
const PROGRESS_EVERY_MS = 12_000;
const TAIL_LINES = 30;

/** A step that failed, with what a person needs to go on. */
export class StepError extends Error {
  constructor(message, { command, output = [], hint } = {}) {
    super(message);
    this.name = "StepError";
    this.command = command;
    this.output = output;
    this.hint = hint;
  }

  /** The whole story, for the terminal. */
  report() {
    const lines = [`✗ ${this.message}`];
    if (this.command) lines.push(`  command: ${this.command}`);
    if (this.output.length > 0) {
      lines.push(`  its last lines:`, ...this.output.map((line) => `    ${line}`));
    }
    if (this.hint) lines.push(`  what to do: ${this.hint}`);
    return lines.join("\n");
  }
}

/** Prints a line that belongs to a step. */
export const say = (step, text) => console.log(`${step}: ${text}`);

/** Seconds since a `Date.now()` value, for people. */
export const since = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

/**
 * Runs a program to its end and resolves with `{code, output}`.
 *
 * - `step`: the name in front of each printed line.
 * - `doing`: what the program does, for progress lines ("building the backend").
 * - `verbose`: pass the output through as it comes.
 * - `log`: a file that gets the whole output.
 * - `check` (default true): a non-zero exit code throws a `StepError`; `hint` goes into it.
 * - `limitMs`: stop the program after that time, which counts as a failure.
 * - `stopAt(line)`: stop the program at the first line that it is true for.
 */
export function run(step, program, args, options = {}) {
  const { cwd, env, doing, verbose = false, log, check = true, hint, limitMs, stopAt } = options;
  const command = [program, ...args].map(quote).join(" ");
  const started = Date.now();
  const lines = [];
  let last = "";
  // Cargo's progress bar ("Building [==> ] 12/140"), when it was told to print one.
  let counted = "";

  return new Promise((resolve, reject) => {
    const child = startChild(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const progress = setInterval(() => {
      const where = counted || last;
      if (!verbose) say(step, `${doing ?? "working"} … ${where && `${where}, `}${since(started)}`);
    }, PROGRESS_EVERY_MS);

    const take = (line) => {
      const bar = /Building \[.*\] (\d+)\/(\d+)/.exec(line);
      if (bar) {
        counted = `${bar[1]} of ${bar[2]}`;
      } else if (line.trim() !== "") {
        // From here on it is tests that run.
        if (/^\s+Finished /.test(line)) counted = "";
        lines.push(line);
        if (stopAt?.(line)) stopChild(child, "SIGKILL");
        last = line.trim().slice(0, 60);
        if (verbose) console.log(`${step} | ${line}`);
      }
    };
    const readers = [child.stdout, child.stderr].map((stream) => {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (chunk) => {
        const parts = (rest + chunk).split(/\r\n|\n|\r/);
        rest = parts.pop();
        parts.forEach((part) => take(withoutColours(part)));
      });
      return () => rest && take(withoutColours(rest));
    });

    const limit = limitMs && setTimeout(() => {
      take(`stopped: not done after ${since(started)}`);
      stopChild(child, "SIGKILL");
    }, limitMs);

    let settled = false;
    const end = (settle) => {
      if (settled) return;
      settled = true;
      clearInterval(progress);
      clearTimeout(limit);
      readers.forEach((flush) => flush());
      if (log) {
        mkdirSync(dirname(log), { recursive: true });
        writeFileSync(log, lines.join("\n"));
      }
      settle();
    };
    child.on("error", (error) =>
      end(() => {
        const why = error.code === "ENOENT" ? `${program} was not found` : error.message;
        reject(new StepError(`${step} could not start: ${why}.`, { command, hint }));
      }),
    );
    child.on("close", (code, signal) =>
      end(() => {
        if (code === 0 || !check) return resolve({ code: code ?? 1, output: lines });
        const how = signal ? `was stopped by ${signal}` : `ended with code ${code}`;
        const output = lines.slice(-TAIL_LINES);
        reject(new StepError(`${step} ${how} after ${since(started)}.`, { command, output, hint }));
      }),
    );
  });
}

/** Runs a program at once and returns its trimmed output, or undefined when it fails. */
export function ask(program, args, options = {}) {
  const result = spawnSync(program, args, { encoding: "utf8", ...options });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/**
 * How to run npm: by the one that started us, if any. On Windows `npm` is a script that only a
 * shell can start, so going through node is also the portable way.
 */
export function npm(args) {
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.[cm]?js$/.test(cli)) return [process.execPath, [cli, ...args]];
  return [WINDOWS ? "npm.cmd" : "npm", args];
}

// Children, with whether each leads a group: stopping the group also stops what the child started.

const children = new Map();

/**
 * Starts a program that ends with us at the latest. With `group` (the default) it leads a group of
 * its own; without, it stays in ours, and whoever stops our group stops it too.
 */
export function startChild(program, args, { group = true, ...options } = {}) {
  if (children.size === 0) {
    process.off("exit", killAll);
    process.on("exit", killAll);
  }
  const shell = WINDOWS && /\.cmd$/i.test(program);
  const detached = group && !WINDOWS;
  const child = spawn(program, args, { detached, windowsHide: true, shell, ...options });
  if (child.pid !== undefined) {
    children.set(child, detached);
    child.on("exit", () => children.delete(child));
  }
  return child;
}

/** Stops a child and all that it started. */
export function stopChild(child, signal = "SIGTERM") {
  if (!children.has(child)) return;
  try {
    if (WINDOWS) spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
    else process.kill(children.get(child) ? -child.pid : child.pid, signal);
  } catch {
    // It ended in between.
  }
}

const stopAll = (signal) => [...children.keys()].forEach((child) => stopChild(child, signal));
const killAll = () => stopAll("SIGKILL");
let ending = false;

/** Runs the script's main function: reports errors for people, and stops the children on Ctrl-C. */
export async function main(body) {
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) {
    process.on(signal, () => (ending ? leave(code) : endBySignal(code)));
  }
  try {
    await body();
  } catch (error) {
    // After Ctrl-C the steps fail because their programs were stopped: nothing to report.
    if (ending) return;
    process.exitCode = 1;
    console.error(error instanceof StepError ? error.report() : error);
    stopAll("SIGTERM");
  }
}

function endBySignal(code) {
  ending = true;
  process.exitCode = code;
  stopAll("SIGTERM");
  if (children.size === 0) return leave(code);
  for (const child of children.keys()) {
    child.on("exit", () => children.size === 0 && leave(code));
  }
  setTimeout(() => leave(code), 5_000);
}

function leave(code) {
  stopAll("SIGKILL");
  process.exit(code);
}

const quote = (word) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word));

// eslint-disable-next-line no-control-regex
const withoutColours = (line) => line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "");
