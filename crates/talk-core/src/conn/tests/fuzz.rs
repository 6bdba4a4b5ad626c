//! Random inputs in random order: whatever comes, nothing panics, and nothing comes after the end.

use super::*;

struct Fuzz {
    conn: Conn,
    random: Random,
    now: Millis,
    sockets: u32,
    fetches: u32,
    tickets: u32,
    /// Requests that were sent on the newest socket.
    sent: u32,
    ended: bool,
}

const FRAMES: &[&str] = &[
    "",
    "[",
    "null",
    "[1]",
    "[-1,200]",
    "[1e400,200,{}]",
    r#"[1,"PUBLISH"]"#,
    r#"[2,"PUBLISH",{"type":"session.expired"}]"#,
    r#"[3,"PUBLISH",{"type":"upstream.restarting"}]"#,
    r#"[4294967295,"PUBLISH",null,[],{"type":{}}]"#,
];

const BODIES: &[&str] = &[
    "{}",
    "null",
    "[]",
    r#"{"expiresInSeconds":60}"#,
    r#"{"expiresInSeconds":3600}"#,
    r#"{"expiresInSeconds":-1e308}"#,
    r#"{"responses":[{"status":200},{"status":401},{"status":429},{"status":500}]}"#,
    r#"{"u1":1,"u2":2}"#,
    r#"{"errorCode":5,"reasons":{"a":1}}"#,
];

const STATUSES: &[u16] = &[200, 200, 200, 200, 400, 401, 402, 403, 404, 429, 500, 502, 503, 0];

impl Fuzz {
    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.random.below(list.len() as u32) as usize]
    }

    /// A status; in a gentle run one that does not end the session at once.
    fn status(&mut self, gentle: bool) -> u16 {
        let status = self.pick(STATUSES);
        if gentle && matches!(status, 400..=404) && self.random.below(20) > 0 {
            200
        } else {
            status
        }
    }

    fn step(&mut self, gentle: bool) {
        let keep = if self.random.below(2) == 0 { Keep::Always } else { Keep::Connection };
        let number = self.random.below(4);
        // Mostly about what is there, sometimes about what was.
        let socket = self.sockets.saturating_sub(self.random.below(8) / 7);
        let fetch = self.fetches.saturating_sub(self.random.below(3));
        let conn = &mut self.conn;
        match self.random.below(26) {
            0 => {
                let (method, path) = (Method::Post, path(&["x"]));
                let request = Request::Plain { method, path, data: "{}".to_string() };
                self.tickets = conn.request(request, keep).0;
            }
            1 => {
                let id = format!("u{number}");
                self.tickets = conn.request(Request::GetUser { id }, keep).0;
            }
            2 => {
                let id = format!("u{number}");
                self.tickets = conn.request(Request::SubscribeUser { id }, keep).0;
            }
            3 => {
                let conversation = format!("c{}", number / 2);
                let (user, method, params) = (format!("u{number}"), Method::Put, "{}".to_string());
                let request = Request::Participant { conversation, user, method, params };
                self.tickets = conn.request(request, keep).0;
            }
            5 => self.tickets = conn.http("http://x".to_string(), None).0,
            6 => conn.abort_http(Ticket(self.tickets.wrapping_sub(number))),
            7 => drop(conn.set_token(self.now, ["T", "", "a.b.c", "!"][number as usize])),
            8 => drop(conn.set_need_token(number > 0)),
            9 if number > 0 => conn.token_fetched(self.now, Ok("T")),
            9 if !gentle => conn.token_fetched(self.now, Err("no")),
            10 => conn.set_live(number > 0),
            11..=13 => conn.socket_opened(self.now, socket),
            14 if number == 0 => conn.socket_closed(self.now, socket, 0),
            15 => {
                let frame = self.pick(FRAMES);
                if let Some(frame) = self.conn.frame(self.now, socket, frame) {
                    note_events(&mut self.conn, frame);
                }
            }
            16..=19 => {
                let id = self.sent.saturating_sub(1 + self.random.below(3));
                let (status, body) = (self.status(gentle), self.pick(BODIES));
                self.conn.frame(self.now, socket, &format!("[{id},{status},{body}]"));
            }
            20 => {
                let status = self.status(gentle);
                let bodies = ["", "{}", r#"{"boken":"B"}"#, r#"{"boken":"B"}"#];
                let body = self.pick(&bodies);
                self.conn.http_response(self.now, fetch, status, body);
            }
            21 => conn.http_failed(self.now, fetch),
            22 => {
                let steps = [0, 1, 100, 1_000, 5_000, 20_000, 3_600_000];
                let step = self.pick(&steps);
                self.now += step;
                self.conn.wake(self.now);
            }
            23 => {
                if let Some(at) = conn.next_wake() {
                    self.now = self.now.max(at);
                    conn.wake(self.now);
                }
            }
            24 if number == 0 => self.now = self.now.saturating_sub(10_000_000),
            25 if number == 0 => conn.came_online(self.now),
            25 if !gentle && self.random.below(50) == 0 => {
                conn.end(TalkError::new(ErrorCode::Rejected, "end"));
            }
            _ => conn.tick(self.now),
        }
        self.drain();
    }

    fn drain(&mut self) {
        let was_ended = self.ended;
        for event in self.conn.take_events() {
            assert!(!self.ended, "after the end: {event:?}");
            self.ended = matches!(event, Event::Ended(_));
        }
        for output in self.conn.take_outputs() {
            assert!(!was_ended, "after the end: {output:?}");
            match output {
                Output::OpenSocket { socket, .. } => (self.sockets, self.sent) = (socket, 0),
                Output::Fetch(fetch) => self.fetches = fetch.request,
                Output::Send { socket, text } => {
                    assert_eq!(socket, self.sockets, "sent on an old socket");
                    let frame = Raw::parse(&text).expect("well-formed frames");
                    if !text.ends_with("\"ACK\"]") {
                        let id = frame.items().next().and_then(Raw::as_u32);
                        assert_eq!(id, Some(self.sent), "numbers count");
                        self.sent += 1;
                    }
                }
                _ => {}
            }
        }
        if self.ended {
            assert_eq!(self.conn.next_wake(), None);
        }
    }
}

