//! Whoever follows the events knows what there is: a client that fetches once and then only applies
//! events ends with what it would get by fetching again. Random actions, seeded.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use super::fuzz_tests::Dice;
use super::testing::World;
use super::ConnId;

const USERS: [&str; 3] = ["alice", "bob", "carol"];
const CONVERSATIONS: [&str; 2] = ["c", "d"];

/// What one client has learnt from events.
#[derive(Default)]
struct Copy {
    user: String,
    conversations: BTreeMap<String, Value>,
    /// By conversation, then by message.
    messages: BTreeMap<String, BTreeMap<String, Value>>,
    participants: BTreeMap<String, BTreeMap<String, Value>>,
    typing: BTreeMap<String, Value>,
    users: BTreeMap<String, Value>,
}

/// Applies a diff as PROTOCOL.md section 9 has it.
fn apply(state: &mut Value, diff: &Value) {
    for (key, new) in diff.as_object().expect("a diff is an object") {
        match (key.as_str(), new) {
            ("custom" | "reactions" | "usersTyping", Value::Object(patch)) => {
                for (key2, new) in patch {
                    let old = &mut state[key];
                    match new {
                        Value::Null => {
                            old.as_object_mut().expect("an object").remove(key2);
                        }
                        Value::Object(_) if old[key2].is_object() => apply(&mut old[key2], new),
                        _ => old[key2] = new.clone(),
                    }
                }
            }
            _ => state[key] = new.clone(),
        }
    }
}

impl Copy {
    fn take(&mut self, event: &Value, world: &mut World, conn: ConnId) {
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        let (c, m, u) = (text("conversationId"), text("messageId"), text("userId"));
        match event["type"].as_str().expect("a type") {
            "user.created" => drop(self.users.insert(u, event["state"].clone())),
            "user.edited" => apply(self.users.get_mut(&u).expect("known"), &event["diff"]),
            "side.created" => {
                self.conversations.insert(c.clone(), event["state"].clone());
                self.fetch(world, conn, &c);
            }
            "side.deleted" => {
                self.conversations.remove(&c).expect("known");
                self.messages.remove(&c);
                self.participants.remove(&c);
                self.typing.remove(&c);
            }
            "side.edited" | "conversation.edited" => {
                apply(self.conversations.get_mut(&c).expect("known"), &event["diff"]);
            }
            "participant.created" => {
                self.participants.entry(c).or_default().insert(u, event["state"].clone());
            }
            "participant.edited" => {
                if u == self.user {
                    apply(self.conversations.get_mut(&c).expect("known"), &event["diff"]);
                }
                let participants = self.participants.get_mut(&c).expect("known");
                apply(participants.get_mut(&u).expect("known"), &event["diff"]);
            }
            "participant.deleted" => {
                self.participants.get_mut(&c).expect("known").remove(&u).expect("known");
            }
            "message.created" => {
                self.messages.entry(c).or_default().insert(m, event["state"].clone());
            }
            "message.edited" => {
                let messages = self.messages.get_mut(&c).expect("known");
                apply(messages.get_mut(&m).expect("known"), &event["diff"]);
            }
            "message.deleted" => {
                let messages = self.messages.get_mut(&c).expect("known");
                messages.remove(&m).expect("known");
                for other in messages.values_mut() {
                    if other["referencedMessageId"] == json!(m) {
                        other["referencedMessageId"] = Value::Null;
                    }
                }
            }
            "typing.available" => drop(self.typing.insert(c, event["state"].clone())),
            "typing.changed" => apply(self.typing.get_mut(&c).expect("known"), &event["diff"]),
            other => panic!("an event {other} nobody asked for"),
        }
    }

    /// Fetches what is under a conversation, as a client does that has just joined.
    fn fetch(&mut self, world: &mut World, conn: ConnId, c: &str) {
        let mut get = |what: &str, data: Value| {
            world.call(conn, "GET", &format!("/me/conversations/{c}{what}"), data)
        };
        let all = json!({ "limit": 100 });
        let (messages, participants) = (get("/messages", all.clone()), get("/participants", all));
        let typing = get("/typing", json!({}));
        // By the time of the event one may be outside again.
        if messages.0 != 200 {
            return;
        }
        let by_id = |page: Value| -> BTreeMap<String, Value> {
            let items = page["data"].as_array().expect("a list").clone();
            let id = |item: &Value| item["id"].as_str().unwrap_or_default().to_owned();
            items.into_iter().map(|item| (id(&item), item)).collect()
        };
        self.messages.insert(c.to_owned(), by_id(messages.ok()));
        self.participants.insert(c.to_owned(), by_id(participants.ok()));
        self.typing.insert(c.to_owned(), typing.ok());
    }

