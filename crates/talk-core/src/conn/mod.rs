//! The connection: one WebSocket to the service that is opened when it is needed, logged in, kept
//! alive and brought back; the calls that go over it; and the HTTP requests beside it.
//!
//! Nothing here waits, reads a clock or touches a network. Everything that happens is told to
//! [`Conn`] by a method, with the time. After each of them the owner takes events and outputs until
//! there are none left. Calls of one tick are combined: they go out with [`Conn::tick`], which
//! [`Output::Tick`] asks for.
//!
//! At the end of each input `Conn::settle` looks at what is needed and what is there, and does
//! what is missing: opens the socket, asks for a token, presents it. So no path through the code
//! can forget to start the next step, and nothing stays stuck behind an odd answer.

mod backoff;
mod batch;
mod frame;
mod http;
#[cfg(feature = "inspect")]
mod inspect;
mod login;
mod queue;
mod socket;
mod timer;

#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use crate::config::Config;
use crate::json::{concat, push_u64, Raw};
use crate::{Failure, Millis, Output, Random, TalkError};

pub use crate::config::path;

use backoff::Wait;
use http::Http;
use login::Login;
use queue::Queue;
use socket::Connection;
use timer::{Clock, Timer, Timers};

/// Names a request. Never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub u32);

/// What can be asked over the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// A request that stands alone.
    Plain {
        /// What to do.
        method: Method,
        /// To what: from [`path()`].
        path: String,
        /// A JSON object.
        data: String,
    },
    /// Fetches a user. The answer is the user, or 404.
    GetUser {
        /// The user.
        id: String,
    },
    /// Subscribes to a user.
    SubscribeUser {
        /// The user.
        id: String,
    },
    /// Changes a participant of a conversation.
    Participant {
        /// The conversation.
        conversation: String,
        /// The participant.
        user: String,
        /// How.
        method: Method,
        /// A JSON object.
        params: String,
    },
    /// Has a message translated. The answer is the translation, or null.
    Translate {
        /// The conversation.
        conversation: String,
        /// The message.
        message: String,
        /// The language, as the service names it.
        language: String,
    },
}

/// What a request does to its path. Those from `Post` to `Delete` change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[allow(missing_docs)] // The names say it.
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Subscribe,
    Unsubscribe,
}

impl Method {
    fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Subscribe => "SUBSCRIBE",
            Method::Unsubscribe => "UNSUBSCRIBE",
        }
    }
}

/// How long a request is worth something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Until it is answered: a call, which is sent again on the next connection if need be.
    Always,
    /// As long as this login: subscribing, and fetching what is subscribed to. On
    /// [`Event::Lost`] it is forgotten, and no reply will come: on [`Event::Ready`] the owner asks
    /// anew for what is still wanted.
    Connection,
}

/// What the owner gets to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Logged in. The owner now subscribes to everything that is live, by requests of
    /// [`Keep::Connection`]: those go out before the calls that are queued.
    Ready {
        /// Whether events may have been missed, so that everything live is to be fetched too.
        refetch: bool,
    },
    /// The socket or the login is gone.
    Lost,
    /// The answer to a request.
    Reply {
        /// Which request.
        ticket: Ticket,
        /// The body, as well-formed JSON, or what refuses the request for good.
        result: Result<String, Failure>,
    },
    /// The answer to an HTTP request.
    Http {
        /// Which request.
        ticket: Ticket,
        /// The body as it came, or what refuses the request for good.
        result: Result<String, Failure>,
    },
    /// The session has ended, and this is why. Nothing comes after it, and nobody will be answered.
    Ended(TalkError),
}

/// The connection of one session.
pub struct Conn {
    config: Config,
    random: Random,
    pub(crate) clock: Clock,
    timers: Timers,
    outputs: Vec<Output>,
    events: Vec<Event>,
    connection: Connection,
    login: Login,
    queue: Queue,
    http: Vec<Http>,
    http_wait: Wait,
    last_fetch: u32,
    app_check: Option<u32>,
    /// Whether anything is subscribed.
    live: bool,
    ticking: bool,
    ended: bool,
    /// Whether the last timer fired late.
    late: bool,
}

/// A timer that fires this much too late says that the page was asleep …
const LATE_MS: u64 = 2_000;
/// … and what has come meanwhile is read in this time, before anyone is given up as silent.
const READING_MS: u64 = 200;

