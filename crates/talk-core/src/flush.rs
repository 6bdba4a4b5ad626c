//! Turning what changed into operations for JavaScript, once per input.
//!
//! A snapshot is written when all that it links to is: users first, then the messages that show
//! them, then the conversations that show messages; then the lists, and last the listeners. What is
//! not complete yet, such as a message whose sender is being fetched, stays dirty, and holds back
//! the list that shows it.

use alloc::vec::Vec;

use crate::client::Client;
use crate::json::{push_u64, ArrayWriter, ObjectWriter, Raw};
use crate::nodes::{fields, Kind, Known, Node, Phase, OTHER, REACTIONS, RECORD, USER};
use crate::place::{handle, is_among, reference_handle, Place, INBOX, NOBODY};
use crate::reactions::shown_reactions;
use crate::record::Mask;
use crate::replies::Then;
use crate::schema;
use crate::subscriptions::Readiness;

impl Client {
    /// Writes everything that changed and is complete.
    #[inline(never)]
    pub(crate) fn flush(&mut self) {
        for at in 0..self.dirty_windows.len() {
            let feed = self.dirty_windows[at];
            let Node { owner: side, ref window, .. } = self.nodes[feed];
            let own = self.nodes[side].feed == feed && !window.absent;
            if own && self.nodes[side].known == Known::Present && self.is_current(side) {
                // Its messages may tell in which lists it is, and where.
                self.sort_into(&self.loaded_lists(), side);
            }
        }
        let mut at = 0;
        // News of a message may say that it refers to another one than before.
        while let Some(&place) = self.nodes.dirty.get(at) {
            self.refer(place);
            at += 1;
        }
        let mut incomplete = Vec::new();
        let mut patient = true;
        loop {
            let mut dirty = core::mem::take(&mut self.nodes.dirty);
            dirty.append(&mut incomplete);
            let all = dirty.len();
            // Each pass goes the other way round than the one before, so that a chain of replies is
            // through after two, in whatever order it came.
            while let Some(place) = dirty.pop() {
                if self.nodes[place].dirty == 0 {
                    continue;
                }
                if self.is_complete(place, patient) {
                    self.flush_node(place);
                } else {
                    incomplete.push(place);
                }
            }
            // One may have become complete by another, until none does; and messages that refer to
            // one another must not wait for ever.
            let stuck = incomplete.len() == all;
            if stuck && !patient {
                break;
            }
            patient = !stuck;
        }
        self.nodes.dirty = incomplete;
        self.flush_windows();
        self.flush_subscriptions();
        self.flush_searches();
        self.changes.clear();
    }

    /// Whether all that a node's snapshot shows is there. What does not exist has nothing to show.
    /// `patient`: whether it waits until a message it refers to is written.
    #[inline(never)]
    fn is_complete(&self, place: Place, patient: bool) -> bool {
        let node = &self.nodes[place];
        let clean = |other: Place| other == NOBODY || self.nodes[other].is_clean();
        if node.kind == Kind::User {
            return node.known != Known::No;
        }
        if node.known != Known::Present {
            return node.known == Known::Absent;
        }
        clean(node.user)
            && node.typing.iter().all(|&(_, user)| clean(user))
            && match node.kind {
                // When both come anew, they come together.
                Kind::Online => node.phase == Phase::Loaded,
                Kind::Side => self.nodes[node.feed].phase == Phase::Loaded && clean(node.other),
                Kind::Message if node.expanded && node.other != NOBODY => {
                    let other = &self.nodes[node.other];
                    other.known != Known::No && clean(other.user) && (other.dirty == 0 || !patient)
                }
                _ => true,
            }
    }

