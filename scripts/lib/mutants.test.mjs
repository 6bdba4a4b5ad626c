import assert from "node:assert/strict";
import { test } from "node:test";
import {
  canBeWoven, errorsOf, isForTests, isListed, mutantsOf, programsOf, rowOf, sample, weave, wordsOf,
} from "./mutants.mjs";

const SOURCE = `//! A file.

/// What is wide: { and } count for nothing here.
#[inline]
fn wide(a: u32) -> bool {
    let é = "𝄞"; a > 1 && é != ""
}

fn outer() -> u32 {
    fn inner() -> u32 {
        1 + 1
    }
    inner() * 2
}
`;

/** A mutant of SOURCE: in the function whose text is given, one part replaced. */
function mutant(fn, part, replacement) {
  const place = (at) => {
    const lines = SOURCE.slice(0, at).split("\n");
    return { line: lines.length, column: [...lines.at(-1)].length + 1 };
  };
  const span = (from, to) => ({ start: place(from), end: place(to) });
  const from = SOURCE.indexOf(fn);
  const at = SOURCE.indexOf(part, from);
  return {
    file: "a.rs",
    name: `a.rs:1:2: replace ${part} with ${replacement} in f`,
    replacement,
    function: { span: span(from, from + fn.length) },
    span: span(at, at + part.length),
  };
}

const WIDE = SOURCE.slice(SOURCE.indexOf("///"), SOURCE.indexOf("\n\nfn outer"));
const OUTER = SOURCE.slice(SOURCE.indexOf("fn outer"), SOURCE.length - 1);
const INNER = SOURCE.slice(SOURCE.indexOf("fn inner"), SOURCE.indexOf("    inner()")).trimEnd();

test("a function has a body for each of its mutants, and its own", () => {
  const numbered = [
    { number: 7, mutant: mutant(WIDE, "> 1", "< 1") },
    { number: 9, mutant: mutant(WIDE, "&&", "||") },
  ];
  const { text, lines } = weave(SOURCE, numbered);
  assert.equal(text, SOURCE.replace(/(?<=bool )\{[^]*?\n\}/, (body) => [
    "{ match crate::mutants::chosen() {",
    `7 => ${body.replace("> 1", "< 1")}`,
    `9 => ${body.replace("&&", "||")}`,
    `_ => ${body}`,
    "} }",
  ].join("\n")));
  assert.deepEqual(lines, [{ number: 7, first: 6, last: 8 }, { number: 9, first: 9, last: 11 }]);
  const at = ({ first, last }) => text.split("\n").slice(first - 1, last).join("\n");
  assert.match(at(lines[0]), /^7 => \{[^]*a < 1[^]*\}$/);
});

test("the mutants of a function within a function are in bodies of the outer one", () => {
  const numbered = [
    { number: 1, mutant: mutant(INNER, "+", "-") },
    { number: 2, mutant: mutant(OUTER, "*", "/") },
  ];
  const { text } = weave(SOURCE, numbered);
  assert.equal(text.match(/match crate/g).length, 1);
  assert.equal(text.match(/1 \+ 1/g).length, 2);
  assert.match(text, /2 => \{[^]*1 \+ 1[^]*inner\(\) \/ 2[^]*1 => \{[^]*1 - 1[^]*inner\(\) \* 2/);
});

test("what needs its one body is left alone", () => {
  const woven = (source) => {
    const end = { line: source.split("\n").length, column: source.split("\n").at(-1).length + 1 };
    const span = { start: { line: 1, column: 1 }, end };
    return canBeWoven({ function: { span } }, source);
  };
  assert.equal(woven("fn f() -> u32 { 1 }"), true);
  assert.equal(woven("fn f(g: impl Fn()) -> u32 { g(); 1 }"), true);
  assert.equal(woven("/// A const fn.\nfn f() -> u32 { 1 }"), true);
  assert.equal(woven("pub const fn f() -> u32 { 1 }"), false);
  assert.equal(woven("fn f() -> Option<\n impl Fn()> { None }"), false);
  assert.equal(canBeWoven({ function: null }, "const A: u32 = 1 << 2;"), false);
});

test("functions for tests are known by their feature", () => {
  const isThere = (source) => {
    const end = { line: source.split("\n").length, column: source.split("\n").at(-1).length + 1 };
    return isForTests({ function: { span: { start: { line: 1, column: 1 }, end } } }, source);
  };
  assert.equal(isThere(`/// Held.\n#[cfg(feature = "inspect")]\npub fn f() -> u32 { 1 }`), true);
  assert.equal(isThere(`/// Held.\npub fn f() -> &str { r#"#[cfg(feature = "inspect")]"# }`), false);
});

test("a sample is in proportion, has each file, and is the same every time", () => {
  const many = (file, count) =>
    Array.from({ length: count }, (_, at) => ({ file, name: `${file}:${at}` }));
  const all = [...many("a", 60), ...many("b", 38), ...many("c", 1), ...many("d", 1)];
  const counts = (chosen) =>
    Object.fromEntries(["a", "b", "c", "d"].map((name) =>
      [name, chosen.filter(({ file }) => file === name).length]));
  const ten = sample(all, 10, 1);
  assert.deepEqual(counts(ten), { a: 5, b: 3, c: 1, d: 1 });
  assert.deepEqual(ten, sample(all, 10, 1));
  assert.notDeepEqual(ten, sample(all, 10, 2));
  assert.equal(new Set(ten).size, 10);
  assert.ok(ten.every((one) => sample(all, 50, 1).includes(one)));
  assert.deepEqual(counts(sample(all, 1, 1)), { a: 1, b: 1, c: 1, d: 1 });
  assert.equal(sample(all, 1000, 1), all);
});

test("cargo's messages name the mutants that do not compile, and the programs", () => {
  const message = (level, ...spans) => JSON.stringify({
    reason: "compiler-message", message: { level, spans, rendered: "" },
  });
  const span = (line, primary = true) =>
    ({ file_name: "src/a.rs", line_start: line, is_primary: primary });
  const errors = errorsOf([
    "   Compiling a", message("warning", span(5)), message("error", span(6), span(10, false)),
    message("error", span(99)), message("error"),
  ]);
  assert.equal(errors.length, 3);
  const lines = [{ number: 7, first: 5, last: 6 }, { number: 9, first: 7, last: 12 }];
  assert.deepEqual([...mutantsOf(errors, new Map([["src/a.rs", lines]]))], [7]);

  const artifact = (name, executable, isTest) => JSON.stringify({
    reason: "compiler-artifact", manifest_path: "/a/Cargo.toml", executable,
    target: { name }, profile: { test: isTest },
  });
  assert.deepEqual(
    programsOf([artifact("a", null, false), artifact("a", "/t/a", true), artifact("b", "/t/b", false)]),
    [{ target: "a", folder: "/a", executable: "/t/a" }],
  );
});

test("a survivor is found in the table, wherever its line has gone", () => {
  const words = wordsOf(mutant(WIDE, "&&", "||"), SOURCE);
  assert.deepEqual(words, {
    file: "a.rs", change: "replace && with || in f", code: `let é = "𝄞"; a > 1 && é != ""`,
  });
  const row = rowOf(words, "Nobody can see it.");
  assert.equal(row,
    "| `a.rs` | replace && with \\|\\| in f | `let é = \"𝄞\"; a > 1 && é != \"\"` | Nobody can see it.");
  assert.ok(isListed(words, `# Table\n\n${row} |\n`));
  assert.ok(!isListed({ ...words, code: "a" }, row));
});
