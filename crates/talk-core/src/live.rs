//! Which nodes are followed, and for how long.
//!
//! A node is followed while somebody holds it: a subscription, a call that waits for it, or another
//! node that shows it. The first hold subscribes to it and loads it; after the last one it lingers,
//! so that coming back soon costs nothing; then it is unsubscribed and forgotten.

use crate::client::Client;
use crate::conn::{Keep, Method, Request};
use crate::nodes::{Kind, Known, Nodes, Phase, Place, LIST, NOBODY, OTHER};
use crate::output::Millis;
use crate::replies::Then;

/// Whether the conversation list follows a conversation, which it does for those it has shown.
pub(crate) fn covers(nodes: &Nodes, side: Place) -> bool {
    nodes[LIST].phase != Phase::Off && nodes[side].known != Known::No
}

impl Client {
    /// One more hold on a node. The first one starts following it.
    pub(crate) fn acquire(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        self.following += u32::from(node.is_idle());
        node.refs += 1;
        node.until = 0;
        if node.refs == 1 && node.phase == Phase::Off {
            self.start(place);
        }
    }

    /// One hold less.
    pub(crate) fn release(&mut self, place: Place) {
        if place == NOBODY {
            return;
        }
        let node = &mut self.nodes[place];
        node.refs = node.refs.saturating_sub(1);
        if node.refs > 0 {
            return;
        }
        let linger = match node.kind {
            _ if node.phase == Phase::Off => 0,
            Kind::Message => 0,
            Kind::Feed | Kind::List => 10_000,
            _ => 30_000,
        };
        if linger == 0 {
            self.forget(place);
        } else {
            node.until = self.conn.clock.now() + linger;
            self.lingering.push((node.until, place));
        }
    }

    /// Subscribes to a node and fetches its state, if there is a connection. If there is none,
    /// [`Client::start_all`] does it when there is.
    pub(crate) fn start(&mut self, place: Place) {
        let node = &self.nodes[place];
        let covered = node.known != Known::No
            && match node.kind {
                Kind::Side => covers(&self.nodes, place),
                // A message came with its feed, which follows it.
                Kind::Message => true,
                _ => false,
            };
        if self.ready && !covered {
            self.nodes[place].phase = Phase::Loading;
            self.subscribe(place);
            self.fetch(place);
        }
    }

    /// On a connection that is ready: subscribes to all that is followed, and (`refetch`) fetches
    /// its state again, since events may have been missed.
    pub(crate) fn start_all(&mut self, refetch: bool) {
        // What only lingers is let go: to keep it up to date would cost more than to load it anew.
        self.forget_unused(Millis::MAX);
        for place in self.nodes.places() {
            let node = &mut self.nodes[place];
            // Events of a connection that is gone are older than the state that comes now.
            node.early.clear();
            if refetch && node.kind == Kind::Side && node.known == Known::Absent {
                // I may have joined since, and the list does not tell of what is beyond its pages.
                node.known = Known::No;
            }
            if node.is_idle() || node.listed && node.kind == Kind::Message {
                continue;
            }
            if node.kind == Kind::Message && refetch {
                // Only referred to: nothing else tells what happened to it.
                node.phase = Phase::Loading;
                self.fetch(place);
                continue;
            }
            if node.phase == Phase::Off {
                self.start(place);
                continue;
            }
            // The last connection may have ended before it was subscribed to.
            let fetch = refetch || node.phase == Phase::Loading || node.subscribing;
            if fetch {
                node.phase = Phase::Loading;
            }
            self.subscribe(place);
            if fetch {
                self.fetch(place);
            }
        }
        // Also those that are loaded may want older pages, which nobody asked for until now.
        self.fetches = self.nodes.places();
    }

    /// Lets go of the nodes that nobody holds and whose time is over at `now`; of all of them if
    /// `now` is `Millis::MAX`, and then without a word to the service.
    pub(crate) fn forget_unused(&mut self, now: Millis) {
        // To forget one thing may be the last release of another, which then lingers in turn.
        while let Some(at) = self.lingering.iter().position(|&(until, _)| until <= now) {
            let (until, place) = self.lingering.remove(at);
            // It may have been held again in the meantime.
            if self.nodes[place].until == until {
                self.give_up(place, now != Millis::MAX);
            }
        }
    }

