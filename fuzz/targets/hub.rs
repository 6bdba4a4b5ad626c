//! The hub: any sequence of frames, one a line, by three users of whom the first byte of a line says
//! who sends it. Nothing panics; every frame but an ACK is answered once, on its socket; all that goes
//! out is well-formed; and what was kept can be loaded again.

#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use serde_json::{json, Value};
use talk_session_server::hub::{Ask, Config, Hub, Input, Output, Record, RecordKey, Reply};

const NOW: u64 = 1_800_000_000_000;

struct World {
    hub: Hub,
    now: u64,
    kept: BTreeMap<RecordKey, String>,
}

impl World {
    /// Feeds the hub. Gives what it answered on a socket, and whether that was closed.
    fn feed(&mut self, input: Input, conn: u64) -> (Vec<Value>, bool) {
        let (mut answers, mut closed) = (Vec::new(), false);
        for output in self.hub.handle(self.now, input) {
            match output {
                Output::Save(record) => drop(self.kept.insert(record.key, record.body)),
                Output::Delete(key) => drop(self.kept.remove(&key)),
                Output::Wipe => self.kept.clear(),
                Output::Close { conn: to, .. } => closed |= to == conn,
                Output::Send { conn: to, text } => match serde_json::from_str::<Value>(&text) {
                    Ok(frame) if frame[1] == "PUBLISH" => {
                        let count = frame.as_array().map_or(0, Vec::len);
                        assert!(frame[0].is_u64() && count > 2, "a push has events: {text}");
                        let events = frame.as_array().into_iter().flatten().skip(2);
                        events.for_each(|event| assert!(event["type"].is_string(), "{text}"));
                    }
                    Ok(frame) => {
                        let status = frame[1].as_u64().unwrap_or(0);
                        assert!((200..600).contains(&status), "an answer has a status: {text}");
                        let refused = status != 200;
                        assert!(!refused || frame[2]["errorCode"].is_string(), "{text}");
                        assert!(status < 500, "the hub does not fail: {text}");
                        assert_eq!(to, conn, "only who asks is answered");
                        answers.push(frame);
                    }
                    Err(error) => panic!("what goes out is JSON ({error}): {text}"),
                },
                Output::Reply { .. } => {}
            }
        }
        (answers, closed)
    }

    fn log_in(&mut self, conn: u64, user: &str) {
        let (app, name) = ("demo".to_owned(), user.to_owned());
        let ask = Ask::Boken { app: app.clone(), user: name.clone(), signature: String::new() };
        let outputs = self.hub.handle(self.now, Input::Ask { id: 1, ask });
        let token = outputs.into_iter().find_map(|output| match output {
            Output::Reply { reply: Ok(Reply::Boken(token)), .. } => Some(token),
            Output::Save(record) => {
                self.kept.insert(record.key, record.body);
                None
            }
            _ => None,
        });
        let (client, base_url) = (String::new(), "http://here".to_owned());
        self.feed(Input::Connected { conn, app, user: name, client, base_url }, conn);
        let text = json!([0, "POST", "/session/renew", { "token": token }, {}]).to_string();
        let (answers, _) = self.feed(Input::Frame { conn, text }, conn);
        assert_eq!(answers[0][1], 200, "a login");
    }
}

fuzz_target!(|data: &[u8]| {
    let (hub, kept) = (Hub::new(Config::default(), 1), BTreeMap::new());
    let mut world = World { hub, now: NOW, kept };
    let users = ["alice", "bob", "carol"];
    for (at, user) in users.iter().enumerate() {
        world.log_in(at as u64, user);
    }
    for line in data.split(|byte| *byte == b'\n') {
        let Some((first, rest)) = line.split_first() else { continue };
        world.now += u64::from(first >> 2) * 100;
        if world.hub.wake_at().is_some_and(|at| at <= world.now) {
            world.feed(Input::Tick, u64::MAX);
        }
        let conn = u64::from(first & 3) % 3;
        let text = String::from_utf8_lossy(rest).into_owned();
        let frame: Value = serde_json::from_str(&text).unwrap_or_default();
        let is_ack = frame[0].is_number() && frame[1] == "ACK";
        let (answers, closed) = world.feed(Input::Frame { conn, text: text.clone() }, conn);
        if closed {
            world.log_in(conn, users[conn as usize]);
            continue;
        }
        let wanted = usize::from(!is_ack);
        assert_eq!(answers.len(), wanted, "every request is answered once: {text}");
        if let Some(answer) = answers.first().filter(|_| frame[0].is_number()) {
            assert_eq!(answer[0], frame[0], "an answer has the number of its request: {text}");
        }
    }
    let mut again = Hub::new(Config::default(), 2);
    for (key, body) in &world.kept {
        let record = Record { key: key.clone(), body: body.clone() };
        if let Err(error) = again.load(&record) {
            panic!("what was kept can be loaded: {error}");
        }
    }
});
