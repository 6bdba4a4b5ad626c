//! Users: on their own, and inside of all that shows them.

use serde_json::{json, Value};
use talk_sim::Call;

use crate::stage::Stage;

#[test]
fn a_new_name_of_a_sender_is_one_call_for_each_subscription() {
    let mut stage = Stage::new();
    stage.say("bob", 50);
    let all = [stage.messages(), stage.messages(), stage.side(), stage.list(), stage.user("bob")];
    stage.settle();
    stage.load_more(all[1], 10);
    stage.settle();
    let before = all.map(|own| stage.calls(own));
    assert_eq!(before, [1, 2, 1, 1, 1]);
    stage.rename("bob", "Robert");
    stage.settle();
    assert_eq!(all.map(|own| stage.calls(own)), before.map(|calls| calls + 1));
    let wanted = stage.all_messages();
    assert_eq!(wanted[0]["sender"]["name"], "Robert");
    assert_eq!(stage.shown(all[0]), Value::from(&wanted[..30]));
    assert_eq!(stage.shown(all[1]), Value::from(&wanted[..40]));
    let conversation = stage.expected().conversation("c");
    assert_eq!(stage.shown(all[2]), conversation);
    assert_eq!(stage.shown(all[3]), json!([conversation]));
    stage.world.page(stage.alice).check_shared();
    stage.close();
}

#[test]
fn a_new_name_of_somebody_who_is_not_shown_is_no_call() {
    let mut stage = Stage::new();
    stage.say("bob", 3);
    let (messages, side) = (stage.messages(), stage.side());
    stage.settle();
    stage.rename("carol", "Caroline");
    stage.rename("bob", "bob");
    stage.settle();
    assert_eq!((stage.calls(messages), stage.calls(side)), (1, 1));
    stage.close();
}

#[test]
fn a_user_who_is_created_later() {
    let mut stage = Stage::new();
    let erin = stage.user("erin");
    stage.settle();
    assert_eq!((stage.shown(erin), stage.calls(erin)), (Value::Null, 1));
    stage.act("erin", "PUT", "/users/erin", json!({ "name": "Erin" }));
    stage.settle();
    assert_eq!(stage.shown(erin), stage.expected().user("erin"));
    assert_eq!(stage.calls(erin), 2);
    stage.close();
}

#[test]
fn a_diff_of_custom_fields_sets_and_removes_keys() {
    let mut stage = Stage::new();
    let bob = stage.user("bob");
    stage.settle();
    let edits = [
        json!({ "custom": { "a": "1", "b": "2" } }),
        json!({ "custom": { "a": null, "c": "3" } }),
        json!({ "custom": { "b": "4" }, "locale": "nl-NL", "role": "boss" }),
        json!({ "custom": null, "photoUrl": "https://example.com/bob.png" }),
    ];
    for (at, edit) in edits.into_iter().enumerate() {
        stage.act("bob", "PUT", "/users/bob", edit);
        stage.settle();
        assert_eq!(stage.shown(bob), stage.expected().user("bob"));
        assert_eq!(stage.calls(bob), at + 2);
    }
    stage.close();
}

#[test]
fn ones_own_changes_come_back_by_events() {
    let mut stage = Stage::new();
    let alice = stage.user("alice");
    stage.settle();
    let call = stage.call(Call::UserSet, json!(["alice", { "name": "Al" }]));
    stage.settle();
    stage.resolved(call);
    assert_eq!(stage.shown(alice)["name"], "Al");
    assert_eq!((stage.shown(alice), stage.calls(alice)), (stage.expected().user("alice"), 2));
    stage.close();
}

#[test]
fn a_sender_stays_known_as_long_as_a_message_shows_them() {
    let mut stage = Stage::new();
    let id = stage.say("bob", 1).remove(0);
    let messages = stage.messages();
    stage.settle();
    // Nobody asks for Bob himself, for longer than users linger.
    let call = stage.call(Call::UserGet, json!(["bob"]));
    stage.wait(90);
    stage.resolved(call);
    stage.rename("bob", "Robert");
    stage.settle();
    assert_eq!(stage.shown(messages)[0]["sender"]["name"], "Robert");
    stage.delete("bob", &id);
    stage.wait(90);
    assert_eq!(stage.ids(messages), Vec::<String>::new());
    assert_eq!(stage.world.page(stage.alice).kept(), 1, "the empty list");
    stage.close();
}
