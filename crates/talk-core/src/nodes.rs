//! What is known of the chat: one node for every resource, and for the lists of them.
//!
//! A node is found by its path, the one that names it to the service, and held by its place.
//! Invariants: a path has one node only; whoever holds a place counts in `refs`; a node that nobody
//! holds, that is not followed and owns no other is vacant, and its place is given to the next one.
//! A node whose snapshot differs from the one JavaScript has is in `dirty`, until [`crate::flush`]
//! has written the difference.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::config::push_encoded;
use crate::json::{ObjectWriter, Raw};
use crate::ops::Ops;
use crate::output::Millis;
use crate::place::{handle, reference_handle, Place, INBOX, NOBODY};
use crate::record::{Fields, Mask, Record};
use crate::schema;
use crate::window::Window;

/// Some of the record's fields changed. Which ones is found out when that is told.
pub(crate) const RECORD: Mask = 1 << 28;
/// The parts of a snapshot that are no fields of the record, as bits of a [`Mask`].
pub(crate) const REACTIONS: Mask = 1 << schema::MESSAGE_REACTIONS;
/// The sender of a message, the user of a participant, the users who are typing.
pub(crate) const USER: Mask = 1 << 30;
/// The message that a message refers to, the last message of a conversation.
pub(crate) const OTHER: Mask = 1 << 31;

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing: the place is free.
    Vacant,
    /// The one subscription for all lists of conversations, which has no state of its own.
    Inbox,
    /// The conversations that a filter lets through, which is its id. Owned by the inbox.
    List,
    User,
    /// Whether a user is connected. Owned by the user.
    Online,
    /// My side of a conversation.
    Side,
    /// The messages of a conversation. Owned by its side.
    Feed,
    /// Owned by its feed.
    Message,
    /// The participants of a conversation. Owned by its side.
    Members,
    /// Owned by the side.
    Participant,
    /// Who is typing in a conversation. Owned by its side.
    Typing,
    /// Who reacted to a message with the emoji that is its id. Owned by the message.
    Reactions,
    /// A reaction of the user that is its id. Owned by the list of reactions.
    Reaction,
    /// A list as JavaScript shows it; only its place counts.
    View,
}

impl Kind {
    /// Whether it is a list of which a part is loaded.
    #[inline(never)]
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Kind::List | Kind::Feed | Kind::Members | Kind::Reactions)
    }
}

/// Whether something exists, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Not asked, or not answered yet.
    No,
    /// It does not exist, or the user may not see it.
    Absent,
    /// It exists, and the record holds its attributes.
    Present,
}

/// How far the loading of a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing was asked yet, or there is no connection to ask on.
    Off,
    /// Its state is being fetched: for the first time, or again because events were missed.
    Loading,
    /// Its state is known and kept up to date.
    Loaded,
}

