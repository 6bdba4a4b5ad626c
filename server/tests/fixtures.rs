//! The golden wire fixtures (`tests/fixtures/`, recorded from the original client against this
//! backend): what the client sent goes into the hub, and what comes out must be what was recorded.
//! So a change of the backend's answers does not go unnoticed, whatever our own client makes of it.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use serde_json::{json, Value};
use talk_session_server::hub::{Ask, Config, ConnId, Control, File, Hub, Input, Output, Reply};

/// Where the fixtures say that the backend is.
const BASE_URL: &str = "http://HOST";

#[test]
fn every_fixture_is_answered_as_recorded() {
    let mut names = Vec::new();
    for path in fixtures() {
        let text = std::fs::read_to_string(&path).expect("a readable fixture");
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let mut play = Play::new(name.clone());
        for (at, line) in text.lines().enumerate() {
            play.at = at + 1;
            play.line(&serde_json::from_str(line).expect("JSON lines"));
        }
        play.end();
        names.push(name);
    }
    assert!(names.len() >= 8, "only {names:?} were found");
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let files =
        std::fs::read_dir(folder).expect("the fixtures").map(|file| file.expect("it").path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ext| ext == "jsonl")).collect();
    files.sort();
    files
}

/// A hub that a fixture is played to.
struct Play {
    hub: Hub,
    now: u64,
    fixture: String,
    at: usize,
    /// The socket that each session has now.
    conns: BTreeMap<String, ConnId>,
    last_conn: ConnId,
    /// What was sent to each socket and not compared yet.
    frames: BTreeMap<ConnId, VecDeque<Value>>,
    names: Names,
}

impl Play {
    fn new(fixture: String) -> Self {
        Play {
            hub: Hub::new(Config::default(), 7),
            now: 0,
            fixture,
            at: 0,
            conns: BTreeMap::new(),
            last_conn: 0,
            frames: BTreeMap::new(),
            names: Names::default(),
        }
    }

    fn line(&mut self, line: &Value) {
        let session = line["session"].as_str().unwrap_or_default().to_owned();
        if let Some(now) = line["clock"].as_u64() {
            self.now = now;
            self.feed(Input::Tick);
        } else if let Some(request) = line["http"].as_str() {
            self.http(request, line);
        } else if let Some(path) = line["open"].as_str() {
            self.open(session, path);
        } else if line["out"].is_array() {
            let conn = self.conn(&session);
            let text = self.names.to_real(&line["out"]).to_string();
            self.feed(Input::Frame { conn, text });
        } else if line["in"].is_array() {
            let conn = self.conn(&session);
            let got = self.frames.get_mut(&conn).and_then(VecDeque::pop_front);
            self.compare(&line["in"], &got.unwrap_or(Value::Null));
        } else if line.get("close").is_some() || line.get("closed").is_some() {
            let conn = self.conn(&session);
            self.conns.remove(&session);
            self.expect_silence(conn);
            self.feed(Input::Disconnected { conn });
        } else if line.get("expire").is_some() {
            self.feed(Input::Control(Control::Expire { user: session }));
        }
        // The others (calls, passing time, …) are the client's.
    }

    fn open(&mut self, session: String, path: &str) {
        let (path, query) = path.split_once('?').expect("a query");
        let app = path.split('/').nth(3).expect("an app").to_owned();
        let client = query.split('&').find_map(|part| part.strip_prefix("talkjs-client-id="));
        let client = client.expect("a client id").to_owned();
        self.last_conn += 1;
        let (conn, user, base_url) = (self.last_conn, session.clone(), BASE_URL.to_owned());
        self.conns.insert(session, conn);
        self.feed(Input::Connected { conn, app, user, client, base_url });
    }

    fn http(&mut self, request: &str, line: &Value) {
        let (method, path) = request.split_once(' ').expect("method and path");
        let app = "demo".to_owned();
        let parts: Vec<&str> = path.split(['/', '?']).skip(1).collect();
        let answer = match (method, parts.as_slice()) {
            ("GET", ["api", "v0", "demo"]) => self.ask(Ask::App { app }),
            ("GET", ["api", "v0", "demo", "bokens", user, "signature="]) => {
                let (user, signature) = ((*user).to_owned(), String::new());
                self.ask(Ask::Boken { app, user, signature })
            }
            ("POST", ["public_api", "v1", "demo", "files"]) => {
                let token = self.names.to_real(&line["token"]);
                let token = token.as_str().expect("a token").to_owned();
                match self.ask(Ask::Upload { app: app.clone(), token }) {
                    Reply::FileId(id) => {
                        self.ask(Ask::Uploaded { app, file: file(id, &line["form"]) })
                    }
                    other => panic!("{}: no file id but {other:?}", self.place()),
                }
            }
            _ => panic!("{}: there is no {request}", self.place()),
        };
        let body = match answer {
            Reply::Boken(boken) => json!({ "boken": boken }),
            Reply::FileToken(token) => json!({ "fileToken": token }),
            _ => json!({}),
        };
        assert_eq!(line["status"], 200, "{}: refused requests are not made", self.place());
        self.compare(&line["body"], &body);
    }

