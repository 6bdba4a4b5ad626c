//! The backend: the hub, what it keeps, and a way in for tests that does not use the network.

use std::collections::BTreeMap;

use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use base64::Engine;
use serde_json::{json, Value};
use talk_session_server::hub::{
    Ask, Config, ConnId, Control, Hub, Input, Output, Record, RecordKey, Reply,
};

pub(crate) const APP: &str = "demo";

/// Sockets of tests have numbers from here on.
const FIRST_OWN: ConnId = 1 << 40;

pub(crate) struct Service {
    hub: Hub,
    kept: BTreeMap<RecordKey, String>,
    runs: u64,
    seed: u64,
    last_conn: ConnId,
    last_own: ConnId,
    /// The sockets of tests, by user.
    own: BTreeMap<String, ConnId>,
}

impl Service {
    pub(crate) fn new(seed: u64) -> Service {
        Service {
            hub: Hub::new(Config::default(), seed),
            kept: BTreeMap::new(),
            runs: 1,
            seed,
            last_conn: 0,
            last_own: FIRST_OWN,
            own: BTreeMap::new(),
        }
    }

    pub(crate) fn wake_at(&self) -> Option<u64> {
        self.hub.wake_at()
    }

    /// Feeds the hub and keeps what is to be kept. Gives what is for sockets.
    pub(crate) fn feed(&mut self, now: u64, input: Input) -> Vec<Output> {
        let outputs = self.hub.handle(now, input);
        let mut rest = Vec::new();
        for output in outputs {
            match output {
                Output::Save(record) => drop(self.kept.insert(record.key, record.body)),
                Output::Delete(key) => drop(self.kept.remove(&key)),
                Output::Wipe => self.kept.clear(),
                output => rest.push(output),
            }
        }
        rest
    }

    /// A new socket.
    pub(crate) fn connect(&mut self, now: u64, user: &str, client: &str) -> (ConnId, Vec<Output>) {
        self.last_conn += 1;
        let conn = self.last_conn;
        let outputs = self.feed(now, connected(conn, user, client));
        (conn, outputs)
    }

    /// The answer to an HTTP request: a status and a body.
    pub(crate) fn ask(&mut self, now: u64, url: &str) -> (u16, String) {
        let path = url.split_once("/api/v0/").map_or("", |(_, path)| path);
        let path = path.split('?').next().unwrap_or("");
        let parts: Vec<&str> = path.split('/').collect();
        let ask = match parts.as_slice() {
            [app] => Ask::App { app: (*app).to_owned() },
            [app, "bokens", user] => {
                let (app, user) = ((*app).to_owned(), (*user).to_owned());
                Ask::Boken { app, user, signature: String::new() }
            }
            _ => return (404, String::new()),
        };
        for output in self.feed(now, Input::Ask { id: 1, ask }) {
            match output {
                Output::Reply { reply: Ok(Reply::Boken(boken)), .. } => {
                    return (200, json!({ "boken": boken }).to_string());
                }
                Output::Reply { reply: Ok(_), .. } => return (200, "{}".to_owned()),
                Output::Reply { reply: Err(error), .. } => {
                    return (error.status, error.body().to_string());
                }
                _ => {}
            }
        }
        (500, String::new())
    }

    /// A request of a user over a socket of its own, carried out at once. Gives status and body,
    /// and what it caused for other sockets.
    pub(crate) fn request(
        &mut self,
        now: u64,
        user: &str,
        method: &str,
        path: &str,
        data: &Value,
    ) -> (u64, Value, Vec<Output>) {
        let mut others = Vec::new();
        for _ in 0..2 {
            let conn = self.own_socket(now, user, &mut others);
            let (status, body) = self.send_own(now, conn, [method, path], data, &mut others);
            // Its login may have been ended, as that of any socket of this user.
            if status != 401 {
                return (status, body, others);
            }
            others.extend(self.feed(now, Input::Disconnected { conn }));
            self.own.remove(user);
        }
        panic!("{user} cannot log in");
    }

    /// A logged-in socket of a user that only tests use.
    fn own_socket(&mut self, now: u64, user: &str, others: &mut Vec<Output>) -> ConnId {
        if let Some(conn) = self.own.get(user) {
            return *conn;
        }
        self.last_own += 1;
        let conn = self.last_own;
        let (_, body) = self.ask(now, &format!("http://x/api/v0/{APP}/bokens/{user}?signature="));
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        self.feed(now, connected(conn, user, ""));
        let data = json!({ "token": body["boken"] });
        self.send_own(now, conn, ["POST", "/session/renew"], &data, others);
        self.own.insert(user.to_owned(), conn);
        conn
    }

    /// A user who only acts at the backend leaves it, until the next request.
    pub(crate) fn leave(&mut self, now: u64, user: &str) -> Vec<Output> {
        let conn = self.own.remove(user);
        conn.map_or_else(Vec::new, |conn| self.feed(now, Input::Disconnected { conn }))
    }

    fn send_own(
        &mut self,
        now: u64,
        conn: ConnId,
        [method, path]: [&str; 2],
        data: &Value,
        others: &mut Vec<Output>,
    ) -> (u64, Value) {
        let text = json!([1, method, path, data, {}]).to_string();
        let mut answer = (0, Value::Null);
        for output in self.feed(now, Input::Frame { conn, text }) {
            match output {
                Output::Send { conn: to, text } if to == conn => {
                    let mut frame: Value = serde_json::from_str(&text).unwrap_or_default();
                    if frame[1] != "PUBLISH" {
                        answer = (frame[1].as_u64().unwrap_or(0), frame[2].take());
                    }
                }
                other => others.push(other),
            }
        }
        answer
    }

    pub(crate) fn control(&mut self, now: u64, control: Control) -> Vec<Output> {
        let mut outputs = self.feed(now, Input::Control(control));
        outputs.retain(|output| match output {
            Output::Close { conn, .. } if *conn >= FIRST_OWN => {
                self.own.retain(|_, own| own != conn);
                false
            }
            _ => true,
        });
        outputs
    }

    /// The program is killed and started again: all sockets are gone, what was kept is there.
    pub(crate) fn crash(&mut self) {
        self.runs += 1;
        self.own.clear();
        self.hub = Hub::new(Config::default(), self.seed ^ (self.runs << 32));
        for (key, body) in &self.kept {
            let record = Record { key: key.clone(), body: body.clone() };
            if let Err(error) = self.hub.load(&record) {
                panic!("the hub cannot load what it kept: {error}");
            }
        }
    }
}

fn connected(conn: ConnId, user: &str, client: &str) -> Input {
    let (app, user, client) = (APP.to_owned(), user.to_owned(), client.to_owned());
    Input::Connected { conn, app, user, client, base_url: "http://here".to_owned() }
}

/// A JWT that is good until a time.
pub(crate) fn jwt(user: &str, until: u64) -> String {
    let head = B64.encode(json!({ "alg": "HS256", "typ": "JWT" }).to_string());
    let claims = json!({ "tokenType": "user", "iss": APP, "sub": user, "exp": until / 1000 });
    format!("{head}.{}.{}", B64.encode(claims.to_string()), B64.encode("signature"))
}
