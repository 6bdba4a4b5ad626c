//! Messages: send, read, edit, delete.

use serde_json::{json, Value};

use super::app::{App, Audience, Caller, Cx};
use super::content;
use super::errors::ApiError;
use super::feeds::Feed;
use super::pages::Page;
use super::params::{wrong, Access, Params};
use super::records::{Kind, Sent};
use super::settings::Who;
use super::sights::Sights;
use super::state::{Conversation, Message, Participant};
use super::views;

impl App {
    /// `POST /conversations/{id}/messages`.
    pub(crate) fn send_message(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let (_, me) = self.my_part(&caller.user, id)?;
        may_write(me, "UNAUTHORIZED_TO_SEND")?;
        let key = match params.get("idempotencyKey") {
            None | Some(Value::Null) => None,
            Some(_) => Some(params.needed_string("idempotencyKey")?),
        };
        let key = key.map(|key| (caller.user.clone(), id.to_owned(), key));
        self.drop_old_sends(cx);
        let (conversation, _) = self.my_part(&caller.user, id)?;
        if let Some(message) = key.as_ref().and_then(|key| self.sends.find(key)) {
            return Ok(json!({ "id": message }));
        }
        let content = self.read_content(params)?;
        let mut message = Message {
            id: cx.ids.fresh("msg"),
            sender: caller.user.clone(),
            custom: Default::default(),
            created_at: cx.now.max(conversation.next_stamp()),
            edited_at: None,
            reply_to: read_reply(conversation, params)?,
            content,
            reactions: Default::default(),
        };
        params.apply_custom(&mut message.custom)?;
        self.add_message(cx, id, &message);
        if let Some(key) = key {
            let sent = Sent { message: message.id.clone(), at: cx.now };
            self.save(cx.out, Kind::Send, &[&key.0, &key.1, &key.2], &sent);
            self.sends.insert(key, sent);
        }
        Ok(json!({ "id": message.id }))
    }

    /// Puts a new message into its conversation and tells of it. Its sender has read everything and
    /// types no more.
    fn add_message(&mut self, cx: &mut Cx<'_>, id: &str, message: &Message) {
        let before = self.before(id);
        let Some(conversation) = self.conversations.get_mut(id) else { return };
        conversation.insert_message(message.clone());
        conversation.typing.remove(&message.sender);
        if let Some(sender) = conversation.participants.edit(&message.sender) {
            sender.read_until = message.created_at;
            sender.marked_unread = false;
        }
        self.save(cx.out, Kind::Message, &[id, &message.id], message);
        self.tell_messages(cx, id, &[message], |conversation, to| {
            Some(json!({
                "type": "message.created",
                "conversationId": id,
                "messageId": message.id,
                "state": views::message(conversation, message, to),
            }))
        });
        self.settle(cx, id, &before);
    }

    /// `PATCH /conversations/{id}/messages/{mid}`.
    pub(crate) fn edit_message(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        (id, message_id): (&str, &str),
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let old = self.message_for(caller, (id, message_id), self.settings.edit)?.clone();
        let mut new = old.clone();
        if params.get("content").is_some() {
            new.content = self.read_content(params)?;
        }
        params.apply_custom(&mut new.custom)?;
        if new != old {
            new.edited_at = Some(cx.now.max(new.created_at));
            self.replace_message(cx, id, &old, new);
        }
        Ok(json!({}))
    }

    /// Puts a changed message in the place of the old one and tells what differs.
    pub(crate) fn replace_message(
        &mut self,
        cx: &mut Cx<'_>,
        id: &str,
        old: &Message,
        new: Message,
    ) {
        self.save(cx.out, Kind::Message, &[id, &new.id], &new);
        self.tell_messages(cx, id, &[old, &new], |conversation, to| {
            let before = views::message(conversation, old, to);
            let diff = views::diff(&before, &views::message(conversation, &new, to))?;
            Some(json!({
                "type": "message.edited",
                "conversationId": id,
                "messageId": new.id,
                "diff": diff,
            }))
        });
        let place = self.conversations.get_mut(id).and_then(|c| c.message_mut(&new.id));
        if let Some(place) = place {
            *place = new;
        }
    }

