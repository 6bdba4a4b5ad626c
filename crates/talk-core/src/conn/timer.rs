//! Timers as data, and a clock that never goes back.

use crate::Millis;

/// What can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// To open the socket again after it was lost, or to give up one that does not open.
    Socket,
    /// To see whether the connection is still alive.
    Keepalive,
    /// To close a connection that nobody needs.
    Idle,
    /// To give up a login that is not answered, or to try again one that was answered oddly.
    Renew,
    /// To ask for a new token before the current one expires.
    Refresh,
    /// To ask for the first boken, to ask again for a token that could not be had or was refused,
    /// or to give up asking.
    Token,
    /// To see whether calls are answered.
    Answer,
    /// To send the next of many queued calls.
    Pace,
    /// To send one of the calls again that the service was too busy for.
    Retry,
    /// To make one of the HTTP requests again that failed.
    Http,
}

const COUNT: usize = 10;

impl Timer {
    const ALL: [Timer; COUNT] = [
        Timer::Socket,
        Timer::Keepalive,
        Timer::Idle,
        Timer::Renew,
        Timer::Refresh,
        Timer::Token,
        Timer::Answer,
        Timer::Pace,
        Timer::Retry,
        Timer::Http,
    ];
}

/// When each timer is due, by the [`Clock`]; [`NEVER`] is "no timer".
#[derive(Debug)]
pub(super) struct Timers([Millis; COUNT]);

const NEVER: Millis = Millis::MAX;

impl Timers {
    pub(super) fn new() -> Timers {
        Timers([NEVER; COUNT])
    }

    pub(super) fn set(&mut self, timer: Timer, at: Millis) {
        self.0[timer as usize] = at;
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        self.0[timer as usize] = NEVER;
    }

    pub(super) fn is_set(&self, timer: Timer) -> bool {
        self.0[timer as usize] != NEVER
    }

    #[cfg(test)]
    pub(super) fn at(&self, timer: Timer) -> Option<Millis> {
        Some(self.0[timer as usize]).filter(|at| *at != NEVER)
    }

    /// When the first one is due.
    pub(super) fn next(&self) -> Option<Millis> {
        self.0.iter().min().copied().filter(|at| *at != NEVER)
    }

    /// Puts off those that are due.
    pub(super) fn postpone(&mut self, now: Millis, to: Millis) {
        for at in &mut self.0 {
            if *at <= now {
                *at = to;
            }
        }
    }

    /// Takes one that is due.
    pub(super) fn take(&mut self, now: Millis) -> Option<Timer> {
        let timer = Timer::ALL.into_iter().find(|timer| self.0[*timer as usize] <= now)?;
        self.clear(timer);
        Some(timer)
    }
}

/// Time that only passes.
#[derive(Debug, Default)]
pub(crate) struct Clock(Millis);

impl Clock {
    /// Takes note of the time. What is earlier than the last one is as late.
    #[inline(never)]
    pub(crate) fn see(&mut self, now: Millis) {
        // Far beyond any real time, so that adding to it cannot overflow.
        self.0 = self.0.max(now.min(1 << 60));
    }

    /// The time that timers go by.
    pub(crate) fn now(&self) -> Millis {
        self.0
    }
}
