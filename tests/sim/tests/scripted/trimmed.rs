//! Messages of a conversation whose messages nobody subscribes to: the newest is kept, and what goes
//! is quoted and asked for all the same.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Solo};

use crate::talk::{created, message, plain, serve, serve_but, with_messages, MESSAGES};

fn event(kind: &str, rest: Value) -> Value {
    let mut event = json!({ "type": kind, "conversationId": "c" });
    for (key, value) in rest.as_object().into_iter().flatten() {
        event[key] = value.clone();
    }
    event
}

/// What was there before.
fn older() -> [Value; 2] {
    [message("m1", 1, None), message("m0", 0, None)]
}

#[test]
fn of_a_conversation_that_is_only_listed_the_newest_messages_are_kept() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    solo.serve(with_messages(&older()));
    for at in 2..20 {
        solo.push(at, &[created(&message(&format!("m{at}"), at, None))]);
        serve(&mut solo);
        assert_eq!(solo.shown(list)[0]["lastMessage"]["id"], format!("m{at}"));
        assert_eq!(solo.messages_held(), 1, "after {at}");
    }
    // Who subscribes gets all of them, from the service.
    let all: Vec<Value> = (2..20).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    assert_eq!(solo.ids(messages).len(), 18);
    solo.close();
}

#[test]
fn a_last_message_is_shown_until_the_next_one_is_complete() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    solo.serve(with_messages(&older()));
    solo.push(1, &[created(&message("m2", 2, None))]);
    serve(&mut solo);
    let mut next = message("m3", 3, None);
    next["senderId"] = json!("carol");
    solo.push(2, &[created(&next)]);
    // Who sent it is still being asked for.
    assert_eq!(solo.shown(list)[0]["lastMessage"]["id"], "m2");
    serve(&mut solo);
    assert_eq!(solo.shown(list)[0]["lastMessage"]["id"], "m3");
    solo.close();
}

#[test]
fn a_message_that_went_while_it_was_asked_for_is_quoted_as_it_is() {
    for origin in ["web", "new"] {
        went_while_it_was_asked_for(origin);
    }
}

/// `origin`: what the answer says. It may have been read before the edit, or after it.
fn went_while_it_was_asked_for(origin: &str) {
    let mut solo = Solo::new();
    let side_of_c = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let first = |request: &Sent| request.what == format!("GET {MESSAGES}");
    let page = serve_but(&mut solo, first, plain);
    let get = solo.call(Call::MessageGet, json!(["c", "m2"]));
    let asked = solo.sent_one(&format!("GET {MESSAGES}/m2"));
    // It is there when the first page has come, which is older.
    solo.push(1, &[created(&message("m2", 2, None))]);
    solo.answer(page[0].id, 200, json!({ "data": [older()[0]], "cursor": "older" }));
    serve(&mut solo);
    let edited = |origin: &str| {
        event("message.edited", json!({ "messageId": "m2", "diff": { "origin": origin } }))
    };
    solo.push(2, &[edited("new")]);
    for (seq, id) in [(3, "m3"), (4, "m4"), (5, "m5")] {
        solo.push(seq, &[created(&message(id, seq, Some("m2")))]);
        serve(&mut solo);
    }
    let mut answer = message("m2", 2, None);
    answer["origin"] = json!(origin);
    solo.answer(asked.id, 200, answer);
    serve(&mut solo);
    let quoted = &solo.shown(side_of_c)["lastMessage"]["referencedMessage"];
    assert_eq!(quoted["origin"], "new");
    let Outcome::Snapshot(shown) = solo.page.outcome(get) else { panic!("it is there") };
    assert_eq!(shown.to_value()["origin"], "new");
    solo.close();
}

#[test]
fn a_quoted_message_that_was_deleted_while_i_left_and_came_back_is_not_quoted_any_more() {
    let mut solo = Solo::new();
    solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    solo.serve(with_messages(&older()));
    solo.push(1, &[created(&message("m2", 2, None))]);
    solo.push(2, &[created(&message("m3", 3, Some("m2")))]);
    serve(&mut solo);
    // The messages are loaded again for who subscribes. What happens meanwhile waits for that …
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let first = |request: &Sent| request.what == format!("GET {MESSAGES}");
    let all = [message("m3", 3, Some("m2"))];
    let page = serve_but(&mut solo, first, with_messages(&all));
    solo.push(3, &[event("message.deleted", json!({ "messageId": "m2" }))]);
    // … and is forgotten when I leave.
    solo.push(4, &[event("side.deleted", json!({}))]);
    solo.push(5, &[event("side.created", json!({ "state": crate::talk::side("c") }))]);
    solo.answer(page[0].id, 200, json!({ "data": all, "cursor": "older" }));
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["id"], "m3");
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    solo.close();
}

#[test]
fn a_message_that_is_asked_for_while_its_conversation_is_let_go_of_is_got_as_it_is() {
    let mut solo = Solo::new();
    let side_of_c = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(with_messages(&older()));
    let get = solo.call(Call::MessageGet, json!(["c", "m2"]));
    let asked = solo.sent_one(&format!("GET {MESSAGES}/m2"));
    solo.push(1, &[created(&message("m2", 2, None))]);
    serve(&mut solo);
    solo.unsubscribe(side_of_c);
    solo.pass(29_000);
    solo.push(2, &[created(&message("m3", 3, None))]);
    solo.pass(20_000);
    serve(&mut solo);
    // Nobody tells of this.
    let mut changed = message("m2", 2, None);
    changed["origin"] = json!("new");
    solo.answer(asked.id, 200, changed);
    serve(&mut solo);
    let Outcome::Snapshot(shown) = solo.page.outcome(get) else { panic!("it is there") };
    assert_eq!(shown.to_value()["origin"], "new");
    solo.close();
}
