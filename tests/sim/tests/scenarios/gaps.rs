//! What was missed: after a lost connection everything is as if it had never been lost.

use serde_json::{json, Value};
use talk_session_server::hub::Control;

use crate::stage::{count, ids, Stage};

#[track_caller]
fn shows_the_front(stage: &mut Stage, messages: u32) {
    let wanted = stage.all_messages();
    let shown = stage.ids(messages);
    assert_eq!(shown, ids(&wanted)[..shown.len().min(wanted.len())]);
    assert_eq!(stage.shown(messages), Value::from(&wanted[..shown.len()]));
    assert_eq!(stage.loaded_all(messages), shown.len() == wanted.len());
}

#[test]
fn nothing_missed_is_nothing_heard() {
    let mut stage = Stage::new();
    stage.say("bob", 50);
    let all = [stage.messages(), stage.side(), stage.list(), stage.user("bob")];
    stage.settle();
    stage.load_more(all[0], 10);
    stage.settle();
    let before = all.map(|own| stage.calls(own));
    (0..3).for_each(|_| stage.gap(|_| ()));
    assert_eq!(all.map(|own| stage.calls(own)), before);
    stage.close();
}

#[test]
fn what_was_missed_comes_in_one_call() {
    let mut stage = Stage::new();
    let old = stage.say("bob", 50);
    let messages = stage.messages();
    stage.settle();
    stage.gap(|stage| {
        stage.say("bob", 4);
        stage.edit("bob", &old[3], "edited");
        stage.delete("bob", &old[7]);
        stage.delete("bob", &old[40]);
    });
    shows_the_front(&mut stage, messages);
    let shown = stage.ids(messages);
    assert!(shown.contains(&old[29]), "it goes back as far as it did");
    assert_eq!(stage.calls(messages), 2);
    stage.close();
}

#[test]
fn a_window_keeps_its_size() {
    let mut stage = Stage::new();
    stage.say("bob", 200);
    let (large, small) = (stage.messages(), stage.messages());
    stage.settle();
    stage.load_more(large, 60);
    stage.settle();
    stage.gap(|stage| drop(stage.say("bob", 1)));
    assert_eq!((stage.ids(large).len(), stage.ids(small).len()), (91, 31));
    shows_the_front(&mut stage, large);
    shows_the_front(&mut stage, small);
    stage.close();
}

#[test]
fn more_than_a_page_was_missed() {
    for missed in [99, 100, 101, 150, 250] {
        let mut stage = Stage::new();
        let old = stage.say("bob", 50);
        let (one, other) = (stage.messages(), stage.messages());
        stage.settle();
        stage.load_more(other, 15);
        stage.settle();
        stage.gap(|stage| drop(stage.say("bob", missed)));
        shows_the_front(&mut stage, one);
        shows_the_front(&mut stage, other);
        assert!(stage.ids(one).contains(&old[29]), "nothing is lost that was there");
        assert!(stage.ids(other).contains(&old[44]), "nothing is lost that was there");
        assert_eq!((stage.calls(one), stage.calls(other)), (2, 3), "in one call");
        stage.load_more(one, 100);
        stage.settle();
        shows_the_front(&mut stage, one);
        stage.close();
    }
}

#[test]
fn everything_was_deleted_meanwhile() {
    let mut stage = Stage::new();
    let old = stage.say("bob", 40);
    let (messages, side) = (stage.messages(), stage.side());
    stage.settle();
    stage.gap(|stage| old.iter().for_each(|id| stage.delete("bob", id)));
    assert_eq!((stage.ids(messages).len(), stage.loaded_all(messages)), (0, true));
    assert_eq!(stage.shown(side)["lastMessage"], Value::Null);
    stage.gap(|stage| drop(stage.say("bob", 40)));
    shows_the_front(&mut stage, messages);
    assert!(stage.ids(messages).len() >= 30);
    stage.close();
}

#[test]
fn the_last_message_shown_was_deleted_meanwhile() {
    let mut stage = Stage::new();
    let old = stage.say("bob", 60);
    let messages = stage.messages();
    stage.settle();
    stage.gap(|stage| old[20..35].iter().for_each(|id| stage.delete("bob", id)));
    shows_the_front(&mut stage, messages);
    assert!(stage.ids(messages).contains(&old[19]));
    stage.close();
}

#[test]
fn events_that_come_while_it_is_loaded_again_are_not_lost() {
    // At any moment after the new socket was opened.
    for ms in 0..80 {
        let mut stage = Stage::new();
        let old = stage.say("bob", 50);
        let (messages, side, list) = (stage.messages(), stage.side(), stage.list());
        stage.settle();
        stage.world.cut_socket(stage.alice);
        stage.world.run(60);
        stage.say("bob", 2);
        let alice = stage.alice;
        assert!(stage.world.run_until(5_000, |world| world.has_socket(alice)));
        stage.world.run(ms);
        stage.say("bob", 1);
        stage.delete("bob", &old[3]);
        stage.edit("bob", &old[5], "edited");
        stage.wait(3);
        shows_the_front(&mut stage, messages);
        assert_eq!(stage.ids(messages).len(), 32, "after {ms} ms");
        let wanted = stage.expected().conversation("c");
        assert_eq!(stage.shown(side), wanted, "after {ms} ms");
        assert_eq!(stage.shown(list), json!([wanted]), "after {ms} ms");
        stage.close();
    }
}

