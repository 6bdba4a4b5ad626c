//! An ordered list of which a part is loaded: messages of a conversation, conversations of the
//! list. And the views on it.
//!
//! The newest items come first. What is loaded is always the newest part, without gaps: `items`.
//! Each subscription shows a prefix of it, a *view*; subscriptions with equal prefixes share one
//! view and thereby one JavaScript array. Items are edited in place, and every edit is noted in
//! the views it concerns, so that it leaves as an edit of the array and not as a new array.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::conn::Ticket;
use crate::live::Live;
use crate::ops::Ops;
use crate::store::Handle;

/// One element: a place in the store, and the time by which it is ordered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) time: f64,
    pub(crate) place: u32,
}

/// A prefix of the loaded items that at least one subscription shows.
pub(crate) struct View {
    pub(crate) handle: Handle,
    pub(crate) len: usize,
    /// How many subscriptions share it.
    pub(crate) subscriptions: u32,
    /// Edits since JavaScript's array was made: position, how many go, how many come, and these.
    edits: Vec<u32>,
    /// Whether the array is to be made anew instead.
    relist: bool,
}

/// The page that is being fetched.
pub(crate) struct Page {
    pub(crate) ticket: Ticket,
    /// For a page of a reload: where it begins, i.e. behind which item. `None` is the top.
    pub(crate) behind: Option<Item>,
}

/// A list of which the newest part is loaded.
pub(crate) struct Window {
    pub(crate) live: Live,
    /// There is no such list for this user: not a participant.
    pub(crate) absent: bool,
    pub(crate) items: Vec<Item>,
    /// Where the older items begin, as the service names it. `None`: all are loaded.
    pub(crate) cursor: Option<Box<str>>,
    pub(crate) page: Option<Page>,
    /// During a reload, after its first page: where the next one begins, and behind which item.
    pub(crate) reload: Option<(Box<str>, Item)>,
    /// Whether the reload has come to items that were known before it.
    pub(crate) reloaded_into_known: bool,
    pub(crate) views: Vec<View>,
    /// Items that came by an event while a reload was under way: they are newer than its pages.
    pub(crate) fresh: Vec<u32>,
    /// Whether it is in the client's list of windows to flush.
    pub(crate) dirty: bool,
}

impl Window {
    pub(crate) fn new() -> Window {
        Window {
            live: Live::default(),
            absent: false,
            items: Vec::new(),
            cursor: None,
            page: None,
            reload: None,
            reloaded_into_known: false,
            views: Vec::new(),
            fresh: Vec::new(),
            dirty: false,
        }
    }

    /// Forgets what is loaded. Views stay: they are their subscriptions'.
    pub(crate) fn reset(&mut self) {
        self.absent = false;
        self.items.clear();
        self.cursor = None;
        self.page = None;
        self.reload = None;
        self.reloaded_into_known = false;
        self.fresh.clear();
    }

    /// Where an item of this time is, or belongs. `tie` orders it against one of the same time.
    pub(crate) fn position(&self, time: f64, tie: impl Fn(u32) -> Ordering) -> usize {
        self.items.partition_point(|item| {
            item.time > time || (item.time == time && tie(item.place) == Ordering::Less)
        })
    }

    /// Inserts an item. `loaded` says that it came with a page of older items, which only those
    /// views show that ask for them.
    pub(crate) fn insert(&mut self, at: usize, item: Item, handle: Handle, loaded: bool) {
        let at_end_of_all = at == self.items.len() && self.cursor.is_none() && !loaded;
        for view in &mut self.views {
            if at < view.len || (at == view.len && at_end_of_all) {
                view.len += 1;
                view.edit(at, 0, &[handle]);
            }
        }
        self.items.insert(at, item);
    }

    /// Removes the item at a position.
    pub(crate) fn remove(&mut self, at: usize) -> Item {
        for view in &mut self.views {
            if at < view.len {
                view.len -= 1;
                view.edit(at, 1, &[]);
            }
        }
        self.items.remove(at)
    }

