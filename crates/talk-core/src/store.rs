//! What is known of the chat: one place for every user, conversation, message and participant.
//!
//! Invariants. An id has one place only. Whoever holds a place counts in it (`Live::refs`,
//! `Message::holds`), and a place that nobody holds is given back. A place whose snapshot differs
//! from the one JavaScript has is in its list of dirty places, until [`crate::flush`] has written
//! the difference.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Raw;
use crate::live::Live;
use crate::ops::Ops;
use crate::reactions::Reactions;
use crate::record::{Mask, Record};
use crate::schema;
use crate::slab::{Index, Slab};
use crate::window::Window;

/// Names an object in JavaScript's table of snapshots.
pub(crate) type Handle = u32;

/// The parts of a snapshot that are no field of the record, as bits of a [`Mask`].
pub(crate) const REACTIONS: Mask = 1 << 29;
pub(crate) const SENDER: Mask = 1 << 30;
pub(crate) const REFERENCE: Mask = 1 << 31;
/// The last message of a conversation, the user of a participant: the one part that is no field.
pub(crate) const LINK: Mask = 1 << 30;

/// Whether something exists, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Not asked, or not answered yet.
    No,
    /// It does not exist, or the user may not see it.
    Absent,
    /// It exists, and its record holds its attributes.
    Present,
}

pub(crate) struct User {
    pub(crate) id: Box<str>,
    pub(crate) live: Live,
    pub(crate) known: Known,
    /// Also there for a user who does not exist: a message by them still shows a sender.
    pub(crate) record: Record,
    pub(crate) handle: Handle,
    pub(crate) made: bool,
    pub(crate) dirty: Mask,
}

pub(crate) struct Message {
    pub(crate) id: Box<str>,
    pub(crate) conversation: u32,
    /// How many hold this place: its window, messages that refer to it, calls that wait for it.
    pub(crate) holds: u32,
    pub(crate) in_window: bool,
    /// Whether the message it refers to is wanted. Not for a message that is only referred to.
    pub(crate) expanded: bool,
    pub(crate) known: Known,
    /// Whether a GET for it is under way.
    pub(crate) asked: bool,
    pub(crate) record: Record,
    pub(crate) created_at: f64,
    pub(crate) sender: Option<u32>,
    pub(crate) reference: Option<u32>,
    pub(crate) reactions: Reactions,
    /// The snapshot itself …
    pub(crate) handle: Handle,
    pub(crate) made: bool,
    /// … and the form of it that is shown inside the messages that refer to it.
    pub(crate) reference_handle: Handle,
    pub(crate) reference_made: bool,
    pub(crate) dirty: Mask,
}

pub(crate) struct Conversation {
    pub(crate) id: Box<str>,
    pub(crate) live: Live,
    pub(crate) known: Known,
    pub(crate) record: Record,
    pub(crate) handle: Handle,
    pub(crate) made: bool,
    pub(crate) dirty: Mask,
    pub(crate) in_list: bool,
    /// The time by which the list orders it.
    pub(crate) activity: f64,
    pub(crate) last_message: Option<u32>,
    pub(crate) messages: Window,
    pub(crate) message_ids: Index,
    pub(crate) participants: u32,
}

pub(crate) struct Participant {
    pub(crate) conversation: u32,
    pub(crate) user: u32,
    /// Whether this place holds the user. It does once the participant is known to exist.
    pub(crate) follows_user: bool,
    pub(crate) live: Live,
    pub(crate) known: Known,
    pub(crate) record: Record,
    pub(crate) handle: Handle,
    pub(crate) made: bool,
    pub(crate) dirty: Mask,
}

/// All of it.
pub(crate) struct Store {
    pub(crate) users: Slab<User>,
    pub(crate) user_ids: Index,
    pub(crate) conversations: Slab<Conversation>,
    pub(crate) conversation_ids: Index,
    pub(crate) messages: Slab<Message>,
    pub(crate) participants: Slab<Participant>,
    /// The conversation list.
    pub(crate) list: Window,
    pub(crate) dirty_users: Vec<u32>,
    pub(crate) dirty_messages: Vec<u32>,
    pub(crate) dirty_conversations: Vec<u32>,
    pub(crate) dirty_participants: Vec<u32>,
    pub(crate) ops: Ops,
}

fn empty_record(fields: crate::record::Fields) -> Record {
    Record::read(fields, Raw::EMPTY_OBJECT)
}

impl Store {
    pub(crate) fn new() -> Store {
        Store {
            users: Slab::new(),
            user_ids: Index::default(),
            conversations: Slab::new(),
            conversation_ids: Index::default(),
            messages: Slab::new(),
            participants: Slab::new(),
            list: Window::new(),
            dirty_users: Vec::new(),
            dirty_messages: Vec::new(),
            dirty_conversations: Vec::new(),
            dirty_participants: Vec::new(),
            ops: Ops::default(),
        }
    }