#[test]
fn events_between_two_pages_are_not_lost_when_the_service_puts_the_subscription_off() {
    for ms in 0..80 {
        let mut stage = Stage::new();
        stage.say("bob", 150);
        let messages = stage.messages();
        stage.settle();
        stage.load_more(messages, 100);
        stage.settle();
        assert_eq!(stage.ids(messages).len(), 130);
        stage.world.cut_socket(stage.alice);
        stage.world.run(60);
        let alice = stage.alice;
        let path = "/me/conversations/c/messages";
        stage.world.refuse("SUBSCRIBE", path, 500, "BUSY");
        assert!(stage.world.run_until(5_000, |world| world.has_socket(alice)));
        stage.world.run(ms);
        stage.say("bob", 1);
        // If the first page is through, the second one comes after the subscription.
        stage.world.refuse("GET", path, 500, "BUSY");
        stage.wait(3);
        shows_the_front(&mut stage, messages);
        assert_eq!(stage.ids(messages).len(), 131, "after {ms} ms");
        stage.close();
    }
}

#[test]
fn events_that_come_while_it_is_loaded_for_the_first_time_are_not_lost() {
    for ms in 0..80 {
        let mut stage = Stage::new();
        let old = stage.say("bob", 50);
        let (messages, side, list) = (stage.messages(), stage.side(), stage.list());
        stage.world.run(ms);
        stage.delete("bob", &old[0]);
        stage.say("bob", 1);
        stage.edit("bob", &old[5], "edited");
        stage.act("bob", "PUT", "/conversations/c", json!({ "subject": "new" }));
        stage.wait(3);
        shows_the_front(&mut stage, messages);
        assert!(stage.ids(messages).len() >= 29, "after {ms} ms");
        let wanted = stage.expected().conversation("c");
        assert_eq!(stage.shown(side), wanted, "after {ms} ms");
        assert_eq!(stage.shown(list), json!([wanted]), "after {ms} ms");
        stage.close();
    }
}

#[test]
fn a_list_that_changed_meanwhile() {
    let mut stage = Stage::new();
    (0..24).for_each(|at| stage.conversation(&format!("x{at:02}")));
    let list = stage.list();
    stage.settle();
    stage.load_more(list, 2);
    stage.settle();
    stage.gap(|stage| {
        stage.say_in("x01", "bob", json!({}));
        stage.conversation("new");
        stage.remove("alice", "x12");
        stage.say_in("x20", "bob", json!({}));
    });
    let wanted = stage.expected().conversations(&json!({}));
    let shown = stage.ids(list).len();
    assert!(shown >= 22, "{shown}");
    assert_eq!(stage.shown(list), Value::from(&wanted[..shown]));
    stage.load_more(list, 30);
    stage.settle();
    assert_eq!((stage.shown(list), stage.loaded_all(list)), (Value::from(wanted), true));
    stage.close();
}

#[test]
fn a_page_that_was_under_way_is_asked_for_again() {
    for ms in 0..40 {
        let mut stage = Stage::new();
        stage.say("bob", 100);
        let messages = stage.messages();
        stage.settle();
        let loads = [stage.load_more(messages, 20), stage.load_more(messages, 10)];
        stage.world.run(ms);
        stage.world.cut_socket(stage.alice);
        stage.wait(5);
        loads.into_iter().for_each(|load| _ = stage.resolved(load));
        assert_eq!(stage.ids(messages).len(), 50, "after {ms} ms");
        shows_the_front(&mut stage, messages);
        stage.close();
    }
}

#[test]
fn after_an_announced_restart_nothing_is_loaded_again() {
    let mut stage = Stage::new();
    stage.say("bob", 50);
    let all = [stage.messages(), stage.side(), stage.list(), stage.user("bob")];
    stage.settle();
    let before = all.map(|own| stage.calls(own));
    stage.requests();
    stage.world.control(Control::Restarting);
    stage.wait(1);
    stage.say("bob", 1);
    stage.wait(10);
    let requests = stage.requests();
    assert_eq!(count(&requests, "GET"), 0, "{requests:?}");
    assert!(count(&requests, "SUBSCRIBE") > 0, "{requests:?}");
    shows_the_front(&mut stage, all[0]);
    let calls = all.map(|own| stage.calls(own));
    assert_eq!(calls, [before[0] + 1, before[1] + 1, before[2] + 1, before[3]]);
    stage.close();
}

#[test]
fn an_expired_login_loses_nothing() {
    let mut stage = Stage::new();
    stage.say("bob", 50);
    let messages = stage.messages();
    stage.settle();
    stage.world.control(Control::Expire { user: "alice".to_owned() });
    let call = stage.send("c", "mine");
    stage.say("bob", 1);
    stage.wait(5);
    stage.resolved(call);
    shows_the_front(&mut stage, messages);
    assert_eq!(stage.ids(messages).len(), 32);
    stage.close();
}

#[test]
fn a_send_that_is_cut_off_anywhere_arrives_once() {
    for ms in 0..30 {
        let mut stage = Stage::new();
        let messages = stage.messages();
        stage.settle();
        let texts = ["one", "two", "three"];
        let sends = texts.map(|text| stage.send("c", text));
        stage.world.run(ms);
        stage.world.cut_socket(stage.alice);
        stage.wait(5);
        let told = sends.map(|send| stage.resolved(send));
        shows_the_front(&mut stage, messages);
        let shown = stage.shown(messages);
        let list = shown.as_array().map_or(&[][..], Vec::as_slice);
        let seen: Vec<&Value> =
            list.iter().rev().map(|message| &message["content"][0]["children"][0]).collect();
        assert_eq!(seen, texts, "after {ms} ms");
        assert_eq!(list.iter().rev().map(|m| m["id"].clone()).collect::<Vec<_>>(), told);
        stage.close();
    }
}
