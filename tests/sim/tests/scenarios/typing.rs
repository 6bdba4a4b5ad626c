//! Who is typing.

use serde_json::{json, Value};
use talk_sim::{Call, State};

use crate::stage::Stage;

const TYPING: &str = "/me/conversations/c/typing";

fn typing(stage: &mut Stage) -> u32 {
    stage.world.subscribe(stage.alice, Call::TypingSubscribe, json!(["c"]))
}

fn types(stage: &mut Stage, user: &str) {
    stage.act(user, "POST", TYPING, json!({}));
}

#[track_caller]
fn shows(stage: &Stage, own: u32, users: &[&str]) {
    let shown = stage.shown(own);
    let names: Vec<&Value> =
        shown["users"].as_array().into_iter().flatten().map(|user| &user["id"]).collect();
    assert_eq!(
        (&shown["many"], names),
        (&json!(false), users.iter().map(|id| json!(id)).collect::<Vec<_>>().iter().collect())
    );
}

#[test]
fn who_types_is_shown_in_the_order_of_beginning_until_it_is_over() {
    let mut stage = Stage::new();
    stage.add("carol", "c");
    let own = typing(&mut stage);
    stage.settle();
    shows(&stage, own, &[]);
    types(&mut stage, "carol");
    stage.wait(2);
    types(&mut stage, "bob");
    types(&mut stage, "alice");
    stage.settle();
    shows(&stage, own, &["carol", "bob"]);
    types(&mut stage, "carol");
    stage.settle();
    shows(&stage, own, &["carol", "bob"]);
    assert_eq!(stage.calls(own), 3, "to go on is no news");
    stage.say("carol", 1);
    stage.settle();
    shows(&stage, own, &["bob"]);
    stage.rename("bob", "Robert");
    stage.settle();
    assert_eq!(stage.shown(own)["users"][0]["name"], "Robert");
    stage.wait(10);
    shows(&stage, own, &[]);
    assert_eq!(stage.calls(own), 6);
    stage.close();
}

// The user is fetched first, and by then it is over.
#[test]
fn who_stops_before_they_are_known_is_no_news() {
    let mut stage = Stage::new();
    stage.add("carol", "c");
    let own = typing(&mut stage);
    stage.settle();
    types(&mut stage, "carol");
    stage.say("carol", 1);
    stage.settle();
    shows(&stage, own, &[]);
    assert_eq!(stage.calls(own), 1);
    stage.close();
}

#[test]
fn many_are_not_named() {
    let mut stage = Stage::new();
    let own = typing(&mut stage);
    for at in 0..6 {
        let user = format!("m{at}");
        stage.act(&user, "PUT", &format!("/users/{user}"), json!({ "name": user }));
        stage.add(&user, "c");
        types(&mut stage, &user);
    }
    stage.settle();
    assert_eq!(stage.shown(own), json!({ "many": true }));
    stage.say("m0", 1);
    stage.settle();
    shows(&stage, own, &["m1", "m2", "m3", "m4", "m5"]);
    stage.close();
}

#[test]
fn it_is_null_for_who_is_removed_and_comes_back() {
    let mut stage = Stage::new();
    let own = typing(&mut stage);
    stage.settle();
    stage.remove("alice", "c");
    stage.settle();
    assert_eq!(stage.shown(own), Value::Null);
    types(&mut stage, "bob");
    stage.add("alice", "c");
    stage.settle();
    shows(&stage, own, &["bob"]);
    assert_eq!(stage.calls(own), 3);
    stage.close();
}

#[test]
fn what_was_missed_and_what_was_not() {
    let mut stage = Stage::new();
    let own = typing(&mut stage);
    stage.settle();
    types(&mut stage, "bob");
    stage.settle();
    // It is over before Alice is back.
    stage.gap(|stage| stage.wait(20));
    shows(&stage, own, &[]);
    assert_eq!(stage.calls(own), 3);
    stage.gap(|stage| types(stage, "bob"));
    assert_eq!(stage.calls(own), 5, "Alice is back in time to see it");
    shows(&stage, own, &[]);
    stage.close();
}

#[test]
fn marking_goes_over_the_wire_as_it_is_and_a_refusal_ends_the_subscription() {
    let mut stage = Stage::new();
    stage.requests();
    let call = stage.call(Call::ConversationTyping, json!(["c"]));
    stage.settle();
    assert_eq!(stage.resolved(call), Value::Null);
    assert_eq!(stage.requests(), [format!("POST {TYPING} {{}}")]);
    stage.world.refuse("SUBSCRIBE", TYPING, 403, "FORBIDDEN");
    let own = typing(&mut stage);
    stage.settle();
    assert!(matches!(stage.state(own), State::Failed(_)));
    let again = typing(&mut stage);
    stage.settle();
    shows(&stage, again, &[]);
    stage.unsubscribe(again);
    stage.wait(5);
    stage.requests();
    let third = typing(&mut stage);
    assert_eq!(stage.calls(third), 1, "it has lingered");
    stage.settle();
    assert_eq!(stage.requests().len(), 0);
    stage.close();
}

// Who types is not told before all of them are known. Those who are known may change by then.
#[test]
fn a_new_name_of_somebody_who_was_not_shown_typing_is_no_news() {
    let mut stage = Stage::new();
    stage.add("carol", "c");
    let user = stage.user("bob");
    let own = typing(&mut stage);
    stage.settle();
    shows(&stage, own, &[]);
    (0..3).for_each(|_| stage.world.refuse("GET", "/users", 429, "BUSY"));
    types(&mut stage, "carol");
    types(&mut stage, "bob");
    stage.world.run(50);
    stage.rename("bob", "Robert");
    stage.world.run(50);
    stage.say("bob", 1);
    stage.say("carol", 1);
    stage.settle();
    assert_eq!(stage.shown(user)["name"], "Robert");
    shows(&stage, own, &[]);
    assert_eq!(stage.calls(own), 1);
    stage.close();
}
