//! Logging in: where the token comes from, presenting it, and presenting a new one in time.

use alloc::string::String;

use crate::config::push_encoded;
use crate::json::{concat, ObjectWriter, Raw};
use crate::{ErrorCode, Failure, Millis, Output, TalkError};

use super::backoff::{backoff, Wait};
use super::timer::Timer;
use super::{Conn, Event, Method};

/// A login that is not answered for this long is given up, and so is fetching a boken.
const ANSWER_MS: u64 = 20_000;
/// A login that was answered oddly is tried again after this long at least …
const RENEW_MS: u64 = 5_000;
/// … and up to this much longer.
const RENEW_SPREAD_MS: u32 = 5_000;
/// A login that lasted this long was a good one.
const GOOD_MS: u64 = 10_000;
/// A token that lasts shorter than this (in seconds) is as good as expired.
const SHORT_S: f64 = 120.0;
/// How often fetching a boken may fail with status 500 and the like.
const MOST_TRIES: u8 = 5;
/// The longest wait before a token is renewed: 20 days. Timers cannot wait for much longer.
const LONGEST_S: f64 = 20.0 * 24.0 * 3600.0;
/// What is wrong with an empty token.
const EMPTY: &str = "the token must not be empty";

pub(super) struct Login {
    token: Option<Token>,
    /// A new token should be had, though the current one still works.
    stale: bool,
    tokens: u32,
    asking: Asking,
    /// Whether `onNeedToken` is set.
    need_token: bool,
    /// Whether the option `tokenFetcher` was given.
    fetcher: bool,
    origin: Origin,
    /// How often the service has refused a token in short order.
    refused: u32,
    renew: Renew,
    /// Since when calls can be made.
    ready: Option<Millis>,
}

/// A token, and how many there were before it.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) number: u32,
}

/// Who made the tokens so far: it decides who may make the next one.
enum Origin {
    /// There was none yet.
    Open,
    /// There was none yet, and the service is asked for one when the JavaScript task that runs now
    /// and its microtasks are through: until then the application may still set one.
    Soon,
    /// The application.
    Jwt,
    /// The service; from here on there is no other way.
    Boken { wait: Wait, failed: u8 },
}

/// Who was asked for a token and has not answered.
enum Asking {
    Nobody,
    Callback,
    Fetcher,
    Boken { request: u32 },
}

/// Presenting the token on the current socket.
enum Renew {
    /// To be done.
    Due,
    /// Waiting for the answer to the request with this number. `Timer::Renew` is set.
    Sent {
        id: u32,
    },
    /// To be done again. `Timer::Renew` is set.
    Later,
    Done,
}

impl Login {
    pub(super) fn new(token: Option<String>, fetcher: bool) -> Login {
        let origin = if token.is_some() || fetcher { Origin::Jwt } else { Origin::Open };
        Login {
            token: token.map(|text| Token { text, number: 0 }),
            stale: false,
            tokens: 0,
            asking: Asking::Nobody,
            need_token: false,
            fetcher,
            origin,
            refused: 0,
            renew: Renew::Due,
            ready: None,
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready.is_some()
    }

    pub(super) fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// The number of the request that fetches a boken.
    pub(super) fn boken_request(&self) -> Option<u32> {
        match self.asking {
            Asking::Boken { request } => Some(request),
            Asking::Nobody | Asking::Callback | Asking::Fetcher => None,
        }
    }

    /// On the next socket the token is to be presented anew.
    pub(super) fn forget_connection(&mut self) {
        self.renew = Renew::Due;
    }

    /// Whether the application can be asked for tokens.
    fn can_refresh(&self) -> bool {
        self.need_token || self.fetcher
    }

    fn check_not_anonymous(&self) -> Result<(), TalkError> {
        match self.origin {
            Origin::Open | Origin::Soon | Origin::Jwt => Ok(()),
            Origin::Boken { .. } => Err(TalkError::new(
                ErrorCode::InvalidArgument,
                "Cannot switch to JWT once connected: do it right after getTalkSession",
            )),
        }
    }
}

impl Conn {
    pub(super) fn put_token(&mut self, text: &str) -> Result<(), TalkError> {
        if text.is_empty() {
            return Err(TalkError::new(ErrorCode::InvalidArgument, EMPTY));
        }
        self.login.check_not_anonymous()?;
        self.login.origin = Origin::Jwt;
        self.new_token(text);
        Ok(())
    }

    pub(super) fn put_need_token(&mut self, on: bool) -> Result<(), TalkError> {
        if on {
            self.login.check_not_anonymous()?;
        }
        self.login.need_token = on;
        if let (Asking::Callback, false) = (&self.login.asking, on) {
            self.login.asking = Asking::Nobody;
        }
        Ok(())
    }

