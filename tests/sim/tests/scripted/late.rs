//! Answers that come when what they are about has gone, or has come back.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Solo};

use crate::talk::{
    created, message, participant, plain, serve, serve_but, side, user, with_messages, MESSAGES,
};

#[test]
fn a_quoted_message_that_comes_after_all_are_gone_is_dropped() {
    let all = [message("m2", 2, Some("m0")), message("m1", 1, None)];
    for end in ["conversation.cleared", "side.deleted"] {
        let mut solo = Solo::new();
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        let quoted = format!("GET {MESSAGES}/m0");
        let held = serve_but(&mut solo, |request| request.what == quoted, with_messages(&all));
        assert_eq!((held.len(), solo.is_active(messages)), (1, false));
        solo.push(1, &[json!({ "type": end, "conversationId": "c" })]);
        solo.answer(held[0].id, 200, message("m0", 0, Some("m1")));
        serve(&mut solo);
        let nothing = if end == "side.deleted" { Value::Null } else { json!([]) };
        assert_eq!(solo.shown(messages), nothing);
        // Nobody holds the message, and so nothing that it shows: only the window is followed.
        assert!(solo.sent().is_empty());
        solo.unsubscribe(messages);
        solo.close();
    }
}

#[test]
fn an_older_page_that_comes_after_all_messages_are_gone_does_not_count() {
    let all: Vec<Value> = (0..40).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    let more = solo.call(Call::LoadMore, json!([messages, 10]));
    let page = solo.sent_one(&format!("GET {MESSAGES}"));
    solo.push(1, &[json!({ "type": "conversation.cleared", "conversationId": "c" })]);
    assert_eq!(*solo.page.outcome(more), Outcome::Value(None), "there is nothing to wait for");
    solo.push(2, &[created(&message("m50", 50, None))]);
    let told = solo.page.subscription(messages).heard.len();
    let (status, body) = with_messages(&all)(&page);
    solo.answer(page.id, status, body);
    assert_eq!(solo.ids(messages), ["m50"]);
    assert_eq!(solo.page.subscription(messages).heard.len(), told, "nothing is told twice");
    solo.close();
}

#[test]
fn the_state_of_what_nobody_follows_any_more_is_dropped() {
    for call in [Call::UserSubscribe, Call::ConversationSubscribe, Call::ParticipantSubscribe] {
        let mut solo = Solo::new();
        let subscription = solo.subscribe(call, json!(["c", "bob"]));
        let held = serve_but(&mut solo, |request| request.what.starts_with("GET"), plain);
        assert!(!held.is_empty());
        solo.unsubscribe(subscription);
        // Until it is forgotten it is followed all the same; then its answer comes.
        solo.pass(75_000);
        for request in held {
            let (status, body) = plain(&request);
            solo.answer(request.id, status, body);
        }
        solo.close();
    }
}

/// The newest of 60 participants, as pages of the service.
fn crowd(newcomers: u64) -> impl Fn(&Sent) -> (u16, Value) {
    move |request| match &*request.what {
        "GET /me/conversations/c/participants" => {
            let count = 60 + newcomers;
            let from = request.data["cursor"].as_str().and_then(|c| c.parse().ok()).unwrap_or(0u64);
            let limit = request.data["limit"].as_u64().unwrap_or(0);
            let to = count.min(from + limit);
            let page = (from..to).map(|at| {
                let number = count - 1 - at;
                participant(&format!("p{number:02}"), 1_000 + number)
            });
            let cursor = (to < count).then(|| to.to_string());
            (200, json!({ "data": page.collect::<Vec<_>>(), "cursor": cursor }))
        }
        _ => plain(request),
    }
}

#[test]
fn whoever_comes_while_a_list_is_loaded_again_is_whole_when_shown() {
    let mut solo = Solo::new();
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(crowd(0));
    solo.call(Call::LoadMore, json!([members, 50]));
    solo.serve(crowd(0));
    assert_eq!(solo.ids(members).len(), 60);
    // All begins anew, and the first page has somebody new, whose user is not known yet.
    solo.drop_socket();
    let users = |request: &Sent| request.what == "GET /users";
    let held = serve_but(&mut solo, users, crowd(1));
    assert!(!held.is_empty());
    let state = side("c");
    solo.push(1, &[json!({ "type": "side.deleted", "conversationId": "c" })]);
    solo.push(2, &[json!({ "type": "side.created", "conversationId": "c", "state": state })]);
    let more = serve_but(&mut solo, users, crowd(1));
    for request in held.into_iter().chain(more) {
        let (status, body) = plain(&request);
        solo.answer(request.id, status, body);
    }
    solo.serve(crowd(1));
    assert_eq!(solo.shown(conversation)["id"], "c");
    assert_eq!(solo.ids(members)[0], "p60");
    solo.close();
}

#[test]
fn users_that_are_not_had_at_all_keep_no_list_from_being_shown() {
    let mut solo = Solo::new();
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    solo.serve(|request| match &*request.what {
        "GET /users" => (200, json!({ "p60": user("p60") })),
        _ => crowd(1)(request),
    });
    assert_eq!(solo.ids(members).len(), 10);
    solo.close();
}

