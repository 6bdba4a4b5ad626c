//! Writing JSON text without the formatting machinery of the standard library, which would cost
//! more bytes than all of this.

use alloc::string::String;

use talk_markup::push_char;

use super::Raw;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `text` as a JSON string, quotes included.
pub fn push_quoted(out: &mut String, text: &str) {
    push_char(out, '"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => b'"',
            b'\\' => b'\\',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..=0x1f => 0,
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or(""));
        plain = at + 1;
        push_char(out, '\\');
        if short == 0 {
            out.push_str("u00");
            push_char(out, char::from(HEX[usize::from(byte >> 4)]));
            push_char(out, char::from(HEX[usize::from(byte & 15)]));
        } else {
            push_char(out, char::from(short));
        }
    }
    out.push_str(text.get(plain..).unwrap_or(""));
    push_char(out, '"');
}

/// Texts, one behind the other.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts {
        out.push_str(part);
    }
    out
}

/// Appends a whole number.
pub fn push_u64(out: &mut String, mut number: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    for &digit in &digits[at..] {
        push_char(out, char::from(digit));
    }
}

/// Appends an object to a text, member by member. [`ObjectWriter::end`] closes it.
pub struct ObjectWriter<'a> {
    out: &'a mut String,
    opening: char,
}

impl<'a> ObjectWriter<'a> {
    /// Opens an object at the end of `out`.
    pub fn new(out: &'a mut String) -> Self {
        ObjectWriter { out, opening: '{' }
    }

    /// Appends a key and gives the text, for the value to be appended to. Keys are this program's
    /// own words: nothing in them needs a backslash.
    pub fn key(&mut self, key: &str) -> &mut String {
        push_char(self.out, self.opening);
        self.opening = ',';
        push_char(self.out, '"');
        self.out.push_str(key);
        self.out.push_str("\":");
        self.out
    }

    /// A member whose value is a string.
    pub fn str(&mut self, key: &str, value: &str) -> &mut Self {
        push_quoted(self.key(key), value);
        self
    }

    /// A member whose value is a whole number.
    pub fn u64(&mut self, key: &str, value: u64) -> &mut Self {
        push_u64(self.key(key), value);
        self
    }

    /// A member whose value is a boolean.
    pub fn bool(&mut self, key: &str, value: bool) -> &mut Self {
        self.key(key).push_str(if value { "true" } else { "false" });
        self
    }

    /// A member whose value is passed on as it came.
    pub fn raw(&mut self, key: &str, value: Raw) -> &mut Self {
        self.key(key).push_str(value.text());
        self
    }

    /// Closes the object.
    pub fn end(self) {
        if self.opening == '{' {
            push_char(self.out, '{');
        }
        push_char(self.out, '}');
    }
}

/// Appends an array to a text, element by element. [`ArrayWriter::end`] closes it.
pub struct ArrayWriter<'a> {
    out: &'a mut String,
    opening: char,
}

impl<'a> ArrayWriter<'a> {
    /// Opens an array at the end of `out`.
    pub fn new(out: &'a mut String) -> Self {
        ArrayWriter { out, opening: '[' }
    }

    /// Begins an element and gives the text, for the element to be appended to.
    pub fn item(&mut self) -> &mut String {
        push_char(self.out, self.opening);
        self.opening = ',';
        self.out
    }

    /// An element that is a string.
    pub fn str(&mut self, value: &str) -> &mut Self {
        push_quoted(self.item(), value);
        self
    }

    /// An element that is a whole number.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        push_u64(self.item(), value);
        self
    }

    /// An element that is passed on as it came.
    pub fn raw(&mut self, value: Raw) -> &mut Self {
        self.item().push_str(value.text());
        self
    }

    /// Closes the array.
    pub fn end(self) {
        if self.opening == '[' {
            push_char(self.out, '[');
        }
        push_char(self.out, ']');
    }
}
