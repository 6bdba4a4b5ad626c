//! Tests: everything over HTTP that is not a file.

use super::support::{get, options, raw, request, start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_is() {
    let server = start().await;
    let hello = get(server.addr, "/").await;
    assert_eq!(hello.status, 200);
    assert_eq!(String::from_utf8_lossy(&hello.body).lines().count(), 1);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn apps_are_there_or_not() {
    let server = start().await;
    assert_eq!(get(server.addr, "/api/v0/demo").await.status, 200);
    let other = get(server.addr, "/api/v0/other").await;
    assert_eq!(other.refusal(), (404, "APP_NOT_FOUND".to_owned()));
    let boken = get(server.addr, "/api/v0/other/bokens/alice?signature=").await;
    assert_eq!(boken.refusal(), (404, "APP_NOT_FOUND".to_owned()));
    let upgrade = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let path = "/public_api/v1/other/realtime/alice";
    let socket = request(server.addr, "GET", path, &upgrade, b"").await;
    assert_eq!(socket.refusal(), (404, "APP_NOT_FOUND".to_owned()));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_served_is_refused_with_a_reason() {
    let server = start().await;
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("GET", "/public_api/v1/demo/realtime/", 404),
        ("GET", "/public_api/v1/demo/realtime/alice", 400),
        ("GET", "/public_api/v1/demo/files", 405),
        ("DELETE", "/api/v0/demo", 405),
        ("GET", "/api/v0/%ff", 400),
        ("GET", "/api/v0/demo/bokens/%ff", 400),
        ("GET", "/files/demo/nothing", 404),
        ("GET", "/files/demo/..%2F..%2Fchat.sqlite/x", 404),
        ("GET", "/files/demo/incoming/x", 404),
        ("GET", "/files/other/x/y", 404),
    ] {
        let response = request(server.addr, method, path, &[], b"").await;
        assert_eq!(response.refusal().0, status, "{method} {path}");
    }
    let long = format!("/api/v0/{}", "x".repeat(20_000));
    assert_eq!(get(server.addr, &long).await.refusal().0, 404);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn rubbish_instead_of_http_harms_nothing() {
    let server = start().await;
    assert_eq!(raw(server.addr, b"\x16\x03\x01 rubbish\r\n\r\n").await.status, 400);
    assert_eq!(get(server.addr, "/").await.status, 200);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn controls_are_off_unless_asked_for() {
    let options = talk_session_server::shell::Options { control: false, ..options() };
    let server = start_with(options).await;
    let response = request(server.addr, "POST", "/control", &[], b"{\"do\":\"reset\"}").await;
    assert_eq!(response.refusal(), (404, "UNKNOWN_PATH".to_owned()));
    server.stop().await.expect("a clean stop");
}
