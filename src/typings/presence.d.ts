// <talk-session>
// Presence: who is online.

/** Whether a user is online at one moment. Frozen; a change gives a new object. */
export interface UserOnlineSnapshot {
  /** The user, with their current data. */
  readonly user: UserSnapshot;

  /**
   * Whether the user is connected to the chat service now, from any device.
   *
   * With this package a user is connected while something is subscribed, and for a few seconds
   * after each call; a session that was only opened does not count. With TalkJS's own components it
   * is as long as a chat is on the screen.
   */
  readonly isConnected: boolean;
}

/** The state of a running {@link UserOnlineSubscription}. */
export interface UserOnlineActiveState {
  /** Tells this state from the others. */
  readonly type: "active";

  /** The user and whether they are online, or `null` while there is none with this ID. */
  readonly latestSnapshot: UserOnlineSnapshot | null;
}

/** A running watch on whether a user is online, from {@link UserRef.subscribeOnline}. */
export interface UserOnlineSubscription {
  /** Where the subscription stands now; `type` says which of the four it is. */
  state: PendingState | UserOnlineActiveState | UnsubscribedState | ErrorState;

  /** Resolves with the first data. Rejects if the subscription ends before that. */
  readonly connected: Promise<UserOnlineActiveState>;

  /** Resolves, and never rejects, when the subscription has ended by your wish or by an error. */
  readonly terminated: Promise<UnsubscribedState | ErrorState>;

  /** Ends the subscription: the listener is not called again. A second call does nothing. */
  unsubscribe(): void;
}
// </talk-session>
