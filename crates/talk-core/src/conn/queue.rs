//! The calls: those that wait to be sent, those that wait for an answer, and those that wait to be
//! tried again. All are in one list, in the order in which they were made, so that whatever has to
//! be sent once more is in its place.

use alloc::vec::Vec;
use core::mem;

use crate::json::Raw;
use crate::{Failure, Millis};

use super::backoff::Wait;
use super::batch::{Call, Kind, State};
use super::timer::Timer;
use super::{Conn, Event, Keep, Method, Request, Ticket};

/// How many queued calls are sent at once after a login. A client that was offline for long must
/// not flood the service when it returns.
const BURST: u32 = 50;
/// How far apart the others are sent.
const PACE_MS: Millis = 100;
/// The calls on a socket are looked at this often. One that was there the last time already is not
/// going to be answered, so that each has this long, and at most twice as long.
const ANSWER_MS: Millis = 40_000;
/// How often a call is sent that the service keeps failing.
const MOST_TRIES: u8 = 10;
/// A call of this many bytes may itself be what connections are lost by.
const LARGE: usize = 100_000;
/// So a loss while such a call is on its way counts for this many failures of it.
const LOSS: u8 = 3;
/// The code of a socket that was closed because of a frame that is too large.
const TOO_LARGE: u32 = 1009;

pub(super) struct Queue {
    calls: Vec<Call>,
    wait: Wait,
    /// How many calls were put off so far.
    turns: u32,
    /// How many may still be sent without a pause. Without limit once the queue was empty.
    burst: u32,
    /// Logged in just now: before anything is sent, the subscriptions go to the front.
    fresh: bool,
    last_ticket: u32,
    /// The number of the next request when the calls were last looked at.
    looked_at: u32,
}

impl Queue {
    pub(super) fn new() -> Queue {
        let (calls, wait) = (Vec::new(), Wait::NONE);
        Queue { calls, wait, turns: 0, burst: BURST, fresh: false, last_ticket: 0, looked_at: 0 }
    }

    /// A name for the next request.
    pub(super) fn ticket(&mut self) -> Ticket {
        self.last_ticket = self.last_ticket.wrapping_add(1);
        Ticket(self.last_ticket)
    }

