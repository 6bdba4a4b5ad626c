//! The service itself, as a machine without a clock, randomness, sockets or files.
//!
//! One way in: [`Hub::handle`] with the time and an [`Input`]. One way out: the [`Output`]s it
//! returns, to be carried out in their order, records before anything is sent. [`Hub::wake_at`]
//! says when it wants an [`Input::Tick`] at the latest; an early or additional tick does nothing.
//! The same seed and the same inputs give the same outputs.
//!
//! ```
//! use talk_session_server::hub::{Config, Hub, Input, Output};
//!
//! let mut hub = Hub::new(Config::default(), 1);
//! let (app, user, client) = ("demo".to_owned(), "alice".to_owned(), String::new());
//! let base_url = "http://127.0.0.1:4420".to_owned();
//! hub.handle(1000, Input::Connected { conn: 1, app, user, client, base_url });
//! let text = r#"[0,"GET","/ping",{},{}]"#.to_owned();
//! let outputs = hub.handle(1001, Input::Frame { conn: 1, text });
//! let answer = Output::Send { conn: 1, text: "[0,200,{}]".to_owned() };
//! assert_eq!(outputs.last(), Some(&answer));
//! ```

mod app;
mod auth;
mod autolinks;
mod changes;
mod content;
mod control;
mod conversations;
mod errors;
mod feeds;
mod files;
mod filters;
mod frames;
mod ids;
mod load;
mod markup;
mod messages;
mod pages;
mod params;
mod participants;
mod paths;
mod reactions;
mod records;
mod roster;
mod router;
mod search;
mod sends;
mod sessions;
mod settings;
mod sights;
mod stamps;
mod state;
mod translate;
mod typing;
mod users;
mod views;
mod words;

#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod replay_tests;
#[cfg(test)]
mod strain_tests;
#[cfg(test)]
mod testing;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::control::Control;
pub use self::errors::ApiError;
pub use self::files::{Ask, Reply};
pub use self::ids::Seed;
#[cfg(feature = "shell")]
pub(crate) use self::params::wrong;
pub use self::paths::encode;
pub use self::records::{BadRecord, Record, RecordKey};
#[cfg(feature = "shell")]
pub(crate) use self::router::check_filename;
pub use self::search::{Found, Search, What};
pub use self::settings::{Settings, Translate, Who};
pub use self::state::File;

use self::app::{App, Caller, Cx, Outbox};
use self::auth::{Identity, Keys};
use self::frames::Frame;
use self::ids::Ids;
use self::records::{write, Kind};
use self::router::Service;

/// Names a socket. The shell gives each new socket a number it has not used before.
pub type ConnId = u64;

/// An app that is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppConfig {
    /// The app id clients give.
    pub id: String,
    /// The secret that JWTs of this app are signed with. Without one, everybody may log in.
    pub secret: Option<String>,
    /// What its owner decided.
    pub settings: Settings,
}

impl AppConfig {
    /// An app everybody may log in to and change conversations of.
    pub fn open(id: &str) -> Self {
        AppConfig { id: id.to_owned(), secret: None, settings: Settings::default() }
    }
}

/// What a hub is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The apps it serves.
    pub apps: Vec<AppConfig>,
    /// The largest upload, in bytes.
    pub max_upload: u64,
}

impl Default for Config {
    fn default() -> Self {
        Config { apps: vec![AppConfig::open("demo")], max_upload: 512 << 20 }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A client opened a socket.
    Connected {
        /// A new number for it.
        conn: ConnId,
        /// The app in its URL.
        app: String,
        /// The user in its URL.
        user: String,
        /// `talkjs-client-id` in its URL: the same for all sockets of one session, one after the
        /// other. May be empty.
        client: String,
        /// Where this client reaches the server, such as `http://127.0.0.1:4420`: the URLs of
        /// files start with it.
        base_url: String,
    },
    /// A text frame came.
    Frame {
        /// On which socket.
        conn: ConnId,
        /// Its text.
        text: String,
    },
    /// A binary frame came, which this protocol does not have.
    BinaryFrame {
        /// On which socket.
        conn: ConnId,
    },
    /// A socket is gone.
    Disconnected {
        /// Which socket.
        conn: ConnId,
    },
    /// An HTTP request has a question; [`Output::Reply`] with the same number answers it.
    Ask {
        /// A number of the shell's choice.
        id: u64,
        /// The question.
        ask: Ask,
    },
    /// Somebody with the controls in hand, see [`Control`].
    Control(Control),
    /// The time has come, see [`Hub::wake_at`].
    Tick,
}

/// What has to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Keep this, in place of what was kept under its key.
    Save(Record),
    /// Keep this no longer.
    Delete(RecordKey),
    /// Keep nothing any longer, files included.
    Wipe,
    /// Send a text frame.
    Send {
        /// To this socket.
        conn: ConnId,
        /// Its text.
        text: String,
    },
    /// Close a socket, with a close frame. The hub has forgotten it already.
    Close {
        /// Which socket.
        conn: ConnId,
        /// The WebSocket close code.
        code: u16,
        /// Why, in a few words.
        reason: &'static str,
    },
    /// The answer to an [`Input::Ask`].
    Reply {
        /// The number of the question.
        id: u64,
        /// The answer.
        reply: Result<Reply, ApiError>,
    },
}

/// The rules of the service and all its state.
pub struct Hub {
    config: Config,
    apps: BTreeMap<String, App>,
    /// Socket → its app.
    conns: BTreeMap<ConnId, String>,
    ids: Ids,
    /// Signs bokens; made when first needed unless it was loaded.
    boken_key: Option<[u8; 32]>,
}

