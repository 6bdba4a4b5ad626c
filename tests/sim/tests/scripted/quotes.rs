//! Messages that are only quoted: no window holds them, and no event is about them alone.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Solo};

use crate::talk::{created, got, message, plain, serve_but, side, with_messages, MESSAGES};

/// More messages than a window shows at first, of which the newest quotes the oldest.
fn history() -> Vec<Value> {
    let quotes = |at: u64| (at == 40).then_some("m1");
    (1..=40).rev().map(|at| message(&format!("m{at}"), at, quotes(at))).collect()
}

/// Answers everything but requests of one kind, of which there is one. Gives that.
fn serve_but_one(solo: &mut Solo, what: &str) -> Sent {
    let all = history();
    let mut held = serve_but(solo, |request| request.what == what, with_messages(&all));
    assert_eq!(held.len(), 1, "{what} is asked for once");
    held.remove(0)
}

fn event(name: &str) -> Value {
    json!({ "type": name, "conversationId": "c", "messageId": "m1", "diff": { "origin": "new" } })
}

#[test]
fn what_happens_to_a_quoted_message_while_it_is_fetched_counts() {
    for (name, origin) in [("message.edited", json!("new")), ("message.deleted", Value::Null)] {
        let mut solo = Solo::new();
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        let quoted = serve_but_one(&mut solo, &format!("GET {MESSAGES}/m1"));
        solo.push(1, &[event(name)]);
        // It was read before.
        solo.answer(quoted.id, 200, message("m1", 1, None));
        solo.serve(with_messages(&[]));
        assert_eq!(solo.shown(messages)[0]["referencedMessage"]["origin"], origin, "{name}");
        solo.close();
    }
}

#[test]
fn a_window_that_is_loaded_again_has_its_quoted_messages_fetched_again() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&history()));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "m1");
    solo.drop_socket();
    let subscribe = serve_but_one(&mut solo, &format!("SUBSCRIBE {MESSAGES}"));
    // It comes before the subscription is answered, and so others may have come before that.
    solo.push(1, &[event("message.deleted")]);
    solo.answer(subscribe.id, 200, json!({}));
    let quoted = serve_but_one(&mut solo, &format!("GET {MESSAGES}/m1"));
    solo.answer(quoted.id, 404, json!({}));
    assert_eq!(solo.shown(messages)[0]["id"], "m40");
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    solo.close();
}

#[test]
fn a_quoted_message_that_could_not_be_had_is_shown_when_it_can() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let quoted = serve_but_one(&mut solo, &format!("GET {MESSAGES}/m1"));
    solo.answer(quoted.id, 402, json!({}));
    solo.serve(with_messages(&history()));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    solo.drop_socket();
    solo.serve(with_messages(&history()));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "m1");
    solo.close();
}

#[test]
fn a_quoted_message_that_was_let_go_of_is_made_anew() {
    let mut solo = Solo::new();
    // Who follows the reactions to a message keeps its place.
    solo.subscribe(Call::ReactionsSubscribe, json!(["c", "m1", "A"]));
    let all = history();
    for _ in 0..2 {
        let get = solo.call(Call::MessageGet, json!(["c", "m40"]));
        solo.serve(with_messages(&all));
        assert_eq!(got(&solo, get)["referencedMessage"]["id"], "m1");
    }
    solo.close();
}

#[test]
fn a_message_that_was_read_before_its_conversation_was_followed_is_read_again_as_a_quoted_one() {
    let mut solo = Solo::new();
    // It is held until what it refers to has come.
    solo.call(Call::MessageGet, json!(["c", "m1"]));
    let get = solo.sent_one(&format!("GET {MESSAGES}/m1"));
    solo.answer(get.id, 200, message("m1", 1, Some("m0")));
    let reference = serve_but_one(&mut solo, &format!("GET {MESSAGES}/m0"));
    // Now it gets a reaction, of which nobody tells.
    let mut changed = message("m1", 1, Some("m0"));
    changed["reactions"] = json!({ "👍": { "count": 1, "createdAt": 2 } });
    let all: Vec<Value> = history().into_iter().filter(|own| own["id"] != "m1").collect();
    let all: Vec<Value> = all.into_iter().chain([changed]).collect();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    solo.answer(reference.id, 404, json!({}));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["reactions"][0]["emoji"], "👍");
    solo.close();
}

#[test]
fn the_oldest_message_that_went_before_its_window_was_followed_is_not_quoted_any_more() {
    let mut all = vec![message("m2", 2, Some("m1")), message("m1", 1, None)];
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let subscribes = |request: &Sent| request.what == format!("SUBSCRIBE {MESSAGES}");
    let held = serve_but(&mut solo, subscribes, with_messages(&all));
    assert_eq!(solo.ids(messages), ["m2", "m1"]);
    // The service deletes it, and tells nobody.
    all.truncate(1);
    solo.answer(held[0].id, 200, json!({}));
    solo.serve(with_messages(&all));
    assert_eq!(solo.ids(messages), ["m2"]);
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    solo.close();
}

