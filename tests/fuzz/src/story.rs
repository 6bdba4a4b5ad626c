//! A story: a client, the JavaScript around it, a clock, and the service, one step after the other.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{json, Value};
use talk_core::{Call, Client, Input, Output};
use talk_sim::{Dice, Page, State};

use crate::judge::check_whole;
use crate::model::{Target, FILTERS, ME};
use crate::plan::Plan;
use crate::service::Service;
use crate::wire::tame;
use crate::world::{EMOJI, START, USERS};

/// For how long a client counts on a restart that was announced.
const HANDOVER_MS: u64 = 60_000;

/// A client and the service that it talks to.
pub struct Story {
    /// The service, and what it has said.
    pub service: Service,
    /// The JavaScript side of the client.
    pub page: Page,
    /// How many frames the client got.
    pub frames: u64,
    /// What the subscriptions follow.
    pub targets: BTreeMap<u32, Target>,
    pub(crate) client: Client,
    pub(crate) now: u64,
    pub(crate) opening: Option<u32>,
    pub(crate) fetches: Vec<(u32, String)>,
    pub(crate) outputs: u64,
    dice: Dice,
    up: VecDeque<String>,
    ticking: bool,
    announced: Option<u64>,
    failures: u32,
    trace: bool,
}

impl Story {
    /// The story of a seed, with at most so many steps. `without`: what is left out, see
    /// [`Plan::without`]. `trace`: whether it prints what happens.
    pub fn new(seed: u64, steps: u64, without: &str, trace: bool) -> Story {
        let mut dice = Dice::new(seed);
        let mut plan = Plan::new(&mut dice).without(without);
        plan.steps = plan.steps.min(steps);
        if trace {
            println!("{plan:?}");
        }
        let options = json!({
            "appId": "demo",
            "userId": ME,
            "clientBuild": "standalone",
            "realtimeWsApiUrl": "ws://localhost:1/v1",
            "internalHttpApiUrl": "http://localhost:1/api",
            "restApiHttpUrl": "http://localhost:1/rest",
        });
        let random = [dice.bits(), dice.bits(), dice.bits(), dice.bits()];
        let client = Client::new(&options.to_string(), random, START);
        let mut service = Service::new(plan, Dice::new(seed ^ 0x5eed));
        service.populate();
        service.flush();
        service.shrunk.clear();
        let mut story = Story {
            service,
            page: Page::default(),
            frames: 0,
            targets: BTreeMap::new(),
            client,
            now: START + 100_000,
            opening: None,
            fetches: Vec::new(),
            outputs: 0,
            dice,
            up: VecDeque::new(),
            ticking: false,
            announced: None,
            failures: 0,
            trace,
        };
        story.page.forgives_remade = true;
        story.feed(Input::Tick);
        story
    }

    fn note(&self, what: &str, detail: &str) {
        if self.trace {
            let end = detail.char_indices().nth(60000).map_or(detail.len(), |(at, _)| at);
            println!("{:>9} {what} {}", self.now - START, &detail[..end]);
        }
    }

    // The client.

    /// Feeds the client, and does what it says.
    pub(crate) fn feed(&mut self, input: Input) {
        self.client.handle(self.now, input);
        while let Some(output) = self.client.poll() {
            self.outputs += 1;
            match output {
                Output::Apply(text) => {
                    self.note("    applies", &text);
                    self.page.apply(&tame(&text));
                }
                Output::Tick => self.ticking = true,
                Output::OpenSocket { socket, .. } => {
                    assert!(self.service.line.is_none(), "rule broken: one socket at a time");
                    self.opening = Some(socket);
                }
                Output::Send { socket, text } => {
                    self.note("  ->", &text);
                    let open = self.service.line.as_ref().map(|line| line.socket);
                    assert_eq!(open, Some(socket), "rule broken: frames go over an open socket");
                    self.up.push_back(text);
                }
                Output::CloseSocket { .. } => {
                    self.note("  closes", "");
                    self.opening = None;
                    self.lose();
                }
                Output::Fetch(fetch) => self.fetches.push((fetch.request, fetch.url)),
                Output::Abort { request } => self.fetches.retain(|(own, _)| *own != request),
                Output::NeedToken | Output::FetchToken => panic!("no token comes from the page"),
                Output::Warn(_) => {}
            }
        }
        for number in self.page.take_called() {
            if let Some(target) = self.targets.get(&number) {
                check_whole(target, self.page.subscription(number));
            }
        }
    }

