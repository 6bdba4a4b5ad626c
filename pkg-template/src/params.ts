// The parameters of calls, checked where they come from, before anything is sent.

import { describe } from "./errors";

type Check = (value: any) => unknown;
type Params = Record<string, unknown>;

/** What a parameter may be, in words, and whether a value is that. Null resets, so it is allowed. */
type Rule = [words: string, check: Check];

const isText: Check = (value) => typeof value === "string";
const isTextList: Check = (value) => Array.isArray(value) && value.every(isText);
const isMap = (value: unknown, check: Check): unknown =>
  isObject(value) && Object.values(value).every((item) => item == null || check(item));
const isObject = (value: unknown): value is object =>
  typeof value === "object" && !!value && !Array.isArray(value);

const text: Rule = ["a string or null", isText];
const texts: Rule = [
  "a string, a list of strings, or null", (value) => isText(value) || isTextList(value),
];
const custom: Rule = [
  "an object whose values are strings (or null, to remove a key)", (value) => isMap(value, isText),
];
const size: Rule = ["a number that is not negative", (value) => value >= 0 && Number.isFinite(value)];

const PARTICIPANT: Record<string, Rule> = {
  access: ['"Read", "ReadWrite" or null', (value) => value === "Read" || value === "ReadWrite"],
  notify: [
    'true, false, "MentionsOnly" or null',
    (value) => typeof value === "boolean" || value === "MentionsOnly",
  ],
};

export const RULES = {
  _participant: PARTICIPANT,
  _conversation: {
    ...PARTICIPANT,
    subject: text,
    photoUrl: text,
    welcomeMessages: ["a list of strings or null", isTextList],
    custom,
  },
  _user: {
    name: ["a string", isText],
    custom,
    locale: text,
    photoUrl: text,
    role: text,
    welcomeMessage: text,
    email: texts,
    phone: texts,
    pushTokens: [
      "an object whose values are true (or null, to remove a key)",
      (value) => isMap(value, (item) => item === true),
    ],
  },
  _message: {
    text: ["a string", isText],
    content: [
      "a list with one content block", (value) => Array.isArray(value) && value.every(isObject),
    ],
    referencedMessage: ["a message ID or a MessageRef", isText],
    custom,
  },
  _file: { filename: ["a non-empty string", (value) => isText(value) && value], width: size,
    height: size, duration: size },
} satisfies Record<string, Record<string, Rule>>;

/** Parameters that cannot be left at null. */
const NEVER_NULL = /^(name|text|content|filename)$/;

/**
 * Checks parameters that are an object; others are passed on, for the service to judge. Returns what
 * is wrong with them.
 */
export function problem(params: unknown, rules: Record<string, Rule>): string | undefined {
  if (!isObject(params)) return `the parameters must be an object, but are ${describe(params)}`;
  for (const [name, [words, check]] of Object.entries(rules)) {
    const value = (params as Params)[name];
    const given = value === null ? NEVER_NULL.test(name) : value !== undefined;
    if (given && !check(value)) return `"${name}" must be ${words}, but is ${describe(value)}`;
  }
  return undefined;
}

/** What is wrong with what a message is sent or edited with. */
export function messageProblem(params: unknown, send: boolean): string | undefined {
  if (isText(params)) return undefined;
  const wrong = problem(params, RULES._message);
  if (wrong || !send || (params as Params).text != null || (params as Params).content) return wrong;
  return "there must be a text or a content";
}

/** A user's parameters as the service wants them: one address as a list, no role as the default. */
export function userParams(params: Params, create: boolean): Params {
  const own = { ...params };
  for (const name of ["email", "phone"]) if (isText(own[name])) own[name] = [own[name]];
  if (create ? own.role == null : own.role === null) own.role = "default";
  return own;
}
