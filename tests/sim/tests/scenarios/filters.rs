//! Lists of conversations with filters: who enters, who leaves, and what is asked for that.

use serde_json::{json, Value};
use talk_session_server::hub::Control;
use talk_sim::Call;

use crate::stage::{count, ids, Stage};

const UNREAD: &str = r#"{"isUnread":true}"#;
const CATS: &str = r#"{"subject":["==","Cats"]}"#;
const LIST: &str = "GET /me/conversations {";

fn subscribe(stage: &mut Stage, filter: &str) -> u32 {
    stage.world.subscribe(stage.alice, Call::ListSubscribe, json!([filter]))
}

/// A conversation with a subject.
fn about(stage: &mut Stage, id: &str, subject: impl Into<Value>) {
    let subject: Value = subject.into();
    stage.act("bob", "PUT", &format!("/conversations/{id}"), json!({ "subject": subject }));
}

#[track_caller]
fn shows_the_front(stage: &mut Stage, list: u32, filter: &str) {
    let filter: Value = serde_json::from_str(filter).unwrap_or_default();
    let wanted = stage.expected().conversations(&filter);
    let shown = stage.ids(list);
    assert_eq!(shown, ids(&wanted)[..shown.len().min(wanted.len())]);
    assert_eq!(stage.shown(list), Value::from(&wanted[..shown.len()]));
}

#[test]
fn each_filter_has_a_list_and_equal_ones_share_it() {
    let mut stage = Stage::new();
    stage.conversation("d");
    stage.conversation("e");
    about(&mut stage, "d", "Cats");
    stage.say_in("e", "bob", json!({}));
    let lists = ["{}", CATS, UNREAD, CATS].map(|filter| (subscribe(&mut stage, filter), filter));
    stage.settle();
    for (list, filter) in lists {
        shows_the_front(&mut stage, list, filter);
        assert!(stage.loaded_all(list));
    }
    assert_eq!(lists.map(|(list, _)| stage.ids(list).len()), [3, 1, 1, 1]);
    let requests = stage.requests();
    assert_eq!(count(&requests, "SUBSCRIBE /me/conversations {"), 1);
    assert_eq!(count(&requests, LIST), 3);
    stage.close();
}

#[test]
fn a_conversation_enters_and_leaves_by_events_alone() {
    let mut stage = Stage::new();
    stage.conversation("d");
    let (all, unread, cats) =
        (subscribe(&mut stage, "{}"), subscribe(&mut stage, UNREAD), subscribe(&mut stage, CATS));
    stage.settle();
    stage.requests();
    for step in 0..6 {
        match step {
            0 => drop(stage.say_in("d", "bob", json!({}))),
            1 => about(&mut stage, "c", "Cats"),
            2 => drop(stage.say_in("c", "bob", json!({}))),
            3 => drop(stage.act("alice", "POST", "/me/conversations/d/read", json!({}))),
            4 => about(&mut stage, "c", Value::Null),
            _ => drop(stage.act("alice", "POST", "/me/conversations/c/read", json!({}))),
        }
        stage.settle();
        for (list, filter) in [(all, "{}"), (unread, UNREAD), (cats, CATS)] {
            shows_the_front(&mut stage, list, filter);
            assert!(stage.loaded_all(list), "in step {step}");
        }
        let wanted = [(1, 0), (1, 1), (2, 1), (1, 1), (1, 0), (0, 0)][step];
        assert_eq!((stage.ids(unread).len(), stage.ids(cats).len()), wanted, "in step {step}");
    }
    let requests = stage.requests();
    assert_eq!(count(&requests, "GET /me/conversations"), 0, "{requests:?}");
    stage.close();
}

#[test]
fn a_diff_of_an_unknown_conversation_is_looked_into_only_if_it_may_make_it_fit() {
    let mut stage = Stage::new();
    let cats = subscribe(&mut stage, CATS);
    stage.settle();
    assert_eq!(stage.ids(cats).len(), 0);
    stage.requests();
    about(&mut stage, "c", "Dogs");
    stage.act("bob", "PUT", "/conversations/c", json!({ "photoUrl": "https://example.com/c.png" }));
    stage.settle();
    assert_eq!(stage.requests().len(), 0, "neither can make it fit");
    about(&mut stage, "c", "Cats");
    stage.settle();
    shows_the_front(&mut stage, cats, CATS);
    assert_eq!(stage.ids(cats), ["c"]);
    assert_eq!(count(&stage.requests(), "GET /me/conversations/c {"), 1);
    stage.close();
}

