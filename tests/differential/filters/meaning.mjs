// What a filter means, said once more: whether a conversation is one of those it is about. Takes
// filters as applications write them and in their canonical form.

import { dice } from "../markup/texts.mjs";

export function fits(filter, side) {
  if (Array.isArray(filter)) return filter[1].some((part) => fits(part, side));
  return Object.entries(filter ?? {}).every(([name, test]) => {
    if (test === undefined) return true;
    if (name !== "custom") return holds(test, side[name]);
    return Object.entries(test).every(([key, one]) => {
      const value = Object.hasOwn(side.custom, key) ? side.custom[key] : null;
      return one === undefined || holds(one, value);
    });
  });
}

function holds(test, value) {
  if (typeof test === "boolean") return value === test;
  if (typeof test === "string") return (test === "exists") === (value !== null);
  const [operator, operand] = test;
  switch (operator) {
    case "==": return value === operand;
    case "!=": return value !== operand;
    case "oneOf": return operand.includes(value);
    case "!oneOf": return !operand.includes(value);
    case ">": return value > operand;
    case "<": return value < operand;
    case ">=": return value >= operand;
    case "<=": return value <= operand;
    case "between": return value >= operand[0] && value < operand[1];
    case "!between": return value < operand[0] || value >= operand[1];
    default: throw new Error(`an operator ${operator}`);
  }
}

/** Conversations that are near to what a filter asks for: made of its own texts and numbers. */
export function sidesNear(filter, count, seed) {
  const below = dice(seed);
  const pick = (list) => list[below(list.length)];
  const texts = ["", "other"];
  const times = [0, 5, 1679298371586];
  const keys = new Set(["a"]);
  JSON.stringify(filter, (key, value) => {
    if (typeof value === "string") texts.push(value);
    if (typeof value === "number" && Math.abs(value) < 2 ** 50) {
      times.push(Math.floor(value) - 1, Math.floor(value), Math.ceil(value), Math.ceil(value) + 1);
    }
    if (key === "custom") for (const name of Object.keys(value ?? {})) keys.add(name);
    return value;
  });
  return Array.from({ length: count }, () => ({
    subject: pick([null, ...texts]),
    access: pick(["Read", "ReadWrite"]),
    custom: Object.fromEntries([...keys].filter(() => below(2)).map((key) => [key, pick(texts)])),
    isUnread: pick([true, false]),
    hasMessages: pick([true, false]),
    createdAt: pick(times),
    joinedAt: pick(times),
    lastActivityAt: pick(times),
  }));
}
