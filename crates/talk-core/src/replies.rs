//! What is to be done with the answers of the service.

use alloc::string::String;

use talk_markup::Source;

use crate::calls::{participant, text_content};
use crate::client::Client;
use crate::conn::{Keep, Method, Request, Ticket};
use crate::error::Failure;
use crate::json::{push_quoted, Raw};
use crate::nodes::{Kind, Known, Nodes, Phase};
use crate::place::{Place, NOBODY};
use crate::subscriptions::Waiter;

/// What a request was for.
pub(crate) enum Then {
    /// Nothing depends on the answer.
    Ignore,
    /// A SUBSCRIBE.
    Subscribed(Place),
    /// The state of a node.
    State(Place),
    /// A page of a list.
    Page(Place),
    /// A conversation with news that the list did not show yet.
    Listed(Place),
    /// A call's own GET of a message.
    GotMessage { place: Place, call: u32 },
    /// A call that resolves with nothing.
    Settle(Settle),
    /// A translation: the call resolves with it.
    Translated { call: u32 },
    /// Something was made: the call resolves with what the answer has under this key.
    Made { call: u32, key: &'static str },
    /// The service's consent to an upload, before any byte is sent.
    Validated { call: u32 },
    /// The current token.
    Token { call: u32 },
}

/// How a call that resolves with nothing reads its answer.
pub(crate) struct Settle {
    pub(crate) call: u32,
    /// A status that means the same as success, such as 409 for creating what exists; or 200.
    pub(crate) tolerated: u16,
    /// The code of a 403 that is no failure, since nothing was asked for that it refuses.
    pub(crate) forgiven: &'static str,
}

impl Then {
    /// The node that the answer is about, if it is about one that is not held for it.
    pub(crate) fn place(&self) -> Place {
        match *self {
            Then::Subscribed(place)
            | Then::State(place)
            | Then::Page(place)
            | Then::Listed(place) => place,
            _ => NOBODY,
        }
    }
}

impl Then {
    /// Whether a `get()` that comes after it waits for the answer: not if that comes over HTTP.
    pub(crate) fn goes_over_the_socket(&self) -> bool {
        !matches!(self, Then::Token { .. } | Then::Made { key: "fileToken", .. })
    }
}

/// A call of two requests, one for a conversation and one for me in it, that waits for both answers
/// or for the second one.
pub(crate) struct Half {
    pub(crate) call: u32,
    pub(crate) answered: bool,
    pub(crate) refused: bool,
    /// What the second request is made of: the conversation, how, and the parameters …
    pub(crate) conversation: String,
    pub(crate) method: Method,
    pub(crate) params: String,
    /// … if it came before the first one, which a busy service had put off, and so must be repeated.
    pub(crate) early: Option<Settle>,
}

impl Client {
    /// Sends a request about a node, without parameters.
    pub(crate) fn request(
        &mut self,
        method: Method,
        place: Place,
        keep: Keep,
        then: Then,
    ) -> Ticket {
        let path = (*self.nodes[place].path).into();
        self.request_data(method, path, "{}".into(), keep, then)
    }

    pub(crate) fn request_data(
        &mut self,
        method: Method,
        path: String,
        data: String,
        keep: Keep,
        then: Then,
    ) -> Ticket {
        self.send(Request::Plain { method, path, data }, keep, then)
    }

    pub(crate) fn send(&mut self, request: Request, keep: Keep, then: Then) -> Ticket {
        let ticket = self.conn.request(request, keep);
        self.expect(ticket, then);
        ticket
    }

    /// Notes what an answer is for. Tickets count up, so the list stays sorted.
    pub(crate) fn expect(&mut self, ticket: Ticket, then: Then) {
        self.pending.push((ticket.0, then));
    }

    pub(crate) fn take_pending(&mut self, ticket: Ticket) -> Option<Then> {
        let at = self.pending.iter().position(|(own, _)| *own == ticket.0)?;
        Some(self.pending.remove(at).1)
    }

    /// Drops what nobody expects any more.
    pub(crate) fn retain_pending(&mut self, keep: fn(&Nodes, &Then) -> bool) {
        for at in (0..self.pending.len()).rev() {
            if !keep(&self.nodes, &self.pending[at].1) {
                self.pending.remove(at);
            }
        }
    }

