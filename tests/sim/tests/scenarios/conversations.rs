//! The conversation list: its order, its window, what enters and what leaves.

use serde_json::{json, Value};
use talk_sim::{Call, Login};

use crate::stage::{count, ids, Stage};

const GET: &str = "GET /me/conversations {";

/// Alice and Bob have so many conversations besides "c", the last one at the top.
fn with_conversations(number: usize) -> Stage {
    let mut stage = Stage::new();
    (0..number).for_each(|at| stage.conversation(&format!("x{at:02}")));
    stage.settle();
    stage
}

#[track_caller]
fn shows_the_front(stage: &mut Stage, list: u32) {
    let wanted = stage.expected().conversations(&json!({}));
    let shown = stage.ids(list);
    assert_eq!(shown, ids(&wanted)[..shown.len().min(wanted.len())]);
    assert_eq!(stage.shown(list), Value::from(&wanted[..shown.len()]));
    assert_eq!(stage.loaded_all(list), shown.len() == wanted.len());
}

#[test]
fn the_first_page_is_twenty_conversations_latest_first() {
    let mut stage = with_conversations(24);
    let list = stage.list();
    stage.settle();
    assert_eq!(stage.ids(list).len(), 20);
    shows_the_front(&mut stage, list);
    assert_eq!(stage.calls(list), 1, "complete, with every last message");
    let requests = stage.requests();
    assert_eq!(requests[0], "SUBSCRIBE /me/conversations {}");
    assert_eq!(requests[1], format!("{GET}\"filter\":{{}},\"limit\":20}}"));
    let load = stage.load_more(list, 5);
    stage.settle();
    stage.resolved(load);
    assert_eq!((stage.ids(list).len(), stage.loaded_all(list)), (25, true));
    shows_the_front(&mut stage, list);
    assert_eq!(stage.calls(list), 2);
    stage.close();
}

#[test]
fn conversations_without_messages_that_were_joined_together_are_ordered_by_id() {
    let mut stage = Stage::new();
    stage.wait(1);
    for id in ["zz", "aa", "mm"] {
        stage.act("alice", "PUT", &format!("/conversations/{id}"), json!({}));
        let path = format!("/conversations/{id}/participants/alice");
        stage.act("alice", "PUT", &path, json!({}));
    }
    let list = stage.list();
    stage.settle();
    assert_eq!(stage.ids(list), ["aa", "mm", "zz", "c"]);
    stage.close();
}

#[test]
fn a_new_message_moves_its_conversation_to_the_top() {
    let mut stage = with_conversations(24);
    let list = stage.list();
    stage.settle();
    stage.requests();
    stage.say_in("x10", "bob", json!({}));
    stage.settle();
    assert_eq!(stage.ids(list)[0], "x10");
    shows_the_front(&mut stage, list);
    assert_eq!(stage.ids(list).len(), 20);
    // The sender was not known: nothing else may be asked for.
    let requests = stage.requests();
    assert_eq!(
        requests.len(),
        count(&requests, "SUBSCRIBE /users") + count(&requests, "GET /users")
    );
    let calls = stage.calls(list);
    stage.say_in("x10", "bob", json!({}));
    stage.settle();
    shows_the_front(&mut stage, list);
    assert_eq!(stage.calls(list), calls + 1, "one call for one PUBLISH frame");
    stage.close();
}

#[test]
fn a_conversation_from_beyond_the_window_moves_to_the_top() {
    let mut stage = with_conversations(24);
    let list = stage.list();
    stage.settle();
    stage.say_in("x01", "bob", json!({}));
    stage.settle();
    assert_eq!(stage.ids(list)[0], "x01");
    shows_the_front(&mut stage, list);
    let load = stage.load_more(list, 30);
    stage.settle();
    stage.resolved(load);
    assert_eq!((stage.ids(list).len(), stage.loaded_all(list)), (25, true));
    shows_the_front(&mut stage, list);
    stage.close();
}

#[test]
fn news_of_a_conversation_beyond_the_window_that_do_not_move_it_change_nothing() {
    let mut stage = with_conversations(24);
    let list = stage.list();
    stage.settle();
    stage.requests();
    stage.act("bob", "PUT", "/conversations/x01", json!({ "subject": "news" }));
    stage.settle();
    assert_eq!((stage.calls(list), stage.requests()), (1, vec![]));
    stage.close();
}

#[test]
fn deleting_the_last_message_moves_a_conversation_down() {
    let mut stage = with_conversations(6);
    let id = stage.say_in("x02", "bob", json!({}));
    let list = stage.list();
    stage.settle();
    assert_eq!(stage.ids(list)[0], "x02");
    stage.act("bob", "DELETE", &format!("/conversations/x02/messages/{id}"), json!({}));
    stage.settle();
    shows_the_front(&mut stage, list);
    assert_eq!(stage.ids(list)[3], "x02");
    stage.close();
}

