//! What is followed and for how long: sharing, lingering, and an end of everything.

use serde_json::{json, Value};
use talk_sim::{Call, Outcome, State};

use crate::stage::{count, Stage};

const SUBSCRIBE: &str = "SUBSCRIBE /me/conversations/c/messages ";
const UNSUBSCRIBE: &str = "UNSUBSCRIBE /me/conversations/c/messages ";
const GET: &str = "GET /me/conversations/c/messages ";

#[test]
fn subscribing_twice_in_one_tick_as_strict_mode_does_asks_once() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let first = stage.messages();
    stage.unsubscribe(first);
    let second = stage.messages();
    stage.settle();
    assert_eq!(stage.calls(first), 0);
    assert_eq!(stage.state(first), State::Unsubscribed);
    assert_eq!(stage.ids(second).len(), 3);
    let requests = stage.requests();
    let counts = [SUBSCRIBE, GET, UNSUBSCRIBE].map(|start| count(&requests, start));
    assert_eq!(counts, [1, 1, 0], "{requests:?}");
    stage.close();
}

#[test]
fn strict_mode_asks_once_when_connected_too() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    stage.user("carol");
    stage.settle();
    stage.requests();
    let first = stage.messages();
    stage.unsubscribe(first);
    let second = stage.messages();
    stage.settle();
    assert_eq!((stage.calls(first), stage.calls(second)), (0, 1));
    let requests = stage.requests();
    let counts = [SUBSCRIBE, GET, UNSUBSCRIBE].map(|start| count(&requests, start));
    assert_eq!(counts, [1, 1, 0], "{requests:?}");
    stage.close();
}

#[test]
fn unsubscribing_before_the_answer_is_quiet() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let subscriptions = [stage.messages(), stage.side(), stage.list(), stage.user("bob")];
    // The requests are under way when nobody wants the answers any more.
    stage.world.run(35);
    subscriptions.into_iter().for_each(|number| stage.unsubscribe(number));
    stage.settle();
    assert_eq!(subscriptions.map(|number| stage.calls(number)), [0; 4]);
    stage.close();
}

#[test]
fn one_real_subscription_serves_all_listeners() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let (first, second) = (stage.messages(), stage.messages());
    stage.settle();
    let third = stage.messages();
    stage.settle();
    let requests = stage.requests();
    assert_eq!([SUBSCRIBE, GET].map(|start| count(&requests, start)), [1, 1]);
    assert_eq!([first, second, third].map(|number| stage.calls(number)), [1; 3]);
    stage.unsubscribe(first);
    stage.unsubscribe(second);
    stage.wait(40);
    assert_eq!(count(&stage.requests(), UNSUBSCRIBE), 0, "somebody is still listening");
    stage.unsubscribe(third);
    stage.unsubscribe(third);
    stage.wait(11);
    assert_eq!(count(&stage.requests(), UNSUBSCRIBE), 1);
    stage.close();
}

/// Unsubscribes from something that lingers so long, and comes back before and after.
#[track_caller]
fn lingers(subscribe: fn(&mut Stage) -> u32, path: &str, ms: u64) {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    // Something else keeps the connection open.
    stage.user("carol");
    let first = subscribe(&mut stage);
    stage.settle();
    let shown = stage.shown(first);
    stage.requests();
    stage.unsubscribe(first);
    stage.world.run(ms - 100);
    let second = subscribe(&mut stage);
    stage.settle();
    assert_eq!((stage.shown(second), stage.calls(second)), (shown.clone(), 1));
    let requests = stage.requests();
    let again = ["SUBSCRIBE", "GET"].map(|method| count(&requests, &format!("{method} {path} ")));
    assert_eq!(again, [0, 0], "{path} is still followed: {requests:?}");
    stage.unsubscribe(second);
    stage.world.run(ms + 100);
    let left = format!("UNSUBSCRIBE {path} {{}}");
    assert_eq!(count(&stage.requests(), &left), 1, "{path} is not followed any more");
    let third = subscribe(&mut stage);
    stage.settle();
    assert_eq!(stage.shown(third), shown);
    let requests = stage.requests();
    let [subscribed, got] = [format!("SUBSCRIBE {path} "), format!("GET {path} ")];
    let user = path.starts_with("/users/");
    assert!(user || count(&requests, &subscribed) == 1, "{requests:?}");
    assert!(user || count(&requests, &got) >= 1, "{requests:?}");
    stage.close();
}

#[test]
fn messages_linger_for_ten_seconds() {
    lingers(Stage::messages, "/me/conversations/c/messages", 10_000);
}

#[test]
fn the_conversation_list_lingers_for_ten_seconds() {
    lingers(Stage::list, "/me/conversations", 10_000);
}

#[test]
fn a_conversation_lingers_for_thirty_seconds() {
    lingers(Stage::side, "/me/conversations/c", 30_000);
}

#[test]
fn a_user_lingers_for_thirty_seconds() {
    lingers(|stage| stage.user("dave"), "/users/dave", 30_000);
}

#[test]
fn what_lingers_is_kept_up_to_date() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    stage.user("carol");
    let first = stage.messages();
    stage.settle();
    stage.requests();
    stage.unsubscribe(first);
    stage.wait(5);
    stage.say("bob", 1);
    stage.wait(1);
    let second = stage.messages();
    stage.settle();
    assert_eq!(stage.shown(second), Value::from(stage.all_messages()));
    assert_eq!((stage.calls(first), stage.calls(second)), (1, 1));
    assert_eq!(stage.requests(), Vec::<String>::new());
    stage.close();
}