impl Conn {
    /// A session that was just made: it checks that the app exists, and otherwise waits for the
    /// first request.
    pub fn new(mut config: Config, mut random: Random, now: Millis) -> Conn {
        let mut client_id = String::new();
        push_u64(&mut client_id, random.next_u32().into());
        push_u64(&mut client_id, random.next_u32().into());
        let token = config.token.take();
        let mut conn = Conn {
            login: Login::new(token, config.fetcher),
            config,
            random,
            clock: Clock::default(),
            timers: Timers::new(),
            outputs: Vec::new(),
            events: Vec::new(),
            connection: Connection::new(client_id),
            queue: Queue::new(),
            http: Vec::new(),
            http_wait: Wait::SECOND,
            last_fetch: 0,
            app_check: None,
            live: false,
            ticking: false,
            ended: false,
            late: false,
        };
        conn.clock.see(now);
        let url = conn.app_url();
        conn.app_check = Some(conn.fetch(url, None, None));
        conn
    }

    /// Queues a request. It goes out with the next tick, or when the connection is ready for it.
    pub fn request(&mut self, request: Request, keep: Keep) -> Ticket {
        if self.ended {
            return self.queue.ticket();
        }
        self.ask_tick();
        self.queue.request(request, keep)
    }

    /// Makes an HTTP request that carries the token: a GET, or a POST with the body that the shell
    /// keeps under a number.
    pub fn http(&mut self, url: String, body: Option<u32>) -> Ticket {
        let ticket = self.queue.ticket();
        if !self.ended {
            self.http.push(Http::new(ticket, url, body));
            self.ask_tick();
        }
        ticket
    }

    /// Gives up an HTTP request.
    pub fn abort_http(&mut self, ticket: Ticket) {
        self.drop_http(Some(ticket));
    }

    /// The application provides a token.
    pub fn set_token(&mut self, now: Millis, token: &str) -> Result<(), TalkError> {
        if !self.begin(now) {
            return Ok(());
        }
        let result = self.put_token(token);
        self.settle();
        result
    }

    /// The application can, or can no longer, be asked for a token.
    pub fn set_need_token(&mut self, on: bool) -> Result<(), TalkError> {
        self.ask_tick();
        self.put_need_token(on)
    }

    /// What the application's `tokenFetcher` gave, or why it did not.
    pub fn token_fetched(&mut self, now: Millis, result: Result<&str, &str>) {
        if self.begin(now) {
            self.fetcher_answered(result);
            self.settle();
        }
    }

    /// Says whether anything is subscribed: if so the connection stays open, and comes back.
    pub fn set_live(&mut self, live: bool) {
        if self.live != live {
            self.live = live;
            self.ask_tick();
        }
    }

    /// A socket has opened.
    pub fn socket_opened(&mut self, now: Millis, socket: u32) {
        if self.begin(now) {
            self.opened(socket);
            self.settle();
        }
    }

    /// A socket has closed, or could not be opened. `code` is the one of the closing, or 0.
    pub fn socket_closed(&mut self, now: Millis, socket: u32, code: u32) {
        if self.begin(now) && self.connection.is_current(socket) {
            self.lost_socket(code);
            self.settle();
        }
    }

