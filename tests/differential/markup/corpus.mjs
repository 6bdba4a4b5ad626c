// Records what the original sends for the texts, for the Rust tests, which run without it. As a
// program: writes the corpus anew.

import { writeFileSync } from "node:fs";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { at } from "../../../scripts/lib/paths.mjs";
import { throughBoth } from "../stage.mjs";
import { allCases } from "./texts.mjs";

/** One case a line: `[source, text, nodes]`. */
export const CORPUS = at("crates/talk-markup/tests/corpus.jsonl");

/** Longer texts are left out: the recording is for corners, not for bulk. */
const LONGEST = 60;
/** How many cases are recorded, from the first on. */
const MOST = 6000;

/**
 * The lines of the corpus; an edit only where it differs. Texts with lone surrogates are left out,
 * since the JSON of the Rust tests cannot read them.
 */
export function recorded(cases, answers) {
  const lines = [];
  for (const [i, [source, text]] of cases.slice(0, MOST).entries()) {
    const nodes = JSON.stringify(answers[i]);
    const again = source === "edit" && nodes === JSON.stringify(answers[i - 1]);
    const line = `["${source}",${JSON.stringify(text)},${nodes}]`;
    const fits = text.length <= LONGEST && !/\\ud[89a-f]/.test(line);
    if (fits && !again && !answers[i].error) lines.push(line);
  }
  return lines;
}

if (fileURLToPath(import.meta.url) === argv[1]) {
  const cases = allCases();
  writeFileSync(CORPUS, `${recorded(cases, (await throughBoth("sendTexts", cases)).original).join("\n")}\n`);
}
