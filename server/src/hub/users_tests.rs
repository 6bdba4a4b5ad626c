//! Tests: users and presence.

use serde_json::json;

use super::super::testing::{only, refused, types, World};

#[test]
fn a_user_is_created_with_defaults() {
    let mut world = World::new();
    let conn = world.guest("alice");
    world.call(conn, "PUT", "/users/alice", json!({ "name": "Alice" })).ok();
    let wanted = json!({
        "id": "alice", "name": "Alice", "custom": {}, "locale": null,
        "photoUrl": null, "role": "default", "welcomeMessage": null,
    });
    assert_eq!(world.call(conn, "GET", "/users/alice", json!({})).ok(), wanted);
}

#[test]
fn a_new_user_needs_a_name() {
    let mut world = World::new();
    let conn = world.guest("alice");
    for params in [json!({}), json!({ "name": null }), json!({ "name": 5 })] {
        for method in ["PUT", "POST"] {
            let answer = world.call(conn, method, "/users/alice", params.clone());
            assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"), "{params}");
        }
    }
    assert_eq!(world.kept.keys().filter(|key| key.kind == "user").count(), 0);
}

#[test]
fn creating_twice_is_409_and_changes_nothing() {
    let mut world = World::new();
    let conn = world.member("alice");
    let answer = world.call(conn, "POST", "/users/alice", json!({ "name": "Other" }));
    assert_eq!(answer.refusal(), refused(409, "USER_ALREADY_EXISTS"));
    assert_eq!(world.call(conn, "GET", "/users/alice", json!({})).ok()["name"], "alice");
}

#[test]
fn set_changes_what_is_given_and_resets_what_is_null() {
    let mut world = World::new();
    let conn = world.member("alice");
    let all = json!({
        "custom": { "a": "1", "b": "2" }, "locale": "de", "photoUrl": "p", "role": "admin",
        "welcomeMessage": "w", "email": ["a@b"], "phone": "123", "pushTokens": { "fcm:1": true },
    });
    world.call(conn, "PUT", "/users/alice", all).ok();
    let some = json!({ "custom": { "a": null, "c": "3" }, "locale": null, "role": null });
    world.call(conn, "PUT", "/users/alice", some).ok();
    let user = world.call(conn, "GET", "/users/alice", json!({})).ok();
    assert_eq!(user["custom"], json!({ "b": "2", "c": "3" }));
    assert_eq!((&user["locale"], &user["role"]), (&json!(null), &json!("default")));
    assert_eq!((&user["photoUrl"], &user["welcomeMessage"]), (&json!("p"), &json!("w")));
    assert_eq!(user.get("email"), None, "addresses are private");
    world.call(conn, "PUT", "/users/alice", json!({ "custom": null })).ok();
    assert_eq!(world.call(conn, "GET", "/users/alice", json!({})).ok()["custom"], json!({}));
}

#[test]
fn wrong_types_are_refused_whole() {
    let mut world = World::new();
    let conn = world.member("alice");
    for params in [
        json!({ "name": null }),
        json!({ "custom": "x" }),
        json!({ "custom": { "a": 1 } }),
        json!({ "custom": ["a"] }),
        json!({ "locale": 5 }),
        json!({ "photoUrl": {} }),
        json!({ "role": [] }),
        json!({ "email": [1] }),
        json!({ "phone": 1 }),
        json!({ "availabilityText": 5 }),
        json!({ "availabilityText": ["a"] }),
        json!({ "pushTokens": { "a": true, "b": false } }),
        json!({ "pushTokens": { "a": "true" } }),
        json!({ "pushTokens": ["a"] }),
        json!({ "pushTokens": "a" }),
    ] {
        let mut params = params;
        params["welcomeMessage"] = "changed".into();
        let answer = world.call(conn, "PUT", "/users/alice", params.clone());
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"), "{params}");
    }
    let user = world.call(conn, "GET", "/users/alice", json!({})).ok();
    assert_eq!(user["welcomeMessage"], json!(null));
    assert_eq!(kept(&mut world, "alice")["pushTokens"], json!([]));
}

#[test]
fn a_wrong_type_is_told_by_name() {
    let mut world = World::new();
    let conn = world.member("alice");
    for (params, wanted) in [
        (json!({ "availabilityText": 5 }), "\"availabilityText\" must be a string, not 5."),
        (
            json!({ "pushTokens": { "fcm:1": false } }),
            "\"pushTokens.fcm:1\" must be true (or null, to remove the device), not false.",
        ),
        (
            json!({ "pushTokens": ["fcm:1"] }),
            "\"pushTokens\" must be an object whose values are true (or null, to remove a device), \
             not a list of 1.",
        ),
    ] {
        let answer = world.call(conn, "PUT", "/users/alice", params);
        assert_eq!(answer.1["reasons"], json!([wanted]));
    }
}

