//! The socket: opening it, seeing that it lives, closing it, and coming back after it was lost.

use alloc::string::String;
use alloc::vec::Vec;

use crate::config::push_encoded;
use crate::json::{push_char, Raw};
use crate::{Millis, Output};

use super::backoff::backoff;
use super::timer::Timer;
use super::{frame, Conn, Method};

/// Before the first push: less than the number of any.
const NO_SEQ: f64 = -1.0;
/// A socket that takes longer to open is given up.
const OPENING_MS: u64 = 20_000;
/// A ping goes out after this long without sending anything …
const SENDING_MS: u64 = 25_000;
/// … or after this long without receiving anything …
const RECEIVING_MS: u64 = 10_000;
/// … and in that case the connection is dead if nothing comes for this long.
const PROBE_MS: u64 = 5_000;
/// A connection that nobody needs is closed after this long.
const IDLE_MS: u64 = 3_000;
/// A connection that lasted this long was a good one: the next loss is not its successor's fault.
const GOOD_MS: u64 = 10_000;
/// After a loss, the first try to come back waits this long at least and at most.
const FIRST_MS: (u64, u32) = (100, 1_400);
/// After a restart that the service announced, its clients come back spread over this long.
const RESTART_MS: u32 = 5_000;
/// How long an announced restart counts as one, and how long a client may take to come back and
/// still rely on subscriptions that were handed over.
const HANDOVER_MS: u64 = 60_000;

pub(super) struct Connection {
    socket: Socket,
    last_socket: u32,
    /// How many tries to connect have failed in a row.
    failures: u32,
    /// Until when a loss is the one that the service has announced: it hands the subscriptions
    /// over by itself.
    restarting: Option<Millis>,
    /// Until when it does that. Otherwise events may have been missed before the next login.
    handover: Option<Millis>,
    /// The same for the whole session.
    client_id: String,
}

enum Socket {
    /// Not needed.
    Closed,
    /// Lost. `Timer::Socket` is set.
    Waiting,
    /// Being opened. `Timer::Socket` is set.
    Opening {
        socket: u32,
    },
    Open(Link),
}

/// An open socket.
struct Link {
    socket: u32,
    opened: Millis,
    next_id: u32,
    last_seq: f64,
    sent: Millis,
    received: Millis,
    /// Until when something must have been received.
    probe: Option<Millis>,
}

impl Connection {
    #[inline(never)]
    pub(super) fn new(client_id: String) -> Connection {
        Connection {
            socket: Socket::Closed,
            last_socket: 0,
            failures: 0,
            restarting: None,
            handover: None,
            client_id,
        }
    }

    #[inline(never)]
    fn link(&mut self) -> Option<&mut Link> {
        match &mut self.socket {
            Socket::Open(link) => Some(link),
            Socket::Closed | Socket::Waiting | Socket::Opening { .. } => None,
        }
    }

    /// Whether an event is about the socket of now.
    #[inline(never)]
    pub(super) fn is_current(&self, number: u32) -> bool {
        self.number() == Some(number)
    }

    /// Whether there is a socket, open, being opened, or to be opened again.
    #[cfg(feature = "inspect")]
    pub(super) fn is_there(&self) -> bool {
        !matches!(self.socket, Socket::Closed)
    }

    #[inline(never)]
    fn number(&self) -> Option<u32> {
        match self.socket {
            Socket::Opening { socket } | Socket::Open(Link { socket, .. }) => Some(socket),
            Socket::Closed | Socket::Waiting => None,
        }
    }

    /// Sends a request, and gives its number. `None` without an open socket.
    #[inline(never)]
    pub(super) fn send(
        &mut self,
        outputs: &mut Vec<Output>,
        now: Millis,
        method: Method,
        path: &str,
        data: &str,
    ) -> Option<u32> {
        let link = self.link()?;
        let id = link.next_id;
        link.next_id += 1;
        link.sent = now;
        let text = frame::request(id, method, path, data);
        outputs.push(Output::Send { socket: link.socket, text });
        Some(id)
    }