    #[inline(never)]
    fn flush_node(&mut self, place: Place) {
        let shown = self.shown_link(place);
        let node = &mut self.nodes[place];
        let mut mask = core::mem::take(&mut node.dirty);
        let told = node.told.take();
        if node.known == Known::Absent && node.kind != Kind::User {
            // If it comes back, nothing is left of what it was.
            return self.nodes.unmake(place);
        }
        let (was_made, other) = (node.made, node.other);
        let full = node.kind != Kind::Message || node.expanded;
        let same = core::mem::replace(&mut node.told_other, shown) == shown;
        if !same {
            mask |= OTHER;
        } else if node.kind == Kind::Side || shown == NOBODY {
            mask &= !OTHER;
        }
        if was_made || node.reference_made {
            mask &= USER | OTHER;
            mask |= told.as_ref().map_or(0, |told| node.record.differs(told));
            if node.kind == Kind::Message {
                // The ids of sender and reference are not shown as such.
                mask &= REACTIONS | USER | OTHER | ((1 << schema::MESSAGE_VISIBLE) - 1);
                if let Some(told) = told.filter(|_| mask & REACTIONS != 0) {
                    if shown_reactions(&told) == shown_reactions(&node.record) {
                        mask &= !REACTIONS;
                    }
                }
            }
            if mask == 0 && (was_made || !full) {
                // What changed back in between may have moved it.
                return self.reposition(place, false);
            }
        }
        let reference_made = node.reference_made;
        if full {
            node.made = true;
            let link = other != NOBODY && self.nodes[other].known == Known::Present;
            if link && self.nodes[place].kind == Kind::Message {
                self.make_reference(other);
            }
            self.write(place, handle(place), was_made, mask, link);
        }
        let kind = self.nodes[place].kind;
        // That form has no more than the ID of what it refers to.
        let mask = if same { mask & !OTHER } else { mask };
        if reference_made && mask != 0 {
            self.write(place, reference_handle(place), true, mask, false);
            self.nodes.mark_links_to(place);
        }
        if kind == Kind::User && was_made {
            self.nodes.mark_links_to(place);
        }
        if kind == Kind::Message && was_made && full {
            let side = self.nodes[self.nodes[place].owner].owner;
            if self.nodes[side].told_other == place {
                // It shows an older snapshot of it, also while it waits for a newer message.
                self.nodes[side].told_other = INBOX;
                self.nodes.mark(side, OTHER);
            }
        }
        if self.nodes[place].listed > 0 {
            self.reposition(place, was_made);
        }
        self.changes.push(place);
    }

    /// See [`Node::told_other`].
    #[inline(never)]
    fn shown_link(&self, place: Place) -> Place {
        let node = &self.nodes[place];
        let lost = self.nodes[node.other].known == Known::Absent;
        match node.kind {
            Kind::Side => node.other,
            _ if lost || node.record.get(schema::MESSAGE_REFERENCE).is_null() => NOBODY,
            _ => INBOX,
        }
    }

    /// Makes the form of a message that is shown inside the ones that refer to it.
    fn make_reference(&mut self, place: Place) {
        if !core::mem::replace(&mut self.nodes[place].reference_made, true) {
            self.write(place, reference_handle(place), false, 0, false);
            let shown = self.shown_link(place);
            let node = &mut self.nodes[place];
            if !node.made {
                node.told_other = shown;
                // This form has all that is known now. The other one is still to be written.
                node.told = None;
                node.dirty = node.dirty.min(RECORD);
            }
        }
    }

    /// Writes a snapshot, or (`patch`) those parts of it that changed. `link`: whether what it links
    /// to besides a user is there.
    fn write(&mut self, place: Place, name: u32, patch: bool, mask: Mask, link: bool) {
        // The node is lent out while its text is written, since both are in the same hands.
        let ops = &mut core::mem::take(&mut self.nodes.ops);
        let node = &self.nodes[place];
        // Who is typing is not shown when they are many, so nothing of the old one may stay.
        let patch = patch && node.kind != Kind::Typing;
        let mask = if patch { mask } else { Mask::MAX };
        let full = name == handle(place);
        let mut object = ops.begin_snapshot(name, patch);
        match node.kind {
            Kind::Message => {
                write_message(&mut object, node, mask);
                if !full && mask & OTHER != 0 {
                    let id = match self.shown_link(place) {
                        NOBODY => Raw::NULL,
                        _ => node.record.get(schema::MESSAGE_REFERENCE),
                    };
                    object.raw("referencedMessageId", id);
                }
                if full && mask & OTHER != 0 {
                    let other = link.then(|| reference_handle(node.other));
                    push_link(&mut object, "referencedMessage", other);
                }
            }
            kind => {
                let visible = fields(kind).len() - usize::from(kind == Kind::Typing);
                node.record.write(&mut object, fields(kind), visible, mask);
                if node.user != NOBODY && mask & USER != 0 {
                    push_link(&mut object, "user", Some(handle(node.user)));
                }
                if kind == Kind::Typing && node.record.get(0).as_bool() != Some(true) {
                    let mut users = ArrayWriter::new(object.key("users"));
                    for &(_, user) in &node.typing {
                        users.u64(handle(user).into());
                    }
                    users.end();
                }
                if kind == Kind::Side && mask & OTHER != 0 {
                    push_link(&mut object, "lastMessage", link.then(|| handle(node.other)));
                }
            }
        }
        object.end();
        ops.end();
        self.nodes.ops = core::mem::take(ops);
    }

