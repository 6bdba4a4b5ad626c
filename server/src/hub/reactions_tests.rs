//! Tests: reactions.

use serde_json::{json, Value};

use super::super::testing::{only, refused, World};
use super::check_emoji;

const THUMB: &str = "%F0%9F%91%8D";

struct Scene {
    world: World,
    alice: u64,
    bob: u64,
    message: String,
}

fn scene() -> Scene {
    let (mut world, alice, bob) = World::chat();
    let message = world.say(alice, "hi");
    Scene { world, alice, bob, message }
}

impl Scene {
    fn path(&self, emoji: &str, user: &str) -> String {
        format!("/conversations/c/messages/{}/reactions/{emoji}/{user}", self.message)
    }

    fn feed(&self, emoji: &str) -> String {
        format!("/me/conversations/c/messages/{}/reactions/{emoji}", self.message)
    }

    fn react(&mut self, conn: u64, user: &str) -> super::super::testing::Answer {
        let path = self.path(THUMB, user);
        self.world.call(conn, "PUT", &path, json!({}))
    }
}

#[test]
fn a_reaction_is_told_as_a_sum_and_by_name() {
    let mut scene = scene();
    let (alice, bob) = (scene.alice, scene.bob);
    scene.world.subscribe(alice, "/me/conversations/c/messages");
    scene.world.subscribe(bob, "/me/conversations/c/messages");
    let at = scene.world.now;
    scene.react(bob, "bob").ok();
    let diff = |event: Value| event["diff"].clone();
    let wanted = |mine: bool| {
        let sum = json!({ "count": 1, "createdAt": at, "currentUserReacted": mine });
        json!({ "reactions": { "👍": sum } })
    };
    assert_eq!(diff(only(scene.world.events(alice))), wanted(false));
    assert_eq!(diff(only(scene.world.events(bob))), wanted(true));

    let feed = scene.feed(THUMB);
    scene.world.subscribe(bob, &feed);
    scene.world.now += 5;
    scene.react(alice, "alice").ok();
    let events = scene.world.events(bob);
    assert_eq!(events[0]["diff"], json!({ "reactions": { "👍": { "count": 2 } } }));
    assert_eq!(
        events[1],
        json!({
            "type": "reaction.added", "conversationId": "c", "messageId": scene.message,
            "emoji": "👍", "userId": "alice", "createdAt": at + 5,
        })
    );
    let page = scene.world.call(bob, "GET", &feed, json!({ "limit": 1 })).ok();
    assert_eq!(page["data"], json!([{ "userId": "bob", "createdAt": at }]));
    let rest = scene.world.call(bob, "GET", &feed, json!({ "cursor": page["cursor"] })).ok();
    assert_eq!(
        rest,
        json!({
            "data": [{ "userId": "alice", "createdAt": at + 5 }], "cursor": null,
        })
    );
}

#[test]
fn the_last_one_takes_the_emoji_along() {
    let mut scene = scene();
    let (alice, bob) = (scene.alice, scene.bob);
    scene.react(bob, "bob").ok();
    let feed = scene.feed(THUMB);
    scene.world.subscribe(alice, "/me/conversations/c/messages");
    scene.world.subscribe(alice, &feed);
    let path = scene.path(THUMB, "bob");
    scene.world.call(bob, "DELETE", &path, json!({})).ok();
    let events = scene.world.events(alice);
    assert_eq!(events[0]["diff"], json!({ "reactions": { "👍": null } }));
    assert_eq!(events[1]["type"], "reaction.removed");
    let answer = scene.world.call(bob, "DELETE", &path, json!({}));
    assert_eq!(answer.refusal(), refused(404, "REACTION_NOT_FOUND"));
}

#[test]
fn reacting_twice_changes_nothing() {
    let mut scene = scene();
    let (alice, bob) = (scene.alice, scene.bob);
    scene.react(bob, "bob").ok();
    scene.world.subscribe(alice, "/me/conversations/c/messages");
    scene.world.now += 5;
    scene.react(bob, "bob").ok();
    assert_eq!(scene.world.publishes(alice), 0);
}

#[test]
fn nobody_reacts_for_others() {
    let mut scene = scene();
    let bob = scene.bob;
    assert_eq!(scene.react(bob, "alice").refusal(), refused(403, "UNAUTHORIZED_TO_EDIT"));
    scene.message = "nothing".to_owned();
    assert_eq!(scene.react(bob, "bob").refusal(), refused(404, "MESSAGE_NOT_FOUND"));
}

#[test]
fn a_message_takes_fifty_emoji() {
    let mut scene = scene();
    let bob = scene.bob;
    for n in 0..50 {
        let path = scene.path(&format!(":e{n}:"), "bob");
        scene.world.call(bob, "PUT", &path, json!({})).ok();
    }
    let path = scene.path(":one-more:", "bob");
    let answer = scene.world.call(bob, "PUT", &path, json!({}));
    assert_eq!(answer.refusal(), refused(400, "TOO_MANY_REACTIONS"));
    let path = scene.path(":e7:", "bob");
    scene.world.call(bob, "PUT", &path, json!({})).ok();
}

#[test]
fn what_is_an_emoji() {
    for emoji in ["👍", "👍🏽", "👨‍👩‍👧‍👦", "1️⃣", "#️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", ":cat-roomba:", ":ü:"]
    {
        assert_eq!(check_emoji(emoji), Ok(()), "{emoji}");
    }
    for text in ["a", "like", "::", ":", "1", "ü", "é👍", &":x:".repeat(50), &"👍".repeat(60)]
    {
        assert!(check_emoji(text).is_err(), "{text}");
    }
}
