//! The calls of the API, turned into requests.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::client::Client;
use crate::conn::{path, Keep, Method, Request};
use crate::error::TalkError;
use crate::json::{push_quoted, ArrayWriter, ObjectWriter, Raw};
use crate::message_key::message_key;
use crate::nodes::{Kind, Phase, LIST};
use crate::params::{self, bad_argument, check};
use crate::replies::{Settle, Then};
use crate::subscriptions::{FIRST_CONVERSATIONS, FIRST_MESSAGES};
use crate::uploads::Upload;

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

    fn number(&self, at: usize) -> Option<u32> {
        self.raw(at).as_u32()
    }

    /// Parameters that may be left out.
    fn optional(&self, at: usize) -> Raw<'a> {
        Some(self.raw(at)).filter(|raw| !raw.is_null()).unwrap_or(Raw::EMPTY_OBJECT)
    }
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
        let id = args.id(0);
        let named = |before: &str, after: &str| -> String { [before, &id, after].concat() };
        match call {
            Call::UserGet => {
                let place = self.nodes.user(&id);
                self.wait_for(number, place, named("Get user ", ""));
            }
            Call::UserSet | Call::UserCreate => {
                let create = call == Call::UserCreate;
                let operation = if create {
                    named("Create user ", " if not exists")
                } else {
                    named("Set user ", "")
                };
                check(&operation, args.raw(1), params::USER)?;
                let data = params::user_params(args.raw(1), create);
                let (method, tolerated) =
                    if create { (Method::Post, 409) } else { (Method::Put, 0) };
                let then = settle(number, operation, tolerated);
                self.request_data(method, path(&["users", &id]), data, Keep::Always, then);
            }
            Call::UserSubscribe => {
                let place = self.nodes.user(&id);
                self.subscribe_to(number, place, None);
            }
            Call::ConversationGet => {
                let place = self.nodes.side(&id);
                self.wait_for(number, place, named("Get conversation ", ""));
            }
            Call::ConversationSet => {
                let operation = named("Set conversation ", "");
                self.change_conversation(number, &id, args.raw(1), operation, false)?;
            }
            Call::ConversationCreate => {
                let operation = named("Create conversation ", " if not exists");
                self.change_conversation(number, &id, args.optional(1), operation, true)?;
            }
            Call::ConversationSubscribe => {
                let place = self.nodes.side(&id);
                self.subscribe_to(number, place, None);
            }
            Call::ConversationRead | Call::ConversationUnread => {
                let (what, operation) = if call == Call::ConversationRead {
                    ("read", named("Mark ", " as read"))
                } else {
                    ("unread", named("Mark ", " as unread"))
                };
                let path = path(&["me", "conversations", &id, what]);
                self.request(Method::Post, path, Keep::Always, settle(number, operation, 0));
            }
            Call::ConversationSend => {
                let operation = named("Send message to conversation ", "");
                let data = self.message_params(&operation, args.raw(1), true)?;
                let path = path(&["conversations", &id, "messages"]);
                let then = Then::Sent { call: number, operation };
                self.request_data(Method::Post, path, data, Keep::Always, then);
            }
            Call::MessagesSubscribe => {
                let place = self.nodes.side(&id);
                let feed = self.nodes[place].feed;
                self.subscribe_to(number, feed, Some(FIRST_MESSAGES));
            }
            Call::ParticipantGet
            | Call::ParticipantSet
            | Call::ParticipantEdit
            | Call::ParticipantCreate
            | Call::ParticipantDelete => self.participant_call(number, call, &id, args)?,
            Call::MessageGet | Call::MessageEdit | Call::MessageDelete => {
                self.message_call(number, call, &id, args)?;
            }
            Call::ListSubscribe => {
                self.subscribe_to(number, LIST, Some(FIRST_CONVERSATIONS));
            }
            Call::LoadMore => {
                let subscription = args.number(0).unwrap_or(u32::MAX);
                let mut own = self.subscriptions.iter().filter(|s| s.id == subscription);
                let (most, range) = match own.next() {
                    Some(own) if own.target == LIST => (30, "a whole number from 1 to 30"),
                    _ => (100, "a whole number from 1 to 100"),
                };
                let count = args.number(1).filter(|count| (1..=most).contains(count));
                let Some(count) = count else {
                    return Err(bad_argument("Load more", "the count", range, args.raw(1)));
                };
                self.load_more(number, subscription, count as usize);
            }
            Call::Unsubscribe => self.unsubscribe(args.number(0).unwrap_or(u32::MAX)),
            Call::Upload => self.upload(number, args)?,
        }
        Ok(())
    }

    /// Sets or creates a conversation and my part in it: two requests with the same parameters.
    fn change_conversation(
        &mut self,
        call: u32,
        id: &str,
        params: Raw,
        operation: String,
        create: bool,
    ) -> Result<(), TalkError> {
        check(&operation, params, params::CONVERSATION)?;
        let (method, tolerated) = if create { (Method::Post, 409) } else { (Method::Put, 0) };
        let (of_participant, of_conversation) =
            params::CONVERSATION.split_at(params::OF_PARTICIPANT);
        // Who may not edit is only told so if there was something to edit.
        let nothing_of = |rules: &[(&str, params::Rule)]| {
            !create && rules.iter().all(|(name, _)| params.get(name).is_none())
        };
        let forgive = |nothing, code| if nothing { code } else { "" };
        let joining = match create {
            true => ["Join conversation ", id].concat(),
            false => operation.clone(),
        };
        self.halves.push(call);
        let then = Then::Settle(Settle {
            call,
            operation,
            tolerated,
            forgiven: forgive(nothing_of(of_conversation), "UNAUTHORIZED_TO_EDIT"),
        });
        let data = String::from(params.text());
        self.request_data(method, path(&["conversations", id]), data, Keep::Always, then);
        let then = Then::Settle(Settle {
            call,
            operation: joining,
            tolerated,
            forgiven: forgive(nothing_of(of_participant), "UNAUTHORIZED_TO_EDIT_PARTICIPANT"),
        });
        let (conversation, user) = (id.into(), self.me.clone());
        let params = params.text().into();
        let request = Request::Participant { conversation, user, method, params };
        self.send(request, Keep::Always, then);
        Ok(())
    }

    fn participant_call(
        &mut self,
        number: u32,
        call: Call,
        conversation: &str,
        args: &Args,
    ) -> Result<(), TalkError> {
        let user = args.id(1);
        let named = |verb: &str, to: &str, after: &str| -> String {
            [verb, " participant ", &user, to, conversation, after].concat()
        };
        let (method, operation, tolerated) = match call {
            Call::ParticipantGet => {
                let side = self.nodes.side(conversation);
                let place = self.nodes.place(Kind::Participant, side, &user);
                let operation = named("Get", " in conversation ", "");
                self.wait_for(number, place, operation);
                return Ok(());
            }
            Call::ParticipantDelete => {
                let operation = named("Remove", " from conversation ", "");
                let path = path(&["conversations", conversation, "participants", &user]);
                let then = settle(number, operation, 404);
                self.request(Method::Delete, path, Keep::Always, then);
                return Ok(());
            }
            Call::ParticipantCreate => {
                (Method::Post, named("Create", " in conversation ", " if not exists"), 409)
            }
            Call::ParticipantEdit => (Method::Patch, named("Edit", " in conversation ", ""), 0),
            _ => (Method::Put, named("Set", " in conversation ", ""), 0),
        };
        let params = match call {
            Call::ParticipantCreate => args.optional(2),
            _ => args.raw(2),
        };
        check(&operation, params, &params::CONVERSATION[..params::OF_PARTICIPANT])?;
        let (conversation, user) = (conversation.into(), user.into());
        let params = params.text().into();
        let request = Request::Participant { conversation, user, method, params };
        self.send(request, Keep::Always, settle(number, operation, tolerated));
        Ok(())
    }

    fn message_call(
        &mut self,
        number: u32,
        call: Call,
        conversation: &str,
        args: &Args,
    ) -> Result<(), TalkError> {
        let id = args.id(1);
        let named = |verb: &str| -> String {
            [verb, " message ", &id, " in conversation ", conversation].concat()
        };
        let path = path(&["conversations", conversation, "messages", &id]);
        match call {
            Call::MessageGet => {
                self.get_message(number, conversation, &id, named("Get"));
            }
            Call::MessageEdit => {
                let operation = named("Edit");
                let data = self.message_params(&operation, args.raw(2), false)?;
                let then = settle(number, operation, 0);
                self.request_data(Method::Patch, path, data, Keep::Always, then);
            }
            _ => {
                let then = settle(number, named("Delete"), 404);
                self.request(Method::Delete, path, Keep::Always, then);
            }
        }
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

    fn get_message(&mut self, call: u32, conversation: &str, id: &str, operation: String) {
        let side = self.nodes.side(conversation);
        let feed = self.nodes[side].feed;
        let place = self.nodes.place(Kind::Message, feed, id);
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

    fn upload(&mut self, call: u32, args: &Args) -> Result<(), TalkError> {
        let operation = String::from("Upload file");
        let metadata = args.raw(2);
        check(&operation, metadata, params::UPLOAD)?;
        let filename = metadata.get("filename").unwrap_or(Raw::NULL);
        if filename.as_str().is_none_or(|name| name.is_empty()) {
            let wanted = "a string that is not empty";
            return Err(bad_argument(&operation, "\"filename\"", wanted, filename));
        }
        self.uploads.push(Upload::new(call, &args.id(0), metadata));
        let mut data = String::new();
        let mut object = ObjectWriter::new(&mut data);
        object.raw("filename", filename).raw("filesize", args.raw(1));
        object.end();
        let then = Then::Validated { call, operation };
        self.request_data(Method::Post, path(&["files", "validate"]), data, Keep::Always, then);
        Ok(())
    }

    /// The service accepts a file: it is sent.
    pub(crate) fn start_upload(&mut self, call: u32, operation: String) {
        let mut url = self.rest_url.clone();
        url.push_str("/files");
        let ticket = self.conn.http(url, Some(call));
        self.expect(ticket, Then::Uploaded { call, operation });
    }
}

fn settle(call: u32, operation: String, tolerated: u16) -> Then {
    Then::Settle(Settle { call, operation, tolerated, forgiven: "" })
}
