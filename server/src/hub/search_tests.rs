//! Tests: search.

use serde_json::json;

use super::super::testing::World;
use super::super::{Ask, Reply};
use super::*;

fn ask(world: &mut World, user: &str, what: What, search: Search) -> Result<Found, ApiError> {
    let (app, token) = ("demo".to_owned(), world.boken(user));
    let base_url = "http://here".to_owned();
    match world.ask(Ask::Search { app, token, what, search, base_url })? {
        Reply::Found(found) => Ok(found),
        other => panic!("{other:?}"),
    }
}

fn first(text: &str) -> Search {
    Search { text: Some(text.to_owned()), limit: Some("3".to_owned()), ..Search::default() }
}

/// What a search of Alice's finds: texts of messages, or ids of conversations.
fn found(world: &mut World, what: What, search: Search) -> Vec<String> {
    let found = ask(world, "alice", what, search).expect("an answer");
    let name = |item: &Value| match what {
        What::Messages => item["content"][0]["children"][0].as_str().unwrap_or("?").to_owned(),
        What::Conversations => item["id"].as_str().unwrap_or("?").to_owned(),
    };
    found.items.iter().map(name).collect()
}

#[test]
fn messages_are_found_newest_first_and_page_by_page() {
    let (mut world, alice, bob) = World::chat();
    for n in 0..8 {
        world.say(if n % 2 == 0 { alice } else { bob }, &format!("number {n}"));
    }
    world.say(alice, "something else");
    let page = ask(&mut world, "alice", What::Messages, first("NUM")).expect("a page");
    let texts = |found: &Found| -> Vec<Value> {
        found.items.iter().map(|item| item["content"][0]["children"][0].clone()).collect()
    };
    assert_eq!(texts(&page), ["number 7", "number 6", "number 5"]);
    assert_eq!(page.items[0]["conversationId"], "c");
    assert_eq!(page.items[0]["senderId"], "bob");

    // What comes in the meantime is not in later pages.
    world.now += 1;
    world.say(alice, "number 8");
    let next = Search { cursor: page.cursor, ..Search::default() };
    let rest = ask(&mut world, "alice", What::Messages, next).expect("a page");
    assert_eq!(texts(&rest), ["number 4", "number 3", "number 2", "number 1", "number 0"]);
    assert_eq!(rest.cursor, None);
}

#[test]
fn only_texts_of_ones_own_conversations_are_found() {
    let (mut world, alice, bob) = World::chat();
    world.say(bob, "kittens");
    let place = json!({ "content": [{ "type": "location", "latitude": 1, "longitude": 2 }] });
    world.call(alice, "POST", "/conversations/c/messages", place).ok();
    assert_eq!(found(&mut world, What::Messages, first("kitten")), ["kittens"]);
    assert!(found(&mut world, What::Messages, first("location")).is_empty());
    let carols = ask(&mut world, "carol", What::Messages, first("kitten")).expect("a page");
    assert!(carols.items.is_empty());
}

#[test]
fn formatting_does_not_part_words() {
    let (mut world, alice, _) = World::chat();
    let children = json!(["rain", { "type": "bold", "children": ["bows"] }, " are nice"]);
    let content = json!({ "content": [{ "type": "text", "children": children }] });
    world.call(alice, "POST", "/conversations/c/messages", content).ok();
    assert_eq!(found(&mut world, What::Messages, first("rainbow nice")), ["rain"]);
    assert!(found(&mut world, What::Messages, first("bows")).is_empty());
}

#[test]
fn conversations_are_found_by_subject_or_by_custom_search() {
    let (mut world, alice, _) = World::chat();
    let mut make = |id: &str, params: Value| {
        world.now += 1;
        world.call(alice, "PUT", &format!("/conversations/{id}"), params).ok();
        let path = format!("/conversations/{id}/participants/alice");
        world.call(alice, "PUT", &path, json!({})).ok();
    };
    make("subject", json!({ "subject": "Kittens" }));
    make("custom", json!({ "custom": { "search": "where to buy kittens" } }));
    make("both", json!({ "subject": "Kittens", "custom": { "search": "where to buy food" } }));
    make("neither", json!({ "subject": "Dogs", "custom": { "find": "kittens" } }));
    let all = found(&mut world, What::Conversations, first("kitten"));
    assert_eq!(all, ["both", "custom", "subject"]);
    assert!(found(&mut world, What::Conversations, first("kitten food")).is_empty());
}

