//! What the service pushes, applied to what is known.
//!
//! An event of an unknown type, or one that lacks what its type needs, changes nothing.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::client::Client;
use crate::filter::{self, Verdict};
use crate::json::{ObjectWriter, Raw};
use crate::nodes::{Kind, Known, Node, Nodes, Phase};
use crate::place::{Place, INBOX, NOBODY};
use crate::schema;

/// What an event is about, as far as it makes a difference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    User,
    Online,
    Typing,
    SideCreated,
    SideEdited,
    SideDeleted,
    Participant,
    Cleared,
    MessageCreated,
    MessageEdited,
    MessageDeleted,
    ReactionAdded,
    ReactionRemoved,
    Other,
}

static TYPES: &[(&str, Type)] = &[
    ("user.created", Type::User),
    ("user.edited", Type::User),
    ("user.online.changed", Type::Online),
    ("typing.available", Type::Typing),
    ("typing.changed", Type::Typing),
    ("side.created", Type::SideCreated),
    ("side.edited", Type::SideEdited),
    ("conversation.edited", Type::SideEdited),
    ("side.deleted", Type::SideDeleted),
    ("participant.created", Type::Participant),
    ("participant.edited", Type::Participant),
    ("participant.deleted", Type::Participant),
    ("conversation.cleared", Type::Cleared),
    ("message.created", Type::MessageCreated),
    ("message.edited", Type::MessageEdited),
    ("message.deleted", Type::MessageDeleted),
    ("reaction.added", Type::ReactionAdded),
    ("reaction.removed", Type::ReactionRemoved),
];

/// The members of an event that matter.
struct Event<'a> {
    name: Cow<'a, str>,
    kind: Type,
    conversation: Cow<'a, str>,
    message: Cow<'a, str>,
    user: Cow<'a, str>,
    emoji: Cow<'a, str>,
    state: Option<Raw<'a>>,
    diff: Option<Raw<'a>>,
    /// Of a deletion: the message that is the last one then, or null if none is left. Or nothing is
    /// said of it.
    new_last_message: Option<Raw<'a>>,
}

impl<'a> Event<'a> {
    /// Reads the members in one pass.
    #[inline(never)]
    fn read(raw: Raw<'a>) -> Event<'a> {
        let names = [
            "type",
            "conversationId",
            "messageId",
            "userId",
            "emoji",
            "state",
            "diff",
            "newLastMessage",
        ];
        let mut members = [None; 8];
        for (key, value) in raw.entries() {
            if let Some(at) = names.iter().position(|name| key.equals(name)) {
                members[at] = Some(value);
            }
        }
        let text = |at: usize| members[at].and_then(Raw::as_str).unwrap_or_default();
        let object = |at: usize| members[at].filter(|value: &Raw| value.is_object());
        let name = text(0);
        let known = TYPES.iter().find(|(own, _)| *own == name);
        Event {
            kind: known.map_or(Type::Other, |&(_, kind)| kind),
            name,
            conversation: text(1),
            message: text(2),
            user: text(3),
            emoji: text(4),
            state: object(5),
            diff: object(6),
            new_last_message: members[7],
        }
    }
}

impl Client {
    /// The events of one PUBLISH frame, given whole: they begin at its third element.
    #[inline(never)]
    pub(crate) fn published(&mut self, frame: Raw) {
        for event in frame.items().skip(2) {
            self.event(event, NOBODY);
        }
    }

    /// Applies the events that came while the state of a node was being fetched: it may have been
    /// read before they happened.
    #[inline(never)]
    pub(crate) fn replay(&mut self, place: Place) {
        if self.nodes[place].phase != Phase::Loading {
            for event in core::mem::take(&mut self.nodes[place].early) {
                self.event(Raw::trusted(&event), place);
            }
        }
    }

    /// Whether an event concerns a node now. `only` names the one that it is replayed for, if it is.
    #[inline(never)]
    fn concerns(&mut self, place: Place, raw: Raw, only: Place) -> bool {
        if only != NOBODY {
            return only == place;
        }
        let node = &mut self.nodes[place];
        // A page of older items, too, or a message that a call asks for by itself, may have been read
        // before, and come afterwards.
        let asked = node.kind == Kind::Message && node.known == Known::No && node.refs > 0;
        if asked || node.phase == Phase::Loading || node.window.page.is_some() {
            node.early.push(raw.text().into());
        }
        node.phase == Phase::Loaded
    }

