//! Taking over what the service says of resources, and following what they show.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::client::Client;
use crate::json::{ArrayWriter, ObjectWriter, Raw};
use crate::nodes::{fields, Kind, Known, Phase, OTHER, RECORD, USER};
use crate::place::{Place, NOBODY};
use crate::schema;
use crate::subscriptions::page_sizes;

/// No more messages than these are kept of a conversation whose messages nobody subscribes to, even
/// if somebody just did.
const MOST_KEPT: usize = 200;

impl Client {
    /// Takes over the state of a node, or (`patch`) a diff of it.
    pub(crate) fn take_state(&mut self, place: Place, state: Raw, patch: bool) {
        let kind = self.nodes[place].kind;
        let typing;
        let state = if kind == Kind::Typing {
            typing = self.take_typing(place, state, patch);
            Raw::trusted(&typing)
        } else {
            state
        };
        let node = &mut self.nodes[place];
        let record = node.record.with(fields(kind), state, patch);
        let mut mask = 0;
        if record != node.record {
            mask = RECORD;
            let old = core::mem::replace(&mut node.record, record);
            node.told.get_or_insert(old);
        }
        let known = core::mem::replace(&mut node.known, Known::Present);
        let (found, owned) = (known != Known::Present && kind == Kind::Message, node.owned);
        if known != Known::Present && !node.made {
            mask |= RECORD;
        }
        let user = match kind {
            Kind::Message => {
                node.record.get(schema::MESSAGE_SENDER).as_id().map(|id| id.into_owned())
            }
            Kind::Participant | Kind::Reaction => Some((*node.id).into()),
            Kind::Online => Some((*self.nodes[self.nodes[place].owner].id).into()),
            _ => None,
        };
        let user = user.map_or(NOBODY, |id| self.nodes.user(&id));
        let old = core::mem::replace(&mut self.nodes[place].user, user);
        if user != old {
            self.link(user);
            self.unlink(old);
            mask |= USER;
        }
        if found && owned > 0 {
            // The lists of who reacted to it may come alive.
            self.joined(place);
        }
        self.nodes.mark(place, mask);
        if (kind, known) == (Kind::Message, Known::Absent) {
            // Those who refer to it said that it was lost.
            self.nodes.mark_links_to(place);
        }
    }

    /// One node more shows another, and so follows it.
    pub(crate) fn link(&mut self, target: Place) {
        if target != NOBODY {
            self.nodes[target].linked += 1;
            self.acquire(target);
        }
    }

    pub(crate) fn unlink(&mut self, target: Place) {
        let linked = &mut self.nodes[target].linked;
        *linked = linked.saturating_sub(1);
        self.release(target);
    }

    /// Who is typing, since when: all of them, or in a `patch` those of whom there is news. Gives
    /// what belongs into the record.
    fn take_typing(&mut self, place: Place, state: Raw, patch: bool) -> String {
        let many = state.get("many");
        let some = patch && many.is_none();
        if some && self.nodes[place].record.get(0).as_bool() == Some(true) {
            // Of those who are many nobody is shown.
            return Raw::EMPTY_OBJECT.text().into();
        }
        let old = core::mem::take(&mut self.nodes[place].typing);
        let mut typing = if some { old.clone() } else { Vec::new() };
        for (id, since) in state.get("usersTyping").unwrap_or(Raw::NULL).entries() {
            let Some(id) = id.as_id() else { continue };
            let user = self.nodes.user(&id);
            if let Some(at) = typing.iter().position(|&(_, other)| other == user) {
                typing.remove(at);
            }
            match since.as_f64() {
                Some(since) => {
                    let at = typing.partition_point(|&(other, _)| other <= since);
                    typing.insert(at, (since, user));
                }
                None => self.nodes.vacate(user),
            }
        }
        // The new ones are held before the old ones are let go of.
        typing.iter().for_each(|&(_, user)| self.link(user));
        old.iter().for_each(|&(_, user)| self.unlink(user));
        let mut text = String::new();
        let mut object = ObjectWriter::new(&mut text);
        if let Some(many) = many {
            object.raw("many", many);
        }
        let mut ids = ArrayWriter::new(object.key("users"));
        for &(_, user) in &typing {
            ids.str(&self.nodes[user].id);
        }
        ids.end();
        object.end();
        self.nodes[place].typing = typing;
        text
    }

