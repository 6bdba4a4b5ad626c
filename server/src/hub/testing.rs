//! A small world for the tests: a hub, a clock that is moved by hand, clients that are told apart,
//! and a storage that must always be enough to bring the hub back.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use super::{AppConfig, Ask, Config, ConnId, Control, Hub, Input, Output, RecordKey, Reply};

/// When every test begins.
pub(super) const START: u64 = 1_700_000_000_000;

pub(super) struct World {
    pub(super) hub: Hub,
    pub(super) now: u64,
    pub(super) kept: BTreeMap<RecordKey, String>,
    /// Frames that went out, not looked at yet.
    pub(super) frames: BTreeMap<ConnId, Vec<Value>>,
    pub(super) closed: Vec<(ConnId, u16)>,
    /// How often something was to be kept or no longer kept.
    pub(super) writes: usize,
    config: Config,
    last_conn: ConnId,
    last_id: u64,
}

/// An answer: its status and its body.
#[derive(Debug, PartialEq)]
pub(super) struct Answer(pub(super) u64, pub(super) Value);

impl Answer {
    #[track_caller]
    pub(super) fn ok(self) -> Value {
        assert_eq!(self.0, 200, "{}", self.1);
        self.1
    }

    /// Checks that this is a refusal with a reason, and gives its status and code.
    #[track_caller]
    pub(super) fn refusal(self) -> (u64, String) {
        let code = self.1["errorCode"].as_str().unwrap_or_default().to_owned();
        let reason = self.1["reasons"][0].as_str().unwrap_or_default();
        assert!(self.0 != 200 && reason.len() > 10, "no proper refusal: {self:?}");
        (self.0, code)
    }
}