    /// Whether anybody waits for an answer.
    pub(super) fn is_busy(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Whether there is something to send.
    pub(super) fn has_queued(&self) -> bool {
        self.next_to_send(0, &mut Vec::new()).is_some()
    }

    /// The next call from a place on that is to be sent, and that no earlier one holds. `put_off` has
    /// the places of those that may hold one, and takes in those that are passed.
    fn next_to_send(&self, from: usize, put_off: &mut Vec<usize>) -> Option<usize> {
        for (at, call) in self.calls.iter().enumerate().skip(from) {
            let free = call.is_queued() && !put_off.iter().any(|&at| self.calls[at].holds(call));
            if call.failed > 0 {
                put_off.push(at);
            }
            if free {
                return Some(at);
            }
        }
        None
    }

    /// After a login.
    pub(super) fn refresh(&mut self) {
        self.fresh = true;
        self.burst = BURST;
    }

    pub(super) fn request(&mut self, request: Request, keep: Keep) -> Ticket {
        let ticket = self.ticket();
        self.place(self.calls.len(), Call::new(request, keep, ticket));
        ticket
    }

    /// Combines a call with those before a place, or puts it there. Gives whether it is there.
    fn place(&mut self, place: usize, mut call: Call) -> bool {
        for earlier in self.calls.iter_mut().take(place).rev() {
            if earlier.takes(&call) {
                earlier.members.append(&mut call.members);
                return false;
            }
            // Subscribing to users and fetching them may change places; nothing else may.
            if earlier.kind != Kind::Users || call.kind != Kind::Users {
                break;
            }
        }
        self.calls.insert(place, call);
        true
    }

    /// Forgets what belongs to a connection or a login that is gone.
    pub(super) fn drop_connection(&mut self) {
        for at in (0..self.calls.len()).rev() {
            if self.calls[at].keep == Keep::Connection {
                self.calls.remove(at);
            }
        }
        self.fresh = false;
    }

    /// The socket is gone, and this is the code it was closed with. What was sent and not answered
    /// is to be sent again; but a call that no connection survives would keep all others from being
    /// answered, and has failed.
    fn ground(&mut self, code: u32) {
        self.looked_at = 0;
        let (mut suspect, mut most) = (None, 0);
        for (index, call) in self.calls.iter_mut().enumerate() {
            if let State::Sent { .. } = call.state {
                call.state = State::Queued;
                let size = call.path.len() + call.data().len();
                if size > most && (size > LARGE || code == TOO_LARGE) {
                    (suspect, most) = (Some(index), size);
                }
            }
        }
        if let Some(call) = suspect.and_then(|index| self.calls.get_mut(index)) {
            call.failed += if code == TOO_LARGE { MOST_TRIES } else { LOSS };
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.calls.clear();
    }

    /// After a login, subscriptions go first, so that no event is missed while calls are paced.
    fn sort(&mut self) {
        if !mem::take(&mut self.fresh) {
            return;
        }
        let (mut front, mut index) = (0, 0);
        while let Some(call) = self.calls.get(index) {
            let first = call.method == Method::Subscribe;
            // Where subscriptions stood in between, fetching users can be combined now.
            if first || call.kind == Kind::Users {
                let call = self.calls.remove(index);
                if !self.place(if first { front } else { index }, call) {
                    continue;
                }
            }
            front += usize::from(first);
            index += 1;
        }
    }
}

impl Conn {
    /// Sends what can be sent.
    #[inline(never)]
    pub(super) fn send_calls(&mut self) {
        if !self.login.is_ready() || self.timers.is_set(Timer::Pace) {
            return;
        }
        self.queue.sort();
        let now = self.clock.now();
        let (mut from, mut put_off) = (0, Vec::new());
        while let Some(at) = self.queue.next_to_send(from, &mut put_off) {
            from = at + 1;
            let call = &mut self.queue.calls[at];
            if self.queue.burst == 0 {
                self.queue.burst = 1;
                self.timers.set(Timer::Pace, now + PACE_MS);
                return;
            }
            let (method, data) = (call.method, call.data());
            let id = self.connection.send(&mut self.outputs, now, method, &call.path, &data);
            let Some(id) = id else { return };
            call.state = State::Sent { id };
            self.queue.burst -= 1;
            if !self.timers.is_set(Timer::Answer) {
                self.timers.set(Timer::Answer, now + ANSWER_MS);
            }
        }
        self.queue.burst = u32::MAX;
    }

    /// `Timer::Answer`: a connection on which a call is not answered is given up. The call goes out
    /// again on the next one; but not for ever.
    #[inline(never)]
    pub(super) fn answers_due(&mut self) {
        let seen = mem::replace(&mut self.queue.looked_at, self.connection.next_id());
        let (mut waiting, mut overdue) = (false, false);
        for call in &mut self.queue.calls {
            if let State::Sent { id } = call.state {
                waiting = true;
                if id < seen {
                    overdue = true;
                    call.failed += LOSS;
                }
            }
        }
        if overdue {
            self.drop_socket();
        } else if waiting {
            self.set_timer(Timer::Answer, ANSWER_MS);
        }
    }

    /// An answer to a call.
    #[inline(never)]
    pub(super) fn answered(&mut self, id: u32, status: u16, body: Raw) {
        let sent = State::Sent { id };
        let Some(index) = self.queue.calls.iter().position(|call| call.state == sent) else {
            return;
        };
        let Some(call) = self.queue.calls.get_mut(index) else { return };
        let mut answers = call.answers(status, body);
        let tries = call.failed + 1;
        // An UNSUBSCRIBE that is put off could undo a SUBSCRIBE that was made after it.
        let again = call.method != Method::Unsubscribe;
        let mut worst = 0;
        for member in mem::take(&mut call.members) {
            let (status, body) = answers.next(&member);
            let ticket = member.ticket;
            if again && (status == 429 || matches!(status, 401 | 500) && tries < MOST_TRIES) {
                // Being logged out outweighs the rest, and a failure a mere "later".
                worst = match (status, worst) {
                    (401, _) | (_, 401) => 401,
                    (status, worst) => status.max(worst),
                };
                call.members.push(member);
                continue;
            }
            self.queue.wait = Wait::SHORT;
            let result = match status {
                200 => Ok(body.text().into()),
                _ => Err(Failure::read(status, Some(body))),
            };
            self.events.push(Event::Reply { ticket, result });
        }
        match worst {
            0 => {
                self.queue.calls.remove(index);
                if !again && status == 401 {
                    // It says all the same that nothing is followed any more.
                    self.lapsed();
                }
            }
            401 => {
                call.failed = tries;
                call.state = State::Queued;
                self.lapsed();
            }
            _ => {
                // Being put off is not counted; but that it was is known.
                call.failed = if worst == 500 { tries } else { call.failed.max(1) };
                self.queue.turns = self.queue.turns.wrapping_add(1);
                call.state = State::Failed { turn: self.queue.turns };
                if !self.timers.is_set(Timer::Retry) {
                    self.wait_to_retry();
                }
            }
        }
    }

    /// The socket is gone: its calls go back into the queue, but for those by which connections are
    /// lost, which are refused. Gives whether there were any.
    pub(super) fn ground_calls(&mut self, code: u32) -> bool {
        self.queue.ground(code);
        let mut own_fault = false;
        while let Some(at) = self.queue.calls.iter().position(|call| call.failed >= MOST_TRIES) {
            own_fault = true;
            let call = self.queue.calls.remove(at);
            let (status, body) = match code == TOO_LARGE || call.path.len() + call.size() > LARGE {
                true => (413, r#"{"reasons":["It is too large: the connection breaks by it"]}"#),
                false => (0, r#"{"reasons":["The service does not answer it"]}"#),
            };
            for member in call.members {
                let result = Err(Failure { status, body: body.into() });
                self.events.push(Event::Reply { ticket: member.ticket, result });
            }
        }
        own_fault
    }

    fn wait_to_retry(&mut self) {
        let wait = self.queue.wait.next(&mut self.random);
        self.set_timer(Timer::Retry, wait);
    }

    /// `Timer::Retry`: the next of the calls that failed can be sent again.
    pub(super) fn retry_call(&mut self) {
        let (mut next, mut first, mut failed) = (None, u32::MAX, 0);
        for (at, call) in self.queue.calls.iter().enumerate() {
            if let State::Failed { turn } = call.state {
                failed += 1;
                if turn <= first {
                    (next, first) = (Some(at), turn);
                }
            }
        }
        if let Some(at) = next {
            self.queue.calls[at].state = State::Queued;
        }
        if failed > 1 {
            self.wait_to_retry();
        }
    }
}
