// <talk-session>
// Typing: who is writing in a conversation right now.

/**
 * Who else is typing in a conversation at one moment. Frozen; a change gives a new object.
 *
 * Up to five users are told by name (this number may change); with more, only that there are many.
 * Look at `many` first:
 *
 * ```ts
 * import type { TypingSnapshot } from "talk-session";
 *
 * function typingText(typing: TypingSnapshot | null): string {
 *   if (typing === null) return "";
 *   if (typing.many) return "Many are typing …";
 *   const names = typing.users.map(({ name }) => name);
 *   return names.length === 0 ? "" : `${names.join(", ")} …`;
 * }
 * ```
 */
export type TypingSnapshot = FewTypingSnapshot | ManyTypingSnapshot;

/** Nobody or a few are typing: `users` says who. */
export interface FewTypingSnapshot {
  /** Tells this snapshot from {@link ManyTypingSnapshot}. */
  readonly many: false;

  /** Who is typing, those who began first at the start. You are never among them. */
  readonly users: UserSnapshot[];
}

/** So many are typing that they are not told by name. */
export interface ManyTypingSnapshot {
  /** Tells this snapshot from {@link FewTypingSnapshot}. */
  readonly many: true;
}

/** The state of a running {@link TypingSubscription}. */
export interface TypingActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /** Who is typing now, or `null` while you are not in the conversation or it does not exist. */
  readonly latestSnapshot: TypingSnapshot | null;
}

/** A running watch on who is typing, from {@link ConversationRef.subscribeTyping}. */
export interface TypingSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | TypingActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<TypingActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}
// </talk-session>
