//! An ordered list of which a part is loaded: messages of a conversation, conversations of the
//! list. And the views on it.
//!
//! The newest items come first. What is loaded is always the newest part, without gaps: `items`.
//! Each subscription shows a prefix of it, a *view*; subscriptions with equal prefixes share one
//! view and thereby one JavaScript array. Items are edited in place, and every edit is noted in
//! the views it concerns, so that it leaves as an edit of the array and not as a new array.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::conn::Ticket;
use crate::ops::Ops;
use crate::place::{handle, Place};

/// A prefix of the loaded items that at least one subscription shows.
pub(crate) struct View {
    /// The node that stands for it; its handle is that of the array.
    pub(crate) place: Place,
    pub(crate) len: usize,
    /// How many subscriptions share it.
    pub(crate) subscriptions: u32,
    /// During a reload: how far back in time it went before.
    pub(crate) since: f64,
    /// Edits since JavaScript's array was made: position, how many go, how many come, and these.
    edits: Vec<u32>,
    /// Whether the array is to be made anew instead.
    relist: bool,
}

/// A list of which the newest part is loaded.
#[derive(Default)]
pub(crate) struct Window {
    /// There is no such list for this user: not a participant.
    pub(crate) absent: bool,
    pub(crate) items: Vec<Place>,
    /// While it is being loaded: what will take the place of the items.
    pub(crate) incoming: Vec<Place>,
    /// Where the older items begin, as the service names it. `None`: all are loaded.
    pub(crate) cursor: Option<Box<str>>,
    /// How many pages in a row brought nothing new.
    pub(crate) barren: u32,
    /// The time of the last page's oldest item: what is older is behind the cursor.
    pub(crate) end: f64,
    /// The request for a page that is under way.
    pub(crate) page: Option<Ticket>,
    pub(crate) views: Vec<View>,
    /// Whether older items were let go of, so that the cursor does not follow on what is there.
    pub(crate) trimmed: bool,
    /// Whether it is in the client's list of windows to flush.
    pub(crate) dirty: bool,
}

impl Window {
    /// How many items the longest view shows.
    pub(crate) fn shown(&self) -> usize {
        self.views.iter().map(|view| view.len).max().unwrap_or(0)
    }

    /// Inserts an item. `loaded` says that it came with a page of older items, which only those
    /// views show that ask for them.
    pub(crate) fn insert(&mut self, at: usize, item: Place, loaded: bool) {
        let at_end = at == self.items.len() && !loaded;
        for view in &mut self.views {
            if at < view.len || (at == view.len && at_end) {
                view.len += 1;
                view.edit(at, 0, &[item]);
            }
        }
        self.items.insert(at, item);
    }

    /// Removes the item at a position.
    pub(crate) fn remove(&mut self, at: usize) {
        for view in &mut self.views {
            if at < view.len {
                view.len -= 1;
                view.edit(at, 1, &[]);
            }
        }
        self.items.remove(at);
    }

    /// Notes that the item at a position has a new snapshot.
    pub(crate) fn replace(&mut self, at: usize) {
        let item = self.items[at];
        for view in &mut self.views {
            if at < view.len {
                view.edit(at, 1, &[item]);
            }
        }
    }

    /// Moves an item. A view that showed the item still does if it is within its length, and keeps
    /// that; one into which the item moves grows by it.
    pub(crate) fn shift(&mut self, from: usize, to: usize) {
        let item = self.items[from];
        let mut lens = Vec::new();
        for view in &self.views {
            lens.push(view.len as u32);
        }
        self.remove(from);
        self.insert(to, item, false);
        for (at, len) in lens.into_iter().enumerate() {
            self.grow(at, len as usize);
        }
    }

    /// Makes a view show at least `len` items.
    fn grow(&mut self, at: usize, len: usize) {
        let view = &mut self.views[at];
        if let Some(added) = self.items.get(view.len..len).filter(|added| !added.is_empty()) {
            view.edit(view.len, 0, added);
            view.len = len;
        }
    }

    #[inline(never)]
    pub(crate) fn view(&self, place: Place) -> Option<&View> {
        self.views.iter().find(|view| view.place == place)
    }

    /// Gives a subscription a view of `len` items: another one that has that length, its own made
    /// longer if nobody shares it, or the new one at `new`. Says which.
    #[inline(never)]
    pub(crate) fn join_view(&mut self, own: Option<Place>, len: usize, new: Place) -> Place {
        if let Some(view) = self.views.iter_mut().find(|view| view.len == len) {
            view.subscriptions += 1;
            return view.place;
        }
        let alone = |view: &View| Some(view.place) == own && view.subscriptions == 1;
        if let Some(at) = self.views.iter().position(alone) {
            self.grow(at, len);
            self.views[at].subscriptions += 1;
            return self.views[at].place;
        }
        let edits = Vec::new();
        let since = f64::MAX;
        self.views.push(View { place: new, len, subscriptions: 1, since, edits, relist: true });
        new
    }

    /// One subscription less on a view. Says whether it was the last one.
    #[inline(never)]
    pub(crate) fn leave_view(&mut self, place: Place) -> bool {
        let Some(at) = self.views.iter().position(|view| view.place == place) else { return false };
        self.views[at].subscriptions -= 1;
        let last = self.views[at].subscriptions == 0;
        if last {
            self.views.remove(at);
        }
        last
    }

    /// What was being loaded takes the place of the items. `lens` are the lengths of the views then.
    #[inline(never)]
    pub(crate) fn install(&mut self, lens: &[u32]) -> Vec<Place> {
        let new = core::mem::take(&mut self.incoming);
        for (view, &len) in self.views.iter_mut().zip(lens) {
            let len = len as usize;
            if self.items.get(..view.len) != new.get(..len) {
                view.relist = true;
                view.edits.clear();
            }
            view.len = len;
        }
        core::mem::replace(&mut self.items, new)
    }

    /// Takes all items out.
    pub(crate) fn clear(&mut self) -> Vec<Place> {
        for view in &mut self.views {
            view.len = 0;
            view.relist = true;
            view.edits.clear();
        }
        core::mem::take(&mut self.items)
    }

    /// Writes what changed in the views, and says in which.
    pub(crate) fn flush(&mut self, ops: &mut Ops) -> Vec<Place> {
        let mut changed = Vec::new();
        for view in &mut self.views {
            // Beyond that, the edits say more than the list itself would.
            let relist = view.relist || view.edits.len() > 8 + 4 * view.len;
            if relist {
                view.edits.clear();
                view.edits.extend(self.items.iter().take(view.len).map(|&item| handle(item)));
            } else if view.edits.is_empty() {
                continue;
            }
            ops.list(handle(view.place), !relist, &view.edits);
            view.relist = false;
            view.edits.clear();
            changed.push(view.place);
        }
        changed
    }
}

impl View {
    fn edit(&mut self, at: usize, removed: u32, added: &[Place]) {
        if added.is_empty() && !self.edits.is_empty() {
            // What goes may have come by an edit of the same input, and never been made.
            self.relist = true;
            self.edits.clear();
        }
        if !self.relist {
            self.edits.extend_from_slice(&[at as u32, removed, added.len() as u32]);
            self.edits.extend(added.iter().map(|&item| handle(item)));
        }
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
