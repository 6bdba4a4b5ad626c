//! One client and a service that a script plays, frame by frame: for answers that come in an order,
//! or say things, that no real service would choose.

use serde_json::{json, Value};
use talk_core::{Call, Client, Input, Output};

use crate::page::{Page, State};
use crate::snapshot::Snapshot;

/// A client that gets a token whenever it wants one. It is logged in as soon as it has opened a
/// socket, and its pings are answered; everything else is the script's.
pub struct Solo {
    /// The JavaScript side.
    pub page: Page,
    client: Client,
    now: u64,
    socket: u32,
    open: bool,
    ticking: bool,
    logs_in: bool,
    sent: Vec<Sent>,
    /// The addresses of the requests over HTTP, by number.
    pub fetched: Vec<(u32, String)>,
    /// The numbers of the pushes that were acknowledged.
    pub acknowledged: Vec<u64>,
}

/// A request that the client has sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Its number on its socket.
    pub id: u64,
    /// The method and the path, as in `GET /users`.
    pub what: String,
    /// What it is sent with.
    pub data: Value,
}

impl Solo {
    /// A session of alice that has done nothing yet.
    pub fn new() -> Solo {
        Solo::with(json!({ "tokenFetcher": true }))
    }

    /// A session of alice with these options.
    pub fn with(mut options: Value) -> Solo {
        options["appId"] = json!("app");
        options["userId"] = json!("alice");
        options["realtimeWsApiUrl"] = json!("ws://w");
        options["internalHttpApiUrl"] = json!("http://i");
        options["restApiHttpUrl"] = json!("http://r");
        let now = 1_800_000_000_000;
        let mut solo = Solo {
            page: Page::default(),
            client: Client::new(&options.to_string(), [1, 2, 3, 4], now),
            now,
            socket: 0,
            open: false,
            ticking: false,
            logs_in: true,
            sent: Vec::new(),
            fetched: Vec::new(),
            acknowledged: Vec::new(),
        };
        solo.drain();
        // The app exists.
        solo.respond(1, 200, "{}");
        solo
    }

    /// The application calls a method.
    pub fn call(&mut self, call: Call, args: Value) -> u32 {
        let number = self.page.new_call(call);
        self.feed(Input::Call { number, call, args: &args.to_string() });
        number
    }

    /// The application subscribes.
    pub fn subscribe(&mut self, call: Call, args: Value) -> u32 {
        let number = self.page.new_subscription(call, &args);
        self.feed(Input::Call { number, call, args: &args.to_string() });
        number
    }

    /// The application unsubscribes.
    pub fn unsubscribe(&mut self, number: u32) {
        if self.page.end_subscription(number) {
            let args = format!("[{number}]");
            self.feed(Input::Call { number: 0, call: Call::Unsubscribe, args: &args });
        }
    }

    /// The requests that were sent since the last time.
    pub fn sent(&mut self) -> Vec<Sent> {
        self.tick();
        std::mem::take(&mut self.sent)
    }

    /// The one request of this kind that was sent since the last time. Others are forgotten.
    #[track_caller]
    pub fn sent_one(&mut self, what: &str) -> Sent {
        let sent = self.sent();
        let mut found = sent.iter().filter(|request| request.what == what);
        match (found.next(), found.next()) {
            (Some(request), None) => request.clone(),
            _ => panic!("one {what} is sent: {sent:?}"),
        }
    }

    /// The service answers.
    pub fn answer(&mut self, id: u64, status: u16, body: Value) {
        self.frame(&json!([id, status, body]).to_string());
    }

    /// The service pushes events.
    pub fn push(&mut self, seq: u64, events: &[Value]) {
        let mut frame = vec![json!(seq), json!("PUBLISH")];
        frame.extend_from_slice(events);
        self.frame(&Value::from(frame).to_string());
    }

    /// A message comes.
    pub fn frame(&mut self, text: &str) {
        self.page.came(text);
        self.feed(Input::Frame(self.socket, text));
    }

    /// An answer over HTTP comes.
    pub fn respond(&mut self, request: u32, status: u16, body: &str) {
        self.feed(Input::HttpResponse { request, status, body });
    }

    /// Answers everything that was sent, and what is sent thereupon, as `service` says.
    pub fn serve(&mut self, mut service: impl FnMut(&Sent) -> (u16, Value)) {
        loop {
            let sent = self.sent();
            if sent.is_empty() {
                return;
            }
            for request in sent {
                let (status, body) = service(&request);
                self.answer(request.id, status, body);
            }
        }
    }

