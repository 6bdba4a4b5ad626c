//! What the service pushes, applied to what is known.
//!
//! An event of an unknown type, or one that lacks what its type needs, changes nothing.

use alloc::borrow::Cow;

use crate::client::Client;
use crate::json::Raw;
use crate::live::{Phase, Resource};
use crate::schema;
use crate::store::Known;

/// The members of an event that matter, read in one pass.
#[derive(Default)]
struct Event<'a> {
    kind: Cow<'a, str>,
    conversation: Option<Raw<'a>>,
    message: Option<Raw<'a>>,
    user: Option<Raw<'a>>,
    state: Option<Raw<'a>>,
    diff: Option<Raw<'a>>,
    new_last_message: Option<Raw<'a>>,
}

impl<'a> Event<'a> {
    fn read(raw: Raw<'a>) -> Event<'a> {
        let mut event = Event::default();
        for (key, value) in raw.entries() {
            match key.text() {
                r#""type""# => event.kind = value.as_str().unwrap_or_default(),
                r#""conversationId""# => event.conversation = Some(value),
                r#""messageId""# => event.message = Some(value),
                r#""userId""# => event.user = Some(value),
                r#""state""# => event.state = Some(value).filter(|v| v.is_object()),
                r#""diff""# => event.diff = Some(value).filter(|v| v.is_object()),
                r#""newLastMessage""# => {
                    event.new_last_message = Some(value).filter(|v| v.is_object());
                }
                _ => {}
            }
        }
        event
    }
}

impl Client {
    /// The events of one PUBLISH frame, given whole: they begin at its third element.
    pub(crate) fn published(&mut self, frame: Raw) {
        for event in frame.items().skip(2) {
            self.event(event, None);
        }
    }

    /// Applies again the events that came while the state of a resource was being fetched: it may
    /// have been read before they happened.
    pub(crate) fn replay(&mut self, resource: Resource) {
        let fetched = self.live(resource).filter(|live| !live.is_fetching());
        let early = fetched.map(|live| core::mem::take(&mut live.early)).unwrap_or_default();
        for event in early {
            self.event(Raw::trusted(&event), Some(resource));
        }
    }

    /// Whether an event concerns a resource now. `only` names the one resource it is replayed for.
    fn concerns(&mut self, resource: Resource, raw: Raw, only: Option<Resource>) -> bool {
        if only.is_some_and(|only| only != resource) {
            return false;
        }
        let Some(live) = self.live(resource) else { return false };
        if live.is_fetching() && only.is_none() {
            live.early.push(raw.text().into());
        }
        live.has_state()
    }

    fn event(&mut self, raw: Raw, only: Option<Resource>) {
        let event = Event::read(raw);
        let news = event.state.or(event.diff);
        let patch = event.state.is_none();
        let user = event.user.and_then(Raw::as_str);
        if matches!(&*event.kind, "user.created" | "user.edited") {
            let place = user.and_then(|id| self.store.user_ids.get(&id));
            if let (Some(place), Some(news)) = (place, news) {
                let exists = self.store.users.get(place).is_some_and(|u| u.known == Known::Present);
                if self.concerns(Resource::User(place), raw, only) && (exists || !patch) {
                    self.user_state(place, Some(news), patch);
                }
            }
            return;
        }
        let Some(id) = event.conversation.and_then(Raw::as_str) else { return };
        let place = self.store.conversation_ids.get(&id);
        match &*event.kind {
            "side.created" => {
                let Some(state) = event.state else { return };
                if self.concerns(Resource::List, raw, only) {
                    if let Some(place) = self.put_in_list(state, false) {
                        self.note_fresh(Resource::List, place);
                    }
                }
                if let Some(place) = place {
                    if self.concerns(Resource::Side(place), raw, only) {
                        self.side_state(place, state, false);
                    }
                    if only.is_none() {
                        self.joined(place);
                    }
                }
            }
            "side.edited" | "conversation.edited" => {
                let Some(diff) = event.diff else { return };
                let in_list = self.concerns(Resource::List, raw, only);
                let known = place.and_then(|p| self.store.conversations.get(p)).map(|c| c.known);
                if let (Some(place), Some(Known::Present)) = (place, known) {
                    if self.concerns(Resource::Side(place), raw, only) || in_list {
                        self.side_state(place, diff, true);
                    }
                } else if in_list && known != Some(Known::Absent) {
                    // An old conversation, not loaded yet, has news: it belongs to the top.
                    if diff.get("lastMessageAt").is_some() {
                        self.list_conversation(&id);
                    }
                }
            }
            "side.deleted" => {
                let Some(place) = place else { return };
                let in_list = self.concerns(Resource::List, raw, only);
                if self.concerns(Resource::Side(place), raw, only) || in_list {
                    self.side_absent(place);
                } else if self.concerns(Resource::Messages(place), raw, only) {
                    self.side_absent(place);
                }
            }
            "participant.created" | "participant.edited" | "participant.deleted" => {
                let (Some(place), Some(user)) = (place, user) else { return };
                self.participant_event(place, &user, news, patch, raw, only);
            }
            _ => {
                if let Some(place) = place {
                    self.message_event(place, &event, raw, only);
                }
            }
        }
    }

