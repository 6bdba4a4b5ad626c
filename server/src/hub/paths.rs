//! Request paths: `/conversations/a%2Fb/messages` and what each of them stands for.

use super::errors::{quote, ApiError};

/// Every path the service knows. Ids are decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Ping,
    Renew,
    FilesValidate,
    Users,
    User(String),
    Online(String),
    MyConversations,
    MyConversation(String),
    MyRead(String),
    MyUnread(String),
    MyTyping(String),
    MyTranslate(String),
    MyMessages(String),
    MyMessage(String, String),
    MyReactions(String, String, String),
    MyParticipants(String),
    MyParticipant(String, String),
    Conversation(String),
    Participants(String),
    Participant(String, String),
    Messages(String),
    Message(String, String),
    Reaction { conversation: String, message: String, emoji: String, user: String },
}

impl Route {
    /// Reads a path. A path that does not decode is 400, an unknown one 404.
    pub(crate) fn parse(path: &str) -> Result<Route, ApiError> {
        let parts = segments(path)?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let s = |text: &str| text.to_owned();
        Ok(match parts.as_slice() {
            ["ping"] => Route::Ping,
            ["session", "renew"] => Route::Renew,
            ["files", "validate"] => Route::FilesValidate,
            ["users"] => Route::Users,
            ["users", u] => Route::User(s(u)),
            ["users", u, "online"] => Route::Online(s(u)),
            ["me", "conversations"] => Route::MyConversations,
            ["me", "conversations", c] => Route::MyConversation(s(c)),
            ["me", "conversations", c, "read"] => Route::MyRead(s(c)),
            ["me", "conversations", c, "unread"] => Route::MyUnread(s(c)),
            ["me", "conversations", c, "typing"] => Route::MyTyping(s(c)),
            ["me", "conversations", c, "translate"] => Route::MyTranslate(s(c)),
            ["me", "conversations", c, "messages"] => Route::MyMessages(s(c)),
            ["me", "conversations", c, "messages", m] => Route::MyMessage(s(c), s(m)),
            ["me", "conversations", c, "messages", m, "reactions", e] => {
                Route::MyReactions(s(c), s(m), s(e))
            }
            ["me", "conversations", c, "participants"] => Route::MyParticipants(s(c)),
            ["me", "conversations", c, "participants", u] => Route::MyParticipant(s(c), s(u)),
            ["conversations", c] => Route::Conversation(s(c)),
            ["conversations", c, "participants"] => Route::Participants(s(c)),
            ["conversations", c, "participants", u] => Route::Participant(s(c), s(u)),
            ["conversations", c, "messages"] => Route::Messages(s(c)),
            ["conversations", c, "messages", m] => Route::Message(s(c), s(m)),
            ["conversations", c, "messages", m, "reactions", e, u] => {
                Route::Reaction { conversation: s(c), message: s(m), emoji: s(e), user: s(u) }
            }
            _ => {
                let reason = format!("Nothing is served at {}.", quote(path));
                return Err(ApiError::new(404, "UNKNOWN_PATH", reason));
            }
        })
    }
}

/// Splits a path at its slashes and decodes each part.
fn segments(path: &str) -> Result<Vec<String>, ApiError> {
    let bad = |what: &str| {
        let reason = format!("The path {} {what}.", quote(path));
        ApiError::new(400, "INVALID_PATH", reason)
    };
    let Some(rest) = path.strip_prefix('/') else {
        return Err(bad("does not start with a slash"));
    };
    rest.split('/')
        .map(|part| match decode(part) {
            Some(text) if text.is_empty() => Err(bad("has an empty part")),
            Some(text) => Ok(text),
            None => Err(bad("has a part that is not percent-encoded UTF-8")),
        })
        .collect()
}

/// Percent-decodes one part. `None` when a `%` lacks its two digits or the bytes are not UTF-8.
pub(crate) fn decode(part: &str) -> Option<String> {
    if !part.contains('%') {
        return Some(part.to_owned());
    }
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push(high * 16 + low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Percent-encodes one part the way browsers' `encodeURIComponent` does.
pub fn encode(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
#[path = "paths_tests.rs"]
mod tests;
