//! Messages: taking over their states, following their senders and what they reply to.

use core::cmp::Ordering;

use crate::client::Client;
use crate::conn::{path, Keep, Method};
use crate::error::Failure;
use crate::json::Raw;
use crate::live::Resource;
use crate::replies::Then;
use crate::schema;
use crate::store::{Known, REACTIONS, REFERENCE};
use crate::subscriptions::Target;
use crate::window::Item;

impl Client {
    /// Takes over a message's state, or (`patch`) a diff of it.
    pub(crate) fn message_state(&mut self, place: u32, state: Raw, patch: bool) {
        let Some(message) = self.store.messages.get_mut(place) else { return };
        let mut mask = message.record.apply(schema::MESSAGE, state, patch);
        if let Some(reactions) = state.get("reactions") {
            if message.reactions.apply(reactions, patch) {
                mask |= REACTIONS;
            }
        }
        let first = message.known != Known::Present;
        message.known = Known::Present;
        if first {
            let created_at = message.record.get(schema::MESSAGE_CREATED_AT).as_f64();
            message.created_at = created_at.unwrap_or(0.0);
            let sender = message.record.get(schema::MESSAGE_SENDER).as_str();
            let sender = sender.map(|id| id.into_owned());
            mask |= 1;
            if let (Some(id), None) = (sender, message.sender) {
                let user = self.store.user(&id);
                if let Some(message) = self.store.messages.get_mut(place) {
                    message.sender = Some(user);
                }
                self.acquire(Resource::User(user));
            }
        }
        self.store.mark_message(place, mask);
    }

    /// Wants the message that this one refers to, and asks for it if it is not known.
    fn expand_message(&mut self, place: u32) {
        let Some(message) = self.store.messages.get_mut(place) else { return };
        if message.expanded || message.known != Known::Present {
            return;
        }
        message.expanded = true;
        let conversation = message.conversation;
        let id = message.record.get(schema::MESSAGE_REFERENCE).as_str().map(|id| id.into_owned());
        let Some(id) = id else { return };
        let Some(reference) = self.store.hold_message(conversation, &id) else { return };
        let Some(message) = self.store.messages.get_mut(place) else { return };
        message.reference = Some(reference);
        let Some(referred) = self.store.messages.get(reference) else { return };
        if referred.known == Known::No && !referred.asked {
            self.ask_message(reference);
        }
        self.store.mark_message(place, REFERENCE);
    }

    /// Fetches a message that is only referred to.
    fn ask_message(&mut self, place: u32) {
        let path = self.message_path(place);
        let Some(message) = self.store.messages.get_mut(place) else { return };
        message.asked = true;
        if self.ready {
            self.request(Method::Get, path, Keep::Connection, Then::Reference(place));
        }
    }

    pub(crate) fn message_path(&self, place: u32) -> alloc::string::String {
        let message = self.store.messages.get(place);
        let owner = message.and_then(|m| self.store.conversations.get(m.conversation));
        let conversation = owner.map_or("", |c| &*c.id);
        path(&["me", "conversations", conversation, "messages", message.map_or("", |m| &m.id)])
    }

    /// After a new connection: asks again for what was asked and not answered, and (`all`) for
    /// everything that is only referred to, since its events may have been missed.
    pub(crate) fn refetch_references(&mut self, all: bool) {
        let wanted = |m: &crate::store::Message| {
            m.asked || (all && m.holds > 0 && !m.in_window && m.known == Known::Present)
        };
        let places: alloc::vec::Vec<u32> =
            self.store.messages.iter().filter(|(_, m)| wanted(m)).map(|(place, _)| place).collect();
        places.into_iter().for_each(|place| self.ask_message(place));
    }

    /// The answer to [`Client::ask_message`].
    pub(crate) fn reference_answer(&mut self, place: u32, answer: Result<Raw, Failure>) {
        let Some(message) = self.store.messages.get_mut(place) else { return };
        message.asked = false;
        match answer {
            Ok(state) if state.is_object() => self.message_state(place, state, false),
            // Whatever the reason: a message is not lost because what it replies to cannot be had.
            _ if message.known == Known::No => self.message_gone(place),
            Err(failure) if failure.status == 404 => self.message_gone(place),
            _ => {}
        }
    }

