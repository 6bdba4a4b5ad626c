//! The parameters of calls: what they may be, checked before anything is sent.

use alloc::string::String;

use crate::error::{ErrorCode, TalkError};
use crate::json::{push_quoted, ArrayWriter, ObjectWriter, Raw};

/// What a parameter may be. Null is allowed too, unless it is [`Rule::Name`]: it resets.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    /// A string, never null.
    Name,
    Text,
    /// A string or a list of strings.
    Texts,
    TextList,
    /// An object of strings; null removes a key.
    TextMap,
    /// An object of `true`; null removes a key.
    PushTokens,
    Access,
    Notify,
    /// A number that is not negative.
    Size,
}

impl Rule {
    fn accepts(self, value: Raw) -> bool {
        let text_or_null = |value: Raw| value.is_string() || value.is_null();
        if value.is_null() {
            return !matches!(self, Rule::Name | Rule::Size);
        }
        match self {
            Rule::Name | Rule::Text => value.is_string(),
            Rule::Texts => value.is_string() || is_text_list(value),
            Rule::TextList => is_text_list(value),
            Rule::TextMap => value.is_object() && value.entries().all(|(_, v)| text_or_null(v)),
            Rule::PushTokens => {
                let token = |value: Raw| value.is_null() || value.as_bool() == Some(true);
                value.is_object() && value.entries().all(|(_, v)| token(v))
            }
            Rule::Access => value.equals("Read") || value.equals("ReadWrite"),
            Rule::Notify => value.as_bool().is_some() || value.equals("MentionsOnly"),
            Rule::Size => value.as_f64().is_some_and(|size| size >= 0.0),
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Rule::Name => "a string",
            Rule::Text => "a string or null",
            Rule::Texts => "a string, a list of strings, or null",
            Rule::TextList => "a list of strings or null",
            Rule::TextMap => "an object whose values are strings (or null, to remove a key)",
            Rule::PushTokens => "an object whose values are true (or null, to remove a key)",
            Rule::Access => "\"Read\", \"ReadWrite\" or null",
            Rule::Notify => "true, false, \"MentionsOnly\" or null",
            Rule::Size => "a number that is not negative",
        }
    }
}

fn is_text_list(value: Raw) -> bool {
    value.is_array() && value.items().all(Raw::is_string)
}

/// The parameters that a call knows. Others are passed on for the service to judge.
pub(crate) type Rules = &'static [(&'static str, Rule)];

pub(crate) static USER: Rules = &[
    ("name", Rule::Name),
    ("custom", Rule::TextMap),
    ("locale", Rule::Text),
    ("photoUrl", Rule::Text),
    ("role", Rule::Text),
    ("welcomeMessage", Rule::Text),
    ("email", Rule::Texts),
    ("phone", Rule::Texts),
    ("pushTokens", Rule::PushTokens),
];

pub(crate) static CONVERSATION: Rules = &[
    ("access", Rule::Access),
    ("notify", Rule::Notify),
    ("subject", Rule::Text),
    ("photoUrl", Rule::Text),
    ("welcomeMessages", Rule::TextList),
    ("custom", Rule::TextMap),
];

/// How many of [`CONVERSATION`]'s rules are a participant's: the first ones.
pub(crate) const OF_PARTICIPANT: usize = 2;

pub(crate) static MESSAGE: Rules = &[("custom", Rule::TextMap)];

pub(crate) static UPLOAD: Rules = &[
    ("filename", Rule::Name),
    ("width", Rule::Size),
    ("height", Rule::Size),
    ("duration", Rule::Size),
];

/// A call that was not made because of a parameter. `wanted` says what it should be.
pub(crate) fn bad_argument(operation: &str, name: &str, wanted: &str, got: Raw) -> TalkError {
    let message =
        [operation, " failed: ", name, " must be ", wanted, ", but it is ", &describe(got)];
    let mut error = TalkError::new(ErrorCode::InvalidArgument, message.concat());
    error.operation = operation.into();
    error
}

/// Checks that `params` is an object, and its known members.
pub(crate) fn check(operation: &str, params: Raw, rules: Rules) -> Result<(), TalkError> {
    if !params.is_object() {
        return Err(bad_argument(operation, "the parameter", "an object", params));
    }
    for (key, value) in params.entries() {
        let key = key.as_str().unwrap_or_default();
        let rule = rules.iter().find(|(name, _)| *name == key);
        if let Some((name, rule)) = rule.filter(|(_, rule)| !rule.accepts(value)) {
            return Err(bad_argument(operation, &quote(name), rule.describe(), value));
        }
    }
    Ok(())
}

/// A user's parameters as the service wants them: one e-mail address or phone number as a list,
/// no role as the default one.
pub(crate) fn user_params(params: Raw, create: bool) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    for (key, value) in params.entries() {
        let key = key.as_str().unwrap_or_default();
        match &*key {
            "email" | "phone" if value.is_string() => {
                let mut list = ArrayWriter::new(object.key(&key));
                list.raw(value);
                list.end();
            }
            "role" if value.is_null() => {
                object.str(&key, "default");
            }
            _ => {
                object.raw(&key, value);
            }
        }
    }
    if create && params.get("role").is_none() {
        object.str("role", "default");
    }
    object.end();
    out
}

fn quote(name: &str) -> String {
    let mut quoted = String::new();
    push_quoted(&mut quoted, name);
    quoted
}

/// A value in an error message: short ones as they are.
fn describe(value: Raw) -> String {
    let text = value.text();
    if text.len() <= 40 {
        return text.into();
    }
    String::from(if value.is_string() {
        "a long string"
    } else if value.is_array() {
        "a list with other content"
    } else {
        "an object with other content"
    })
}
