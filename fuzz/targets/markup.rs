//! The markup parser: it never panics, gives well-formed nodes of the known kinds, loses no letter,
//! and takes no longer than the text deserves (libFuzzer's `-timeout`).

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use talk_markup::{push_nodes, Source};

/// The kinds of nodes that hold nothing but what was typed.
const PLAIN: &[&str] = &["bold", "italic", "strikethrough", "bulletlist", "bulletpoint", "codespan"];
const OTHERS: &[&str] =
    &["mention", "customemoji", "link", "autolink", "actionlink", "actionbutton"];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let source = if first & 1 == 0 { Source::Send } else { Source::Edit };
    let units: Vec<u16> = match first & 2 {
        0 => String::from_utf8_lossy(rest).encode_utf16().collect(),
        // Halves of characters, too.
        _ => rest.chunks(2).map(|two| u16::from_le_bytes([two[0], *two.last().unwrap_or(&0)])).collect(),
    };
    let mut out = String::new();
    push_nodes(&mut out, units.clone(), source);
    let nodes: Value = match serde_json::from_str(&out) {
        Ok(nodes) => nodes,
        // Halves of characters are written as escapes, which this reader refuses.
        Err(_) if String::from_utf16(&units).is_err() => return,
        Err(error) => panic!("the nodes are JSON ({error}): {out}"),
    };
    let (mut text, mut plain) = (String::new(), true);
    collect(&nodes, &mut text, &mut plain);
    if plain {
        let typed = String::from_utf16_lossy(&units);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        // Mentions and emoji in code are shortened.
        if !typed.contains("<!!") && !typed.to_lowercase().contains("<!!") {
            assert_eq!(letters(&text), letters(&typed), "no letter is lost: {out}");
        }
    }
    let marks = |c: char| c.is_alphanumeric() && c.is_ascii() || c == ' ';
    if String::from_utf16(&units).is_ok_and(|typed| typed.chars().all(marks)) {
        let typed = String::from_utf16_lossy(&units);
        let digits = typed.chars().filter(char::is_ascii_digit).count();
        if digits < 7 && !typed.is_empty() {
            assert_eq!(nodes, serde_json::json!([typed]), "a text without marks stays one text");
        }
    }
});

fn collect(node: &Value, text: &mut String, plain: &mut bool) {
    match node {
        Value::String(own) => text.push_str(own),
        Value::Array(nodes) => nodes.iter().for_each(|node| collect(node, text, plain)),
        Value::Object(members) => {
            let kind = members.get("type").and_then(Value::as_str).unwrap_or("");
            let known = PLAIN.contains(&kind) || OTHERS.contains(&kind);
            assert!(known, "the kinds of nodes are known: {node}");
            *plain &= PLAIN.contains(&kind);
            for name in ["children", "text"] {
                if let Some(inner) = members.get(name) {
                    collect(inner, text, plain);
                }
            }
        }
        other => panic!("a node is a text or an object: {other}"),
    }
}
