//! What the service pushes, applied to what is known.
//!
//! An event of an unknown type, or one that lacks what its type needs, changes nothing.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::client::Client;
use crate::json::{ObjectWriter, Raw};
use crate::live::covers;
use crate::nodes::{Kind, Known, Phase, Place, LIST, NOBODY};
use crate::schema;

/// The members of an event that matter.
struct Event<'a> {
    kind: Cow<'a, str>,
    conversation: Cow<'a, str>,
    message: Cow<'a, str>,
    user: Cow<'a, str>,
    state: Option<Raw<'a>>,
    diff: Option<Raw<'a>>,
    /// Of a deletion: the message that is the last one then, or null if none is left. Or nothing is
    /// said of it.
    new_last_message: Option<Raw<'a>>,
}

impl<'a> Event<'a> {
    /// Reads the members in one pass.
    fn read(raw: Raw<'a>) -> Event<'a> {
        let names =
            ["type", "conversationId", "messageId", "userId", "state", "diff", "newLastMessage"];
        let mut members = [None; 7];
        for (key, value) in raw.entries() {
            if let Some(at) = names.iter().position(|name| key.equals(name)) {
                members[at] = Some(value);
            }
        }
        let text = |at: usize| members[at].and_then(Raw::as_str).unwrap_or_default();
        let object = |at: usize| members[at].filter(|value: &Raw| value.is_object());
        Event {
            kind: text(0),
            conversation: text(1),
            message: text(2),
            user: text(3),
            state: object(4),
            diff: object(5),
            new_last_message: members[6],
        }
    }
}

impl Client {
    /// The events of one PUBLISH frame, given whole: they begin at its third element.
    pub(crate) fn published(&mut self, frame: Raw) {
        for event in frame.items().skip(2) {
            self.event(event, NOBODY);
        }
    }

    /// Applies the events that came while the state of a node was being fetched: it may have been
    /// read before they happened.
    pub(crate) fn replay(&mut self, place: Place) {
        if self.nodes[place].phase == Phase::Loaded {
            for event in core::mem::take(&mut self.nodes[place].early) {
                self.event(Raw::trusted(&event), place);
            }
        }
    }

    /// Whether an event concerns a node now. `only` names the one that it is replayed for, if it is.
    fn concerns(&mut self, place: Place, raw: Raw, only: Place) -> bool {
        if only != NOBODY {
            return only == place;
        }
        let node = &mut self.nodes[place];
        if node.phase == Phase::Loading {
            node.early.push(raw.text().into());
        }
        node.phase == Phase::Loaded
    }

    fn event(&mut self, raw: Raw, only: Place) {
        let event = Event::read(raw);
        if only == NOBODY {
            self.conn.note_event(&event.kind);
        }
        let news = event.state.or(event.diff);
        let patch = event.state.is_none();
        if let ("user.created" | "user.edited", Some(news)) = (&*event.kind, news) {
            let user = self.nodes.find(Kind::User, NOBODY, &event.user);
            if self.concerns(user, raw, only) {
                self.take_news(user, news, patch);
            }
            return;
        }
        let side = self.nodes.find(Kind::Side, LIST, &event.conversation);
        match &*event.kind {
            "side.created" | "side.edited" | "side.deleted" | "conversation.edited" => {
                self.side_event(&event, side, raw, only);
            }
            "participant.created" | "participant.edited" | "participant.deleted" => {
                self.participant_event(&event, side, raw, only);
            }
            _ if side == NOBODY => {}
            _ => {
                let feed = self.nodes[side].feed;
                if self.concerns(feed, raw, only) {
                    self.message_event(feed, &event);
                }
            }
        }
    }

    /// A state, or a diff of what is there.
    fn take_news(&mut self, place: Place, news: Raw, patch: bool) {
        if !patch || self.nodes[place].known == Known::Present {
            self.take_state(place, news, patch);
        }
    }

