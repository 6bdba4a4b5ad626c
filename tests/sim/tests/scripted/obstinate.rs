//! A service that gives the same strange answer to whatever it is asked. A client may ask again,
//! but not without end: as fast as the answers come, it would keep the phone and the service busy.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Sent, Solo, State};

use crate::talk::{created, message, participant, plain, side, user};

/// More requests than any of the clients here has reason to send while no time passes.
const MOST: usize = 60;

/// What an answer may begin with, but for those that say that the service is busy.
const STATUSES: [u16; 11] = [0, 200, 204, 400, 402, 403, 404, 410, 413, 418, 422];

/// What may come where something else should.
fn bodies() -> Vec<Value> {
    vec![
        Value::Null,
        json!({}),
        json!([]),
        json!("x"),
        json!(5),
        json!([[]]),
        json!({ "data": {} }),
        json!({ "data": [null, 5, "x", {}], "cursor": "k" }),
        json!({ "data": [], "cursor": "" }),
        json!({ "data": [{ "id": "" }], "cursor": "k" }),
        user("bob"),
        side("c"),
        side("d"),
        message("m1", 1, Some("m1")),
        message("m1", 1, Some("m2")),
        participant("bob", 1),
        json!({ "responses": [] }),
        json!({ "bob": null }),
        json!({ "bob": user("bob") }),
        json!({ "data": [side("c")], "cursor": "k" }),
        json!({ "data": [side("c")], "cursor": null }),
        json!({ "data": [message("m1", 1, Some("m1"))], "cursor": "k" }),
        json!({ "data": [message("m1", 1, Some("m2"))], "cursor": "k" }),
        json!({ "data": [participant("bob", 1)], "cursor": "k" }),
        json!({ "data": [{ "userId": "bob", "createdAt": 1 }], "cursor": "k" }),
        json!({ "reasons": { "error": [{ "code": "USER_NOT_FOUND" }] } }),
        json!({ "reasons": { "error": [{ "code": "NOT_A_PARTICIPANT" }] } }),
    ]
}

/// Everything that is live, with how it is subscribed.
fn subscriptions() -> Vec<(Call, Value)> {
    vec![
        (Call::UserSubscribe, json!(["bob"])),
        (Call::OnlineSubscribe, json!(["bob"])),
        (Call::ConversationSubscribe, json!(["c"])),
        (Call::MessagesSubscribe, json!(["c"])),
        (Call::ParticipantsSubscribe, json!(["c"])),
        (Call::ParticipantSubscribe, json!(["c", "bob"])),
        (Call::TypingSubscribe, json!(["c"])),
        (Call::ReactionsSubscribe, json!(["c", "m1", "👍"])),
        (Call::ListSubscribe, json!(["{}"])),
    ]
}

/// Answers with `service` until the client asks for nothing more, or has asked too often. Gives
/// how often.
fn asked(solo: &mut Solo, mut service: impl FnMut(&Sent, usize) -> (u16, Value)) -> usize {
    let mut count = 0;
    while count <= MOST {
        let sent = solo.sent();
        if sent.is_empty() {
            break;
        }
        for request in sent {
            let (status, body) = service(&request, count);
            solo.answer(request.id, status, body);
            count += 1;
        }
    }
    count
}

/// What is in a list.
fn items(call: Call) -> Vec<Value> {
    match call {
        Call::MessagesSubscribe => vec![message("m2", 2, None), message("m1", 1, None)],
        Call::ParticipantsSubscribe => vec![participant("alice", 1), participant("bob", 2)],
        Call::ListSubscribe => vec![side("c"), side("d")],
        _ => vec![
            json!({ "userId": "alice", "createdAt": 1 }),
            json!({ "userId": "bob", "createdAt": 2 }),
        ],
    }
}

/// The lists, with how they are subscribed.
fn lists() -> impl Iterator<Item = (Call, Value)> {
    subscriptions().into_iter().filter(|(call, _)| {
        matches!(
            call,
            Call::MessagesSubscribe
                | Call::ParticipantsSubscribe
                | Call::ListSubscribe
                | Call::ReactionsSubscribe
        )
    })
}

