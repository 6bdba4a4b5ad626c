//! The one place that touches the hub: a task that takes what happened, asks the hub, stores what
//! has to be kept, and only then lets anything go out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{json, Value};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::clock::Clock;
use super::complain;
use super::control::{Command, Faults, Verdict};
use super::files::FileStore;
use super::store::Store;
use crate::hub::{ApiError, Ask, ConnId, Control, Hub, Input, Output, Reply};

/// How many requests may wait for the driver before those who send more have to wait themselves.
const MOST_REQUESTS: usize = 1024;
/// How many requests are stored in one transaction at the most.
const MOST_AT_ONCE: usize = 64;
/// How many frames may wait for a client that does not read them.
const MOST_WAITING: usize = 4096;

/// From the driver to a socket. The end of these without a `Close` drops the connection as a broken
/// cable would: without a close frame.
#[derive(Debug)]
pub(super) enum ToSocket {
    /// Send this, but not before a moment if there is one.
    Text { text: String, not_before: Option<Instant> },
    /// Say why and close.
    Close { code: u16, reason: &'static str },
}

/// What the rest of the shell wants of the driver.
pub(super) enum Request {
    /// Something happened on a socket.
    Input(Input),
    /// A new socket; the answer is what comes out for it.
    Open {
        app: String,
        user: String,
        client: String,
        base_url: String,
        opened: oneshot::Sender<(ConnId, mpsc::Receiver<ToSocket>)>,
    },
    /// A question of an HTTP request.
    Ask { ask: Ask, reply: oneshot::Sender<Result<Reply, ApiError>> },
    /// Is there a made-up answer for this HTTP request?
    Fault { method: String, path: String, reply: oneshot::Sender<Option<Verdict>> },
    /// A command for tests.
    Control { command: Command, reply: oneshot::Sender<Result<Value, ApiError>> },
    /// How long does a frame take to go out?
    Pace { reply: oneshot::Sender<Duration> },
}

/// The way to the driver.
#[derive(Clone)]
pub(super) struct Link(mpsc::Sender<Request>);

impl Link {
    /// Hands in a request. Once the driver has stopped, requests have no effect.
    pub(super) async fn send(&self, request: Request) {
        let _ = self.0.send(request).await;
    }

    /// How long tests want each piece of an answer to take.
    pub(super) async fn pace(&self) -> Duration {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Pace { reply }).await;
        answer.await.unwrap_or_default()
    }

    /// Asks the hub.
    pub(super) async fn ask(&self, ask: Ask) -> Result<Reply, ApiError> {
        let (reply, answer) = oneshot::channel();
        self.send(Request::Ask { ask, reply }).await;
        answer.await.unwrap_or_else(|_| Err(stopping()))
    }
}

/// The answer of a server that is about to end.
pub(super) fn stopping() -> ApiError {
    ApiError::new(503, "STOPPING", "The server is stopping.")
}

/// What a driver starts with.
pub(super) struct Setup {
    pub(super) hub: Hub,
    pub(super) store: Store,
    pub(super) files: Arc<FileStore>,
    pub(super) control: bool,
}

pub(super) struct Driver {
    hub: Hub,
    store: Store,
    files: Arc<FileStore>,
    clock: Clock,
    faults: Option<Faults>,
    requests: mpsc::Receiver<Request>,
    sockets: BTreeMap<ConnId, mpsc::Sender<ToSocket>>,
    replies: BTreeMap<u64, oneshot::Sender<Result<Reply, ApiError>>>,
    /// What the requests of this round wait for.
    answers: Vec<Box<dyn FnOnce() + Send>>,
    last_conn: ConnId,
    last_ask: u64,
}

impl Driver {
    /// Starts the task. It ends when `stopped` says so, or with an error when it cannot store.
    pub(super) fn start(
        setup: Setup,
        stopped: watch::Receiver<bool>,
    ) -> (Link, JoinHandle<Result<(), String>>) {
        let (link, requests) = mpsc::channel(MOST_REQUESTS);
        let Setup { hub, store, files, control } = setup;
        let driver = Driver {
            hub,
            store,
            files,
            clock: Clock::default(),
            faults: control.then(Faults::default),
            requests,
            sockets: BTreeMap::new(),
            replies: BTreeMap::new(),
            answers: Vec::new(),
            last_conn: 0,
            last_ask: 0,
        };
        (Link(link), tokio::spawn(driver.run(stopped)))
    }

