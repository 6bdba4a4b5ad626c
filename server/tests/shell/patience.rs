//! Tests: clients that do nothing, too little or too much, and those that are gone.

use std::time::Duration;

use serde_json::json;
use talk_session_server::shell::{Limits, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::support::{boken, control, options, start_with, until, Client, Folder, PATIENCE};

const SHORT: Duration = Duration::from_millis(100);

fn with(limits: Limits) -> Options {
    Options { limits, ..options() }
}

/// What the server says before it closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A reset is an end as well.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("an end");
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_end_is_given_up() {
    let server = start_with(with(Limits { head: SHORT, ..Limits::default() })).await;
    for start in [
        "",
        "GET",
        "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ",
        // Half a WebSocket.
        "GET /public_api/v1/demo/realtime/alice HTTP/1.1\r\nHost: localhost\r\n\
         Upgrade: websocket\r\nConnection: Upgrade\r\n",
        // One request is answered; the next one never comes.
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.addr).await.expect("a connection");
        stream.write_all(start.as_bytes()).await.expect("written");
        let answer = rest(&mut stream).await;
        assert_eq!(answer.contains(" 200 "), start.ends_with("\r\n\r\n"), "{start:?}: {answer}");
    }
    let mut alice = Client::member(server.addr, "alice").await;
    alice.pings(1).await;
    alice.ok("GET", "/ping", json!({})).await;
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stops_or_trickles_is_given_up() {
    for limits in [
        Limits { body: SHORT, ..Limits::default() },
        Limits { body: Duration::from_millis(500), slowest_body: 1 << 30, ..Limits::default() },
    ] {
        let folder = Folder::new();
        let data = Some(folder.path().to_owned());
        let trickles = limits.slowest_body > 1024;
        let server = start_with(Options { data, ..with(limits) }).await;
        let bearer = boken(server.addr, "alice").await;
        let head = format!(
            "POST /public_api/v1/demo/files HTTP/1.1\r\nHost: localhost\r\n\
             Authorization: Bearer {bearer}\r\n\
             Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n\
             --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc"
        );
        let stream = TcpStream::connect(server.addr).await.expect("a connection");
        let (mut reading, mut writing) = stream.into_split();
        writing.write_all(head.as_bytes()).await.expect("written");
        let drip = async {
            while trickles && writing.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            std::future::pending::<()>().await;
        };
        let mut answer = Vec::new();
        let read = async {
            let mut part = [0; 1024];
            while !String::from_utf8_lossy(&answer).contains("REQUEST_TIMEOUT") {
                let count = reading.read(&mut part).await.expect("an answer");
                assert!(count > 0, "no answer: {:?}", String::from_utf8_lossy(&answer));
                answer.extend_from_slice(&part[..count]);
            }
        };
        tokio::select! {
            read = timeout(PATIENCE, read) => read.expect("an answer"),
            () = drip => {}
        }
        assert!(answer.starts_with(b"HTTP/1.1 408 "));
        let incoming = folder.path().join("files/incoming");
        until(|| std::fs::read_dir(&incoming).expect("a folder").count() == 0).await;
        server.stop().await.expect("a clean stop");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_wanted_is_not_read_without_end() {
    let head = "POST /public_api/v1/demo/files HTTP/1.1\r\nHost: localhost\r\n\
                Content-Length: 1000000000\r\n\r\n";
    for (limits, sends) in [
        (Limits { unwanted: SHORT, ..Limits::default() }, false),
        (Limits { unwanted_bytes: 1 << 20, ..Limits::default() }, true),
    ] {
        let server = start_with(with(limits)).await;
        let mut stream = TcpStream::connect(server.addr).await.expect("a connection");
        stream.write_all(head.as_bytes()).await.expect("written");
        if sends {
            // More than is read, and than fits on the way.
            let bytes = vec![7; 64 << 20];
            let all = stream.write_all(&bytes);
            assert!(timeout(PATIENCE, all).await.expect("an end").is_err(), "all of it was read");
        } else {
            assert!(rest(&mut stream).await.starts_with("HTTP/1.1 401 "), "and was told why");
        }
        server.stop().await.expect("a clean stop");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_client_that_does_not_read_is_bounded_in_bytes() {
    const MOST: u64 = 4 << 20;
    let limits = Limits { waiting_bytes: 4 << 20, ..Limits::default() };
    let server = start_with(with(limits)).await;
    let mut lazy = Client::member(server.addr, "lazy").await;
    let mut watcher = Client::member(server.addr, "watcher").await;
    watcher.ok("SUBSCRIBE", "/users/lazy/online", json!({})).await;
    let event = "x".repeat(1 << 20);
    let mut most = 0;
    let mut frames = 0;
    loop {
        control(server.addr, json!({ "do": "publish", "user": "lazy", "events": [event] })).await;
        frames += 1;
        let sockets = control(server.addr, json!({ "do": "sockets" })).await;
        let sockets = sockets.as_array().expect("a list");
        let Some(socket) = sockets.iter().find(|socket| socket["user"] == "lazy") else { break };
        most = most.max(socket["waitingBytes"].as_u64().expect("a number"));
        assert!(frames < 100, "100 MB were taken for a client that reads nothing");
    }
    assert!((1 << 20..=MOST).contains(&most), "{most} bytes waited");
    assert_eq!(watcher.event().await["diff"]["isConnected"], false);
    // If it reads after all, it sees why.
    assert_eq!(lazy.end().await, Some(1008));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_and_does_not_read_is_bounded_as_well() {
    let limits = Limits { waiting_bytes: 4 << 20, ..Limits::default() };
    let server = start_with(with(limits)).await;
    let mut lazy = Client::member(server.addr, "lazy").await;
    lazy.ok("PUT", "/users/lazy", json!({ "name": "x".repeat(1_000_000) })).await;
    let mut most = 0;
    for id in 100.. {
        let frame = json!([id, "GET", "/users/lazy", {}, {}]).to_string();
        lazy.send_or_not(&frame).await;
        let sockets = control(server.addr, json!({ "do": "sockets" })).await;
        let Some(bytes) = sockets[0]["waitingBytes"].as_u64() else { break };
        most = most.max(bytes);
        assert!(id < 1000, "there is no end to what it may ask for");
    }
    // It may be cut off between two looks, before anything was seen to wait.
    assert!(most <= 4 << 20, "{most} bytes waited");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_vanished_is_offline() {
    let limits = Limits {
        ping: Duration::from_millis(50),
        silence: Duration::from_secs(2),
        ..Limits::default()
    };
    let server = start_with(with(limits)).await;
    // Its socket stays open, but nobody is there who answers a ping.
    let mut alice = Client::member(server.addr, "alice").await;
    let mut bob = Client::member(server.addr, "bob").await;
    bob.ok("SUBSCRIBE", "/users/alice/online", json!({})).await;
    assert_eq!(bob.event().await["diff"]["isConnected"], false);
    assert_eq!(alice.end().await, Some(1008), "with a reason, should it be there after all");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_only_answers_pings_is_there() {
    let limits = Limits {
        ping: Duration::from_millis(50),
        silence: Duration::from_secs(1),
        ..Limits::default()
    };
    let server = start_with(with(limits)).await;
    let mut alice = Client::member(server.addr, "alice").await;
    // A hidden tab, or a phone in a pocket: three times as long as the silence that is allowed.
    alice.pings(60).await;
    alice.ok("GET", "/ping", json!({})).await;
    server.stop().await.expect("a clean stop");
}

#[test]
fn the_limits_of_the_program_keep_its_promise() {
    let Limits { ping, silence, .. } = Limits::default();
    assert!(silence + Duration::from_secs(2) < Duration::from_secs(30), "offline in half a minute");
    assert!(silence > ping * 4, "and nobody is dropped for being a little late");
}
