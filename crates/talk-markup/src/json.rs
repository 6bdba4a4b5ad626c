//! Writing nodes as JSON text. A lone surrogate goes out as an escape, as JavaScript's own JSON
//! does it.

use alloc::string::String;

use crate::text::Text;

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
    pub(crate) fn text(&mut self, text: Text) {
        if text.len() == 0 {
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
        self.string("type", kind, Text(&[]));
    }

    /// Opens the list of children of a node of a type.
    #[inline(never)]
    pub(crate) fn parent(&mut self, kind: &str) {
        self.node(kind);
        self.children();
    }

    /// Opens the node's list of children.
    pub(crate) fn children(&mut self) {
        self.raw(",\"children\":[");
    }

    /// Ends the children and the node.
    pub(crate) fn end_children(&mut self) {
        self.end_text();
        self.raw("]}");
    }

    /// A member whose key can be anything.
    pub(crate) fn string_in(&mut self, key: Text, value: Text) {
        self.comma();
        self.raw("\"");
        self.escaped(key);
        self.raw("\":\"");
        self.escaped(value);
        self.raw("\"");
    }

    /// A string member of the node. `before` goes in front of the text.
    #[inline(never)]
    pub(crate) fn string(&mut self, key: &str, before: &str, text: Text) {
        self.comma();
        self.raw("\"");
        self.raw(key);
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
    pub(crate) fn escaped(&mut self, text: Text) {
        self.tick(text.len());
        let mut at = 0;
        while at < text.len() {
            let unit = text.character(&mut at);
            if let Some(c) = char::from_u32(unit).filter(|c| *c >= ' ') {
                if matches!(c, '"' | '\\') {
                    self.out.push('\\');
                }
                self.out.push(c);
            } else if unit == 10 {
                self.raw("\\n");
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
