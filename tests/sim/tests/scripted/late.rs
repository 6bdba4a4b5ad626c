//! Answers that come when what they are about has gone, or has come back.

use serde_json::{json, Value};
use talk_sim::{Call, Dice, Outcome, Sent, Solo, State};

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
fn an_answer_is_not_taken_for_that_of_who_is_in_the_same_place_now() {
    for call in [Call::UserSubscribe, Call::OnlineSubscribe, Call::ParticipantSubscribe] {
        let mut solo = Solo::new();
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        let quoted = format!("GET {MESSAGES}/m0");
        let all = [message("m1", 1, Some("m0"))];
        let held = serve_but(&mut solo, |request| request.what == quoted, with_messages(&all));
        assert_eq!(held.len(), 1);
        // The places of the two messages are given to others.
        solo.push(1, &[json!({ "type": "conversation.cleared", "conversationId": "c" })]);
        let other = solo.subscribe(call, json!(["d", "dave"]));
        solo.answer(held[0].id, 200, message("m0", 0, None));
        assert!(!solo.is_active(other), "{call:?}");
        serve(&mut solo);
        assert!(solo.is_active(other));
        assert_eq!(solo.shown(messages), json!([]));
        solo.close();
    }
}

#[test]
fn a_refusal_is_not_taken_for_that_of_who_is_in_the_same_place_now() {
    let mut solo = Solo::new();
    let before = solo.subscribe(Call::UserSubscribe, json!(["bob"]));
    let held = serve_but(&mut solo, |request| request.what == "SUBSCRIBE /users", plain);
    assert_eq!(held.len(), 1);
    solo.unsubscribe(before);
    solo.pass(31_000);
    serve(&mut solo);
    let after = solo.subscribe(Call::UserSubscribe, json!(["carol"]));
    solo.answer(held[0].id, 400, json!({ "errorCode": "ODD", "reasons": [] }));
    serve(&mut solo);
    assert!(solo.is_active(after));
    solo.close();
}

#[test]
fn a_refusal_of_what_nobody_follows_any_more_is_dropped() {
    let mut solo = Solo::new();
    solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let before = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let get = "GET /me/conversations/c";
    let held = serve_but(&mut solo, |request| request.what == get, plain);
    assert_eq!(held.len(), 1);
    solo.unsubscribe(before);
    solo.pass(31_000);
    serve(&mut solo);
    solo.answer(held[0].id, 400, json!({ "errorCode": "ODD", "reasons": [] }));
    let after = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    serve(&mut solo);
    assert!(solo.is_active(after));
    solo.close();
}

#[test]
fn clearing_what_is_empty_is_no_news() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    serve(&mut solo);
    let heard = |solo: &Solo| solo.page.subscription(messages).heard.len();
    assert_eq!(heard(&solo), 1);
    solo.push(1, &[json!({ "type": "conversation.cleared", "conversationId": "c" })]);
    assert!(solo.sent().is_empty());
    assert_eq!(heard(&solo), 1);
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
    let (mut solo, members) = crowded();
    // Of the page with somebody new only the users come late, and the rest of the list later still.
    let users = |request: &Sent| request.what == "GET /users";
    let late = |request: &Sent| users(request) || request.data["cursor"] == "50";
    let mut held = serve_but(&mut solo, late, crowd(1));
    for (seq, event) in (1..).zip(left_and_joined()) {
        solo.push(seq, &[event]);
        held.extend(serve_but(&mut solo, late, crowd(1)));
    }
    held.sort_by_key(|request| !users(request));
    assert!(held.iter().filter(|request| !users(request)).count() > 0);
    for request in held {
        let (status, body) = crowd(1)(&request);
        solo.answer(request.id, status, body);
    }
    solo.serve(crowd(1));
    assert_eq!(solo.ids(members)[0], "p60");
    solo.close();
}

#[test]
fn in_whatever_order_answers_come_a_list_that_is_loaded_again_is_whole() {
    for seed in 0..100 {
        let mut dice = Dice::new(seed);
        let (mut solo, members) = crowded();
        let mut events = (1..).zip(left_and_joined()).peekable();
        let mut waiting = Vec::new();
        loop {
            waiting.extend(solo.sent());
            if events.peek().is_some() && (waiting.is_empty() || dice.chance(170)) {
                let (seq, event) = events.next().expect("it was there");
                solo.push(seq, &[event]);
            } else if waiting.is_empty() {
                break;
            } else {
                let any = dice.below(waiting.len() as u64) as usize;
                let first = if dice.chance(500) { 0 } else { any };
                let request: Sent = waiting.remove(first);
                let (status, body) = crowd(1)(&request);
                solo.answer(request.id, status, body);
            }
        }
        assert_eq!(solo.ids(members)[0], "p60", "seed {seed}");
        solo.close();
    }
}

/// A client that shows 60 participants, and has just lost its socket.
fn crowded() -> (Solo, u32) {
    let mut solo = Solo::new();
    let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(crowd(0));
    solo.call(Call::LoadMore, json!([members, 50]));
    solo.serve(crowd(0));
    assert_eq!(solo.ids(members).len(), 60);
    solo.drop_socket();
    (solo, members)
}

