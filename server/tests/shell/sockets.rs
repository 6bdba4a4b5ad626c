//! Tests: sockets, good frames and bad ones.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::support::{encode, start, Client};

#[tokio::test(flavor = "multi_thread")]
async fn two_people_chat() {
    let server = start().await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    bob.ok("SUBSCRIBE", "/me/conversations/c/messages", json!({})).await;
    let id = alice.say("hello").await;
    let event = bob.event().await;
    assert_eq!(event["type"], "message.created");
    assert_eq!(event["messageId"], json!(id));
    assert_eq!(event["state"]["content"][0]["children"][0], "hello");
    bob.send(Message::text(r#"[1,"ACK"]"#)).await;
    bob.say("hi").await;
    assert_eq!(bob.messages().await.len(), 2);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_frames_are_answered_and_the_socket_goes_on() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    for (message, id) in [
        (Message::text("rubbish"), json!(null)),
        (Message::text(""), json!(null)),
        (Message::text("{}"), json!(null)),
        (Message::text(r#"[7,"GET","/users/\ud83d",{},{}]"#), json!(7)),
        (Message::text(r#"[8,"GET",{}]"#), json!(8)),
        (Message::text("[".repeat(500_000)), json!(null)),
        (Message::binary(vec![0, 159, 146, 150]), json!(null)),
        (Message::binary(Vec::new()), json!(null)),
    ] {
        alice.send(message).await;
        let frame = alice.frame().await.expect("an answer");
        assert_eq!((&frame[0], &frame[1]), (&id, &json!(400)), "{frame}");
        assert_eq!(frame[2]["errorCode"], "BAD_FRAME");
    }
    alice.ok("GET", "/ping", json!({})).await;
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_nest_absurdly_are_answered_and_the_socket_goes_on() {
    let server = start().await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    bob.ok("SUBSCRIBE", "/me/conversations/c/messages", json!({})).await;
    for depth in [61_usize, 128, 200, 10_000] {
        let open = r#"{"type":"bold","children":["#.repeat(depth);
        let content =
            format!(r#"[{{"type":"text","children":[{open}"x"{}]}}]"#, "]}".repeat(depth));
        let path = "/conversations/c/messages";
        let frame = format!(r#"[77,"POST","{path}",{{"content":{content}}},{{}}]"#);
        alice.send(Message::text(frame)).await;
        let frame = alice.frame().await.expect("an answer");
        assert_eq!((&frame[0], &frame[1]), (&json!(77), &json!(400)), "{depth}: {frame}");
        let reason = frame[2]["reasons"][0].as_str().expect("a reason");
        assert!(reason.contains("nest"), "{reason}");
    }
    let frame = format!(r#"[78,"PUT","/users/alice",{{"custom":{}"#, r#"{"a":"#.repeat(100_000));
    alice.send(Message::text(frame)).await;
    let frame = alice.frame().await.expect("an answer");
    assert_eq!((&frame[0], &frame[1]), (&json!(78), &json!(400)), "{frame}");
    assert_eq!(bob.messages().await.len(), 0, "nothing of it was stored");
    let id = alice.say("all is well").await;
    assert_eq!(bob.event().await["messageId"], json!(id));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_large_ends_its_socket_with_a_reason() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    let mut other = Client::member(server.addr, "bob").await;
    alice.send(Message::text("x".repeat((1 << 20) + 1))).await;
    assert_eq!(alice.end().await, Some(1009));
    other.ok("GET", "/users/alice", json!({})).await;
    let mut again = Client::member(server.addr, "alice").await;
    again.ok("GET", "/ping", json!({})).await;
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_are_any_text() {
    let server = start().await;
    let long = "ä".repeat(5_000);
    for id in ["a/b", "ü", "%2F", "🐈‍⬛", "..", "a b?c#d", "\"\\\u{1}", &long] {
        let mut client = Client::member(server.addr, id).await;
        let conversation = format!("/conversations/{}", encode(id));
        client.ok("PUT", &conversation, json!({ "subject": id })).await;
        let me = format!("{conversation}/participants/{}", encode(id));
        client.ok("PUT", &me, json!({})).await;
        client.ok("SUBSCRIBE", &format!("/me{conversation}/messages"), json!({})).await;
        let content = json!({ "content": [{ "type": "text", "children": [id] }] });
        client.ok("POST", &format!("{conversation}/messages"), content).await;
        let event = client.event().await;
        assert_eq!(event["conversationId"], json!(id));
        assert_eq!(event["state"]["senderId"], json!(id));
        let mine = client.ok("GET", &format!("/me{conversation}"), json!({})).await;
        assert_eq!((&mine["id"], &mine["subject"]), (&json!(id), &json!(id)));
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_vanishes_is_noticed() {
    let server = start().await;
    let alice = Client::member(server.addr, "alice").await;
    let mut bob = Client::member(server.addr, "bob").await;
    bob.ok("SUBSCRIBE", "/users/alice/online", json!({})).await;
    drop(alice);
    assert_eq!(bob.event().await["diff"]["isConnected"], false);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_says_goodbye() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    let stopped = tokio::spawn(server.stop());
    assert_eq!(alice.end().await, Some(1001));
    stopped.await.expect("no panic").expect("a clean stop");
}
