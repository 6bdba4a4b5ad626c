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
 * Each is `{kind, generics, members, nodes}`; `generics` says how many type parameters it takes at
 * the `least` and the `most`; `members` maps a member's name to its declarations, more than one
 * where it is overloaded, and is empty for what has no members; `nodes` are its own declarations,
 * more than one where it is overloaded or where a class and an interface are merged. A form of
 * export that is not known here is an error, so that nothing is overlooked. `file` is the text's
 * syntax tree, if there is one already.
 */
export function declarations(text, file = parse(text)) {
  const found = new Map();
  for (const node of file.statements) {
    if (!exports(node)) continue;
    if (!NAMED.has(node.kind)) throw new Error(`An unknown form of export: ${node.getText(file)}`);
    const body = ts.isTypeAliasDeclaration(node) ? node.type : node;
    const known = found.get(node.name?.text);
    const members = known?.members ?? new Map();
    for (const member of body.members ?? []) {
      const key = member.name?.getText(file) ?? "constructor";
      members.set(key, [...(members.get(key) ?? []), member]);
    }
    const kind = ts.SyntaxKind[node.kind].replace("Declaration", "");
    const parameters = node.typeParameters ?? [];
    const least = parameters.filter((parameter) => !parameter.default).length;
    const generics = { least, most: parameters.length };
    if (known) known.nodes.push(node);
    else found.set(node.name.text, { kind, generics, members, nodes: [node] });
  }
  return found;
}

/** How an overload is told from the others: the method with its parameters' names. */
export function signature(name, member) {
  return `${name}(${parameterNames(member).join(", ")})`;
}

/** The names of a method's parameters. A parameter that is taken apart has none of its own. */
export function parameterNames(member) {
  const parameters = member.parameters ?? member.type?.parameters ?? [];
  return parameters.map(({ name }) => (ts.isIdentifier(name) ? name.text : "_"));
}

/** The syntax tree of a text of typings. */
export function parse(text) {
  return ts.createSourceFile("typings.d.ts", text, ts.ScriptTarget.Latest, true);
}

const { InterfaceDeclaration, TypeAliasDeclaration, FunctionDeclaration, ClassDeclaration } =
  ts.SyntaxKind;
const NAMED = new Set([
  InterfaceDeclaration, TypeAliasDeclaration, FunctionDeclaration, ClassDeclaration,
]);

/** `export {}` exports nothing: it only makes a module of a file. */
function exports(node) {
  if (ts.isExportDeclaration(node)) return node.exportClause?.elements?.length !== 0;
  if (ts.isExportAssignment(node)) return true;
  return node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}
