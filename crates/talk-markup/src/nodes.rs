//! Code, and everything in angle brackets. Rule after rule, each on what the one before left.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::chars::{has_word, is_line_end, is_space};
use crate::query::{decoded, push_params};
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

impl Rule {
    /// What stands before the node's first part. A link has several beginnings, and they belong to
    /// its URL.
    fn openers(self) -> &'static [&'static str] {
        match self {
            Rule::Mention | Rule::CodeMention => &["<!!mention:"],
            Rule::Emoji | Rule::CodeEmoji => &["<!!customemoji:"],
            Rule::Link => &["<http://", "<https://", "<mailto:"],
            Rule::ActionLink => &["<actionlink:"],
            Rule::ActionButton => &["<actionbutton:"],
        }
    }
}

/// A node in angle brackets: its first part, its text, and where it ends.
pub(crate) struct Bracket {
    pub(crate) first: (usize, usize),
    pub(crate) text: (usize, usize),
    pub(crate) next: usize,
}

impl Parser<'_> {
    /// Text without lists: what three backticks enclose, also over several lines, is code.
    pub(crate) fn code(&mut self, text: &[u16]) {
        const FENCE: &[u16] = &[0x60; 3];
        let fence = |from: usize| {
            let rest = text.get(from..)?;
            Some(from + rest.windows(FENCE.len()).position(|part| part == FENCE)?)
        };
        let mut done = 0;
        while let Some(open) = fence(done) {
            // There is at least one character inside.
            let Some(close) = fence(open + FENCE.len() + 1) else { break };
            self.out.tick(close - done);
            self.lines(&text[done..open]);
            self.out.node("codespan");
            self.out.key("text");
            self.out.raw("\"");
            let mentions = self.plain_code(Rule::CodeMention, &text[open + FENCE.len()..close]);
            let emoji = self.plain_code(Rule::CodeEmoji, &mentions);
            self.out.escaped(&emoji);
            self.out.raw("\"");
            self.out.end_node();
            done = close + FENCE.len();
        }
        self.lines(&text[done..]);
    }

    /// Text without code: from here on every line is on its own. Only a line feed ends a line.
    fn lines(&mut self, text: &[u16]) {
        for (i, line) in text.split(|unit| *unit == 10).enumerate() {
            if i > 0 {
                self.out.text(&[10]);
            }
            self.brackets(Rule::Mention, line);
        }
    }

    /// Code with its mentions or its emoji replaced by what they look like.
    fn plain_code(&mut self, rule: Rule, text: &[u16]) -> Vec<u16> {
        let mut out = Vec::new();
        let mut done = 0;
        while let Some((open, found)) = self.next_bracket(rule, text, done) {
            out.extend_from_slice(&text[done..open]);
            if rule == Rule::CodeMention {
                out.push(0x40);
            }
            out.extend_from_slice(&text[found.text.0..found.text.1]);
            done = found.next;
        }
        out.extend_from_slice(&text[done..]);
        out
    }

    /// One rule for angle brackets, then the next one on what is left.
    fn brackets(&mut self, rule: Rule, text: &[u16]) {
        let mut done = 0;
        let mut at = 0;
        while let Some((open, found)) = self.next_bracket(rule, text, at) {
            let first = &text[found.first.0..found.first.1];
            let first = match rule {
                Rule::Mention if first.contains(&0x25) => decoded(first, true).map(Cow::Owned),
                _ => Some(Cow::Borrowed(first)),
            };
            // An ID that cannot be decoded makes no mention: the text stays.
            if let Some(first) = first {
                self.left(rule, &text[done..open]);
                self.bracket_node(rule, &first, &text[found.text.0..found.text.1]);
                done = found.next;
            }
            at = found.next;
        }
        self.left(rule, &text[done..]);
    }

    /// The next node of a rule, and where its `<` is.
    pub(crate) fn next_bracket(
        &mut self,
        rule: Rule,
        text: &[u16],
        mut at: usize,
    ) -> Option<(usize, Bracket)> {
        loop {
            let open = at + text[at..].iter().position(|unit| *unit == 0x3c)?;
            let found = bracket(rule, text, open);
            let next = found.as_ref().map_or_else(|next| *next, |found| found.next);
            self.out.tick(next - at);
            at = next;
            if let Ok(found) = found {
                return Some((open, found));
            }
        }
    }

    /// What a rule left, for the next one.
    fn left(&mut self, rule: Rule, text: &[u16]) {
        match rule {
            Rule::Mention => self.brackets(Rule::Emoji, text),
            Rule::Emoji if self.source == Source::Edit => self.brackets(Rule::Link, text),
            Rule::Link => self.brackets(Rule::ActionLink, text),
            Rule::ActionLink => self.brackets(Rule::ActionButton, text),
            _ => self.styles(text),
        }
    }

    fn bracket_node(&mut self, rule: Rule, first: &[u16], text: &[u16]) {
        let (kind, key) = match rule {
            Rule::Mention => ("mention", "id"),
            Rule::Emoji => ("customemoji", "text"),
            Rule::Link => ("link", "url"),
            Rule::ActionLink => ("actionlink", "action"),
            _ => ("actionbutton", "action"),
        };
        self.out.node(kind);
        let (name, query) = match first.iter().position(|unit| *unit == 0x3f) {
            Some(mark) if key == "action" => (&first[..mark], &first[mark + 1..]),
            _ => (first, &first[..0]),
        };
        self.out.member(key, "", name);
        if key == "action" {
            push_params(&mut self.out, query);
        }
        match rule {
            Rule::Mention => self.out.member("text", "", text),
            Rule::Emoji => {}
            _ => {
                self.out.children();
                self.in_link = true;
                self.styles(text);
                self.in_link = false;
                return self.out.end_children();
            }
        }
        self.out.end_node();
    }
}

/// The node of this rule that starts with the `<` at `open`, or where to look for the next one:
/// after what could not be part of any.
fn bracket(rule: Rule, text: &[u16], open: usize) -> Result<Bracket, usize> {
    // Mentions and emoji only have small letters, but not so in code.
    let has = |opener: &&&str| {
        has_word(text, open, opener)
            && (rule > Rule::Emoji
                || opener.bytes().map(u16::from).eq(text[open..][..opener.len()].iter().copied()))
    };
    let opener = rule.openers().iter().find(has).ok_or(open + 1)?;
    let start = open + if rule == Rule::Link { 1 } else { opener.len() };
    let action = matches!(rule, Rule::ActionLink | Rule::ActionButton);
    let emoji = matches!(rule, Rule::Emoji | Rule::CodeEmoji);
    let until = |from: usize, mark: u16| {
        let is_end = |unit: &u16| {
            *unit == mark
                || match rule {
                    Rule::ActionLink | Rule::ActionButton => *unit == 10,
                    Rule::CodeMention if mark == 0x3e => false,
                    Rule::Mention if mark != 0x3e => *unit == 0x3e || is_space(*unit),
                    _ => is_line_end(*unit),
                }
        };
        let end = from + text[from..].iter().position(is_end).unwrap_or(text.len() - from);
        if text.get(end) == Some(&mark) {
            Ok(end)
        } else {
            Err(end)
        }
    };
    let first = if emoji { start } else { until(start, 0x7c)? };
    if action && first == start {
        return Err(open + 1);
    }
    let from = first + usize::from(!emoji);
    let end = until(from, 0x3e)?;
    let first = if emoji { end } else { first };
    Ok(Bracket { first: (start, first), text: (from, end), next: end + 1 })
}