    /// Drops what was expected of a connection that is gone. `Client::start_all` asks again.
    pub(crate) fn forget_connection_requests(&mut self) {
        self.retain_pending(|_, then| match then {
            // Its news came on that connection, and may not come again.
            Then::Listed(_) => true,
            then => then.place() == NOBODY && !matches!(then, Then::Ignore),
        });
        for place in self.nodes.places() {
            if self.nodes[place].kind.is_list() {
                self.nodes[place].window.page = None;
            }
        }
    }

    /// An answer, over the socket or over HTTP.
    pub(crate) fn replied(&mut self, ticket: Ticket, result: &Result<String, Failure>) {
        self.search_answered(ticket, result);
        let Some(then) = self.take_pending(ticket) else { return };
        let strange;
        let answer = match result {
            Ok(body) => {
                let body = Raw::read(body);
                let fits = match then {
                    Then::State(_) | Then::GotMessage { .. } => {
                        body.is_null() || body.entries().next().is_some()
                    }
                    Then::Page(_) => body.get("data").is_some_and(Raw::is_array),
                    Then::Made { key, .. } => body.get(key).and_then(Raw::as_id).is_some(),
                    _ => true,
                };
                if fits {
                    Ok(body)
                } else {
                    strange = Failure::strange();
                    Err(&strange)
                }
            }
            Err(failure) => Err(failure),
        };
        if let (
            Err(failure),
            Then::Translated { call } | Then::Made { call, .. } | Then::Validated { call },
        ) = (answer, &then)
        {
            return self.nodes.ops.reject(*call, failure);
        }
        match then {
            Then::Ignore => {}
            Then::Subscribed(place) => match answer {
                Ok(_) => self.subscribed(place),
                Err(failure) => self.fail(place, failure),
            },
            Then::State(place) => self.state_answer(place, answer),
            Then::Page(list) => self.page_answer(list, ticket, answer),
            Then::Listed(side) => {
                self.nodes[side].window.page = None;
                let lists = self.loaded_lists();
                if let Some(state) = answer.ok().filter(|state| state.is_object()) {
                    if !lists.is_empty() {
                        // If it is followed by itself, more is known of it by now.
                        if self.nodes[side].phase != Phase::Loaded {
                            self.take_state(side, state, false);
                        }
                        if self.nodes[side].known == Known::Present {
                            self.sort_into(&lists, side);
                        }
                    }
                }
                self.replay(side);
                self.nodes.vacate(side);
            }
            Then::GotMessage { place, call } => {
                match answer {
                    Ok(state) if state.is_object() => {
                        if !self.is_fed(place) {
                            self.nodes[place].unsure = self.is_subscribing(place);
                            self.take_state(place, state, false);
                            self.replay(place);
                        }
                        self.expand(place);
                    }
                    Err(failure) if failure.status != 404 && !failure.is("NOT_A_PARTICIPANT") => {
                        self.nodes.ops.reject(call, failure);
                        return self.release(place);
                    }
                    // Its feed, if it is in one, knows what happened since.
                    _ if self.nodes[place].listed > 0 => self.expand(place),
                    _ => self.take_absence(place),
                }
                self.waiters.push(Waiter { call, target: place, after: Some(0) });
            }
            Then::Settle(settle) => self.settle_call(settle, answer),
            Then::Translated { call } => {
                let translation = translation(answer.unwrap_or(Raw::NULL));
                self.nodes.ops.resolve_value(call, Some(Raw::trusted(&translation)));
            }
            Then::Made { call, key } => {
                self.nodes.ops.resolve_value(call, answer.unwrap_or(Raw::NULL).get(key));
            }
            Then::Validated { call } => self.start_upload(call),
            Then::Token { call } => {
                if let Ok(token) = result {
                    let mut text = String::new();
                    push_quoted(&mut text, token);
                    self.nodes.ops.resolve_value(call, Some(Raw::trusted(&text)));
                }
            }
        }
    }

