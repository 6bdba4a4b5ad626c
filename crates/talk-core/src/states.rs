//! Taking over what the service says of users, messages, conversations and participants, and
//! following what they show.

use core::cmp::Ordering;

use crate::client::Client;
use crate::json::Raw;
use crate::nodes::{
    fields, Kind, Known, Phase, Place, LIST, NOBODY, OTHER, REACTIONS, RECORD, USER,
};
use crate::schema;

impl Client {
    /// Takes over the state of a node, or (`patch`) a diff of it.
    pub(crate) fn take_state(&mut self, place: Place, state: Raw, patch: bool) {
        let node = &mut self.nodes[place];
        let kind = node.kind;
        let (record, reactions) = node.record.with(fields(kind), state, patch);
        let mut mask = 0;
        if record != node.record {
            mask = RECORD;
            let old = core::mem::replace(&mut node.record, record);
            node.told.get_or_insert(old);
        }
        if let (Kind::Message, Some(reactions)) = (kind, reactions) {
            node.reactions.apply(reactions, patch);
            mask |= REACTIONS;
        }
        let known = core::mem::replace(&mut node.known, Known::Present);
        if known != Known::Present {
            if !node.made {
                mask |= USER;
            }
            let user = match kind {
                Kind::Message => {
                    let created_at = node.record.get(schema::MESSAGE_CREATED_AT).as_f64();
                    node.time = created_at.unwrap_or(0.0);
                    node.record.get(schema::MESSAGE_SENDER).as_str().map(|id| id.into_owned())
                }
                Kind::Participant => Some((*node.id).into()),
                _ => None,
            };
            if let (Some(id), NOBODY) = (user, node.user) {
                let user = self.nodes.user(&id);
                self.nodes[place].user = user;
                self.nodes[user].linked += 1;
                self.acquire(user);
            }
        }
        self.nodes.mark(place, mask);
    }

    /// A node turns out not to exist (any more), or not for this user.
    pub(crate) fn take_absence(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        let known = core::mem::replace(&mut node.known, Known::Absent);
        // Of a conversation more may be known than of my side of it; and a page that is older than
        // its absence may have brought it into the list.
        if known == Known::Absent && node.kind != Kind::Side {
            return;
        }
        match node.kind {
            // The sender of a message is shown even so.
            Kind::User if !node.made => self.nodes.mark(place, USER),
            Kind::Message => {
                if node.listed {
                    self.remove_from_list(self.nodes[place].owner, place);
                }
                self.nodes.mark_links_to(place);
            }
            Kind::Side => {
                let feed = node.feed;
                if node.listed {
                    self.remove_from_list(LIST, place);
                }
                if self.nodes[feed].phase == Phase::Loaded && !self.nodes[feed].window.absent {
                    self.feed_absent(feed);
                }
                for other in self.nodes.places() {
                    let node = &self.nodes[other];
                    if node.kind == Kind::Participant && node.owner == place {
                        self.take_absence(other);
                    }
                }
            }
            _ => {}
        }
    }

    /// The conversation of a feed is not there for this user.
    pub(crate) fn feed_absent(&mut self, feed: Place) {
        let window = &mut self.nodes[feed].window;
        window.absent = true;
        window.cursor = None;
        self.clear_feed(feed);
        self.window_absent(feed);
    }

    /// Wants the message that one refers to, and asks for it if it is not known.
    pub(crate) fn expand(&mut self, place: Place) {
        let node = &mut self.nodes[place];
        if core::mem::replace(&mut node.expanded, true) {
            return;
        }
        let feed = node.owner;
        let id = node.record.get(schema::MESSAGE_REFERENCE).as_str().map(|id| id.into_owned());
        if let Some(id) = id {
            let reference = self.nodes.place(Kind::Message, feed, &id);
            self.nodes[place].other = reference;
            self.nodes[reference].linked += 1;
            self.acquire(reference);
        }
        self.nodes.mark(place, OTHER);
    }

    /// The state of an item of a list came: the node for it, with its state taken over. `None` if it
    /// does not say what it is of.
    pub(crate) fn take_item(&mut self, list: Place, state: Raw) -> Option<Place> {
        let id = state.get("id")?.as_str()?;
        let place = match list {
            LIST => self.nodes.side(&id),
            _ => self.nodes.place(Kind::Message, list, &id),
        };
        self.take_state(place, state, false);
        Some(place)
    }

    /// An item comes into its list's hands.
    pub(crate) fn enlist(&mut self, item: Place) {
        let node = &mut self.nodes[item];
        node.listed = true;
        if node.kind == Kind::Message {
            self.acquire(item);
            self.expand(item);
        } else {
            let feed = node.feed;
            self.acquire(feed);
            self.nodes[item].time = self.activity(item);
        }
    }

