// What must not compile: filters that are none.

import type {
  CompoundFilter,
  ConversationFilter,
  MessageFilter,
  SimpleConversationFilter,
  StringFilter,
} from "talk-session";

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
