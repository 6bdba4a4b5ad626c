//! Turning what changed into operations for JavaScript, once per input.
//!
//! The order is that of the links: users first, then messages, which show them; conversations,
//! which show messages; the lists of both; and last the listeners. What is not complete yet, such
//! as a message whose sender is being fetched, stays dirty, and holds back what shows it.

use alloc::vec::Vec;

use crate::client::Client;
use crate::json::{push_u64, Raw};
use crate::live::{Phase, Resource};
use crate::plaintext::plaintext;
use crate::record::Mask;
use crate::schema;
use crate::store::{Known, Message, LINK, REACTIONS, REFERENCE, SENDER};
use crate::subscriptions::{Readiness, Target};

const ALL: Mask = Mask::MAX;

impl Client {
    /// Writes everything that changed and is complete.
    pub(crate) fn flush(&mut self) {
        self.flush_users();
        let held_back = self.flush_messages();
        self.note_last_messages();
        self.flush_participants();
        let list_held_back = self.flush_conversations();
        self.flush_windows(&held_back, list_held_back);
        self.flush_subscriptions();
        self.flush_waiters();
        self.changes.clear();
    }

    fn flush_users(&mut self) {
        for place in core::mem::take(&mut self.store.dirty_users) {
            let store = &mut self.store;
            let Some(user) = store.users.get_mut(place) else { continue };
            let mask = core::mem::take(&mut user.dirty);
            if mask == 0 || user.known == Known::No {
                continue;
            }
            let first = !core::mem::replace(&mut user.made, true);
            let mask = if first { ALL } else { mask };
            let record = &user.record;
            store.ops.snapshot(user.handle, !first, |object| {
                record.write(object, schema::USER, schema::USER.len(), mask);
            });
            if !first {
                let by = |m: &Message| m.sender == Some(place);
                let shown: Vec<u32> =
                    store.messages.iter().filter(|(_, m)| by(m)).map(|(at, _)| at).collect();
                shown.into_iter().for_each(|at| store.mark_message(at, SENDER));
                let shown = store.participants.iter().filter(|(_, p)| p.user == place);
                let shown: Vec<u32> = shown.map(|(at, _)| at).collect();
                shown.into_iter().for_each(|at| store.mark_participant(at, LINK));
            }
            self.changed(Target::User(place));
        }
    }

    /// Gives the conversations that have messages which are not complete.
    fn flush_messages(&mut self) -> Vec<u32> {
        let mut incomplete = Vec::new();
        let mut held_back = Vec::new();
        loop {
            let dirty = core::mem::take(&mut self.store.dirty_messages);
            if dirty.is_empty() {
                break;
            }
            for place in dirty {
                let Some(message) = self.store.messages.get(place) else { continue };
                if message.dirty == 0 {
                    continue;
                }
                if message.known == Known::Present && message.expanded && !self.is_complete(place) {
                    if message.in_window {
                        held_back.push(message.conversation);
                    }
                    incomplete.push(place);
                } else {
                    self.flush_message(place);
                }
            }
        }
        self.store.dirty_messages = incomplete;
        held_back
    }

    /// Whether all that a message shows is there.
    fn is_complete(&self, place: u32) -> bool {
        let store = &self.store;
        let Some(message) = store.messages.get(place) else { return false };
        let made =
            |user: Option<u32>| user.is_none_or(|u| store.users.get(u).is_some_and(|u| u.made));
        let reference = message.reference.and_then(|place| store.messages.get(place));
        made(message.sender)
            && reference.is_none_or(|m| match m.known {
                Known::No => false,
                Known::Absent => true,
                Known::Present => made(m.sender),
            })
    }

