//! Tests: conversations, the list of them, reading.

use serde_json::{json, Value};

use super::super::testing::{only, refused, World, START};

#[test]
fn a_conversation_is_seen_from_ones_own_side() {
    let mut world = World::new();
    let alice = world.member("alice");
    let params = json!({ "subject": "S", "welcomeMessages": ["w"], "custom": { "a": "1" } });
    world.call(alice, "PUT", "/conversations/c", params).ok();
    world.now += 5;
    let mine = json!({ "access": "Read", "notify": "MentionsOnly" });
    world.call(alice, "PUT", "/conversations/c/participants/alice", mine).ok();
    let wanted = json!({
        "id": "c", "subject": "S", "photoUrl": null, "welcomeMessages": ["w"],
        "custom": { "a": "1" }, "createdAt": START, "joinedAt": START + 5,
        "lastMessageAt": START + 5, "unreadMessageCount": 0, "isUnread": false,
        "access": "Read", "notify": "MentionsOnly",
        "readUntil": START + 5, "everyoneReadUntil": START + 5,
    });
    assert_eq!(world.call(alice, "GET", "/me/conversations/c", json!({})).ok(), wanted);
}

#[test]
fn only_participants_read() {
    let (mut world, alice, _) = World::chat();
    let message = world.say(alice, "hi");
    let carol = world.guest("carol");
    for path in [
        "/me/conversations/c".to_owned(),
        "/me/conversations/c/messages".to_owned(),
        format!("/me/conversations/c/messages/{message}"),
        format!("/me/conversations/c/messages/{message}/reactions/%F0%9F%91%8D"),
        "/me/conversations/c/participants".to_owned(),
        "/me/conversations/c/participants/alice".to_owned(),
        "/me/conversations/c/participants/carol".to_owned(),
        "/me/conversations/c/typing".to_owned(),
    ] {
        let answer = world.call(carol, "GET", &path, json!({}));
        assert_eq!(answer.refusal(), refused(403, "NOT_A_PARTICIPANT"), "{path}");
        let answer = world.call(carol, "GET", &path.replace("/c/", "/d/"), json!({}));
        if path.contains("/c/") {
            assert_eq!(answer.refusal(), refused(404, "CONVERSATION_NOT_FOUND"), "{path}");
        }
    }
    for what in ["read", "unread", "typing"] {
        let path = format!("/me/conversations/c/{what}");
        let answer = world.call(carol, "POST", &path, json!({}));
        assert_eq!(answer.refusal(), refused(403, "NOT_A_PARTICIPANT"), "{path}");
    }
    let list = world.call(carol, "GET", "/me/conversations", json!({})).ok();
    assert_eq!(list, json!({ "data": [], "cursor": null }));
}

#[test]
fn outsiders_hear_nothing() {
    let (mut world, alice, _) = World::chat();
    let carol = world.guest("carol");
    for path in ["", "/c", "/c/messages", "/c/participants", "/c/typing"] {
        world.subscribe(carol, &format!("/me/conversations{path}"));
    }
    world.say(alice, "secret");
    world.call(alice, "PUT", "/conversations/c", json!({ "subject": "secret" })).ok();
    world.call(alice, "POST", "/me/conversations/c/typing", json!({})).ok();
    world.call(alice, "DELETE", "/conversations/c/participants/bob", json!({})).ok();
    assert_eq!(world.events(carol), Vec::<Value>::new());
}

#[test]
fn creating_twice_is_409() {
    let (mut world, alice, _) = World::chat();
    let answer = world.call(alice, "POST", "/conversations/c", json!({ "subject": "new" }));
    assert_eq!(answer.refusal(), refused(409, "CONVERSATION_ALREADY_EXISTS"));
    let conversation = world.call(alice, "GET", "/me/conversations/c", json!({})).ok();
    assert_eq!(conversation["subject"], json!(null));
}

#[test]
fn who_does_not_exist_creates_nothing() {
    let mut world = World::new();
    let ghost = world.guest("ghost");
    let answer = world.call(ghost, "PUT", "/conversations/c", json!({}));
    assert_eq!(answer.refusal(), refused(404, "USER_NOT_FOUND"));
    let actions = json!({ "actions": [{ "id": "ghost", "method": "PUT", "params": {} }] });
    world.member("alice");
    let alice = world.guest("alice");
    world.call(alice, "PUT", "/conversations/c", json!({})).ok();
    let body = world.call(ghost, "POST", "/conversations/c/participants", actions).ok();
    assert_eq!(body["responses"][0]["errorCode"], "USER_NOT_FOUND");
}

#[test]
fn an_edit_is_told_to_all_with_the_smallest_diff() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(alice, "/me/conversations/c");
    world.subscribe(bob, "/me/conversations");
    world.subscribe(bob, "/me/conversations/c");
    let params = json!({ "subject": "S", "access": "Read", "notify": false });
    world.call(alice, "PUT", "/conversations/c", params.clone()).ok();
    let wanted = json!({
        "type": "conversation.edited", "conversationId": "c", "diff": { "subject": "S" },
    });
    assert_eq!(only(world.events(alice)), wanted);
    assert_eq!(only(world.events(bob)), wanted, "once, whatever the subscriptions");
    world.call(alice, "PUT", "/conversations/c", params).ok();
    assert_eq!((world.publishes(alice), world.publishes(bob)), (0, 0));
}