    fn flush_windows(&mut self) {
        for list in core::mem::take(&mut self.dirty_windows) {
            // What came by events may be all that was still wanted.
            self.settle_views(list);
            let dirty = &self.nodes.dirty;
            let waits = dirty.iter().any(|&item| self.find_in_list(list, item).is_some());
            let nodes = &mut self.nodes;
            let phase = nodes[list].phase;
            if phase == Phase::Loading || waits && phase == Phase::Loaded {
                self.dirty_windows.push(list);
                continue;
            }
            let mut window = core::mem::take(&mut nodes[list].window);
            window.dirty = false;
            let changed = window.flush(&mut nodes.ops);
            nodes[list].window = window;
            for view in changed {
                nodes[view].made = true;
                for subscription in &mut self.subscriptions {
                    subscription.dirty |= subscription.view == Some(view);
                }
            }
        }
    }

    fn flush_subscriptions(&mut self) {
        for at in 0..self.subscriptions.len() {
            let subscription = &self.subscriptions[at];
            let news = subscription.dirty || is_among(&self.changes, subscription.target);
            let shown = self.shown(subscription);
            let subscription = &mut self.subscriptions[at];
            subscription.dirty = news && shown.is_none();
            let Some((handle, loaded_all)) = shown else { continue };
            let before = subscription.told.replace((handle, loaded_all));
            // That there is nothing is said once.
            if before != subscription.told || news && handle.is_some() {
                self.nodes.ops.active(subscription.id, handle, loaded_all);
            }
            if subscription.want.is_none() || handle.is_none() {
                for load in core::mem::take(&mut subscription.loads) {
                    self.nodes.ops.resolve_value(load, None);
                }
            }
        }
    }

    /// Settles the calls that need not wait any longer. To be called when all requests are made that
    /// are to be made now.
    pub(crate) fn flush_waiters(&mut self) {
        let last = self.pending.last().map_or(0, |&(ticket, _)| ticket);
        let mut at = 0;
        while at < self.waiters.len() {
            let (ready, target) = (self.ready, self.waiters[at].target);
            let readiness = self.readiness(target);
            let waiter = &mut self.waiters[at];
            at += 1;
            if matches!(readiness, Readiness::Waiting) || waiter.after.is_none() && !ready {
                continue;
            }
            let after = *waiter.after.get_or_insert(last);
            let under_way =
                |(ticket, then): &(u32, Then)| *ticket <= after && then.goes_over_the_socket();
            if !self.pending.iter().any(under_way) {
                at -= 1;
                let waiter = self.waiters.remove(at);
                let shown = matches!(readiness, Readiness::Ready).then(|| handle(target));
                self.nodes.ops.resolve(waiter.call, shown);
                self.release(target);
            }
        }
    }
}

/// What both forms of a message share.
fn write_message(object: &mut ObjectWriter, node: &Node, mask: Mask) {
    node.record.write(object, schema::MESSAGE, schema::MESSAGE_VISIBLE, mask);
    if mask & USER != 0 {
        push_link(object, "sender", Some(node.user).filter(|&user| user != NOBODY).map(handle));
    }
    if mask & REACTIONS != 0 {
        object.key("reactions").push_str(&shown_reactions(&node.record));
    }
}

/// A link to another snapshot: its handle, or null.
fn push_link(object: &mut ObjectWriter, name: &str, handle: Option<u32>) {
    let out = object.key(name);
    match handle {
        Some(handle) => push_u64(out, handle.into()),
        None => out.push_str(Raw::NULL.text()),
    }
}
