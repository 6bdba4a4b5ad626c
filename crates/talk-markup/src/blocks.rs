//! Lists and their points, and code.

use crate::chars::{BLANK, LINE_END};
use crate::rules::{Found, CODE_EMOJI, CODE_MENTION};
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
            while point.rest_end > 0 {
                next = point.next;
                point = self.point(next);
            }
            if next > at {
                return Some(Found { open: at, next, rest: at, rest_end: next, ..point });
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
                self.tick(1);
                at += 1;
            }
            if at >= self.end {
                return None;
            }
            let point = self.point(at);
            if point.rest_end > 0 {
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
                found.rest = start;
                found.rest_end = self.find(start, "\n");
                found.next = self.end.min(found.rest_end + 1);
            }
        }
        found
    }

    /// Where the blanks from a place on end.
    #[inline(never)]
    fn skip_blanks(&mut self, mut at: usize) -> usize {
        while at < self.end && self.is(at, BLANK) {
            self.tick(1);
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
            self.tick(1);
            at += 1;
        }
        at
    }

    /// Writes code, with its mentions and then its emoji replaced by what they look like.
    #[inline(never)]
    pub(crate) fn code_text(&mut self, mut start: usize, mut end: usize) {
        let outer = self.end;
        for rule in [CODE_MENTION, CODE_EMOJI] {
            let mut done = start;
            start = self.text.len();
            self.end = end;
            while let Some(found) = self.bracket(rule, done) {
                self.copy(done, found.open);
                if rule == CODE_MENTION {
                    self.keep(0x40);
                }
                self.copy(found.rest, found.rest_end);
                done = found.next;
            }
            self.copy(done, end);
            end = self.text.len();
        }
        self.string("text", "", start, end);
        self.end = outer;
    }

    #[inline(never)]
    fn copy(&mut self, start: usize, end: usize) {
        for at in start..end {
            self.keep(self.at(at));
        }
    }
}
