// Code as applications write it, and code that mixes the package with the original.

import type * as original from "@talkjs/core";
import {
  getTalkSession,
  isTalkError,
  registerPolyfills,
  TalkError,
  type AudioBlock,
  type CompoundFilter,
  type ContentBlock,
  type ConversationFilter,
  type ConversationListSubscription,
  type ConversationSearch,
  type ConversationSearchState,
  type ConversationSnapshot,
  type CustomFilter,
  type FileBlock,
  type FileToken,
  type ManyTypingSnapshot,
  type MessageFilter,
  type MessageSearch,
  type MessageSnapshot,
  type NumberFilter,
  type ParticipantSnapshot,
  type ReactionRef,
  type ReactionsRef,
  type ReactionSnapshot,
  type SearchMessageSnapshot,
  type SimpleConversationFilter,
  type SingleParticipantSubscription,
  type SingleReactionSnapshot,
  type StringFilter,
  type Subscription,
  type TalkErrorCode,
  type TextNode,
  type TypingSnapshot,
  type TypingSubscription,
  type UploadData,
  type UserOnlineSnapshot,
  type UserRef,
} from "talk-session";

declare const caught: unknown;
declare const received: MessageSnapshot;
declare const bytes: Uint8Array;
declare const buffer: ArrayBuffer;

// case: all options
export const local = getTalkSession({
  appId: "app",
  userId: "alice",
  token: "jwt",
  tokenFetcher: () => Promise.resolve("jwt"),
  host: "localhost:4420",
  apiUrls: {
    realtimeWsApiUrl: "ws://localhost:4420/public_api/v1",
    internalHttpApiUrl: "http://localhost:4420/api/v0",
    restApiHttpUrl: "http://localhost:4420/public_api/v1",
  },
  signature: "abc",
  forceCreateNew: true,
  clientBuild: "my-app",
});

// case: some of the addresses
getTalkSession({ appId: "app", userId: "a", apiUrls: { restApiHttpUrl: "http://localhost:1" } });

// case: a token fetcher that needs no promise
getTalkSession({ appId: "app", userId: "alice", tokenFetcher: () => "jwt" });

// case: polyfills
registerPolyfills({ WebSocket: class {} });

// case: logging in
session.setToken("jwt");
session.onNeedToken = () => session.setToken("jwt");
session.onNeedToken = async () => session.setToken(await (await fetch("/token")).text());

// case: errors of the session
export const watch: Subscription = session.onError((error) => {
  const message: string = error.message;
  if (isTalkError(error)) console.log(message, error.code, error.status ?? 0, error.reasons[0]);
});
watch.unsubscribe();

// case: the current user is a user
export const me: UserRef = session.currentUser;

// case: users
await session.user("bob").createIfNotExists({
  name: "Bob",
  custom: { team: "blue" },
  locale: "nl-NL",
  photoUrl: "https://example.com/bob.png",
  role: "default",
  email: ["bob@example.com"],
  phone: "+31600000000",
  pushTokens: { "fcm:abc": true },
});
await session.user("bob").set({ custom: { team: null }, email: null, locale: null });
await session.user("bob").set({ pushTokens: { "fcm:abc": null, "apns:def": true } });
export const bobsName: string | undefined = (await session.user("bob").get())?.name;

// case: watching a user
const users = session.user("bob").subscribe((bob) => console.log(bob?.photoUrl));
export const connectedUser = (await users.connected).latestSnapshot?.name;

// case: conversations
await conversation.createIfNotExists();
await conversation.createIfNotExists({ subject: "A", access: "Read", notify: "MentionsOnly" });
await conversation.set({ subject: null, welcomeMessages: ["Hi"], custom: null, notify: false });
await conversation.markAsRead();
await conversation.markAsUnread();

// case: participants
await conversation.participant("bob").set({ access: "Read" });
await conversation.participant(session.user("bob")).edit({ notify: null });
await conversation.participant("bob").createIfNotExists();
await conversation.participant("bob").delete();
export const joinedAt: number | undefined = (await conversation.participant("bob").get())?.joinedAt;

