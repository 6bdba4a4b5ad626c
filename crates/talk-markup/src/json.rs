//! Writing nodes as JSON text. A lone surrogate goes out as an escape, as JavaScript's own JSON
//! does it.

use core::mem::replace;

use crate::{push_char, Parser};

impl Parser<'_> {
    /// Text. What comes directly after other text becomes one string with it.
    #[inline(never)]
    pub(crate) fn text(&mut self, start: usize, end: usize) {
        if start >= end {
            return;
        }
        if !self.in_text {
            self.comma();
            self.raw("\"");
            self.in_text = true;
        }
        self.escaped(start, end);
    }

    /// Ends the text that may be open.
    #[inline(never)]
    pub(crate) fn end_text(&mut self) {
        if self.in_text {
            self.raw("\"");
            self.in_text = false;
        }
    }

    /// Opens a node of a type.
    #[inline(never)]
    pub(crate) fn open_node(&mut self, kind: &str) {
        self.end_text();
        self.comma();
        self.raw("{");
        self.string("type", kind, 0, 0);
    }

    /// A link that was found in the text. `before` goes in front of its target.
    #[inline(never)]
    pub(crate) fn autolink(&mut self, before: &str, target: [usize; 2], start: usize, end: usize) {
        self.open_node("autolink");
        self.string("url", before, target[0], target[1]);
        self.string("text", "", start, end);
        self.raw("}");
    }

    /// A string member of the node. `before` goes in front of the text.
    #[inline(never)]
    pub(crate) fn string(&mut self, key: &str, before: &str, start: usize, end: usize) {
        self.comma();
        self.raw("\"");
        self.raw(key);
        self.raw("\":\"");
        self.raw(before);
        self.escaped(start, end);
        self.raw("\"");
    }

    /// Text as it is, for JSON.
    #[inline(never)]
    pub(crate) fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// A comma, if something stands before that is not an opening bracket.
    #[inline(never)]
    pub(crate) fn comma(&mut self) {
        if !matches!(self.out.as_bytes().last(), Some(b'[' | b'{')) {
            self.raw(",");
        }
    }

    /// The inside of a JSON string.
    #[inline(never)]
    pub(crate) fn escaped(&mut self, mut at: usize, end: usize) {
        let outer = replace(&mut self.end, end);
        while at < end {
            self.tick(1);
            let unit = self.character(&mut at);
            if let Some(c) = char::from_u32(unit).filter(|c| *c >= ' ') {
                if matches!(c, '"' | '\\') {
                    self.raw("\\");
                }
                push_char(self.out, c);
            } else {
                self.raw("\\u");
                for shift in [12, 8, 4, 0] {
                    let digit = unit >> shift & 15;
                    push_char(self.out, char::from(digit as u8 + if digit > 9 { 87 } else { 48 }));
                }
            }
        }
        self.end = outer;
    }
}
