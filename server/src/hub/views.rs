//! The shapes that go over the wire, and the difference between two of them.

use serde_json::{json, Map, Number, Value};

use super::paths::encode;
use super::state::{Conversation, File, Matter, Message, Participant, Reaction, Typing, User};

/// Up to this many people typing are named; above it they are "many".
const NAMED_TYPISTS: usize = 5;

pub(crate) fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "custom": user.custom,
        "locale": user.locale,
        "photoUrl": user.photo_url,
        "role": user.role,
        "welcomeMessage": user.welcome_message,
    })
}

/// A user with what no client is shown.
pub(crate) fn kept_user(kept: &User) -> Value {
    let mut all = user(kept);
    all["availabilityText"] = kept.availability_text.clone().into();
    all["email"] = kept.email.clone().into();
    all["phone"] = kept.phone.clone().into();
    all["pushTokens"] = kept.push_tokens.iter().cloned().collect();
    all
}

pub(crate) fn matter(matter: &Matter) -> Value {
    json!({
        "subject": matter.subject,
        "photoUrl": matter.photo_url,
        "welcomeMessages": matter.welcome_messages,
        "custom": matter.custom,
    })
}

/// The part of a conversation that differs from user to user and that `side.edited` is about.
/// `access` and `notify` are not in it: those travel in `participant.edited`. `everyone_read_until`
/// is the conversation's, which is found once for all of its sides.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Side {
    joined_at: u64,
    last_message_at: u64,
    unread: usize,
    is_unread: bool,
    read_until: u64,
    everyone_read_until: u64,
}

impl Side {
    pub(crate) fn of(
        conversation: &Conversation,
        participant: &Participant,
        everyone_read_until: u64,
    ) -> Self {
        Side {
            joined_at: participant.joined_at,
            last_message_at: conversation.last_message_at(participant.joined_at),
            unread: conversation.unread_count(participant.read_until),
            is_unread: conversation.is_unread(participant),
            read_until: participant.read_until,
            everyone_read_until,
        }
    }

    pub(crate) fn view(&self) -> Value {
        json!({
            "joinedAt": self.joined_at,
            "lastMessageAt": self.last_message_at,
            "unreadMessageCount": self.unread,
            "isUnread": self.is_unread,
            "readUntil": self.read_until,
            "everyoneReadUntil": self.everyone_read_until,
        })
    }
}

/// A conversation as one of its participants sees it.
pub(crate) fn conversation(
    id: &str,
    conversation: &Conversation,
    participant: &Participant,
) -> Value {
    let side = Side::of(conversation, participant, conversation.everyone_read_until());
    let mut all = own(id, conversation, participant, &side);
    if let (Value::Object(all), Value::Object(matter)) = (&mut all, matter(&conversation.matter)) {
        all.extend(matter);
    }
    all
}

/// What a participant sees of a conversation besides its [`matter`].
pub(crate) fn own(
    id: &str,
    conversation: &Conversation,
    participant: &Participant,
    side: &Side,
) -> Value {
    let mut own = side.view();
    own["id"] = id.into();
    own["createdAt"] = conversation.matter.created_at.into();
    own["access"] = participant.access.view();
    own["notify"] = participant.notify.view();
    own
}

pub(crate) fn participant(user: &str, participant: &Participant) -> Value {
    json!({
        "id": user,
        "access": participant.access.view(),
        "notify": participant.notify.view(),
        "joinedAt": participant.joined_at,
    })
}

/// For whom something is shown, and where the files it names can be had.
pub(crate) struct Viewer<'a> {
    pub(crate) user: &'a str,
    pub(crate) app: &'a str,
    pub(crate) base_url: &'a str,
    pub(crate) files: &'a std::collections::BTreeMap<String, File>,
}

pub(crate) fn message(conversation: &Conversation, message: &Message, to: &Viewer<'_>) -> Value {
    // A reply to a message that is gone is no reply any more: clients would look for it.
    let reply_to = message.reply_to.as_deref().filter(|id| conversation.message(id).is_some());
    let content: Vec<Value> = message.content.iter().map(|b| block(b, to)).collect();
    let reactions: Map<String, Value> = message
        .reactions
        .iter()
        .map(|(emoji, reaction)| (emoji.clone(), reaction_summary(reaction, to.user)))
        .collect();
    json!({
        "id": message.id,
        "type": "UserMessage",
        "senderId": message.sender,
        "custom": message.custom,
        "createdAt": message.created_at,
        "editedAt": message.edited_at,
        "referencedMessageId": reply_to,
        "origin": "rest",
        "content": content,
        "reactions": reactions,
    })
}

