#![no_std]
//! What a user types, as the content of a message.

extern crate alloc;

mod blocks;
mod chars;
mod json;
mod links;
mod machines;
mod nodes;
mod phones;
mod query;
mod styles;
mod text;

use alloc::string::String;
use alloc::vec::Vec;

use chars::Tables;
use json::Writer;
use text::Text;

/// Which text it is. Links and actions of the writer's own choice are read in an edit only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The text of a new message.
    Send,
    /// The new text of a message that exists.
    Edit,
}

/// Appends the nodes of `text` to `out`, as the JSON text of a list.
pub fn push_nodes(out: &mut String, text: &str, source: Source) {
    let units: Vec<u16> = text.encode_utf16().collect();
    push_nodes_utf16(out, &units, source);
}

/// As [`push_nodes`], for text that may have lone surrogates.
pub fn push_nodes_utf16(out: &mut String, text: &[u16], source: Source) {
    out.push('[');
    let mut parser = Parser::new(out, source);
    parser.blocks(Text(text));
    parser.out.end_text();
    out.push(']');
}

/// One text on its way: where it goes, and what all rules share.
struct Parser<'o> {
    out: Writer<'o>,
    tables: Tables,
    source: Source,
    /// Whether this is the text of a link or an action: no links are made of what is found there.
    in_link: bool,
}

impl<'o> Parser<'o> {
    fn new(out: &'o mut String, source: Source) -> Self {
        Parser { out: Writer::new(out), tables: Tables::default(), source, in_link: false }
    }
}

#[cfg(test)]
mod tests;
