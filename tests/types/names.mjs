// What can be said of the two sets of typings without a compiler: which names and members each
// declares, how parameters are called, and what is deprecated.
//
// All of it goes by the original's typings as they are installed, so that a new version of it shows
// at once what we do not have yet.

import ts from "typescript";
import { parameterNames, signature } from "./sources.mjs";

/** What the original has and we do not: names, members and overloads, as sentences. */
export function missing(theirs, ours) {
  const found = [];
  for (const [name, { members }] of theirs) {
    if (!ours.has(name)) {
      found.push(`there is no ${name}`);
      continue;
    }
    const own = ours.get(name).members;
    for (const [member, overloads] of members) {
      if (!own.has(member)) {
        found.push(`${name} has no ${member}`);
      } else if (overloads.length > 1) {
        const present = own.get(member).map((one) => signature(member, one));
        const all = overloads.map((one) => signature(member, one));
        const lost = all.filter((one) => !present.includes(one));
        found.push(...lost.map((one) => `${name} has no ${one}`));
      }
    }
  }
  return found;
}

/** The exported names, and the members by their type, that only we have. Sorted. */
export function extras(theirs, ours) {
  const names = [...ours.keys()].filter((name) => !theirs.has(name)).sort();
  const members = {};
  for (const name of [...ours.keys()].filter((name) => theirs.has(name)).sort()) {
    const known = theirs.get(name).members;
    const more = [...ours.get(name).members.keys()].filter((member) => !known.has(member));
    if (more.length > 0) members[name] = more.sort();
  }
  return { names, members };
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

/** What both have, and only one of them has deprecated, as sentences. */
export function deprecations(theirs, ours) {
  const [their, our] = [deprecated(theirs, ours), deprecated(ours, theirs)];
  return [
    ...their.filter((name) => !our.includes(name)).map((name) => `${name} must be deprecated`),
    ...our.filter((name) => !their.includes(name)).map((name) => `${name} is not deprecated there`),
  ];
}

/** What is deprecated in `all` and is in `others`, too. */
function deprecated(all, others) {
  const found = [];
  for (const [name, { nodes, members }] of all) {
    const other = others.get(name);
    if (other && nodes.some(ts.getJSDocDeprecatedTag)) found.push(name);
    for (const [member, [first]] of members) {
      const isShared = other?.members.has(member);
      if (isShared && ts.getJSDocDeprecatedTag(first)) found.push(`${name}.${member}`);
    }
  }
  return found;
}