/// A stored block as a viewer receives it.
pub(crate) fn block(block: &Value, to: &Viewer<'_>) -> Value {
    let token = match block["fileToken"].as_str() {
        Some(token) if block["type"] == "file" => token,
        _ => return block.clone(),
    };
    let Some(file) = to.files.get(token) else { return block.clone() };
    let url = format!(
        "{}/files/{}/{}/{}",
        to.base_url,
        encode(to.app),
        encode(&file.id),
        encode(&file.filename)
    );
    let mut out = json!({
        "type": "file",
        "fileToken": file.id,
        "url": url,
        "size": file.size,
        "filename": file.filename,
    });
    if let Some(subtype) = &file.subtype {
        out["subtype"] = subtype.as_str().into();
    }
    for (name, number) in
        [("width", file.width), ("height", file.height), ("duration", file.duration)]
    {
        if let Some(number) = number.and_then(plain_number) {
            out[name] = number;
        }
    }
    out
}

/// A whole number without a fraction part: `640`, not `640.0`.
fn plain_number(number: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && (0.0..EXACT).contains(&number) {
        return Some((number as u64).into());
    }
    Number::from_f64(number).map(Value::Number)
}

fn reaction_summary(reaction: &Reaction, user: &str) -> Value {
    json!({
        "count": reaction.users.len(),
        "createdAt": reaction.created_at,
        "currentUserReacted": reaction.users.contains_key(user),
    })
}

/// Who types in a conversation, as `user` sees it: everybody else.
pub(crate) fn typing(typing: &std::collections::BTreeMap<String, Typing>, user: &str) -> Value {
    if typing.len() - usize::from(typing.contains_key(user)) > NAMED_TYPISTS {
        return json!({ "many": true, "usersTyping": null });
    }
    let others: Map<String, Value> = typing
        .iter()
        .filter(|(id, _)| id.as_str() != user)
        .map(|(id, typing)| (id.clone(), typing.since.into()))
        .collect();
    json!({ "many": false, "usersTyping": others })
}

/// The fields of `after` that differ from `before`, as a diff of PROTOCOL.md section 9: `custom`
/// and `reactions` patch key by key (null removes), all else replaces. `None` = nothing differs.
pub(crate) fn diff(before: &Value, after: &Value) -> Option<Value> {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return None };
    let mut changed = Map::new();
    for (key, new) in after {
        let old = before.get(key);
        if old == Some(new) {
            continue;
        }
        let patch = match (key.as_str(), old) {
            ("custom", Some(old)) => patch(old, new, false),
            ("reactions", Some(old)) => patch(old, new, true),
            _ => new.clone(),
        };
        changed.insert(key.clone(), patch);
    }
    (!changed.is_empty()).then_some(Value::Object(changed))
}

/// The difference of two objects by key; with `deep`, of the objects in them as well.
fn patch(before: &Value, after: &Value, deep: bool) -> Value {
    let (Value::Object(old), Value::Object(new)) = (before, after) else { return after.clone() };
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    let mut changed: Map<String, Value> = gone.map(|key| (key.clone(), Value::Null)).collect();
    for (key, value) in new {
        match old.get(key) {
            Some(same) if same == value => {}
            Some(other) if deep => {
                changed.insert(key.clone(), patch(other, value, false));
            }
            _ => {
                changed.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Object(changed)
}

/// The difference of two typing views: a change of `many` replaces, else the names patch.
pub(crate) fn typing_diff(before: &Value, after: &Value) -> Option<Value> {
    if before == after {
        None
    } else if before["many"] != after["many"] {
        Some(after.clone())
    } else {
        Some(json!({ "usersTyping": patch(&before["usersTyping"], &after["usersTyping"], false) }))
    }
}

#[cfg(test)]
#[path = "views_tests.rs"]
mod tests;
