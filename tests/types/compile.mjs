// Runs the TypeScript compiler on a folder of cases and says which of them fail.
//
// A case is the part of a file from a line `// case: title` to the next one or to the end.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./sources.mjs";

const strict = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
  lib: ["es2022", "dom"],
  types: [],
};

/** The two ways in which projects find a package. */
export const resolutions = {
  Bundler: { module: "esnext", moduleResolution: "bundler" },
  NodeNext: { module: "nodenext", moduleResolution: "nodenext" },
};

/**
 * The compilers to try: `typescript`, every `typescript-…` beside it, and folders given by hand.
 *
 * Each is `{version, program}`.
 */
export function compilers(extra = []) {
  const modules = join(root, "node_modules");
  const installed = readdirSync(modules).filter((name) => /^typescript(-|$)/.test(name));
  const folders = [...installed.sort().map((name) => join(modules, name)), ...extra];
  return folders.map((folder) => {
    const program = join(folder, "bin/tsc");
    if (!existsSync(program)) throw new Error(`No TypeScript compiler in ${folder}.`);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return { version, program };
  });
}

/**
 * Compiles `files` of `folder` and gives one `{title, problems}` for each case.
 *
 * What goes wrong outside of all cases, such as in the typings themselves, is a case of its own.
 */
export function compileCases(folder, files, compiler, resolution) {
  const cases = files.flatMap((file) => casesOf(folder, file));
  const elsewhere = { title: "the typings themselves compile", problems: [] };
  for (const diagnostic of compile(folder, files, compiler, resolution)) {
    const [, file, line] = /^(.*?)\((\d+),\d+\): error/.exec(diagnostic) ?? [];
    const hit = cases.find((one) => one.file === file && one.from <= line && line <= one.to);
    (hit ?? elsewhere).problems.push(diagnostic);
  }
  return [...cases, elsewhere].map(({ title, problems }) => ({ title, problems }));
}

/**
 * What is wrong with expectations of errors that are met by a spelling mistake: unknown names,
 * missing modules, bad syntax. `files` are cases with `@ts-expect-error`.
 */
export function misspelt(folder, files, compiler) {
  const exposed = files.map((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, `exposed-${file}`), text.replaceAll("@ts-expect-error", ""));
    return `exposed-${file}`;
  });
  const diagnostics = compile(folder, ["ambient.d.ts", ...exposed], compiler, "Bundler");
  return diagnostics.filter((line) => /error TS(1\d{3}|2304|2305|2307|2552):/.test(line));
}

/** Compiles `files` of `folder` and gives the errors, one line each. */
function compile(folder, files, compiler, resolution) {
  const config = join(folder, "tsconfig.json");
  const compilerOptions = { ...strict, ...resolutions[resolution] };
  writeFileSync(config, JSON.stringify({ compilerOptions, files }, null, 2));
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath, [compiler.program, "-p", config, "--pretty", "false"],
    { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) throw error;
  const diagnostics = stdout.split("\n").filter((line) => /error TS\d+/.test(line));
  if (status !== 0 && diagnostics.length === 0) {
    diagnostics.push(`The compiler ended with ${status}: ${stdout}${stderr}`);
  }
  return diagnostics;
}

function casesOf(folder, file) {
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  const cases = [];
  lines.forEach((line, index) => {
    const title = /^\/\/ case: (.*)$/.exec(line)?.[1];
    if (title !== undefined) {
      if (cases.length > 0) cases.at(-1).to = index;
      const [from, to] = [index + 1, lines.length];
      cases.push({ file, title: `${file}: ${title}`, from, to, problems: [] });
    }
  });
  return cases;
}
