//! What a socket can subscribe to.

use super::paths::Route;

/// One subscription. The path it came from is its name, so equal paths are one subscription.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Feed {
    User(String),
    Online(String),
    Conversations,
    Conversation(String),
    Messages(String),
    Participants(String),
    Participant(String, String),
    Typing(String),
    Reactions(String, String, String),
}

impl Feed {
    /// The feed behind a path; `None` when that path has no events.
    pub(crate) fn of(route: &Route) -> Option<Feed> {
        Some(match route.clone() {
            Route::User(u) => Feed::User(u),
            Route::Online(u) => Feed::Online(u),
            Route::MyConversations => Feed::Conversations,
            Route::MyConversation(c) => Feed::Conversation(c),
            Route::MyMessages(c) => Feed::Messages(c),
            Route::MyParticipants(c) => Feed::Participants(c),
            Route::MyParticipant(c, u) => Feed::Participant(c, u),
            Route::MyTyping(c) => Feed::Typing(c),
            Route::MyReactions(c, m, e) => Feed::Reactions(c, m, e),
            _ => return None,
        })
    }

    /// Whether this feed lives or dies with the caller's part in `conversation`.
    pub(crate) fn is_about(&self, conversation: &str) -> bool {
        match self {
            Feed::User(_) | Feed::Online(_) => false,
            Feed::Conversations => true,
            Feed::Conversation(c)
            | Feed::Messages(c)
            | Feed::Participants(c)
            | Feed::Participant(c, _)
            | Feed::Typing(c)
            | Feed::Reactions(c, _, _) => c == conversation,
        }
    }
}
