//! Phone numbers.

use core::mem::replace;

use crate::rules::Found;
use crate::text::{is_ascii_letter, is_digit};
use crate::Parser;

/// What [`Parser::moment`] gives for any time.
const TIME: u32 = 10_000;

impl Parser<'_> {
    /// The next number, `(^|E)([+(]?(\d[-. ()_+]?){5,11}\d\d)(E|$)`, with `E` for any character but
    /// `-`, `/`, `:`, `_`, ASCII letters and digits, unless it is a range of years or of times.
    #[inline(never)]
    pub(crate) fn phone(&mut self, mut at: usize) -> Option<Found> {
        while at < self.end {
            self.tick(1);
            let mut start = at;
            let mut end = if at == self.from { self.number_end(at) } else { 0 };
            if end == 0 && self.is_edge(at) {
                start = at + 1;
                end = self.number_end(start);
            }
            at += 1;
            if end > 0 {
                if !self.in_link && !self.is_range(start, end) {
                    return Some(Found { open: start, next: end, start, end, ..Found::default() });
                }
                at = end + 1;
            }
        }
        None
    }

    /// Whether a number may start or end here. The end of the text is an edge too.
    #[inline(never)]
    fn is_edge(&self, at: usize) -> bool {
        let unit = self.at(at);
        !(is_digit(unit) || is_ascii_letter(unit) || self.is_one_of(at, "-/:_"))
    }

    /// Where the longest number that starts here ends, or 0.
    #[inline(never)]
    fn number_end(&self, start: usize) -> usize {
        let mut at = start + usize::from(self.is_one_of(start, "+("));
        let mut end = 0;
        for count in 1..=13 {
            if !is_digit(self.at(at)) {
                break;
            }
            at += 1;
            // The last two digits stand together.
            if count >= 7 && is_digit(self.at(at - 2)) && self.is_edge(at) {
                end = at;
            }
            at += usize::from(self.is_one_of(at, "-. ()_+"));
        }
        end
    }

    /// `2010-2018` or `9.30-11.00`.
    #[inline(never)]
    fn is_range(&mut self, start: usize, end: usize) -> bool {
        let outer = replace(&mut self.end, end);
        let hyphen = self.find(start, "-");
        let (from, to) = (self.moment(start, hyphen), self.moment(hyphen + 1, end));
        self.end = outer;
        from < to && to < TIME || from == TIME && to == TIME
    }

    /// The number of a year, [`TIME`], or more.
    #[inline(never)]
    fn moment(&mut self, start: usize, end: usize) -> u32 {
        let dot = self.find(start, ".").min(end);
        let (whole, minutes) = (self.number(start, dot), self.number(dot + 1, end));
        let digits = dot.wrapping_sub(start);
        if dot == end && digits == 4 {
            whole
        } else if matches!(digits, 1 | 2) && end == dot + 3 && whole < 24 && minutes < 60 {
            TIME
        } else {
            u32::MAX
        }
    }

    /// What some digits say; of other characters, more than a year can be.
    fn number(&self, start: usize, end: usize) -> u32 {
        let mut number = 0u32;
        for at in start..end {
            if !is_digit(self.at(at)) {
                return u32::MAX;
            }
            number = number.wrapping_mul(10) + (self.at(at) & 15);
        }
        number
    }
}
