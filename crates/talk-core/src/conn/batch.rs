//! What goes over the socket as one request: a call, or several that are combined.

use alloc::string::String;
use alloc::vec::Vec;

use crate::config::path;
use crate::error::STRANGE;
use crate::json::{ArrayWriter, Items, ObjectWriter, Raw};

use super::frame::UNREADABLE;
use super::{Keep, Method, Request, Ticket};

/// How much data is combined, in bytes: the service refuses frames above 1 MiB, and in JSON one byte
/// may take six.
const MOST_DATA: usize = 150_000;

/// One request of the wire, with everybody who waits for its answer.
pub(super) struct Call {
    pub(super) kind: Kind,
    pub(super) keep: Keep,
    pub(super) method: Method,
    pub(super) path: String,
    /// Of translations: the language.
    language: String,
    pub(super) members: Vec<Member>,
    /// How often it failed so far.
    pub(super) failed: u8,
    pub(super) state: State,
}

/// How far a call has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// To be sent.
    Queued,
    /// Sent on the current socket, with this number.
    Sent { id: u32 },
    /// To be sent again after a wait, one by one in the order of these numbers.
    Failed { turn: u32 },
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
    /// `ids` in, an object by ID out, in a `data`.
    Translations,
}

/// One caller's part of a call.
pub(super) struct Member {
    pub(super) ticket: Ticket,
    /// The whole data of a plain call, or the ID of a user or a message, or the action on a
    /// participant.
    data: String,
}

impl Call {
    #[inline(never)]
    pub(super) fn new(request: Request, keep: Keep, ticket: Ticket) -> Call {
        let users = || path(&["users"]);
        let mut own_language = String::new();
        let (kind, method, path, data) = match request {
            Request::Plain { method, path, data } => (Kind::Plain, method, path, data),
            Request::GetUser { id } => (Kind::Users, Method::Get, users(), id),
            Request::SubscribeUser { id } => (Kind::Users, Method::Subscribe, users(), id),
            Request::Participant { conversation, user, method, params } => {
                let mut action = String::new();
                let mut object = ObjectWriter::new(&mut action);
                object.str("id", &user).str("method", method.as_str());
                object.key("params").push_str(&params);
                object.end();
                let path = path(&["conversations", &conversation, "participants"]);
                (Kind::Participants, Method::Post, path, action)
            }
            Request::Translate { conversation, message, language } => {
                own_language = language;
                let path = path(&["me", "conversations", &conversation, "translate"]);
                (Kind::Translations, Method::Get, path, message)
            }
        };
        let members = Vec::from([Member { ticket, data }]);
        let (language, state) = (own_language, State::Queued);
        Call { kind, keep, method, path, language, members, failed: 0, state }
    }

    #[inline(never)]
    pub(super) fn is_queued(&self) -> bool {
        self.state == State::Queued
    }

    /// Whether another call, made later, must not overtake this one, which was put off. It must not if
    /// both are of one path. Of what changes something it must not either if it is of a part of the
    /// same, such as a message of a conversation that is to be made, or of the participants of which
    /// this is of one.
    #[inline(never)]
    pub(super) fn holds(&self, other: &Call) -> bool {
        let both = self.path.bytes().zip(other.path.bytes());
        let same = both.take_while(|(own, others)| own == others).count();
        let changes = |call: &Call| (Method::Post..=Method::Delete).contains(&call.method);
        let own = self.path.get(same..).unwrap_or_default();
        let others = other.path.get(same..).unwrap_or_default();
        match (own, others) {
            ("", "") => true,
            _ if !changes(self) || !changes(other) => false,
            ("", part) => part.starts_with('/'),
            (part, "") => other.kind == Kind::Participants && part.starts_with('/'),
            _ => false,
        }
    }

    /// Whether the members of another call, made later, can join this one.
    #[inline(never)]
    pub(super) fn takes(&self, other: &Call) -> bool {
        let most = match self.kind {
            Kind::Plain => 0,
            Kind::Users => 1000,
            Kind::Participants | Kind::Translations => 100,
        };
        self.is_queued()
            && other.is_queued()
            && self.kind == other.kind
            && self.method == other.method
            && self.keep == other.keep
            && self.failed == 0
            && other.failed == 0
            && self.members.len() + other.members.len() <= most
            && self.size() + other.size() <= MOST_DATA
            && self.path == other.path
            && self.language == other.language
    }

    #[inline(never)]
    pub(super) fn size(&self) -> usize {
        self.members.iter().map(|member| member.data.len()).sum()
    }

    /// The data of the request.
    pub(super) fn data(&self) -> String {
        if let (Kind::Plain, Some(member)) = (self.kind, self.members.first()) {
            return member.data.clone();
        }
        let mut data = String::new();
        let actions = self.kind == Kind::Participants;
        let users = self.kind == Kind::Users;
        let mut object = ObjectWriter::new(&mut data);
        let mut list = ArrayWriter::new(object.key(if actions { "actions" } else { "ids" }));
        for (at, member) in self.members.iter().enumerate() {
            if actions {
                list.item().push_str(&member.data);
            } else if users || self.members[..at].iter().all(|other| other.data != member.data) {
                list.str(&member.data);
            }
        }
        list.end();
        if users && self.method == Method::Get {
            object.bool("includePrivateFields", false);
        } else if !users && !actions {
            object.str("lang", &self.language);
        }
        object.end();
        data
    }

    /// Prepares the answer for being taken apart.
    pub(super) fn answers<'a>(&self, status: u16, body: Raw<'a>) -> Answers<'a> {
        let whole = status != 200 || self.kind == Kind::Plain || self.method == Method::Subscribe;
        if whole {
            Answers::Whole(status, body)
        } else if self.kind == Kind::Participants {
            Answers::InOrder(body.get("responses").unwrap_or(Raw::NULL).items())
        } else {
            let translations = self.kind == Kind::Translations;
            let body = if translations { body.get("data").unwrap_or(Raw::NULL) } else { body };
            let mut all = Vec::new();
            for entry in body.entries() {
                all.push(entry);
            }
            let missing = if translations { (200, Raw::NULL) } else { (404, Raw::NULL) };
            Answers::ById(all, if body.is_object() { missing } else { lacking() })
        }
    }
}

/// What a member gets of an answer that lacks its part: no status, and a body that says so. What was
/// asked for may have been done, so it is not asked for again.
fn lacking() -> (u16, Raw<'static>) {
    (UNREADABLE, Raw::trusted(STRANGE))
}

/// What an answer says to the members of a call.
pub(super) enum Answers<'a> {
    /// The same to all.
    Whole(u16, Raw<'a>),
    /// To one after the other.
    InOrder(Items<'a>),
    /// By ID, with the answer to those that are missing.
    ById(Vec<(Raw<'a>, Raw<'a>)>, (u16, Raw<'a>)),
}

impl<'a> Answers<'a> {
    /// The status and the body for the next member.
    pub(super) fn next(&mut self, member: &Member) -> (u16, Raw<'a>) {
        match self {
            Answers::Whole(status, body) => (*status, *body),
            Answers::InOrder(responses) => {
                let response = responses.next().unwrap_or(Raw::NULL);
                let status = response.get("status").and_then(Raw::as_u32).unwrap_or(0);
                match u16::try_from(status).unwrap_or(UNREADABLE) {
                    UNREADABLE => lacking(),
                    status => (status, response),
                }
            }
            Answers::ById(all, missing) => {
                let own = all.iter().find(|(key, _)| key.equals(&member.data));
                own.map_or(*missing, |(_, own)| (200, *own))
            }
        }
    }
}
