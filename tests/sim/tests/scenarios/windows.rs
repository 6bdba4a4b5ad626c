//! Windows of messages: what is shown at first, what `loadMore` adds, what events do to it.

use serde_json::{json, Value};
use talk_session_server::hub::Control;

use crate::stage::{count, ids, Stage};

const GET: &str = "GET /me/conversations/c/messages ";

#[test]
fn the_first_page_is_thirty_messages_newest_first() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 40);
    let messages = stage.messages();
    stage.settle();
    assert_eq!(stage.ids(messages), all[..30]);
    assert!(!stage.loaded_all(messages));
    assert_eq!(stage.calls(messages), 1, "one call, with all of it");
    let wanted = stage.all_messages();
    assert_eq!(stage.shown(messages), Value::from(&wanted[..30]));
    assert_eq!(
        stage.requests(),
        [
            "SUBSCRIBE /me/conversations/c/messages {}",
            "GET /me/conversations/c/messages {\"limit\":30}",
            "SUBSCRIBE /users {\"ids\":[\"bob\"]}",
            "GET /users {\"ids\":[\"bob\"],\"includePrivateFields\":false}",
        ]
    );
    stage.close();
}

#[test]
fn a_page_that_has_everything_says_so() {
    for number in [0, 1, 29, 30] {
        let mut stage = Stage::new();
        let all = stage.say("bob", number);
        let messages = stage.messages();
        stage.settle();
        assert_eq!(stage.ids(messages), all);
        assert!(stage.loaded_all(messages), "{number} messages are all there are");
        assert_eq!(count(&stage.requests(), GET), 1);
        stage.close();
    }
}

#[test]
fn load_more_adds_what_was_asked_for() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 60);
    let messages = stage.messages();
    stage.settle();
    stage.requests();
    let load = stage.load_more(messages, 10);
    stage.settle();
    assert_eq!(stage.resolved(load), Value::Null);
    assert_eq!(stage.ids(messages), all[..40]);
    assert_eq!(stage.calls(messages), 2);
    let requests = stage.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].starts_with(&format!("{GET}{{\"cursor\":")), "{requests:?}");
    assert!(requests[0].ends_with(",\"limit\":10}"), "{requests:?}");
    // The rest, and then there is nothing more to load.
    let load = stage.load_more(messages, 100);
    stage.settle();
    assert_eq!(stage.resolved(load), Value::Null);
    assert_eq!(stage.ids(messages), all);
    assert!(stage.loaded_all(messages));
    stage.requests();
    let load = stage.load_more(messages, 100);
    stage.settle();
    assert_eq!(stage.resolved(load), Value::Null);
    assert_eq!((stage.calls(messages), stage.requests()), (3, vec![]));
    stage.close();
}

#[test]
fn two_calls_of_load_more_in_a_row_load_the_larger_number() {
    for (first, second) in [(5, 20), (20, 5)] {
        let mut stage = Stage::new();
        stage.say("bob", 100);
        let messages = stage.messages();
        stage.settle();
        stage.requests();
        let loads = [stage.load_more(messages, first), stage.load_more(messages, second)];
        stage.settle();
        loads.into_iter().for_each(|load| _ = stage.resolved(load));
        assert_eq!(stage.ids(messages).len(), 50, "not the sum");
        assert_eq!(stage.calls(messages), 2);
        assert_eq!(count(&stage.requests(), GET), 1);
        stage.close();
    }
}

#[test]
fn load_more_before_the_first_page_counts_too() {
    let mut stage = Stage::new();
    stage.say("bob", 100);
    let messages = stage.messages();
    let load = stage.load_more(messages, 50);
    stage.settle();
    stage.resolved(load);
    // Without a window to grow, the number alone counts: the larger of it and the first page.
    let shown = stage.ids(messages).len();
    assert!(shown == 50 || shown == 80, "{shown}");
    stage.close();
}

