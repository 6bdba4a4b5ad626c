//! The golden wire fixtures (`tests/fixtures/`, recorded from the original client against the local
//! backend): the same calls are made on our client, it gets the recorded answers and events, and
//! what it sends must be what was recorded: what changes something in order, what reads as a set
//! in which combined requests are taken apart.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{json, Map, Value};
use talk_core::{Call, Client, Input, Millis, Output};

/// What our client does differently on purpose: the fixture, the difference, the reason. A
/// difference that is not listed fails, and so does a listed one that does not occur.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    ("drops", "bob: recorded 1×, ours 3×: GET /me/conversations/c {}", MISSED),
    ("conversations", "alice: recorded 1×, ours 0×: GET /users/\"nobody\"", NOBODY),
    ("conversations", "alice: recorded 1×, ours 0×: SUBSCRIBE /users/\"nobody\"", NOBODY),
];

const MISSED: &str = "a conversation may have changed while the connection was away; the original \
                      does not look";
const NOBODY: &str = "only a participant's user is asked for";

#[test]
fn every_fixture_is_sent_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let mut wrong = Vec::new();
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("the fixtures") {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|ext| ext != "jsonl") {
            continue;
        }
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a readable fixture");
        let lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON lines"));
        let found = Play::new(lines.collect()).differences();
        let listed: BTreeSet<&str> =
            DIFFERENCES.iter().filter(|(of, ..)| *of == name).map(|(_, what, _)| *what).collect();
        wrong.extend(
            found
                .iter()
                .filter(|one| !listed.contains(one.as_str()))
                .map(|one| format!("{name}: {one}")),
        );
        for (_, what, why) in
            DIFFERENCES.iter().filter(|(of, what, _)| *of == name && !found.contains(*what))
        {
            wrong.push(format!("{name}: listed, but does not occur: {what} ({why})"));
        }
        names.insert(name);
    }
    assert!(names.len() >= 8, "only {names:?} were found");
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// A fixture while it is played.
struct Play {
    lines: Vec<Value>,
    now: Millis,
    actors: BTreeMap<String, Actor>,
}

impl Play {
    fn new(lines: Vec<Value>) -> Self {
        Play { lines, now: 1_800_000_000_000, actors: BTreeMap::new() }
    }

    /// Plays everything, and says how what was sent differs from what was recorded.
    fn differences(mut self) -> BTreeSet<String> {
        let lines = std::mem::take(&mut self.lines);
        let mut recorded: BTreeMap<&str, Sent> = BTreeMap::new();
        for line in &lines {
            if let Some(session) = line["session"].as_str() {
                recorded.entry(session).or_insert_with(|| Sent::of(session)).record(line);
            }
        }
        for step in lines.split_inclusive(|line| line.get("quiet").is_some()) {
            self.step(step, &lines);
        }
        let mut found = BTreeSet::new();
        for (session, theirs) in recorded {
            let actor = self.actors.get(session).expect("a client");
            actor.sent.compare(&theirs, session, &mut found);
        }
        found
    }

    /// One step: what comes of some calls, or of some time.
    fn step(&mut self, step: &[Value], all: &[Value]) {
        for line in step {
            if let Some(session) = line["session"].as_str() {
                let (now, name) = (self.now, session.to_owned());
                let actor =
                    self.actors.entry(name).or_insert_with(|| Actor::new(session, all, now));
                actor.learn(line);
            }
        }
        // With time, what was recorded later may be wanted earlier: our client comes back sooner.
        let at_once = step.iter().any(|line| line.get("pass").is_some());
        self.actors.values_mut().for_each(|actor| actor.at_once = at_once);
        for (at, line) in step.iter().enumerate() {
            if let Some(ms) = line["pass"].as_u64() {
                self.pass(ms);
            }
            let Some(session) = line["session"].as_str() else { continue };
            let now = self.now;
            let actor = self.actors.get_mut(session).expect("a client");
            if let Some(call) = line["call"].as_str() {
                let more = step.get(at + 1).is_some_and(|next| next.get("call").is_some());
                actor.call(now, call, line, more);
            } else if line.get("closed").is_some() {
                let socket = actor.socket.take().expect("an open socket");
                actor.waiting.clear();
                actor.feed(now, Input::SocketClosed(socket, 0));
            } else if let Some(frame) = line["in"].as_array() {
                actor.take_in(now, frame);
            }
        }
        let now = self.now;
        self.actors.values_mut().for_each(|actor| actor.end_step(now));
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        loop {
            let wakes = self.actors.values().filter_map(|actor| actor.client.next_wake());
            let Some(wake) = wakes.min().filter(|wake| *wake <= end) else { break };
            self.now = self.now.max(wake);
            let now = self.now;
            for actor in self.actors.values_mut() {
                if actor.client.next_wake().is_some_and(|wake| wake <= now) {
                    actor.feed(now, Input::Wake);
                }
            }
        }
        self.now = end;
    }
}

