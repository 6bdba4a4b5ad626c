//! Subscriptions of the application, and calls that wait until a snapshot is complete.

use alloc::vec::Vec;

use crate::client::Client;
use crate::error::Failure;
use crate::nodes::{Kind, Known, Nodes, Phase};
use crate::output::Millis;
use crate::place::{handle, Place, NOBODY};

/// Messages that a conversation holds are all kept for so long after the last subscription to them.
const KEPT_MS: Millis = 30_000;

/// How many items a subscription to a list shows at first, and the most that the service gives in
/// one page.
pub(crate) fn page_sizes(list: Kind) -> (usize, usize) {
    match list {
        Kind::List => (20, 30),
        Kind::Members => (10, 50),
        _ => (30, 100),
    }
}

/// A subscription of the application. Its number is JavaScript's.
pub(crate) struct Subscription {
    pub(crate) id: u32,
    pub(crate) target: Place,
    /// Whether its snapshot changed in a way that `Client::changes` does not tell.
    pub(crate) dirty: bool,
    /// On a list: how many items it wants to show, until it does.
    pub(crate) want: Option<usize>,
    pub(crate) view: Option<Place>,
    /// What it was told last: the snapshot and whether it is all.
    pub(crate) told: Option<(Option<u32>, bool)>,
    /// The calls of `loadMore` that wait for it.
    pub(crate) loads: Vec<u32>,
}

/// A call that resolves with a snapshot once it is complete, and once all requests are answered that
/// were under way then: what the application did before it asked has happened.
pub(crate) struct Waiter {
    pub(crate) call: u32,
    pub(crate) target: Place,
    /// The last of those requests, once they are known. 0: the call waits for none.
    pub(crate) after: Option<u32>,
}

/// How a snapshot stands.
pub(crate) enum Readiness {
    /// Parts of it are not known yet.
    Waiting,
    /// There is nothing to show.
    Null,
    Ready,
}

impl Client {
    pub(crate) fn subscribe_to(&mut self, id: u32, target: Place) {
        let kind = self.nodes[target].kind;
        let first = kind.is_list().then(|| page_sizes(kind).0);
        self.subscriptions.push(Subscription {
            id,
            target,
            dirty: false,
            want: first,
            view: None,
            told: None,
            loads: Vec::new(),
        });
        self.hold(target);
        if first.is_some() {
            let node = &self.nodes[target];
            if node.window.trimmed && node.phase == Phase::Loaded {
                self.reload(target);
            }
            self.settle_views(target);
            self.fetches.push(target);
        }
    }

    /// Ends a subscription on the application's wish. Its promises are JavaScript's matter.
    pub(crate) fn unsubscribe(&mut self, id: u32) {
        if let Some(at) = self.subscriptions.iter().position(|s| s.id == id) {
            self.remove_subscription(at, None);
        }
    }

    /// Calls of `loadMore` that wait end with it: refused, if it was, and otherwise resolved, since
    /// nothing is to be loaded any more.
    fn remove_subscription(&mut self, at: usize, failure: Option<&Failure>) {
        let subscription = self.subscriptions.remove(at);
        for load in subscription.loads {
            match failure {
                Some(failure) => self.nodes.ops.reject(load, failure),
                None => self.nodes.ops.resolve_value(load, None),
            }
        }
        let target = subscription.target;
        self.leave_view(target, subscription.view);
        self.release(target);
        if self.nodes[target].kind == Kind::Feed && self.nodes[target].refs > 0 {
            self.linger(target, KEPT_MS);
        }
    }

    /// A call waits for a snapshot.
    pub(crate) fn wait_for(&mut self, call: u32, target: Place) {
        self.hold(target);
        self.waiters.push(Waiter { call, target, after: None });
    }

    /// Holds what a subscription, a call or a search is of. A conversation that is held, or lingers,
    /// holds its messages in turn: its snapshot shows the last one, and who comes back to it soon
    /// finds them all.
    pub(crate) fn hold(&mut self, target: Place) {
        let node = &self.nodes[target];
        let (feed, holds_feed) = (node.feed, node.refs > 0 || node.until > 0);
        self.acquire(target);
        if feed != NOBODY {
            self.acquire(feed);
            if holds_feed {
                self.release(feed);
            }
        }
        for place in [target, feed] {
            let node = &self.nodes[place];
            if node.unsure && node.phase == Phase::Loaded {
                // It was refused to others, or may lack something.
                self.start(place);
            }
        }
    }

    /// `loadMore`: the view grows by `count` from what it shows now.
    #[inline(never)]
    pub(crate) fn load_more(&mut self, call: u32, id: u32, count: usize) {
        let Some(at) = self.subscriptions.iter().position(|s| s.id == id) else {
            return self.nodes.ops.resolve_value(call, None);
        };
        let subscription = &self.subscriptions[at];
        let target = subscription.target;
        let view = subscription.view.and_then(|view| self.nodes[target].window.view(view));
        let want = view.map_or(0, |view| view.len) + count;
        let subscription = &mut self.subscriptions[at];
        subscription.want = subscription.want.max(Some(want));
        subscription.loads.push(call);
        self.settle_views(target);
        self.mark_window(target);
        self.fetches.push(target);
    }

    /// How many items the subscriptions to a list want.
    #[inline(never)]
    pub(crate) fn wanted(&self, list: Place) -> usize {
        let of = self.subscriptions.iter().filter(|s| s.target == list);
        of.filter_map(|s| s.want).max().unwrap_or(0)
    }

