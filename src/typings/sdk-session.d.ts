// <talk-session>
// `Session`: the session as TalkJS's SDKs have it, on top of the Data API's.

/**
 * A {@link TalkSession} with what TalkJS's SDKs have in addition: users and conversations that
 * bring their data along, news of messages and of what is unread, push registration, and an end.
 *
 * Making one sends nothing. Set {@link Session.me} before you use it for anything else: until then
 * it makes users, conversations and IDs, takes a `pushTokenProvider` and can be destroyed, and
 * everything else throws or rejects with `invalid-argument`. Each `new Session` is a session of its
 * own; it is not the one that {@link getTalkSession} keeps for the same user.
 *
 * ```ts
 * import { Session, oneOnOneId } from "talk-session";
 *
 * const session = new Session({
 *   appId: "YOUR_APP_ID",
 *   onUnreadsChange: (unreads) => { document.title = `Chat (${unreads.length})`; },
 * });
 * session.me = session.getUser({ id: "alice", name: "Alice", role: "default" });
 *
 * const bob = session.getUser({ id: "bob", name: "Bob", role: "default" });
 * const conversation = session.getConversation({
 *   id: oneOnOneId(session.me, bob),
 *   participants: [session.me, bob],
 * });
 * await conversation.send("Hello, Bob!");
 * ```
 */
export class Session {
  /**
   * Makes a session. Nothing is sent before {@link Session.me} is set.
   *
   * @param options - The app, how to log in to it, and whom to tell of what.
   * @throws {@link TalkError} `invalid-argument` when an option is missing or has the wrong type.
   */
  constructor(options: SessionOptions);

  /**
   * The user that the session acts as. Set it once, to a user made by this session. The handlers
   * among the options are added now; a token can be set from now on.
   *
   * A user from {@link Session.getUser} is created or synchronised at once; one from
   * {@link Session.getUserById} must exist already, and nothing is written.
   *
   * @throws {@link TalkError} `invalid-argument` when it is read before it is set, set a second
   * time, or set to anything but a user of this session; `session-ended` when it is set after
   * `destroy`.
   */
  get me(): User;
  set me(user: User);

  /**
   * Describes a user by ID and data.
   *
   * Nothing is sent yet. The service creates or updates the user when the object is first used: as
   * {@link Session.me}, as a participant of a conversation that is used, or by calling one of its
   * methods. Fields that are left out keep the values they have; `null` puts one back to its
   * default. A missing `role` is worth a warning on the console, since the service then keeps or
   * chooses one for you.
   *
   * @param options - The user's ID, name and other data.
   * @throws {@link TalkError} `invalid-argument` when `id` or `name` is not a non-empty string, or
   * another field has the wrong type; `session-ended` after `destroy`.
   */
  getUser(options: UserOptions): User;

  /**
   * Names a user that exists already. Nothing is ever written for it.
   *
   * @param id - The user's ID.
   * @throws {@link TalkError} `invalid-argument` when `id` is not a non-empty string, or is longer
   * than 10,000 bytes when percent-encoded; `session-ended` after `destroy`.
   */
  getUserById(id: string): User;

  /**
   * Describes a conversation by ID, data and participants.
   *
   * Nothing is sent yet. The service creates or updates the conversation with the given fields, and
   * adds or changes the given participants, when one of the object's methods is first called. With
   * `id` alone nothing is ever written: then it works like the ref that
   * {@link TalkSession.conversation} gives.
   *
   * @param options - The conversation's ID, and what else is to be so when it is first used.
   * @throws {@link TalkError} `invalid-argument` when `id` is not a non-empty string, another field
   * has the wrong type, or a participant is not a user of this session; `session-ended` after
   * `destroy`.
   */
  getConversation(options: ConversationOptions): Conversation;

  /**
   * The same as the function {@link oneOnOneId}, which says how the ID is made.
   *
   * @param me - One of the two: a user, a ref, or an ID.
   * @param other - The other one.
   */
  oneOnOneId(me: UserRef | string, other: UserRef | string): string;

  /**
   * Tells you of each message that is sent in a conversation you are in, as from now.
   *
   * Each is told once, in the order of sending within a conversation, your own included (see
   * {@link Message.isByMe}). After a lost connection you hear of what was sent in the meantime: of
   * the latest 130 messages of each conversation. What is edited or deleted is no news.
   *
   * ```ts
   * session.onMessage((message) => {
   *   const { isByMe, sender, body } = message;
   *   if (!isByMe) new Notification(sender?.name ?? "Chat", { body });
   * });
   * ```
   *
   * @param handler - Called with each message.
   * @returns A handle whose `unsubscribe` takes the handler off again.
   * @throws {@link TalkError} `invalid-argument` when `handler` is not a function, or before
   * {@link Session.me} is set.
   */
  onMessage(handler: (message: Message) => void): Subscription;

  /**
   * Tells you which of your conversations are unread: once at the start, when all are loaded, and
   * whenever the list or anything in it changes.
   *
   * ```ts
   * session.onUnreadsChange((unreads) => {
   *   const count = unreads.reduce((sum, { unreadMessageCount }) => sum + unreadMessageCount, 0);
   *   document.title = count > 0 ? `(${count}) Chat` : "Chat";
   * });
   * ```
   *
   * @param handler - Called with all unread conversations, the one with the latest activity first.
   * @returns A handle whose `unsubscribe` takes the handler off again.
   * @throws {@link TalkError} `invalid-argument` when `handler` is not a function, or before
   * {@link Session.me} is set.
   */
  onUnreadsChange(handler: (unreads: UnreadConversation[]) => void): Subscription;

