//! Tests: messages, and the keys that make a send happen once.

use serde_json::{json, Value};

use super::super::testing::{only, refused, types, World};

const SEND: &str = "/conversations/c/messages";
const LIST: &str = "/me/conversations/c/messages";

fn text(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "children": [text] }] })
}

fn keyed(key: Value) -> Value {
    let mut params = text("hi");
    params["idempotencyKey"] = key;
    params
}

#[test]
fn a_message_arrives_with_all_its_fields() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, LIST);
    let mut params = text("hi");
    params["custom"] = json!({ "a": "1" });
    let id = world.call(alice, "POST", SEND, params).ok()["id"].clone();
    let wanted = json!({
        "id": id, "type": "UserMessage", "senderId": "alice", "custom": { "a": "1" },
        "createdAt": world.now, "editedAt": null, "referencedMessageId": null, "origin": "rest",
        "content": [{ "type": "text", "children": ["hi"] }], "reactions": {},
    });
    assert_eq!(
        only(world.events(bob)),
        json!({
            "type": "message.created", "conversationId": "c", "messageId": id, "state": wanted,
        })
    );
    let path = format!("{LIST}/{}", id.as_str().expect("an id"));
    assert_eq!(world.call(bob, "GET", &path, json!({})).ok(), wanted);
}

#[test]
fn the_sender_hears_of_it_before_the_answer_in_one_frame() {
    let (mut world, alice, _) = World::chat();
    let second = world.guest("alice");
    for conn in [alice, second] {
        world.subscribe(conn, LIST);
        world.subscribe(conn, "/me/conversations");
    }
    // `call` checks that the answer is the last frame.
    world.say(alice, "hi");
    for conn in [alice, second] {
        assert_eq!(world.publishes(conn), 1);
        assert_eq!(types(&world.events(conn)), ["message.created", "side.edited"]);
    }
}

#[test]
fn times_of_creation_rise_even_when_the_clock_does_not() {
    let (mut world, alice, bob) = World::chat();
    for n in 0..5 {
        world.say(if n % 2 == 0 { alice } else { bob }, "hi");
    }
    world.now -= 500;
    world.say(alice, "the clock was put back");
    let list = world.call(bob, "GET", LIST, json!({})).ok();
    let times: Vec<u64> = list["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|m| m["createdAt"].as_u64())
        .collect();
    assert!(times.windows(2).all(|pair| pair[0] > pair[1]), "{times:?}");
    assert_eq!(times.len(), 6);
}

#[test]
fn the_same_key_is_the_same_send() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, LIST);
    let first = world.call(alice, "POST", SEND, keyed("k".into())).ok();
    let again = world.call(alice, "POST", SEND, keyed("k".into())).ok();
    assert_eq!(first, again);
    assert_eq!(types(&world.events(bob)), ["message.created"]);
    // Keys of others, and in other conversations, are other keys.
    assert_ne!(world.call(bob, "POST", SEND, keyed("k".into())).ok(), first);
    world.call(alice, "PUT", "/conversations/d", json!({})).ok();
    world.call(alice, "PUT", "/conversations/d/participants/alice", json!({})).ok();
    let there = world.call(alice, "POST", "/conversations/d/messages", keyed("k".into())).ok();
    assert_ne!(there, first);
}

#[test]
fn a_key_is_remembered_for_a_day_and_over_a_restart() {
    let (mut world, alice, _) = World::chat();
    let first = world.call(alice, "POST", SEND, keyed("k".into())).ok();
    world.restart();
    let alice = world.guest("alice");
    world.now += 24 * 60 * 60 * 1000 - 1;
    assert_eq!(world.call(alice, "POST", SEND, keyed("k".into())).ok(), first);
    world.now += 1;
    assert_ne!(world.call(alice, "POST", SEND, keyed("k".into())).ok(), first);
    assert_eq!(world.kept.keys().filter(|key| key.kind == "send").count(), 1);
}

#[test]
fn a_key_is_remembered_when_its_message_is_gone() {
    let (mut world, alice, _) = World::chat();
    let first = world.call(alice, "POST", SEND, keyed("k".into())).ok();
    let id = first["id"].as_str().expect("an id");
    world.call(alice, "DELETE", &format!("{SEND}/{id}"), json!({})).ok();
    assert_eq!(world.call(alice, "POST", SEND, keyed("k".into())).ok(), first);
    let list = world.call(alice, "GET", LIST, json!({})).ok();
    assert_eq!(list["data"], json!([]));
}

