//! Percent-encoding: the ID of a mention, and the parameters of an action.

use core::mem::replace;

use crate::text::{is_digit, small};
use crate::Parser;

/// What stands for bytes or halves of characters that make no sense.
const UNKNOWN: u32 = 0xfffd;

/// What is no hexadecimal digit has this value or more, and so has any byte with it.
const NO_HEX: u32 = 256;

impl Parser<'_> {
    /// Puts behind the text what a part of it stands for without its `%xx`, which are bytes of
    /// UTF-8. In a `form`, `+` is a blank, and what makes no sense stays or becomes U+FFFD;
    /// elsewhere it makes the whole part wrong.
    #[inline(never)]
    pub(crate) fn decode(&mut self, mut at: usize, end: usize, form: bool) -> bool {
        // How many bytes are missing of a character, its bits so far, and what the next byte may be.
        let (mut missing, mut code, mut low, mut high) = (0, 0, 0x80, 0xbf);
        let outer = replace(&mut self.end, end);
        let right = loop {
            let is_end = at >= end;
            let mut next = at;
            let mut unit = self.character(&mut next);
            let byte = if unit == 0x25 { self.hex(at + 1) * 16 + self.hex(at + 2) } else { NO_HEX };
            let fits = missing > 0 && byte >= low && byte <= high;
            let mut wrong = missing > 0 && !fits;
            if wrong {
                self.keep(UNKNOWN);
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
                break false;
            }
            if is_end {
                break true;
            }
            if missing == 0 {
                self.keep(code);
            }
            at = next;
        };
        self.end = outer;
        right
    }

    /// The value of a hexadecimal digit.
    #[inline(never)]
    fn hex(&self, at: usize) -> u32 {
        let unit = small(self.at(at));
        if is_digit(unit) {
            unit - 0x30
        } else if unit.wrapping_sub(0x61) < 6 {
            unit - 0x57
        } else {
            NO_HEX
        }
    }

    /// Writes the name of an action, which goes up to the first `?`, and its parameters. Of equal
    /// keys all are written: whoever reads them takes the last one.
    #[inline(never)]
    pub(crate) fn action(&mut self, start: usize, end: usize) {
        let outer = replace(&mut self.end, end);
        let mut at = self.find(start, "?");
        self.string("action", "", start, at);
        self.raw(",\"params\":{");
        while at < end {
            let start = at + 1;
            at = self.find(start, "&");
            if at > start {
                let equals = self.find(start, "=&");
                self.comma();
                self.form(start, equals);
                self.raw(":");
                self.form(equals + 1, at);
            }
        }
        self.raw("}");
        self.end = outer;
    }

    /// Writes a part of a form as a string.
    #[inline(never)]
    fn form(&mut self, start: usize, end: usize) {
        self.raw("\"");
        let kept = self.text.len();
        self.decode(start, end, true);
        self.escaped(kept, self.text.len());
        self.raw("\"");
    }
}
