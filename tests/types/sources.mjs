// Where the two sets of typings come from, and what they declare.
//
// Ours is `pkg/index.d.ts` when the package is built, else the sections of `src/typings` put one
// after the other, which is what the build does with them. Theirs is the installed original.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../..");

/** The sections of `src/typings`, as `{file, text}`. */
export function sections() {
  const folder = join(root, "src/typings");
  const files = readdirSync(folder).filter((name) => name.endsWith(".d.ts"));
  return files.sort().map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));
}

/** One module out of all sections. */
export function concatenated() {
  return sections().map(({ text }) => text).join("\n");
}

/** The package's folder: the given one, `pkg`, or `null` when that has not been built. */
export function builtPackage(given) {
  if (given !== undefined) return given;
  const folder = join(root, "pkg");
  return existsSync(join(folder, "index.d.ts")) ? folder : null;
}

/** The installed original: its version, its typings and its README. */
export function original() {
  const folder = join(root, "node_modules/@talkjs/core");
  const { version, types } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return {
    version,
    typings: readFileSync(join(folder, types), "utf8"),
    readme: readFileSync(join(folder, "README.md"), "utf8"),
  };
}

/**
 * The exported declarations of a module of typings, by name.
 *
 * Each is `{kind, generics, members, node}`; `members` maps a member's name to its declarations,
 * more than one where it is overloaded, and is empty for what has no members.
 */
export function declarations(text) {
  const file = parse(text);
  const found = new Map();
  for (const node of file.statements) {
    if (!node.name || !isExported(node)) continue;
    const body = ts.isTypeAliasDeclaration(node) ? node.type : node;
    const members = new Map();
    for (const member of body.members ?? []) {
      const key = member.name?.getText(file) ?? "constructor";
      members.set(key, [...(members.get(key) ?? []), member]);
    }
    const kind = ts.SyntaxKind[node.kind].replace("Declaration", "");
    found.set(node.name.text, { kind, generics: node.typeParameters?.length ?? 0, members, node });
  }
  return found;
}

/** How an overload is written in `pending.json`: the method with its parameters' names. */
export function signature(name, member) {
  return `${name}(${parameterNames(member).join(", ")})`;
}

/** The names of a method's parameters. A parameter that is taken apart has none of its own. */
export function parameterNames(member) {
  const parameters = member.parameters ?? member.type?.parameters ?? [];
  return parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : "_"));
}

/** The same typings without the members for which `drop(interface, member)` is true. */
export function without(text, drop) {
  const file = parse(text);
  const statements = file.statements.map((node) => {
    if (!ts.isInterfaceDeclaration(node)) return node;
    const members = node.members.filter((member) => !drop(node.name.text, member, file));
    const { modifiers, name, typeParameters, heritageClauses } = node;
    return ts.factory.updateInterfaceDeclaration(
      node, modifiers, name, typeParameters, heritageClauses, members);
  });
  const reduced = ts.factory.updateSourceFile(file, statements);
  return ts.createPrinter({ removeComments: true }).printFile(reduced);
}

/** The syntax tree of a text of typings. */
export function parse(text) {
  return ts.createSourceFile("typings.d.ts", text, ts.ScriptTarget.Latest, true);
}

function isExported(node) {
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
