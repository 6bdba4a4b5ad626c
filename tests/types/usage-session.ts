// Code as applications write it with a `Session`: made, handed on, subclassed, destroyed.

import { useEffect, useState } from "react";
import {
  getTalkSession,
  isTalkError,
  oneOnOneId,
  Session,
  type Conversation,
  type ConversationOptions,
  type ConversationRef,
  type ErrorSubscription,
  type Message,
  type MessageRef,
  type Participant,
  type ParticipantOptions,
  type PushRegistration,
  type PushTokenProvider,
  type SessionOptions,
  type Subscription,
  type TalkError,
  type TalkSession,
  type UnreadConversation,
  type Unreads,
  type User,
  type UserOptions,
  type UserRef,
} from "talk-session";

declare const sdk: Session;
declare const alice: User;
declare const bob: User;

// case: the least that a session needs
export const least = new Session({ appId: "demo" });

// case: all options
export const all = new Session({
  appId: "demo",
  token: "jwt",
  tokenFetcher: async () => (await fetch("/token")).text(),
  signature: "abc",
  enablePushNotifications: true,
  pushTokenProvider: () => ({ provider: "fcm", pushRegistrationId: "abc" }),
  onMessage: (event) => console.log(event.body),
  onUnreadsChange: (unreads) => console.log(unreads.length),
  unreads: { onChange: (unreads) => console.log(unreads[0]?.unreadMessageCount) },
  onError: (error) => console.error(error.message),
  host: "localhost:4420",
  apiUrls: { restApiHttpUrl: "http://localhost:4420/public_api/v1" },
  clientBuild: "my-app",
});

// case: options that are put together piece by piece
export function optionsFor(token: string | undefined, push: boolean | null): SessionOptions {
  const options: SessionOptions = { appId: "demo", enablePushNotifications: push };
  if (token !== undefined) options.token = token;
  return { ...options, tokenFetcher: () => "jwt", unreads: {} };
}

// case: a token fetcher and a push provider that need no promise
new Session({ appId: "demo", tokenFetcher: () => "jwt", pushTokenProvider: () => null });

// case: an effect that makes a session and destroys it
export function useChat(appId: string, userId: string, name: string) {
  const [session, setSession] = useState<Session | null>(null);
  const [unreads, setUnreads] = useState<UnreadConversation[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    const made = new Session({
      appId,
      onUnreadsChange: setUnreads,
      onError: (error) => setFailure(error.message),
    });
    made.me = made.getUser({ id: userId, name, role: "default" });
    setSession(made);
    return () => {
      setSession(null);
      made.destroy();
    };
  }, [appId, userId, name]);
  return { session, failure, count: unreads.length };
}

// case: a session is a talk session, also where one is expected
export const held: TalkSession = new Session({ appId: "demo" });
declare function openList(session: TalkSession): void;
openList(sdk);
openList(new Session({ appId: "demo" }));
export const either: TalkSession = Math.random() < 0.5 ? sdk : getTalkSession({
  appId: "demo",
  userId: "alice",
});
export const isSdkSession = (one: TalkSession): one is Session => one instanceof Session;

// case: all of the data API is on a session, with the same types
sdk.setToken("jwt");
sdk.onNeedToken = () => sdk.setToken("jwt");
export const appId: string = sdk.appId;
export const current: UserRef = sdk.currentUser;
export const ref: ConversationRef = sdk.conversation("lunch");
await sdk.uploadFile(file, { filename: file.name });
const recent = sdk.subscribeConversations((list, loadedAll) => console.log(list.length, loadedAll));
await recent.loadMore(10);
await sdk.searchMessages().setQuery("parcel");

// case: the current user
sdk.me = sdk.getUser({ id: "alice", name: "Alice" });
sdk.me = sdk.getUserById("alice");
export const me: User = sdk.me;
export const myName: string = sdk.me.name ?? sdk.me.id;

