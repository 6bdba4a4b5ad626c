// Code as applications write it: filtered lists, people, typing, presence, reactions, searches.

import type {
  CompoundFilter,
  ContentBlock,
  ConversationFilter,
  ConversationListSubscription,
  ConversationSearch,
  ConversationSearchState,
  ConversationSnapshot,
  CustomFilter,
  ManyTypingSnapshot,
  MessageFilter,
  MessageSearch,
  MessageSnapshot,
  NumberFilter,
  ParticipantSnapshot,
  ReactionRef,
  ReactionsRef,
  ReactionSnapshot,
  SearchMessageSnapshot,
  SimpleConversationFilter,
  SingleParticipantSubscription,
  SingleReactionSnapshot,
  StringFilter,
  TypingSnapshot,
  TypingSubscription,
  UserOnlineSnapshot,
} from "talk-session";

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
  return `${blocks.length}: ${translated?.plaintext ?? snapshot.plaintext}`;
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