#[test]
fn who_sent_a_message_and_what_it_refers_to_is_what_was_said_last() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    for (sender, reference) in [("bob", json!("m1")), ("dave", Value::Null), ("bob", json!("m39"))]
    {
        let mut all = history();
        all[0]["senderId"] = json!(sender);
        all[0]["referencedMessageId"] = reference.clone();
        solo.serve(with_messages(&all));
        let shown = solo.shown(messages)[0].clone();
        assert_eq!(shown["sender"]["id"], sender);
        assert_eq!(shown["referencedMessage"]["id"], reference);
        solo.drop_socket();
    }
    solo.close();
}

#[test]
fn what_a_quoted_message_refers_to_is_what_was_said_last() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    for quoted in [json!("m0"), Value::Null, json!("m0")] {
        let mut all = history();
        all[39]["referencedMessageId"] = quoted.clone();
        solo.serve(with_messages(&all));
        let shown = solo.shown(messages)[0]["referencedMessage"].clone();
        assert_eq!((&shown["id"], &shown["referencedMessageId"]), (&json!("m1"), &quoted));
        solo.drop_socket();
    }
    solo.close();
}

#[test]
fn a_lost_message_that_comes_and_goes_once_more_is_no_news_for_a_reply_to_it() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let all = [message("m2", 2, Some("m1"))];
    let quoted = format!("GET {MESSAGES}/m1");
    let held = serve_but(&mut solo, |request| request.what == quoted, with_messages(&all));
    let m1 = message("m1", 1, None);
    let gone = json!({ "type": "message.deleted", "conversationId": "c", "messageId": "m1" });
    solo.push(1, &[created(&m1), gone]);
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    solo.answer(held[0].id, 404, json!({}));
    assert_eq!(solo.page.subscription(messages).heard.len(), 1);
    solo.close();
}

#[test]
fn a_quoted_message_that_is_back_is_quoted_as_it_is_now() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let all = [message("m2", 2, Some("m1")), message("m1", 1, Some("m1"))];
    solo.serve(with_messages(&all));
    // Who waits for it holds it, and it holds itself.
    solo.call(Call::UserSet, json!(["alice", { "name": "Alice" }]));
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    let held = solo.sent_one("PUT /users/alice");
    solo.push(1, &[json!({ "type": "side.deleted", "conversationId": "c" })]);
    let diff = json!({ "name": "Robert" });
    solo.push(2, &[json!({ "type": "user.edited", "userId": "bob", "diff": diff })]);
    let state = json!({ "type": "side.created", "conversationId": "c", "state": side("c") });
    solo.push(3, &[state]);
    solo.serve(with_messages(&all));
    solo.answer(held.id, 200, json!({}));
    assert!(matches!(solo.page.outcome(get), Outcome::Snapshot(_)));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["sender"]["name"], "Robert");
    solo.close();
}

#[test]
fn a_message_that_a_get_is_refused_is_asked_for_by_those_who_quote_it() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let all = history();
    solo.serve(with_messages(&all[1..]));
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    let asked = solo.sent_one(&format!("GET {MESSAGES}/m1"));
    solo.push(1, &[created(&all[0])]);
    let conversation = solo.call(Call::ConversationGet, json!(["c"]));
    solo.answer(asked.id, 402, json!({}));
    assert!(matches!(solo.page.outcome(get), Outcome::Rejected(_)));
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "m1");
    assert!(matches!(solo.page.outcome(conversation), Outcome::Snapshot(_)));
    solo.close();
}

#[test]
fn what_happened_to_a_quoted_message_is_not_undone_by_the_late_answer_to_a_get() {
    for (name, origin) in [("message.edited", json!("new")), ("message.deleted", Value::Null)] {
        let mut solo = Solo::new();
        let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        solo.serve(with_messages(&history()));
        let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
        let asked = solo.sent();
        solo.push(1, &[event(name)]);
        for request in asked {
            // It was read before.
            let (status, body) = with_messages(&history())(&request);
            solo.answer(request.id, status, body);
        }
        solo.serve(with_messages(&history()));
        assert_eq!(solo.shown(messages)[0]["referencedMessage"]["origin"], origin, "{name}");
        let Outcome::Snapshot(_) = solo.page.outcome(get) else { panic!("it is settled") };
        solo.close();
    }
}

#[test]
fn a_message_that_was_read_before_a_gap_is_read_again_when_a_further_page_quotes_it() {
    let mut all: Vec<Value> = (1..=40)
        .rev()
        .map(|at| message(&format!("m{at}"), at, (at == 5).then_some("m0")))
        .collect();
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&all));
    // The get waits for its sender, and holds the message.
    let mut m0 = message("m0", 0, None);
    m0["senderId"] = json!("dave");
    all.push(m0);
    let get = solo.call(Call::MessageGet, json!(["c", "m0"]));
    let users = |request: &Sent| request.what == "GET /users";
    let held = serve_but(&mut solo, users, with_messages(&all));
    assert_eq!(held.len(), 1);
    solo.drop_socket();
    // It is deleted while the connection is away.
    all.pop();
    let held = serve_but(&mut solo, users, with_messages(&all));
    solo.call(Call::LoadMore, json!([messages, 30]));
    for request in held {
        solo.answer(request.id, 200, plain(&request).1);
    }
    solo.serve(with_messages(&all));
    let shown = solo.shown(messages);
    assert_eq!((shown.as_array().map(Vec::len), &shown[35]["id"]), (Some(40), &json!("m5")));
    assert_eq!(shown[35]["referencedMessage"], Value::Null);
    assert!(!matches!(solo.page.outcome(get), Outcome::Pending));
    solo.close();
}