    #[inline(never)]
    fn event(&mut self, raw: Raw, only: Place) {
        let event = Event::read(raw);
        if only == NOBODY {
            self.conn.note_event(&event.name);
        }
        let news = event.state.or(event.diff);
        let patch = event.state.is_none();
        let side = self.nodes.find(Kind::Side, INBOX, &event.conversation);
        // What one resource has to say for itself.
        let user = |nodes: &Nodes| nodes.find(Kind::User, NOBODY, &event.user);
        let subject = match event.kind {
            Type::User => user(&self.nodes),
            Type::Online => self.nodes.find(Kind::Online, user(&self.nodes), ""),
            Type::Typing => self.nodes.find(Kind::Typing, side, ""),
            _ => NOBODY,
        };
        if let (true, Some(news)) = (self.concerns(subject, raw, only), news) {
            self.take_news(subject, news, patch);
            if event.kind == Type::User {
                self.find_online(subject);
            }
            return;
        }
        match event.kind {
            Type::SideCreated | Type::SideEdited | Type::SideDeleted => {
                self.side_event(&event, side, raw, only);
            }
            Type::Participant => self.participant_event(&event, side, raw, only),
            _ if side == NOBODY => {}
            Type::ReactionAdded | Type::ReactionRemoved => {
                self.reaction_event(&event, side, raw, only);
            }
            _ => {
                let feed = self.nodes[side].feed;
                let message = self.nodes.find(Kind::Message, feed, &event.message);
                if event.kind == Type::MessageDeleted && only == NOBODY {
                    // Those who reacted to it, also if nobody follows the messages.
                    self.left(message);
                    self.nodes[message].doubt |= 1;
                }
                // One that is quoted may have been read before, and come afterwards.
                let late = self.concerns(message, raw, only) && only != NOBODY;
                if self.concerns(feed, raw, only) || late {
                    self.message_event(feed, message, &event);
                }
            }
        }
    }

    /// A user is there. Whether they are connected is asked once more if it was asked in vain.
    #[inline(never)]
    pub(crate) fn find_online(&mut self, user: Place) {
        let online = self.nodes.find(Kind::Online, user, "");
        // What is being fetched may have been read before.
        self.nodes[online].doubt |= 2;
        if self.nodes[online].known == Known::Absent {
            self.reload(online);
        }
    }

    fn reaction_event(&mut self, event: &Event, side: Place, raw: Raw, only: Place) {
        let message = self.nodes.find(Kind::Message, self.nodes[side].feed, &event.message);
        let list = self.nodes.find(Kind::Reactions, message, &event.emoji);
        if message == NOBODY || event.user.is_empty() || !self.concerns(list, raw, only) {
            return;
        }
        if event.kind == Type::ReactionAdded {
            // The event has what a reaction is made of.
            if let Some(reaction) = self.take_item(list, raw) {
                self.put_in_list(list, reaction, false);
            }
        } else {
            let reaction = self.nodes.find(Kind::Reaction, list, &event.user);
            self.take_absence(reaction);
        }
    }

    /// A state, or a diff of what is there.
    fn take_news(&mut self, place: Place, news: Raw, patch: bool) {
        if !patch || self.nodes[place].known == Known::Present {
            self.take_state(place, news, patch);
        }
    }

    fn side_event(&mut self, event: &Event, side: Place, raw: Raw, only: Place) {
        let (lists, follows) = self.followers(side, raw, only);
        match (event.kind, event.state, event.diff) {
            _ if event.conversation.is_empty() => {}
            (Type::SideCreated, Some(state), _) => {
                let place =
                    if lists.is_empty() { side } else { self.nodes.side(&event.conversation) };
                if follows || place != side {
                    self.take_state(place, state, false);
                    // If it is in none, it is known from now on all the same.
                    self.sort_into(&lists, place);
                }
                if only == NOBODY && side != NOBODY {
                    self.joined(side);
                }
            }
            (Type::SideDeleted, ..) => {
                if follows {
                    self.take_absence(side);
                }
                if only == NOBODY && side != NOBODY {
                    self.left(side);
                }
            }
            (_, _, Some(diff)) => self.side_news(event, side, &lists, follows, diff),
            _ => {}
        }
    }

