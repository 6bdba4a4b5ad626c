// What must not compile: what is watched besides conversations and messages, and searches.

import type {
  ConversationSearch,
  MessageSearch,
  ParticipantSnapshot,
  ReactionsRef,
  ReactionsSubscription,
  SingleReactionSnapshot,
  TypingSnapshot,
  TypingSubscription,
  UserOnlineSnapshot,
} from "talk-session";

declare const participant: ParticipantSnapshot;
declare const typing: TypingSnapshot;
declare const typingWatch: TypingSubscription;
declare const online: UserOnlineSnapshot;
declare const reactions: ReactionsRef;
declare const reaction: SingleReactionSnapshot;
declare const reactionsWatch: ReactionsSubscription;
declare const messageSearch: MessageSearch;
declare const conversationSearch: ConversationSearch;

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
