//! Lists of conversations, and what they are taken to follow.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Snapshot, Solo};

use crate::talk::{created, message, plain, serve, serve_but, side, with_messages, MESSAGES};

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
        let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
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
fn a_conversation_that_is_fetched_twice_is_known_by_the_later_answer() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    solo.serve(none);
    solo.push(1, &[event("side.edited")]);
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let own = |request: &Sent| request.what == "GET /me/conversations/c";
    let held = serve_but(&mut solo, own, plain);
    assert_eq!(held.len(), 2);
    solo.push(2, &[event("side.deleted")]);
    for request in held.iter().rev() {
        solo.answer(request.id, 200, side("c"));
    }
    serve(&mut solo);
    assert_eq!((solo.shown(conversation), solo.shown(list)), (Value::Null, json!([])));
    solo.close();
}

#[test]
fn a_list_that_is_being_loaded_does_not_follow_what_is_not_in_it() {
    let mut solo = Solo::new();
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    serve(&mut solo);
    solo.unsubscribe(conversation);
    solo.pass(29_000);
    solo.subscribe(Call::ListSubscribe, json!(["{}"]));
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

#[test]
fn a_conversation_that_is_fetched_for_a_list_is_not_let_go_of_with_its_messages() {
    let all = [message("m1", 1, None)];
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    solo.serve(none);
    solo.call(Call::MessageGet, json!(["c", "m1"]));
    let get = solo.sent_one(&format!("GET {MESSAGES}/m1"));
    solo.push(1, &[event("side.edited")]);
    let fetch = solo.sent_one("GET /me/conversations/c");
    solo.answer(get.id, 200, all[0].clone());
    solo.serve(with_messages(&all));
    solo.answer(fetch.id, 200, side("c"));
    solo.serve(with_messages(&all));
    assert_eq!(solo.ids(list), ["c"]);
    solo.close();
}

#[test]
fn a_conversation_that_left_a_list_does_not_come_back_by_its_messages() {
    let mut solo = Solo::new();
    let filter = "{\"access\":[\"==\",\"ReadWrite\"]}";
    let lists =
        [json!([filter]), json!(["{}"])].map(|own| solo.subscribe(Call::ListSubscribe, own));
    serve(&mut solo);
    assert!(lists.iter().all(|list| solo.ids(*list) == ["c"]));
    solo.drop_socket();
    // One list is loaded again, then the messages, and then the other list.
    let is_list = |request: &Sent| request.what == "GET /me/conversations";
    let gone = |request: &Sent| match request.what == format!("GET {MESSAGES}") {
        true => (404, json!({})),
        false => none(request),
    };
    let held =
        serve_but(&mut solo, |request| is_list(request) || request.what.ends_with(MESSAGES), gone);
    let (first, rest) = (held.iter().find(|own| is_list(own)), &held);
    let first = first.map_or(0, |own| own.id);
    solo.answer(first, 200, json!({ "data": [], "cursor": null }));
    for request in
        rest.iter().filter(|own| !is_list(own)).chain(rest.iter().filter(|own| is_list(own)))
    {
        if request.id != first {
            let (status, body) = gone(request);
            solo.answer(request.id, status, body);
        }
    }
    solo.serve(gone);
    assert!(lists.iter().all(|list| solo.ids(*list).is_empty()));
    solo.close();
}

#[test]
fn what_happens_to_the_last_message_counts_while_a_newer_one_waits() {
    let mut solo = Solo::new();
    let all = [message("m1", 1, None)];
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    let mut newer = message("m2", 2, None);
    newer["senderId"] = json!("carol");
    solo.push(1, &[created(&newer)]);
    let users = serve_but(&mut solo, |request| request.what == "GET /users", plain);
    assert_eq!(users.len(), 1);
    let event = |name: &str, id: &str| json!({ "type": name, "conversationId": "c", "messageId": id, "diff": { "origin": "new" } });
    solo.push(2, &[event("message.edited", "m1")]);
    solo.push(3, &[event("message.deleted", "m2")]);
    let (status, body) = plain(&users[0]);
    solo.answer(users[0].id, status, body);
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(conversation)["lastMessage"]["origin"], "new");
    solo.close();
}