    fn ask(&mut self, ask: Ask) -> Reply {
        let outputs = self.hub.handle(self.now, Input::Ask { id: 1, ask });
        let reply = outputs.into_iter().find_map(|output| match output {
            Output::Reply { reply, .. } => Some(reply),
            _ => None,
        });
        match reply {
            Some(Ok(reply)) => reply,
            other => panic!("{}: no good answer but {other:?}", self.place()),
        }
    }

    fn feed(&mut self, input: Input) {
        for output in self.hub.handle(self.now, input) {
            match output {
                Output::Send { conn, text } => {
                    let frame = serde_json::from_str(&text).expect("frames are JSON");
                    self.frames.entry(conn).or_default().push_back(frame);
                }
                Output::Close { code, reason, .. } => {
                    panic!("{}: the hub closes a socket: {code} {reason}", self.place())
                }
                Output::Save(_) | Output::Delete(_) | Output::Wipe | Output::Reply { .. } => {}
            }
        }
    }

    fn conn(&self, session: &str) -> ConnId {
        *self.conns.get(session).unwrap_or_else(|| panic!("{}: no socket", self.place()))
    }

    fn compare(&mut self, recorded: &Value, got: &Value) {
        self.names.learn(recorded, got);
        let got = self.names.to_recorded(got);
        assert_eq!(&got, recorded, "{}: the hub (left) answers otherwise", self.place());
    }

    fn expect_silence(&self, conn: ConnId) {
        let left = self.frames.get(&conn).filter(|frames| !frames.is_empty());
        assert_eq!(left, None, "{}: sent beyond what was recorded", self.place());
    }

    fn end(&self) {
        self.frames.keys().for_each(|conn| self.expect_silence(*conn));
        assert!(!self.frames.is_empty(), "{}: nothing was said", self.place());
    }

    fn place(&self) -> String {
        format!("{}, line {}", self.fixture, self.at)
    }
}

/// An uploaded file, from the fields of its form.
fn file(id: String, form: &Value) -> File {
    let field = |name: &str| {
        let fields = form.as_array().into_iter().flatten();
        fields.filter(|field| field[0] == name).map(|field| &field[1]).next()
    };
    let text = |name: &str| field(name).and_then(Value::as_str).map(str::to_owned);
    let number = |name: &str| text(name).map(|text| text.parse().expect("a number"));
    let file = field("file").expect("a file");
    let bytes = file["bytes"].as_str().expect("its bytes").split(' ');
    File {
        id,
        filename: file["filename"].as_str().expect("its name").to_owned(),
        size: bytes.count() as u64,
        content_type: "application/octet-stream".to_owned(),
        subtype: text("subtype"),
        width: number("width"),
        height: number("height"),
        duration: number("duration"),
    }
}

/// What the hub made up, and its names in the fixture.
#[derive(Default)]
struct Names {
    to_real: BTreeMap<String, String>,
    to_recorded: BTreeMap<String, String>,
}

impl Names {
    /// Takes in which of the hub's ids, tokens and cursors stand where the fixture has names.
    fn learn(&mut self, recorded: &Value, got: &Value) {
        match (recorded, got) {
            (Value::Array(recorded), Value::Array(got)) => {
                recorded.iter().zip(got).for_each(|(recorded, got)| self.learn(recorded, got));
            }
            (Value::Object(recorded), Value::Object(got)) => {
                for (key, recorded) in recorded {
                    self.learn(recorded, got.get(key).unwrap_or(&Value::Null));
                }
            }
            (Value::String(name), Value::String(real)) if is_name(name) => {
                let is_new =
                    !self.to_real.contains_key(name) && !self.to_recorded.contains_key(real);
                if is_new {
                    self.to_real.insert(name.clone(), real.clone());
                    self.to_recorded.insert(real.clone(), name.clone());
                }
            }
            _ => {}
        }
    }

    /// A frame of the fixture, as it must be for this hub.
    fn to_real(&self, value: &Value) -> Value {
        map_texts(value, &|text| {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let parts = text.split_inclusive(|c| !is_part(c)).map(|part| {
                let name = part.trim_end_matches(|c| !is_part(c));
                let real = self.to_real.get(name).map_or(name, String::as_str);
                format!("{real}{}", &part[name.len()..])
            });
            parts.collect()
        })
    }

    /// An answer of the hub, as the fixture has it.
    fn to_recorded(&self, value: &Value) -> Value {
        map_texts(value, &|text| {
            let mut text = text.to_owned();
            for (real, name) in &self.to_recorded {
                if text.contains(real) {
                    text = text.replace(real, name);
                }
            }
            text
        })
    }
}

fn is_name(text: &str) -> bool {
    ["msg_", "file_", "boken_", "cursor_"].iter().any(|start| text.starts_with(start))
}

fn map_texts(value: &Value, map: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => map(text).into(),
        Value::Array(items) => items.iter().map(|item| map_texts(item, map)).collect(),
        Value::Object(members) => {
            let mapped = members.iter().map(|(key, item)| (key.clone(), map_texts(item, map)));
            Value::Object(mapped.collect())
        }
        other => other.clone(),
    }
}
