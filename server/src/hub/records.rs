//! What outlives a restart: the hub says what to keep, the shell keeps it and gives it back.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Names one thing that is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordKey {
    /// `user`, `conversation`, `participant`, `message`, `file`, `send` or `key`.
    pub kind: String,
    /// The app it belongs to; empty for what belongs to all of them.
    pub app: String,
    /// Unique within its kind and app: a JSON array of ids.
    pub id: String,
}

/// One thing that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub key: RecordKey,
    /// Its content, JSON.
    pub body: String,
}

/// A record the hub cannot use: the storage was changed by something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Which record.
    pub key: RecordKey,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for BadRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let RecordKey { kind, app, id } = &self.key;
        write!(f, "stored {kind} {id} of app {app:?} cannot be used: {}", self.why)
    }
}

impl std::error::Error for BadRecord {}

/// The kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The key that signs bokens.
    Key,
    User,
    Conversation,
    Participant,
    Message,
    File,
    /// A send that carried an idempotency key.
    Send,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Key,
        Kind::User,
        Kind::Conversation,
        Kind::Participant,
        Kind::Message,
        Kind::File,
        Kind::Send,
    ];

    fn name(self) -> &'static str {
        match self {
            Kind::Key => "key",
            Kind::User => "user",
            Kind::Conversation => "conversation",
            Kind::Participant => "participant",
            Kind::Message => "message",
            Kind::File => "file",
            Kind::Send => "send",
        }
    }

    pub(crate) fn key(self, app: &str, ids: &[&str]) -> RecordKey {
        let id = serde_json::Value::from(ids.to_vec()).to_string();
        RecordKey { kind: self.name().to_owned(), app: app.to_owned(), id }
    }
}

impl RecordKey {
    /// What the names of this key stand for.
    pub(crate) fn parse(&self) -> Result<(Kind, Vec<String>), String> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == self.kind);
        let kind = kind.ok_or_else(|| format!("its kind {:?} is unknown", self.kind))?;
        let ids = serde_json::from_str(&self.id).map_err(|error| error.to_string())?;
        Ok((kind, ids))
    }
}

/// A send under an idempotency key: when, and the message that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    pub(crate) message: String,
    pub(crate) at: u64,
}

/// Writes a record's body.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    // Only maps with keys that are not strings fail, and no record has one.
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads a record's body.
pub(crate) fn read<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|error| error.to_string())
}
