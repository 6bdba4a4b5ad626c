//! Tests: which conversations a filter lets through.

use serde_json::json;

use super::super::params::{Access, Notify};
use super::super::state::Message;
use super::*;

/// A conversation made at 100 that I joined at 200, with a message of 300 that I have not read.
fn scene() -> (Conversation, Participant) {
    let mut conversation = Conversation::default();
    let matter = std::sync::Arc::make_mut(&mut conversation.matter);
    matter.subject = Some("Cats".to_owned());
    matter.custom = [("kind".to_owned(), "pets".to_owned())].into();
    matter.created_at = 100;
    conversation.insert_message(Message {
        id: "m".to_owned(),
        sender: "alice".to_owned(),
        custom: Custom::new(),
        created_at: 300,
        edited_at: None,
        reply_to: None,
        content: Vec::new(),
        reactions: Default::default(),
    });
    let me = Participant {
        access: Access::ReadWrite,
        notify: Notify::All,
        joined_at: 200,
        read_until: 250,
        marked_unread: false,
    };
    (conversation, me)
}

#[track_caller]
fn fits(filter: Value) -> bool {
    let (conversation, me) = scene();
    Filter::read(&filter).expect("a filter").fits(&conversation, &me)
}

#[test]
fn each_condition_is_a_yes_or_a_no() {
    for (yes, no) in [
        (json!({}), json!({ "subject": ["oneOf", []] })),
        (json!(null), json!(["any", []])),
        (json!({ "subject": ["==", "Cats"] }), json!({ "subject": ["!=", "Cats"] })),
        (json!({ "subject": ["!=", null] }), json!({ "subject": ["==", null] })),
        (
            json!({ "subject": ["oneOf", [null, "Cats"]] }),
            json!({ "subject": ["!oneOf", ["Cats", "Dogs"]] }),
        ),
        (json!({ "subject": ["!oneOf", []] }), json!({ "subject": ["==", "cats"] })),
        (json!({ "access": ["==", "ReadWrite"] }), json!({ "access": ["==", "Read"] })),
        (json!({ "access": ["oneOf", ["ReadWrite"]] }), json!({ "access": ["!=", "ReadWrite"] })),
        (json!({ "custom": { "kind": "exists" } }), json!({ "custom": { "kind": "!exists" } })),
        (json!({ "custom": { "other": "!exists" } }), json!({ "custom": { "other": "exists" } })),
        (
            json!({ "custom": { "kind": ["==", "pets"] } }),
            json!({ "custom": { "kind": ["==", ""] } }),
        ),
        // What is not there is not this either.
        (
            json!({ "custom": { "other": ["!=", "x"] } }),
            json!({ "custom": { "other": ["==", "x"] } }),
        ),
        (json!({ "isUnread": true }), json!({ "isUnread": false })),
        (json!({ "hasMessages": true }), json!({ "hasMessages": false })),
        (json!({ "createdAt": [">", 99.5] }), json!({ "createdAt": [">", 100] })),
        (json!({ "createdAt": [">=", 100] }), json!({ "createdAt": ["<", 100] })),
        (json!({ "joinedAt": ["<=", 200] }), json!({ "joinedAt": ["<=", 199] })),
        (
            json!({ "lastActivityAt": ["between", [300, 301]] }),
            json!({ "lastActivityAt": ["between", [299, 300]] }),
        ),
        (
            json!({ "lastActivityAt": ["!between", [1, 2]] }),
            json!({ "lastActivityAt": ["!between", [300, 301]] }),
        ),
        (
            json!({ "lastActivityAt": ["!between", [9, 1]] }),
            json!({ "lastActivityAt": ["between", [301, 300]] }),
        ),
    ] {
        assert!(fits(yes.clone()), "{yes}");
        assert!(!fits(no.clone()), "{no}");
    }
}

#[test]
fn conditions_add_up_and_any_gives_a_choice() {
    let cats = json!({ "subject": ["==", "Cats"] });
    let dogs = json!({ "subject": ["==", "Dogs"] });
    assert!(fits(json!(["any", [dogs, cats]])));
    assert!(!fits(json!(["any", [dogs]])));
    assert!(!fits(json!({ "subject": ["==", "Cats"], "isUnread": false })));
    assert!(!fits(json!({ "custom": { "kind": "exists", "other": "exists" } })));
}

#[test]
fn without_messages_joining_is_the_last_activity() {
    let (mut conversation, me) = scene();
    conversation.remove_message("m");
    let filter = Filter::read(&json!({ "lastActivityAt": ["between", [200, 201]] }));
    assert!(filter.expect("a filter").fits(&conversation, &me));
}

#[test]
fn what_is_wrong_is_said() {
    let many: Vec<u32> = (0..101).collect();
    let many: Vec<String> = many.iter().map(u32::to_string).collect();
    assert!(Filter::read(&json!({ "subject": ["oneOf", many[1..]] })).is_ok());
    for filter in [
        json!(5),
        json!("any"),
        json!([]),
        json!(["any"]),
        json!(["all", [{}]]),
        json!(["any", {}]),
        json!(["any", [["any", []]]]),
        json!({ "name": ["==", "x"] }),
        json!({ "subject": "Cats" }),
        json!({ "subject": ["==", 5] }),
        json!({ "subject": ["~", "x"] }),
        json!({ "subject": ["oneOf", "x"] }),
        json!({ "subject": ["oneOf", many] }),
        json!({ "access": ["==", null] }),
        json!({ "access": ["==", "Write"] }),
        json!({ "custom": ["==", "x"] }),
        json!({ "custom": { "a": "there" } }),
        json!({ "custom": { "a": ["==", null] } }),
        json!({ "isUnread": "yes" }),
        json!({ "hasMessages": null }),
        json!({ "createdAt": [">", "noon"] }),
        json!({ "createdAt": ["==", 5] }),
        json!({ "createdAt": ["between", [1]] }),
        json!({ "createdAt": 5 }),
    ] {
        let error = Filter::read(&filter).expect_err(&filter.to_string());
        assert_eq!((error.status, error.code), (400, "INVALID_PARAMETERS"), "{filter}");
    }
}