// In this order the places of all but the window are small numbers.
#[repr(C)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) id: Box<str>,
    pub(crate) path: Box<str>,
    pub(crate) owner: Place,
    /// Of a side: the feed of the conversation.
    pub(crate) feed: Place,
    /// How many nodes it owns.
    pub(crate) owned: u32,

    /// How many hold it: subscriptions, calls that wait for it, nodes that show it.
    pub(crate) refs: u32,
    pub(crate) phase: Phase,
    /// Whether the answer to its SUBSCRIBE is still to come …
    pub(crate) subscribing: bool,
    /// … and its state came first, so that it may lack what happened in between, or was refused. Of a
    /// message: its feed does not tell of it, or not yet.
    pub(crate) unsure: bool,
    /// What is being fetched may have been read before I left (bit 0), so that what is there does not
    /// count, or before I joined (bit 1), so that nothing does not.
    pub(crate) doubt: u8,
    /// Since nobody holds it: when it will be forgotten. Of messages that are held, but not
    /// subscribed to any more: until when all of them are kept. 0: it is held.
    pub(crate) until: Millis,
    /// Events that came while its state was being fetched. The state may be older or newer than
    /// they are, so they are applied to it when it has come.
    pub(crate) early: Vec<Box<str>>,

    pub(crate) known: Known,
    pub(crate) record: Record,
    /// Whether JavaScript has a snapshot of it …
    pub(crate) made: bool,
    /// … and in what it differs.
    pub(crate) dirty: Mask,
    /// What the snapshot links to: see [`USER`] and [`OTHER`].
    pub(crate) user: Place,
    pub(crate) other: Place,
    /// Of a side: the last message that its snapshot shows. Of a message: nobody if its snapshot says
    /// that it refers to nothing, or to what is lost.
    pub(crate) told_other: Place,
    /// How many others link to it.
    pub(crate) linked: u32,

    /// By what its list orders it.
    pub(crate) time: f64,
    /// In how many lists it is: a message in its feed, a side in some of the lists of conversations.
    pub(crate) listed: u32,
    /// Of a message: whether the message it refers to is wanted. Not if it is only referred to.
    pub(crate) expanded: bool,
    /// Of a message: whether JavaScript has the form that is shown inside those that refer to it.
    pub(crate) reference_made: bool,
    /// Of who is typing: the users, and since when.
    pub(crate) typing: Vec<(f64, Place)>,
    /// While it is dirty: the record as JavaScript has it. What changes and changes back within one
    /// input is no change.
    pub(crate) told: Option<Record>,
    pub(crate) window: Window,
}

impl Node {
    #[inline(never)]
    fn new(kind: Kind, id: &str, path: Box<str>, owner: Place) -> Node {
        let mut state = String::new();
        let mut object = ObjectWriter::new(&mut state);
        object.str("id", id);
        if kind == Kind::User {
            // Also a user who does not exist is shown, as the sender of a message.
            object.str("role", "default");
        }
        object.end();
        Node {
            kind,
            id: id.into(),
            path,
            owner,
            owned: 0,
            refs: 0,
            phase: Phase::Off,
            subscribing: false,
            unsure: kind == Kind::Message,
            doubt: 0,
            until: 0,
            early: Vec::new(),
            known: Known::No,
            record: Record::read(fields(kind), Raw::trusted(&state)),
            told: None,
            made: false,
            dirty: 0,
            user: NOBODY,
            other: NOBODY,
            told_other: NOBODY,
            linked: 0,
            time: 0.0,
            listed: 0,
            expanded: false,
            reference_made: false,
            typing: Vec::new(),
            feed: NOBODY,
            window: Window::default(),
        }
    }

    /// Whether nobody holds it and it is not followed.
    #[inline(never)]
    pub(crate) fn is_idle(&self) -> bool {
        self.refs == 0 && self.phase == Phase::Off
    }

    /// Whether JavaScript's snapshot of it is up to date.
    #[inline(never)]
    pub(crate) fn is_clean(&self) -> bool {
        self.made && self.dirty == 0
    }
}

/// The fields of a kind's record.
#[inline(never)]
pub(crate) fn fields(kind: Kind) -> Fields {
    match kind {
        Kind::User => schema::USER,
        Kind::Side => schema::CONVERSATION,
        Kind::Message => schema::MESSAGE,
        Kind::Participant => schema::PARTICIPANT,
        Kind::Online => schema::ONLINE,
        Kind::Typing => schema::TYPING,
        Kind::Reaction => schema::REACTION,
        _ => &[],
    }
}

/// All nodes.
pub(crate) struct Nodes {
    /// By place. The first one is nobody's, so that what is done to nobody is done to nothing.
    all: Vec<Node>,
    vacant: Vec<Place>,
    /// Places that were given back during this input. Somebody may still name one: see
    /// [`Nodes::recycle`].
    left: Vec<Place>,
    /// The hashes of the paths, in order, and their places: for what a client holds as quick as a
    /// tree, and a fraction of its code.
    by_path: Vec<(u32, Place)>,
    /// The lists of conversations.
    pub(crate) lists: Vec<Place>,
    pub(crate) dirty: Vec<Place>,
    pub(crate) ops: Ops,
}

impl core::ops::Index<Place> for Nodes {
    type Output = Node;