/// Gives short pages that are not the last, and refuses what comes after them.
fn page_then(refusal: (u16, Value), data: Vec<Value>) -> impl Fn(&Sent, usize) -> (u16, Value) {
    move |request, _| match &request.data {
        data if data["limit"].is_null() => plain(request),
        data if data["cursor"].is_string() => refusal.clone(),
        _ => (200, json!({ "data": data, "cursor": "more" })),
    }
}

#[test]
fn a_list_whose_second_page_is_refused_before_it_is_shown_has_failed() {
    for (call, args) in lists() {
        for refusal in [(400, json!({ "errorCode": "OLD_CURSOR" })), (200, json!({}))] {
            let mut solo = Solo::new();
            let list = solo.subscribe(call, args.clone());
            let load = solo.call(Call::LoadMore, json!([list, 5]));
            let count = asked(&mut solo, page_then(refusal, items(call)));
            assert!(count <= MOST, "{call:?} asks for ever");
            let state = &solo.page.subscription(list).state;
            assert!(matches!(state, State::Failed(_)), "{call:?}: {state:?}");
            assert!(matches!(solo.page.outcome(load), Outcome::Rejected(_)), "{call:?}");
            solo.close();
        }
    }
}

#[test]
fn what_is_shown_stays_when_a_further_page_is_refused() {
    let full: Vec<Value> = (1..=30).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
    for (status, code) in
        [(404, "OLD_CURSOR"), (404, "USER_NOT_FOUND"), (403, "NOT_A_PARTICIPANT"), (410, "GONE")]
    {
        let mut solo = Solo::new();
        let first = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        let other = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
        let service = page_then((status, json!({ "errorCode": code })), full.clone());
        asked(&mut solo, &service);
        let more = solo.call(Call::LoadMore, json!([first, 10]));
        assert!(asked(&mut solo, &service) <= 2, "{code}: asks for ever");
        let outcome = solo.page.outcome(more);
        assert!(matches!(outcome, Outcome::Rejected(_)), "{code}: {outcome:?}");
        // What comes is shown to everybody.
        solo.push(1, &[created(&message("m99", 99, None))]);
        asked(&mut solo, &service);
        for list in [first, other] {
            let now = solo.shown(list);
            assert_eq!(now.as_array().map(Vec::len), Some(31), "{code}: {now}");
        }
        solo.close();
    }
}

#[test]
fn an_emptied_conversation_whose_next_page_is_refused_is_shown_empty() {
    for shown in [1, 30] {
        let all: Vec<Value> =
            (1..=shown).rev().map(|at| message(&format!("m{at}"), at, None)).collect();
        let mut solo = Solo::new();
        let (call, field) = match shown {
            1 => (Call::ConversationSubscribe, "lastMessage"),
            _ => (Call::MessagesSubscribe, ""),
        };
        let subscription = solo.subscribe(call, json!(["c"]));
        let refusal = (400, json!({ "errorCode": "OLD_CURSOR" }));
        let service = page_then(refusal, all.clone());
        asked(&mut solo, &service);
        assert!(solo.is_active(subscription));
        let events: Vec<Value> = all
            .iter()
            .map(|message| {
                json!({ "type": "message.deleted", "conversationId": "c",
                    "messageId": message["id"] })
            })
            .collect();
        solo.push(1, &events);
        assert!(asked(&mut solo, &service) < 5, "{call:?} asks for ever");
        let now = solo.shown(subscription);
        let empty = if field.is_empty() { json!([]) } else { Value::Null };
        assert_eq!(now.get(field).unwrap_or(&now), &empty);
        // What comes is shown.
        solo.push(2, &[created(&message("m99", 99, None))]);
        asked(&mut solo, &service);
        let now = solo.shown(subscription);
        let last = now.get(field).unwrap_or(&now[0]);
        assert_eq!(last["id"], "m99", "{call:?}");
        solo.close();
    }
}

