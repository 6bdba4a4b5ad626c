//! How news of a resource is read: the fields of each kind, and what a value of a wrong type does.
//!
//! Written from PROTOCOL.md, sections 8 to 10, and not from the core's code. See [`crate::model`]
//! for the rules in words.

use serde_json::{json, Map, Value};

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A text.
    Text,
    /// A text or null.
    TextOrNull,
    /// A number.
    Number,
    /// A number or null.
    NumberOrNull,
    /// True or false.
    Flag,
    /// Texts by key. In a diff null removes a key, and null for all of it clears.
    Custom,
    /// Several texts. Null clears.
    Texts,
    /// Content blocks, whatever they are.
    Blocks,
    /// True, false or a text.
    Notify,
}

/// The fields of a kind of resource.
pub type Fields = &'static [(&'static str, Type)];

/// A user.
pub const USER: Fields = &[
    ("id", Type::Text),
    ("name", Type::Text),
    ("custom", Type::Custom),
    ("locale", Type::TextOrNull),
    ("photoUrl", Type::TextOrNull),
    ("role", Type::Text),
    ("welcomeMessage", Type::TextOrNull),
];

/// A message, besides its reactions.
pub const MESSAGE: Fields = &[
    ("id", Type::Text),
    ("type", Type::Text),
    ("senderId", Type::TextOrNull),
    ("custom", Type::Custom),
    ("createdAt", Type::Number),
    ("editedAt", Type::NumberOrNull),
    ("referencedMessageId", Type::TextOrNull),
    ("origin", Type::Text),
    ("content", Type::Blocks),
];

/// My side of a conversation, besides what is mine as a participant.
pub const SIDE: Fields = &[
    ("id", Type::Text),
    ("subject", Type::TextOrNull),
    ("photoUrl", Type::TextOrNull),
    ("welcomeMessages", Type::Texts),
    ("custom", Type::Custom),
    ("createdAt", Type::Number),
    ("joinedAt", Type::Number),
    ("lastMessageAt", Type::Number),
    ("unreadMessageCount", Type::Number),
    ("readUntil", Type::Number),
    ("everyoneReadUntil", Type::Number),
    ("isUnread", Type::Flag),
];

/// A participant, whose user is shown besides.
pub const PARTICIPANT: Fields =
    &[("access", Type::Text), ("notify", Type::Notify), ("joinedAt", Type::Number)];

impl Type {
    /// What a field shows that was never said, or never as it should be.
    pub fn default(self) -> Value {
        match self {
            Type::Text => json!(""),
            Type::TextOrNull | Type::NumberOrNull => Value::Null,
            Type::Number => json!(0),
            Type::Flag => json!(false),
            Type::Custom => json!({}),
            Type::Texts | Type::Blocks => json!([]),
            Type::Notify => json!(true),
        }
    }

    /// Whether a value is of this type.
    pub fn accepts(self, value: &Value) -> bool {
        match self {
            Type::Text => value.is_string(),
            Type::TextOrNull => value.is_string() || value.is_null(),
            Type::Number => value.is_number(),
            Type::NumberOrNull => value.is_number() || value.is_null(),
            Type::Flag => value.is_boolean(),
            Type::Custom => value.is_object(),
            Type::Texts | Type::Blocks => value.is_array(),
            Type::Notify => value.is_boolean() || value.is_string(),
        }
    }
}

/// What is known after news: a whole state, or (`patch`) a diff. A field that is not mentioned, or
/// has a value of a wrong type, stays as it was.
pub fn apply(
    fields: Fields,
    old: &Map<String, Value>,
    news: &Value,
    patch: bool,
) -> Map<String, Value> {
    let mut new = Map::new();
    for (name, kind) in fields {
        let was = old.get(*name).cloned().unwrap_or_else(|| kind.default());
        let now = match (kind, news.get(*name)) {
            (Type::Custom | Type::Texts, Some(Value::Null)) => kind.default(),
            (Type::Custom, Some(Value::Object(diff))) if patch => {
                let mut all = was.as_object().cloned().unwrap_or_default();
                for (key, value) in diff {
                    match value {
                        Value::Null => all.remove(key),
                        _ => all.insert(key.clone(), value.clone()),
                    };
                }
                all.into()
            }
            (kind, Some(value)) if kind.accepts(value) => value.clone(),
            _ => was,
        };
        new.insert((*name).to_owned(), now);
    }
    new
}

/// A message's summary of reactions, by emoji, after news of it. As with other fields, what is of a
/// wrong type stays as it was; but an emoji with a value that is no object goes, as with null.
pub fn apply_reactions(old: &Value, news: &Value, patch: bool) -> Value {
    let mut all = match (patch, news) {
        (_, Value::Null) | (false, Value::Object(_)) => Map::new(),
        _ => old.as_object().cloned().unwrap_or_default(),
    };
    for (emoji, fields) in news.as_object().into_iter().flatten() {
        if !fields.is_object() {
            // Nothing of it is left, should it come back.
            all.remove(emoji);
            continue;
        }
        let none = json!({ "count": 0, "createdAt": 0, "currentUserReacted": false });
        let own = all.entry(emoji.clone()).or_insert(none);
        for name in ["count", "createdAt", "currentUserReacted"] {
            let value = &fields[name];
            let fits =
                if name == "currentUserReacted" { value.is_boolean() } else { value.is_number() };
            if fits {
                own[name] = value.clone();
            }
        }
    }
    all.into()
}
