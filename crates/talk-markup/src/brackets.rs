//! Everything in angle brackets.

use crate::chars::{BLANK, LINE_END};
use crate::rules::{
    Found, Rule, ACTION_BUTTON, ACTION_LINK, CODE_EMOJI, CODE_MENTION, EMOJI, LINK, MENTION,
};
use crate::text::END;
use crate::Parser;

impl Parser<'_> {
    /// The next node in angle brackets: its first part ends at the `|`, the rest at the `>`. An
    /// emoji has one part, as both.
    pub(crate) fn bracket(&mut self, rule: Rule, mut at: usize) -> Option<Found> {
        // What stands before the first part. A link's beginnings belong to its URL.
        let opener = match rule {
            MENTION | CODE_MENTION => "<!!mention:",
            EMOJI | CODE_EMOJI => "<!!customemoji:",
            ACTION_LINK => "<actionlink:",
            ACTION_BUTTON => "<actionbutton:",
            _ => "<",
        };
        loop {
            let open = self.find(at, "<");
            if open >= self.end {
                return None;
            }
            at = open + 1;
            let start = open + opener.len();
            if !self.has(open, opener)
                || opener.len() == 1
                    && !["http://", "https://", "mailto:"].iter().any(|word| self.has(at, word))
                // Mentions and emoji have small letters only, but not so in code.
                || rule < LINK && (open..start).any(|at| self.at(at).wrapping_sub(0x41) < 26)
            {
                continue;
            }
            let mut end = start;
            let mut rest = start;
            if !matches!(rule, EMOJI | CODE_EMOJI) {
                end = self.until(rule, start, 0x7c);
                if self.at(end) != 0x7c {
                    // Whatever starts before here cannot get past it either.
                    at = end;
                    continue;
                }
                if end == start && matches!(rule, ACTION_LINK | ACTION_BUTTON) {
                    continue;
                }
                rest = end + 1;
            }
            let rest_end = self.until(rule, rest, 0x3e);
            if self.at(rest_end) != 0x3e {
                at = rest_end;
                continue;
            }
            let next = rest_end + 1;
            if rest == start {
                end = rest_end;
            }
            if rule == MENTION && !self.decode(start, end, false) {
                // An ID that cannot be decoded makes no mention: the text stays.
                at = next;
                continue;
            }
            return Some(Found { open, next, start, end, rest, rest_end, variant: 0 });
        }
    }

    /// Where this mark is, or what cannot stand before it.
    fn until(&mut self, rule: Rule, mut at: usize, mark: u32) -> usize {
        loop {
            self.tick(1);
            let unit = self.at(at);
            let ends = match rule {
                MENTION if mark == 0x7c => unit == 0x3e || self.is(at, BLANK),
                CODE_MENTION if mark == 0x3e => unit == END,
                ACTION_LINK | ACTION_BUTTON => unit == 10 || unit == END,
                _ => self.is(at, LINE_END),
            };
            if ends || unit == mark {
                return at;
            }
            at += 1;
        }
    }
}
