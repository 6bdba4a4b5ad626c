//! What can go wrong, as values. The shell turns a [`TalkError`] into a JavaScript `TalkError`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::json::{push_u64, ArrayWriter, ObjectWriter, Raw};

/// The kind of a failure: the `code` that JavaScript sees. The variants' docs say cause and cure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// A parameter has the wrong type or value. Nothing was sent. Correct the call.
    InvalidArgument,
    /// The service does not know the app ID. Check it in the dashboard; the session has ended.
    AppNotFound,
    /// The service refused the token or the signature. Pass a valid one; the session has ended.
    AuthFailed,
    /// Status 403: the user may not do this.
    Forbidden,
    /// Status 404: something named in the call does not exist.
    NotFound,
    /// Status 402: the app's plan does not include this.
    PaymentRequired,
    /// Status 409: it exists already.
    Conflict,
    /// Any other answer that refuses the call for good, such as status 400. See `reasons`.
    Rejected,
    /// The service failed (status 500 and above) as often as the call was tried.
    ServerError,
    /// The service could not be reached for something that is not tried again.
    Network,
    /// The session has ended, so the call was not made or not answered.
    SessionEnded,
    /// The subscription was unsubscribed before it connected.
    Unsubscribed,
    /// A bug in this package.
    Internal,
}

impl ErrorCode {
    /// The `code` string of JavaScript's `TalkError`.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorCode::InvalidArgument => "invalid-argument",
            ErrorCode::AppNotFound => "app-not-found",
            ErrorCode::AuthFailed => "auth-failed",
            ErrorCode::Forbidden => "forbidden",
            ErrorCode::NotFound => "not-found",
            ErrorCode::PaymentRequired => "payment-required",
            ErrorCode::Conflict => "conflict",
            ErrorCode::Rejected => "rejected",
            ErrorCode::ServerError => "server-error",
            ErrorCode::Network => "network",
            ErrorCode::SessionEnded => "session-ended",
            ErrorCode::Unsubscribed => "unsubscribed",
            ErrorCode::Internal => "internal",
        }
    }

    /// The code that a refusing status stands for.
    pub fn of_status(status: u16) -> ErrorCode {
        match status {
            401 => ErrorCode::AuthFailed,
            402 => ErrorCode::PaymentRequired,
            403 => ErrorCode::Forbidden,
            404 => ErrorCode::NotFound,
            409 => ErrorCode::Conflict,
            500.. => ErrorCode::ServerError,
            _ => ErrorCode::Rejected,
        }
    }
}

/// An answer that refuses a request: the status and what its body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP-like status.
    pub status: u16,
    /// The service's own code, such as `NOT_A_PARTICIPANT`; empty if it gave none.
    pub error_code: String,
    /// The service's sentences.
    pub reasons: Vec<String>,
}

impl Failure {
    /// Reads the body of an answer whose status refuses the request. Any body is accepted.
    pub fn read(status: u16, body: Option<Raw>) -> Failure {
        let body = body.unwrap_or(Raw::NULL);
        let text = |raw: Raw| raw.as_str().map_or_else(|| raw.text().into(), |t| t.into_owned());
        let reasons = match body.get("reasons") {
            Some(list) if list.is_array() => list.items().map(text).collect(),
            Some(other) if !other.is_null() => Vec::from([text(other)]),
            _ => Vec::new(),
        };
        let code = body.get("errorCode").and_then(Raw::as_str);
        Failure { status, error_code: code.unwrap_or_default().into_owned(), reasons }
    }

    /// Whether the service's own code is `code`.
    pub fn is(&self, code: &str) -> bool {
        self.error_code == code
    }

    /// The error that a call rejects with. `operation` says what was tried, as in "Set user a".
    pub fn into_error(self, operation: &str) -> TalkError {
        let mut message = String::from(operation);
        message.push_str(" failed, got status ");
        push_u64(&mut message, self.status.into());
        if !self.error_code.is_empty() {
            message.push(' ');
            message.push_str(&self.error_code);
        }
        if !self.reasons.is_empty() {
            message.push_str(", reasons: ");
            message.push_str(&self.reasons.join(", "));
        }
        TalkError {
            code: ErrorCode::of_status(self.status),
            message,
            operation: operation.to_string(),
            status: self.status,
            reasons: self.reasons,
        }
    }
}

/// One failure, as the application sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkError {
    /// The kind of failure.
    pub code: ErrorCode,
    /// What failed and what to do, in one sentence. Never holds a token.
    pub message: String,
    /// What was tried, as in "Set user a"; empty where it was nothing in particular.
    pub operation: String,
    /// The status that the service answered with, or 0.
    pub status: u16,
    /// What the service said of it.
    pub reasons: Vec<String>,
}

impl TalkError {
    /// An error that did not come from an answer of the service.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> TalkError {
        let (operation, reasons) = (String::new(), Vec::new());
        TalkError { code, message: message.into(), operation, status: 0, reasons }
    }

    /// Appends the error as a JSON object. Members that say nothing are left out.
    pub fn write(&self, out: &mut String) {
        let mut object = ObjectWriter::new(out);
        object.str("code", self.code.as_str()).str("message", &self.message);
        if !self.operation.is_empty() {
            object.str("operation", &self.operation);
        }
        if self.status != 0 {
            object.u64("status", self.status.into());
        }
        let mut reasons = ArrayWriter::new(object.key("reasons"));
        for reason in &self.reasons {
            reasons.str(reason);
        }
        reasons.end();
        object.end();
    }
}
