//! What the service refuses to let a client follow. Who asks for it afterwards has it asked for again.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Solo, State};

use crate::talk::{created, message, plain, serve, serve_but, side, with_messages, MESSAGES};

fn failed(solo: &Solo, subscription: u32) -> bool {
    matches!(solo.page.subscription(subscription).state, State::Failed(_))
}

/// A service that refuses some requests.
fn refusing(what: &str, all: &[Value]) -> impl Fn(&Sent) -> (u16, Value) {
    let (what, all) = (what.to_owned(), all.to_owned());
    move |request| match request.what == what {
        true => (402, json!({})),
        false => with_messages(&all)(request),
    }
}

#[test]
fn messages_that_a_list_does_without_are_asked_for_again_by_who_wants_them() {
    let all = [message("m1", 1, None)];
    for refused in [format!("SUBSCRIBE {MESSAGES}"), format!("GET {MESSAGES}")] {
        let mut solo = Solo::new();
        let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
        solo.serve(refusing(&refused, &all));
        assert_eq!(solo.shown(list)[0]["lastMessage"], Value::Null, "{refused}");
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        assert!(!solo.is_active(messages), "{refused}");
        solo.serve(refusing(&refused, &all));
        assert!(failed(&solo, messages), "{refused}");
        let get = solo.call(Call::ConversationGet, json!(["c"]));
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        solo.serve(with_messages(&all));
        assert_eq!(solo.ids(messages), ["m1"], "{refused}");
        assert!(matches!(solo.page.outcome(get), Outcome::Snapshot(_)), "{refused}");
        // Now it is followed, by the list too.
        solo.push(1, &[created(&message("m2", 2, None))]);
        assert_eq!(solo.shown(list)[0]["lastMessage"]["id"], "m2", "{refused}");
        solo.close();
    }
}

#[test]
fn a_user_whom_a_message_does_without_is_asked_for_again_by_who_wants_them() {
    let all = [message("m1", 1, None)];
    for refused in ["SUBSCRIBE /users", "GET /users"] {
        let mut solo = Solo::new();
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        solo.serve(refusing(refused, &all));
        assert_eq!(solo.ids(messages), ["m1"], "{refused}");
        let get = solo.call(Call::UserGet, json!(["bob"]));
        let mut asked = Vec::new();
        solo.serve(|request| {
            asked.push(request.what.clone());
            plain(request)
        });
        assert_eq!(asked, ["SUBSCRIBE /users", "GET /users"], "{refused}");
        assert_eq!(solo.shown(messages)[0]["sender"]["name"], "bob", "{refused}");
        assert!(matches!(solo.page.outcome(get), Outcome::Snapshot(_)), "{refused}");
        solo.close();
    }
}

#[test]
fn a_list_that_comes_as_soon_as_the_lists_are_refused_is_followed() {
    let mut solo = Solo::new();
    let refused = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let subscribe = solo.sent_one("SUBSCRIBE /me/conversations");
    solo.answer(subscribe.id, 402, json!({}));
    assert!(failed(&solo, refused));
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let sent = solo.sent();
    assert!(sent.iter().any(|request| request.what == subscribe.what), "{sent:?}");
    for request in sent {
        let (status, body) = plain(&request);
        solo.answer(request.id, status, body);
    }
    serve(&mut solo);
    let state = json!({ "type": "side.created", "conversationId": "d", "state": side("d") });
    solo.push(1, &[state]);
    solo.serve(|request| match request.what.contains("/d/messages") {
        true => (200, json!({ "data": [], "cursor": null })),
        false => plain(request),
    });
    assert_eq!(solo.ids(list), ["c", "d"]);
    solo.close();
}

#[test]
fn lists_that_are_refused_when_the_last_one_just_went_are_let_go_of_once() {
    let mut solo = Solo::new();
    let refused = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let held = serve_but(&mut solo, |request| request.what.ends_with("/conversations"), plain);
    let [subscribe, page] = &held[..] else { panic!("two are held: {held:?}") };
    solo.answer(page.id, 403, json!({}));
    assert!(failed(&solo, refused));
    solo.answer(subscribe.id, 402, json!({}));
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    serve(&mut solo);
    assert_eq!(solo.ids(list), ["c"]);
    // And the socket, too.
    solo.close();
}

/// Two edits of one user each, under way at once, of which the first is the larger one.
fn two_edits(solo: &mut Solo, large: usize, small: usize) -> [u32; 2] {
    let mut edit = |user: &str, len: usize| {
        solo.call(Call::UserSet, json!([user, { "custom": { "text": "x".repeat(len) } }]))
    };
    let calls = [edit("alice", large), edit("dave", small)];
    assert_eq!(solo.sent().len(), 2);
    calls
}

#[test]
fn the_larger_of_two_calls_is_the_one_that_a_socket_cannot_carry() {
    let mut solo = Solo::new();
    let [large, small] = two_edits(&mut solo, 9_000, 8_000);
    // 1009: a message is too big to process.
    solo.close_socket(1009);
    let Outcome::Rejected(error) = solo.page.outcome(large) else { panic!("it is refused") };
    assert_eq!(error["status"], 413);
    assert!(matches!(solo.page.outcome(small), Outcome::Pending));
    serve(&mut solo);
    assert!(matches!(solo.page.outcome(small), Outcome::Value(None)));
    solo.close();
}

#[test]
fn only_a_large_call_is_suspected_of_breaking_connections_and_not_at_once() {
    for (large, small, refused) in [(150_000, 120_000, true), (90_000, 80_000, false)] {
        let mut solo = Solo::new();
        let [large, small] = two_edits(&mut solo, large, small);
        for drops in 0..5 {
            let settled = !matches!(solo.page.outcome(large), Outcome::Pending);
            assert_eq!(settled, refused && drops == 4, "after {drops}");
            solo.drop_socket();
            solo.pass(60_000);
        }
        assert!(matches!(solo.page.outcome(small), Outcome::Pending));
        serve(&mut solo);
        assert!(matches!(solo.page.outcome(small), Outcome::Value(None)));
        assert_eq!(matches!(solo.page.outcome(large), Outcome::Rejected(_)), refused);
        solo.close();
    }
}

#[test]
fn a_message_of_a_feed_that_was_refused_is_asked_for() {
    let mut all = vec![message("m1", 1, None)];
    for refused in [format!("SUBSCRIBE {MESSAGES}"), format!("GET {MESSAGES}")] {
        let mut solo = Solo::new();
        let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
        solo.serve(with_messages(&all));
        solo.drop_socket();
        solo.serve(refusing(&refused, &all));
        assert_eq!(solo.ids(list), ["c"], "{refused}");
        // Nobody tells of this.
        all[0]["origin"] = json!("new");
        let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
        solo.serve(with_messages(&all));
        let Outcome::Snapshot(shown) = solo.page.outcome(get) else { panic!("{refused}") };
        assert_eq!(shown.to_value()["origin"], "new", "{refused}");
        all[0]["origin"] = json!("web");
        solo.close();
    }
}
