//! Tests: input that is large, deep or twisted. It is served or refused with a reason, in a time that
//! grows with its length and no faster.

use serde_json::{json, Map, Value};

use super::records::{write, Kind};
use super::state::Message;
use super::testing::{only, refused, World, START};
use super::{views, ConnId, Record};

/// A stored message of Alice's in "c".
fn message(id: &str, at: u64, reply_to: Option<&str>, content: Value) -> Record {
    let message = Message {
        id: id.to_owned(),
        sender: "alice".to_owned(),
        custom: Default::default(),
        created_at: at,
        edited_at: None,
        reply_to: reply_to.map(str::to_owned),
        content: content.as_array().expect("a list").clone(),
        reactions: Default::default(),
    };
    Record { key: Kind::Message.key("demo", &["c", id]), body: write(&message) }
}

fn text(words: &str) -> Value {
    json!([{ "type": "text", "children": [words] }])
}

/// Alice's chat with Bob after a restart, with these messages in it, which are kept as well.
fn with_messages(records: impl IntoIterator<Item = Record>) -> (World, ConnId, ConnId) {
    let (mut world, _, _) = World::chat();
    for Record { key, body } in records {
        world.kept.insert(key, body);
    }
    world.restart();
    world.now += 1_000_000;
    let alice = world.guest("alice");
    let bob = world.guest("bob");
    (world, alice, bob)
}

/// How long `work` takes, in µs: the shortest of so many times, since others use the machine as well.
#[expect(clippy::disallowed_methods, reason = "what is measured is real time")]
fn shortest_of(times: usize, mut work: impl FnMut()) -> u128 {
    let times = (0..times).map(|_| {
        let start = std::time::Instant::now();
        work();
        start.elapsed().as_micros()
    });
    times.min().unwrap_or_default()
}

fn shortest(work: impl FnMut()) -> u128 {
    shortest_of(3, work)
}

#[test]
fn a_chain_of_a_hundred_thousand_replies_is_a_chat_like_others() {
    const LENGTH: u64 = 100_000;
    let name = |n: u64| format!("m{n}");
    let chain = (0..LENGTH).map(|n| {
        let before = n.checked_sub(1).map(name);
        message(&name(n), START + n + 1, before.as_deref(), text("again"))
    });
    let (mut world, alice, bob) = with_messages(chain);
    world.subscribe(alice, "/me/conversations/c/messages");
    let last = name(LENGTH - 1);
    let body = json!({ "content": text("and again"), "referencedMessageId": last });
    for _ in 0..100 {
        world.call(alice, "POST", "/conversations/c/messages", body.clone()).ok();
    }
    let page = world.call(bob, "GET", "/me/conversations/c/messages", json!({ "limit": 100 })).ok();
    assert_eq!(page["data"][99]["referencedMessageId"], json!(last));
    let mine = world.call(bob, "GET", "/me/conversations/c", json!({})).ok();
    assert_eq!(mine["unreadMessageCount"], json!(LENGTH + 100));
    // The end goes, and the beginning: replies to either just stay.
    for gone in [name(0), last] {
        world.call(alice, "DELETE", &format!("/conversations/c/messages/{gone}"), json!({})).ok();
    }
    let second = world.call(bob, "GET", "/me/conversations/c/messages/m1", json!({})).ok();
    assert_eq!(second["referencedMessageId"], Value::Null);
    world.call(bob, "POST", "/me/conversations/c/read", json!({})).ok();
    let mine = world.call(bob, "GET", "/me/conversations/c", json!({})).ok();
    assert_eq!(mine["unreadMessageCount"], 0);
}