    /// A message is known not to exist (any more).
    pub(crate) fn message_gone(&mut self, place: u32) {
        let Some(message) = self.store.messages.get_mut(place) else { return };
        if message.in_window {
            self.remove_from_window(place);
        }
        let Some(message) = self.store.messages.get_mut(place) else { return };
        message.known = Known::Absent;
        let referrers = self.store.messages.iter().filter(|(_, m)| m.reference == Some(place));
        let referrers: alloc::vec::Vec<u32> = referrers.map(|(referrer, _)| referrer).collect();
        for referrer in referrers {
            self.store.mark_message(referrer, REFERENCE);
        }
    }

    /// A message's state came for its conversation's window: with a page (`loaded`) or an event.
    /// Gives its place.
    pub(crate) fn put_in_window(
        &mut self,
        conversation: u32,
        state: Raw,
        loaded: bool,
    ) -> Option<u32> {
        let id = state.get("id")?.as_str()?;
        let place = self.store.hold_message(conversation, &id)?;
        let known = self.store.messages.get(place)?.in_window;
        self.message_state(place, state, false);
        if known {
            self.unhold_message(place);
            return Some(place);
        }
        let message = self.store.messages.get_mut(place)?;
        message.in_window = true;
        let (time, handle) = (message.created_at, message.handle);
        self.expand_message(place);
        let at = self.message_position(conversation, time, &id);
        let window = &mut self.store.conversations.get_mut(conversation)?.messages;
        window.insert(at, Item { time, place }, handle, loaded);
        self.mark_window(Resource::Messages(conversation));
        Some(place)
    }

    /// Where a message of this time and id is in its window, or belongs.
    pub(crate) fn message_position(&self, conversation: u32, time: f64, id: &str) -> usize {
        let tie = |other| {
            self.store.messages.get(other).map_or(Ordering::Equal, |other| (*other.id).cmp(id))
        };
        let window = self.store.conversations.get(conversation).map(|c| &c.messages);
        window.map_or(0, |window| window.position(time, tie))
    }

    /// Where a message is in its window, if it is there.
    pub(crate) fn find_in_window(&self, place: u32) -> Option<usize> {
        let message = self.store.messages.get(place)?;
        let at = self.message_position(message.conversation, message.created_at, &message.id);
        let window = &self.store.conversations.get(message.conversation)?.messages;
        (window.items.get(at)?.place == place).then_some(at)
    }

    fn remove_from_window(&mut self, place: u32) {
        let at = self.find_in_window(place);
        let Some(message) = self.store.messages.get_mut(place) else { return };
        message.in_window = false;
        let conversation = message.conversation;
        if let (Some(at), Some(owner)) = (at, self.store.conversations.get_mut(conversation)) {
            owner.messages.remove(at);
        }
        self.mark_window(Resource::Messages(conversation));
        self.unhold_message(place);
    }

    /// Takes a message out of its window, because a reload showed that it is gone.
    pub(crate) fn lose_message(&mut self, place: u32) {
        // Held while it goes, so that those that refer to it are told.
        if let Some(message) = self.store.messages.get_mut(place) {
            message.holds += 1;
        }
        self.message_gone(place);
        self.unhold_message(place);
    }

    /// Empties a conversation's window.
    pub(crate) fn clear_messages(&mut self, conversation: u32) {
        let Some(owner) = self.store.conversations.get_mut(conversation) else { return };
        let items = owner.messages.items.clone();
        for item in items.into_iter().rev() {
            self.lose_message(item.place);
        }
    }

    /// One hold on a message less; the last one gives its place back.
    pub(crate) fn unhold_message(&mut self, place: u32) {
        let Some(message) = self.store.messages.get_mut(place) else { return };
        message.holds -= 1;
        if message.holds > 0 {
            return;
        }
        let Some(message) = self.store.messages.remove(place) else { return };
        self.store.ops.free(message.handle);
        self.store.ops.free(message.reference_handle);
        if let Some(owner) = self.store.conversations.get_mut(message.conversation) {
            owner.message_ids.remove(&message.id);
            if owner.last_message == Some(place) {
                owner.last_message = None;
            }
        }
        if let Some(user) = message.sender {
            self.release(Resource::User(user));
        }
        if let Some(reference) = message.reference {
            self.unhold_message(reference);
        }
        self.store.drop_conversation_if_unused(message.conversation);
    }

    /// The answer to a call's own GET of a message.
    pub(crate) fn got_message(&mut self, place: u32, state: Raw) {
        if state.is_object() {
            self.message_state(place, state, false);
            self.expand_message(place);
        } else {
            self.message_gone(place);
        }
        self.changed(Target::Message(place));
    }
}
