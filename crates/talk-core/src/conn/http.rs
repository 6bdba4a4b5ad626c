//! HTTP requests: those of the session itself, and those of the owner that carry the token.

use alloc::string::String;

use crate::json::{concat, push_char, Raw};
use crate::{ErrorCode, Failure, Fetch, Millis, Output, TalkError};

use super::backoff::Wait;
use super::timer::Timer;
use super::{Conn, Event, Ticket};

/// How often a request is made that the service keeps failing.
const MOST_TRIES: u8 = 10;

/// A request of the owner that is not settled yet.
pub(super) struct Http {
    pub(super) ticket: Ticket,
    /// Empty: the token itself is all that is wanted.
    url: String,
    /// The number under which the shell keeps the body.
    body: Option<u32>,
    state: State,
    failed: u8,
}

enum State {
    /// Goes out as soon as there is a token.
    Ready,
    /// On its way, with the token of this number.
    Sent { request: u32, token: u32 },
    /// Goes out again later. `Timer::Http` is set.
    Waiting,
}

impl Http {
    pub(super) fn new(ticket: Ticket, url: String, body: Option<u32>) -> Http {
        Http { ticket, url, body, state: State::Ready, failed: 0 }
    }

    fn sent(&self) -> Option<u32> {
        match self.state {
            State::Sent { request, .. } => Some(request),
            State::Ready | State::Waiting => None,
        }
    }
}

impl Conn {
    /// The address of everything about the app.
    pub(super) fn app_url(&self) -> String {
        let mut url = self.config.urls.internal.clone();
        push_char(&mut url, '/');
        crate::config::push_encoded(&mut url, &self.config.app_id);
        url
    }

    pub(super) fn fetch(&mut self, url: String, token: Option<String>, body: Option<u32>) -> u32 {
        self.last_fetch = self.last_fetch.wrapping_add(1);
        let request = self.last_fetch;
        self.outputs.push(Output::Fetch(Fetch { request, url, token, body }));
        request
    }

    /// Whether a request waits for a token.
    pub(super) fn http_needs_token(&self) -> bool {
        self.http.iter().any(|http| matches!(http.state, State::Ready))
    }

    /// Sends what waits for a token, if there is one.
    pub(super) fn mind_http(&mut self) {
        let Some(token) = self.login.token().cloned() else { return };
        let mut index = 0;
        while let Some(http) = self.http.get(index) {
            index += 1;
            if http.url.is_empty() {
                index -= 1;
                let (ticket, result) = (self.http.remove(index).ticket, Ok(token.text.clone()));
                self.events.push(Event::Http { ticket, result });
            } else if let State::Ready = http.state {
                let (url, body) = (http.url.clone(), http.body);
                let request = self.fetch(url, Some(token.text.clone()), body);
                if let Some(http) = self.http.get_mut(index - 1) {
                    http.state = State::Sent { request, token: token.number };
                }
            }
        }
    }

    /// An answer to an HTTP request; `None` when there was none.
    pub(super) fn fetched(&mut self, now: Millis, request: u32, answer: Option<(u16, &str)>) {
        if !self.begin(now) {
            return;
        }
        if self.app_check == Some(request) {
            self.app_check = None;
            if let Some((404, _)) = answer {
                let app = &self.config.app_id;
                let message = ["The app ID ", app, " does not exist: check it, and the host"];
                self.finish(TalkError::new(ErrorCode::AppNotFound, concat(&message)));
            }
        } else if self.login.boken_request() == Some(request) {
            self.boken_answered(answer);
        } else if let Some(at) = self.sent_http(request) {
            self.owner_fetched(at, answer);
        }
        self.settle();
    }

    pub(super) fn sent_http(&self, request: u32) -> Option<usize> {
        self.http.iter().position(|http| http.sent() == Some(request))
    }

    fn owner_fetched(&mut self, index: usize, answer: Option<(u16, &str)>) {
        let Some(http) = self.http.get_mut(index) else { return };
        let tries = http.failed + 1;
        let used = match http.state {
            State::Sent { token, .. } => token,
            State::Ready | State::Waiting => return,
        };
        let (status, body) = answer.unwrap_or((0, ""));
        match status {
            401 if tries < MOST_TRIES => {
                http.failed = tries;
                http.state = State::Ready;
                // Perhaps there is a newer one already.
                if self.login.token().is_some_and(|token| token.number == used) {
                    self.drop_token();
                }
            }
            0 | 500 if answer.is_none() || (status > 0 && tries < MOST_TRIES) => {
                if answer.is_some() {
                    http.failed = tries;
                }
                http.state = State::Waiting;
                if !self.timers.is_set(Timer::Http) {
                    let wait = self.http_wait.next(&mut self.random);
                    self.set_timer(Timer::Http, wait);
                }
            }
            _ => {
                let ticket = self.http.remove(index).ticket;
                self.http_wait = Wait::SECOND;
                let result = match status {
                    200..=299 => Ok(body.into()),
                    _ => Err(Failure::read(status, Raw::parse(body))),
                };
                self.events.push(Event::Http { ticket, result });
            }
        }
    }

    /// `Timer::Http`: the wait is over for those that failed.
    pub(super) fn http_due(&mut self) {
        for http in &mut self.http {
            if let State::Waiting = http.state {
                http.state = State::Ready;
            }
        }
    }

    /// Gives up requests of the owner: the one with this ticket, or all.
    pub(super) fn drop_http(&mut self, ticket: Option<Ticket>) {
        let mut at = 0;
        while let Some(http) = self.http.get(at) {
            if ticket.is_some_and(|ticket| ticket != http.ticket) {
                at += 1;
                continue;
            }
            if let Some(request) = http.sent() {
                self.outputs.push(Output::Abort { request });
            }
            self.http.remove(at);
        }
    }
}