#[test]
fn messages_that_refer_to_themselves_and_each_other_are_served() {
    let (mut world, alice, _) = with_messages([
        message("self", START + 1, Some("self"), text("me")),
        message("one", START + 2, Some("other"), text("you")),
        message("other", START + 3, Some("one"), text("no, you")),
    ]);
    let page = world.call(alice, "GET", "/me/conversations/c/messages", json!({})).ok();
    let refer: Vec<&Value> = page["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|message| &message["referencedMessageId"])
        .collect();
    assert_eq!(refer, [&json!("one"), &json!("other"), &json!("self")]);
    for id in ["self", "one", "other"] {
        let path = format!("/conversations/c/messages/{id}");
        world.call(alice, "PATCH", &path, json!({ "content": text("new") })).ok();
        world.call(alice, "DELETE", &path, json!({})).ok();
    }
    // Over the wire nobody makes one: a reply is to a message that is there, and stays one.
    let later = json!({ "content": text("x"), "referencedMessageId": "later" });
    let refusal = world.call(alice, "POST", "/conversations/c/messages", later).refusal();
    assert_eq!(refusal, refused(400, "INVALID_PARAMETERS"));
    let id = world.say(alice, "x");
    let path = format!("/conversations/c/messages/{id}");
    world.call(alice, "PATCH", &path, json!({ "referencedMessageId": id })).ok();
    let path = format!("/me{path}");
    assert_eq!(world.call(alice, "GET", &path, json!({})).ok()["referencedMessageId"], Value::Null);
}

#[test]
fn content_that_nests_too_deep_is_refused_and_never_shown() {
    let nested = |levels: usize| {
        let bold = |inner, _| json!({ "type": "bold", "children": [inner] });
        json!([{ "type": "text", "children": [(0..levels).fold(json!("deep"), bold)] }])
    };
    let stored = message("old", START + 1, None, nested(60));
    let (mut world, alice, bob) = with_messages([stored]);
    world.subscribe(bob, "/me/conversations/c/messages");
    let path = "/conversations/c/messages";
    let before = world.kept.clone();
    for levels in [21, 29, 61] {
        let body = json!({ "content": nested(levels) });
        let (status, _) = world.call(alice, "POST", path, body.clone()).refusal();
        assert_eq!(status, 400, "{levels}");
        let (status, _) = world.call(alice, "PATCH", &format!("{path}/old"), body).refusal();
        assert_eq!(status, 400, "{levels}");
    }
    assert_eq!(world.kept, before, "nothing of it is stored");
    assert_eq!(world.events(bob), Vec::<Value>::new(), "nor told");
    world.call(alice, "POST", path, json!({ "content": nested(20) })).ok();
    // Whatever there is, it comes nowhere near the 128 levels that clients can read.
    for (method, path, data) in [
        ("GET", "/me/conversations/c/messages", json!({})),
        ("GET", "/me/conversations/c/messages/old", json!({})),
        ("GET", "/me/conversations/c/translate", json!({ "ids": ["old"], "lang": "fr" })),
    ] {
        let answer = world.call(bob, method, path, data).ok();
        assert!(depth(&answer) <= 48, "{path}: {} levels", depth(&answer));
        assert!(answer.to_string().contains("deep"), "its text is there");
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[test]
fn nothing_else_that_nests_is_stored_or_sent_back() {
    let (mut world, alice, _) = World::chat();
    let deep = (0..50).fold(json!("x"), |inner, _| json!([inner]));
    let object = json!({ "a": deep });
    for (method, path, data) in [
        ("PUT", "/users/alice", json!({ "custom": object })),
        ("PUT", "/users/alice", json!({ "name": deep })),
        ("PUT", "/users/alice", json!({ "pushTokens": object })),
        ("PUT", "/users/alice", json!({ "email": deep })),
        ("PUT", "/conversations/c", json!({ "custom": object })),
        ("PUT", "/conversations/c", json!({ "welcomeMessages": deep })),
        ("PUT", "/conversations/c/participants/alice", json!({ "access": deep })),
        ("POST", "/conversations/c/messages", json!({ "content": deep })),
        ("POST", "/conversations/c/messages", json!({ "content": text("x"), "custom": object })),
        (
            "POST",
            "/conversations/c/messages",
            json!({ "content": [
            { "type": "text", "children": [
                { "type": "actionLink", "action": "a", "params": object, "children": ["x"] },
            ] },
        ] }),
        ),
        (
            "POST",
            "/conversations/c/messages",
            json!({ "content": text("x"), "referencedMessageId": deep }),
        ),
        ("GET", "/me/conversations", json!({ "filter": deep })),
        ("GET", "/me/conversations", json!({ "filter": { "custom": object } })),
        ("GET", "/me/conversations", json!({ "filter": { "subject": ["oneOf", deep] } })),
        ("GET", "/me/conversations", json!({ "filter": ["any", deep] })),
        ("GET", "/me/conversations", json!({ "cursor": deep })),
        ("GET", "/users", json!({ "ids": deep })),
        ("POST", "/conversations/c/participants", json!({ "actions": object })),
        ("POST", "/session/renew", json!({ "token": deep })),
    ] {
        let answer = world.call(alice, method, path, data.clone());
        assert!(depth(&answer.1) < 5, "{path}");
        assert_eq!(answer.refusal().0, 400, "{method} {path} {data}");
    }
    // Each of many actions has an answer of its own.
    let actions = json!({ "actions": [deep, { "id": "bob", "method": "PUT", "params": deep }] });
    let all = world.call(alice, "POST", "/conversations/c/participants", actions).ok();
    let statuses: Vec<&Value> =
        all["responses"].as_array().expect("a list").iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, [&json!(400), &json!(400)]);
}

#[test]
fn custom_data_is_merged_in_a_time_that_grows_with_its_length() {
    let keys = |name: &str, count: usize| -> Map<String, Value> {
        (0..count).map(|n| (format!("{name}{n}"), json!("0123456789"))).collect()
    };
    let (mut world, alice, bob) = World::chat();
    for path in ["/me/conversations/c", "/users/alice", "/me/conversations/c/messages"] {
        world.subscribe(bob, path);
    }
    let id = world.say(alice, "x");
    let message = format!("/conversations/c/messages/{id}");
    for (method, path) in
        [("PUT", "/conversations/c"), ("PUT", "/users/alice"), ("PATCH", message.as_str())]
    {
        // As many keys are there, and others are added.
        let mut cost = |count: usize| {
            let (old, new) = (keys("old", count), keys("new", count));
            shortest(|| {
                world.call(alice, method, path, json!({ "custom": null })).ok();
                world.call(alice, method, path, json!({ "custom": old })).ok();
                world.hush();
                world.call(alice, method, path, json!({ "custom": new })).ok();
                let events = world.events(bob);
                let told = events[0]["diff"]["custom"].as_object().map(Map::len);
                assert_eq!(told, Some(count), "{path}: only what is new is told");
            })
        };
        // Sixteen times as many; their square would cost 256 times as much.
        let (few, many) = (cost(300), cost(4_800));
        assert!(many < few * 80, "{path}: {few} µs and then {many} µs");
    }
}

/// So many keys of custom data, with short values.
fn keys(count: usize) -> Value {
    (0..count).map(|n| (format!("key{n}"), json!("v"))).collect::<Map<_, _>>().into()
}

/// One request that adds the users with these numbers to "c".
fn add(world: &mut World, alice: ConnId, users: std::ops::Range<usize>) {
    let action = |n| json!({ "id": format!("user{n}"), "method": "PUT", "params": {} });
    let actions: Vec<Value> = users.map(action).collect();
    let path = "/conversations/c/participants";
    let all = world.call(alice, "POST", path, json!({ "actions": actions })).ok();
    let responses = all["responses"].as_array().expect("a list");
    assert!(responses.iter().all(|one| one["status"] == 200), "{responses:?}");
}

fn with_users(count: usize) -> (World, ConnId) {
    let (mut world, alice, _) = World::chat();
    for n in 0..count {
        world.call(alice, "PUT", &format!("/users/user{n}"), json!({ "name": "x" })).ok();
    }
    (world, alice)
}

#[test]
fn custom_data_costs_nothing_where_nobody_is_told_of_it() {
    let (mut world, alice) = with_users(300);
    let mut cost = |count: usize| {
        world.call(alice, "PUT", "/conversations/c", json!({ "custom": null })).ok();
        world.call(alice, "PUT", "/conversations/c", json!({ "custom": keys(count) })).ok();
        let mut part = 0;
        let joining = shortest(|| {
            add(&mut world, alice, part..part + 100);
            part += 100;
        });
        let sending = shortest(|| drop(world.say(alice, "x")));
        for n in 0..300 {
            let path = format!("/conversations/c/participants/user{n}");
            world.call(alice, "DELETE", &path, json!({})).ok();
        }
        (joining, sending)
    };
    let (few, many) = (cost(0), cost(9_000));
    assert!(many.0 < few.0 * 5, "adding 100: {} µs and then {} µs", few.0, many.0);
    assert!(many.1 < few.1 * 5, "sending: {} µs and then {} µs", few.1, many.1);
}

#[test]
fn custom_data_is_written_down_once_for_all_who_are_told_of_it() {
    let (mut world, alice) = with_users(100);
    let sockets: Vec<ConnId> = (0..100).map(|n| world.guest(&format!("user{n}"))).collect();
    for socket in &sockets {
        world.subscribe(*socket, "/me/conversations");
        world.subscribe(*socket, "/me/conversations/c/messages");
    }
    let path = "/conversations/c";
    world.call(alice, "PUT", path, json!({ "custom": keys(3_000) })).ok();
    let input = |world: &World, method: &str, path: &str, data: Value| {
        let text = json!([1, method, path, data, {}]).to_string();
        (world.now, super::Input::Frame { conn: alice, text })
    };
    let actions: Vec<Value> =
        (0..100).map(|n| json!({ "id": format!("user{n}"), "method": "PUT" })).collect();
    let one = shortest(|| drop(views::matter(&world.matter("c")).to_string()));
    for (method, path, data) in [
        ("POST", "/conversations/c/participants", json!({ "actions": actions })),
        ("PUT", "/conversations/c", json!({ "custom": keys(6_000) })),
        (
            "POST",
            "/conversations/c/messages",
            json!({ "content": text("x"), "custom": keys(3_000) }),
        ),
    ] {
        let (now, input) = input(&world, method, path, data);
        let mut input = Some(input);
        let all = shortest_of(1, || drop(world.hub.handle(now, input.take().expect("once"))));
        assert!(all < one * 40, "{method} {path}: {one} µs for one, {all} µs for a hundred");
    }
}

#[test]
fn who_is_added_gets_what_a_request_would_give() {
    let (mut world, alice) = with_users(3);
    let custom = json!({ "a": "\"}{", "b": "" });
    world.call(alice, "PUT", "/conversations/c", json!({ "custom": custom, "subject": "s" })).ok();
    world.say(alice, "x");
    let listeners: Vec<ConnId> = (0..3).map(|n| world.guest(&format!("user{n}"))).collect();
    for (listener, feed) in listeners.iter().zip(["/me/conversations", "/me/conversations/c"]) {
        world.subscribe(*listener, feed);
    }
    world.hush();
    add(&mut world, alice, 0..3);
    for listener in &listeners[..2] {
        let event = only(world.events(*listener));
        let state = world.call(*listener, "GET", "/me/conversations/c", json!({})).ok();
        let wanted = json!({ "type": "side.created", "conversationId": "c", "state": state });
        assert_eq!(event, wanted);
    }
    assert_eq!(world.events(listeners[2]), Vec::<Value>::new(), "who listens to nothing");
}

#[test]
fn a_participant_costs_no_more_in_a_large_conversation() {
    let (mut world, alice) = with_users(2_300);
    let mut part = 0;
    let mut cost = || {
        shortest(|| {
            add(&mut world, alice, part..part + 100);
            part += 100;
        })
    };
    let small = cost();
    for _ in 0..5 {
        cost();
    }
    let large = cost();
    assert!(large < small * 3, "{small} µs among few, {large} µs among many");
    // Also by themselves.
    let alone = |world: &mut World, id: &str| {
        let path = format!("/conversations/{id}/participants/user0");
        shortest(|| {
            world.call(alice, "PUT", &path, json!({})).ok();
            world.call(alice, "DELETE", &path, json!({})).ok();
        })
    };
    world.call(alice, "DELETE", "/conversations/c/participants/user0", json!({})).ok();
    world.call(alice, "PUT", "/conversations/few", json!({})).ok();
    world.call(alice, "PUT", "/conversations/few/participants/alice", json!({})).ok();
    let (few, many) = (alone(&mut world, "few"), alone(&mut world, "c"));
    assert!(many < few * 5, "alone: {few} µs among few, {many} µs among many");
}

#[test]
fn what_each_request_may_add_to_has_an_end() {
    let (mut world, alice, _) = World::chat();
    let id = world.say(alice, "x");
    let message = format!("/conversations/c/messages/{id}");
    let numbered = |from: usize, to: usize, value: &Value| -> Value {
        (from..to).map(|n| (format!("{n}"), value.clone())).collect::<Map<_, _>>().into()
    };
    for (method, path, name, value, long) in [
        ("PUT", "/users/alice", "custom", json!("v"), ("x".repeat(200_000), json!("v"))),
        ("PUT", "/users/alice", "custom", json!("v"), ("x".into(), "v".repeat(200_000).into())),
        ("PUT", "/users/alice", "pushTokens", json!(true), ("x".repeat(200_000), json!(true))),
        ("PUT", "/conversations/c", "custom", json!("v"), ("x".into(), "v".repeat(200_000).into())),
        ("PATCH", &*message, "custom", json!("v"), ("x".into(), "v".repeat(200_000).into())),
    ] {
        let mut set = |value: Value| world.call(alice, method, path, json!({ name: value }));
        set(Value::Null).ok();
        set(numbered(0, 6_000, &value)).ok();
        let answer = set(numbered(6_000, 10_001, &value));
        let reason = format!("\"{name}\" would have 10001 keys; the most is 10000.");
        assert_eq!(answer.1["reasons"][0], json!(reason), "{path}");
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"));
        set(numbered(6_000, 10_000, &value)).ok();
        // Others in their place are no more.
        set(json!({ "0": null, "new": value })).ok();

        set(Value::Null).ok();
        let piece = |n: usize| json!({ format!("{n}{}", long.0): long.1 });
        (0..5).for_each(|n| drop(set(piece(n)).ok()));
        let answer = set(piece(5));
        let reason = answer.1["reasons"][0].as_str().unwrap_or_default().to_owned();
        assert!(reason.ends_with(" bytes as JSON; the most is 1048576."), "{path}: {reason}");
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"));
        set(Value::Null).ok();
    }
}

#[test]
fn what_was_kept_before_there_was_an_end_may_be_made_smaller() {
    let (mut world, _, _) = World::chat();
    let key = Kind::Conversation.key("demo", &["c"]);
    let mut matter = world.matter("c");
    matter.custom = (0..12_000).map(|n| (n.to_string(), "v".to_owned())).collect();
    world.kept.insert(key, write(&matter));
    world.restart();
    let alice = world.guest("alice");
    let mut set = |custom: Value| {
        world.call(alice, "PUT", "/conversations/c", json!({ "custom": custom, "subject": "s" }))
    };
    assert_eq!(set(json!({ "more": "v" })).refusal(), refused(400, "INVALID_PARAMETERS"));
    set(json!({ "0": null })).ok();
    set(json!({})).ok();
}

#[test]
fn ids_with_half_a_character_are_refused() {
    let (mut world, alice, _) = World::chat();
    for frame in [
        r#"[1,"GET","/users",{"ids":["\ud800"]},{}]"#,
        r#"[1,"GET","/users",{"ids":["a\udc00"]},{}]"#,
        r#"[1,"PUT","/users/alice",{"custom":{"\ud800":"x"}},{}]"#,
        r#"[1,"PUT","/users/\ud83d",{"name":"x"},{}]"#,
        r#"[1,"PUT","/users/%ED%A0%80",{"name":"x"},{}]"#,
        r#"[1,"SUBSCRIBE","/users/%ED%A0%80/online",{},{}]"#,
        r#"[1,"PUT","/users/%F0%9F%91",{"name":"x"},{}]"#,
    ] {
        world.text(alice, frame);
        let answer = world.frames.get_mut(&alice).and_then(Vec::pop).expect("an answer");
        assert_eq!((&answer[0], &answer[1]), (&json!(1), &json!(400)), "{frame}: {answer}");
        assert!(answer[2]["reasons"][0].as_str().is_some_and(|reason| reason.len() > 20));
    }
}

#[test]
fn a_huge_number_of_anything_is_refused() {
    let (mut world, alice, _) = World::chat();
    let many: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
    let parts: Vec<Value> = many.iter().map(|_| json!({})).collect();
    for (method, path, data) in [
        ("GET", "/users", json!({ "ids": many })),
        ("SUBSCRIBE", "/users", json!({ "ids": many })),
        ("UNSUBSCRIBE", "/users", json!({ "ids": many })),
        ("GET", "/me/conversations/c/translate", json!({ "ids": many, "lang": "fr" })),
        ("POST", "/conversations/c/participants", json!({ "actions": parts })),
        ("GET", "/me/conversations", json!({ "filter": ["any", parts] })),
        ("GET", "/me/conversations", json!({ "filter": { "subject": ["oneOf", many] } })),
        ("GET", "/me/conversations", json!({ "limit": 100_000 })),
        ("POST", "/conversations/c/messages", json!({ "content": parts })),
    ] {
        let answer = world.call(alice, method, path, data);
        assert_eq!(answer.refusal().0, 400, "{method} {path}");
    }
}
