//! What can go wrong, as values. The shell turns a [`TalkError`] into a JavaScript `TalkError`.

use alloc::string::String;

use crate::json::{ObjectWriter, Raw};

/// Why a session ends: the `code` that JavaScript sees. It has others for the answers that refuse a
/// call, which it reads itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter has the wrong type or value. Nothing was sent. Correct the call.
    InvalidArgument,
    /// The service does not know the app ID. Check it in the dashboard; the session has ended.
    AppNotFound,
    /// The service refused the token or the signature. Pass a valid one; the session has ended.
    AuthFailed,
    /// Status 402: the app's plan does not include this.
    PaymentRequired,
    /// The service failed as often as it was tried.
    ServerError,
    /// Any other answer that refuses the call for good, such as status 400. See `reasons`.
    Rejected,
}

impl ErrorCode {
    /// The `code` string of JavaScript's `TalkError`.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::InvalidArgument => "invalid-argument",
            ErrorCode::AppNotFound => "app-not-found",
            ErrorCode::AuthFailed => "auth-failed",
            ErrorCode::PaymentRequired => "payment-required",
            ErrorCode::ServerError => "server-error",
            ErrorCode::Rejected => "rejected",
        }
    }
}

/// The body of an error for an answer that lacks what it should have.
pub(crate) const STRANGE: &str =
    r#"{"reasons":["The answer is incomplete; it may have been done all the same"]}"#;

/// An answer that refuses a request: the status, and the body as it came. JavaScript makes the error
/// of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP-like status.
    pub status: u16,
    /// The body, as well-formed JSON.
    pub body: String,
}

impl Failure {
    /// An answer with a body, which may be anything.
    pub fn read(status: u16, body: Option<Raw>) -> Failure {
        Failure { status, body: body.unwrap_or(Raw::NULL).text().into() }
    }

    /// An answer that claims success and lacks what it should have: a status of success, and a body
    /// that says so.
    pub(crate) fn strange() -> Failure {
        Failure { status: 200, body: STRANGE.into() }
    }

    /// Whether the service's own code is `code`, such as `NOT_A_PARTICIPANT`.
    pub fn is(&self, code: &str) -> bool {
        Raw::trusted(&self.body).get("errorCode").is_some_and(|own| own.equals(code))
    }
}

/// One failure, as the application sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkError {
    /// The kind of failure.
    pub code: ErrorCode,
    /// What failed and what to do, in one sentence. Never holds a token. If the service refused, only
    /// what to do, or nothing: JavaScript makes a sentence of the refusal.
    pub message: String,
    /// What the service refused with, if it did.
    pub refusal: Option<Failure>,
}

impl TalkError {
    /// An error that did not come from an answer of the service.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> TalkError {
        TalkError { code, message: message.into(), refusal: None }
    }

    /// Appends the error as a JSON object.
    pub fn write(&self, out: &mut String) {
        let mut object = ObjectWriter::new(out);
        object.str("code", self.code.as_str()).str("message", &self.message);
        if let Some(Failure { status, body }) = &self.refusal {
            object.u64("status", (*status).into()).raw("body", Raw::trusted(body));
        }
        object.end();
    }
}