    async fn run(mut self, mut stopped: watch::Receiver<bool>) -> Result<(), String> {
        loop {
            let wait = self.time_to_wake();
            let first = tokio::select! {
                request = self.requests.recv() => request,
                () = tokio::time::sleep(wait) => None,
                _ = stopped.wait_for(|stop| *stop) => break,
            };
            let mut round: VecDeque<Request> = first.into_iter().collect();
            while round.len() < MOST_AT_ONCE {
                let Ok(request) = self.requests.try_recv() else { break };
                round.push_back(request);
            }
            self.round(round)?;
        }
        for socket in self.sockets.values() {
            let _ = socket.try_send(ToSocket::Close { code: 1001, reason: "the server stops" });
        }
        Ok(())
    }

    /// How long nothing has to be done if nothing happens.
    fn time_to_wake(&self) -> Duration {
        // A clock that stands still reaches no moment; whoever moves it sends a request.
        let idle = Duration::from_secs(3600);
        match self.hub.wake_at() {
            Some(at) if self.clock.fixed.is_none() => {
                Duration::from_millis(at.saturating_sub(self.clock.now())).min(idle)
            }
            _ => idle,
        }
    }

    /// Takes in a few requests, stores what they changed in one transaction, lets the answers out.
    fn round(&mut self, round: VecDeque<Request>) -> Result<(), String> {
        let mut outputs = Vec::new();
        if round.is_empty() {
            outputs.extend(self.hub.handle(self.clock.now(), Input::Tick));
        }
        for request in round {
            self.take(request, &mut outputs);
        }
        let store = &mut self.store;
        tokio::task::block_in_place(|| store.write(&outputs))
            .map_err(|why| format!("cannot store: {why}"))?;
        for output in outputs {
            self.carry_out(output);
        }
        for answer in std::mem::take(&mut self.answers) {
            answer();
        }
        Ok(())
    }

    fn take(&mut self, request: Request, outputs: &mut Vec<Output>) {
        match request {
            Request::Input(input) => self.take_input(input, outputs),
            Request::Open { app, user, client, base_url, opened } => {
                self.last_conn += 1;
                let conn = self.last_conn;
                let (sender, receiver) = mpsc::channel(MOST_WAITING);
                self.sockets.insert(conn, sender);
                if let Some(faults) = &mut self.faults {
                    faults.opened(conn, &user);
                }
                let input = Input::Connected { conn, app, user, client, base_url };
                outputs.extend(self.hub.handle(self.clock.now(), input));
                self.answers.push(Box::new(move || {
                    let _ = opened.send((conn, receiver));
                }));
            }
            Request::Ask { ask, reply } => {
                self.last_ask += 1;
                let id = self.last_ask;
                self.replies.insert(id, reply);
                outputs.extend(self.hub.handle(self.clock.now(), Input::Ask { id, ask }));
            }
            Request::Fault { method, path, reply } => {
                let verdict = self.faults.as_mut().and_then(|faults| faults.judge(&method, &path));
                let _ = reply.send(verdict);
            }
            Request::Pace { reply } => {
                let _ = reply.send(self.faults.as_ref().map(|it| it.delay).unwrap_or_default());
            }
            Request::Control { command, reply } => {
                let body = self.control(command, outputs);
                self.answers.push(Box::new(move || {
                    let _ = reply.send(body);
                }));
            }
        }
    }

