// Errors, as the application sees them.

import type * as api from "./api";

/** What the core says of a failure. */
export interface Failure {
  code: api.TalkErrorCode;
  message: string;
}

/** The one class of errors. See the typings for what its members mean. */
export class TalkError extends Error {
  readonly code: api.TalkErrorCode;
  readonly reasons: readonly string[];
  declare readonly name: "TalkError";
  declare readonly status?: number;
  declare readonly operation?: string;

  constructor(
    code: api.TalkErrorCode, message: string, operation = "", status = 0, reasons: string[] = [],
  ) {
    super(message);
    this.code = code;
    this.reasons = Object.freeze(reasons);
    if (status) this.status = status;
    if (operation) this.operation = operation;
  }
}
// Also of the class, whose own name a minifier shortens. It can be written to, as in any error.
for (const named of [TalkError, TalkError.prototype]) {
  Object.defineProperty(named, "name", { value: "TalkError", writable: true });
}

/** Also true of an error that comes from another copy of this package, or from another realm. */
export const isTalkError = (value: unknown): value is TalkError =>
  value instanceof TalkError ||
  ({}).toString.call(value) === "[object Error]" && (value as Error).name === "TalkError";

/** The codes of refusals, by status. The others are `rejected` from 400 on, else `server-error`. */
const CODES: Record<number, api.TalkErrorCode> = {
  401: "auth-failed",
  402: "payment-required",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
};

/** A value as JSON; nothing if it nests too deeply for that. */
export function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/**
 * The error for an answer that refuses what was tried. Any body is accepted. A status of 0 is that of
 * an answer that is none. `own` has what the core says of it.
 */
export function refusal(operation: string, status: number, body: any, own?: Failure): TalkError {
  const code =
    own?.code ?? CODES[status] ?? (status > 399 && status < 500 ? "rejected" : "server-error");
  const given: unknown = body?.reasons ?? [];
  const reasons = (Array.isArray(given) ? given : [given]).map((reason) =>
    typeof reason === "string" ? reason : `${json(reason)}`,
  );
  let message = `${operation} failed`;
  if (status || !reasons.length) message += `, got status ${status}`;
  if (typeof body?.errorCode === "string") message += ` ${body.errorCode}`;
  if (reasons.length) message += `, reasons: ${reasons.join(", ")}`;
  if (own?.message) message += ` (${own.message})`;
  return new TalkError(code, message, operation, status, reasons);
}

/** An error for a parameter that is not what it must be. */
export const badArgument = (message: string): TalkError =>
  new TalkError("invalid-argument", message);

/** A value in an error message. A text may be a token, and is not shown. */
export const describe = (value: unknown): string =>
  typeof value === "string" ? (value ? "a string" : "an empty string") :
  typeof value === "function" ? "a function" :
  value === null || typeof value !== "object" ? String(value) :
  Array.isArray(value) ? "an array" : "an object";

/** That a value is not what it must be. */
export const unlike = (what: string, wanted: string, value: unknown): string =>
  `${what} must be ${wanted}, but is ${describe(value)}`;

/** Throws the error for a parameter that is not what it must be. `what` is its name there. */
export function refuse(what: string, wanted: string, value: unknown): never {
  throw badArgument(unlike(what, wanted, value));
}

/**
 * What a text that becomes part of an address must be and is not, if anything. `needed`: it must not
 * be empty either.
 */
export function unfit(text: unknown, needed = false): string | undefined {
  if (typeof text !== "string" || (needed && !text)) {
    return needed ? "a non-empty string" : "a string";
  }
  try {
    // As a part of a path these are other paths.
    if (needed && /^\.\.?$/.test(text)) return 'another one than "." and ".."';
    // The one thing this throws for is a lone surrogate, which no server could be told.
    return encodeURIComponent(text).length > 10_000 ? "at most 10,000 bytes long" : undefined;
  } catch {
    return "well-formed Unicode";
  }
}

/** Checks what names something. `method` is the method that it was given to. */
export function checkId(id: unknown, method: string, name = "ID"): asserts id is string {
  const needed = unfit(id, true);
  if (needed) refuse(`${method}: the ${name}`, needed, id);
}

/** Checks what is to be called back. `what` is what it is called in the error. */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== "function") refuse(what, "a function", value);
}

/** What is wrong with a number of items to load, if anything. */
export const countProblem = (count: number, most: number): string | undefined =>
  Number.isInteger(count) && count >= 1 && count <= most ? undefined :
  unlike("the count", `a whole number from 1 to ${most}`, count);

/** Reports what a callback of the application threw, as the browser does for its own events. */
export function report(error: unknown): void {
  (globalThis.reportError ?? console.error)(error);
}
