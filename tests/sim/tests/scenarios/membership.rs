//! Leaving and joining: everything under a conversation becomes null, and comes back.

use serde_json::{json, Value};
use talk_sim::{Call, State};

use crate::stage::{count, Stage};

#[test]
fn who_is_removed_sees_null_and_who_is_added_again_sees_it_all() {
    let mut stage = Stage::new();
    stage.say("bob", 40);
    let (messages, side) = (stage.messages(), stage.side());
    stage.settle();
    stage.load_more(messages, 5);
    stage.settle();
    assert_eq!((stage.calls(messages), stage.calls(side)), (2, 1));
    stage.remove("alice", "c");
    stage.settle();
    assert_eq!((stage.shown(messages), stage.shown(side)), (Value::Null, Value::Null));
    assert_eq!((stage.calls(messages), stage.calls(side)), (3, 2));
    assert_eq!(stage.state(messages), State::Active, "null is a snapshot like any other");
    stage.say("bob", 1);
    stage.settle();
    assert_eq!((stage.calls(messages), stage.calls(side)), (3, 2));
    stage.add("alice", "c");
    stage.settle();
    let (wanted, conversation) = (stage.all_messages(), stage.expected().conversation("c"));
    let shown = stage.ids(messages).len();
    assert!(shown >= 30, "{shown}");
    assert_eq!(stage.shown(messages), Value::from(&wanted[..shown]));
    assert_eq!(stage.shown(side), conversation);
    assert_eq!((stage.calls(messages), stage.calls(side)), (4, 3));
    stage.say("bob", 1);
    stage.settle();
    assert_eq!((stage.calls(messages), stage.calls(side)), (5, 4), "it is live again");
    stage.close();
}

#[test]
fn with_the_list_too() {
    let mut stage = Stage::new();
    stage.conversation("d");
    stage.say("bob", 3);
    let (list, messages, side) = (stage.list(), stage.messages(), stage.side());
    stage.settle();
    for round in 0..3 {
        stage.remove("alice", "c");
        stage.settle();
        assert_eq!(stage.ids(list), ["d"]);
        assert_eq!((stage.shown(messages), stage.shown(side)), (Value::Null, Value::Null));
        stage.add("alice", "c");
        stage.settle();
        let wanted = (stage.expected().conversations(&json!({})), stage.all_messages());
        assert_eq!(stage.shown(list), Value::from(wanted.0), "round {round}");
        assert_eq!(stage.shown(messages), Value::from(wanted.1), "round {round}");
        assert_eq!([list, messages, side].map(|own| stage.calls(own)), [3 + 2 * round; 3]);
    }
    stage.world.page(stage.alice).check_shared();
    stage.close();
}

#[test]
fn leaving_by_oneself() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let (list, messages, side) = (stage.list(), stage.messages(), stage.side());
    stage.settle();
    let call = stage.call(Call::ParticipantDelete, json!(["c", "alice"]));
    stage.settle();
    stage.resolved(call);
    assert_eq!(stage.ids(list), Vec::<String>::new());
    assert_eq!((stage.shown(messages), stage.shown(side)), (Value::Null, Value::Null));
    // What is not there can be left.
    let call = stage.call(Call::ParticipantDelete, json!(["c", "alice"]));
    stage.settle();
    stage.resolved(call);
    let call = stage.call(Call::ConversationCreate, json!(["c", {}]));
    stage.settle();
    stage.resolved(call);
    assert_eq!(stage.ids(messages).len(), 3);
    assert_eq!(stage.ids(list), ["c"]);
    stage.close();
}

#[test]
fn a_conversation_that_does_not_exist_yet() {
    let mut stage = Stage::new();
    let messages = stage.world.subscribe(stage.alice, Call::MessagesSubscribe, json!(["new"]));
    let side = stage.world.subscribe(stage.alice, Call::ConversationSubscribe, json!(["new"]));
    stage.settle();
    assert_eq!((stage.shown(messages), stage.shown(side)), (Value::Null, Value::Null));
    assert_eq!((stage.calls(messages), stage.calls(side)), (1, 1));
    let call = stage.call(Call::ConversationCreate, json!(["new", { "subject": "New" }]));
    stage.settle();
    stage.resolved(call);
    let wanted = stage.expected().conversation("new");
    assert_eq!((stage.shown(messages), stage.shown(side)), (json!([]), wanted));
    let call = stage.send("new", "hello");
    stage.settle();
    let id = stage.resolved(call);
    assert_eq!(stage.shown(side)["lastMessage"]["id"], id);
    assert_eq!(stage.shown(messages)[0]["content"][0]["children"][0], "hello");
    stage.close();
}

