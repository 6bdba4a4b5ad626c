//! The search for URLs and e-mail addresses: small machines that read the text side by side. Each
//! is one guess at what began at one place. A new guess is made where nothing is being read, and
//! where the table of steps says so.

use alloc::vec::Vec;

use crate::chars::{class_name, step, steps, Tables, CLASSES};
use crate::text::{is_ascii_letter, is_digit, is_one_of, small, Text};
use crate::Parser;

/// What a machine looks for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// A URL with a scheme: `https://example.com`, `x:example.com`.
    Scheme,
    /// A host with a known top-level domain: `example.com/path`, `//example.com`.
    Domain,
    /// Four numbers: `127.0.0.1:80`.
    Address,
    Email,
    /// Phone numbers, `#` and `@` names are not found here, but reading one keeps others away.
    Other,
}

/// One guess; in the end, one link.
#[derive(Clone, Copy)]
pub(crate) struct Guess {
    pub(crate) kind: Kind,
    state: u8,
    /// Whether what was read is enough.
    enough: bool,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Parser<'_> {
    /// Appends the links in a part of a text.
    pub(crate) fn find(&mut self, text: Text, from: usize, end: usize, out: &mut Vec<Guess>) {
        let text = text.cut(0, end);
        let mut machines: Vec<Guess> = Vec::new();
        for at in from..end {
            self.out.tick(1 + machines.len());
            let unit = text.at(at);
            let class = self.tables.class(unit);
            let mut i = machines.len();
            if i == 0 {
                start(&mut machines, at, unit, class);
                continue;
            }
            // The newest first; what starts here reads on with the next unit.
            while i > 0 {
                i -= 1;
                let Some(machine) = machines.get_mut(i) else { break };
                let mut step = step(&STEPS, machine.state, class);
                if machine.state == LOCAL
                    && unit == 0x3a
                    && at - machine.start == 6
                    && text.has(machine.start, "mailto")
                {
                    step = MAILTO;
                }
                machine.state = step & STATE;
                let new = step & NEW_SCHEME;
                machine.enough = (machine.enough || new == ENOUGH) && step != CANCEL;
                if machine.state == DONE {
                    self.done(&mut machines, i, text.cut(0, at), from, out);
                }
                if new == NEW {
                    start(&mut machines, at, unit, class);
                } else if new == NEW_SCHEME {
                    push(&mut machines, Kind::Scheme, SCHEME, at);
                }
            }
            // In `1.https://example.com` a scheme starts where no word did.
            if is_ascii_letter(unit)
                && at > from
                && !is_ascii_letter(text.at(at - 1))
                && machines.iter().all(|machine| machine.kind != Kind::Scheme)
            {
                push(&mut machines, Kind::Scheme, SCHEME, at);
            }
        }
        // Every second one, again and again: the order decides between two of the same length.
        let mut i = 0;
        while !machines.is_empty() {
            if i >= machines.len() {
                i = 0;
            }
            self.done(&mut machines, i, text, from, out);
            i += 1;
        }
    }

    /// Takes a machine off. Its link, if it has read one, goes to the others in the order of their
    /// start; of two with the same start the longer one counts, else the first.
    #[inline(never)]
    fn done(
        &mut self,
        machines: &mut Vec<Guess>,
        i: usize,
        text: Text,
        from: usize,
        out: &mut Vec<Guess>,
    ) {
        let mut guess = machines.remove(i);
        self.out.tick(text.len() - guess.start);
        if !guess.enough || !link(&mut guess, text, from) {
            return;
        }
        let mut at = out.len();
        while let Some(other) = at.checked_sub(1).and_then(|before| out.get_mut(before)) {
            if other.start == guess.start {
                if other.end < guess.end {
                    *other = guess;
                }
                return;
            }
            if other.start < guess.start {
                break;
            }
            self.out.tick(1);
            at -= 1;
        }
        out.insert(at, guess);
    }
}

#[inline(never)]
fn push(machines: &mut Vec<Guess>, kind: Kind, state: u8, start: usize) {
    machines.push(Guess { kind, state, start, end: 0, enough: false });
}

/// Starts what can start with this unit.
fn start(machines: &mut Vec<Guess>, at: usize, unit: u32, class: u8) {
    let mut push = |kind, state| push(machines, kind, state, at);
    match class_name(class) {
        b'#' => push(Kind::Other, HASH),
        b'@' => push(Kind::Other, NAME),
        b'/' => push(Kind::Domain, SLASH),
        b'+' => push(Kind::Other, PLUS),
        b'(' => push(Kind::Other, PAREN),
        b'a' | b'0' | b'w' => {
            if is_digit(unit) {
                push(Kind::Other, DIGITS);
                push(Kind::Address, NUMBER);
            }
            push(Kind::Email, LOCAL);
            if is_ascii_letter(unit) {
                push(Kind::Scheme, SCHEME);
            }
            push(Kind::Domain, LABEL);
        }
        _ => {}
    }
}

