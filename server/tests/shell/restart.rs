//! Tests: what is there after a restart.

use serde_json::json;
use talk_session_server::shell::{Options, Server};

use super::support::{boken, control, get, options, path_of, start_with, Client, Folder, Form};

#[tokio::test(flavor = "multi_thread")]
async fn chats_and_files_survive() {
    let folder = Folder::new();
    let data = Options { data: Some(folder.path().to_owned()), ..options() };
    let server = start_with(data.clone()).await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    let token = boken(server.addr, "alice").await;
    let first = alice.say("before").await;
    let file = Form::new().file("a.txt", "text/plain", b"kept").send(server.addr, &token).await;
    let content = json!({
        "content": [{ "type": "file", "fileToken": file.json()["fileToken"] }],
        "idempotencyKey": "k",
    });
    let sent = alice.ok("POST", "/conversations/c/messages", content.clone()).await;
    bob.ok("POST", "/me/conversations/c/read", json!({})).await;
    let before = bob.ok("GET", "/me/conversations", json!({})).await;
    server.stop().await.expect("a clean stop");

    let server = start_with(data).await;
    let mut alice = Client::open(server.addr, "alice").await;
    alice.ok("POST", "/session/renew", json!({ "token": token })).await;
    let messages = alice.messages().await;
    assert_eq!(messages[1]["id"], json!(first));
    let again = alice.ok("POST", "/conversations/c/messages", content).await;
    assert_eq!(again, sent, "the key still stands for the same send");
    // The port is another one, and the URL follows.
    let url = messages[0]["content"][0]["url"].as_str().expect("a URL");
    assert_eq!(get(server.addr, &path_of(server.addr, url)).await.body, b"kept");
    let mut bob = Client::member(server.addr, "bob").await;
    assert_eq!(bob.ok("GET", "/me/conversations", json!({})).await, before);
    server.stop().await.expect("a clean stop");
}

/// Users are kept with fields that earlier versions of the program did not know.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_an_earlier_version_still_opens() {
    let folder = Folder::new();
    let data = Options { data: Some(folder.path().to_owned()), ..options() };
    let server = start_with(data.clone()).await;
    Client::pair(server.addr).await;
    server.stop().await.expect("a clean stop");
    {
        let db = rusqlite::Connection::open(folder.path().join("chat.sqlite")).expect("a database");
        let older = "UPDATE records SET body = json_remove(body, '$.availability_text') \
                     WHERE kind = 'user' AND json_type(body, '$.availability_text') IS NOT NULL";
        assert_eq!(db.execute(older, []), Ok(2));
    }
    let server = start_with(data).await;
    let mut alice = Client::open(server.addr, "alice").await;
    let token = boken(server.addr, "alice").await;
    alice.ok("POST", "/session/renew", json!({ "token": token })).await;
    let user = alice.ok("GET", "/users/alice", json!({})).await;
    assert_eq!((&user["name"], &user["role"]), (&json!("alice"), &json!("default")));
    alice.ok("PUT", "/users/alice", json!({ "availabilityText": "Back soon" })).await;
    let kept = control(server.addr, json!({ "do": "user", "user": "alice" })).await;
    assert_eq!(kept["availabilityText"], "Back soon");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_in_use_is_refused() {
    let folder = Folder::new();
    let data = Options { data: Some(folder.path().to_owned()), ..options() };
    let server = start_with(data.clone()).await;
    let Err(error) = Server::start(data).await else { panic!("two servers on one folder") };
    assert!(error.contains("another server"), "{error}");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_refused() {
    let server = start_with(options()).await;
    let taken = Options { port: server.addr.port(), ..options() };
    let Err(error) = Server::start(taken).await else { panic!("two servers on one port") };
    assert!(error.contains("cannot listen"), "{error}");
    server.stop().await.expect("a clean stop");
}