    /// Lets go of a node that nobody holds.
    pub(crate) fn give_up(&mut self, place: Place, unsubscribe: bool) {
        if self.nodes[place].refs == 0 {
            if unsubscribe && self.ready {
                let path = (*self.nodes[place].path).into();
                self.request(Method::Unsubscribe, path, Keep::Connection, Then::Ignore);
            }
            self.forget(place);
        }
    }

    /// When the next lingering node is to be forgotten.
    pub(crate) fn next_forget(&self) -> Option<Millis> {
        self.lingering.iter().map(|&(until, _)| until).min()
    }

    fn subscribe(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        node.subscribing = node.kind != Kind::Message;
        node.unsure = false;
        match node.kind {
            Kind::User => {
                let request = Request::SubscribeUser { id: (*node.id).into() };
                self.send(request, Keep::Connection, Then::Subscribed(place));
            }
            // Single messages cannot be followed.
            Kind::Message => {}
            _ => {
                let path = (*node.path).into();
                let then = Then::Subscribed(place);
                self.request(Method::Subscribe, path, Keep::Connection, then);
            }
        }
    }

    pub(crate) fn fetch(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        match node.kind {
            Kind::List | Kind::Feed => {
                node.window.page = None;
                self.drop_incoming(place);
                self.note_extent(place);
                self.fetches.push(place);
            }
            Kind::User => {
                let request = Request::GetUser { id: (*node.id).into() };
                self.send(request, Keep::Connection, Then::State(place));
            }
            _ => {
                let path = (*node.path).into();
                self.request(Method::Get, path, Keep::Connection, Then::State(place));
            }
        }
    }

    /// Fetches a node anew; a list from the top.
    pub(crate) fn reload(&mut self, place: Place) {
        self.nodes[place].phase = Phase::Loading;
        self.fetch(place);
    }

    /// The service has subscribed to a node.
    pub(crate) fn subscribed(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        node.subscribing = false;
        if core::mem::take(&mut node.unsure) && node.phase != Phase::Off {
            self.reload(place);
        }
    }

    /// A node's state has come, or does not exist.
    pub(crate) fn loaded(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        node.phase = Phase::Loaded;
        node.unsure = node.subscribing;
    }

    /// Drops what is known of a node, and its holds on others.
    fn forget(&mut self, place: Place) {
        self.drop_incoming(place);
        let node = &mut self.nodes[place];
        node.phase = Phase::Off;
        node.until = 0;
        node.early.clear();
        node.window.page = None;
        self.following = self.following.saturating_sub(1);
        let kind = node.kind;
        match kind {
            Kind::List | Kind::Feed => {
                node.window.absent = false;
                node.window.trimmed = false;
                node.window.cursor = None;
                for item in core::mem::take(&mut node.window.items).into_iter().rev() {
                    self.unlist(item);
                }
                if kind == Kind::Feed {
                    let side = self.nodes[place].owner;
                    self.nodes[side].other = NOBODY;
                    self.nodes.unmake(side);
                    self.nodes.mark(side, OTHER);
                    self.nodes.vacate(place);
                }
                return;
            }
            // The conversation list may still show it, or say that it is not there.
            Kind::Side if covers(&self.nodes, place) => {}
            _ => self.nodes[place].known = Known::No,
        }
        let node = &mut self.nodes[place];
        let (user, other) = (node.user, node.other);
        if kind != Kind::Side {
            node.user = NOBODY;
            node.other = NOBODY;
            self.nodes[user].linked = self.nodes[user].linked.saturating_sub(1);
            self.nodes[other].linked = self.nodes[other].linked.saturating_sub(1);
        }
        self.nodes.vacate(place);
        if kind != Kind::Side {
            self.release(user);
            self.release(other);
        }
    }

    /// An item is not in its list any more: the list's hold on it, or on what it shows, goes.
    pub(crate) fn unlist(&mut self, item: Place) {
        let node = &mut self.nodes[item];
        node.listed = false;
        if node.kind == Kind::Message {
            return self.release(item);
        }
        let feed = node.feed;
        if node.phase == Phase::Off && node.known == Known::Present {
            // Who follows the conversation itself now needs a subscription of its own for it.
            node.known = Known::No;
            if node.refs > 0 {
                self.start(item);
            }
        }
        self.release(feed);
        self.nodes.vacate(item);
    }
}
