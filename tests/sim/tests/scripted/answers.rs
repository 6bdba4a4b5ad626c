//! Answers and events that are not what they should be.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Solo, State};

use crate::talk::{created, message, plain, serve, user, with_messages, MESSAGES};

/// What a call was rejected with: the status, and the reasons.
#[track_caller]
fn rejected(solo: &Solo, call: u32) -> (u64, String) {
    match solo.page.outcome(call) {
        Outcome::Rejected(error) => {
            (error["status"].as_u64().unwrap_or(999), error["body"]["reasons"].to_string())
        }
        other => panic!("{call} is rejected: {other:?}"),
    }
}

/// A client that shows a window with one message, "m1".
fn with_window() -> (Solo, u32) {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&[message("m1", 1, None)]));
    (solo, messages)
}

#[test]
fn deep_content_is_shown_in_answers_and_events() {
    // What reads the operations here stops at 128, in all.
    for depth in [61, 100] {
        let deep = (0..depth).fold(json!("x"), |inner, _| json!([inner]));
        let (mut one, mut two) = (message("m1", 1, None), message("m2", 2, None));
        one["content"] = json!([deep]);
        two["content"] = json!([deep]);
        let mut solo = Solo::new();
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        solo.serve(with_messages(&[one]));
        solo.push(1, &[created(&two)]);
        let shown = solo.shown(messages);
        assert_eq!((&shown[0]["content"][0], &shown[1]["content"][0]), (&deep, &deep));
        solo.close();
    }
}

#[test]
fn a_success_that_lacks_what_was_made_is_told_as_that() {
    for body in [
        json!({}),
        json!({ "id": null }),
        json!({ "id": "" }),
        json!([]),
        json!("m"),
        json!(5),
        Value::Null,
    ] {
        let mut solo = Solo::new();
        let send = solo.call(Call::ConversationSend, json!(["c", { "text": "hello" }]));
        let post = solo.sent_one("POST /conversations/c/messages");
        solo.answer(post.id, 200, body);
        let (status, reasons) = rejected(&solo, send);
        assert_eq!(status, 200);
        assert!(reasons.contains("may have been done"), "{reasons}");
        solo.close();
    }
}

#[test]
fn an_answer_that_is_no_state_is_a_failure_and_not_an_absence() {
    for body in [json!([]), json!("x"), json!(5), json!(true)] {
        let mut solo = Solo::new();
        let get = solo.call(Call::ConversationGet, json!(["c"]));
        let members = solo.subscribe(Call::ParticipantsSubscribe, json!(["c"]));
        let message = solo.call(Call::MessageGet, json!(["d", "m"]));
        solo.serve(|request| match &*request.what {
            what if what.starts_with("GET ") => (200, body.clone()),
            _ => plain(request),
        });
        assert_eq!(rejected(&solo, get).0, 200);
        assert_eq!(rejected(&solo, message).0, 200);
        assert!(matches!(solo.page.subscription(members).state, State::Failed(_)), "{body}");
        solo.close();
    }
}

#[test]
fn a_status_of_nought_is_a_failure() {
    let mut solo = Solo::new();
    let calls = [
        solo.call(Call::UserSet, json!(["bob", {}])),
        solo.call(Call::ConversationSet, json!(["c", { "subject": "s" }])),
        solo.call(Call::ConversationCreate, json!(["d", {}])),
        solo.call(Call::ParticipantCreate, json!(["c", "bob", {}])),
        solo.call(Call::ParticipantDelete, json!(["c", "bob"])),
        solo.call(Call::MessageEdit, json!(["c", "m", { "text": "x" }])),
        solo.call(Call::ConversationTyping, json!(["c"])),
        solo.call(Call::ConversationSend, json!(["c", { "text": "x" }])),
        solo.call(Call::Translate, json!(["c", "m", "nl"])),
    ];
    solo.serve(|request| match &*request.what {
        what if what.ends_with("/participants") => {
            let actions = request.data["actions"].as_array().unwrap();
            let responses = vec![json!({ "status": 0 }); actions.len()];
            (200, json!({ "responses": responses }))
        }
        _ => (0, json!({})),
    });
    for call in calls {
        assert_eq!(rejected(&solo, call).0, 0);
    }
    solo.close();
}