    /// A node turns out not to exist (any more), or not for this user.
    pub(crate) fn take_absence(&mut self, place: Place) {
        if place == NOBODY {
            return;
        }
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
            Kind::Message | Kind::Participant | Kind::Reaction => {
                self.remove_from_lists(place);
                self.nodes.mark_links_to(place);
                self.left(place);
            }
            Kind::Online if node.user == NOBODY => {
                // To hear of the user when there is one.
                let user = node.owner;
                node.user = user;
                self.link(user);
            }
            Kind::Side => self.remove_from_lists(place),
            _ => {}
        }
    }

    /// I am not in a conversation any more, or a message is gone: what belongs to it, such as the
    /// lists of who reacted, is not there for me.
    pub(crate) fn left(&mut self, owner: Place) {
        if owner == NOBODY || self.nodes[owner].owned == 0 {
            return;
        }
        for place in self.nodes.within(owner) {
            self.unsettle(place);
            let node = &mut self.nodes[place];
            // What came before was of what is not there any more.
            node.early.clear();
            if matches!(node.kind, Kind::Participant | Kind::Typing) {
                self.take_absence(place);
            } else if node.phase == Phase::Loaded && !node.window.absent {
                self.list_absent(place);
            }
            // What is on its way may have been read before.
            self.nodes[place].doubt |= 1;
        }
    }

    /// What a list is of is not there for this user.
    pub(crate) fn list_absent(&mut self, list: Place) {
        let window = &mut self.nodes[list].window;
        window.absent = true;
        window.cursor = None;
        // Pages that came, and one that is on its way, do not count any more.
        window.page = None;
        self.drop_incoming(list);
        self.clear_list(list);
        self.window_absent(list);
    }

    /// Wants the message that one refers to.
    pub(crate) fn expand(&mut self, place: Place) {
        if !core::mem::replace(&mut self.nodes[place].expanded, true) {
            self.nodes.mark(place, OTHER);
            self.refer(place);
        }
    }

    /// Holds the message that one refers to now, if it is wanted, and asks for it if it is not known.
    pub(crate) fn refer(&mut self, place: Place) {
        let node = &self.nodes[place];
        if !node.expanded {
            return;
        }
        let feed = node.owner;
        let id = node.record.get(schema::MESSAGE_REFERENCE).as_id().map(|id| id.into_owned());
        let other = id.map_or(NOBODY, |id| self.nodes.place(Kind::Message, feed, &id));
        let old = core::mem::replace(&mut self.nodes[place].other, other);
        if other != old {
            self.link(other);
            self.unlink(old);
            self.nodes.mark(place, OTHER);
            let node = &self.nodes[other];
            if node.unsure && node.known == Known::Present && node.phase == Phase::Off {
                // It was read before a gap in the events, and no window holds it since.
                self.reload(other);
            }
        }
    }

    /// The state of an item of a list came: the node for it, with its state taken over. `None` if it
    /// does not say what it is of.
    pub(crate) fn take_item(&mut self, list: Place, state: Raw) -> Option<Place> {
        let (kind, owner) = (self.nodes[list].kind, self.nodes[list].owner);
        let id = state.get(if kind == Kind::Reactions { "userId" } else { "id" })?.as_id()?;
        let place = match kind {
            Kind::Feed => self.nodes.place(Kind::Message, list, &id),
            Kind::Members => self.nodes.place(Kind::Participant, owner, &id),
            Kind::Reactions => self.nodes.place(Kind::Reaction, list, &id),
            _ => self.nodes.side(&id),
        };
        self.take_state(place, state, false);
        if kind == Kind::Feed {
            // A page of messages is newer than a gap in the events; other items follow their own.
            self.settled(place);
        }
        Some(place)
    }

    /// The lists that an item may be in.
    fn lists_of(&self, item: Place) -> Vec<Place> {
        let node = &self.nodes[item];
        match node.kind {
            Kind::Side => self.nodes.lists.clone(),
            Kind::Participant => [self.nodes.find(Kind::Members, node.owner, "")].into(),
            _ => [node.owner].into(),
        }
    }

    /// The lists of conversations that are kept up to date.
    pub(crate) fn loaded_lists(&self) -> Vec<Place> {
        let mut lists = Vec::new();
        for &list in &self.nodes.lists {
            if self.nodes[list].phase == Phase::Loaded {
                lists.push(list);
            }
        }
        lists
    }

    /// An item comes into a list's hands.
    pub(crate) fn enlist(&mut self, item: Place) {
        let node = &mut self.nodes[item];
        node.listed += 1;
        if node.kind != Kind::Side {
            self.acquire(item);
            if self.nodes[item].kind == Kind::Message {
                self.expand(item);
            }
        } else {
            let feed = node.feed;
            self.acquire(feed);
        }
    }

    /// Puts an item where it belongs. `loaded` says that it came with a page, and not by an event.
    pub(crate) fn put_in_list(&mut self, list: Place, item: Place, loaded: bool) {
        self.reposition(item, false);
        if self.find_in_list(list, item).is_some() {
            return;
        }
        let at = self.position(list, item);
        let (kind, window) = (self.nodes[list].kind, &self.nodes[list].window);
        let end = window.cursor.is_some() && self.nodes[item].time < window.end;
        if kind != Kind::Feed && !loaded && end {
            // It belongs to what is not loaded. A conversation may belong to what is loaded of another
            // list.
            if kind != Kind::List && self.nodes[item].is_idle() {
                let user = core::mem::replace(&mut self.nodes[item].user, NOBODY);
                self.nodes.vacate(item);
                self.unlink(user);
            }
            return;
        }
        self.enlist(item);
        self.nodes[list].window.insert(at, item, loaded);
        self.mark_window(list);
    }

    /// Takes an item out of a list, if it is there.
    pub(crate) fn remove_from_list(&mut self, list: Place, item: Place) {
        if let Some(at) = self.find_in_list(list, item) {
            self.nodes[list].window.remove(at);
            self.mark_window(list);
            self.unlist(item);
        }
    }

    fn remove_from_lists(&mut self, item: Place) {
        for list in self.lists_of(item) {
            self.remove_from_list(list, item);
        }
    }

    /// Empties a list whose items are no more.
    pub(crate) fn clear_list(&mut self, list: Place) {
        // The latest come first, since replies come after what they refer to.
        for item in self.nodes[list].window.clear() {
            self.take_absence(item);
            self.unlist(item);
        }
        self.mark_window(list);
    }

    /// By what an item is ordered; a conversation by its last message's time, else when I joined.
    pub(crate) fn activity(&self, item: Place) -> f64 {
        let node = &self.nodes[item];
        let field = |at: usize| node.record.get(at).as_f64();
        let feed = &self.nodes[node.feed];
        let time = match node.kind {
            Kind::Message => field(schema::MESSAGE_CREATED_AT),
            Kind::Participant => field(schema::PARTICIPANT_JOINED_AT),
            // The only ones of which the oldest come first.
            Kind::Reaction => field(0).map(|time| -time),
            // While they are fetched again, by the one that is shown.
            _ if feed.phase == Phase::Loaded || node.made => {
                feed.window.items.first().map(|&last| self.nodes[last].time)
            }
            // Not loaded yet: what the service says of it.
            _ => field(schema::CONVERSATION_LAST_MESSAGE_AT),
        };
        time.or_else(|| field(schema::CONVERSATION_JOINED_AT)).unwrap_or(0.0)
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

    /// An item may belong elsewhere in its lists, and (`changed`) has a new snapshot there.
    pub(crate) fn reposition(&mut self, item: Place, changed: bool) {
        let old = self.nodes[item].time;
        let time = self.activity(item);
        if time == old && !changed {
            return;
        }
        for list in self.lists_of(item) {
            self.nodes[item].time = old;
            let Some(from) = self.find_in_list(list, item) else { continue };
            self.mark_window(list);
            if time == old {
                self.nodes[list].window.replace(from);
                continue;
            }
            // Out of order it would mislead the search, so it is taken out first.
            self.nodes[item].time = time;
            let items = &mut self.nodes[list].window.items;
            items.remove(from);
            let to = self.position(list, item);
            let window = &mut self.nodes[list].window;
            let end = to == window.items.len() && window.cursor.is_some() && time <= window.end;
            window.items.insert(from, item);
            window.shift(from, to);
            if end && self.nodes[list].phase == Phase::Loaded {
                // There may be others between it and the rest, which are not loaded.
                self.reload(list);
            }
        }
        self.nodes[item].time = time;
    }

    /// Notes that a list has something to flush, and which message is the last one of a feed.
    pub(crate) fn mark_window(&mut self, list: Place) {
        let window = &mut self.nodes[list].window;
        let last = window.items.first().copied().unwrap_or(NOBODY);
        if !core::mem::replace(&mut window.dirty, true) {
            self.dirty_windows.push(list);
        }
        if self.nodes[list].kind == Kind::Feed {
            let side = self.nodes[list].owner;
            if core::mem::replace(&mut self.nodes[side].other, last) != last {
                self.nodes.mark(side, OTHER);
            }
        }
    }

    /// After new messages by events: of a feed that nobody subscribes to no more is kept than two
    /// pages. Not one: who looks at the first page for a moment, again and again, would load it each
    /// time.
    pub(crate) fn trim(&mut self, feed: Place) {
        let window = &self.nodes[feed].window;
        // Who has just left may come back, and then finds all of them.
        let most =
            if self.nodes[feed].until == 0 { 2 * page_sizes(Kind::Feed).0 } else { MOST_KEPT };
        let shown = self.subscriptions.iter().any(|s| s.target == feed);
        if window.items.len() > most && !shown {
            // What is older is fetched by a new first page, if anybody wants it.
            let end = self.nodes[window.items[0]].time;
            let window = &mut self.nodes[feed].window;
            let rest = window.items.split_off(1);
            window.end = end;
            window.trimmed = true;
            // One that is on its way does not follow on what is left.
            window.page = None;
            rest.into_iter().for_each(|item| self.unlist(item));
        }
    }
}