#[test]
fn each_subscription_has_its_own_window() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 100);
    let (one, other) = (stage.messages(), stage.messages());
    stage.settle();
    assert_eq!(count(&stage.requests(), "SUBSCRIBE /me/conversations/c/messages"), 1);
    stage.load_more(one, 20);
    stage.settle();
    assert_eq!(stage.ids(one), all[..50]);
    assert_eq!(stage.ids(other), all[..30]);
    assert_eq!((stage.calls(one), stage.calls(other)), (2, 1), "the other hears nothing");
    stage.requests();
    // What one has loaded is there for the other.
    stage.load_more(other, 20);
    let third = stage.messages();
    stage.settle();
    assert_eq!(stage.ids(other), all[..50]);
    assert_eq!(stage.ids(third), all[..30], "a new one begins with the first page");
    assert_eq!(stage.requests(), Vec::<String>::new());
    // Growing apart again.
    stage.load_more(third, 100);
    stage.settle();
    assert_eq!(stage.ids(third), all);
    assert_eq!([one, other].map(|own| stage.ids(own).len()), [50, 50]);
    assert!(stage.loaded_all(third) && !stage.loaded_all(one) && !stage.loaded_all(other));
    stage.unsubscribe(other);
    stage.load_more(one, 7);
    stage.settle();
    assert_eq!(stage.ids(one), all[..57]);
    stage.close();
}

#[test]
fn a_new_message_makes_every_window_longer() {
    let mut stage = Stage::new();
    stage.say("bob", 50);
    let (one, other) = (stage.messages(), stage.messages());
    stage.settle();
    stage.load_more(other, 5);
    stage.settle();
    stage.requests();
    let new = stage.say("bob", 1);
    stage.settle();
    let all = ids(&stage.all_messages());
    assert_eq!(all[0], new[0]);
    assert_eq!(stage.ids(one), all[..31]);
    assert_eq!(stage.ids(other), all[..36]);
    assert_eq!((stage.calls(one), stage.calls(other)), (2, 3));
    assert_eq!(stage.requests(), Vec::<String>::new());
    assert!(!stage.loaded_all(one));
    stage.close();
}

#[test]
fn the_first_message_of_all() {
    let mut stage = Stage::new();
    let messages = stage.messages();
    stage.settle();
    assert_eq!((stage.ids(messages).len(), stage.loaded_all(messages)), (0, true));
    let new = stage.say("bob", 1);
    stage.settle();
    assert_eq!(stage.ids(messages), new);
    assert!(stage.loaded_all(messages));
    assert_eq!(stage.calls(messages), 2, "with its sender, and not before");
    stage.close();
}

#[test]
fn an_edit_changes_one_message_in_one_call() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 40);
    let (one, other) = (stage.messages(), stage.messages());
    stage.settle();
    stage.edit("bob", &all[7], "edited");
    stage.settle();
    let wanted = stage.all_messages();
    assert_eq!(stage.shown(one), Value::from(&wanted[..30]));
    assert_eq!((stage.calls(one), stage.calls(other)), (2, 2));
    // Beyond the window nothing is to be seen of it.
    stage.edit("bob", &all[35], "edited");
    stage.settle();
    assert_eq!((stage.calls(one), stage.calls(other)), (2, 2));
    stage.close();
}

#[test]
fn reactions_are_summed_up_oldest_emoji_first() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 3);
    let messages = stage.messages();
    stage.settle();
    for (user, emoji) in [("bob", ":b:"), ("bob", ":a:"), ("alice", ":b:")] {
        stage.wait(1);
        let path = format!("/conversations/c/messages/{}/reactions/{emoji}/{user}", all[1]);
        stage.act(user, "PUT", &path, json!({}));
    }
    stage.settle();
    assert_eq!(
        stage.shown(messages)[1]["reactions"],
        json!([
            { "emoji": ":b:", "count": 2, "currentUserReacted": true },
            { "emoji": ":a:", "count": 1, "currentUserReacted": false },
        ])
    );
    assert_eq!(stage.calls(messages), 4);
    let path = format!("/conversations/c/messages/{}/reactions/:b:/bob", all[1]);
    stage.act("bob", "DELETE", &path, json!({}));
    stage.settle();
    assert_eq!(stage.shown(messages), Value::from(stage.all_messages()));
    stage.close();
}

