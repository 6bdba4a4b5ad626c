//! What is shown at once to who comes back soon.

use serde_json::json;
use talk_sim::{Call, Solo};

use crate::talk::{created, message, participant, plain, side, with_messages, MESSAGES};

/// A client that shows a conversation and its messages, and then neither.
fn left() -> Solo {
    let all = [message("m2", 2, None), message("m1", 1, None)];
    let mut solo = Solo::new();
    let side = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    assert_eq!(solo.ids(messages), ["m2", "m1"]);
    solo.unsubscribe(side);
    solo.unsubscribe(messages);
    solo
}

#[test]
fn messages_of_a_conversation_that_was_live_are_shown_at_once() {
    for seconds in [0, 5, 12, 29, 35, 39] {
        let mut solo = left();
        solo.pass(seconds * 1_000);
        solo.sent();
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        assert_eq!(solo.ids(messages), ["m2", "m1"], "after {seconds} s");
        assert!(solo.sent().is_empty());
        solo.close();
    }
}

#[test]
fn the_conversation_goes_after_30_s_and_its_messages_10_s_later() {
    let mut solo = left();
    solo.pass(29_900);
    assert!(solo.sent().is_empty());
    solo.pass(200);
    solo.sent_one("UNSUBSCRIBE /me/conversations/c");
    solo.pass(9_700);
    assert!(solo.sent().is_empty());
    solo.pass(300);
    solo.sent_one(&format!("UNSUBSCRIBE {MESSAGES}"));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    assert!(!solo.is_active(messages));
    solo.close();
}

#[test]
fn messages_alone_go_after_10_s() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&[]));
    solo.unsubscribe(messages);
    solo.pass(9_900);
    assert!(solo.sent().is_empty());
    solo.pass(200);
    solo.sent_one(&format!("UNSUBSCRIBE {MESSAGES}"));
    solo.close();
}

#[test]
fn news_that_come_meanwhile_are_in_a_large_window_too() {
    let all: Vec<_> = (0..70).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    let mut solo = Solo::new();
    solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    solo.call(Call::LoadMore, json!([messages, 40]));
    solo.serve(with_messages(&all));
    assert_eq!(solo.ids(messages).len(), 70);
    solo.unsubscribe(messages);
    solo.pass(20_000);
    solo.push(1, &[created(&message("new", 100, None))]);
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    assert_eq!(solo.ids(messages)[0], "new");
    assert!(solo.sent().is_empty());
    // After that no more is kept than anybody shows.
    solo.unsubscribe(messages);
    solo.pass(31_000);
    solo.push(2, &[created(&message("newer", 101, None))]);
    assert!(solo.page.kept() < 10, "{}", solo.page.kept());
    solo.close();
}

#[test]
fn two_pages_of_messages_are_kept_for_who_comes_back() {
    let all: Vec<_> = (0..30).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    let mut solo = Solo::new();
    solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    solo.unsubscribe(messages);
    solo.pass(31_000);
    for at in 30..60 {
        solo.push(at, &[created(&message(&format!("m{at}"), at, None))]);
    }
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    assert_eq!(solo.ids(messages)[0], "m59");
    assert!(solo.sent().is_empty());
    solo.close();
}

#[test]
fn when_the_last_of_a_window_that_was_cut_is_deleted_the_one_before_it_is_fetched() {
    let all: Vec<_> = (0..70).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    let mut solo = Solo::new();
    let side = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    solo.call(Call::LoadMore, json!([messages, 40]));
    solo.serve(with_messages(&all));
    solo.unsubscribe(messages);
    solo.pass(31_000);
    solo.push(1, &[created(&message("new", 100, None))]);
    assert_eq!(solo.shown(side)["lastMessage"]["id"], "new");
    // This does not say which one is the last one now.
    solo.push(
        2,
        &[json!({ "type": "message.deleted", "conversationId": "c", "messageId": "new" })],
    );
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(side)["lastMessage"]["id"], "m69");
    solo.close();
}

#[test]
fn of_what_nobody_shows_only_messages_are_loaded_after_joining() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    solo.serve(|request| match &*request.what {
        what if what.starts_with("GET /me/conversations/c/") => {
            (403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }))
        }
        _ => plain(request),
    });
    assert!(solo.is_active(messages) && solo.is_active(members));
    solo.unsubscribe(messages);
    solo.unsubscribe(members);
    solo.push(1, &[json!({ "type": "side.created", "conversationId": "c", "state": side("c") })]);
    let sent: Vec<String> = solo.sent().into_iter().map(|request| request.what).collect();
    assert_eq!(sent, [format!("GET {MESSAGES}")]);
    solo.close();
}

#[test]
fn who_was_only_in_a_list_is_not_followed_when_the_list_goes() {
    let mut solo = Solo::new();
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    solo.serve(|request| match &*request.what {
        "GET /me/conversations/c/participants" => {
            (200, json!({ "data": [participant("bob", 1)], "cursor": null }))
        }
        _ => plain(request),
    });
    solo.unsubscribe(members);
    let mut sent = Vec::new();
    for _ in 0..10 {
        solo.pass(10_000);
        sent.extend(solo.sent().into_iter().map(|request| request.what));
    }
    assert_eq!(
        sent,
        ["/me/conversations/c/participants", "/users/bob"]
            .map(|path| format!("UNSUBSCRIBE {path}"))
    );
    solo.close();
}

#[test]
fn a_conversation_that_was_forgotten_is_asked_for_although_its_messages_are_shown() {
    let mut solo = Solo::new();
    solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let before = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(plain);
    solo.unsubscribe(before);
    solo.pass(31_000);
    solo.sent_one("UNSUBSCRIBE /me/conversations/c");
    let after = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    assert!(!solo.is_active(after));
    solo.serve(|request| match &*request.what {
        "GET /me/conversations/c" => {
            let mut state = side("c");
            state["subject"] = json!("new");
            (200, state)
        }
        _ => plain(request),
    });
    assert_eq!(solo.shown(after)["subject"], "new");
    solo.close();
}
