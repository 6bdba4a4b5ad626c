// <talk-session>
// Reactions: emoji on messages.

/**
 * A handle to the reactions to one message with one emoji: yours to add and remove, everyone's to
 * read.
 *
 * Get one from {@link MessageRef.reactions}. How many people used which emoji is in the message
 * itself, see {@link MessageSnapshot.reactions}.
 *
 * ```ts
 * const hearts = message.reactions("❤️");
 * await hearts.add();
 *
 * const first = await hearts.getFirstReactions();
 * console.log(first?.map(({ user }) => user.name).join(", "));
 * ```
 */
export interface ReactionsRef {
  /**
   * The emoji, as it was given: one of Unicode, or a custom one by its name between colons.
   *
   * Only the service checks it, at the first call.
   */
  readonly emoji: string;

  /** The ID of the message. */
  readonly messageId: string;

  /** The ID of the message's conversation. */
  readonly conversationId: string;

  /**
   * Reacts to the message with the emoji, as you.
   *
   * @returns Settles when the service has stored it, also when you had done so before. Rejects with
   * `not-found` when the message does not exist, with `forbidden` when you may not react to it or
   * are not in the conversation, and with `rejected` when this is no emoji or the message has 50
   * different ones already.
   */
  add(): Promise<void>;

  /**
   * Takes your reaction with the emoji back.
   *
   * @returns Settles when it is gone, also when there was none. Rejects with `forbidden` when you
   * may not react to the message or are not in the conversation, and with `rejected` when this is
   * no emoji.
   */
  remove(): Promise<void>;

  /**
   * Reads once who reacted with the emoji: the first ten.
   *
   * For more than ten, or to follow changes, use {@link ReactionsRef.subscribe}.
   *
   * @returns The reactions, the oldest first, or `null` when the message does not exist or you are
   * not in the conversation. Rejects with `session-ended`.
   */
  getFirstReactions(): Promise<SingleReactionSnapshot[] | null>;

  /**
   * Watches who reacted with the emoji, the oldest reaction first.
   *
   * It starts with the oldest 30 reactions; later ones come by
   * {@link ReactionsSubscription.loadMore}.
   *
   * ```ts
   * const thumbs = message.reactions("👍").subscribe((reactions, loadedAll) => {
   *   for (const { user, createdAt } of reactions ?? []) console.log(user.name, createdAt);
   * });
   * ```
   *
   * @param onSnapshot - Called with the reactions, or `null` while the message does not exist or
   * you are not in the conversation, and with whether they are all there are: at the start and
   * after each change in them or in their users. When they are known already, the first call comes
   * before this method returns.
   */
  subscribe(
    onSnapshot?: (snapshot: SingleReactionSnapshot[] | null, loadedAll: boolean) => void
  ): ReactionsSubscription;
}

/**
 * The former name of {@link ReactionsRef}.
 *
 * @deprecated Use {@link ReactionsRef}.
 */
export type ReactionRef = ReactionsRef;

/** One user's reaction with an emoji. Frozen; a change gives a new object. */
export interface SingleReactionSnapshot {
  /** Who reacted, with their current data. */
  readonly user: UserSnapshot;

  /** When they did, in milliseconds since 1970 (UTC). */
  readonly createdAt: number;
}

/** How one emoji was used to react to a message. Frozen. */
export interface ReactionsSummarySnapshot {
  /**
   * The emoji itself, or the name of a custom one between colons, such as `":party:"`.
   *
   * The service may store another spelling of the same emoji than the one that was sent.
   */
  readonly emoji: string;

  /** How many people reacted with it. */
  readonly count: number;

  /** Whether you are one of them. */
  readonly currentUserReacted: boolean;
}

/**
 * The former name of {@link ReactionsSummarySnapshot}.
 *
 * @deprecated Use {@link ReactionsSummarySnapshot}.
 */
export type ReactionSnapshot = ReactionsSummarySnapshot;

/** The state of a running {@link ReactionsSubscription}. */
export interface ReactionsActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /**
   * The loaded reactions, the oldest first, or `null` while the message does not exist or you are
   * not in the conversation.
   */
  readonly latestSnapshot: SingleReactionSnapshot[] | null;

  /** Whether these are all the reactions with this emoji. */
  readonly loadedAll: boolean;
}

/** A running watch on who reacted with an emoji, from {@link ReactionsRef.subscribe}. */
export interface ReactionsSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | ReactionsActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<ReactionsActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /**
   * Loads later reactions into this window.
   *
   * Calls that overlap do not add up: the largest `count` among them is what is loaded.
   *
   * @param count - How many more, from 1 to 100. Default: 30.
   * @returns Settles when they are in the snapshot; at once when all are loaded, and when you end
   * the subscription. Rejects with `invalid-argument` for another `count`, and when the page cannot
   * be had or the subscription has failed.
   */
  loadMore(count?: number): Promise<void>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}
// </talk-session>