    fn new_token(&mut self, text: &str) {
        let login = &mut self.login;
        login.tokens = login.tokens.wrapping_add(1);
        login.token = Some(Token { text: text.into(), number: login.tokens });
        login.stale = false;
        login.renew = Renew::Due;
        login.asking = Asking::Nobody;
        self.timers.clear(Timer::Token);
        self.timers.clear(Timer::Refresh);
    }

    /// Asks for a token if one is needed and nobody was asked.
    pub(super) fn mind_token(&mut self) {
        let login = &mut self.login;
        let enough = login.token.is_some() && !login.stale;
        if enough || !matches!(login.asking, Asking::Nobody) {
            return;
        }
        if !login.can_refresh() && matches!(login.origin, Origin::Jwt) {
            if login.token.is_none() {
                let why = "the token expired or was refused, and onNeedToken is not set";
                self.fail_login(ErrorCode::AuthFailed, why);
            }
        } else if self.timers.is_set(Timer::Token) {
            // The last ones were refused: not too soon.
        } else if login.need_token {
            login.asking = Asking::Callback;
            login.origin = Origin::Jwt;
            self.outputs.push(Output::NeedToken);
        } else if login.fetcher {
            login.asking = Asking::Fetcher;
            self.outputs.push(Output::FetchToken);
        } else if let Origin::Open = login.origin {
            login.origin = Origin::Soon;
            self.set_timer(Timer::Token, 0);
        } else {
            self.fetch_boken();
        }
    }

    fn fetch_boken(&mut self) {
        if let Origin::Soon = self.login.origin {
            self.login.origin = Origin::Boken { wait: Wait::SECOND, failed: 0 };
        }
        let config = &self.config;
        let mut url = self.app_url();
        url.push_str("/bokens/");
        push_encoded(&mut url, &config.user_id);
        url.push_str("?signature=");
        push_encoded(&mut url, &config.signature);
        let request = self.fetch(url, None, None);
        self.login.asking = Asking::Boken { request };
        self.set_timer(Timer::Token, ANSWER_MS);
    }

    /// The answer to fetching a boken; `None` when there was none.
    pub(super) fn boken_answered(&mut self, answer: Option<(u16, &str)>) {
        self.login.asking = Asking::Nobody;
        self.timers.clear(Timer::Token);
        let Origin::Boken { wait, failed } = &mut self.login.origin else { return };
        match answer {
            Some((200, body)) => {
                let boken = Raw::parse(body).and_then(|body| body.get("boken"));
                if let Some(boken) = boken.and_then(Raw::as_str).filter(|text| !text.is_empty()) {
                    (*wait, *failed) = (Wait::SECOND, 0);
                    return self.new_token(&boken);
                }
                *failed += 1;
            }
            Some((429 | 502, _)) | None => {}
            Some((status @ 400..=499, body)) => {
                let (code, hint) = match status {
                    401 => (ErrorCode::AuthFailed, "check the signature"),
                    402 => (ErrorCode::PaymentRequired, ""),
                    404 => (ErrorCode::AppNotFound, "check the app ID"),
                    _ => (ErrorCode::AuthFailed, ""),
                };
                return self.refuse_login(code, hint, Failure::read(status, Raw::parse(body)));
            }
            Some(_) => *failed += 1,
        }
        if *failed >= MOST_TRIES {
            let (status, body) = answer.unwrap_or((0, ""));
            let refusal = Failure::read(status, Raw::parse(body));
            let hint = "the service gave no token";
            return self.refuse_login(ErrorCode::ServerError, hint, refusal);
        }
        let wait = wait.next(&mut self.random);
        self.set_timer(Timer::Token, wait);
    }

    /// What `tokenFetcher` gave, or that it or `onNeedToken` failed.
    pub(super) fn fetcher_answered(&mut self, result: Result<&str, &str>) {
        match self.login.asking {
            Asking::Fetcher => {}
            Asking::Callback if result.is_err() => {
                // It is called again.
                self.login.asking = Asking::Nobody;
                return;
            }
            _ => return,
        }
        match result {
            Ok("") => self.fail_login(ErrorCode::AuthFailed, EMPTY),
            Ok(text) => self.new_token(text),
            Err(why) => {
                let why = concat(&["tokenFetcher failed: ", why]);
                self.fail_login(ErrorCode::AuthFailed, &why);
            }
        }
    }

    /// `Timer::Token`: it is time to ask again, or fetching a boken took too long.
    pub(super) fn token_due(&mut self) {
        if let Asking::Boken { request } = self.login.asking {
            self.outputs.push(Output::Abort { request });
            self.boken_answered(None);
        }
    }

