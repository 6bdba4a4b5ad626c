//! Tests: what the owner of an app decides.

use serde_json::{json, Value};

use super::super::testing::{refused, World};
use super::super::{Ask, Control, Reply};
use super::*;

fn changed(changes: Value) -> Result<Settings, ApiError> {
    let mut settings = Settings::default();
    settings.change(changes.as_object().expect("an object"))?;
    Ok(settings)
}

#[test]
fn every_setting_is_read() {
    let all = json!({
        "sync": false, "edit": "nobody", "delete": "everyone", "links": false, "search": false,
        "translate": "off",
    });
    let wanted = Settings {
        sync: false,
        edit: Who::Nobody,
        delete: Who::Everyone,
        links: false,
        search: false,
        translate: Translate::Off,
    };
    assert_eq!(changed(all), Ok(wanted));
    assert_eq!(changed(json!({})), Ok(Settings::default()));
}

#[test]
fn what_is_wrong_changes_nothing() {
    let mut settings = Settings::default();
    for wrong in [
        json!({ "edit": "nobody", "sync": 1 }),
        json!({ "delete": "me", "edit": "nobody" }),
        json!({ "edit": "nobody", "translate": true }),
        json!({ "edit": "nobody", "unknown": true }),
    ] {
        let error = settings.change(wrong.as_object().expect("an object")).expect_err("wrong");
        assert_eq!(error.code, "INVALID_PARAMETERS");
        assert_eq!(settings, Settings::default(), "{wrong}");
    }
}

#[test]
fn who_may_edit_and_delete_is_a_setting() {
    let (mut world, alice, bob) = World::chat();
    let id = world.say(alice, "hers");
    let path = format!("/conversations/c/messages/{id}");
    let text = json!({ "content": [{ "type": "text", "children": ["new"] }] });
    let no = refused(403, "UNAUTHORIZED_TO_EDIT");
    assert_eq!(world.call(bob, "PATCH", &path, text.clone()).refusal(), no);
    world.set(json!({ "edit": "everyone" }));
    world.call(bob, "PATCH", &path, text.clone()).ok();
    assert_eq!(world.call(bob, "DELETE", &path, json!({})).refusal(), no);
    world.set(json!({ "edit": "nobody", "delete": "nobody" }));
    assert_eq!(world.call(alice, "PATCH", &path, text).refusal(), no);
    assert_eq!(world.call(alice, "DELETE", &path, json!({})).refusal(), no);
    world.set(json!({ "delete": "everyone" }));
    let read = json!({ "access": "Read" });
    world.call(alice, "PATCH", "/conversations/c/participants/bob", read).ok();
    assert_eq!(world.call(bob, "DELETE", &path, json!({})).refusal(), no, "who may only read");
    world.call(alice, "DELETE", &path, json!({})).ok();
}

#[test]
fn links_with_a_text_of_their_own_are_a_setting() {
    let (mut world, alice, _) = World::chat();
    let link = json!({ "type": "link", "url": "https://a.com", "children": ["b"] });
    let action = json!({ "type": "actionlink", "action": "a", "children": ["b"] });
    let auto = json!({ "type": "autolink", "url": "https://a.com", "text": "a.com" });
    let send = |world: &mut World, node: &Value| {
        let bold = json!({ "type": "bold", "children": [node] });
        let content = json!({ "content": [{ "type": "text", "children": [bold] }] });
        world.call(alice, "POST", "/conversations/c/messages", content)
    };
    for node in [&link, &action, &auto] {
        send(&mut world, node).ok();
    }
    world.set(json!({ "links": false }));
    send(&mut world, &auto).ok();
    for node in [&link, &action] {
        assert_eq!(send(&mut world, node).refusal(), refused(403, "UNAUTHORIZED_TO_SEND"));
    }
}

#[test]
fn a_reset_brings_the_first_settings_back() {
    let mut world = World::set_up(json!({ "sync": false }));
    world.set(json!({ "sync": true, "edit": "nobody" }));
    world.control(Control::Reset);
    let conn = world.member("alice");
    let answer = world.call(conn, "PUT", "/conversations/c", json!({}));
    assert_eq!(answer.refusal(), refused(403, "UNAUTHORIZED_TO_EDIT"));
}

#[test]
fn an_app_that_is_not_there_has_no_settings() {
    let mut world = World::new();
    let ask = |app: &str| Ask::Settings { app: Some(app.to_owned()), changes: Map::new() };
    assert_eq!(world.ask(ask("demo")), Ok(Reply::Done));
    let error = world.ask(ask("other")).expect_err("no app");
    assert_eq!(error.code, "APP_NOT_FOUND");
}

/// The list in the README of what `--no-sync` stops and what it does not.
#[test]
fn without_syncing_clients_change_their_own_notify_and_no_more_of_conversations() {
    let (mut world, alice, _) = World::chat();
    let message = world.say(alice, "hers");
    world.set(json!({ "sync": false }));
    let me = "/conversations/c/participants/alice";
    let conversation = refused(403, "UNAUTHORIZED_TO_EDIT");
    let participant = refused(403, "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
    for (method, path, data, refusal) in [
        ("PUT", "/conversations/c", json!({ "subject": "s" }), &conversation),
        ("PUT", "/conversations/new", json!({}), &conversation),
        ("POST", "/conversations/new", json!({}), &conversation),
        ("PUT", me, json!({ "access": "Read" }), &participant),
        ("PATCH", me, json!({ "access": "Read", "notify": false }), &participant),
        ("DELETE", me, json!({}), &participant),
        ("PUT", "/conversations/c/participants/carol", json!({}), &participant),
        ("PATCH", "/conversations/c/participants/bob", json!({ "notify": false }), &participant),
        ("DELETE", "/conversations/c/participants/bob", json!({}), &participant),
    ] {
        assert_eq!(&world.call(alice, method, path, data).refusal(), refusal, "{method} {path}");
    }
    let reaction = format!("/conversations/c/messages/{message}/reactions/:x:/alice");
    let message = format!("/conversations/c/messages/{message}");
    let text = json!({ "content": [{ "type": "text", "children": ["new"] }] });
    for (method, path, data) in [
        ("PATCH", me, json!({ "notify": false })),
        ("PUT", "/users/alice", json!({ "name": "A" })),
        ("PUT", "/users/bob", json!({ "name": "B", "role": "admin" })),
        ("POST", "/users/newcomer", json!({ "name": "N" })),
        ("POST", "/conversations/c/messages", text.clone()),
        ("PATCH", message.as_str(), text),
        ("PUT", reaction.as_str(), json!({})),
        ("DELETE", reaction.as_str(), json!({})),
        ("DELETE", message.as_str(), json!({})),
        ("POST", "/me/conversations/c/typing", json!({})),
        ("POST", "/me/conversations/c/unread", json!({})),
        ("POST", "/me/conversations/c/read", json!({})),
    ] {
        assert_eq!(world.call(alice, method, path, data).0, 200, "{method} {path}");
    }
}

#[test]
fn settings_outlive_what_a_hub_forgets() {
    let mut world = World::new();
    world.set(json!({ "sync": false }));
    world.hub.forget();
    assert!(!world.hub.apps["demo"].settings.sync);
}