// case: a user with everything
const options: UserOptions = {
  id: "alice",
  name: "Alice",
  email: ["alice@example.com", "a@example.com"],
  phone: "+31600000000",
  availabilityText: "Back on Monday",
  locale: "nl-NL",
  photoUrl: "https://example.com/alice.png",
  role: "default",
  custom: { team: "blue", former: null },
  welcomeMessage: "Hi!",
};
export const whole: User = sdk.getUser(options);
sdk.getUser({ id: "bob", name: "Bob", email: null, phone: null, custom: null, role: null });

// case: data from elsewhere, where what is absent is absent
interface Account { id: string; displayName: string; mail?: string }
export const userOf = (account: Account): User => sdk.getUser({
  id: account.id,
  name: account.displayName,
  role: "default",
  ...(account.mail !== undefined && { email: account.mail }),
});

// case: a user is read, and is a ref
export const given = [alice.name, alice.email, alice.phone, alice.locale, alice.custom?.["team"]];
export const known: Promise<void> = alice.synchronize();
await alice.set({ custom: { team: "red" } });
alice.subscribeOnline((snapshot) => console.log(snapshot?.isConnected));
await ref.participant(bob).set({ access: "Read" });
export const asRef: UserRef = alice;

// case: a conversation with everything
const described: ConversationOptions = {
  id: oneOnOneId(alice, bob),
  subject: "Lunch",
  photoUrl: null,
  welcomeMessages: ["Welcome!"],
  custom: { order: "1234", former: null },
  participants: [alice, { user: bob, access: "Read", notify: "MentionsOnly" }],
};
export const lunch: Conversation = sdk.getConversation(described);
export const bare: Conversation = sdk.getConversation({ id: "lunch" });

// case: participants in any form that can be iterated
sdk.getConversation({ id: "a", participants: new Set([alice, bob]) });
sdk.getConversation({ id: "b", participants: new Map([["bob", bob]]).values() });
sdk.getConversation({ id: "c", participants: ["a", "b"].map((id) => sdk.getUserById(id)) });
const fixed: readonly Participant[] = [{ user: alice }, { user: bob, notify: false }];
sdk.getConversation({ id: "d", participants: fixed });
function* everyone(): Generator<User | Participant | string> {
  yield alice;
  yield { user: bob, access: "ReadWrite" };
  yield "carol";
}
sdk.getConversation({ id: "e", participants: everyone() });
sdk.getConversation({ id: "f", participants: ["alice", sdk.user("bob"), sdk.currentUser] });
const chosen: ParticipantOptions[] = [{ user: "bob", access: "Read" }, { user: sdk.user("carol") }];
sdk.getConversation({ id: "g", participants: chosen });

// case: a conversation is read, and is a ref
export const there: Promise<void> = lunch.synchronize();
export const sent: MessageRef = await lunch.send("Hello");
export const messages = lunch.subscribeMessages((list) => console.log(list?.length));
export const names = lunch.participants.map(({ user, access = "ReadWrite" }) => [user.id, access]);
export const subject: string | null = lunch.subject ?? null;
export const first: string | undefined = lunch.welcomeMessages?.[0];
export const asConversation: ConversationRef = lunch;

// case: a ref where a conversation may come, and the other way round
declare function ChatBox(props: { session: TalkSession; conversation: ConversationRef }): void;
ChatBox({ session: sdk, conversation: lunch });
ChatBox({ session: sdk, conversation: sdk.conversation("lunch") });
export const open = (which: Conversation | ConversationRef): Promise<MessageRef> =>
  which.send("participants" in which ? `To ${which.participants.length}` : "To all");

// case: the ID of a conversation of two
export const ids: string[] = [
  oneOnOneId("alice", "bob"),
  oneOnOneId(alice, "bob"),
  oneOnOneId("alice", bob),
  oneOnOneId(sdk.me, bob),
  sdk.oneOnOneId(alice, bob),
  oneOnOneId(sdk.currentUser, sdk.user("bob")),
];

