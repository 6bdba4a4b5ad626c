//! Reactions: an emoji of a user on a message.

use serde_json::{json, Value};

use super::app::{App, Audience, Caller, Cx};
use super::errors::{quote, ApiError};
use super::feeds::Feed;
use super::frames::Event;
use super::messages::may_write;
use super::pages::Page;
use super::params::Params;
use super::state::Reaction;

/// How many different emoji a message may carry.
const MOST_EMOJI: usize = 50;
/// The longest name of an own emoji, colons included, and the longest Unicode one, in characters.
const LONGEST_EMOJI: usize = 52;

/// Whose reaction with what, as the path says.
pub(crate) struct Target<'a> {
    pub(crate) conversation: &'a str,
    pub(crate) message: &'a str,
    pub(crate) emoji: &'a str,
    pub(crate) user: &'a str,
}

impl App {
    /// `PUT …/reactions/{emoji}/{me}`.
    pub(crate) fn react(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        target: &Target<'_>,
    ) -> Result<Value, ApiError> {
        self.change_reaction(cx, caller, target, true)
    }

    /// `DELETE …/reactions/{emoji}/{me}`.
    pub(crate) fn unreact(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        target: &Target<'_>,
    ) -> Result<Value, ApiError> {
        self.change_reaction(cx, caller, target, false)
    }

    fn change_reaction(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        target: &Target<'_>,
        add: bool,
    ) -> Result<Value, ApiError> {
        let &Target { conversation: id, message: message_id, emoji, user } = target;
        let (conversation, me) = self.my_part(&caller.user, id)?;
        let message = conversation.message(message_id);
        let old = message.ok_or_else(|| ApiError::no_message(message_id))?.clone();
        if user != caller.user {
            let reason = "A user adds and removes only their own reactions.";
            return Err(ApiError::new(403, "UNAUTHORIZED_TO_EDIT", reason));
        }
        may_write(me, "UNAUTHORIZED_TO_REACT")?;
        check_emoji(emoji)?;
        let mut new = old.clone();
        let at = if add {
            if !new.reactions.contains_key(emoji) && new.reactions.len() >= MOST_EMOJI {
                let reason = format!("A message takes at most {MOST_EMOJI} different emoji.");
                return Err(ApiError::new(400, "TOO_MANY_REACTIONS", reason));
            }
            let fresh = || Reaction { created_at: cx.now, users: Default::default() };
            let reaction = new.reactions.entry(emoji.to_owned()).or_insert_with(fresh);
            *reaction.users.entry(user.to_owned()).or_insert(cx.now)
        } else {
            let reaction = new.reactions.get_mut(emoji);
            let Some(at) = reaction.and_then(|reaction| reaction.users.remove(user)) else {
                let reason = format!("You have not reacted with {}.", quote(emoji));
                return Err(ApiError::new(404, "REACTION_NOT_FOUND", reason));
            };
            new.reactions.retain(|_, reaction| !reaction.users.is_empty());
            at
        };
        if new == old {
            return Ok(json!({}));
        }
        self.replace_message(cx, id, &old, new);
        let event = json!({
            "type": if add { "reaction.added" } else { "reaction.removed" },
            "conversationId": id,
            "messageId": message_id,
            "emoji": emoji,
            "userId": user,
            "createdAt": at,
        });
        let event = Event::from(event);
        let feed = Feed::Reactions(id.to_owned(), message_id.to_owned(), emoji.to_owned());
        let audience = Audience::Of(feed);
        let Some(conversation) = self.conversations.get(id) else { return Ok(json!({})) };
        for (participant, _) in self.hearers(id, conversation) {
            self.tell(cx.out, participant, &audience, |_| Some(event.clone()));
        }
        Ok(json!({}))
    }

    /// `GET /me/conversations/{id}/messages/{mid}/reactions/{emoji}`: oldest first.
    pub(crate) fn list_reactions(
        &self,
        caller: &Caller,
        (id, message_id, emoji): (&str, &str, &str),
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let (conversation, _) = self.my_part(&caller.user, id)?;
        let message = conversation.message(message_id);
        let message = message.ok_or_else(|| ApiError::no_message(message_id))?;
        check_emoji(emoji)?;
        let page = Page::read(params, 30, 100)?;
        let users = message.reactions.get(emoji).map(|reaction| &reaction.users);
        let mut rows: Vec<(u64, String)> =
            users.into_iter().flatten().map(|(user, at)| (*at, user.clone())).collect();
        rows.sort();
        Ok(page.cut(
            rows,
            Clone::clone,
            |at| at,
            Clone::clone,
            |(at, user)| json!({ "userId": user, "createdAt": at }),
        ))
    }
}

/// One Unicode emoji, or `:name:` for an app's own.
fn check_emoji(emoji: &str) -> Result<(), ApiError> {
    let length = emoji.chars().count();
    let own = length > 2 && emoji.starts_with(':') && emoji.ends_with(':');
    // Some emoji have an ASCII character in them (a keycap digit), none has only those.
    let unicode = !emoji.is_ascii() && !emoji.chars().any(|c| c.is_alphabetic());
    if length <= LONGEST_EMOJI && (own || unicode) {
        return Ok(());
    }
    let emoji = quote(emoji);
    Err(ApiError::params(format!("{emoji} is no emoji: use one such as 👍, or \":name:\".")))
}

#[cfg(test)]
#[path = "reactions_tests.rs"]
mod tests;