/// I leave, and I am there again.
fn left_and_joined() -> [Value; 2] {
    let state = side("c");
    [
        json!({ "type": "side.deleted", "conversationId": "c" }),
        json!({ "type": "side.created", "conversationId": "c", "state": state }),
    ]
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
fn a_user_who_changes_and_changes_back_while_messages_wait_may_be_a_new_object() {
    let mut solo = Solo::new();
    let all = [message("m1", 1, None)];
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    solo.drop_socket();
    let page = format!("GET {MESSAGES}");
    let held = serve_but(&mut solo, |request| request.what == page, with_messages(&all));
    for (seq, name) in [(1, "robert"), (2, "bob")] {
        let diff = json!({ "name": name });
        solo.push(seq, &[json!({ "type": "user.edited", "userId": "bob", "diff": diff })]);
    }
    let more = [message("m2", 2, None), message("m1", 1, None)];
    let (status, body) = with_messages(&more)(&held[0]);
    solo.answer(held[0].id, status, body);
    serve(&mut solo);
    assert_eq!(solo.ids(messages), ["m2", "m1"]);
    solo.close();
}

#[test]
fn a_message_of_the_same_moment_as_the_oldest_one_may_be_on_the_next_page() {
    let mut all: Vec<Value> =
        (0..29).map(|at| message(&format!("n{at}"), 99 - at, Some("m1"))).collect();
    all.extend([message("m1", 5, None), message("m0", 1, None)]);
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    assert_eq!((solo.ids(messages).len(), &*solo.ids(messages)[29]), (30, "m1"));
    solo.drop_socket();
    all.insert(29, message("m2", 5, None));
    for request in solo.sent() {
        let (status, body) = with_messages(&all)(&request);
        solo.answer(request.id, status, body);
    }
    assert_eq!((solo.ids(messages).len(), &*solo.ids(messages)[29]), (30, "m2"));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "m1");
    solo.serve(with_messages(&all));
    solo.close();
}

#[test]
fn presence_is_asked_for_once_more_when_the_user_turns_out_to_exist() {
    let mut solo = Solo::new();
    let online = solo.subscribe(Call::OnlineSubscribe, json!(["bob"]));
    let nobody = |request: &Sent| match &*request.what {
        "GET /users/bob/online" => (404, json!({ "errorCode": "USER_NOT_FOUND" })),
        _ => plain(request),
    };
    for _ in 0..2 {
        let held = serve_but(&mut solo, |request| request.what == "GET /users", nobody);
        let [users] = &held[..] else { panic!("bob is asked for once: {held:?}") };
        assert_eq!(solo.shown(online), Value::Null);
        solo.answer(users.id, 200, json!({ "bob": user("bob") }));
        let again = solo.sent_one("GET /users/bob/online");
        solo.answer(again.id, 200, json!({ "isConnected": true }));
        serve(&mut solo);
        assert_eq!(solo.shown(online)["isConnected"], true);
        // Then there is no such user once more.
        solo.drop_socket();
    }
    solo.serve(nobody);
    solo.close();
}

#[test]
fn users_whose_paths_have_the_same_hash_are_two() {
    let mut solo = Solo::new();
    // Of FNV-1a with 32 bits, as the nodes are found by.
    let users = ["u179599", "u362382"];
    let shown = users.map(|id| solo.subscribe(Call::UserSubscribe, json!([id])));
    serve(&mut solo);
    for (id, user) in users.into_iter().zip(shown) {
        assert_eq!(solo.shown(user)["id"], id);
    }
    solo.close();
}

#[test]
fn what_participants_hear_late_of_me_is_no_news_of_the_conversation() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    serve(&mut solo);
    solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
    let held = serve_but(&mut solo, |request| request.what.starts_with("GET"), plain);
    let event = |kind: &str, access: &str| {
        json!({ "type": kind, "conversationId": "c", "userId": "alice",
            "diff": { "access": access } })
    };
    solo.push(1, &[event("participant.edited", "Read")]);
    assert_eq!(solo.shown(list)[0]["access"], "Read");
    solo.push(2, &[event("side.edited", "ReadWrite")]);
    let [page] = &held[..] else { panic!("one page is asked for: {held:?}") };
    let me = participant("alice", 1);
    solo.answer(page.id, 200, json!({ "data": [me], "cursor": null }));
    serve(&mut solo);
    assert_eq!(solo.shown(list)[0]["access"], "ReadWrite");
    solo.close();
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

#[test]
fn a_message_that_comes_in_the_moment_when_the_last_one_goes_is_the_last_one() {
    let mut solo = Solo::new();
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(with_messages(&[message("m2", 2, None), message("m1", 1, None)]));
    let last = |solo: &Solo| solo.shown(conversation)["lastMessage"]["id"].clone();
    assert_eq!(last(&solo), "m2");
    let m3 = message("m3", 3, None);
    let gone = json!({ "type": "message.deleted", "conversationId": "c", "messageId": "m2" });
    // Only the last one was loaded, so that for a moment none is.
    solo.push(1, &[gone, created(&m3)]);
    solo.serve(with_messages(&[m3, message("m1", 1, None)]));
    assert_eq!(last(&solo), "m3");
    solo.close();
}

