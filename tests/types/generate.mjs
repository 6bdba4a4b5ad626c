// Writes the checks of our typings against the original's, name by name, as TypeScript.
//
// The names are those of the installed original. One that we do not have, or a type that differs in
// any detail, is an error of the compiler in the case of that name.

const head = `
import * as Ours from "talk-session";
import * as Theirs from "@talkjs/core";

// True only for types that are the same in every detail: optional and readonly members too.
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
`;

/** What the types with parameters are compared for: a plain type, and one of several values. */
const SAMPLES = ["string", '"a" | 7'];

/**
 * The module of checks, each of them a case of its own. `own` says what is different on purpose:
 * `members` that only we have, and those that are `wider` than the original's.
 */
export function compatibility(theirs, own) {
  const out = [head.trim()];
  const check = (title, code) => out.push("", `// case: ${title}`, code);
  let count = 0;
  const id = () => `check${++count}`;
  const serves = (title, from, to) =>
    check(title, `export const ${id()} = (value: ${from}): ${to} => value;`);
  const same = (title, our, their, expected) =>
    check(title, `export const ${id()}: Same<${our}, ${their}> = ${expected};`);

  for (const [name, { kind, generics, members }] of theirs) {
    const isFunction = kind === "Function";
    const of = (side, given) => `${isFunction ? "typeof " : ""}${side}.${name}${given}`;
    for (const given of uses(generics)) {
      const [our, their] = [of("Ours", given), of("Theirs", given)];
      const title = name + given;
      serves(`${title}: ours serves as theirs`, our, their);
      serves(`${title}: theirs serves as ours`, their, our);
      // For a function these two are enough: what it takes and what it gives are both compared.
      if (isFunction) continue;
      const wider = own.wider[name] ?? [];
      const differs = wider.length + (own.members[name] ?? []).length > 0;
      same(`${title}: ${differs ? "differs as listed" : "identical"}`, our, their, !differs);
      if (!differs) continue;
      for (const member of members.keys()) {
        const key = JSON.stringify(member);
        const [ourMember, theirMember] = [`${our}[${key}]`, `${their}[${key}]`];
        const isWider = wider.includes(member);
        const how = isWider ? "wider, as listed" : "identical";
        same(`${title}.${member}: ${how}`, ourMember, theirMember, !isWider);
        if (!isWider) continue;
        // Methods serve as one another even if one takes less, so their parameters are compared.
        serves(`${title}.${member}: takes all that the original's takes`,
          `Parameters<${theirMember}>`, `Parameters<${ourMember}>`);
      }
    }
  }
  return out.join("\n") + "\n";
}

/** The ways to write a type with so many parameters. `least` of them have no default. */
function uses({ least, most }) {
  if (most === 0) return [""];
  const lists = SAMPLES.map((sample) => `<${Array(most).fill(sample).join(", ")}>`);
  return least === 0 ? ["", ...lists] : lists;
}
