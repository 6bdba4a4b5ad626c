//! Which nodes are followed, and for how long.
//!
//! A node is followed while somebody holds it: a subscription, a call that waits for it, or another
//! node that shows it. The first hold subscribes to it and loads it; after the last one it lingers,
//! so that coming back soon costs nothing; then it is unsubscribed and forgotten.

use alloc::vec::Vec;

use crate::client::Client;
use crate::conn::{Keep, Method, Request};
use crate::nodes::{Kind, Known, Nodes, Phase, OTHER};
use crate::output::Millis;
use crate::place::{Place, INBOX, NOBODY};
use crate::replies::Then;

/// Whether the lists of conversations follow a conversation, which they do for those that were in
/// one.
fn covers(nodes: &Nodes, side: Place) -> bool {
    nodes[INBOX].phase != Phase::Off && nodes[side].known != Known::No
}

impl Client {
    /// One more hold on a node. The first one starts following it.
    pub(crate) fn acquire(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        let was_idle = node.is_idle();
        self.following += u32::from(was_idle);
        node.refs += 1;
        node.until = 0;
        // Also of what is held, but not followed, such as a message that a call asks for by itself.
        if node.phase == Phase::Off {
            if was_idle && node.kind == Kind::List {
                self.acquire(INBOX);
            }
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
            if node.kind == Kind::Message && node.refs == node.linked {
                self.collapse(place);
            }
            return;
        }
        let linger = match node.kind {
            _ if node.phase == Phase::Off => return self.forget(place),
            Kind::Message => return self.forget(place),
            // Its lists have lingered.
            Kind::Inbox => 0,
            Kind::Feed | Kind::List | Kind::Typing | Kind::Reactions => 10_000,
            _ => 30_000,
        };
        self.linger(place, linger);
    }

    /// Notes when a node is to be looked at by [`Client::forget_unused`].
    pub(crate) fn linger(&mut self, place: Place, wait: Millis) {
        let until = self.conn.clock.now() + wait;
        self.nodes[place].until = until;
        self.lingering.push((until, place));
    }

    /// A message is only held by those that refer to it, and shown inside them without what it
    /// refers to itself, which it does not hold any more. So no chain of replies is ever held, or let
    /// go of, as a whole.
    fn collapse(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        node.expanded = false;
        let other = core::mem::replace(&mut node.other, NOBODY);
        self.nodes.unmake(place);
        self.unlink(other);
    }