/// A request, as it is known by in the fixture.
type Request = (String, String, Value);

/// One session: our client, and the backend as recorded.
struct Actor {
    client: Client,
    sent: Sent,
    socket: Option<u32>,
    /// Whether answers are given as soon as they are asked for.
    at_once: bool,
    ticking: bool,
    /// Requests of our client that are not answered yet.
    waiting: Vec<(u64, Request)>,
    /// Recorded requests that are not answered yet, by their numbers.
    asked: BTreeMap<u64, Request>,
    /// Recorded answers of this step that nobody has asked for yet.
    ready: Vec<(Request, Value)>,
    /// The last answer to each request, for one that is made more often.
    last: Vec<(Request, Value)>,
    users: Map<String, Value>,
    /// HTTP requests and their bodies.
    http: Vec<(String, Value)>,
}

impl Actor {
    fn new(user: &str, lines: &[Value], now: Millis) -> Self {
        let options = json!({
            "appId": "demo",
            "userId": user,
            "clientBuild": "standalone",
            "realtimeWsApiUrl": "ws://HOST/public_api/v1",
            "internalHttpApiUrl": "http://HOST/api/v0",
            "restApiHttpUrl": "http://HOST/public_api/v1",
        });
        let options = options.to_string();
        let of_http =
            |line: &Value| Some((line["http"].as_str()?.to_owned(), line["body"].clone()));
        let mut actor = Actor {
            client: Client::new(&options, [1, 2, 3, 4], now),
            sent: Sent::of(user),
            socket: None,
            at_once: false,
            ticking: false,
            waiting: Vec::new(),
            asked: BTreeMap::new(),
            ready: Vec::new(),
            last: Vec::new(),
            users: Map::new(),
            http: lines.iter().filter_map(of_http).collect(),
        };
        actor.drain(now);
        actor
    }

    /// Takes in what was recorded of a step, before it is played.
    fn learn(&mut self, line: &Value) {
        if line.get("open").is_some() {
            self.asked.clear();
        } else if let Some(frame) = line["out"].as_array() {
            if let Some(request) = request_of(frame) {
                self.asked.insert(frame[0].as_u64().expect("a number"), request);
            }
        } else if let Some(frame) = line["in"].as_array().filter(|frame| frame[1] != "PUBLISH") {
            let number = frame[0].as_u64().expect("a number");
            let request = self.asked.remove(&number).expect("a recorded request");
            if request.1 == "/users" && request.0 == "GET" {
                for id in request.2["ids"].as_array().into_iter().flatten() {
                    let id = id.as_str().expect("an id").to_owned();
                    let user = frame[2][&id].clone();
                    self.users.insert(id, user);
                }
            }
            self.ready.push((request, json!([number, frame[1], frame[2]])));
        }
    }

    fn call(&mut self, now: Millis, name: &str, line: &Value, more: bool) {
        let found = Call::ALL.iter().find(|(_, known)| *known == name);
        let (call, _) = *found.unwrap_or_else(|| panic!("there is no call {name}"));
        let number = line["number"].as_u64().and_then(|number| u32::try_from(number).ok());
        let number = if name == "Unsubscribe" { 0 } else { number.expect("a number") };
        let args = front(call, &line["args"]).to_string();
        self.client.handle(now, Input::Call { number, call, args: &args });
        if !more {
            self.drain(now);
        } else {
            self.collect(now);
        }
    }

    /// A frame of the recording: an event, or an answer if our client has asked by now.
    fn take_in(&mut self, now: Millis, frame: &[Value]) {
        if frame[1] == "PUBLISH" {
            self.sent.published.push(frame[0].clone());
            self.frame(now, &Value::from(frame.to_vec()));
        } else {
            let is_it = |(_, answer): &(Request, Value)| *answer == json!(frame);
            let Some(at) = self.ready.iter().position(is_it) else { return };
            let is_asked = |(_, asked): &(u64, Request)| *asked == self.ready[at].0;
            // A server answers in order: what was not recorded like this comes first.
            if self.waiting.iter().position(is_asked) == Some(0) {
                self.answer(now, at);
            }
        }
    }

    fn end_step(&mut self, now: Millis) {
        self.answer_all(now);
        self.ready.clear();
    }

    /// Answers the first waiting request by one of the ready answers.
    fn answer(&mut self, now: Millis, at: usize) {
        let (number, _) = self.waiting.remove(0);
        let (request, answer) = self.ready.remove(at);
        self.last.retain(|(known, _)| *known != request);
        self.last.push((request, answer.clone()));
        self.frame(now, &json!([number, answer[1], answer[2]]));
    }

