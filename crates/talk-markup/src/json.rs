//! Writing nodes as JSON text. The input is UTF-16, since that is what the rules count in, and a
//! lone surrogate goes out as an escape, as JavaScript's own JSON does it.

use alloc::string::String;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends nodes to a list that somebody else opened and closes.
pub(crate) struct Writer<'o> {
    out: &'o mut String,
    /// Whether the last thing in `out` is a text whose quote is still open.
    in_text: bool,
    #[cfg(test)]
    pub(crate) steps: u64,
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
    pub(crate) fn tick(&mut self, _steps: usize) {
        #[cfg(test)]
        {
            self.steps += _steps as u64;
        }
    }

    /// Text. What comes directly after other text becomes one string with it.
    pub(crate) fn text(&mut self, text: &[u16]) {
        if text.is_empty() {
            return;
        }
        if !self.in_text {
            self.comma();
            self.out.push('"');
            self.in_text = true;
        }
        self.escaped(text);
    }

    /// Opens a node up to its type.
    pub(crate) fn node(&mut self, kind: &str) {
        self.end_text();
        self.comma();
        self.out.push_str("{\"type\":\"");
        self.out.push_str(kind);
        self.out.push('"');
    }

    /// A string member of the node. `before` goes in front of the text.
    pub(crate) fn member(&mut self, key: &str, before: &str, text: &[u16]) {
        self.key(key);
        self.out.push('"');
        self.out.push_str(before);
        self.escaped(text);
        self.out.push('"');
    }

    /// A key, for a value that the caller writes.
    pub(crate) fn key(&mut self, key: &str) {
        self.out.push_str(",\"");
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// Text as it is, for the caller's own JSON.
    pub(crate) fn raw(&mut self, json: &str) {
        self.out.push_str(json);
    }

    /// Opens the node's list of children.
    pub(crate) fn children(&mut self) {
        self.key("children");
        self.out.push('[');
    }

    /// Ends the text that may be open.
    pub(crate) fn end_text(&mut self) {
        if self.in_text {
            self.out.push('"');
            self.in_text = false;
        }
    }

    /// Ends the children and the node.
    pub(crate) fn end_children(&mut self) {
        self.end_text();
        self.out.push_str("]}");
    }

    /// Ends a node without children.
    pub(crate) fn end_node(&mut self) {
        self.out.push('}');
    }

    fn comma(&mut self) {
        if !self.out.ends_with('[') {
            self.out.push(',');
        }
    }

    /// The inside of a JSON string.
    pub(crate) fn escaped(&mut self, text: &[u16]) {
        self.tick(text.len());
        for unit in char::decode_utf16(text.iter().copied()) {
            let (code, short) = match unit {
                Err(lone) => (lone.unpaired_surrogate(), 'u'),
                Ok(c @ ('"' | '\\')) => (0, c),
                Ok(c @ ('\0'..='\x1f')) => {
                    (c as u16, *b"uuuuuuuubtnufr".get(c as usize).unwrap_or(&b'u') as char)
                }
                Ok(c) => {
                    self.out.push(c);
                    continue;
                }
            };
            self.out.push('\\');
            self.out.push(short);
            if short == 'u' {
                for shift in [12, 8, 4, 0] {
                    self.out.push(HEX[usize::from(code >> shift & 15)] as char);
                }
            }
        }
    }
}