    /// Puts an item where it belongs. `loaded` says that it came with a page, and not by an event.
    pub(crate) fn put_in_list(&mut self, list: Place, item: Place, loaded: bool) {
        if self.nodes[item].listed {
            return self.reposition(item, false);
        }
        if list == LIST {
            self.nodes[item].time = self.activity(item);
        }
        let at = self.position(list, item);
        let window = &self.nodes[list].window;
        if list == LIST && !loaded && at == window.items.len() && window.cursor.is_some() {
            // It belongs to what is not loaded.
            return self.nodes.vacate(item);
        }
        self.enlist(item);
        self.nodes[list].window.insert(at, item, loaded);
        self.mark_window(list);
    }

    pub(crate) fn remove_from_list(&mut self, list: Place, item: Place) {
        if let Some(at) = self.find_in_list(list, item) {
            self.nodes[list].window.remove(at);
        }
        self.mark_window(list);
        self.unlist(item);
    }

    /// Empties a feed.
    pub(crate) fn clear_feed(&mut self, feed: Place) {
        for item in self.nodes[feed].window.items.clone().into_iter().rev() {
            self.lose(feed, item);
        }
        self.mark_window(feed);
    }

    /// An item of a list is gone.
    pub(crate) fn lose(&mut self, list: Place, item: Place) {
        if list == LIST {
            self.remove_from_list(list, item);
        } else {
            self.take_absence(item);
        }
    }

    /// By what a conversation is ordered: its last message's time, else when I joined.
    pub(crate) fn activity(&self, side: Place) -> f64 {
        let node = &self.nodes[side];
        let field = |at: usize| node.record.get(at).as_f64();
        let feed = &self.nodes[node.feed];
        let last = match feed.phase {
            Phase::Loaded => feed.window.items.first().map(|&last| self.nodes[last].time),
            // Not loaded yet: what the service says of it.
            _ => field(schema::CONVERSATION_LAST_MESSAGE_AT),
        };
        last.or_else(|| field(schema::CONVERSATION_JOINED_AT)).unwrap_or(0.0)
    }

    /// Where an item is in its list, or belongs: latest first, then by id.
    pub(crate) fn position(&self, list: Place, item: Place) -> usize {
        self.place_among(&self.nodes[list].window.items, item)
    }

    /// Where an item is among others in order, or belongs.
    pub(crate) fn place_among(&self, items: &[Place], item: Place) -> usize {
        let node = &self.nodes[item];
        items.partition_point(|&other| {
            let other = &self.nodes[other];
            other.time > node.time
                || (other.time == node.time && (*other.id).cmp(&node.id) == Ordering::Less)
        })
    }

    pub(crate) fn find_in_list(&self, list: Place, item: Place) -> Option<usize> {
        let at = self.position(list, item);
        (self.nodes[list].window.items.get(at) == Some(&item)).then_some(at)
    }

    /// An item may belong elsewhere in its list, and (`changed`) has a new snapshot there.
    pub(crate) fn reposition(&mut self, item: Place, changed: bool) {
        let list = self.nodes[item].owner;
        let Some(from) = self.find_in_list(list, item) else { return };
        let time = match list {
            LIST => self.activity(item),
            _ => self.nodes[item].time,
        };
        if self.nodes[item].time == time {
            if !changed {
                return;
            }
            self.nodes[list].window.replace(from);
        } else {
            // Out of order it would mislead the search, so it is taken out first.
            self.nodes[item].time = time;
            let items = &mut self.nodes[list].window.items;
            items.remove(from);
            let to = self.position(list, item);
            let window = &mut self.nodes[list].window;
            let end = to == window.items.len() && window.cursor.is_some();
            window.items.insert(from, item);
            window.shift(from, to);
            if end && from != to && self.nodes[list].phase == Phase::Loaded {
                // There may be others between it and the rest, which are not loaded.
                self.reload(list);
            }
        }
        self.mark_window(list);
    }

    /// Notes that a list has something to flush, and which message is the last one of a feed.
    pub(crate) fn mark_window(&mut self, list: Place) {
        let window = &mut self.nodes[list].window;
        let last = window.items.first().copied().unwrap_or(NOBODY);
        if !core::mem::replace(&mut window.dirty, true) {
            self.dirty_windows.push(list);
        }
        if list != LIST {
            let side = self.nodes[list].owner;
            if core::mem::replace(&mut self.nodes[side].other, last) != last {
                self.nodes.mark(side, OTHER);
            }
        }
    }

    /// After new messages by events: of a feed that nobody subscribes to only the last one is kept.
    pub(crate) fn trim(&mut self, feed: Place) {
        let window = &self.nodes[feed].window;
        let held = self.nodes[feed].refs > 0;
        let shown = self.subscriptions.iter().any(|s| s.target == feed);
        if window.items.len() > 1 && held && !shown {
            // What is older is fetched by a new first page, if anybody wants it.
            let rest = self.nodes[feed].window.items.split_off(1);
            self.nodes[feed].window.trimmed = true;
            rest.into_iter().for_each(|item| self.unlist(item));
        }
    }
}