  /**
   * The former place of {@link Session.onUnreadsChange}.
   *
   * @deprecated Use {@link Session.onUnreadsChange}.
   */
  readonly unreads: Unreads;

  /**
   * Says whether the service takes the app ID, and the token or signature this session logs in
   * with. It logs in on a connection of its own, which leaves the session as it is.
   *
   * A `tokenFetcher` is called once more for this.
   *
   * @returns `true` or `false`, once the service can be reached. Rejects only before `me` is set
   * and when the session is destroyed.
   */
  hasValidCredentials(): Promise<boolean>;

  /**
   * Your function that finds out how to reach this device by push notifications, for example with
   * Firebase's `getToken`. It may give `null` when the device is not to be reached.
   *
   * @throws {@link TalkError} `invalid-argument` when it is set to anything but a function or
   * `undefined`; `session-ended` when it is set after `destroy`.
   */
  get pushTokenProvider(): PushTokenProvider | undefined;
  set pushTokenProvider(provider: PushTokenProvider | undefined);

  /**
   * Registers a device of the current user for push notifications.
   *
   * ```ts
   * await session.setPushRegistration({ provider: "fcm", pushRegistrationId: deviceToken });
   * ```
   *
   * @param registration - The device. Left out, it is what {@link Session.pushTokenProvider} gives.
   * @returns Settles when the service has stored it. Rejects with `invalid-argument` when one of
   * the two fields is missing or wrong, or when there is neither a parameter nor a provider; with
   * `rejected` when the user does not exist; with `forbidden` when the app does not let browsers
   * write users; and with whatever a provider throws.
   */
  setPushRegistration(registration?: PushRegistration): Promise<void>;

  /**
   * Takes a device of the current user off push notifications. One that is not registered is fine.
   *
   * @param registration - The device. Left out, it is what {@link Session.pushTokenProvider} gives.
   * @returns Settles like {@link Session.setPushRegistration}.
   */
  unsetPushRegistration(registration?: PushRegistration): Promise<void>;

  /**
   * Takes all devices of the current user off push notifications, also those that other sessions
   * registered.
   *
   * @returns Settles like {@link Session.setPushRegistration}.
   */
  clearPushRegistrations(): Promise<void>;

  /**
   * Tells you when the session has ended with an error; see {@link TalkSession.onError}. `destroy`
   * is no error.
   *
   * @param handler - Gets the reason, a {@link TalkError}.
   * @returns A handle whose `unsubscribe` takes the handler off again, and may be awaited.
   */
  onError(handler: (error: Error) => void): ErrorSubscription;

  /**
   * Ends the session, for example when the user logs out.
   *
   * Subscriptions go to the state `error` with a `session-ended` error, calls that are under way
   * reject with it, the socket closes, and everything that came from this session rejects or throws
   * it from now on. Your other sessions go on, and a new one can be made at any time.
   *
   * @returns Settles when the socket is closed, and never rejects. A second call gives the same
   * promise.
   */
  destroy(): Promise<void>;
}

// All of `TalkSession` is in a `Session`, too. That is an interface, so it comes in by merging.
export interface Session extends TalkSession {}

// `token` and `tokenFetcher` are not taken over: editors would show them as deprecated here, too.
/** What a new {@link Session} needs to know. */
export interface SessionOptions
  extends Omit<TalkSessionOptions, "userId" | "forceCreateNew" | "token" | "tokenFetcher"> {
  /**
   * A JWT that proves who the user is, if you have one at hand. The session lasts as long as it is
   * valid; for one that is renewed use `tokenFetcher` or, right after {@link Session.me} is set,
   * {@link TalkSession.onNeedToken}.
   */
  token?: string;

  /**
   * A function that returns a JWT, or a promise of one, each time the session needs it. If it
   * throws, rejects or gives something that is not a string, the session ends.
   */
  tokenFetcher?: () => string | Promise<string>;

  /**
   * Registers this device for push notifications (`true`) or takes it off (`false`), as soon as
   * {@link Session.me} is set and there is a {@link Session.pushTokenProvider}. Default: `null`,
   * which leaves the registration as it is. A failure is told on the console.
   */
  enablePushNotifications?: boolean | null;

  /** The first value of {@link Session.pushTokenProvider}. */
  pushTokenProvider?: PushTokenProvider;

  /** A first handler for {@link Session.onMessage}. */
  onMessage?: (message: Message) => void;

  /** A first handler for {@link Session.onUnreadsChange}. */
  onUnreadsChange?: (unreads: UnreadConversation[]) => void;

  /**
   * The former form of `onUnreadsChange`.
   *
   * @deprecated Use `onUnreadsChange`.
   */
  unreads?: { onChange?: (unreads: UnreadConversation[]) => void };

  /** A first handler for {@link Session.onError}. */
  onError?: (error: Error) => void;
}

/** What {@link Session.onError} gives. */
export interface ErrorSubscription extends Subscription {
  /** Takes the handler off at once. A second call does nothing. */
  unsubscribe: () => Promise<void>;
}
// </talk-session>