#[test]
fn a_conversation_that_falls_behind_the_window_leaves_no_gap() {
    let mut stage = with_conversations(30);
    let id = stage.say_in("x02", "bob", json!({}));
    let list = stage.list();
    stage.settle();
    assert_eq!(stage.ids(list)[0], "x02");
    stage.act("bob", "DELETE", &format!("/conversations/x02/messages/{id}"), json!({}));
    stage.settle();
    shows_the_front(&mut stage, list);
    stage.close();
}

#[test]
fn a_new_conversation_comes_to_the_top() {
    let mut stage = with_conversations(2);
    let list = stage.list();
    stage.settle();
    stage.conversation("new");
    stage.settle();
    assert_eq!(stage.ids(list)[0], "new");
    shows_the_front(&mut stage, list);
    assert_eq!(stage.calls(list), 2);
    stage.close();
}

#[test]
fn a_conversation_that_was_left_goes_and_comes_back() {
    let mut stage = with_conversations(24);
    let list = stage.list();
    stage.settle();
    stage.remove("alice", "x20");
    stage.settle();
    assert!(!stage.ids(list).contains(&"x20".to_owned()));
    shows_the_front(&mut stage, list);
    stage.add("alice", "x20");
    stage.settle();
    assert_eq!(stage.ids(list)[0], "x20", "it is ordered by when it was joined");
    shows_the_front(&mut stage, list);
    assert_eq!(stage.calls(list), 3);
    // One that the window does not show.
    stage.remove("alice", "x01");
    stage.settle();
    let load = stage.load_more(list, 30);
    stage.settle();
    stage.resolved(load);
    shows_the_front(&mut stage, list);
    stage.close();
}

#[test]
fn a_change_of_a_conversation_changes_the_list_and_its_own_subscription_alike() {
    let mut stage = with_conversations(3);
    let (list, side) = (stage.list(), stage.side());
    stage.settle();
    stage.act(
        "bob",
        "PUT",
        "/conversations/c",
        json!({ "subject": "new", "custom": { "a": "b" } }),
    );
    stage.settle();
    shows_the_front(&mut stage, list);
    let wanted = stage.expected().conversation("c");
    assert_eq!((stage.shown(side), stage.calls(side)), (wanted, 2));
    assert_eq!(stage.calls(list), 2);
    stage.world.page(stage.alice).check_shared();
    stage.close();
}

#[test]
fn marking_as_read_changes_the_counts() {
    let mut stage = with_conversations(1);
    stage.say("bob", 3);
    let list = stage.list();
    stage.settle();
    assert_eq!(stage.shown(list)[0]["unreadMessageCount"], 3);
    let call = stage.call(Call::ConversationRead, json!(["c"]));
    stage.settle();
    stage.resolved(call);
    assert_eq!(stage.shown(list)[0]["unreadMessageCount"], 0);
    shows_the_front(&mut stage, list);
    stage.close();
}

#[test]
fn my_own_settings_are_part_of_my_side() {
    let mut stage = with_conversations(1);
    let (list, side) = (stage.list(), stage.side());
    stage.settle();
    let call = stage.call(Call::ParticipantEdit, json!(["c", "alice", { "notify": false }]));
    stage.settle();
    stage.resolved(call);
    assert_eq!(stage.shown(side)["notify"], false);
    // Those of somebody else are not.
    stage.act("bob", "PATCH", "/conversations/c/participants/bob", json!({ "notify": false }));
    stage.settle();
    shows_the_front(&mut stage, list);
    assert_eq!((stage.calls(side), stage.calls(list)), (2, 2));
    stage.close();
}

#[test]
fn a_user_who_does_not_exist_yet_has_no_conversations() {
    let mut stage = Stage::new();
    let zoe = stage.world.open("zoe", Login::Boken);
    let list = stage.world.subscribe(zoe, Call::ListSubscribe, json!(["{}"]));
    stage.settle();
    let heard = |stage: &Stage| -> Vec<(Vec<String>, bool)> {
        let own = stage.world.page(zoe).subscription(list);
        own.heard.iter().map(|heard| (heard.snapshot.ids(), heard.loaded_all)).collect()
    };
    assert_eq!(heard(&stage), [(vec![], true)]);
    stage.world.call(zoe, Call::UserCreate, json!(["zoe", { "name": "Zoe" }]));
    stage.settle();
    stage.add("zoe", "c");
    stage.settle();
    let there = (vec!["c".to_owned()], true);
    assert_eq!(heard(&stage).last(), Some(&there));
}
