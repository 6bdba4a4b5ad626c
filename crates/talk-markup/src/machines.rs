//! The search for URLs and e-mail addresses: small machines that read the text side by side. Each
//! is one guess at what began at one place. A new guess is made where nothing is being read, and
//! where the table of steps says so.

use alloc::vec::Vec;
use core::mem::replace;

use crate::chars::{class_name, step, steps, Steps};
use crate::text::{is_ascii_letter, small};
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
    pub(crate) fn find_urls(&mut self, from: usize, end: usize, out: &mut Vec<Guess>) {
        let outer = (replace(&mut self.from, from), replace(&mut self.end, end));
        let mut machines: Vec<Guess> = Vec::new();
        for at in from..end {
            self.tick(1 + machines.len());
            let unit = self.at(at);
            let kind = self.kind(at);
            let mut i = machines.len();
            if i == 0 {
                start(&mut machines, at, kind);
                continue;
            }
            // The newest first; what starts here reads on with the next unit.
            while i > 0 {
                i -= 1;
                let Some(machine) = machines.get_mut(i) else { break };
                let mut step = step(STEPS.as_flattened(), STATES, machine.state, kind);
                if machine.state == LOCAL
                    && unit == 0x3a
                    && at - machine.start == 6
                    && self.has(machine.start, "mailto")
                {
                    step = MAILTO;
                }
                machine.state = step & STATE;
                let new = step & NEW_SCHEME;
                machine.enough = (machine.enough || new == ENOUGH) && step != CANCEL;
                if machine.state == DONE {
                    self.end = at;
                    self.done(&mut machines, i, out);
                    self.end = end;
                }
                if new == NEW {
                    start(&mut machines, at, kind);
                } else if new == NEW_SCHEME {
                    push(&mut machines, Kind::Scheme, SCHEME, at);
                }
            }
            // In `1.https://example.com` a scheme starts where no word did.
            if is_ascii_letter(unit)
                && at > from
                && !is_ascii_letter(self.at(at - 1))
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
            self.done(&mut machines, i, out);
            i += 1;
        }
        (self.from, self.end) = outer;
    }

    /// Takes a machine off. Its link, if it has read one, goes to the others in the order of their
    /// start; of two with the same start the longer one counts, else the first.
    #[inline(never)]
    fn done(&mut self, machines: &mut Vec<Guess>, i: usize, out: &mut Vec<Guess>) {
        let mut guess = machines.remove(i);
        self.tick(self.end - guess.start);
        if !guess.enough || !self.link(&mut guess) {
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
            self.tick(1);
            at -= 1;
        }
        out.insert(at, guess);
    }

    /// Whether a machine has read a link up to the end; then its bounds become the link's.
    #[inline(never)]
    fn link(&mut self, guess: &mut Guess) -> bool {
        let kind = guess.kind;
        let start = guess.start;
        if kind == Kind::Other
            || kind != Kind::Email && start > self.from && self.at(start - 1) == 0x40
        {
            return false;
        }
        let end = self.trimmed(start);
        guess.end = end;
        let outer = replace(&mut self.end, end);
        let found = if kind == Kind::Scheme { self.scheme(guess) } else { self.host(kind, start) };
        self.end = outer;
        found
    }

    /// A URL with a scheme needs two slashes, or a host with a dot and a letter.
    #[inline(never)]
    fn scheme(&mut self, guess: &mut Guess) -> bool {
        for start in guess.start..guess.end {
            // What stands before `http://` is no part of the scheme.
            let s = usize::from(small(self.at(start + 4)) == 0x73);
            if self.has(start, "http") && self.has(start + 4 + s, "://") {
                guess.start = start;
                break;
            }
        }
        let start = self.find(guess.start, ":") + 1;
        if start > self.end
            || self.has(guess.start, "javascript:")
            || self.has(guess.start, "vbscript:")
        {
            return false;
        }
        let host_end = self.find(start, ":/");
        self.has(start, "//")
            || self.find(start, ".") < host_end
                && (start..host_end).any(|at| is_ascii_letter(self.at(at)))
    }

    /// A known top-level domain, or four numbers.
    #[inline(never)]
    fn host(&mut self, kind: Kind, start: usize) -> bool {
        let slashes = if self.has(start, "//") { 2 } else { 0 };
        if kind != Kind::Email {
            self.end = self.find(start + slashes, "/#?:");
        }
        // The last label, and how many there are.
        let mut labels = 0;
        let mut label = start;
        let mut numbers = true;
        let mut at = start;
        while at < self.end || labels == 0 {
            label = at;
            at = self.find(at, ".");
            numbers &= self.is_byte(label, at);
            labels += 1;
            at += 1;
        }
        match kind {
            Kind::Address => labels == 4 && numbers,
            _ => labels > 1 && self.is_domain(label),
        }
    }

    /// A number from 0 to 255, of three digits at the most.
    fn is_byte(&self, start: usize, end: usize) -> bool {
        let number = (start..end).fold(0, |sum: u32, at| sum.wrapping_mul(10) + (self.at(at) & 15));
        matches!(end.wrapping_sub(start), 1..=3) && number < 256
    }

    /// The end without the punctuation, and without closing brackets that were not opened.
    #[inline(never)]
    fn trimmed(&self, start: usize) -> usize {
        let bracket = |at: usize| {
            let unit = self.at(at);
            "([{)]}".bytes().position(|mark| u32::from(mark) == unit)
        };
        let mut open = [0i32; 3];
        for at in start..self.end {
            if let Some(i) = bracket(at) {
                open[i % 3] += if i < 3 { 1 } else { -1 };
            }
        }
        let mut end = self.end;
        while end > start {
            match bracket(end - 1) {
                Some(i @ 3..) if open[i % 3] < 0 => open[i % 3] += 1,
                None if self.is_one_of(end - 1, "?!:,.;^") => {}
                _ => break,
            }
            end -= 1;
        }
        end
    }
}

#[inline(never)]
fn push(machines: &mut Vec<Guess>, kind: Kind, state: u8, start: usize) {
    machines.push(Guess { kind, state, start, end: 0, enough: false });
}

/// Starts what can start with a unit of this kind.
#[inline(never)]
fn start(machines: &mut Vec<Guess>, at: usize, kind: u8) {
    let mut push = |kind, state| push(machines, kind, state, at);
    let class = class_name(kind);
    match class {
        b'#' => push(Kind::Other, HASH),
        b'@' => push(Kind::Other, NAME),
        b'/' => push(Kind::Domain, SLASH),
        b'+' => push(Kind::Other, PLUS),
        b'(' => push(Kind::Other, PAREN),
        b'a' | b'0' | b'w' => {
            if class == b'0' {
                push(Kind::Other, DIGITS);
                push(Kind::Address, NUMBER);
            }
            push(Kind::Email, LOCAL);
            if class == b'a' {
                push(Kind::Scheme, SCHEME);
            }
            push(Kind::Domain, LABEL);
        }
        _ => {}
    }
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

static STEPS: Steps<STATES> = steps(
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
