// <talk-session>
// Subscriptions: handles to what is being watched.

/** A handle that takes a handler off again. */
export type Subscription = {
  /** Takes the handler off. A second call does nothing. */
  unsubscribe: () => void;
};

/** The state of a subscription that still waits for its first data. */
export interface PendingState {
  /** Tells this state from the others. */
  readonly type: "pending";
}

/** The state of a subscription that you have ended. */
export interface UnsubscribedState {
  /** Tells this state from the others. */
  readonly type: "unsubscribed";
}

/** The state of a subscription that cannot go on. Subscribe again once the cause is gone. */
export interface ErrorState {
  /** Tells this state from the others. */
  readonly type: "error";

  /** Why it ended: a {@link TalkError}, so {@link isTalkError} gives you its `code`. */
  readonly error: Error;
}

/** The state of a running {@link UserSubscription}. */
export interface UserActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /** The user now, or `null` while there is none with this ID. */
  readonly latestSnapshot: UserSnapshot | null;
}

/** A running watch on a user, from {@link UserRef.subscribe}. */
export interface UserSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | UserActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<UserActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}

/** The state of a running {@link ConversationSubscription}. */
export interface ConversationActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /** The conversation now, or `null` while you are not in it or it does not exist. */
  readonly latestSnapshot: ConversationSnapshot | null;
}

/** A running watch on a conversation, from {@link ConversationRef.subscribe}. */
export interface ConversationSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | ConversationActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<ConversationActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}

/** The state of a running {@link ConversationListSubscription}. */
export interface ConversationListActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /** The loaded conversations, the latest activity first. */
  readonly latestSnapshot: ConversationSnapshot[];

  /** Whether these are all your conversations; with a filter, all that it lets through. */
  readonly loadedAll: boolean;
}

/** A running watch on your conversations, from {@link TalkSession.subscribeConversations}. */
export interface ConversationListSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | ConversationListActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<ConversationListActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /**
   * Loads older conversations into this window.
   *
   * Calls that overlap do not add up: the largest `count` among them is what is loaded.
   *
   * @param count - How many more, from 1 to 30. Default: 20.
   * @returns Settles when they are in the snapshot; at once when all are loaded, and when you end
   * the subscription. Rejects with `invalid-argument` for another `count`, and when the page cannot
   * be had or the subscription has failed.
   */
  loadMore(count?: number): Promise<void>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}

/** The state of a running {@link MessageSubscription}. */
export interface MessageActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /** The loaded messages, the newest first, or `null` while you are not in the conversation. */
  readonly latestSnapshot: MessageSnapshot[] | null;

  /** Whether these are all the messages of the conversation. */
  readonly loadedAll: boolean;
}

/**
 * A running watch on the messages of a conversation, from
 * {@link ConversationRef.subscribeMessages}.
 */
export interface MessageSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | MessageActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<MessageActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /**
   * Loads older messages into this window.
   *
   * Calls that overlap do not add up: the largest `count` among them is what is loaded.
   *
   * ```ts
   * const messages = conversation.subscribeMessages();
   * const state = await messages.connected;
   * if (!state.loadedAll) await messages.loadMore(50);
   * ```
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

/** The state of a running {@link ParticipantSubscription}. */
export interface ParticipantActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /**
   * The loaded participants, those who joined last first, or `null` while you are not in the
   * conversation.
   */
  readonly latestSnapshot: ParticipantSnapshot[] | null;

  /** Whether these are all the participants of the conversation. */
  readonly loadedAll: boolean;
}

/**
 * A running watch on the participants of a conversation, from
 * {@link ConversationRef.subscribeParticipants}.
 */
export interface ParticipantSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | ParticipantActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<ParticipantActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /**
   * Loads participants who joined earlier into this window.
   *
   * Calls that overlap do not add up: the largest `count` among them is what is loaded.
   *
   * @param count - How many more, from 1 to 50. Default: 10.
   * @returns Settles when they are in the snapshot; at once when all are loaded, and when you end
   * the subscription. Rejects with `invalid-argument` for another `count`, and when the page cannot
   * be had or the subscription has failed.
   */
  loadMore(count?: number): Promise<void>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}

/** The state of a running {@link SingleParticipantSubscription}. */
export interface SingleParticipantActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /** The participant now, or `null` while the user is not in the conversation or you are not. */
  readonly latestSnapshot: ParticipantSnapshot | null;
}

/** A running watch on one participant, from {@link ParticipantRef.subscribe}. */
export interface SingleParticipantSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | SingleParticipantActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<SingleParticipantActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}
// </talk-session>
