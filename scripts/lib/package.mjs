// Builds the npm package: Rust to WebAssembly by wasm-pack, smaller by wasm-opt, then the entries
// of pkg-template/ around it, into pkg/.

import { createHash } from "node:crypto";
import {
  copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { bundleOf } from "./bundles.mjs";
import { checkSource, unpacker } from "./embed.mjs";
import { essentialGlue, instanceGlue, shortenNames, unusedExports } from "./glue.mjs";
import { CACHE, PKG, PKG_TEMPLATE, ROOT, TARGET, WASM_PKG, at, npmProgram } from "./paths.mjs";
import { StepError, run, say, since } from "./run.mjs";
import { sizes } from "./sizes.mjs";
import { CHOICE, smallest } from "./smallest.mjs";
import { CARGO_PROGRESS, toolEnv } from "./tools.mjs";
import { checkedTypings, writeFrontTypings } from "./typings.mjs";

const WASM = join(WASM_PKG, "talk_session_bg.wasm");
const GLUE = join(WASM_PKG, "talk_session.js");
const TYPINGS = join(WASM_PKG, "talk_session.d.ts");

/**
 * How wasm-opt makes the module small. Addresses below 1024 hold the far end of the stack, which is
 * never used unless the stack is full, so `--low-memory-unused` is true of Rust's layout. Functions
 * with one caller are inlined only when small (`-ocimfs`): brotli likes the rest better apart. How a
 * load is aligned is only a hint, which engines do not use, so all get the same one (`--dealign`).
 * Zeros in the data cost next to nothing after compression, so they are not cut out (memory-packing).
 */
export const WASM_OPT = [
  "-Oz", "-ocimfs=16", "--converge", "--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz",
  "--dealign", "--strip-producers", "--strip-target-features", "--skip-pass=memory-packing",
];

/** What the stamp of a package begins with that was built quickly. */
const QUICK = "quick ";

/** Properties of the front that only the front uses; see ARCHITECTURE.md. */
const MANGLED = /^_[a-z]/;
const NOT_MANGLED = /^_authProvider$/;

/** Members that are private to a class. As properties they get the same few names as all others. */
const PRIVATE = /(?<![\w"'`])#([a-z]\w*)/gi;

/**
 * Builds pkg/ if anything it is made of has changed. Needs the tools and the npm packages. `quick`: a
 * package that does the same, but is not made as small as it can be. `search`: see smallest.mjs.
 */
export async function buildPackage({
  verbose = false, force = false, quick = false, search = false,
} = {}) {
  const started = Date.now();
  const entries = entriesToBuild();
  writeFrontTypings();
  await wasmPack(verbose);

  const stamp = join(CACHE, "package.stamp");
  const fingerprint = fingerprintOfInputs();
  const built = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  const isGood = built === fingerprint || (quick && built === QUICK + fingerprint);
  if (!force && !search && isGood && existsSync(join(PKG, "package.json"))) return;

  const module = await optimised({ verbose });
  const { wasm: unordered, glue } = shortenNames(module, bindgenGlue());
  const program = await unpacker();
  const measure = (source) => sizeOfEntry({ source, glue });
  const { wasm, source } = await smallest(unordered, program, measure, { quick, search });
  await checkSource(source, wasm);
  const files = new Map();
  await bundleEntries(files, { entries, source, glue });
  addTypings(files, entries);
  if (entries.separate) files.set("talk_session.wasm", wasm);
  addText(files, entries);
  publish(files);
  mkdirSync(CACHE, { recursive: true });
  // A search changes what the package is made of.
  writeFileSync(stamp, (quick ? QUICK : "") + (search ? fingerprintOfInputs() : fingerprint));
  say("package", `built in ${since(started)}: ${relative(ROOT, PKG)}/`);
}

function entriesToBuild() {
  const entry = (name) => join(PKG_TEMPLATE, "src", name);
  if (!existsSync(entry("index.ts"))) {
    throw new StepError("The package has no entry: pkg-template/src/index.ts is missing.", {
      hint: "that file exports the public API; without it there is nothing to build",
    });
  }
  return { separate: existsSync(entry("separate.ts")) };
}

/** Cargo and wasm-bindgen. Cargo decides what has to be compiled again. */
async function wasmPack(verbose) {
  const args = [
    "build", "--release", "--target", "web", "--mode", "no-install", "--no-opt", "--no-pack",
    "--out-dir", WASM_PKG, "--out-name", "talk_session",
  ];
  await run("wasm", "wasm-pack", args, {
    cwd: ROOT,
    env: toolEnv(CARGO_PROGRESS),
    doing: "compiling to WebAssembly",
    verbose,
    hint: "mend the error above, or run `npm run setup` if a tool is missing",
  });
}

/** wasm-bindgen's JavaScript, as far as it is of use here. */
const bindgenGlue = () => essentialGlue(readFileSync(GLUE, "utf8"));

/** The module after wasm-opt. With `names`, functions keep their names (for counting). */
export async function optimised({ verbose = false, names = false } = {}) {
  mkdirSync(TARGET, { recursive: true });
  const out = join(TARGET, names ? "named.wasm" : "small.wasm");
  const wasmOpt = npmProgram("binaryen", "bin", "wasm-opt");
  const unused = unusedExports(readFileSync(WASM), bindgenGlue());
  const less = unused.map((name) => `--remove-exports=${name}`);
  const args = [wasmOpt, WASM, ...less, ...WASM_OPT, ...(names ? ["-g"] : []), "-o", out];
  await run("wasm-opt", process.execPath, args, { doing: "making it small", verbose });
  return readFileSync(out);
}

/**
 * How large what applications get of the default entry is with a module in it, as far as the budget
 * goes: by how much it is exceeded. The entry has to be built for that, since also the names that
 * minifiers give depend on all of the text.
 */
async function sizeOfEntry(module) {
  const file = join(TARGET, "entry.js");
  writeFileSync(file, await bundled({ entry: "index.ts", format: "esm", ...module }));
  const rows = Object.values(JSON.parse(readFileSync(at("scripts", "budget.json"), "utf8")));
  const excesses = await Promise.all(
    rows.map(async ({ names, most }) => {
      const { brotli, gzip } = sizes(await bundleOf(file, names));
      return Math.max(brotli - most.brotli, gzip - most.gzip);
    }),
  );
  return Math.max(...excesses);
}

/** The text of an entry of the package: `format` is esbuild's, `source` that of the module. */
async function bundled({ entry, format, source, glue }) {
  // Here, not above: this file is loaded before set-up has installed the npm packages.
  const { build } = await import("esbuild");
  const virtual = { "virtual:wasm": source, "virtual:instance": instanceGlue(glue) };
  const plugin = {
    name: "virtual",
    setup(pluginBuild) {
      pluginBuild.onResolve({ filter: /^virtual:/ }, ({ path, importer }) => {
        if (path in virtual) return { path, namespace: "virtual", sideEffects: false };
        const known = Object.keys(virtual).join(", ");
        return { errors: [{ text: `${path} in ${importer} is unknown; there are ${known}` }] };
      });
      pluginBuild.onLoad({ filter: /.*/, namespace: "virtual" }, ({ path }) => ({
        contents: virtual[path],
        resolveDir: WASM_PKG,
      }));
      pluginBuild.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, "utf8").replace(PRIVATE, "_$1_"),
        loader: "ts",
      }));
    },
  };
  const result = await build({
    entryPoints: [join(PKG_TEMPLATE, "src", entry)],
    bundle: true,
    minify: true,
    // Node prints the whole line of an error that nobody catches.
    lineLimit: 300,
    format,
    target: "es2022",
    // "node" makes the names of a CommonJS module visible to `import` in Node.
    platform: format === "cjs" ? "node" : "neutral",
    mangleProps: MANGLED,
    reserveProps: NOT_MANGLED,
    plugins: [plugin],
    write: false,
    outfile: join(PKG, entry),
    logLevel: "silent",
  }).catch((error) => {
    throw new StepError(`The entry ${entry} of the package could not be bundled.`, {
      output: error.errors?.map(placeAndText) ?? [String(error)],
      hint: `mend pkg-template/src/${entry} or what it imports`,
    });
  });
  return result.outputFiles[0].text;
}

