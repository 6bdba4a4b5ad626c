// The numbers of the calls. The core's list (crates/talk-core/src/calls.rs) is the same, which a
// test checks. A const enum leaves nothing but the numbers in the package.

export const enum Call {
  UserGet = 0,
  UserSet = 1,
  UserCreate = 2,
  UserSubscribe = 3,
  ConversationGet = 4,
  ConversationSet = 5,
  ConversationCreate = 6,
  ConversationSubscribe = 7,
  ConversationRead = 8,
  ConversationUnread = 9,
  ConversationSend = 10,
  MessagesSubscribe = 11,
  ParticipantGet = 12,
  ParticipantSet = 13,
  ParticipantEdit = 14,
  ParticipantCreate = 15,
  ParticipantDelete = 16,
  MessageGet = 17,
  MessageEdit = 18,
  MessageDelete = 19,
  ListSubscribe = 20,
  LoadMore = 21,
  Unsubscribe = 22,
  Upload = 23,
}