#[test]
fn what_changes_nothing_writes_nothing() {
    let (mut world, alice, _) = World::chat();
    let id = world.say(alice, "hi");
    let message = format!("/conversations/c/messages/{id}");
    let same = json!({ "content": [{ "type": "text", "children": ["hi"] }] });
    let writes = world.writes;
    for (method, path, data) in [
        ("PUT", "/users/alice", json!({ "name": "alice" })),
        ("PUT", "/conversations/c", json!({ "subject": null })),
        ("PUT", "/conversations/c/participants/bob", json!({ "notify": true })),
        ("POST", "/me/conversations/c/read", json!({})),
        ("POST", "/me/conversations/c/typing", json!({})),
        ("PATCH", &message, same),
    ] {
        world.call(alice, method, path, data).ok();
        assert_eq!(world.writes, writes, "{method} {path}");
    }
    world.call(alice, "POST", "/me/conversations/c/unread", json!({})).ok();
    assert_eq!(world.writes, writes + 1, "one's own part, and not those of all");
}

#[test]
fn joining_brings_the_whole_side() {
    let (mut world, alice, _) = World::chat();
    let carol = world.guest("carol");
    world.subscribe(carol, "/me/conversations/c/messages");
    world.call(alice, "PUT", "/conversations/c/participants/carol", json!({})).ok();
    let event = only(world.events(carol));
    assert_eq!((&event["type"], &event["conversationId"]), (&json!("side.created"), &json!("c")));
    let mine = world.call(carol, "GET", "/me/conversations/c", json!({})).ok();
    assert_eq!(event["state"], mine);
    world.call(alice, "DELETE", "/conversations/c/participants/carol", json!({})).ok();
    let event = only(world.events(carol));
    assert_eq!(event, json!({ "type": "side.deleted", "conversationId": "c" }));
    world.say(alice, "behind her back");
    assert_eq!(world.publishes(carol), 0);
}

#[test]
fn unread_counts_rise_and_reading_clears_them() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, "/me/conversations");
    world.subscribe(alice, "/me/conversations/c");
    world.say(alice, "one");
    let first = world.now;
    world.now += 10;
    world.say(alice, "two");
    let diffs: Vec<Value> = world.events(bob).iter().map(|event| event["diff"].clone()).collect();
    assert_eq!(
        diffs,
        [
            json!({ "lastMessageAt": first, "unreadMessageCount": 1, "isUnread": true }),
            json!({ "lastMessageAt": first + 10, "unreadMessageCount": 2 }),
        ]
    );
    // Whoever sends has read; the other has not, so nothing is read by everyone.
    let mine: Vec<Value> = world.events(alice).iter().map(|event| event["diff"].clone()).collect();
    assert_eq!(mine[1], json!({ "lastMessageAt": first + 10, "readUntil": first + 10 }));

    world.now += 10;
    world.call(bob, "POST", "/me/conversations/c/read", json!({})).ok();
    let diff = only(world.events(bob))["diff"].clone();
    assert_eq!(
        diff,
        json!({
            "unreadMessageCount": 0, "isUnread": false,
            "readUntil": first + 20, "everyoneReadUntil": first + 10,
        })
    );
    assert_eq!(only(world.events(alice))["diff"], json!({ "everyoneReadUntil": first + 10 }));

    // There is nothing more to read: clients may call this as often as they like.
    world.now += 10;
    world.call(bob, "POST", "/me/conversations/c/read", json!({})).ok();
    assert_eq!((world.publishes(bob), world.publishes(alice)), (0, 0));
}

#[test]
fn marking_unread_needs_no_message() {
    let (mut world, alice, _) = World::chat();
    world.subscribe(alice, "/me/conversations/c");
    world.call(alice, "POST", "/me/conversations/c/unread", json!({})).ok();
    assert_eq!(only(world.events(alice))["diff"], json!({ "isUnread": true }));
    world.call(alice, "POST", "/me/conversations/c/unread", json!({})).ok();
    assert_eq!(world.publishes(alice), 0);
    world.call(alice, "POST", "/me/conversations/c/read", json!({})).ok();
    assert_eq!(only(world.events(alice))["diff"]["isUnread"], false);
    world.call(alice, "POST", "/me/conversations/c/unread", json!({})).ok();
    world.hush();
    world.say(alice, "an answer");
    assert_eq!(only(world.events(alice))["diff"]["isUnread"], false, "sending is reading");
}

