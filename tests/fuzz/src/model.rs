//! What the service has said, and what a client shows of it: the reference model.
//!
//! All of it is maps; every snapshot is worked out anew from them whenever it is asked for. Nothing
//! here knows of windows, of loading or of what changed. The rules, from PROTOCOL.md (sections 5,
//! 8 to 10 and 12), COMPATIBILITY.md and ARCHITECTURE.md:
//!
//! *Ignored as a whole*, without any change:
//! - a text that is no array, or does not begin as a frame does (of a PUBLISH that is broken further
//!   on, the events before that count; an answer that is broken further on is an error); an answer to a
//!   question that was not asked, or a second one;
//! - a PUBLISH whose number is not above the last one of this login (it is acknowledged);
//! - an event that is no object, of a type that is unknown or no text, without an id that its type
//!   needs (or with one that is no text, is empty, or has half a character in it), or without the
//!   `state` or `diff` that its type needs (or with one that is no object);
//! - a `message.created` without a sender (a text or null), a content (an array) or a time (a
//!   number); one about a message that is known; an event about a message, a participant or a
//!   conversation that is not known and whose type does not make it so;
//! - an item of a page that is no object or has no id; the second one of the same item.
//!
//! *Partly applied*: in any other state or diff each field is read by itself. One that is missing or
//! of a wrong type keeps its old value, which at the beginning is the default of its type; so does
//! the count of a reaction, its time, and whether it is mine. A member that nobody knows is passed
//! over. Of a doubled member the last one counts. Texts, numbers and content pass through as they
//! are, half characters and depth included.
//!
//! *Shown*: a sender whose id has half a character in it is none; any other sender, participant or
//! typing user who does not exist is a user with that id, no name and the role `default`. A message that does not exist is no `referencedMessage`; inside another
//! one a message shows only the id of what it refers to. Reactions with a count of 0 are not shown.
//! Who is not in a conversation sees null for it and for all lists in it. Lists are in order, by
//! time and then by id, and complete up to where they end.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{json, Map, Value};

use crate::rules::{apply, apply_reactions, Fields, MESSAGE, PARTICIPANT, SIDE, USER};
use crate::wire::HALF;

/// The user of the session.
pub const ME: &str = "me";

/// The fields of a resource by name.
pub type State = Map<String, Value>;

/// A conversation, whether I am in it or not.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    /// Whether I am a participant.
    pub joined: bool,
    /// My side of it, as it is or would be.
    pub side: State,
    /// All participants but for me when I am not in it.
    pub participants: BTreeMap<String, State>,
    /// All messages; `reactions` holds the summary by emoji.
    pub messages: BTreeMap<String, State>,
    /// Who is typing since when; `None`: too many to tell.
    pub typing: Option<BTreeMap<String, Value>>,
    /// Who reacted to a message with an emoji, and when.
    pub reactions: BTreeMap<(String, String), BTreeMap<String, Value>>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Those who exist.
    pub users: BTreeMap<String, State>,
    /// Who is connected.
    pub online: BTreeSet<String>,
    /// By id.
    pub conversations: BTreeMap<String, Conversation>,
    /// Messages that were at some time asked for or spoken of and did not exist. A reference to one
    /// of them that came into being later may stay lost.
    pub missed: BTreeSet<(String, String)>,
}

/// What somebody follows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A user.
    User(String),
    /// Whether a user is connected.
    Online(String),
    /// The conversations that a filter lets through.
    List(usize),
    /// My side of a conversation.
    Side(String),
    /// The messages of a conversation.
    Messages(String),
    /// Its participants.
    Members(String),
    /// One of them.
    Participant(String, String),
    /// Who is typing in it.
    Typing(String),
    /// Who reacted to a message with an emoji.
    Reactions(String, String, String),
}

/// The filters of the lists, in canonical form.
pub const FILTERS: &[&str] = &["{}", "{\"isUnread\":true}", "{\"access\":[\"==\",\"Read\"]}"];

/// A number that orders.
fn time(state: &State, name: &str) -> f64 {
    state.get(name).and_then(Value::as_f64).unwrap_or(0.0)
}

/// Latest first, then by id.
pub fn latest_first(items: &mut [(f64, String, Value)]) {
    items.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
}