#[test]
fn an_availability_text_is_kept_and_shown_to_nobody() {
    let mut world = World::new();
    let (alice, bob) = (world.guest("alice"), world.member("bob"));
    world.subscribe(bob, "/users/alice");
    let new = json!({ "name": "Alice", "availabilityText": "Back soon" });
    world.call(alice, "POST", "/users/alice", new).ok();
    assert_eq!(only(world.events(bob))["state"].get("availabilityText"), None);
    assert_eq!(kept(&mut world, "alice")["availabilityText"], "Back soon");

    world.call(alice, "PUT", "/users/alice", json!({ "availabilityText": "Away 🐈" })).ok();
    world.call(alice, "PUT", "/users/alice", json!({ "locale": null })).ok();
    assert_eq!(world.publishes(bob), 0, "nobody sees it, so it is no news");
    world.restart();
    assert_eq!(kept(&mut world, "alice")["availabilityText"], "Away 🐈");

    let bob = world.guest("bob");
    for data in [json!({}), json!({ "includePrivateFields": true })] {
        let user = world.call(bob, "GET", "/users/alice", data).ok();
        assert_eq!((&user["name"], user.get("availabilityText")), (&json!("Alice"), None));
    }
    world.call(bob, "PUT", "/users/alice", json!({ "availabilityText": null })).ok();
    assert_eq!(kept(&mut world, "alice")["availabilityText"], json!(null));
}

#[test]
fn a_user_that_was_kept_before_there_was_an_availability_text_is_still_known() {
    let mut world = World::new();
    world.member("alice");
    let body = world.kept.iter_mut().find(|(key, _)| key.kind == "user").map(|(_, body)| body);
    let body = body.expect("a user");
    let mut old: serde_json::Value = serde_json::from_str(body).expect("JSON");
    let gone = old.as_object_mut().and_then(|old| old.remove("availability_text"));
    assert_eq!(gone, Some(json!(null)), "what was kept has it now");
    *body = old.to_string();
    world.restart();
    let user = kept(&mut world, "alice");
    assert_eq!((&user["name"], &user["availabilityText"]), (&json!("alice"), &json!(null)));
}

#[test]
fn one_device_of_many_is_registered_once_and_removed_alone() {
    let mut world = World::new();
    let alice = world.member("alice");
    let mut set = |tokens: serde_json::Value| {
        let data = json!({ "pushTokens": tokens });
        world.call(alice, "PUT", "/users/alice", data).ok();
        kept(&mut world, "alice")["pushTokens"].clone()
    };
    assert_eq!(set(json!({ "fcm:1": true })), json!(["fcm:1"]));
    assert_eq!(set(json!({ "fcm:1": true })), json!(["fcm:1"]));
    assert_eq!(set(json!({ "apns:1": true, "fcm:2": true })), json!(["apns:1", "fcm:1", "fcm:2"]));
    assert_eq!(set(json!({ "fcm:1": null, "fcm:9": null })), json!(["apns:1", "fcm:2"]));
    assert_eq!(set(json!({})), json!(["apns:1", "fcm:2"]));
    assert_eq!(set(json!(null)), json!([]));
}

#[test]
fn many_users_are_read_at_once() {
    let mut world = World::new();
    let conn = world.member("alice");
    world.member("ü/🐈");
    let answer = world.call(conn, "GET", "/users", json!({ "ids": ["alice", "ghost", "ü/🐈"] }));
    let users = answer.ok();
    assert_eq!(users.as_object().map(|users| users.len()), Some(2));
    assert_eq!(users["ü/🐈"]["name"], "ü/🐈");
    let ids: Vec<String> = (0..1001).map(|n| n.to_string()).collect();
    world.call(conn, "GET", "/users", json!({ "ids": ids[1..] })).ok();
    for ids in [json!(ids), json!("alice"), json!([1]), json!([""]), json!(null)] {
        let answer = world.call(conn, "GET", "/users", json!({ "ids": ids }));
        assert_eq!(answer.refusal().0, 400);
    }
}

#[test]
fn nobody_is_404() {
    let mut world = World::new();
    let conn = world.guest("alice");
    for path in ["/users/ghost", "/users/ghost/online", "/me/conversations"] {
        let answer = world.call(conn, "GET", path, json!({}));
        assert_eq!(answer.refusal(), refused(404, "USER_NOT_FOUND"), "{path}");
    }
}

