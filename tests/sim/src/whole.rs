//! What every snapshot must be like that a listener or a promise gets, whatever happened before: it
//! has all members that are documented, everything in it is a snapshot of the right kind, and lists
//! are in the documented order, with nothing in them twice.

use std::collections::BTreeSet;
use std::rc::Rc;

use talk_core::Call;

use crate::snapshot::{Object, Part, Snapshot};

/// What a snapshot is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    User,
    Online,
    Conversation,
    Message,
    /// A message as it is shown inside one that refers to it.
    Reference,
    Participant,
    Typing,
    Reaction,
}

/// By what a list is ordered; what is equal by that, by id.
type Order = fn(&Object) -> i64;

/// What a call gives: the kind, and the order if it is a list.
fn of(call: Call) -> Option<(Kind, Option<Order>)> {
    Some(match call {
        Call::UserGet | Call::UserSubscribe => (Kind::User, None),
        Call::OnlineSubscribe => (Kind::Online, None),
        Call::ConversationGet | Call::ConversationSubscribe => (Kind::Conversation, None),
        Call::MessageGet => (Kind::Message, None),
        Call::ParticipantGet | Call::ParticipantSubscribe => (Kind::Participant, None),
        Call::TypingSubscribe => (Kind::Typing, None),
        Call::MessagesSubscribe => (Kind::Message, Some(|own| -time(own, "createdAt"))),
        Call::ParticipantsSubscribe => (Kind::Participant, Some(|own| -time(own, "joinedAt"))),
        Call::ReactionsSubscribe => (Kind::Reaction, Some(|own| time(own, "createdAt"))),
        Call::ListSubscribe => (
            Kind::Conversation,
            Some(|own| match own.link("lastMessage") {
                Some(last) => -time(last, "createdAt"),
                None => -time(own, "joinedAt"),
            }),
        ),
        _ => return None,
    })
}

fn time(object: &Object, name: &str) -> i64 {
    match object.members.get(name) {
        Some(Part::Value(value)) => value.as_i64().unwrap_or(0),
        _ => 0,
    }
}

/// The members of a kind that are values of their own, and those that are other snapshots.
fn members(kind: Kind) -> (&'static [&'static str], &'static [(&'static str, Kind)]) {
    const USER: (&str, Kind) = ("user", Kind::User);
    const SENDER: (&str, Kind) = ("sender", Kind::User);
    match kind {
        Kind::User => {
            (&["id", "name", "custom", "locale", "photoUrl", "role", "welcomeMessage"], &[])
        }
        Kind::Online => (&["isConnected"], &[USER]),
        Kind::Conversation => (
            &[
                "id",
                "subject",
                "photoUrl",
                "welcomeMessages",
                "custom",
                "createdAt",
                "joinedAt",
                "lastMessageAt",
                "unreadMessageCount",
                "readUntil",
                "everyoneReadUntil",
                "isUnread",
                "access",
                "notify",
            ],
            &[("lastMessage", Kind::Message)],
        ),
        Kind::Message => (
            &["id", "type", "custom", "createdAt", "editedAt", "origin", "content", "reactions"],
            &[SENDER, ("referencedMessage", Kind::Reference)],
        ),
        Kind::Reference => (
            &[
                "id",
                "type",
                "custom",
                "createdAt",
                "editedAt",
                "origin",
                "content",
                "reactions",
                "referencedMessageId",
            ],
            &[SENDER],
        ),
        Kind::Participant => (&["access", "notify", "joinedAt"], &[USER]),
        Kind::Typing => (&["many"], &[]),
        Kind::Reaction => (&["createdAt"], &[USER]),
    }
}

/// What is wrong with a snapshot that a call gives, if anything is.
pub(crate) fn flaw(call: Call, snapshot: &Snapshot) -> Option<String> {
    let (kind, order) = of(call)?;
    match (snapshot, order) {
        (Snapshot::Null, _) => None,
        (Snapshot::Object(object), None) => flaw_in(kind, object),
        (Snapshot::List(list), Some(order)) => {
            list.iter().find_map(|object| flaw_in(kind, object)).or_else(|| disorder(list, order))
        }
        (Snapshot::Object(_), Some(_)) => Some("one snapshot instead of a list".to_owned()),
        (Snapshot::List(_), None) => Some("a list instead of one snapshot".to_owned()),
    }
}

fn disorder(list: &[Rc<Object>], order: Order) -> Option<String> {
    let mut ids = BTreeSet::new();
    if let Some(double) = list.iter().find(|object| !ids.insert(object.id())) {
        return Some(format!("{:?} twice", double.id()));
    }
    let key = |object: &Object| (order(object), object.id().to_owned());
    let wrong = list.windows(2).find(|pair| key(&pair[0]) > key(&pair[1]))?;
    Some(format!("{:?} before {:?}", wrong[0].to_value(), wrong[1].to_value()))
}

fn flaw_in(kind: Kind, object: &Object) -> Option<String> {
    if object.is_shown() {
        return None;
    }
    let (values, links) = members(kind);
    let mut names: BTreeSet<&str> = object.members.keys().map(String::as_str).collect();
    let is_value = |part: Option<&Part>| matches!(part, Some(Part::Value(_)));
    for name in values {
        names.remove(name);
        if !is_value(object.members.get(*name)) {
            return Some(format!("a {kind:?} without {name}: {}", object.to_value()));
        }
    }
    for (name, kind) in links {
        names.remove(name);
        let optional = *name != "user";
        match object.members.get(*name) {
            Some(Part::Object(inner)) => {
                if let Some(flaw) = flaw_in(*kind, inner) {
                    return Some(flaw);
                }
            }
            Some(Part::Value(value)) if optional && value.is_null() => {}
            other => return Some(format!("a snapshot with a {name} that is {other:?}")),
        }
    }
    if kind == Kind::Typing {
        let many = object.members.get("many").map(Part::to_value) == Some(true.into());
        let users = match object.members.get("users") {
            Some(Part::Objects(users)) if !many => &users[..],
            None if many => &[],
            other => return Some(format!("users who type, many or not, that are {other:?}")),
        };
        names.remove("users");
        let mut ids = BTreeSet::new();
        if !users.iter().all(|user| ids.insert(user.id())) {
            return Some(format!("somebody who types twice: {}", object.to_value()));
        }
        return users.iter().find_map(|user| flaw_in(Kind::User, user));
    }
    names.first().map(|name| format!("a {kind:?} with a member {name}"))
}
