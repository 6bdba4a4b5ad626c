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

  /** The ID of the message's conversation. */
  readonly conversationId: string;

  /**
   * Reads the message once, with its sender and the message it answers.
   *
   * @returns The message, or `null` when it does not exist or you are not in the conversation.
   * Rejects with `session-ended`.
   */
  get(): Promise<MessageSnapshot | null>;

  /**
   * Gives a ref to the reactions to this message with one emoji. The same emoji gives the same
   * object.
   *
   * Nothing is sent: nobody need have used the emoji yet, and the service is the one to judge
   * whether it is one.
   *
   * ```ts
   * await message.reactions("🎉").add();
   * await message.reactions(":party-parrot:").remove();
   * ```
   *
   * @param emoji - One Unicode emoji, or a custom one by its name between colons, of up to 50
   * characters.
   * @throws {@link TalkError} `invalid-argument` when `emoji` is not a non-empty string, or is
   * longer than 10,000 bytes when percent-encoded.
   */
  reactions(emoji: string): ReactionsRef;

  /**
   * The former name of {@link MessageRef.reactions}.
   *
   * @deprecated Use {@link MessageRef.reactions}.
   * @param emoji - As for {@link MessageRef.reactions}.
   */
  reaction(emoji: string): ReactionsRef;

  /**
   * Has the message translated, by the service that the app has set up for this.
   *
   * The message itself stays as it is. Calls for several messages of a conversation that are made
   * together go out as one request.
   *
   * ```ts
   * const french = await message.translate("fr");
   * console.log(french?.plaintext ?? "This message is gone.");
   * ```
   *
   * @param language - The ISO 639-1 code of the language to translate into, such as `"fr"`. A
   * region, as in `"en-US"`, makes no difference, but for `"zh-TW"`.
   * @returns The translated content, and the same as plain text; files and locations come back as
   * they are. `null` when there is no such message. Rejects with `invalid-argument` when `language`
   * is not a non-empty string, with `forbidden` or `not-found` when you are not in the
   * conversation, and with `payment-required`, `forbidden` or `rejected` when the app has no
   * translation or the language is not known.
   */
  translate(language: string): Promise<{ content: ContentBlock[]; plaintext: string } | null>;

  /**
   * Changes the message's content or custom data.
   *
   * ```ts
   * await message.edit("Lunch at one?");
   * await message.edit({ custom: { pinned: "yes", draft: null } });
   * ```
   *
   * @param params - The new text alone, or the fields to change. Text is read like that of
   * {@link ConversationRef.send}, and may also hold links with a text of their own, written
   * `<https://example.com|text>`.
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

  /**
   * The emoji that people reacted with, the one that came first at the start; at most 50.
   *
   * Who they are: {@link MessageRef.reactions}.
   */
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

  /** The ID of what this message answers in turn, or `null`. */
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

/** A text message to send, with more than just the text; for {@link ConversationRef.send}. */
export interface SendTextMessageParams {
  /** Your own data about the message, as text under keys of your choice. Default: none. */
  custom?: Record<string, string>;

  /** The message to answer, as a ref or an ID from the same conversation. Default: none. */
  referencedMessage?: string | MessageRef;

  /** The text. Formatting marks count as they do in {@link ConversationRef.send}. */
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

  /** The new text, in place of the whole content. Read as {@link MessageRef.edit} says. */
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