    /// The lists of conversations that an event about my side of one concerns, and whether it
    /// concerns what is known of that.
    fn followers(&mut self, side: Place, raw: Raw, only: Place) -> (Vec<Place>, bool) {
        let mut heard = false;
        for list in self.nodes.lists.clone() {
            heard |= self.concerns(list, raw, only);
        }
        heard |= only == side && side != NOBODY;
        // What one list, or the conversation, hears late may have been undone in the others since,
        // and so is it again.
        let lists = if heard { self.loaded_lists() } else { Vec::new() };
        // Nobody's is not followed.
        let follows = self.concerns(side, raw, only) || heard && side != NOBODY;
        (lists, follows)
    }

    /// My side of a conversation has changed.
    fn side_news(&mut self, event: &Event, side: Place, lists: &[Place], follows: bool, diff: Raw) {
        if follows && self.nodes[side].known == Known::Present {
            self.take_state(side, diff, true);
            self.sort_into(lists, side);
            self.nodes.vacate(side);
        } else if self.nodes[side].known == Known::No {
            // A conversation that is in no list has news: it may belong into one.
            self.seek(lists, &event.conversation, diff);
        }
    }

    /// A conversation of which no more is known than that this changed is asked for, if it may belong
    /// into the loaded part of a list now.
    fn seek(&mut self, lists: &[Place], conversation: &str, diff: Raw) {
        let moves = diff.get("lastMessageAt").is_some();
        let may_enter = |list: &Place| {
            let node = &self.nodes[*list];
            let filter = Raw::read(&node.id);
            let everything = filter.entries().next().is_none() && filter.is_object();
            match filter::fits(filter, false, &|name| diff.get(name)) {
                Verdict::No => false,
                // It may have been one of those that are not loaded, and move to the top.
                Verdict::Unmentioned => moves && node.window.cursor.is_some(),
                _ => moves || !everything,
            }
        };
        if lists.iter().any(may_enter) {
            self.list_conversation(conversation);
        }
    }

    /// A conversation of which there is news enters the lists whose filter it fits, and leaves those
    /// whose filter it does not fit any more.
    pub(crate) fn sort_into(&mut self, lists: &[Place], side: Place) {
        for &list in lists {
            let filter = Raw::read(&self.nodes[list].id);
            let node = &self.nodes[side];
            let field = |name: &str| match name {
                "hasMessages" if self.may_be_empty(side) => Some(self.has_messages(node.feed)),
                _ => node.record.find(schema::CONVERSATION, name),
            };
            if filter::fits(filter, true, &field) != Verdict::No {
                self.put_in_list(list, side, false);
            } else {
                self.remove_from_list(list, side);
            }
        }
    }

    /// Whether what is known of a conversation is not being fetched again, by itself or with the lists
    /// that it is in: then it may be older than what other lists say of it.
    pub(crate) fn is_current(&self, side: Place) -> bool {
        let node = &self.nodes[side];
        match node.phase {
            Phase::Off if node.listed > 0 => {
                self.loaded_lists().iter().any(|&list| self.find_in_list(list, side).is_some())
            }
            phase => phase != Phase::Loading,
        }
    }

    /// Whether the fields of a conversation do not tell whether it has messages: the last one may be
    /// of the very millisecond in which I joined.
    pub(crate) fn may_be_empty(&self, side: Place) -> bool {
        let node = &self.nodes[side];
        let at = |field: usize| node.record.get(field);
        at(schema::CONVERSATION_LAST_MESSAGE_AT) == at(schema::CONVERSATION_JOINED_AT)
    }

    /// Whether a conversation has messages, if that is known by the messages themselves.
    fn has_messages(&self, feed: Place) -> Raw<'static> {
        let Node { phase, window, .. } = &self.nodes[feed];
        let empty = window.items.is_empty();
        if *phase != Phase::Loaded || empty && window.cursor.is_some() {
            return Raw::EMPTY_OBJECT;
        }
        Raw::trusted(if empty { "false" } else { "true" })
    }

