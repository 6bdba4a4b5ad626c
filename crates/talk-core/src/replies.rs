//! What is to be done with the answers of the service.

use alloc::string::String;

use crate::client::Client;
use crate::conn::{Keep, Method, Request, Ticket};
use crate::error::Failure;
use crate::json::Raw;
use crate::live::Resource;
use crate::subscriptions::{Target, Waiter};

/// What a request was for.
pub(crate) enum Then {
    /// Nothing depends on the answer.
    Ignore,
    /// A SUBSCRIBE.
    Subscribed(Resource),
    /// The state of a user, a side or a participant.
    State(Resource),
    /// A page of a window.
    Page(Resource),
    /// A message that another one refers to.
    Reference(u32),
    /// A conversation with news that the list did not show yet.
    Listed(u32),
    /// A call's own GET of a message.
    GotMessage { place: u32, call: u32, operation: String },
    /// A call that resolves with nothing.
    Settle(Settle),
    /// A sent message: the call resolves with its id.
    Sent { call: u32, operation: String },
    /// The service's consent to an upload, before any byte is sent.
    Validated { call: u32, operation: String },
    /// An upload.
    Uploaded { call: u32, operation: String },
}

/// How a call that resolves with nothing reads its answer.
pub(crate) struct Settle {
    pub(crate) call: u32,
    pub(crate) operation: String,
    /// A status that means the same as success, such as 409 for creating what exists; or 0.
    pub(crate) tolerated: u16,
    /// The code of a 403 that is no failure, since nothing was asked for that it refuses.
    pub(crate) forgiven: &'static str,
}

impl Client {
    /// Sends a request without parameters.
    pub(crate) fn request(&mut self, method: Method, path: String, keep: Keep, then: Then) {
        self.request_data(method, path, "{}".into(), keep, then);
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
        let at = self.pending.binary_search_by_key(&ticket.0, |(own, _)| *own).ok()?;
        Some(self.pending.remove(at).1)
    }

    /// Drops what was expected of a connection that is gone. `Client::start_all` asks again.
    pub(crate) fn forget_connection_requests(&mut self) {
        self.pending.retain(|(_, then)| match then {
            Then::Ignore
            | Then::Subscribed(_)
            | Then::State(_)
            | Then::Page(_)
            | Then::Reference(_)
            | Then::Listed(_) => false,
            Then::GotMessage { .. }
            | Then::Settle(_)
            | Then::Sent { .. }
            | Then::Validated { .. }
            | Then::Uploaded { .. } => true,
        });
        self.store.list.page = None;
        for (_, conversation) in self.store.conversations.iter_mut() {
            conversation.messages.page = None;
        }
    }

    /// An answer over the socket.
    pub(crate) fn replied(&mut self, ticket: Ticket, result: Result<String, Failure>) {
        let Some(then) = self.take_pending(ticket) else { return };
        let answer = match &result {
            Ok(body) => Ok(Raw::parse(body).unwrap_or(Raw::NULL)),
            Err(failure) => Err(failure.clone()),
        };
        match then {
            Then::Ignore => {}
            Then::Subscribed(resource) => {
                if let Err(failure) = answer {
                    let first = self.live(resource).is_some_and(|live| !live.has_state());
                    // At first, what is fetched next says whether there is anything to see.
                    if !(first && matches!(failure.status, 403 | 404)) {
                        self.fail(resource, failure);
                    }
                }
            }
            Then::State(resource) => self.state_answer(resource, answer),
            Then::Page(resource) => self.page_answer(resource, ticket, answer),
            Then::Reference(place) => self.reference_answer(place, answer),
            Then::Listed(place) => {
                if let (Ok(state), true) = (answer, self.store.list.live.has_state()) {
                    self.put_in_list(state, false);
                }
                self.store.drop_conversation_if_unused(place);
            }
            Then::GotMessage { place, call, operation } => {
                let state = match answer {
                    Ok(state) => state,
                    Err(failure) if failure.status == 404 || failure.is("NOT_A_PARTICIPANT") => {
                        Raw::NULL
                    }
                    Err(failure) => {
                        self.store.ops.reject(call, &failure.into_error(&operation));
                        return self.unhold_message(place);
                    }
                };
                self.got_message(place, state);
                self.waiters.push(Waiter { call, target: Target::Message(place), operation });
            }
            Then::Settle(settle) => self.settle_call(settle, answer),
            Then::Sent { call, operation } => match answer {
                Ok(body) => self.store.ops.resolve_value(call, body.get("id")),
                Err(failure) => self.store.ops.reject(call, &failure.into_error(&operation)),
            },
            Then::Validated { call, operation } => match answer {
                Ok(_) => self.start_upload(call, operation),
                Err(failure) => self.upload_failed(call, failure, &operation),
            },
            Then::Uploaded { .. } => {}
        }
    }