    /// The socket is gone for the service.
    fn lose(&mut self) {
        let announced = self.announced.take().is_some_and(|at| self.now <= at + HANDOVER_MS);
        self.service.drop_handover();
        self.service.close(announced);
        self.up.clear();
    }

    pub(crate) fn tick(&mut self) {
        while std::mem::take(&mut self.ticking) {
            self.feed(Input::Tick);
        }
    }

    pub(crate) fn call(&mut self, call: Call, args: &Value) -> u32 {
        let number = self.page.new_call(call);
        self.note("calls", &format!("{call:?} {args} as {number}"));
        self.feed(Input::Call { number, call, args: &args.to_string() });
        number
    }

    pub(crate) fn subscribe(&mut self, target: Target) -> u32 {
        let (call, args) = match &target {
            Target::User(id) => (Call::UserSubscribe, json!([id])),
            Target::Online(id) => (Call::OnlineSubscribe, json!([id])),
            Target::List(filter) => (Call::ListSubscribe, json!([FILTERS[*filter]])),
            Target::Side(id) => (Call::ConversationSubscribe, json!([id])),
            Target::Messages(id) => (Call::MessagesSubscribe, json!([id])),
            Target::Members(id) => (Call::ParticipantsSubscribe, json!([id])),
            Target::Participant(id, user) => (Call::ParticipantSubscribe, json!([id, user])),
            Target::Typing(id) => (Call::TypingSubscribe, json!([id])),
            Target::Reactions(id, message, emoji) => {
                (Call::ReactionsSubscribe, json!([id, message, emoji]))
            }
        };
        let number = self.page.new_subscription(call, &args);
        self.note("subscribes", &format!("{target:?} as {number}"));
        self.targets.insert(number, target);
        self.feed(Input::Call { number, call, args: &args.to_string() });
        number
    }

    pub(crate) fn unsubscribe(&mut self, number: u32) {
        if self.page.end_subscription(number) {
            self.note("unsubscribes", &number.to_string());
            let args = format!("[{number}]");
            self.feed(Input::Call { number: 0, call: Call::Unsubscribe, args: &args });
        }
    }

    // What is under way.

    fn take_up(&mut self) -> bool {
        let Some(text) = self.up.pop_front() else { return false };
        self.service.takes(&text);
        true
    }

    fn take_down(&mut self) -> bool {
        let Some(line) = &mut self.service.line else { return false };
        let socket = line.socket;
        let Some(text) = line.down.pop_front() else { return false };
        self.frames += 1;
        self.note("<-", &text);
        if text.contains("\"upstream.restarting\"") {
            self.announced = Some(self.now);
        }
        self.feed(Input::Frame(socket, &text));
        true
    }

    fn answer(&mut self, any: bool) -> bool {
        let waiting = self.service.line.as_ref().map_or(0, |line| line.answers.len());
        if waiting == 0 {
            return false;
        }
        let at = if any { self.dice.below(waiting as u64) as usize } else { 0 };
        self.service.answer(at);
        true
    }

    /// The socket opens that the client wants, or cannot be opened.
    fn connect(&mut self) -> bool {
        let Some(socket) = self.opening.take() else { return false };
        if !self.service.calm && self.dice.chance(self.service.plan.drops) {
            self.feed(Input::SocketClosed(socket, 0));
        } else {
            self.service.open(socket);
            self.feed(Input::SocketOpened(socket));
        }
        true
    }

    /// Answers what the client asks over HTTP.
    fn fetch(&mut self) -> bool {
        if self.fetches.is_empty() {
            return false;
        }
        let (request, url) = self.fetches.remove(0);
        let odd = !self.service.calm && self.dice.chance(self.service.plan.busy);
        let (status, body) = match (odd, url.contains("/bokens/")) {
            (true, boken) => {
                let all = [(429, ""), (502, "null"), (500, ""), (200, "{\"boken\":5}"), (0, "")];
                let most = if self.failures < 3 && boken { 4 } else { 2 };
                let at = self.dice.below(most) as usize;
                self.failures += u32::from(at >= 2);
                all[at]
            }
            (false, true) => {
                self.failures = 0;
                (200, "{\"boken\":\"b\",\"boken\":\"token\"}")
            }
            (false, false) => (200, "{}"),
        };
        self.feed(Input::HttpResponse { request, status, body });
        true
    }

