// Writes the checks of our typings against the original's, name by name, as TypeScript.
//
// `Ours` is the package; `Theirs` is the original without the members on the pending list, so that
// what is compared is the part that both have, down to nested types.

import { isPending } from "./pending.mjs";
import { parameterNames } from "./sources.mjs";

const head = `
import * as Ours from "talk-session";
import * as Theirs from "./original.js";

// True only for types that are the same in every detail: optional and readonly members too.
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
`;

/** The module of checks. Every check is a case of its own. */
export function compatibility(theirs, ours, pending, own) {
  const out = [head.trim()];
  const check = (title, code) => out.push("", `// case: ${title}`, code);
  let count = 0;
  const id = () => `check${++count}`;

  for (const [name, theirDeclaration] of theirs) {
    if (!ours.has(name)) continue;
    if (theirDeclaration.kind === "Function") {
      check(`${name}: ours serves as theirs`,
        `export const ${id()}: typeof Theirs.${name} = Ours.${name};`);
      check(`${name}: theirs serves as ours`,
        `export const ${id()}: typeof Ours.${name} = Theirs.${name};`);
      continue;
    }
    const generics = theirDeclaration.generics;
    const arguments_ = generics > 0 ? `<${Array(generics).fill("string").join(", ")}>` : "";
    const [our, their] = [`Ours.${name}${arguments_}`, `Theirs.${name}${arguments_}`];
    check(`${name}: ours serves as theirs`,
      `export const ${id()} = (value: ${our}): ${their} => value;`);
    check(`${name}: theirs serves as ours`,
      `export const ${id()} = (value: ${their}): ${our} => value;`);

    const different = [...(own.members[name] ?? []), ...(own.wider[name] ?? [])];
    check(`${name}: ${different.length > 0 ? "differs as listed" : "identical"}`,
      `export const ${id()}: Same<${our}, ${their}> = ${different.length === 0};`);
    if (different.length === 0) continue;
    for (const [member, declared] of theirDeclaration.members) {
      if (declared.every((one) => isPending(pending, name, member, one))) continue;
      const wider = different.includes(member);
      const key = JSON.stringify(member);
      check(`${name}.${member}: ${wider ? "wider, as listed" : "identical"}`,
        `export const ${id()}: Same<${our}[${key}], ${their}[${key}]> = ${!wider};`);
    }
  }
  return out.join("\n") + "\n";
}

/** The module that proves that what is pending is absent, and not a stub. */
export function absences(pending) {
  const out = ['import * as Ours from "talk-session";'];
  const check = (title, code) =>
    out.push("", `// case: ${title} is absent`, "// @ts-expect-error", code);
  for (const name of pending.names) {
    check(name, `export type Absent${name} = Ours.${name};`);
  }
  for (const [type, members] of Object.entries(pending.members)) {
    const whole = members.filter((member) => !member.includes("("));
    for (const member of whole) {
      check(`${type}.${member}`,
        `export type Absent${type}${member} = Ours.${type}[${JSON.stringify(member)}];`);
    }
  }
  return out.join("\n") + "\n";
}

/** The methods whose parameters have other names than in the original, as sentences. */
export function renamedParameters(theirs, ours) {
  const found = [];
  for (const [name, { members }] of theirs) {
    for (const [member, overloads] of members) {
      const own = ours.get(name)?.members.get(member) ?? [];
      for (const one of own) {
        const names = parameterNames(one).join(", ");
        const known = overloads.map((overload) => parameterNames(overload).join(", "));
        if (!known.includes(names)) {
          found.push(`${name}.${member}(${names}) has the parameters (${known.join(") or (")})`);
        }
      }
    }
  }
  return found;
}
