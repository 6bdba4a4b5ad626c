//! The search for URLs and e-mail addresses: small machines that read the text side by side. Each
//! is one guess at what began at one place. A new guess is made where nothing is being read, and at
//! a few more places; the rest of this file says where.

use alloc::vec::Vec;

use crate::chars::{has_word, is_ascii_letter, is_digit, is_one_of, small, Tables};
use crate::Parser;

/// What a machine looks for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Kind {
    /// A URL with a scheme: `https://example.com`, `x:example.com`.
    Scheme,
    /// A host with a known top-level domain: `example.com/path`, `//example.com`.
    Domain,
    /// Four numbers: `127.0.0.1:80`.
    Address,
    Email,
    /// Phone numbers, `#` and `@` names are not links here, but reading one keeps others away.
    Other,
}

/// A link in a text.
#[derive(Clone, Copy)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// One guess.
#[derive(Clone, Copy)]
struct Machine {
    kind: Kind,
    state: State,
    start: usize,
    /// Whether what was read is enough.
    enough: bool,
    numbers: u32,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    SchemeName,
    SchemeHyphen,
    SchemeColon,
    SchemeSlash,
    SchemeSlashes,
    Slash,
    Slashes,
    Label,
    Hyphen,
    Dot,
    PortColon,
    Port,
    Path,
    Number,
    NumberDot,
    /// How much of `mailto` was read.
    Mailto(usize),
    MailtoColon,
    Local,
    LocalDot,
    At,
    MailLabel,
    MailHyphen,
    MailDot,
    Plus,
    Paren,
    /// How many digits of an area code were read.
    Area(u8),
    ParenClosed,
    Digits,
    Separator,
    Control,
    Pound,
    Hash,
    Mention,
}

/// What a machine does with a unit.
enum Step {
    Go(State),
    /// As `Go`, and what was read is enough.
    Enough(State),
    /// This was no part of it: a link if it was enough, nothing if not.
    Done,
}

/// Appends the links in `text[from..end]`.
pub(crate) fn find(
    parser: &mut Parser,
    text: &[u16],
    from: usize,
    end: usize,
    out: &mut Vec<Found>,
) {
    let text = &text[..end];
    let mut machines: Vec<Machine> = Vec::new();
    let tables = &mut parser.tables;
    for at in from..end {
        parser.out.tick(1 + machines.len());
        let unit = text[at];
        if machines.is_empty() {
            start(tables, &mut machines, at, unit);
            continue;
        }
        // The newest first; what starts here reads on with the next unit.
        for i in (0..machines.len()).rev() {
            let step = step(tables, &mut machines[i], unit);
            let before = machines[i].state;
            match step {
                Step::Go(state) => machines[i].state = state,
                Step::Enough(state) => {
                    machines[i].state = state;
                    machines[i].enough = true;
                }
                Step::Done => {
                    let machine = machines.remove(i);
                    parser.out.tick(at - machine.start);
                    out.extend(link(tables, &machine, text, from, at));
                }
            }
            match before {
                // What looked like a number or a name was none: anything may start.
                State::Plus if !is_digit(unit) => start(tables, &mut machines, at, unit),
                State::Separator if !is_digit(unit) && unit != 0x28 => {
                    start(tables, &mut machines, at, unit)
                }
                State::Paren => start(tables, &mut machines, at, unit),
                State::SchemeHyphen if unit == 0x2f => start(tables, &mut machines, at, unit),
                // In `see:https://example.com` the scheme comes after a colon.
                State::SchemeColon if is_ascii_letter(unit) => {
                    machines.push(machine(Kind::Scheme, State::SchemeName, at))
                }
                _ => {}
            }
        }
        let first = is_ascii_letter(unit) && at > from && !is_ascii_letter(text[at - 1]);
        if first && machines.iter().all(|machine| machine.kind != Kind::Scheme) {
            machines.push(machine(Kind::Scheme, State::SchemeName, at));
        }
    }
    // Every second one, again and again: the order decides between two of the same length.
    while !machines.is_empty() {
        let mut i = 0;
        while i < machines.len() {
            let machine = machines.remove(i);
            parser.out.tick(end - machine.start);
            out.extend(link(tables, &machine, text, from, end));
            i += 1;
        }
    }
}

