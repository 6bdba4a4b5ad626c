//! Tests: what a client sends in one go, before anything of it is answered: users and
//! conversations that bring their data along.

use serde_json::{json, Value};

use super::support::{boken, control, start, Client};

/// Sends all of it, and gives the answers in the same order.
async fn all(client: &mut Client, requests: &[(&str, &str, Value)]) -> Vec<(u64, Value)> {
    let mut ids = Vec::new();
    for (method, path, data) in requests {
        ids.push(client.start(method, path, data.clone()).await);
    }
    let mut answers = Vec::new();
    for id in ids {
        answers.push(client.answer(id).await);
    }
    answers
}

/// A socket of somebody who does not exist yet.
async fn guest(addr: std::net::SocketAddr, user: &str) -> Client {
    let mut client = Client::open(addr, user).await;
    let token = boken(addr, user).await;
    client.ok("POST", "/session/renew", json!({ "token": token })).await;
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn users_and_their_conversation_come_in_one_go() {
    let server = start().await;
    let mut alice = guest(server.addr, "alice").await;
    let everything = json!({
        "name": "Bob", "email": ["b@example.org", "b@example.com"], "phone": ["+4930123456"],
        "availabilityText": "Back soon", "locale": "pt-BR", "photoUrl": "https://example.org/b",
        "role": "seller", "custom": { "a": "1" }, "welcomeMessage": "Hi",
    });
    let nothing = json!({
        "name": "Carol", "email": null, "phone": null, "availabilityText": null, "locale": null,
        "photoUrl": null, "role": null, "custom": null, "welcomeMessage": null,
    });
    let actions = json!({ "actions": [
        { "id": "alice", "method": "PUT", "params": {} },
        { "id": "bob", "method": "PUT", "params": { "access": "Read", "notify": false } },
        { "id": "carol", "method": "PUT", "params": { "notify": "MentionsOnly" } },
        { "id": "ghost", "method": "PUT", "params": {} },
    ] });
    let answers = all(
        &mut alice,
        &[
            ("PUT", "/users/alice", json!({ "name": "Alice", "role": "default" })),
            ("PUT", "/users/bob", everything),
            ("PUT", "/users/carol", nothing),
            ("PUT", "/conversations/c", json!({ "subject": "S", "welcomeMessages": ["W"] })),
            ("POST", "/conversations/c/participants", actions),
            ("GET", "/me/conversations/c", json!({})),
            ("GET", "/me/conversations/c/participants", json!({})),
        ],
    )
    .await;
    for (status, body) in &answers {
        assert_eq!(*status, 200, "{body}");
    }
    let statuses: Vec<&Value> = answers[4].1["responses"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|response| &response["status"])
        .collect();
    assert_eq!(statuses, [200, 200, 200, 404], "a wrong one stops nobody else");
    let conversation = &answers[5].1;
    assert_eq!(
        (&conversation["subject"], &conversation["access"]),
        (&json!("S"), &json!("ReadWrite"))
    );
    let rights = |id: &str| {
        let rows = answers[6].1["data"].as_array().expect("a list");
        let row = rows.iter().find(|row| row["id"] == id).expect("a participant");
        (row["access"].clone(), row["notify"].clone())
    };
    assert_eq!(rights("alice"), (json!("ReadWrite"), json!(true)));
    assert_eq!(rights("bob"), (json!("Read"), json!(false)));
    assert_eq!(rights("carol"), (json!("ReadWrite"), json!("MentionsOnly")));

    let bob = control(server.addr, json!({ "do": "user", "user": "bob" })).await;
    let wanted = json!({
        "id": "bob", "name": "Bob", "email": ["b@example.org", "b@example.com"],
        "phone": ["+4930123456"], "availabilityText": "Back soon", "locale": "pt-BR",
        "photoUrl": "https://example.org/b", "role": "seller", "custom": { "a": "1" },
        "welcomeMessage": "Hi", "pushTokens": [],
    });
    assert_eq!(bob, wanted);
    let carol = control(server.addr, json!({ "do": "user", "user": "carol" })).await;
    let wanted = json!({
        "id": "carol", "name": "Carol", "email": [], "phone": [], "availabilityText": null,
        "locale": null, "photoUrl": null, "role": "default", "custom": {}, "welcomeMessage": null,
        "pushTokens": [],
    });
    assert_eq!(carol, wanted);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_again_changes_nothing_and_tells_nobody() {
    let server = start().await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    let again = [
        ("PUT", "/users/alice", json!({ "name": "Alice", "role": "default", "email": null })),
        ("PUT", "/users/bob", json!({ "name": "Bob", "custom": { "a": "1", "b": null } })),
        ("PUT", "/conversations/c", json!({ "subject": "S", "custom": null, "photoUrl": null })),
        (
            "POST",
            "/conversations/c/participants",
            json!({ "actions": [
                { "id": "bob", "method": "PUT", "params": { "access": "Read", "notify": false } },
            ] }),
        ),
    ];
    all(&mut alice, &again).await;
    for path in ["/users/alice", "/users/bob", "/me/conversations"] {
        bob.ok("SUBSCRIBE", path, json!({})).await;
    }
    bob.ok("SUBSCRIBE", "/me/conversations/c/participants", json!({})).await;
    for (status, body) in all(&mut alice, &again).await {
        assert_eq!(status, 200, "{body}");
    }
    alice.ok("PUT", "/users/bob", json!({ "name": "Bobby" })).await;
    assert_eq!(bob.event().await["diff"], json!({ "name": "Bobby" }), "and nothing before it");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_tried_beside_a_session_that_goes_on() {
    let server = start().await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    bob.ok("SUBSCRIBE", "/users/alice/online", json!({})).await;
    alice.ok("SUBSCRIBE", "/me/conversations/c/messages", json!({})).await;
    // The same `talkjs-client-id` as the session has.
    let mut second = Client::open(server.addr, "alice").await;
    let bad = second.call("POST", "/session/renew", json!({ "token": "wrong" })).await;
    assert_eq!(bad.0, 401);
    let token = boken(server.addr, "alice").await;
    second.ok("POST", "/session/renew", json!({ "token": token })).await;
    drop(second);
    let id = bob.say("still there?").await;
    assert_eq!(alice.event().await["messageId"], json!(id));
    alice.ok("GET", "/ping", json!({})).await;
    alice.ok("PUT", "/users/alice", json!({ "name": "Alice" })).await;
    // One socket more and one less is no news: the first one there is comes with the drop.
    control(server.addr, json!({ "do": "drop", "user": "alice" })).await;
    let event = bob.event().await;
    assert_eq!(
        (&event["type"], &event["diff"]),
        (&json!("user.online.changed"), &json!({ "isConnected": false }),)
    );
    server.stop().await.expect("a clean stop");
}
