// <talk-session>
// Messages: sent, read, changed.

/**
 * A handle to one message, whether or not it exists.
 *
 * Get one from {@link ConversationRef.send} or {@link ConversationRef.message}.
 */
export interface MessageRef {
  /** The message's ID. */
  readonly id: string;

  /** The ID of the conversation the message belongs to. */
  readonly conversationId: string;

  /**
   * Reads the message once, with its sender and the message it answers.
   *
   * @returns The message, or `null` when it does not exist or you are not in the conversation.
   * Rejects with `session-ended`.
   */
  get(): Promise<MessageSnapshot | null>;

  /**
   * Changes the message's content or custom data.
   *
   * ```ts
   * await message.edit("Lunch at one?");
   * await message.edit({ custom: { pinned: "yes", draft: null } });
   * ```
   *
   * @param params - The new text alone, or the fields to change. Text is taken as it is given: in
   * this version formatting marks are not turned into formatting.
   * @returns Settles when the service has stored the change. Rejects with `not-found` when the
   * message does not exist, with `forbidden` when you may not edit it, and with `rejected` when the
   * service does not take the content.
   */
  edit(params: string | EditTextMessageParams | EditMessageParams): Promise<void>;

  /**
   * Deletes the message for everyone.
   *
   * @returns Settles when the message is gone, also when it was gone before. Rejects with
   * `forbidden` when you may not delete it or are not in the conversation.
   */
  delete(): Promise<void>;
}

/**
 * A message at one moment. Frozen; a change gives a new object.
 *
 * All times are in milliseconds since 1970 (UTC).
 */
export interface MessageSnapshot {
  /** The message's ID. */
  readonly id: string;

  /** Whether a user wrote it or the system did. Only the first kind has a `sender`. */
  readonly type: "UserMessage" | "SystemMessage";

  /** Who sent it, with their current data; `null` for a system message. */
  readonly sender: UserSnapshot | null;

  /**
   * Your own data about the message, as text under keys of your choice. `{}` when there is none.
   */
  readonly custom: Record<string, string>;

  /** When the message was sent. */
  readonly createdAt: number;

  /** When the message was last edited, or `null` if it never was. */
  readonly editedAt: number | null;

  /** The message that this one answers, or `null` when it answers none or that one was deleted. */
  readonly referencedMessage: ReferencedMessageSnapshot | null;

  /**
   * How the message came in: `"rest"` through this package, a TalkJS component or the REST API,
   * `"web"` through a classic TalkJS widget, `"email"` as a reply by e-mail, `"import"` from an
   * import of older chats.
   */
  readonly origin: "rest" | "import" | "email" | "web";

  /**
   * The content as one line of plain text or more, for lists and notifications.
   *
   * Formatting is dropped. A file appears as a symbol and its name, a location as a symbol.
   */
  readonly plaintext: string;

  /**
   * The content as blocks, to be shown one below the other.
   *
   * Today there is one block a message; be ready for more, and skip types you do not know.
   */
  readonly content: ContentBlock[];

  /** The emoji that people reacted with, the one that came first at the start. */
  readonly reactions: ReactionsSummarySnapshot[];
}

/**
 * A message that another one answers, at one moment. Frozen; a change gives a new object.
 *
 * Like {@link MessageSnapshot}, but what it answers itself is given as an ID only, so that a long
 * chain of answers is not loaded as a whole. Times are in milliseconds since 1970 (UTC).
 */
export interface ReferencedMessageSnapshot {
  /** The message's ID. */
  readonly id: string;

  /** Always a user's message: those of the system cannot be answered. */
  readonly type: "UserMessage";

  /** Who sent it, with their current data. */
  readonly sender: UserSnapshot;

  /**
   * Your own data about the message, as text under keys of your choice. `{}` when there is none.
   */
  readonly custom: Record<string, string>;

  /** When the message was sent. */
  readonly createdAt: number;

  /** When the message was last edited, or `null` if it never was. */
  readonly editedAt: number | null;

  /** The ID of the message that this one answers in turn, or `null`. */
  readonly referencedMessageId: string | null;

  /** How the message came in; see {@link MessageSnapshot.origin}. */
  readonly origin: "rest" | "import" | "email" | "web";

  /** The content as plain text; see {@link MessageSnapshot.plaintext}. */
  readonly plaintext: string;

  /** The content as blocks; see {@link MessageSnapshot.content}. */
  readonly content: ContentBlock[];

  /** The emoji that people reacted with, the one that came first at the start. */
  readonly reactions: ReactionsSummarySnapshot[];
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

/** A text message to send, with more than just the text; for {@link ConversationRef.send}. */
export interface SendTextMessageParams {
  /** Your own data about the message, as text under keys of your choice. Default: none. */
  custom?: Record<string, string>;

  /** The message to answer, as a ref or an ID from the same conversation. Default: none. */
  referencedMessage?: string | MessageRef;

  /** The text, sent as it is. */
  text: string;
}

/** A message to send, made of a content block; for {@link ConversationRef.send}. */
export interface SendMessageParams {
  /** Your own data about the message, as text under keys of your choice. Default: none. */
  custom?: Record<string, string>;

  /** The message to answer, as a ref or an ID from the same conversation. Default: none. */
  referencedMessage?: string | MessageRef;

  /**
   * What to send: exactly one block of text, one file or one location.
   *
   * Unless the app's settings allow it, the service refuses text that holds links with a text of
   * their own, action links or action buttons.
   */
  content: [SendContentBlock];
}

/** What to change in a text message, for {@link MessageRef.edit}. Absent: untouched. */
export interface EditTextMessageParams {
  /**
   * Your own data about the message: the given keys are changed, the others stay.
   *
   * `null` for a key removes it, `null` for the whole removes all.
   */
  custom?: Record<string, string | null> | null;

  /** The new text, in place of the whole content. */
  text?: string;
}

/** What to change in a message of any kind, for {@link MessageRef.edit}. Absent: untouched. */
export interface EditMessageParams {
  /**
   * Your own data about the message: the given keys are changed, the others stay.
   *
   * `null` for a key removes it, `null` for the whole removes all.
   */
  custom?: Record<string, string | null> | null;

  /** The new content, in place of the old; see {@link SendMessageParams.content}. */
  content?: [SendContentBlock];
}
// </talk-session>