async function bundleEntries(files, { entries, ...module }) {
  const bundle = async (entry, outfile, format) => {
    files.set(outfile, checked(outfile, await bundled({ entry, format, ...module })));
  };
  await bundle("index.ts", "index.js", "esm");
  await bundle("index.ts", "index.cjs", "cjs");
  if (entries.separate) await bundle("separate.ts", "separate.js", "esm");
}

const placeAndText = ({ text, location }) =>
  (location ? `${location.file}:${location.line}:${location.column}: ` : "") + text;

/** What an entry must not contain, because it works here and breaks elsewhere. */
function checked(file, text) {
  const rules = [
    [/<\/script/i, "`</script`, which ends a script element"],
    [/[^\0-\x7e]/, "a character outside ASCII, which a server may send in another encoding"],
  ];
  if (file.startsWith("index.")) {
    rules.push([/import\.meta/, "`import.meta`, from which bundlers would emit a .wasm file"]);
  }
  for (const [pattern, what] of rules) {
    const found = pattern.exec(text);
    if (found) {
      const around = text.slice(Math.max(0, found.index - 60), found.index + 60);
      throw new StepError(`pkg/${file} must not contain ${what}.`, {
        output: [around],
        hint: "find where it comes from in pkg-template/src or in the glue, and remove it there",
      });
    }
  }
  return text;
}

