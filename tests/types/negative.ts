// What must not compile. An expectation that is not met is an error itself.

import {
  getTalkSession,
  isTalkError,
  registerPolyfills,
  TalkError,
  type ContentBlock,
  type FileToken,
  type MessageSnapshot,
  type MessageSubscription,
  type TalkErrorCode,
  type TextBlock,
  type TextNode,
  type UserSnapshot,
} from "talk-session";

declare const error: TalkError;
declare const unknownError: unknown;
declare const user: UserSnapshot;
declare const snapshot: MessageSnapshot;
declare const subscription: MessageSubscription;
declare const block: ContentBlock;
declare const node: TextNode;
declare const token: FileToken;
declare const textBlock: TextBlock;

// case: a session needs a user ID
// @ts-expect-error
getTalkSession({ appId: "app" });

// case: a session needs an app ID
// @ts-expect-error
getTalkSession({ userId: "alice" });

// case: a session needs options
// @ts-expect-error
getTalkSession();

// case: IDs are strings
// @ts-expect-error
getTalkSession({ appId: "app", userId: 7 });

// case: unknown options are found
// @ts-expect-error
getTalkSession({ appId: "app", userId: "alice", apiUrl: "https://example.com" });

// case: the host is a string
// @ts-expect-error
getTalkSession({ appId: "app", userId: "alice", host: 4420 });

// case: addresses have known names
// @ts-expect-error
getTalkSession({ appId: "app", userId: "alice", apiUrls: { websocket: "wss://example.com" } });

// case: a token fetcher gives a string
// @ts-expect-error
getTalkSession({ appId: "app", userId: "alice", tokenFetcher: async () => 7 });

// case: an option cannot be undefined on purpose
// @ts-expect-error
getTalkSession({ appId: "app", userId: "alice", host: undefined });

// case: the WebSocket class is needed
// @ts-expect-error
registerPolyfills({});

// case: users go by ID
// @ts-expect-error
session.user(7);

// case: conversations go by ID
// @ts-expect-error
session.conversation(null);

// case: a message cannot be found by another ref
// @ts-expect-error
conversation.message(conversation);

// case: a participant is not a conversation
// @ts-expect-error
conversation.participant(conversation);

// case: the session's user cannot be replaced
// @ts-expect-error
session.currentUser = session.user("bob");

// case: the session's app cannot be replaced
// @ts-expect-error
session.appId = "other";

// case: a ref's ID cannot be replaced
// @ts-expect-error
conversation.id = "other";

// case: setToken takes a string
// @ts-expect-error
session.setToken({ token: "jwt" });

// case: onNeedToken is a function
// @ts-expect-error
session.onNeedToken = "jwt";

// case: onError needs a handler
// @ts-expect-error
session.onError();

// case: a listener gets what is watched
// @ts-expect-error
session.subscribeConversations((list: string) => list);

// case: a snapshot cannot be changed
// @ts-expect-error
user.name = "Mallory";

// case: a user that is read may be missing
// @ts-expect-error
export const name1 = (await session.user("bob").get()).name;

// case: a conversation that is read may be missing
// @ts-expect-error
export const subject1 = (await conversation.get()).subject;

// case: a message may have no sender
// @ts-expect-error
export const name2 = snapshot.sender.name;

// case: messages may be null
// @ts-expect-error
conversation.subscribeMessages((list) => list.length);

// case: a user needs a name
// @ts-expect-error
session.user("bob").createIfNotExists({});

// case: a new user's fields cannot be null
// @ts-expect-error
session.user("bob").createIfNotExists({ name: "Bob", locale: null });

// case: custom data is text
// @ts-expect-error
session.user("bob").set({ custom: { age: 42 } });

// case: push tokens are switched on by true
// @ts-expect-error
session.user("bob").set({ pushTokens: { "fcm:abc": "yes" } });

// case: a mistyped field is found
// @ts-expect-error
conversation.set({ title: "Holidays" });

// case: access is one of two
// @ts-expect-error
conversation.set({ access: "Write" });

// case: notify is one of three
// @ts-expect-error
conversation.participant("bob").set({ notify: "mentions" });

// case: a new participant's settings cannot be null
// @ts-expect-error
conversation.participant("bob").createIfNotExists({ access: null });

// case: a message needs something in it
// @ts-expect-error
conversation.send({});

// case: text is a string
// @ts-expect-error
conversation.send({ text: 7 });

// case: content is not empty
// @ts-expect-error
conversation.send({ content: [] });

// case: content is one block
// @ts-expect-error
conversation.send({ content: [textBlock, textBlock] });

// case: a file is sent by its token
// @ts-expect-error
conversation.send({ content: [{ type: "file", fileToken: "abc" }] });

// case: a block has a known type
// @ts-expect-error
conversation.send({ content: [{ type: "sticker", fileToken: token }] });

// case: a reply names a message
// @ts-expect-error
conversation.send({ text: "Yes", referencedMessage: conversation });

// case: new custom data cannot be null
// @ts-expect-error
conversation.send({ text: "Yes", custom: { kind: null } });

// case: sending gives a promise
// @ts-expect-error
export const id1: string = conversation.send("Hello").id;

// case: a file token cannot be made up
// @ts-expect-error
export const token1: FileToken = "abc";

// case: a file needs a name
// @ts-expect-error
session.uploadFile(file, {});

// case: a file needs metadata
// @ts-expect-error
session.uploadFile(file);

// case: an upload is not a string
// @ts-expect-error
session.uploadFile("content", { filename: "a.txt" });

// case: a picture has no length
// @ts-expect-error
session.uploadImage(file, { filename: "a.png", duration: 3 });

// case: a voice message has no width
// @ts-expect-error
session.uploadVoice(file, { filename: "a.ogg", width: 3 });

// case: width is a number
// @ts-expect-error
session.uploadVideo(file, { filename: "a.mp4", width: "3" });

// case: a state is looked at before its data
// @ts-expect-error
export const list1 = subscription.state.latestSnapshot;

// case: states have known types
// @ts-expect-error
export const state1 = subscription.state.type === "connected";

// case: a window grows by a number
// @ts-expect-error
subscription.loadMore("10");

// case: blocks are told apart by type
// @ts-expect-error
export const filename1 = block.filename;

// case: nodes are told apart by type
// @ts-expect-error
export const children1 = node.children;

// case: errors are not made by applications
// @ts-expect-error
new TalkError();

// case: an error cannot be changed
// @ts-expect-error
error.code = "network";

// case: an error's reasons cannot be changed
// @ts-expect-error
error.reasons.push("because");

// case: error codes are known
// @ts-expect-error
export const code1 = error.code === "timeout";

// case: not every text is an error code
// @ts-expect-error
export const code2: TalkErrorCode = "timeout";

// case: a caught value is looked at before its code
// @ts-expect-error
export const code3 = unknownError.code;

// case: a status may be missing
// @ts-expect-error
export const status1: number = error.status;

// case: the guard takes one value
// @ts-expect-error
isTalkError();