#[test]
fn that_i_was_not_in_a_conversation_does_not_undo_that_i_joined_since() {
    let mut solo = Solo::new();
    let nowhere = |_: &Sent| (403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }));
    let typing = solo.subscribe(Call::TypingSubscribe, json!(["c"]));
    solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let state = |request: &Sent| request.what == "GET /me/conversations/c";
    let held = serve_but(&mut solo, state, |request| match &*request.what {
        what if what.starts_with("GET ") => nowhere(request),
        _ => plain(request),
    });
    assert_eq!((held.len(), solo.shown(typing)), (1, Value::Null));
    solo.push(
        1,
        &[
            json!({ "type": "side.created", "conversationId": "c", "state": side("c") }),
            json!({ "type": "typing.available", "conversationId": "c",
                "state": { "many": false, "usersTyping": {} } }),
        ],
    );
    assert_eq!(solo.shown(typing), json!({ "many": false, "users": [] }));
    // That was read before I joined.
    solo.answer(held[0].id, 403, nowhere(&held[0]).1);
    serve(&mut solo);
    assert_eq!(solo.shown(typing), json!({ "many": false, "users": [] }));
    solo.close();
}

#[test]
fn that_a_message_was_not_there_for_me_does_not_take_it_out_of_messages_that_came_since() {
    let mut solo = Solo::new();
    let all = [message("m1", 1, None)];
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.call(Call::MessageGet, json!(["c", "m1"]));
    let got = format!("GET {MESSAGES}/m1");
    let held = serve_but(&mut solo, |request| request.what == got, with_messages(&all));
    assert_eq!((held.len(), solo.ids(messages)), (1, vec!["m1".to_owned()]));
    // That was read before I joined.
    solo.answer(held[0].id, 403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }));
    solo.serve(with_messages(&all));
    assert_eq!(solo.ids(messages), ["m1"]);
    solo.close();
}

#[test]
fn a_participant_who_came_is_not_gone_by_an_older_answer() {
    let mut solo = Solo::new();
    solo.subscribe(Call::ParticipantSubscribe, json!(["c", "bob"]));
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    let own = |request: &Sent| request.what == "GET /me/conversations/c/participants/bob";
    let held = serve_but(&mut solo, own, plain);
    solo.push(1, &[came("bob", json!(participant("bob", 5)))]);
    solo.answer(held[0].id, 404, json!({ "errorCode": "PARTICIPANT_NOT_FOUND" }));
    serve(&mut solo);
    assert_eq!(solo.ids(members), ["bob"]);
    // Nor by an event that says nothing.
    solo.push(2, &[came("bob", json!(true))]);
    assert_eq!(solo.ids(members), ["bob"]);
    solo.close();
}

fn came(id: &str, state: Value) -> Value {
    json!({ "type": "participant.created", "conversationId": "c", "userId": id, "state": state })
}

#[test]
fn a_list_whose_last_item_moves_back_is_loaded_again() {
    let mut solo = Solo::new();
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    solo.serve(crowd(0));
    assert_eq!(solo.ids(members).last().map(String::as_str), Some("p50"));
    // Others may be before it now.
    solo.push(1, &[came("p50", participant("p50", 7))]);
    solo.sent_one("GET /me/conversations/c/participants");
    solo.close();
}

#[test]
fn a_user_who_comes_while_presence_is_asked_for_has_it() {
    let mut solo = Solo::new();
    let nobody = |request: &Sent| match request.what == "GET /users" {
        true => (200, json!({})),
        false => plain(request),
    };
    solo.subscribe(Call::UserSubscribe, json!(["dave"]));
    solo.serve(nobody);
    let online = solo.subscribe(Call::OnlineSubscribe, json!(["dave"]));
    let held = serve_but(&mut solo, |request| request.what == "GET /users/dave/online", nobody);
    solo.push(1, &[json!({ "type": "user.created", "userId": "dave", "state": user("dave") })]);
    // It was read before.
    solo.answer(held[0].id, 404, json!({ "errorCode": "USER_NOT_FOUND" }));
    let again = solo.sent_one("GET /users/dave/online");
    solo.answer(again.id, 200, json!({ "isConnected": true }));
    assert_eq!(solo.shown(online)["isConnected"], true);
    solo.close();
}

#[test]
fn a_message_that_is_got_is_not_older_than_its_window_knows_it() {
    let mut solo = Solo::new();
    let all = [message("m1", 1, None)];
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let own = format!("GET {MESSAGES}/m1");
    let held = serve_but(&mut solo, |request| request.what == own, with_messages(&all));
    solo.push(
        1,
        &[json!({ "type": "message.edited", "conversationId": "c", "messageId": "m1",
            "diff": { "origin": "new" } })],
    );
    // It was read before.
    solo.answer(held[0].id, 200, all[0].clone());
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["origin"], "new");
    assert!(matches!(solo.page.outcome(get), Outcome::Snapshot(_)));
    solo.close();
}

#[test]
fn reactions_to_a_message_come_alive_with_it() {
    let all = [message("m1", 1, None)];
    let mut solo = Solo::new();
    let reactions = solo.subscribe(Call::ReactionsSubscribe, json!(["c", "m1", "A"]));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let missing = format!("GET {MESSAGES}/m1/reactions/A");
    solo.serve(|request| match request.what == missing {
        true => (404, json!({ "errorCode": "MESSAGE_NOT_FOUND" })),
        false => plain(request),
    });
    assert_eq!(solo.shown(reactions), Value::Null);
    solo.push(1, &[created(&all[0])]);
    serve(&mut solo);
    assert_eq!(solo.ids(messages), ["m1"]);
    assert_eq!(solo.shown(reactions), json!([]));
    solo.close();
}