    /// An answer over HTTP.
    pub(crate) fn http_replied(&mut self, ticket: Ticket, result: Result<String, Failure>) {
        if let Some(Then::Uploaded { call, operation }) = self.take_pending(ticket) {
            match result {
                Ok(body) => {
                    self.uploads.retain(|upload| upload.call != call);
                    let body = Raw::parse(&body).unwrap_or(Raw::NULL);
                    self.store.ops.resolve_value(call, body.get("fileToken"));
                }
                Err(failure) => self.upload_failed(call, failure, &operation),
            }
        }
    }

    fn upload_failed(&mut self, call: u32, failure: Failure, operation: &str) {
        self.uploads.retain(|upload| upload.call != call);
        self.store.ops.reject(call, &failure.into_error(operation));
    }

    fn settle_call(&mut self, settle: Settle, answer: Result<Raw, Failure>) {
        let call = settle.call;
        // A call of two requests resolves with the second answer, and rejects with the first refusal.
        let other = self.halves.iter().position(|&half| half == call);
        match answer {
            Err(failure) if failure.status != settle.tolerated && !forgiven(&settle, &failure) => {
                let error = failure.into_error(&settle.operation);
                self.store.ops.reject(call, &error);
            }
            _ if other.is_none() => self.store.ops.resolve_value(call, None),
            _ => {}
        }
        if let Some(other) = other {
            self.halves.swap_remove(other);
        }
    }

    /// The state of a user, of my side of a conversation, or of a participant.
    fn state_answer(&mut self, resource: Resource, answer: Result<Raw, Failure>) {
        let state = match answer {
            Ok(state) => Some(state).filter(|state| state.is_object()),
            Err(failure) => {
                let nothing = failure.status == 404
                    || (failure.is("NOT_A_PARTICIPANT") && matches!(resource, Resource::Side(_)));
                if !nothing || self.hides(resource, &failure) {
                    return self.fail(resource, failure);
                }
                None
            }
        };
        let Some(live) = self.live(resource) else { return };
        live.phase = crate::live::Phase::Loaded;
        match (resource, state) {
            (Resource::User(place), state) => self.user_state(place, state, false),
            (Resource::Participant(place), state) => self.participant_state(place, state, false),
            (Resource::Side(place), Some(state)) => self.side_state(place, state, false),
            (Resource::Side(place), None) => self.side_absent(place),
            _ => {}
        }
        // For those who wait for something that is not there: there is nothing to flush.
        self.changed(match resource {
            Resource::User(place) => Target::User(place),
            Resource::Participant(place) => Target::Participant(place),
            Resource::Side(place) => Target::Conversation(place),
            Resource::Messages(_) | Resource::List => return,
        });
        self.replay(resource);
    }

    /// Whether an answer does not say that a participant does not exist, but that I may not know,
    /// since I am not in the conversation: of myself that says enough.
    fn hides(&self, resource: Resource, failure: &Failure) -> bool {
        let Resource::Participant(place) = resource else { return false };
        let user = self.store.participants.get(place).map(|p| p.user);
        let me = self.store.user_ids.get(&self.me);
        failure.status == 404 && !failure.is("PARTICIPANT_NOT_FOUND") && user != me
    }

    /// Fetches a conversation that moved to the top of the list from beyond its loaded part.
    pub(crate) fn list_conversation(&mut self, id: &str) {
        let place = self.store.conversation(id);
        let listing = |then: &Then| matches!(then, Then::Listed(p) if *p == place);
        if !self.pending.iter().any(|(_, then)| listing(then)) {
            let path = self.path_of(Resource::Side(place));
            self.request(Method::Get, path, Keep::Connection, Then::Listed(place));
        }
    }
}

fn forgiven(settle: &Settle, failure: &Failure) -> bool {
    failure.status == 403 && !settle.forgiven.is_empty() && failure.is(settle.forgiven)
}