impl Conversation {
    /// Its messages, the latest first.
    pub fn history(&self) -> Vec<(f64, String)> {
        let mut all: Vec<(f64, String)> =
            self.messages.iter().map(|(id, m)| (time(m, "createdAt"), id.clone())).collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        all
    }

    /// The time of its last message, or else when I joined.
    pub fn activity(&self) -> Value {
        let last = self.history().into_iter().next();
        let last = last.and_then(|(_, id)| self.messages[&id].get("createdAt").cloned());
        last.or_else(|| self.side.get("joinedAt").cloned()).unwrap_or(json!(0))
    }

    /// My side of it as the service tells it.
    pub fn side_state(&self) -> State {
        let mut state = self.side.clone();
        state.insert("lastMessageAt".into(), self.activity());
        let mine = self.participants.get(ME);
        for name in ["access", "notify"] {
            if let Some(value) = mine.and_then(|mine| mine.get(name)) {
                state.insert(name.into(), value.clone());
            }
        }
        state
    }
}

impl Model {
    /// News of a user.
    pub fn user_news(&mut self, id: &str, news: &Value, patch: bool) {
        let known = self.users.get(id).cloned();
        if patch && known.is_none() {
            return;
        }
        let old = known.unwrap_or_else(|| nameless(id));
        self.users.insert(id.to_owned(), apply(USER, &old, news, patch));
    }

    /// News of my side of a conversation; a whole state makes me a part of it.
    pub fn side_news(&mut self, id: &str, news: &Value, patch: bool) {
        let own = self.conversations.entry(id.to_owned()).or_default();
        own.side = apply(SIDE, &own.side, news, patch);
        own.joined |= !patch;
    }

    /// News of a participant.
    pub fn participant_news(&mut self, id: &str, user: &str, news: &Value, patch: bool) {
        let own = self.conversations.entry(id.to_owned()).or_default();
        let old = own.participants.get(user).cloned();
        if patch && old.is_none() {
            return;
        }
        let new = apply(PARTICIPANT, &old.unwrap_or_default(), news, patch);
        own.participants.insert(user.to_owned(), new);
    }

    /// News of a message.
    pub fn message_news(&mut self, id: &str, message: &str, news: &Value, patch: bool) {
        let own = self.conversations.entry(id.to_owned()).or_default();
        let old = own.messages.get(message).cloned();
        if patch == old.is_none() {
            return;
        }
        let old = old.unwrap_or_default();
        let mut new = apply(MESSAGE, &old, news, patch);
        let none = json!({});
        let before = old.get("reactions").unwrap_or(&none);
        let reactions = match news.get("reactions") {
            Some(news) => apply_reactions(before, news, patch),
            None => before.clone(),
        };
        new.insert("reactions".into(), reactions);
        own.messages.insert(message.to_owned(), new);
    }

    // What is shown.

    /// A user as a snapshot, also one who does not exist.
    pub fn user(&self, id: &str) -> Value {
        self.users.get(id).cloned().unwrap_or_else(|| nameless(id)).into()
    }

    fn joined(&self, id: &str) -> Option<&Conversation> {
        self.conversations.get(id).filter(|own| own.joined)
    }

