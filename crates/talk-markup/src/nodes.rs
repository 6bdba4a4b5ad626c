//! Code, and everything in angle brackets. Rule after rule, each on what the one before left.

use alloc::vec::Vec;

use crate::query::{decoded, push_params};
use crate::text::{is_line_end, is_space, Text, END};
use crate::{Parser, Source};

/// The rules for angle brackets, in the order in which they apply. Those for code are the last.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub(crate) enum Rule {
    Mention,
    Emoji,
    Link,
    ActionLink,
    ActionButton,
    CodeMention,
    CodeEmoji,
}

/// What stands before the first part of each rule's node. A link has several beginnings, and they
/// belong to its URL.
const OPENERS: [&[&str]; 7] = [
    &["<!!mention:"],
    &["<!!customemoji:"],
    &["<http://", "<https://", "<mailto:"],
    &["<actionlink:"],
    &["<actionbutton:"],
    &["<!!mention:"],
    &["<!!customemoji:"],
];

/// A node in angle brackets.
pub(crate) struct Bracket<'t> {
    /// Where its `<` is, and where its first part starts.
    pub(crate) open: usize,
    pub(crate) start: usize,
    /// What stands before the `|`. An emoji has only this.
    pub(crate) first: Text<'t>,
    text: Text<'t>,
    /// Where what follows it starts.
    pub(crate) next: usize,
}

impl Parser<'_> {
    /// Text without lists: what three backticks enclose, also over several lines, is code.
    pub(crate) fn code(&mut self, text: Text) {
        let fence = |mut at: usize| {
            while at < text.len() && !text.has(at, "```") {
                at += 1;
            }
            at
        };
        let mut done = 0;
        loop {
            let open = fence(done);
            // There is at least one character inside.
            let close = fence(open + 4);
            self.out.tick(close - done);
            if close >= text.len() {
                return self.lines(text.from(done));
            }
            self.lines(text.cut(done, open));
            self.out.node("codespan");
            let mentions = self.plain_code(Rule::CodeMention, text.cut(open + 3, close));
            let emoji = self.plain_code(Rule::CodeEmoji, Text(&mentions));
            self.out.string("text", "", Text(&emoji));
            self.out.raw("}");
            done = close + 3;
        }
    }

    /// Code with its mentions or its emoji replaced by what they look like.
    fn plain_code(&mut self, rule: Rule, text: Text) -> Vec<u16> {
        let mut out = Vec::new();
        let mut done = 0;
        while let Some(found) = self.next_bracket(rule, text, done) {
            out.extend_from_slice(text.cut(done, found.open).0);
            let shown = if rule == Rule::CodeMention {
                out.push(0x40);
                found.text
            } else {
                found.first
            };
            out.extend_from_slice(shown.0);
            done = found.next;
        }
        out.extend_from_slice(text.from(done).0);
        out
    }

    /// Text without code: from here on every line is on its own. Only a line feed ends a line, and
    /// it belongs to it.
    fn lines(&mut self, text: Text) {
        let mut at = 0;
        while at < text.len() {
            let end = text.len().min(text.find(at, "\n") + 1);
            self.out.tick(end - at);
            self.brackets(Rule::Mention, text.cut(at, end));
            at = end;
        }
    }

    /// One rule for angle brackets, then the next one on what is left.
    fn brackets(&mut self, rule: Rule, text: Text) {
        let mut done = 0;
        let mut at = 0;
        while let Some(found) = self.next_bracket(rule, text, at) {
            at = found.next;
            let mut id = Some(Vec::new());
            if rule == Rule::Mention {
                id = decoded(found.first, false);
            }
            // An ID that cannot be decoded makes no mention: the text stays.
            if let Some(id) = id {
                self.left(rule, text.cut(done, found.open));
                self.bracket_node(rule, &found, Text(&id));
                done = at;
            }
        }
        self.left(rule, text.from(done));
    }

    /// What a rule left, for the next one.
    fn left(&mut self, rule: Rule, text: Text) {
        match rule {
            Rule::Mention => self.brackets(Rule::Emoji, text),
            Rule::Emoji if self.source == Source::Edit => self.brackets(Rule::Link, text),
            Rule::Link => self.brackets(Rule::ActionLink, text),
            Rule::ActionLink => self.brackets(Rule::ActionButton, text),
            _ => self.styles(text),
        }
    }

    fn bracket_node(&mut self, rule: Rule, found: &Bracket, id: Text) {
        let (kind, key) = match rule {
            Rule::Mention => ("mention", "id"),
            Rule::Emoji => ("customemoji", "text"),
            Rule::Link => ("link", "url"),
            Rule::ActionLink => ("actionlink", "action"),
            _ => ("actionbutton", "action"),
        };
        self.out.node(kind);
        let mut name = if rule == Rule::Mention { id } else { found.first };
        let mark = name.find(0, "?");
        let query = name.from(mark + 1);
        if rule > Rule::Link {
            name = name.cut(0, mark);
        }
        self.out.string(key, "", name);
        if rule > Rule::Link {
            push_params(&mut self.out, query);
        }
        if rule < Rule::Link {
            if rule == Rule::Mention {
                self.out.string("text", "", found.text);
            }
            return self.out.raw("}");
        }
        self.out.children();
        self.in_link = true;
        self.styles(found.text);
        self.in_link = false;
        self.out.end_children();
    }

    /// The next node of a rule.
    pub(crate) fn next_bracket<'t>(
        &mut self,
        rule: Rule,
        text: Text<'t>,
        mut at: usize,
    ) -> Option<Bracket<'t>> {
        loop {
            let open = text.find(at, "<");
            self.out.tick(open - at + 1);
            if open >= text.len() {
                return None;
            }
            at = open + 1;
            let is_opener = |word: &&&str| {
                // Mentions and emoji have small letters only, but not so in code.
                let small = |unit: &u16| !matches!(unit, 0x41..=0x5a);
                text.has(open, word)
                    && (rule > Rule::Emoji || text.cut(open, open + word.len()).0.iter().all(small))
            };
            let Some(opener) = OPENERS[rule as usize].iter().find(is_opener) else { continue };
            let start = if rule == Rule::Link { at } else { open + opener.len() };
            let bar = if matches!(rule, Rule::Emoji | Rule::CodeEmoji) {
                start - 1
            } else {
                let bar = until(rule, text, start, 0x7c);
                self.out.tick(bar - start);
                if text.at(bar) != 0x7c {
                    // Whatever starts before here cannot get past it either.
                    at = bar;
                    continue;
                }
                if bar == start && matches!(rule, Rule::ActionLink | Rule::ActionButton) {
                    continue;
                }
                bar
            };
            let end = until(rule, text, bar + 1, 0x3e);
            self.out.tick(end - bar);
            if text.at(end) != 0x3e {
                at = end;
                continue;
            }
            let rest = text.cut(bar + 1, end);
            let first = if bar < start { rest } else { text.cut(start, bar) };
            return Some(Bracket { open, start, first, text: rest, next: end + 1 });
        }
    }
}

/// Where this mark is, or what cannot stand before it.
fn until(rule: Rule, text: Text, mut at: usize, mark: u32) -> usize {
    loop {
        let unit = text.at(at);
        let ends = match rule {
            Rule::Mention if mark == 0x7c => unit == 0x3e || is_space(unit),
            Rule::CodeMention if mark == 0x3e => unit == END,
            Rule::ActionLink | Rule::ActionButton => unit == 10 || unit == END,
            _ => is_line_end(unit),
        };
        if ends || unit == mark {
            return at;
        }
        at += 1;
    }
}