#[test]
fn a_conversation_that_was_asked_for_comes_although_the_connection_is_lost() {
    let mut stage = Stage::new();
    let cats = subscribe(&mut stage, CATS);
    stage.settle();
    stage.requests();
    // A session that is handed over is not fetched again, and the service is too busy until then.
    (0..4).for_each(|_| stage.world.refuse("GET", "/me/conversations/c", 429, "BUSY"));
    about(&mut stage, "c", "Cats");
    stage.world.run(10);
    stage.world.control(Control::Restarting);
    stage.wait(60);
    let requests = stage.requests();
    assert_eq!(count(&requests, LIST), 0, "{requests:?}");
    assert_eq!(stage.ids(cats), ["c"]);
    shows_the_front(&mut stage, cats, CATS);
    stage.close();
}

#[test]
fn what_left_the_end_of_the_loaded_part_comes_back_to_it() {
    for fits_twenty in [false, true] {
        let mut stage = Stage::new();
        for at in 10..35 {
            stage.conversation(&format!("x{at}"));
            about(&mut stage, &format!("x{at}"), "Cats");
        }
        let cats = subscribe(&mut stage, CATS);
        stage.settle();
        let first = stage.ids(cats);
        assert_eq!((first.len(), stage.loaded_all(cats)), (20, false));
        let last = if fits_twenty { &first[19..] } else { &first[17..] };
        last.iter().for_each(|id| about(&mut stage, id, "Dogs"));
        stage.settle();
        assert_eq!(stage.ids(cats), first[..20 - last.len()]);
        last.iter().for_each(|id| about(&mut stage, id, "Cats"));
        // One that is behind the loaded part comes only with its page.
        about(&mut stage, "x11", "Dogs");
        about(&mut stage, "x11", "Cats");
        stage.settle();
        assert_eq!(stage.ids(cats), first);
        stage.load_more(cats, 30);
        stage.settle();
        assert_eq!((stage.ids(cats).len(), stage.loaded_all(cats)), (25, true));
        shows_the_front(&mut stage, cats, CATS);
        stage.close();
    }
}

#[test]
fn what_changed_in_a_gap_enters_and_leaves() {
    let mut stage = Stage::new();
    stage.conversation("d");
    stage.conversation("e");
    about(&mut stage, "d", "Cats");
    let (cats, unread) = (subscribe(&mut stage, CATS), subscribe(&mut stage, UNREAD));
    stage.settle();
    stage.gap(|stage| {
        about(stage, "d", "Dogs");
        about(stage, "e", "Cats");
        stage.say_in("c", "bob", json!({}));
    });
    assert_eq!((stage.ids(cats), stage.ids(unread)), (vec!["e".into()], vec!["c".into()]));
    assert_eq!((stage.calls(cats), stage.calls(unread)), (2, 2));
    shows_the_front(&mut stage, cats, CATS);
    shows_the_front(&mut stage, unread, UNREAD);
    stage.close();
}

#[test]
fn a_list_lingers_while_others_are_shown() {
    let mut stage = Stage::new();
    let (all, unread) = (stage.list(), subscribe(&mut stage, UNREAD));
    stage.settle();
    stage.unsubscribe(unread);
    stage.wait(5);
    stage.requests();
    stage.say_in("c", "bob", json!({}));
    stage.settle();
    let again = subscribe(&mut stage, UNREAD);
    assert_eq!((stage.ids(again), stage.calls(again)), (vec!["c".into()], 1), "at once");
    assert_eq!(count(&stage.requests(), LIST), 0);
    stage.unsubscribe(again);
    stage.wait(15);
    let third = subscribe(&mut stage, UNREAD);
    stage.settle();
    let requests = stage.requests();
    assert_eq!((count(&requests, LIST), count(&requests, "SUBSCRIBE ")), (1, 0), "{requests:?}");
    assert_eq!((stage.ids(third), stage.ids(all)), (vec!["c".into()], vec!["c".into()]));
    stage.close();
}