// case: sending
const sent = await conversation.send("Hello");
await conversation.send({ text: "Hello", custom: { a: "b" }, referencedMessage: sent });
await conversation.send({ text: "Hello", referencedMessage: sent.id });
await conversation.send({ content: [{ type: "text", children: ["Hello"] }] });
await conversation.send({
  content: [{ type: "text", children: [{ type: "bold", children: ["Hello"] }, " Bob"] }],
});
await conversation.send({ content: [{ type: "location", latitude: 51.4, longitude: 5.5 }] });

// case: changing a message
await sent.edit("Hello!");
await sent.edit({ text: "Hello!", custom: { a: null } });
await sent.edit({ content: [{ type: "text", children: ["Hello!"] }] });
await sent.delete();
export const again: MessageSnapshot | null = await conversation.message(sent.id).get();

// case: uploading and sending files
export const uploads: FileToken[] = [
  await session.uploadFile(file, { filename: file.name }),
  await session.uploadImage(new Blob([]), { filename: "a.png", width: 3, height: 4 }),
  await session.uploadVideo(bytes, { filename: "a.mp4", width: 3, height: 4, duration: 1.5 }),
  await session.uploadAudio(buffer, { filename: "a.mp3", duration: 1.5 }),
  await session.uploadVoice(bytes.buffer as ArrayBuffer, { filename: "a.ogg" }),
];
export const source: UploadData = file;
await conversation.send({ content: [{ type: "file", fileToken: uploads[0]! }] });

// case: passing a received block on
await conversation.send({ content: [received.content[0]!] });

// case: telling blocks and nodes apart
export function label(block: ContentBlock): string {
  if (block.type === "text") return block.children.map(plain).join("");
  if (block.type === "location") return `${block.latitude} ${block.longitude}`;
  if (block.subtype === "video") return `${block.width ?? 0} ${block.duration ?? 0}`;
  if (block.subtype === "audio") return describeAudio(block);
  return block.filename;
}
function describeAudio(block: AudioBlock): string {
  return `${block.url} ${block.duration ?? 0}`;
}
function plain(node: TextNode): string {
  if (typeof node === "string") return node;
  if (node.type === "mention") return `@${node.text}`;
  return "text" in node ? node.text : node.children.map(plain).join("");
}
export const isFile = (block: ContentBlock): block is FileBlock => block.type === "file";

// case: windows and states
const messages = conversation.subscribeMessages((list, loadedAll) => {
  console.log(list?.[0]?.reactions[0]?.emoji, loadedAll);
});
await messages.loadMore();
await messages.loadMore(100);
if (messages.state.type === "active") console.log(messages.state.latestSnapshot?.length);
if (messages.state.type === "error") console.log(messages.state.error.message);
export const end: "unsubscribed" | "error" = (await messages.terminated).type;
messages.unsubscribe();

// case: listeners are optional
export const lists = [
  session.subscribeConversations().state,
  conversation.subscribe().state,
  conversation.subscribeMessages().state,
  conversation.subscribeParticipants().state,
  conversation.subscribeTyping().state,
  conversation.participant("bob").subscribe().state,
  message.reactions("👍").subscribe().state,
  session.subscribeConversations({}).state,
  session.currentUser.subscribe().state,
  session.currentUser.subscribeOnline().state,
];

// case: any subscription can be kept until the end
const open: { unsubscribe(): void; readonly terminated: Promise<{ type: string }> }[] = [
  session.subscribeConversations(),
  conversation.subscribe(),
  conversation.subscribeMessages(),
  conversation.subscribeParticipants(),
  conversation.subscribeTyping(),
  conversation.participant("bob").subscribe(),
  message.reactions("👍").subscribe(),
  session.user("bob").subscribe(),
  session.user("bob").subscribeOnline(),
];
for (const one of open) one.unsubscribe();

// case: a list that can be filtered
const filters: Record<string, ConversationFilter> = {
  all: {},
  unread: { isUnread: true },
  writable: { access: ["==", "ReadWrite"], hasMessages: true },
  named: { subject: ["!oneOf", [null, "New conversation"]] },
  untitled: { subject: ["==", null] },
  recent: { lastActivityAt: [">", Date.now() - 86_400_000] },
  older: { createdAt: ["!between", [0, 1]], joinedAt: ["between", [0, Date.now()]] },
  support: { custom: { topic: ["oneOf", ["billing", "refunds"]], closed: "!exists" } },
  either: ["any", [{ hasMessages: true }, { custom: { pinned: "exists" } }]],
};
function renderList(list: ConversationSnapshot[], loadedAll: boolean): void {
  for (const { id, subject, isUnread } of list) console.log(id, subject ?? "…", isUnread);
  if (!loadedAll) console.log("more");
}
let shown: ConversationListSubscription = session.subscribeConversations(renderList);
export function choose(name: string): void {
  const filter = filters[name];
  if (filter === undefined) return;
  shown.unsubscribe();
  shown = session.subscribeConversations({ filter }, renderList);
}

