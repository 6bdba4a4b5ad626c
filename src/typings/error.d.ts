// <talk-session>
// Errors: what failed, why, and what to do.

/**
 * Why something failed. Decide by this code: messages are for people and may change.
 *
 * - `"invalid-argument"`: an argument has the wrong type or value. Nothing was sent. Correct the
 *   call; the message says what would have been right.
 * - `"app-not-found"`: there is no app with this ID on this service. The session has ended. Check
 *   `appId` and `host`.
 * - `"auth-failed"`: the service does not accept the login. The session has ended. Check the token
 *   or the `signature`, and that it was made for this app and user.
 * - `"forbidden"`: you may not do this, for example write in a conversation you are not in. Ask for
 *   the right to do it, or do it from your server.
 * - `"not-found"`: what the call is about does not exist. Create it first.
 * - `"payment-required"`: the plan of the app does not include this. Change the plan. When it is
 *   about the login itself, the session has ended.
 * - `"conflict"`: something is there already that must not be. Read the current state and decide
 *   anew.
 * - `"rejected"`: the service understood the request and does not take it. `reasons` says why.
 * - `"server-error"`: the service failed, and trying again did not help. Try later.
 * - `"network"`: the service could not be reached, and the session does not go on trying for this
 *   call. Try again when the user is online.
 * - `"session-ended"`: the session is over, so this call cannot be made. The reason went to
 *   `onError`, unless you destroyed it. Call {@link getTalkSession}, or make a {@link Session}, for
 *   a new one.
 * - `"unsubscribed"`: you ended the subscription before it had its first data. Nothing to be done.
 * - `"unsupported"`: the browser or runtime lacks something that this package cannot do without, or
 *   its Content-Security-Policy forbids it. The message names it.
 * - `"internal"`: a fault in this package. The session has ended; a new one works. Please report
 *   it.
 */
export type TalkErrorCode =
  | "invalid-argument"
  | "app-not-found"
  | "auth-failed"
  | "forbidden"
  | "not-found"
  | "payment-required"
  | "conflict"
  | "rejected"
  | "server-error"
  | "network"
  | "session-ended"
  | "unsubscribed"
  | "unsupported"
  | "internal";

/**
 * The one kind of error that this package throws and rejects with.
 *
 * Its `message` says what failed and what to do about it. Neither the message nor any field ever
 * holds a token.
 */
export class TalkError extends Error {
  /** Errors are made by this package only. */
  private constructor();

  /** Always `"TalkError"`. */
  readonly name: "TalkError";

  /** Why it failed, to decide by. */
  readonly code: TalkErrorCode;

  /** The status with which the service answered, such as 403. Absent when it was not asked. */
  readonly status?: number;

  /** What the service said about it, for developers. `[]` when it said nothing. */
  readonly reasons: readonly string[];

  /**
   * What was being tried, in words, such as `"Set user alice"`. Absent when it was nothing in
   * particular.
   */
  readonly operation?: string;
}

/**
 * Tells whether a caught value is a {@link TalkError}, also one from another copy of this package.
 *
 * ```ts
 * import { isTalkError } from "talk-session";
 *
 * try {
 *   await conversation.send("Hello!");
 * } catch (error) {
 *   if (isTalkError(error) && error.code === "forbidden") console.log("You can only read here.");
 *   else throw error;
 * }
 * ```
 */
export function isTalkError(value: unknown): value is TalkError;
// </talk-session>
