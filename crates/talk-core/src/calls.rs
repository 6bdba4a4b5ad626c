//! The calls of the API, turned into requests.

use alloc::string::String;

use talk_markup::{push_nodes, Source};

use crate::client::Client;
use crate::config::push_encoded;
use crate::conn::{Keep, Method, Request};
use crate::error::{ErrorCode, TalkError};
use crate::json::{push_char, push_quoted, ArrayWriter, ObjectWriter, Raw};
use crate::message_key::message_key;
use crate::nodes::Kind;
use crate::place::{Place, INBOX};
use crate::replies::{Half, Settle, Then};

/// The calls of the API, by the numbers that the JavaScript side uses (`pkg-template/src/calls.ts`
/// has the same list, and a test compares them).
macro_rules! methods {
    ($($name:ident = $number:literal),+ $(,)?) => {
        /// A call of the API. Its arguments are the ids of what it is called on, then its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)] // They are the methods of the API.
        pub enum Call { $($name = $number),+ }

        impl Call {
            /// All calls, with their names.
            pub const ALL: &'static [(Call, &'static str)] = &[$((Call::$name, stringify!($name))),+];

            /// The call of a number.
            pub fn of_number(number: u32) -> Option<Call> {
                match number { $($number => Some(Call::$name),)+ _ => None }
            }
        }
    };
}

methods! {
    UserGet = 0, UserSet = 1, UserCreate = 2, UserSubscribe = 3,
    ConversationGet = 4, ConversationSet = 5, ConversationCreate = 6, ConversationSubscribe = 7,
    ConversationRead = 8, ConversationUnread = 9, ConversationSend = 10, MessagesSubscribe = 11,
    ParticipantGet = 12, ParticipantSet = 13, ParticipantEdit = 14, ParticipantCreate = 15,
    ParticipantDelete = 16, MessageGet = 17, MessageEdit = 18, MessageDelete = 19,
    ListSubscribe = 20, LoadMore = 21, Unsubscribe = 22, Upload = 23, OnlineSubscribe = 24,
    ParticipantSubscribe = 25, ParticipantsSubscribe = 26, TypingSubscribe = 27,
    ConversationTyping = 28, ReactionAdd = 29, ReactionRemove = 30, ReactionsSubscribe = 31,
    Translate = 32, Token = 33, Search = 34, CancelSearch = 35,
    Destroy = 36,
}

/// The arguments of a call. The shell has checked them.
struct Args<'a>(Raw<'a>);

impl<'a> Args<'a> {
    fn raw(&self, at: usize) -> Raw<'a> {
        self.0.items().nth(at).unwrap_or(Raw::NULL)
    }

    fn id(&self, at: usize) -> String {
        self.raw(at).as_str().unwrap_or_default().into_owned()
    }

    /// A number; one that nothing has if it is none.
    fn number(&self, at: usize) -> u32 {
        self.raw(at).as_u32().unwrap_or(u32::MAX)
    }
}

/// What a call does, and to which path, where `0` to `2` stand for the ids it is called on, and
/// `3` for me.
fn request_of(call: Call) -> (Method, &'static str) {
    use Method::{Delete, Get, Patch, Post, Put};
    match call {
        Call::UserSet => (Put, "/users/0"),
        Call::UserCreate => (Post, "/users/0"),
        Call::ConversationSet => (Put, "/conversations/0"),
        Call::ConversationCreate => (Post, "/conversations/0"),
        Call::ConversationRead => (Post, "/me/conversations/0/read"),
        Call::ConversationUnread => (Post, "/me/conversations/0/unread"),
        Call::ConversationTyping => (Post, "/me/conversations/0/typing"),
        Call::ReactionAdd => (Put, "/conversations/0/messages/1/reactions/2/3"),
        Call::ReactionRemove => (Delete, "/conversations/0/messages/1/reactions/2/3"),
        Call::ConversationSend => (Post, "/conversations/0/messages"),
        Call::ParticipantSet => (Put, ""),
        Call::ParticipantEdit => (Patch, ""),
        Call::ParticipantCreate => (Post, ""),
        Call::ParticipantDelete => (Delete, "/conversations/0/participants/1"),
        Call::MessageEdit => (Patch, "/conversations/0/messages/1"),
        Call::MessageDelete => (Delete, "/conversations/0/messages/1"),
        Call::Upload => (Post, "/files/validate"),
        _ => (Get, ""),
    }
}