#[test]
fn being_removed_and_added_again_while_a_second_list_is_loaded_leaves_the_first_one_whole() {
    let mut stage = Stage::new();
    let all = stage.list();
    stage.settle();
    let unread = subscribe(&mut stage, UNREAD);
    stage.world.run(0);
    stage.remove("alice", "c");
    stage.add("alice", "c");
    stage.settle();
    shows_the_front(&mut stage, all, "{}");
    shows_the_front(&mut stage, unread, UNREAD);
    assert_eq!((stage.ids(all), stage.ids(unread)), (vec!["c".into()], vec![]));
    stage.close();
}

// The list with everything does not show it, and the client must not forget it for that.
#[test]
fn what_is_beyond_the_loaded_part_of_one_list_enters_another() {
    let mut stage = Stage::new();
    (0..24).for_each(|at| stage.conversation(&format!("x{at:02}")));
    let (all, cats) = (subscribe(&mut stage, "{}"), subscribe(&mut stage, CATS));
    stage.settle();
    assert_eq!((stage.ids(all).len(), stage.ids(cats).len()), (20, 0));
    about(&mut stage, "x01", "Cats");
    stage.settle();
    assert_eq!((stage.ids(all).len(), stage.ids(cats)), (20, vec!["x01".to_owned()]));
    for (list, filter) in [(all, "{}"), (cats, CATS)] {
        shows_the_front(&mut stage, list, filter);
    }
    stage.close();
}

// The list hears of the joining late, when it is loaded, and of the setting that followed as well.
#[test]
fn my_settings_that_change_while_a_list_is_loaded_are_not_undone() {
    let mut stage = Stage::new();
    stage.remove("alice", "c");
    let side = stage.side();
    stage.settle();
    assert_eq!(stage.shown(side), Value::Null);
    stage.world.refuse("GET", "/me/conversations", 500, "BUSY");
    let list = subscribe(&mut stage, "{}");
    stage.world.run(50);
    stage.add("alice", "c");
    stage.world.run(50);
    let path = "/conversations/c/participants/alice";
    stage.act("bob", "PATCH", path, json!({ "access": "Read" }));
    stage.wait(3);
    assert_eq!(stage.shown(side)["access"], "Read");
    shows_the_front(&mut stage, list, "{}");
    stage.close();
}

const TALKED: &str = r#"{"hasMessages":true}"#;
const SILENT: &str = r#"{"hasMessages":false}"#;

// The fields of a conversation do not tell whether its last message is from the millisecond in which
// Alice joined, or there is none.
#[test]
fn a_message_of_the_moment_of_joining_counts() {
    for others in [&["{}"][..], &[], &[SILENT]] {
        for before in [true, false] {
            let mut stage = Stage::new();
            stage.conversation("d");
            stage.remove("alice", "d");
            let talked = subscribe(&mut stage, TALKED);
            let rest: Vec<(u32, &str)> =
                others.iter().map(|filter| (subscribe(&mut stage, filter), *filter)).collect();
            stage.settle();
            let data = json!({ "content": [{ "type": "text", "children": ["hello"] }] });
            let say = |stage: &mut Stage| {
                stage.act("bob", "POST", "/conversations/d/messages", data.clone())
            };
            if before {
                say(&mut stage);
            }
            stage.add("alice", "d");
            if !before {
                say(&mut stage);
            }
            stage.settle();
            assert_eq!(stage.ids(talked), ["d"]);
            for (list, filter) in rest.into_iter().chain([(talked, TALKED)]) {
                shows_the_front(&mut stage, list, filter);
            }
            let last = stage.all_messages_of("d")[0]["id"].as_str().unwrap_or("").to_owned();
            stage.act("bob", "DELETE", &format!("/conversations/d/messages/{last}"), json!({}));
            stage.settle();
            assert_eq!(stage.ids(talked), [""; 0]);
            stage.close();
        }
    }
}

#[test]
fn who_joins_a_silent_conversation_does_not_see_it_among_those_with_messages() {
    let mut stage = Stage::new();
    let (talked, silent) = (subscribe(&mut stage, TALKED), subscribe(&mut stage, SILENT));
    stage.settle();
    let before = stage.calls(talked);
    stage.conversation("d");
    stage.settle();
    assert_eq!((stage.ids(talked).len(), stage.calls(talked)), (0, before));
    shows_the_front(&mut stage, silent, SILENT);
    stage.say_in("d", "bob", json!({}));
    stage.settle();
    assert_eq!(stage.ids(talked), ["d"]);
    for (list, filter) in [(talked, TALKED), (silent, SILENT)] {
        shows_the_front(&mut stage, list, filter);
    }
    stage.close();
}