    fn flush_message(&mut self, place: u32) {
        let store = &mut self.store;
        let Some(message) = store.messages.get_mut(place) else { return };
        let mask = core::mem::take(&mut message.dirty);
        if message.known != Known::Present {
            return;
        }
        let (in_window, was_made, handle) = (message.in_window, message.made, message.handle);
        if message.expanded {
            message.made = true;
            let reference = message.reference;
            let shown = reference
                .filter(|&r| store.messages.get(r).is_some_and(|m| m.known == Known::Present));
            if let Some(reference) = shown {
                self.make_reference(reference);
            }
            let store = &mut self.store;
            let Some(message) = store.messages.get(place) else { return };
            let link = shown.and_then(|r| Some(store.messages.get(r)?.reference_handle));
            let sender = message.sender.and_then(|u| Some(store.users.get(u)?.handle));
            let mask = if was_made { mask } else { ALL };
            store.ops.snapshot(handle, was_made, |object| {
                write_message(object, message, mask, sender);
                if mask & REFERENCE != 0 {
                    push_link(object.key("referencedMessage"), link);
                }
            });
        }
        let store = &mut self.store;
        let Some(message) = store.messages.get(place) else { return };
        if message.reference_made && mask & !REFERENCE != 0 {
            let sender = message.sender.and_then(|u| Some(store.users.get(u)?.handle));
            store.ops.snapshot(message.reference_handle, true, |object| {
                write_message(object, message, mask, sender);
            });
            let referrers = store.messages.iter().filter(|(_, m)| m.reference == Some(place));
            let referrers: Vec<u32> = referrers.map(|(at, _)| at).collect();
            referrers.into_iter().for_each(|at| store.mark_message(at, REFERENCE));
        }
        if in_window && was_made {
            if let Some(at) = self.find_in_window(place) {
                let Some(message) = self.store.messages.get(place) else { return };
                let conversation = message.conversation;
                if let Some(owner) = self.store.conversations.get_mut(conversation) {
                    owner.messages.replace(at, handle);
                    if owner.last_message == Some(place) {
                        self.store.mark_conversation(conversation, LINK);
                    }
                }
                self.mark_window(Resource::Messages(conversation));
            }
        }
        self.changed(Target::Message(place));
    }

    /// Makes the form of a message that is shown inside the ones that refer to it.
    fn make_reference(&mut self, place: u32) {
        let store = &mut self.store;
        let Some(message) = store.messages.get_mut(place) else { return };
        if core::mem::replace(&mut message.reference_made, true) {
            return;
        }
        let message = &*message;
        let sender = message.sender.and_then(|u| Some(store.users.get(u)?.handle));
        store.ops.snapshot(message.reference_handle, false, |object| {
            write_message(object, message, ALL, sender);
            let id = message.record.get(schema::MESSAGE_REFERENCE);
            object.raw("referencedMessageId", id);
        });
    }

    /// Tells conversations whose first message is another one than before.
    fn note_last_messages(&mut self) {
        for at in 0..self.dirty_windows.len() {
            let Resource::Messages(place) = self.dirty_windows[at] else { continue };
            let Some(owner) = self.store.conversations.get_mut(place) else { continue };
            let last = owner.messages.items.first().map(|item| item.place);
            if owner.last_message != last || !owner.made {
                owner.last_message = last;
                self.store.mark_conversation(place, LINK);
            }
        }
    }

    fn flush_participants(&mut self) {
        for place in core::mem::take(&mut self.store.dirty_participants) {
            let store = &mut self.store;
            let Some(participant) = store.participants.get_mut(place) else { continue };
            let user = store.users.get(participant.user);
            if participant.known != Known::Present {
                participant.dirty = 0;
            } else if let Some(user) = user.filter(|user| user.made) {
                let mask = core::mem::take(&mut participant.dirty);
                let first = !core::mem::replace(&mut participant.made, true);
                let mask = if first { ALL } else { mask };
                let record = &participant.record;
                store.ops.snapshot(participant.handle, !first, |object| {
                    if mask & LINK != 0 {
                        push_link(object.key("user"), Some(user.handle));
                    }
                    record.write(object, schema::PARTICIPANT, schema::PARTICIPANT.len(), mask);
                });
                self.changed(Target::Participant(place));
            } else {
                store.dirty_participants.push(place);
            }
        }
    }

    /// Says whether a conversation of the list is not complete.
    fn flush_conversations(&mut self) -> bool {
        let mut held_back = false;
        for place in core::mem::take(&mut self.store.dirty_conversations) {
            let store = &mut self.store;
            let Some(conversation) = store.conversations.get_mut(place) else { continue };
            if conversation.known != Known::Present {
                conversation.dirty = 0;
                continue;
            }
            let last = conversation.last_message.and_then(|m| store.messages.get(m));
            let complete = conversation.messages.live.phase == Phase::Loaded
                && last.is_none_or(|m| m.made && m.dirty == 0);
            if !complete {
                held_back |= conversation.in_list;
                store.dirty_conversations.push(place);
                continue;
            }
            let mask = core::mem::take(&mut conversation.dirty);
            let first = !core::mem::replace(&mut conversation.made, true);
            let mask = if first { ALL } else { mask };
            let (record, handle) = (&conversation.record, conversation.handle);
            let link = last.map(|m| m.handle);
            let in_list = conversation.in_list;
            store.ops.snapshot(handle, !first, |object| {
                let fields = schema::CONVERSATION;
                record.write(object, fields, fields.len(), mask);
                if mask & LINK != 0 {
                    push_link(object.key("lastMessage"), link);
                }
            });
            if in_list && !self.reposition(place) {
                if let Some(at) = self.find_in_list(place) {
                    self.store.list.replace(at, handle);
                    self.mark_window(Resource::List);
                }
            }
            self.changed(Target::Conversation(place));
        }
        held_back
    }