#[test]
fn what_is_empty_and_is_cleared_is_not_told_again() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    serve(&mut solo);
    assert_eq!(solo.shown(messages), json!([]));
    solo.push(1, &[json!({ "type": "conversation.cleared", "conversationId": "c" })]);
    serve(&mut solo);
    assert_eq!(solo.page.subscription(messages).heard.len(), 1);
    solo.close();
}

#[test]
fn a_conversation_that_turns_out_not_to_fit_leaves_the_list_that_it_just_entered() {
    let with_access = |access: &str| {
        let mut state = side("c");
        state["access"] = json!(access);
        state["lastMessageAt"] = json!(7);
        state
    };
    let fits = |state: Value| {
        move |request: &Sent| match &*request.what {
            "GET /me/conversations" if state["access"] != "Read" => {
                (200, json!({ "data": [], "cursor": null }))
            }
            "GET /me/conversations" => (200, json!({ "data": [state], "cursor": null })),
            "GET /me/conversations/c" => (200, state.clone()),
            _ => plain(request),
        }
    };
    let mut solo = Solo::new();
    solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let list = solo.subscribe(Call::ListSubscribe, json!([r#"{"access":["==","Read"]}"#]));
    solo.serve(fits(with_access("Read")));
    assert_eq!(solo.ids(list), ["c"]);
    // After a gap there is other news of the conversation before it is followed again, so that it is
    // fetched once more, and comes after the list.
    solo.drop_socket();
    let now = fits(with_access("ReadWrite"));
    let is = |what: &'static str| move |request: &Sent| request.what == what;
    let follows = is("SUBSCRIBE /me/conversations/c");
    let own = is("GET /me/conversations/c");
    let all = is("GET /me/conversations");
    let held = serve_but(&mut solo, |it| follows(it) || own(it) || all(it), &now);
    assert_eq!(held.len(), 3);
    let [followed, listed] = [held.iter().find(|it| follows(it)), held.iter().find(|it| all(it))];
    let read = json!({ "type": "side.edited", "conversationId": "c",
        "diff": { "everyoneReadUntil": 5 } });
    solo.push(1, &[read]);
    solo.answer(followed.unwrap().id, 200, json!({}));
    let again = solo.sent_one("GET /me/conversations/c");
    for request in [listed.unwrap(), &again] {
        let (status, body) = now(request);
        solo.answer(request.id, status, body);
    }
    solo.serve(&now);
    assert_eq!(solo.ids(list), [""; 0]);
    solo.close();
}

/// A conversation whose last message is of this time.
fn at_time(id: &str, time: u64) -> Value {
    let mut state = side(id);
    state["lastMessageAt"] = json!(time);
    state
}

#[test]
fn a_conversation_that_i_was_not_in_belongs_where_its_last_message_is_when_i_join() {
    // As many others as a list shows at first, and there are more.
    let others = |request: &Sent| match request.what.strip_prefix("GET /me/conversations") {
        Some("") => {
            let all: Vec<Value> =
                (30..50).rev().map(|time| at_time(&format!("d{time}"), time)).collect();
            (200, json!({ "data": all, "cursor": "older" }))
        }
        Some(what) if what.starts_with("/c") => {
            (403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }))
        }
        Some(what) if what.starts_with("/d") => {
            let time = what[2..4].parse().unwrap();
            (200, json!({ "data": [message("m", time, None)], "cursor": null }))
        }
        _ => plain(request),
    };
    let mut solo = Solo::new();
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    solo.serve(others);
    assert_eq!(solo.shown(conversation), Value::Null);
    assert_eq!(solo.ids(list).len(), 20);
    let state = at_time("c", 90);
    solo.push(1, &[json!({ "type": "side.created", "conversationId": "c", "state": state })]);
    let all = [message("m90", 90, None)];
    solo.serve(with_messages(&all));
    assert_eq!(solo.ids(list)[..2], ["c", "d49"]);
    solo.close();
}
