//! What goes over the socket as one request: a call, or several that are combined.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::config::path;
use crate::json::{ArrayWriter, ObjectWriter, Raw};

use super::{Keep, Method, Request, Ticket};

/// One request of the wire, with everybody who waits for its answer.
pub(super) struct Call {
    pub(super) kind: Kind,
    pub(super) keep: Keep,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) members: Vec<Member>,
    /// How often it failed so far.
    pub(super) failed: u8,
    /// The first member's ticket: the place of this call among the others.
    pub(super) order: u32,
}

/// Whether and how a call is combined with others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Alone.
    Plain,
    /// `ids` in, an object by ID out.
    Users,
    /// `actions` in, `responses` out.
    Participants,
}

/// One caller's part of a call.
pub(super) struct Member {
    /// `None` when the caller does not want the answer any more.
    pub(super) ticket: Option<Ticket>,
    /// The user that this part is about.
    id: String,
    /// The whole data of a plain call, or the action on a participant.
    data: String,
}

impl Call {
    pub(super) fn new(request: Request, keep: Keep, ticket: Ticket) -> Call {
        let users = || path(&["users"]);
        let (kind, method, path, id, data) = match request {
            Request::Plain { method, path, data } => {
                (Kind::Plain, method, path, String::new(), data)
            }
            Request::GetUser { id } => (Kind::Users, Method::Get, users(), id, String::new()),
            Request::SubscribeUser { id } => {
                (Kind::Users, Method::Subscribe, users(), id, String::new())
            }
            Request::Participant { conversation, user, method, params } => {
                let mut action = String::new();
                let mut object = ObjectWriter::new(&mut action);
                object.str("id", &user).str("method", method.as_str());
                object.key("params").push_str(&params);
                object.end();
                let path = path(&["conversations", &conversation, "participants"]);
                (Kind::Participants, Method::Post, path, user, action)
            }
        };
        let order = ticket.0;
        let members = Vec::from([Member { ticket: Some(ticket), id, data }]);
        Call { kind, keep, method, path, members, failed: 0, order }
    }

    /// Whether the members of another call, made later, can join this one.
    pub(super) fn takes(&self, other: &Call) -> bool {
        let most = match self.kind {
            Kind::Plain => 0,
            Kind::Users => 1000,
            Kind::Participants => 100,
        };
        self.kind == other.kind
            && self.method == other.method
            && self.keep == other.keep
            && self.failed == 0
            && other.failed == 0
            && self.members.len() + other.members.len() <= most
            && self.path == other.path
    }

    /// The data of the request.
    pub(super) fn data(&self) -> Cow<'_, str> {
        match (self.kind, self.members.first()) {
            (Kind::Plain, Some(member)) => Cow::Borrowed(&member.data),
            _ => {
                let mut batch = String::new();
                self.push_batch(&mut batch);
                Cow::Owned(batch)
            }
        }
    }

    fn push_batch(&self, out: &mut String) {
        let users = self.kind == Kind::Users;
        let mut object = ObjectWriter::new(out);
        let mut list = ArrayWriter::new(object.key(if users { "ids" } else { "actions" }));
        for member in &self.members {
            if users {
                list.str(&member.id);
            } else {
                list.item().push_str(&member.data);
            }
        }
        list.end();
        if users && self.method == Method::Get {
            object.bool("includePrivateFields", false);
        }
        object.end();
    }

    /// What an answer says to each member, in their order: a status and a body. An answer that
    /// lacks what it should have counts as a failure of the service.
    pub(super) fn answers<'a>(&self, status: u16, body: Raw<'a>) -> Vec<(u16, Raw<'a>)> {
        let count = self.members.len();
        let mut answers = Vec::new();
        if status != 200 || self.kind == Kind::Plain || self.method == Method::Subscribe {
            answers.resize(count, (status, body));
        } else if self.kind == Kind::Participants {
            let responses = body.get("responses").unwrap_or(Raw::NULL);
            for response in responses.items().take(count) {
                let status = response.get("status").and_then(Raw::as_u32).unwrap_or(500);
                answers.push((u16::try_from(status).unwrap_or(500), response));
            }
            answers.resize(count, (500, Raw::NULL));
        } else if body.is_object() {
            answers.resize(count, (404, Raw::NULL));
            // Users come back in the order in which they were asked for, or nearly so: looking on
            // from the last one found makes this one walk through both lists.
            let mut at = 0;
            for (key, user) in body.entries() {
                let Some(key) = key.as_str() else { continue };
                for step in 0..count {
                    let index = (at + step) % count;
                    let same = self.members.get(index).is_some_and(|member| member.id == key);
                    if let (true, Some(answer)) = (same, answers.get_mut(index)) {
                        *answer = (200, user);
                        at = index + 1;
                        break;
                    }
                }
            }
            self.share(&mut answers);
        } else {
            answers.resize(count, (500, Raw::NULL));
        }
        answers
    }

    /// A user that was asked for twice comes back once.
    fn share(&self, answers: &mut [(u16, Raw)]) {
        for index in 0..answers.len() {
            let id = |at: usize| self.members.get(at).map(|member| &member.id);
            if answers.get(index).is_some_and(|answer| answer.0 == 404) {
                let found = answers.iter().enumerate().find_map(|(at, &answer)| {
                    (answer.0 == 200 && id(at) == id(index)).then_some(answer)
                });
                if let (Some(found), Some(answer)) = (found, answers.get_mut(index)) {
                    *answer = found;
                }
            }
        }
    }
}
