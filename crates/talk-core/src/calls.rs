//! The calls of the API, turned into requests.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::client::Client;
use crate::config::push_encoded;
use crate::conn::{Keep, Method, Request};
use crate::error::TalkError;
use crate::feed::LARGEST_PAGE;
use crate::json::{push_quoted, ArrayWriter, ObjectWriter, Raw};
use crate::message_key::message_key;
use crate::nodes::{Kind, Phase, Place, LIST};
use crate::params::{self, bad_argument, check, Rules};
use crate::replies::{Settle, Then};
use crate::subscriptions::{FIRST_CONVERSATIONS, FIRST_MESSAGES};

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
    ListSubscribe = 20, LoadMore = 21, Unsubscribe = 22, Upload = 23,
}

/// The arguments of a call.
struct Args<'a>(Raw<'a>);

impl<'a> Args<'a> {
    fn raw(&self, at: usize) -> Raw<'a> {
        self.0.items().nth(at).unwrap_or(Raw::NULL)
    }

    fn id(&self, at: usize) -> Cow<'a, str> {
        self.raw(at).as_str().unwrap_or_default()
    }

    /// The number of a subscription; one that nobody has if it is none.
    fn number(&self, at: usize) -> u32 {
        self.raw(at).as_u32().unwrap_or(u32::MAX)
    }

    /// Parameters; those of a creation may be left out.
    fn params(&self, at: usize, optional: bool) -> Raw<'a> {
        match self.raw(at) {
            params if params.is_null() && optional => Raw::EMPTY_OBJECT,
            params => params,
        }
    }
}

/// What a call is in a word: what it does, as errors name it, and the path it asks, where `0` and `1`
/// stand for the ids it is called on.
fn words(call: Call) -> (Method, &'static str, &'static str) {
    use Method::{Delete, Get, Patch, Post, Put};
    match call {
        Call::UserGet => (Get, "Get user 0", ""),
        Call::UserSet => (Put, "Set user 0", "users/0"),
        Call::UserCreate => (Post, "Create user 0 if not exists", "users/0"),
        Call::ConversationGet => (Get, "Get conversation 0", ""),
        Call::ConversationSet => (Put, "Set conversation 0", "conversations/0"),
        Call::ConversationCreate => {
            (Post, "Create conversation 0 if not exists", "conversations/0")
        }
        Call::ConversationRead => (Post, "Mark 0 as read", "me/conversations/0/read"),
        Call::ConversationUnread => (Post, "Mark 0 as unread", "me/conversations/0/unread"),
        Call::ConversationSend => {
            (Post, "Send message to conversation 0", "conversations/0/messages")
        }
        Call::ParticipantGet => (Get, "Get participant 1 in conversation 0", ""),
        Call::ParticipantSet => (Put, "Set participant 1 in conversation 0", ""),
        Call::ParticipantEdit => (Patch, "Edit participant 1 in conversation 0", ""),
        Call::ParticipantCreate => {
            (Post, "Create participant 1 in conversation 0 if not exists", "")
        }
        Call::ParticipantDelete => {
            (Delete, "Remove participant 1 from conversation 0", "conversations/0/participants/1")
        }
        Call::MessageGet => (Get, "Get message 1 in conversation 0", ""),
        Call::MessageEdit => {
            (Patch, "Edit message 1 in conversation 0", "conversations/0/messages/1")
        }
        Call::MessageDelete => {
            (Delete, "Delete message 1 in conversation 0", "conversations/0/messages/1")
        }
        Call::LoadMore => (Get, "Load more", ""),
        Call::Upload => (Post, "Upload file", "files/validate"),
        Call::UserSubscribe
        | Call::ConversationSubscribe
        | Call::MessagesSubscribe
        | Call::ListSubscribe
        | Call::Unsubscribe => (Get, "", ""),
    }
}

/// Puts the ids in a template's places.
fn fill(template: &str, args: &Args, push: impl Fn(&mut String, &str)) -> String {
    let mut filled = String::new();
    for character in template.chars() {
        match character.to_digit(2) {
            Some(at) => push(&mut filled, &args.id(at as usize)),
            None => filled.push(character),
        }
    }
    filled
}

impl Client {
    /// Makes a call. `number` names the promise or the subscription it is for.
    pub(crate) fn make_call(&mut self, number: u32, call: Call, args: Raw) {
        if let Some(error) = &self.ended {
            return self.nodes.ops.reject(number, error);
        }
        if let Err(error) = self.try_call(number, call, &Args(args)) {
            self.nodes.ops.reject(number, &error);
        }
    }

