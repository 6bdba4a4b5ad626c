//! What calls send, and what their promises resolve with.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, Solo};

/// What a call has resolved with.
#[track_caller]
fn resolved(solo: &Solo, call: u32) -> Value {
    match solo.page.outcome(call) {
        Outcome::Value(value) => value.clone().unwrap_or(Value::Null),
        other => panic!("{call} resolves with a value: {other:?}"),
    }
}

#[test]
fn a_translation_is_content_or_markup_or_null() {
    let content = json!([{ "type": "text", "children": ["dag"] }]);
    for (answer, wanted) in [
        (json!({ "content": content, "markup": "*no*" }), content.clone()),
        (
            json!({ "content": null, "markup": "*dag*" }),
            json!([{ "type": "text", "children": [{ "type": "bold", "children": ["dag"] }] }]),
        ),
        (json!({ "content": {}, "markup": 1 }), Value::Null),
        (Value::Null, Value::Null),
    ] {
        let mut solo = Solo::new();
        let call = solo.call(Call::Translate, json!(["c", "m", "nl"]));
        let get = solo.sent_one("GET /me/conversations/c/translate");
        assert_eq!(get.data, json!({ "ids": ["m"], "lang": "nl" }));
        solo.answer(get.id, 200, json!({ "data": { "m": answer } }));
        assert_eq!(resolved(&solo, call), wanted);
        solo.close();
    }
}

#[test]
fn who_asks_for_the_token_gets_the_one_that_is_fetched() {
    let mut solo = Solo::new();
    let calls = [solo.call(Call::Token, json!([])), solo.call(Call::Token, json!([]))];
    assert!(solo.sent().is_empty());
    assert_eq!(calls.map(|call| resolved(&solo, call)), [json!("T"), json!("T")]);
    solo.close();
}

/// A change of a conversation is two requests. Who may not edit what was not to be changed is not
/// told so, but who was to create it is.
#[test]
fn a_refusal_of_what_was_not_asked_for_is_forgiven() {
    let (set, create) = (Call::ConversationSet, Call::ConversationCreate);
    let (conversation, part) = ("UNAUTHORIZED_TO_EDIT", "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
    for (call, params, code, forgiven) in [
        (set, json!({ "access": "Read" }), conversation, true),
        (set, json!({ "notify": false }), conversation, true),
        (set, json!({ "subject": "s", "notify": false }), conversation, false),
        (set, json!({ "subject": null }), conversation, false),
        (set, json!({ "photoUrl": "p" }), conversation, false),
        (set, json!({ "welcomeMessages": [] }), conversation, false),
        (set, json!({ "custom": {} }), conversation, false),
        (set, json!({ "subject": "s" }), part, true),
        (set, json!({ "subject": "s", "access": "Read" }), part, false),
        (set, json!({ "notify": false }), part, false),
        (set, json!({}), conversation, true),
        (set, json!({}), part, true),
        (set, json!({ "access": "Read" }), "NOT_A_PARTICIPANT", false),
        (create, json!({}), conversation, false),
        (create, json!({}), part, false),
        (create, json!({ "subject": "s" }), part, false),
        (create, json!({ "notify": false }), conversation, false),
    ] {
        let mut solo = Solo::new();
        let number = solo.call(call, json!(["c", params]));
        solo.serve(|request| {
            let refusal = json!({ "status": 403, "errorCode": code, "reasons": [] });
            match (request.what.ends_with("/participants"), code == part) {
                (true, true) => (200, json!({ "responses": [refusal] })),
                (true, false) => (200, json!({ "responses": [{ "status": 200 }] })),
                (false, false) => (403, refusal),
                (false, true) => (200, json!({})),
            }
        });
        let outcome = solo.page.outcome(number);
        let resolved = *outcome == Outcome::Value(None);
        assert_eq!(resolved, forgiven, "{call:?} {params} {code}: {outcome:?}");
        assert!(resolved || matches!(outcome, Outcome::Rejected(_)));
        solo.close();
    }
}
