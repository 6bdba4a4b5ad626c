//! What the service knows: users, conversations, participants, messages, files.
//!
//! Plain data with the small questions one can ask of it. Everything that is kept over a restart
//! derives serde's traits; their field names are the storage format. All maps are ordered, so that
//! nothing depends on the order of a hash.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::params::{Access, Custom, Notify};
use super::roster::Roster;
use super::stamps::Stamps;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) custom: Custom,
    pub(crate) locale: Option<String>,
    pub(crate) photo_url: Option<String>,
    pub(crate) role: String,
    pub(crate) welcome_message: Option<String>,
    /// Not in what was kept before there was such a thing.
    #[serde(default)]
    pub(crate) availability_text: Option<String>,
    pub(crate) email: Vec<String>,
    pub(crate) phone: Vec<String>,
    pub(crate) push_tokens: BTreeSet<String>,
}

/// What all participants of a conversation share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Matter {
    pub(crate) subject: Option<String>,
    pub(crate) photo_url: Option<String>,
    pub(crate) welcome_messages: Vec<String>,
    pub(crate) custom: Custom,
    pub(crate) created_at: u64,
}

/// One user's part in a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Participant {
    pub(crate) access: Access,
    pub(crate) notify: Notify,
    pub(crate) joined_at: u64,
    /// Messages that are newer than this are unread.
    pub(crate) read_until: u64,
    /// Set by "mark as unread", cleared by reading.
    pub(crate) marked_unread: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) sender: String,
    pub(crate) custom: Custom,
    pub(crate) created_at: u64,
    pub(crate) edited_at: Option<u64>,
    pub(crate) reply_to: Option<String>,
    /// The blocks in stored form, see `content`.
    pub(crate) content: Vec<Value>,
    pub(crate) reactions: BTreeMap<String, Reaction>,
}

/// Everybody who reacted to a message with one emoji.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reaction {
    /// When the emoji first came to the message.
    pub(crate) created_at: u64,
    /// Who, and when. Never empty.
    pub(crate) users: BTreeMap<String, u64>,
}

/// An uploaded file. Its bytes are the shell's business.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Names the file in its URL and on disk, and is the file token clients send.
    pub id: String,
    /// The name it was uploaded under.
    pub filename: String,
    /// In bytes.
    pub size: u64,
    /// As the browser said or the name suggests.
    pub content_type: String,
    /// `image`, `video`, `audio` or `voice`.
    pub subtype: Option<String>,
    /// In pixels.
    pub width: Option<f64>,
    /// In pixels.
    pub height: Option<f64>,
    /// In seconds.
    pub duration: Option<f64>,
}

/// Somebody typing: since when, and when it is over unless they go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Typing {
    pub(crate) since: u64,
    pub(crate) until: u64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    /// Replaced as a whole, so that a picture of it costs nothing.
    pub(crate) matter: Arc<Matter>,
    pub(crate) participants: Roster,
    /// By time of creation, which is unique within a conversation.
    pub(crate) messages: BTreeMap<u64, Message>,
    /// Message id → time of creation.
    pub(crate) message_times: BTreeMap<String, u64>,
    /// The keys of `messages`.
    stamps: Stamps,
    /// The newest time of creation ever given out here.
    pub(crate) last_stamp: u64,
    pub(crate) typing: BTreeMap<String, Typing>,
}

impl Conversation {
    pub(crate) fn message(&self, id: &str) -> Option<&Message> {
        self.messages.get(self.message_times.get(id)?)
    }

    pub(crate) fn message_mut(&mut self, id: &str) -> Option<&mut Message> {
        self.messages.get_mut(self.message_times.get(id)?)
    }

    pub(crate) fn last_message(&self) -> Option<&Message> {
        self.messages.values().next_back()
    }

    /// The earliest time for the next message or joining. No two messages share theirs, and none
    /// is as old as a joining: clients tell by `lastMessageAt` and `joinedAt` if there are any.
    pub(crate) fn next_stamp(&self) -> u64 {
        let joined = self.participants.values().map(|p| p.joined_at).max().unwrap_or(0);
        self.last_stamp.max(joined).saturating_add(1)
    }

    pub(crate) fn insert_message(&mut self, message: Message) {
        self.last_stamp = self.last_stamp.max(message.created_at);
        self.message_times.insert(message.id.clone(), message.created_at);
        if !self.messages.contains_key(&message.created_at) {
            self.stamps.insert(message.created_at);
        }
        self.messages.insert(message.created_at, message);
    }

    pub(crate) fn remove_message(&mut self, id: &str) -> Option<Message> {
        let at = self.message_times.remove(id)?;
        self.stamps.remove(at);
        self.messages.remove(&at)
    }

    /// Messages that are newer than what was read. One's own are never: sending is reading.
    pub(crate) fn unread_count(&self, read_until: u64) -> usize {
        self.stamps.count_after(read_until)
    }

    /// Whether a participant has something to read, or wants to be reminded of it.
    pub(crate) fn is_unread(&self, participant: &Participant) -> bool {
        participant.marked_unread || self.unread_count(participant.read_until) > 0
    }

    /// Until when everybody has read.
    pub(crate) fn everyone_read_until(&self) -> u64 {
        self.participants.values().map(|p| p.read_until).min().unwrap_or(0)
    }

    /// What the conversation list is ordered by, for a participant who joined at `joined_at`.
    pub(crate) fn last_message_at(&self, joined_at: u64) -> u64 {
        self.last_message().map_or(joined_at, |message| message.created_at)
    }
}
