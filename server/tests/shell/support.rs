//! A server of its own for every test, a small HTTP client and a small chat client.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{json, Value};
use talk_session_server::shell::{Options, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Longer than anything takes that works; only a failing test waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What the controls of these servers want.
const TOKEN: &str = "a-token-for-tests";

/// Options for a server on any port that keeps nothing and can be made to fail.
pub(crate) fn options() -> Options {
    let control_token = Some(TOKEN.to_owned());
    Options { port: 0, data: None, control: true, control_token, ..Options::default() }
}

pub(crate) async fn start() -> Server {
    start_with(options()).await
}

pub(crate) async fn start_with(options: Options) -> Server {
    Server::start(options).await.expect("a server")
}

/// Waits for something on disk, which does not say when it has changed.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    let look = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(PATIENCE, look).await.expect("it never came to be so");
}

/// A folder that goes with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("talk-session-test-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What came back over HTTP.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// The status and code of a refusal, which must have a reason.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, String) {
        let body = self.json();
        let reason = body["reasons"][0].as_str().unwrap_or_default();
        assert!(reason.len() > 10, "no reason: {body}");
        (self.status, body["errorCode"].as_str().unwrap_or_default().to_owned())
    }
}

/// Sends bytes as they are and reads one response.
pub(crate) async fn raw(addr: SocketAddr, request: &[u8]) -> Response {
    let mut stream = TcpStream::connect(addr).await.expect("a connection");
    stream.write_all(request).await.expect("written");
    let mut all = Vec::new();
    // The requests below ask the server to close the connection when it has answered.
    timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("an answer").expect("read");
    let at = all.windows(4).position(|four| four == b"\r\n\r\n").expect("the end of a head");
    let head = String::from_utf8(all[..at].to_vec()).expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let mut response = Response { status, head, body: all[at + 4..].to_vec() };
    if response.header("transfer-encoding") == Some("chunked") {
        response.body = unchunk(&response.body);
    }
    response
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..at]).ok();
        let Some(size) = size.and_then(|size| usize::from_str_radix(size, 16).ok()) else { break };
        let Some(chunk) = rest.get(at + 2..at + 2 + size) else { break };
        body.extend_from_slice(chunk);
        rest = rest.get(at + 4 + size..).unwrap_or_default();
    }
    body
}

pub(crate) async fn request(
    addr: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    raw(addr, &[text.as_bytes(), body].concat()).await
}

pub(crate) async fn get(addr: SocketAddr, path: &str) -> Response {
    request(addr, "GET", path, &[], b"").await
}

/// The path of a URL that points to this server.
#[track_caller]
pub(crate) fn path_of(addr: SocketAddr, url: &str) -> String {
    url.strip_prefix(&format!("http://{addr}")).expect("a URL of this server").to_owned()
}

/// Sends a body to the controls, with the token.
pub(crate) async fn to_control(addr: SocketAddr, body: &str) -> Response {
    let bearer = format!("Bearer {TOKEN}");
    request(addr, "POST", "/control", &[("Authorization", &bearer)], body.as_bytes()).await
}

pub(crate) async fn control(addr: SocketAddr, command: Value) -> Value {
    let response = to_control(addr, &command.to_string()).await;
    assert_eq!(response.status, 200, "{:?}", response.json());
    response.json()
}

pub(crate) async fn boken(addr: SocketAddr, user: &str) -> String {
    let path = format!("/api/v0/demo/bokens/{}?signature=", encode(user));
    let response = get(addr, &path).await;
    response.json()["boken"].as_str().expect("a boken").to_owned()
}

/// A multipart form: fields are (name, value), files (name, file name, type, bytes).
pub(crate) struct Form(Vec<u8>);

impl Form {
    const BOUNDARY: &'static str = "the-boundary";

    pub(crate) fn new() -> Self {
        Form(Vec::new())
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        let boundary = Self::BOUNDARY;
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(value.as_bytes());
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub(crate) fn file(mut self, filename: &str, content_type: &str, bytes: &[u8]) -> Self {
        let boundary = Self::BOUNDARY;
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; \
             filename=\"{filename}\"\r\nContent-Type: {content_type}\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    /// The type of the form, and its bytes.
    pub(crate) fn end(self) -> (String, Vec<u8>) {
        let body = [&self.0[..], format!("--{}--\r\n", Self::BOUNDARY).as_bytes()].concat();
        (format!("multipart/form-data; boundary={}", Self::BOUNDARY), body)
    }

    pub(crate) async fn send(self, addr: SocketAddr, token: &str) -> Response {
        let (content_type, body) = self.end();
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", &content_type)];
        request(addr, "POST", "/public_api/v1/demo/files", &headers, &body).await
    }
}

/// Percent-encodes one part of a path.
pub(crate) fn encode(part: &str) -> String {
    talk_session_server::hub::encode(part)
}

/// One socket of one user.
pub(crate) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last_id: u64,
    /// Events that came while an answer was awaited.
    events: Vec<Value>,
}

impl Client {
    /// Opens a socket without logging in.
    pub(crate) async fn open(addr: SocketAddr, user: &str) -> Client {
        let user = encode(user);
        let url = format!("ws://{addr}/public_api/v1/demo/realtime/{user}?talkjs-client-id=1");
        let (socket, _) = tokio_tungstenite::connect_async(url).await.expect("a socket");
        Client { socket, last_id: 0, events: Vec::new() }
    }