fn machine(kind: Kind, state: State, start: usize) -> Machine {
    Machine { kind, state, start, enough: false, numbers: 1 }
}

/// Starts what can start with this unit.
fn start(tables: &mut Tables, machines: &mut Vec<Machine>, at: usize, unit: u16) {
    let mut push = |kind, state| machines.push(machine(kind, state, at));
    match unit {
        0x23 => push(Kind::Other, State::Hash),
        0x40 => push(Kind::Other, State::Mention),
        0x2f => push(Kind::Domain, State::Slash),
        0x2b => push(Kind::Other, State::Plus),
        0x28 => push(Kind::Other, State::Paren),
        _ if !tables.is_letter(unit) => {}
        _ => {
            if is_digit(unit) {
                push(Kind::Other, State::Digits);
                push(Kind::Address, State::Number);
            }
            push(Kind::Email, if small(unit) == 0x6d { State::Mailto(1) } else { State::Local });
            if is_ascii_letter(unit) {
                push(Kind::Scheme, State::SchemeName);
            }
            push(Kind::Domain, State::Label);
        }
    }
}

fn step(tables: &mut Tables, machine: &mut Machine, unit: u16) -> Step {
    use State::*;
    use Step::*;
    let is = |marks: &str| is_one_of(unit, marks);
    let digit = is_digit(unit);
    let letter = tables.is_letter(unit);
    let label = letter || unit == 0x5f;
    let local = letter || is("!#$%&'*+/=?^_`{|}~-");
    let path = letter || is("-+&@#/%=~_()|'$*[]{}?!:,.;^");
    let state = machine.state;
    let slash = unit == 0x2f;
    match state {
        SchemeName if unit == 0x3a => Go(SchemeColon),
        SchemeName | SchemeHyphen if unit == 0x2d => Go(SchemeHyphen),
        SchemeName | SchemeHyphen if digit || is_ascii_letter(unit) || is("+.") => Go(SchemeName),
        SchemeColon if slash => Go(SchemeSlash),
        SchemeColon if letter => Go(Label),
        SchemeSlash if slash => Go(SchemeSlashes),
        SchemeSlash if path => Enough(Path),
        SchemeSlashes if slash => Enough(Path),
        SchemeSlashes if letter => Enough(Label),
        Slash if slash => Go(Slashes),
        Slashes if letter => Go(Label),
        Label if unit == 0x2e => Go(Dot),
        Label | Hyphen if unit == 0x2d => Go(Hyphen),
        Label if label => Go(Label),
        Hyphen if letter => Go(Label),
        Dot if letter => Enough(Label),
        Label | Number if unit == 0x3a => Go(PortColon),
        PortColon | Port if digit => Go(Port),
        Label | Number | Port if is("/?#") => Go(Path),
        Path if path => Go(Path),
        Number if digit => Go(Number),
        Number if unit == 0x2e => Go(NumberDot),
        Number if letter => {
            machine.enough = false;
            Done
        }
        NumberDot if digit => {
            machine.numbers += 1;
            if machine.numbers == 4 {
                Enough(Number)
            } else {
                Go(Number)
            }
        }
        Mailto(6) if unit == 0x3a => Go(MailtoColon),
        Mailto(read) if b"mailto".get(read).is_some_and(|b| small(unit) == u16::from(*b)) => {
            Go(Mailto(read + 1))
        }
        Mailto(_) | Local if unit == 0x2e => Go(LocalDot),
        Mailto(_) | Local if unit == 0x40 => Go(At),
        Mailto(_) | MailtoColon | Local | LocalDot if local => Go(Local),
        At if letter => Go(MailLabel),
        MailLabel if unit == 0x2e => Go(MailDot),
        MailLabel if unit == 0x2d => Go(MailHyphen),
        MailLabel | MailHyphen if label => Go(MailLabel),
        MailDot if letter => Enough(MailLabel),
        Plus | Digits | Separator | Control | ParenClosed if digit => Go(Digits),
        Paren if digit => Go(Area(1)),
        Area(count) if digit && count < 3 => Go(Area(count + 1)),
        Area(3) if unit == 0x29 => Go(ParenClosed),
        Digits | Control | Pound if is(",;") => Go(Control),
        Digits | Control if unit == 0x23 => Go(Pound),
        Digits | Separator if unit == 0x28 => Go(Paren),
        Digits | ParenClosed if is("-. ") => Go(Separator),
        Hash if label => Go(Hash),
        Mention if digit || is_ascii_letter(unit) || is("-._") => Go(Mention),
        _ => Done,
    }
}

