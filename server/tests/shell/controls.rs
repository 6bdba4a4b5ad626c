//! Tests: faults on demand.

use serde_json::{json, Value};

use super::support::{boken, control, get, start, to_control, Client, Form};

fn hello(key: &str) -> Value {
    json!({ "content": [{ "type": "text", "children": ["hi"] }], "idempotencyKey": key })
}

#[tokio::test(flavor = "multi_thread")]
async fn drop_cuts_the_line_without_a_word() {
    let server = start().await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    let count = control(server.addr, json!({ "do": "drop", "user": "alice" })).await;
    assert_eq!(count, json!({ "sockets": 1 }));
    assert_eq!(alice.end().await, None);
    bob.ok("GET", "/ping", json!({})).await;
    let count = control(server.addr, json!({ "do": "drop", "user": "alice" })).await;
    assert_eq!(count, json!({ "sockets": 0 }));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn drop_after_does_the_work_and_then_cuts_the_line() {
    let server = start().await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    bob.ok("SUBSCRIBE", "/me/conversations/c/messages", json!({})).await;
    let path = "/conversations/c/messages";
    control(server.addr, json!({ "do": "dropAfter", "method": "POST", "path": path })).await;
    alice.start("POST", path, hello("k")).await;
    assert_eq!(alice.frame().await, None);
    let event = bob.event().await;
    let mut alice = Client::member(server.addr, "alice").await;
    let again = alice.ok("POST", path, hello("k")).await;
    assert_eq!(again["id"], event["messageId"]);
    assert_eq!(alice.messages().await.len(), 1);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_can_be_made_up() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    let path = "/conversations/c/messages";
    let rule = json!({
        "do": "answer", "method": "POST", "path": path, "status": 429, "times": 2, "body": [1],
    });
    control(server.addr, rule).await;
    for _ in 0..2 {
        assert_eq!(alice.call("POST", path, hello("k")).await, (429, json!([1])));
    }
    assert_eq!(alice.messages().await.len(), 0);
    alice.ok("POST", path, hello("k")).await;

    // Also over HTTP.
    let rule =
        json!({ "do": "answer", "method": "GET", "path": "/api/v0/demo/bokens/", "status": 503 });
    control(server.addr, rule).await;
    let boken_path = "/api/v0/demo/bokens/alice?signature=";
    assert_eq!(get(server.addr, boken_path).await.refusal(), (503, "MADE_UP".to_owned()));
    assert_eq!(get(server.addr, boken_path).await.status, 200);
    let path = "/public_api/v1/demo/files";
    control(server.addr, json!({ "do": "answer", "method": "POST", "path": path, "status": 500 }))
        .await;
    let bearer = boken(server.addr, "alice").await;
    let upload = || Form::new().file("a", "", &[1; 100_000]);
    assert_eq!(upload().send(server.addr, &bearer).await.status, 500);
    assert_eq!(upload().send(server.addr, &bearer).await.status, 200);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_socket_is_silent_a_new_one_is_not() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    control(server.addr, json!({ "do": "mute", "user": "alice" })).await;
    alice.start("GET", "/ping", json!({})).await;
    let mut second = Client::member(server.addr, "alice").await;
    second.ok("GET", "/ping", json!({})).await;
    control(server.addr, json!({ "do": "mute", "user": "alice", "on": false })).await;
    let id = alice.start("GET", "/ping", json!({})).await;
    assert_eq!(alice.answer(id).await.0, 200, "what was said to deaf ears stays unanswered");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_expire_and_restarts_are_announced() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    control(server.addr, json!({ "do": "expire", "user": "alice" })).await;
    assert_eq!(alice.event().await, json!({ "type": "session.expired" }));
    assert_eq!(alice.call("GET", "/users/alice", json!({})).await.0, 401);
    let token = boken(server.addr, "alice").await;
    alice.ok("POST", "/session/renew", json!({ "token": token })).await;
    control(server.addr, json!({ "do": "restarting" })).await;
    assert_eq!(alice.event().await, json!({ "type": "upstream.restarting" }));
    assert_eq!(alice.end().await, Some(1012));
    Client::member(server.addr, "alice").await;
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_can_stand_still() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    control(server.addr, json!({ "do": "clock", "now": 9_000_000_000_000u64 })).await;
    alice.say("one").await;
    alice.say("two").await;
    let times: Vec<Value> =
        alice.messages().await.iter().map(|message| message["createdAt"].clone()).collect();
    assert_eq!(times, [json!(9_000_000_000_001u64), json!(9_000_000_000_000u64)]);
    control(server.addr, json!({ "do": "clock", "now": null })).await;
    alice.ok("PUT", "/conversations/d", json!({})).await;
    alice.ok("PUT", "/conversations/d/participants/alice", json!({})).await;
    let mine = alice.ok("GET", "/me/conversations/d", json!({})).await;
    assert!(mine["createdAt"].as_u64() < Some(9_000_000_000_000));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_holds_back_but_keeps_the_order() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    control(server.addr, json!({ "do": "delay", "ms": 200 })).await;
    let asked = tokio::time::Instant::now();
    let first = alice.start("GET", "/ping", json!({})).await;
    let second = alice.start("GET", "/users/alice", json!({})).await;
    assert_eq!(alice.answer(first).await.0, 200);
    assert!(asked.elapsed() >= std::time::Duration::from_millis(200));
    control(server.addr, json!({ "do": "delay", "ms": 0 })).await;
    assert_eq!(alice.answer(second).await.0, 200);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_can_be_made_up_and_frames_are_logged() {
    let server = start().await;
    control(server.addr, json!({ "do": "log" })).await;
    let mut alice = Client::member(server.addr, "alice").await;
    let events = json!([{ "type": "odd" }, 5]);
    control(server.addr, json!({ "do": "publish", "user": "alice", "events": events })).await;
    assert_eq!([alice.event().await, alice.event().await], [json!({ "type": "odd" }), json!(5)]);
    let log = control(server.addr, json!({ "do": "log" })).await;
    let lines: Vec<String> = log
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| format!("{} {} {}", entry["user"], entry["dir"], entry["frame"]))
        .collect();
    assert!(lines[0].starts_with(r#""alice" "in" [1,"POST","/session/renew""#), "{lines:?}");
    assert_eq!(lines[1], r#""alice" "out" [1,200,{"expiresInSeconds":null}]"#);
    assert_eq!(lines[4], r#""alice" "out" [1,"PUBLISH",{"type":"odd"},5]"#);
    assert_eq!(control(server.addr, json!({ "do": "log" })).await, json!([]));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_forgets_everything() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    let bearer = boken(server.addr, "alice").await;
    Form::new().file("a", "", b"x").send(server.addr, &bearer).await;
    control(server.addr, json!({ "do": "reset" })).await;
    assert_eq!(alice.end().await, Some(1012));
    let mut alice = Client::member(server.addr, "alice").await;
    let list = alice.ok("GET", "/me/conversations", json!({})).await;
    assert_eq!(list["data"], json!([]));
    let again = Form::new().file("a", "", b"x").send(server.addr, &bearer).await;
    assert_eq!(again.status, 200, "there is still a place for files");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_commands_name_the_known_ones() {
    let server = start().await;
    for (body, code) in [
        ("{\"do\":\"dance\"}", "UNKNOWN_COMMAND"),
        ("{}", "UNKNOWN_COMMAND"),
        ("[]", "UNKNOWN_COMMAND"),
        ("", "BAD_REQUEST"),
        ("\u{0}", "BAD_REQUEST"),
        ("{\"do\":\"clock\",\"now\":\"noon\"}", "INVALID_PARAMETERS"),
    ] {
        let response = to_control(server.addr, body).await;
        assert_eq!(response.refusal(), (400, code.to_owned()), "{body:?}");
    }
    let response = to_control(server.addr, "{\"do\":\"dance\"}").await;
    assert!(response.json()["reasons"][0].as_str().is_some_and(|r| r.contains("\"dropAfter\"")));
    server.stop().await.expect("a clean stop");
}