    /// What a subscription shows: all of it, for a list without an end.
    pub fn expected(&self, target: &Target) -> Value {
        match target {
            Target::User(id) => match self.users.contains_key(id) {
                true => self.user(id),
                false => Value::Null,
            },
            Target::Online(id) => match self.users.contains_key(id) {
                true => json!({ "user": self.user(id), "isConnected": self.online.contains(id) }),
                false => Value::Null,
            },
            Target::List(filter) => self.list(*filter).into_iter().map(|(.., item)| item).collect(),
            Target::Side(id) => self.joined(id).map_or(Value::Null, |own| self.side(own)),
            Target::Messages(id) => self.joined(id).map_or(Value::Null, |own| {
                own.history().iter().map(|(_, id)| self.message(own, id)).collect()
            }),
            Target::Members(id) => self.joined(id).map_or(Value::Null, |own| {
                let items = own.participants.iter();
                let mut all: Vec<_> = items
                    .map(|(user, state)| {
                        (time(state, "joinedAt"), user.clone(), self.participant(user, state))
                    })
                    .collect();
                latest_first(&mut all);
                all.into_iter().map(|(.., item)| item).collect()
            }),
            Target::Participant(id, user) => {
                let state = self.joined(id).and_then(|own| own.participants.get(user));
                state.map_or(Value::Null, |state| self.participant(user, state))
            }
            Target::Typing(id) => self.joined(id).map_or(Value::Null, |own| match &own.typing {
                None => json!({ "many": true }),
                Some(users) => {
                    let users: Vec<Value> = users.keys().map(|id| self.user(id)).collect();
                    json!({ "many": false, "users": users })
                }
            }),
            Target::Reactions(id, message, emoji) => {
                let own = self.joined(id).filter(|own| own.messages.contains_key(message));
                own.map_or(Value::Null, |own| {
                    let key = (message.clone(), emoji.clone());
                    let mut all: Vec<_> = own.reactions.get(&key).into_iter().flatten().collect();
                    let at = |at: &Value| at.as_f64().unwrap_or(0.0);
                    all.sort_by(|a, b| at(a.1).total_cmp(&at(b.1)).then_with(|| a.0.cmp(b.0)));
                    let show = |(user, at): (&String, &Value)| {
                        json!({ "user": self.user(user), "createdAt": at })
                    };
                    all.into_iter().map(show).collect()
                })
            }
        }
    }

    fn participant(&self, user: &str, state: &State) -> Value {
        let mut shown = Value::from(state.clone());
        shown["user"] = self.user(user);
        shown
    }

    fn side(&self, own: &Conversation) -> Value {
        let mut shown = Value::from(own.side_state());
        let last = own.history().into_iter().next();
        shown["lastMessage"] = last.map_or(Value::Null, |(_, id)| self.message(own, &id));
        shown
    }

    /// The conversations that a filter lets through, in order.
    pub fn list(&self, filter: usize) -> Vec<(f64, String, Value)> {
        let mut all = Vec::new();
        for (id, own) in self.conversations.iter().filter(|(_, own)| own.joined) {
            let state = own.side_state();
            let fits = match filter {
                0 => true,
                1 => state["isUnread"] == true,
                _ => state["access"] == "Read",
            };
            if fits {
                all.push((time(&state, "lastMessageAt"), id.clone(), self.side(own)));
            }
        }
        latest_first(&mut all);
        all
    }

    /// A message with what it refers to.
    pub fn message(&self, own: &Conversation, id: &str) -> Value {
        let Some(state) = own.messages.get(id) else { return Value::Null };
        let mut shown = self.bare(state);
        let other = state["referencedMessageId"].as_str().and_then(|id| own.messages.get(id));
        shown["referencedMessage"] = other.map_or(Value::Null, |other| {
            let mut inner = self.bare(other);
            inner["referencedMessageId"] = other["referencedMessageId"].clone();
            inner
        });
        shown
    }

    fn bare(&self, state: &State) -> Value {
        let mut shown = state.clone();
        shown.remove("referencedMessageId");
        let sender = shown.remove("senderId").unwrap_or_default();
        let sender = sender.as_str().filter(|id| !id.contains(HALF));
        shown.insert("sender".into(), sender.map_or(Value::Null, |id| self.user(id)));
        let mut all: Vec<(&String, &Value)> =
            state["reactions"].as_object().into_iter().flatten().collect();
        all.retain(|(_, own)| own["count"].as_f64().unwrap_or(0.0) >= 1.0);
        let at = |own: &Value| own["createdAt"].as_f64().unwrap_or(0.0);
        all.sort_by(|a, b| at(a.1).total_cmp(&at(b.1)).then_with(|| a.0.cmp(b.0)));
        let show = |(emoji, own): (&String, &Value)| {
            json!({
                "emoji": emoji,
                "count": own["count"],
                "currentUserReacted": own["currentUserReacted"],
            })
        };
        shown.insert("reactions".into(), all.into_iter().map(show).collect());
        shown.into()
    }
}

/// A user of whom no more is known than the id.
pub fn nameless(id: &str) -> State {
    apply(USER, &Map::new(), &json!({ "id": id, "role": "default" }), false)
}

/// The fields that tell of the kind of resource that a path is about, for who writes its states.
pub fn fields_of(kind: &str) -> Fields {
    match kind {
        "user" => USER,
        "message" => MESSAGE,
        "participant" => PARTICIPANT,
        _ => SIDE,
    }
}
