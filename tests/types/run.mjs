// The type tests: our typings against the original's, and as code uses them.
//
//   node tests/types/run.mjs [--write-pending] [--package FOLDER] [--compiler FOLDER]…
//
// `--write-pending` writes down what is missing now. `--package` is a built package in place of
// `pkg`. `--compiler` adds the folder of a further `typescript` package. The last line is
// `N passed, N failed`.

import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileCases, compilers, resolutions } from "./compile.mjs";
import { documentationCases, examples, sectionProblems, sharedPhrases } from "./docs.mjs";
import { absences, compatibility, renamedParameters } from "./generate.mjs";
import { actualPending, isPending, writePending, writtenPending } from "./pending.mjs";
import {
  builtPackage, concatenated, declarations, here, original, root, sections, without,
} from "./sources.mjs";

const { values: options } = parseArgs({
  options: {
    "write-pending": { type: "boolean", default: false },
    package: { type: "string" },
    compiler: { type: "string", multiple: true, default: [] },
  },
});

const built = builtPackage(options.package);
const theirText = original();
const ourText = concatenated();
const theirs = declarations(theirText.typings);
const ours = declarations(ourText);
const own = JSON.parse(readFileSync(join(here, "own.json"), "utf8"));
const actual = actualPending(theirText.version, theirs, ours);
if (options["write-pending"]) writePending(actual);
const pending = writtenPending();

let passed = 0;
let failed = 0;

reportAll("", [...textCases(), ...documentationCases(ourText)]);
const folder = join(root, ".cache/types");
const files = writeProject(folder);
for (const compiler of compilers(options.compiler)) {
  for (const resolution of Object.keys(resolutions)) {
    const cases = compileCases(folder, files[resolution], compiler, resolution);
    reportAll(`TypeScript ${compiler.version}, ${resolution}: `, cases);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** What can be said without a compiler. */
function textCases() {
  const text = (value) => JSON.stringify(value, null, 1);
  const extra = [...ours.keys()].filter((name) => !theirs.has(name)).sort();
  return [
    {
      title: "pending.json lists exactly what is missing",
      problems: text(pending) === text(actual) ? [] : [`It should be ${text(actual)}`],
    },
    {
      title: "own.json lists exactly the names that only we have",
      problems: text(extra) === text(Object.keys(own.names).sort()) ? [] : [`They are ${extra}`],
    },
    { title: "parameters have the original's names", problems: renamedParameters(theirs, ours) },
    {
      title: "the documentation is in words of our own",
      problems: sharedPhrases(ourText, theirText.typings, 7),
    },
    ...(built ? [{ title: "the package has these typings", problems: staleness() }] : []),
    ...sections().map((section) => ({
      title: `${section.file} has the form of a section`,
      problems: sectionProblems(section),
    })),
  ];
}

function staleness() {
  const shipped = readFileSync(join(built, "index.d.ts"), "utf8");
  return sections()
    .filter(({ text }) => !shipped.includes(text.replace(/^\/\/ <\/?talk-session>$/gm, "").trim()))
    .map(({ file }) => `${built}/index.d.ts differs from src/typings/${file}: npm run build`);
}

function hasSeparateEntry() {
  return "./separate" in JSON.parse(readFileSync(join(built, "package.json"), "utf8")).exports;
}

/** Lays out a project that uses the package, and gives the files to compile for each resolution. */
function writeProject(folder) {
  rmSync(folder, { recursive: true, force: true });
  const installed = join(folder, "node_modules/talk-session");
  mkdirSync(installed, { recursive: true });
  const write = (file, text) => writeFileSync(join(folder, file), text);

  write("package.json", '{ "type": "module" }\n');
  if (built) {
    cpSync(built, installed, { recursive: true });
  } else {
    writeFileSync(join(installed, "index.d.ts"), ourText);
    writeFileSync(join(installed, "index.d.cts"), ourText);
    copyFileSync(join(here, "stand-in.json"), join(installed, "package.json"));
  }

  const dropped = (type, member, file) => {
    const name = member.name?.getText(file) ?? "constructor";
    return isPending(pending, type, name, member);
  };
  write("original.d.ts", without(theirText.typings, dropped));
  write("compatibility.ts", compatibility(theirs, ours, pending, own));
  write("absences.ts", absences(pending));
  const files = ["compatibility.ts", "absences.ts"];

  const copied = ["ambient.d.ts", "negative.ts", "usage.ts"];
  if (built && hasSeparateEntry()) copied.push("separate.ts");
  for (const file of copied) {
    copyFileSync(join(here, file), join(folder, file));
    files.push(file);
  }
  for (const [name, code] of samples()) {
    write(`${name}.ts`, `// case: compiles\n${code}\nexport {};\n`);
    files.push(`${name}.ts`);
  }
  copyFileSync(join(here, "require.cts"), join(folder, "require.cts"));
  return { Bundler: files, NodeNext: [...files, "require.cts"] };
}

/** The examples of all texts, each to be compiled as a module of its own. */
function samples() {
  const whole = examples(theirText.readme, ["js"]).filter((code) => !code.includes("..."));
  const found = [["original-readme", whole.join("\n").replaceAll("@talkjs/core", "talk-session")]];
  const texts = ["README.md", "pkg-template/README.md"]
    .map((file) => [file.replaceAll("/", "-"), readFileSync(join(root, file), "utf8")]);
  texts.push(...sections().map(({ file, text }) => [file, text]));
  for (const [file, text] of texts) {
    const name = file.replace(/\.(md|d\.ts)$/, "").toLowerCase();
    examples(text, ["ts"]).forEach((code, index) => found.push([`${name}-${index + 1}`, code]));
  }
  return found;
}

function reportAll(prefix, cases) {
  for (const { title, problems } of cases) {
    if (problems.length === 0) {
      passed += 1;
    } else {
      failed += 1;
      console.log(`FAILED ${prefix}${title}`);
      for (const problem of problems.slice(0, 20)) console.log(`  ${problem}`);
    }
  }
}