    fn check(&mut self, world: &mut World, conn: ConnId, seed: u64) {
        let list = world.call(conn, "GET", "/me/conversations", json!({})).ok();
        let list = list["data"].as_array().expect("a list").clone();
        let mine: Vec<&Value> = self.conversations.values().collect();
        assert_eq!(mine.len(), list.len(), "seed {seed} {}", self.user);
        for conversation in &list {
            let id = conversation["id"].as_str().expect("an id").to_owned();
            assert_eq!(&self.conversations[&id], conversation, "seed {seed} {}", self.user);
            let mut fresh = Copy::default();
            fresh.fetch(world, conn, &id);
            assert_eq!(fresh.messages[&id], self.messages[&id], "seed {seed} {}", self.user);
            let (theirs, ours) = (&fresh.participants[&id], &self.participants[&id]);
            assert_eq!(theirs, ours, "seed {seed} {}", self.user);
            assert_eq!(fresh.typing[&id], self.typing[&id], "seed {seed} {}", self.user);
        }
        let users = world.call(conn, "GET", "/users", json!({ "ids": USERS })).ok();
        for (id, user) in &self.users {
            assert_eq!(&users[id], user, "seed {seed} {}", self.user);
        }
    }
}

/// Something a user may do, whether it is allowed or not.
fn action(dice: &mut Dice, me: &str, known: &[String]) -> (&'static str, String, Value) {
    let c = *dice.one_of(&CONVERSATIONS);
    let u = *dice.one_of(&USERS);
    let number = dice.below(3).to_string();
    let m = if known.is_empty() { "none" } else { dice.one_of(known).as_str() };
    let text = json!([{ "type": "text", "children": [number] }]);
    let access = *dice.one_of(&["Read", "ReadWrite"]);
    let custom = json!({ number.as_str(): dice.one_of(&[json!("x"), json!("y"), Value::Null]) });
    match dice.below(16) {
        0 => ("PUT", format!("/users/{u}"), json!({ "name": number, "custom": custom })),
        1 => ("PUT", format!("/conversations/{c}"), json!({ "subject": number, "custom": custom })),
        2 | 3 => ("PUT", format!("/conversations/{c}/participants/{u}"), json!({})),
        4 => ("PATCH", format!("/conversations/{c}/participants/{u}"), json!({ "access": access })),
        5 => {
            let notify = dice.one_of(&[json!(true), json!(false), Value::Null]).clone();
            ("PATCH", format!("/conversations/{c}/participants/{u}"), json!({ "notify": notify }))
        }
        6 => ("DELETE", format!("/conversations/{c}/participants/{u}"), json!({})),
        7..=9 => {
            let params = json!({ "content": text, "custom": custom });
            ("POST", format!("/conversations/{c}/messages"), params)
        }
        10 => {
            let params = json!({ "content": text, "referencedMessageId": m });
            ("POST", format!("/conversations/{c}/messages"), params)
        }
        11 => ("PATCH", format!("/conversations/{c}/messages/{m}"), json!({ "content": text })),
        12 => ("DELETE", format!("/conversations/{c}/messages/{m}"), json!({})),
        13 => {
            let method = *dice.one_of(&["PUT", "DELETE"]);
            (method, format!("/conversations/{c}/messages/{m}/reactions/:x:/{me}"), json!({}))
        }
        14 => {
            let what = *dice.one_of(&["read", "unread"]);
            ("POST", format!("/me/conversations/{c}/{what}"), json!({}))
        }
        _ => ("POST", format!("/me/conversations/{c}/typing"), json!({})),
    }
}

#[test]
fn events_tell_everything() {
    const SEEDS: u64 = 120;
    let mut done = 0;
    for seed in 0..SEEDS {
        let mut dice = Dice::new(seed);
        let mut world = World::new();
        let mut clients: Vec<(ConnId, Copy)> = Vec::new();
        for user in USERS {
            let conn = world.member(user);
            clients.push((conn, Copy { user: user.to_owned(), ..Copy::default() }));
        }
        for (conn, copy) in &mut clients {
            world.call(*conn, "SUBSCRIBE", "/users", json!({ "ids": USERS })).ok();
            world.subscribe(*conn, "/me/conversations");
            for c in CONVERSATIONS {
                for what in ["", "/messages", "/participants", "/typing"] {
                    world.subscribe(*conn, &format!("/me/conversations/{c}{what}"));
                }
            }
            let users = world.call(*conn, "GET", "/users", json!({ "ids": USERS })).ok();
            copy.users = serde_json::from_value(users).expect("users");
        }
        let mut known: Vec<String> = Vec::new();
        for _ in 0..120 {
            world.now += *dice.one_of(&[0, 1, 4000]);
            let at = dice.below(USERS.len());
            let (method, path, data) = action(&mut dice, USERS[at], &known);
            let answer = world.call(clients[at].0, method, &path, data);
            done += u64::from(answer.0 == 200);
            if let Some(id) = answer.1["id"].as_str() {
                known.push(id.to_owned());
            }
            for (conn, copy) in &mut clients {
                for event in world.events(*conn) {
                    copy.take(&event, &mut world, *conn);
                }
            }
        }
        for (conn, copy) in &mut clients {
            copy.check(&mut world, *conn, seed);
        }
    }
    assert!(done > SEEDS * 30, "only {done} actions were allowed");
}
