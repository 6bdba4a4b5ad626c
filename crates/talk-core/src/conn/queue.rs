//! The calls: those that wait to be sent, those that wait for an answer, and those that wait to be
//! tried again.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem;

use crate::json::Raw;
use crate::Failure;

use super::backoff::Wait;
use super::batch::{Call, Kind};
use super::timer::Timer;
use super::{Conn, Event, Keep, Method, Request, Ticket};

/// How many queued calls are sent at once after a login. A client that was offline for long must
/// not flood the service when it returns.
const BURST: u32 = 50;
/// How far apart the others are sent.
const PACE_MS: u64 = 100;
/// How often a call is sent that the service keeps failing.
const MOST_TRIES: u8 = 10;

pub(super) struct Queue {
    /// Not sent yet, in the order in which they go out.
    calls: VecDeque<Call>,
    /// Sent on the current socket, with their numbers, in that order.
    flight: VecDeque<(u32, Call)>,
    /// To be sent again, one by one.
    retry: VecDeque<Call>,
    wait: Wait,
    /// How many may still be sent without a pause. Without limit once the queue was empty.
    burst: u32,
    /// Logged in just now: before anything is sent, the subscriptions go to the front.
    fresh: bool,
    last_ticket: u32,
}

impl Queue {
    pub(super) fn new() -> Queue {
        Queue {
            calls: VecDeque::new(),
            flight: VecDeque::new(),
            retry: VecDeque::new(),
            wait: Wait::NONE,
            burst: BURST,
            fresh: false,
            last_ticket: 0,
        }
    }

    /// A name for the next request.
    pub(super) fn ticket(&mut self) -> Ticket {
        self.last_ticket = self.last_ticket.wrapping_add(1);
        Ticket(self.last_ticket)
    }

    /// Whether anybody waits for an answer.
    pub(super) fn is_busy(&self) -> bool {
        !(self.calls.is_empty() && self.flight.is_empty() && self.retry.is_empty())
    }

    /// Whether there is something to send.
    pub(super) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    /// After a login.
    pub(super) fn refresh(&mut self) {
        self.fresh = true;
        self.burst = BURST;
    }

    pub(super) fn request(&mut self, request: Request, keep: Keep) -> Ticket {
        let ticket = self.ticket();
        self.push(Call::new(request, keep, ticket));
        ticket
    }

    /// Combines a call with those at the end of the queue, or appends it.
    fn push(&mut self, mut call: Call) {
        for earlier in self.calls.iter_mut().rev() {
            if earlier.takes(&call) {
                earlier.members.append(&mut call.members);
                return;
            }
            // Subscribing to users and fetching them may change places; nothing else may.
            if earlier.kind != Kind::Users || call.kind != Kind::Users {
                break;
            }
        }
        self.calls.push_back(call);
    }

    /// Brings a call back that was sent before, in front of those that were made after it.
    fn put_back(&mut self, mut call: Call) {
        call.members.retain(|member| member.ticket.is_some());
        if call.members.is_empty() {
            return;
        }
        let rank = |call: &Call| (call.method != Method::Subscribe, call.order);
        let later = self.calls.iter().position(|other| rank(other) > rank(&call));
        self.calls.insert(later.unwrap_or(self.calls.len()), call);
    }

    /// Forgets what belongs to a connection or a login that is gone.
    pub(super) fn drop_connection(&mut self) {
        let keeps = |call: &Call| call.keep == Keep::Always;
        self.calls.retain(keeps);
        self.retry.retain(keeps);
        self.flight.retain(|(_, call)| keeps(call));
        self.fresh = false;
    }

    /// The socket is gone: what was sent and not answered is to be sent again.
    pub(super) fn ground(&mut self) {
        for (_, call) in mem::take(&mut self.flight) {
            self.put_back(call);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.calls.clear();
        self.flight.clear();
        self.retry.clear();
    }

    pub(super) fn cancel(&mut self, ticket: Ticket) {
        let flying = self.flight.iter_mut().map(|(_, call)| call);
        for call in self.calls.iter_mut().chain(&mut self.retry).chain(flying) {
            for member in &mut call.members {
                if member.ticket == Some(ticket) {
                    member.ticket = None;
                }
            }
        }
        // In flight it stays: the places in a batch are the places in its answer.
        for list in [&mut self.calls, &mut self.retry] {
            for call in list.iter_mut() {
                call.members.retain(|member| member.ticket.is_some());
            }
            list.retain(|call| !call.members.is_empty());
        }
    }

    /// After a login, subscriptions go first, so that no event is missed while calls are paced.
    fn sort(&mut self) {
        if mem::take(&mut self.fresh) {
            let mut others = Vec::new();
            for call in mem::take(&mut self.calls) {
                if call.method == Method::Subscribe {
                    self.push(call);
                } else {
                    others.push(call);
                }
            }
            for call in others {
                self.push(call);
            }
        }
    }
}

impl Conn {
    /// Sends what can be sent.
    pub(super) fn send_calls(&mut self) {
        if !self.login.is_ready() {
            return;
        }
        self.queue.sort();
        while !self.timers.is_set(Timer::Pace) {
            let Some(call) = self.queue.calls.pop_front() else {
                self.queue.burst = u32::MAX;
                break;
            };
            let Some(id) = self.send(call.method, &call.path, &call.data()) else {
                self.queue.calls.push_front(call);
                break;
            };
            self.queue.flight.push_back((id, call));
            self.queue.burst = self.queue.burst.saturating_sub(1);
            if self.queue.burst == 0 && self.queue.has_calls() {
                self.queue.burst = 1;
                self.timers.set(Timer::Pace, self.clock.now() + PACE_MS);
            }
        }
    }

    /// An answer to a call.
    pub(super) fn answered(&mut self, id: u32, status: u16, body: Raw) {
        let Some(index) = self.queue.flight.iter().position(|(own, _)| *own == id) else { return };
        let Some((_, mut call)) = self.queue.flight.remove(index) else { return };
        let answers = call.answers(status, body);
        let tries = call.failed + 1;
        let (mut again, mut reason) = (Vec::new(), 0);
        for (member, (status, body)) in mem::take(&mut call.members).into_iter().zip(answers) {
            let Some(ticket) = member.ticket else { continue };
            if status == 429 || matches!(status, 401 | 500) && tries < MOST_TRIES {
                // Being logged out outweighs the rest, and a failure a mere "later".
                reason = match (status, reason) {
                    (401, _) | (_, 401) => 401,
                    (500, _) | (_, 500) => 500,
                    _ => 429,
                };
                again.push(member);
                continue;
            }
            self.queue.wait = Wait::SHORT;
            let result = match status {
                200 => Ok(body.text().into()),
                _ => Err(Failure::read(status, Some(body))),
            };
            self.events.push_back(Event::Reply { ticket, result });
        }
        if again.is_empty() {
            return;
        }
        call.members = again;
        if reason != 429 {
            call.failed = tries;
        }
        if reason == 401 {
            self.queue.put_back(call);
            self.lapsed();
        } else {
            self.queue.retry.push_back(call);
            self.wait_to_retry();
        }
    }

    /// Waits before the next of the calls that are to be sent again.
    fn wait_to_retry(&mut self) {
        if !self.queue.retry.is_empty() && !self.timers.is_set(Timer::Retry) {
            let wait = self.queue.wait.next(&mut self.random);
            self.timers.set(Timer::Retry, self.clock.now() + wait);
        }
    }

    /// The wait is over.
    pub(super) fn retry_call(&mut self) {
        if let Some(call) = self.queue.retry.pop_front() {
            self.queue.put_back(call);
        }
        self.wait_to_retry();
    }
}
