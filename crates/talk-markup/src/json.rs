//! Writing nodes as JSON text. A lone surrogate goes out as an escape, as JavaScript's own JSON
//! does it.

use alloc::string::String;

/// Appends nodes to a list that somebody else opened and closes.
pub(crate) struct Writer<'o> {
    out: &'o mut String,
    /// Whether the last thing in `out` is a text whose quote is still open.
    in_text: bool,
    #[cfg(test)]
    pub(crate) steps: usize,
}

impl<'o> Writer<'o> {
    pub(crate) fn new(out: &'o mut String) -> Self {
        Writer {
            out,
            in_text: false,
            #[cfg(test)]
            steps: 0,
        }
    }

    /// Counts work, so that tests can see that it grows with the length of the text and no faster.
    #[inline(always)]
    pub(crate) fn tick(&mut self, _steps: usize) {
        #[cfg(test)]
        {
            self.steps += _steps;
        }
    }

    /// Text. What comes directly after other text becomes one string with it.
    #[inline(never)]
    pub(crate) fn text(&mut self, text: &[u16]) {
        if text.is_empty() {
            return;
        }
        if !self.in_text {
            self.comma();
            self.raw("\"");
            self.in_text = true;
        }
        self.escaped(text);
    }

    /// Ends the text that may be open.
    #[inline(never)]
    pub(crate) fn end_text(&mut self) {
        if self.in_text {
            self.raw("\"");
            self.in_text = false;
        }
    }

    /// Opens a node of a type.
    #[inline(never)]
    pub(crate) fn node(&mut self, kind: &str) {
        self.end_text();
        self.comma();
        self.raw("{");
        self.string("type", kind, &[]);
    }

    /// A link that was found in the text. `before` goes in front of its target.
    #[inline(never)]
    pub(crate) fn autolink(&mut self, before: &str, target: &[u16], shown: &[u16]) {
        self.node("autolink");
        self.string("url", before, target);
        self.string("text", "", shown);
        self.raw("}");
    }

    /// A string member of the node. `before` goes in front of the text.
    #[inline(never)]
    pub(crate) fn string(&mut self, key: &str, before: &str, text: &[u16]) {
        self.comma();
        self.raw("\"");
        self.raw(key);
        self.value(before, text);
    }

    /// The key of a member, for [`Writer::value`] to go on.
    pub(crate) fn key(&mut self, key: &[u16]) {
        self.comma();
        self.raw("\"");
        self.escaped(key);
    }

    #[inline(never)]
    pub(crate) fn value(&mut self, before: &str, text: &[u16]) {
        self.raw("\":\"");
        self.raw(before);
        self.escaped(text);
        self.raw("\"");
    }

    /// Text as it is, for the caller's own JSON.
    #[inline(never)]
    pub(crate) fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// A comma, if something stands before that is not an opening bracket.
    #[inline(never)]
    fn comma(&mut self) {
        if !matches!(self.out.as_bytes().last(), Some(b'[' | b'{')) {
            self.raw(",");
        }
    }

    /// The inside of a JSON string.
    #[inline(never)]
    fn escaped(&mut self, text: &[u16]) {
        self.tick(text.len());
        let mut at = 0;
        while at < text.len() {
            let unit = character(text, &mut at);
            if let Some(c) = char::from_u32(unit).filter(|c| *c >= ' ') {
                if matches!(c, '"' | '\\') {
                    self.raw("\\");
                }
                self.out.push(c);
            } else {
                self.raw("\\u");
                for shift in [12, 8, 4, 0] {
                    let digit = unit >> shift & 15;
                    self.out.push(char::from(digit as u8 + if digit > 9 { 87 } else { 48 }));
                }
            }
        }
    }
}

/// The character at a place, which moves on behind it: one unit, or two for what is above U+FFFF.
/// Nothing behind the end.
#[inline(never)]
pub(crate) fn character(text: &[u16], at: &mut usize) -> u32 {
    let unit = |at| text.get(at).map_or(0, |unit| u32::from(*unit));
    let (high, low) = (unit(*at), unit(*at + 1));
    *at += 1;
    if high & 0xfc00 != 0xd800 || low & 0xfc00 != 0xdc00 {
        return high;
    }
    *at += 1;
    0x1_0000 + ((high & 0x3ff) << 10) + (low & 0x3ff)
}