/// The link that a machine has read, if it is one.
fn link(
    tables: &mut Tables,
    machine: &Machine,
    text: &[u16],
    from: usize,
    end: usize,
) -> Option<Found> {
    let Machine { kind, mut start, enough, .. } = *machine;
    if !enough || kind == Kind::Other {
        return None;
    }
    let end = start + trimmed(&text[start..end]);
    if kind != Kind::Email && start > from && text[start - 1] == 0x40 {
        return None;
    }
    let mut read = &text[start..end];
    let valid = match kind {
        Kind::Scheme => {
            // What stands before `http://` is no part of the scheme.
            let is_web = |at: &usize| {
                has_word(read, *at, "http")
                    && has_word(read, at + 4 + usize::from(has_word(read, at + 4, "s")), "://")
            };
            if let Some(at) = (0..read.len()).find(is_web) {
                start += at;
                read = &read[at..];
            }
            is_scheme(read)
        }
        Kind::Domain => {
            let host = if has_word(read, 0, "//") { &read[2..] } else { read };
            let len = host.iter().position(|unit| is_one_of(*unit, "/#?:"));
            let host = &host[..len.unwrap_or(host.len())];
            let dot = host.iter().rposition(|unit| *unit == 0x2e);
            dot.is_some_and(|dot| tables.is_domain(&host[dot + 1..]))
        }
        Kind::Address => {
            let len = read.iter().position(|unit| is_one_of(*unit, "/#?:"));
            let number = |part: &[u16]| {
                let value = part.iter().fold(0u32, |sum, unit| sum * 10 + u32::from(unit - 0x30));
                matches!(part.len(), 1..=3) && value < 256
            };
            let mut parts = read[..len.unwrap_or(read.len())].split(|unit| *unit == 0x2e);
            parts.clone().count() == 4 && parts.all(number)
        }
        _ => {
            let dot = read.iter().rposition(|unit| *unit == 0x2e);
            tables.is_domain(&read[dot.map_or(0, |dot| dot + 1)..])
        }
    };
    valid.then_some(Found { kind, start, end })
}

/// A URL with a scheme needs two slashes, or a host with a dot and a letter.
fn is_scheme(url: &[u16]) -> bool {
    if has_word(url, 0, "javascript:") || has_word(url, 0, "vbscript:") {
        return false;
    }
    let Some(colon) = url.iter().position(|unit| *unit == 0x3a) else { return false };
    let rest = &url[colon + 1..];
    if has_word(rest, 0, "//") {
        return true;
    }
    let len = rest.iter().position(|unit| is_one_of(*unit, ":/"));
    let host = &rest[..len.unwrap_or(rest.len())];
    host.contains(&0x2e) && host.iter().any(|unit| is_ascii_letter(*unit))
}

/// The length without the punctuation at the end, and without closing brackets that were not opened.
fn trimmed(read: &[u16]) -> usize {
    let mut open = [0i32; 3];
    let bracket = |unit: u16| match unit {
        0x28 | 0x29 => Some((0, unit == 0x29)),
        0x5b | 0x5d => Some((1, unit == 0x5d)),
        0x7b | 0x7d => Some((2, unit == 0x7d)),
        _ => None,
    };
    for unit in read {
        if let Some((i, closing)) = bracket(*unit) {
            open[i] += if closing { -1 } else { 1 };
        }
    }
    let mut len = read.len();
    while let Some(unit) = len.checked_sub(1).and_then(|last| read.get(last)) {
        match bracket(*unit) {
            Some((i, true)) if open[i] < 0 => open[i] += 1,
            None if is_one_of(*unit, "?!:,.;^") => {}
            _ => break,
        }
        len -= 1;
    }
    len
}
