// Where things are: the one place that knows the layout of the repository and of its build output.

import { existsSync, statSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** A path inside the repository. */
export const at = (...parts) => join(ROOT, ...parts);

/** Tools that set-up installed, one folder per name and version. Ignored by git. */
export const TOOLS = at(".tools");
/** Things that may be thrown away at any time: stamps, half-built tools, logs. Ignored by git. */
export const CACHE = at(".cache");
/** What the local backend of `npm start` keeps: its database and the uploaded files. */
export const DATA = at(".data");
/** The publishable package. */
export const PKG = at("pkg");
/** The hand-written part of the package. */
export const PKG_TEMPLATE = at("pkg-template");
/** The demo's pages. */
export const WWW = at("www");

/** Cargo's output folder. */
export const TARGET = resolve(ROOT, process.env.CARGO_TARGET_DIR ?? "target");
/** What wasm-pack leaves for the package build. */
export const WASM_PKG = join(TARGET, "wasm-pkg");

const EXE = process.platform === "win32" ? ".exe" : "";

/** The name of a program's file on this system. */
export const exe = (name) => name + EXE;

/** The backend's program, as built with a cargo profile: `native` to use it, `dev` for tests. */
export const backendOf = (profile) =>
  join(TARGET, profile === "dev" ? "debug" : profile, exe("talk-session-server"));

/**
 * The backend program to use when the caller did not build one: `TALK_BACKEND_BIN` if set, else the
 * newest one in cargo's output folder.
 */
export function backendBinary() {
  const chosen = process.env.TALK_BACKEND_BIN;
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`TALK_BACKEND_BIN: ${chosen} does not exist.`);
    return chosen;
  }
  const found = ["native", "dev", "release"].map(backendOf).filter(existsSync);
  if (found.length === 0) {
    throw new Error(
      "The local backend is not built yet. Build it: cargo build -p talk-session-server",
    );
  }
  return found.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
}

/** A program of an npm package, as arguments for `node`. */
export const npmProgram = (...path) => at("node_modules", ...path);

/** The environment for programs that look for others: the given folders come first on PATH. */
export function envWithPath(folders, extra = {}) {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const path = [...folders, process.env[key] ?? ""].join(delimiter);
  return { ...process.env, [key]: path, ...extra };
}

/** The first file of that name in the folders of PATH, or undefined. */
export function which(name) {
  for (const folder of (process.env.PATH ?? process.env.Path ?? "").split(delimiter)) {
    const file = join(folder, exe(name));
    if (folder && existsSync(file)) return file;
  }
  return undefined;
}
