//! Frames: JSON arrays, one per WebSocket message.

use std::sync::Arc;

use serde_json::{json, Map, Value};

use super::errors::ApiError;

/// How deep a frame may nest, itself included. All that a request may have fits in well, and answers
/// that repeat it stay readable for clients that can read 128 levels.
pub(crate) const DEEPEST: usize = 64;

/// The methods of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Subscribe,
    Unsubscribe,
}

impl Method {
    fn parse(name: &str) -> Option<Method> {
        Some(match name {
            "GET" => Method::Get,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            "SUBSCRIBE" => Method::Subscribe,
            "UNSUBSCRIBE" => Method::Unsubscribe,
            _ => return None,
        })
    }
}

/// What a client sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame {
    /// `[seq, "ACK"]`
    Ack,
    /// `[id, METHOD, path, data, headers]`
    Request { id: Value, method: Method, path: String, data: Map<String, Value> },
    /// Anything else: the id if one can be made out, and what is wrong.
    Bad { id: Value, error: ApiError },
}

impl Frame {
    pub(crate) fn parse(text: &str) -> Frame {
        if nests_deeper(text, DEEPEST) {
            let what = format!("it nests deeper than {DEEPEST} levels");
            return bad(leading_id(text), &what);
        }
        let value = match serde_json::from_str(text) {
            Ok(Value::Array(items)) => items,
            Ok(_) => return bad(Value::Null, "a frame is a JSON array"),
            Err(error) => return bad(leading_id(text), &format!("it is not JSON: {error}")),
        };
        let mut items = value.into_iter();
        let id = items.next().unwrap_or(Value::Null);
        if !id.is_number() {
            return bad(Value::Null, "a frame starts with a number");
        }
        let Some(Value::String(method)) = items.next() else {
            return bad(id, "its second item must be a method, a string");
        };
        if method == "ACK" {
            return Frame::Ack;
        }
        let Some(method) = Method::parse(&method) else {
            let known = "GET, POST, PUT, PATCH, DELETE, SUBSCRIBE or UNSUBSCRIBE";
            return bad(id, &format!("its method must be {known}"));
        };
        let Some(Value::String(path)) = items.next() else {
            return bad(id, "its third item must be a path, a string");
        };
        let data = match items.next() {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(data)) => data,
            Some(_) => return bad(id, "its fourth item, the data, must be an object"),
        };
        Frame::Request { id, method, path, data }
    }
}

fn bad(id: Value, what: &str) -> Frame {
    let reason = format!("The frame was refused: {what}.");
    Frame::Bad { id, error: ApiError::new(400, "BAD_FRAME", reason) }
}

/// The id of a frame that is broken further on, so that the request does not wait for ever.
fn leading_id(text: &str) -> Value {
    let rest = text.trim_start().strip_prefix('[').unwrap_or_default().trim_start();
    let (digits, behind) =
        rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    // Of a longer number these are just the first digits.
    if !behind.trim_start().starts_with([',', ']']) && !behind.trim_start().is_empty() {
        return Value::Null;
    }
    digits.parse::<u64>().map_or(Value::Null, Value::from)
}

/// Whether lists and objects are nested deeper than this in a text that may be JSON.
fn nests_deeper(text: &str, most: usize) -> bool {
    let (mut depth, mut is_string, mut is_escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_string => is_escaped = true,
            b'"' => is_string = !is_string,
            b'[' | b'{' if !is_string => {
                depth += 1;
                if depth > most {
                    return true;
                }
            }
            b']' | b'}' if !is_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// `[id, status, body]`
pub(crate) fn response(id: &Value, result: Result<Value, ApiError>) -> String {
    let (status, body) = match result {
        Ok(body) => (200, body),
        Err(error) => (error.status, error.body()),
    };
    json!([id, status, body]).to_string()
}

/// `[seq, "PUBLISH", event, …]`
pub(crate) fn publish(seq: u64, events: &[Event]) -> String {
    let mut frame = format!("[{seq},\"PUBLISH\"");
    for Event(text) in events {
        frame.push(',');
        frame.push_str(text);
    }
    frame.push(']');
    frame
}

/// An event as it goes over the wire: one text for all who are told the same.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event(Arc<str>);

impl Event {
    /// An event that consists of the fields of several objects. What is costly to write down and the
    /// same for many is written down once.
    pub(crate) fn joined(objects: &[&str]) -> Event {
        Event(join(objects).into())
    }
}

impl From<Value> for Event {
    fn from(event: Value) -> Self {
        Event(event.to_string().into())
    }
}

/// The JSON of one object with the fields of all of these, which are JSON of objects that have no
/// field in common.
pub(crate) fn join(objects: &[&str]) -> String {
    let fields = objects.iter().filter_map(|text| text.strip_prefix('{')?.strip_suffix('}'));
    let fields: Vec<&str> = fields.filter(|fields| !fields.is_empty()).collect();
    format!("{{{}}}", fields.join(","))
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
