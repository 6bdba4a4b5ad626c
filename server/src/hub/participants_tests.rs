//! Tests: joining, leaving, adding and removing.

use serde_json::{json, Value};

use super::super::testing::{only, refused, types, World};

const PATH: &str = "/conversations/c/participants";

fn act(world: &mut World, conn: u64, actions: Value) -> Vec<Value> {
    let body = world.call(conn, "POST", PATH, json!({ "actions": actions })).ok();
    body["responses"].as_array().expect("responses").clone()
}

#[test]
fn each_action_has_its_own_answer() {
    let (mut world, alice, _) = World::chat();
    let answers = act(
        &mut world,
        alice,
        json!([
            { "id": "carol", "method": "POST", "params": { "access": "Read" } },
            { "id": "carol", "method": "POST", "params": {} },
            { "id": "ghost", "method": "PUT", "params": {} },
            { "id": "dave", "method": "PATCH", "params": {} },
            { "id": "bob", "method": "PUT", "params": { "access": "Admin" } },
            { "id": "bob", "method": "PATCH", "params": { "notify": false } },
            { "id": "bob", "method": "FETCH", "params": {} },
            { "id": "", "method": "PUT" },
            { "method": "PUT" },
            { "id": "bob", "method": "PATCH", "params": 5 },
            "bob",
            { "id": "bob", "method": "PATCH" },
            { "id": "carol", "method": "DELETE" },
            { "id": "carol", "method": "DELETE" },
        ]),
    );
    let statuses: Vec<u64> = answers.iter().filter_map(|a| a["status"].as_u64()).collect();
    assert_eq!(statuses, [200, 409, 404, 404, 400, 200, 400, 400, 400, 400, 400, 200, 200, 404]);
    assert_eq!(answers[1]["errorCode"], "PARTICIPANT_ALREADY_EXISTS");
    assert_eq!(answers[2]["errorCode"], "USER_NOT_FOUND");
    assert_eq!(answers[3]["errorCode"], "PARTICIPANT_NOT_FOUND");
    assert!(answers[4]["reasons"][0].as_str().is_some_and(|reason| reason.contains("ReadWrite")));
}

#[test]
fn a_batch_is_one_publish() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, "/me/conversations/c/participants");
    act(
        &mut world,
        alice,
        json!([
            { "id": "carol", "method": "PUT", "params": {} },
            { "id": "carol", "method": "PATCH", "params": { "access": "Read" } },
            { "id": "alice", "method": "PATCH", "params": { "notify": false } },
        ]),
    );
    assert_eq!(world.publishes(bob), 1);
    let events = world.events(bob);
    assert_eq!(types(&events), ["participant.edited", "participant.created"]);
    assert_eq!(events[1]["state"]["access"], "Read", "the state after the whole batch");
}

#[test]
fn a_batch_has_a_limit() {
    let (mut world, alice, _) = World::chat();
    let many = vec![json!({ "id": "bob", "method": "PUT", "params": {} }); 101];
    assert_eq!(act(&mut world, alice, json!(many[1..])).len(), 100);
    for actions in [json!(many), json!("x"), json!(null)] {
        let answer = world.call(alice, "POST", PATH, json!({ "actions": actions }));
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"));
    }
    assert_eq!(world.call(alice, "POST", PATH, json!({})).refusal().0, 400);
}

#[test]
fn ones_own_edit_reaches_the_conversation_others_do_not() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(alice, "/me/conversations");
    world.subscribe(bob, "/me/conversations/c");
    world
        .call(alice, "PATCH", "/conversations/c/participants/bob", json!({ "notify": false }))
        .ok();
    assert_eq!(
        only(world.events(bob)),
        json!({
            "type": "participant.edited", "conversationId": "c", "userId": "bob",
            "diff": { "notify": false },
        })
    );
    assert_eq!(world.publishes(alice), 0);
    world
        .call(alice, "PATCH", "/conversations/c/participants/bob", json!({ "notify": false }))
        .ok();
    assert_eq!(world.publishes(bob), 0, "nothing changed");
    world.call(alice, "PUT", "/conversations/c/participants/bob", json!({ "notify": null })).ok();
    assert_eq!(only(world.events(bob))["diff"], json!({ "notify": true }));
}