#[test]
fn bad_sends_are_refused_and_leave_nothing() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, LIST);
    let mut nowhere = text("hi");
    nowhere["referencedMessageId"] = "msg_nowhere".into();
    let mut custom = text("hi");
    custom["custom"] = json!({ "a": 1 });
    for params in
        [json!({}), json!({ "content": "hi" }), nowhere, custom, keyed(5.into()), keyed("".into())]
    {
        let answer = world.call(alice, "POST", SEND, params.clone());
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"), "{params}");
    }
    assert_eq!(world.publishes(bob), 0);
    assert!(!world.kept.keys().any(|key| key.kind == "message" || key.kind == "send"));
}

#[test]
fn who_may_only_read_sends_edits_deletes_and_reacts_not() {
    let (mut world, alice, bob) = World::chat();
    let id = world.say(bob, "while I may");
    world.call(alice, "PUT", "/conversations/c/participants/bob", json!({ "access": "Read" })).ok();
    let path = format!("{SEND}/{id}");
    let answer = world.call(bob, "POST", SEND, text("hi"));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_SEND"));
    let answer = world.call(bob, "PATCH", &path, text("ho"));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_EDIT"));
    let answer = world.call(bob, "DELETE", &path, json!({}));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_EDIT"));
    let answer = world.call(bob, "PUT", &format!("{path}/reactions/%F0%9F%91%8D/bob"), json!({}));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_REACT"));
    world.call(bob, "GET", LIST, json!({})).ok();
    world.call(bob, "POST", "/me/conversations/c/read", json!({})).ok();
}

#[test]
fn an_outsider_sends_nothing() {
    let (mut world, _, _) = World::chat();
    let carol = world.guest("carol");
    let answer = world.call(carol, "POST", SEND, text("hi"));
    assert_eq!(answer.refusal(), refused(403, "NOT_A_PARTICIPANT"));
    let answer = world.call(carol, "POST", "/conversations/nowhere/messages", text("hi"));
    assert_eq!(answer.refusal(), refused(404, "CONVERSATION_NOT_FOUND"));
}

#[test]
fn an_edit_is_a_diff_with_a_time() {
    let (mut world, alice, bob) = World::chat();
    let id = world.say(alice, "hi");
    world.subscribe(bob, LIST);
    world.now += 50;
    let path = format!("{SEND}/{id}");
    let mut params = text("ho");
    params["custom"] = json!({ "a": "1" });
    world.call(alice, "PATCH", &path, params.clone()).ok();
    assert_eq!(
        only(world.events(bob))["diff"],
        json!({
            "content": [{ "type": "text", "children": ["ho"] }],
            "custom": { "a": "1" },
            "editedAt": world.now,
        })
    );
    world.now += 50;
    world.call(alice, "PATCH", &path, params).ok();
    assert_eq!(world.publishes(bob), 0, "nothing changed, so nothing was edited");
    world.call(alice, "PATCH", &path, json!({ "custom": { "a": null } })).ok();
    assert_eq!(only(world.events(bob))["diff"]["custom"], json!({ "a": null }));
}

#[test]
fn only_the_sender_edits_and_deletes() {
    let (mut world, alice, bob) = World::chat();
    let path = format!("{SEND}/{}", world.say(alice, "hi"));
    let answer = world.call(bob, "PATCH", &path, text("ho"));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_EDIT"));
    let answer = world.call(bob, "DELETE", &path, json!({}));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_EDIT"));
    for method in ["PATCH", "DELETE"] {
        let answer = world.call(alice, method, &format!("{SEND}/nothing"), json!({}));
        assert_eq!(answer.refusal(), refused(404, "MESSAGE_NOT_FOUND"));
    }
    let answer = world.call(alice, "PATCH", &path, json!({ "content": [] }));
    assert_eq!(answer.refusal().0, 400);
}