    // There are some hundred calls of this. They are shorter if they pass `self` as it is, and not,
    // as the compiler would, the address and the length of the list that it finds there.
    #[inline(never)]
    fn index(&self, place: Place) -> &Node {
        &core::hint::black_box(self).all[place as usize]
    }
}

impl core::ops::IndexMut<Place> for Nodes {
    #[inline(never)]
    fn index_mut(&mut self, place: Place) -> &mut Node {
        &mut core::hint::black_box(self).all[place as usize]
    }
}

impl Nodes {
    #[inline(never)]
    pub(crate) fn new() -> Nodes {
        let mut nodes = Nodes {
            all: Vec::new(),
            vacant: Vec::new(),
            left: Vec::new(),
            by_path: Vec::new(),
            lists: Vec::new(),
            dirty: Vec::new(),
            ops: Ops::default(),
        };
        nodes.add(Kind::Vacant, "", "".into(), NOBODY);
        nodes.add(Kind::Inbox, "", "/me/conversations".into(), NOBODY);
        nodes
    }

    /// How many nodes can be found by their path.
    #[cfg(feature = "inspect")]
    pub(crate) fn paths(&self) -> usize {
        self.by_path.len()
    }

    /// The places of all nodes that stand for something.
    pub(crate) fn places(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for place in 1..self.all.len() as Place {
            if self[place].kind != Kind::Vacant {
                places.push(place);
            }
        }
        places
    }

    /// What becomes null, or comes alive, with my side of a conversation: its lists, and all of
    /// which there are single subscriptions.
    pub(crate) fn within(&self, side: Place) -> Vec<Place> {
        let mut all = Vec::new();
        for place in self.places() {
            let kind = self[place].kind;
            let mut owner = self[place].owner;
            while owner > INBOX && owner != side {
                owner = self[owner].owner;
            }
            let stands_alone = kind.is_list() || matches!(kind, Kind::Participant | Kind::Typing);
            if owner == side && stands_alone {
                all.push(place);
            }
        }
        all
    }

    /// The path of what is, or would be, owned by a node.
    fn path(&self, kind: Kind, owner: Place, id: &str) -> String {
        let mut path = String::from(&*self[owner].path);
        path.push_str(match kind {
            Kind::User => "/users/",
            Kind::Online => "/online",
            Kind::List => "?",
            Kind::Feed => "/messages",
            Kind::Members => "/participants",
            Kind::Participant => "/participants/",
            Kind::Typing => "/typing",
            Kind::Reactions => "/reactions/",
            _ => "/",
        });
        push_encoded(&mut path, id);
        path
    }

    /// Where a path is among all paths, or belongs.
    fn search(&self, path: &str) -> Result<usize, usize> {
        let hash = hash(path);
        let mut at = self.by_path.partition_point(|&(own, _)| own < hash);
        while let Some(&(_, place)) = self.by_path.get(at).filter(|(own, _)| *own == hash) {
            if *self[place].path == *path {
                return Ok(at);
            }
            at += 1;
        }
        Err(at)
    }

    /// The place of a node, or nobody's.
    pub(crate) fn find(&self, kind: Kind, owner: Place, id: &str) -> Place {
        let found = self.search(&self.path(kind, owner, id));
        found.map_or(NOBODY, |at| self.by_path[at].1)
    }

    /// The place of a node, which is made if there is none.
    pub(crate) fn place(&mut self, kind: Kind, owner: Place, id: &str) -> Place {
        let path = self.path(kind, owner, id);
        match self.search(&path) {
            Ok(at) => self.by_path[at].1,
            Err(at) => {
                let hash = hash(&path);
                let place = self.add(kind, id, path.into(), owner);
                self.by_path.insert(at, (hash, place));
                if kind == Kind::Side {
                    let feed = self.place(Kind::Feed, place, "");
                    self[place].feed = feed;
                } else if kind == Kind::List {
                    self.lists.push(place);
                }
                place
            }
        }
    }

    pub(crate) fn user(&mut self, id: &str) -> Place {
        self.place(Kind::User, NOBODY, id)
    }