    /// Answers everything that is asked for, in its order. A request that was not recorded like
    /// this (it is a difference, or is combined in another way) gets what is known.
    fn answer_all(&mut self, now: Millis) {
        while let Some((number, request)) = self.waiting.first().cloned() {
            if let Some(at) = self.ready.iter().position(|(ready, _)| *ready == request) {
                self.answer(now, at);
                continue;
            }
            self.waiting.remove(0);
            let known = self.last.iter().find(|(known, _)| *known == request);
            let answer = match (request.0.as_str(), request.1.as_str(), known) {
                ("GET", "/users", _) => {
                    let ids = request.2["ids"].as_array().expect("ids");
                    let users = ids.iter().filter_map(|id| {
                        let user = self.users.get(id.as_str()?).filter(|user| !user.is_null())?;
                        Some((id.as_str()?.to_owned(), user.clone()))
                    });
                    json!([number, 200, Value::Object(users.collect())])
                }
                ("SUBSCRIBE" | "UNSUBSCRIBE", ..) => json!([number, 200, {}]),
                (_, _, Some((_, answer))) => json!([number, answer[1], answer[2]]),
                _ => json!([number, 400, { "errorCode": "NOT_RECORDED", "reasons": [] }]),
            };
            self.frame(now, &answer);
        }
    }

    fn frame(&mut self, now: Millis, frame: &Value) {
        let Some(socket) = self.socket else {
            panic!("{}: no open socket for {frame}", self.sent.user)
        };
        self.feed(now, Input::Frame(socket, &frame.to_string()));
    }

    fn feed(&mut self, now: Millis, input: Input) {
        self.client.handle(now, input);
        self.drain(now);
    }

    /// Carries out what the client wants, until it wants nothing more at this time.
    fn drain(&mut self, now: Millis) {
        for turns in 0.. {
            assert!(turns < 1000, "{}: never comes to rest", self.sent.user);
            self.collect(now);
            if std::mem::take(&mut self.ticking) {
                self.client.handle(now, Input::Tick);
            } else if self.client.next_wake().is_some_and(|wake| wake <= now) {
                self.client.handle(now, Input::Wake);
            } else {
                break;
            }
        }
        if self.at_once {
            self.answer_all(now);
        }
    }

    fn collect(&mut self, now: Millis) {
        while let Some(output) = self.client.poll() {
            match output {
                Output::OpenSocket { socket, url } => {
                    self.sent.opened(&url);
                    self.socket = Some(socket);
                    self.client.handle(now, Input::SocketOpened(socket));
                }
                Output::Send { socket, text } => {
                    assert_eq!(Some(socket), self.socket, "sent on a socket that is not open");
                    let frame: Value = serde_json::from_str(&text).expect("frames are JSON");
                    let frame = frame.as_array().expect("frames are arrays");
                    if frame[1] == "GET" && frame[2] == "/ping" {
                        let pong = json!([frame[0], 200, {}]).to_string();
                        self.client.handle(now, Input::Frame(socket, &pong));
                    } else if let Some(request) = self.sent.frame(frame) {
                        self.waiting.push((frame[0].as_u64().expect("a number"), request));
                    }
                }
                Output::CloseSocket { socket } => {
                    assert_eq!(self.socket.take(), Some(socket), "closed a socket twice");
                    self.waiting.clear();
                }
                Output::Fetch(fetch) => {
                    let method = if fetch.body.is_some() { "POST" } else { "GET" };
                    let path = fetch.url.trim_start_matches("http://HOST");
                    let name = format!("{method} {path}");
                    self.sent.http(&name, fetch.token.as_deref());
                    let at = self.http.iter().position(|(known, _)| *known == name);
                    let (_, body) =
                        self.http[at.unwrap_or_else(|| panic!("{name} is not recorded"))].clone();
                    if let Some(at) = at.filter(|_| method == "POST") {
                        self.http.remove(at);
                    }
                    let (request, body) = (fetch.request, body.to_string());
                    let answer = Input::HttpResponse { request, status: 200, body: &body };
                    self.client.handle(now, answer);
                }
                Output::Tick => self.ticking = true,
                Output::Apply(_) | Output::Warn(_) => {}
                other => panic!("there is no such thing in a recording: {other:?}"),
            }
        }
    }
}

/// The arguments of a call as the front in JavaScript hands them on (`pkg-template/src/params.ts`).
fn front(call: Call, args: &Value) -> Value {
    let mut args = args.as_array().cloned().unwrap_or_default();
    match call {
        Call::UserSet | Call::UserCreate => {
            let params = args[1].as_object_mut().expect("parameters");
            for name in ["email", "phone"] {
                if let Some(text) = params.get_mut(name).filter(|value| value.is_string()) {
                    *text = json!([text]);
                }
            }
            let role = params.get("role");
            if role.map_or(call == Call::UserCreate, Value::is_null) {
                params.insert("role".to_owned(), "default".into());
            }
        }
        Call::ConversationCreate => args.resize(2, json!({})),
        Call::ParticipantCreate => args.resize(3, json!({})),
        Call::ConversationSend => args[1] = message(&args[1]),
        Call::MessageEdit => args[2] = message(&args[2]),
        Call::Upload => args = vec![args[2]["filename"].clone(), args[1].clone()],
        _ => {}
    }
    args.into()
}

