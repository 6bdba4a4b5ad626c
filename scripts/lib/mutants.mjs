// Mutants of Rust code, many in one build: each function that has some gets a body for each of
// them, and a number from the environment says which body runs. So all of them are compiled once,
// and a mutant costs no more than the tests that it is judged by.

import { createHash } from "node:crypto";
import { dirname } from "node:path";

/** Names the mutant that is to run, by its number in the sample. */
export const CHOSEN = "TALK_MUTANT";

/** What a crate with woven functions needs, for the end of its `lib.rs`. */
export const CHOOSER = `
pub mod mutants {
    extern crate std;
    static CHOSEN: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    pub fn chosen() -> u32 {
        let read = || std::env::var("${CHOSEN}").ok().and_then(|number| number.parse().ok());
        *CHOSEN.get_or_init(|| read().unwrap_or(0))
    }
}
`;

/**
 * A sample that the seed alone decides: spread over the files in proportion to their mutants, with
 * at least one of each file. A larger sample of the same seed has the smaller one in it, as far as
 * the files' parts grow with it.
 */
export function sample(mutants, count, seed) {
  const files = byFile(mutants);
  const wanted = Math.max(count, files.size);
  if (wanted >= mutants.length) return mutants;
  const parts = [...files.values()].map((all) => {
    const share = (wanted * all.length) / mutants.length;
    return { all: shuffled(all, seed), share, take: Math.max(1, Math.floor(share)) };
  });
  // What rounding has left over goes to those that it took most from, and the other way round.
  let left = wanted - parts.reduce((sum, { take }) => sum + take, 0);
  while (left !== 0) {
    const step = Math.sign(left);
    const can = parts.filter(({ all, take }) => (step > 0 ? take < all.length : take > 1));
    const lack = ({ share, take }) => step * (share - take);
    can.reduce((most, part) => (lack(part) > lack(most) ? part : most)).take += step;
    left -= step;
  }
  return parts.flatMap(({ all, take }) => all.slice(0, take));
}

/** The mutants of each file. */
export function byFile(mutants) {
  const files = new Map();
  for (const mutant of mutants) files.set(mutant.file, [...(files.get(mutant.file) ?? []), mutant]);
  return files;
}

function shuffled(mutants, seed) {
  const key = ({ name }) => createHash("sha256").update(`${seed} ${name}`).digest("hex");
  return mutants
    .map((mutant) => ({ mutant, key: key(mutant) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ mutant }) => mutant);
}

/** Whether a mutant is in a function that can have more than one body. */
export function canBeWoven(mutant, source) {
  if (!mutant.function) return false;
  const { from, body } = functionOf(mutant, source);
  const signature = source.slice(from, body);
  return !/\bconst fn\b/.test(signature) && !/->[^]*\bimpl\b/.test(signature);
}

/** Whether a mutant is in a function that is there for tests alone. */
export function isForTests(mutant, source) {
  if (!mutant.function) return false;
  const { from } = functionOf(mutant, source);
  const inFront = source.slice(offset(source, mutant.function.span.start), from);
  return inFront.includes('#[cfg(feature = "inspect")]');
}

/**
 * A file's source with all of its mutants in it, `[{number, mutant}]`, and the lines that each one
 * has there: `{text, lines: [{number, first, last}]}`.
 */
export function weave(source, numbered) {
  const functions = [];
  const spans = numbered
    .map(({ number, mutant }) => ({ number, mutant, ...functionOf(mutant, source) }))
    .sort((a, b) => a.from - b.from || b.to - a.to);
  for (const span of spans) {
    // A function within a function goes with the outer one.
    const outer = functions.at(-1);
    if (outer && span.from < outer.to) outer.mutants.push(span);
    else functions.push({ ...span, mutants: [span] });
  }
  let text = "";
  let done = 0;
  const lines = [];
  const lineOfEnd = () => text.split("\n").length;
  for (const { body, to, mutants } of functions) {
    text += `${source.slice(done, body)}{ match crate::mutants::chosen() {`;
    for (const { number, mutant } of mutants) {
      text += `\n${number} => `;
      const first = lineOfEnd();
      const [start, end] = [mutant.span.start, mutant.span.end].map((at) => offset(source, at));
      text += source.slice(body, start) + mutant.replacement + source.slice(end, to);
      lines.push({ number, first, last: lineOfEnd() });
    }
    text += `\n_ => ${source.slice(body, to)}\n} }`;
    done = to;
  }
  return { text: text + source.slice(done), lines };
}

/** Where a mutant's function begins and ends, and where the brace of its body is. */
function functionOf({ function: { span } }, source) {
  const [from, to] = [offset(source, span.start), offset(source, span.end)];
  // The span begins with comments and attributes.
  const inFront = /(\s|\/\/[^\n]*\n|#\[[^\]]*\])*/y;
  inFront.lastIndex = from;
  inFront.test(source);
  return { from: inFront.lastIndex, to, body: source.indexOf("{", inFront.lastIndex) };
}

/** The place in a text of a line and a column, both counted from one, in characters. */
function offset(source, { line, column }) {
  let at = 0;
  for (let passed = 1; passed < line; passed++) at = source.indexOf("\n", at) + 1;
  for (let passed = 1; passed < column; passed++) at += source.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

/** The lines of cargo's output that are messages, and of these the compiler's errors. */
export function errorsOf(output) {
  return output
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ reason, message }) => reason === "compiler-message" && message.level === "error")
    .map(({ message }) => message);
}

/** The test programs that cargo has built: `{target, folder, executable}`. */
export function programsOf(output) {
  return output
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line))
    .filter(({ reason, executable, profile }) =>
      reason === "compiler-artifact" && executable && profile.test)
    .map(({ target, manifest_path: manifest, executable }) =>
      ({ target: target.name, folder: dirname(manifest), executable }));
}

/** The numbers of the mutants that errors are about. `linesOf` has the lines of each file. */
export function mutantsOf(errors, linesOf) {
  const found = new Set();
  for (const { spans } of errors) {
    for (const { file_name: file, line_start: line, is_primary: primary } of spans) {
      if (!primary) continue;
      const lines = linesOf.get(file.replaceAll("\\", "/")) ?? [];
      const hit = lines.find(({ first, last }) => first <= line && line <= last);
      if (hit) found.add(hit.number);
    }
  }
  return found;
}

/**
 * A mutant in words that stay the same when lines are added above it: its file, what is changed in
 * which function, and the line of code.
 */
export function wordsOf({ file, name, span }, source) {
  const change = name.replace(/^.*?:\d+:\d+: /, "");
  return { file, change, code: source.split("\n")[span.start.line - 1].trim() };
}

/** A row of the table of survivors, whose last cell says why a mutant is one. */
export function rowOf({ file, change, code }, why = "") {
  const cells = [`\`${file}\``, change, `\`${code}\``].map((cell) => cell.replaceAll("|", "\\|"));
  return `| ${cells.join(" | ")} | ${why}`;
}

/** Finds a mutant in a table of survivors. */
export function isListed(words, table) {
  return table.split("\n").some((line) => line.startsWith(rowOf(words)));
}
