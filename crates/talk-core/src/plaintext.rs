//! The text of a message without its formatting, as conversation lists and notifications show it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{push_u64, Raw};

/// The text of some content: its blocks, joined by a blank line.
pub(crate) fn plaintext(content: Raw) -> String {
    let mut out = String::new();
    for block in content.items() {
        let start = out.len();
        if start > 0 {
            out.push_str("\n\n");
        }
        let text_start = out.len();
        match &*text_of(block, "type") {
            "text" => nodes(&mut out, block.get("children")),
            "file" => file(&mut out, block),
            "location" => out.push('📍'),
            _ => {}
        }
        if out.len() == text_start {
            out.truncate(start);
        }
    }
    out
}

fn text_of<'a>(object: Raw<'a>, key: &str) -> Cow<'a, str> {
    object.get(key).and_then(Raw::as_str).unwrap_or_default()
}

/// The nodes of a text block, flattened. `Raw::parse` bounds how deep they nest.
fn nodes(out: &mut String, list: Option<Raw>) {
    for node in list.unwrap_or(Raw::NULL).items() {
        if let Some(text) = node.as_str() {
            out.push_str(&text);
            continue;
        }
        let is = |name: &str| text_of(node, "type").eq_ignore_ascii_case(name);
        let bullet_list = is("bulletList");
        let bullet_point = is("bulletPoint");
        if bullet_list && !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        if bullet_point {
            out.push_str("- ");
        }
        if is("mention") {
            out.push('@');
        }
        match node.get("text").and_then(Raw::as_str) {
            Some(text) => out.push_str(&text),
            None => nodes(out, node.get("children")),
        }
        if bullet_point {
            out.push('\n');
        }
    }
}

fn file(out: &mut String, block: Raw) {
    let subtype = text_of(block, "subtype");
    if subtype == "voice" {
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
    out.push_str(match &*subtype {
        "video" => "🎥 ",
        "image" => "📷 ",
        "audio" => "🎧 ",
        _ => "📎 ",
    });
    let url = text_of(block, "url");
    let path = url.split(['?', '#']).next().unwrap_or("");
    out.push_str(&decode_percent(path.rsplit('/').next().unwrap_or("")));
}

/// Decodes percent escapes. A text whose escapes are not UTF-8 is given as it is.
fn decode_percent(text: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|&d| char::from(d).to_digit(16));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high << 4 | low) as u8);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}
