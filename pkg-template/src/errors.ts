// Errors, as the application sees them.

import type * as api from "./api";

/** What the core says of a failure. */
export interface Failure {
  code: api.TalkErrorCode;
  message: string;
  status?: number;
  operation?: string;
  reasons?: string[];
}

/** The one class of errors. See the typings for what its members mean. */
export class TalkError extends Error {
  readonly code: api.TalkErrorCode;
  readonly reasons: readonly string[];
  declare readonly name: "TalkError";
  declare readonly status?: number;
  declare readonly operation?: string;

  constructor(failure: Failure) {
    super(failure.message);
    this.code = failure.code;
    this.reasons = Object.freeze(failure.reasons ?? []);
    if (failure.status) this.status = failure.status;
    if (failure.operation) this.operation = failure.operation;
  }
}
Object.defineProperty(TalkError.prototype, "name", { value: "TalkError" });

/** Also true of an error that comes from another copy of this package. */
export const isTalkError = (value: unknown): value is TalkError =>
  value instanceof Error && value.name === "TalkError";

/** An error for a parameter that is not what it must be. */
export const badArgument = (message: string): TalkError =>
  new TalkError({ code: "invalid-argument", message });

/** A value in an error message. */
export const describe = (value: unknown): string =>
  typeof value === "string" ? (value ? "a string" : "an empty string") :
  value === null || typeof value !== "object" ? String(value) :
  Array.isArray(value) ? "an array" : "an object";

/** Checks an ID. `method` is the method that it was given to. */
export function checkId(id: unknown, method: string): asserts id is string {
  let wrong = typeof id !== "string" || !id;
  try {
    // The one thing this throws for is a lone surrogate, which no server could be told.
    if (!wrong) encodeURIComponent(id as string);
  } catch {
    throw badArgument(`${method}: the ID must be well-formed Unicode, but has a lone surrogate`);
  }
  if (wrong) throw badArgument(`${method}: the ID must be a non-empty string, but is ${describe(id)}`);
}

/** Reports what a callback of the application threw, as the browser does for its own events. */
export function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else console.error(error);
}
