//! What a user types, as the content of a message: the markup of `send` and `edit`.
//!
//! The rules are those of the original client, found from outside: by sending texts and looking at
//! what went over the wire. They are regular expressions in all but name, with the oddities of
//! regular expressions, and every oddity is kept: other clients of the same conversation show what
//! the original would have sent. `tests/differential` compares; `tests/corpus.jsonl` is what was
//! seen.
//!
//! # Terms
//!
//! Everything counts in UTF-16 units. A *blank* is `\s` of JavaScript. `.` is any unit but a line
//! end (`\n`, `\r`, U+2028, U+2029). A *boundary* `B` is a blank or one of the marks listed in
//! `data/boundaries.txt`: ASCII punctuation but ``"`+=``, and some of other scripts. A *letter* is
//! any letter, digit or mark of any script, or an emoji, as listed in `data/letters.txt` (an older
//! Unicode; the ranges run on over places where there is no character yet); every character above U+FFFF is one, and so is half of one.
//!
//! # From the text to the nodes
//!
//! Each rule splits what the ones before left. Inside the nodes that it makes, only the rules after
//! it apply. Neighbouring strings are one.
//!
//! 1. **Lists.** `(^|\n)(\s*[-*+]\s+[^\n]+\n?)+` is a `bulletlist`; each repetition is a
//!    `bulletpoint` with what `[^\n]+` matched. In the rest `^\s*[-*+]\s+[^\n]+\n?`, with `^` after
//!    any line end, is a `bulletpoint` without a list; that happens after `\r` and its like.
//! 2. **Code.** ```` ```(any, at least one, as few as possible)``` ```` is a `codespan`. In its
//!    text first `<!!mention:.*?\|([^>]*)>` becomes `@` and what is in the brackets, then
//!    `<!!customemoji:(.*?)>` that; both in letters of any size.
//! 3. **Lines.** From here on every line is on its own, with the `\n` at its end.
//! 4. **Angle brackets**, one rule after the other:
//!    - `<!!mention:([^\s>|]*)\|([^>]*)>`, the second part with `.` only: a `mention` with `id`,
//!      percent-decoded, and `text`. Where that decoding fails the original throws; here the text
//!      stays as it is.
//!    - `<!!customemoji:(.*?)>`: a `customemoji` with `text`.
//!    - In an edit only, in letters of any size: `<((https?://|mailto:).*?)\|(.*?)>` is a `link`
//!      with `url`; `<actionlink:([^\n|]+)\|([^\n>]*)>` is an `actionlink`, and an `actionbutton`
//!      likewise. Their `action` goes up to the first `?`; what follows are their `params`, encoded
//!      as in forms (of equal keys the last one counts). Their text may have styles, but no links:
//!      what rule 6 finds there is put back as text (links that overlap come twice even so).
//! 5. **Styles.** With a marker `m` out of `*` (`bold`), `_` (`italic`) and `~` (`strikethrough`):
//!    `(^|B)m([^\sm].*?[^\sm]|[^\sm])m(?=B|$)`, the leftmost one of all three. The `B` in front
//!    becomes one blank. The first closing marker after two characters or more wins; a style of one
//!    character is what is left if there is none.
//! 6. **Links.** What looks like a `link` of rule 4 in a new message keeps its characters, but its
//!    URL, and its text with the `|` and the `>`, are texts of their own in the following.
//!
//!    The text is read as HTML. No links are found in a tag or a comment, nor between `<a>`,
//!    `<style>` or `<script>` and their end; `&nbsp;`, `&lt;`, `&gt;`, `&quot;` and `&#39;` (and
//!    the numbers of the first four) stand between texts. `links.rs` has the table of steps.
//!
//!    In each of these texts small machines look for links, side by side; `machines.rs` has their
//!    table. They start at every character that is not being read by one, and as a phone number or
//!    a name turns out to be none. They find:
//!    - `scheme:` URLs: `[A-Za-z][-+.A-Za-z0-9]*:`, and then `//` and a letter, or a host with a
//!      dot and an ASCII letter in it; not `javascript:` and `vbscript:`. If there is `https?://`
//!      inside, the URL starts there.
//!    - hosts, perhaps with `//` in front: labels of letters, `-` and `_` with dots between, that
//!      do not start with either nor end with `-`. The last label is a known top-level domain
//!      (`data/tlds.txt`, which has those of other scripts in their `xn--` form). Not after `@`.
//!    - addresses of four numbers below 256.
//!    - each of these with `:` and digits as a port, and a path from `/`, `?` or `#` on, of letters
//!      and ``-+&@#/%=~_()|'$*[]{}?!:,.;^``.
//!    - mail: letters, `.` between others and ``!#$%&'*+/=?^_`{|}~-`` before the `@`, a host of
//!      known domain behind it, perhaps `mailto:` in front.
//!
//!    At the end of each, `?!:,.;^` and closing brackets that nothing opened are no part of it. Of
//!    two that start at one place the longer one counts. Links that start at different places may
//!    overlap: both are sent, and the text goes on after the one that started last.
//!
//!    A link is an `autolink` with `text` and `url`: the text, with `http://` or `mailto:` in front
//!    where it has nothing of the kind.
//! 7. **Phone numbers**, in the text between links: `(^|E)([+(]?(\d[-. ()_+]?){5,11}\d\d)(E|$)`
//!    with `E` for any unit but ``-/:_``, ASCII letters and digits, is an `autolink` to `tel:` and
//!    its digits and `+`. Not if it is two years, `2010-2018`, the second one later, or two times,
//!    `9.30-11.00`.
//!
//! # Cost
//!
//! The work grows with the length of the text and no faster, whatever it holds: a search that
//! failed says from where on the next one can succeed. Nesting is bounded by the rules. Nothing
//! panics.

