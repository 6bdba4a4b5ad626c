//! A hundred thousand messages each of which refers to the one before, from the first to the last of
//! them held and then let go of.

use std::format;
use std::string::ToString;

use serde_json::{json, Value};

use crate::client::Input;
use crate::output::Output;
use crate::{Call, Client};

const COUNT: usize = 100_000;

struct World {
    client: Client,
    now: u64,
}

impl World {
    fn new() -> World {
        let mut world = World { client: Client::of_alice(1_000), now: 1_000 };
        world.drain();
        world
    }

    fn feed(&mut self, input: Input) {
        self.client.handle(self.now, input);
        self.drain();
    }

    /// Carries out what the client says, with a service that has nobody and nothing.
    fn drain(&mut self) {
        while let Some(output) = self.client.poll() {
            match output {
                Output::OpenSocket { socket, .. } => self.feed(Input::SocketOpened(socket)),
                Output::Tick => self.feed(Input::Tick),
                Output::Send { socket, text } => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    let body = match (frame[1].as_str().unwrap(), frame[2].as_str()) {
                        ("ACK", _) => continue,
                        ("GET", Some("/me/conversations")) => {
                            json!({ "data": [{ "id": "c" }], "cursor": null })
                        }
                        ("GET", Some(path)) if path.ends_with("/messages") => {
                            json!({ "data": [], "cursor": null })
                        }
                        _ => json!({}),
                    };
                    self.feed(Input::Frame(socket, &json!([frame[0], 200, body]).to_string()));
                }
                _ => {}
            }
        }
    }

    fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        while let Some(at) = self.client.next_wake().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.feed(Input::Wake);
        }
        self.now = end;
    }

    /// The chain comes by events. Gives the most nodes that there were at once.
    fn chain(&mut self) -> usize {
        let mut most = 0;
        for at in 0..COUNT {
            let refers = if at == 0 { "null".to_string() } else { format!("\"m{}\"", at - 1) };
            let frame = format!(
                r#"[{at},"PUBLISH",{{"type":"message.created","conversationId":"c",
                    "messageId":"m{at}","state":{{"id":"m{at}","senderId":null,"content":[],
                    "createdAt":{at},"referencedMessageId":{refers},"reactions":{{}}}}}}]"#
            );
            self.feed(Input::Frame(1, &frame));
            if at % 1_000 == 999 {
                most = most.max(self.client.nodes.places().len());
            }
        }
        most
    }

    /// Nothing is left but what every session has.
    fn expect_nothing(&mut self) {
        self.pass(200_000);
        assert_eq!(self.client.nodes.places().len(), 1);
        assert_eq!((self.client.following, self.client.next_wake()), (0, None));
    }
}

fn subscribed(call: Call, args: &str) -> World {
    let mut world = World::new();
    world.feed(Input::Call { number: 1, call, args });
    world
}

#[test]
fn a_window_of_them_is_let_go_of() {
    let mut world = subscribed(Call::MessagesSubscribe, r#"["c"]"#);
    assert!(world.chain() > COUNT);
    world.feed(Input::Call { number: 0, call: Call::Unsubscribe, args: "[1]" });
    world.expect_nothing();
}

#[test]
fn they_are_cleared() {
    let mut world = subscribed(Call::MessagesSubscribe, r#"["c"]"#);
    world.chain();
    let cleared = r#"[200000,"PUBLISH",{"type":"conversation.cleared","conversationId":"c"}]"#;
    world.feed(Input::Frame(1, cleared));
    assert!(world.client.nodes.places().len() < 10);
    world.feed(Input::Call { number: 0, call: Call::Unsubscribe, args: "[1]" });
    world.expect_nothing();
}

#[test]
fn they_pass_through_a_list_that_shows_the_last_one() {
    let mut world = subscribed(Call::ListSubscribe, r#"["{}"]"#);
    let most = world.chain();
    assert!(most < 100, "{most} nodes are kept");
    let size = world.client.nodes.size();
    assert!(size < 200, "{size} places: those that were given back are used again");
    world.feed(Input::Call { number: 0, call: Call::Unsubscribe, args: "[1]" });
    world.expect_nothing();
}
