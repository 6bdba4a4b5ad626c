// What must not compile. An expectation that is not met is an error itself.

import {
  getTalkSession,
  isTalkError,
  registerPolyfills,
  TalkError,
  type CompoundFilter,
  type ContentBlock,
  type ConversationFilter,
  type ConversationSearch,
  type FileToken,
  type MessageFilter,
  type MessageSearch,
  type MessageSnapshot,
  type MessageSubscription,
  type ParticipantSnapshot,
  type ReactionsRef,
  type ReactionsSubscription,
  type SimpleConversationFilter,
  type SingleReactionSnapshot,
  type StringFilter,
  type TalkErrorCode,
  type TextBlock,
  type TextNode,
  type TypingSnapshot,
  type TypingSubscription,
  type UserOnlineSnapshot,
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
declare const participant: ParticipantSnapshot;
declare const typing: TypingSnapshot;
declare const typingWatch: TypingSubscription;
declare const online: UserOnlineSnapshot;
declare const reactions: ReactionsRef;
declare const reaction: SingleReactionSnapshot;
declare const reactionsWatch: ReactionsSubscription;
declare const messageSearch: MessageSearch;
declare const conversationSearch: ConversationSearch;

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

// case: typing is looked at before its users
// @ts-expect-error
export const users1 = typing.users;

// case: many are not told by name
// @ts-expect-error
export const users2 = typing.many ? typing.users : [];

// case: few are told by name
// @ts-expect-error
if (!typing.many) typing.users = [];

// case: a typing snapshot may be null
// @ts-expect-error
conversation.subscribeTyping((snapshot) => snapshot.many);

// case: the state of typing is looked at before its data
// @ts-expect-error
export const many1 = typingWatch.state.latestSnapshot;

// case: typing does not come in pages
// @ts-expect-error
typingWatch.loadMore();

// case: typing cannot be taken back
// @ts-expect-error
conversation.markAsTyping(false);

// case: presence may be null
// @ts-expect-error
session.user("bob").subscribeOnline((snapshot) => snapshot.isConnected);

// case: presence cannot be changed
// @ts-expect-error
online.isConnected = true;

// case: presence has the user inside
// @ts-expect-error
export const name3 = online.name;

// case: participants may be null
// @ts-expect-error
conversation.subscribeParticipants((list) => list.length);

// case: a participant cannot be changed
// @ts-expect-error
participant.access = "Read";

// case: a participant may be missing
// @ts-expect-error
conversation.participant("bob").subscribe((bob) => bob.user);

// case: one participant does not come in pages
// @ts-expect-error
conversation.participant("bob").subscribe().loadMore();

// case: reactions need an emoji
// @ts-expect-error
message.reactions();

// case: reactions are not counted by their list
// @ts-expect-error
reactions.subscribe((list) => list.length);

// case: the first reactions may be null
// @ts-expect-error
export const count1 = (await reactions.getFirstReactions()).length;

// case: a reaction is always one's own
// @ts-expect-error
reactions.add("bob");

// case: a ref's emoji cannot be replaced
// @ts-expect-error
reactions.emoji = "👎";

// case: a reaction cannot be changed
// @ts-expect-error
reaction.createdAt = 0;

// case: a reaction in a list has no emoji
// @ts-expect-error
export const emoji1 = reaction.emoji;

// case: more reactions go by a number
// @ts-expect-error
reactionsWatch.loadMore("all");

// case: a translation needs a language
// @ts-expect-error
message.translate();

// case: a translation may be missing
// @ts-expect-error
export const plaintext1 = (await message.translate("fr")).plaintext;

// case: a search needs a query
// @ts-expect-error
messageSearch.setQuery();

// case: a filter of a search stands under its name
// @ts-expect-error
messageSearch.setQuery("parcel", { isUnread: true });

// case: messages are not filtered yet
// @ts-expect-error
messageSearch.setQuery("parcel", { message: { sender: ["==", "bob"] } });

// case: a search is not a subscription
// @ts-expect-error
messageSearch.unsubscribe();

// case: what a search finds is a message with its conversation
// @ts-expect-error
export const plaintext2 = (await messageSearch.loadMore()).results[0]?.plaintext;

// case: what a search for conversations finds is conversations
// @ts-expect-error
export const message1 = (await conversationSearch.loadMore()).results[0]?.message;

// case: the status of a search is one of three
// @ts-expect-error
session.searchMessages((results, status) => status === "done");

// case: the status of a search for conversations is one of three
// @ts-expect-error
session.searchConversations((results, status) => status === "done");

// case: what is private stays out of the types
// @ts-expect-error
session._authProvider;

// case: a filter stands under its name
// @ts-expect-error
session.subscribeConversations({ isUnread: true }, () => {});

// case: the options come first
// @ts-expect-error
session.subscribeConversations(() => {}, { filter: { isUnread: true } });

// case: a filter is not a text
// @ts-expect-error
export const filter1: ConversationFilter = "isUnread";

// case: a filter of messages is none of conversations
// @ts-expect-error
export const filter2: ConversationFilter = { sender: ["==", "bob"] };

// case: a filter of conversations is none of messages
// @ts-expect-error
export const filter3: MessageFilter = { isUnread: true };

// case: a mistyped condition is found
// @ts-expect-error
export const filter4: ConversationFilter = { unread: true };

// case: conditions have an operator
// @ts-expect-error
export const filter5: ConversationFilter = { subject: "Holidays" };

// case: a flag has no operator
// @ts-expect-error
export const filter6: ConversationFilter = { isUnread: ["==", true] };

// case: texts are not ordered
// @ts-expect-error
export const filter7: ConversationFilter = { subject: [">", "Holidays"] };

// case: operators are spelled as they are
// @ts-expect-error
export const filter8: ConversationFilter = { subject: ["===", "Holidays"] };

// case: one of takes a list
// @ts-expect-error
export const filter9: ConversationFilter = { subject: ["oneOf", "Holidays"] };

// case: a comparison takes one value
// @ts-expect-error
export const filter10: ConversationFilter = { subject: ["==", ["Holidays"]] };

// case: access has two values
// @ts-expect-error
export const filter11: ConversationFilter = { access: ["==", "Write"] };

// case: access is never null
// @ts-expect-error
export const filter12: ConversationFilter = { access: ["==", null] };

// case: times are numbers
// @ts-expect-error
export const filter13: ConversationFilter = { createdAt: [">", new Date()] };

// case: times are not compared for equality
// @ts-expect-error
export const filter14: ConversationFilter = { createdAt: ["==", 0] };

// case: a span has two ends
// @ts-expect-error
export const filter15: ConversationFilter = { joinedAt: ["between", [0]] };

// case: a span is a pair
// @ts-expect-error
export const filter16: ConversationFilter = { joinedAt: ["between", 0, 1] };

// case: custom conditions go by key
// @ts-expect-error
export const filter17: ConversationFilter = { custom: ["==", "shoes"] };

// case: custom conditions are about texts
// @ts-expect-error
export const filter18: ConversationFilter = { custom: { size: [">", 40] } };

// case: custom values are not null
// @ts-expect-error
export const filter19: ConversationFilter = { custom: { topic: ["==", null] } };

// case: what exists is spelled in full
// @ts-expect-error
export const filter20: ConversationFilter = { custom: { topic: "missing" } };

// case: only custom values exist or not
// @ts-expect-error
export const filter21: ConversationFilter = { subject: "exists" };

// case: several filters are any of them
// @ts-expect-error
export const filter22: ConversationFilter = ["all", [{ isUnread: true }]];

// case: several filters are in a list
// @ts-expect-error
export const filter23: ConversationFilter = ["any", { isUnread: true }];

// case: compound filters are not nested
// @ts-expect-error
export const filter24: ConversationFilter = ["any", [["any", [{ isUnread: true }]]]];

// case: an absent condition is left out
// @ts-expect-error
export const filter25: SimpleConversationFilter = { isUnread: undefined };

// case: a string filter is about its own values
// @ts-expect-error
export const filter26: StringFilter<"a" | "b"> = ["oneOf", ["a", "c"]];

// case: a compound filter is about something
// @ts-expect-error
export const filter27: CompoundFilter = ["any", []];

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
