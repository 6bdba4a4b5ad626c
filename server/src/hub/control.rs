//! What tests can make the service do.

use serde_json::{json, Value};

use super::app::{App, Cx, Outbox};
use super::frames::Event;
use super::{ConnId, Hub, Output};

/// Things no client can ask for.
#[derive(Clone, Debug, PartialEq)]
pub enum Control {
    /// End the logins of a user: `session.expired`, and 401 until renewed.
    Expire {
        /// The user, in any app.
        user: String,
    },
    /// Send these events to all sockets of a user, whatever those subscribed to.
    Publish {
        /// The user, in any app.
        user: String,
        /// The events as they go out.
        events: Vec<Value>,
    },
    /// Announce a restart to all sockets, then close them. Their sessions may come back within a
    /// minute and find their subscriptions and what they missed.
    Restarting,
    /// Forget everything and close all sockets. Settings are again as they were at the start.
    Reset,
}

impl Hub {
    pub(super) fn control(&mut self, now: u64, out: &mut Outbox, control: Control) {
        match control {
            Control::Expire { user } => self.on_every_app(now, out, |app, cx| {
                for conn in app.conns_of(&user) {
                    app.expire(cx, conn);
                }
            }),
            Control::Publish { user, events } => self.on_every_app(now, out, |app, cx| {
                let events: Vec<Event> = events.iter().cloned().map(Event::from).collect();
                for conn in app.conns_of(&user) {
                    for event in &events {
                        cx.out.event(conn, event.clone());
                    }
                }
            }),
            Control::Restarting => {
                for conn in std::mem::take(&mut self.conns).into_keys() {
                    self.on_every_app(now, out, |app, cx| app.restart(cx, conn));
                    out.close(conn, 1012, "restarting");
                }
            }
            Control::Reset => {
                for conn in std::mem::take(&mut self.conns).into_keys() {
                    out.close(conn, 1012, "reset");
                }
                let apps = self.config.apps.iter();
                self.apps = apps.map(|app| (app.id.clone(), App::new(app))).collect();
                out.events.clear();
                out.outputs.push(Output::Wipe);
                // Tokens that were given out stay good.
                self.save_boken_key(out);
            }
        }
    }
}

impl App {
    /// Announces a restart to a socket that is then closed, and keeps its session.
    fn restart(&mut self, cx: &mut Cx<'_>, id: ConnId) {
        let Some(conn) = self.conns.get_mut(&id) else { return };
        if let Some(text) = conn.publish(vec![json!({ "type": "upstream.restarting" }).into()]) {
            cx.out.outputs.push(Output::Send { conn: id, text });
        }
        if !self.park(cx.now, id) {
            self.disconnect(cx, id);
        }
    }

    fn conns_of(&self, user: &str) -> Vec<ConnId> {
        self.conns_of.get(user).into_iter().flatten().copied().collect()
    }
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;
