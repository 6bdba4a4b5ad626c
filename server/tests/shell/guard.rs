//! Tests: who may talk to the server. The web pages that a developer visits may not, whatever they
//! try.

use std::net::SocketAddr;

use serde_json::json;
use talk_session_server::shell::Options;

use super::support::{
    control, get, options, raw, request, start, start_with, to_control, Client, Response,
};

const UPGRADE: [(&str, &str); 4] = [
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade, close"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];
const RESET: &str = "{\"do\":\"reset\"}";

/// Every way in: method and path.
const DOORS: [(&str, &str); 10] = [
    ("GET", "/"),
    ("GET", "/api/v0/demo"),
    ("GET", "/api/v0/demo/bokens/alice"),
    ("GET", "/public_api/v1/demo/realtime/alice"),
    ("POST", "/public_api/v1/demo/files"),
    ("GET", "/public_api/v1/demo/me/messages/search"),
    ("GET", "/public_api/v1/demo/me/conversations/search"),
    ("GET", "/files/demo/x/y"),
    ("POST", "/control"),
    ("GET", "/nothing"),
];

/// A request with these headers; the host is not added.
async fn send(addr: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut text = format!("{method} {path} HTTP/1.1\r\n");
    for (name, value) in headers.iter().chain(&UPGRADE) {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let is_upgrade = path.contains("realtime");
    let end = if is_upgrade { "\r\n" } else { "Content-Length: 0\r\n\r\n" };
    raw(addr, format!("{text}{end}").as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_led_here_is_refused_at_every_door() {
    let server = start().await;
    for (method, path) in DOORS {
        for host in ["evil.example", "evil.example:4420", "localhost.evil.example", ""] {
            let response = send(server.addr, method, path, &[("Host", host)]).await;
            assert_eq!(response.refusal(), (403, "HOST_NOT_ALLOWED".to_owned()), "{path} {host}");
            assert_eq!(response.header("access-control-allow-origin"), None);
        }
    }
    let port = server.addr.port();
    for host in ["localhost", "127.0.0.1", "[::1]", "LocalHost.", "shop.localhost"] {
        for host in [host.to_owned(), format!("{host}:{port}")] {
            let response = request_to(server.addr, &host).await;
            assert_eq!(response.status, 200, "{host}");
        }
    }
    server.stop().await.expect("a clean stop");
}

async fn request_to(addr: SocketAddr, host: &str) -> Response {
    let text = format!("GET /api/v0/demo HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    raw(addr, text.as_bytes()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_web_is_refused_at_every_door() {
    let server = start().await;
    let host = server.addr.to_string();
    for (method, path) in DOORS {
        for origin in ["https://evil.example", "http://evil.example:4420", "null"] {
            let headers = [("Host", host.as_str()), ("Origin", origin)];
            let response = send(server.addr, method, path, &headers).await;
            assert_eq!(response.refusal(), (403, "ORIGIN_NOT_ALLOWED".to_owned()), "{path}");
            assert_eq!(response.header("access-control-allow-origin"), None, "{path}");
            let preflight = [
                headers[0],
                headers[1],
                ("Access-Control-Request-Method", method),
                ("Access-Control-Request-Headers", "authorization"),
            ];
            let response = send(server.addr, "OPTIONS", path, &preflight).await;
            assert_eq!(response.status, 403, "{path}");
            assert_eq!(response.header("access-control-allow-origin"), None, "{path}");
        }
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_this_machine_may_call() {
    let server = start().await;
    for origin in ["http://localhost:5173", "http://127.0.0.1:4400", "http://[::1]:3000"] {
        let preflight = [
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization"),
        ];
        for path in ["/public_api/v1/demo/files", "/control"] {
            let response = request(server.addr, "OPTIONS", path, &preflight, b"").await;
            assert_eq!(response.status, 200, "{origin}");
            assert!(response.header("access-control-allow-origin").is_some(), "{origin}");
            // A star would not cover this one.
            let allowed = response.header("access-control-allow-headers");
            assert_eq!(allowed, Some("authorization"));
        }
        let refused = request(server.addr, "GET", "/nothing", &[("Origin", origin)], b"").await;
        assert_eq!(refused.status, 404);
        assert!(refused.header("access-control-allow-origin").is_some(), "errors can be read");
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn further_names_and_origins_can_be_given() {
    let server = start_with(Options {
        allow_hosts: vec!["chat.test".to_owned()],
        allow_origins: vec!["https://shop.test".to_owned(), "*".to_owned()],
        ..options()
    })
    .await;
    assert_eq!(request_to(server.addr, "chat.test:80").await.status, 200);
    assert_eq!(request_to(server.addr, "shop.test").await.status, 403);
    let status = |origin: &'static str, path: &'static str| {
        let addr = server.addr;
        async move { request(addr, "GET", path, &[("Origin", origin)], b"").await.status }
    };
    assert_eq!(status("https://anybody.example", "/api/v0/demo").await, 200);
    assert_eq!(status("https://anybody.example", "/control").await, 403, "not for the controls");
    assert_eq!(status("https://shop.test", "/control").await, 405, "but for who is named");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_controls_want_their_token() {
    let server = start().await;
    let mut alice = Client::member(server.addr, "alice").await;
    for headers in [
        &[][..],
        &[("Authorization", "Bearer wrong-wrong-wrong-1")],
        &[("Authorization", "Bearer ")],
        &[("Authorization", "Basic a-token-for-tests")],
        &[("Cookie", "token=a-token-for-tests")],
    ] {
        let response = request(server.addr, "POST", "/control", headers, RESET.as_bytes()).await;
        assert_eq!(response.refusal(), (401, "UNAUTHORIZED".to_owned()), "{headers:?}");
    }
    let query = "/control?token=a-token-for-tests";
    let response = request(server.addr, "POST", query, &[], RESET.as_bytes()).await;
    assert_eq!(response.status, 401, "an address is written down in too many places");
    alice.ok("GET", "/users/alice", json!({})).await;
    assert_eq!(to_control(server.addr, RESET).await.status, 200);
    assert_eq!(alice.end().await, Some(1012));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_unless_one_is_given() {
    let servers = [
        start_with(Options { control_token: None, ..options() }).await,
        start_with(Options { control_token: None, ..options() }).await,
    ];
    let tokens = servers.each_ref().map(|server| server.control_token.clone().expect("a token"));
    assert_ne!(tokens[0], tokens[1]);
    assert!(tokens[0].len() >= 32, "{tokens:?}");
    assert_eq!(to_control(servers[0].addr, RESET).await.status, 401);
    for server in servers {
        server.stop().await.expect("a clean stop");
    }
    let none = start_with(Options { control: false, ..options() }).await;
    assert_eq!(none.control_token, None);
    assert_eq!(get(none.addr, "/api/v0/demo").await.status, 200);
    none.stop().await.expect("a clean stop");
    let short = Options { control_token: Some("short".to_owned()), ..options() };
    let Err(error) = talk_session_server::shell::Server::start(short).await else {
        panic!("a token that can be guessed")
    };
    assert!(error.contains("TALK_CONTROL_TOKEN"), "{error}");
    let server = start().await;
    control(server.addr, json!({ "do": "reset" })).await;
    server.stop().await.expect("a clean stop");
}