impl Call {
    /// Whether it makes a subscription.
    pub(crate) fn subscribes(self) -> bool {
        matches!(
            self,
            Call::UserSubscribe
                | Call::ConversationSubscribe
                | Call::MessagesSubscribe
                | Call::ListSubscribe
                | Call::OnlineSubscribe
                | Call::ParticipantSubscribe
                | Call::ParticipantsSubscribe
                | Call::TypingSubscribe
                | Call::ReactionsSubscribe
        )
    }
}

impl Client {
    /// Makes a call. `number` names the promise or the subscription it is for.
    #[inline(never)]
    pub(crate) fn make_call(&mut self, number: u32, call: Call, args: Raw) {
        if self.ended.is_some() {
            // JavaScript has ended, too, and does not wait for an answer.
            return;
        }
        let args = &Args(args);
        let (method, template) = request_of(call);
        let mut path = String::new();
        for character in template.chars() {
            match character.to_digit(10) {
                Some(3) => push_encoded(&mut path, &self.me),
                Some(at) => push_encoded(&mut path, &args.id(at as usize)),
                None => push_char(&mut path, character),
            }
        }
        let params = args.raw(1);
        let mut tolerated = 200;
        let mut data = String::from("{}");
        match call {
            Call::Unsubscribe => return self.unsubscribe(args.number(0)),
            Call::LoadMore => {
                return self.load_more(number, args.number(0), args.number(1) as usize);
            }
            Call::Search => return self.search(number, &args.id(0)),
            Call::CancelSearch => return self.cancel_search(args.number(0)),
            // The front has its own words for it, and only wants what is known to be let go of.
            Call::Destroy => return self.conn.end(TalkError::new(ErrorCode::Rejected, "")),
            Call::UserGet | Call::ConversationGet | Call::ParticipantGet => {
                let target = self.target(call, args);
                return self.wait_for(number, target);
            }
            _ if call.subscribes() => {
                let target = self.target(call, args);
                return self.subscribe_to(number, target);
            }
            Call::MessageGet => {
                let place = self.target(call, args);
                return self.get_message(number, place);
            }
            Call::ParticipantSet | Call::ParticipantEdit | Call::ParticipantCreate => {
                let tolerated = if method == Method::Post { 409 } else { 200 };
                let then = Settle { call: number, tolerated, forgiven: "" };
                let request = participant(&args.id(0), &args.id(1), method, args.raw(2));
                self.send(request, Keep::Always, Then::Settle(then));
                return;
            }
            Call::ConversationSet | Call::ConversationCreate => {
                return self.change_conversation(number, args, path, method);
            }
            Call::ConversationSend => {
                data = self.message_params(params, true);
                let then = Then::Made { call: number, key: "id" };
                self.request_data(method, path, data, Keep::Always, then);
                return;
            }
            Call::Upload => {
                data.clear();
                let mut object = ObjectWriter::new(&mut data);
                object.raw("filename", args.raw(0)).raw("filesize", params);
                object.end();
                let then = Then::Validated { call: number };
                self.request_data(method, path, data, Keep::Always, then);
                return;
            }
            Call::Token => {
                let ticket = self.conn.http(String::new(), None);
                return self.expect(ticket, Then::Token { call: number });
            }
            Call::Translate => {
                let request = Request::Translate {
                    conversation: args.id(0),
                    message: args.id(1),
                    language: args.id(2),
                };
                self.send(request, Keep::Always, Then::Translated { call: number });
                return;
            }
            Call::UserCreate => {
                tolerated = 409;
                data = params.text().into();
            }
            Call::UserSet => data = params.text().into(),
            Call::MessageEdit => data = self.message_params(args.raw(2), false),
            Call::ParticipantDelete | Call::MessageDelete | Call::ReactionRemove => tolerated = 404,
            _ => {}
        }
        let then = Then::Settle(Settle { call: number, tolerated, forgiven: "" });
        self.request_data(method, path, data, Keep::Always, then);
    }

