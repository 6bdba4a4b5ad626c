//! URLs and e-mail addresses in plain text, and around them the rules of HTML: nothing is found in
//! a tag, a comment, or between `<a>` and `</a>`.

use alloc::vec::Vec;

use crate::chars::{step, steps, Steps};
use crate::machines::{Guess, Kind};
use crate::rules::PHONES;
use crate::Parser;

impl Parser<'_> {
    /// Text without other nodes.
    #[inline(never)]
    pub(crate) fn urls(&mut self) {
        let mut found = Vec::new();
        self.visible(&mut found);
        let mut done = self.from;
        for Guess { kind, start, end, .. } in found {
            // Links may overlap. Then the text goes on after the one that came last.
            self.rule(PHONES, done, start);
            done = end;
            if self.in_link {
                self.text(start, end);
                continue;
            }
            let (before, target) = match kind {
                Kind::Email if self.has(start, MAILTO) => (MAILTO, start + MAILTO.len()),
                Kind::Email => (MAILTO, start),
                Kind::Scheme => ("", start),
                _ if self.at(start) == 0x2f => ("", start),
                _ => ("http://", start),
            };
            self.autolink(before, [target, end], start, end);
        }
        self.rule(PHONES, done, self.end);
    }

    /// Finds links in what HTML would show, tag by tag.
    #[inline(never)]
    fn visible(&mut self, found: &mut Vec<Guess>) {
        let mut state = DATA;
        // How many elements are open whose text is not searched.
        let mut hidden = 0usize;
        let (mut done, mut tag, mut name_end) = (self.from, 0, 0);
        let mut at = self.from;
        while at < self.end {
            self.tick(1);
            let before = state;
            state = step(STEPS.as_flattened(), STATES, state, self.kind(at));
            if before == DECLARATION {
                if self.has(at, "--") {
                    at += 1;
                    state = COMMENT;
                } else if self.has(at, "doctype") {
                    at += 6;
                    state = DOCTYPE;
                }
            }
            if state == OPEN {
                tag = at;
            }
            if before == NAME && state != NAME {
                name_end = at;
            }
            at += 1;
            if state != END_TAG {
                continue;
            }
            if hidden == 0 {
                self.unescaped(done, tag, found);
            }
            state = DATA;
            done = at;
            let closing = usize::from(self.at(tag + 1) == 0x2f);
            let name = tag + 1 + closing;
            // Comments have no name after their start. What closes itself hides nothing.
            let hides = |word: &str| name + word.len() == name_end && self.has(name, word);
            if before != SELF_CLOSE && ["a", "style", "script"].into_iter().any(hides) {
                hidden = if closing > 0 { hidden.saturating_sub(1) } else { hidden + 1 };
            }
        }
        if hidden == 0 {
            self.unescaped(done, self.end, found);
        }
    }

    /// Finds links in text without tags, between the references to characters that end any link.
    #[inline(never)]
    fn unescaped(&mut self, mut from: usize, end: usize, found: &mut Vec<Guess>) {
        let mut at = from;
        while at < end {
            at = self.find(at, "&").min(end);
            let mut next = at + 1;
            for word in REFERENCES {
                if at + word.len() <= end && self.has(at, word) {
                    self.find_urls(from, at, found);
                    next = at + word.len();
                    from = next;
                }
            }
            at = next;
        }
        self.find_urls(from, end, found);
    }
}

const MAILTO: &str = "mailto:";

const REFERENCES: [&str; 9] =
    ["&nbsp;", "&#160;", "&lt;", "&#60;", "&gt;", "&#62;", "&quot;", "&#34;", "&#39;"];

