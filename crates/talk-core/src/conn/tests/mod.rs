//! The connection against a scripted service, with a virtual clock. Everything that comes out is
//! written down as lines, in order, and a test that takes the lines has seen all of them: nothing
//! more was emitted.

mod answers;
mod batches;
mod calls;
mod fuzz;
mod http;
mod login;
mod socket;
mod tokens;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::config::Urls;
use crate::{ErrorCode, Fetch};

/// Where the clock on the wall starts.
const START: Millis = 1_800_000_000_000;

const BOKEN: &str = "http://localhost:1/api/v0/app/bokens/alice?signature=";

/// A session that has a call and waits for its boken, on an open socket.
fn waiting_for_boken() -> World {
    let mut world = World::new();
    world.plain("a");
    world.expect(&["open 1", &format!("fetch 2 {BOKEN}")]);
    world.open();
    world
}

/// A session with tokens from `onNeedToken`, which has a call and has just got its first token.
fn renewing() -> World {
    let mut world = World::new();
    world.conn.set_need_token(true).unwrap();
    world.plain("a");
    world.expect(&["open 1", "need token"]);
    world.open();
    world.expect(&[]);
    world.set_token("T1");
    world.expect(&[&renew(1, 0, "T1")]);
    world
}

/// What the client does with each event, as far as it is for the connection.
fn note_events(conn: &mut Conn, frame: Raw) {
    for event in frame.items().skip(2) {
        conn.note_event(&event.get("type").and_then(Raw::as_str).unwrap_or_default());
    }
}

