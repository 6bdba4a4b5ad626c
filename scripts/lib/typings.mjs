// The public typings: written by hand in src/typings, emitted by the crate, shipped as index.d.ts.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { at } from "./paths.mjs";
import { StepError } from "./run.mjs";

const SECTION = /^\/\/ <talk-session>\n([^]*?)^\/\/ <\/talk-session>/gm;

/** The typings in one text, the session first, as they stand in src/typings. */
export const publicTypings = () => ours().map(({ text }) => text).join("\n\n") + "\n";

/**
 * The same, after making sure that the crate emits exactly these: `emitted` is the file that came
 * out of wasm-bindgen, which has its own typings besides and indents in its own way.
 */
export function checkedTypings(emitted) {
  const found = new Set([...emitted.matchAll(SECTION)].map(([, text]) => squeezed(text)));
  const lost = ours().find(({ text }) => !found.delete(squeezed(text)));
  if (lost) {
    throw new StepError(`The crate does not emit the typings of src/typings/${lost.file}.`, {
      hint: "name the file in src/typings.rs, between the others",
    });
  }
  if (found.size > 0) {
    const [first] = found;
    throw new StepError("The crate emits typings that are not in src/typings.", {
      output: [first.slice(0, 200)],
      hint: "keep all of them in src/typings, one file a subject",
    });
  }
  return publicTypings();
}

/** Writes the typings to where the front's sources look for them (pkg-template/src/api.ts). */
export function writeFrontTypings() {
  const file = at("target", "front", "api.d.ts");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, publicTypings());
}

function ours() {
  const folder = at("src", "typings");
  const rank = (file) => (file === "session.d.ts" ? `0${file}` : `1${file}`);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".d.ts"))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map((file) => {
      const whole = readFileSync(at("src", "typings", file), "utf8");
      const sections = [...whole.matchAll(SECTION)];
      if (sections.length !== 1) {
        throw new StepError(`src/typings/${file} is not one section.`, {
          hint: "it begins with `// <talk-session>` and ends with `// </talk-session>`",
        });
      }
      return { file, text: sections[0][1].trim() };
    });
}

const squeezed = (text) => text.replace(/\s+/g, " ").trim();
