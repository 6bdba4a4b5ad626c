// `npm run record`: records the golden wire fixtures in tests/fixtures from real traffic of
// @talkjs/core against the local backend. What flows there are is in tests/fixtures/flows.mjs.
//
//   npm run record -- [--check]
//
// Recording twice gives the same files. With --check nothing is written: it fails when a file would
// change, which means that the original or the backend no longer behaves as it did.
//
// What a fixture looks like is in tests/differential/fixture.mjs.

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { linesOf } from "../tests/differential/fixture.mjs";
import { openStudio } from "../tests/differential/stage.mjs";
import { FLOWS } from "../tests/fixtures/flows.mjs";
import { at } from "./lib/paths.mjs";
import { StepError, main, say } from "./lib/run.mjs";

const FOLDER = "tests/fixtures";

await main(async () => {
  const words = process.argv.slice(2);
  if (words.some((word) => word !== "--check")) {
    throw new StepError(`"${words.join(" ")}" is not understood.`, {
      hint: "npm run record -- [--check]",
    });
  }
  const recorded = await recordAll();
  if (words.length > 0) check(recorded);
  else write(recorded);
});

/** Records every flow: a map from file names to texts. */
async function recordAll() {
  const studio = await openStudio();
  const files = new Map();
  try {
    for (const name of Object.keys(FLOWS)) {
      const { log, host } = await studio.record(name);
      const lines = linesOf(log, host);
      files.set(`${name}.jsonl`, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    }
  } finally {
    await studio.close();
  }
  return files;
}

function write(recorded) {
  mkdirSync(at(FOLDER), { recursive: true });
  for (const file of recordedFiles()) {
    if (!recorded.has(file)) rmSync(at(FOLDER, file));
  }
  for (const [file, text] of recorded) {
    writeFileSync(at(FOLDER, file), text);
    say("record", `${FOLDER}/${file}: ${text.split("\n").length - 1} lines`);
  }
}

function check(recorded) {
  const problems = recordedFiles()
    .filter((file) => !recorded.has(file))
    .map((file) => `${file} is recorded by no flow`);
  for (const [file, text] of recorded) {
    const old = existsSync(at(FOLDER, file)) ? readFileSync(at(FOLDER, file), "utf8") : "";
    if (old === text) continue;
    const [were, are] = [old.split("\n"), text.split("\n")];
    const line = are.findIndex((one, index) => one !== were[index]);
    const was = were[line] ?? "(nothing)";
    problems.push(`${file}, line ${line + 1}:\n  was ${was}\n  is  ${are[line]}`);
  }
  if (problems.length > 0) {
    throw new StepError(`The fixtures are not what is recorded now:\n${problems.join("\n")}`, {
      hint: "npm run record, then see if the differences are meant",
    });
  }
  say("record", `${recorded.size} fixtures are as they were`);
}

function recordedFiles() {
  return readdirSync(at(FOLDER)).filter((file) => file.endsWith(".jsonl"));
}