    /// With each login the service may count its pushes anew: the next one is news, whatever its
    /// number.
    #[inline(never)]
    pub(super) fn forget_pushes(&mut self) {
        if let Some(link) = self.link() {
            link.last_seq = NO_SEQ;
        }
    }

    /// The number of the next request.
    pub(super) fn next_id(&mut self) -> u32 {
        self.link().map_or(0, |link| link.next_id)
    }

    /// The service says that it will drop this socket on purpose.
    pub(super) fn announce_restart(&mut self, now: Millis) {
        self.restarting = Some(now + HANDOVER_MS);
    }

    /// The login is gone: so are the subscriptions.
    #[inline(never)]
    pub(super) fn has_lapsed(&mut self) {
        self.handover = None;
        self.forget_pushes();
    }

    /// Whether events may have been missed since the last login.
    #[inline(never)]
    pub(super) fn has_gap(&self, now: Millis) -> bool {
        self.handover.is_none_or(|until| until < now)
    }
}

impl Conn {
    /// Opens the socket if it is needed, and sees to closing it if it is not.
    #[inline(never)]
    pub(super) fn mind_socket(&mut self) {
        let needed = self.needs_socket();
        if needed {
            self.timers.clear(Timer::Idle);
        }
        match self.connection.socket {
            Socket::Closed if needed => self.open_socket(),
            Socket::Open(_) if !needed && !self.timers.is_set(Timer::Idle) => {
                self.set_timer(Timer::Idle, IDLE_MS);
            }
            _ => {}
        }
    }

    #[inline(never)]
    fn open_socket(&mut self) {
        let connection = &mut self.connection;
        connection.last_socket = connection.last_socket.wrapping_add(1);
        let socket = connection.last_socket;
        connection.socket = Socket::Opening { socket };
        let config = &self.config;
        let mut url = config.urls.realtime.clone();
        push_char(&mut url, '/');
        push_encoded(&mut url, &config.app_id);
        url.push_str("/realtime/");
        push_encoded(&mut url, &config.user_id);
        url.push_str("?talkjs-client-build=");
        push_encoded(&mut url, &config.client_build);
        url.push_str("&talkjs-core=");
        push_encoded(&mut url, config.core_version);
        url.push_str("&talkjs-client-id=");
        url.push_str(&connection.client_id);
        url.push_str("&talkjs-time=");
        self.set_timer(Timer::Socket, OPENING_MS);
        self.outputs.push(Output::OpenSocket { socket, url });
    }

    pub(super) fn opened(&mut self, socket: u32) {
        let Socket::Opening { socket: ours } = self.connection.socket else { return };
        if ours != socket {
            return;
        }
        let now = self.clock.now();
        self.connection.socket = Socket::Open(Link {
            socket,
            opened: now,
            next_id: 0,
            last_seq: NO_SEQ,
            sent: now,
            received: now,
            probe: None,
        });
        self.timers.clear(Timer::Socket);
        self.timers.set(Timer::Keepalive, now + RECEIVING_MS);
    }

    /// Something came over the socket: it is alive.
    #[inline(never)]
    pub(super) fn received(&mut self) {
        let now = self.clock.now();
        if let Some(link) = self.connection.link() {
            link.received = now;
            link.probe = None;
        }
    }

    /// Acknowledges a push. Gives whether it is news.
    pub(super) fn acknowledge(&mut self, seq: f64, number: Raw) -> bool {
        let now = self.clock.now();
        let Some(link) = self.connection.link() else { return false };
        link.sent = now;
        let news = seq > link.last_seq;
        if news {
            link.last_seq = seq;
        }
        self.outputs.push(Output::Send { socket: link.socket, text: frame::ack(number) });
        news
    }