function addTypings(files, entries) {
  const text = checkedTypings(readFileSync(TYPINGS, "utf8"));
  files.set("index.d.ts", text);
  files.set("index.d.cts", text);
  if (entries.separate) {
    files.set("separate.d.ts", readFileSync(join(PKG_TEMPLATE, "separate.d.ts"), "utf8"));
  }
}

function addText(files, entries) {
  const manifest = JSON.parse(readFileSync(join(PKG_TEMPLATE, "package.json"), "utf8"));
  manifest.version = workspaceVersion();
  if (!entries.separate) {
    delete manifest.exports["./separate"];
    delete manifest.exports["./talk_session.wasm"];
  }
  files.set("package.json", JSON.stringify(manifest, null, 2) + "\n");
  files.set("README.md", readFileSync(join(PKG_TEMPLATE, "README.md"), "utf8"));
  for (const [name, source] of SHARED_TEXT) files.set(name, readFileSync(at(source), "utf8"));
}

/** Texts that the package has in common with the repository: their names there and here. */
const SHARED_TEXT = [
  ["LICENSE-MIT", "LICENSE-MIT"],
  ["LICENSE-APACHE", "LICENSE-APACHE"],
  ["CHANGELOG.md", "CHANGELOG.md"],
  ["SESSION.md", "docs/session.md"],
];

/** One version for all: the one of the cargo workspace. */
export function workspaceVersion() {
  const found = /\[workspace\.package\][^[]*?\bversion = "([^"]+)"/.exec(
    readFileSync(at("Cargo.toml"), "utf8"),
  );
  if (!found) throw new StepError("Cargo.toml has no version under [workspace.package].");
  return found[1];
}

/** Replaces pkg/ file by file, so that a page served from it never sees a half-written one. */
function publish(files) {
  const stage = join(TARGET, "pkg-stage");
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  mkdirSync(PKG, { recursive: true });
  for (const [name, content] of files) {
    writeFileSync(join(stage, name), content);
    move(join(stage, name), join(PKG, name));
  }
  for (const name of readdirSync(PKG)) {
    if (!files.has(name)) rmSync(join(PKG, name), { recursive: true });
  }
}

/** Renames; copies when the two folders are on different disks. */
function move(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code !== "EXDEV") throw error;
    copyFileSync(from, to);
  }
}

/** A hash of all that goes into pkg/ after wasm-bindgen. */
function fingerprintOfInputs() {
  const scripts = [
    "bundles", "embed", "embed-order", "embed-pairs", "embed-streams", "glue", "package",
    "smallest", "typings", "wasm-file", "wasm-order",
  ];
  const files = [
    WASM, GLUE, TYPINGS,
    ...filesUnder(PKG_TEMPLATE),
    ...SHARED_TEXT.map(([, source]) => at(source)),
    ...scripts.map((name) => at("scripts", "lib", `${name}.mjs`)),
    at("scripts", "lib", "unpack.wat"),
    at("scripts", "budget.json"), CHOICE,
    ...["esbuild", "binaryen"].map((name) => npmProgram(name, "package.json")),
    at("Cargo.toml"),
  ];
  const hash = createHash("sha256");
  for (const file of files) {
    if (!existsSync(file)) {
      throw new StepError(`${relative(ROOT, file)} is missing.`, {
        hint: "the package is made of it: restore it, or build again if it was left by a build",
      });
    }
    hash.update(relative(ROOT, file)).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}
