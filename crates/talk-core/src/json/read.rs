//! Looking inside a checked text.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use talk_markup::push_char;

use super::scan::{check_value, skip_blanks, skip_string, skip_value};

/// One well-formed JSON value, as the text it is, without blanks around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// The value `null`.
    pub const NULL: Raw<'static> = Raw("null");
    /// The value `{}`.
    pub const EMPTY_OBJECT: Raw<'static> = Raw("{}");

    /// Checks a whole text. `None` if it is not exactly one well-formed value.
    pub fn parse(text: &'a str) -> Option<Raw<'a>> {
        let bytes = text.as_bytes();
        let end = check_value(bytes, 0)?;
        if skip_blanks(bytes, end) != bytes.len() {
            return None;
        }
        text.get(skip_blanks(bytes, 0)..end).map(Raw)
    }

    /// As much of an array as is well-formed: its elements up to the first one that is not. Says,
    /// too, whether that is the whole text. `None` if it does not begin as an array does.
    pub(crate) fn parse_items(text: &'a str) -> Option<(Raw<'a>, bool)> {
        let bytes = text.as_bytes();
        let start = skip_blanks(bytes, 0);
        if bytes.get(start) != Some(&b'[') {
            return None;
        }
        let (mut end, mut next) = (start + 1, start + 1);
        while let Some(value_end) = check_value(bytes, next) {
            end = value_end;
            next = skip_blanks(bytes, end) + 1;
            if bytes.get(next - 1) != Some(&b',') {
                break;
            }
        }
        let whole = bytes.get(next.wrapping_sub(1)) == Some(&b']')
            && skip_blanks(bytes, next) == bytes.len();
        Some((Raw(text.get(start..end)?), whole))
    }

    /// As [`Raw::parse`]; what is not well-formed counts as `null`.
    pub(crate) fn read(text: &'a str) -> Raw<'a> {
        Raw::parse(text).unwrap_or(Raw::NULL)
    }

    /// Wraps a text that is known to be a well-formed value, such as one that was kept from an
    /// earlier [`Raw`].
    #[allow(dead_code)]
    pub(crate) fn trusted(text: &'a str) -> Raw<'a> {
        Raw(text)
    }

    /// The text itself.
    pub fn text(self) -> &'a str {
        self.0
    }

    /// The first character, which tells what kind of value this is.
    pub(crate) fn first(self) -> u8 {
        self.0.as_bytes().first().copied().unwrap_or(0)
    }

    /// Whether this is `null`.
    pub fn is_null(self) -> bool {
        self.first() == b'n'
    }

    /// Whether this is an object.
    #[inline(never)]
    pub fn is_object(self) -> bool {
        self.first() == b'{'
    }

    /// Whether this is an array.
    #[inline(never)]
    pub fn is_array(self) -> bool {
        self.first() == b'['
    }

    /// Whether this is a string.
    #[inline(never)]
    pub fn is_string(self) -> bool {
        self.first() == b'"'
    }

    /// Whether this is a number.
    pub fn is_number(self) -> bool {
        matches!(self.first(), b'-' | b'0'..=b'9')
    }

    /// The boolean, if this is one.
    pub fn as_bool(self) -> Option<bool> {
        match self.first() {
            b't' => Some(true),
            b'f' => Some(false),
            _ => None,
        }
    }

    /// The string, if this is one. One with a half of a character in it, as JavaScript's may have, is
    /// none: two that differ in such halves must not become the same.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        let inner = self.inner()?;
        let plain = inner.bytes().all(|byte| byte != b'\\');
        if plain {
            return Some(Cow::Borrowed(inner));
        }
        let mut text = String::new();
        for char in char::decode_utf16(unescape(inner)) {
            push_char(&mut text, char.ok()?);
        }
        Some(Cow::Owned(text))
    }

    /// The string, if it can name something: it is not empty.
    pub(crate) fn as_id(self) -> Option<Cow<'a, str>> {
        self.as_str().filter(|id| !id.is_empty())
    }

    /// The UTF-16 units of the string, halves of characters included; none if this is no string.
    pub fn units(self) -> Vec<u16> {
        unescape(self.inner().unwrap_or(""))
    }

    /// What stands between the quotes of a string.
    pub(crate) fn inner(self) -> Option<&'a str> {
        if self.is_string() {
            self.0.get(1..self.0.len() - 1)
        } else {
            None
        }
    }

    /// The number, if this is one. Integers below 2^53 are exact, as times in ms are; others may
    /// differ from the nearest double in the last digits, which no rule of this client depends on.
    pub fn as_f64(self) -> Option<f64> {
        self.is_number().then(|| to_number(self.0.as_bytes()))
    }

    /// The number as an unsigned integer, if it is one.
    pub fn as_u32(self) -> Option<u32> {
        let number = self.as_f64()?;
        let whole = number as u32;
        (f64::from(whole) == number).then_some(whole)
    }

    /// The elements, if this is an array; otherwise none.
    pub fn items(self) -> Items<'a> {
        Items { text: if self.is_array() { self.0 } else { "" }, at: 1 }
    }

    /// Keys (as written, in quotes) and values, if this is an object; otherwise none.
    #[inline(never)]
    pub fn entries(self) -> Entries<'a> {
        Entries { text: if self.is_object() { self.0 } else { "" }, at: 1 }
    }

    /// The value of a key, if this is an object that has it. With doubles, the last one counts, as
    /// in JavaScript.
    #[inline(never)]
    pub fn get(self, key: &str) -> Option<Raw<'a>> {
        let mut found = None;
        for (name, value) in self.entries() {
            if name.equals(key) {
                found = Some(value);
            }
        }
        found
    }

    /// Whether this is the string `text`.
    #[inline(never)]
    pub fn equals(self, text: &str) -> bool {
        self.as_str().is_some_and(|own| own == text)
    }
}