    /// The node that a call names.
    #[inline(never)]
    fn target(&mut self, call: Call, args: &Args) -> Place {
        let id = args.id(0);
        let nodes = &mut self.nodes;
        match call {
            Call::UserGet | Call::UserSubscribe => return nodes.user(&id),
            Call::OnlineSubscribe => {
                let user = nodes.user(&id);
                return nodes.place(Kind::Online, user, "");
            }
            Call::ListSubscribe => return nodes.place(Kind::List, INBOX, &id),
            _ => {}
        }
        let side = nodes.side(&id);
        let feed = nodes[side].feed;
        let second = args.id(1);
        match call {
            Call::ParticipantGet | Call::ParticipantSubscribe => {
                nodes.place(Kind::Participant, side, &second)
            }
            Call::ParticipantsSubscribe => nodes.place(Kind::Members, side, ""),
            Call::TypingSubscribe => nodes.place(Kind::Typing, side, ""),
            Call::MessagesSubscribe => feed,
            Call::MessageGet => nodes.place(Kind::Message, feed, &second),
            Call::ReactionsSubscribe => {
                let message = nodes.place(Kind::Message, feed, &second);
                nodes.place(Kind::Reactions, message, &args.id(2))
            }
            _ => side,
        }
    }

    /// Sets or creates a conversation and my part in it: two requests with the same parameters.
    #[inline(never)]
    fn change_conversation(&mut self, call: u32, args: &Args, path: String, method: Method) {
        let params = args.raw(1);
        let create = method == Method::Post;
        let tolerated = if create { 409 } else { 200 };
        // Who may not edit is only told so if there was something to edit.
        let forgive = |names: &[&str], code| {
            let asked = names.iter().any(|name| params.get(name).is_some());
            let forgiven = if asked || create { "" } else { code };
            Settle { call, tolerated, forgiven }
        };
        let of_conversation = &["subject", "photoUrl", "welcomeMessages", "custom"];
        let then = forgive(of_conversation, "UNAUTHORIZED_TO_EDIT");
        let data = params.text().into();
        self.request_data(method, path, data, Keep::Always, Then::Settle(then));
        let then = forgive(&["access", "notify"], "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
        let conversation = args.id(0);
        let second = participant(&conversation, &self.me, method, params);
        let (answered, refused, params, early) = (false, false, params.text().into(), None);
        self.halves.push(Half { call, answered, refused, conversation, method, params, early });
        self.send(second, Keep::Always, Then::Settle(then));
    }

    /// What a message is sent or edited with: members to pass on as they are, but for a `text`,
    /// which is markup and becomes a content. `send`: with a key by which it is sent once only.
    fn message_params(&mut self, params: Raw, send: bool) -> String {
        let mut data = String::new();
        let mut object = ObjectWriter::new(&mut data);
        for (key, value) in params.entries() {
            let key = key.as_str().unwrap_or_default();
            if key == "text" {
                let source = if send { Source::Send } else { Source::Edit };
                object.key("content").push_str(&text_content(value, source));
            } else {
                object.raw(&key, value);
            }
        }
        if send {
            let key = message_key(self.conn.clock.now(), &mut self.random);
            push_quoted(object.key("idempotencyKey"), &key);
        }
        object.end();
        data
    }

    fn get_message(&mut self, call: u32, place: Place) {
        if self.is_fed(place) && self.ready {
            // There is nothing to ask.
            self.wait_for(call, place);
            return self.expand(place);
        }
        // Held by the call, which asks for it itself.
        self.following += u32::from(self.nodes[place].is_idle());
        self.nodes[place].refs += 1;
        self.request(Method::Get, place, Keep::Always, Then::GotMessage { place, call });
    }

    /// The service accepts a file: it is sent.
    pub(crate) fn start_upload(&mut self, call: u32) {
        let mut url = self.rest_url.clone();
        url.push_str("/files");
        let ticket = self.conn.http(url, Some(call));
        self.expect(ticket, Then::Made { call, key: "fileToken" });
    }
}

/// The content that some markup stands for.
pub(crate) fn text_content(markup: Raw, source: Source) -> String {
    let mut out = String::new();
    let mut content = ArrayWriter::new(&mut out);
    let mut block = ObjectWriter::new(content.item());
    push_nodes(block.str("type", "text").key("children"), markup.units(), source);
    block.end();
    content.end();
    out
}

/// The request that changes a participant.
pub(crate) fn participant(conversation: &str, user: &str, method: Method, params: Raw) -> Request {
    let (conversation, user) = (conversation.into(), user.into());
    Request::Participant { conversation, user, method, params: params.text().into() }
}
