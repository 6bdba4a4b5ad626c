//! The loop: takes what happens next, at its time, to whom it happens.

mod fate;

use std::collections::BTreeMap;
use std::mem;

use serde_json::{json, Value};
use talk_core::{Call, Fetch, Input, Output};
use talk_session_server::hub::{self, ConnId, Control};

use crate::browser::{Browser, Login};
use crate::dice::Dice;
use crate::events::{Event, Events, SocketId};
use crate::page::{Page, State};
use crate::service::{jwt, Service};
use crate::weather::Weather;

/// When every world begins.
pub const START: u64 = 1_800_000_000_000;

const ALL: usize = usize::MAX;

/// More than this at one moment means that something feeds itself.
const MOST_AT_ONCE: u32 = 20_000;

/// The backend, the browsers, and what is under way between them.
pub struct World {
    /// How bad things are.
    pub weather: Weather,
    /// Decides whatever is left to chance.
    pub dice: Dice,
    now: u64,
    service: Service,
    browsers: Vec<Browser>,
    events: Events,
    sockets: BTreeMap<SocketId, Socket>,
    conns: BTreeMap<ConnId, SocketId>,
    /// Subscriptions that end themselves in the so-manyth call of their listener.
    fickle: BTreeMap<(usize, u32), usize>,
    /// Requests that will be refused: method, path, status, error code.
    refusals: Vec<(String, String, u16, String)>,
    trace: Option<Vec<String>>,
    at_once: u32,
}

/// A socket between a browser and the backend.
struct Socket {
    /// As the backend names it, while it knows of it.
    conn: Option<ConnId>,
    /// `talkjs-client-id`.
    client: String,
    /// It carries nothing any more.
    broken: bool,
    /// When the last frame of each direction arrives: the next one is not faster.
    up_at: u64,
    down_at: u64,
}

impl World {
    /// A world without anybody in it.
    pub fn new(seed: u64, weather: Weather) -> World {
        World {
            weather,
            dice: Dice::new(seed),
            now: START,
            service: Service::new(seed),
            browsers: Vec::new(),
            events: Events::default(),
            sockets: BTreeMap::new(),
            conns: BTreeMap::new(),
            fickle: BTreeMap::new(),
            refusals: Vec::new(),
            trace: None,
            at_once: 0,
        }
    }

    /// One where nothing goes wrong.
    pub fn calm() -> World {
        World::new(1, Weather::CALM)
    }

    /// Writes down what happens from now on.
    pub fn start_trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    /// The last lines of what was written down.
    pub fn trace(&self, lines: usize) -> &[String] {
        let all = self.trace.as_deref().unwrap_or_default();
        &all[all.len().saturating_sub(lines)..]
    }

