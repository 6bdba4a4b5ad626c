//! `get()` and what was asked before it.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Solo};

use crate::talk::{got, message, plain, serve, serve_but, side, user, with_messages, MESSAGES};

#[track_caller]
fn waits(solo: &mut Solo, call: u32) {
    assert!(solo.sent().is_empty());
    assert_eq!(solo.page.outcome(call), &Outcome::Pending);
}

/// The event that a user has another name.
fn renamed(id: &str, name: &str) -> Value {
    json!({ "type": "user.edited", "userId": id, "diff": { "name": name } })
}

/// A client that follows bob, and the answer of what it then asks.
fn following_bob() -> Solo {
    let mut solo = Solo::new();
    solo.subscribe(Call::UserSubscribe, json!(["bob"]));
    serve(&mut solo);
    solo
}

#[test]
fn with_nothing_under_way_what_is_live_is_given_at_once() {
    let mut solo = following_bob();
    let call = solo.call(Call::UserGet, json!(["bob"]));
    assert!(solo.sent().is_empty());
    assert_eq!(got(&solo, call)["name"], "bob");
    solo.close();
}

#[test]
fn a_change_that_is_under_way_is_waited_for() {
    let mut solo = following_bob();
    let set = solo.call(Call::UserSet, json!(["bob", { "name": "Robert" }]));
    let get = solo.call(Call::UserGet, json!(["bob"]));
    let put = solo.sent_one("PUT /users/bob");
    waits(&mut solo, get);
    solo.push(1, &[renamed("bob", "Robert")]);
    waits(&mut solo, get);
    solo.answer(put.id, 200, json!({}));
    assert_eq!(solo.page.take_settled(), [set, get], "in the order in which they were made");
    assert_eq!(got(&solo, get)["name"], "Robert");
    solo.close();
}

#[test]
fn whatever_is_under_way_is_waited_for_and_nothing_that_comes_later() {
    let mut solo = following_bob();
    solo.call(Call::ConversationTyping, json!(["x"]));
    solo.call(Call::UserGet, json!(["carol"]));
    let before: Vec<Sent> = solo.sent();
    let get = solo.call(Call::UserGet, json!(["bob"]));
    waits(&mut solo, get);
    solo.call(Call::ConversationTyping, json!(["y"]));
    assert_eq!(solo.sent().len(), 1, "what is asked later is not waited for");
    let (last, rest) = before.split_last().unwrap();
    for request in rest {
        let (status, body) = plain(request);
        solo.answer(request.id, status, body);
        assert_eq!(solo.page.outcome(get), &Outcome::Pending);
    }
    let (status, body) = plain(last);
    solo.answer(last.id, status, body);
    assert_eq!(got(&solo, get)["name"], "bob");
    solo.close();
}

#[test]
fn a_refusal_of_what_was_asked_before_ends_the_wait_too() {
    let mut solo = following_bob();
    let set = solo.call(Call::UserSet, json!(["bob", { "name": "Robert" }]));
    let get = solo.call(Call::UserGet, json!(["bob"]));
    let put = solo.sent_one("PUT /users/bob");
    solo.answer(put.id, 403, json!({}));
    assert!(matches!(solo.page.outcome(set), Outcome::Rejected(_)));
    assert_eq!(got(&solo, get)["name"], "bob");
    solo.close();
}

#[test]
fn what_was_null_is_there_after_it_was_created() {
    let mut solo = Solo::new();
    let missing = |request: &Sent| match &*request.what {
        "GET /me/conversations/c" => (404, json!({ "errorCode": "CONVERSATION_NOT_FOUND" })),
        "GET /me/conversations/c/messages" => (404, json!({})),
        _ => plain(request),
    };
    let first = solo.call(Call::ConversationGet, json!(["c"]));
    solo.serve(missing);
    assert_eq!(got(&solo, first), Value::Null);
    solo.call(Call::ConversationCreate, json!(["c", {}]));
    let second = solo.call(Call::ConversationGet, json!(["c"]));
    let posts = solo.sent();
    assert_eq!(posts.len(), 2, "{posts:?}");
    solo.push(1, &[json!({ "type": "side.created", "conversationId": "c", "state": side("c") })]);
    for post in posts {
        assert_eq!(solo.page.outcome(second), &Outcome::Pending);
        let (status, body) = plain(&post);
        solo.answer(post.id, status, body);
    }
    serve(&mut solo);
    assert_eq!(got(&solo, second)["id"], "c");
    solo.close();
}

#[test]
fn while_the_connection_is_away_it_is_waited_for() {
    let mut solo = following_bob();
    solo.answer_logins(false);
    solo.drop_socket();
    let set = solo.call(Call::UserSet, json!(["bob", { "name": "Robert" }]));
    let get = solo.call(Call::UserGet, json!(["bob"]));
    waits(&mut solo, get);
    solo.answer_logins(true);
    solo.drop_socket();
    let mut named = "bob";
    let mut answered = Vec::new();
    solo.serve(|request| {
        answered.push(request.what.clone());
        match &*request.what {
            "PUT /users/bob" => named = "Robert",
            "GET /users" => {
                let mut robert = user("bob");
                robert["name"] = json!(named);
                return (200, json!({ "bob": robert }));
            }
            _ => {}
        }
        (200, json!({}))
    });
    assert!(answered.iter().any(|what| what == "PUT /users/bob"), "{answered:?}");
    assert!(matches!(solo.page.outcome(set), Outcome::Value(_)));
    assert_eq!(got(&solo, get)["id"], "bob");
    solo.close();
}

