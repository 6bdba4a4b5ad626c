// <talk-session>
// What a `Session` tells of: messages, what is unread, and by push notifications.

/** A message that was just sent, for {@link Session.onMessage}. Frozen. */
export interface Message {
  /** The message's ID. */
  readonly id: string;

  /** The conversation, as it is now. */
  readonly conversation: ConversationSnapshot;

  /** Whether you sent it yourself. */
  readonly isByMe: boolean;

  /** The sender's ID; `null` for a message of the system. */
  readonly senderId: string | null;

  /** The sender; `null` for a message of the system. */
  readonly sender: UserSnapshot | null;

  /** What it says, as plain text. */
  readonly body: string;

  /** What it is: text, a file of any kind (`"media"`), or a place. */
  readonly type: "text" | "media" | "location";

  /** When it was sent, in milliseconds since 1970 (UTC). */
  readonly timestamp: number;

  /** Whether it has been read: by you, or if it is yours, by everyone else. */
  readonly read: boolean;

  /** How it came in: by a TalkJS widget, a Data API, an import, or an answer to an e-mail. */
  readonly origin: MessageSnapshot["origin"];

  /** Your own data about the message. */
  readonly custom: Record<string, string>;

  /** The file, if it is one: its address, its size in bytes, and that of its picture in pixels. */
  readonly attachment: {
    readonly url: string;
    readonly size: number;
    readonly dimensions?: { readonly width: number; readonly height: number };
  } | null;

  /** The place, if it is one: latitude and longitude in degrees, in this order. */
  readonly location: readonly [number, number] | null;

  /** All there is to know of it, as the Data API shows it. */
  readonly snapshot: MessageSnapshot;
}

/** A conversation with something to read, for {@link Session.onUnreadsChange}. Frozen. */
export interface UnreadConversation {
  /** The conversation. */
  readonly conversation: ConversationSnapshot;

  /** Its last message; `null` for one without messages that was marked as unread. */
  readonly lastMessage: MessageSnapshot | null;

  /** How many messages are unread: 0 for one that was read and then marked as unread. */
  readonly unreadMessageCount: number;
}

/**
 * The former place of {@link Session.onUnreadsChange}.
 *
 * @deprecated Use {@link Session.onUnreadsChange}.
 */
export interface Unreads {
  /**
   * The same as {@link Session.onUnreadsChange}.
   *
   * @deprecated Use {@link Session.onUnreadsChange}.
   * @param handler - Called with all unread conversations.
   */
  onChange(handler: (unreads: UnreadConversation[]) => void): Subscription;
}

/** How a device is reached by push notifications. */
export interface PushRegistration {
  /** Firebase Cloud Messaging, or Apple's service. */
  provider: "fcm" | "apns";

  /** The registration token that the provider gave the device. */
  pushRegistrationId: string;
}

/** Finds out how this device is reached, or gives `null` when it is not to be. */
export type PushTokenProvider = () => PushRegistration | null | Promise<PushRegistration | null>;
// </talk-session>
