//! Refusals: what a request gets instead of a result.

use serde_json::{json, Value};

/// A refused request: an HTTP-like status, a code for programs, sentences for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// HTTP-like status, never 200.
    pub status: u16,
    /// What programs look at, for example `NOT_A_PARTICIPANT`.
    pub code: &'static str,
    /// Sentences that say what was wrong and what would be right.
    pub reasons: Vec<String>,
}

impl ApiError {
    /// A refusal with one reason.
    pub fn new(status: u16, code: &'static str, reason: impl Into<String>) -> Self {
        ApiError { status, code, reasons: vec![reason.into()] }
    }

    /// The request has a parameter that is missing or wrong.
    pub(crate) fn params(reason: impl Into<String>) -> Self {
        Self::new(400, "INVALID_PARAMETERS", reason)
    }

    /// The caller has not logged in, or no longer is.
    pub(crate) fn unauthorized(reason: impl Into<String>) -> Self {
        Self::new(401, "UNAUTHORIZED", reason)
    }

    pub(crate) fn no_app(app: &str) -> Self {
        Self::new(404, "APP_NOT_FOUND", format!("There is no app {}.", quote(app)))
    }

    pub(crate) fn no_user(user: &str) -> Self {
        let user = quote(user);
        Self::new(404, "USER_NOT_FOUND", format!("There is no user {user}; create it first."))
    }

    pub(crate) fn no_conversation(id: &str) -> Self {
        Self::new(404, "CONVERSATION_NOT_FOUND", format!("There is no conversation {}.", quote(id)))
    }

    pub(crate) fn not_a_participant(user: &str, conversation: &str) -> Self {
        let (user, conversation) = (quote(user), quote(conversation));
        let reason =
            format!("The user {user} is not a participant of conversation {conversation}.");
        Self::new(403, "NOT_A_PARTICIPANT", reason)
    }

    pub(crate) fn no_participant(user: &str, conversation: &str) -> Self {
        let (user, conversation) = (quote(user), quote(conversation));
        let reason = format!("Conversation {conversation} has no participant {user}.");
        Self::new(404, "PARTICIPANT_NOT_FOUND", reason)
    }

    pub(crate) fn no_message(id: &str) -> Self {
        let reason = format!("The conversation has no message {}.", quote(id));
        Self::new(404, "MESSAGE_NOT_FOUND", reason)
    }

    /// The body that goes out with the status.
    pub fn body(&self) -> Value {
        json!({ "errorCode": self.code, "reasons": self.reasons })
    }
}

/// Text from outside as it appears in a reason: quoted, escaped, and cut when it is long.
pub(crate) fn quote(text: &str) -> String {
    const MOST: usize = 100;
    if text.chars().count() <= MOST {
        return format!("{text:?}");
    }
    let head: String = text.chars().take(MOST).collect();
    format!("{head:?}…")
}