#[test]
fn a_deleted_message_leaves_every_window() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 60);
    let (one, other) = (stage.messages(), stage.messages());
    stage.settle();
    stage.load_more(other, 10);
    stage.settle();
    stage.delete("bob", &all[0]);
    stage.delete("bob", &all[5]);
    // Only the longer window shows this one.
    stage.delete("bob", &all[35]);
    stage.settle();
    let left = ids(&stage.all_messages());
    let shown = stage.ids(one);
    assert_eq!(shown, left[..shown.len()], "the newest, without a gap");
    let shown = stage.ids(other);
    assert_eq!(shown, left[..shown.len()], "the newest, without a gap");
    assert!(stage.ids(one).len() >= 28 && stage.ids(other).len() >= 37);
    stage.close();
}

#[test]
fn when_all_that_was_loaded_is_deleted_the_new_last_message_takes_its_place() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 3);
    // This loads the last message only.
    let side = stage.side();
    stage.settle();
    assert_eq!(stage.shown(side)["lastMessage"]["id"], *all[0]);
    stage.requests();
    stage.delete("bob", &all[0]);
    stage.settle();
    assert_eq!(stage.shown(side)["lastMessage"]["id"], *all[1]);
    assert_eq!(stage.requests(), Vec::<String>::new(), "the event has the message");
    stage.delete("bob", &all[1]);
    stage.delete("bob", &all[2]);
    stage.settle();
    assert_eq!(stage.shown(side)["lastMessage"], Value::Null);
    stage.close();
}

#[test]
fn a_window_whose_messages_are_all_deleted_is_empty() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 2);
    let messages = stage.messages();
    stage.settle();
    all.iter().for_each(|id| stage.delete("bob", id));
    stage.settle();
    assert_eq!((stage.ids(messages).len(), stage.loaded_all(messages)), (0, true));
    let new = stage.say("bob", 1);
    stage.settle();
    assert_eq!(stage.ids(messages), new);
    stage.close();
}

#[test]
fn load_more_that_finds_nothing_more_is_not_heard() {
    let mut stage = Stage::new();
    let old = stage.say("bob", 35);
    let (large, small) = (stage.messages(), stage.messages());
    stage.settle();
    stage.load_more(large, 10);
    stage.settle();
    old[30..].iter().for_each(|id| stage.delete("bob", id));
    stage.settle();
    // Both show the same by now, each in an array of its own.
    assert_eq!(stage.ids(large), stage.ids(small));
    let before = stage.calls(large);
    let call = stage.load_more(large, 10);
    stage.settle();
    stage.resolved(call);
    assert_eq!(stage.calls(large), before);
    stage.close();
}

#[test]
fn messages_that_are_known_or_older_than_the_window_are_ignored() {
    let mut stage = Stage::new();
    stage.say("bob", 40);
    let messages = stage.messages();
    stage.settle();
    let mut old = stage.all_messages()[35].clone();
    old["senderId"] = "bob".into();
    old["id"] = "made-up".into();
    let mut known = stage.all_messages()[3].clone();
    known["senderId"] = "bob".into();
    let created = |state: &Value| {
        json!({
            "type": "message.created",
            "conversationId": "c", "messageId": state["id"], "state": state,
        })
    };
    let events = vec![created(&old), created(&known)];
    stage.world.control(Control::Publish { user: "alice".to_owned(), events });
    stage.settle();
    assert_eq!(stage.calls(messages), 1);
    stage.close();
}

#[test]
fn a_subscription_after_the_last_message_alone_was_loaded_shows_a_whole_page_at_once() {
    let mut stage = Stage::new();
    let all = stage.say("bob", 40);
    let side = stage.side();
    stage.settle();
    let messages = stage.messages();
    stage.settle();
    assert_eq!(stage.ids(messages), all[..30]);
    assert_eq!(stage.calls(messages), 1, "not first the one message that was there");
    assert_eq!(stage.calls(side), 1, "the conversation has not changed");
    stage.close();
}

#[test]
fn what_a_window_shows_is_complete() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let messages = stage.messages();
    stage.settle();
    stage.add("carol", "c");
    // A sender who is not known yet: the list waits for her.
    stage.say("carol", 1);
    stage.settle();
    let wanted = stage.all_messages();
    assert_eq!(stage.shown(messages), Value::from(wanted));
    assert_eq!(stage.calls(messages), 2);
    stage.close();
}
