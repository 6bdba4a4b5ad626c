// Code that mixes the package with the original, as while one moves from the one to the other.

import type * as original from "@talkjs/core";
import type {
  ConversationFilter,
  ConversationRef,
  ConversationSnapshot,
  FileToken,
  MessageSnapshot,
  TypingSnapshot,
} from "talk-session";

declare const received: MessageSnapshot;
declare const token: FileToken;
declare const filter: ConversationFilter;
declare const theirSession: original.TalkSession;
declare const theirToken: original.FileToken;
declare const theirUser: original.CreateUserParams;
declare const theirFilter: original.ConversationFilter;

// case: functions written for the original take our data
declare function showMessage(message: original.MessageSnapshot): void;
declare function showConversations(list: original.ConversationSnapshot[]): void;
declare function showTyping(typing: original.TypingSnapshot | null): void;
declare function showPeople(list: original.ParticipantSnapshot[] | null, all: boolean): void;
declare function showHits(list: original.SearchMessageSnapshot[], status: string): void;
declare function sendFile(token: original.FileToken): void;
declare function choose(filter: original.ConversationFilter): void;
showMessage(received);
session.subscribeConversations(showConversations);
conversation.subscribeTyping(showTyping);
conversation.subscribeParticipants(showPeople);
session.searchMessages(showHits);
sendFile(token);
choose(filter);

// case: components written for the original take our handles
declare function ChatBox(props: {
  session: original.TalkSession;
  conversation: original.ConversationRef;
  messages: original.MessageSubscription;
  search: original.MessageSearch;
  likes: original.ReactionsRef;
}): void;
ChatBox({
  session,
  conversation,
  messages: conversation.subscribeMessages(),
  search: session.searchMessages(),
  likes: message.reactions("👍"),
});

// case: functions written for the package take the original's data and handles
declare function show(list: ConversationSnapshot[], loadedAll: boolean): void;
declare function typingLine(typing: TypingSnapshot | null): string;
declare function openChat(conversation: ConversationRef): void;
theirSession.subscribeConversations({ filter }, show);
theirSession.conversation("chat").subscribeTyping(typingLine);
openChat(theirSession.conversation("chat"));

// case: parameters typed with the original's types
await conversation.send({ content: [{ type: "file", fileToken: theirToken }] });
await session.currentUser.createIfNotExists(theirUser);
session.subscribeConversations({ filter: theirFilter }, show);
await session.searchMessages().setQuery("parcel", { conversation: theirFilter });