#[test]
fn one_participant_can_be_followed() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, "/me/conversations/c/participants/carol");
    world
        .call(alice, "PATCH", "/conversations/c/participants/alice", json!({ "notify": false }))
        .ok();
    assert_eq!(world.publishes(bob), 0);
    world.call(alice, "PUT", "/conversations/c/participants/carol", json!({})).ok();
    let event = only(world.events(bob));
    assert_eq!(
        (&event["type"], &event["userId"]),
        (&json!("participant.created"), &json!("carol"))
    );
    world.call(alice, "DELETE", "/conversations/c/participants/carol", json!({})).ok();
    assert_eq!(only(world.events(bob))["type"], "participant.deleted");
}

#[test]
fn everybody_may_join_but_only_insiders_act_on_others() {
    let (mut world, _, _) = World::chat();
    let carol = world.guest("carol");
    for method in ["PUT", "POST", "PATCH", "DELETE"] {
        let answer = world.call(carol, method, "/conversations/c/participants/bob", json!({}));
        let status = answer.refusal().0;
        assert!(status == 403 || (method == "POST" && status == 409), "{method} {status}");
    }
    world.call(carol, "POST", "/conversations/c/participants/carol", json!({})).ok();
    world.call(carol, "PATCH", "/conversations/c/participants/bob", json!({})).ok();
    let mine = world.call(carol, "GET", "/me/conversations/c", json!({})).ok();
    assert_eq!(mine["access"], "ReadWrite");
}

#[test]
fn who_joins_has_nothing_unread() {
    let (mut world, alice, _) = World::chat();
    world.say(alice, "before her time");
    world.now += 100;
    let carol = world.guest("carol");
    world.call(carol, "PUT", "/conversations/c/participants/carol", json!({})).ok();
    let mine = world.call(carol, "GET", "/me/conversations/c", json!({})).ok();
    assert_eq!((&mine["unreadMessageCount"], &mine["isUnread"]), (&json!(0), &json!(false)));
    let messages = world.call(carol, "GET", "/me/conversations/c/messages", json!({})).ok();
    assert_eq!(messages["data"].as_array().map(Vec::len), Some(1), "but she may read it");
}

#[test]
fn when_the_slowest_reader_leaves_the_rest_have_all_read() {
    let (mut world, alice, bob) = World::chat();
    world.say(alice, "one");
    let sent = world.now;
    world.subscribe(alice, "/me/conversations/c");
    world.call(bob, "DELETE", "/conversations/c/participants/bob", json!({})).ok();
    assert_eq!(only(world.events(alice))["diff"], json!({ "everyoneReadUntil": sent }));
}

#[test]
fn leaving_twice_is_404() {
    let (mut world, alice, bob) = World::chat();
    world.call(alice, "DELETE", "/conversations/c/participants/bob", json!({})).ok();
    let answer = world.call(alice, "DELETE", "/conversations/c/participants/bob", json!({}));
    assert_eq!(answer.refusal(), refused(404, "PARTICIPANT_NOT_FOUND"));
    let answer = world.call(alice, "GET", "/me/conversations/c/participants/bob", json!({}));
    assert_eq!(answer.refusal(), refused(404, "PARTICIPANT_NOT_FOUND"));
    let answer = world.call(bob, "GET", "/me/conversations/c/participants/bob", json!({}));
    assert_eq!(answer.refusal(), refused(403, "NOT_A_PARTICIPANT"));
}

#[test]
fn the_list_is_latest_first_and_comes_in_pages() {
    let (mut world, alice, _) = World::chat();
    world.now += 1;
    for user in ["x", "v", "w"] {
        world.member(user);
        world.call(alice, "PUT", &format!("{PATH}/{user}"), json!({})).ok();
        if user == "x" {
            world.now += 1;
        }
    }
    let mut ids = Vec::new();
    let mut query = json!({ "limit": 2 });
    for _ in 0..10 {
        let page = world.call(alice, "GET", "/me/conversations/c/participants", query).ok();
        let data = page["data"].as_array().expect("a list").clone();
        ids.extend(data.iter().map(|p| p["id"].as_str().expect("an id").to_owned()));
        if page["cursor"].is_null() {
            break;
        }
        query = json!({ "limit": 2, "cursor": page["cursor"] });
    }
    assert_eq!(ids, ["v", "w", "x", "alice", "bob"]);
}