#[test]
fn a_drop_while_waiting_is_waited_through() {
    let mut solo = following_bob();
    let set = solo.call(Call::UserSet, json!(["bob", { "name": "Robert" }]));
    let get = solo.call(Call::UserGet, json!(["bob"]));
    solo.sent_one("PUT /users/bob");
    solo.drop_socket();
    let again = solo.sent();
    assert!(again.iter().any(|request| request.what == "PUT /users/bob"), "{again:?}");
    for request in &again {
        assert_eq!(solo.page.outcome(get), &Outcome::Pending, "{request:?}");
        let (status, body) = plain(request);
        solo.answer(request.id, status, body);
    }
    assert!(matches!(solo.page.outcome(set), Outcome::Value(_)));
    assert_eq!(got(&solo, get)["name"], "bob");
    solo.close();
}

#[test]
fn a_message_of_a_live_window_is_waited_for_and_another_is_asked_for_at_once() {
    let all = [message("m2", 2, None), message("m1", 1, None)];
    let mut solo = Solo::new();
    solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    let content = json!([{ "type": "text", "children": ["new"] }]);
    solo.call(Call::MessageEdit, json!(["c", "m1", { "content": content }]));
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    let patch = solo.sent_one("PATCH /conversations/c/messages/m1");
    waits(&mut solo, get);
    let diff = json!({ "content": content });
    solo.push(
        1,
        &[json!({ "type": "message.edited", "conversationId": "c", "messageId": "m1",
            "diff": diff })],
    );
    let other = solo.call(Call::MessageGet, json!(["c", "m0"]));
    let asked = solo.sent_one("GET /me/conversations/c/messages/m0");
    solo.answer(patch.id, 200, json!({}));
    assert_eq!(got(&solo, get)["content"], content);
    solo.answer(asked.id, 404, json!({}));
    assert_eq!(got(&solo, other), Value::Null);
    solo.close();
}

#[test]
fn an_upload_that_is_under_way_is_not_waited_for() {
    let mut solo = following_bob();
    let upload = solo.call(Call::Upload, json!(["a.png", 5]));
    let check = solo.sent_one("POST /files/validate");
    let get = solo.call(Call::UserGet, json!(["bob"]));
    waits(&mut solo, get);
    solo.answer(check.id, 200, json!({}));
    assert_eq!(got(&solo, get)["name"], "bob");
    let later = solo.call(Call::UserGet, json!(["bob"]));
    assert!(solo.sent().is_empty());
    assert_eq!(got(&solo, later)["name"], "bob");
    assert_eq!(solo.page.outcome(upload), &Outcome::Pending);
    let (request, _) = solo.fetched.pop().unwrap();
    solo.respond(request, 200, r#"{"fileToken":"f"}"#);
    solo.close();
}

#[test]
fn getting_a_message_does_not_end_what_else_is_followed() {
    let mut solo = following_bob();
    let bob = 1;
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    solo.serve(with_messages(&[message("m1", 1, None)]));
    assert_eq!(got(&solo, get)["id"], "m1");
    // Long enough for a connection that nobody needs to be closed.
    solo.pass(40_000);
    serve(&mut solo);
    solo.push(1, &[renamed("bob", "Robert")]);
    assert_eq!(solo.shown(bob)["name"], "Robert");
    solo.close();
}

#[test]
fn a_message_that_comes_with_a_page_is_got_though_the_next_page_is_refused() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let page = |request: &Sent| request.what == format!("GET {MESSAGES}");
    let all = [message("m2", 2, None)];
    serve_but(&mut solo, |_| false, with_messages(&all));
    // Everything is loaded again, in two pages.
    solo.drop_socket();
    let get = solo.call(Call::MessageGet, json!(["c", "m9"]));
    let asked = |request: &Sent| request.what == format!("GET {MESSAGES}/m9");
    let held = serve_but(&mut solo, |request| page(request) || asked(request), plain);
    let [first, own] = [page, asked].map(|is| held.iter().find(|it| is(it)).unwrap().id);
    let newer = json!({ "data": [message("m9", 9, None)], "cursor": "older" });
    solo.answer(first, 200, newer);
    let second = solo.sent_one(&format!("GET {MESSAGES}"));
    let gone = json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] });
    solo.answer(own, 403, gone.clone());
    solo.answer(second.id, 403, gone);
    serve(&mut solo);
    assert_eq!(solo.shown(messages), Value::Null);
    assert_eq!(got(&solo, get)["id"], "m9", "it was said to be there");
    solo.close();
}

#[test]
fn a_message_that_was_deleted_is_not_there_again_by_a_late_answer_to_a_get() {
    let all = [message("m2", 2, Some("m1"))];
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    let asked = format!("GET {MESSAGES}/m1");
    let held = serve_but(&mut solo, |request| request.what == asked, with_messages(&all));
    let [own, quoted] = &held[..] else { panic!("two are held: {held:?}") };
    solo.answer(quoted.id, 200, message("m1", 1, None));
    serve(&mut solo);
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "m1");
    solo.push(1, &[json!({ "type": "message.deleted", "conversationId": "c", "messageId": "m1" })]);
    solo.answer(own.id, 200, message("m1", 1, None));
    serve(&mut solo);
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    assert_eq!(got(&solo, get), Value::Null);
    solo.close();
}
