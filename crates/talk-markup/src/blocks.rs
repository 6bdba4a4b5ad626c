//! Lists and their points, and code.

use alloc::vec::Vec;
use core::mem::replace;

use crate::chars::{BLANK, LINE_END};
use crate::rules::{Found, CODE_EMOJI, CODE_MENTION};
use crate::text::cut;
use crate::Parser;

impl Parser<'_> {
    /// The next list: `(^|\n)(\s*[-*+]\s+[^\n]+\n?)+`.
    #[inline(never)]
    pub(crate) fn list(&mut self, mut at: usize) -> Option<Found> {
        // A list starts where the text does, or with a line feed.
        if at > self.from {
            at = self.find(at, "\n");
        }
        while at < self.end {
            let mut point = self.point(at);
            let mut next = at;
            while point.end > 0 {
                next = point.next;
                point = self.point(next);
            }
            if next > at {
                return Some(Found { open: at, next, start: at, end: next, ..point });
            }
            at = self.find(point.next, "\n");
        }
        None
    }

    /// The next point without a list. A line that other line ends than a line feed stand before can
    /// be one: `^\s*[-*+]\s+[^\n]+\n?`, with `^` at the start of any line.
    #[inline(never)]
    pub(crate) fn next_point(&mut self, mut at: usize) -> Option<Found> {
        loop {
            // A line feed that a point took along started a line too.
            while at > self.from && at < self.end && !self.is(at - 1, LINE_END) {
                self.out.tick(1);
                at += 1;
            }
            if at >= self.end {
                return None;
            }
            let point = self.point(at);
            if point.end > 0 {
                return Some(point);
            }
            at = point.next;
        }
    }

    /// The point `\s*[-*+]\s+([^\n]+)\n?` at this place. If there is none, it has no end, and `next`
    /// is behind the blanks: they lead to no other point.
    fn point(&mut self, open: usize) -> Found {
        let bullet = self.skip_blanks(open);
        let mut found = Found { open, next: bullet.max(open + 1), ..Found::default() };
        if self.is_one_of(bullet, "-*+") {
            let mut start = self.skip_blanks(bullet + 1);
            if start == self.end {
                // Nothing but blanks: the last one that is no line feed is the text.
                while start > bullet + 1 && self.at(start - 1) == 10 {
                    start -= 1;
                }
                start -= 1;
            }
            if start > bullet + 1 {
                found.start = start;
                found.end = self.find(start, "\n");
                found.next = self.end.min(found.end + 1);
            }
        }
        found
    }

    /// Where the blanks from a place on end.
    #[inline(never)]
    fn skip_blanks(&mut self, mut at: usize) -> usize {
        while at < self.end && self.is(at, BLANK) {
            self.out.tick(1);
            at += 1;
        }
        at
    }

    /// What three backticks enclose, also over several lines: at least one character.
    pub(crate) fn code(&mut self, at: usize) -> Option<Found> {
        let open = self.fence(at);
        let end = self.fence(open + 4);
        let found = Found { open, next: end + 3, start: open + 3, end, ..Found::default() };
        Some(found).filter(|_| end < self.end)
    }

    #[inline(never)]
    fn fence(&mut self, mut at: usize) -> usize {
        while at < self.end && !self.has(at, "```") {
            self.out.tick(1);
            at += 1;
        }
        at
    }

    /// Writes code, with its mentions and then its emoji replaced by what they look like.
    #[inline(never)]
    pub(crate) fn code_text(&mut self, start: usize, end: usize) {
        let mut code = Vec::new();
        append(&mut code, self.cut(start, end));
        let outer = (replace(&mut self.text, code), self.end);
        for rule in [CODE_MENTION, CODE_EMOJI] {
            self.end = self.text.len();
            let mut out = Vec::new();
            let mut done = 0;
            while let Some(found) = self.bracket(rule, done) {
                append(&mut out, self.cut(done, found.open));
                if rule == CODE_MENTION {
                    out.push(0x40);
                }
                append(&mut out, self.cut(found.rest, found.rest_end));
                done = found.next;
            }
            append(&mut out, self.cut(done, self.end));
            self.text = out;
        }
        self.out.string("text", "", cut(&self.text, 0, self.text.len()));
        (self.text, self.end) = outer;
    }
}

#[inline(never)]
fn append(out: &mut Vec<u16>, text: &[u16]) {
    out.extend_from_slice(text);
}