#[test]
fn get_comes_from_what_is_known_while_it_lingers() {
    let mut stage = Stage::new();
    for (call, args) in [
        (Call::UserGet, json!(["bob"])),
        (Call::ConversationGet, json!(["c"])),
        (Call::ParticipantGet, json!(["c", "bob"])),
    ] {
        let first = stage.call(call, args.clone());
        stage.settle();
        let got = stage.resolved(first);
        assert!(got.is_object(), "{call:?}: {got}");
        stage.requests();
        stage.wait(5);
        let second = stage.call(call, args.clone());
        stage.settle();
        assert_eq!(stage.resolved(second), got);
        let requests = stage.requests();
        assert_eq!(count(&requests, "GET"), 0, "{call:?} is known: {requests:?}");
        stage.wait(100);
        stage.requests();
        let third = stage.call(call, args);
        stage.settle();
        assert_eq!(stage.resolved(third), got);
        assert!(count(&stage.requests(), "GET") > 0, "{call:?} was forgotten");
    }
    stage.close();
}

#[test]
fn what_get_gives_is_what_the_backend_has() {
    let mut stage = Stage::new();
    let id = stage.say("bob", 1).remove(0);
    let calls = [
        stage.call(Call::UserGet, json!(["bob"])),
        stage.call(Call::UserGet, json!(["nobody"])),
        stage.call(Call::ConversationGet, json!(["c"])),
        stage.call(Call::ConversationGet, json!(["nothing"])),
        stage.call(Call::ParticipantGet, json!(["c", "bob"])),
        stage.call(Call::ParticipantGet, json!(["c", "dave"])),
        stage.call(Call::ParticipantGet, json!(["nothing", "alice"])),
        stage.call(Call::MessageGet, json!(["c", id])),
        stage.call(Call::MessageGet, json!(["c", "nothing"])),
        stage.call(Call::MessageGet, json!(["nothing", "nothing"])),
    ];
    stage.settle();
    let message = stage.all_messages().remove(0);
    let mut expected = stage.expected();
    let wanted = [
        expected.user("bob"),
        Value::Null,
        expected.conversation("c"),
        Value::Null,
        expected.participant("c", "bob"),
        Value::Null,
        Value::Null,
        message,
        Value::Null,
        Value::Null,
    ];
    assert_eq!(calls.map(|call| stage.resolved(call)), wanted);
    stage.close();
}

#[test]
fn users_that_are_wanted_in_one_tick_are_asked_for_together() {
    let mut stage = Stage::new();
    let calls = ["bob", "carol", "dave"].map(|id| stage.call(Call::UserGet, json!([id])));
    stage.settle();
    calls.into_iter().for_each(|call| _ = stage.resolved(call));
    assert_eq!(
        stage.requests(),
        [
            "SUBSCRIBE /users {\"ids\":[\"bob\",\"carol\",\"dave\"]}",
            "GET /users {\"ids\":[\"bob\",\"carol\",\"dave\"],\"includePrivateFields\":false}",
        ]
    );
    stage.close();
}

#[test]
fn a_connection_that_nobody_needs_is_closed_after_three_seconds() {
    let mut stage = Stage::new();
    let call = stage.call(Call::ConversationRead, json!(["c"]));
    stage.settle();
    stage.resolved(call);
    assert!(stage.world.has_socket(stage.alice));
    stage.wait(3);
    assert!(!stage.world.has_socket(stage.alice));
    let call = stage.call(Call::ConversationRead, json!(["c"]));
    stage.settle();
    stage.resolved(call);
    stage.close();
}

#[test]
fn a_listener_that_ends_its_own_subscription_hears_nothing_more() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let (fickle, steady) = (stage.messages(), stage.messages());
    stage.world.make_fickle(stage.alice, fickle, 2);
    stage.settle();
    (0..3).for_each(|_| drop(stage.say("bob", 1)));
    stage.settle();
    assert_eq!((stage.calls(fickle), stage.calls(steady)), (2, 4));
    assert_eq!(stage.state(fickle), State::Unsubscribed);
    stage.close();
}

#[test]
fn many_come_and_go() {
    let mut stage = Stage::new();
    stage.say("bob", 40);
    for round in 0..30 {
        let all = [stage.messages(), stage.side(), stage.list(), stage.user("bob")];
        if round % 2 == 0 {
            stage.world.run(7 * round);
        }
        for (at, number) in all.into_iter().enumerate() {
            if (round + at as u64) % 3 > 0 {
                stage.unsubscribe(number);
            }
        }
        stage.world.run(500 * (round % 4));
    }
    stage.settle();
    stage.world.page(stage.alice).check_shared();
    stage.close();
}

#[test]
fn a_session_that_is_destroyed_ends_at_once_and_says_nothing_more() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let messages = stage.messages();
    stage.settle();
    let call = stage.send("c", "too late");
    stage.requests();
    stage.call(Call::Destroy, json!([]));
    stage.world.run(100);
    assert!(matches!(stage.state(messages), State::Failed(_)));
    assert!(matches!(stage.outcome(call), Outcome::Rejected(_)));
    assert!(!stage.world.has_socket(stage.alice));
    assert_eq!(stage.world.timer(stage.alice), None, "no timer is left");
    let said = stage.world.outputs(stage.alice);
    stage.say("bob", 1);
    stage.wait(3_600);
    assert_eq!(stage.world.outputs(stage.alice), said, "nothing more is emitted");
    assert_eq!(stage.requests(), Vec::<String>::new());
}
