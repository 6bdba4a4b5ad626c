// <talk-session>
// Participants: users in a conversation.

/**
 * A handle to one user's place in one conversation, whether or not the user is in it.
 *
 * Get one from {@link ConversationRef.participant}. Calls for several participants of a
 * conversation that are made together go out as one request.
 */
export interface ParticipantRef {
  /** The ID of the user. */
  readonly userId: string;

  /** The ID of the conversation. */
  readonly conversationId: string;

  /**
   * Reads the participant once, with the user's data.
   *
   * @returns The participant, or `null` when the user is not in the conversation. Rejects with
   * `forbidden` when you ask about somebody else in a conversation that you are not in, and with
   * `session-ended`.
   */
  get(): Promise<ParticipantSnapshot | null>;

  /**
   * Changes the given settings of the participant, and adds the user if they are not in yet.
   *
   * @param params - The settings to change.
   * @returns Settles when the service has stored the change. Rejects with `forbidden` when the app
   * does not let browsers write conversations (as a participant you may always set your own
   * `notify`), and with `not-found` when the conversation or the user does not exist.
   */
  set(params: SetParticipantParams): Promise<void>;

  /**
   * Changes the given settings of somebody who is in the conversation already.
   *
   * @param params - The settings to change.
   * @returns Settles when the service has stored the change. Rejects with `not-found` when the user
   * is not in the conversation, and with `forbidden` like {@link ParticipantRef.set}.
   */
  edit(params: SetParticipantParams): Promise<void>;

  /**
   * Adds the user to the conversation, or leaves everything as it is when they are in it already.
   *
   * @param params - The settings of the new participant. What is left out gets its default.
   * @returns Settles when the user is in. Rejects with `forbidden` when the user is not in and the
   * app does not let browsers add people, and with `not-found` when there is no such user or
   * conversation.
   */
  createIfNotExists(params?: CreateParticipantParams): Promise<void>;

  /**
   * Takes the user out of the conversation. The user and their messages stay.
   *
   * @returns Settles when the user is out, also when they were not in. Rejects with `forbidden`
   * when the app does not let browsers remove people.
   */
  delete(): Promise<void>;

  /**
   * Watches the participant, with the user's data.
   *
   * ```ts
   * conversation.participant("bob").subscribe((bob) => {
   *   console.log(bob === null ? "Bob is not in" : `${bob.user.name} may ${bob.access}`);
   * });
   * ```
   *
   * @param onSnapshot - Called with the participant, or `null` while the user is not in the
   * conversation or you are not, at the start and after each change in the settings or in the user.
   * When the participant is known already, the first call comes before this method returns.
   */
  subscribe(
    onSnapshot?: (snapshot: ParticipantSnapshot | null) => void
  ): SingleParticipantSubscription;
}

/** A user's place in a conversation at one moment. Frozen; a change gives a new object. */
export interface ParticipantSnapshot {
  /** The user, with their current data. */
  readonly user: UserSnapshot;

  /** Whether the participant may only read or write too. */
  readonly access: "ReadWrite" | "Read";

  /** What the participant is notified about: every message, none, or those that mention them. */
  readonly notify: boolean | "MentionsOnly";

  /** When the user joined, in milliseconds since 1970 (UTC). */
  readonly joinedAt: number;
}

/** The settings of a new participant, for {@link ParticipantRef.createIfNotExists}. */
export interface CreateParticipantParams {
  /** Whether the participant may only read or write too. Default: `"ReadWrite"`. */
  access?: "ReadWrite" | "Read";

  /**
   * What the participant is notified about: `true` every message, `false` none. Default: `true`.
   */
  notify?: boolean | "MentionsOnly";
}

/**
 * The settings to change, for {@link ParticipantRef.set} and {@link ParticipantRef.edit}. Absent:
 * untouched. `null`: back to the default.
 */
export interface SetParticipantParams {
  /** Whether the participant may only read or write too; `null` for `"ReadWrite"`. */
  access?: "ReadWrite" | "Read" | null;

  /**
   * What the participant is notified about: `true` every message, `false` none; `null` for `true`.
   */
  notify?: boolean | "MentionsOnly" | null;
}
// </talk-session>
