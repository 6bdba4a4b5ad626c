//! Percent-encoding: the ID of a mention, and the parameters of an action.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Writer;

/// Above this number, a key that comes twice is written twice: whoever reads it takes the last one.
const COMPARED: usize = 64;

/// Text without its `%xx`, which stand for bytes of UTF-8. What is no such thing makes the whole
/// text wrong if it is `strict`, and else stays or turns into U+FFFD.
pub(crate) fn decoded(text: &[u16], strict: bool) -> Option<Vec<u16>> {
    let digit = |at: usize| char::from_u32(u32::from(*text.get(at)?))?.to_digit(16);
    let mut out = Vec::new();
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        while text.get(at) == Some(&0x25) {
            let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else { break };
            bytes.push((high * 16 + low) as u8);
            at += 3;
        }
        if strict {
            out.extend(core::str::from_utf8(&bytes).ok()?.encode_utf16());
        } else {
            out.extend(String::from_utf8_lossy(&bytes).encode_utf16());
        }
        bytes.clear();
        if let Some(unit) = text.get(at) {
            if strict && *unit == 0x25 {
                return None;
            }
            out.push(*unit);
            at += 1;
        }
    }
    Some(out)
}

/// The parameters after the `?` of an action, as a member of its node.
pub(crate) fn push_params(out: &mut Writer, query: &[u16]) {
    let split = |pair: &[u16]| {
        let end = pair.iter().position(|unit| *unit == 0x3d).unwrap_or(pair.len());
        (form(&pair[..end]), form(pair.get(end + 1..).unwrap_or(&[])))
    };
    let pairs = query.split(|unit| *unit == 0x26).filter(|pair| !pair.is_empty());
    let mut params: Vec<(Vec<u16>, Vec<u16>)> = Vec::new();
    for (key, value) in pairs.map(split) {
        let known = params.iter_mut().take(COMPARED).find(|param| param.0 == key);
        match known {
            Some(param) => param.1 = value,
            None => params.push((key, value)),
        }
    }
    out.key("params");
    let mut before = "{\"";
    for (key, value) in &params {
        out.raw(before);
        out.escaped(key);
        out.raw("\":\"");
        out.escaped(value);
        out.raw("\"");
        before = ",\"";
    }
    out.raw(if params.is_empty() { "{}" } else { "}" });
}

/// A key or value as HTML forms encode it.
fn form(text: &[u16]) -> Vec<u16> {
    let spaced: Vec<u16> =
        text.iter().map(|unit| if *unit == 0x2b { 0x20 } else { *unit }).collect();
    // A lone surrogate becomes U+FFFD here too.
    let decoded = decoded(&spaced, false).unwrap_or_default();
    String::from_utf16_lossy(&decoded).encode_utf16().collect()
}
