// <talk-session>
// Conversations, as the current user sees them.

/**
 * A handle to one conversation from the current user's side, whether or not it exists yet.
 *
 * Get one from {@link TalkSession.conversation}. Only participants can read a conversation: for
 * everyone else it looks as if it did not exist.
 */
export interface ConversationRef {
  /** The conversation's ID. */
  readonly id: string;

  /**
   * Gives a ref to somebody's place in this conversation. The same user gives the same object.
   *
   * Nothing is sent: the user need not be a participant.
   *
   * ```ts
   * await conversation.participant("bob").createIfNotExists({ access: "Read" });
   * ```
   *
   * @param user - The user's ID, or a ref to the user.
   * @throws {@link TalkError} `invalid-argument` when `user` is neither a non-empty string nor a
   * ref.
   */
  participant(user: string | UserRef): ParticipantRef;

  /**
   * Gives a ref to a message of this conversation. The same ID gives the same object.
   *
   * Nothing is sent: the message need not exist. IDs come from snapshots and from `send`.
   *
   * @param id - The message's ID.
   * @throws {@link TalkError} `invalid-argument` when `id` is not a non-empty string, or is longer
   * than 10,000 bytes when percent-encoded.
   */
  message(id: string): MessageRef;

  /**
   * Reads the conversation once, with its last message and your own settings in it.
   *
   * @returns The conversation, or `null` when it does not exist or you are not in it. Rejects with
   * `session-ended`.
   */
  get(): Promise<ConversationSnapshot | null>;

  /**
   * Changes the given fields of the conversation and of your place in it.
   *
   * A conversation that does not exist is created, and you join it if you are not in it. A field
   * that is left out keeps its value; `null` puts it back to its default.
   *
   * ```ts
   * await conversation.set({ subject: "Holidays", notify: "MentionsOnly" });
   * ```
   *
   * @param params - The fields to change.
   * @returns Settles when the service has stored everything. Rejects with `forbidden` when the app
   * does not let browsers write conversations (as a participant you may always set `notify`), and
   * with `rejected` when a value is not acceptable.
   */
  set(params: SetConversationParams): Promise<void>;

  /**
   * Makes sure that the conversation exists and that you are in it.
   *
   * What is there already stays as it is: the params only count for what has to be created.
   *
   * @param params - The fields of the new conversation and of your place in it.
   * @returns Settles when both are there. Rejects with `forbidden` when something has to be created
   * and the app does not let browsers do so, and with `rejected` when a value is not acceptable.
   */
  createIfNotExists(params?: CreateConversationParams): Promise<void>;

  /**
   * Marks all messages up to now as read by you.
   *
   * @returns Settles when the service knows. Rejects with `forbidden` or `not-found` when you are
   * not in the conversation.
   */
  markAsRead(): Promise<void>;

  /**
   * Marks the conversation as unread for you, for example to come back to it later.
   *
   * It sets `isUnread`; the count of unread messages may still be 0.
   *
   * @returns Settles when the service knows. Rejects with `forbidden` or `not-found` when you are
   * not in the conversation.
   */
  markAsUnread(): Promise<void>;

  /**
   * Sends a message to everyone in the conversation.
   *
   * It arrives exactly once, even when the connection breaks half-way and the session has to send
   * it again.
   *
   * Text is formatted by what is typed: `*bold*`, `_italic_`, `~struck through~`, code in three
   * backticks, lists whose lines begin with `- `. Web addresses, e-mail addresses and phone numbers
   * become links, `<!!mention:bob|Bob>` mentions the user `bob`. Content blocks go out as they are:
   * use one for text that must not be read like this.
   *
   * ```ts
   * await conversation.send("Hello, *world*!");
   *
   * const question = await conversation.send({ text: "Lunch?", custom: { kind: "poll" } });
   * await conversation.send({ text: "Yes, please", referencedMessage: question });
   *
   * const fileToken = await session.uploadImage(file, { filename: file.name });
   * await conversation.send({ content: [{ type: "file", fileToken }] });
   * await conversation.send({ content: [{ type: "location", latitude: 51.44, longitude: 5.47 }] });
   * ```
   *
   * @param params - The text alone, or text or a content block together with further fields.
   * @returns A ref to the stored message. Rejects with `forbidden` when you may not write here,
   * with `not-found` when the conversation does not exist, with `rejected` when the service does
   * not take the content, and with `session-ended`.
   */
  send(params: string | SendTextMessageParams | SendMessageParams): Promise<MessageRef>;

  /**
   * Watches the messages of the conversation, the newest first.
   *
   * It starts with the latest 30 messages; new ones come in by themselves, older ones by
   * {@link MessageSubscription.loadMore}. Each subscription has its own window.
   *
   * ```ts
   * const messages = conversation.subscribeMessages((list, loadedAll) => {
   *   for (const { sender, plaintext } of list ?? []) {
   *     console.log(sender?.name ?? "System", plaintext);
   *   }
   * });
   * ```
   *
   * @param onSnapshot - Called with the messages, or `null` while you are not in the conversation,
   * and with whether they are all there are: at the start and after each change in a message, in
   * its sender or in the message it answers. When they are known already, the first call comes
   * before this method returns.
   */
  subscribeMessages(
    onSnapshot?: (snapshot: MessageSnapshot[] | null, loadedAll: boolean) => void
  ): MessageSubscription;

