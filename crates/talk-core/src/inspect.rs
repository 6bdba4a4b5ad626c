//! What a client holds, for tests: the feature `inspect` is for them alone, and the shipped module
//! has nothing of it.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::place::{INBOX, NOBODY};

impl Client {
    /// Everything that is held, in words. Nothing, once nobody wants anything any more, all calls
    /// are settled and what lingered is over. Timers are not in it: see [`Client::next_wake`].
    pub fn held(&self) -> Vec<String> {
        let mut held = Vec::new();
        for place in self.nodes.places() {
            let node = &self.nodes[place];
            if place != INBOX || !node.is_idle() || node.owned > 0 || !node.early.is_empty() {
                let (kind, path) = (node.kind, &node.path);
                let (refs, listed, linked) = (node.refs, node.listed, node.linked);
                let rest = format!("held {refs}, listed {listed}, linked {linked} times");
                held.push(format!("a node: {kind:?} {path}, {:?}, {rest}", node.phase));
            }
        }
        // What is done to nobody is done to nothing, and so is never told.
        let changed = self.nodes.dirty.iter().filter(|&&place| place != NOBODY).count();
        for (what, count) in [
            ("changed nodes", changed),
            ("paths", self.nodes.paths()),
            ("lists of conversations", self.nodes.lists.len()),
            ("resources that are followed", self.following as usize),
            ("resources that linger", self.lingering.len()),
            ("wanted pages", self.fetches.len()),
            ("changed lists", self.dirty_windows.len()),
            ("subscriptions", self.subscriptions.len()),
            ("waiting calls", self.waiters.len()),
            ("searches", self.searches.len()),
            ("expected answers", self.pending.len()),
            ("half answered calls", self.halves.len()),
        ] {
            if count > 0 {
                held.push(format!("{count} {what}"));
            }
        }
        held.extend(self.conn.held().map(String::from));
        held
    }
}
