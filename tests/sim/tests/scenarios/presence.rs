//! Whether a user is connected.

use serde_json::{json, Value};
use talk_sim::{Call, State};

use crate::stage::{count, Stage};

fn online(stage: &mut Stage, user: &str) -> u32 {
    stage.world.subscribe(stage.alice, Call::OnlineSubscribe, json!([user]))
}

#[test]
fn it_follows_the_user_and_what_they_are_called() {
    let mut stage = Stage::new();
    let bob = online(&mut stage, "bob");
    stage.settle();
    assert_eq!(stage.shown(bob), stage.expected().online("bob"));
    assert_eq!(stage.shown(bob)["isConnected"], true);
    stage.world.leave("bob");
    stage.settle();
    assert_eq!(stage.shown(bob)["isConnected"], false);
    stage.rename("bob", "Robert");
    stage.settle();
    assert_eq!(stage.shown(bob), stage.expected().online("bob"));
    assert_eq!((&stage.shown(bob)["isConnected"], stage.calls(bob)), (&json!(true), 4));
    stage.close();
}

#[test]
fn somebody_who_does_not_exist_yet() {
    let mut stage = Stage::new();
    let own = online(&mut stage, "zoe");
    stage.settle();
    assert_eq!((stage.shown(own), stage.loaded_all(own)), (Value::Null, true));
    stage.close();
}

#[test]
fn what_was_missed_is_told_and_nothing_else() {
    let mut stage = Stage::new();
    let bob = online(&mut stage, "bob");
    stage.settle();
    stage.gap(|_| ());
    assert_eq!(stage.calls(bob), 1);
    stage.gap(|stage| stage.world.leave("bob"));
    assert_eq!((&stage.shown(bob)["isConnected"], stage.calls(bob)), (&json!(false), 2));
    stage.gap(|stage| {
        stage.rename("bob", "Robert");
        stage.world.leave("bob");
    });
    assert_eq!(stage.shown(bob), stage.expected().online("bob"));
    assert_eq!(stage.calls(bob), 3);
    stage.close();
}

#[test]
fn it_lingers_and_a_refusal_ends_it() {
    let mut stage = Stage::new();
    stage.world.refuse("SUBSCRIBE", "/users/bob/online", 403, "FORBIDDEN");
    let refused = online(&mut stage, "bob");
    stage.settle();
    assert!(matches!(stage.state(refused), State::Failed(_)));
    let bob = online(&mut stage, "bob");
    stage.settle();
    stage.unsubscribe(bob);
    stage.wait(25);
    stage.world.leave("bob");
    stage.settle();
    stage.requests();
    let again = online(&mut stage, "bob");
    assert_eq!((&stage.shown(again)["isConnected"], stage.calls(again)), (&json!(false), 1));
    stage.settle();
    assert_eq!(count(&stage.requests(), "GET /users"), 0);
    stage.close();
}
