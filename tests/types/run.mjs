// The type tests: our typings against the original's, and as code uses them.
//
//   node tests/types/run.mjs [--package FOLDER] [--compiler FOLDER]…
//
// `--package` is a built package in place of `pkg`. `--compiler` adds the folder of a further
// `typescript` package. The last line is `N passed, N failed`.

import {
  copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compileCases, compilers, misspelt, resolutions } from "./compile.mjs";
import {
  brokenLinks, documentationCases, examples, inheritedDeprecations, sectionProblems, sharedPhrases,
  unnamed,
} from "./docs.mjs";
import { compatibility } from "./generate.mjs";
import { deprecations, extras, missing, renamedParameters } from "./names.mjs";
import {
  builtPackage, concatenated, declarations, here, original, root, sections,
} from "./sources.mjs";

const { values: options } = parseArgs({
  options: {
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

let passed = 0;
let failed = 0;

reportAll("", [...textCases(), ...documentationCases(ourText)]);
const folder = join(root, ".cache/types");
const files = writeProject(folder);
const negative = files.Bundler.filter((file) => file.startsWith("negative"));
reportAll("", [{
  title: "what must not compile fails by its types",
  problems: misspelt(folder, negative, compilers()[0]),
}]);
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
  const extra = JSON.stringify(extras(theirs, ours));
  const listed = JSON.stringify({ names: Object.keys(own.names).sort(), members: own.members });
  return [
    {
      title: `nothing of @talkjs/core ${theirText.version} is missing`,
      problems: missing(theirs, ours),
    },
    {
      title: "own.json lists exactly the names and members that only we have",
      problems: extra === listed ? [] : [`They are ${extra}`],
    },
    { title: "parameters have the original's names", problems: renamedParameters(theirs, ours) },
    { title: "the same is deprecated as in the original", problems: deprecations(theirs, ours) },
    {
      title: "the documentation is in words of our own",
      problems: sharedPhrases(ourText, theirText.typings, 7),
    },
    { title: "links in the documentation lead somewhere", problems: brokenLinks(ourText) },
    { title: "nothing inherits that it is deprecated", problems: inheritedDeprecations(ourText) },
    {
      title: "docs/session.md has every member of a session, and of what belongs to it",
      problems: unnamed(readFileSync(join(root, "docs/session.md"), "utf8"), ours, [
        "TalkSession", "TalkSessionOptions", "Session", "SessionOptions", "User", "UserOptions",
        "Conversation", "ConversationOptions", "Participant", "Message", "UnreadConversation",
        "Unreads", "PushRegistration",
      ]),
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

  write("compatibility.ts", compatibility(theirs, own));
  const files = ["compatibility.ts"];

  for (const file of readdirSync(here).filter((name) => name.endsWith(".ts"))) {
    if (file === "separate.ts" && !(built && hasSeparateEntry())) continue;
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
  // The original's example goes through several blocks; the one with an ellipsis stands alone.
  const blocks = examples(theirText.readme, ["js"])
    .map((code) => code.replaceAll("@talkjs/core", "talk-session"));
  const isCut = (code) => code.includes("(...)");
  const found = [["original-readme", blocks.filter((code) => !isCut(code)).join("\n")]];
  blocks.filter(isCut).forEach((code, index) => {
    const whole = code.replace("(...)", '({ appId: "app", userId: "alice" })');
    found.push([`original-readme-${index + 1}`, whole]);
  });
  const texts = ["README.md", "pkg-template/README.md", "docs/session.md"]
    .map((file) => [file.replaceAll("/", "-"), readFileSync(join(root, file), "utf8")]);
  texts.push(...sections().map(({ file, text }) => [file, text]));
  for (const [file, text] of texts) {
    const name = file.replace(/\.(md|d\.ts)$/, "").toLowerCase();
    const given = isAboutSession(file) ? withSession : (code) => code;
    examples(text, ["ts"])
      .forEach((code, index) => found.push([`${name}-${index + 1}`, given(code)]));
  }
  return found;
}

/** Whether the examples of a text take a `Session` for granted where others take a `TalkSession`. */
function isAboutSession(file) {
  return ["docs-session.md", "sdk-session.d.ts", "builders.d.ts", "news.d.ts"].includes(file);
}

function withSession(code) {
  if (/\bsession = /.test(code)) return code;
  return `declare const session: import("talk-session").Session;\n${code}`;
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
