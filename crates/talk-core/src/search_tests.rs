//! Searches against a scripted service, with a virtual clock.

use std::collections::BTreeMap;
use std::format;
use std::string::ToString;
use std::vec;

use serde_json::{json, Value};

use super::*;
use crate::client::Input;
use crate::output::{Millis, Output};
use crate::Call;

/// A session, and what comes of it, as lines.
struct World {
    client: Client,
    now: Millis,
    /// What JavaScript has, by handle.
    objects: BTreeMap<u64, String>,
    lines: Vec<String>,
    /// The frames that went out, as `METHOD path data`.
    sent: Vec<String>,
    /// Frames to answer.
    frames: Vec<(u32, Value)>,
    /// The request that was made last.
    request: u32,
    ticks: bool,
}

impl World {
    /// A session with a token, logged in as soon as it is needed.
    fn new() -> World {
        let mut world = World {
            client: Client::of_alice(1_000),
            now: 1_000,
            objects: BTreeMap::new(),
            lines: vec![],
            sent: vec![],
            frames: vec![],
            request: 0,
            ticks: false,
        };
        world.drain();
        world.lines.clear();
        world
    }

    fn feed(&mut self, input: Input) {
        self.client.handle(self.now, input);
        self.drain();
    }

    /// Lets the tick pass, and answers all frames, until nothing more happens.
    fn run(&mut self) {
        loop {
            if core::mem::take(&mut self.ticks) {
                self.feed(Input::Tick);
            } else if self.frames.is_empty() {
                return;
            } else {
                let (socket, frame) = self.frames.remove(0);
                self.answer(socket, &frame);
            }
        }
    }

    fn drain(&mut self) {
        while let Some(output) = self.client.poll() {
            match output {
                Output::Tick => self.ticks = true,
                Output::OpenSocket { socket, .. } => self.feed(Input::SocketOpened(socket)),
                Output::Send { socket, text } => {
                    self.frames.push((socket, serde_json::from_str(&text).expect("JSON")));
                }
                Output::Fetch(fetch) => {
                    self.request = fetch.request;
                    assert_eq!(fetch.token.is_some(), fetch.url.starts_with("http://r/"));
                    self.lines.push(format!("fetch {}", fetch.url));
                }
                Output::Abort { request } => self.lines.push(format!("abort {request}")),
                Output::Apply(text) => {
                    let all: Vec<Value> = serde_json::from_str(&format!("[{text}]")).expect("JSON");
                    all.iter().for_each(|operation| self.apply(operation));
                }
                other => self.lines.push(format!("{other:?}")),
            }
        }
    }

    fn apply(&mut self, operation: &Value) {
        let number = |at: usize| operation[at].as_u64().unwrap_or(u64::MAX);
        let name = |handle: u64| self.objects.get(&handle).cloned().unwrap_or_default();
        match number(0) {
            0 => {
                let id = operation[2]["id"].as_str().unwrap_or("?").to_string();
                self.objects.insert(number(1), id);
            }
            4 => assert!(self.objects.remove(&number(1)).is_some(), "{operation}"),
            8 => self.lines.push(format!("{} ends: {}", number(1), operation[2])),
            9 => self.lines.push(format!("{} fails: {}", number(1), operation[2])),
            22 => {
                let (message, conversation) = (name(number(2)), name(number(3)));
                self.lines.push(format!("{} has {message}/{conversation}", number(1)));
            }
            _ => {}
        }
    }

    fn answer(&mut self, socket: u32, frame: &Value) {
        let [method, path] = [1, 2].map(|at| frame[at].as_str().expect("text"));
        self.sent.push(format!("{method} {path} {}", frame[3]));
        let parts: Vec<&str> = path.split('/').collect();
        let (status, body) = match (method, &parts[1..]) {
            ("POST", ["session", "renew"]) => (200, json!({ "expiresInSeconds": null })),
            ("GET", ["users"]) => {
                let users = frame[3]["ids"].as_array().expect("ids").iter();
                let users = users.map(|id| (id.as_str().expect("id"), json!({ "id": id })));
                (200, users.filter(|(id, _)| *id != "ghost").collect())
            }
            ("GET", ["me", "conversations", "gone"]) => (404, json!({})),
            ("GET", ["me", "conversations", "broken"]) => (400, json!({})),
            ("GET", ["me", "conversations", id]) => (200, json!({ "id": id })),
            ("GET", ["me", "conversations", _, "messages"]) => (200, json!({ "data": [] })),
            ("GET", ["me", "conversations", _, "messages", id]) => match *id {
                "old" => (200, json!({ "id": "old", "senderId": "bob" })),
                _ => (404, json!({})),
            },
            _ => (200, json!({})),
        };
        let text = json!([frame[0], status, body]).to_string();
        self.feed(Input::Frame(socket, &text));
    }