pub(super) fn refused(status: u64, code: &str) -> (u64, String) {
    (status, code.to_owned())
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(super) fn with(config: Config) -> Self {
        World {
            hub: Hub::new(config.clone(), 7),
            now: START,
            kept: BTreeMap::new(),
            frames: BTreeMap::new(),
            closed: Vec::new(),
            writes: 0,
            config,
            last_conn: 0,
            last_id: 0,
        }
    }

    /// A world whose app has the secret "secret".
    pub(super) fn with_secret() -> Self {
        let app = AppConfig { secret: Some("secret".to_owned()), ..AppConfig::open("demo") };
        Self::with(Config { apps: vec![app], ..Config::default() })
    }

    /// A world whose app has these settings.
    pub(super) fn set_up(settings: Value) -> Self {
        let mut app = AppConfig::open("demo");
        app.settings.change(settings.as_object().expect("settings")).expect("settings");
        Self::with(Config { apps: vec![app], ..Config::default() })
    }

    /// Changes settings.
    pub(super) fn set(&mut self, settings: Value) {
        let changes = settings.as_object().expect("settings").clone();
        let reply = self.ask(Ask::Settings { app: None, changes });
        assert_eq!(reply, Ok(Reply::Done));
    }

    pub(super) fn ask(&mut self, ask: Ask) -> Result<Reply, super::ApiError> {
        self.feed(Input::Ask { id: 1, ask }).expect("a reply")
    }

    /// Alice, Bob and Carol exist; Alice and Bob are in the conversation "c".
    pub(super) fn chat() -> (Self, ConnId, ConnId) {
        let mut world = Self::new();
        let alice = world.member("alice");
        let bob = world.member("bob");
        world.member("carol");
        world.call(alice, "PUT", "/conversations/c", json!({})).ok();
        for user in ["alice", "bob"] {
            let path = format!("/conversations/c/participants/{user}");
            world.call(alice, "PUT", &path, json!({})).ok();
        }
        world.now += 1000;
        (world, alice, bob)
    }

    /// Feeds one input and carries out what comes of it.
    pub(super) fn feed(&mut self, input: Input) -> Option<Result<Reply, super::ApiError>> {
        let mut reply = None;
        for output in self.hub.handle(self.now, input) {
            self.writes += usize::from(matches!(output, Output::Save(_) | Output::Delete(_)));
            match output {
                Output::Save(record) => {
                    self.kept.insert(record.key, record.body);
                }
                Output::Delete(key) => {
                    let old = self.kept.remove(&key);
                    assert!(old.is_some(), "nothing was kept under {key:?}");
                }
                Output::Wipe => self.kept.clear(),
                Output::Send { conn, text } => {
                    let frame = serde_json::from_str(&text).expect("frames are JSON");
                    self.frames.entry(conn).or_default().push(frame);
                }
                Output::Close { conn, code, .. } => self.closed.push((conn, code)),
                Output::Reply { reply: answer, .. } => reply = Some(answer),
            }
        }
        reply
    }

    pub(super) fn connect(&mut self, user: &str) -> ConnId {
        self.connect_as(user, "")
    }

    pub(super) fn connect_as(&mut self, user: &str, client: &str) -> ConnId {
        self.last_conn += 1;
        let (conn, app) = (self.last_conn, self.config.apps[0].id.clone());
        let (user, client) = (user.to_owned(), client.to_owned());
        let base_url = "http://here".to_owned();
        self.feed(Input::Connected { conn, app, user, client, base_url });
        conn
    }

    pub(super) fn boken(&mut self, user: &str) -> String {
        let (user, signature) = (user.to_owned(), String::new());
        let ask = Ask::Boken { app: self.config.apps[0].id.clone(), user, signature };
        match self.feed(Input::Ask { id: 1, ask }) {
            Some(Ok(Reply::Boken(boken))) => boken,
            other => panic!("no boken but {other:?}"),
        }
    }

    pub(super) fn login(&mut self, conn: ConnId, user: &str) {
        let token = self.boken(user);
        self.call(conn, "POST", "/session/renew", json!({ "token": token })).ok();
    }

    /// A logged-in socket of a user, who may not exist.
    pub(super) fn guest(&mut self, user: &str) -> ConnId {
        let conn = self.connect(user);
        self.login(conn, user);
        conn
    }

    /// A logged-in socket of a user who exists.
    pub(super) fn member(&mut self, user: &str) -> ConnId {
        let conn = self.guest(user);
        let path = format!("/users/{}", super::encode(user));
        self.call(conn, "PUT", &path, json!({ "name": user })).ok();
        conn
    }

    /// Sends a request and takes its answer, which must be the last frame to its socket.
    #[track_caller]
    pub(super) fn call(&mut self, conn: ConnId, method: &str, path: &str, data: Value) -> Answer {
        self.last_id += 1;
        let id = self.last_id;
        self.text(conn, &json!([id, method, path, data, {}]).to_string());
        let frame = self.frames.get_mut(&conn).and_then(Vec::pop).expect("an answer");
        assert_eq!(frame[0], id, "the answer comes last: {frame}");
        Answer(frame[1].as_u64().expect("a status"), frame[2].clone())
    }

    pub(super) fn text(&mut self, conn: ConnId, text: &str) {
        self.feed(Input::Frame { conn, text: text.to_owned() });
    }

    pub(super) fn subscribe(&mut self, conn: ConnId, path: &str) {
        self.call(conn, "SUBSCRIBE", path, json!({})).ok();
    }

    /// Sends a text message and gives its id.
    #[track_caller]
    pub(super) fn say(&mut self, conn: ConnId, text: &str) -> String {
        let content = json!([{ "type": "text", "children": [text] }]);
        let data = json!({ "content": content });
        let body = self.call(conn, "POST", "/conversations/c/messages", data).ok();
        body["id"].as_str().expect("an id").to_owned()
    }

    /// The events a socket got since the last look. Each PUBLISH must have the next number.
    pub(super) fn events(&mut self, conn: ConnId) -> Vec<Value> {
        let mut events = Vec::new();
        for frame in self.frames.remove(&conn).unwrap_or_default() {
            let Value::Array(items) = frame else { panic!("{frame} is no frame") };
            assert_eq!(items[1], "PUBLISH", "an answer nobody waits for: {items:?}");
            events.extend_from_slice(&items[2..]);
        }
        events
    }

    /// How many PUBLISH frames wait for a socket.
    pub(super) fn publishes(&self, conn: ConnId) -> usize {
        self.frames.get(&conn).map_or(0, Vec::len)
    }

    /// Forgets all events so far.
    pub(super) fn hush(&mut self) {
        self.frames.clear();
    }

    /// What the participants of a conversation share.
    pub(super) fn matter(&self, id: &str) -> super::state::Matter {
        self.hub.apps["demo"].conversations[id].matter.as_ref().clone()
    }

    pub(super) fn control(&mut self, control: Control) {
        self.feed(Input::Control(control));
    }

    /// Lets the time pass until the hub wants to be woken; false = it does not.
    pub(super) fn sleep(&mut self) -> bool {
        let Some(at) = self.hub.wake_at() else { return false };
        self.now = self.now.max(at);
        self.feed(Input::Tick);
        true
    }

    /// A new hub with what was kept, as after a restart of the program.
    pub(super) fn restart(&mut self) {
        self.hub = Hub::new(self.config.clone(), 8);
        for (key, body) in &self.kept {
            let record = super::Record { key: key.clone(), body: body.clone() };
            self.hub.load(&record).expect("what was kept can be loaded");
        }
        self.frames.clear();
    }
}

/// The types of events, in order.
pub(super) fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["type"].as_str().unwrap_or("?")).collect()
}

/// The only event.
#[track_caller]
pub(super) fn only(events: Vec<Value>) -> Value {
    assert_eq!(events.len(), 1, "{events:?}");
    events.into_iter().next().unwrap_or_default()
}
