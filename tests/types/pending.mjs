// What of the original is not here yet: found by comparing, written down in `pending.json`.
//
// The list is explicit so that a new part of the API and a new version of the original both show up
// in a review, and so that nothing is missing by accident.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { here, signature } from "./sources.mjs";

const file = join(here, "pending.json");

/** The list as written down. */
export function writtenPending() {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Replaces the written list. */
export function writePending(pending) {
  writeFileSync(file, JSON.stringify(pending, null, 2) + "\n");
}

/** The list as it is: names and members that the original has and we do not. */
export function actualPending(version, theirs, ours) {
  const names = [...theirs.keys()].filter((name) => !ours.has(name)).sort();
  const members = {};
  for (const [name, { members: all }] of theirs) {
    const own = ours.get(name);
    if (!own) continue;
    const missing = missingMembers(all, own.members);
    if (missing.length > 0) members[name] = missing;
  }
  return { original: `@talkjs/core ${version}`, names, members };
}

/** Whether a member of the original is on the list, as a whole or as one of its overloads. */
export function isPending(pending, typeName, memberName, member) {
  const list = pending.members[typeName] ?? [];
  return list.includes(memberName) || list.includes(signature(memberName, member));
}

function missingMembers(theirs, ours) {
  const missing = [];
  for (const [name, overloads] of theirs) {
    if (!ours.has(name)) {
      missing.push(name);
    } else if (overloads.length > 1) {
      const present = ours.get(name).map((member) => signature(name, member));
      const all = overloads.map((member) => signature(name, member));
      missing.push(...all.filter((one) => !present.includes(one)));
    }
  }
  return missing;
}