    /// A message has come. Gives it back if it is a push with news: then the elements from the
    /// index 2 on are events, whose types go to [`Conn::note_event`]. It is acknowledged already.
    pub fn frame<'a>(&mut self, now: Millis, socket: u32, text: &'a str) -> Option<Raw<'a>> {
        if !self.begin(now) || !self.connection.is_current(socket) {
            return None;
        }
        self.received();
        match frame::read(text)? {
            frame::Frame::Publish { seq, number, frame } => {
                if !self.acknowledge(seq, number) {
                    return None;
                }
                Some(frame)
            }
            frame::Frame::Response { id, status, body } => {
                if !self.renew_answered(id, status, body) {
                    self.answered(id, status, body);
                }
                self.settle();
                None
            }
        }
    }

    /// Which HTTP request of the owner the shell knows by a number, if it still matters.
    #[inline(never)]
    pub fn http_ticket(&self, request: u32) -> Option<Ticket> {
        self.sent_http(request).map(|at| self.http[at].ticket)
    }

    /// An HTTP request was answered.
    #[inline(never)]
    pub fn http_response(&mut self, now: Millis, request: u32, status: u16, body: &str) {
        self.fetched(now, request, Some((status, body)));
    }

    /// An HTTP request was not answered.
    #[inline(never)]
    pub fn http_failed(&mut self, now: Millis, request: u32) {
        self.fetched(now, request, None);
    }

    /// The JavaScript task that made calls is through.
    #[inline(never)]
    pub fn tick(&mut self, now: Millis) {
        self.ticking = false;
        if self.begin(now) {
            self.send_calls();
            self.settle();
        }
    }

    /// Time has passed. Early is fine.
    #[inline(never)]
    pub fn wake(&mut self, now: Millis) {
        if !self.begin(now) {
            return;
        }
        let late = self.timers.next().is_some_and(|due| due + LATE_MS < self.clock.now());
        // The timers of a hidden page are late each time: only the first one counts.
        if late && !mem::replace(&mut self.late, late) {
            let now = self.clock.now();
            return self.timers.postpone(now, now + READING_MS);
        }
        self.late = late;
        while let Some(timer) = self.timers.take(self.clock.now()) {
            match timer {
                Timer::Socket => self.socket_due(),
                Timer::Keepalive => self.keep_alive(),
                Timer::Idle => self.idle(),
                Timer::Renew => self.renew_due(),
                Timer::Refresh => self.refresh_due(),
                Timer::Token => self.token_due(),
                Timer::Answer => self.answers_due(),
                Timer::Pace => {}
                Timer::Retry => self.retry_call(),
                Timer::Http => self.http_due(),
            }
        }
        self.settle();
    }

    /// When [`Conn::wake`] is to be called.
    #[inline(never)]
    pub fn next_wake(&self) -> Option<Millis> {
        self.timers.next()
    }

    /// The network is back, or somebody looks at the page again: whatever waits is tried at once,
    /// and a connection that seems open is put to the test.
    pub fn came_online(&mut self, now: Millis) {
        if self.begin(now) {
            self.come_back_now();
            self.probe();
            if self.login.boken_request().is_none() {
                self.timers.clear(Timer::Token);
            }
            self.http_due();
            self.settle();
        }
    }

    /// What has happened for the owner.
    pub fn take_events(&mut self) -> Vec<Event> {
        mem::take(&mut self.events)
    }

    /// What there is to do for the shell.
    pub fn take_outputs(&mut self) -> Vec<Output> {
        mem::take(&mut self.outputs)
    }

    /// Ends the session.
    pub fn end(&mut self, error: TalkError) {
        self.finish(error);
    }

    /// What every input begins with. `false` once the session has ended: then nothing counts.
    fn begin(&mut self, now: Millis) -> bool {
        self.clock.see(now);
        !self.ended
    }

    /// Does what is missing.
    fn settle(&mut self) {
        if self.ended {
            return;
        }
        self.mind_socket();
        if self.needs_socket() || self.http_needs_token() {
            self.mind_token();
        }
        self.mind_login();
        self.mind_http();
        if self.login.is_ready() && self.queue.has_queued() && !self.timers.is_set(Timer::Pace) {
            self.ask_tick();
        }
    }

    #[inline(never)]
    fn set_timer(&mut self, timer: Timer, wait: Millis) {
        self.timers.set(timer, self.clock.now() + wait);
    }

    #[inline(never)]
    fn ask_tick(&mut self) {
        if !self.ended && !mem::replace(&mut self.ticking, true) {
            self.outputs.push(Output::Tick);
        }
    }

    #[inline(never)]
    fn needs_socket(&self) -> bool {
        !self.ended && (self.live || self.queue.is_busy())
    }

    /// An event of this type has come; two of them are for the connection itself.
    #[inline(never)]
    pub fn note_event(&mut self, kind: &str) {
        if kind == "upstream.restarting" {
            self.connection.announce_restart(self.clock.now());
        } else if kind == "session.expired" {
            self.lapsed();
            self.settle();
        }
    }

    #[inline(never)]
    fn warn(&mut self, parts: &[&str]) {
        self.outputs.push(Output::Warn(concat(parts)));
    }

    #[inline(never)]
    fn finish(&mut self, error: TalkError) {
        if mem::replace(&mut self.ended, true) {
            return;
        }
        self.drop_http(None);
        let own = [self.app_check.take(), self.login.boken_request()];
        for request in own.into_iter().flatten() {
            self.outputs.push(Output::Abort { request });
        }
        self.queue.clear();
        self.drop_socket();
        self.timers = Timers::new();
        self.events.push(Event::Ended(error));
    }
}