    /// Time passes until the client wants to be woken, and no longer than until then.
    fn pass(&mut self, until: u64) -> bool {
        let Some(at) = self.client.next_wake().filter(|at| *at <= until) else {
            self.now = self.now.max(until);
            return false;
        };
        self.now = self.now.max(at);
        self.feed(Input::Wake);
        true
    }

    /// The socket breaks; a few frames more arrive, or none.
    pub(crate) fn drop_socket(&mut self) {
        let Some(socket) = self.service.line.as_ref().map(|line| line.socket) else { return };
        for _ in 0..self.dice.below(3) {
            self.take_down();
        }
        if self.service.line.as_ref().map(|line| line.socket) == Some(socket) {
            self.note("drops", "");
            self.lose();
            self.feed(Input::SocketClosed(socket, 0));
        }
    }

    /// The service restarts, as it has announced, and hands over.
    fn restart(&mut self) {
        let Some(line) = self.service.line.as_ref().filter(|line| line.logged_in) else { return };
        let socket = line.socket;
        self.service.publish("{\"type\":\"upstream.restarting\"}");
        while self.take_down() {}
        // The client may have dropped it by itself.
        let same = |line: &crate::service::Line| line.socket == socket && line.logged_in;
        if self.service.line.as_ref().is_some_and(same) && self.announced.is_some() {
            self.note("restarts", "");
            self.lose();
            self.feed(Input::SocketClosed(socket, 1012));
        }
        self.announced = None;
    }

    /// The login ends; the client is told.
    fn lapse(&mut self) {
        if self.service.line.as_ref().is_some_and(|line| line.logged_in) {
            self.service.publish("{\"type\":\"session.expired\"}");
            self.service.lapse();
        }
    }

    // The story itself.

    /// Plays it up to its end, and judges.
    pub fn play(&mut self) {
        for step in 0..self.service.plan.steps {
            self.step(step);
        }
        self.calm_down();
        self.judge_first();
        self.judge_reloaded();
        self.judge_silence();
    }

    fn step(&mut self, step: u64) {
        if self.trace {
            println!("-- step {step}");
        }
        let late = self.service.plan.late;
        match self.dice.below(100) {
            0..=9 => self.app(),
            10..=24 => {
                let acts = if self.dice.chance(50) { 20 } else { 1 };
                (0..acts).for_each(|_| self.service.act());
            }
            25..=29 => {
                self.now += self.dice.below(400);
                let until = self.now + self.dice.below(1 + self.dice.clone().below(30_000));
                self.pass(until);
            }
            30..=33 => {
                let plan = &self.service.plan;
                let (garbage, drops) = (plan.garbage, plan.drops);
                let (lapses, restarts) = (plan.lapses, plan.restarts);
                if self.dice.chance(garbage * 5) && self.service.line.is_some() {
                    let frame = self.service.garbage_frame();
                    self.service.send(frame);
                }
                if self.dice.chance(garbage * 5) {
                    let logged_in = self.service.line.as_ref().is_some_and(|line| line.logged_in);
                    let event = self.service.garbage_event();
                    if logged_in {
                        self.service.publish(&event);
                    }
                }
                if self.dice.chance(drops * 5) {
                    self.drop_socket();
                }
                if self.dice.chance(lapses * 5) {
                    self.lapse();
                }
                if self.dice.chance(restarts * 5) {
                    self.restart();
                }
            }
            34..=49 => _ = self.take_up(),
            50..=64 if late => _ = self.answer(true),
            65..=69 => _ = self.connect() || self.fetch(),
            _ => _ = self.take_down(),
        }
        if !late {
            while self.answer(false) {}
        }
        if self.dice.chance(800) {
            self.tick();
        }
    }