    /// `DELETE /conversations/{id}/messages/{mid}`.
    pub(crate) fn delete_message(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        (id, message_id): (&str, &str),
    ) -> Result<Value, ApiError> {
        self.message_for(caller, (id, message_id), self.settings.delete)?;
        let before = self.before(id);
        let Some(conversation) = self.conversations.get_mut(id) else { return Ok(json!({})) };
        let Some(gone) = conversation.remove_message(message_id) else { return Ok(json!({})) };
        self.forget(cx.out, Kind::Message, &[id, message_id]);
        let Some(conversation) = self.conversations.get(id) else { return Ok(json!({})) };
        let was_last = conversation.last_message().is_none_or(|m| m.created_at < gone.created_at);
        let mut audience = vec![Feed::Messages(id.to_owned())];
        audience.extend(
            gone.reactions
                .keys()
                .map(|emoji| Feed::Reactions(id.to_owned(), message_id.to_owned(), emoji.clone())),
        );
        let last = conversation.last_message().filter(|_| was_last);
        let sights = Sights::new(last);
        let event = |to: &views::Viewer<'_>| {
            let mut event = json!({
                "type": "message.deleted", "conversationId": id, "messageId": message_id,
            });
            if was_last {
                event["newLastMessage"] =
                    last.map_or(Value::Null, |last| views::message(conversation, last, to));
            }
            Some(event)
        };
        for (user, _) in self.hearers(id, conversation) {
            let audience = Audience::Any(&audience);
            self.tell(cx.out, user, &audience, |to| sights.event(to, || event(to)));
        }
        self.settle(cx, id, &before);
        Ok(json!({}))
    }

    /// `GET /me/conversations/{id}/messages/{mid}`.
    pub(crate) fn get_message(
        &self,
        caller: &Caller,
        (id, message_id): (&str, &str),
    ) -> Result<Value, ApiError> {
        let (conversation, _) = self.my_part(&caller.user, id)?;
        let message = conversation.message(message_id);
        let message = message.ok_or_else(|| ApiError::no_message(message_id))?;
        Ok(views::message(conversation, message, &self.viewer_of(caller)))
    }

    /// `GET /me/conversations/{id}/messages`: newest first.
    pub(crate) fn list_messages(
        &self,
        caller: &Caller,
        id: &str,
        params: &Params<'_>,
    ) -> Result<Value, ApiError> {
        let (conversation, _) = self.my_part(&caller.user, id)?;
        let page = Page::read(params, 30, 100)?;
        // Times of creation are unique, so they alone say where a page starts.
        let end = page.after.as_ref().map_or(u64::MAX, |(at, _)| *at);
        let to = self.viewer_of(caller);
        Ok(page.cut(
            conversation.messages.range(..=end).rev().map(|(_, message)| message),
            |message| std::cmp::Reverse(message.created_at),
            |(at, _)| std::cmp::Reverse(at),
            |message| (message.created_at, message.id.clone()),
            |message| views::message(conversation, message, &to),
        ))
    }

    fn read_content(&self, params: &Params<'_>) -> Result<Vec<Value>, ApiError> {
        let has_file = |token: &str| self.files.contains_key(token);
        let rules = content::Rules { has_file: &has_file, links: self.settings.links };
        content::read(params.get("content"), &rules)
    }

    /// A message that the caller may change, if only those may who are `allowed`.
    fn message_for(
        &self,
        caller: &Caller,
        (id, message_id): (&str, &str),
        allowed: Who,
    ) -> Result<&Message, ApiError> {
        let (conversation, me) = self.my_part(&caller.user, id)?;
        let message = conversation.message(message_id);
        let message = message.ok_or_else(|| ApiError::no_message(message_id))?;
        may_write(me, "UNAUTHORIZED_TO_EDIT")?;
        let reason = match allowed {
            Who::Everyone => return Ok(message),
            Who::Sender if message.sender == caller.user => return Ok(message),
            Who::Sender => "Only its sender may do this to a message.",
            Who::Nobody => "This app does not let clients do this to a message.",
        };
        Err(ApiError::new(403, "UNAUTHORIZED_TO_EDIT", reason))
    }

    /// Tells every participant who follows the messages of these.
    fn tell_messages(
        &self,
        cx: &mut Cx<'_>,
        id: &str,
        about: &[&Message],
        event: impl Fn(&Conversation, &views::Viewer<'_>) -> Option<Value>,
    ) {
        let Some(conversation) = self.conversations.get(id) else { return };
        let audience = Audience::Of(Feed::Messages(id.to_owned()));
        let sights = Sights::new(about.iter().copied());
        for (user, _) in self.hearers(id, conversation) {
            self.tell(cx.out, user, &audience, |to| sights.event(to, || event(conversation, to)));
        }
    }

    fn drop_old_sends(&mut self, cx: &mut Cx<'_>) {
        while let Some((user, conversation, key)) = self.sends.pop_old(cx.now) {
            self.forget(cx.out, Kind::Send, &[&user, &conversation, &key]);
        }
    }
}

/// Refuses those who may only read.
pub(crate) fn may_write(me: &Participant, code: &'static str) -> Result<(), ApiError> {
    match me.access {
        Access::ReadWrite => Ok(()),
        Access::Read => {
            let reason = "Your access to this conversation is \"Read\"; this needs \"ReadWrite\".";
            Err(ApiError::new(403, code, reason))
        }
    }
}

/// `referencedMessageId`: absent, null, or a message of the same conversation.
fn read_reply(
    conversation: &Conversation,
    params: &Params<'_>,
) -> Result<Option<String>, ApiError> {
    match params.get("referencedMessageId") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) if conversation.message(id).is_some() => Ok(Some(id.clone())),
        Some(other) => {
            Err(wrong("referencedMessageId", "the id of a message in this conversation", other))
        }
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
