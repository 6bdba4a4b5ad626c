//! The frames: JSON arrays, one in each message.

use alloc::string::String;

use crate::json::{push_char, push_quoted, push_u64, Raw};

use super::Method;

/// The status of an answer that is not one: it settles its call with an error, like any refusal.
pub(super) const UNREADABLE: u16 = 0;
/// The body that says so.
const UNREADABLE_BODY: &str = r#"{"reasons":["The answer cannot be read"]}"#;

/// A frame from the service.
pub(super) enum Frame<'a> {
    /// The answer to the request with this number. Its status is [`UNREADABLE`] if it cannot be read.
    Response { id: u32, status: u16, body: Raw<'a> },
    /// Events, from the element with index 2 on, up to the first one that is not well-formed JSON.
    /// `number` is `seq` as it was written.
    Publish { seq: f64, number: Raw<'a>, frame: Raw<'a> },
}

/// Reads a frame. `None` for what says neither which request it answers nor that it is a push: it is
/// ignored.
pub(super) fn read(text: &str) -> Option<Frame<'_>> {
    let (frame, whole) = Raw::parse_items(text)?;
    let mut items = frame.items();
    let number = items.next()?;
    let second = items.next().unwrap_or(Raw::NULL);
    if second.equals("PUBLISH") {
        // It may be larger than any number of a request.
        let seq = number.as_f64().filter(|&seq| seq as u64 as f64 == seq)?;
        return Some(Frame::Publish { seq, number, frame });
    }
    let id = number.as_u32()?;
    let status = second.as_u32().and_then(|status| u16::try_from(status).ok());
    Some(match status.filter(|_| whole) {
        Some(status) => Frame::Response { id, status, body: items.next().unwrap_or(Raw::NULL) },
        None => Frame::Response { id, status: UNREADABLE, body: Raw::trusted(UNREADABLE_BODY) },
    })
}

/// Writes a request. The path is encoded already, and `data` is a JSON object.
pub(super) fn request(id: u32, method: Method, path: &str, data: &str) -> String {
    let mut text = String::with_capacity(path.len() + data.len() + 40);
    push_char(&mut text, '[');
    push_u64(&mut text, id.into());
    text.push_str(",\"");
    text.push_str(method.as_str());
    text.push_str("\",");
    push_quoted(&mut text, path);
    push_char(&mut text, ',');
    text.push_str(data);
    text.push_str(",{}]");
    text
}

/// Writes the acknowledgement of a push.
pub(super) fn ack(number: Raw) -> String {
    let mut text = String::from("[");
    text.push_str(number.text());
    text.push_str(",\"ACK\"]");
    text
}