    /// The socket is lost, and the client is back at once.
    pub fn drop_socket(&mut self) {
        self.close_socket(1006);
    }

    /// The socket is closed with a code, and the client comes back.
    pub fn close_socket(&mut self, code: u32) {
        let socket = self.socket;
        self.sent.clear();
        self.feed(Input::SocketClosed(socket, code));
        self.pass(2_000);
    }

    /// The service answers logins, or not.
    pub fn answer_logins(&mut self, on: bool) {
        self.logs_in = on;
    }

    /// Time passes.
    pub fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        self.tick();
        while let Some(at) = self.client.next_wake().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.feed(Input::Wake);
            self.tick();
        }
        self.now = end;
    }

    /// The latest snapshot of a subscription.
    #[track_caller]
    pub fn shown(&self, subscription: u32) -> Value {
        self.latest(subscription).to_value()
    }

    /// The ids in the latest snapshot of a subscription.
    #[track_caller]
    pub fn ids(&self, subscription: u32) -> Vec<String> {
        self.latest(subscription).ids()
    }

    #[track_caller]
    fn latest(&self, subscription: u32) -> &Snapshot {
        match self.page.subscription(subscription).latest() {
            Some(heard) => &heard.snapshot,
            None => panic!("subscription {subscription} has no snapshot yet"),
        }
    }

    /// How many messages the client holds.
    pub fn messages_held(&self) -> usize {
        self.client.held().iter().filter(|held| held.contains("/messages/")).count()
    }

    /// Whether a subscription has a snapshot.
    pub fn is_active(&self, subscription: u32) -> bool {
        self.page.subscription(subscription).state == State::Active
    }

    /// Ends all subscriptions, and checks that nothing is held when nobody wants anything.
    #[track_caller]
    pub fn close(mut self) {
        let live: Vec<u32> = self.page.live().map(|(number, _)| number).collect();
        live.into_iter().for_each(|number| self.unsubscribe(number));
        for _ in 0..20 {
            self.pass(10_000);
            self.serve(|_| (200, json!({})));
        }
        assert_eq!(self.page.pending(), Vec::<u32>::new(), "no call waits");
        assert_eq!(self.page.kept(), 0, "what nobody shows is freed");
        assert!(!self.open, "an unused socket is closed");
        assert_eq!(self.client.held(), Vec::<String>::new(), "nothing is held");
        assert_eq!(self.client.next_wake(), None, "no timer is left");
    }

    fn tick(&mut self) {
        while std::mem::take(&mut self.ticking) {
            self.feed(Input::Tick);
        }
    }

    fn feed(&mut self, input: Input) {
        self.client.handle(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        let (mut opened, mut fetcher) = (None, false);
        let mut answers = Vec::new();
        while let Some(output) = self.client.poll() {
            match output {
                Output::OpenSocket { socket, .. } => opened = Some(socket),
                Output::CloseSocket { .. } => self.open = false,
                Output::Send { text, .. } => answers.extend(self.take_frame(&text)),
                Output::Fetch(fetch) => self.fetched.push((fetch.request, fetch.url)),
                Output::Tick => self.ticking = true,
                Output::Apply(operations) => self.page.apply(&operations),
                Output::FetchToken => fetcher = true,
                Output::Abort { .. } | Output::NeedToken => {}
                Output::Warn(_) => {}
            }
        }
        if let Some(socket) = opened {
            (self.socket, self.open) = (socket, true);
            self.feed(Input::SocketOpened(socket));
        }
        if fetcher {
            self.feed(Input::TokenFetched(Ok("T")));
        }
        for text in answers {
            self.frame(&text);
        }
    }

    /// Notes a request. Gives the answer to those that are the connection's own.
    fn take_frame(&mut self, text: &str) -> Option<String> {
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        let (id, method) = (frame[0].as_u64()?, frame[1].as_str()?);
        match (method, frame[2].as_str()) {
            ("GET", Some("/ping")) => Some(json!([id, 200, {}]).to_string()),
            ("POST", Some("/session/renew")) => {
                self.logs_in.then(|| json!([id, 200, { "expiresInSeconds": null }]).to_string())
            }
            ("ACK", _) => {
                self.acknowledged.push(id);
                None
            }
            (_, Some(path)) => {
                let what = format!("{method} {path}");
                self.sent.push(Sent { id, what, data: frame[3].clone() });
                None
            }
            _ => None,
        }
    }
}

impl Default for Solo {
    fn default() -> Solo {
        Solo::new()
    }
}
