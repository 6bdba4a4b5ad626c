// What must not compile with a `Session`.

import { useEffect } from "react";
import {
  oneOnOneId,
  Session,
  type Conversation,
  type ConversationOptions,
  type ConversationRef,
  type Message,
  type Participant,
  type PushTokenProvider,
  type SessionOptions,
  type TalkSession,
  type UnreadConversation,
  type User,
  type UserOptions,
  type UserRef,
} from "talk-session";

declare const sdk: Session;
declare const alice: User;
declare const ref: UserRef;
declare const lunch: Conversation;
declare const received: Message;
declare const unread: UnreadConversation;
declare const talk: TalkSession;
declare const maybe: string | undefined;

// case: a session needs options
// @ts-expect-error
new Session();

// case: an effect does not give the promise of the end
// @ts-expect-error
useEffect(() => () => sdk.destroy());

// case: a session needs an app ID
// @ts-expect-error
new Session({ token: "jwt" });

// case: a session is made with new
// @ts-expect-error
Session({ appId: "demo" });

// case: the user is not an option
// @ts-expect-error
new Session({ appId: "demo", userId: "alice" });

// case: the current user is no option either
// @ts-expect-error
new Session({ appId: "demo", me: alice });

// case: every session is a new one
// @ts-expect-error
new Session({ appId: "demo", forceCreateNew: true });

// case: unknown options are found
// @ts-expect-error
new Session({ appId: "demo", onUnreads: () => {} });

// case: an option cannot be undefined on purpose
// @ts-expect-error
new Session({ appId: "demo", token: maybe });

// case: a handler cannot be undefined on purpose
// @ts-expect-error
export const options1: SessionOptions = { appId: "demo", onMessage: undefined };

// case: push is switched by a boolean
// @ts-expect-error
new Session({ appId: "demo", enablePushNotifications: "yes" });

// case: a token fetcher gives a string
// @ts-expect-error
new Session({ appId: "demo", tokenFetcher: async () => null });

// case: the former option for unreads is an object
// @ts-expect-error
new Session({ appId: "demo", unreads: () => {} });

// case: a handler of messages is not one of unreads
// @ts-expect-error
new Session({ appId: "demo", onMessage: (unreads: UnreadConversation[]) => unreads.length });

// case: a talk session is no session
// @ts-expect-error
export const session1: Session = talk;

// case: a talk session has no end
// @ts-expect-error
talk.destroy();

// case: the current user is a user
// @ts-expect-error
sdk.me = "alice";

// case: the current user is not a ref
// @ts-expect-error
sdk.me = ref;

// case: the current user cannot be taken away
// @ts-expect-error
sdk.me = undefined;

// case: the user ID is not set on the session
// @ts-expect-error
sdk.me.id = "bob";

// case: the ref to the current user cannot be replaced
// @ts-expect-error
sdk.currentUser = alice;

// case: a user needs an ID
// @ts-expect-error
sdk.getUser({ name: "Alice" });

// case: a user needs a name
// @ts-expect-error
sdk.getUser({ id: "alice" });

// case: a name cannot be null
// @ts-expect-error
sdk.getUser({ id: "alice", name: null });

// case: an ID is not enough for a user with data
// @ts-expect-error
sdk.getUser("alice");

// case: a mistyped field of a user is found
// @ts-expect-error
sdk.getUser({ id: "alice", name: "Alice", photoURL: "https://example.com/alice.png" });

// case: a field of a user cannot be undefined on purpose
// @ts-expect-error
export const user1: UserOptions = { id: "alice", name: "Alice", email: maybe };

// case: addresses are text
// @ts-expect-error
sdk.getUser({ id: "alice", name: "Alice", phone: 31600000000 });

// case: custom data of a user is text
// @ts-expect-error
sdk.getUser({ id: "alice", name: "Alice", custom: { age: 42 } });

// case: a user by ID is not described
// @ts-expect-error
sdk.getUserById({ id: "alice" });

// case: a user may have no name
// @ts-expect-error
export const name1: string = alice.name;

// case: a user's data stays as given
// @ts-expect-error
alice.name = "Mallory";

// case: a user's addresses stay as given
// @ts-expect-error
if (Array.isArray(alice.email)) alice.email = [];

// case: a user's custom data stays as given
// @ts-expect-error
if (alice.custom) alice.custom["team"] = "red";

// case: a plain object is no user
// @ts-expect-error
export const user2: User = { id: "alice", name: "Alice" };

// case: a conversation needs an ID
// @ts-expect-error
sdk.getConversation({ subject: "Lunch" });

// case: an ID is not enough for a conversation with data
// @ts-expect-error
sdk.getConversation("lunch");

// case: a mistyped field of a conversation is found
// @ts-expect-error
sdk.getConversation({ id: "lunch", title: "Lunch" });

// case: a field of a conversation cannot be undefined on purpose
// @ts-expect-error
export const conversation1: ConversationOptions = { id: "lunch", subject: maybe };

// case: welcome messages are a list
// @ts-expect-error
sdk.getConversation({ id: "lunch", welcomeMessages: "Welcome!" });

// case: participants are a list
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: alice });

// case: participants are a list, not one ID
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: "alice" });

// case: participants are users, refs or IDs
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: [7] });

// case: a participant to be is named by its user
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: [{ access: "Read" }] });

