//! What a socket can subscribe to.

use std::collections::BTreeSet;

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
}

/// Whether any of these lives or dies with the owner's part in `conversation`. There may be very
/// many: they are looked up, not looked through.
pub(crate) fn any_about(feeds: &BTreeSet<Feed>, conversation: &str) -> bool {
    let id = || conversation.to_owned();
    let exact = [
        Feed::Conversations,
        Feed::Conversation(id()),
        Feed::Messages(id()),
        Feed::Participants(id()),
        Feed::Typing(id()),
    ];
    let none = String::new;
    let is_next = |least: Feed, fits: fn(&Feed, &str) -> bool| {
        feeds.range(least..).next().is_some_and(|feed| fits(feed, conversation))
    };
    exact.iter().any(|feed| feeds.contains(feed))
        || is_next(
            Feed::Participant(id(), none()),
            |feed, conversation| matches!(feed, Feed::Participant(c, _) if c == conversation),
        )
        || is_next(
            Feed::Reactions(id(), none(), none()),
            |feed, conversation| matches!(feed, Feed::Reactions(c, _, _) if c == conversation),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_about_a_conversation_is_found_among_many() {
        let [c, u] = ["c", "u"].map(String::from);
        for mine in [
            Feed::Conversations,
            Feed::Conversation(c.clone()),
            Feed::Messages(c.clone()),
            Feed::Participants(c.clone()),
            Feed::Participant(c.clone(), u.clone()),
            Feed::Typing(c.clone()),
            Feed::Reactions(c.clone(), u.clone(), u.clone()),
        ] {
            let mut feeds: BTreeSet<Feed> = ["b", "c2", "d"]
                .into_iter()
                .map(String::from)
                .flat_map(|other| {
                    [
                        Feed::User(c.clone()),
                        Feed::Online(c.clone()),
                        Feed::Conversation(other.clone()),
                        Feed::Messages(other.clone()),
                        Feed::Participants(other.clone()),
                        Feed::Participant(other.clone(), c.clone()),
                        Feed::Typing(other.clone()),
                        Feed::Reactions(other, c.clone(), c.clone()),
                    ]
                })
                .collect();
            assert!(!any_about(&feeds, "c"));
            feeds.insert(mine.clone());
            assert!(any_about(&feeds, "c"), "{mine:?}");
        }
    }
}