  /**
   * Watches who is in the conversation, those who joined last first.
   *
   * It starts with the ten who joined last; who joins later comes in by itself, who joined earlier
   * by {@link ParticipantSubscription.loadMore}. Each subscription has its own window.
   *
   * ```ts
   * const people = conversation.subscribeParticipants((list, loadedAll) => {
   *   const names = (list ?? []).map(({ user }) => user.name).join(", ");
   *   console.log(loadedAll ? names : `${names} and others`);
   * });
   * ```
   *
   * @param onSnapshot - Called with the participants, or `null` while you are not in the
   * conversation, and with whether they are all there are: at the start and after each change in
   * them or in their users. When they are known already, the first call comes before this method
   * returns.
   */
  subscribeParticipants(
    onSnapshot?: (snapshot: ParticipantSnapshot[] | null, loadedAll: boolean) => void
  ): ParticipantSubscription;

  /**
   * Watches the conversation itself: its fields, its last message and your settings in it.
   *
   * @param onSnapshot - Called with the conversation, or `null` while you are not in it, at the
   * start and after each change in it or in anything it contains. When it is known already, the
   * first call comes before this method returns.
   */
  subscribe(onSnapshot?: (snapshot: ConversationSnapshot | null) => void): ConversationSubscription;

  /**
   * Watches who else is typing in the conversation.
   *
   * ```ts
   * const typing = conversation.subscribeTyping((snapshot) => {
   *   if (snapshot?.many) console.log("Many are typing");
   *   else console.log(snapshot?.users.map(({ name }) => name).join(", "));
   * });
   * ```
   *
   * @param onSnapshot - Called with who is typing, or `null` while you are not in the conversation,
   * at the start and after each change in it or in the users. Among many, one more or less is no
   * change. When it is known already, the first call comes before this method returns.
   */
  subscribeTyping(onSnapshot?: (snapshot: TypingSnapshot | null) => void): TypingSubscription;

  /**
   * Shows the others that you are typing, for the next ten seconds or until you send a message.
   *
   * There is no way to take it back. Call it again while the user goes on, but not at every key:
   *
   * ```ts
   * let told = 0;
   * document.querySelector("textarea")?.addEventListener("input", () => {
   *   if (Date.now() - told < 5000) return;
   *   told = Date.now();
   *   conversation.markAsTyping();
   * });
   * ```
   *
   * @returns Settles when the service knows. Rejects with `forbidden` or `not-found` when you are
   * not in the conversation.
   */
  markAsTyping(): Promise<void>;
}

/**
 * A conversation at one moment, as the current user sees it. Frozen; a change gives a new object.
 *
 * All times are in milliseconds since 1970 (UTC), as `Date.now()` gives them.
 */
export interface ConversationSnapshot {
  /** The conversation's ID. */
  readonly id: string;

  /**
   * The title, or `null` when it has none; then show the names of the participants, for example.
   */
  readonly subject: string | null;

  /** The address of a picture that stands for the conversation, or `null`. */
  readonly photoUrl: string | null;

  /**
   * Texts to show above the first message. `[]` when there are none.
   *
   * They are not messages: they are in no message list and cannot be answered.
   */
  readonly welcomeMessages: string[];

  /** Your own data about the conversation, as text under keys of your choice. `{}` when none. */
  readonly custom: Record<string, string>;

  /** When the conversation was created. */
  readonly createdAt: number;

  /** When you joined. */
  readonly joinedAt: number;

  /** The newest message, or `null` in a conversation without any. */
  readonly lastMessage: MessageSnapshot | null;

  /** How many messages you have not read. */
  readonly unreadMessageCount: number;

  /** Up to when you have read: messages created later are unread. */
  readonly readUntil: number;

  /**
   * Up to when all participants have read: the earliest of their `readUntil` values.
   *
   * A message created at or before this time has been seen by everyone.
   */
  readonly everyoneReadUntil: number;

  /** Whether to show the conversation as unread; also `true` after you marked it so yourself. */
  readonly isUnread: boolean;

  /** Whether you may only read the conversation or write in it too. */
  readonly access: "Read" | "ReadWrite";

  /** What you are notified about: every message, none, or those that mention you. */
  readonly notify: boolean | "MentionsOnly";
}

/** The fields of a new conversation, for {@link ConversationRef.createIfNotExists}. */
export interface CreateConversationParams {
  /** The title. Default: none. */
  subject?: string;

  /** The address of a picture that stands for the conversation. Default: none. */
  photoUrl?: string;

  /** Texts to show above the first message. Default: none. */
  welcomeMessages?: string[];

  /** Your own data about the conversation, as text under keys of your choice. Default: none. */
  custom?: Record<string, string>;

  /** Whether you may only read or write too. Default: `"ReadWrite"`. */
  access?: "Read" | "ReadWrite";

  /** What you are notified about: `true` every message, `false` none. Default: `true`. */
  notify?: boolean | "MentionsOnly";
}

/**
 * The fields to change, for {@link ConversationRef.set}. Absent: untouched. `null`: back to the
 * default.
 */
export interface SetConversationParams {
  /** The title; `null` for none. */
  subject?: string | null;

  /** The address of a picture that stands for the conversation; `null` for none. */
  photoUrl?: string | null;

  /** Texts to show above the first message, in place of all earlier ones; `null` for none. */
  welcomeMessages?: string[] | null;

  /**
   * Your own data about the conversation: the given keys are changed, the others stay.
   *
   * `null` for a key removes it, `null` for the whole removes all.
   */
  custom?: Record<string, string | null> | null;

  /** Whether you may only read or write too; `null` for `"ReadWrite"`. */
  access?: "Read" | "ReadWrite" | null;

  /** What you are notified about: `true` every message, `false` none; `null` for `true`. */
  notify?: boolean | "MentionsOnly" | null;
}
// </talk-session>