    fn try_call(&mut self, number: u32, call: Call, args: &Args) -> Result<(), TalkError> {
        let (method, operation, path) = words(call);
        let operation = fill(operation, args, String::push_str);
        let mut path = fill(path, args, push_encoded);
        path.insert(0, '/');
        let id = args.id(0);
        let mut tolerated = if method == Method::Post { 409 } else { 0 };
        let data = match call {
            Call::Unsubscribe => {
                self.unsubscribe(args.number(0));
                return Ok(());
            }
            Call::UserGet | Call::ConversationGet | Call::ParticipantGet => {
                let target = self.target(call, args);
                self.wait_for(number, target, operation);
                return Ok(());
            }
            Call::UserSubscribe | Call::ConversationSubscribe => {
                let target = self.target(call, args);
                self.subscribe_to(number, target, None);
                return Ok(());
            }
            Call::MessagesSubscribe => {
                let side = self.nodes.side(&id);
                let feed = self.nodes[side].feed;
                self.subscribe_to(number, feed, Some(FIRST_MESSAGES));
                return Ok(());
            }
            Call::ListSubscribe => {
                self.subscribe_to(number, LIST, Some(FIRST_CONVERSATIONS));
                return Ok(());
            }
            Call::LoadMore => return self.try_load_more(number, args),
            Call::MessageGet => {
                self.get_message(number, args, operation);
                return Ok(());
            }
            Call::ParticipantSet | Call::ParticipantEdit | Call::ParticipantCreate => {
                let params = args.params(2, call == Call::ParticipantCreate);
                check(&operation, params, &params::CONVERSATION[..params::OF_PARTICIPANT])?;
                let (conversation, user) = (id.into(), args.id(1).into());
                let params = params.text().into();
                let request = Request::Participant { conversation, user, method, params };
                let then = Settle { call: number, operation, tolerated, forgiven: "" };
                self.send(request, Keep::Always, Then::Settle(then));
                return Ok(());
            }
            Call::ConversationSet | Call::ConversationCreate => {
                return self.change_conversation(number, &id, args, operation, path, method);
            }
            Call::ConversationSend => {
                let data = self.message_params(&operation, args.raw(1), true)?;
                let then = Then::Sent { call: number, operation };
                self.request_data(method, path, data, Keep::Always, then);
                return Ok(());
            }
            Call::Upload => {
                let data = self.file_params(args, &operation)?;
                let then = Then::Validated { call: number, operation };
                self.request_data(method, path, data, Keep::Always, then);
                return Ok(());
            }
            Call::UserSet | Call::UserCreate => {
                check(&operation, args.raw(1), params::USER)?;
                params::user_params(args.raw(1), call == Call::UserCreate)
            }
            Call::MessageEdit => self.message_params(&operation, args.raw(2), false)?,
            Call::ParticipantDelete | Call::MessageDelete => {
                tolerated = 404;
                "{}".into()
            }
            Call::ConversationRead | Call::ConversationUnread => {
                tolerated = 0;
                "{}".into()
            }
        };
        let then = Settle { call: number, operation, tolerated, forgiven: "" };
        self.request_data(method, path, data, Keep::Always, Then::Settle(then));
        Ok(())
    }

    /// The node that a call names.
    fn target(&mut self, call: Call, args: &Args) -> Place {
        let id = args.id(0);
        match call {
            Call::UserGet | Call::UserSubscribe => self.nodes.user(&id),
            Call::ParticipantGet => {
                let side = self.nodes.side(&id);
                self.nodes.place(Kind::Participant, side, &args.id(1))
            }
            _ => self.nodes.side(&id),
        }
    }

    fn try_load_more(&mut self, number: u32, args: &Args) -> Result<(), TalkError> {
        let id = args.number(0);
        let list = self.subscriptions.iter().any(|s| s.id == id && s.target == LIST);
        let (most, range) = match list {
            true => (LARGEST_PAGE[0], "a whole number from 1 to 30"),
            false => (LARGEST_PAGE[1], "a whole number from 1 to 100"),
        };
        let count = args.raw(1).as_u32().unwrap_or(0) as usize;
        if !(1..=most).contains(&count) {
            return Err(bad_argument("Load more", "the count", range, args.raw(1)));
        }
        self.load_more(number, id, count);
        Ok(())
    }

