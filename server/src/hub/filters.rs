//! Filters of conversations: which ones a list or a search is about.
//!
//! A filter is an object of conditions that all hold, or `["any", [object, …]]` of which at least
//! one holds. Clients bring theirs into a canonical form for lists and send them as given for
//! searches, so both kinds of writing are read here: `oneOf` of any length, and every comparison.

use serde_json::{Map, Value};

use super::errors::{quote, ApiError};
use super::params::{wrong, Custom};
use super::state::{Conversation, Participant};

/// How many objects one `any` may have, and how many values one `oneOf`.
const MOST_PARTS: usize = 100;

/// Which conversations are meant: those for which one of these lists holds as a whole.
#[derive(Debug, PartialEq)]
pub(crate) struct Filter(Vec<Vec<Condition>>);

#[derive(Debug, PartialEq)]
enum Condition {
    Access(Words),
    Subject(Words),
    Custom(String, Words),
    IsUnread(bool),
    HasMessages(bool),
    LastActivityAt(Span),
    CreatedAt(Span),
    JoinedAt(Span),
}

/// A test of a text that may be absent.
#[derive(Debug, PartialEq)]
enum Words {
    /// Whether it is one of these, or none of them.
    In(Vec<Option<String>>, bool),
    /// Whether it is there at all.
    There(bool),
}

/// A test of a time.
#[derive(Debug, PartialEq)]
enum Span {
    Above(f64),
    Below(f64),
    From(f64),
    UpTo(f64),
    /// From the first up to and without the second.
    Between(f64, f64),
    NotBetween(f64, f64),
}

impl Filter {
    /// Reads a filter. Null and `{}` let everything through.
    pub(crate) fn read(value: &Value) -> Result<Filter, ApiError> {
        match value {
            Value::Null => Ok(Filter(vec![Vec::new()])),
            Value::Object(fields) => Ok(Filter(vec![conditions(fields)?])),
            Value::Array(parts) => match parts.as_slice() {
                [Value::String(any), Value::Array(parts)] if any == "any" => {
                    at_most(parts)?;
                    parts.iter().map(part).collect::<Result<_, _>>().map(Filter)
                }
                _ => Err(wrong("filter", WANTED, value)),
            },
            _ => Err(wrong("filter", WANTED, value)),
        }
    }

    /// Whether a conversation is one of those meant, as this participant sees it.
    pub(crate) fn fits(&self, conversation: &Conversation, me: &Participant) -> bool {
        self.0.iter().any(|all| all.iter().all(|one| one.fits(conversation, me)))
    }
}

const WANTED: &str = "an object of conditions, or [\"any\", [such objects]]";

fn part(value: &Value) -> Result<Vec<Condition>, ApiError> {
    match value {
        Value::Object(fields) => conditions(fields),
        other => Err(wrong("filter", WANTED, other)),
    }
}

fn at_most(items: &[Value]) -> Result<(), ApiError> {
    if items.len() <= MOST_PARTS {
        return Ok(());
    }
    let count = items.len();
    let reason = format!("\"filter\" has a list of {count}; the most is {MOST_PARTS}.");
    Err(ApiError::params(reason))
}

fn conditions(fields: &Map<String, Value>) -> Result<Vec<Condition>, ApiError> {
    let mut all = Vec::new();
    for (name, value) in fields {
        match name.as_str() {
            "access" => all.push(Condition::Access(access(value)?)),
            "subject" => all.push(Condition::Subject(words(name, value, true)?)),
            "custom" => {
                let Value::Object(fields) = value else {
                    return Err(wrong("filter.custom", "an object of conditions", value));
                };
                for (key, value) in fields {
                    all.push(Condition::Custom(key.clone(), custom(key, value)?));
                }
            }
            "isUnread" => all.push(Condition::IsUnread(flag(name, value)?)),
            "hasMessages" => all.push(Condition::HasMessages(flag(name, value)?)),
            "lastActivityAt" => all.push(Condition::LastActivityAt(span(name, value)?)),
            "createdAt" => all.push(Condition::CreatedAt(span(name, value)?)),
            "joinedAt" => all.push(Condition::JoinedAt(span(name, value)?)),
            other => {
                return Err(ApiError::params(format!(
                    "Conversations are not filtered by {}, but by access, subject, custom, \
                     isUnread, hasMessages, lastActivityAt, createdAt or joinedAt.",
                    quote(other)
                )))
            }
        }
    }
    Ok(all)
}

fn flag(name: &str, value: &Value) -> Result<bool, ApiError> {
    value.as_bool().ok_or_else(|| wrong(&format!("filter.{name}"), "true or false", value))
}