    fn side_event(&mut self, event: &Event, side: Place, raw: Raw, only: Place) {
        let in_list = self.concerns(LIST, raw, only);
        // Nobody's is not followed.
        let follows = self.concerns(side, raw, only) || in_list && side != NOBODY;
        match (&*event.kind, event.state, event.diff) {
            ("side.created", Some(state), _) => {
                if in_list {
                    if let Some(side) = self.take_item(LIST, state) {
                        self.put_in_list(LIST, side, false);
                    }
                } else if follows {
                    self.take_state(side, state, false);
                }
                if only == NOBODY && side != NOBODY {
                    self.joined(side);
                }
            }
            ("side.deleted", ..) => {
                let feed = self.nodes[side].feed;
                // While a feed is being fetched, the answer tells.
                let feeds = only == NOBODY && self.nodes[feed].phase == Phase::Loaded;
                if follows || feeds && side != NOBODY {
                    self.take_absence(side);
                }
            }
            (_, _, Some(diff)) if follows && self.nodes[side].known == Known::Present => {
                self.take_state(side, diff, true);
                let news = diff.get("lastMessageAt").is_some();
                if in_list && news && !self.nodes[side].listed {
                    // Known by itself until now.
                    self.put_in_list(LIST, side, false);
                }
            }
            // An old conversation, not loaded yet, has news: it belongs to the top.
            (_, _, Some(diff))
                if in_list
                    && self.nodes[side].known == Known::No
                    && diff.get("lastMessageAt").is_some() =>
            {
                self.list_conversation(&event.conversation);
            }
            _ => {}
        }
    }

    fn participant_event(&mut self, event: &Event, side: Place, raw: Raw, only: Place) {
        let news = event.state.or(event.diff);
        let participant = self.nodes.find(Kind::Participant, side, &event.user);
        if self.concerns(participant, raw, only) {
            match news {
                Some(news) => self.take_news(participant, news, event.state.is_none()),
                None => self.take_absence(participant),
            }
        }
        // My own settings are part of my side. Of the rest, a side has other values.
        if let (true, Some(diff)) = (event.user == *self.me, event.diff) {
            let covered = covers(&self.nodes, side) && only == NOBODY;
            if (self.concerns(side, raw, only) || covered)
                && self.nodes[side].known == Known::Present
            {
                let mut own = String::new();
                let mut object = ObjectWriter::new(&mut own);
                for field in &schema::PARTICIPANT[..schema::PARTICIPANT_SETTINGS] {
                    if let Some(value) = diff.get(field.name) {
                        object.raw(field.name, value);
                    }
                }
                object.end();
                self.take_state(side, Raw::trusted(&own), true);
            }
        }
    }

    fn message_event(&mut self, feed: Place, event: &Event) {
        if event.kind == "conversation.cleared" {
            self.clear_feed(feed);
            self.nodes[feed].window.cursor = None;
            return;
        }
        if let ("message.created", Some(state)) = (&*event.kind, event.state) {
            if !self.reaches(feed, state) || event.message.is_empty() {
                return;
            }
            let message = self.nodes.place(Kind::Message, feed, &event.message);
            if !self.nodes[message].listed {
                self.take_state(message, state, false);
                self.put_in_list(feed, message, false);
                self.trim(feed);
            }
            return;
        }
        let message = self.nodes.find(Kind::Message, feed, &event.message);
        if let ("message.edited", Some(diff)) = (&*event.kind, event.diff) {
            if message != NOBODY {
                self.take_news(message, diff, true);
            }
        } else if event.kind == "message.deleted" {
            if message != NOBODY {
                self.take_absence(message);
            }
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
                    Some(last) => self.put_in_list(feed, last, false),
                    None if trimmed => self.reload(feed),
                    None => self.fetches.push(feed),
                }
            }
        }
    }

    /// Whether a new message belongs to the loaded part of a feed: not if it is older than the
    /// oldest one loaded, and there are older ones that are not.
    fn reaches(&self, feed: Place, state: Raw) -> bool {
        let window = &self.nodes[feed].window;
        let created_at = schema::MESSAGE[schema::MESSAGE_CREATED_AT].name;
        let time = || state.get(created_at).and_then(Raw::as_f64).unwrap_or(0.0);
        let oldest = window.items.last();
        !window.absent
            && (window.cursor.is_none()
                || oldest.is_some_and(|&oldest| time() >= self.nodes[oldest].time))
    }

    /// I joined a conversation: what was null because I was not in it comes alive.
    fn joined(&mut self, side: Place) {
        let feed = self.nodes[side].feed;
        if self.nodes[feed].window.absent && self.nodes[feed].phase == Phase::Loaded {
            self.nodes[feed].window.absent = false;
            self.reload(feed);
        }
        for place in self.nodes.places() {
            let node = &mut self.nodes[place];
            if node.kind == Kind::Participant && node.owner == side && node.phase == Phase::Loaded {
                node.phase = Phase::Loading;
                self.fetch(place);
            }
        }
    }
}
