// The parameters of calls, checked where they come from, before anything is sent.

import { unfit, unlike } from "./errors";

type Check = (value: any) => unknown;
type Params = Record<string, unknown>;

/**
 * What a parameter may be, in words, and whether a value is that; of a map also what its items may
 * be. Null resets, so it is allowed.
 */
type Rule = [words: string, check: Check, items?: Rule];

const isText: Check = (value) => typeof value === "string";
const isTextList: Check = (value) => Array.isArray(value) && value.every(isText);
export const isObject = (value: unknown): value is object =>
  typeof value === "object" && !!value && !Array.isArray(value);

const text: Rule = ["a string", isText];
const texts: Rule = ["a string or a list of strings", (value) => isText(value) || isTextList(value)];
const custom: Rule = ["an object", isObject, ["a string", isText]];
const size: Rule = ["a positive number", (value) => value >= 0 && Number.isFinite(value)];

const PARTICIPANT: Record<string, Rule> = {
  access: ['"Read" or "ReadWrite"', (value) => value === "Read" || value === "ReadWrite"],
  notify: [
    'a boolean or "MentionsOnly"',
    (value) => typeof value === "boolean" || value === "MentionsOnly",
  ],
};

export const RULES = {
  _participant: PARTICIPANT,
  _conversation: {
    ...PARTICIPANT,
    subject: text,
    photoUrl: text,
    welcomeMessages: ["a list of strings", isTextList],
    custom,
  },
  _user: {
    name: text,
    custom,
    locale: text,
    photoUrl: text,
    role: text,
    welcomeMessage: text,
    // Only users that a `Session` describes have it by the typings.
    availabilityText: text,
    email: texts,
    phone: texts,
    pushTokens: ["an object", isObject, ["true", (value) => value === true]],
  },
  _message: {
    text,
    content: [
      "a list of one block", (value) => Array.isArray(value) && value.every(isObject),
    ],
    referencedMessage: ["a MessageRef or an ID", (value) => !unfit(value)],
    custom,
  },
  _file: { filename: text, width: size, height: size, duration: size },
} satisfies Record<string, Record<string, Rule>>;

/** Parameters that cannot be left at null. */
const NEVER_NULL = /^(name|text|content|filename|width|height|duration)$/;

/** How deeply what is sent may nest: far deeper than any message that somebody wrote. */
const MOST_LEVELS = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === "object" && !!value &&
  (!levels || Object.values(value).some((item) => isDeeper(item, levels - 1)));

/**
 * Checks parameters that are an object; others are passed on, for the service to judge. Returns what
 * is wrong with them.
 */
export function problem(params: unknown, rules: Record<string, Rule>): string | undefined {
  if (!isObject(params)) return unlike("the parameter", "an object", params);
  for (const [name, [words, check, items]] of Object.entries(rules)) {
    const value: any = (params as Params)[name];
    const given = value === null ? NEVER_NULL.test(name) : value !== undefined;
    if (given && !check(value)) return unlike(`"${name}"`, words, value);
    if (items) for (const [key, item] of Object.entries(value ?? {})) {
      if (item != null && !items[1](item)) return unlike(`"${name}.${key}"`, items[0], item);
    }
  }
  for (const [name, value] of Object.entries(params)) {
    if (isDeeper(value, MOST_LEVELS)) return `"${name}" is nested more than ${MOST_LEVELS} levels deep`;
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

/** The members of a message, in the order and by the names of the wire. */
export function messageParams(params: any, send: boolean): Params {
  if (isText(params)) return { text: params };
  const { text, content, referencedMessage, custom } = params ?? {};
  const own: Params = text === undefined ? { content } : { text };
  if (send && referencedMessage != null) own.referencedMessageId = referencedMessage;
  if (!send || custom != null) own.custom = custom;
  return own;
}

/** A user's parameters as the service wants them: one address as a list, no role as the default. */
export function userParams(params: Params, create: boolean): Params {
  const own = { ...params };
  for (const name of ["email", "phone"]) if (isText(own[name])) own[name] = [own[name]];
  if (create ? own.role == null : own.role === null) own.role = "default";
  return own;
}
