//! Tests: the program itself, as a user starts it.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};

use super::support::{get, Client, Folder};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_talk-session-server"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A program that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn start(args: &[&str]) -> (Self, std::net::SocketAddr) {
        let mut child = program().args(args).spawn().expect("a program");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let addr = line.strip_prefix("listening on http://").expect("the first line").trim();
        (Running(child), addr.parse().expect("an address"))
    }

    /// Sends a signal by name and waits for the end.
    fn signal(mut self, name: &str) -> ExitStatus {
        let pid = self.0.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(sent.expect("kill").success());
        self.0.wait().expect("an end")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_where_it_listens_and_stops_when_told() {
    for signal in ["TERM", "INT"] {
        let folder = Folder::new();
        let data = folder.path().to_str().expect("a path");
        let (running, addr) = Running::start(&["--port", "0", "--data", data]);
        assert!(addr.ip().is_loopback());
        assert_eq!(get(addr, "/").await.status, 200);
        let mut alice = Client::member(addr, "alice").await;
        let status = tokio::task::spawn_blocking(move || running.signal(signal));
        assert_eq!(alice.end().await, Some(1001));
        assert!(status.await.expect("no panic").success(), "{signal}");
        assert!(folder.path().join("chat.sqlite").is_file());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_survives_a_crash() {
    let folder = Folder::new();
    let data = folder.path().to_str().expect("a path");
    let mut sent = Vec::new();
    for round in 0..3 {
        let (running, addr) = Running::start(&["--port", "0", "--data", data]);
        let (mut alice, _) = Client::pair(addr).await;
        let stored = alice.messages().await;
        let ids: Vec<&str> = stored.iter().rev().filter_map(|m| m["id"].as_str()).collect();
        assert_eq!(ids, sent, "round {round}");
        sent.push(alice.say("hello").await);
        let status = tokio::task::spawn_blocking(move || running.signal("KILL"));
        assert!(!status.await.expect("no panic").success());
    }
}

#[test]
fn it_explains_itself() {
    let output = program().arg("--help").output().expect("an output");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("--max-upload"), "{text}");
    let output = program().arg("--version").output().expect("an output");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.trim(), concat!("talk-session-server ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn it_fails_with_one_sentence() {
    for args in [&["--nonsense"][..], &["--port", "0", "--data", "/dev/null/x"]] {
        let mut child = program().args(args).spawn().expect("a program");
        assert!(!child.wait().expect("an end").success());
        let mut text = String::new();
        child.stderr.take().expect("errors").read_to_string(&mut text).expect("text");
        assert!(text.starts_with("talk-session-server: ") && text.lines().count() == 1, "{text}");
    }
}
