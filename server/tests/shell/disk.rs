//! Tests: disks that are full, folders that cannot be used, and who may look into them.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{json, Value};

use super::support::{boken, Client, Folder, Form, PATIENCE};

const PROGRAM: &str = env!("CARGO_BIN_EXE_talk-session-server");

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn listen(mut command: Command, data: &Path) -> (Running, SocketAddr) {
    command.args(["--port", "0", "--data"]).arg(data);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("a program");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("its output");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let addr = line.strip_prefix("listening on http://").expect("the first line").trim();
    (Running(child), addr.parse().expect("an address"))
}

/// The program where no file may be longer than this, which is how a full disk looks from inside.
#[cfg(unix)]
fn with_little_room(blocks: u32) -> Command {
    let mut command = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    command.args(["-c", &script, PROGRAM]);
    command
}

/// The program as somebody who may not write: root may, whatever the rights say.
#[cfg(unix)]
fn powerless() -> Command {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(PROGRAM);
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path()).expect("a folder");
    if folder.path().metadata().expect("there").uid() == 0 {
        command.uid(65_534);
    }
    command
}

/// The one sentence with which a start fails.
fn sentence(command: &mut Command) -> String {
    command.stdin(Stdio::null()).stderr(Stdio::piped()).stdout(Stdio::null());
    let mut child = Running(command.spawn().expect("a program"));
    let mut errors = child.0.stderr.take().expect("errors");
    let start = tokio::time::Instant::now();
    let status = loop {
        if let Some(status) = child.0.try_wait().expect("a state") {
            break status;
        }
        assert!(start.elapsed() < PATIENCE, "it starts");
        std::thread::sleep(Duration::from_millis(2));
    };
    let mut text = String::new();
    errors.read_to_string(&mut text).expect("text");
    assert!(!status.success() && text.lines().count() == 1, "{text}");
    text
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(path)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_does_not_fit_is_answered_and_leaves_nothing() {
    let folder = Folder::new();
    let (_running, addr) = listen(with_little_room(2000), folder.path());
    let bearer = boken(addr, "alice").await;
    let upload = |size: usize| Form::new().file("a.bin", "", &vec![7; size]).send(addr, &bearer);
    let full = upload(8 << 20).await;
    assert_eq!(full.refusal(), (507, "DISK_FULL".to_owned()));
    let files = folder.path().join("files");
    assert_eq!((names(&files), names(&files.join("incoming"))), (vec!["incoming".into()], vec![]));
    assert_eq!(upload(1000).await.status, 200, "what fits is taken");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_does_not_fit_is_answered_and_the_rest_is_there() {
    let folder = Folder::new();
    let (running, addr) = listen(with_little_room(3000), folder.path());
    let (mut alice, _bob) = Client::pair(addr).await;
    let content = json!([{ "type": "text", "children": ["x".repeat(200_000)] }]);
    let path = "/conversations/c/messages";
    let mut confirmed: Vec<Value> = Vec::new();
    loop {
        let (status, body) = alice.call("POST", path, json!({ "content": content })).await;
        if status != 200 {
            assert_eq!((status, &body["errorCode"]), (507, &json!("DISK_FULL")));
            break;
        }
        confirmed.insert(0, body["id"].clone());
        assert!(confirmed.len() < 100, "no end to the disk");
    }
    assert!(!confirmed.is_empty());
    assert_eq!(alice.end().await, Some(1013));
    // What there is can be read, and the program goes on.
    let ids = |messages: Vec<Value>| -> Vec<Value> {
        messages.iter().map(|message| message["id"].clone()).collect()
    };
    let mut alice = Client::open(addr, "alice").await;
    let token = boken(addr, "alice").await;
    alice.ok("POST", "/session/renew", json!({ "token": token })).await;
    assert_eq!(ids(alice.messages().await), confirmed);
    assert_eq!(alice.call("POST", path, json!({ "content": content })).await.0, 507);
    alice.ok("GET", "/ping", json!({})).await;
    drop(running);
    // And after a restart, with room, all that was confirmed is there, and more fits.
    let (_running, addr) = listen(Command::new(PROGRAM), folder.path());
    let mut alice = Client::member(addr, "alice").await;
    assert_eq!(ids(alice.messages().await), confirmed);
    alice.ok("POST", path, json!({ "content": content })).await;
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_told_in_a_sentence() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path()).expect("a folder");
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o555)).expect("set");
    for (data, wanted) in [
        (folder.path().to_owned(), "cannot write"),
        (folder.path().join("new"), "cannot create the folder"),
    ] {
        let text = sentence(powerless().args(["--port", "0", "--data"]).arg(&data));
        assert!(text.contains(wanted) && text.contains(&*data.to_string_lossy()), "{text}");
    }
    assert_eq!(names(folder.path()), Vec::<String>::new(), "and nothing was left there");
}

#[test]
fn another_programs_database_is_told_in_a_sentence() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path()).expect("a folder");
    let db = rusqlite::Connection::open(folder.path().join("chat.sqlite")).expect("a database");
    db.execute_batch("CREATE TABLE diary (day TEXT)").expect("a table");
    drop(db);
    let text = sentence(Command::new(PROGRAM).args(["--port", "0", "--data"]).arg(folder.path()));
    assert!(text.contains("a database of another program"), "{text}");
    assert_eq!(names(folder.path()), ["chat.sqlite"]);
}

#[test]
fn a_folder_without_a_name_is_told_in_a_sentence() {
    let text = sentence(Command::new(PROGRAM).args(["--port", "0", "--data", ""]));
    assert!(text.contains("--data wants a folder"), "{text}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_looks_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    fn check(path: &Path) -> usize {
        let metadata = path.symlink_metadata().expect("there");
        let mode = metadata.permissions().mode() & 0o777;
        let wanted = if metadata.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, wanted, "{} has {mode:o}", path.display());
        match metadata.is_dir() {
            true => 1 + names(path).iter().map(|name| check(&path.join(name))).sum::<usize>(),
            false => 1,
        }
    }
    let folder = Folder::new();
    // As `mkdir` leaves it.
    std::fs::create_dir_all(folder.path()).expect("a folder");
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("set");
    let (_running, addr) = listen(Command::new(PROGRAM), folder.path());
    let bearer = boken(addr, "alice").await;
    let file = Form::new().file("a.bin", "", b"secret").send(addr, &bearer).await;
    assert_eq!(file.status, 200);
    // The folder, the database and its log, the folders of files, and the file.
    assert_eq!(check(folder.path()), 6, "{:?}", names(folder.path()));
}