#[test]
fn who_comes_later_to_what_is_null_does_not_disturb_the_others() {
    let mut stage = Stage::new();
    stage.remove("alice", "c");
    let first = [stage.messages(), stage.side(), stage.user("nobody")];
    stage.settle();
    let second = [stage.messages(), stage.side(), stage.user("nobody")];
    stage.settle();
    assert_eq!(first.map(|number| stage.calls(number)), [1; 3]);
    assert_eq!(second.map(|number| stage.calls(number)), [1; 3]);
    stage.close();
}

#[test]
fn a_reconnect_tells_nobody_of_what_is_still_null() {
    let mut stage = Stage::new();
    stage.remove("alice", "c");
    let null = [stage.messages(), stage.side(), stage.user("nobody")];
    stage.settle();
    stage.gap(|_| ());
    assert_eq!(null.map(|number| stage.calls(number)), [1; 3]);
    stage.gap(|stage| stage.add("alice", "c"));
    assert_eq!(null.map(|number| stage.calls(number)), [2, 2, 1]);
    assert_eq!(stage.shown(null[0]), json!([]));
    stage.close();
}

#[test]
fn joining_and_leaving_while_away() {
    let mut stage = Stage::new();
    stage.conversation("d");
    stage.say("bob", 3);
    let all = [stage.list(), stage.messages(), stage.side()];
    stage.settle();
    stage.gap(|stage| {
        stage.remove("alice", "c");
        stage.add("alice", "c");
    });
    assert_eq!(stage.ids(all[0]).len(), 2);
    assert_eq!(stage.ids(all[1]).len(), 3);
    assert_eq!(stage.shown(all[2]), stage.expected().conversation("c"));
    stage.gap(|stage| stage.remove("alice", "c"));
    assert_eq!(stage.ids(all[0]), ["d"]);
    assert_eq!((stage.shown(all[1]), stage.shown(all[2])), (Value::Null, Value::Null));
    stage.close();
}

#[test]
fn removed_while_the_first_page_is_under_way() {
    // At any moment of it.
    for ms in (20..100).step_by(5) {
        let mut stage = Stage::new();
        stage.say("bob", 3);
        let all = [stage.messages(), stage.side()];
        let list = stage.list();
        stage.world.run(ms);
        stage.remove("alice", "c");
        stage.settle();
        assert_eq!(all.map(|own| stage.shown(own)), [Value::Null, Value::Null], "after {ms} ms");
        assert_eq!(stage.ids(list), Vec::<String>::new(), "after {ms} ms");
        stage.world.run(ms);
        stage.add("alice", "c");
        stage.settle();
        let wanted = (stage.all_messages(), stage.expected().conversation("c"));
        assert_eq!(stage.shown(all[0]), Value::from(wanted.0), "after {ms} ms");
        assert_eq!(stage.shown(all[1]), wanted.1, "after {ms} ms");
        assert_eq!(stage.ids(list), ["c"], "after {ms} ms");
        stage.close();
    }
}

#[test]
fn a_load_of_older_messages_ends_when_its_conversation_does() {
    let mut stage = Stage::new();
    stage.say("bob", 100);
    let messages = stage.messages();
    stage.settle();
    let load = stage.load_more(messages, 20);
    stage.world.run(1);
    stage.remove("alice", "c");
    stage.settle();
    assert_eq!(stage.shown(messages), Value::Null);
    assert!(!stage.world.page(stage.alice).pending().contains(&load), "it settles");
    let load = stage.load_more(messages, 20);
    stage.settle();
    assert!(!stage.world.page(stage.alice).pending().contains(&load), "it settles");
    stage.close();
}

#[test]
fn participants_come_and_go_with_the_conversation() {
    let mut stage = Stage::new();
    let call = stage.call(Call::ParticipantGet, json!(["c", "carol"]));
    stage.settle();
    assert_eq!(stage.resolved(call), Value::Null);
    // It lingers, and events keep it up to date.
    stage.requests();
    stage.add("carol", "c");
    stage.settle();
    let call = stage.call(Call::ParticipantGet, json!(["c", "carol"]));
    stage.settle();
    let wanted = stage.expected().participant("c", "carol");
    assert_eq!(stage.resolved(call), wanted);
    assert_eq!(count(&stage.requests(), "GET /me"), 0);
    stage.remove("carol", "c");
    stage.settle();
    let call = stage.call(Call::ParticipantGet, json!(["c", "carol"]));
    stage.settle();
    assert_eq!(stage.resolved(call), Value::Null);
    stage.close();
}

// Carol is fetched first, and until then the conversation with her message waits.
#[test]
fn what_changed_right_before_being_removed_is_not_lost_after_coming_back() {
    let mut stage = Stage::new();
    stage.add("carol", "c");
    let side = stage.side();
    stage.settle();
    stage.act("bob", "PUT", "/conversations/c", json!({ "subject": "new" }));
    stage.say("carol", 1);
    stage.remove("alice", "c");
    stage.add("alice", "c");
    stage.settle();
    let wanted = stage.expected().conversation("c");
    assert_eq!(stage.shown(side), wanted);
    stage.close();
}