impl Hub {
    /// A hub without any data. `seed` feeds its ids: a number, or 32 random bytes where ids must
    /// not be guessed. Give each run of a program that keeps its records another seed.
    pub fn new(config: Config, seed: impl Into<Seed>) -> Self {
        let apps = config.apps.iter();
        let apps = apps.map(|app| (app.id.clone(), App::new(app)));
        Hub {
            apps: apps.collect(),
            config,
            conns: BTreeMap::new(),
            ids: Ids::new(seed.into()),
            boken_key: None,
        }
    }

    /// Takes in what happened at `now` (ms since the epoch) and says what to do about it.
    pub fn handle(&mut self, now: u64, input: Input) -> Vec<Output> {
        let mut out = Outbox::default();
        // What is over by now ends first, so that a late tick gives no one more time.
        self.on_every_app(now, &mut out, |app, cx| {
            app.end_sessions(cx);
            app.end_typing(cx);
        });
        // What is said to all sockets comes before the answer to the one that caused it.
        let mut answer = None;
        match input {
            Input::Connected { conn, app, user, client, base_url } => {
                match self.apps.get_mut(&app) {
                    Some(found) if !user.is_empty() => {
                        found.connect(conn, user, client, base_url);
                        self.conns.insert(conn, app);
                    }
                    Some(_) => out.close(conn, 4400, "no user id"),
                    None => out.close(conn, 4404, "no such app"),
                }
            }
            Input::Frame { conn, text } => answer = self.frame(now, &mut out, conn, &text),
            Input::BinaryFrame { conn } if self.conns.contains_key(&conn) => {
                let reason = "The frame was refused: frames are text, not binary.";
                let error = ApiError::new(400, "BAD_FRAME", reason);
                let text = frames::response(&Value::Null, Err(error));
                answer = Some(Output::Send { conn, text });
            }
            Input::BinaryFrame { .. } => {}
            Input::Disconnected { conn } => {
                if let Some(app) = self.conns.remove(&conn) {
                    self.on_app(now, &mut out, &app, |app, cx| app.disconnect(cx, conn));
                }
            }
            Input::Ask { id, ask } => {
                let reply = self.ask(now, &mut out, ask);
                answer = Some(Output::Reply { id, reply });
            }
            Input::Control(control) => self.control(now, &mut out, control),
            Input::Tick => {}
        }
        self.flush(out, answer)
    }

    /// When to come back with a tick at the latest; `None` = no need.
    pub fn wake_at(&self) -> Option<u64> {
        let times =
            self.apps.values().flat_map(|app| [app.next_session_end(), app.next_typing_end()]);
        times.flatten().min()
    }

    fn frame(&mut self, now: u64, out: &mut Outbox, conn: ConnId, text: &str) -> Option<Output> {
        let app_id = self.conns.get(&conn)?.clone();
        let (id, result) = match Frame::parse(text) {
            Frame::Ack => return None,
            Frame::Bad { id, error } => (id, Err(error)),
            Frame::Request { id, method, path, data } => {
                let boken_key = self.boken_key(out);
                let app = self.apps.get_mut(&app_id)?;
                let user = app.conns.get(&conn)?.user.clone();
                let caller = Caller { conn, user };
                let secret = app.secret.clone();
                let check = |token: &str| -> Result<Identity, ApiError> {
                    let (app, secret) = (app_id.as_str(), secret.as_deref());
                    Keys { app, secret, boken_key: &boken_key }.check(token, now)
                };
                let service = Service { check: &check, max_upload: self.config.max_upload };
                let mut cx = Cx { now, ids: &mut self.ids, out };
                (id, app.serve(&mut cx, &service, &caller, (method, &path, &data)))
            }
        };
        Some(Output::Send { conn, text: frames::response(&id, result) })
    }

    /// The key that signs bokens. It is kept, so that a boken outlives a restart.
    fn boken_key(&mut self, out: &mut Outbox) -> [u8; 32] {
        if let Some(key) = self.boken_key {
            return key;
        }
        let key = self.ids.bytes();
        self.boken_key = Some(key);
        self.save_boken_key(out);
        key
    }

    fn save_boken_key(&self, out: &mut Outbox) {
        if let Some(key) = &self.boken_key {
            let record = Record { key: Kind::Key.key("", &[]), body: write(key) };
            out.outputs.push(Output::Save(record));
        }
    }

    fn on_app(
        &mut self,
        now: u64,
        out: &mut Outbox,
        app: &str,
        work: impl FnOnce(&mut App, &mut Cx<'_>),
    ) {
        if let Some(app) = self.apps.get_mut(app) {
            work(app, &mut Cx { now, ids: &mut self.ids, out });
        }
    }

    fn on_every_app(&mut self, now: u64, out: &mut Outbox, work: impl Fn(&mut App, &mut Cx<'_>)) {
        for app in self.apps.values_mut() {
            work(app, &mut Cx { now, ids: &mut self.ids, out });
        }
    }

    /// One PUBLISH a socket, before the answer.
    fn flush(&mut self, out: Outbox, answer: Option<Output>) -> Vec<Output> {
        let mut outputs = out.outputs;
        for (conn, events) in out.events {
            let socket = self.apps.values_mut().find_map(|app| app.conns.get_mut(&conn));
            if let Some(text) = socket.and_then(|socket| socket.publish(events)) {
                outputs.push(Output::Send { conn, text });
            }
        }
        outputs.extend(answer);
        outputs
    }
}