    /// A logged-in socket of a user who exists.
    pub(crate) async fn member(addr: SocketAddr, user: &str) -> Client {
        let mut client = Self::open(addr, user).await;
        let token = boken(addr, user).await;
        client.ok("POST", "/session/renew", json!({ "token": token })).await;
        let path = format!("/users/{}", encode(user));
        client.ok("PUT", &path, json!({ "name": user })).await;
        client
    }

    /// Alice and Bob, both in the conversation "c".
    pub(crate) async fn pair(addr: SocketAddr) -> (Client, Client) {
        let mut alice = Self::member(addr, "alice").await;
        let bob = Self::member(addr, "bob").await;
        alice.ok("PUT", "/conversations/c", json!({})).await;
        for user in ["alice", "bob"] {
            let path = format!("/conversations/c/participants/{user}");
            alice.ok("PUT", &path, json!({})).await;
        }
        (alice, bob)
    }

    pub(crate) async fn send(&mut self, message: Message) {
        self.socket.send(message).await.expect("sent");
    }

    /// Sends a text, though the socket may be gone.
    pub(crate) async fn send_or_not(&mut self, text: &str) {
        let _ = self.socket.send(Message::text(text)).await;
    }

    /// Sends a request and gives its id.
    pub(crate) async fn start(&mut self, method: &str, path: &str, data: Value) -> u64 {
        self.last_id += 1;
        let frame = json!([self.last_id, method, path, data, {}]);
        self.send(Message::text(frame.to_string())).await;
        self.last_id
    }

    /// The next frame; `None` when the socket has ended without a close frame.
    pub(crate) async fn frame(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("a frame") {
                Some(Ok(Message::Text(text))) => {
                    return Some(serde_json::from_str(&text).expect("frames are JSON"));
                }
                Some(Ok(Message::Ping(_))) => {}
                Some(Ok(other)) => panic!("{other:?} instead of a frame"),
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Does nothing but answer pings, until so many have come.
    pub(crate) async fn pings(&mut self, count: usize) {
        for _ in 0..count {
            let message = timeout(PATIENCE, self.socket.next()).await.expect("a ping");
            assert!(matches!(message, Some(Ok(Message::Ping(_)))), "{message:?}");
        }
    }

    /// The close code with which the socket ends; `None` without a close frame.
    pub(crate) async fn end(&mut self) -> Option<u16> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("an end") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(Error::Protocol(_) | Error::Io(_) | Error::ConnectionClosed)) | None => {
                    return None;
                }
                Some(Err(error)) => panic!("{error}"),
            }
        }
    }

    pub(crate) async fn call(&mut self, method: &str, path: &str, data: Value) -> (u64, Value) {
        let id = self.start(method, path, data).await;
        self.answer(id).await
    }

    /// Waits for an answer; events on the way are put aside.
    pub(crate) async fn answer(&mut self, id: u64) -> (u64, Value) {
        loop {
            let frame = self.frame().await.expect("an answer");
            if frame[1] == "PUBLISH" {
                self.events.extend(frame.as_array().expect("a frame")[2..].iter().cloned());
                continue;
            }
            assert_eq!(frame[0], id, "{frame}");
            return (frame[1].as_u64().expect("a status"), frame[2].clone());
        }
    }

    pub(crate) async fn ok(&mut self, method: &str, path: &str, data: Value) -> Value {
        let (status, body) = self.call(method, path, data).await;
        assert_eq!(status, 200, "{method} {path}: {body}");
        body
    }

    /// Sends a text message and gives its id.
    pub(crate) async fn say(&mut self, text: &str) -> String {
        let content = json!([{ "type": "text", "children": [text] }]);
        let body =
            self.ok("POST", "/conversations/c/messages", json!({ "content": content })).await;
        body["id"].as_str().expect("an id").to_owned()
    }

    /// The next event.
    pub(crate) async fn event(&mut self) -> Value {
        while self.events.is_empty() {
            let frame = self.frame().await.expect("an event");
            assert_eq!(frame[1], "PUBLISH", "{frame}");
            self.events.extend(frame.as_array().expect("a frame")[2..].iter().cloned());
        }
        self.events.remove(0)
    }

    /// All messages of "c", newest first.
    pub(crate) async fn messages(&mut self) -> Vec<Value> {
        let page = self.ok("GET", "/me/conversations/c/messages", json!({ "limit": 100 })).await;
        page["data"].as_array().expect("a list").clone()
    }
}
