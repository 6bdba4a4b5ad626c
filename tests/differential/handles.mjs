// The objects of the API with their methods, read out of the original's typings, and the events of
// the protocol: what the scenarios together have to call and to receive.

import { readFileSync } from "node:fs";
import ts from "typescript";
import { at } from "../../scripts/lib/paths.mjs";

const TYPINGS = at("node_modules/@talkjs/core/dist/talkSession.d.ts");

/** PROTOCOL.md, section 9, and the two events of the connection itself, section 2. */
export const EVENTS = [
  "user.created", "user.edited", "user.online.changed",
  "side.created", "side.edited", "side.deleted",
  "conversation.edited", "conversation.cleared",
  "participant.created", "participant.edited", "participant.deleted",
  "message.created", "message.edited", "message.deleted",
  "reaction.added", "reaction.removed",
  "typing.available", "typing.changed",
  "session.expired", "upstream.restarting",
];

/**
 * For each kind of object that a session leads to: its methods, and the kind of object that each of
 * them gives, or "".
 *
 * @returns {Record<string, Record<string, string>>}
 */
export function handlesOf(typings = TYPINGS) {
  const source = ts.createSourceFile(typings, readFileSync(typings, "utf8"), ts.ScriptTarget.ES2022);
  const kinds = new Map();
  source.forEachChild((node) => {
    const isLiteral = ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type);
    if (ts.isInterfaceDeclaration(node)) kinds.set(node.name.text, node.members);
    else if (isLiteral) kinds.set(node.name.text, node.type.members);
  });
  const handles = {};
  const visit = (kind) => {
    if (handles[kind] || !kinds.has(kind)) return;
    const methods = {};
    for (const member of kinds.get(kind)) {
      // An optional function is one that the application hands in.
      const type = ts.isMethodSignature(member) ? member.type : functionOf(member.type);
      if (type && !member.questionToken) methods[member.name.text] = named(type, source);
    }
    if (Object.keys(methods).length === 0) return;
    handles[kind] = methods;
    for (const made of Object.values(methods)) visit(made);
  };
  visit("TalkSession");
  // Of a promise of data nothing can be called.
  for (const methods of Object.values(handles)) {
    for (const name of Object.keys(methods)) if (!handles[methods[name]]) methods[name] = "";
  }
  return handles;
}

/** What a property gives that is a function, such as `unsubscribe: () => void`. */
const functionOf = (type) => (type && ts.isFunctionTypeNode(type) ? type.type : undefined);

/** The name of a type, or of what is promised. */
function named(type, source) {
  const text = type.getText(source);
  return /^Promise<(\w+)>$/.exec(text)?.[1] ?? (/^\w+$/.test(text) ? text : "");
}

/** Everything that at least one scenario has to do: methods as `Kind.method`. */
export const methodsOf = (handles) =>
  Object.entries(handles).flatMap(([kind, methods]) =>
    Object.keys(methods).map((name) => `${kind}.${name}`),
  );
