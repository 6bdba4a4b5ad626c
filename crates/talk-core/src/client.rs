//! The client of one session: the loop that ties connection, store and calls together.

use alloc::string::String;
use alloc::vec::Vec;

use crate::calls::Call;
use crate::config::{push_encoded, Config};
use crate::conn::{Conn, Event};
use crate::error::TalkError;
use crate::json::{push_char, Raw};
use crate::nodes::Nodes;
use crate::output::{Millis, Output};
use crate::place::Place;
use crate::random::Random;
use crate::replies::{Half, Then};
use crate::search::Search;
use crate::subscriptions::{Subscription, Waiter};

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The application calls a method. `args` is a JSON array; `number` names the promise or
    /// subscription and is never reused.
    Call {
        /// The promise or subscription that the answer is for.
        number: u32,
        /// The method.
        call: Call,
        /// The ids of what it is called on, then the arguments.
        args: &'a str,
    },
    /// The running JavaScript task is through ([`Output::Tick`]).
    Tick,
    /// The time that [`Client::next_wake`] named has come. Early is fine.
    Wake,
    /// A socket has opened.
    SocketOpened(u32),
    /// A socket has closed, with a code if that is known, or could not be opened.
    SocketClosed(u32, u32),
    /// A text message came.
    Frame(u32, &'a str),
    /// Whole lines of an answer to an HTTP request. What comes behind them, and the status, follow.
    HttpPart(u32, &'a str),
    /// An HTTP request was answered.
    HttpResponse {
        /// The request.
        request: u32,
        /// The status.
        status: u16,
        /// The body.
        body: &'a str,
    },
    /// An HTTP request was not answered.
    HttpFailed(u32),
    /// The application's `tokenFetcher` gave a token, or failed for a reason.
    TokenFetched(Result<&'a str, &'a str>),
    /// The network is back, or the page is looked at again.
    Online,
}

/// A session. Feed it an [`Input`] and the time, then take [`Client::poll`] until it is empty.
// Nodes are looked up all over the place: at the address of the client itself they need no addition.
// What is large comes last, so that the other places are small numbers.
#[repr(C)]
pub struct Client {
    pub(crate) nodes: Nodes,
    pub(crate) random: Random,
    /// The ID of the session's user.
    pub(crate) me: String,
    pub(crate) rest_url: String,
    /// Whether the connection is up and logged in.
    pub(crate) ready: bool,
    pub(crate) ended: Option<TalkError>,
    /// How many resources are followed or linger.
    pub(crate) following: u32,
    pub(crate) lingering: Vec<(Millis, Place)>,
    /// Windows that may want a page, looked at once per input.
    pub(crate) fetches: Vec<Place>,
    pub(crate) dirty_windows: Vec<Place>,
    pub(crate) changes: Vec<Place>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) waiters: Vec<Waiter>,
    /// The pages of searches that are on their way.
    pub(crate) searches: Vec<Search>,
    /// What the open requests are for, by ticket.
    pub(crate) pending: Vec<(u32, Then)>,
    /// Calls of two requests of which not both were answered yet.
    pub(crate) halves: Vec<Half>,
    outputs: Vec<Output>,
    ticking: bool,
    pub(crate) conn: Conn,
}

impl Client {
    /// A new session. `options` is JSON, see [`Config::read`]; `seed` comes from a good source of
    /// randomness.
    pub fn new(options: &str, seed: [u32; 4], now: Millis) -> Client {
        let config = Config::read(Raw::read(options));
        let mut random = Random::new(seed);
        let own = [random.next_u32(), random.next_u32(), random.next_u32(), random.next_u32()];
        let mut rest_url = config.urls.rest.clone();
        push_char(&mut rest_url, '/');
        push_encoded(&mut rest_url, &config.app_id);
        let mut client = Client {
            me: config.user_id.clone(),
            rest_url,
            conn: Conn::new(config, Random::new(own), now),
            nodes: Nodes::new(),
            random,
            ready: false,
            ended: None,
            following: 0,
            lingering: Vec::new(),
            fetches: Vec::new(),
            dirty_windows: Vec::new(),
            changes: Vec::new(),
            subscriptions: Vec::new(),
            waiters: Vec::new(),
            searches: Vec::new(),
            pending: Vec::new(),
            halves: Vec::new(),
            outputs: Vec::new(),
            ticking: false,
        };
        client.settle(false);
        client
    }

