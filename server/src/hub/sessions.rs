//! Sockets: who is behind them, whether they are logged in, what they subscribed to.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use super::app::{App, Caller, Cx};
use super::auth::Identity;
use super::errors::{quote, ApiError};
use super::feeds::Feed;
use super::frames::{self, Event};
use super::params::{wrong, Params};
use super::paths::Route;
use super::users::read_ids;
use super::ConnId;

/// One socket.
pub(crate) struct Conn {
    pub(crate) user: String,
    /// Where this client reaches the server, for the URLs of files.
    pub(crate) base_url: String,
    /// Which session this is: a client keeps its number from socket to socket.
    pub(crate) client: String,
    pub(crate) login: Login,
    pub(crate) feeds: BTreeSet<Feed>,
    pub(crate) line: Line,
}

/// Whether somebody is at the other end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Line {
    /// A socket, and the number of its last PUBLISH.
    Open { seq: u64 },
    /// The server closed the socket on purpose and waits for the same session to come back: its
    /// subscriptions go on, and their events wait.
    Parked { until: u64, backlog: Vec<Event> },
}

/// How long a session may take to come back, and how many events wait for it at the most.
const PARKED_MS: u64 = 60_000;
const MOST_PARKED_EVENTS: usize = 10_000;

/// How many subscriptions a socket may have: far more than any page shows.
const MOST_FEEDS: usize = 10_000;

/// How far a socket has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Login {
    /// Has not shown a token.
    None,
    /// Has shown one that was not valid any more after a time, or was taken back.
    Expired,
    /// Logged in, until this time if there is one.
    Ready { until: Option<u64> },
}

impl Conn {
    pub(crate) fn is_ready(&self) -> bool {
        matches!(self.login, Login::Ready { .. })
    }

    /// When the token of this session is over, or the patience with it.
    fn ends(&self) -> Option<u64> {
        let token = match self.login {
            Login::Ready { until } => until,
            Login::None | Login::Expired => None,
        };
        token.into_iter().chain(self.parked_until()).min()
    }

    fn parked_until(&self) -> Option<u64> {
        match self.line {
            Line::Parked { until, .. } => Some(until),
            Line::Open { .. } => None,
        }
    }

    /// Hands over events: the text of the frame to send, if there is somebody to send it to.
    pub(crate) fn publish(&mut self, events: Vec<Event>) -> Option<String> {
        match &mut self.line {
            Line::Open { seq } => {
                *seq += 1;
                Some(frames::publish(*seq, &events))
            }
            Line::Parked { until, backlog } => {
                backlog.extend(events);
                if backlog.len() > MOST_PARKED_EVENTS {
                    // Too much to hand over. The session ends at the next look at the time.
                    *until = 0;
                }
                None
            }
        }
    }
}

impl App {
    pub(crate) fn connect(&mut self, conn: ConnId, user: String, client: String, base_url: String) {
        self.conns_of.entry(user.clone()).or_default().insert(conn);
        let (login, line, feeds) = (Login::None, Line::Open { seq: 0 }, BTreeSet::new());
        self.conns.insert(conn, Conn { user, base_url, client, login, feeds, line });
    }

    /// Keeps a session for when its client comes back. `false` = there is nothing to keep.
    pub(crate) fn park(&mut self, now: u64, id: ConnId) -> bool {
        let Some(conn) = self.conns.get_mut(&id) else { return false };
        if !conn.is_ready() || conn.client.is_empty() {
            return false;
        }
        conn.line = Line::Parked { until: now.saturating_add(PARKED_MS), backlog: Vec::new() };
        true
    }

    /// A session is back on a new socket: its subscriptions go on there, with what was missed.
    fn unpark(&mut self, cx: &mut Cx<'_>, id: ConnId) {
        let Some(conn) = self.conns.get(&id) else { return };
        let is_same = |other: &Conn| {
            other.parked_until().is_some() && other.user == conn.user && other.client == conn.client
        };
        let parked: Vec<ConnId> =
            self.conns.iter().filter(|(_, other)| is_same(other)).map(|(id, _)| *id).collect();
        for old in parked {
            let feeds = self.conns.get(&old).map(|conn| conn.feeds.clone()).unwrap_or_default();
            self.drop_feeds(old);
            if let Some(Conn { line: Line::Parked { backlog, .. }, .. }) = self.forget_conn(old) {
                backlog.into_iter().for_each(|event| cx.out.event(id, event));
            }
            feeds.into_iter().for_each(|feed| self.set_feed(id, feed, true));
        }
    }

    fn forget_conn(&mut self, id: ConnId) -> Option<Conn> {
        let gone = self.conns.remove(&id)?;
        if let Some(conns) = self.conns_of.get_mut(&gone.user) {
            conns.remove(&id);
            if conns.is_empty() {
                self.conns_of.remove(&gone.user);
            }
        }
        Some(gone)
    }