    /// `Timer::Keepalive`: sends a ping if one is due, or gives up a dead connection.
    pub(super) fn keep_alive(&mut self) {
        let now = self.clock.now();
        let Some(link) = self.connection.link() else { return };
        match link.probe {
            Some(until) if until <= now => return self.drop_socket(),
            Some(_) => {}
            None if link.received + RECEIVING_MS <= now => return self.probe(),
            None if link.sent + SENDING_MS <= now => self.ping(),
            None => {}
        }
        let Some(link) = self.connection.link() else { return };
        let next = (link.received + RECEIVING_MS).min(link.sent + SENDING_MS);
        let next = link.probe.unwrap_or(next);
        self.timers.set(Timer::Keepalive, next);
    }

    /// Sends a ping that must be answered soon.
    pub(super) fn probe(&mut self) {
        let until = self.clock.now() + PROBE_MS;
        if let Some(link) = self.connection.link() {
            if link.probe.is_none() {
                link.probe = Some(until);
                self.timers.set(Timer::Keepalive, until);
                self.ping();
            }
        }
    }

    fn ping(&mut self) {
        let now = self.clock.now();
        self.connection.send(&mut self.outputs, now, Method::Get, "/ping", "{}");
    }

    /// `Timer::Socket`: it is time to come back, or opening took too long.
    pub(super) fn socket_due(&mut self) {
        match self.connection.socket {
            Socket::Waiting => self.connection.socket = Socket::Closed,
            Socket::Opening { .. } => self.drop_socket(),
            Socket::Closed | Socket::Open(_) => {}
        }
    }

    /// Does not wait any longer before coming back.
    pub(super) fn come_back_now(&mut self) {
        if let Socket::Waiting = self.connection.socket {
            self.connection.failures = 0;
            self.connection.socket = Socket::Closed;
            self.timers.clear(Timer::Socket);
        }
    }

    /// `Timer::Idle`: closes a connection that is not needed.
    pub(super) fn idle(&mut self) {
        if !self.needs_socket() {
            self.drop_socket();
        }
    }

    /// Gives the socket up.
    pub(super) fn drop_socket(&mut self) {
        if let Some(socket) = self.connection.number() {
            self.outputs.push(Output::CloseSocket { socket });
        }
        self.lost_socket(0);
    }

    /// The socket is gone, closed with this code. What was sent and not answered goes back into the
    /// queue.
    pub(super) fn lost_socket(&mut self, code: u32) {
        let now = self.clock.now();
        let lasted = match &self.connection.socket {
            Socket::Open(link) => now.saturating_sub(link.opened),
            Socket::Closed | Socket::Waiting | Socket::Opening { .. } => 0,
        };
        self.connection.socket = Socket::Closed;
        // The token, too, is renewed with the next login: without one nothing keeps the page awake.
        for timer in [
            Timer::Socket,
            Timer::Keepalive,
            Timer::Idle,
            Timer::Renew,
            Timer::Refresh,
            Timer::Answer,
            Timer::Pace,
        ] {
            self.timers.clear(timer);
        }
        let restarting = self.connection.restarting.take().is_some_and(|until| now <= until);
        let handed_over = restarting && self.login.is_ready();
        self.connection.handover = handed_over.then_some(now + HANDOVER_MS);
        self.logged_out();
        let own_fault = self.ground_calls(code);
        self.login.forget_connection();
        if lasted >= GOOD_MS || restarting || own_fault {
            self.connection.failures = 0;
        }
        let failures = self.connection.failures;
        if self.needs_socket() {
            let wait = match failures {
                0 if restarting => self.random.below(RESTART_MS).into(),
                0 => FIRST_MS.0 + Millis::from(self.random.below(FIRST_MS.1)),
                _ => backoff(&mut self.random, failures - 1),
            };
            self.connection.failures = failures.saturating_add(1);
            self.connection.socket = Socket::Waiting;
            self.timers.set(Timer::Socket, now + wait);
        }
    }
}
