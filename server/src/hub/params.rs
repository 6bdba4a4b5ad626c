//! Reading the parameters of a request: each reader takes what it accepts or says what it wanted.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::errors::{quote, ApiError};

/// Custom data: string keys and string values.
pub(crate) type Custom = BTreeMap<String, String>;

/// What parameters that are merged key by key may come to: each request may add more.
const MOST_KEYS: usize = 10_000;
const MOST_BYTES: usize = 1 << 20;

/// A parameter of a change: absent means "leave it", null means "back to the default".
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Patch<T> {
    Keep,
    Reset,
    Set(T),
}

impl<T> Patch<T> {
    /// Applies the change to a field whose default is `T::default()`.
    pub(crate) fn apply(self, field: &mut T)
    where
        T: Default,
    {
        match self {
            Patch::Keep => {}
            Patch::Reset => *field = T::default(),
            Patch::Set(value) => *field = value,
        }
    }

    /// Applies the change to an optional field.
    pub(crate) fn apply_option(self, field: &mut Option<T>) {
        match self {
            Patch::Keep => {}
            Patch::Reset => *field = None,
            Patch::Set(value) => *field = Some(value),
        }
    }
}

/// The parameters of one request.
pub(crate) struct Params<'a>(&'a Map<String, Value>);

impl<'a> Params<'a> {
    pub(crate) fn new(map: &'a Map<String, Value>) -> Self {
        Params(map)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name)
    }

    /// Reads an optional, nullable parameter with `read`, which says what it wants on failure.
    fn patch<T>(
        &self,
        name: &str,
        wanted: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Patch<T>, ApiError> {
        match self.get(name) {
            None => Ok(Patch::Keep),
            Some(Value::Null) => Ok(Patch::Reset),
            Some(value) => match read(value) {
                Some(value) => Ok(Patch::Set(value)),
                None => Err(wrong(name, wanted, value)),
            },
        }
    }

    pub(crate) fn string(&self, name: &str) -> Result<Patch<String>, ApiError> {
        self.patch(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    /// A string that has to be there and not be empty.
    pub(crate) fn needed_string(&self, name: &str) -> Result<String, ApiError> {
        match self.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.clone()),
            Some(value) => Err(wrong(name, "a string that is not empty", value)),
            None => Err(ApiError::params(format!("\"{name}\" is missing: give a string."))),
        }
    }

    /// A list of strings; one string counts as a list of one.
    pub(crate) fn strings(&self, name: &str) -> Result<Patch<Vec<String>>, ApiError> {
        self.patch(name, "a list of strings", |value| match value {
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(items) => {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
            }
            _ => None,
        })
    }

    /// A whole number from 1 to `most`, or `default` when it is absent.
    pub(crate) fn limit(&self, default: usize, most: usize) -> Result<usize, ApiError> {
        let Some(value) = self.get("limit") else { return Ok(default) };
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        match number {
            Some(number) if (1..=most).contains(&number) => Ok(number),
            _ => Err(wrong("limit", &format!("a whole number from 1 to {most}"), value)),
        }
    }

    /// Applies `custom`: a null value removes its key, a null `custom` all of them.
    pub(crate) fn apply_custom(&self, custom: &mut Custom) -> Result<(), ApiError> {
        let wanted = "an object whose values are strings (or null, to remove a key)";
        match self.get("custom") {
            None => {}
            Some(Value::Null) => custom.clear(),
            Some(Value::Object(changes)) => {
                let fits = |value: &Value| value.is_string() || value.is_null();
                if let Some((key, value)) = changes.iter().find(|(_, value)| !fits(value)) {
                    return Err(wrong(&format!("custom.{key}"), "a string", value));
                }
                for (key, value) in changes {
                    match value.as_str() {
                        Some(text) => custom.insert(key.clone(), text.to_owned()),
                        None => custom.remove(key),
                    };
                }
                // What was kept before there were limits may still be made smaller.
                if changes.values().any(Value::is_string) {
                    check_merged("custom", custom.len(), custom)?;
                }
            }
            Some(value) => return Err(wrong("custom", wanted, value)),
        }
        Ok(())
    }

    /// `access`: whether a participant may write. `true` is `ReadWrite`.
    pub(crate) fn access(&self) -> Result<Patch<Access>, ApiError> {
        self.patch("access", "\"Read\" or \"ReadWrite\"", |value| match value.as_str()? {
            "Read" => Some(Access::Read),
            "ReadWrite" => Some(Access::ReadWrite),
            _ => None,
        })
    }

    /// `notify`: when a participant is notified.
    pub(crate) fn notify(&self) -> Result<Patch<Notify>, ApiError> {
        self.patch("notify", "true, false or \"MentionsOnly\"", |value| match value {
            Value::Bool(true) => Some(Notify::All),
            Value::Bool(false) => Some(Notify::Nothing),
            Value::String(text) if text == "MentionsOnly" => Some(Notify::MentionsOnly),
            _ => None,
        })
    }
}

/// What a participant may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Access {
    Read,
    #[default]
    ReadWrite,
}

/// When a participant is notified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Notify {
    #[default]
    All,
    Nothing,
    MentionsOnly,
}

impl Access {
    pub(crate) fn view(self) -> Value {
        match self {
            Access::Read => "Read".into(),
            Access::ReadWrite => "ReadWrite".into(),
        }
    }
}

impl Notify {
    pub(crate) fn view(self) -> Value {
        match self {
            Notify::All => true.into(),
            Notify::Nothing => false.into(),
            Notify::MentionsOnly => "MentionsOnly".into(),
        }
    }
}

/// Refuses what has come to too much by merging.
pub(crate) fn check_merged(
    name: &str,
    keys: usize,
    merged: &impl Serialize,
) -> Result<(), ApiError> {
    if keys > MOST_KEYS {
        return Err(ApiError::params(format!(
            "\"{name}\" would have {keys} keys; the most is {MOST_KEYS}."
        )));
    }
    let bytes = super::records::write(merged).len();
    if bytes > MOST_BYTES {
        return Err(ApiError::params(format!(
            "\"{name}\" would have {bytes} bytes as JSON; the most is {MOST_BYTES}."
        )));
    }
    Ok(())
}

/// The refusal of a parameter of the wrong kind.
pub(crate) fn wrong(name: &str, wanted: &str, got: &Value) -> ApiError {
    let got = match got {
        Value::String(text) => quote(text),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    };
    ApiError::params(format!("{} must be {wanted}, not {got}.", quote(name)))
}
