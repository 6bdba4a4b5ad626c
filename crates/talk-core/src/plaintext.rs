//! The text of a message without its formatting, as conversation lists and notifications show it.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::json::{hex, push_u64, Raw};

/// The text of some content: its blocks, joined by a blank line.
pub(crate) fn plaintext(content: Raw) -> String {
    let mut out = String::new();
    for block in content.items() {
        let start = out.len();
        if start > 0 {
            out.push_str("\n\n");
        }
        let gap = out.len();
        let kind = text_of(block, "type");
        if kind == "text" {
            push_nodes(&mut out, block.get("children"));
        } else if kind == "file" {
            push_file(&mut out, block);
        } else if kind == "location" {
            out.push('📍');
        }
        if out.len() == gap {
            // A block that is empty, or of an unknown type, leaves no gap.
            out.truncate(start);
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
        } else if is("bulletList") && !out.is_empty() && !out.ends_with('\n') {
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

/// The last part of a URL's path, decoded; as it is, if its escapes are not UTF-8.
fn push_file_name(out: &mut String, url: &str) {
    let bytes = url.as_bytes();
    let (mut start, mut end) = (0, 0);
    while let Some(byte) = bytes.get(end).filter(|byte| !b"?#".contains(byte)) {
        end += 1;
        if *byte == b'/' {
            start = end;
        }
    }
    let name = url.get(start..end).unwrap_or("");
    let mut decoded = name.as_bytes().to_vec();
    let mut len = 0;
    while start < end {
        let escaped = hex(bytes, start + 1, 2).filter(|_| bytes[start] == b'%');
        decoded[len] = escaped.map_or(bytes[start], |byte| byte as u8);
        start += if escaped.is_some() { 3 } else { 1 };
        len += 1;
    }
    decoded.truncate(len);
    out.push_str(core::str::from_utf8(&decoded).unwrap_or(name));
}
