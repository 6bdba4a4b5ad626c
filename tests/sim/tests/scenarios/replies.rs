//! Replies: the message inside a message, and what becomes of it.

use serde_json::{json, Value};

use crate::stage::{count, Stage};

/// "c" with this many messages, and a reply to the oldest as the newest. Gives the ids of the
/// oldest and of the reply.
fn with_reply(between: usize) -> (Stage, String, String) {
    let mut stage = Stage::new();
    let oldest = stage.say("bob", 1).remove(0);
    stage.say("alice", between);
    let reply = stage.say_in("c", "alice", json!({ "referencedMessageId": oldest }));
    (stage, oldest, reply)
}

#[test]
fn a_reply_to_a_message_of_the_window_costs_no_request() {
    let (mut stage, oldest, reply) = with_reply(3);
    let messages = stage.messages();
    stage.settle();
    let shown = stage.shown(messages);
    assert_eq!(shown[0]["id"], *reply);
    assert_eq!(shown[0]["referencedMessage"]["id"], *oldest);
    assert_eq!(shown, Value::from(stage.all_messages()));
    assert_eq!(count(&stage.requests(), "GET /me/conversations/c/messages/"), 0);
    assert_eq!(stage.calls(messages), 1);
    stage.close();
}

#[test]
fn a_reply_to_an_older_message_fetches_that_one() {
    let (mut stage, oldest, _) = with_reply(40);
    let messages = stage.messages();
    stage.settle();
    let wanted = stage.all_messages();
    assert_eq!(stage.shown(messages), Value::from(&wanted[..30]));
    assert_eq!(wanted[0]["referencedMessage"]["id"], *oldest);
    let path = format!("GET /me/conversations/c/messages/{oldest} ");
    assert_eq!(count(&stage.requests(), &path), 1);
    assert_eq!(stage.calls(messages), 1, "when it is complete");
    // When it is loaded itself it is there twice.
    stage.load_more(messages, 100);
    stage.settle();
    assert_eq!(stage.shown(messages), Value::from(wanted));
    stage.close();
}

#[test]
fn a_reply_to_a_reply_shows_one_level() {
    let (mut stage, oldest, reply) = with_reply(3);
    stage.say_in("c", "bob", json!({ "referencedMessageId": reply }));
    let messages = stage.messages();
    stage.settle();
    let shown = stage.shown(messages);
    assert_eq!(shown[0]["referencedMessage"]["id"], *reply);
    assert_eq!(shown[0]["referencedMessage"]["referencedMessageId"], *oldest);
    assert_eq!(shown, Value::from(stage.all_messages()));
    stage.close();
}

#[test]
fn a_reply_whose_reply_is_far_away_does_not_fetch_the_whole_chain() {
    let (mut stage, oldest, reply) = with_reply(3);
    stage.say("alice", 40);
    stage.say_in("c", "bob", json!({ "referencedMessageId": reply }));
    let messages = stage.messages();
    stage.settle();
    let wanted = stage.all_messages();
    assert_eq!(stage.shown(messages), Value::from(&wanted[..30]));
    let path = format!("GET /me/conversations/c/messages/{oldest} ");
    assert_eq!(count(&stage.requests(), &path), 0);
    stage.close();
}

#[test]
fn replies_lose_what_is_deleted() {
    for between in [3, 40] {
        let (mut stage, oldest, _) = with_reply(between);
        let (messages, side) = (stage.messages(), stage.side());
        stage.settle();
        assert_eq!(stage.shown(messages)[0]["referencedMessage"]["id"], *oldest);
        stage.delete("bob", &oldest);
        stage.settle();
        assert_eq!(stage.shown(messages)[0]["referencedMessage"], Value::Null);
        let wanted = stage.all_messages();
        let shown = stage.ids(messages).len();
        assert_eq!(stage.shown(messages), Value::from(&wanted[..shown]));
        assert_eq!((stage.calls(messages), stage.calls(side)), (2, 2));
        stage.close();
    }
}

#[test]
fn replies_follow_what_is_edited() {
    for between in [3, 40] {
        let (mut stage, oldest, _) = with_reply(between);
        let (messages, side) = (stage.messages(), stage.side());
        stage.settle();
        stage.edit("bob", &oldest, "edited");
        stage.settle();
        assert_eq!(
            stage.shown(messages)[0]["referencedMessage"]["content"][0]["children"][0],
            "edited"
        );
        let wanted = stage.all_messages();
        let shown = stage.ids(messages).len();
        assert_eq!(stage.shown(messages), Value::from(&wanted[..shown]));
        assert_eq!((stage.calls(messages), stage.calls(side)), (2, 2));
        stage.rename("bob", "Robert");
        stage.settle();
        assert_eq!(stage.shown(messages)[0]["referencedMessage"]["sender"]["name"], "Robert");
        assert_eq!((stage.calls(messages), stage.calls(side)), (3, 3));
        stage.close();
    }
}

#[test]
fn what_is_deleted_while_it_is_fetched_does_not_hold_the_window_up() {
    let (mut stage, oldest, _) = with_reply(40);
    let messages = stage.messages();
    let path = format!("/me/conversations/c/messages/{oldest}");
    // The page is there, the request for the older message is on its way.
    let asked = format!("GET {path} {{}}");
    for _ in 0..200 {
        stage.world.run(1);
        if stage.requests().contains(&asked) {
            break;
        }
    }
    stage.delete("bob", &oldest);
    stage.settle();
    let wanted = stage.all_messages();
    assert_eq!(stage.shown(messages), Value::from(&wanted[..30]));
    stage.close();
}

#[test]
fn a_refusal_of_an_older_message_does_not_end_the_window() {
    for status in [400, 403, 404] {
        let (mut stage, oldest, _) = with_reply(40);
        let path = format!("/me/conversations/c/messages/{oldest}");
        stage.world.refuse("GET", &path, status, "NO");
        let messages = stage.messages();
        stage.settle();
        assert_eq!(stage.ids(messages).len(), 30, "{status}");
        assert_eq!(stage.shown(messages)[0]["referencedMessage"], Value::Null);
        stage.close();
    }
}

#[test]
fn an_older_message_that_only_replies_show_is_looked_at_again_after_a_gap() {
    let (mut stage, oldest, _) = with_reply(40);
    let messages = stage.messages();
    stage.settle();
    stage.gap(|stage| stage.edit("bob", &oldest, "edited"));
    assert_eq!(
        stage.shown(messages)[0]["referencedMessage"]["content"][0]["children"][0],
        "edited"
    );
    assert_eq!(stage.calls(messages), 2);
    stage.gap(|stage| stage.delete("bob", &oldest));
    assert_eq!(stage.shown(messages)[0]["referencedMessage"], Value::Null);
    assert_eq!(stage.calls(messages), 3);
    stage.close();
}