// case: a participant has a user
// @ts-expect-error
export const participant1: Participant = { access: "Read" };

// case: a participant's access is one of two
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: [{ user: alice, access: "Write" }] });

// case: a participant's notifications are one of three
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: [{ user: alice, notify: "Mentions" }] });

// case: a participant's access cannot be null
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: [{ user: alice, access: null }] });

// case: a participant's notifications cannot be null
// @ts-expect-error
sdk.getConversation({ id: "lunch", participants: [{ user: alice, notify: null }] });

// case: participants are not added to a conversation that is there
// @ts-expect-error
lunch.participants.push({ user: alice });

// case: a conversation's data stays as given
// @ts-expect-error
lunch.subject = "Dinner";

// case: a conversation's welcome messages stay as given
// @ts-expect-error
lunch.welcomeMessages?.push("Hi");

// case: a ref is not a conversation
// @ts-expect-error
export const conversation2: Conversation = sdk.conversation("lunch");

// case: a ref brings nothing along
// @ts-expect-error
await sdk.conversation("lunch").synchronize();

// case: a conversation is no longer sent to by the SDK's former name
// @ts-expect-error
lunch.sendMessage("Hello");

// case: an ID for two takes two
// @ts-expect-error
oneOnOneId("alice");

// case: an ID for two takes users, refs or IDs
// @ts-expect-error
oneOnOneId(alice, 7);

// case: the method takes no more
// @ts-expect-error
sdk.oneOnOneId(alice, lunch.participants[0]);

// case: an ID for two is told at once
// @ts-expect-error
export const id1: Promise<string> = oneOnOneId("alice", "bob");

// case: a handler of messages is needed
// @ts-expect-error
sdk.onMessage();

// case: a handler of messages gets one message
// @ts-expect-error
sdk.onMessage((list: Message[]) => list.length);

// case: a message may have no sender
// @ts-expect-error
export const name2 = received.sender.name;

// case: a message may have no attachment
// @ts-expect-error
export const url1 = received.attachment.url;

// case: an attachment may have no size in pixels
// @ts-expect-error
export const width1 = received.attachment?.dimensions.width;

// case: a message may have no place
// @ts-expect-error
export const latitude1: number = received.location[0];

// case: a place has two numbers
// @ts-expect-error
export const height1 = received.location?.[2];

// case: a message's type is one of three
// @ts-expect-error
export const type1 = received.type === "UserMessage";

// case: a message has the text in its body
// @ts-expect-error
export const text1 = received.plaintext;

// case: a message cannot be marked as read by its flag
// @ts-expect-error
received.read = true;

// case: the time of a message is a number
// @ts-expect-error
export const time1: Date = received.timestamp;

// case: an error is looked at before its code
// @ts-expect-error
sdk.onError((error) => error.code);

// case: a handler of unreads gets a list
// @ts-expect-error
sdk.onUnreadsChange((unreads: number) => unreads);

// case: an unread conversation may have no last message
// @ts-expect-error
export const text2 = unread.lastMessage.plaintext;

// case: what is unread cannot be changed
// @ts-expect-error
unread.unreadMessageCount = 0;

// case: what is unread has the conversation inside
// @ts-expect-error
export const subject1 = unread.subject;

// case: the former place for unreads cannot be replaced
// @ts-expect-error
sdk.unreads = { onChange: () => ({ unsubscribe: () => {} }) };

// case: the former place for unreads holds no list
// @ts-expect-error
export const count1 = sdk.unreads.length;

// case: a subscription of messages is not awaited for its end
// @ts-expect-error
await sdk.onMessage(() => {}).terminated;

// case: whether credentials are valid is not told at once
// @ts-expect-error
export const valid1: boolean = sdk.hasValidCredentials();

// case: a push provider is one of two
// @ts-expect-error
sdk.setPushRegistration({ provider: "web", pushRegistrationId: "abc" });

// case: a push registration needs an ID
// @ts-expect-error
sdk.setPushRegistration({ provider: "fcm" });

// case: a push registration needs a provider
// @ts-expect-error
sdk.unsetPushRegistration({ pushRegistrationId: "abc" });

// case: a push registration is one object
// @ts-expect-error
sdk.setPushRegistration("fcm", "abc");

// case: all registrations are cleared without naming one
// @ts-expect-error
sdk.clearPushRegistrations({ provider: "fcm", pushRegistrationId: "abc" });

// case: a token provider says which service the token is of
// @ts-expect-error
export const provider1: PushTokenProvider = async () => "abc";

// case: a token provider says on purpose that there is none
// @ts-expect-error
export const provider2: PushTokenProvider = () => undefined;

// case: a token provider is not taken away by null
// @ts-expect-error
sdk.pushTokenProvider = null;

// case: an end is a promise
// @ts-expect-error
export const ended1: boolean = sdk.destroy();

// case: an end takes nothing
// @ts-expect-error
sdk.destroy(true);

// case: a subclass keeps the types
export class MySession extends Session {
  // @ts-expect-error
  override onMessage(handler: (text: string) => void) {
    return super.onMessage(({ body }) => handler(body));
  }
}

// case: a subclass has to call the constructor
export class MyOtherSession extends Session {
  constructor() {
    // @ts-expect-error
    super();
  }
}
