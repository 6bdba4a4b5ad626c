//! What a client still holds, in words, for tests: nothing when nobody holds anything.
//!
//! The shipped module does not call it, and so does not contain it.

use alloc::format;
use alloc::string::String;

use crate::client::Client;

impl Client {
    /// Everything that is held, followed, expected or waited for; empty if nothing is.
    #[doc(hidden)]
    pub fn held(&self) -> String {
        let mut all = String::new();
        for place in self.nodes.places().into_iter().filter(|place| *place > crate::place::INBOX) {
            let node = &self.nodes[place];
            let (kind, refs, phase, owned) = (node.kind, node.refs, node.phase, node.owned);
            all += &format!("{kind:?} {} (refs {refs}, {phase:?}, owns {owned}); ", node.path);
        }
        for (name, count) in [
            ("following", self.following as usize),
            ("lingering", self.lingering.len()),
            ("subscriptions", self.subscriptions.len()),
            ("waiters", self.waiters.len()),
            ("searches", self.searches.len()),
            ("pending", self.pending.len()),
            ("halves", self.halves.len()),
        ] {
            if count > 0 {
                all += &format!("{count} {name}; ");
            }
        }
        all
    }
}