    fn call(&mut self, number: u32, call: Call, args: &str) {
        self.feed(Input::Call { number, call, args });
    }

    /// Begins a search of messages, which has made its request when this returns.
    fn search(&mut self, number: u32) {
        self.call(number, Call::Search, r#"["messages/search?q"]"#);
        self.run();
        self.expect(&["fetch http://r/app/me/messages/search?q"]);
    }

    fn part(&mut self, text: &str) {
        self.feed(Input::HttpPart(self.request, text));
        self.run();
    }

    fn respond(&mut self, status: u16, body: &str) {
        let request = self.request;
        self.feed(Input::HttpResponse { request, status, body });
        self.run();
    }

    fn pass_timer(&mut self) {
        self.now = self.client.next_wake().expect("a timer");
        self.feed(Input::Wake);
        self.run();
    }

    fn expect(&mut self, lines: &[&str]) {
        assert_eq!(core::mem::take(&mut self.lines), lines);
    }

    /// Nothing is kept once all that lingers has gone.
    fn expect_nothing_left(&mut self) {
        for _ in 0..20 {
            self.now += 10_000;
            self.feed(Input::Wake);
            self.run();
        }
        assert!(self.objects.is_empty(), "{:?}", self.objects);
        assert!(self.client.nodes.places().len() < 3, "only the lists are there");
        assert!(self.client.searches.is_empty());
        assert_eq!(self.client.following, 0);
    }
}

fn message(id: &str) -> String {
    json!({ "id": id, "conversationId": "c", "senderId": "bob" }).to_string()
}

#[test]
fn results_are_told_in_order_as_they_become_complete() {
    let mut world = World::new();
    world.search(1);
    world.part("{\"data\":[\n");
    world.expect(&[]);
    world.part(&format!("{}\n", message("m1")));
    world.expect(&["1 has m1/c"]);
    // The first one waits for another conversation, and the second one for the first.
    let request = world.request;
    let other = json!({ "id": "m2", "conversationId": "d", "senderId": "ghost" });
    let text = format!(",{other}\n,{}\n", message("m3"));
    world.feed(Input::HttpPart(request, &text));
    world.expect(&[]);
    world.run();
    world.expect(&["1 has m2/d", "1 has m3/c"]);
    world.respond(200, "],\"cursor\":\"a\\\"b\"}\n");
    world.expect(&["1 ends: \"a\\\"b\""]);
    // What is known already is not asked for again.
    let asked = world.sent.len();
    world.search(2);
    world.respond(200, &format!("{{\"data\":[\n{}\n]}}\n", message("m4")));
    world.expect(&["2 has m4/c", "2 ends: null"]);
    assert_eq!(world.sent[asked..], [""; 0]);
    world.expect_nothing_left();
}

#[test]
fn what_a_result_needs_is_asked_for_once() {
    let mut world = World::new();
    world.search(1);
    world.sent.clear();
    let reply = |id: &str, to: &str| {
        let sender = "bob";
        json!({ "id": id, "conversationId": "c", "senderId": sender, "referencedMessageId": to })
    };
    world.respond(
        200,
        &format!("{{\"data\":[\n{}\n,{}\n]}}", reply("m1", "old"), reply("m2", "lost")),
    );
    world.expect(&["1 has m1/c", "1 has m2/c", "1 ends: null"]);
    world.sent.sort();
    assert_eq!(
        world.sent,
        [
            "GET /me/conversations/c {}",
            "GET /me/conversations/c/messages {\"limit\":1}",
            "GET /me/conversations/c/messages/lost {}",
            "GET /me/conversations/c/messages/old {}",
            "GET /users {\"ids\":[\"bob\"],\"includePrivateFields\":false}",
            "POST /session/renew {\"token\":\"T\"}",
            "SUBSCRIBE /me/conversations/c {}",
            "SUBSCRIBE /me/conversations/c/messages {}",
            "SUBSCRIBE /users {\"ids\":[\"bob\"]}",
        ]
    );
    world.expect_nothing_left();
}

#[test]
fn lines_in_all_forms_and_nonsense_between_them() {
    let (one, two) = (message("m1"), message("m2"));
    let (both, none): (&[&str], &[&str]) = (&["1 has m1/c", "1 has m2/c"], &[]);
    for (text, results, end) in [
        (format!("{{\"data\":[\n{one}\n,{two}\n],\"cursor\":\"x\"}}"), both, "\"x\""),
        (
            format!("{{\"data\":[\r\n {one} , \r\n ,{two}\r\n ] , \"cursor\" : \"x\" }}\r\n"),
            both,
            "\"x\"",
        ),
        (format!("{{\"data\":[{one},{two}],\"cursor\":\"x\"}}"), both, "\"x\""),
        (format!("{{\"data\":[\n{one}\n{two}\n],\"cursor\":5}}"), both, "null"),
        // The same twice.
        (format!("{{\"data\":[\n{one}\n,{one}\n,{two}\n]}}"), both, "null"),
        (
            format!(
                "{{\"data\":[\n5\n,null\n,\"\"\n,[[[\n,{{\"id\":\"m\"}}\n,{{\"id\":5}}\n{one}\n\
                 ,\n,,\n,{{\"id\":\"\",\"conversationId\":\"c\"}}\n]]\n{two}\n,{{\"data\":7}}\n]}}"
            ),
            both,
            "null",
        ),
        ("]\n]}\n],\"cursor\":\"\"}".to_string(), none, "\"\""),
    ] {
        for cut in [0, text.find('\n').map_or(0, |at| at + 1)] {
            let mut world = World::new();
            world.search(1);
            world.part(&text[..cut]);
            world.respond(200, &text[cut..]);
            let mut lines = results.to_vec();
            let end = format!("1 ends: {end}");
            lines.push(&end);
            world.expect(&lines);
            world.expect_nothing_left();
        }
    }
}

#[test]
fn an_answer_without_an_end_is_a_failure() {
    let (one, two) = (message("m1"), message("m2"));
    let whole = format!("{{\"data\":[\n{one}\n,{two}\n],\"cursor\":\"x\"}}");
    let others =
        ["null", "[\n]\n", "5", "\n\n", "<html>\n<body>Log in</body>\n</html>", "{\"results\":[]}"];
    for text in (0..whole.len()).map(|cut| &whole[..cut]).chain(others) {
        let mut world = World::new();
        world.search(1);
        world.respond(200, text);
        assert_eq!(world.lines.last().map(String::as_str), Some("1 fails: 200"), "{text}");
        world.expect_nothing_left();
    }
}

#[test]
fn conversations_are_found_by_their_id_alone() {
    let mut world = World::new();
    world.call(1, Call::Search, r#"["conversations/search?q"]"#);
    world.run();
    world.expect(&["fetch http://r/app/me/conversations/search?q"]);
    // One that is gone, and one that cannot be had, are passed over.
    let ids = ["c", "gone", "broken", "d"].map(|id| json!({ "id": id }).to_string());
    world.respond(200, &format!("{{\"data\":[\n{}\n]}}", ids.join("\n,")));
    world.expect(&["1 has /c", "1 has /d", "1 ends: null"]);
    world.expect_nothing_left();
}

/// Lets a search find the conversation "c".
fn find_c(world: &mut World) {
    world.call(1, Call::Search, r#"["conversations/search?q"]"#);
    world.run();
    world.respond(200, "{\"data\":[\n{\"id\":\"c\"}\n]}");
}

#[test]
fn a_conversation_that_is_found_is_subscribed_to_for_as_long_as_it_is_kept() {
    let mut world = World::new();
    find_c(&mut world);
    let mut sent = core::mem::take(&mut world.sent);
    sent.sort();
    assert_eq!(
        sent,
        [
            "GET /me/conversations/c {}",
            "GET /me/conversations/c/messages {\"limit\":1}",
            "POST /session/renew {\"token\":\"T\"}",
            "SUBSCRIBE /me/conversations/c {}",
            "SUBSCRIBE /me/conversations/c/messages {}",
        ]
    );
    world.expect_nothing_left();
    let ends = world.sent.iter().filter(|sent| sent.starts_with("UNSUBSCRIBE"));
    assert_eq!(ends.count(), 2);
}

#[test]
fn a_conversation_that_was_found_stays_followed_when_the_list_is_gone() {
    let mut world = World::new();
    world.call(1, Call::ListSubscribe, r#"["{}"]"#);
    world.run();
    find_c(&mut world);
    world.call(2, Call::ConversationSubscribe, r#"["c"]"#);
    world.call(0, Call::Unsubscribe, "[1]");
    world.run();
    for _ in 0..5 {
        world.pass_timer();
    }
    let of_it = |sent: &&String| sent.contains("SUBSCRIBE /me/conversations/c ");
    let sent: Vec<&String> = world.sent.iter().filter(of_it).collect();
    assert_eq!(sent, ["SUBSCRIBE /me/conversations/c {}"], "{:?}", world.sent);
}

#[test]
fn a_page_that_is_cancelled_asks_for_nothing_more() {
    let mut world = World::new();
    world.call(1, Call::Search, r#"["messages/search?a"]"#);
    world.call(0, Call::CancelSearch, "[1]");
    world.run();
    // Not even this one.
    world.expect(&["1 ends: null"]);
    world.search(2);
    world.part(&format!("{{\"data\":[\n{}\n", message("m1")));
    world.call(0, Call::CancelSearch, "[2]");
    world.call(0, Call::CancelSearch, "[2]");
    world.run();
    let abort = format!("abort {}", world.request);
    world.expect(&["2 has m1/c", &abort, "2 ends: null"]);
    world.part(&format!(",{}\n", message("m2")));
    world.respond(200, "]}");
    world.expect(&[]);
    world.expect_nothing_left();
}

#[test]
fn what_fails_for_a_while_goes_on_where_it_was() {
    for status in [0, 500, 401] {
        let mut world = World::new();
        world.client.set_need_token(true).expect("it may change");
        world.search(1);
        world.part(&format!("{{\"data\":[\n{}\n", message("m1")));
        let request = world.request;
        if status == 0 {
            world.feed(Input::HttpFailed(request));
        } else {
            world.respond(status, "");
        }
        let asks = ["1 has m1/c", "NeedToken"];
        world.expect(if status == 401 { &asks } else { &asks[..1] });
        if status == 401 {
            world.client.set_token(world.now, "T2").expect("a token");
            world.drain();
        } else {
            world.pass_timer();
        }
        world.expect(&["fetch http://r/app/me/messages/search?q"]);
        // Nothing of the first try counts any more.
        world.feed(Input::HttpPart(request, &format!("{}\n", message("m9"))));
        world.expect(&[]);
        let text =
            format!("{{\"data\":[\n{}\n,{}\n],\"cursor\":\"x\"}}", message("m1"), message("m2"));
        world.respond(200, &text);
        world.expect(&["1 has m2/c", "1 ends: \"x\""]);
        world.expect_nothing_left();
    }
}

#[test]
fn a_refusal_ends_it() {
    for status in [400, 403, 404, 429, 502] {
        let mut world = World::new();
        world.search(1);
        world.part(&format!("{{\"data\":[\n{}\n", message("m1")));
        world.respond(status, "null");
        world.expect(&["1 has m1/c", &format!("1 fails: {status}")]);
        world.expect_nothing_left();
    }
}

#[test]
fn a_search_outlives_the_connection() {
    let mut world = World::new();
    world.search(1);
    let request = world.request;
    let text = format!("{{\"data\":[\n{}\n", message("m1"));
    world.feed(Input::HttpPart(request, &text));
    world.feed(Input::Tick);
    world.ticks = false;
    // What completes the result was asked for, and the answers are lost.
    let socket = world.frames.last().expect("a frame").0;
    world.frames.clear();
    world.feed(Input::SocketClosed(socket, 1006));
    world.respond(200, "]}");
    world.expect(&[]);
    for _ in 0..5 {
        if world.lines.is_empty() {
            world.pass_timer();
        }
    }
    world.expect(&["1 has m1/c", "1 ends: null"]);
    world.expect_nothing_left();
}

#[test]
fn a_message_that_was_found_before_its_conversation_was_followed_is_asked_for_by_a_get() {
    let mut world = World::new();
    world.search(1);
    let other = json!({ "id": "m2", "conversationId": "d", "senderId": "bob" });
    world.respond(200, &format!("{{\"data\":[\n{other}\n]}}"));
    world.expect(&["1 has m2/d", "1 ends: null"]);
    world.search(1);
    world.part(&format!("{{\"data\":[\n{}\n", message("m1")));
    world.expect(&["1 has m1/c"]);
    world.sent.clear();
    // It may have been changed since, and nobody would have told.
    world.call(2, Call::MessageGet, r#"["c","m1"]"#);
    world.run();
    assert_eq!(world.sent, ["GET /me/conversations/c/messages/m1 {}"]);
    world.respond(200, "]}");
    world.lines.clear();
    world.expect_nothing_left();
}