    fn participant_event(&mut self, event: &Event, side: Place, raw: Raw, only: Place) {
        let news = event.state.or(event.diff);
        let members = self.nodes.find(Kind::Members, side, "");
        let mut participant = self.nodes.find(Kind::Participant, side, &event.user);
        let own = self.concerns(participant, raw, only);
        // An answer that is older than the event may have taken it out of the list.
        let in_list = side != NOBODY
            && !event.user.is_empty()
            && (self.concerns(members, raw, only)
                || own && self.nodes[members].phase == Phase::Loaded);
        if own || in_list {
            match news {
                Some(news) if in_list && event.state.is_some() => {
                    participant = self.nodes.place(Kind::Participant, side, &event.user);
                    self.take_state(participant, news, false);
                    self.put_in_list(members, participant, false);
                }
                Some(news) => self.take_news(participant, news, event.state.is_none()),
                None if event.name == "participant.deleted" => self.take_absence(participant),
                None => {}
            }
        }
        // My own settings are part of my side. Of the rest, a side has other values.
        if let (true, Some(diff)) = (event.user == *self.me, event.diff) {
            let mut own = String::new();
            let mut object = ObjectWriter::new(&mut own);
            for field in &schema::PARTICIPANT[..schema::PARTICIPANT_SETTINGS] {
                if let Some(value) = diff.get(field.name) {
                    object.raw(field.name, value);
                }
            }
            object.end();
            let (lists, follows) = self.followers(side, raw, only);
            self.side_news(event, side, &lists, follows, Raw::trusted(&own));
        }
    }

    /// `message` is nobody if it is not known yet.
    fn message_event(&mut self, feed: Place, message: Place, event: &Event) {
        if event.kind == Type::Cleared {
            self.clear_list(feed);
            let node = &mut self.nodes[feed];
            node.window.cursor = None;
            // An older page that is on its way is empty, or was read before.
            node.window.page = None;
            node.early.clear();
            return self.settle_views(feed);
        }
        if let (Type::MessageCreated, Some(state)) = (event.kind, event.state) {
            if !self.reaches(feed, state) || event.message.is_empty() || !is_message(state) {
                return;
            }
            let message = self.nodes.place(Kind::Message, feed, &event.message);
            if self.nodes[message].listed == 0 {
                self.take_state(message, state, false);
                self.settled(message);
                self.put_in_list(feed, message, false);
                self.trim(feed);
            }
            return;
        }
        if let (Type::MessageEdited, Some(diff)) = (event.kind, event.diff) {
            self.take_news(message, diff, true);
        } else if event.kind == Type::MessageDeleted {
            self.take_absence(message);
            let window = &mut self.nodes[feed].window;
            if window.items.is_empty() && !window.absent {
                let trimmed = window.trimmed;
                let last = event.new_last_message;
                if last.is_some_and(Raw::is_null) {
                    window.cursor = None;
                    window.trimmed = false;
                    return;
                }
                match last.and_then(|last| self.take_item(feed, last)) {
                    Some(last) => {
                        self.put_in_list(feed, last, false);
                        self.nodes[feed].window.end = self.nodes[last].time;
                    }
                    None if trimmed => self.reload(feed),
                    None => self.fetches.push(feed),
                }
            }
        }
    }

    /// Whether a new message belongs to the loaded part of a feed: not if it is older than what was
    /// loaded, and there are older ones that were not.
    fn reaches(&self, feed: Place, state: Raw) -> bool {
        let window = &self.nodes[feed].window;
        let created_at = schema::MESSAGE[schema::MESSAGE_CREATED_AT].name;
        let time = || state.get(created_at).and_then(Raw::as_f64).unwrap_or(0.0);
        !window.absent && (window.cursor.is_none() || time() >= window.end)
    }

    /// I joined a conversation, or a message is there: what was null because of that comes alive.
    pub(crate) fn joined(&mut self, owner: Place) {
        for place in self.nodes.within(owner) {
            let node = &mut self.nodes[place];
            // Who is typing comes by an event of its own.
            let current = node.kind == Kind::Typing || node.kind.is_list() && !node.window.absent;
            // What is being fetched may have been read before.
            node.doubt |= 2;
            if node.phase == Phase::Loaded && !current {
                node.window.absent = false;
                self.reload(place);
            }
        }
    }
}

/// Whether a state says what every message has: who sent it, though it may be nobody, what it says,
/// and when.
fn is_message(state: Raw) -> bool {
    [schema::MESSAGE_SENDER, schema::MESSAGE_CONTENT, schema::MESSAGE_CREATED_AT].iter().all(
        |&at| {
            let field = &schema::MESSAGE[at];
            state.get(field.name).is_some_and(|value| field.kind.accepts(value))
        },
    )
}