fn renew(socket: u32, id: u32, token: &str) -> String {
    format!(r#"{socket}> [{id},"POST","/session/renew",{{"token":"{token}"}},{{}}]"#)
}

/// The options of a session of alice, and nothing more.
fn config() -> Config {
    Config {
        app_id: "app".to_string(),
        user_id: "alice".to_string(),
        urls: Urls {
            realtime: "ws://localhost:1/public_api/v1".to_string(),
            internal: "http://localhost:1/api/v0".to_string(),
            rest: "http://localhost:1/public_api/v1".to_string(),
        },
        signature: String::new(),
        client_build: "standalone".to_string(),
        core_version: "1.2.3",
        token: None,
        fetcher: false,
    }
}

fn random(seed: u32) -> Random {
    // Spread out, as seeds from the system's source of randomness are.
    let part = |n: u32| (seed * 4 + n + 1).wrapping_mul(0x9e37_79b9) ^ 0x5bd1_e995;
    Random::new([part(0), part(1), part(2), part(3)])
}

struct World {
    conn: Conn,
    now: Millis,
    socket: u32,
    fetch: u32,
    /// How many requests were sent on the newest socket.
    sent: u32,
    lines: Vec<String>,
}

impl World {
    /// A session of alice without any option, whose app check is on its way.
    fn new() -> World {
        World::with(config())
    }

    /// The same with these options, which are warned of so many times.
    fn with(config: Config) -> World {
        let conn = Conn::new(config, random(1), START);
        let mut world = World { conn, now: START, socket: 0, fetch: 0, sent: 0, lines: Vec::new() };
        world.drain();
        world.expect(&["fetch 1 http://localhost:1/api/v0/app"]);
        world
    }

    /// A session that is logged in anonymously and has something subscribed.
    fn live() -> World {
        let mut world = World::new();
        world.conn.set_live(true);
        world.log_in();
        world.expect(&["ready refetch"]);
        world
    }

    /// From nothing to the answered login; the event `ready` is still to be taken.
    fn log_in(&mut self) {
        self.drain();
        self.expect(&["open 1", "fetch 2 http://localhost:1/api/v0/app/bokens/alice?signature="]);
        self.open();
        self.respond(2, 200, r#"{"boken":"BOK"}"#);
        self.expect(&[r#"1> [0,"POST","/session/renew",{"token":"BOK"},{}]"#]);
        self.answer(0, 200, r#"{"expiresInSeconds":null}"#);
    }

    /// Presents the token on the newest socket after a loss, and gets `ready`.
    fn log_in_again(&mut self, ready: &str) {
        self.open();
        let renew = r#"> [0,"POST","/session/renew",{"token":"BOK"},{}]"#;
        self.expect(&[&format!("{}{renew}", self.socket)]);
        self.answer(0, 200, "{}");
        self.expect(&[ready]);
    }

    /// From an open socket to the calls that go out first.
    #[track_caller]
    fn log_in_again_with(&mut self, calls: &[&str]) {
        self.open();
        let renew = r#"> [0,"POST","/session/renew",{"token":"BOK"},{}]"#;
        self.expect(&[&format!("{}{renew}", self.socket)]);
        self.answer(0, 200, "{}");
        self.expect(&[&["ready refetch"], calls].concat());
    }

    #[track_caller]
    fn log_in_again_after_open(&mut self, calls: &[&str]) {
        self.drain();
        assert_eq!(self.lines.pop(), Some(format!("open {}", self.socket)));
        self.log_in_again_with(calls);
    }

    fn set_token(&mut self, token: &str) {
        self.conn.set_token(self.now, token).unwrap();
        self.drain();
    }

    #[track_caller]
    fn expect_end(&mut self, start: &str) {
        self.drain();
        let ended = self.lines.iter().position(|line| line.starts_with("ended"));
        let line = self.lines.remove(ended.expect("the session to have ended"));
        assert!(line.starts_with(start), "{line}");
        self.lines.retain(|line| line != "lost" && !line.starts_with("close"));
        self.lines.retain(|line| line != "abort 1");
        self.expect(&[]);
        self.expect_the_end();
    }

    fn plain(&mut self, name: &str) -> Ticket {
        self.to(&path(&[name]))
    }

    fn to(&mut self, path: &str) -> Ticket {
        let (path, data) = (path.to_string(), "{}".to_string());
        self.conn.request(Request::Plain { method: Method::Post, path, data }, Keep::Always)
    }

    fn ask(&mut self, method: Method, name: &str, keep: Keep) -> Ticket {
        let (path, data) = (path(&[name]), "{}".to_string());
        self.conn.request(Request::Plain { method, path, data }, keep)
    }

    fn get_user(&mut self, id: &str) -> Ticket {
        self.conn.request(Request::GetUser { id: id.to_string() }, Keep::Always)
    }

    fn participant(&mut self, conversation: &str, user: &str) -> Ticket {
        let (conversation, user) = (conversation.to_string(), user.to_string());
        let (method, params) = (Method::Put, r#"{"notify":true}"#.to_string());
        let request = Request::Participant { conversation, user, method, params };
        self.conn.request(request, Keep::Always)
    }

    fn open(&mut self) {
        self.conn.socket_opened(self.now, self.socket);
        self.drain();
    }

    fn open_next(&mut self) {
        self.drain();
        self.open();
    }

    /// Lets time pass on an open socket whose every ping is answered, and hides the pings.
    fn keep_socket_alive_for(&mut self, ms: Millis) {
        let end = self.now + ms;
        while self.now < end {
            self.pass((end - self.now).min(4_000));
            let socket = self.socket;
            self.conn.frame(self.now, socket, "[999999,200,{}]");
        }
        self.lines.retain(|line| !line.contains("/ping"));
    }

    /// Lets time pass, with every ping answered, until something comes out; gives how long that
    /// took.
    fn pass_until_something(&mut self) -> Millis {
        self.pass_until("")
    }

    /// The same until a line with this part comes out.
    fn pass_until(&mut self, part: &str) -> Millis {
        let start = self.now;
        while !self.lines.iter().any(|line| line.contains(part)) {
            assert!(self.now < start + 100_000, "waits for {part:?} in vain");
            self.keep_socket_alive_for(10);
        }
        self.now - start
    }

    fn close(&mut self) {
        self.conn.socket_closed(self.now, self.socket, 0);
        self.drain();
    }

    /// The service answers a request on the newest socket.
    fn answer(&mut self, id: u32, status: u32, body: &str) {
        self.frame(&format!("[{id},{status},{body}]"));
    }

    fn frame(&mut self, text: &str) {
        if let Some(frame) = self.conn.frame(self.now, self.socket, text) {
            self.lines.push(format!("news {}", frame.items().nth(2).unwrap().text()));
            note_events(&mut self.conn, frame);
        }
        self.drain();
    }

    fn respond(&mut self, request: u32, status: u16, body: &str) {
        self.conn.http_response(self.now, request, status, body);
        self.drain();
    }

    fn fail(&mut self, request: u32) {
        self.conn.http_failed(self.now, request);
        self.drain();
    }

    /// Lets time pass, with every timer on the way at its time.
    fn pass(&mut self, ms: Millis) {
        let end = self.now + ms;
        let mut timers = 0;
        while let Some(at) = self.conn.next_wake().filter(|at| *at <= end) {
            timers += 1;
            assert!(timers < 10_000, "a timer fires again and again");
            // A timer may be overdue, but time does not go back.
            self.now = self.now.max(at);
            self.conn.wake(self.now);
            self.drain();
        }
        self.now = end;
    }

    /// Lets time pass until the next timer has fired; gives how long that took.
    fn pass_timer(&mut self) -> Millis {
        let wait = self.conn.next_wake().expect("a timer").saturating_sub(self.now);
        self.pass(wait);
        wait
    }

    /// Takes everything that comes out, feeds the ticks that are asked for, and lets the timers
    /// fire that are due.
    fn drain(&mut self) {
        for _ in 0..10_000 {
            for event in self.conn.take_events() {
                self.lines.push(event_line(event));
            }
            let mut tick = false;
            for output in self.conn.take_outputs() {
                match output {
                    Output::Tick => tick = true,
                    Output::OpenSocket { socket, .. } => (self.socket, self.sent) = (socket, 0),
                    Output::Send { ref text, .. } if !text.ends_with("ACK\"]") => self.sent += 1,
                    Output::Fetch(Fetch { request, .. }) => self.fetch = request,
                    _ => {}
                }
                self.lines.extend(output_line(output));
            }
            if tick {
                self.conn.tick(self.now);
            } else if self.conn.next_wake().is_some_and(|at| at <= self.now) {
                self.conn.wake(self.now);
            } else {
                return;
            }
        }
        panic!("it does not come to rest");
    }

    #[track_caller]
    fn expect(&mut self, lines: &[&str]) {
        self.drain();
        assert_eq!(core::mem::take(&mut self.lines), lines);
    }

    /// After this nothing may happen for as long as anybody could wait.
    #[track_caller]
    fn expect_the_end(&mut self) {
        self.pass(100 * 24 * 3_600_000);
        self.expect(&[]);
    }
}

/// A frame of the newest socket in a session that has not lost one.
fn frame(id: u32, rest: &str) -> String {
    format!("1> [{id},{rest},{{}}]")
}

fn post(id: u32, name: &str) -> String {
    frame(id, &format!(r#""POST","/{name}",{{}}"#))
}

fn post_on(world: &World, id: u32, name: &str) -> String {
    format!("{}> [{id},\"POST\",\"/{name}\",{{}},{{}}]", world.socket)
}

fn event_line(event: Event) -> String {
    let result = |kind: &str, ticket: Ticket, result: Result<String, Failure>| match result {
        Ok(body) => format!("{kind} {} ok {body}", ticket.0),
        Err(failure) => {
            let body = Raw::parse(&failure.body).expect("well-formed bodies");
            let text = |raw: Raw| raw.as_str().unwrap_or_default().into_owned();
            let code = body.get("errorCode").map(text).unwrap_or_default();
            let reasons = body.get("reasons").unwrap_or(Raw::NULL);
            let reasons: Vec<String> = reasons.items().map(text).collect();
            format!("{kind} {} {} {code} {}", ticket.0, failure.status, reasons.join(","))
        }
    };
    match event {
        Event::Ready { refetch: true } => "ready refetch".to_string(),
        Event::Ready { refetch: false } => "ready".to_string(),
        Event::Lost => "lost".to_string(),
        Event::Reply { ticket, result: body } => result("reply", ticket, body),
        Event::Http { ticket, result: body } => result("http", ticket, body),
        Event::Ended(error) => {
            let refusal = |refusal: Failure| format!(" {} {}", refusal.status, refusal.body);
            let refused = error.refusal.map(refusal).unwrap_or_default();
            format!("ended {}{refused} {}", error.code.as_str(), error.message)
        }
    }
}

fn output_line(output: Output) -> Option<String> {
    Some(match output {
        Output::Tick => return None,
        Output::OpenSocket { socket, .. } => format!("open {socket}"),
        Output::Send { socket, text } => format!("{socket}> {text}"),
        Output::CloseSocket { socket } => format!("close {socket}"),
        Output::Fetch(Fetch { request, url, token, body }) => {
            let token = token.map(|token| format!(" bearer {token}")).unwrap_or_default();
            let body = body.map(|body| format!(" body {body}")).unwrap_or_default();
            format!("fetch {request} {url}{token}{body}")
        }
        Output::Abort { request } => format!("abort {request}"),
        Output::NeedToken => "need token".to_string(),
        Output::FetchToken => "fetch token".to_string(),
        Output::Warn(text) => format!("warn {text}"),
        Output::Apply(_) => unreachable!("not the connection's"),
    })
}
