//! Sockets: who is behind them, whether they are logged in, what they subscribed to.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use super::app::{App, Caller, Cx};
use super::auth::Identity;
use super::errors::{quote, ApiError};
use super::feeds::Feed;
use super::params::{wrong, Params};
use super::paths::Route;
use super::users::read_ids;
use super::ConnId;

/// One socket.
pub(crate) struct Conn {
    pub(crate) user: String,
    /// Where this client reaches the server, for the URLs of files.
    pub(crate) base_url: String,
    pub(crate) login: Login,
    pub(crate) feeds: BTreeSet<Feed>,
    /// The number of the last PUBLISH.
    pub(crate) seq: u64,
}

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
}

impl App {
    pub(crate) fn connect(&mut self, conn: ConnId, user: String, base_url: String) {
        self.conns_of.entry(user.clone()).or_default().insert(conn);
        let feeds = BTreeSet::new();
        self.conns.insert(conn, Conn { user, base_url, login: Login::None, feeds, seq: 0 });
    }

    pub(crate) fn disconnect(&mut self, cx: &mut Cx<'_>, conn: ConnId) {
        self.drop_feeds(conn);
        let Some(gone) = self.conns.remove(&conn) else { return };
        if let Some(conns) = self.conns_of.get_mut(&gone.user) {
            conns.remove(&conn);
            if conns.is_empty() {
                self.conns_of.remove(&gone.user);
            }
        }
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
        cx.out.event(conn, json!({ "type": "session.expired" }));
        if was_ready && !self.is_online(&user) {
            self.tell_presence(cx, &user, false);
        }
    }

    /// Ends the logins whose token is over.
    pub(crate) fn expire_tokens(&mut self, cx: &mut Cx<'_>) {
        let over =
            |conn: &Conn| matches!(conn.login, Login::Ready { until: Some(at) } if at <= cx.now);
        let ended: Vec<ConnId> =
            self.conns.iter().filter(|(_, conn)| over(conn)).map(|(id, _)| *id).collect();
        for conn in ended {
            self.expire(cx, conn);
        }
    }

    /// When the next token is over.
    pub(crate) fn next_expiry(&self) -> Option<u64> {
        let ends = self.conns.values().filter_map(|conn| match conn.login {
            Login::Ready { until } => until,
            Login::None | Login::Expired => None,
        });
        ends.min()
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
