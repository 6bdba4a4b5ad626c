//! Who reacted to a message with an emoji.

use serde_json::{json, Value};
use talk_sim::{Call, State};

use crate::stage::{count, Stage};

const THUMB: &str = "\u{1F44D}";

/// A message of Bob's in "c".
fn message(stage: &mut Stage) -> String {
    stage.say("bob", 1).remove(0)
}

fn path(id: &str) -> String {
    format!("/me/conversations/c/messages/{id}/reactions/%F0%9F%91%8D")
}

fn react(stage: &mut Stage, user: &str, id: &str, method: &str) {
    let path = format!("/conversations/c/messages/{id}/reactions/%F0%9F%91%8D/{user}");
    stage.act(user, method, &path, json!({}));
}

/// So many people in "c" who react, each a moment after the one before, or all at once.
fn crowd(stage: &mut Stage, id: &str, count: usize, apart: u64) {
    for at in (10..10 + count).rev() {
        let user = format!("m{at}");
        stage.act(&user, "PUT", &format!("/users/{user}"), json!({ "name": user }));
        stage.add(&user, "c");
        stage.world.run(apart);
        react(stage, &user, id, "PUT");
    }
}

fn subscribe(stage: &mut Stage, id: &str) -> u32 {
    stage.world.subscribe(stage.alice, Call::ReactionsSubscribe, json!(["c", id, THUMB]))
}

#[track_caller]
fn shows_the_front(stage: &mut Stage, own: u32, id: &str) {
    let wanted = stage.expected().reactions("c", id, "%F0%9F%91%8D").unwrap_or_default();
    let shown = stage.shown(own);
    let length = shown.as_array().map_or(0, Vec::len);
    assert_eq!(shown, Value::from(&wanted[..length]));
    assert_eq!(stage.loaded_all(own), length == wanted.len());
}

#[test]
fn the_oldest_come_first_in_pages_of_thirty() {
    for apart in [0, 10] {
        let mut stage = Stage::new();
        let id = message(&mut stage);
        crowd(&mut stage, &id, 40, apart);
        let own = subscribe(&mut stage, &id);
        stage.settle();
        assert_eq!((stage.ids(own).len(), stage.loaded_all(own)), (30, false));
        shows_the_front(&mut stage, own, &id);
        // The newest one of all is behind what is loaded.
        react(&mut stage, "bob", &id, "PUT");
        stage.settle();
        assert_eq!((stage.ids(own).len(), stage.calls(own)), (30, 1));
        stage.load_more(own, 5);
        stage.settle();
        assert_eq!(stage.ids(own).len(), 35);
        shows_the_front(&mut stage, own, &id);
        stage.load_more(own, 100);
        stage.settle();
        assert_eq!((stage.ids(own).len(), stage.loaded_all(own)), (41, true));
        shows_the_front(&mut stage, own, &id);
        stage.close();
    }
}

#[test]
fn adding_and_removing_ones_own_goes_over_the_wire_and_comes_back() {
    let mut stage = Stage::new();
    let id = message(&mut stage);
    let (own, messages) = (subscribe(&mut stage, &id), stage.messages());
    stage.settle();
    assert_eq!((stage.ids(own).len(), stage.loaded_all(own)), (0, true));
    stage.requests();
    for (call, method, shown) in
        [(Call::ReactionAdd, "PUT", 1), (Call::ReactionRemove, "DELETE", 0)]
    {
        // A second time it makes no difference.
        for _ in 0..2 {
            let call = stage.call(call, json!(["c", id, THUMB]));
            stage.settle();
            assert_eq!(stage.resolved(call), Value::Null);
            let sent = format!("{method} {}/alice", path(&id).replace("/me/", "/"));
            assert_eq!(count(&stage.requests(), &sent), 1);
        }
        shows_the_front(&mut stage, own, &id);
        assert_eq!(stage.ids(own).len(), shown);
        assert_eq!(stage.shown(messages), Value::from(stage.all_messages()));
    }
    assert_eq!(stage.calls(own), 3);
    stage.close();
}

#[test]
fn what_was_missed_is_told_once() {
    let mut stage = Stage::new();
    let id = message(&mut stage);
    crowd(&mut stage, &id, 3, 10);
    let own = subscribe(&mut stage, &id);
    stage.settle();
    stage.gap(|_| ());
    assert_eq!(stage.calls(own), 1);
    stage.gap(|stage| {
        react(stage, "m11", &id, "DELETE");
        react(stage, "bob", &id, "PUT");
        stage.rename("m10", "Ten");
    });
    shows_the_front(&mut stage, own, &id);
    assert_eq!((stage.ids(own).len(), stage.calls(own)), (3, 2));
    stage.close();
}

#[test]
fn it_is_null_for_who_is_removed_and_comes_back() {
    let mut stage = Stage::new();
    let id = message(&mut stage);
    react(&mut stage, "bob", &id, "PUT");
    let own = subscribe(&mut stage, &id);
    stage.settle();
    stage.remove("alice", "c");
    stage.settle();
    assert_eq!((stage.shown(own), stage.loaded_all(own)), (Value::Null, true));
    stage.add("alice", "c");
    stage.settle();
    assert_eq!((stage.ids(own), stage.calls(own)), (vec!["bob".into()], 3));
    shows_the_front(&mut stage, own, &id);
    stage.close();
}

#[test]
fn a_message_that_does_not_exist_has_none_and_a_refusal_ends_the_subscription() {
    let mut stage = Stage::new();
    let id = message(&mut stage);
    let ghost = subscribe(&mut stage, "no-such");
    stage.world.refuse("SUBSCRIBE", &path(&id), 403, "FORBIDDEN");
    let refused = subscribe(&mut stage, &id);
    stage.settle();
    assert_eq!(stage.shown(ghost), Value::Null);
    assert!(matches!(stage.state(refused), State::Failed(_)));
    react(&mut stage, "bob", &id, "PUT");
    let own = subscribe(&mut stage, &id);
    stage.settle();
    shows_the_front(&mut stage, own, &id);
    stage.unsubscribe(own);
    stage.wait(5);
    react(&mut stage, "bob", &id, "DELETE");
    stage.settle();
    stage.requests();
    let again = subscribe(&mut stage, &id);
    assert_eq!((stage.ids(again).len(), stage.calls(again)), (0, 1), "it has lingered");
    stage.settle();
    assert_eq!(stage.requests().len(), 0);
    stage.close();
}
