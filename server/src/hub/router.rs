//! From a request to the rule that serves it.

use serde_json::{json, Map, Value};

use super::app::{App, Caller, Cx};
use super::auth::Identity;
use super::errors::{quote, ApiError};
use super::frames::Method;
use super::params::{wrong, Params};
use super::participants::Action;
use super::paths::Route;
use super::reactions::Target;

/// What a request is judged with that is not the app's own.
pub(crate) struct Service<'a> {
    /// Judges a token.
    pub(crate) check: &'a dyn Fn(&str) -> Result<Identity, ApiError>,
    /// The largest file, in bytes.
    pub(crate) max_upload: u64,
}

impl App {
    /// Serves one request of a socket.
    pub(crate) fn serve(
        &mut self,
        cx: &mut Cx<'_>,
        service: &Service<'_>,
        caller: &Caller,
        (method, path, data): (Method, &str, &Map<String, Value>),
    ) -> Result<Value, ApiError> {
        use Method::{Delete, Get, Patch, Post, Put, Subscribe, Unsubscribe};
        let params = &Params::new(data);
        let route = Route::parse(path)?;
        let is_open = matches!(route, Route::Ping | Route::Renew);
        if !is_open && !self.conns.get(&caller.conn).is_some_and(|conn| conn.is_ready()) {
            return Err(ApiError::unauthorized("Log in first: POST /session/renew {token}."));
        }
        match (method, &route) {
            (Subscribe, _) => self.set_feeds(caller, &route, params, true),
            (Unsubscribe, _) => self.set_feeds(caller, &route, params, false),

            (Get, Route::Ping) => Ok(json!({})),
            (Post, Route::Renew) => self.renew(cx, caller, params, service.check),
            (Post, Route::FilesValidate) => validate_file(params, service.max_upload),

            (Get, Route::Users) => self.get_users(params),
            (Get, Route::User(u)) => self.get_user(u),
            (Put, Route::User(u)) => self.set_user(cx, u, params),
            (Post, Route::User(u)) => self.create_user(cx, u, params),
            (Get, Route::Online(u)) => self.get_online(u),

            (Get, Route::MyConversations) => self.list_conversations(caller, params),
            (Get, Route::MyConversation(c)) => self.get_conversation(caller, c),
            (Put, Route::Conversation(c)) => self.set_conversation(cx, caller, c, params),
            (Post, Route::Conversation(c)) => self.create_conversation(cx, caller, c, params),
            (Post, Route::MyRead(c)) => self.mark_read(cx, caller, c),
            (Post, Route::MyUnread(c)) => self.mark_unread(cx, caller, c),
            (Post, Route::MyTyping(c)) => self.mark_typing(cx, caller, c),
            (Get, Route::MyTyping(c)) => self.get_typing(caller, c),
            (Get, Route::MyTranslate(c)) => self.translate(caller, c, params),

            (Get, Route::MyParticipants(c)) => self.list_participants(caller, c, params),
            (Get, Route::MyParticipant(c, u)) => self.get_participant(caller, c, u),
            (Post, Route::Participants(c)) => self.act_on_participants(cx, caller, c, params),
            (Put | Post | Patch | Delete, Route::Participant(c, u)) => {
                let action = match method {
                    Put => Action::Put,
                    Post => Action::Post,
                    Patch => Action::Patch,
                    _ => Action::Delete,
                };
                self.act_on_participant(cx, caller, c, u, (action, params))
            }

            (Post, Route::Messages(c)) => self.send_message(cx, caller, c, params),
            (Get, Route::MyMessages(c)) => self.list_messages(caller, c, params),
            (Get, Route::MyMessage(c, m)) => self.get_message(caller, (c, m)),
            (Patch, Route::Message(c, m)) => self.edit_message(cx, caller, (c, m), params),
            (Delete, Route::Message(c, m)) => self.delete_message(cx, caller, (c, m)),

            (Put | Delete, Route::Reaction { conversation, message, emoji, user }) => {
                let target = Target { conversation, message, emoji, user };
                match method {
                    Put => self.react(cx, caller, &target),
                    _ => self.unreact(cx, caller, &target),
                }
            }
            (Get, Route::MyReactions(c, m, e)) => self.list_reactions(caller, (c, m, e), params),

            _ => {
                let reason = "This path is served, but not with this method.";
                Err(ApiError::new(405, "METHOD_NOT_ALLOWED", reason))
            }
        }
    }
}

/// `POST /files/validate {filename, filesize}`: would this upload be taken?
fn validate_file(params: &Params<'_>, max_upload: u64) -> Result<Value, ApiError> {
    let filename = params.needed_string("filename")?;
    let size = params.get("filesize").unwrap_or(&Value::Null);
    let Some(size) = size.as_u64() else {
        return Err(wrong("filesize", "a whole number of bytes", size));
    };
    check_upload(&filename, size, max_upload)?;
    Ok(json!({}))
}

/// The rules for a file, the same before and after its upload.
pub(crate) fn check_upload(filename: &str, size: u64, max_upload: u64) -> Result<(), ApiError> {
    check_filename(filename)?;
    if size > max_upload {
        let reason = format!("The file has {size} bytes; this server takes at most {max_upload}.");
        return Err(ApiError::new(400, "FILE_TOO_LARGE", reason));
    }
    Ok(())
}

/// The rule for a file's name: it can be carried by a form, and stand in a URL.
pub(crate) fn check_filename(filename: &str) -> Result<(), ApiError> {
    // These two would mean a directory in the file's URL.
    if filename.is_empty() || filename == "." || filename == ".." {
        return Err(ApiError::params("\"filename\" must be a name such as \"photo.jpg\"."));
    }
    // The head of a form's field cannot have them. Ends of lines travel encoded.
    let has_no_place = |c: &char| c.is_ascii_control() && !matches!(c, '\t' | '\r' | '\n');
    if let Some(c) = filename.chars().find(has_no_place) {
        let (name, code) = (quote(filename), u32::from(c));
        return Err(ApiError::params(format!(
            "\"filename\" {name} has the control character U+{code:04X}, which no upload can carry: \
             leave it out."
        )));
    }
    Ok(())
}
