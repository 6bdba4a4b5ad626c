//! URLs and e-mail addresses in plain text, and around them the rules of HTML: nothing is found in
//! a tag, a comment, or between `<a>` and `</a>`.

use alloc::vec::Vec;

use crate::chars::{has_word, is_ascii_letter, is_digit, is_one_of, is_space, small};
use crate::machines::{find, Found, Kind};
use crate::Parser;

impl Parser<'_> {
    /// Text without other nodes.
    pub(crate) fn links(&mut self, text: &[u16]) {
        let mut found = Vec::new();
        self.visible(text, &mut found);
        // In order of their start; of two with the same start the longer one, else the first.
        let mut sorted: Vec<Found> = Vec::new();
        for link in found {
            let mut at = sorted.len();
            while at > 0 && sorted[at - 1].start > link.start {
                at -= 1;
            }
            match at.checked_sub(1).map(|before| &mut sorted[before]) {
                Some(other) if other.start == link.start => {
                    if link.end > other.end {
                        *other = link;
                    }
                }
                _ => sorted.insert(at, link),
            }
        }
        let mut done = 0;
        for link in sorted {
            // Links may overlap. Then the text goes on after the one that came last.
            self.phones(text.get(done..link.start).unwrap_or(&[]));
            let shown = &text[link.start..link.end];
            done = link.end;
            if self.in_link {
                self.out.text(shown);
                continue;
            }
            let (before, target) = match link.kind {
                Kind::Email if has_word(shown, 0, "mailto:") => ("mailto:", &shown[7..]),
                Kind::Email => ("mailto:", shown),
                Kind::Domain if shown.first() == Some(&0x2f) => ("", shown),
                Kind::Domain | Kind::Address => ("http://", shown),
                _ => ("", shown),
            };
            self.out.node("autolink");
            self.out.member("url", before, target);
            self.out.member("text", "", shown);
            self.out.end_node();
        }
        self.phones(&text[done..]);
    }

    /// Finds links in what HTML would show, tag by tag.
    fn visible(&mut self, text: &[u16], found: &mut Vec<Found>) {
        use State::*;
        let mut state = Data;
        // How many elements are open whose text is not searched.
        let mut hidden = 0u32;
        let (mut done, mut tag, mut name_end) = (0, 0, 0);
        let mut at = 0;
        while let Some(&unit) = text.get(at) {
            self.out.tick(1);
            let is = |marks: &str| is_one_of(unit, marks);
            let space = is_space(unit);
            // Where a tag can end or start anew.
            let general = match unit {
                0x3e => End,
                0x3c => Open,
                0x2f => SelfClose,
                _ if space => BeforeName,
                _ => Data,
            };
            let before = state;
            state = match state {
                Data if unit == 0x3c => Open,
                Data => Data,
                Open => match unit {
                    0x21 => Declaration,
                    0x2f => CloseOpen,
                    0x3c => Open,
                    _ if is_ascii_letter(unit) => Name,
                    _ => Data,
                },
                CloseOpen if is_ascii_letter(unit) => Name,
                CloseOpen => Data,
                Name => match general {
                    Data if is_ascii_letter(unit) || is_digit(unit) || unit == 0x3a => Name,
                    next => {
                        name_end = at;
                        next
                    }
                },
                BeforeName | Attribute | AfterName => match general {
                    BeforeName if state != BeforeName => AfterName,
                    Data if unit == 0x3d && state != BeforeName => BeforeValue,
                    Data if is("\"'") => Data,
                    Data if state == BeforeName && (unit == 0x3d || is_control(unit)) => Data,
                    Data => Attribute,
                    next => next,
                },
                BeforeValue => match unit {
                    _ if space => BeforeValue,
                    0x22 => Quoted(0x22),
                    0x27 => Quoted(0x27),
                    0x3c => Open,
                    _ if is(">=`") => Data,
                    _ => Value,
                },
                Quoted(quote) if unit == quote => AfterValue,
                Quoted(quote) => Quoted(quote),
                Value => match general {
                    Data | SelfClose => Value,
                    next => next,
                },
                AfterValue => match general {
                    Data => {
                        // What follows the quote is the next name.
                        at -= 1;
                        BeforeName
                    }
                    next => next,
                },
                SelfClose if unit == 0x3e => End,
                SelfClose => Data,
                Declaration if has_word(text, at, "--") => {
                    at += 1;
                    Comment(Dashes::Start)
                }
                Declaration if has_word(text, at, "doctype") => {
                    at += 6;
                    Doctype
                }
                Declaration => Data,
                Comment(dashes) => match (dashes, unit) {
                    (Dashes::Start, 0x3e) | (Dashes::StartOne, 0x3e) => Data,
                    (Dashes::Start, 0x2d) => Comment(Dashes::StartOne),
                    (Dashes::None, 0x2d) => Comment(Dashes::One),
                    (Dashes::StartOne | Dashes::One | Dashes::Two, 0x2d) => Comment(Dashes::Two),
                    (Dashes::Bang, 0x2d) => Comment(Dashes::One),
                    (Dashes::Two, 0x21) => Comment(Dashes::Bang),
                    (Dashes::Two | Dashes::Bang, 0x3e) => End,
                    _ => Comment(Dashes::None),
                },
                Doctype => match unit {
                    0x3e => End,
                    0x3c => Open,
                    _ => Doctype,
                },
                End => Data,
            };
            if state == Open {
                tag = at;
            }
            at += 1;
            if state == End {
                if hidden == 0 {
                    self.unescaped(text, done, tag, found);
                }
                state = Data;
                done = at;
                if matches!(before, Comment(_) | Doctype) {
                    continue;
                }
                let closing = text[tag + 1] == 0x2f;
                let name = &text[tag + 1 + usize::from(closing)..name_end];
                if ["a", "style", "script"]
                    .iter()
                    .any(|other| name.iter().map(|u| small(*u)).eq(other.bytes().map(u16::from)))
                {
                    hidden = match closing {
                        true => hidden.saturating_sub(1),
                        // `<a/>` closes what it opened.
                        false if before == SelfClose => hidden,
                        false => hidden + 1,
                    };
                }
            }
        }
        if hidden == 0 {
            self.unescaped(text, done, text.len(), found);
        }
    }

    /// Finds links in text without tags, between the references to characters that end any link.
    fn unescaped(&mut self, text: &[u16], start: usize, end: usize, found: &mut Vec<Found>) {
        const REFERENCES: [&str; 9] =
            ["&nbsp;", "&#160;", "&lt;", "&#60;", "&gt;", "&#62;", "&quot;", "&#34;", "&#39;"];
        let mut from = start;
        let mut at = start;
        while at < end {
            let reference = match text[at] {
                0x26 => REFERENCES.iter().find(|word| has_word(&text[..end], at, word)),
                _ => None,
            };
            if let Some(reference) = reference {
                find(self, text, from, at, found);
                at += reference.len();
                from = at;
            } else {
                at += 1;
            }
        }
        find(self, text, from, end, found);
    }
}

fn is_control(unit: u16) -> bool {
    unit < 0x20 || unit == 0x7f
}

/// Where the scan of tags is.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Data,
    /// After `<`.
    Open,
    /// After `</`.
    CloseOpen,
    Name,
    BeforeName,
    Attribute,
    AfterName,
    BeforeValue,
    Quoted(u16),
    Value,
    AfterValue,
    /// After `/` in a tag.
    SelfClose,
    /// After `<!`.
    Declaration,
    Comment(Dashes),
    Doctype,
    /// At the `>` that ends a tag.
    End,
}

/// How much of `-->` was seen in a comment.
#[derive(Clone, Copy, PartialEq)]
enum Dashes {
    Start,
    StartOne,
    None,
    One,
    Two,
    Bang,
}
