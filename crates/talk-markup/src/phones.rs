//! Phone numbers.

use alloc::vec::Vec;

use crate::text::{is_ascii_letter, is_digit, is_one_of, Text};
use crate::Parser;

impl Parser<'_> {
    /// Text without URLs: `(^|E)([+(]?(\d[-. ()_+]?){5,11}\d\d)(E|$)` is a number, with `E` for any
    /// character but `-`, `/`, `:`, `_`, ASCII letters and digits, unless it is a range of years or
    /// of times.
    pub(crate) fn phones(&mut self, text: Text) {
        let mut done = 0;
        let mut at = 0;
        while at < text.len() {
            self.out.tick(1);
            let mut start = at;
            let mut end = if at == 0 { phone(text, 0) } else { 0 };
            if end == 0 && is_edge(text.at(at)) {
                start = at + 1;
                end = phone(text, start);
            }
            at += 1;
            if end == 0 {
                continue;
            }
            let number = text.cut(start, end);
            if !self.in_link && !is_range(number) {
                self.out.text(text.cut(done, start));
                let mut dialled = Vec::new();
                for unit in number.0 {
                    if is_one_of(u32::from(*unit), "0123456789+") {
                        dialled.push(*unit);
                    }
                }
                self.autolink("tel:", Text(&dialled), number);
                done = end;
            }
            // The edge after a number is not the one before the next.
            at = end + 1;
        }
        self.out.text(text.from(done));
    }
}

/// Whether a number may start or end here. The end of the text is an edge too.
#[inline(never)]
fn is_edge(unit: u32) -> bool {
    !(is_digit(unit) || is_ascii_letter(unit) || is_one_of(unit, "-/:_"))
}

/// Where the longest number that starts here ends, or 0.
#[inline(never)]
fn phone(text: Text, start: usize) -> usize {
    let mut at = start + usize::from(is_one_of(text.at(start), "+("));
    let mut end = 0;
    for count in 1..=13 {
        if !is_digit(text.at(at)) {
            break;
        }
        at += 1;
        // The last two digits stand together.
        if count >= 7 && is_digit(text.at(at - 2)) && is_edge(text.at(at)) {
            end = at;
        }
        at += usize::from(is_one_of(text.at(at), "-. ()_+"));
    }
    end
}

/// `2010-2018` or `9.30-11.00`.
fn is_range(number: Text) -> bool {
    let hyphen = number.find(0, "-");
    let (from, to) = (number.cut(0, hyphen), number.from(hyphen + 1));
    match (moment(from), moment(to)) {
        (Some(from), Some(to)) => from < to && to < TIME || from == TIME && to == TIME,
        _ => false,
    }
}

/// What [`moment`] gives for any time.
const TIME: u64 = 10_000;

/// The number of a year, or [`TIME`].
#[inline(never)]
fn moment(text: Text) -> Option<u64> {
    let dot = text.find(0, ".");
    let number = |text: Text| {
        text.0.iter().try_fold(0, |sum, unit| {
            is_digit(u32::from(*unit)).then(|| sum * 10 + u64::from(unit & 15))
        })
    };
    let whole = number(text.cut(0, dot))?;
    if dot == text.len() {
        return Some(whole).filter(|_| dot == 4);
    }
    let minutes = number(text.from(dot + 1))?;
    let is_time = matches!(dot, 1 | 2) && text.len() == dot + 3 && whole < 24 && minutes < 60;
    is_time.then_some(TIME)
}
