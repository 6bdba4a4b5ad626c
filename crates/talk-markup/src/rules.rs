//! Rule after rule, each on what the one before left: the one loop that all of them share.

use core::mem::replace;

use crate::{Parser, Source};

/// The rules, in the order in which they apply.
pub(crate) type Rule = usize;

pub(crate) const LISTS: Rule = 0;
pub(crate) const POINTS: Rule = 1;
pub(crate) const CODE: Rule = 2;
/// From here on every line is on its own. Only a line feed ends a line, and it belongs to it.
pub(crate) const LINES: Rule = 3;
pub(crate) const MENTION: Rule = 4;
pub(crate) const EMOJI: Rule = 5;
pub(crate) const LINK: Rule = 6;
pub(crate) const ACTION_LINK: Rule = 7;
pub(crate) const ACTION_BUTTON: Rule = 8;
pub(crate) const STYLES: Rule = 9;
/// What would be a link in an edit keeps its characters, but its parts are searched for URLs on
/// their own.
pub(crate) const PLAIN: Rule = 10;
pub(crate) const URLS: Rule = 11;
pub(crate) const PHONES: Rule = 12;
/// Nothing more is looked for.
const TEXT: Rule = 13;
// These two are for code alone.
pub(crate) const CODE_MENTION: Rule = 14;
pub(crate) const CODE_EMOJI: Rule = 15;

/// The type of each rule's node; the styles have three.
const TYPES: [&str; 12] = [
    "bulletlist",
    "bulletpoint",
    "codespan",
    "",
    "mention",
    "customemoji",
    "link",
    "actionlink",
    "actionbutton",
    "bold",
    "italic",
    "strikethrough",
];

/// What a rule has found.
#[derive(Clone, Copy, Default)]
pub(crate) struct Found {
    /// Where it starts, and where what follows it does.
    pub(crate) open: usize,
    pub(crate) next: usize,
    /// Its first part, or its only one.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// What follows the first part.
    pub(crate) rest: usize,
    pub(crate) rest_end: usize,
    /// Which of several types its node has.
    pub(crate) variant: usize,
}

impl Parser<'_> {
    /// Applies a rule to a part of the text, and those that come after it to what it leaves.
    pub(crate) fn rule(&mut self, rule: Rule, from: usize, end: usize) {
        if from >= end {
            return;
        }
        let outer = (replace(&mut self.from, from), replace(&mut self.end, end));
        if rule == TEXT {
            self.text(from, end);
        } else if rule == URLS {
            self.urls();
        } else {
            let next = match rule {
                EMOJI if self.source == Source::Send => STYLES,
                _ => rule + 1,
            };
            let (mut done, mut at) = (from, from);
            // For each style: no run of it closes before here.
            let mut barren = [0; 3];
            while let Some(found) = self.search(rule, at, &mut barren) {
                self.rule(next, done, found.open);
                self.node(rule, &found);
                done = found.next;
                // The edge after a number is not the one before the next.
                at = done + usize::from(rule == PHONES);
            }
            self.rule(next, done, end);
        }
        (self.from, self.end) = outer;
    }

    /// The next thing that a rule finds.
    #[inline(never)]
    fn search(&mut self, rule: Rule, at: usize, barren: &mut [usize; 3]) -> Option<Found> {
        match rule {
            LISTS => self.list(at),
            POINTS => self.next_point(at),
            CODE => self.code(at),
            LINES if at >= self.end => None,
            LINES => {
                let end = self.end.min(self.find(at, "\n") + 1);
                Some(Found { open: at, next: end, start: at, end, ..Found::default() })
            }
            STYLES => self.style(at, barren),
            PHONES => self.phone(at),
            _ => self.bracket(rule, at),
        }
    }

    /// Writes what a rule has found.
    #[inline(never)]
    fn node(&mut self, rule: Rule, found: &Found) {
        let &Found { open, next, start, end, rest, rest_end, variant } = found;
        let kept = self.text.len();
        match rule {
            LINES => return self.rule(MENTION, start, end),
            PLAIN => {
                self.text(open, start);
                self.rule(URLS, start, end);
                return self.rule(URLS, end, next);
            }
            PHONES => {
                for at in start..end {
                    if self.is_one_of(at, "0123456789+") {
                        self.keep(self.at(at));
                    }
                }
                return self.autolink("tel:", [kept, self.text.len()], start, end);
            }
            STYLES if start > open + 1 => {
                // The boundary before the marker ends up as a blank, whatever it was.
                self.keep(32);
                self.text(kept, kept + 1);
            }
            _ => {}
        }
        self.open_node(TYPES.get(rule + variant).copied().unwrap_or_default());
        let mut inner = STYLES;
        match rule {
            CODE => self.code_text(start, end),
            MENTION => {
                self.decode(start, end, false);
                self.string("id", "", kept, self.text.len());
            }
            LINK => self.string("url", "", start, end),
            ACTION_LINK | ACTION_BUTTON => self.action(start, end),
            LISTS => inner = POINTS,
            POINTS => inner = CODE,
            _ => {}
        }
        if matches!(rule, MENTION | EMOJI) {
            self.string("text", "", rest, rest_end);
        } else if rule != CODE {
            self.raw(",\"children\":[");
            self.in_link = self.in_link || rule != STYLES && rule > EMOJI;
            // The same marker makes no run inside a style, so this goes three deep at the most.
            self.rule(inner, rest, rest_end);
            self.in_link = self.in_link && rule == STYLES;
            self.end_text();
            self.raw("]");
        }
        self.raw("}");
    }
}
