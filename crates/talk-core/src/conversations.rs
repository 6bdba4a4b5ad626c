//! Users, participants, my side of conversations, and the list of them: taking over states.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::client::Client;
use crate::json::Raw;
use crate::live::{Phase, Resource};
use crate::schema;
use crate::store::{Known, LINK};
use crate::subscriptions::Target;
use crate::window::Item;

impl Client {
    /// A user's state (`None`: there is no such user), or a diff of it.
    pub(crate) fn user_state(&mut self, place: u32, state: Option<Raw>, patch: bool) {
        let Some(user) = self.store.users.get_mut(place) else { return };
        let known = if state.is_some() { Known::Present } else { Known::Absent };
        let mut mask = match state {
            Some(state) => user.record.apply(schema::USER, state, patch),
            None => 0,
        };
        if user.known != known || !user.made {
            // Also for a user who does not exist: a message by them still shows a sender.
            mask |= 1;
        }
        user.known = known;
        self.store.mark_user(place, mask);
    }

    /// The state of my side of a conversation, or (`patch`) a diff of it.
    pub(crate) fn side_state(&mut self, place: u32, state: Raw, patch: bool) {
        let Some(conversation) = self.store.conversations.get_mut(place) else { return };
        let mut mask = conversation.record.apply(schema::CONVERSATION, state, patch);
        if conversation.known != Known::Present {
            conversation.known = Known::Present;
            mask |= LINK;
        }
        self.store.mark_conversation(place, mask);
    }

    /// I am not in this conversation (any more): all of it is gone for me.
    pub(crate) fn side_absent(&mut self, place: u32) {
        let Some(conversation) = self.store.conversations.get_mut(place) else { return };
        conversation.known = Known::Absent;
        let follows_messages = conversation.messages.live.has_state();
        if follows_messages && !conversation.messages.absent {
            conversation.messages.absent = true;
            conversation.messages.cursor = None;
            conversation.messages.page = None;
            self.clear_messages(place);
            self.window_absent(Resource::Messages(place));
        }
        self.remove_from_list(place);
        self.changed(Target::Conversation(place));
        let of = |p: &crate::store::Participant| p.conversation == place;
        let participants: Vec<u32> =
            self.store.participants.iter().filter(|(_, p)| of(p)).map(|(at, _)| at).collect();
        for participant in participants {
            self.participant_state(participant, None, false);
        }
    }

    /// A participant's state (`None`: not in the conversation), or a diff of it.
    pub(crate) fn participant_state(&mut self, place: u32, state: Option<Raw>, patch: bool) {
        let Some(participant) = self.store.participants.get_mut(place) else { return };
        let Some(state) = state else {
            participant.known = Known::Absent;
            self.changed(Target::Participant(place));
            return;
        };
        let mut mask = participant.record.apply(schema::PARTICIPANT, state, patch);
        let mut follow = None;
        if participant.known != Known::Present {
            participant.known = Known::Present;
            mask |= LINK;
            if !core::mem::replace(&mut participant.follows_user, true) {
                follow = Some(participant.user);
            }
        }
        self.store.mark_participant(place, mask);
        if let Some(user) = follow {
            self.acquire(Resource::User(user));
        }
    }

    /// A conversation's state came for the list: with a page (`loaded`) or an event.
    pub(crate) fn put_in_list(&mut self, state: Raw, loaded: bool) -> Option<u32> {
        let id = state.get("id")?.as_str()?;
        let place = self.store.conversation(&id);
        self.side_state(place, state, false);
        let conversation = self.store.conversations.get_mut(place)?;
        let handle = conversation.handle;
        if conversation.in_list {
            self.reposition(place);
            return Some(place);
        }
        conversation.in_list = true;
        self.acquire(Resource::Messages(place));
        let time = self.activity(place);
        self.store.conversations.get_mut(place)?.activity = time;
        let at = self.list_position(time, &id);
        self.store.list.insert(at, Item { time, place }, handle, loaded);
        self.mark_window(Resource::List);
        Some(place)
    }

    /// By what a conversation is ordered: its last message's time, else when I joined.
    fn activity(&self, place: u32) -> f64 {
        let Some(conversation) = self.store.conversations.get(place) else { return 0.0 };
        let field = |at: usize| conversation.record.get(at).as_f64().unwrap_or(0.0);
        if conversation.messages.live.phase != Phase::Loaded {
            // Not loaded yet: the service's own idea of it, which counts joining, too.
            return field(schema::CONVERSATION_LAST_MESSAGE_AT)
                .max(field(schema::CONVERSATION_JOINED_AT));
        }
        let last = conversation.messages.items.first();
        last.map_or_else(|| field(schema::CONVERSATION_JOINED_AT), |item| item.time)
    }

    fn list_position(&self, time: f64, id: &str) -> usize {
        let id_of = |place| self.store.conversations.get(place).map(|c| &*c.id);
        self.store.list.position(time, |other| id_of(other).map_or(Ordering::Equal, |o| o.cmp(id)))
    }

    /// Where a conversation is in the list, if it is there.
    pub(crate) fn find_in_list(&self, place: u32) -> Option<usize> {
        let conversation = self.store.conversations.get(place)?;
        let at = self.list_position(conversation.activity, &conversation.id);
        (self.store.list.items.get(at)?.place == place).then_some(at)
    }

    /// Moves a conversation to where its activity puts it. Says whether it moved.
    pub(crate) fn reposition(&mut self, place: u32) -> bool {
        let time = self.activity(place);
        let Some(from) = self.find_in_list(place) else { return false };
        let Some(conversation) = self.store.conversations.get_mut(place) else { return false };
        if conversation.activity == time {
            return false;
        }
        conversation.activity = time;
        let (handle, id) = (conversation.handle, conversation.id.clone());
        let list = &mut self.store.list;
        let lens: Vec<usize> = list.views.iter().map(|view| view.len).collect();
        list.remove(from);
        let to = self.list_position(time, &id);
        let list = &mut self.store.list;
        list.insert(to, Item { time, place }, handle, false);
        let conversations = &self.store.conversations;
        self.store.list.keep_lens(&lens, |p| conversations.get(p).map_or(0, |c| c.handle));
        self.mark_window(Resource::List);
        true
    }

    pub(crate) fn remove_from_list(&mut self, place: u32) {
        let at = self.find_in_list(place);
        let Some(conversation) = self.store.conversations.get_mut(place) else { return };
        if !core::mem::take(&mut conversation.in_list) {
            return;
        }
        if let Some(at) = at {
            self.store.list.remove(at);
        }
        self.mark_window(Resource::List);
        self.release(Resource::Messages(place));
        self.store.drop_conversation_if_unused(place);
    }

    /// Forgets the conversation list, which nobody follows any more.
    pub(crate) fn clear_list(&mut self) {
        let items = core::mem::take(&mut self.store.list.items);
        self.store.list.reset();
        for item in items {
            let place = item.place;
            let Some(conversation) = self.store.conversations.get_mut(place) else { continue };
            conversation.in_list = false;
            // Who follows the conversation itself now needs a subscription of its own for it.
            let follow = conversation.live.refs > 0 && conversation.live.phase == Phase::Off;
            if follow {
                conversation.known = Known::No;
                self.start(Resource::Side(place));
            } else if conversation.live.phase == Phase::Off {
                conversation.known = Known::No;
            }
            self.release(Resource::Messages(place));
            self.store.drop_conversation_if_unused(place);
        }
    }
}