    /// The service refuses the token. The next one is asked for at once the first time, and after
    /// longer and longer waits if the service refuses one after the other.
    pub(super) fn drop_token(&mut self) {
        let now = self.clock.now();
        let login = &mut self.login;
        login.token = None;
        if login.ready.is_some_and(|since| now.saturating_sub(since) >= GOOD_MS) {
            login.refused = 0;
        }
        if let Asking::Callback = login.asking {
            // What was asked for may never come: it was not urgent then, it is now.
            login.asking = Asking::Nobody;
        }
        if login.refused > 0 && matches!(login.asking, Asking::Nobody) {
            let wait = backoff(&mut self.random, login.refused - 1);
            self.timers.set(Timer::Token, now + wait);
        }
        login.refused = login.refused.saturating_add(1);
        self.timers.clear(Timer::Refresh);
    }

    /// Presents the token if that is to be done.
    pub(super) fn mind_login(&mut self) {
        let (Renew::Due, Some(token)) = (&self.login.renew, &self.login.token) else { return };
        let mut data = String::new();
        let mut object = ObjectWriter::new(&mut data);
        object.str("token", &token.text);
        object.end();
        let (now, path) = (self.clock.now(), "/session/renew");
        let id = self.connection.send(&mut self.outputs, now, Method::Post, path, &data);
        if let Some(id) = id {
            self.login.renew = Renew::Sent { id };
            self.timers.set(Timer::Renew, now + ANSWER_MS);
        }
    }

    /// The answer to a request, if that presented the current token. Gives whether it did.
    pub(super) fn renew_answered(&mut self, id: u32, status: u16, body: Raw) -> bool {
        match self.login.renew {
            Renew::Sent { id: ours } if ours == id => {}
            Renew::Due | Renew::Sent { .. } | Renew::Later | Renew::Done => return false,
        }
        self.timers.clear(Timer::Renew);
        match status {
            200 => self.logged_in(body.get("expiresInSeconds").and_then(Raw::as_f64)),
            400 | 402 => {
                let code =
                    if status == 402 { ErrorCode::PaymentRequired } else { ErrorCode::Rejected };
                self.refuse_login(code, "", Failure::read(status, Some(body)));
            }
            401 => {
                self.login.renew = Renew::Due;
                if self.login.refused == 1 {
                    self.warn(&["The service refuses each token: is its secret right?"]);
                }
                self.drop_token();
            }
            _ => {
                self.login.renew = Renew::Later;
                let wait = RENEW_MS + Millis::from(self.random.below(RENEW_SPREAD_MS));
                self.set_timer(Timer::Renew, wait);
            }
        }
        true
    }

    fn logged_in(&mut self, expires: Option<f64>) {
        let now = self.clock.now();
        self.login.renew = Renew::Done;
        if let Some(expires) = expires {
            if expires < SHORT_S {
                self.warn(&[
                    "The token is about to expire, and is treated as if it had: new ones \
                     should last 10 minutes at least",
                ]);
                self.login.renew = Renew::Due;
                return self.drop_token();
            }
            if self.login.can_refresh() {
                let refresh = if expires > 600.0 { expires - 300.0 } else { expires / 2.0 };
                let wait = (refresh.min(LONGEST_S) * 1000.0) as Millis;
                self.timers.set(Timer::Refresh, now + wait);
            }
        }
        if self.login.ready.is_none() {
            self.login.ready = Some(now);
            self.connection.forget_pushes();
            self.timers.clear(Timer::Pace);
            self.queue.refresh();
            let refetch = self.connection.has_gap(now);
            self.events.push(Event::Ready { refetch });
            self.ask_tick();
        }
    }

    /// `Timer::Renew`: the login is to be tried again, or it was never answered.
    pub(super) fn renew_due(&mut self) {
        match self.login.renew {
            Renew::Later => self.login.renew = Renew::Due,
            Renew::Sent { .. } => self.drop_socket(),
            Renew::Due | Renew::Done => {}
        }
    }

    /// `Timer::Refresh`: the token will expire.
    pub(super) fn refresh_due(&mut self) {
        self.login.stale = true;
    }

    /// The service says that the session is not logged in any more.
    pub(super) fn lapsed(&mut self) {
        // Also before a login: one that was to be resumed has ended in the meantime.
        self.connection.has_lapsed();
        if self.login.ready.is_none() {
            return;
        }
        // Unless a newer token is being presented at this moment.
        if let Renew::Done = self.login.renew {
            self.login.renew = Renew::Due;
            self.drop_token();
        }
        self.logged_out();
    }

    /// Calls cannot be made any more.
    pub(super) fn logged_out(&mut self) {
        if self.login.ready.take().is_some() {
            self.queue.drop_connection();
            self.events.push(Event::Lost);
        }
    }

    /// The service refuses the login for good.
    fn refuse_login(&mut self, code: ErrorCode, hint: &str, refusal: Failure) {
        self.finish(TalkError { code, message: hint.into(), refusal: Some(refusal) });
    }

    fn fail_login(&mut self, code: ErrorCode, why: &str) {
        let message = concat(&["Could not log in: ", why]);
        self.finish(TalkError::new(code, message));
    }
}
