// <talk-session>
// Users: who chats.

/**
 * A handle to one user of the app, whether or not the user exists yet.
 *
 * Get one from {@link TalkSession.user} or {@link TalkSession.currentUser}. It holds no data of its
 * own: read with `get` or `subscribe`.
 */
export interface UserRef {
  /** The user's ID. */
  readonly id: string;

  /**
   * Reads the user's public data once.
   *
   * Anyone in the app may read anyone. E-mail addresses, phone numbers and push tokens are private
   * and never part of a snapshot.
   *
   * @returns The user, or `null` when there is none with this ID. Rejects with `session-ended`.
   */
  get(): Promise<UserSnapshot | null>;

  /**
   * Changes the given fields of the user, and creates the user if there is none with this ID.
   *
   * A field that is left out keeps its value; `null` puts it back to its default.
   *
   * @param params - The fields to change. A new user must be given a `name`.
   * @returns Settles when the service has stored the change. Rejects with `forbidden` when the app
   * does not let browsers write users, and with `rejected` when a value is not acceptable or the
   * `name` of a new user is missing.
   */
  set(params: SetUserParams): Promise<void>;

  /**
   * Creates the user, or leaves everything as it is when there already is one with this ID.
   *
   * ```ts
   * await session.currentUser.createIfNotExists({ name: "Alice", email: "alice@example.com" });
   * ```
   *
   * @param params - The new user's fields. What is left out gets its default.
   * @returns Settles when the user exists. Rejects with `forbidden` when the user is missing and
   * the app does not let browsers write users, and with `rejected` when a value is not acceptable.
   */
  createIfNotExists(params: CreateUserParams): Promise<void>;

  /**
   * Watches the user's public data.
   *
   * ```ts
   * const watch = session.user("bob").subscribe((bob) => {
   *   console.log(bob === null ? "Bob is not here yet" : `Bob is called ${bob.name}`);
   * });
   * await watch.connected;
   * watch.unsubscribe();
   * ```
   *
   * @param onSnapshot - Called with the user, or `null` while there is none, at the start and after
   * each change. When the user is known already, the first call comes before this method returns.
   */
  subscribe(onSnapshot?: (event: UserSnapshot | null) => void): UserSubscription;

  /**
   * Watches the user's public data and whether the user is online.
   *
   * ```ts
   * session.user("bob").subscribeOnline((bob) => {
   *   if (bob) console.log(bob.user.name, bob.isConnected ? "is online" : "is offline");
   * });
   * ```
   *
   * @param onSnapshot - Called with the user and whether they are online, or `null` while there is
   * no such user, at the start and after each change in either. When it is known already, the first
   * call comes before this method returns.
   */
  subscribeOnline(onSnapshot?: (event: UserOnlineSnapshot | null) => void): UserOnlineSubscription;
}

/**
 * The public data of a user at one moment. Frozen; a later change gives a new object.
 *
 * As long as nothing changed it is the same object everywhere, so comparing with `===` is enough to
 * decide whether to draw again.
 */
export interface UserSnapshot {
  /** The user's ID. */
  readonly id: string;

  /** The name to show. */
  readonly name: string;

  /** Your own data about the user, as text under keys of your choice. `{}` when there is none. */
  readonly custom: Record<string, string>;

  /**
   * The language the user prefers, as an IETF tag such as `"pt-BR"`, or `null` for the app's own.
   */
  readonly locale: string | null;

  /** The address of the user's picture, or `null`. */
  readonly photoUrl: string | null;

  /** The name of the set of rules that applies to the user; `"default"` unless you set another. */
  readonly role: string;

  /**
   * What others read first when they start to chat with the user, or `null`.
   *
   * @deprecated Only TalkJS's classic widgets show it.
   */
  readonly welcomeMessage: string | null;
}

/** The fields of a new user, for {@link UserRef.createIfNotExists}. */
export interface CreateUserParams {
  /** The name to show. */
  name: string;

  /** Your own data about the user, as text under keys of your choice. Default: none. */
  custom?: Record<string, string>;

  /** The user's language, as an IETF tag such as `"pt-BR"`. Default: the app's own. */
  locale?: string;

  /** The address of a picture of the user. Default: none. */
  photoUrl?: string;

  /** The set of rules that applies to the user. Default: `"default"`. */
  role?: string;

  /**
   * What others read first when they start to chat with the user. Default: nothing.
   *
   * @deprecated Only TalkJS's classic widgets show it.
   */
  welcomeMessage?: string;

  /**
   * Where the service writes to when the user misses messages: one address or several. Default:
   * none.
   */
  email?: string | string[];

  /**
   * Where the service texts to when the user misses messages: one number or several. Default: none.
   */
  phone?: string | string[];

  /**
   * The user's devices for push notifications. Default: none.
   *
   * Each key is `"fcm:"` (Android) or `"apns:"` (iOS) followed by the device's registration token.
   */
  pushTokens?: Record<string, true>;
}

/**
 * The fields to change, for {@link UserRef.set}. Absent: untouched. `null`: back to the default.
 */
export interface SetUserParams {
  /** The name to show. Required when the user does not exist yet. */
  name?: string;

  /**
   * Your own data about the user: the given keys are changed, the others stay.
   *
   * `null` for a key removes it, `null` for the whole removes all.
   */
  custom?: Record<string, string | null> | null;

  /** The user's language, as an IETF tag such as `"pt-BR"`; `null` for the app's own. */
  locale?: string | null;

  /** The address of a picture of the user; `null` for none. */
  photoUrl?: string | null;

  /** The set of rules that applies to the user; `null` for `"default"`. */
  role?: string | null;

  /**
   * What others read first when they start to chat with the user; `null` for nothing.
   *
   * @deprecated Only TalkJS's classic widgets show it.
   */
  welcomeMessage?: string | null;

  /** The user's e-mail address or addresses, in place of all earlier ones; `null` for none. */
  email?: string | string[] | null;

  /** The user's phone number or numbers, in place of all earlier ones; `null` for none. */
  phone?: string | string[] | null;

  /**
   * Devices to add to (`true`) or take off (`null`) the user's push notifications.
   *
   * Keys are as in {@link CreateUserParams.pushTokens}; devices that are not named stay. `null` for
   * the whole takes all of them off.
   */
  pushTokens?: Record<string, true | null> | null;
}
// </talk-session>
