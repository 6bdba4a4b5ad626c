// Checks on the documentation inside the typings, and the examples found in texts.

import ts from "typescript";
import { declarations, parse } from "./sources.mjs";

/** What is wrong with the form of one section, as sentences. */
export function sectionProblems({ file, text }) {
  const problems = [];
  const lines = text.split("\n");
  if (lines[0] !== "// <talk-session>") problems.push("the first line is not the opening mark");
  if (lines.at(-2) !== "// </talk-session>") problems.push("the last line is not the closing mark");
  if (/^\s*import /m.test(text.replace(/^\s*\*.*$/gm, ""))) problems.push("it has an import");
  lines.forEach((line, index) => {
    if (line.length > 100) problems.push(`line ${index + 1} is longer than 100 columns`);
  });
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
      problems.push(`line ${line + 1} has the type any`);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(text));
  return problems.map((problem) => `${file}: ${problem}`);
}

/** Every exported name and member as `{title, problems}`: is it documented? */
export function documentationCases(text) {
  const cases = [];
  for (const [name, { nodes, members }] of declarations(text)) {
    const [told] = nodes.filter((node) => docComments(node).length > 0);
    cases.push(documented(name, told ?? nodes[0]));
    for (const [member, all] of members) {
      // A getter's comment is its setter's, too: editors show the first one for both.
      const [first] = all;
      const own = ts.isGetAccessor(first) ? [first] : all;
      for (const one of own) cases.push(documented(`${name}.${member}`, one));
    }
  }
  return cases;
}

const docComments = (node) => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);

function documented(name, node) {
  const comments = docComments(node);
  const comment = ts.getTextOfJSDocComment(comments.at(-1)?.comment) ?? "";
  const [first] = comment.split(/\n\s*\n/);
  const problems = [];
  if (comment.trim() === "") problems.push("it has no doc comment");
  else if (!/[.!?]\)?$/.test(first.trim())) problems.push(`not a sentence: ${first}`);
  const parameters = new Set((node.parameters ?? []).map(({ name }) => name.getText()));
  for (const tag of ts.getJSDocTags(node).filter(ts.isJSDocParameterTag)) {
    if (!parameters.has(tag.name.getText())) problems.push(`no parameter ${tag.name.getText()}`);
  }
  return { title: `${name} is documented`, problems };
}

/**
 * The members that editors show as deprecated only since a type that they are taken over from says
 * so, as sentences.
 */
export function inheritedDeprecations(text) {
  const name = "/typings.d.ts";
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const options = { target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts", "lib.dom.d.ts"] };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, ...rest) =>
    path === name ? file : getSourceFile.call(host, path, ...rest);
  const checker = ts.createProgram([name], options, host).getTypeChecker();
  const problems = [];
  for (const [owner, { members }] of declarations(text, file)) {
    for (const [member, [first]] of members) {
      const symbol = first.name && checker.getSymbolAtLocation(first.name);
      const tags = symbol?.getJsDocTags(checker) ?? [];
      const shown = tags.some((tag) => tag.name === "deprecated");
      if (shown && !ts.getJSDocDeprecatedTag(first)) problems.push(`${owner}.${member}`);
    }
  }
  return problems;
}

/** The links that lead nowhere, or that editors cannot follow since they go over two lines. */
export function brokenLinks(text) {
  const known = declarations(text);
  const problems = [];
  for (const [link, target] of text.matchAll(/\{@link\s+(?:\*\s*)?([^\s}]*)\}/g)) {
    const [name, member] = target.split(".");
    const found = known.get(name);
    if (link.includes("\n")) problems.push(`the link to ${target} is broken into two lines`);
    if (!found || (member && !found.members.has(member))) problems.push(`no ${target} to link to`);
  }
  return problems;
}

/** The members of `names` that a text does not have in backticks, as sentences. */
export function unnamed(text, known, names) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  const code = [...prose.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside).join(" ");
  const words = new Set(code.split(/[^A-Za-z0-9_$]+/));
  return names.flatMap((name) => [...known.get(name).members.keys()]
    .filter((member) => member !== "constructor" && !words.has(member))
    .map((member) => `${name}.${member} is not in it`));
}

/** Runs of `length` words that both texts' prose has. Code examples and tags are left out. */
export function sharedPhrases(ours, theirs, length) {
  const known = new Set(phrases(words(theirs), length));
  return [...new Set(phrases(words(ours), length))].filter((phrase) => known.has(phrase));
}

function words(text) {
  // One comment after the other: an example that is never closed ends with its comment.
  const comments = text.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
  const prose = comments.map((comment) => comment
    .replace(/^[ \t]*\* ?```[\s\S]*?(^[ \t]*\* ?```|\*\/)/gm, " | ")
    .replace(/\{@link ([^}|]*)[^}]*\}/g, "$1"));
  return prose.join(" | ").toLowerCase().split(/[^a-z0-9|]+/).filter(Boolean);
}

function phrases(list, length) {
  const all = [];
  for (let at = 0; at + length <= list.length; at++) {
    const run = list.slice(at, at + length);
    if (!run.includes("|")) all.push(run.join(" "));
  }
  return all;
}

/** The fenced examples of a text in one of `languages`. Comment stars are taken off. */
export function examples(text, languages) {
  const found = [];
  const fence = /^[ \t]*(?:\* )?```(\w+)\n([\s\S]*?)^[ \t]*(?:\* )?```/gm;
  for (const [, language, code] of text.matchAll(fence)) {
    if (languages.includes(language)) found.push(code.replace(/^[ \t]*\* ?/gm, ""));
  }
  return found;
}