    pub(crate) fn side(&mut self, id: &str) -> Place {
        self.place(Kind::Side, INBOX, id)
    }

    /// A node without a path.
    pub(crate) fn add(&mut self, kind: Kind, id: &str, path: Box<str>, owner: Place) -> Place {
        let node = Node::new(kind, id, path, owner);
        let place = match self.vacant.pop() {
            Some(place) => {
                self[place] = node;
                place
            }
            None => {
                self.all.push(node);
                self.all.len() as Place - 1
            }
        };
        self[owner].owned += 1;
        place
    }

    /// Gives back the place of a node that nobody needs, and then perhaps its owner's.
    pub(crate) fn vacate(&mut self, mut place: Place) {
        while place > INBOX && self[place].is_idle() && self[place].listed == 0 {
            let feed = self[place].feed;
            if self[place].window.page.is_some() {
                // A conversation that is being fetched for a list.
                return;
            }
            // A side goes with its feed, which is all it may still own.
            let own = u32::from(feed != NOBODY);
            if self[place].owned > own
                || (own == 1 && (self[feed].owned > 0 || !self[feed].is_idle()))
            {
                return;
            }
            if self[place].kind == Kind::Feed {
                place = self[place].owner;
                continue;
            }
            let owner = self[place].owner;
            if feed != NOBODY {
                self.remove(feed);
            }
            self.remove(place);
            place = owner;
        }
    }

    pub(crate) fn remove(&mut self, place: Place) {
        if let Ok(at) = self.search(&self[place].path) {
            if self.by_path[at].1 == place {
                self.by_path.remove(at);
            }
        }
        let node = &self[place];
        let (kind, owner) = (node.kind, node.owner);
        if kind == Kind::Vacant {
            return;
        }
        if let Some(at) = self.lists.iter().position(|&list| list == place) {
            self.lists.remove(at);
        }
        self.unmake(place);
        self[owner].owned -= 1;
        self[place] = Node::new(Kind::Vacant, "", "".into(), NOBODY);
        self.left.push(place);
    }

    /// Takes a snapshot back that nobody shows, since what it links to is gone.
    pub(crate) fn unmake(&mut self, place: Place) {
        let node = &mut self[place];
        // What does not exist is not kept up to date, though it may be held.
        let unused = node.linked == 0 || node.known == Known::Absent;
        if unused && core::mem::replace(&mut node.reference_made, false) {
            self.ops.free(reference_handle(place));
        }
        if core::mem::replace(&mut self[place].made, false) {
            self.ops.free(handle(place));
            // Of a message: what comes next to this place is another last message.
            let side = self[self[place].owner].owner;
            if self[side].told_other == place {
                self[side].told_other = INBOX;
            }
        }
    }

    /// How many places there are, free ones too.
    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.all.len()
    }

    /// Makes the places that were given back free for others.
    pub(crate) fn recycle(&mut self) {
        self.vacant.append(&mut self.left);
    }

    /// Notes that parts of a snapshot changed.
    pub(crate) fn mark(&mut self, place: Place, mask: Mask) {
        if mask != 0 {
            if self[place].dirty == 0 {
                self.dirty.push(place);
            }
            self[place].dirty |= mask;
        }
    }

    /// Notes for what links to a node that it has a new snapshot.
    pub(crate) fn mark_links_to(&mut self, target: Place) {
        if self[target].linked > 0 {
            for place in 0..self.all.len() as Place {
                let node = &self[place];
                // Those who are shown typing, which JavaScript may not have been told otherwise yet.
                let shown = node.told.as_ref().unwrap_or(&node.record).get(1);
                let typing = node.kind == Kind::Typing
                    && shown.items().any(|user| user.equals(&self[target].id));
                let user = if typing || node.user == target { USER } else { 0 };
                let refers = node.other == target && node.kind == Kind::Message;
                self.mark(place, user | if refers { OTHER } else { 0 });
            }
        }
    }
}

/// FNV-1a.
fn hash(path: &str) -> u32 {
    path.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