fn access(value: &Value) -> Result<Words, ApiError> {
    let words = words("access", value, false)?;
    if let Words::In(values, _) = &words {
        let known = |word: &Option<String>| matches!(word.as_deref(), Some("Read" | "ReadWrite"));
        if !values.iter().all(known) {
            return Err(wrong("filter.access", "about \"Read\" and \"ReadWrite\"", value));
        }
    }
    Ok(words)
}

fn custom(key: &str, value: &Value) -> Result<Words, ApiError> {
    match value.as_str() {
        Some("exists") => Ok(Words::There(true)),
        Some("!exists") => Ok(Words::There(false)),
        _ => words(&format!("custom.{key}"), value, false),
    }
}

/// `["==", text]`, `["!=", text]`, `["oneOf", [text, …]]` or `["!oneOf", [text, …]]`.
fn words(name: &str, value: &Value, nullable: bool) -> Result<Words, ApiError> {
    let word = |value: &Value| match value {
        Value::String(text) => Some(Some(text.clone())),
        Value::Null if nullable => Some(None),
        _ => None,
    };
    let read = || {
        let [Value::String(operator), operand] = value.as_array()?.as_slice() else { return None };
        Some(match (operator.as_str(), operand) {
            ("==", one) => Words::In(vec![word(one)?], true),
            ("!=", one) => Words::In(vec![word(one)?], false),
            ("oneOf", Value::Array(all)) => {
                Words::In(all.iter().map(word).collect::<Option<_>>()?, true)
            }
            ("!oneOf", Value::Array(all)) => {
                Words::In(all.iter().map(word).collect::<Option<_>>()?, false)
            }
            _ => return None,
        })
    };
    let wanted = "[\"==\" or \"!=\", a string] or [\"oneOf\" or \"!oneOf\", a list of strings]";
    let words = read().ok_or_else(|| wrong(&format!("filter.{name}"), wanted, value))?;
    if let Value::Array(all) = &value[1] {
        at_most(all)?;
    }
    Ok(words)
}

/// `[">", number]` and its like, or `["between", [number, number]]`.
fn span(name: &str, value: &Value) -> Result<Span, ApiError> {
    let read = || {
        let [Value::String(operator), operand] = value.as_array()?.as_slice() else { return None };
        let pair = || match operand.as_array()?.as_slice() {
            [from, to] => Some((from.as_f64()?, to.as_f64()?)),
            _ => None,
        };
        Some(match operator.as_str() {
            ">" => Span::Above(operand.as_f64()?),
            "<" => Span::Below(operand.as_f64()?),
            ">=" => Span::From(operand.as_f64()?),
            "<=" => Span::UpTo(operand.as_f64()?),
            "between" => pair().map(|(from, to)| Span::Between(from, to))?,
            "!between" => pair().map(|(from, to)| Span::NotBetween(from, to))?,
            _ => return None,
        })
    };
    let wanted = "[\">\", \"<\", \">=\" or \"<=\", a number] or \
                  [\"between\" or \"!between\", [a number, a number]]";
    read().ok_or_else(|| wrong(&format!("filter.{name}"), wanted, value))
}

impl Condition {
    fn fits(&self, conversation: &Conversation, me: &Participant) -> bool {
        let matter = &conversation.matter;
        match self {
            Condition::Access(words) => words.fit(me.access.view().as_str()),
            Condition::Subject(words) => words.fit(matter.subject.as_deref()),
            Condition::Custom(key, words) => words.fit(text_of(&matter.custom, key)),
            Condition::IsUnread(wanted) => conversation.is_unread(me) == *wanted,
            Condition::HasMessages(wanted) => conversation.last_message().is_some() == *wanted,
            Condition::LastActivityAt(span) => span.has(conversation.last_message_at(me.joined_at)),
            Condition::CreatedAt(span) => span.has(matter.created_at),
            Condition::JoinedAt(span) => span.has(me.joined_at),
        }
    }
}

fn text_of<'a>(custom: &'a Custom, key: &str) -> Option<&'a str> {
    custom.get(key).map(String::as_str)
}

impl Words {
    fn fit(&self, text: Option<&str>) -> bool {
        match self {
            Words::In(values, wanted) => {
                values.iter().any(|value| value.as_deref() == text) == *wanted
            }
            Words::There(wanted) => text.is_some() == *wanted,
        }
    }
}

impl Span {
    fn has(&self, time: u64) -> bool {
        // Times are far below 2^53, where this would lose anything.
        let time = time as f64;
        match *self {
            Span::Above(limit) => time > limit,
            Span::Below(limit) => time < limit,
            Span::From(limit) => time >= limit,
            Span::UpTo(limit) => time <= limit,
            Span::Between(from, to) => (from..to).contains(&time),
            Span::NotBetween(from, to) => !(from..to).contains(&time),
        }
    }
}

#[cfg(test)]
#[path = "filters_tests.rs"]
mod tests;
