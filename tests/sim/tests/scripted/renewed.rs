//! What is subscribed to and asked for anew on a new connection.

use serde_json::{json, Value};
use talk_sim::{Call, Sent, Solo};

use crate::talk::{message, participant, plain, serve, side, with_messages, MESSAGES};

const MEMBERS: &str = "/me/conversations/c/participants";

/// What is sent on a new connection; the service answers it.
fn renewed(solo: &mut Solo, service: impl Fn(&Sent) -> (u16, Value)) -> Vec<String> {
    solo.drop_socket();
    let mut sent = Vec::new();
    solo.serve(|request| {
        sent.push(request.what.clone());
        service(request)
    });
    sent
}

fn with_bob(request: &Sent) -> (u16, Value) {
    match request.what.strip_prefix("GET ") {
        Some(MEMBERS) => (200, json!({ "data": [participant("bob", 1)], "cursor": null })),
        Some("/me/conversations/c/participants/bob") => (200, participant("bob", 1)),
        _ => plain(request),
    }
}

#[test]
fn a_participant_who_is_followed_and_listed_is_both_again() {
    let mut solo = Solo::new();
    solo.subscribe(Call::ParticipantSubscribe, json!(["c", "bob"]));
    solo.serve(with_bob);
    solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    solo.serve(with_bob);
    let sent = renewed(&mut solo, with_bob);
    for path in [MEMBERS, "/me/conversations/c/participants/bob"] {
        assert!(sent.contains(&format!("SUBSCRIBE {path}")), "{sent:?}");
        assert!(sent.contains(&format!("GET {path}")), "{sent:?}");
    }
    solo.close();
}

#[test]
fn a_participant_whose_list_went_meanwhile_is_followed_alone() {
    let mut solo = Solo::new();
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    solo.serve(with_bob);
    let bob = solo.subscribe(Call::ParticipantSubscribe, json!(["c", "bob"]));
    assert!(solo.sent().is_empty(), "the list follows bob");
    solo.answer_logins(false);
    solo.drop_socket();
    solo.unsubscribe(members);
    solo.pass(31_000);
    solo.answer_logins(true);
    let mut sent = renewed(&mut solo, with_bob);
    sent.retain(|what| what.contains("participants"));
    assert_eq!(sent, ["SUBSCRIBE", "GET"].map(|what| format!("{what} {MEMBERS}/bob")));
    assert_eq!(solo.shown(bob)["user"]["id"], "bob");
    solo.close();
}

#[test]
fn the_lists_follow_a_conversation_that_is_in_one() {
    for listed in [true, false] {
        let mut solo = Solo::new();
        solo.subscribe(Call::ListSubscribe, json!([r#"{"subject":["==",null]}"#]));
        serve(&mut solo);
        let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
        assert!(solo.is_active(conversation) && solo.sent().is_empty());
        if !listed {
            let diff = json!({ "subject": "not in the list any more" });
            solo.push(1, &[json!({ "type": "side.edited", "conversationId": "c", "diff": diff })]);
        }
        let sent = renewed(&mut solo, |request| match &*request.what {
            "GET /me/conversations/c" => {
                let mut state = side("c");
                state["subject"] = json!("changed meanwhile");
                (200, state)
            }
            "GET /me/conversations" if !listed => (200, json!({ "data": [], "cursor": null })),
            _ => plain(request),
        });
        for what in ["SUBSCRIBE", "GET"] {
            let what = format!("{what} /me/conversations/c");
            assert_eq!(sent.contains(&what), !listed, "{sent:?}");
        }
        if !listed {
            assert_eq!(solo.shown(conversation)["subject"], "changed meanwhile");
        }
        solo.close();
    }
}

#[test]
fn messages_that_were_missed_come_in_large_pages_after_the_first_one() {
    let mut all: Vec<Value> =
        (0..30).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    solo.drop_socket();
    let news = (30..99).rev().map(|at| message(&format!("m{at}"), at, None));
    all.splice(0..0, news);
    let mut limits = Vec::new();
    solo.serve(|request| {
        if request.what == format!("GET {MESSAGES}") {
            limits.push(request.data["limit"].clone());
        }
        with_messages(&all)(request)
    });
    assert_eq!(limits, [30, 100]);
    assert_eq!(solo.ids(messages).len(), 99);
    solo.close();
}

#[test]
fn who_is_told_that_the_login_is_over_when_unsubscribing_subscribes_anew() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let typing = solo.subscribe(Call::TypingSubscribe, json!(["c"]));
    serve(&mut solo);
    solo.unsubscribe(typing);
    solo.pass(11_000);
    let unsubscribe = solo.sent_one("UNSUBSCRIBE /me/conversations/c/typing");
    solo.answer(unsubscribe.id, 401, json!({}));
    let mut sent = Vec::new();
    solo.serve(|request| {
        sent.push(request.what.clone());
        plain(request)
    });
    assert!(sent.contains(&format!("SUBSCRIBE {MESSAGES}")), "{sent:?}");
    assert!(solo.is_active(messages));
    solo.close();
}