/// The elements of an array.
pub struct Items<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Items<'a> {
    type Item = Raw<'a>;

    fn next(&mut self) -> Option<Raw<'a>> {
        next_value(self.text, &mut self.at)
    }
}

/// The keys and values of an object.
pub struct Entries<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Raw<'a>, Raw<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        let start = skip_separators(bytes, self.at);
        if bytes.get(start) != Some(&b'"') {
            return None;
        }
        let end = skip_string(bytes, start);
        self.at = end;
        let key = self.text.get(start..end)?;
        Some((Raw(key), next_value(self.text, &mut self.at)?))
    }
}

/// The next value behind `at`, with whatever commas, colons and blanks are before it.
fn next_value<'a>(text: &'a str, at: &mut usize) -> Option<Raw<'a>> {
    let bytes = text.as_bytes();
    let start = skip_separators(bytes, *at);
    if matches!(bytes.get(start), None | Some(b']' | b'}')) {
        return None;
    }
    let end = skip_value(bytes, start);
    *at = end;
    text.get(start..end).map(Raw)
}

fn skip_separators(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b',' | b':' | b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The UTF-16 units that the inside of a string stands for, as in JavaScript.
fn unescape(inner: &str) -> Vec<u16> {
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(mut char) = rest.next() {
        if char == '\\' {
            char = match rest.next().unwrap_or(char) {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    // Half of a character is a unit, too.
                    out.push(hex(rest.as_str().as_bytes(), 0, 4).unwrap_or(0) as u16);
                    rest = rest.as_str().get(4..).unwrap_or("").chars();
                    continue;
                }
                other => other,
            };
        }
        out.extend_from_slice(char.encode_utf16(&mut [0; 2]));
    }
    out
}

/// So many hexadecimal digits as a number. `None` if there are fewer.
pub(crate) fn hex(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let mut number = 0;
    for &digit in bytes.get(at..at + count)? {
        number = number << 4
            | u32::from(match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                b'A'..=b'F' => digit - b'A' + 10,
                _ => return None,
            });
    }
    Some(number)
}

fn to_number(bytes: &[u8]) -> f64 {
    let (mut value, mut scale, mut exponent) = (0.0, 1.0, 0);
    let mut rest = bytes.iter();
    if bytes.first() == Some(&b'-') {
        rest.next();
    }
    let mut fraction = false;
    for &byte in rest.by_ref() {
        match byte {
            b'.' => fraction = true,
            // More digits than a double holds would only blur the ones that count.
            b'0'..=b'9' if fraction && value >= 1e15 => {}
            b'0'..=b'9' => {
                if fraction {
                    scale *= 10.0;
                }
                value = value * 10.0 + f64::from(byte - b'0');
            }
            _ => break,
        }
    }
    let small = rest.as_slice().first() == Some(&b'-');
    for byte in rest {
        if let b'0'..=b'9' = byte {
            exponent = (exponent * 10 + i32::from(byte - b'0')).min(400);
        }
    }
    value /= scale;
    for _ in 0..exponent {
        value = if small { value / 10.0 } else { value * 10.0 };
    }
    if bytes.first() == Some(&b'-') {
        -value
    } else {
        value
    }
}
