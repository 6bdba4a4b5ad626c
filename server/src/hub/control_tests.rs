//! Tests: what tests can make the service do.

use serde_json::json;

use super::super::testing::{only, types, World};
use super::super::{Control, Input};

#[test]
fn an_expired_login_has_to_be_renewed() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, "/users/alice/online");
    world.control(Control::Expire { user: "alice".to_owned() });
    assert_eq!(only(world.events(alice)), json!({ "type": "session.expired" }));
    assert_eq!(only(world.events(bob))["diff"], json!({ "isConnected": false }));
    assert_eq!(world.call(alice, "GET", "/me/conversations", json!({})).refusal().0, 401);
    world.login(alice, "alice");
    world.call(alice, "GET", "/me/conversations", json!({})).ok();
    assert_eq!(only(world.events(bob))["diff"], json!({ "isConnected": true }));
}

#[test]
fn made_up_events_go_to_all_sockets_of_a_user() {
    let (mut world, alice, bob) = World::chat();
    let second = world.guest("alice");
    let events = vec![json!({ "type": "nonsense" }), json!(5)];
    world.control(Control::Publish { user: "alice".to_owned(), events: events.clone() });
    for conn in [alice, second] {
        assert_eq!(world.publishes(conn), 1);
        assert_eq!(world.events(conn), events);
    }
    assert_eq!(world.publishes(bob), 0);
}

#[test]
fn a_restart_is_announced_and_the_session_goes_on_where_it_was() {
    let (mut world, alice, _) = World::chat();
    let bob = world.connect_as("bob", "client-1");
    world.login(bob, "bob");
    world.subscribe(bob, "/me/conversations/c/messages");
    world.subscribe(bob, "/users/alice");
    world.control(Control::Restarting);
    assert_eq!(types(&world.events(bob)), ["upstream.restarting"]);
    assert!(world.closed.contains(&(bob, 1012)) && world.closed.contains(&(alice, 1012)));
    world.feed(Input::Disconnected { conn: bob });

    // Meanwhile: one message, and a new name.
    let alice = world.guest("alice");
    world.say(alice, "missed");
    world.call(alice, "PUT", "/users/alice", json!({ "name": "A" })).ok();
    assert_eq!(world.publishes(bob), 0);

    // Another session of the same user gets nothing of it.
    let other = world.connect_as("bob", "client-2");
    world.login(other, "bob");
    assert_eq!(world.publishes(other), 0);

    let back = world.connect_as("bob", "client-1");
    world.login(back, "bob");
    assert_eq!(types(&world.events(back)), ["message.created", "user.edited"]);
    world.say(alice, "seen");
    assert_eq!(types(&world.events(back)), ["message.created"], "the subscription goes on");
    assert!(!world.sleep(), "nothing is parked any more");
}

#[test]
fn a_session_that_does_not_come_back_is_given_up() {
    let (mut world, _, _) = World::chat();
    let bob = world.connect_as("bob", "client-1");
    world.login(bob, "bob");
    world.control(Control::Restarting);
    let carol = world.guest("carol");
    world.subscribe(carol, "/users/bob/online");
    let is_online = |world: &mut World| {
        world.call(carol, "GET", "/users/bob/online", json!({})).ok()["isConnected"] == true
    };
    assert!(is_online(&mut world), "a restart is no reason to look away");
    assert!(world.sleep());
    assert_eq!(only(world.events(carol))["diff"], json!({ "isConnected": false }));
    assert!(!is_online(&mut world));
    assert!(!world.sleep());
}

#[test]
fn a_reset_leaves_nothing_but_the_tokens() {
    let (mut world, alice, bob) = World::chat();
    world.say(alice, "hi");
    let boken = world.boken("alice");
    world.control(Control::Reset);
    assert_eq!(world.closed.len(), 3, "alice, bob and carol");
    assert_eq!(world.kept.keys().map(|key| key.kind.as_str()).collect::<Vec<_>>(), ["key"]);
    world.text(bob, r#"[1,"GET","/ping",{},{}]"#);
    assert_eq!(world.publishes(bob), 0, "a closed socket is not answered");
    let alice = world.connect("alice");
    world.call(alice, "POST", "/session/renew", json!({ "token": boken })).ok();
    let answer = world.call(alice, "GET", "/users/alice", json!({}));
    assert_eq!(answer.refusal().1, "USER_NOT_FOUND");
}