    pub(crate) fn disconnect(&mut self, cx: &mut Cx<'_>, conn: ConnId) {
        self.drop_feeds(conn);
        let Some(gone) = self.forget_conn(conn) else { return };
        if gone.is_ready() && !self.is_online(&gone.user) {
            self.tell_presence(cx, &gone.user, false);
        }
    }

    /// `POST /session/renew {token}`; `check` judges the token.
    pub(crate) fn renew(
        &mut self,
        cx: &mut Cx<'_>,
        caller: &Caller,
        params: &Params<'_>,
        check: impl FnOnce(&str) -> Result<Identity, ApiError>,
    ) -> Result<Value, ApiError> {
        let token = params.needed_string("token")?;
        let identity = check(&token)?;
        if identity.user != caller.user {
            let (theirs, mine) = (quote(&identity.user), quote(&caller.user));
            return Err(ApiError::unauthorized(format!(
                "The token is for user {theirs}, this socket for user {mine}."
            )));
        }
        let was_online = self.is_online(&caller.user);
        if let Some(conn) = self.conns.get_mut(&caller.conn) {
            conn.login = Login::Ready { until: identity.expires };
        }
        if !was_online {
            self.tell_presence(cx, &caller.user, true);
        }
        self.unpark(cx, caller.conn);
        let left = identity.expires.map(|at| at.saturating_sub(cx.now) / 1000);
        Ok(json!({ "expiresInSeconds": left }))
    }

    /// Ends the login of a socket: its subscriptions are over and it has to renew.
    pub(crate) fn expire(&mut self, cx: &mut Cx<'_>, conn: ConnId) {
        self.drop_feeds(conn);
        let Some(ended) = self.conns.get_mut(&conn) else { return };
        let was_ready = ended.is_ready();
        ended.login = Login::Expired;
        let user = ended.user.clone();
        cx.out.event(conn, json!({ "type": "session.expired" }).into());
        if was_ready && !self.is_online(&user) {
            self.tell_presence(cx, &user, false);
        }
    }

    /// Ends the logins whose token is over, and gives up sessions that did not come back.
    pub(crate) fn end_sessions(&mut self, cx: &mut Cx<'_>) {
        let over: Vec<ConnId> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.ends().is_some_and(|at| at <= cx.now))
            .map(|(id, _)| *id)
            .collect();
        for id in over {
            match self.conns.get(&id).map(|conn| &conn.line) {
                Some(Line::Parked { .. }) => self.disconnect(cx, id),
                _ => self.expire(cx, id),
            }
        }
    }

    /// When the next of those ends.
    pub(crate) fn next_session_end(&self) -> Option<u64> {
        self.conns.values().filter_map(Conn::ends).min()
    }

    /// `SUBSCRIBE` and `UNSUBSCRIBE`. What does not exist can be subscribed to as well: its events
    /// come once it does.
    pub(crate) fn set_feeds(
        &mut self,
        caller: &Caller,
        route: &Route,
        params: &Params<'_>,
        on: bool,
    ) -> Result<Value, ApiError> {
        let feeds: Vec<Feed> = match (route, Feed::of(route)) {
            (_, Some(feed)) => vec![feed],
            (Route::Users, None) => read_ids(params)?.into_iter().map(Feed::User).collect(),
            _ => {
                let what = Value::from("this path");
                return Err(wrong("path", "one that has events", &what));
            }
        };
        if let Some(conn) = self.conns.get(&caller.conn).filter(|_| on) {
            let new: BTreeSet<&Feed> = feeds.iter().filter(|f| !conn.feeds.contains(f)).collect();
            if conn.feeds.len() + new.len() > MOST_FEEDS {
                let reason = format!(
                    "A socket may have at most {MOST_FEEDS} subscriptions: end some that are no \
                     longer needed first."
                );
                return Err(ApiError::new(400, "TOO_MANY_SUBSCRIPTIONS", reason));
            }
        }
        for feed in feeds {
            self.set_feed(caller.conn, feed, on);
        }
        Ok(json!({}))
    }

    fn set_feed(&mut self, id: ConnId, feed: Feed, on: bool) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        let is_watched = matches!(feed, Feed::User(_) | Feed::Online(_));
        if on {
            conn.feeds.insert(feed.clone());
            if is_watched {
                self.watchers.entry(feed).or_default().insert(id);
            }
        } else {
            conn.feeds.remove(&feed);
            if let Some(watchers) = self.watchers.get_mut(&feed) {
                watchers.remove(&id);
                if watchers.is_empty() {
                    self.watchers.remove(&feed);
                }
            }
        }
    }

    fn drop_feeds(&mut self, id: ConnId) {
        let feeds = self.conns.get(&id).map(|conn| conn.feeds.clone()).unwrap_or_default();
        for feed in feeds {
            self.set_feed(id, feed, false);
        }
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