#[test]
fn what_happens_to_a_message_while_a_get_of_it_is_answered_late_counts_when_it_is_quoted() {
    let mut all: Vec<Value> =
        (2..=40).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    let own = format!("GET {MESSAGES}/m1");
    let held = serve_but(&mut solo, |request| request.what == own, with_messages(&all));
    solo.push(1, &[event("message.edited")]);
    // It was read before; and its sender comes later still.
    let mut m1 = message("m1", 1, None);
    m1["senderId"] = json!("dave");
    solo.answer(held[0].id, 200, m1);
    let users = serve_but(&mut solo, |request| request.what == "GET /users", plain);
    let quoting = message("m41", 41, Some("m1"));
    solo.push(2, &[created(&quoting)]);
    all.insert(0, quoting);
    for request in users {
        solo.answer(request.id, 200, plain(&request).1);
    }
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["origin"], "new");
    assert_eq!(got(&solo, get)["origin"], "new");
    solo.close();
}

#[test]
fn a_quoted_message_that_came_by_an_event_meanwhile_does_not_mind_that_it_could_not_be_had() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(with_messages(&[]));
    let m2 = message("m2", 2, Some("m1"));
    solo.push(1, &[created(&m2)]);
    let own = format!("GET {MESSAGES}/m1");
    let quoted = serve_but(&mut solo, |request| request.what == own, with_messages(&[])).remove(0);
    solo.push(2, &[created(&message("m1", 1, None))]);
    solo.serve(with_messages(&[]));
    assert_eq!(solo.ids(messages), ["m2", "m1"]);
    let calls = solo.page.subscription(messages).heard.len();
    solo.answer(quoted.id, 402, json!({}));
    assert_eq!(solo.page.subscription(messages).heard.len(), calls);
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "m1");
    solo.close();
}

#[test]
fn a_quoted_message_that_a_further_page_brings_is_not_asked_for_once_more() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let quoted = serve_but_one(&mut solo, &format!("GET {MESSAGES}/m1"));
    solo.call(Call::LoadMore, json!([messages, 10]));
    solo.serve(with_messages(&history()));
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    assert_eq!(solo.sent(), [], "its feed tells of it");
    solo.answer(quoted.id, 200, message("m1", 1, None));
    assert_eq!(got(&solo, get)["id"], "m1");
    solo.close();
}

#[test]
fn a_quoted_message_that_was_not_there_is_asked_for_by_a_get() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let all = [message("m2", 2, Some("m1"))];
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    // It may be there by now: nothing was said of it.
    solo.call(Call::MessageGet, json!(["c", "m1"]));
    solo.sent_one(&format!("GET {MESSAGES}/m1"));
}

#[test]
fn a_message_that_is_gone_is_not_quoted_again_for_an_older_answer_to_a_search() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let all = [message("m2", 2, Some("m1"))];
    solo.serve(with_messages(&all));
    solo.call(Call::Search, json!(["messages/search?q=x"]));
    solo.serve(with_messages(&all));
    let (request, url) = solo.fetched.last().unwrap().clone();
    assert!(url.ends_with("/messages/search?q=x"), "{url}");
    let mut found = message("m1", 1, None);
    found["conversationId"] = json!("c");
    solo.respond(request, 200, &format!("{{\"data\":[\n{found}\n],\"cursor\":null}}"));
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    // A message that comes later is quoted.
    solo.push(1, &[created(&message("m1", 1, None))]);
    solo.serve(with_messages(&all));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "m1");
    solo.close();
}

#[test]
fn a_quoted_message_is_still_told_of_when_i_leave_another_conversation() {
    let all = [message("m2", 2, Some("m1"))];
    let service = |request: &Sent| match &*request.what {
        "GET /me/conversations/c/messages/m1" => (200, message("m1", 1, None)),
        _ => with_messages(&all)(request),
    };
    let mut solo = Solo::new();
    solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.subscribe(Call::MessagesSubscribe, json!(["d"]));
    solo.serve(service);
    let mut of_d = created(&message("m3", 3, None));
    of_d["conversationId"] = json!("d");
    solo.push(1, &[of_d]);
    solo.serve(service);
    solo.push(2, &[json!({ "type": "side.deleted", "conversationId": "d" })]);
    solo.serve(service);
    let get = solo.call(Call::MessageGet, json!(["c", "m1"]));
    assert!(solo.sent().is_empty());
    assert_eq!(got(&solo, get)["id"], "m1");
    solo.close();
}
