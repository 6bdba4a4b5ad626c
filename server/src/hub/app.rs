//! One app: its data, the sockets of its users, and the ways to tell them of a change.

use std::collections::{BTreeMap, BTreeSet};

use super::errors::ApiError;
use super::feeds::{self, Feed};
use super::frames::Event;
use super::ids::Ids;
use super::records::{write, Kind};
use super::sends::Sends;
use super::sessions::Conn;
use super::settings::Settings;
use super::state::{Conversation, File, Participant, User};
use super::views::Viewer;
use super::{AppConfig, ConnId, Output};

/// Everything that belongs to one app id. Apps share nothing.
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) conversations: BTreeMap<String, Conversation>,
    /// User → the conversations they take part in. Follows `Conversation::participants`.
    pub(crate) memberships: BTreeMap<String, BTreeSet<String>>,
    pub(crate) files: BTreeMap<String, File>,
    pub(crate) sends: Sends,
    /// (conversation, user) of everybody typing, for the timer.
    pub(crate) typists: BTreeSet<(String, String)>,
    pub(crate) conns: BTreeMap<ConnId, Conn>,
    /// User → their sockets.
    pub(crate) conns_of: BTreeMap<String, BTreeSet<ConnId>>,
    /// Who listens to users and their presence: those feeds are not tied to a conversation.
    pub(crate) watchers: BTreeMap<Feed, BTreeSet<ConnId>>,
}

/// What a rule may use besides the app itself: the time, fresh ids, and a place for its results.
pub(crate) struct Cx<'a> {
    pub(crate) now: u64,
    pub(crate) ids: &'a mut Ids,
    pub(crate) out: &'a mut Outbox,
}

/// Collects what one input causes. Events wait here so that each socket gets one PUBLISH.
#[derive(Default)]
pub(crate) struct Outbox {
    pub(crate) outputs: Vec<Output>,
    pub(crate) events: BTreeMap<ConnId, Vec<Event>>,
}

impl Outbox {
    pub(crate) fn event(&mut self, conn: ConnId, event: Event) {
        self.events.entry(conn).or_default().push(event);
    }

    pub(crate) fn close(&mut self, conn: ConnId, code: u16, reason: &'static str) {
        self.outputs.push(Output::Close { conn, code, reason });
    }
}

/// Who makes a request.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) conn: ConnId,
    pub(crate) user: String,
}

/// A user and their part in a conversation.
pub(crate) type Part<'a> = (&'a str, &'a Participant);

/// The events of a conversation, sorted by who should hear of them.
pub(crate) enum Audience<'a> {
    /// Those with this feed.
    Of(Feed),
    /// Those with any of these feeds.
    Any(&'a [Feed]),
    /// Those with any feed that is about this conversation.
    About(&'a str),
}

impl Audience<'_> {
    fn has(&self, conn: &Conn) -> bool {
        match self {
            Audience::Of(feed) => conn.feeds.contains(feed),
            Audience::Any(feeds) => feeds.iter().any(|feed| conn.feeds.contains(feed)),
            Audience::About(id) => feeds::any_about(&conn.feeds, id),
        }
    }
}

impl App {
    pub(crate) fn new(config: &AppConfig) -> Self {
        let AppConfig { id, secret, settings } = config.clone();
        App {
            id,
            secret,
            settings,
            users: BTreeMap::new(),
            conversations: BTreeMap::new(),
            memberships: BTreeMap::new(),
            files: BTreeMap::new(),
            sends: Sends::default(),
            typists: BTreeSet::new(),
            conns: BTreeMap::new(),
            conns_of: BTreeMap::new(),
            watchers: BTreeMap::new(),
        }
    }

    /// The sockets of `user` that are in the audience.
    fn listeners<'a>(
        &'a self,
        user: &str,
        audience: &'a Audience<'a>,
    ) -> impl Iterator<Item = (ConnId, &'a Conn)> + 'a {
        let conns = self.conns_of.get(user).into_iter().flatten();
        conns
            .filter_map(|id| Some((*id, self.conns.get(id)?)))
            .filter(|(_, conn)| audience.has(conn))
    }

    /// Tells the sockets of `user` in the audience what `event` makes for each of them.
    pub(crate) fn tell(
        &self,
        out: &mut Outbox,
        user: &str,
        audience: &Audience<'_>,
        event: impl Fn(&Viewer<'_>) -> Option<Event>,
    ) {
        for (id, conn) in self.listeners(user, audience) {
            if let Some(event) = event(&self.viewer(conn)) {
                out.event(id, event);
            }
        }
    }

    /// The participants of a conversation who listen to anything of it: all whom a change of it can
    /// be told. Most of many have no socket, so whichever are fewer are looked through.
    pub(crate) fn hearers<'a>(&self, id: &str, conversation: &'a Conversation) -> Vec<Part<'a>> {
        let about = Audience::About(id);
        let is_heard = |(user, _): &Part<'_>| self.listeners(user, &about).next().is_some();
        let all = &conversation.participants;
        if self.conns_of.len() < all.len() {
            let online = self.conns_of.keys().filter_map(|user| all.get_key_value(user));
            return online.map(|(user, part)| (user.as_str(), part)).filter(is_heard).collect();
        }
        all.iter().map(|(user, part)| (user.as_str(), part)).filter(is_heard).collect()
    }

    /// Tells everybody who watches a user or their presence.
    pub(crate) fn tell_watchers(&self, out: &mut Outbox, feed: &Feed, event: &Event) {
        for conn in self.watchers.get(feed).into_iter().flatten() {
            out.event(*conn, event.clone());
        }
    }

    pub(crate) fn viewer<'a>(&'a self, conn: &'a Conn) -> Viewer<'a> {
        Viewer { user: &conn.user, app: &self.id, base_url: &conn.base_url, files: &self.files }
    }

    pub(crate) fn viewer_of<'a>(&'a self, caller: &'a Caller) -> Viewer<'a> {
        let base_url = self.conns.get(&caller.conn).map_or("", |conn| &conn.base_url);
        Viewer { user: &caller.user, app: &self.id, base_url, files: &self.files }
    }

    /// The user, who has to exist.
    pub(crate) fn needed_user(&self, id: &str) -> Result<&User, ApiError> {
        self.users.get(id).ok_or_else(|| ApiError::no_user(id))
    }

    /// The conversation and the caller's part in it: what every read and every send starts with.
    pub(crate) fn my_part(
        &self,
        user: &str,
        id: &str,
    ) -> Result<(&Conversation, &Participant), ApiError> {
        let conversation =
            self.conversations.get(id).ok_or_else(|| ApiError::no_conversation(id))?;
        let participant = conversation.participants.get(user);
        Ok((conversation, participant.ok_or_else(|| ApiError::not_a_participant(user, id))?))
    }

    pub(crate) fn save<T: serde::Serialize>(
        &self,
        out: &mut Outbox,
        kind: Kind,
        ids: &[&str],
        value: &T,
    ) {
        let key = kind.key(&self.id, ids);
        out.outputs.push(Output::Save(super::Record { key, body: write(value) }));
    }

    pub(crate) fn forget(&self, out: &mut Outbox, kind: Kind, ids: &[&str]) {
        out.outputs.push(Output::Delete(kind.key(&self.id, ids)));
    }
}
