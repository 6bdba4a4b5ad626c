// Code as applications write it: sessions, users, conversations, messages, files, errors.

import {
  getTalkSession,
  isTalkError,
  registerPolyfills,
  TalkError,
  type AudioBlock,
  type ContentBlock,
  type FileBlock,
  type FileToken,
  type MessageSnapshot,
  type Subscription,
  type TalkErrorCode,
  type TextNode,
  type UploadData,
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

// case: errors that are caught
export function advice(): string {
  if (caught instanceof TalkError) return caught.reasons.join(", ");
  if (!isTalkError(caught)) throw caught;
  const name: "TalkError" = caught.name;
  const code: TalkErrorCode = caught.code;
  return `${name} ${code} ${caught.stack ?? ""}`;
}