#[test]
fn a_message_without_sender_content_or_time_is_ignored() {
    let (mut solo, messages) = with_window();
    let mut seq = 0;
    for name in ["senderId", "content", "createdAt"] {
        for odd in [None, Some(json!({ "x": 1 })), Some(json!(false))] {
            let mut state = message("odd", 5, None);
            match odd {
                None => drop(state.as_object_mut().unwrap().remove(name)),
                Some(odd) => state[name] = odd,
            }
            seq += 1;
            solo.push(seq, &[created(&state)]);
            assert_eq!(solo.ids(messages), ["m1"], "{state}");
        }
    }
    assert!(solo.sent().is_empty());
    // One of nobody has a sender, which is null.
    let mut state = message("m2", 2, None);
    state["senderId"] = Value::Null;
    solo.push(seq + 1, &[created(&state)]);
    assert_eq!(solo.ids(messages), ["m2", "m1"]);
    solo.close();
}

#[test]
fn ids_with_half_a_character_name_nothing() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let mut page = 0;
    loop {
        let sent = solo.sent();
        if sent.is_empty() {
            break;
        }
        for request in sent {
            if request.what == format!("GET {MESSAGES}") {
                page += 1;
                let odd = |half: &str| {
                    message("HALF", 3, None).to_string().replace("HALF", &format!("{half}x"))
                };
                let (one, two) = (odd(r"\ud800"), odd(r"\ud801"));
                let good = message("m1", 1, None);
                let id = request.id;
                solo.frame(&format!(r#"[{id},200,{{"data":[{one},{two},{good}],"cursor":null}}]"#));
            } else {
                let (status, body) = plain(&request);
                solo.answer(request.id, status, body);
            }
        }
    }
    assert_eq!(page, 1);
    assert_eq!(solo.ids(messages), ["m1"]);
    let event = created(&message("HALF", 5, None)).to_string();
    for (seq, half) in [(1, r"\ud800"), (2, r"\udfff")] {
        solo.frame(&format!(r#"[{seq},"PUBLISH",{}]"#, event.replace("HALF", half)));
    }
    assert_eq!(solo.ids(messages), ["m1"]);
    solo.close();
}

#[test]
fn presence_is_null_only_for_a_user_who_does_not_exist() {
    for (code, fails) in [("USER_NOT_FOUND", false), ("OTHER", true)] {
        let mut solo = Solo::new();
        let online = solo.subscribe(Call::OnlineSubscribe, json!(["eve"]));
        solo.serve(|request| match &*request.what {
            "GET /users/eve/online" => (404, json!({ "errorCode": code, "reasons": ["y"] })),
            "GET /users" => (200, json!({})),
            _ => plain(request),
        });
        match &solo.page.subscription(online).state {
            State::Failed(error) => {
                assert!(fails);
                assert_eq!(
                    (&error["status"], &error["body"]["errorCode"]),
                    (&json!(404), &json!(code))
                );
            }
            State::Active => {
                assert!(!fails);
                assert_eq!(solo.shown(online), Value::Null);
            }
            other => panic!("{other:?}"),
        }
        solo.close();
    }
}

#[test]
fn after_a_new_login_pushes_are_counted_anew() {
    for lapse in ["event", "401"] {
        let (mut solo, messages) = with_window();
        solo.push(7, &[created(&message("m2", 2, None))]);
        solo.push(3, &[created(&message("old", 9, None))]);
        assert_eq!(solo.ids(messages), ["m2", "m1"]);
        let all = [message("m2", 2, None), message("m1", 1, None)];
        if lapse == "event" {
            solo.push(8, &[json!({ "type": "session.expired" })]);
        } else {
            solo.call(Call::ConversationTyping, json!(["c"]));
            let typing = solo.sent_one("POST /me/conversations/c/typing");
            solo.answer(typing.id, 401, json!({}));
        }
        solo.serve(with_messages(&all));
        solo.push(1, &[created(&message("m3", 3, None))]);
        assert_eq!(solo.ids(messages), ["m3", "m2", "m1"], "{lapse}");
        solo.push(1, &[created(&message("again", 4, None))]);
        assert_eq!(solo.ids(messages), ["m3", "m2", "m1"], "{lapse}");
        solo.close();
    }
}

#[test]
fn a_reaction_that_was_set_to_null_comes_back_without_its_past() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let mut state = message("m1", 1, None);
    let reaction =
        |mine: bool, at: u64| json!({ "count": 2, "createdAt": at, "currentUserReacted": mine });
    state["reactions"] = json!({ "A": reaction(true, 1), "B": reaction(true, 2) });
    solo.serve(with_messages(&[state]));
    let edited = |reactions: Value| {
        json!({ "type": "message.edited", "conversationId": "c", "messageId": "m1",
            "diff": { "reactions": reactions } })
    };
    for (at, null) in [json!({ "B": null }), Value::Null].into_iter().enumerate() {
        solo.push(2 * at as u64 + 1, &[edited(null)]);
        solo.push(2 * at as u64 + 2, &[edited(json!({ "B": { "count": 1 } }))]);
        let shown = solo.shown(messages);
        let last = shown[0]["reactions"].as_array().unwrap().iter().find(|own| own["emoji"] == "B");
        assert_eq!(last.unwrap()["currentUserReacted"], false);
    }
    solo.close();
}

#[test]
fn what_is_of_a_wrong_type_in_a_reaction_stays_as_it_was() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let mut state = message("m1", 1, None);
    state["reactions"] = json!({
        "A": { "count": 2, "createdAt": 1, "currentUserReacted": true },
        "B": { "count": 1, "createdAt": 2, "currentUserReacted": false },
    });
    solo.serve(with_messages(&[state]));
    let before = solo.shown(messages);
    let wrong = json!({ "B": { "count": "3", "createdAt": null, "currentUserReacted": 1 } });
    for (at, reactions) in [wrong, json!(5), json!({ "A": {} })].into_iter().enumerate() {
        solo.push(
            at as u64 + 1,
            &[json!({ "type": "message.edited", "conversationId": "c", "messageId": "m1",
                "diff": { "reactions": reactions } })],
        );
        assert_eq!(solo.shown(messages), before);
    }
    solo.close();
}

#[test]
fn what_cannot_be_read_of_a_push_does_not_keep_the_rest_from_being_applied() {
    let (mut solo, messages) = with_window();
    let good = created(&message("m2", 2, None));
    solo.frame(&format!(r#"[1,"PUBLISH",null,5,{{"type":7}},{good},{{"type":"message.created",]"#));
    assert_eq!(solo.ids(messages), ["m2", "m1"]);
    solo.close();
}

#[test]
fn a_subscription_that_is_never_answered_is_made_again_on_a_new_connection() {
    let mut solo = Solo::new();
    let bob = solo.subscribe(Call::UserSubscribe, json!(["bob"]));
    let get = solo.call(Call::UserGet, json!(["bob"]));
    let first = solo.sent();
    assert_eq!(first.len(), 2);
    // Answers with numbers that nobody has asked with.
    for request in &first {
        solo.answer(request.id + 100, 200, json!({ "bob": user("bob") }));
    }
    solo.pass(39_000);
    assert!(solo.sent().is_empty());
    solo.pass(45_000);
    serve(&mut solo);
    assert_eq!(solo.shown(bob)["id"], "bob");
    assert!(matches!(solo.page.outcome(get), Outcome::Snapshot(_)));
    solo.close();
}

#[test]
fn events_of_any_number_are_acknowledged_and_count() {
    let mut solo = Solo::new();
    let bob = solo.subscribe(Call::UserSubscribe, json!(["bob"]));
    serve(&mut solo);
    for (seq, name) in [(1_u64 << 32, "a"), (1_795_963_848_311, "b")] {
        let renamed = json!({ "type": "user.edited", "userId": "bob", "diff": { "name": name } });
        solo.push(seq, &[renamed]);
        assert_eq!(solo.shown(bob)["name"], name);
        assert_eq!(solo.acknowledged.last(), Some(&seq));
    }
    solo.close();
}

#[test]
fn an_answer_that_has_nothing_of_what_was_asked_for_is_a_failure() {
    for (call, args) in [
        (Call::ConversationGet, json!(["c"])),
        (Call::MessageGet, json!(["c", "m1"])),
        (Call::ParticipantGet, json!(["c", "bob"])),
    ] {
        let mut solo = Solo::new();
        let get = solo.call(call, args);
        solo.serve(|request| match request.what.starts_with("GET /me/") {
            true => (200, json!({})),
            false => plain(request),
        });
        assert!(matches!(solo.page.outcome(get), Outcome::Rejected(_)), "{call:?}");
        solo.close();
    }
}