    /// Subscribes to a node and fetches its state, if there is a connection. If there is none,
    /// [`Client::start_all`] does it when there is.
    pub(crate) fn start(&mut self, place: Place) {
        let node = &self.nodes[place];
        let covered = node.known != Known::No
            && match node.kind {
                Kind::Side => covers(&self.nodes, place),
                // A message came with its feed, which follows it; and so do other lists.
                Kind::Message => true,
                _ if node.listed > 0 => true,
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
            node.unsure |= node.kind == Kind::Message;
            if refetch && node.kind == Kind::Side && node.phase == Phase::Off {
                // I may have joined since, and the lists do not tell of what is not in them.
                node.known = Known::No;
            }
            let elsewhere = match node.kind {
                // Who gets or finds a message has asked for it; and what is only quoted is fetched
                // again when its feed has come.
                Kind::Message => node.linked == 0 || node.phase == Phase::Loaded,
                _ => node.listed > 0 && node.phase == Phase::Off,
            };
            if node.is_idle() || elsewhere {
                continue;
            }
            if node.phase == Phase::Off {
                self.start(place);
                continue;
            }
            // The last connection may have ended before it, or what follows it, was subscribed to.
            let unsure = node.subscribing || node.unsure;
            let fetch = refetch || node.phase == Phase::Loading || unsure;
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
        let mut at = 0;
        while let Some(&(until, place)) = self.lingering.get(at) {
            if until > now {
                at += 1;
                continue;
            }
            self.lingering.swap_remove(at);
            // It may have been held again in the meantime.
            if self.nodes[place].until == until {
                self.nodes[place].until = 0;
                self.give_up(place, now != Millis::MAX);
            }
        }
    }

    /// Lets go of a node that nobody holds.
    pub(crate) fn give_up(&mut self, place: Place, unsubscribe: bool) {
        if self.nodes[place].refs == 0 {
            let node = &self.nodes[place];
            if unsubscribe && self.ready && node.kind != Kind::List {
                self.request(Method::Unsubscribe, place, Keep::Connection, Then::Ignore);
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
        node.subscribing = !matches!(node.kind, Kind::Message | Kind::List);
        node.unsure = false;
        match node.kind {
            Kind::User => {
                let request = Request::SubscribeUser { id: (*node.id).into() };
                self.send(request, Keep::Connection, Then::Subscribed(place));
            }
            // Single messages cannot be followed, and a list of conversations is by the inbox.
            Kind::Message | Kind::List => {}
            _ => {
                let then = Then::Subscribed(place);
                self.request(Method::Subscribe, place, Keep::Connection, then);
            }
        }
    }

    #[inline(never)]
    pub(crate) fn fetch(&mut self, place: Place) {
        // An older answer that is still to come does not count any more.
        let older = |(_, then): &(u32, Then)| matches!(then, Then::State(own) if *own == place);
        if let Some(at) = self.pending.iter().position(older) {
            self.pending.remove(at);
        }
        let node = &mut self.nodes[place];
        node.doubt = 0;
        match node.kind {
            kind if kind.is_list() => {
                node.window.page = None;
                self.drop_incoming(place);
                self.note_extent(place);
                self.fetches.push(place);
            }
            Kind::Inbox => node.phase = Phase::Loaded,
            Kind::User => {
                let request = Request::GetUser { id: (*node.id).into() };
                self.send(request, Keep::Connection, Then::State(place));
            }
            _ => {
                self.request(Method::Get, place, Keep::Connection, Then::State(place));
            }
        }
    }

    /// Fetches a node anew; a list from the top.
    #[inline(never)]
    pub(crate) fn reload(&mut self, place: Place) {
        self.nodes[place].phase = Phase::Loading;
        self.fetch(place);
    }

    /// Whether an answer says that there is something, or that there is nothing (`absent`), although I
    /// left or joined since it was asked for. Then it is fetched again.
    #[inline(never)]
    pub(crate) fn contradicted(&mut self, place: Place, absent: bool) -> bool {
        let node = &self.nodes[place];
        let wrong = node.phase == Phase::Loading && node.doubt & (1 << u8::from(absent)) != 0;
        if wrong {
            self.reload(place);
        }
        wrong
    }

    /// The service has subscribed to a node.
    #[inline(never)]
    pub(crate) fn subscribed(&mut self, place: Place) {
        self.nodes[place].subscribing = false;
        let lists = if place == INBOX { self.nodes.lists.clone() } else { [place].into() };
        for place in lists {
            let node = &mut self.nodes[place];
            let unsure = core::mem::take(&mut node.unsure) && node.phase != Phase::Off;
            // Events that came before now were told to another subscription, perhaps not all of them.
            let partly = !core::mem::take(&mut node.early).is_empty();
            if unsure || partly {
                // Also of what will not be in the page.
                self.unsettle(place);
                self.reload(place);
            }
        }
    }

    /// Whether a message is kept up to date with its feed, as an item of it or quoted by one, or was
    /// deleted there. Then more is known of it than an answer to somebody else says.
    #[inline(never)]
    pub(crate) fn is_fed(&self, message: Place) -> bool {
        let node = &self.nodes[message];
        let heard = !node.unsure && node.known == Known::Present && node.phase != Phase::Loading;
        let deleted = node.doubt & 1 != 0 && node.known == Known::Absent;
        let feed = &self.nodes[node.owner];
        // One that was refused is shown as it was, but nothing is heard of it.
        let refused = feed.unsure && !feed.subscribing;
        (node.listed > 0 || heard || deleted) && feed.phase == Phase::Loaded && !refused
    }

    /// Whether the answer to the SUBSCRIBE that follows a node is still to come.
    #[inline(never)]
    pub(crate) fn is_subscribing(&self, place: Place) -> bool {
        let node = &self.nodes[place];
        let follower = match node.kind {
            Kind::List => INBOX,
            Kind::Message => node.owner,
            _ => place,
        };
        let follower = &self.nodes[follower];
        // A message may be read while nobody follows its feed.
        follower.subscribing || node.kind == Kind::Message && follower.phase == Phase::Off
    }

    /// If it is a feed, what happened to its messages was not told, or is not from now on.
    pub(crate) fn unsettle(&mut self, feed: Place) {
        if self.nodes[feed].owned > 0 {
            for place in self.nodes.places() {
                let node = &mut self.nodes[place];
                node.unsure |= node.kind == Kind::Message && node.owner == feed;
            }
        }
    }

    /// A message is known by its feed, which goes on to tell of it: what was kept for the answer to
    /// somebody who asks for it by itself is part of that.
    pub(crate) fn settled(&mut self, message: Place) {
        let node = &mut self.nodes[message];
        node.unsure = false;
        if node.phase == Phase::Off {
            node.early.clear();
        }
    }

    /// A node's state has come, or does not exist.
    pub(crate) fn loaded(&mut self, place: Place) {
        let unsure = self.is_subscribing(place);
        let node = &mut self.nodes[place];
        node.phase = Phase::Loaded;
        node.unsure = unsure;
    }

    /// Drops what is known of a node, and its holds on others.
    fn forget(&mut self, place: Place) {
        self.drop_incoming(place);
        let node = &mut self.nodes[place];
        let stale = core::mem::replace(&mut node.phase, Phase::Off) == Phase::Loading;
        // Answers that are still to come are not those to whoever follows it next.
        self.retain_pending(|nodes, then| match *then {
            Then::Subscribed(own) | Then::State(own) => nodes[own].phase != Phase::Off,
            _ => true,
        });
        let node = &mut self.nodes[place];
        node.until = 0;
        let kind = node.kind;
        if kind != Kind::Side || node.window.page.is_none() {
            // Nothing is on its way that they may be news for, but if it is fetched for a list.
            node.early.clear();
            node.window.page = None;
        }
        self.following = self.following.saturating_sub(1);
        match kind {
            kind if kind.is_list() => {
                node.window.absent = false;
                node.window.trimmed = false;
                node.window.cursor = None;
                for item in core::mem::take(&mut node.window.items).into_iter().rev() {
                    self.unlist(item);
                    if stale && self.nodes[item].listed == 0 {
                        // What happened to a conversation was noted for when the list had come.
                        self.uncover(item);
                    }
                }
                if kind == Kind::Feed {
                    self.unsettle(place);
                    let side = self.nodes[place].owner;
                    self.nodes[side].other = NOBODY;
                    self.nodes.unmake(side);
                    self.nodes.mark(side, OTHER);
                }
                self.nodes.vacate(place);
                if kind == Kind::List {
                    self.release(INBOX);
                }
                return;
            }
            Kind::Inbox => {
                for side in self.nodes.places() {
                    self.uncover(side);
                }
                return;
            }
            // The conversation list may still show it, or say that it is not there.
            Kind::Side if covers(&self.nodes, place) => {}
            _ => self.nodes[place].known = Known::No,
        }
        if kind == Kind::Message {
            // Lists of who reacted to it may keep the node, but nobody shows it.
            self.collapse(place);
        }
        let node = &mut self.nodes[place];
        let mut links = Vec::new();
        if kind != Kind::Side {
            for (_, user) in core::mem::take(&mut node.typing) {
                links.push(user);
            }
            links.push(core::mem::replace(&mut node.user, NOBODY));
            links.push(core::mem::replace(&mut node.other, NOBODY));
        }
        let feed = node.feed;
        self.release(feed);
        self.nodes.vacate(place);
        for link in links {
            self.unlink(link);
        }
    }

    /// A conversation is not followed by the lists any more. Who follows the conversation itself now
    /// needs a subscription of its own for it.
    pub(crate) fn uncover(&mut self, side: Place) {
        let node = &mut self.nodes[side];
        if node.kind == Kind::Side && node.phase == Phase::Off {
            node.known = Known::No;
            if node.refs > 0 {
                self.start(side);
            }
            self.nodes.vacate(side);
        }
    }

    /// An item is not in a list any more: the list's hold on it, or on what it shows, goes.
    pub(crate) fn unlist(&mut self, item: Place) {
        let node = &mut self.nodes[item];
        node.listed = node.listed.saturating_sub(1);
        match node.kind {
            Kind::Side => {
                let feed = node.feed;
                self.release(feed);
                self.nodes.vacate(item);
                return;
            }
            Kind::Message => {}
            // Somebody else holds it, and had the list follow it. (It may be among what is loaded.)
            _ if node.listed == 0 && node.refs > 1 && node.phase == Phase::Off && self.ready => {
                if node.known == Known::Absent {
                    node.phase = Phase::Loaded;
                    self.subscribe(item);
                } else {
                    node.known = Known::No;
                    self.start(item);
                }
            }
            _ => {}
        }
        self.release(item);
    }
}
