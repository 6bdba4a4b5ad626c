//! Tests: search over HTTP, and what tests of others may ask for.

use serde_json::{json, Value};

use super::support::{boken, control, encode, get, request, start, to_control, Client, Response};

const PATH: &str = "/public_api/v1/demo/me/messages/search";

async fn search(addr: std::net::SocketAddr, path: &str, query: &str) -> Response {
    let bearer = format!("Bearer {}", boken(addr, "alice").await);
    let target = format!("{path}?{query}");
    request(addr, "GET", &target, &[("Authorization", &bearer)], b"").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_comes_line_by_line() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    for n in 0..5 {
        alice.say(&format!("word {n}")).await;
    }
    // The text is percent-encoded twice.
    let query = format!("searchString={}&limit=3", encode(&encode("WORD wo")));
    let response = search(server.addr, PATH, &query).await;
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/json")));
    let text = String::from_utf8(response.body.clone()).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines[0].ends_with('[') && lines[4].starts_with(']'), "{text}");
    for (at, line) in lines[1..4].iter().enumerate() {
        let item = line.strip_prefix(if at == 0 { "" } else { "," }).expect("a leading comma");
        let item: Value = serde_json::from_str(item).expect("an item");
        assert_eq!(item["conversationId"], "c");
    }
    let cursor = response.json()["cursor"].as_str().expect("a cursor").to_owned();
    let rest = search(server.addr, PATH, &format!("cursor={cursor}&limit=10")).await.json();
    assert_eq!(rest["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest.get("cursor"), None);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_conversations() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    alice.ok("PUT", "/conversations/c", json!({ "subject": "Kittens" })).await;
    let path = "/public_api/v1/demo/me/conversations/search";
    let filter = |filter: Value| {
        format!("searchString=kit&conversationFilter={}", encode(&filter.to_string()))
    };
    let found = search(server.addr, path, &filter(json!({}))).await.json();
    assert_eq!(found["data"], json!([{ "id": "c" }]));
    let found = search(server.addr, path, &filter(json!({ "hasMessages": true }))).await.json();
    assert_eq!(found["data"], json!([]));
    let refused = search(server.addr, path, &filter(json!({ "size": 5 }))).await;
    assert_eq!(refused.refusal(), (400, "INVALID_PARAMETERS".to_owned()));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_token_finds_nothing() {
    let server = start().await;
    let (_alice, _bob) = Client::pair(server.addr).await;
    let path = format!("{PATH}?searchString=x");
    assert_eq!(get(server.addr, &path).await.refusal(), (401, "UNAUTHORIZED".to_owned()));
    let rule = json!({ "do": "answer", "method": "GET", "path": PATH, "status": 429 });
    control(server.addr, rule).await;
    assert_eq!(search(server.addr, PATH, "searchString=x").await.status, 429);
    assert_eq!(search(server.addr, PATH, "searchString=x").await.status, 200);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_changes_settings_and_looks_at_users() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    control(server.addr, json!({ "do": "settings", "settings": { "search": false } })).await;
    let refused = search(server.addr, PATH, "searchString=x").await;
    assert_eq!(refused.refusal(), (403, "SEARCH_NOT_ENABLED".to_owned()));
    alice.ok("PUT", "/users/alice", json!({ "pushTokens": { "fcm:1": true } })).await;
    let user = control(server.addr, json!({ "do": "user", "user": "alice" })).await;
    assert_eq!((&user["name"], &user["pushTokens"]), (&json!("alice"), &json!(["fcm:1"])));
    for (order, status) in [
        (json!({ "do": "user", "user": "nobody" }), 404),
        (json!({ "do": "user", "user": "alice", "app": "nowhere" }), 404),
        (json!({ "do": "settings", "settings": { "edit": "me" } }), 400),
        (json!({ "do": "settings" }), 400),
    ] {
        let refused = to_control(server.addr, &order.to_string()).await;
        assert_eq!(refused.refusal().0, status, "{order}");
    }
    server.stop().await.expect("a clean stop");
}
