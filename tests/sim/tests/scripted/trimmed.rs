//! Messages of a conversation whose messages nobody subscribes to: the newest is kept when there are
//! many, and what goes is quoted and asked for all the same.

use serde_json::{json, Value};
use talk_sim::{Call, Sent, Solo};

use crate::talk::{created, got, message, plain, serve, serve_but, side, with_messages, MESSAGES};

fn event(kind: &str, rest: Value) -> Value {
    let mut event = json!({ "type": kind, "conversationId": "c" });
    for (key, value) in rest.as_object().into_iter().flatten() {
        event[key] = value.clone();
    }
    event
}

/// More messages than two pages, as they are sent, from a time on. Each refers to the same.
fn many(from: u64, refers: Option<&str>) -> Vec<Value> {
    (from..from + 65).map(|at| message(&format!("m{at}"), at, refers)).collect()
}

fn send(solo: &mut Solo, seq: u64, messages: &[Value]) {
    let events: Vec<Value> = messages.iter().map(created).collect();
    solo.push(seq, &events);
    serve(solo);
}

#[test]
fn of_many_messages_that_nobody_shows_the_newest_is_kept() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    serve(&mut solo);
    for round in 1..4 {
        send(&mut solo, round, &many(100 * round, None));
        assert_eq!(solo.shown(list)[0]["lastMessage"]["id"], format!("m{}", 100 * round + 64));
        assert!(solo.messages_held() <= 60, "{} are held", solo.messages_held());
    }
    solo.close();
}

#[test]
fn a_message_that_went_while_it_was_asked_for_is_quoted_as_it_is() {
    // What the answer says. It may have been read before the edit, or after it.
    for origin in ["web", "new"] {
        let mut solo = Solo::new();
        let side_of_c = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
        let first = |request: &Sent| request.what == format!("GET {MESSAGES}");
        let page = serve_but(&mut solo, first, plain);
        let get = solo.call(Call::MessageGet, json!(["c", "m2"]));
        let asked = solo.sent_one(&format!("GET {MESSAGES}/m2"));
        // It is there when the first page has come, which is older.
        solo.push(1, &[created(&message("m2", 2, None))]);
        solo.answer(page[0].id, 200, json!({ "data": [], "cursor": null }));
        serve(&mut solo);
        let diff = json!({ "messageId": "m2", "diff": { "origin": "new" } });
        solo.push(2, &[event("message.edited", diff)]);
        send(&mut solo, 3, &many(3, Some("m2")));
        let mut answer = message("m2", 2, None);
        answer["origin"] = json!(origin);
        solo.answer(asked.id, 200, answer);
        serve(&mut solo);
        let quoted = &solo.shown(side_of_c)["lastMessage"]["referencedMessage"];
        assert_eq!(quoted["origin"], "new");
        assert_eq!(got(&solo, get)["origin"], "new");
        solo.close();
    }
}

#[test]
fn a_quoted_message_that_was_deleted_while_i_left_and_came_back_is_not_quoted_any_more() {
    let mut solo = Solo::new();
    solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    serve(&mut solo);
    solo.push(1, &[created(&message("m2", 2, None))]);
    let replies = many(3, Some("m2"));
    send(&mut solo, 2, &replies);
    // The messages are loaded again for who subscribes. What happens meanwhile waits for that …
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let first = |request: &Sent| request.what == format!("GET {MESSAGES}");
    let last = replies.last().unwrap();
    let page = serve_but(&mut solo, first, plain);
    solo.push(3, &[event("message.deleted", json!({ "messageId": "m2" }))]);
    // … and is forgotten when I leave.
    solo.push(4, &[event("side.deleted", json!({}))]);
    solo.push(5, &[event("side.created", json!({ "state": side("c") }))]);
    let all = [last.clone()];
    solo.answer(page[0].id, 200, json!({ "data": all, "cursor": "older" }));
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["id"], last["id"]);
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    solo.close();
}

#[test]
fn a_message_that_is_asked_for_while_its_conversation_is_let_go_of_is_got_as_it_is() {
    let mut solo = Solo::new();
    let side_of_c = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    serve(&mut solo);
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
    assert_eq!(got(&solo, get)["origin"], "new");
    solo.close();
}

#[test]
fn a_page_that_was_asked_for_before_messages_went_leaves_no_gap() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let mut all = many(1, None);
    all.reverse();
    solo.serve(with_messages(&all));
    // As many as are kept.
    let newer = &many(100, None)[..60];
    send(&mut solo, 1, &newer[..59]);
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.call(Call::LoadMore, json!([messages, 40]));
    let page = solo.sent_one(&format!("GET {MESSAGES}"));
    solo.unsubscribe(messages);
    solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let (last, before) = (&newer[59], &newer[58]);
    send(&mut solo, 2, &newer[59..]);
    assert_eq!(solo.messages_held(), 1);
    solo.answer(page.id, 200, json!({ "data": all[1..11], "cursor": "older" }));
    serve(&mut solo);
    let gone = json!({ "messageId": last["id"], "newLastMessage": before });
    solo.push(3, &[event("message.deleted", gone)]);
    serve(&mut solo);
    assert_eq!(solo.shown(list)[0]["lastMessage"]["id"], before["id"]);
    solo.close();
}

#[test]
fn what_is_told_of_a_quoted_message_before_its_conversation_is_followed_is_asked_for_again() {
    let mut solo = Solo::new();
    solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let follow = |request: &Sent| request.what == format!("SUBSCRIBE {MESSAGES}");
    let held = serve_but(&mut solo, follow, plain);
    let quoted = message("m2", 2, None);
    let mut all = many(3, Some("m2"));
    solo.push(1, &[created(&quoted)]);
    solo.push(2, &all.iter().map(created).collect::<Vec<_>>());
    serve(&mut solo);
    // The messages are loaded again for who subscribes. What is told meanwhile waits for that …
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let mut changed = quoted;
    changed["origin"] = json!("new");
    let diff = json!({ "messageId": "m2", "diff": { "origin": "new" } });
    solo.push(3, &[event("message.edited", diff)]);
    // … and does not count when only now there is word that they are followed.
    solo.answer(held[0].id, 200, json!({}));
    all.reverse();
    all.push(changed);
    solo.serve(with_messages(&all));
    let newest = &solo.shown(messages)[0];
    assert_eq!(newest["referencedMessage"]["origin"], "new");
    solo.close();
}
