//! Tests: who is typing.

use serde_json::{json, Value};

use super::super::testing::{only, World};

const FEED: &str = "/me/conversations/c/typing";

fn get(world: &mut World, conn: u64) -> Value {
    world.call(conn, "GET", FEED, json!({})).ok()
}

fn tap(world: &mut World, conn: u64) {
    world.call(conn, "POST", FEED, json!({})).ok();
}

#[test]
fn others_see_it_for_ten_seconds() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(alice, FEED);
    world.subscribe(bob, FEED);
    tap(&mut world, alice);
    let since = world.now;
    assert_eq!(
        only(world.events(bob)),
        json!({
            "type": "typing.changed", "conversationId": "c",
            "diff": { "usersTyping": { "alice": since } },
        })
    );
    assert_eq!(world.publishes(alice), 0, "nobody is told of their own typing");
    assert_eq!(get(&mut world, bob), json!({ "many": false, "usersTyping": { "alice": since } }));
    assert_eq!(get(&mut world, alice), json!({ "many": false, "usersTyping": {} }));

    // Going on puts off the end, and is no news.
    world.now += 6000;
    tap(&mut world, alice);
    assert_eq!(world.publishes(bob), 0);
    assert_eq!(world.hub.wake_at(), Some(since + 16_000));
    world.now = since + 15_999;
    world.feed(super::super::Input::Tick);
    assert_eq!(world.publishes(bob), 0, "an early tick does nothing");
    assert!(world.sleep());
    assert_eq!(only(world.events(bob))["diff"], json!({ "usersTyping": { "alice": null } }));
    assert!(!world.sleep(), "nothing more to wait for");
}

#[test]
fn sending_ends_it() {
    let (mut world, alice, bob) = World::chat();
    tap(&mut world, alice);
    world.subscribe(bob, FEED);
    world.say(alice, "there");
    assert_eq!(only(world.events(bob))["diff"], json!({ "usersTyping": { "alice": null } }));
    assert_eq!(world.hub.wake_at(), None);
}

#[test]
fn leaving_ends_it_and_joining_shows_it() {
    let (mut world, alice, bob) = World::chat();
    tap(&mut world, alice);
    let carol = world.guest("carol");
    world.subscribe(carol, FEED);
    world.call(carol, "PUT", "/conversations/c/participants/carol", json!({})).ok();
    let events = world.events(carol);
    assert_eq!(events[0]["type"], "side.created");
    assert_eq!(events[1]["type"], "typing.available");
    assert_eq!(events[1]["state"]["usersTyping"]["alice"], json!(world.now));
    world.subscribe(bob, FEED);
    world.call(alice, "DELETE", "/conversations/c/participants/alice", json!({})).ok();
    assert_eq!(only(world.events(bob))["diff"], json!({ "usersTyping": { "alice": null } }));
    assert_eq!(world.hub.wake_at(), None);
}

#[test]
fn above_five_they_are_many() {
    let (mut world, alice, _) = World::chat();
    world.subscribe(alice, FEED);
    for n in 0..6 {
        let user = format!("u{n}");
        let conn = world.member(&user);
        world.call(conn, "PUT", &format!("/conversations/c/participants/{user}"), json!({})).ok();
        world.now += 1;
        world.hush();
        tap(&mut world, conn);
        let diff = only(world.events(alice))["diff"].clone();
        if n < 5 {
            assert_eq!(diff, json!({ "usersTyping": { user: world.now } }));
        } else {
            assert_eq!(diff, json!({ "many": true, "usersTyping": null }));
            // To one of the six, only five others type.
            assert_eq!(get(&mut world, conn)["many"], false);
        }
    }
    assert!(world.sleep());
    let diff = only(world.events(alice))["diff"].clone();
    assert_eq!(diff["many"], false);
    assert_eq!(diff["usersTyping"].as_object().map(|users| users.len()), Some(5));
}

#[test]
fn who_may_only_read_types_nothing() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(alice, FEED);
    world.call(bob, "PATCH", "/conversations/c/participants/bob", json!({ "access": "Read" })).ok();
    tap(&mut world, bob);
    assert_eq!(world.publishes(alice), 0);
}