    /// The place of a user, made if there is none.
    pub(crate) fn user(&mut self, id: &str) -> u32 {
        if let Some(place) = self.user_ids.get(id) {
            return place;
        }
        let mut state = String::new();
        let mut object = crate::json::ObjectWriter::new(&mut state);
        object.str("id", id).str("role", "default");
        object.end();
        let record = Record::read(schema::USER, Raw::trusted(&state));
        let place = self.users.insert(User {
            id: id.into(),
            live: Live::default(),
            known: Known::No,
            record,
            handle: self.ops.allot(),
            made: false,
            dirty: 0,
        });
        self.user_ids.insert(id, place);
        place
    }

    /// The place of a conversation, made if there is none.
    pub(crate) fn conversation(&mut self, id: &str) -> u32 {
        if let Some(place) = self.conversation_ids.get(id) {
            return place;
        }
        let place = self.conversations.insert(Conversation {
            id: id.into(),
            live: Live::default(),
            known: Known::No,
            record: empty_record(schema::CONVERSATION),
            handle: self.ops.allot(),
            made: false,
            dirty: 0,
            in_list: false,
            activity: 0.0,
            last_message: None,
            messages: Window::new(),
            message_ids: Index::default(),
            participants: 0,
        });
        self.conversation_ids.insert(id, place);
        place
    }

    /// The place of a message, made if there is none, with one more hold on it.
    pub(crate) fn hold_message(&mut self, conversation: u32, id: &str) -> Option<u32> {
        let owner = self.conversations.get_mut(conversation)?;
        if let Some(place) = owner.message_ids.get(id) {
            self.messages.get_mut(place)?.holds += 1;
            return Some(place);
        }
        let place = self.messages.insert(Message {
            id: id.into(),
            conversation,
            holds: 1,
            in_window: false,
            expanded: false,
            known: Known::No,
            asked: false,
            record: empty_record(schema::MESSAGE),
            created_at: 0.0,
            sender: None,
            reference: None,
            reactions: Reactions::default(),
            handle: self.ops.allot(),
            made: false,
            reference_handle: self.ops.allot(),
            reference_made: false,
            dirty: 0,
        });
        owner.message_ids.insert(id, place);
        Some(place)
    }

    /// The place of a participant, made if there is none.
    pub(crate) fn participant(&mut self, conversation: u32, user: u32) -> u32 {
        if let Some(place) = self.find_participant(conversation, user) {
            return place;
        }
        if let Some(owner) = self.conversations.get_mut(conversation) {
            owner.participants += 1;
        }
        self.participants.insert(Participant {
            conversation,
            user,
            follows_user: false,
            live: Live::default(),
            known: Known::No,
            record: empty_record(schema::PARTICIPANT),
            handle: self.ops.allot(),
            made: false,
            dirty: 0,
        })
    }

    pub(crate) fn find_participant(&self, conversation: u32, user: u32) -> Option<u32> {
        let found = |p: &Participant| p.conversation == conversation && p.user == user;
        self.participants.iter().find(|(_, p)| found(p)).map(|(place, _)| place)
    }

    pub(crate) fn mark_user(&mut self, place: u32, mask: Mask) {
        if let Some(user) = self.users.get_mut(place) {
            mark(&mut user.dirty, mask, &mut self.dirty_users, place);
        }
    }

    pub(crate) fn mark_message(&mut self, place: u32, mask: Mask) {
        if let Some(message) = self.messages.get_mut(place) {
            mark(&mut message.dirty, mask, &mut self.dirty_messages, place);
        }
    }

    pub(crate) fn mark_conversation(&mut self, place: u32, mask: Mask) {
        if let Some(conversation) = self.conversations.get_mut(place) {
            mark(&mut conversation.dirty, mask, &mut self.dirty_conversations, place);
        }
    }

    pub(crate) fn mark_participant(&mut self, place: u32, mask: Mask) {
        if let Some(participant) = self.participants.get_mut(place) {
            mark(&mut participant.dirty, mask, &mut self.dirty_participants, place);
        }
    }

    /// Gives a conversation's place back if nothing of it is held any more.
    pub(crate) fn drop_conversation_if_unused(&mut self, place: u32) {
        let Some(conversation) = self.conversations.get(place) else { return };
        if conversation.live.is_idle()
            && conversation.messages.live.is_idle()
            && !conversation.in_list
            && conversation.participants == 0
            && conversation.message_ids.is_empty()
        {
            self.conversation_ids.remove(&conversation.id);
            self.ops.free(conversation.handle);
            self.conversations.remove(place);
        }
    }
}

fn mark(dirty: &mut Mask, mask: Mask, list: &mut Vec<u32>, place: u32) {
    if mask != 0 {
        if *dirty == 0 {
            list.push(place);
        }
        *dirty |= mask;
    }
}