    fn participant_event(
        &mut self,
        conversation: u32,
        user: &str,
        news: Option<Raw>,
        patch: bool,
        raw: Raw,
        only: Option<Resource>,
    ) {
        let side = self.store.conversations.get(conversation);
        let known = side.is_some_and(|side| side.known == Known::Present);
        if let (true, true, true, Some(news)) = (known, patch, user == self.me, news) {
            // My own settings are part of my side. Of the rest, a side has other values.
            let follows = self.concerns(Resource::Side(conversation), raw, only);
            if follows || self.concerns(Resource::List, raw, only) {
                let own = |name: &str| news.get(name);
                let mut diff = alloc::string::String::new();
                let mut object = crate::json::ObjectWriter::new(&mut diff);
                for name in ["access", "notify"] {
                    if let Some(value) = own(name) {
                        object.raw(name, value);
                    }
                }
                object.end();
                self.side_state(conversation, Raw::trusted(&diff), true);
            }
        }
        let user = self.store.user_ids.get(user);
        let place = user.and_then(|user| self.store.find_participant(conversation, user));
        if let Some(place) = place {
            let present =
                self.store.participants.get(place).is_some_and(|p| p.known == Known::Present);
            if self.concerns(Resource::Participant(place), raw, only) && (present || !patch) {
                self.participant_state(place, news, patch);
            }
        }
    }

    fn message_event(
        &mut self,
        conversation: u32,
        event: &Event,
        raw: Raw,
        only: Option<Resource>,
    ) {
        let resource = Resource::Messages(conversation);
        if !event.kind.starts_with("message.") && event.kind != "conversation.cleared" {
            return;
        }
        if !self.concerns(resource, raw, only) {
            return;
        }
        if event.kind == "conversation.cleared" {
            self.clear_messages(conversation);
            if let Some(window) = self.window_mut(resource) {
                window.cursor = None;
            }
            return;
        }
        let Some(id) = event.message.and_then(Raw::as_str) else { return };
        let place = self.store.conversations.get(conversation).and_then(|c| c.message_ids.get(&id));
        match (&*event.kind, event.state, event.diff) {
            ("message.created", Some(state), _) => {
                let known = place.and_then(|place| self.store.messages.get(place));
                if known.is_some_and(|m| m.in_window) || !self.reaches(resource, state) {
                    return;
                }
                if let Some(place) = self.put_in_window(conversation, state, false) {
                    self.note_fresh(resource, place);
                }
            }
            ("message.edited", _, Some(diff)) => {
                let known = |place| self.store.messages.get(place).map(|m| m.known);
                if let Some(place) = place.filter(|&place| known(place) == Some(Known::Present)) {
                    self.message_state(place, diff, true);
                }
            }
            ("message.deleted", ..) => {
                if let Some(place) = place {
                    self.lose_message(place);
                }
                let empty = self.window(resource).is_some_and(|w| w.items.is_empty() && !w.absent);
                if let (true, Some(state)) = (empty, event.new_last_message) {
                    self.put_in_window(conversation, state, false);
                } else if empty {
                    self.fetches.push(resource);
                }
            }
            _ => {}
        }
    }

    /// Whether a new message belongs to the loaded part of a window: not if it is older than the
    /// oldest one loaded, and there are older ones that are not.
    fn reaches(&self, resource: Resource, state: Raw) -> bool {
        let Some(window) = self.window(resource) else { return false };
        let created_at = schema::MESSAGE[schema::MESSAGE_CREATED_AT].name;
        let time = state.get(created_at).and_then(Raw::as_f64).unwrap_or(0.0);
        let oldest = window.items.last();
        !window.absent && (window.cursor.is_none() || oldest.is_some_and(|item| time >= item.time))
    }

    /// An item came by an event: pages of a reload that is under way may not know it yet.
    fn note_fresh(&mut self, resource: Resource, place: u32) {
        if let Some(window) = self.window_mut(resource) {
            if window.live.phase == Phase::Reloading {
                window.fresh.push(place);
            }
        }
    }

    /// I joined a conversation: what was null because I was not in it comes alive.
    fn joined(&mut self, place: u32) {
        let Some(conversation) = self.store.conversations.get_mut(place) else { return };
        let window = &mut conversation.messages;
        if window.absent && window.live.phase == Phase::Loaded {
            window.reset();
            window.live.phase = Phase::Loading;
            self.fetches.push(Resource::Messages(place));
        }
        let participants = self.store.participants.iter();
        let mine = participants
            .filter(|(_, p)| p.conversation == place && p.live.phase == Phase::Loaded)
            .map(|(at, _)| at);
        for participant in mine.collect::<alloc::vec::Vec<u32>>() {
            if let Some(live) = self.live(Resource::Participant(participant)) {
                live.phase = Phase::Reloading;
            }
            self.fetch(Resource::Participant(participant));
        }
    }
}