fn message(params: &Value) -> Value {
    if params.is_string() {
        return json!({ "text": params });
    }
    let mut params = params.as_object().cloned().expect("parameters");
    if let Some(reference) = params.remove("referencedMessage") {
        params.insert("referencedMessageId".to_owned(), reference);
    }
    params.into()
}

fn request_of(frame: &[Value]) -> Option<Request> {
    let (method, path) = (frame[1].as_str()?, frame.get(2)?.as_str()?);
    Some((method.to_owned(), path.to_owned(), frame[3].clone()))
}

/// Everything that a session has sent.
#[derive(Default)]
struct Sent {
    user: String,
    mutations: Vec<String>,
    reads: Vec<String>,
    published: Vec<Value>,
    acknowledged: Vec<Value>,
    keys: Vec<String>,
}

impl Sent {
    fn of(user: &str) -> Self {
        Sent { user: user.to_owned(), ..Sent::default() }
    }

    /// Takes a line of the recording.
    fn record(&mut self, line: &Value) {
        if let Some(frame) = line["out"].as_array() {
            self.frame(frame);
        } else if let Some(path) = line["open"].as_str() {
            self.opened(&format!("ws://HOST{path}"));
        } else if let Some(name) = line["http"].as_str() {
            self.http(name, line["token"].as_str());
        }
    }

    /// Takes a frame. A request comes back as the fixture knows it.
    fn frame(&mut self, frame: &[Value]) -> Option<Request> {
        if frame[1] == "ACK" {
            self.acknowledged.push(frame[0].clone());
            return None;
        }
        let (method, path, mut data) = request_of(frame).expect("a request");
        if let Some(key) = data.get("idempotencyKey").and_then(Value::as_str).map(str::to_owned) {
            if !self.keys.contains(&key) {
                self.keys.push(key.clone());
            }
            let at = self.keys.iter().position(|known| *known == key).unwrap_or_default() + 1;
            data["idempotencyKey"] = format!("key_{}_{at}", self.user).into();
        }
        match (method.as_str(), path.as_str()) {
            ("GET" | "SUBSCRIBE" | "UNSUBSCRIBE", "/users") => {
                for id in data["ids"].as_array().into_iter().flatten() {
                    self.reads.push(format!("{method} /users/{id}"));
                }
            }
            ("GET" | "SUBSCRIBE" | "UNSUBSCRIBE", _) | (_, "/session/renew") => {
                self.reads.push(format!("{method} {path} {data}"));
            }
            _ => self.mutations.push(format!("{method} {path} {data}")),
        }
        Some((method, path, data))
    }

    fn opened(&mut self, url: &str) {
        let (address, query) = url.split_once('?').expect("a query");
        let own = |part: &str| {
            let name = part.split('=').next().unwrap_or_default();
            ["talkjs-client-id", "talkjs-time"].contains(&name).then(|| name.to_owned())
        };
        let parts = query.split('&').map(|part| own(part).unwrap_or_else(|| part.to_owned()));
        self.reads.push(format!("socket {address}?{}", parts.collect::<Vec<_>>().join("&")));
    }

    /// What goes with an upload is the shell's matter, so its request says all there is to say.
    fn http(&mut self, name: &str, token: Option<&str>) {
        let list = if name.starts_with("GET") { &mut self.reads } else { &mut self.mutations };
        list.push(format!("HTTP {name}, token {token:?}"));
    }

    fn compare(&self, theirs: &Sent, session: &str, found: &mut BTreeSet<String>) {
        if self.mutations != theirs.mutations {
            let both = self.mutations.iter().zip(&theirs.mutations);
            let at = both.take_while(|(ours, theirs)| ours == theirs).count();
            let (recorded, ours) = (theirs.mutations.get(at), self.mutations.get(at));
            found.insert(format!("{session}, mutation {at}: recorded {recorded:?}, ours {ours:?}"));
        }
        let count = |list: &[String], read: &String| list.iter().filter(|one| *one == read).count();
        for read in self.reads.iter().chain(&theirs.reads) {
            let (recorded, ours) = (count(&theirs.reads, read), count(&self.reads, read));
            if recorded != ours {
                found.insert(format!("{session}: recorded {recorded}×, ours {ours}×: {read}"));
            }
        }
        if self.published != self.acknowledged {
            let (published, acknowledged) = (&self.published, &self.acknowledged);
            found.insert(format!("{session}: {published:?} were acknowledged as {acknowledged:?}"));
        }
    }
}
