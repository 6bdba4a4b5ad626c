// The snapshots: objects that the core has made here and names by number.

import { json } from "./errors";
import { plaintext } from "./plaintext";

type Json = Record<string, unknown>;
type Reaction = { emoji: string };

/** The members that are other snapshots. In the core's texts they are numbers. */
const LINKS = ["sender", "referencedMessage", "lastMessage", "user"];

/** Freezes what a JSON text became, all through. Anyone may have nested it too deeply to recurse. */
export function freeze<T>(value: T): T {
  const open: unknown[] = [value];
  while (open.length) {
    const next = open.pop();
    if (typeof next === "object" && next) {
      for (const part of Object.values(Object.freeze(next))) open.push(part);
    }
  }
  return value;
}

const isSame = (a: unknown, b: unknown): boolean => {
  const text = json(a);
  return !!text && text === json(b);
};

export class Snapshots {
  _all: unknown[] = [];

  /** A new object: `members` alone, or in place of those of the one that is there. */
  _make(handle: number, members: Json, patch: boolean): void {
    // A message and its form inside the ones that refer to it have neighbouring numbers.
    const other = this._all[handle ^ 1] as Json | undefined;
    // Members are set one by one: spreading a second object over the copy takes far longer.
    const snapshot = patch ? { ...(this._all[handle] as Json) } : members;
    for (const name of Object.keys(members)) {
      let value = members[name];
      if (typeof value === "number" && LINKS.includes(name)) {
        // Other snapshots are frozen, and nobody has to find that out.
        value = this._all[value];
      } else if (name === "users") {
        // Those who are typing.
        value = Object.freeze((value as number[]).map((user) => this._all[user]));
      } else if (typeof value === "object") {
        if (name === "reactions" && patch) {
          const old = new Map((snapshot[name] as Reaction[]).map((was) => [was.emoji, was]));
          value = (value as Reaction[]).map((one) => {
            const was = old.get(one.emoji);
            return isSame(was, one) ? was : one;
          });
        }
        value = freeze(other && isSame(value, other[name]) ? other[name] : value);
      }
      snapshot[name] = value;
      if (name === "content") snapshot.plaintext = plaintext(value as unknown[]);
    }
    this._all[handle] = Object.freeze(snapshot);
  }

  _list(handle: number, handles: number[]): void {
    this.#put(handle, handles.map((item) => this._all[item]));
  }

  /** A new list: the old one after some edits: position, how many go, how many come, and these. */
  _edit(handle: number, edits: number[]): void {
    // Not slice(), which has no fast path for frozen arrays.
    const list = [...(this._all[handle] as unknown[])];
    for (let at = 0; at < edits.length; ) {
      const [position, removed, added] = [edits[at++]!, edits[at++]!, edits[at++]!];
      const end = at + added;
      if (removed === 1 && added === 1) list[position] = this._all[edits[at]!];
      else list.splice(position, removed, ...edits.slice(at, end).map((item) => this._all[item]));
      at = end;
    }
    this.#put(handle, list);
  }

  /** A list that has become what it was, such as by a message that came and went, is the old one. */
  #put(handle: number, list: unknown[]): void {
    const old = (this._all[handle] ?? []) as unknown[];
    const same = list.length === old.length && list.every((item, at) => item === old[at]);
    if (!same || !this._all[handle]) this._all[handle] = Object.freeze(list);
  }
}