#![no_std]

extern crate alloc;

mod blocks;
mod brackets;
mod chars;
mod domains;
mod json;
mod links;
mod machines;
mod phones;
mod query;
mod rules;
mod styles;
mod text;

use alloc::string::String;
use alloc::vec::Vec;

use rules::LISTS;

/// Whose text it is. Links and actions with a text of their own are read in an edit only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The text of a new message.
    Send,
    /// The new text of a message that exists; also markup that the service sends.
    Edit,
}

/// Appends the nodes of a text, given as its UTF-16 units, to `out`, as the JSON text of a list.
pub fn push_nodes(out: &mut String, text: Vec<u16>, source: Source) {
    push_char(out, '[');
    let mut parser = Parser::new(out, text, source);
    parser.rule(LISTS, 0, parser.text.len());
    parser.end_text();
    push_char(out, ']');
}

/// Appends a character. `String::push` does the same, but comes from the standard library ready made,
/// and so in three copies, of which each is longer than this.
#[inline(never)]
pub fn push_char(out: &mut String, char: char) {
    out.push_str(char.encode_utf8(&mut [0; 4]));
}

/// One text on its way: where it goes, and what all rules share.
struct Parser<'o> {
    out: &'o mut String,
    /// Whether the last thing in `out` is a text whose quote is still open.
    in_text: bool,
    /// The whole text, and behind it what was made of parts of it.
    text: Vec<u16>,
    /// The part of it that is looked at, as if it were all.
    from: usize,
    end: usize,
    /// The kind of each unit.
    kinds: Vec<u8>,
    source: Source,
    /// Whether this is the text of a link or an action: no links are made of what is found there.
    in_link: bool,
    #[cfg(test)]
    steps: usize,
}

impl<'o> Parser<'o> {
    fn new(out: &'o mut String, text: Vec<u16>, source: Source) -> Self {
        Parser {
            out,
            in_text: false,
            text,
            from: 0,
            end: 0,
            kinds: chars::kinds(),
            source,
            in_link: false,
            #[cfg(test)]
            steps: 0,
        }
    }
}

#[cfg(test)]
mod tests;
