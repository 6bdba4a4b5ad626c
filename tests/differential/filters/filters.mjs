// Filters for the comparison: right ones, put together by chance from a seed, and wrong ones.

import { dice } from "../markup/texts.mjs";

const SEED = 1777;
const GENERATED = 4000;

/** Texts that are hard to put in order or to write. */
const TEXTS = [
  "", " ", "a", "a", "b", "a ", "a!", 'a"', "a\\", "A", "Z", "10", "9", "-1", "null", "undefined",
  "é", "e\u0301", "中", "😀", "\uffff", "\ue000", "\u2028", "\u0000", "\n", "/", "</script>",
  "__proto__", "constructor", "toJSON", "exists", "==", "[]", "{}", "x".repeat(300),
];
/** Without `__proto__`, which the original loses. */
const KEYS = TEXTS.filter((text) => text !== "__proto__")
  .concat("1", "2", "02", "4294967295", "1.5");
const WHOLE = [
  0, -0, 1, 4, 5, 6, 7, -1, -6, 99, 1679298371586, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 1e21,
  -1e21, Number.MAX_VALUE, -Number.MAX_VALUE,
];
const BROKEN = [0.5, -0.5, 6.5, 1e-7, 5e-324, 1679298371586.25];
const ACCESS = ["Read", "ReadWrite"];

/** The same ones at each call. */
export function rightFilters() {
  const filters = [undefined, null, {}, { subject: undefined }, ["any", []], ["any", [{}]]];
  const below = dice(SEED);
  while (filters.length < GENERATED) filters.push(filter(below));
  return filters;
}

/**
 * With bounds `>=` and `<=` that are no whole numbers. The original takes one away or adds one all
 * the same, so that what it asks for is something else.
 */
export function brokenFilters() {
  const below = dice(SEED + 1);
  return Array.from({ length: 300 }, () => filter(below, WHOLE.concat(BROKEN)));
}

function filter(below, bounds = WHOLE) {
  const pick = (list) => list[below(list.length)];
  const some = (list, most) => Array.from({ length: below(most + 1) }, () => pick(list));

  const texts = (all) =>
    below(2) ? [pick(["==", "!="]), pick(all)] : [pick(["oneOf", "!oneOf"]), some(all, 4)];
  const times = () => {
    const numbers = WHOLE.concat(BROKEN);
    switch (below(3)) {
      case 0: return [pick([">", "<"]), pick(numbers)];
      case 1: return [pick([">=", "<="]), pick(bounds)];
      default: return [pick(["between", "!between"]), [pick(numbers), pick(numbers)]];
    }
  };
  const custom = () => {
    const all = {};
    for (const key of some(KEYS, 4)) {
      const test = below(2) ? texts(TEXTS) : pick(["exists", "!exists"]);
      all[key] = below(9) ? test : undefined;
    }
    return all;
  };
  const conditions = {
    subject: () => texts(TEXTS.concat(null, null, null)),
    access: () => texts(ACCESS),
    custom,
    isUnread: () => pick([true, false]),
    hasMessages: () => pick([true, false]),
    lastActivityAt: times,
    createdAt: times,
    joinedAt: times,
  };
  const simple = () => {
    const part = {};
    // At least one, as a rule, for an empty part makes all others idle.
    const first = below(30) ? [pick(["isUnread", "custom", "subject", "createdAt"])] : [];
    for (const key of [...first, ...some(Object.keys(conditions), 3)]) {
      part[key] = below(20) ? conditions[key]() : undefined;
    }
    return part;
  };
  if (below(3)) return simple();
  const parts = Array.from({ length: below(5) }, simple);
  if (parts.length && !below(4)) parts.push(structuredClone(pick(parts)));
  return ["any", parts];
}

/** Of which the original asks for something else: `[filter, its text, ours]`. */
export function differentFilters() {
  return [
    [{ createdAt: [">=", 6.5] }, '{"createdAt":[">",5.5]}', '{"createdAt":[">",6]}'],
    [{ createdAt: ["<=", 6.5] }, '{"createdAt":["<",7.5]}', '{"createdAt":["<",7]}'],
    [
      JSON.parse('{"custom":{"__proto__":["==","a"]}}'),
      "{}",
      '{"custom":{"__proto__":["==","a"]}}',
    ],
  ];
}

/**
 * Filters that say nothing, each with what the original makes of it: an error, if it is a pattern,
 * else the text that it sends.
 */
export function wrongFilters() {
  const OVERFLOW = /Maximum call stack/;
  const CRASH = /^/;
  const ring = {};
  ring.custom = ring;
  return [
    ["a text", "isUnread", OVERFLOW],
    ["a number", 5, "{}"],
    ["an empty list", [], CRASH],
    ["no list behind any", ["any"], CRASH],
    ["another word than any", ["all", [{ isUnread: true }]], '{"isUnread":true}'],
    ["any inside of any", ["any", [["any", []]]], OVERFLOW],
    ["null inside of any", ["any", [null]], CRASH],
    ["something behind any", ["any", [], { isUnread: true }], '["any",[]]'],
    ["an unknown condition", { unread: true }, '{"unread":true}'],
    ["one of Object's own names", { constructor: ["==", "a"] }, CRASH],
    ["a flag that is a number", { isUnread: 1 }, "{}"],
    ["a flag that is a text", { hasMessages: "true" }, OVERFLOW],
    ["null for a condition", { subject: null }, CRASH],
    ["a text for a condition", { subject: "Cats" }, OVERFLOW],
    ["an unknown operator for a text", { subject: ["is", "Cats"] }, CRASH],
    ["a text without operand", { subject: ["=="] }, '{"subject":["=="]}'],
    ["two operands", { subject: ["==", "a", "b"] }, '{"subject":["==","a","b"]}'],
    ["a number for a text", { subject: ["==", 5] }, '{"subject":["==",5]}'],
    ["letters for a list", { subject: ["oneOf", "abc"] }, '{"subject":["oneOf",["a","b","c"]]}'],
    ["half a letter", { subject: ["==", "\ud83d"] }, '{"subject":["==","\\ud83d"]}'],
    ["an access that there is not", { access: ["!=", "Write"] }, "{}"],
    ["custom data that is a text", { custom: "a" }, OVERFLOW],
    ["custom data to be null", { custom: { a: ["==", null] } }, '{"custom":{"a":["==",null]}}'],
    ["another word than exists", { custom: { a: "is" } }, OVERFLOW],
    [
      "half a letter in a key", { custom: { "\udc00": "exists" } },
      '{"custom":{"\\udc00":"exists"}}',
    ],
    ["a number that is none", { createdAt: [">", NaN] }, '{"createdAt":[">",null]}'],
    ["endless", { joinedAt: ["<=", Infinity] }, '{"joinedAt":["<",null]}'],
    ["a text for a number", { createdAt: [">", "5"] }, '{"createdAt":[">","5"]}'],
    ["an operator of texts for a time", { createdAt: ["==", 5] }, '{"createdAt":["==",5]}'],
    ["one end", { createdAt: ["between", [1]] }, '{"createdAt":["between",[1]]}'],
    ["a ring", ring, OVERFLOW],
  ].map(([about, filter, theirs]) => ({ about, filter, theirs }));
}
