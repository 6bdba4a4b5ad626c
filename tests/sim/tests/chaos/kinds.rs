//! What there is to subscribe to.

use serde_json::{json, Value};
use talk_sim::Call;

/// What a subscription shows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The conversations that a filter lets through.
    List(&'static str),
    Messages(String),
    Conversation(String),
    User(String),
    Online(String),
    Members(String),
    Participant(String, String),
    Typing(String),
    /// Who reacted to a message of a conversation with an emoji.
    Reactions(String, String, usize),
}

impl Kind {
    /// How many items it shows at first, and the most that it can be asked for at once, if it is a
    /// list.
    pub(crate) fn page_sizes(&self) -> Option<(usize, u64)> {
        match self {
            Kind::List(_) => Some((20, 30)),
            Kind::Messages(_) => Some((30, 100)),
            Kind::Members(_) => Some((10, 50)),
            Kind::Reactions(..) => Some((30, 100)),
            _ => None,
        }
    }

    /// The call that subscribes to it, and its arguments.
    pub(crate) fn call(&self) -> (Call, Value) {
        match self {
            Kind::List(filter) => (Call::ListSubscribe, json!([filter])),
            Kind::Messages(id) => (Call::MessagesSubscribe, json!([id])),
            Kind::Conversation(id) => (Call::ConversationSubscribe, json!([id])),
            Kind::User(id) => (Call::UserSubscribe, json!([id])),
            Kind::Online(id) => (Call::OnlineSubscribe, json!([id])),
            Kind::Members(id) => (Call::ParticipantsSubscribe, json!([id])),
            Kind::Participant(id, user) => (Call::ParticipantSubscribe, json!([id, user])),
            Kind::Typing(id) => (Call::TypingSubscribe, json!([id])),
            Kind::Reactions(id, message, emoji) => {
                (Call::ReactionsSubscribe, json!([id, message, EMOJI[*emoji].0]))
            }
        }
    }

    /// The conversation that it is of.
    pub(crate) fn conversation(&self) -> &str {
        match self {
            Kind::Messages(id)
            | Kind::Conversation(id)
            | Kind::Members(id)
            | Kind::Participant(id, _)
            | Kind::Typing(id)
            | Kind::Reactions(id, ..) => id,
            Kind::List(_) | Kind::User(_) | Kind::Online(_) => "",
        }
    }
}

/// Filters in the form that the package's front gives them; the first one lets everything through.
pub(crate) const FILTERS: [&str; 12] = [
    "{}",
    r#"{"isUnread":true}"#,
    r#"{"isUnread":false}"#,
    r#"{"hasMessages":true}"#,
    r#"{"hasMessages":false}"#,
    r#"{"subject":["==",null]}"#,
    r#"{"subject":["!oneOf",["n1","n2",null]]}"#,
    r#"{"custom":{"mood":"exists"}}"#,
    r#"{"custom":{"mood":"!exists"},"isUnread":true}"#,
    r#"{"access":["==","Read"]}"#,
    r#"{"lastActivityAt":[">",1800000020000]}"#,
    r#"["any",[{"access":["==","Read"]},{"custom":{"mood":"exists"},"hasMessages":true}]]"#,
];

/// Emoji, and how they are written in a path.
pub(crate) const EMOJI: [(&str, &str); 2] =
    [("\u{1F44D}", "%F0%9F%91%8D"), ("\u{2764}", "%E2%9D%A4")];
