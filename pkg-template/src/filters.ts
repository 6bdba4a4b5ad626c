// Filters of conversations: checked where they come from, and brought into the one form that equal
// filters share, which is also what is sent.
//
// Each condition becomes the shortest equal one: `undefined` if it always holds, `null` if it never
// does. Only as many levels are looked at as a filter has, so no input is too deep.

import { badArgument, describe } from "./errors";
import { isObject } from "./params";

type Condition = object | string | boolean | null | undefined;

/** As in JSON, as far as that is of use in a message. */
const show = (value: unknown, levels = 2): string =>
  typeof value === "string" ? JSON.stringify(value.slice(0, 40)) :
  levels && Array.isArray(value) ?
    `[${value.slice(0, 4).map((one) => show(one, levels - 1)).join(", ")}]` :
  describe(value);

function refuse(name: string, words: string, value: unknown): never {
  throw badArgument(`${name} must be ${words}, but is ${show(value)}`);
}

/** A string that can be sent: half of a surrogate pair cannot. */
const isText = (value: unknown): boolean => typeof value === "string" && !/\p{Cs}/u.test(value);

/**
 * Reads `[operator, operand]`: the place of the operator, and a list of what it is about. The
 * operators from `single` on take a list, which may have holes; the result has none.
 */
function read(test: unknown, operators: string[], single: number): [at: number, about: any[]] {
  if (!Array.isArray(test) || test.length !== 2) return [-1, []];
  const at = operators.indexOf(test[0]);
  const about = at < single ? [test[1]] : test[1];
  return Array.isArray(about) ? [at, [...about]] : [-1, []];
}

/**
 * A test of a text: it is one of some, or none of them. `all` has all that there are, if they are
 * known; `also`, in words, what the test could be besides.
 */
function texts(
  name: string, test: unknown, words: string, fits: (value: any) => boolean, all: string[] = [],
  also = "",
): Condition {
  const operators = ["==", "!=", "oneOf", "!oneOf"];
  const [at, about] = read(test, operators, 2);
  if (at < 0 || !about.every(fits)) {
    refuse(name, `${also}["==" or "!=", ${words}] or ["oneOf" or "!oneOf", a list of such]`, test);
  }
  let not = at % 2;
  let some = [...new Set(about)].sort();
  if (all[0]) {
    some = all.filter((value) => some.includes(value) !== !!not);
    if (some.length === all.length) return undefined;
    not = 0;
  }
  return some.length > 1 ? [operators[2 + not], some] :
    some.length ? [operators[not], some[0]] :
    not ? undefined : null;
}

/** A test of a time. Times are whole numbers, so `>=` is the same as `>` of the one before. */
function times(name: string, test: unknown): Condition {
  const operators = [">", "<", ">=", "<=", "between", "!between"];
  const [at, about] = read(test, operators, 4);
  if (at < 0 || about.length !== (at < 4 ? 1 : 2) || !about.every(Number.isFinite)) {
    refuse(
      name, '[">", "<", ">=" or "<=", a number] or ["between" or "!between", [a number, a number]]',
      test,
    );
  }
  const [from, to] = about;
  return at < 4 ?
    [operators[at % 2], at < 2 ? from : at < 3 ? Math.ceil(from) - 1 : Math.floor(from) + 1] :
    from < to ? [operators[at], about] :
    at > 4 ? undefined : null;
}

/** The conditions of an object, all of which must hold, by their names in order. */
function conditions(
  name: string, object: unknown, condition: (name: string, test: unknown, key: string) => Condition,
): Condition {
  if (!isObject(object)) refuse(name, "an object of conditions", object);
  const own = Object.entries(object)
    .map(([key, test]): [string, Condition] =>
      [key, test === undefined ? test : condition(`${name}.${key}`, test, key)])
    .filter(([, test]) => test !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return own.some(([, test]) => test === null) ? null :
    own.length ? Object.fromEntries(own) : undefined;
}

const flag = (name: string, test: unknown): Condition =>
  typeof test === "boolean" ? test : refuse(name, "true or false", test);

const ofCustom = (name: string, test: unknown, key: string): Condition =>
  !isText(key) ? refuse("a key of custom", "well-formed", key) :
  test === "exists" || test === "!exists" ? test :
  texts(name, test, "a string", isText, [], '"exists", "!exists", ');

const ACCESS = ["Read", "ReadWrite"];

const TESTS: Record<string, (name: string, test: unknown) => Condition> = {
  access: (name, test) =>
    texts(name, test, '"Read" or "ReadWrite"', (value) => ACCESS.includes(value), ACCESS),
  createdAt: times,
  custom: (name, test) => conditions(name, test, ofCustom),
  hasMessages: flag,
  isUnread: flag,
  joinedAt: times,
  lastActivityAt: times,
  subject: (name, test) =>
    texts(name, test, "a string or null", (value) => value === null || isText(value)),
};

const ofConversation = (name: string, test: unknown, key: string): Condition =>
  Object.hasOwn(TESTS, key) ? TESTS[key]!(name, test) :
  refuse(name, `one of ${Object.keys(TESTS).join(", ")}`, key);

/**
 * The canonical JSON text of a filter. None at all is one that lets everything through. `name` is
 * what an error calls it, with the method that it was given to.
 */
export function canonicalFilter(filter: unknown, name = "subscribeConversations: filter"): string {
  const [at, parts] = Array.isArray(filter) ? read(filter, ["any"], 0) : [0, [filter ?? {}]];
  if (at < 0) refuse(name, 'an object of conditions or ["any", a list of such]', filter);
  const all = new Set<string | undefined>(
    parts.map((part) => JSON.stringify(conditions(name, part, ofConversation))),
  );
  all.delete("null");
  const text = `${[...all].sort()}`;
  return all.has(undefined) ? "{}" : all.size === 1 ? text : `["any",[${text}]]`;
}