    /// A call of two requests resolves with the second answer, and rejects with the first refusal.
    fn settle_call(&mut self, settle: Settle, answer: Result<Raw, &Failure>) {
        let call = settle.call;
        let absent = answer.as_ref().is_err_and(|failure| failure.is("CONVERSATION_NOT_FOUND"));
        let refusal = answer
            .err()
            .filter(|failure| failure.status != settle.tolerated && !forgiven(&settle, failure));
        let at = self.halves.iter().position(|half| half.call == call);
        let (first, over) = match at {
            Some(at) => {
                let half = &mut self.halves[at];
                if absent && !half.answered {
                    half.early = Some(settle);
                    return;
                }
                let first = !core::mem::replace(&mut half.answered, true);
                let over = core::mem::replace(&mut half.refused, refusal.is_some());
                let early = half.early.take();
                if !first || refusal.is_some() && early.is_some() {
                    self.halves.remove(at);
                } else if let Some(settle) = early {
                    let params = Raw::trusted(&half.params);
                    let again = participant(&half.conversation, &self.me, half.method, params);
                    self.send(again, Keep::Always, Then::Settle(settle));
                }
                (first, over)
            }
            None => (false, false),
        };
        match refusal {
            _ if over => {}
            Some(failure) => self.nodes.ops.reject(call, failure),
            None if first => {}
            None => self.nodes.ops.resolve_value(call, None),
        }
    }

    /// The state of a user, of my side of a conversation, of a participant or of a message that is
    /// only referred to.
    fn state_answer(&mut self, place: Place, answer: Result<Raw, &Failure>) {
        let kind = self.nodes[place].kind;
        let state = match answer {
            Ok(state) => Some(state).filter(|state| state.is_object()),
            // A message is not lost because what it replies to cannot be had.
            Err(_) if kind == Kind::Message => None,
            Err(failure) => {
                let absent = match kind {
                    // Of presence, that there is no such user is said in so many words.
                    Kind::Online => failure.is("USER_NOT_FOUND"),
                    _ => failure.status == 404 || failure.is("NOT_A_PARTICIPANT"),
                };
                if !absent {
                    return self.fail(place, failure);
                }
                None
            }
        };
        if self.contradicted(place, state.is_none()) {
            return;
        }
        if let Some(failure) = answer.err().filter(|failure| self.hides(place, failure)) {
            self.reject_waiters(place, failure);
        }
        if self.nodes[place].phase == Phase::Off {
            // They were all who wanted to know.
            return;
        }
        self.loaded(place);
        match state {
            Some(state) => {
                self.take_state(place, state, false);
                match kind {
                    Kind::User => self.find_online(place),
                    // In which lists it belongs did not count while it was fetched.
                    Kind::Side => self.mark_window(self.nodes[place].feed),
                    _ => {}
                }
            }
            // Its feed, if it is in one, knows what happened since.
            None if kind == Kind::Message && self.nodes[place].listed > 0 => {}
            None => self.take_absence(place),
        }
        self.replay(place);
    }

    /// Whether an answer does not say that a participant does not exist, but that I may not know,
    /// since I am not in the conversation. Of myself that says enough, and to a subscription, which
    /// will see what comes.
    fn hides(&self, place: Place, failure: &Failure) -> bool {
        let node = &self.nodes[place];
        node.kind == Kind::Participant
            && !failure.is("PARTICIPANT_NOT_FOUND")
            && *node.id != *self.me
    }

    /// Fetches a conversation that moved to the top of the list from beyond its loaded part.
    pub(crate) fn list_conversation(&mut self, id: &str) {
        let side = self.nodes.side(id);
        if self.nodes[side].window.page.is_none() {
            let ticket = self.request(Method::Get, side, Keep::Always, Then::Listed(side));
            // As with a page of a list, what happens in the meantime is applied to what comes.
            self.nodes[side].window.page = Some(ticket);
        }
    }
}

/// The content of a translation, which may have come as markup, or `null`.
fn translation(answer: Raw) -> String {
    let markup = answer.get("markup").filter(|markup| markup.is_string());
    match answer.get("content").filter(|content| content.is_array()) {
        Some(content) => content.text().into(),
        None => {
            markup.map_or_else(|| Raw::NULL.text().into(), |text| text_content(text, Source::Edit))
        }
    }
}

fn forgiven(settle: &Settle, failure: &Failure) -> bool {
    failure.status == 403 && !settle.forgiven.is_empty() && failure.is(settle.forgiven)
}
