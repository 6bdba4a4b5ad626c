// <talk-session>
// Users and conversations that bring their data along.

/**
 * A user of a {@link Session}: a {@link UserRef}, together with the data it was described with.
 *
 * Get one from {@link Session.getUser} or {@link Session.getUserById}. The first call of any of its
 * methods that reaches the service writes the data first. If that fails, a promise rejects, and a
 * subscription goes to the state `error`. The data stays as given, and does not follow what the
 * service knows: for that use `get` or `subscribe`.
 */
export interface User extends UserRef {
  /** The name, as given; `undefined` for a user from {@link Session.getUserById}. */
  readonly name?: string;

  /** The e-mail address or addresses, as given. */
  readonly email?: string | readonly string[] | null;

  /** The phone number or numbers, as given. */
  readonly phone?: string | readonly string[] | null;

  /**
   * What others read when the user is not there, as given.
   *
   * @deprecated Only TalkJS's classic widgets show it. Use a conversation's `welcomeMessages`.
   */
  readonly availabilityText?: string | null;

  /** The language, as an IETF tag, as given. */
  readonly locale?: string | null;

  /** The address of the picture, as given. */
  readonly photoUrl?: string | null;

  /** The name of the set of rules that applies to the user, as given. */
  readonly role?: string | null;

  /** Your own data about the user, as given. */
  readonly custom?: Readonly<Record<string, string | null>> | null;

  /**
   * What others read first when they start to chat with the user, as given.
   *
   * @deprecated Only TalkJS's classic widgets show it.
   */
  readonly welcomeMessage?: string | null;

  /**
   * Makes sure that the service has this data. It happens by itself at the first use, so call it
   * only to know when it is done, or why it failed.
   *
   * @returns Settles when the service has stored the data; at once for a user from
   * {@link Session.getUserById}. Rejects like {@link UserRef.set}; after a failure the next use
   * tries again.
   */
  synchronize(): Promise<void>;
}

/** The data of a user, for {@link Session.getUser}. Absent: untouched. `null`: the default. */
export interface UserOptions {
  /** The user's ID. Any non-empty string of your choice. */
  id: string;

  /** The name to show. */
  name: string;

  /**
   * Where the service writes to when the user misses messages: one address or several, in place of
   * all earlier ones; `null` for none.
   */
  email?: string | string[] | null;

  /**
   * Where the service texts to when the user misses messages: one number or several, in place of
   * all earlier ones; `null` for none.
   */
  phone?: string | string[] | null;

  /**
   * What others read when the user is not there; `null` for nothing.
   *
   * @deprecated Only TalkJS's classic widgets show it. Use a conversation's `welcomeMessages`.
   */
  availabilityText?: string | null;

  /** The user's language, as an IETF tag such as `"pt-BR"`; `null` for the app's own. */
  locale?: string | null;

  /** The address of a picture of the user; `null` for none. */
  photoUrl?: string | null;

  /** The set of rules that applies to the user; `null` for `"default"`. */
  role?: string | null;

  /**
   * Your own data about the user: the given keys are changed, the others stay.
   *
   * `null` for a key removes it, `null` for the whole removes all.
   */
  custom?: Record<string, string | null> | null;

  /**
   * What others read first when they start to chat with the user; `null` for nothing.
   *
   * @deprecated Only TalkJS's classic widgets show it.
   */
  welcomeMessage?: string | null;
}

/**
 * A conversation of a {@link Session}: a {@link ConversationRef}, together with the data it was
 * described with.
 *
 * Get one from {@link Session.getConversation}. The first call of any of its methods that reaches
 * the service creates or updates the conversation first. If that fails, a promise rejects, and a
 * subscription goes to the state `error`. The data stays as given.
 */
export interface Conversation extends ConversationRef {
  /** The subject, as given. */
  readonly subject?: string | null;

  /** The address of the picture, as given. */
  readonly photoUrl?: string | null;

  /** What is shown before the first message, as given. */
  readonly welcomeMessages?: readonly string[] | null;

  /** Your own data about the conversation, as given. */
  readonly custom?: Readonly<Record<string, string | null>> | null;

  /** The participants that were given. Others may be in the conversation, too. */
  readonly participants: readonly Participant[];

  /**
   * Makes sure that the service has this data, and that the participants are in the conversation.
   * It happens by itself at the first use, so call it only to know when it is done, or why it
   * failed.
   *
   * @returns Settles when the service has stored everything; at once when only an ID was given.
   * Rejects like {@link ConversationRef.set}; after a failure the next use tries again.
   */
  synchronize(): Promise<void>;
}

/** The data of a conversation, for {@link Session.getConversation}. Absent: untouched. */
export interface ConversationOptions {
  /** The conversation's ID. For a chat of two, {@link oneOnOneId} makes one. */
  id: string;

  /**
   * Your own data about the conversation: the given keys are changed, the others stay.
   *
   * `null` for a key removes it, `null` for the whole removes all.
   */
  custom?: Record<string, string | null> | null;

  /** What is shown before the first message; `null` for nothing. */
  welcomeMessages?: string[] | null;

  /** The address of a picture of the conversation; `null` for none. */
  photoUrl?: string | null;

  /** What the conversation is about; `null` for nothing. */
  subject?: string | null;

  /**
   * Who takes part, as an array, a `Set` or anything else that can be iterated: users, refs or IDs,
   * alone or with their access and notifications. You take part in any case. Of a ref or an ID
   * nothing is written: the user must exist already, as for {@link Session.getUserById}.
   */
  participants?: object & Iterable<UserRef | string | ParticipantOptions>;
}

/** Somebody who is to take part in a conversation, for {@link Session.getConversation}. */
export interface ParticipantOptions {
  /** Who takes part: a user, a ref or an ID. */
  user: UserRef | string;

  /** What the user may do: read only, or also write. Absent: as it is, or else `"ReadWrite"`. */
  access?: "ReadWrite" | "Read";

  /**
   * What the user is notified of: of everything, of nothing, or of messages that mention them.
   * Absent: as it is, or else `true`.
   */
  notify?: boolean | "MentionsOnly";
}

/** A participant that a {@link Conversation} was described with. */
export interface Participant {
  /** Who takes part. */
  readonly user: User;

  /** What the user may do, as given. */
  readonly access?: "ReadWrite" | "Read";

  /** What the user is notified of, as given. */
  readonly notify?: boolean | "MentionsOnly";
}

/**
 * Makes an ID for the conversation of two users, the same whichever comes first.
 *
 * It is the one that TalkJS's SDKs make, so that a server can know it: the two IDs as a JSON array,
 * in the order of their UTF-16 units, without blanks; its SHA-1, in lower-case hexadecimal; of that
 * the first 20 characters. `oneOnOneId("alice", "bob")` is `"4714b845b86fbe0ed913"`.
 *
 * @param me - One of the two: a user, a ref, or an ID.
 * @param other - The other one.
 * @throws {@link TalkError} `invalid-argument` when one is none of these. An ID is a string that is
 * not empty, of well-formed Unicode, and at most 10,000 bytes long when percent-encoded.
 */
export function oneOnOneId(me: UserRef | string, other: UserRef | string): string;
// </talk-session>