#[test]
fn the_list_is_in_order_and_comes_in_pages() {
    let mut world = World::new();
    let alice = world.member("alice");
    // Three pairs that joined at the same time, so that the ids decide.
    for (at, id) in ["e", "f", "c", "d", "a", "b"].into_iter().enumerate() {
        world.now = START + (at as u64 / 2) * 100;
        world.call(alice, "PUT", &format!("/conversations/{id}"), json!({})).ok();
        let path = format!("/conversations/{id}/participants/alice");
        world.call(alice, "PUT", &path, json!({})).ok();
    }
    world.now += 100;
    world.say(alice, "c goes first");
    let mut ids = Vec::new();
    let mut query = json!({ "limit": 4, "filter": {} });
    let mut pages = 0;
    for _ in 0..10 {
        let page = world.call(alice, "GET", "/me/conversations", query).ok();
        let data = page["data"].as_array().expect("a list");
        ids.extend(data.iter().map(|c| c["id"].as_str().expect("an id").to_owned()));
        pages += 1;
        if page["cursor"].is_null() {
            break;
        }
        query = json!({ "limit": 1, "cursor": page["cursor"] });
    }
    assert_eq!(ids, ["c", "a", "b", "d", "e", "f"]);
    assert_eq!(pages, 3, "no empty last page");
}

#[test]
fn bad_pages_are_refused() {
    let (mut world, alice, _) = World::chat();
    for path in ["/me/conversations", "/me/conversations/c/messages"] {
        world.call(alice, "GET", path, json!({ "limit": 100 })).ok();
        for query in [
            json!({ "limit": 0 }),
            json!({ "limit": 101 }),
            json!({ "limit": 1.5 }),
            json!({ "limit": "5" }),
            json!({ "cursor": "nonsense" }),
            json!({ "cursor": 7 }),
        ] {
            let answer = world.call(alice, "GET", path, query.clone());
            assert_eq!(answer.refusal().0, 400, "{path} {query}");
        }
    }
}

#[test]
fn a_cursor_carries_the_filter_along() {
    let (mut world, alice, _) = World::chat();
    for n in 0..9 {
        let subject = if n % 2 == 0 { "even" } else { "odd" };
        let path = format!("/conversations/n{n}");
        world.call(alice, "PUT", &path, json!({ "subject": subject })).ok();
        world.call(alice, "PUT", &format!("{path}/participants/alice"), json!({})).ok();
        world.now += 1;
    }
    let ids = |page: &Value| -> Vec<String> {
        let items = page["data"].as_array().expect("a list");
        items.iter().map(|item| item["id"].as_str().unwrap_or("?").to_owned()).collect()
    };
    let filter = json!({ "subject": ["==", "even"] });
    let query = json!({ "limit": 3, "filter": filter });
    let first = world.call(alice, "GET", "/me/conversations", query).ok();
    assert_eq!(ids(&first), ["n8", "n6", "n4"]);
    let query = json!({ "limit": 3, "cursor": first["cursor"] });
    let rest = world.call(alice, "GET", "/me/conversations", query).ok();
    assert_eq!((ids(&rest), &rest["cursor"]), (vec!["n2".into(), "n0".into()], &Value::Null));

    let wrong = json!({ "filter": { "unread": true } });
    let answer = world.call(alice, "GET", "/me/conversations", wrong);
    assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"));
}

#[test]
fn a_message_is_never_as_old_as_a_joining() {
    let (mut world, alice, _) = World::chat();
    let path = "/conversations/c/participants/carol";
    world.call(alice, "PUT", path, json!({})).ok();
    world.subscribe(alice, "/me/conversations");
    world.say(alice, "at once");
    let carol = world.guest("carol");
    let seen = world.call(carol, "GET", "/me/conversations/c", json!({})).ok();
    assert!(seen["lastMessageAt"].as_u64() > seen["joinedAt"].as_u64(), "{seen}");
}

#[test]
fn wrong_types_are_refused() {
    let (mut world, alice, _) = World::chat();
    for params in [
        json!({ "subject": 5 }),
        json!({ "photoUrl": [] }),
        json!({ "welcomeMessages": "w" }),
        json!({ "welcomeMessages": [1] }),
        json!({ "custom": { "a": {} } }),
    ] {
        let answer = world.call(alice, "PUT", "/conversations/c", params.clone());
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"), "{params}");
    }
}

#[test]
fn without_syncing_only_ones_own_notify_can_be_set() {
    let (world, _, _) = World::chat();
    let records = world.kept;
    let mut closed = World::set_up(json!({ "sync": false }));
    closed.kept = records;
    closed.restart();
    let conn = closed.guest("alice");
    let answer = closed.call(conn, "PUT", "/conversations/c", json!({}));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_EDIT"));
    let mut set = |user: &str, params: Value| {
        closed.call(conn, "PUT", &format!("/conversations/c/participants/{user}"), params)
    };
    let no = refused(403, "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
    assert_eq!(set("alice", json!({ "access": "Read" })).refusal(), no);
    assert_eq!(set("bob", json!({ "notify": false })).refusal(), no);
    assert_eq!(set("carol", json!({})).refusal(), no);
    set("alice", json!({ "notify": false, "subject": "ignored" })).ok();
}