#[test]
fn subscribers_hear_of_a_user() {
    let mut world = World::new();
    let (alice, bob) = (world.member("alice"), world.member("bob"));
    world.call(bob, "SUBSCRIBE", "/users", json!({ "ids": ["carol", "alice"] })).ok();
    world.call(alice, "PUT", "/users/carol", json!({ "name": "Carol" })).ok();
    let event = only(world.events(bob));
    assert_eq!((&event["type"], &event["userId"]), (&json!("user.created"), &json!("carol")));
    assert_eq!(event["state"]["name"], "Carol");

    world.call(alice, "PUT", "/users/carol", json!({ "name": "C", "custom": { "a": "1" } })).ok();
    let event = only(world.events(bob));
    assert_eq!(event["type"], "user.edited");
    assert_eq!(event["diff"], json!({ "name": "C", "custom": { "a": "1" } }));

    // Nothing new, or nothing that anybody can see.
    world.call(alice, "PUT", "/users/carol", json!({ "name": "C" })).ok();
    world.call(alice, "PUT", "/users/carol", json!({ "email": "c@d" })).ok();
    assert_eq!(world.events(bob), Vec::<serde_json::Value>::new());

    world.call(bob, "UNSUBSCRIBE", "/users/carol", json!({})).ok();
    world.call(alice, "PUT", "/users/carol", json!({ "name": "D" })).ok();
    world.call(alice, "PUT", "/users/alice", json!({ "name": "A" })).ok();
    assert_eq!(only(world.events(bob))["userId"], "alice");
}

#[test]
fn a_list_hears_that_its_user_exists_now() {
    let mut world = World::new();
    let conn = world.guest("alice");
    world.subscribe(conn, "/me/conversations");
    world.call(conn, "PUT", "/users/alice", json!({ "name": "A" })).ok();
    assert_eq!(types(&world.events(conn)), ["user.created"]);
    // Once, also to a socket that asked for the user as well.
    let conn = world.guest("bob");
    world.subscribe(conn, "/me/conversations");
    world.subscribe(conn, "/users/bob");
    world.call(conn, "PUT", "/users/bob", json!({ "name": "B" })).ok();
    assert_eq!(types(&world.events(conn)), ["user.created"]);
}

#[test]
fn presence_follows_the_sockets_of_a_user() {
    let mut world = World::new();
    let bob = world.member("bob");
    world.subscribe(bob, "/users/alice/online");
    let first = world.member("alice");
    let event = only(world.events(bob));
    assert_eq!(event["type"], "user.online.changed");
    assert_eq!(event["diff"], json!({ "isConnected": true }));
    let online = |world: &mut World| {
        world.call(bob, "GET", "/users/alice/online", json!({})).ok()["isConnected"] == true
    };
    assert!(online(&mut world));
    // A second socket changes nothing, nor does one that never logs in.
    let second = world.guest("alice");
    let third = world.connect("alice");
    for conn in [first, third] {
        world.feed(super::super::Input::Disconnected { conn });
    }
    assert!(online(&mut world));
    assert_eq!(world.publishes(bob), 0);
    world.feed(super::super::Input::Disconnected { conn: second });
    assert_eq!(only(world.events(bob))["diff"], json!({ "isConnected": false }));
    assert!(!online(&mut world));
}

/// What is kept of a user, also what no client is shown.
#[track_caller]
fn kept(world: &mut World, user: &str) -> serde_json::Value {
    match world.ask(super::super::Ask::User { app: None, user: user.to_owned() }) {
        Ok(super::super::Reply::User(user)) => user,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_test_can_see_what_no_client_is_shown() {
    let mut world = World::new();
    let alice = world.member("alice");
    let set = |world: &mut World, params: serde_json::Value| {
        world.call(alice, "PUT", "/users/alice", params).ok();
        kept(world, "alice")
    };
    let both = json!({ "pushTokens": { "fcm:1": true, "apns:2": true }, "email": ["a@b.c"] });
    let user = set(&mut world, both);
    assert_eq!(user["pushTokens"], json!(["apns:2", "fcm:1"]));
    assert_eq!((&user["email"], &user["name"]), (&json!(["a@b.c"]), &json!("alice")));
    let user = set(&mut world, json!({ "pushTokens": { "fcm:1": null } }));
    assert_eq!(user["pushTokens"], json!(["apns:2"]));
    world.restart();
    let alice = world.guest("alice");
    let seen = world.call(alice, "GET", "/users/alice", json!({ "includePrivateFields": true }));
    assert_eq!(seen.ok().get("pushTokens"), None);
    assert_eq!(kept(&mut world, "alice")["pushTokens"], json!(["apns:2"]));
    let nobody = super::super::Ask::User { app: None, user: "ghost".to_owned() };
    assert_eq!(world.ask(nobody).map_err(|error| error.code), Err("USER_NOT_FOUND"));
}