/// Whether a machine has read a link up to the end of the text; then its bounds become the link's.
#[inline(never)]
fn link(guess: &mut Guess, text: Text, from: usize) -> bool {
    let kind = guess.kind;
    let mut start = guess.start;
    if kind == Kind::Other
        || kind != Kind::Email && start > from && text.at(start.wrapping_sub(1)) == 0x40
    {
        return false;
    }
    let end = trimmed(text, start);
    let text = text.cut(0, end);
    guess.end = end;
    if kind == Kind::Scheme {
        // What stands before `http://` is no part of the scheme.
        while start < end {
            let s = usize::from(small(text.at(start + 4)) == 0x73);
            if text.has(start, "http") && text.has(start + 4 + s, "://") {
                guess.start = start;
                break;
            }
            start += 1;
        }
        return is_scheme(text.from(guess.start));
    }
    let slashes = if text.has(start, "//") { 2 } else { 0 };
    let host_end = if kind == Kind::Email { end } else { text.find(start + slashes, "/#?:") };
    // The last label, and how many there are.
    let mut labels = 1;
    let mut label = start;
    let mut numbers = true;
    let mut at = start;
    while at < host_end {
        let next = text.cut(0, host_end).find(at, ".");
        numbers &= is_byte(text.cut(at, next));
        at = next + 1;
        if next < host_end {
            labels += 1;
            label = at;
        }
    }
    match kind {
        Kind::Address => labels == 4 && numbers,
        _ => labels > 1 && Tables::is_domain(text.cut(label, host_end)),
    }
}

/// A number from 0 to 255, of three digits at the most.
fn is_byte(text: Text) -> bool {
    let number = |sum: u32, unit: &u16| sum * 10 + (u32::from(*unit) & 15);
    matches!(text.len(), 1..=3) && text.0.iter().fold(0, number) < 256
}

/// A URL with a scheme needs two slashes, or a host with a dot and a letter.
#[inline(never)]
fn is_scheme(url: Text) -> bool {
    let start = url.find(0, ":") + 1;
    if start > url.len() || url.has(0, "javascript:") || url.has(0, "vbscript:") {
        return false;
    }
    let host = url.cut(start, url.find(start, ":/"));
    let letter = |unit: &u16| is_ascii_letter(u32::from(*unit));
    url.has(start, "//") || host.find(0, ".") < host.len() && host.0.iter().any(letter)
}

/// The end without the punctuation, and without closing brackets that were not opened.
#[inline(never)]
fn trimmed(text: Text, start: usize) -> usize {
    const BRACKETS: &[u8; 6] = b"([{)]}";
    let bracket = |at: usize| BRACKETS.iter().position(|mark| u32::from(*mark) == text.at(at));
    let mut open = [0i32; 3];
    for at in start..text.len() {
        if let Some(i) = bracket(at) {
            open[i % 3] += if i < 3 { 1 } else { -1 };
        }
    }
    let mut end = text.len();
    while end > start {
        match bracket(end - 1) {
            Some(i @ 3..) if open[i - 3] < 0 => open[i - 3] += 1,
            None if is_one_of(text.at(end - 1), "?!:,.;^") => {}
            _ => break,
        }
        end -= 1;
    }
    end
}

/// This was no part of it: a link if it was enough, nothing if not.
const DONE: u8 = 0;
const SCHEME: u8 = 1;
const SCHEME_HYPHEN: u8 = 2;
const SCHEME_COLON: u8 = 3;
const SCHEME_SLASH: u8 = 4;
const SCHEME_SLASHES: u8 = 5;
const SLASH: u8 = 6;
const SLASHES: u8 = 7;
const LABEL: u8 = 8;
const HYPHEN: u8 = 9;
const DOT: u8 = 10;
const PORT_COLON: u8 = 11;
const PORT: u8 = 12;
const PATH: u8 = 13;
const NUMBER: u8 = 14;
const NUMBER_DOT: u8 = 15;
const LOCAL: u8 = 16;
const LOCAL_DOT: u8 = 17;
/// After `mailto:`.
const MAILTO: u8 = 18;
const AT: u8 = 19;
const MAIL_LABEL: u8 = 20;
const MAIL_HYPHEN: u8 = 21;
const MAIL_DOT: u8 = 22;
const PLUS: u8 = 23;
const PAREN: u8 = 24;
/// After one, two and three digits in parentheses.
const AREA: u8 = 25;
const AREA_2: u8 = 26;
const AREA_3: u8 = 27;
const AREA_CLOSED: u8 = 28;
const DIGITS: u8 = 29;
const SEPARATOR: u8 = 30;
const CONTROL: u8 = 31;
const POUND: u8 = 32;
const HASH: u8 = 33;
const NAME: u8 = 34;