// case: handlers of messages
const toast: Subscription = sdk.onMessage((event) => {
  const { conversation: where, sender, isByMe, body, timestamp, read } = event;
  if (isByMe || read) return;
  console.log(where.subject ?? where.id, sender?.name ?? "System", body, new Date(timestamp));
});
toast.unsubscribe();
export function preview(event: Message): string {
  if (event.type === "location") return `${event.location?.[0]} ${event.location?.[1]}`;
  const { attachment } = event;
  if (attachment === null) return event.body;
  const { width, height } = attachment.dimensions ?? { width: 0, height: 0 };
  return `${attachment.url} ${attachment.size} ${width} ${height}`;
}
export const block = (event: Message) => event.snapshot.content[0]?.type;
export const kinds = (event: Message): string[] => [event.origin, event.custom["kind"] ?? "none"];
sdk.onMessage(preview);

// case: handlers of what is unread
const badge: Subscription = sdk.onUnreadsChange((unreads) => {
  const sum = unreads.reduce((count, { unreadMessageCount }) => count + unreadMessageCount, 0);
  const [latest] = unreads;
  document.title = `${sum} ${latest?.conversation.subject} ${latest?.lastMessage?.plaintext}`;
});
badge.unsubscribe();
const former: Unreads = sdk.unreads;
former.onChange((unreads) => console.log(unreads.length)).unsubscribe();

// case: the same handler for both ways
const onUnreads = (unreads: readonly UnreadConversation[]): void => console.log(unreads.length);
new Session({ appId: "demo", onUnreadsChange: onUnreads }).onUnreadsChange(onUnreads);

// case: errors
const errors: ErrorSubscription = sdk.onError((error) => {
  if (isTalkError(error) && error.code === "auth-failed") location.reload();
});
export const taken: Promise<void> = errors.unsubscribe();
await errors.unsubscribe();
export const plain: Subscription = sdk.onError(() => {});
plain.unsubscribe();
export const codeOf = (error: TalkError): boolean => error.code === "session-ended";

// case: credentials
export const valid: boolean = await sdk.hasValidCredentials();

// case: push registrations
const registration: PushRegistration = { provider: "apns", pushRegistrationId: deviceToken };
await sdk.setPushRegistration(registration);
await sdk.setPushRegistration({ provider: "fcm", pushRegistrationId: deviceToken });
await sdk.unsetPushRegistration(registration);
await sdk.clearPushRegistrations();

// case: push registrations by a provider
declare function getToken(settings: { vapidKey: string }): Promise<string>;
const provider: PushTokenProvider = async () => {
  if ((await Notification.requestPermission()) !== "granted") return null;
  return { provider: "fcm", pushRegistrationId: await getToken({ vapidKey: "key" }) };
};
sdk.pushTokenProvider = provider;
await sdk.setPushRegistration();
await sdk.unsetPushRegistration();
export const asked: PushRegistration | null | undefined = await sdk.pushTokenProvider?.();
sdk.pushTokenProvider = undefined;

// case: the end
export const ended: Promise<void> = sdk.destroy();
await Promise.all([sdk.destroy(), sdk.destroy()]);

// case: a subclass
export class MySession extends Session {
  readonly #startedAt = Date.now();

  constructor(userId: string, options: Omit<SessionOptions, "appId"> = {}) {
    super({ appId: "demo", ...options });
    this.me = this.getUserById(userId);
    this.onNeedToken = () => this.setToken("jwt");
  }

  get age(): number {
    return Date.now() - this.#startedAt;
  }

  lunch(): Conversation {
    return this.getConversation({ id: "lunch", participants: [this.me] });
  }

  override onMessage(handler: (event: Message) => void): Subscription {
    return super.onMessage((event) => {
      if (!event.isByMe) handler(event);
    });
  }

  override async destroy(): Promise<void> {
    await this.clearPushRegistrations();
    await super.destroy();
  }
}
export const mine = new MySession("alice", { onError: console.error });
export const mineIsTalk: TalkSession = mine;
await mine.lunch().send(`${mine.age}`);

// case: an interface over a session
export interface Chat extends Session {
  readonly openedAt: number;
}
export const makeChat = (session: Session): Chat => Object.assign(session, { openedAt: 0 });
export type Make = (...args: ConstructorParameters<typeof Session>) => Session;
export const make: Make = (options) => new Session(options);

// case: a session from the CommonJS and the module world is the same
export const made: InstanceType<typeof import("talk-session").Session> = sdk;
