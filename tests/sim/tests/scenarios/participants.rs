//! The participants of a conversation, in a list and one by one.

use serde_json::{json, Value};
use talk_sim::{Call, State};

use crate::stage::{count, Stage};

const PARTICIPANTS: &str = "/me/conversations/c/participants";

fn list(stage: &mut Stage) -> u32 {
    stage.world.subscribe(stage.alice, Call::ParticipantsSubscribe, json!(["c"]))
}

fn one(stage: &mut Stage, user: &str) -> u32 {
    stage.world.subscribe(stage.alice, Call::ParticipantSubscribe, json!(["c", user]))
}

/// So many more people in "c", each a moment after the one before, or all at once.
fn crowd(stage: &mut Stage, count: usize, apart: u64) {
    for at in 10..10 + count {
        let user = format!("m{at}");
        stage.act(&user, "PUT", &format!("/users/{user}"), json!({ "name": user }));
        stage.world.run(apart);
        stage.add(&user, "c");
    }
}

#[track_caller]
fn shows_the_front(stage: &mut Stage, list: u32) {
    let wanted = stage.expected().participants("c").map_or(Value::Null, Value::from);
    let shown = stage.shown(list);
    let all = wanted.as_array().map_or(0, Vec::len);
    let length = shown.as_array().map_or(0, Vec::len);
    assert_eq!(shown, wanted.as_array().map_or(Value::Null, |all| all[..length].into()));
    assert_eq!(stage.loaded_all(list), length == all);
}

#[test]
fn pages_are_ten_and_who_joined_last_comes_first() {
    for apart in [0, 10] {
        let mut stage = Stage::new();
        crowd(&mut stage, 20, apart);
        let (large, small) = (list(&mut stage), list(&mut stage));
        stage.settle();
        assert_eq!(count(&stage.requests(), &format!("GET {PARTICIPANTS} {{\"limit\":10}}")), 1);
        let call = stage.load_more(large, 5);
        stage.settle();
        stage.resolved(call);
        assert_eq!((stage.ids(large).len(), stage.ids(small).len()), (15, 10));
        shows_the_front(&mut stage, large);
        shows_the_front(&mut stage, small);
        stage.load_more(large, 50);
        stage.settle();
        assert_eq!((stage.ids(large).len(), stage.loaded_all(large)), (22, true));
        shows_the_front(&mut stage, large);
        stage.close();
    }
}

#[test]
fn people_come_and_go_and_change() {
    let mut stage = Stage::new();
    let (all, carol) = (list(&mut stage), one(&mut stage, "carol"));
    stage.settle();
    assert_eq!(
        (stage.ids(all), stage.shown(carol)),
        (vec!["alice".into(), "bob".into()], Value::Null)
    );
    stage.wait(1);
    let set = |stage: &mut Stage, data: Value| {
        stage.act("bob", "PUT", "/conversations/c/participants/carol", data);
    };
    for step in 0..5 {
        match step {
            0 | 4 => stage.add("carol", "c"),
            1 => set(&mut stage, json!({ "access": "Read" })),
            2 => stage.rename("carol", "Caroline"),
            _ => stage.remove("carol", "c"),
        }
        stage.settle();
        shows_the_front(&mut stage, all);
        let wanted = stage.expected().participant("c", "carol");
        assert_eq!(stage.shown(carol), wanted, "in step {step}");
        assert_eq!((stage.calls(all), stage.calls(carol)), (step + 2, step + 2));
    }
    stage.close();
}

#[test]
fn both_are_null_for_who_is_removed_and_come_back() {
    let mut stage = Stage::new();
    let (all, bob, me) = (list(&mut stage), one(&mut stage, "bob"), one(&mut stage, "alice"));
    stage.settle();
    stage.remove("alice", "c");
    stage.settle();
    for own in [all, bob, me] {
        assert_eq!((stage.shown(own), stage.loaded_all(own)), (Value::Null, true));
    }
    stage.wait(1);
    stage.add("alice", "c");
    stage.settle();
    shows_the_front(&mut stage, all);
    for (own, user) in [(bob, "bob"), (me, "alice")] {
        assert_eq!(stage.shown(own), stage.expected().participant("c", user));
        assert_eq!(stage.calls(own), 3);
    }
    stage.close();
}

#[test]
fn what_was_missed_is_told_once() {
    let mut stage = Stage::new();
    crowd(&mut stage, 12, 10);
    let (all, carol) = (list(&mut stage), one(&mut stage, "carol"));
    stage.settle();
    stage.load_more(all, 2);
    stage.settle();
    let before = stage.calls(all);
    stage.gap(|stage| {
        stage.add("carol", "c");
        stage.remove("m15", "c");
        stage.rename("m16", "Sixteen");
    });
    shows_the_front(&mut stage, all);
    assert_eq!((stage.ids(all).len(), stage.calls(all), stage.calls(carol)), (12, before + 1, 2));
    assert_eq!(stage.shown(carol), stage.expected().participant("c", "carol"));
    stage.gap(|_| ());
    assert_eq!((stage.calls(all), stage.calls(carol)), (before + 1, 2));
    stage.close();
}

#[test]
fn a_participant_of_the_list_costs_nothing_and_outlives_it() {
    let mut stage = Stage::new();
    let all = list(&mut stage);
    stage.settle();
    stage.requests();
    let bob = one(&mut stage, "bob");
    assert_eq!(stage.calls(bob), 1, "at once");
    stage.unsubscribe(all);
    stage.wait(60);
    stage.act("bob", "PUT", "/conversations/c/participants/bob", json!({ "access": "Read" }));
    stage.settle();
    assert_eq!(stage.shown(bob)["access"], "Read");
    assert_eq!(stage.shown(bob), stage.expected().participant("c", "bob"));
    stage.close();
}

#[test]
fn a_refusal_ends_the_subscription() {
    for path in [PARTICIPANTS.to_owned(), format!("{PARTICIPANTS}/bob")] {
        for method in ["SUBSCRIBE", "GET"] {
            let mut stage = Stage::new();
            stage.world.refuse(method, &path, 403, "FORBIDDEN");
            let own = if path.ends_with("bob") { one(&mut stage, "bob") } else { list(&mut stage) };
            stage.settle();
            let State::Failed(error) = stage.state(own) else { panic!("{method} {path} fails") };
            assert_eq!(error["status"], 403);
            let again =
                if path.ends_with("bob") { one(&mut stage, "bob") } else { list(&mut stage) };
            stage.settle();
            assert_eq!(stage.state(again), State::Active);
            stage.close();
        }
    }
}

// The time by which they are ordered is another one then.
#[test]
fn who_left_and_joined_in_a_gap_is_first() {
    let mut stage = Stage::new();
    crowd(&mut stage, 4, 10);
    let all = list(&mut stage);
    stage.settle();
    stage.gap(|stage| {
        stage.remove("m10", "c");
        stage.add("m10", "c");
    });
    assert_eq!(stage.ids(all)[0], "m10");
    shows_the_front(&mut stage, all);
    stage.close();
}