    /// Adds a line to what is written down.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>8} {}", self.now - START, line()));
        }
    }

    /// The real time.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Everybody.
    pub fn browsers(&self) -> &[Browser] {
        &self.browsers
    }

    /// A browser's JavaScript.
    pub fn page(&self, who: usize) -> &Page {
        &self.browsers[who].page
    }

    /// A browser's JavaScript, to take from.
    pub fn page_mut(&mut self, who: usize) -> &mut Page {
        &mut self.browsers[who].page
    }

    // People.

    /// Opens a browser with a session of a user. Gives its number.
    pub fn open(&mut self, user: &str, login: Login) -> usize {
        let browser = Browser::new(user, login, self.now, &mut self.dice);
        self.browsers.push(browser);
        let who = self.browsers.len() - 1;
        self.feed(who, Input::Tick);
        if login == Login::NeedToken {
            if let Err(error) = self.browsers[who].core.set_need_token(true) {
                panic!("onNeedToken is taken at the start: {}", error.message);
            }
            self.carry_out(who, false);
        }
        who
    }

    /// Calls a method that gives a promise. Gives the number of the promise.
    pub fn call(&mut self, who: usize, call: Call, args: Value) -> u32 {
        let number = self.browsers[who].page.new_call(call);
        self.note(|| format!("{who} calls {call:?} {args} as {number}"));
        self.feed(who, Input::Call { number, call, args: &args.to_string() });
        number
    }

    /// Subscribes. Gives the number of the subscription.
    pub fn subscribe(&mut self, who: usize, call: Call, args: Value) -> u32 {
        let number = self.browsers[who].page.new_subscription(call, &args);
        self.note(|| format!("{who} calls {call:?} {args} as {number}"));
        self.feed(who, Input::Call { number, call, args: &args.to_string() });
        number
    }

    /// Ends a subscription.
    pub fn unsubscribe(&mut self, who: usize, number: u32) {
        if self.browsers[who].page.end_subscription(number) {
            self.note(|| format!("{who} unsubscribes {number}"));
            let args = json!([number]).to_string();
            self.feed(who, Input::Call { number: 0, call: Call::Unsubscribe, args: &args });
        }
    }

    /// The listener of a subscription ends it in its so-manyth call.
    pub fn make_fickle(&mut self, who: usize, number: u32, calls: usize) {
        self.fickle.insert((who, number), calls);
    }

    // Time.

    /// Lets time pass.
    pub fn run(&mut self, ms: u64) {
        let end = self.now + ms;
        while self.step(end) {}
    }

    /// Lets time pass until something holds, and at most so long. Gives whether it came to hold.
    pub fn run_until(&mut self, ms: u64, holds: impl Fn(&World) -> bool) -> bool {
        let end = self.now + ms;
        self.run_microtasks();
        while !holds(self) {
            if !self.step(end) {
                return holds(self);
            }
        }
        true
    }

    /// The next thing that happens until `end`; `false` if there is none.
    fn step(&mut self, end: u64) -> bool {
        self.run_microtasks();
        let events = self.events.next();
        let timers = self.browsers.iter().filter_map(|browser| browser.timer).min();
        let hub = self.service.wake_at();
        let next = [events, timers, hub].into_iter().flatten().min();
        let Some(next) = next.filter(|next| *next <= end) else {
            self.now = end;
            return false;
        };
        if next > self.now {
            (self.now, self.at_once) = (next, 0);
        }
        self.at_once += 1;
        if self.at_once > MOST_AT_ONCE {
            panic!("rule broken: nothing feeds itself without end (time stands still)");
        }
        if hub == Some(next) {
            let outputs = self.service.feed(self.now, hub::Input::Tick);
            self.route(outputs);
        } else if timers == Some(next) {
            let due = self.browsers.iter().position(|browser| browser.timer == Some(next));
            if let Some(who) = due {
                self.note(|| format!("{who} wakes"));
                self.feed(who, Input::Wake);
            }
        } else if let Some(event) = self.events.take() {
            self.happens(event);
        }
        self.run_microtasks();
        true
    }

    fn run_microtasks(&mut self) {
        for who in 0..self.browsers.len() {
            while mem::take(&mut self.browsers[who].ticking) {
                self.feed(who, Input::Tick);
            }
        }
    }

    fn happens(&mut self, event: Event) {
        if let Event::Connect(socket)
        | Event::Opened(socket)
        | Event::Up(socket, _)
        | Event::Down(socket, _) = &event
        {
            let socket = *socket;
            if self.dice.chance(self.weather.cut) {
                self.cut(socket);
                // The frame itself arrives, or it is lost, and then all that is behind it, too.
                if self.dice.chance(500) {
                    match event {
                        Event::Connect(_) | Event::Up(..) => self.events.lose(socket, 0, ALL),
                        _ => self.events.lose(socket, ALL, 0),
                    }
                    return;
                }
            }
        }
        self.note(|| format!("  {event:?}"));
        match event {
            Event::Connect(id) => {
                let Some(client) = self.sockets.get(&id).map(|socket| socket.client.clone()) else {
                    return;
                };
                let user = self.browsers[id.0].user.clone();
                let (conn, outputs) = self.service.connect(self.now, &user, &client);
                self.conns.insert(conn, id);
                if let Some(socket) = self.sockets.get_mut(&id) {
                    socket.conn = Some(conn);
                }
                self.send_down(id, Event::Opened(id));
                self.route(outputs);
            }
            Event::Opened((who, number)) => {
                if let Some(open) = self.browsers[who].sockets.get_mut(&number) {
                    *open = true;
                }
                self.feed(who, Input::SocketOpened(number));
            }
            Event::Up(id, text) => self.arrives(id, text),
            Event::Down((who, number), text) => {
                self.browsers[who].page.came(&text);
                self.feed(who, Input::Frame(number, &text));
            }
            Event::Gone(id) => {
                let conn = self.sockets.get_mut(&id).and_then(|socket| socket.conn.take());
                if let Some(conn) = conn {
                    self.conns.remove(&conn);
                    let outputs = self.service.feed(self.now, hub::Input::Disconnected { conn });
                    self.route(outputs);
                }
            }
            Event::Closed((who, number)) => {
                self.browsers[who].sockets.remove(&number);
                self.feed(who, Input::SocketClosed(number, 0));
            }
            Event::Ask { who, request, url } => {
                let (status, body) = self.service.ask(self.now, &url);
                let status = Some(status).filter(|_| !self.dice.chance(self.weather.http / 2));
                let at = self.now + self.latency();
                self.events.add(at, Event::Answer { who, request, status, body });
            }
            Event::Answer { who, request, status, body } => {
                let fetches = &mut self.browsers[who].fetches;
                let Some(at) = fetches.iter().position(|own| *own == request) else { return };
                fetches.swap_remove(at);
                let body = body.as_str();
                self.feed(
                    who,
                    match status {
                        Some(status) => Input::HttpResponse { request, status, body },
                        None => Input::HttpFailed(request),
                    },
                );
            }
            Event::Token { who, fetched } => {
                let (least, most) = self.weather.token_life;
                let until = self.now + self.dice.between(least, most);
                let token = jwt(&self.browsers[who].user, until);
                if fetched {
                    return self.feed(who, Input::TokenFetched(Ok(&token)));
                }
                let now = self.now;
                if let Err(error) = self.browsers[who].core.set_token(now, &token) {
                    panic!("rule broken: setToken answers onNeedToken: {}", error.message);
                }
                self.carry_out(who, false);
            }
        }
    }

    /// A frame has come to the backend.
    fn arrives(&mut self, id: SocketId, text: String) {
        let Some(conn) = self.sockets.get(&id).and_then(|socket| socket.conn) else { return };
        let is_ack = text.ends_with("\"ACK\"]");
        let busy = !is_ack && self.dice.chance(self.weather.busy);
        if !busy && self.refusals.is_empty() {
            let outputs = self.service.feed(self.now, hub::Input::Frame { conn, text });
            return self.route(outputs);
        }
        let frame: Value = serde_json::from_str(&text).unwrap_or_default();
        if !busy {
            return self.refuse_or_serve(id, conn, &frame, text);
        }
        let status = if self.dice.chance(500) { 429 } else { 500 };
        // A service that fails may fail before or after it has done what it was asked.
        if status == 500 && self.dice.chance(300) {
            let mut outputs = self.service.feed(self.now, hub::Input::Frame { conn, text });
            let is_answer = |output: &hub::Output| match output {
                hub::Output::Send { conn: to, text } => {
                    *to == conn && !text.contains("\"PUBLISH\"")
                }
                _ => false,
            };
            outputs.retain(|output| !is_answer(output));
            self.route(outputs);
        }
        let body = json!({ "errorCode": "MADE_UP", "reasons": ["The weather is bad."] });
        let text = json!([frame[0], status, body]).to_string();
        self.send_down(id, Event::Down(id, text));
    }

    fn refuse_or_serve(&mut self, id: SocketId, conn: ConnId, frame: &Value, text: String) {
        let fits = |(method, path, ..): &(String, String, u16, String)| {
            frame[1] == **method && frame[2] == **path
        };
        let Some(at) = self.refusals.iter().position(fits) else {
            let outputs = self.service.feed(self.now, hub::Input::Frame { conn, text });
            return self.route(outputs);
        };
        let (.., status, code) = self.refusals.remove(at);
        let body = json!({ "errorCode": code, "reasons": ["The test wants it so."] });
        let text = json!([frame[0], status, body]).to_string();
        self.send_down(id, Event::Down(id, text));
    }

    /// Passes on what the backend has to say to its sockets.
    fn route(&mut self, outputs: Vec<hub::Output>) {
        for output in outputs {
            match output {
                hub::Output::Send { conn, text } => {
                    if let Some(id) = self.conns.get(&conn).copied() {
                        self.send_down(id, Event::Down(id, text));
                    }
                }
                hub::Output::Close { conn, .. } => {
                    let Some(id) = self.conns.remove(&conn) else { continue };
                    self.send_down(id, Event::Closed(id));
                    if let Some(socket) = self.sockets.get_mut(&id) {
                        socket.conn = None;
                        socket.broken = true;
                    }
                }
                _ => {}
            }
        }
    }

    fn latency(&mut self) -> u64 {
        let (least, most) = self.weather.latency;
        self.dice.between(least, most)
    }

    fn send_down(&mut self, id: SocketId, event: Event) {
        let at = self.now + self.latency();
        let Some(socket) = self.sockets.get_mut(&id).filter(|socket| !socket.broken) else {
            return;
        };
        socket.down_at = socket.down_at.max(at);
        self.events.add(socket.down_at, event);
    }

    fn send_up(&mut self, id: SocketId, event: Event) {
        let at = self.now + self.latency();
        let Some(socket) = self.sockets.get_mut(&id).filter(|socket| !socket.broken) else {
            return;
        };
        socket.up_at = socket.up_at.max(at);
        self.events.add(socket.up_at, event);
    }

    /// Breaks a socket: of what it still carries the first few frames arrive, and sooner or later
    /// both sides get to know.
    fn cut(&mut self, id: SocketId) {
        let Some(socket) = self.sockets.get_mut(&id).filter(|socket| !socket.broken) else {
            return;
        };
        socket.broken = true;
        let (up_at, down_at) = (socket.up_at, socket.down_at);
        let (up, down) = self.events.under_way(id);
        let up = self.dice.below(up as u64 + 1) as usize;
        let down = self.dice.below(down as u64 + 1) as usize;
        self.events.lose(id, up, down);
        self.note(|| format!("  socket {id:?} breaks; {up} frames up and {down} down get through"));
        let silent = self.dice.chance(self.weather.silent);
        let wait = if silent { 70_000 } else { 50 };
        let at = up_at.max(self.now) + self.dice.below(wait);
        self.events.add(at, Event::Gone(id));
        // A browser that is not told has to find out for itself.
        if !self.dice.chance(self.weather.silent) {
            let at = down_at.max(self.now) + self.latency();
            self.events.add(at, Event::Closed(id));
        }
    }

    // Feeding a core.

    pub(crate) fn feed(&mut self, who: usize, input: Input) {
        let browser = &mut self.browsers[who];
        let now = self.now;
        browser.core.handle(now, input);
        self.carry_out(who, matches!(input, Input::Wake));
    }

    /// Does what a core says, and then calls the listeners, as the package's JavaScript does.
    fn carry_out(&mut self, who: usize, woken: bool) {
        let mut applied = false;
        for output in self.browsers[who].take_outputs() {
            match output {
                Output::Apply(text) => {
                    self.note(|| format!("{who} applies {text}"));
                    if mem::replace(&mut applied, true) {
                        panic!("rule broken: the boundary is crossed once per input");
                    }
                    self.browsers[who].page.apply(&text);
                }
                Output::Tick => self.browsers[who].ticking = true,
                Output::OpenSocket { socket, url } => self.open_socket((who, socket), &url),
                Output::Send { socket, text } => self.send((who, socket), text),
                Output::CloseSocket { socket } => {
                    self.note(|| format!("{who} closes socket {socket}"));
                    self.browsers[who].sockets.remove(&socket);
                    self.send_up((who, socket), Event::Gone((who, socket)));
                }
                Output::Fetch(fetch) => self.fetch(who, fetch),
                Output::Abort { request } => {
                    self.browsers[who].fetches.retain(|own| *own != request);
                }
                Output::FetchToken | Output::NeedToken => {
                    let at = self.now + self.dice.between(1, 500);
                    let fetched = output == Output::FetchToken;
                    self.events.add(at, Event::Token { who, fetched });
                }
                Output::Warn(text) => self.note(|| format!("{who} warns: {text}")),
            }
        }
        let late = self.dice.below(self.weather.late);
        self.browsers[who].set_timer(self.now, woken, late);
        for number in self.browsers[who].page.take_called() {
            let own = self.browsers[who].page.subscription(number);
            let calls = self.fickle.get(&(who, number));
            if own.state == State::Active && calls == Some(&own.heard.len()) {
                self.unsubscribe(who, number);
            }
        }
    }

    fn open_socket(&mut self, id: SocketId, url: &str) {
        self.note(|| format!("{} opens socket {}", id.0, id.1));
        let open = &mut self.browsers[id.0].sockets;
        if !open.is_empty() {
            panic!("rule broken: one socket at a time: {} while {open:?}", id.1);
        }
        open.insert(id.1, false);
        let client = url.split("talkjs-client-id=").nth(1).unwrap_or("");
        let client = client.split('&').next().unwrap_or("").to_owned();
        let (up_at, down_at) = (self.now, self.now);
        let socket = Socket { conn: None, client, broken: false, up_at, down_at };
        self.sockets.insert(id, socket);
        self.send_up(id, Event::Connect(id));
        if self.dice.chance(self.weather.no_connect) {
            self.cut(id);
        }
    }

    fn send(&mut self, id: SocketId, text: String) {
        self.note(|| format!("{} sends on {} {text}", id.0, id.1));
        let browser = &mut self.browsers[id.0];
        if browser.sockets.get(&id.1) != Some(&true) {
            panic!("rule broken: frames are sent on an open socket: {} {text}", id.1);
        }
        if let Some(requests) = &mut browser.requests {
            let frame: Value = serde_json::from_str(&text).unwrap_or_default();
            let own = matches!(frame[2].as_str(), Some("/session/renew" | "/ping") | None);
            if !own {
                let part = |at: usize| frame[at].as_str().unwrap_or("").to_owned();
                requests.push(format!("{} {} {}", part(1), part(2), frame[3]));
            }
        }
        self.send_up(id, Event::Up(id, text));
    }

    fn fetch(&mut self, who: usize, fetch: Fetch) {
        let Fetch { request, url, .. } = fetch;
        self.note(|| format!("{who} fetches {url} as {request}"));
        self.browsers[who].fetches.push(request);
        let at = self.now + self.latency();
        if !self.dice.chance(self.weather.http) {
            self.browsers[who].refused = 0;
            return self.events.add(at, Event::Ask { who, request, url });
        }
        // After five refusals with 500 the session would end, and rightly so.
        let refused = &mut self.browsers[who].refused;
        let all = if *refused < 3 { 4 } else { 3 };
        let status = [None, Some(429), Some(502), Some(500)][self.dice.below(all) as usize];
        *refused += u32::from(status == Some(500));
        self.events.add(at, Event::Answer { who, request, status, body: String::new() });
    }

    // The other way in.

    /// A request of a user, carried out by the backend at once. Gives status and body.
    pub fn request(&mut self, user: &str, method: &str, path: &str, data: Value) -> (u64, Value) {
        let now = self.now;
        let (status, body, outputs) = self.service.request(now, user, method, path, &data);
        if method != "GET" {
            self.note(|| format!("{user} {method} {path} {data}: {status}"));
        }
        self.route(outputs);
        (status, body)
    }

    /// A user who only acts at the backend is offline, until the next request.
    pub fn leave(&mut self, user: &str) {
        self.note(|| format!("{user} leaves"));
        let outputs = self.service.leave(self.now, user);
        self.route(outputs);
    }

    /// Starts or stops writing down a browser's requests.
    pub fn watch(&mut self, who: usize) {
        self.browsers[who].requests = Some(Vec::new());
    }

    /// The requests that a browser sent since the last time, as `METHOD /path {data}`.
    pub fn take_requests(&mut self, who: usize) -> Vec<String> {
        self.browsers[who].requests.as_mut().map(mem::take).unwrap_or_default()
    }
}
