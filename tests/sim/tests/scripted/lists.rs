//! Lists of conversations, and what they are taken to follow.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Snapshot, Solo};

use crate::talk::{plain, serve, serve_but, side};

const LIST: &str = "/me/conversations";

/// A service in which I am in no conversation.
fn none(request: &Sent) -> (u16, Value) {
    match &*request.what {
        "GET /me/conversations" => (200, json!({ "data": [], "cursor": null })),
        "GET /me/conversations/c" => (404, json!({})),
        _ => plain(request),
    }
}

fn event(name: &str) -> Value {
    json!({ "type": name, "conversationId": "c", "state": side("c"),
        "diff": { "subject": "new", "lastMessageAt": 7 } })
}

#[test]
fn what_happens_to_a_conversation_while_it_is_fetched_for_a_list_counts() {
    for name in ["side.edited", "side.deleted"] {
        let mut solo = Solo::new();
        let list = solo.subscribe(Call::ListSubscribe, json!([{}]));
        solo.serve(none);
        solo.push(1, &[event("side.edited")]);
        let get = solo.sent_one("GET /me/conversations/c");
        solo.push(2, &[event(name)]);
        // It was read before.
        solo.answer(get.id, 200, side("c"));
        serve(&mut solo);
        match name {
            "side.edited" => assert_eq!(solo.shown(list)[0]["subject"], "new"),
            _ => assert_eq!(solo.shown(list), json!([])),
        }
        solo.close();
    }
}

#[test]
fn a_list_that_is_being_loaded_does_not_follow_what_is_not_in_it() {
    let mut solo = Solo::new();
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    serve(&mut solo);
    solo.unsubscribe(conversation);
    solo.pass(29_000);
    solo.subscribe(Call::ListSubscribe, json!([{}]));
    let held = serve_but(&mut solo, |request| request.what.ends_with(LIST), none);
    // The conversation is forgotten while the list is loaded.
    solo.pass(2_000);
    let unsubscribe = solo.sent_one("UNSUBSCRIBE /me/conversations/c");
    solo.answer(unsubscribe.id, 200, json!({}));
    solo.push(1, &[event("side.deleted")]);
    for request in held {
        let (status, body) = none(&request);
        solo.answer(request.id, status, body);
    }
    solo.serve(none);
    let get = solo.call(Call::ConversationGet, json!(["c"]));
    solo.serve(none);
    assert_eq!(*solo.page.outcome(get), Outcome::Snapshot(Snapshot::Null));
    solo.close();
}

#[test]
fn a_conversation_that_is_refused_twice_is_not_held() {
    let mut solo = Solo::new();
    solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let refused = ["GET /me/conversations/c", "SUBSCRIBE /me/conversations/c"];
    let held = serve_but(&mut solo, |request| refused.contains(&&*request.what), none);
    for request in held.iter().rev() {
        solo.answer(request.id, 402, json!({}));
    }
    solo.serve(none);
    solo.close();
}
