//! Tests: storing comes before answering, and nobody can hold up the others.

use serde_json::{json, Value};

use super::super::queue::{ToSocket, MOST_WAITING};
use super::*;
use crate::hub::Config;

struct Rig {
    link: Link,
    task: JoinHandle<Result<(), String>>,
    /// Dropping this would stop the driver.
    stop: watch::Sender<bool>,
}

fn rig(store: Store) -> Rig {
    let hub = Hub::new(Config::default(), 1);
    let files = Arc::new(FileStore::open(None).expect("a folder"));
    let (stop, stopped) = watch::channel(false);
    let limits = Limits { waiting_bytes: 1 << 20, ..Limits::default() };
    let setup = Setup { hub, store, files, control: false, limits };
    let (link, task) = Driver::start(setup, stopped);
    Rig { link, task, stop }
}

impl Rig {
    async fn open(&self, user: &str) -> (ConnId, Waiting) {
        let (opened, is_open) = oneshot::channel();
        let (app, user) = ("demo".to_owned(), user.to_owned());
        let (client, base_url) = (String::new(), String::new());
        self.link.send(Request::Open { app, user, client, base_url, opened }).await;
        is_open.await.expect("a socket")
    }

    async fn call(&self, conn: ConnId, method: &str, path: &str, data: Value) {
        self.link.frame(conn, json!([1, method, path, data, {}]).to_string()).await;
    }

    async fn login(&self, user: &str) -> (ConnId, Waiting) {
        let (app, signature) = ("demo".to_owned(), String::new());
        let boken = self.link.ask(Ask::Boken { app, user: user.to_owned(), signature }).await;
        let Ok(Reply::Boken(token)) = boken else { panic!("{boken:?}") };
        let (conn, mut frames) = self.open(user).await;
        self.call(conn, "POST", "/session/renew", json!({ "token": token })).await;
        assert_eq!(status(&mut frames).await, Some(200));
        (conn, frames)
    }
}

/// The status of the next answer; `None` when the socket has been given up.
async fn status(frames: &mut Waiting) -> Option<u64> {
    loop {
        let ToSocket::Text { text, .. } = frames.next().await? else { return None };
        frames.sent(text.len());
        let frame: Value = serde_json::from_str(&text).expect("JSON");
        if frame[1] != "PUBLISH" {
            return frame[1].as_u64();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_stored_is_not_answered() {
    let rig = rig(Store::in_memory().expect("a store"));
    let (conn, mut frames) = rig.login("alice").await;
    rig.call(conn, "PUT", "/users/alice", json!({ "name": "A" })).await;
    assert_eq!(status(&mut frames).await, Some(200));
    rig.stop.send_replace(true);
    assert_eq!(rig.task.await.expect("no panic"), Ok(()));

    let store = Store::in_memory().expect("a store");
    store.sabotage();
    let rig = self::rig(store);
    let (conn, mut frames) = rig.open("alice").await;
    // Answering this needs no storage, but the first frame makes a key that has to be kept.
    rig.call(conn, "GET", "/ping", json!({})).await;
    assert_eq!(status(&mut frames).await, None);
    let error = rig.task.await.expect("no panic").expect_err("it cannot go on");
    assert!(error.contains("cannot store"), "{error}");
    let (app, ended) = ("demo".to_owned(), rig.stop);
    let refused = rig.link.ask(Ask::App { app }).await.expect_err("it has stopped");
    assert_eq!(refused.status, 503);
    drop(ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_given_up_alone() {
    let rig = rig(Store::in_memory().expect("a store"));
    let (lazy, mut unread) = rig.login("lazy").await;
    let (busy, mut frames) = rig.login("busy").await;
    rig.call(lazy, "SUBSCRIBE", "/users/busy", json!({})).await;
    assert_eq!(status(&mut unread).await, Some(200));
    for round in 0..=MOST_WAITING {
        rig.call(busy, "PUT", "/users/busy", json!({ "name": round.to_string() })).await;
        assert_eq!(status(&mut frames).await, Some(200));
    }
    let mut waiting = 0;
    while unread.next().await.is_some() {
        waiting += 1;
    }
    assert_eq!(waiting, MOST_WAITING, "and then the line is cut");
    rig.stop.send_replace(true);
    assert_eq!(rig.task.await.expect("no panic"), Ok(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_too_slowly_is_offline_at_once() {
    let rig = rig(Store::in_memory().expect("a store"));
    let (lazy, mut unread) = rig.login("lazy").await;
    let (busy, mut frames) = rig.login("busy").await;
    for (conn, user, frames) in [(lazy, "lazy", &mut unread), (busy, "busy", &mut frames)] {
        rig.call(conn, "PUT", &format!("/users/{user}"), json!({ "name": user })).await;
        assert_eq!(status(frames).await, Some(200));
    }
    rig.call(lazy, "SUBSCRIBE", "/users/busy", json!({})).await;
    assert_eq!(status(&mut unread).await, Some(200));
    // More than a megabyte in all, far fewer frames than are allowed.
    for round in 0..12 {
        let name = format!("{round}{}", "x".repeat(100_000));
        rig.call(busy, "PUT", "/users/busy", json!({ "name": name })).await;
        assert_eq!(status(&mut frames).await, Some(200));
    }
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, unread.cut()).await.expect("it is given up");
    rig.call(busy, "GET", "/users/lazy/online", json!({})).await;
    let Some(ToSocket::Text { text, .. }) = frames.next().await else { panic!("an answer") };
    assert_eq!(text, r#"[1,200,{"isConnected":false}]"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_leaves_what_there_is() {
    let store = Store::in_memory().expect("a store");
    store.limit(60);
    let rig = rig(store);
    let (alice, mut frames) = rig.login("alice").await;
    let put = |name: &str, length: usize| json!({ "name": name, "locale": "x".repeat(length) });
    rig.call(alice, "PUT", "/users/alice", put("A", 1000)).await;
    assert_eq!(status(&mut frames).await, Some(200));
    rig.call(alice, "PUT", "/users/alice", put("B", 500_000)).await;
    assert_eq!(status(&mut frames).await, Some(507));
    let Some(ToSocket::Close { code: 1013, .. }) = frames.next().await else { panic!("a close") };

    // Reading goes on, with what was confirmed; changing does not, and nobody is closed for that.
    let (alice, mut frames) = rig.login("alice").await;
    for _ in 0..2 {
        rig.call(alice, "PUT", "/users/alice", put("C", 1)).await;
        assert_eq!(status(&mut frames).await, Some(507));
    }
    rig.call(alice, "GET", "/users/alice", json!({})).await;
    let Some(ToSocket::Text { text, .. }) = frames.next().await else { panic!("an answer") };
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&answer[1], &answer[2]["name"]), (&json!(200), &json!("A")));
    let (app, token) = ("demo".to_owned(), String::new());
    let upload = rig.link.ask(Ask::Upload { app, token }).await.expect_err("no room");
    assert_eq!((upload.status, upload.code), (507, "DISK_FULL"));
    rig.stop.send_replace(true);
    assert_eq!(rig.task.await.expect("no panic"), Ok(()));
}