    /// Gives each subscription of a list the view it wants, as far as that is loaded.
    #[inline(never)]
    pub(crate) fn settle_views(&mut self, list: Place) {
        for at in 0..self.subscriptions.len() {
            let subscription = &self.subscriptions[at];
            let (Some(want), view) = (subscription.want, subscription.view) else { continue };
            let node = &self.nodes[list];
            let window = &node.window;
            let enough = window.cursor.is_none() || window.items.len() >= want;
            if subscription.target != list
                || node.phase != Phase::Loaded
                || window.absent
                || !enough
            {
                continue;
            }
            let shown = view.and_then(|view| window.view(view)).map_or(0, |view| view.len);
            let len = want.min(window.items.len()).max(shown);
            self.subscriptions[at].want = None;
            self.mark_window(list);
            if view.is_some() && len == shown {
                continue;
            }
            let new = self.nodes.add(Kind::View, "", "".into(), NOBODY);
            let joined = self.nodes[list].window.join_view(view, len, new);
            if joined != new {
                self.nodes.remove(new);
            }
            self.leave_view(list, view);
            let subscription = &mut self.subscriptions[at];
            subscription.dirty |= view != Some(joined);
            subscription.view = Some(joined);
        }
    }

    /// A list is null now: its subscriptions show that, and want their first page if it comes back.
    #[inline(never)]
    pub(crate) fn window_absent(&mut self, list: Place) {
        let first = Some(page_sizes(self.nodes[list].kind).0);
        for at in 0..self.subscriptions.len() {
            let subscription = &mut self.subscriptions[at];
            if subscription.target == list {
                subscription.want = subscription.want.max(first);
                let view = subscription.view.take();
                self.leave_view(list, view);
            }
        }
        self.mark_window(list);
    }

    #[inline(never)]
    fn leave_view(&mut self, list: Place, view: Option<Place>) {
        if let Some(view) = view {
            if self.nodes[list].window.leave_view(view) {
                self.nodes.remove(view);
            }
        }
    }

    /// A further page could not be loaded. What is shown stays, and the calls that wait for more
    /// reject; who is not shown anything yet is told.
    #[inline(never)]
    pub(crate) fn reject_loads(&mut self, list: Place, failure: &Failure) {
        // Of an emptied list nothing is asked for again before somebody wants it anew.
        self.nodes[list].unsure |= self.nodes[list].window.items.is_empty();
        let waits = |s: &Subscription| s.target == list && s.view.is_none();
        while let Some(at) = self.subscriptions.iter().position(waits) {
            self.fail_subscription(at, failure);
        }
        for subscription in &mut self.subscriptions {
            if subscription.target == list {
                subscription.want = None;
                for load in core::mem::take(&mut subscription.loads) {
                    self.nodes.ops.reject(load, failure);
                }
            }
        }
    }

    #[inline(never)]
    fn fail_subscription(&mut self, at: usize, failure: &Failure) {
        let id = self.subscriptions[at].id;
        self.remove_subscription(at, Some(failure));
        self.nodes.ops.failed(id, failure);
    }

    /// A node cannot be followed: whoever asked for it is told. What merely shows it does without.
    pub(crate) fn fail(&mut self, place: Place, failure: &Failure) {
        let node = &mut self.nodes[place];
        node.phase = Phase::Loaded;
        node.unsure = true;
        // No answer to a request for a page is waited for any more.
        node.subscribing &= !node.kind.is_list();
        node.early.clear();
        node.window.page = None;
        match node.kind {
            Kind::User => self.take_absence(place),
            // If it only lingers it is let go of, below.
            Kind::Inbox if node.refs > 0 => {
                // The next list follows it anew.
                node.phase = Phase::Off;
                for list in self.nodes.lists.clone() {
                    self.fail(list, failure);
                }
                return;
            }
            // Of what is no list that is nothing.
            _ => {
                self.drop_incoming(place);
                self.mark_window(place);
            }
        }
        // A conversation without its last message is not one.
        let shows = |nodes: &Nodes, target: Place| target == place || nodes[target].feed == place;
        while let Some(at) = self.subscriptions.iter().position(|s| shows(&self.nodes, s.target)) {
            self.fail_subscription(at, failure);
        }
        self.reject_waiters(place, failure);
    }

    /// The calls that wait for a node reject.
    pub(crate) fn reject_waiters(&mut self, place: Place, failure: &Failure) {
        let shows = |nodes: &Nodes, target: Place| target == place || nodes[target].feed == place;
        while let Some(at) = self.waiters.iter().position(|w| shows(&self.nodes, w.target)) {
            let waiter = self.waiters.remove(at);
            self.nodes.ops.reject(waiter.call, failure);
            self.release(waiter.target);
        }
        // Nobody is left who wants it: then it must not linger as if it were known.
        if self.nodes[place].until != 0 {
            self.give_up(place, true);
        }
    }

    /// How the snapshot of a node stands.
    pub(crate) fn readiness(&self, place: Place) -> Readiness {
        let node = &self.nodes[place];
        match node.known {
            Known::Absent => Readiness::Null,
            Known::Present if node.is_clean() => Readiness::Ready,
            _ => Readiness::Waiting,
        }
    }

    /// The handle and completeness that a subscription shows now. `None`: not known yet.
    pub(crate) fn shown(&self, subscription: &Subscription) -> Option<(Option<u32>, bool)> {
        let node = &self.nodes[subscription.target];
        if !node.kind.is_list() {
            return match self.readiness(subscription.target) {
                Readiness::Waiting => None,
                Readiness::Null => Some((None, true)),
                Readiness::Ready => Some((Some(handle(subscription.target)), true)),
            };
        }
        let window = &node.window;
        if window.dirty || node.phase != Phase::Loaded {
            return None;
        }
        match subscription.view.and_then(|view| window.view(view)) {
            Some(view) => {
                let all = window.cursor.is_none() && view.len == window.items.len();
                Some((Some(handle(view.place)), all))
            }
            None => window.absent.then_some((None, true)),
        }
    }
}