#[test]
fn deleting_the_last_message_names_the_one_before() {
    let (mut world, alice, bob) = World::chat();
    let first = world.say(alice, "one");
    let first_at = world.now;
    world.now += 10;
    let second = world.say(alice, "two");
    world.subscribe(bob, LIST);
    world.subscribe(bob, "/me/conversations");
    world.call(alice, "DELETE", &format!("{SEND}/{second}"), json!({})).ok();
    let events = world.events(bob);
    assert_eq!(types(&events), ["message.deleted", "side.edited"]);
    assert_eq!(events[0]["newLastMessage"]["id"], json!(first));
    assert_eq!(events[1]["diff"], json!({ "lastMessageAt": first_at, "unreadMessageCount": 1 }));
    world.call(alice, "DELETE", &format!("{SEND}/{first}"), json!({})).ok();
    let events = world.events(bob);
    assert_eq!(events[0]["newLastMessage"], json!(null));
    assert_eq!(events[1]["diff"]["isUnread"], false);
    let next = world.say(alice, "three");
    let path = format!("{LIST}/{next}");
    let at = world.call(alice, "GET", &path, json!({})).ok()["createdAt"].as_u64();
    assert!(at > Some(first_at + 10), "the time of a deleted message is not given out again");
}

#[test]
fn deleting_an_older_message_does_not_speak_of_the_last() {
    let (mut world, alice, bob) = World::chat();
    let first = world.say(alice, "one");
    world.say(alice, "two");
    world.subscribe(bob, LIST);
    world.call(alice, "DELETE", &format!("{SEND}/{first}"), json!({})).ok();
    assert_eq!(
        only(world.events(bob)),
        json!({
            "type": "message.deleted", "conversationId": "c", "messageId": first,
        })
    );
}

#[test]
fn a_reply_outlives_what_it_replied_to() {
    let (mut world, alice, _) = World::chat();
    let first = world.say(alice, "one");
    let mut reply = text("two");
    reply["referencedMessageId"] = first.as_str().into();
    let id = world.call(alice, "POST", SEND, reply).ok()["id"].clone();
    let path = format!("{LIST}/{}", id.as_str().expect("an id"));
    let get = |world: &mut World| world.call(alice, "GET", &path, json!({})).ok();
    assert_eq!(get(&mut world)["referencedMessageId"], json!(first));
    world.call(alice, "DELETE", &format!("{SEND}/{first}"), json!({})).ok();
    assert_eq!(get(&mut world)["referencedMessageId"], json!(null));
}

#[test]
fn pages_go_back_in_time_and_are_not_shaken_by_new_messages() {
    let (mut world, alice, bob) = World::chat();
    let mut sent: Vec<String> = (0..7).map(|n| world.say(alice, &n.to_string())).collect();
    let mut seen = Vec::new();
    let mut query = json!({ "limit": 3 });
    for _ in 0..10 {
        let page = world.call(bob, "GET", LIST, query).ok();
        let data = page["data"].as_array().expect("a list").clone();
        seen.extend(data.iter().map(|m| m["id"].as_str().expect("an id").to_owned()));
        world.say(alice, "another");
        // What a page starts after may be gone by the time the page is asked for.
        if seen.len() == 3 {
            let gone = seen[2].clone();
            world.call(alice, "DELETE", &format!("{SEND}/{gone}"), json!({})).ok();
        }
        if page["cursor"].is_null() {
            break;
        }
        query = json!({ "limit": 3, "cursor": page["cursor"] });
    }
    sent.reverse();
    assert_eq!(seen, sent);
}

#[test]
fn everything_survives_a_restart() {
    let (mut world, alice, bob) = World::chat();
    let first = world.say(alice, "one");
    world.say(bob, "two");
    world.say(alice, "three");
    world.call(bob, "PUT", &format!("{SEND}/{first}/reactions/%F0%9F%91%8D/bob"), json!({})).ok();
    world.call(bob, "POST", "/me/conversations/c/unread", json!({})).ok();
    world.call(alice, "DELETE", "/conversations/c/participants/alice", json!({})).ok();
    world
        .call(alice, "PUT", "/conversations/c/participants/alice", json!({ "notify": false }))
        .ok();
    let boken = world.boken("bob");
    let paths = [
        "/me/conversations",
        "/me/conversations/c",
        LIST,
        "/me/conversations/c/participants",
        "/users/alice",
    ];
    let ask =
        |world: &mut World, conn| paths.map(|path| world.call(conn, "GET", path, json!({})).ok());
    let before = ask(&mut world, bob);
    world.restart();
    let bob = world.connect("bob");
    // A token from before is still good.
    world.call(bob, "POST", "/session/renew", json!({ "token": boken })).ok();
    assert_eq!(ask(&mut world, bob), before);
}
