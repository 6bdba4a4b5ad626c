//! Percent-encoding: the ID of a mention, and the parameters of an action.

use alloc::vec::Vec;

use crate::json::Writer;
use crate::text::{is_ascii_letter, is_digit, Text, END};

/// Above this number, a key that comes twice is written twice: whoever reads it takes the last one.
const COMPARED: usize = 64;

/// What stands for bytes or halves of characters that make no sense.
const UNKNOWN: u32 = 0xfffd;

/// Text without its `%xx`, which stand for bytes of UTF-8. In a `form`, `+` is a blank, and what
/// makes no sense stays or becomes U+FFFD; elsewhere it makes the whole text wrong.
pub(crate) fn decoded(text: Text, form: bool) -> Option<Vec<u16>> {
    let mut out = Vec::new();
    // How many bytes are missing of a character, its bits so far, and what the next byte may be.
    let (mut missing, mut code, mut low, mut high) = (0, 0, 0x80, 0xbf);
    let mut at = 0;
    while at <= text.len() {
        let mut unit = text.at(at);
        let digits = (hex(text.at(at + 1)), hex(text.at(at + 2)));
        let byte = match digits {
            (Some(a), Some(b)) if unit == 0x25 => Some(a * 16 + b),
            _ => None,
        };
        let fits = byte.filter(|byte| missing > 0 && (low..=high).contains(byte));
        if missing > 0 && fits.is_none() {
            if !form {
                return None;
            }
            push(&mut out, UNKNOWN);
        }
        at += if byte.is_some() { 3 } else { 1 };
        if let Some(byte) = fits {
            (missing, code, low, high) = (missing - 1, code << 6 | byte & 63, 0x80, 0xbf);
        } else if let Some(byte) = byte {
            (missing, code, low, high) = match byte {
                0..=0x7f => (0, byte, 0x80, 0xbf),
                0xc2..=0xdf => (1, byte & 31, 0x80, 0xbf),
                0xe0 => (2, 0, 0xa0, 0xbf),
                0xed => (2, 13, 0x80, 0x9f),
                0xe1..=0xef => (2, byte & 15, 0x80, 0xbf),
                0xf0 => (3, 0, 0x90, 0xbf),
                0xf4 => (3, 4, 0x80, 0x8f),
                0xf1..=0xf3 => (3, byte & 7, 0x80, 0xbf),
                _ if form => (0, UNKNOWN, 0x80, 0xbf),
                _ => return None,
            };
        } else {
            missing = 0;
            if unit == END {
                break;
            }
            if !form && unit == 0x25 {
                return None;
            }
            if form {
                // Half of a character is unknown.
                at -= 1;
                unit = text.character(&mut at);
                if unit & 0x1f_f800 == 0xd800 {
                    unit = UNKNOWN;
                } else if unit == 0x2b {
                    unit = 0x20;
                }
            }
            code = unit;
        }
        if missing == 0 {
            push(&mut out, code);
        }
    }
    Some(out)
}

fn push(out: &mut Vec<u16>, code: u32) {
    if code > 0xffff {
        out.push(((code - 0x1_0000) >> 10 | 0xd800) as u16);
        out.push((code & 0x3ff | 0xdc00) as u16);
    } else {
        out.push(code as u16);
    }
}

/// The value of a hexadecimal digit.
fn hex(unit: u32) -> Option<u32> {
    if is_digit(unit) {
        Some(unit - 0x30)
    } else if is_ascii_letter(unit) && unit | 0x20 <= 0x66 {
        Some((unit | 0x20) - 0x57)
    } else {
        None
    }
}

/// The parameters after the `?` of an action, as a member of its node.
pub(crate) fn push_params(out: &mut Writer, query: Text) {
    out.raw(",\"params\":{");
    let mut at = 0;
    while let Some((key, value)) = param(query, &mut at) {
        // Of two with the same key only the last one counts.
        let mut later = at;
        let mut left = COMPARED;
        let mut again = false;
        while let Some((other, _)) = param(query, &mut later).filter(|_| left > 0 && !again) {
            again = other == key;
            left -= 1;
        }
        if !again {
            out.string_in(Text(&key), Text(&value));
        }
    }
    out.raw("}");
}

/// The key and the value of the next parameter.
fn param(query: Text, at: &mut usize) -> Option<(Vec<u16>, Vec<u16>)> {
    while query.at(*at) == 0x26 {
        *at += 1;
    }
    let (start, end) = (*at, query.find(*at, "&"));
    if start >= query.len() {
        return None;
    }
    *at = end;
    let equals = query.find(start, "=&");
    Some((decoded(query.cut(start, equals), true)?, decoded(query.cut(equals + 1, end), true)?))
}
