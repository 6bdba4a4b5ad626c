//! Percent-encoding: the ID of a mention, and the parameters of an action.

use alloc::vec::Vec;

use crate::json::character;
use crate::text::{cut, is_digit, small};
use crate::Parser;

/// What stands for bytes or halves of characters that make no sense.
const UNKNOWN: u32 = 0xfffd;

/// Text without its `%xx`, which stand for bytes of UTF-8. In a `form`, `+` is a blank, and what
/// makes no sense stays or becomes U+FFFD; elsewhere it makes the whole text wrong.
#[inline(never)]
pub(crate) fn decoded(out: &mut Vec<u16>, text: &[u16], form: bool) -> bool {
    out.clear();
    // How many bytes are missing of a character, its bits so far, and what the next byte may be.
    let (mut missing, mut code, mut low, mut high) = (0, 0, 0x80, 0xbf);
    let mut at = 0;
    loop {
        let is_end = at >= text.len();
        let mut next = at;
        let mut unit = character(text, &mut next);
        let byte = if unit == 0x25 { hex(text, at + 1) * 16 + hex(text, at + 2) } else { NO_HEX };
        let fits = missing > 0 && byte >= low && byte <= high;
        let mut wrong = missing > 0 && !fits;
        if wrong {
            push(out, UNKNOWN);
        }
        if byte < NO_HEX {
            next = at + 3;
            low = 0x80;
            high = 0xbf;
            if fits {
                missing -= 1;
                code = code << 6 | byte & 63;
            } else {
                missing = 0;
                code = byte;
                if byte > 0x7f {
                    // Neither a longer form than needed, nor half of a character, nor above the
                    // last.
                    missing = match byte {
                        0xc2..=0xdf => 1,
                        0xe0..=0xef => 2,
                        0xf0..=0xf4 => 3,
                        _ => 0,
                    };
                    match byte {
                        0xe0 => low = 0xa0,
                        0xf0 => low = 0x90,
                        0xed => high = 0x9f,
                        0xf4 => high = 0x8f,
                        _ => {}
                    }
                    code = byte & (63 >> missing);
                    if missing == 0 {
                        wrong = true;
                        code = UNKNOWN;
                    }
                }
            }
        } else {
            missing = 0;
            if unit == 0x25 {
                wrong = true;
            }
            if form {
                // Half of a character is unknown.
                if unit & 0x1f_f800 == 0xd800 {
                    unit = UNKNOWN;
                } else if unit == 0x2b {
                    unit = 0x20;
                }
            }
            code = unit;
        }
        if wrong && !form {
            return false;
        }
        if is_end {
            return true;
        }
        if missing == 0 {
            push(out, code);
        }
        at = next;
    }
}

#[inline(never)]
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
fn hex(text: &[u16], at: usize) -> u32 {
    let unit = text.get(at).map_or(0, |unit| small(u32::from(*unit)));
    if is_digit(unit) {
        unit - 0x30
    } else if unit.wrapping_sub(0x61) < 6 {
        unit - 0x57
    } else {
        NO_HEX
    }
}

impl Parser<'_> {
    /// Writes the name of an action, which goes up to the first `?`, and its parameters. Of equal
    /// keys all are written: whoever reads them takes the last one.
    #[inline(never)]
    pub(crate) fn action(&mut self, start: usize, end: usize) {
        let mut at = self.find(start, "?").min(end);
        self.out.string("action", "", cut(&self.text, start, at));
        self.out.raw(",\"params\":{");
        while at < end {
            let start = at + 1;
            at = self.find(start, "&").min(end);
            if at > start {
                let equals = self.find(start, "=").min(at);
                decoded(&mut self.plain, cut(&self.text, start, equals), true);
                self.out.key(&self.plain);
                decoded(&mut self.plain, cut(&self.text, equals + 1, at), true);
                self.out.value("", &self.plain);
            }
        }
        self.out.raw("}");
    }
}
