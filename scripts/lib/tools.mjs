// The tools that a build needs, each found or installed inside the repository, never globally.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE, ROOT, TOOLS, at, envWithPath, exe, which } from "./paths.mjs";
import { StepError, ask, npm, run, say, since } from "./run.mjs";

/** wasm-pack drives the build and the browser tests. */
export const WASM_PACK = "0.15.1";
/** cargo-mutants knows what can be changed in a source. */
const CARGO_MUTANTS = "27.1.0";

/** Shows cargo's progress bar, which `run` turns into "12 of 140". */
export const CARGO_PROGRESS = {
  CARGO_TERM_PROGRESS_WHEN: "always",
  CARGO_TERM_PROGRESS_WIDTH: "100",
};

/**
 * The version of the `wasm-bindgen` crate in Cargo.lock. The command line tool must have exactly
 * this one: crate and tool speak a format that changes with every version.
 */
export function wasmBindgenVersion() {
  const lock = readFileSync(at("Cargo.lock"), "utf8");
  const found = /\[\[package\]\]\s+name = "wasm-bindgen"\s+version = "([^"]+)"/.exec(lock);
  if (!found) {
    throw new StepError("Cargo.lock does not name the crate wasm-bindgen.", {
      hint: "the root crate must depend on wasm-bindgen; then run: cargo update -w",
    });
  }
  return found[1];
}

const wasmPackFolder = () => join(TOOLS, `wasm-pack-${WASM_PACK}`, "bin");
const wasmBindgenFolder = () => join(TOOLS, `wasm-bindgen-${wasmBindgenVersion()}`, "bin");

const cargoMutantsFolder = () => join(TOOLS, `cargo-mutants-${CARGO_MUTANTS}`, "bin");

/** The environment in which wasm-pack finds everything. */
export const toolEnv = (extra) =>
  envWithPath([wasmPackFolder(), wasmBindgenFolder(), at("node_modules", ".bin")], extra);

/** Stops with one sentence when a program that we cannot install is missing. */
export function requireBasics() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 20) {
    throw new StepError(`Node ${process.versions.node} is too old.`, {
      hint: "install Node 20 or later, then run the command again",
    });
  }
  for (const [program, from] of [
    ["cargo", "install Rust with rustup (https://rustup.rs)"],
    ["rustc", "install Rust with rustup (https://rustup.rs)"],
  ]) {
    if (!which(program)) {
      throw new StepError(`${program} was not found on PATH.`, {
        hint: `${from}, open a new terminal, then run the command again`,
      });
    }
  }
}

/** The npm packages that package-lock.json asks for. */
export async function ensureNpmPackages() {
  if (npmPackagesAreThere()) return;
  const started = Date.now();
  const [program, args] = npm(["ci", "--no-fund", "--no-audit"]);
  await run("npm packages", program, args, {
    cwd: ROOT,
    doing: "installing",
    hint: "check the network, and that package-lock.json fits package.json (npm install mends it)",
  });
  say("npm packages", `installed in ${since(started)}`);
}

/** Compares what npm wrote about its last install with package-lock.json. */
function npmPackagesAreThere() {
  const installed = at("node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const packagesOf = (file) =>
    Object.entries(JSON.parse(readFileSync(file, "utf8")).packages ?? {});
  const present = new Map(packagesOf(installed).map(([path, entry]) => [path, entry.version]));
  return packagesOf(at("package-lock.json")).every(
    ([path, entry]) =>
      path === "" ||
      present.get(path) === entry.version ||
      // Optional packages of other systems are left out by npm.
      (entry.optional && !present.has(path)),
  );
}

/** The Rust target that the browser runs. */
export async function ensureWasmTarget() {
  const libs = ask("rustc", ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
  if (libs && existsSync(libs)) return;
  const started = Date.now();
  await rustup("wasm32 target", ["target", "add", "wasm32-unknown-unknown"]);
  say("wasm32 target", `installed in ${since(started)}`);
}

/** clippy and rustfmt, which a minimal Rust installation lacks. */
export async function ensureRustComponents() {
  const missing = [["clippy", "clippy"], ["fmt", "rustfmt"]]
    .filter(([command]) => ask("cargo", [command, "--version"]) === undefined)
    .map(([, component]) => component);
  if (missing.length > 0) await rustup("rust components", ["component", "add", ...missing]);
}

async function rustup(step, args) {
  if (!which("rustup")) {
    throw new StepError(`${step}: rustup was not found on PATH.`, {
      hint: `install what your Rust calls "${args.slice(2).join(" ")}", or install rustup`,
    });
  }
  await run(step, "rustup", args, { doing: "downloading", hint: "check the network" });
}

/** wasm-pack at the pinned version. */
export async function ensureWasmPack() {
  await ensureCargoTool({
    step: "wasm-pack",
    folder: wasmPackFolder(),
    programs: ["wasm-pack"],
    version: WASM_PACK,
    args: ["install", "wasm-pack", "--version", WASM_PACK, "--locked"],
  });
}

/** The command line tool of wasm-bindgen, at the version of the crate. */
export async function ensureWasmBindgen() {
  const version = wasmBindgenVersion();
  await ensureCargoTool({
    step: "wasm-bindgen",
    folder: wasmBindgenFolder(),
    programs: ["wasm-bindgen", "wasm-bindgen-test-runner"],
    version,
    // Without --locked: 0.2.130 was published with a lock file that no longer resolves.
    args: ["install", "wasm-bindgen-cli", "--version", version],
  });
}

/** cargo-mutants at the pinned version; returns its program. */
export async function ensureCargoMutants() {
  const [name, folder] = ["cargo-mutants", cargoMutantsFolder()];
  await ensureCargoTool({
    step: name,
    folder,
    programs: [name],
    version: CARGO_MUTANTS,
    // It is made to be called by cargo, with its own name first.
    versionArgs: ["mutants", "--version"],
    args: ["install", name, "--version", CARGO_MUTANTS, "--locked"],
  });
  const ours = join(folder, exe(name));
  return existsSync(ours) ? ours : name;
}

/**
 * Makes sure of a tool that cargo can install. It is right when each of its programs, in our folder
 * or on PATH, says exactly the wanted version.
 */
async function ensureCargoTool({
  step, folder, programs, version, args, versionArgs = ["--version"],
}) {
  const says = (program) => {
    const words = ask(program, versionArgs)?.split(/\s+/) ?? [];
    return words.includes(version);
  };
  if (programs.every((program) => says(join(folder, exe(program))))) return;
  if (!existsSync(folder) && programs.every(says)) return;

  const started = Date.now();
  say(step, `compiling ${version} into ${relative(join(folder, ".."))} (once; some minutes)`);
  // A folder of its own, so that an interrupted build goes on where it was.
  const building = join(CACHE, "tools", `${step}-${version}`);
  mkdirSync(building, { recursive: true });
  await run(step, "cargo", [...args, "--root", join(folder, ".."), "--force"], {
    cwd: CACHE,
    doing: "compiling",
    env: { ...process.env, ...CARGO_PROGRESS, ...QUICK_BUILD, CARGO_TARGET_DIR: building },
    hint: "check the network, and that `rustup update` has been run in the last months",
  });
  rmSync(building, { recursive: true, force: true });
  say(step, `installed in ${since(started)}`);
}

/** The tools work on small files: building them fast matters more than how fast they run. */
const QUICK_BUILD = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_DEBUG: "0",
  // Build settings of the caller are for this project, not for its tools.
  RUSTFLAGS: "",
};

const relative = (path) => path.slice(ROOT.length + 1);
