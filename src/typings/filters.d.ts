// <talk-session>
// Filters: which conversations a list or a search is about.

/**
 * Which conversations to show: those that meet a set of conditions, or any of several such sets.
 *
 * For {@link TalkSession.subscribeConversations} and the searches. Two filters that mean the same
 * share their data, however they are written.
 *
 * ```ts
 * import type { ConversationFilter } from "talk-session";
 *
 * const open: ConversationFilter = { isUnread: true, custom: { status: ["!=", "closed"] } };
 * const mine: ConversationFilter = ["any", [{ hasMessages: true }, { subject: ["==", "New"] }]];
 * ```
 */
export type ConversationFilter =
  | SimpleConversationFilter
  | CompoundFilter<SimpleConversationFilter>;

/**
 * Conditions on a conversation, all of which must hold. `{}` lets every conversation through.
 *
 * Times are in milliseconds since 1970 (UTC), as `Date.now()` gives them.
 *
 * ```ts
 * const week = 7 * 24 * 60 * 60 * 1000;
 * session.subscribeConversations({
 *   filter: { access: ["==", "ReadWrite"], lastActivityAt: [">", Date.now() - week] },
 * });
 * ```
 */
export interface SimpleConversationFilter {
  /** Whether you may only read or write too: `["==", "ReadWrite"]`. */
  access?: StringFilter<"ReadWrite" | "Read">;

  /**
   * What your own data about the conversation holds, key by key:
   * `{ topic: ["==", "shoes"], closed: "!exists" }`.
   *
   * All named keys must fit; others may be there or not.
   */
  custom?: CustomFilter;

  /** Whether it counts as unread for you; see {@link ConversationSnapshot.isUnread}. */
  isUnread?: boolean;

  /** What its title is: `["==", "Holidays"]`. `null` stands for no title: `["!=", null]`. */
  subject?: StringFilter<string | null>;

  /**
   * When its last message was created or, where none was sent, when you joined. The list of
   * conversations is ordered by this.
   */
  lastActivityAt?: NumberFilter;

  /** When it was created: `["between", [Date.UTC(2030, 0), Date.UTC(2031, 0)]]`. */
  createdAt?: NumberFilter;

  /** Whether anything has been sent in it: `true` for at least one message, `false` for none. */
  hasMessages?: boolean;

  /** When you joined: `[">=", Date.now() - 86_400_000]`. */
  joinedAt?: NumberFilter;
}

/**
 * Several filters, at least one of which must hold: the word `"any"`, then the list of them.
 *
 * An empty list lets nothing through. Compound filters cannot be nested. `T` is what the list is
 * made of.
 */
export type CompoundFilter<T> = ["any", T[]];

/**
 * A condition on a text: an operator, and what to compare with.
 *
 * - `["==", "a"]`: is `"a"`
 * - `["!=", "a"]`: is anything but `"a"`
 * - `["oneOf", ["a", "b"]]`: is in the list; nothing is in an empty one
 * - `["!oneOf", ["a", "b"]]`: is not in the list
 *
 * Texts are the same when every character is, capitals included. `T` is what the text can be.
 */
export type StringFilter<T = string> = ["==" | "!=", T] | ["oneOf" | "!oneOf", T[]];

/**
 * A condition on a number, such as a time: an operator, and what to compare with.
 *
 * - `[">", 5]`, `[">=", 5]`, `["<", 5]`, `["<=", 5]`
 * - `["between", [5, 8]]`: from 5 on and below 8
 * - `["!between", [5, 8]]`: below 5, or from 8 on
 */
export type NumberFilter =
  | [">" | "<" | ">=" | "<=", number]
  | ["between" | "!between", [number, number]];

/**
 * Conditions on custom data, by key: each is a {@link StringFilter}, `"exists"` or `"!exists"`.
 *
 * The latter two ask whether there is a value at all. Where there is none, `"!="` and `"!oneOf"`
 * hold too.
 */
export type CustomFilter = Record<string, StringFilter | "exists" | "!exists">;

/**
 * Which messages to show, in the same form as a {@link ConversationFilter}.
 *
 * Nothing takes one yet: it is here for code that was written with the type.
 */
export type MessageFilter = SimpleMessageFilter | CompoundFilter<SimpleMessageFilter>;

/**
 * Conditions on a message, all of which must hold. Nothing takes them yet; see
 * {@link MessageFilter}.
 */
export interface SimpleMessageFilter {
  /** The ID of the user who sent it. Messages of the system have none and always fit. */
  sender?: StringFilter;

  /** Whether a user wrote it or the system did. */
  type?: StringFilter<"UserMessage" | "SystemMessage">;

  /** How it came in; see {@link MessageSnapshot.origin}. */
  origin?: StringFilter<"rest" | "import" | "email" | "web">;

  /** What your own data about the message holds, key by key. */
  custom?: CustomFilter;

  /** When it was sent, in milliseconds since 1970 (UTC). */
  createdAt?: NumberFilter;
}
// </talk-session>