// Where the scan of tags is.
const DATA: u8 = 0;
/// After `<`.
const OPEN: u8 = 1;
/// After `</`.
const CLOSE: u8 = 2;
const NAME: u8 = 3;
const BEFORE_NAME: u8 = 4;
const ATTRIBUTE: u8 = 5;
const BEFORE_VALUE: u8 = 6;
const QUOTED: u8 = 7;
const SINGLE_QUOTED: u8 = 8;
const VALUE: u8 = 9;
/// After `/` in a tag.
const SELF_CLOSE: u8 = 10;
/// After `<!`.
const DECLARATION: u8 = 11;
const DOCTYPE: u8 = 12;
/// After `<!--`, and after one hyphen more.
const COMMENT: u8 = 13;
const COMMENT_HYPHEN: u8 = 14;
const IN_COMMENT: u8 = 15;
/// After one hyphen, two, and `--!` in a comment.
const HYPHEN: u8 = 16;
const HYPHENS: u8 = 17;
const BANG: u8 = 18;
/// At the `>` that ends a tag.
const END_TAG: u8 = 19;

const STATES: usize = 20;

static STEPS: Steps<STATES> = steps(
    DATA,
    &[
        (DATA, "<", OPEN),
        (OPEN, "!", DECLARATION),
        (OPEN, "/", CLOSE),
        (OPEN, "<", OPEN),
        (OPEN, "a", NAME),
        (CLOSE, "a", NAME),
        (NAME, "a0:", NAME),
        (NAME, " t", BEFORE_NAME),
        (NAME, "/", SELF_CLOSE),
        (NAME, ">", END_TAG),
        (NAME, "<", OPEN),
        (BEFORE_NAME, "*", ATTRIBUTE),
        (BEFORE_NAME, " t", BEFORE_NAME),
        (BEFORE_NAME, "=\"'c", DATA),
        (BEFORE_NAME, "/", SELF_CLOSE),
        (BEFORE_NAME, ">", END_TAG),
        (BEFORE_NAME, "<", OPEN),
        (ATTRIBUTE, "*", ATTRIBUTE),
        (ATTRIBUTE, "=", BEFORE_VALUE),
        (ATTRIBUTE, "\"'", DATA),
        (ATTRIBUTE, "/", SELF_CLOSE),
        (ATTRIBUTE, ">", END_TAG),
        (ATTRIBUTE, "<", OPEN),
        (BEFORE_VALUE, "*", VALUE),
        (BEFORE_VALUE, " t", BEFORE_VALUE),
        (BEFORE_VALUE, "\"", QUOTED),
        (BEFORE_VALUE, "'", SINGLE_QUOTED),
        (BEFORE_VALUE, "=>`", DATA),
        (BEFORE_VALUE, "<", OPEN),
        (QUOTED, "*", QUOTED),
        (QUOTED, "\"", BEFORE_NAME),
        (SINGLE_QUOTED, "*", SINGLE_QUOTED),
        (SINGLE_QUOTED, "'", BEFORE_NAME),
        (VALUE, "*", VALUE),
        (VALUE, " t", BEFORE_NAME),
        (VALUE, ">", END_TAG),
        (VALUE, "<", OPEN),
        (SELF_CLOSE, ">", END_TAG),
        (DOCTYPE, "*", DOCTYPE),
        (DOCTYPE, ">", END_TAG),
        (DOCTYPE, "<", OPEN),
        (COMMENT, "*", IN_COMMENT),
        (COMMENT, "-", COMMENT_HYPHEN),
        (COMMENT, ">", DATA),
        (COMMENT_HYPHEN, "*", IN_COMMENT),
        (COMMENT_HYPHEN, "-", HYPHENS),
        (COMMENT_HYPHEN, ">", DATA),
        (IN_COMMENT, "*", IN_COMMENT),
        (IN_COMMENT, "-", HYPHEN),
        (HYPHEN, "*", IN_COMMENT),
        (HYPHEN, "-", HYPHENS),
        (HYPHENS, "*", IN_COMMENT),
        (HYPHENS, "-", HYPHENS),
        (HYPHENS, "!", BANG),
        (HYPHENS, ">", END_TAG),
        (BANG, "*", IN_COMMENT),
        (BANG, "-", HYPHEN),
        (BANG, ">", END_TAG),
    ],
);