#[test]
fn pages_that_lead_nowhere_end_a_list() {
    for (call, args) in lists() {
        for strange in ["empty", "new cursors", "one cursor", "two cursors"] {
            let mut solo = Solo::new();
            let list = solo.subscribe(call, args.clone());
            let service = |request: &Sent, at: usize| {
                let page = request.what.starts_with("GET ") && !request.data["limit"].is_null();
                if !page {
                    return plain(request);
                }
                let data = if strange == "empty" { vec![] } else { items(call) };
                let cursor = match strange {
                    "one cursor" => "k".to_owned(),
                    "two cursors" => format!("k{}", at % 2),
                    _ => format!("k{at}"),
                };
                (200, json!({ "data": data, "cursor": cursor }))
            };
            assert!(asked(&mut solo, service) <= MOST, "{call:?}, {strange}: at first");
            assert!(solo.is_active(list), "{call:?}, {strange}");
            let more = solo.call(Call::LoadMore, json!([list, 500]));
            assert!(asked(&mut solo, service) <= MOST, "{call:?}, {strange}: with more");
            assert_eq!(solo.page.pending(), Vec::<u32>::new(), "{call:?}, {strange}: {more} waits");
            // And when it is all loaded again.
            solo.drop_socket();
            assert!(asked(&mut solo, service) <= MOST, "{call:?}, {strange}: again");
            let shown = if strange == "empty" { 0 } else { 2 };
            assert_eq!(
                solo.shown(list).as_array().map(Vec::len),
                Some(shown),
                "{call:?}, {strange}"
            );
            solo.close();
        }
    }
}

#[test]
fn nobody_asks_for_ever_whatever_the_answer_is() {
    let bodies = bodies();
    for status in STATUSES {
        for (at, body) in bodies.iter().enumerate() {
            for which in 0..=subscriptions().len() {
                let mut solo = Solo::new();
                for (at, (call, args)) in subscriptions().into_iter().enumerate() {
                    if at == which || which == subscriptions().len() {
                        solo.subscribe(call, args);
                    }
                }
                solo.call(Call::ConversationGet, json!(["c"]));
                let count = asked(&mut solo, |_, _| (status, body.clone()));
                assert!(count <= MOST, "{status} {at} {body} for {which}");
                let event = json!({ "type": "side.edited", "conversationId": "c", "state": side("c"),
                    "diff": { "lastMessageAt": 9 } });
                solo.push(1, &[event, created(&message("m9", 9, Some("m8")))]);
                let count = asked(&mut solo, |_, _| (status, body.clone()));
                assert!(count <= MOST, "{status} {at} {body} for {which}: after an event");
                solo.drop_socket();
                let count = asked(&mut solo, |_, _| (status, body.clone()));
                assert!(count <= MOST, "{status} {at} {body} for {which}: after a drop");
            }
        }
    }
}

#[test]
fn every_call_is_settled_whatever_the_answer_is() {
    let message = json!(["c", "m1"]);
    let calls = [
        (Call::UserGet, json!(["bob"])),
        (Call::UserSet, json!(["bob", { "name": "Bob" }])),
        (Call::UserCreate, json!(["bob", { "name": "Bob" }])),
        (Call::ConversationGet, json!(["c"])),
        (Call::ConversationSet, json!(["c", { "subject": "s", "notify": false }])),
        (Call::ConversationCreate, json!(["c", { "subject": "s" }])),
        (Call::ConversationRead, json!(["c"])),
        (Call::ConversationUnread, json!(["c"])),
        (Call::ConversationTyping, json!(["c"])),
        (Call::ConversationSend, json!(["c", { "text": "hello" }])),
        (Call::ParticipantGet, json!(["c", "bob"])),
        (Call::ParticipantSet, json!(["c", "bob", { "notify": true }])),
        (Call::ParticipantEdit, json!(["c", "bob", { "notify": true }])),
        (Call::ParticipantCreate, json!(["c", "bob", {}])),
        (Call::ParticipantDelete, json!(["c", "bob"])),
        (Call::MessageGet, message.clone()),
        (Call::MessageEdit, json!(["c", "m1", { "text": "hello" }])),
        (Call::MessageDelete, message),
        (Call::ReactionAdd, json!(["c", "m1", "👍"])),
        (Call::ReactionRemove, json!(["c", "m1", "👍"])),
        (Call::Translate, json!(["c", "m1", "nl"])),
    ];
    for status in STATUSES {
        for body in bodies() {
            let mut solo = Solo::new();
            for (call, args) in &calls {
                solo.call(*call, args.clone());
            }
            let count = asked(&mut solo, |_, _| (status, body.clone()));
            assert!(count <= MOST, "{status} {body}: {count} requests");
            let waits = solo.page.pending();
            let waits: Vec<_> = waits.iter().map(|&at| calls[at as usize - 1].0).collect();
            assert!(waits.is_empty(), "{status} {body}: {waits:?} wait");
            solo.close();
        }
    }
}
