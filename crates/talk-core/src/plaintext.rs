//! The text of a message without its formatting, as conversation lists and notifications show it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{hex, push_u64, Raw};

/// The text of some content: its blocks, joined by a blank line.
pub(crate) fn plaintext(content: Raw) -> String {
    let mut out = String::new();
    for (i, block) in content.items().enumerate() {
        // Also around a block that is empty, or of an unknown type.
        if i > 0 {
            out.push_str("\n\n");
        }
        let kind = text_of(block, "type");
        if kind == "text" {
            push_nodes(&mut out, block.get("children"));
        } else if kind == "file" {
            push_file(&mut out, block);
        } else if kind == "location" {
            out.push('📍');
        }
    }
    out
}

fn text_of<'a>(object: Raw<'a>, key: &str) -> Cow<'a, str> {
    object.get(key).and_then(Raw::as_str).unwrap_or_default()
}

/// The nodes of a text block, flattened. `Raw::parse` bounds how deep they nest.
fn push_nodes(out: &mut String, list: Option<Raw>) {
    for node in list.unwrap_or(Raw::NULL).items() {
        if let Some(text) = node.as_str() {
            out.push_str(&text);
            continue;
        }
        let kind = text_of(node, "type");
        let is = |name: &str| kind.eq_ignore_ascii_case(name);
        let point = is("bulletPoint");
        if point {
            out.push_str("- ");
        } else if is("mention") {
            out.push('@');
        } else if is("bulletList") {
            out.push('\n');
        }
        match node.get("text").and_then(Raw::as_str) {
            Some(text) => out.push_str(&text),
            None => push_nodes(out, node.get("children")),
        }
        if point {
            out.push('\n');
        }
    }
}

fn push_file(out: &mut String, block: Raw) {
    let subtype = text_of(block, "subtype");
    let is = |name: &str| subtype == name;
    if is("voice") {
        out.push_str("🎙️");
        if let Some(seconds) = block.get("duration").and_then(Raw::as_f64) {
            let seconds = seconds as u64;
            out.push_str(" (");
            push_u64(out, seconds / 60);
            out.push_str(if seconds % 60 < 10 { ":0" } else { ":" });
            push_u64(out, seconds % 60);
            out.push(')');
        }
        return;
    }
    out.push(if is("video") {
        '🎥'
    } else if is("image") {
        '📷'
    } else if is("audio") {
        '🎧'
    } else {
        '📎'
    });
    out.push(' ');
    push_file_name(out, &text_of(block, "url"));
}

/// The name of a file by its URL: the last part of its path, which may itself be an encoded path;
/// the URL, if there is no such part. It is decoded twice, as the original does.
fn push_file_name(out: &mut String, url: &str) {
    let mut name = decoded(last_segment(url));
    if after_slash(&name).is_empty() {
        name = decoded(url);
    }
    let mut last = after_slash(&name);
    if last.is_empty() {
        last = &name;
    }
    out.push_str(&decoded(last));
}

/// What is between a slash and the end or the query, but not nothing: `/([^/?]+)(\?.*)?$`. The whole
/// URL, if there is nothing of the kind.
fn last_segment(url: &str) -> &str {
    let mut start = usize::MAX;
    for (at, byte) in url.bytes().enumerate() {
        if byte == b'/' {
            start = at + 1;
        } else if byte == b'?' {
            if start < at {
                return url.get(start..at).unwrap_or(url);
            }
            start = usize::MAX;
        }
    }
    url.get(start..).filter(|segment| !segment.is_empty()).unwrap_or(url)
}

fn after_slash(text: &str) -> &str {
    let start = text.bytes().rposition(|byte| byte == b'/').map_or(0, |at| at + 1);
    text.get(start..).unwrap_or("")
}

/// Text without its `%xx`; as it is, if these are not UTF-8.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = hex(bytes, at + 1, 2).filter(|_| byte == b'%');
        out.push(escaped.unwrap_or(byte.into()) as u8);
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.into())
}