    /// Sets or creates a conversation and my part in it: two requests with the same parameters.
    fn change_conversation(
        &mut self,
        call: u32,
        id: &str,
        args: &Args,
        operation: String,
        path: String,
        method: Method,
    ) -> Result<(), TalkError> {
        let create = method == Method::Post;
        let params = args.params(1, create);
        check(&operation, params, params::CONVERSATION)?;
        let tolerated = if create { 409 } else { 0 };
        // Who may not edit is only told so if there was something to edit.
        let forgive = |rules: Rules, code| {
            let nothing = rules.iter().all(|(name, _)| params.get(name).is_none());
            if nothing && !create {
                code
            } else {
                ""
            }
        };
        let (of_me, of_conversation) = params::CONVERSATION.split_at(params::OF_PARTICIPANT);
        let joining = if create { ["Join conversation ", id].concat() } else { operation.clone() };
        self.halves.push(call);
        let forgiven = forgive(of_conversation, "UNAUTHORIZED_TO_EDIT");
        let then = Then::Settle(Settle { call, operation, tolerated, forgiven });
        self.request_data(method, path, params.text().into(), Keep::Always, then);
        let forgiven = forgive(of_me, "UNAUTHORIZED_TO_EDIT_PARTICIPANT");
        let then = Then::Settle(Settle { call, operation: joining, tolerated, forgiven });
        let (conversation, user) = (id.into(), self.me.clone());
        let params = params.text().into();
        let request = Request::Participant { conversation, user, method, params };
        self.send(request, Keep::Always, then);
        Ok(())
    }

    /// What a message is sent or edited with: a text, or an object with a `text` or a `content`.
    fn message_params(
        &mut self,
        operation: &str,
        params: Raw,
        send: bool,
    ) -> Result<String, TalkError> {
        let wanted = "a string, or an object with text or content";
        if !params.is_string() {
            if !params.is_object() {
                return Err(bad_argument(operation, "the parameter", wanted, params));
            }
            check(operation, params, params::MESSAGE)?;
        }
        let text = if params.is_string() { Some(params) } else { params.get("text") };
        let mut data = String::new();
        let mut object = ObjectWriter::new(&mut data);
        if let Some(text) = text {
            if !text.is_string() {
                return Err(bad_argument(operation, "\"text\"", "a string", text));
            }
            let mut content = ArrayWriter::new(object.key("content"));
            let mut block = ObjectWriter::new(content.item());
            let mut children = ArrayWriter::new(block.str("type", "text").key("children"));
            children.raw(text);
            children.end();
            block.end();
            content.end();
        } else if let Some(content) = params.get("content") {
            if !content.is_array() || !content.items().all(Raw::is_object) {
                let wanted = "a list with one content block";
                return Err(bad_argument(operation, "\"content\"", wanted, content));
            }
            object.raw("content", content);
        } else if send {
            return Err(bad_argument(operation, "the parameter", wanted, params));
        }
        if let Some(reference) = params.get("referencedMessage").filter(|r| send && !r.is_null()) {
            if !reference.is_string() {
                let wanted = "a message ID or a MessageRef";
                return Err(bad_argument(operation, "\"referencedMessage\"", wanted, reference));
            }
            object.raw("referencedMessageId", reference);
        }
        if let Some(custom) = params.get("custom") {
            object.raw("custom", custom);
        }
        if send {
            let key = message_key(self.now, &mut self.random);
            push_quoted(object.key("idempotencyKey"), &key);
        }
        object.end();
        Ok(data)
    }

    fn get_message(&mut self, call: u32, args: &Args, operation: String) {
        let side = self.nodes.side(&args.id(0));
        let feed = self.nodes[side].feed;
        let place = self.nodes.place(Kind::Message, feed, &args.id(1));
        if self.nodes[place].listed && self.nodes[feed].phase == Phase::Loaded && self.ready {
            // It is in a feed that is kept up to date: there is nothing to ask.
            return self.wait_for(call, place, operation);
        }
        // Held by the call, which asks for it itself.
        self.following += u32::from(self.nodes[place].is_idle());
        self.nodes[place].refs += 1;
        let path = (*self.nodes[place].path).into();
        let then = Then::GotMessage { place, call, operation };
        self.request(Method::Get, path, Keep::Always, then);
    }

    /// The question whether the service accepts a file.
    fn file_params(&self, args: &Args, operation: &str) -> Result<String, TalkError> {
        let metadata = args.raw(1);
        check(operation, metadata, params::UPLOAD)?;
        let filename = metadata.get("filename").unwrap_or(Raw::NULL);
        if filename.as_str().is_none_or(|name| name.is_empty()) {
            let wanted = "a string that is not empty";
            return Err(bad_argument(operation, "\"filename\"", wanted, filename));
        }
        let mut data = String::new();
        let mut object = ObjectWriter::new(&mut data);
        object.raw("filename", filename).raw("filesize", args.raw(0));
        object.end();
        Ok(data)
    }

    /// The service accepts a file: it is sent.
    pub(crate) fn start_upload(&mut self, call: u32, operation: String) {
        let mut url = self.rest_url.clone();
        url.push_str("/files");
        let ticket = self.conn.http(url, Some(call));
        self.expect(ticket, Then::Uploaded { call, operation });
    }
}
