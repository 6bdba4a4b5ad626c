//! The fields of each resource, in the order of its snapshots.

use crate::record::{Field, Fields, Kind};

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

/// A user. All fields are shown.
pub(crate) static USER: Fields = &[
    field("id", Kind::Text),
    field("name", Kind::Text),
    field("custom", Kind::TextMap),
    field("locale", Kind::TextOrNull),
    field("photoUrl", Kind::TextOrNull),
    field("role", Kind::Text),
    field("welcomeMessage", Kind::TextOrNull),
];

/// A message; snapshots show only the first [`MESSAGE_VISIBLE`] fields as they are.
pub(crate) static MESSAGE: Fields = &[
    field("id", Kind::Text),
    field("type", Kind::Text),
    field("custom", Kind::TextMap),
    field("createdAt", Kind::Number),
    field("editedAt", Kind::NumberOrNull),
    field("origin", Kind::Text),
    field("content", Kind::Blocks),
    field("senderId", Kind::TextOrNull),
    field("referencedMessageId", Kind::TextOrNull),
    field("reactions", Kind::Reactions),
];
pub(crate) const MESSAGE_VISIBLE: usize = 7;
pub(crate) const MESSAGE_CREATED_AT: usize = 3;
pub(crate) const MESSAGE_CONTENT: usize = 6;
pub(crate) const MESSAGE_SENDER: usize = 7;
pub(crate) const MESSAGE_REFERENCE: usize = 8;
pub(crate) const MESSAGE_REACTIONS: usize = 9;

/// How often a message was reacted to with an emoji, whether by me, and since when.
pub(crate) static EMOJI: Fields = &[
    field("count", Kind::Number),
    field("currentUserReacted", Kind::Flag),
    field("createdAt", Kind::Number),
];
pub(crate) const EMOJI_VISIBLE: usize = 2;
pub(crate) const EMOJI_COUNT: usize = 0;
pub(crate) const EMOJI_CREATED_AT: usize = 2;

/// My side of a conversation. All fields are shown, and the last message.
pub(crate) static CONVERSATION: Fields = &[
    field("id", Kind::Text),
    field("subject", Kind::TextOrNull),
    field("photoUrl", Kind::TextOrNull),
    field("welcomeMessages", Kind::TextList),
    field("custom", Kind::TextMap),
    field("createdAt", Kind::Number),
    field("joinedAt", Kind::Number),
    field("lastMessageAt", Kind::Number),
    field("unreadMessageCount", Kind::Number),
    field("readUntil", Kind::Number),
    field("everyoneReadUntil", Kind::Number),
    field("isUnread", Kind::Flag),
    field("access", Kind::Text),
    field("notify", Kind::Notify),
];
pub(crate) const CONVERSATION_JOINED_AT: usize = 6;
pub(crate) const CONVERSATION_LAST_MESSAGE_AT: usize = 7;

/// A participant; the id is that of the user, who is shown instead.
pub(crate) static PARTICIPANT: Fields =
    &[field("access", Kind::Text), field("notify", Kind::Notify), field("joinedAt", Kind::Number)];
pub(crate) const PARTICIPANT_JOINED_AT: usize = 2;
/// How many of a participant's fields, the first ones, my side of the conversation shows too.
pub(crate) const PARTICIPANT_SETTINGS: usize = 2;

/// Whether a user, who is shown besides, is connected.
pub(crate) static ONLINE: Fields = &[field("isConnected", Kind::Flag)];

/// Who is typing, by id; shown are the users themselves instead, if they are few.
pub(crate) static TYPING: Fields = &[field("many", Kind::Flag), field("users", Kind::Blocks)];

/// A reaction of a user, who is shown besides.
pub(crate) static REACTION: Fields = &[field("createdAt", Kind::Number)];