const STATES: usize = 35;

// What a step says besides the next state: that what was read is enough, that anything may start
// here, that a scheme may.
const STATE: u8 = 63;
const ENOUGH: u8 = 64;
const NEW: u8 = 128;
const NEW_SCHEME: u8 = ENOUGH | NEW;
/// This was no part of it, and what was read is no link either.
const CANCEL: u8 = ENOUGH | DONE;

const LOCALS: &str = "a0w_-/?#!+&'=`";
const PATHS: &str = "a0w_-.:/?#@,()!+&'=[";

static STEPS: [[u8; CLASSES]; STATES] = steps(
    DONE,
    &[
        (SCHEME, "a0+.", SCHEME),
        (SCHEME, ":", SCHEME_COLON),
        (SCHEME, "-", SCHEME_HYPHEN),
        (SCHEME_HYPHEN, "a0+.", SCHEME),
        (SCHEME_HYPHEN, "-", SCHEME_HYPHEN),
        (SCHEME_HYPHEN, "/", DONE | NEW),
        (SCHEME_COLON, "/", SCHEME_SLASH),
        (SCHEME_COLON, "0w", LABEL),
        (SCHEME_COLON, "a", LABEL | NEW_SCHEME),
        (SCHEME_SLASH, PATHS, PATH | ENOUGH),
        (SCHEME_SLASH, "/", SCHEME_SLASHES),
        (SCHEME_SLASHES, "/", PATH | ENOUGH),
        (SCHEME_SLASHES, "a0w", LABEL | ENOUGH),
        (SLASH, "/", SLASHES),
        (SLASHES, "a0w", LABEL),
        (LABEL, "a0w_", LABEL),
        (LABEL, "-", HYPHEN),
        (LABEL, ".", DOT),
        (LABEL, ":", PORT_COLON),
        (LABEL, "/?#", PATH),
        (HYPHEN, "-", HYPHEN),
        (HYPHEN, "a0w", LABEL),
        (DOT, "a0w", LABEL | ENOUGH),
        (PORT_COLON, "0", PORT),
        (PORT, "0", PORT),
        (PORT, "/?#", PATH),
        (PATH, PATHS, PATH),
        (NUMBER, "0", NUMBER),
        (NUMBER, ".", NUMBER_DOT),
        (NUMBER, ":", PORT_COLON),
        (NUMBER, "/?#", PATH),
        (NUMBER, "aw", CANCEL),
        (NUMBER_DOT, "0", NUMBER | ENOUGH),
        (LOCAL, LOCALS, LOCAL),
        (LOCAL, ".", LOCAL_DOT),
        (LOCAL, "@", AT),
        (LOCAL_DOT, LOCALS, LOCAL),
        (MAILTO, LOCALS, LOCAL),
        (AT, "a0w", MAIL_LABEL),
        (MAIL_LABEL, "a0w_", MAIL_LABEL),
        (MAIL_LABEL, "-", MAIL_HYPHEN),
        (MAIL_LABEL, ".", MAIL_DOT),
        (MAIL_HYPHEN, "a0w_", MAIL_LABEL),
        (MAIL_DOT, "a0w", MAIL_LABEL | ENOUGH),
        (PLUS, "*", DONE | NEW),
        (PLUS, "0", DIGITS),
        (PAREN, "*", DONE | NEW),
        (PAREN, "0", AREA | NEW),
        (AREA, "0", AREA_2),
        (AREA_2, "0", AREA_3),
        (AREA_3, ")", AREA_CLOSED),
        (AREA_CLOSED, "0", DIGITS),
        (AREA_CLOSED, "-. ", SEPARATOR),
        (DIGITS, "0", DIGITS),
        (DIGITS, "-. ", SEPARATOR),
        (DIGITS, "(", PAREN),
        (DIGITS, ",", CONTROL),
        (DIGITS, "#", POUND),
        (SEPARATOR, "*", DONE | NEW),
        (SEPARATOR, "0", DIGITS),
        (SEPARATOR, "(", PAREN),
        (CONTROL, "0", DIGITS),
        (CONTROL, ",", CONTROL),
        (CONTROL, "#", POUND),
        (POUND, ",", CONTROL),
        (HASH, "a0w_", HASH),
        (NAME, "a0_-.", NAME),
    ],
);