// case: filters are put together piece by piece
export function restricted(topics: string[], since: number | null): SimpleConversationFilter {
  const topic: StringFilter = topics.length === 1 ? ["==", topics[0]!] : ["oneOf", topics];
  const custom: CustomFilter = { topic, archived: "!exists" };
  const access: StringFilter<"Read" | "ReadWrite"> = ["!=", "Read"];
  const span: NumberFilter | undefined = since === null ? undefined : [">=", since];
  return { custom, access, ...(span && { lastActivityAt: span }) };
}
export const anyOf = (all: SimpleConversationFilter[]): CompoundFilter<SimpleConversationFilter> =>
  ["any", all];

// case: filters that nothing takes yet
export const texts: MessageFilter = {
  type: ["==", "UserMessage"],
  sender: ["!=", "bob"],
  origin: ["oneOf", ["rest", "web"]],
  createdAt: ["<", Date.now()],
  custom: { kind: "exists" },
};
export const pair: MessageFilter = ["any", [{ sender: ["==", "bob"] }, {}]];

// case: the people in a conversation
const people = conversation.subscribeParticipants((list, loadedAll) => {
  if (list === null) return console.log("You have left.");
  const names = list.map(({ user, access }) => user.name + (access === "Read" ? " (reads)" : ""));
  console.log(names.join(", "), loadedAll ? "" : "and others");
});
const { latestSnapshot, loadedAll } = await people.connected;
if (!loadedAll) await people.loadMore(50);
export const muted: ParticipantSnapshot[] | undefined =
  latestSnapshot?.filter(({ notify }) => notify === false);

// case: one of them
const guest: SingleParticipantSubscription = conversation.participant("bob").subscribe((bob) => {
  if (bob !== null) console.log(bob.user.name, bob.access, new Date(bob.joinedAt));
});
export const guestIsIn = async (): Promise<boolean> =>
  (await guest.connected).latestSnapshot !== null;

// case: who is typing
export function typingLine(typing: TypingSnapshot): string {
  if (typing.many) return "Several people are typing";
  const [first, second, ...others] = typing.users.map(({ name }) => name);
  if (first === undefined) return "";
  if (second === undefined) return `${first} is typing`;
  return `${first}, ${second}${others.length > 0 ? " and others" : ""} are typing`;
}
const typing: TypingSubscription = conversation.subscribeTyping((snapshot) => {
  document.title = snapshot === null ? "" : typingLine(snapshot);
});
export const isCrowd = (snapshot: TypingSnapshot): snapshot is ManyTypingSnapshot => snapshot.many;
if (typing.state.type === "active" && typing.state.latestSnapshot !== null) {
  console.log(typingLine(typing.state.latestSnapshot));
}
await conversation.markAsTyping();

// case: who is online
const dots = new Map<string, boolean>();
export const presence = ["bob", "carol"].map((id) =>
  session.user(id).subscribeOnline((snapshot: UserOnlineSnapshot | null) => {
    if (snapshot === null) dots.delete(id);
    else dots.set(snapshot.user.id, snapshot.isConnected);
  }),
);
export const bobIsHere = (await session.user("bob").subscribeOnline().connected).latestSnapshot
  ?.isConnected;

// case: reacting
export async function toggle(snapshot: MessageSnapshot, emoji: string): Promise<void> {
  const reactions: ReactionsRef = conversation.message(snapshot.id).reactions(emoji);
  const mine = snapshot.reactions.find((one) => one.emoji === emoji)?.currentUserReacted;
  await (mine ? reactions.remove() : reactions.add());
}
const thumbs = message.reactions("👍");
export const where: string = `${thumbs.conversationId} ${thumbs.messageId} ${thumbs.emoji}`;

