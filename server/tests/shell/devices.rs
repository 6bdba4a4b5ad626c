//! Tests: the devices of a user, which `{"do": "user"}` shows and no client sees.

use std::net::SocketAddr;

use serde_json::{json, Value};
use talk_session_server::shell::Options;

use super::support::{control, options, start, start_with, to_control, Client, Folder};

/// What is kept of a user.
async fn kept(addr: SocketAddr, user: &str) -> Value {
    control(addr, json!({ "do": "user", "user": user })).await
}

/// Changes Alice's devices, and gives those she has then.
async fn set(addr: SocketAddr, alice: &mut Client, tokens: Value) -> Value {
    alice.ok("PUT", "/users/alice", json!({ "pushTokens": tokens })).await;
    kept(addr, "alice").await["pushTokens"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_registered_and_taken_off() {
    let server = start().await;
    let addr = server.addr;
    let mut alice = Client::member(addr, "alice").await;
    assert_eq!(kept(addr, "alice").await["pushTokens"], json!([]));
    let alice = &mut alice;
    assert_eq!(set(addr, alice, json!({ "fcm:a": true })).await, json!(["fcm:a"]));
    assert_eq!(set(addr, alice, json!({ "fcm:a": true })).await, json!(["fcm:a"]), "once");
    let three = json!({ "apns:a": true, "fcm:b": true });
    assert_eq!(set(addr, alice, three).await, json!(["apns:a", "fcm:a", "fcm:b"]));
    let moved = json!({ "fcm:a": null, "fcm:c": true, "fcm:never": null });
    assert_eq!(set(addr, alice, moved).await, json!(["apns:a", "fcm:b", "fcm:c"]));
    assert_eq!(set(addr, alice, json!({})).await, json!(["apns:a", "fcm:b", "fcm:c"]));
    assert_eq!(set(addr, alice, json!(null)).await, json!([]));
    assert_eq!(set(addr, alice, json!(null)).await, json!([]), "none is fine");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_has_any_name() {
    let server = start().await;
    let addr = server.addr;
    let mut alice = Client::member(addr, "alice").await;
    let long = format!("fcm:{}", "x".repeat(10_000 - 4));
    for token in [
        "fcm:cT9:APA91b-_%2F/+=",
        "apns:740f4707 bebcf74f",
        "fcm:\"\\\u{0}\u{1}\n",
        "fcm:ü🐈‍⬛\u{202e}\u{2028}",
        "fcm:__proto__",
        "__proto__",
        "fcm:",
        "",
        "constructor",
        "fcm:'; DROP TABLE records; --",
        &long,
    ] {
        let both = json!({ token: true, "apns:other": true });
        let mut wanted = vec![token, "apns:other"];
        wanted.sort_unstable();
        assert_eq!(set(addr, &mut alice, both).await, json!(wanted));
        let gone = json!({ token: null });
        assert_eq!(set(addr, &mut alice, gone).await, json!(["apns:other"]), "{token:?}");
        set(addr, &mut alice, json!(null)).await;
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_seen_by_no_client() {
    let server = start().await;
    let mut bob = Client::member(server.addr, "bob").await;
    bob.ok("SUBSCRIBE", "/users/alice", json!({})).await;
    let mut alice = Client::member(server.addr, "alice").await;
    assert_eq!(bob.event().await["type"], "user.created");
    let private = json!({
        "pushTokens": { "fcm:a": true }, "availabilityText": "Back soon", "email": ["a@b.c"],
    });
    alice.ok("PUT", "/users/alice", private).await;
    // Had there been news of it, it would come before this.
    alice.ok("PUT", "/users/alice", json!({ "name": "Alice" })).await;
    assert_eq!(bob.event().await["diff"], json!({ "name": "Alice" }));
    for client in [&mut alice, &mut bob] {
        let many = json!({ "ids": ["alice"], "includePrivateFields": true });
        let many = client.ok("GET", "/users", many).await["alice"].clone();
        let one = client.ok("GET", "/users/alice", json!({ "includePrivateFields": true })).await;
        for user in [many, one] {
            for name in ["pushTokens", "availabilityText", "email"] {
                assert_eq!(user.get(name), None, "{name}");
            }
        }
    }
    let kept = kept(server.addr, "alice").await;
    assert_eq!(kept["availabilityText"], "Back soon");
    assert_eq!((&kept["pushTokens"], &kept["email"]), (&json!(["fcm:a"]), &json!(["a@b.c"])));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_device_is_refused_whole() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    set(server.addr, &mut alice, json!({ "fcm:a": true })).await;
    for tokens in [
        json!({ "fcm:b": true, "fcm:c": false }),
        json!({ "fcm:a": null, "fcm:c": 1 }),
        json!({ "fcm:b": { "on": true } }),
        json!(["fcm:b"]),
        json!("fcm:b"),
        json!(true),
        json!(0),
    ] {
        let data = json!({ "pushTokens": tokens, "name": "Changed" });
        let (status, body) = alice.call("PUT", "/users/alice", data).await;
        assert_eq!((status, &body["errorCode"]), (400, &json!("INVALID_PARAMETERS")), "{tokens}");
        let reason = body["reasons"][0].as_str().unwrap_or_default();
        assert!(reason.contains("\"pushTokens") && reason.contains("true (or null"), "{reason}");
        let kept = kept(server.addr, "alice").await;
        assert_eq!(
            (&kept["name"], &kept["pushTokens"]),
            (&json!("alice"), &json!(["fcm:a"])),
            "{tokens}"
        );
    }
    // Nobody's device: a user that does not exist does not come to be by it.
    let tokens = json!({ "pushTokens": { "fcm:a": true } });
    let (status, body) = alice.call("PUT", "/users/ghost", tokens).await;
    assert_eq!(status, 400, "{body}");
    let answer = to_control(server.addr, r#"{"do":"user","user":"ghost"}"#).await;
    assert_eq!(answer.refusal(), (404, "USER_NOT_FOUND".to_owned()));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_survive_a_restart() {
    let folder = Folder::new();
    let data = Options { data: Some(folder.path().to_owned()), ..options() };
    let server = start_with(data.clone()).await;
    let mut alice = Client::member(server.addr, "alice").await;
    let long = format!("apns:{}", "é".repeat(5_000));
    let three = json!({ "fcm:a": true, "fcm:\u{0}🐈\"": true, &long: true });
    let private = json!({ "pushTokens": three, "availabilityText": "Away\u{0}🐈" });
    alice.ok("PUT", "/users/alice", private).await;
    alice.ok("PUT", "/users/alice", json!({ "pushTokens": { "fcm:a": null } })).await;
    let before = kept(server.addr, "alice").await;
    assert_eq!(before["pushTokens"], json!([long, "fcm:\u{0}🐈\""]));
    server.stop().await.expect("a clean stop");

    let server = start_with(data).await;
    assert_eq!(kept(server.addr, "alice").await, before);
    assert_eq!(before["availabilityText"], "Away\u{0}🐈");
    let mut alice = Client::member(server.addr, "alice").await;
    assert_eq!(set(server.addr, &mut alice, json!(null)).await, json!([]));
    server.stop().await.expect("a clean stop");
}
