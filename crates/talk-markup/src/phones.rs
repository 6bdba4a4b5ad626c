//! Phone numbers.

use crate::chars::{is_ascii_letter, is_digit, is_one_of};
use crate::Parser;

/// The fewest and the most digits of a phone number.
const DIGITS: core::ops::RangeInclusive<usize> = 7..=13;

impl Parser<'_> {
    /// Text without URLs: `(^|E)([+(]?(\d[-. ()_+]?){5,11}\d\d)(E|$)` is a number, with `E` for any
    /// character but `-`, `/`, `:`, `_`, ASCII letters and digits, unless it is a range of years or
    /// of times.
    pub(crate) fn phones(&mut self, text: &[u16]) {
        let mut done = 0;
        let mut at = 0;
        while at < text.len() {
            self.out.tick(1);
            let first = if at == 0 { phone(text, 0) } else { None };
            let found = match first {
                None if is_edge(text, at) => phone(text, at + 1).map(|end| (at + 1, end)),
                first => first.map(|end| (0, end)),
            };
            let Some((start, end)) = found else {
                at += 1;
                continue;
            };
            let number = &text[start..end];
            if !self.in_link && !is_range(number) {
                self.out.text(&text[done..start]);
                self.out.node("autolink");
                self.out.key("url");
                self.out.raw("\"tel:");
                for unit in number.iter().filter(|unit| is_digit(**unit) || **unit == 0x2b) {
                    self.out.escaped(core::slice::from_ref(unit));
                }
                self.out.raw("\"");
                self.out.member("text", "", number);
                self.out.end_node();
                done = end;
            }
            // The edge after a number is not the one before the next.
            at = end + 1;
        }
        self.out.text(text.get(done..).unwrap_or(&[]));
    }
}

/// Whether a number may start or end here. The end of the text is an edge too.
fn is_edge(text: &[u16], at: usize) -> bool {
    let unit = text.get(at).copied().unwrap_or(0);
    !(is_digit(unit) || is_ascii_letter(unit) || is_one_of(unit, "-/:_"))
}

/// Where the longest number that starts here ends.
fn phone(text: &[u16], start: usize) -> Option<usize> {
    let is = |at: usize, marks: &str| text.get(at).is_some_and(|unit| is_one_of(*unit, marks));
    let digit = |at: usize| text.get(at).is_some_and(|unit| is_digit(*unit));
    let mut at = start + usize::from(is(start, "+("));
    let mut end = None;
    for count in 1..=*DIGITS.end() {
        // The last two digits stand together.
        let together = count > 1 && digit(at - 1);
        if !digit(at) {
            break;
        }
        at += 1;
        if count >= *DIGITS.start() && together && is_edge(text, at) {
            end = Some(at);
        }
        at += usize::from(is(at, "-. ()_+"));
    }
    end
}

/// `2010-2018` or `9.30-11.00`.
fn is_range(number: &[u16]) -> bool {
    let Some(hyphen) = number.iter().position(|unit| *unit == 0x2d) else { return false };
    let (from, to) = (&number[..hyphen], &number[hyphen + 1..]);
    let year = |part: &[u16]| part.len() == 4 && part.iter().all(|unit| is_digit(*unit));
    let time = |part: &[u16]| {
        let mark = part.len().saturating_sub(3);
        let two = |digits: &[u16], most: u16| {
            digits.iter().fold(0, |sum, unit| sum * 10 + unit - 0x30) <= most
        };
        matches!(mark, 1 | 2)
            && part.iter().enumerate().all(|(i, unit)| match i == mark {
                true => *unit == 0x2e,
                false => is_digit(*unit),
            })
            && two(&part[..mark], 23)
            && two(&part[mark + 1..], 59)
    };
    year(from) && year(to) && from < to || time(from) && time(to)
}