    /// Takes in what happened. Afterwards [`Client::poll`] until there is nothing left.
    // Inlined, each kind of input would get its own copy of what all of them begin with.
    #[inline(never)]
    pub fn handle(&mut self, now: Millis, input: Input) {
        self.conn.clock.see(now);
        let mut flush = true;
        match input {
            Input::Call { number, call, args } => {
                self.make_call(number, call, Raw::read(args));
                // Who subscribes to what is known already gets it at once. Of other calls, those of
                // one tick are combined, and nothing is delivered inside them.
                flush = call.subscribes();
                self.ask_tick();
            }
            Input::Tick => {
                self.ticking = false;
                self.run_fetches();
                self.conn.set_live(self.following > 0);
                self.conn.tick(now);
            }
            Input::Wake => {
                self.forget_unused(self.conn.clock.now());
                self.conn.wake(now);
            }
            Input::SocketOpened(socket) => self.conn.socket_opened(now, socket),
            Input::SocketClosed(socket, code) => self.conn.socket_closed(now, socket, code),
            Input::Frame(socket, text) => {
                if let Some(frame) = self.conn.frame(now, socket, text) {
                    self.published(frame);
                }
            }
            Input::HttpPart(request, text) => {
                if let Some(ticket) = self.conn.http_ticket(request) {
                    self.search_lines(ticket, text);
                }
            }
            Input::HttpResponse { request, status, body } => {
                self.conn.http_response(now, request, status, body);
            }
            Input::HttpFailed(request) => self.conn.http_failed(now, request),
            Input::TokenFetched(result) => self.conn.token_fetched(now, result),
            Input::Online => self.conn.came_online(now),
        }
        self.settle(flush);
    }

    /// Sets the session's token. Refused once an anonymous token was asked for.
    pub fn set_token(&mut self, now: Millis, token: &str) -> Result<(), TalkError> {
        let result = self.conn.set_token(now, token);
        self.settle(true);
        result
    }

    /// The application can, or can no longer, be asked for a token. Refused as for
    /// [`Client::set_token`].
    pub fn set_need_token(&mut self, on: bool) -> Result<(), TalkError> {
        let result = self.conn.set_need_token(on);
        self.settle(true);
        result
    }

    /// The next thing for the shell to do.
    pub fn poll(&mut self) -> Option<Output> {
        (!self.outputs.is_empty()).then(|| self.outputs.remove(0))
    }

    /// When to feed [`Input::Wake`]. `None`: there is no timer.
    pub fn next_wake(&self) -> Option<Millis> {
        let forget = self.next_forget().filter(|_| self.ended.is_none());
        forget.into_iter().chain(self.conn.next_wake()).min()
    }

    /// Lets what happened take its course: events of the connection, fetches, what JavaScript is
    /// to be told.
    fn settle(&mut self, flush: bool) {
        loop {
            let events = self.conn.take_events();
            if events.is_empty() {
                break;
            }
            for event in events {
                match event {
                    Event::Ready { refetch } => {
                        self.ready = true;
                        self.start_all(refetch);
                    }
                    Event::Lost => {
                        self.ready = false;
                        self.forget_connection_requests();
                        // What they wait for comes anew.
                        self.waiters.iter_mut().for_each(|waiter| waiter.after = None);
                    }
                    Event::Reply { ticket, result } | Event::Http { ticket, result } => {
                        self.replied(ticket, &result);
                    }
                    Event::Ended(error) => self.end(error),
                }
            }
        }
        if self.ended.is_none() {
            if flush {
                self.flush();
                // Pages are asked for when all that wants them is known: at the end of the tick.
                if !self.ticking {
                    self.run_fetches();
                }
                self.flush_waiters();
            }
            self.conn.set_live(self.following > 0);
        }
        self.nodes.recycle();
        for output in self.conn.take_outputs() {
            match output {
                Output::Tick => self.ask_tick(),
                output => self.outputs.push(output),
            }
        }
        if flush {
            let ops = self.nodes.ops.take();
            if !ops.is_empty() {
                self.outputs.push(Output::Apply(ops));
            }
        }
    }

    fn ask_tick(&mut self) {
        if !core::mem::replace(&mut self.ticking, true) {
            self.outputs.push(Output::Tick);
        }
    }

    /// The session is over: JavaScript rejects its promises and ends its subscriptions.
    #[inline(never)]
    fn end(&mut self, error: TalkError) {
        self.nodes = Nodes::new();
        self.nodes.ops.ended(&error);
        // The rest is never looked at again.
        self.ready = false;
        self.ended = Some(error);
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
