//! Refusals: who asked is told, once, and all else goes on.

use serde_json::{json, Value};
use talk_sim::{Call, State};

use crate::stage::{count, Stage};

const MESSAGES: &str = "/me/conversations/c/messages";

fn status(state: State) -> u64 {
    match state {
        State::Failed(error) => error["status"].as_u64().unwrap_or(0),
        other => panic!("the subscription failed, but it is {other:?}"),
    }
}

#[test]
fn a_first_page_that_is_refused_ends_the_subscription() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    stage.world.refuse("GET", MESSAGES, 400, "BAD");
    let (messages, other) = (stage.messages(), stage.user("bob"));
    stage.settle();
    assert_eq!(status(stage.state(messages)), 400);
    assert_eq!(stage.calls(messages), 0);
    assert_eq!(stage.state(other), State::Active);
    // The next one is a new try.
    let messages = stage.messages();
    stage.settle();
    assert_eq!(stage.ids(messages).len(), 3);
    stage.close();
}

#[test]
fn a_page_of_older_messages_that_is_refused_rejects_and_changes_nothing() {
    let mut stage = Stage::new();
    stage.say("bob", 50);
    let messages = stage.messages();
    stage.settle();
    stage.world.refuse("GET", MESSAGES, 400, "BAD");
    let load = stage.load_more(messages, 10);
    stage.settle();
    assert_eq!(stage.rejected(load), 400);
    assert_eq!((stage.state(messages), stage.ids(messages).len()), (State::Active, 30));
    let load = stage.load_more(messages, 10);
    stage.settle();
    stage.resolved(load);
    assert_eq!((stage.ids(messages).len(), stage.calls(messages)), (40, 2));
    stage.close();
}

#[test]
fn a_subscription_that_is_refused_again_after_a_gap_ends() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let (messages, other) = (stage.messages(), stage.user("bob"));
    stage.settle();
    stage.world.refuse("SUBSCRIBE", MESSAGES, 403, "FORBIDDEN");
    stage.gap(|_| ());
    assert_eq!(status(stage.state(messages)), 403);
    assert_eq!(stage.state(other), State::Active);
    stage.close();
}

#[test]
fn unsubscribing_rejects_a_load_that_is_under_way() {
    let mut stage = Stage::new();
    stage.say("bob", 50);
    let messages = stage.messages();
    stage.settle();
    let load = stage.load_more(messages, 10);
    stage.world.run(5);
    stage.unsubscribe(messages);
    stage.settle();
    assert!(!stage.world.page(stage.alice).pending().contains(&load), "it settles");
    stage.close();
}

#[test]
fn a_call_of_two_requests_settles_once() {
    let (conversation, participants) = ("/conversations/n", "/conversations/n/participants");
    for refused in [&[conversation][..], &[participants], &[conversation, participants]] {
        let mut stage = Stage::new();
        for path in refused {
            stage.world.refuse(if *path == participants { "POST" } else { "PUT" }, path, 400, "NO");
        }
        let call = stage.call(Call::ConversationSet, json!(["n", { "subject": "x" }]));
        stage.settle();
        assert_eq!(stage.rejected(call), 400);
        stage.close();
    }
}

#[test]
fn a_busy_service_gets_the_request_again() {
    for status in [429, 500] {
        let mut stage = Stage::new();
        stage.say("bob", 3);
        for _ in 0..4 {
            stage.world.refuse("GET", MESSAGES, status, "BUSY");
            stage.world.refuse("SUBSCRIBE", MESSAGES, status, "BUSY");
            stage.world.refuse("POST", "/conversations/c/messages", status, "BUSY");
        }
        let messages = stage.messages();
        let send = stage.send("c", "hello");
        stage.wait(20);
        stage.resolved(send);
        assert_eq!(stage.ids(messages).len(), 4);
        stage.close();
    }
}

// Sent again after the wait, it would come behind the new SUBSCRIBE.
#[test]
fn an_unsubscribe_that_is_put_off_does_not_undo_a_newer_subscription() {
    for status in [429, 500] {
        let mut stage = Stage::new();
        let first = stage.messages();
        stage.settle();
        stage.unsubscribe(first);
        stage.world.refuse("UNSUBSCRIBE", MESSAGES, status, "BUSY");
        stage.requests();
        let alice = stage.alice;
        let sent = |requests: &[String]| count(requests, &format!("UNSUBSCRIBE {MESSAGES}")) > 0;
        while !sent(&stage.world.take_requests(alice)) {
            stage.world.run(1);
        }
        let second = stage.messages();
        stage.settle();
        let new = stage.say("bob", 1);
        stage.settle();
        assert_eq!(stage.ids(second), new);
        stage.close();
    }
}

// Both requests of the call go out at once, as the original's do: a send right behind the call would
// be refused otherwise. So a service that puts off the first one alone refuses the second.
#[test]
fn creating_a_conversation_survives_a_busy_service() {
    // The second request depends on the first one.
    for busy in ["/conversations/n", "/conversations/n/participants"] {
        let mut stage = Stage::new();
        stage.world.refuse("POST", busy, 429, "BUSY");
        let side = stage.world.subscribe(stage.alice, Call::ConversationSubscribe, json!(["n"]));
        let call = stage.call(Call::ConversationCreate, json!(["n", { "subject": "x" }]));
        stage.wait(5);
        assert_eq!(stage.resolved(call), Value::Null);
        assert_eq!(stage.shown(side)["subject"], "x");
        stage.close();
    }
}

#[test]
fn a_send_that_is_refused_rejects_and_says_why() {
    let mut stage = Stage::new();
    stage.remove("alice", "c");
    let send = stage.send("c", "hello");
    stage.settle();
    assert_eq!(stage.rejected(send), 403);
    stage.close();
}