    /// Takes in what happened on a socket, unless a fault is in the way.
    fn take_input(&mut self, input: Input, outputs: &mut Vec<Output>) {
        let now = self.clock.now();
        let (Some(faults), Input::Frame { conn, text }) = (&mut self.faults, &input) else {
            if let Input::Disconnected { conn } = &input {
                self.sockets.remove(conn);
                if let Some(faults) = &mut self.faults {
                    faults.closed(*conn);
                }
            }
            outputs.extend(self.hub.handle(now, input));
            return;
        };
        let conn = *conn;
        match faults.frame(now, conn, text) {
            None => outputs.extend(self.hub.handle(now, input)),
            Some(Verdict::Ignore) => {}
            Some(Verdict::Answer { id, status, body }) => {
                let text = json!([id, status, body]).to_string();
                outputs.push(Output::Send { conn, text });
            }
            Some(Verdict::DropAfter) => {
                let caused = self.hub.handle(now, input);
                let to_others = caused.into_iter().filter(
                    |output| !matches!(output, Output::Send { conn: to, .. } if *to == conn),
                );
                outputs.extend(to_others);
                self.kill(conn, outputs);
            }
        }
    }

    /// Cuts a socket off without a close frame.
    fn kill(&mut self, conn: ConnId, outputs: &mut Vec<Output>) {
        self.sockets.remove(&conn);
        if let Some(faults) = &mut self.faults {
            faults.closed(conn);
        }
        outputs.extend(self.hub.handle(self.clock.now(), Input::Disconnected { conn }));
    }

    fn control(&mut self, command: Command, outputs: &mut Vec<Output>) -> Result<Value, ApiError> {
        let Some(faults) = &mut self.faults else { return Ok(json!({})) };
        let hub = match command {
            Command::Hub(control) => Some(control),
            Command::Drop { user } => {
                let conns = faults.conns_of(&user);
                for conn in &conns {
                    self.kill(*conn, outputs);
                }
                return Ok(json!({ "sockets": conns.len() }));
            }
            Command::Clock { now } => {
                self.clock.fixed = now;
                outputs.extend(self.hub.handle(self.clock.now(), Input::Tick));
                None
            }
            Command::Log => return Ok(faults.take_log()),
            Command::Ask(ask) => return self.ask_now(ask, outputs),
            Command::Rule(rule) => {
                faults.add(rule);
                None
            }
            Command::Delay { ms } => {
                faults.delay = Duration::from_millis(ms);
                None
            }
            Command::Mute { user, on } => {
                let count = faults.mute(&user, on);
                return Ok(json!({ "sockets": count }));
            }
        };
        if let Some(control) = hub {
            if control == Control::Reset {
                faults.reset();
                self.clock.fixed = None;
            }
            outputs.extend(self.hub.handle(self.clock.now(), Input::Control(control)));
        }
        Ok(json!({}))
    }

    /// Asks the hub something that a test wants to know, or wants to be so.
    fn ask_now(&mut self, ask: Ask, outputs: &mut Vec<Output>) -> Result<Value, ApiError> {
        let mut answer = Ok(json!({}));
        for output in self.hub.handle(self.clock.now(), Input::Ask { id: 0, ask }) {
            match output {
                Output::Reply { reply: Ok(Reply::User(user)), .. } => answer = Ok(user),
                Output::Reply { reply: Err(error), .. } => answer = Err(error),
                Output::Reply { reply: Ok(_), .. } => {}
                other => outputs.push(other),
            }
        }
        answer
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Save(_) | Output::Delete(_) => {}
            Output::Wipe => {
                let files = &self.files;
                if let Err(error) = tokio::task::block_in_place(|| files.wipe()) {
                    complain(&format!("cannot remove the uploaded files: {error}"));
                }
            }
            Output::Send { conn, text } => self.send(conn, text),
            Output::Close { conn, code, reason } => {
                if let Some(socket) = self.sockets.remove(&conn) {
                    let _ = socket.try_send(ToSocket::Close { code, reason });
                }
            }
            Output::Reply { id, reply } => {
                if let Some(sender) = self.replies.remove(&id) {
                    let _ = sender.send(reply);
                }
            }
        }
    }

    fn send(&mut self, conn: ConnId, text: String) {
        let mut not_before = None;
        if let Some(faults) = &mut self.faults {
            if !faults.lets_out(self.clock.now(), conn, &text) {
                return;
            }
            not_before = faults.moment();
        }
        let Some(socket) = self.sockets.get(&conn) else { return };
        if socket.try_send(ToSocket::Text { text, not_before }).is_err() {
            // It reads too slowly, or is gone: without this its frames would pile up for ever.
            self.sockets.remove(&conn);
        }
    }
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