    /// Notes that the item at a position has a new snapshot.
    pub(crate) fn replace(&mut self, at: usize, handle: Handle) {
        for view in &mut self.views {
            if at < view.len {
                view.edit(at, 1, &[handle]);
            }
        }
    }

    /// After an item moved: makes views that became shorter by it as long as they were.
    pub(crate) fn keep_lens(&mut self, lens: &[usize], handle_of: impl Fn(u32) -> Handle) {
        for (view, &len) in self.views.iter_mut().zip(lens) {
            let added = self.items.iter().take(len).skip(view.len);
            let added: Vec<Handle> = added.map(|item| handle_of(item.place)).collect();
            if !added.is_empty() {
                view.edit(view.len, 0, &added);
                view.len = len;
            }
        }
    }

    /// The view that shows `len` items, for one more subscription.
    pub(crate) fn join_view(&mut self, len: usize, ops: &mut Ops) -> Handle {
        if let Some(view) = self.views.iter_mut().find(|view| view.len == len) {
            view.subscriptions += 1;
            return view.handle;
        }
        let handle = ops.allot();
        let edits = Vec::new();
        self.views.push(View { handle, len, subscriptions: 1, edits, relist: true });
        handle
    }

    /// One subscription less on a view.
    pub(crate) fn leave_view(&mut self, handle: Handle, ops: &mut Ops) {
        if let Some(at) = self.views.iter().position(|view| view.handle == handle) {
            self.views[at].subscriptions -= 1;
            if self.views[at].subscriptions == 0 {
                self.views.swap_remove(at);
                ops.free(handle);
            }
        }
    }

    pub(crate) fn view(&self, handle: Handle) -> Option<&View> {
        self.views.iter().find(|view| view.handle == handle)
    }

    /// Makes the view of a subscription longer; gives the view it then has.
    pub(crate) fn grow_view(
        &mut self,
        handle: Handle,
        len: usize,
        ops: &mut Ops,
        handle_of: impl Fn(u32) -> Handle,
    ) -> Handle {
        let alone = self.view(handle).is_some_and(|view| view.subscriptions == 1);
        let taken = self.views.iter().any(|view| view.len == len);
        if !alone || taken {
            let joined = self.join_view(len, ops);
            self.leave_view(handle, ops);
            return joined;
        }
        let items = &self.items;
        if let Some(view) = self.views.iter_mut().find(|view| view.handle == handle) {
            let added = items.iter().take(len).skip(view.len).map(|item| handle_of(item.place));
            let added: Vec<Handle> = added.collect();
            view.edit(view.len, 0, &added);
            view.len = len;
        }
        handle
    }

    /// Makes every view's array anew at the next flush.
    pub(crate) fn relist(&mut self) {
        for view in &mut self.views {
            if !view.edits.is_empty() {
                view.relist = true;
                view.edits.clear();
            }
        }
    }

    /// Writes what changed in the views. `changed` is told each view that did.
    pub(crate) fn flush_views(
        &mut self,
        ops: &mut Ops,
        handle_of: impl Fn(u32) -> Handle,
        mut changed: impl FnMut(Handle),
    ) {
        for view in &mut self.views {
            // Beyond that, the edits say more than the list itself would.
            let relist = view.relist || view.edits.len() > 8 + 4 * view.len;
            if relist {
                let shown = self.items.iter().take(view.len).map(|item| handle_of(item.place));
                ops.list(view.handle, false, shown);
            } else if !view.edits.is_empty() {
                ops.list(view.handle, true, view.edits.iter().copied());
            } else {
                continue;
            }
            view.relist = false;
            view.edits.clear();
            changed(view.handle);
        }
    }
}

impl View {
    fn edit(&mut self, at: usize, removed: u32, handles: &[Handle]) {
        if !self.relist {
            self.edits.extend([at as u32, removed, handles.len() as u32]);
            self.edits.extend(handles);
        }
    }
}