#[test]
fn an_old_message_that_comes_late_is_not_next_to_the_last_one_of_many() {
    let mut solo = Solo::new();
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(with_messages(&[message("m1", 1, None), message("m0", 0, None)]));
    // Of so many, none of which is shown, the last one is kept.
    let all: Vec<Value> = (2..=61).map(|at| message(&format!("m{at}"), at, None)).collect();
    let events: Vec<Value> = all.iter().map(created).collect();
    solo.push(1, &events);
    let gone = json!({ "type": "message.deleted", "conversationId": "c", "messageId": "m61" });
    solo.push(2, &[created(&message("late", 30, None)), gone]);
    let rest: Vec<Value> = all.into_iter().rev().skip(1).collect();
    solo.serve(with_messages(&rest));
    assert_eq!(solo.shown(conversation)["lastMessage"]["id"], "m60");
    solo.close();
}

#[test]
fn a_message_that_is_older_than_one_that_went_may_be_the_last_one() {
    let mut solo = Solo::new();
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let m1 = message("m1", 1, None);
    solo.serve(with_messages(&[message("m9", 9, None), m1.clone(), message("m0", 0, None)]));
    let gone = json!({ "type": "message.deleted", "conversationId": "c", "messageId": "m9",
        "newLastMessage": m1 });
    solo.push(1, &[gone, created(&message("m5", 5, None))]);
    assert_eq!(solo.shown(conversation)["lastMessage"]["id"], "m5");
    solo.close();
}

#[test]
fn the_late_answer_to_an_earlier_subscription_says_nothing_of_the_next_one() {
    let mut solo = Solo::new();
    let before = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let follows = |request: &Sent| request.what == "SUBSCRIBE /me/conversations";
    let earlier = serve_but(&mut solo, follows, plain);
    solo.unsubscribe(before);
    solo.pass(11_000);
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let later = solo.sent();
    solo.answer(earlier[0].id, 200, json!({}));
    let mut edited = side("c");
    edited["subject"] = json!("before");
    let news = json!({ "type": "side.created", "conversationId": "c", "state": edited });
    // It was told to the earlier one. What happened until the next one took effect was not told.
    solo.push(1, &[news]);
    later.iter().for_each(|request| {
        let (status, body) = plain(request);
        if !follows(request) {
            solo.answer(request.id, status, body);
        }
    });
    serve(&mut solo);
    solo.answer(later.iter().find(|it| follows(it)).unwrap().id, 200, json!({}));
    serve(&mut solo);
    assert_eq!(solo.shown(list)[0]["subject"], Value::Null);
    solo.close();
}

/// The first page of a crowd that is loaded again is there, somebody new in it; gives the request for
/// the second one, and the subscription to whom is new.
fn half_loaded(solo: &mut Solo) -> (Sent, u32) {
    let pages = |request: &Sent| request.what == "GET /me/conversations/c/participants";
    let first = serve_but(solo, pages, crowd(1));
    let (status, body) = crowd(1)(&first[0]);
    let new = body["data"][0]["id"].clone();
    solo.answer(first[0].id, status, body);
    let mut second = serve_but(solo, pages, crowd(1));
    let participant = solo.subscribe(Call::ParticipantSubscribe, json!(["c", new]));
    solo.serve(crowd(1));
    assert_eq!((second.len(), solo.shown(participant)["joinedAt"].is_number()), (1, true));
    (second.remove(0), participant)
}

#[test]
fn a_participant_of_a_page_that_is_not_installed_is_followed_by_who_wants_them() {
    let (mut solo, members) = crowded();
    let (second, participant) = half_loaded(&mut solo);
    solo.answer(second.id, 402, json!({}));
    let id = solo.shown(participant)["user"]["id"].as_str().expect("an id").to_owned();
    let asked = solo.sent().into_iter().map(|request| request.what).collect::<Vec<_>>();
    let own = format!("SUBSCRIBE /me/conversations/c/participants/{id}");
    assert!(asked.contains(&own), "{asked:?}");
    assert!(matches!(solo.page.subscription(members).state, State::Failed(_)));
    solo.close();
}

#[test]
fn who_leaves_while_participants_are_loaded_follows_none_of_them_by_itself() {
    let (mut solo, _) = crowded();
    let (second, participant) = half_loaded(&mut solo);
    solo.push(1, &left_and_joined()[..1]);
    solo.answer(second.id, 403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }));
    assert_eq!(solo.shown(participant), Value::Null);
    let asked = solo.sent().into_iter().map(|request| request.what);
    let single =
        asked.filter(|what| what.starts_with("SUBSCRIBE ") && what.contains("/participants/"));
    assert_eq!(single.collect::<Vec<_>>().len(), 1);
    solo.close();
}
