//! Tests: storing comes before answering, and nobody can hold up the others.

use serde_json::{json, Value};

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
    let setup = Setup { hub, store, files, control: false };
    let (link, task) = Driver::start(setup, stopped);
    Rig { link, task, stop }
}

impl Rig {
    async fn open(&self, user: &str) -> (ConnId, mpsc::Receiver<ToSocket>) {
        let (opened, is_open) = oneshot::channel();
        let (app, user) = ("demo".to_owned(), user.to_owned());
        let (client, base_url) = (String::new(), String::new());
        self.link.send(Request::Open { app, user, client, base_url, opened }).await;
        is_open.await.expect("a socket")
    }

    async fn call(&self, conn: ConnId, method: &str, path: &str, data: Value) {
        let text = json!([1, method, path, data, {}]).to_string();
        self.link.send(Request::Input(Input::Frame { conn, text })).await;
    }

    async fn login(&self, user: &str) -> (ConnId, mpsc::Receiver<ToSocket>) {
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
async fn status(frames: &mut mpsc::Receiver<ToSocket>) -> Option<u64> {
    loop {
        let ToSocket::Text { text, .. } = frames.recv().await? else { return None };
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
    while unread.recv().await.is_some() {
        waiting += 1;
    }
    assert_eq!(waiting, MOST_WAITING, "and then the line is cut");
    rig.stop.send_replace(true);
    assert_eq!(rig.task.await.expect("no panic"), Ok(()));
}