#[test]
fn a_filter_says_where_to_look() {
    let (mut world, alice, bob) = World::chat();
    world.call(alice, "PUT", "/conversations/d", json!({ "subject": "Dogs" })).ok();
    world.call(alice, "PUT", "/conversations/d/participants/alice", json!({})).ok();
    let content = json!({ "content": [{ "type": "text", "children": ["word in d"] }] });
    world.call(alice, "POST", "/conversations/d/messages", content).ok();
    world.say(bob, "word in c");
    let filtered = |filter: Value| Search { filter: Some(filter.to_string()), ..first("word") };
    let dogs = filtered(json!({ "subject": ["==", "Dogs"] }));
    assert_eq!(found(&mut world, What::Messages, dogs), ["word in d"]);
    let unread = filtered(json!({ "isUnread": true }));
    assert_eq!(found(&mut world, What::Messages, unread), ["word in c"]);
    let any = filtered(json!(["any", [{ "isUnread": true }, { "hasMessages": true }]]));
    assert_eq!(found(&mut world, What::Messages, any).len(), 2);
}

#[test]
fn the_text_is_encoded_twice_but_need_not_be() {
    let (mut world, alice, _) = World::chat();
    world.say(alice, "100% über alles");
    for text in ["100%25", "100%", "%C3%BCber", "über", "100%25%20%C3%BCber"] {
        assert_eq!(found(&mut world, What::Messages, first(text)).len(), 1, "{text}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    let (mut world, alice, _) = World::chat();
    for n in 0..5 {
        world.say(alice, &format!("word {n}"));
    }
    let page = ask(&mut world, "alice", What::Messages, first("word")).expect("a page");
    let list = world.call(alice, "GET", "/me/conversations/c/messages", json!({ "limit": 1 })).ok();
    let long = "x".repeat(1001);
    ask(&mut world, "alice", What::Messages, first(&long[1..])).expect("an empty page");
    for (what, search) in [
        (What::Messages, Search::default()),
        (What::Messages, Search { limit: Some("0".to_owned()), ..first("x") }),
        (What::Messages, Search { limit: Some("51".to_owned()), ..first("x") }),
        (What::Messages, Search { limit: Some("ten".to_owned()), ..first("x") }),
        (What::Messages, Search { filter: Some("{".to_owned()), ..first("x") }),
        (What::Messages, Search { filter: Some("[1]".to_owned()), ..first("x") }),
        (What::Messages, Search { cursor: Some("rubbish".to_owned()), ..first("x") }),
        (What::Messages, first(&long)),
        (What::Conversations, Search { cursor: page.cursor, ..Search::default() }),
        (
            What::Messages,
            Search { cursor: list["cursor"].as_str().map(str::to_owned), ..Search::default() },
        ),
    ] {
        let error = ask(&mut world, "alice", what, search.clone()).expect_err("a refusal");
        assert_eq!(error.status, 400, "{search:?} {error:?}");
    }
    let error = ask(&mut world, "ghost", What::Messages, first("x")).expect_err("no user");
    assert_eq!(error.code, "USER_NOT_FOUND");
    let (app, token) = ("demo".to_owned(), "rubbish".to_owned());
    let (what, search, base_url) = (What::Messages, first("x"), String::new());
    let error = world.ask(Ask::Search { app, token, what, search, base_url });
    assert_eq!(error.map_err(|error| error.status), Err(401));
    world.set(json!({ "search": false }));
    let error = ask(&mut world, "alice", What::Messages, first("x")).expect_err("off");
    assert_eq!((error.status, error.code), (403, "SEARCH_NOT_ENABLED"));
}