    fn some_target(&mut self) -> Target {
        let id = self.service.some_conversation();
        let user = self.dice.pick(USERS).copied().unwrap_or(ME).to_owned();
        match self.dice.below(14) {
            0 => Target::User(user),
            1 => Target::Online(user),
            2 | 3 => Target::List(0),
            4 => Target::List(self.dice.below(FILTERS.len() as u64) as usize),
            5 | 6 => Target::Side(id),
            7..=9 => Target::Messages(id),
            10 => Target::Members(id),
            11 => Target::Participant(id, user),
            12 => Target::Typing(id),
            _ => {
                let message =
                    self.service.some_message(&id).unwrap_or_else(|| "nowhere".to_owned());
                let emoji = self.dice.pick(EMOJI).copied().unwrap_or("").to_owned();
                Target::Reactions(id, message, emoji)
            }
        }
    }

    /// The application does something.
    fn app(&mut self) {
        let live: Vec<u32> = self.page.live().map(|(number, _)| number).collect();
        let some = self.dice.pick(&live).copied();
        let id = self.service.some_conversation();
        let user = self.dice.pick(USERS).copied().unwrap_or(ME).to_owned();
        let message = self.service.some_message(&id).unwrap_or_else(|| "nowhere".to_owned());
        let emoji = self.dice.pick(EMOJI).copied().unwrap_or("").to_owned();
        match (self.dice.below(40), some) {
            (0..=12, _) if live.len() < 14 => {
                let target = self.some_target();
                self.subscribe(target);
            }
            (13..=16, Some(number)) => self.unsubscribe(number),
            (17..=20, Some(number)) => {
                let lists = |target: &Target| {
                    matches!(
                        target,
                        Target::List(_)
                            | Target::Messages(_)
                            | Target::Members(_)
                            | Target::Reactions(..)
                    )
                };
                if self.targets.get(&number).is_some_and(lists) {
                    let count = self.dice.between(1, 60);
                    self.call(Call::LoadMore, &json!([number, count]));
                }
            }
            (21, _) => _ = self.call(Call::UserGet, &json!([user])),
            (22, _) => _ = self.call(Call::ConversationGet, &json!([id])),
            (23, _) => _ = self.call(Call::ParticipantGet, &json!([id, user])),
            (24 | 25, _) => _ = self.call(Call::MessageGet, &json!([id, message])),
            (26, _) => _ = self.call(Call::UserSet, &json!([user, { "name": "n" }])),
            (27, _) => _ = self.call(Call::ConversationSet, &json!([id, { "subject": "s" }])),
            (28, _) => _ = self.call(Call::ConversationCreate, &json!([id, {}])),
            (29, _) => _ = self.call(Call::ConversationRead, &json!([id])),
            (30, _) => _ = self.call(Call::ConversationSend, &json!([id, { "text": "*hi*" }])),
            (31, _) => _ = self.call(Call::ParticipantEdit, &json!([id, user, { "notify": true }])),
            (32, _) => _ = self.call(Call::ParticipantDelete, &json!([id, user])),
            (33, _) => _ = self.call(Call::MessageEdit, &json!([id, message, { "text": "e" }])),
            (34, _) => _ = self.call(Call::MessageDelete, &json!([id, message])),
            (35, _) => _ = self.call(Call::ReactionAdd, &json!([id, message, emoji])),
            (36, _) => _ = self.call(Call::Translate, &json!([id, message, "en"])),
            (37, _) => self.feed(Input::Online),
            (38, _) => _ = self.call(Call::ConversationTyping, &json!([id])),
            _ => {}
        }
    }

    /// From now on the service behaves, and everything comes to its end.
    pub(crate) fn calm_down(&mut self) {
        self.note("calm", "");
        self.service.calm = true;
        self.run(150_000);
        // What no answer came for is given up, and asked for once more.
        for _ in 0..4 {
            if !self.page.pending().is_empty() || self.has_waiting() {
                self.run(60_000);
            }
        }
    }

    fn has_waiting(&self) -> bool {
        self.page.live().any(|(_, own)| own.state == State::Pending)
    }

    /// Lets time pass while everything is answered at once.
    pub(crate) fn run(&mut self, ms: u64) {
        let until = self.now + ms;
        let mut at_once = 0;
        loop {
            self.tick();
            let before = self.now;
            let going = self.take_down()
                || self.take_up()
                || self.answer(false)
                || self.connect()
                || self.fetch()
                || self.pass(until);
            if !going {
                break;
            }
            at_once = if self.now > before { 0 } else { at_once + 1 };
            assert!(at_once < 100_000, "rule broken: nothing feeds itself without end");
        }
    }
}
