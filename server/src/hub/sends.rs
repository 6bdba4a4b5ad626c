//! Idempotency keys: a send that is repeated with its key is the same send.

use std::collections::{BTreeMap, BTreeSet};

use super::records::Sent;

/// How long a key is remembered.
const KEPT_MS: u64 = 24 * 60 * 60 * 1000;

/// (user, conversation, key): keys of different users or conversations have nothing in common.
pub(crate) type SendKey = (String, String, String);

/// The sends of the last day that carried a key.
#[derive(Default)]
pub(crate) struct Sends {
    by_key: BTreeMap<SendKey, Sent>,
    by_time: BTreeSet<(u64, SendKey)>,
}

impl Sends {
    /// The message that was sent with this key.
    pub(crate) fn find(&self, key: &SendKey) -> Option<&str> {
        self.by_key.get(key).map(|sent| sent.message.as_str())
    }

    pub(crate) fn insert(&mut self, key: SendKey, sent: Sent) {
        self.by_time.insert((sent.at, key.clone()));
        self.by_key.insert(key, sent);
    }

    /// Takes out a key that is too old at `now`. Call it until it gives `None`.
    pub(crate) fn pop_old(&mut self, now: u64) -> Option<SendKey> {
        let (at, _) = self.by_time.first()?;
        if at.saturating_add(KEPT_MS) > now {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }
}