fn run(seed: u32, gentle: bool) -> bool {
    let token = (seed % 3 == 0).then(|| "T".to_string());
    let config = Config { token, fetcher: seed % 3 == 1, ..config() };
    let conn = Conn::new(config, random(seed), START);
    let (sockets, fetches, tickets, sent) = (0, 0, 0, 0);
    let random = random(seed ^ 0xffff);
    let mut fuzz = Fuzz { conn, random, now: START, sockets, fetches, tickets, sent, ended: false };
    for _ in 0..500 {
        fuzz.step(gentle);
    }
    fuzz.ended
}

#[test]
fn anything_goes() {
    let ended = (0..2_000).filter(|&seed| run(seed, false)).count();
    assert!(ended > 100, "only {ended} sessions came to their end");
}

#[test]
fn sessions_that_last() {
    let ended = (0..1_000).filter(|&seed| run(seed, true)).count();
    assert!(ended < 750, "{ended} sessions did not last");
}

/// A service that may do anything for a while and then behaves: every call must be answered, or the
/// session must have ended, and after that nothing is left to do.
#[test]
fn no_call_stays_stuck_once_the_service_behaves() {
    for seed in 0..1_000 {
        let mut world = World::new();
        world.conn.random = random(seed);
        let mut random = random(seed + 77);
        let (mut asked, mut answered, mut ended) = (0, 0, false);
        let mut opened = 0;
        for step in 0..400 {
            let bad = step < 100;
            if step < 150 && random.below(3) == 0 {
                asked += 1;
                match random.below(3) {
                    0 => world.plain("x"),
                    1 => world.get_user(&format!("u{}", random.below(3))),
                    _ => world.participant("c", "u"),
                };
                world.drain();
            }
            let odd = bad && random.below(3) == 0;
            if bad && random.below(10) == 0 {
                world.close();
            }
            for line in core::mem::take(&mut world.lines) {
                ended |= line.starts_with("ended");
                answered += u32::from(line.starts_with("reply"));
                if let Some(rest) = line.strip_prefix("fetch ") {
                    let (request, _) = rest.split_once(' ').unwrap();
                    let status = if odd { [500, 429, 502][random.below(3) as usize] } else { 200 };
                    world.respond(request.parse().unwrap(), status, r#"{"boken":"B"}"#);
                } else if let Some((_, frame)) = line.split_once("> ") {
                    let frame = Raw::parse(frame).unwrap();
                    let id = frame.items().next().unwrap().text();
                    let statuses = [401, 429, 500, 403, 200, 200];
                    let status = if odd { statuses[random.below(6) as usize] } else { 200 };
                    let body = if line.contains("participants") {
                        let one = r#"{"status":200}"#;
                        let count = line.matches("\"method\"").count();
                        format!(r#"{{"responses":[{}]}}"#, [one].repeat(count).join(","))
                    } else {
                        "{}".to_string()
                    };
                    // Sometimes no answer comes at all, from a socket that is about to be lost.
                    if !odd || random.below(4) > 0 {
                        world.frame(&format!("[{id},{status},{body}]"));
                    } else {
                        world.close();
                    }
                }
            }
            if opened != world.socket {
                opened = world.socket;
                world.open();
            }
            world.pass(if bad { u64::from(random.below(3_000)) } else { 500 });
        }
        assert!(ended || answered == asked, "seed {seed}: {answered} of {asked}");
        assert!(!world.conn.queue.is_busy(), "seed {seed}");
    }
}