// case: who reacted
export const firstNames: string[] =
  (await thumbs.getFirstReactions())?.map(({ user }) => user.name) ?? [];
const whoReacted = thumbs.subscribe((list, complete) => {
  const line = ({ user, createdAt }: SingleReactionSnapshot): string =>
    `${user.name}, ${new Date(createdAt).toISOString()}`;
  console.log(list?.map(line).join("\n"), complete);
});
await whoReacted.loadMore();
await whoReacted.loadMore(100);

// case: translating
export async function inLanguageOfReader(snapshot: MessageSnapshot): Promise<string> {
  const translated = await conversation.message(snapshot.id).translate(navigator.language);
  const blocks: ContentBlock[] = translated?.content ?? snapshot.content;
  return translated?.plaintext ?? blocks.map(label).join("\n");
}

// case: searching while the user types
const found: MessageSearch = session.searchMessages((results, status) => {
  for (const { conversation: place, message: hit } of results) {
    console.log(place.subject, hit.sender?.name, hit.plaintext);
  }
  if (status === "canLoadMore") console.log("more");
  else console.log(status === "searching" ? "searching …" : "that is all");
});
export async function onQuery(query: string, filter?: ConversationFilter): Promise<number> {
  const page = await found.setQuery(query, filter && { conversation: filter });
  return page.results.length;
}
export async function atMost(count: number): Promise<SearchMessageSnapshot[]> {
  let { results, loadedAll: complete } = await found.setQuery("parcel");
  while (!complete && results.length < count) {
    ({ results, loadedAll: complete } = await found.loadMore(count - results.length));
  }
  return results;
}

// case: searching for conversations
const rooms: ConversationSearch = session.searchConversations((results, status) => {
  console.log(status, results.map(({ id }) => id));
});
export const page: ConversationSearchState = await rooms.setQuery("holidays", {
  conversation: ["any", [{ isUnread: true }, { lastActivityAt: [">", 0] }]],
});
export const rest: ConversationSnapshot[] = (await rooms.loadMore()).results;

// case: former names
export const reaction: ReactionSnapshot = { emoji: "👍", count: 1, currentUserReacted: true };
export const former: ReactionRef = message.reaction("👍");
await former.add();

// case: errors that are caught
export function advice(): string {
  if (caught instanceof TalkError) return caught.reasons.join(", ");
  if (!isTalkError(caught)) throw caught;
  const name: "TalkError" = caught.name;
  const code: TalkErrorCode = caught.code;
  return `${name} ${code} ${caught.stack ?? ""}`;
}

// case: functions written for the original take our data
declare function showMessage(message: original.MessageSnapshot): void;
declare function showConversations(list: original.ConversationSnapshot[]): void;
declare function sendFile(token: original.FileToken): void;
declare function showTyping(typing: original.TypingSnapshot | null): void;
declare function showPeople(list: original.ParticipantSnapshot[] | null, all: boolean): void;
declare function showHits(list: original.SearchMessageSnapshot[], status: string): void;
showMessage(received);
session.subscribeConversations(showConversations);
sendFile(uploads[0]!);
conversation.subscribeTyping(showTyping);
conversation.subscribeParticipants(showPeople);
session.searchMessages(showHits);

// case: components written for the original take our handles
declare function ChatBox(props: {
  session: original.TalkSession;
  conversation: original.ConversationRef;
  search: original.MessageSearch;
  likes: original.ReactionsRef;
}): void;
ChatBox({ session, conversation, search: found, likes: thumbs });

// case: functions written for the package take the original's data
declare const theirSession: original.TalkSession;
declare const theirToken: original.FileToken;
declare function show(list: ConversationSnapshot[], loadedAll: boolean): void;
theirSession.subscribeConversations(show);
await conversation.send({ content: [{ type: "file", fileToken: theirToken }] });

// case: parameters typed with the original's types
declare const theirUser: original.CreateUserParams;
declare const theirMessage: original.SendMessageParams;
declare const theirFilter: original.ConversationFilter;
await session.currentUser.createIfNotExists(theirUser);
export const theirCustom: Record<string, string> | undefined = theirMessage.custom;
session.subscribeConversations({ filter: theirFilter }, renderList);
await found.setQuery("parcel", { conversation: theirFilter });
