//! Percent-encoding: the ID of a mention, and the parameters of an action.

use alloc::vec::Vec;

use crate::json::Writer;
use crate::text::{is_digit, small, Text, END};

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
    loop {
        let mut next = at;
        let mut unit = text.character(&mut next);
        let byte = if unit == 0x25 { hex(text, at + 1) * 16 + hex(text, at + 2) } else { NO_HEX };
        let is_byte = byte < NO_HEX;
        let fits = missing > 0 && is_byte && (low..=high).contains(&byte);
        if missing > 0 && !fits {
            if !form {
                return None;
            }
            push(&mut out, UNKNOWN);
        }
        if is_byte {
            next = at + 3;
            if fits {
                (missing, code) = (missing - 1, code << 6 | byte & 63);
                (low, high) = (0x80, 0xbf);
            } else {
                (missing, code) = match byte {
                    0..=0x7f => (0, byte),
                    0xc2..=0xdf => (1, byte & 31),
                    0xe0..=0xef => (2, byte & 15),
                    0xf0..=0xf4 => (3, byte & 7),
                    _ if form => (0, UNKNOWN),
                    _ => return None,
                };
                // Neither a longer form than needed, nor half of a character, nor above the last.
                low = if byte == 0xe0 {
                    0xa0
                } else if byte == 0xf0 {
                    0x90
                } else {
                    0x80
                };
                high = if byte == 0xed {
                    0x9f
                } else if byte == 0xf4 {
                    0x8f
                } else {
                    0xbf
                };
            }
        } else {
            if unit == END {
                return Some(out);
            }
            if form {
                // Half of a character is unknown.
                if unit & 0x1f_f800 == 0xd800 {
                    unit = UNKNOWN;
                } else if unit == 0x2b {
                    unit = 0x20;
                }
            } else if unit == 0x25 {
                return None;
            }
            (missing, code) = (0, unit);
        }
        if missing == 0 {
            push(&mut out, code);
        }
        at = next;
    }
}

fn push(out: &mut Vec<u16>, code: u32) {
    if code > 0xffff {
        out.push(((code - 0x1_0000) >> 10 | 0xd800) as u16);
        out.push((code & 0x3ff | 0xdc00) as u16);
    } else {
        out.push(code as u16);
    }
}

/// What is no hexadecimal digit has this value or more, and so has any byte with it.
const NO_HEX: u32 = 256;

/// The value of a hexadecimal digit.
#[inline(never)]
fn hex(text: Text, at: usize) -> u32 {
    let unit = small(text.at(at));
    if is_digit(unit) {
        unit - 0x30
    } else if unit.wrapping_sub(0x61) < 6 {
        unit - 0x57
    } else {
        NO_HEX
    }
}

/// The parameters after the `?` of an action, as a member of its node.
#[inline(never)]
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
