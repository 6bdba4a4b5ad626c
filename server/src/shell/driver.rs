//! The one place that touches the hub: a task that takes what happened, asks the hub, stores what
//! has to be kept, and only then lets anything go out.

mod full;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{json, Value};
use tokio::sync::{mpsc, oneshot, watch, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

pub(super) use self::full::full;
use super::clock::Clock;
use super::complain;
use super::control::{Command, Faults, Verdict};
use super::files::FileStore;
use super::limits::Limits;
use super::queue::{queue, Feeder, Refused, Waiting};
use super::store::{Store, Trouble};
use crate::hub::{ApiError, Ask, ConnId, Control, Hub, Input, Output, Reply};

/// How many requests may wait for the driver before those who send more have to wait themselves.
const MOST_REQUESTS: usize = 1024;
/// How many requests are stored in one transaction at the most.
const MOST_AT_ONCE: usize = 64;
/// How many bytes of answers are held until they are stored, after which a transaction ends early.
const MOST_BYTES_AT_ONCE: usize = 4 << 20;
/// How many bytes of frames may wait for the driver, over all sockets.
const MOST_BYTES_COMING: usize = 64 << 20;

/// What the rest of the shell wants of the driver.
pub(super) enum Request {
    /// Something happened on a socket.
    Input(Input),
    /// A frame came. It gives the room that it takes back when it has been served.
    Frame { conn: ConnId, text: String, room: OwnedSemaphorePermit },
    /// A new socket; the answer is what comes out for it.
    Open {
        app: String,
        user: String,
        client: String,
        base_url: String,
        opened: oneshot::Sender<(ConnId, Waiting)>,
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
pub(super) struct Link {
    requests: mpsc::Sender<Request>,
    /// Room for frames, in bytes.
    room: Arc<Semaphore>,
}

impl Link {
    /// Hands in a request. Once the driver has stopped, requests have no effect.
    pub(super) async fn send(&self, request: Request) {
        let _ = self.requests.send(request).await;
    }

    /// Hands in a frame, once there is room for it.
    pub(super) async fn frame(&self, conn: ConnId, text: String) {
        let bytes = u32::try_from(text.len().min(MOST_BYTES_COMING)).unwrap_or(u32::MAX);
        let Ok(room) = self.room.clone().acquire_many_owned(bytes).await else { return };
        self.send(Request::Frame { conn, text, room }).await;
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
    pub(super) limits: Limits,
}

pub(super) struct Driver {
    hub: Hub,
    store: Store,
    files: Arc<FileStore>,
    clock: Clock,
    faults: Option<Faults>,
    requests: mpsc::Receiver<Request>,
    sockets: BTreeMap<ConnId, Feeder>,
    /// Those that read too slowly and were given up, of which the hub does not know yet.
    given_up: Vec<ConnId>,
    limits: Limits,
    replies: BTreeMap<u64, oneshot::Sender<Result<Reply, ApiError>>>,
    /// What the requests of this round wait for; they are told when nothing came of it.
    answers: Vec<Box<dyn FnOnce(Option<ApiError>) + Send>>,
    /// Whether nothing can be kept at present.
    is_full: bool,
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
        let room = Arc::new(Semaphore::new(MOST_BYTES_COMING));
        let Setup { hub, store, files, control, limits } = setup;
        let driver = Driver {
            hub,
            store,
            files,
            clock: Clock::default(),
            faults: control.then(Faults::default),
            requests,
            sockets: BTreeMap::new(),
            given_up: Vec::new(),
            limits,
            replies: BTreeMap::new(),
            answers: Vec::new(),
            is_full: false,
            last_conn: 0,
            last_ask: 0,
        };
        (Link { requests: link, room }, tokio::spawn(driver.run(stopped)))
    }

    async fn run(mut self, mut stopped: watch::Receiver<bool>) -> Result<(), String> {
        loop {
            let wait = self.time_to_wake();
            let first = tokio::select! {
                request = self.requests.recv() => request,
                () = tokio::time::sleep(wait) => None,
                _ = stopped.wait_for(|stop| *stop) => break,
            };
            self.round(first)?;
        }
        for (_, socket) in std::mem::take(&mut self.sockets) {
            socket.close(1001, "the server stops");
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
    fn round(&mut self, first: Option<Request>) -> Result<(), String> {
        let mut outputs = Vec::new();
        if first.is_none() {
            outputs.extend(self.hub.handle(self.clock.now(), Input::Tick));
        }
        let (mut next, mut count, mut bytes, mut seen) = (first, 0, 0, 0);
        while let Some(request) = next {
            self.take(request, &mut outputs);
            count += 1;
            bytes += outputs[seen..].iter().map(length).sum::<usize>();
            seen = outputs.len();
            let is_enough = count >= MOST_AT_ONCE || bytes >= MOST_BYTES_AT_ONCE;
            next = if is_enough { None } else { self.requests.try_recv().ok() };
        }
        self.finish(outputs)?;
        while let Some(conn) = self.given_up.pop() {
            let mut outputs = Vec::new();
            self.kill(conn, &mut outputs);
            self.finish(outputs)?;
        }
        Ok(())
    }

    /// Stores what has to be kept, and then lets everything out.
    fn finish(&mut self, outputs: Vec<Output>) -> Result<(), String> {
        let store = &mut self.store;
        match tokio::task::block_in_place(|| store.write(&outputs)) {
            Ok(()) => {}
            Err(Trouble::Full(why)) => return self.turn_back(outputs, &why),
            Err(Trouble::Other(why)) => return Err(format!("cannot store: {why}")),
        }
        for output in outputs {
            self.carry_out(output);
        }
        for answer in std::mem::take(&mut self.answers) {
            answer(None);
        }
        Ok(())
    }

    fn take(&mut self, request: Request, outputs: &mut Vec<Output>) {
        match request {
            Request::Input(input) => self.take_input(input, outputs),
            Request::Frame { conn, text, room } => {
                match self.refusal(&text) {
                    Some(text) => outputs.push(Output::Send { conn, text }),
                    None => self.take_input(Input::Frame { conn, text }, outputs),
                }
                drop(room);
            }
            Request::Open { app, user, client, base_url, opened } => {
                self.last_conn += 1;
                let conn = self.last_conn;
                let (feeder, waiting) = queue(self.limits.waiting_bytes);
                self.sockets.insert(conn, feeder);
                if let Some(faults) = &mut self.faults {
                    faults.opened(conn, &user);
                }
                let input = Input::Connected { conn, app, user, client, base_url };
                outputs.extend(self.hub.handle(self.clock.now(), input));
                self.answers.push(Box::new(move |refused| {
                    if refused.is_none() {
                        let _ = opened.send((conn, waiting));
                    }
                }));
            }
            Request::Ask { ask: Ask::Upload { .. } | Ask::Uploaded { .. }, reply }
                if !self.has_room() =>
            {
                let _ = reply.send(Err(full()));
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
                self.answers.push(Box::new(move |refused| {
                    let _ = reply.send(refused.map_or(body, Err));
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
            Command::Sockets => return Ok(self.waiting()),
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

    /// What waits for each socket.
    fn waiting(&self) -> Value {
        let one = |(conn, socket): (&ConnId, &Feeder)| {
            let (frames, bytes) = socket.waiting();
            let user = self.faults.as_ref().and_then(|faults| faults.user_of(*conn));
            json!({ "user": user, "conn": conn, "waitingFrames": frames, "waitingBytes": bytes })
        };
        self.sockets.iter().map(one).collect()
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
                    socket.close(code, reason);
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
        let Err(refused) = socket.text(text, not_before) else { return };
        // Without this its frames would pile up for ever.
        let Some(socket) = self.sockets.remove(&conn) else { return };
        self.given_up.push(conn);
        if refused == Refused::TooSlow {
            let (frames, bytes) = socket.waiting();
            complain(&format!(
                "closed a socket that does not read: {frames} frames with {bytes} bytes wait for it"
            ));
            socket.cut();
        }
    }
}

/// How much of the memory an output takes until it is let out.
fn length(output: &Output) -> usize {
    match output {
        Output::Send { text, .. } => text.len(),
        _ => 0,
    }
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