    fn flush_windows(&mut self, held_back: &[u32], list_held_back: bool) {
        for resource in core::mem::take(&mut self.dirty_windows) {
            let incomplete = match resource {
                Resource::Messages(place) => held_back.contains(&place),
                _ => list_held_back,
            };
            let store = &mut self.store;
            let subscriptions = &mut self.subscriptions;
            let mut changed = |view| {
                for subscription in subscriptions.iter_mut() {
                    subscription.dirty |= subscription.view == Some(view);
                }
            };
            let wait =
                |window: &crate::window::Window| incomplete || window.live.phase != Phase::Loaded;
            match resource {
                Resource::Messages(place) => {
                    let Some(owner) = store.conversations.get_mut(place) else { continue };
                    let window = &mut owner.messages;
                    if wait(window) {
                        window.relist();
                        self.dirty_windows.push(resource);
                        continue;
                    }
                    window.dirty = false;
                    let messages = &store.messages;
                    let handle_of = |place| messages.get(place).map_or(0, |m| m.handle);
                    window.flush_views(&mut store.ops, handle_of, &mut changed);
                }
                _ => {
                    let window = &mut store.list;
                    if wait(window) {
                        window.relist();
                        self.dirty_windows.push(resource);
                        continue;
                    }
                    window.dirty = false;
                    let conversations = &store.conversations;
                    let handle_of = |place| conversations.get(place).map_or(0, |c| c.handle);
                    window.flush_views(&mut store.ops, handle_of, &mut changed);
                }
            }
        }
    }

    fn flush_subscriptions(&mut self) {
        for at in 0..self.subscriptions.len() {
            let subscription = &self.subscriptions[at];
            let target = subscription.target;
            let (handle, loaded_all) = match target {
                Target::Messages(_) | Target::List => {
                    let Some(window) = target.resource().and_then(|r| self.window(r)) else {
                        continue;
                    };
                    if window.dirty || window.live.phase != Phase::Loaded {
                        continue;
                    }
                    match subscription.view.and_then(|handle| window.view(handle)) {
                        Some(view) => {
                            let all = window.cursor.is_none() && view.len == window.items.len();
                            (Some(view.handle), all)
                        }
                        None if window.absent => (None, true),
                        None => continue,
                    }
                }
                _ => {
                    if !subscription.dirty && !self.changes.contains(&target) {
                        continue;
                    }
                    match self.readiness(target) {
                        Readiness::Waiting => {
                            self.subscriptions[at].dirty = true;
                            continue;
                        }
                        Readiness::Null => (None, true),
                        Readiness::Ready(handle) => (Some(handle), true),
                    }
                }
            };
            let subscription = &mut self.subscriptions[at];
            let news = subscription.dirty
                || subscription.loaded_all != loaded_all
                || self.changes.contains(&target);
            if news {
                subscription.active = true;
                subscription.dirty = false;
                subscription.loaded_all = loaded_all;
                self.store.ops.active(subscription.id, handle, loaded_all);
            }
            if subscription.want.is_none() || handle.is_none() {
                for load in subscription.loads.drain(..) {
                    self.store.ops.resolve_value(load, None);
                }
            }
        }
    }

    fn flush_waiters(&mut self) {
        let mut at = 0;
        while let Some(waiter) = self.waiters.get(at) {
            let handle = match self.readiness(waiter.target) {
                Readiness::Waiting => {
                    at += 1;
                    continue;
                }
                Readiness::Null => None,
                Readiness::Ready(handle) => Some(handle),
            };
            let waiter = self.waiters.remove(at);
            self.store.ops.resolve(waiter.call, handle);
            self.unhold(waiter.target);
        }
    }
}

/// What both forms of a message share.
fn write_message(
    object: &mut crate::json::ObjectWriter,
    message: &Message,
    mask: Mask,
    sender: Option<u32>,
) {
    message.record.write(object, schema::MESSAGE, schema::MESSAGE_VISIBLE, mask);
    if mask & 1 << schema::MESSAGE_CONTENT != 0 {
        object.str("plaintext", &plaintext(message.record.get(schema::MESSAGE_CONTENT)));
    }
    if mask & SENDER != 0 {
        push_link(object.key("sender"), sender);
    }
    if mask & REACTIONS != 0 {
        message.reactions.write(object.key("reactions"));
    }
}

/// A link to another snapshot: its handle, or null.
fn push_link(out: &mut alloc::string::String, handle: Option<u32>) {
    match handle {
        Some(handle) => push_u64(out, handle.into()),
        None => out.push_str(Raw::NULL.text()),
    }
}
