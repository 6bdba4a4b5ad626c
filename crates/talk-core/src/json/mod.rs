//! JSON as text that is read in place and passed on unread.
//!
//! Most of what a chat client receives it only hands to the page: content, custom data, photo URLs.
//! So a value is never turned into a tree. [`Raw::parse`] checks a text once, whole; after that a
//! [`Raw`] is a slice of it that is known to be one well-formed value, and looking inside cannot
//! fail. What the client does not need to understand stays the text it was, down to lone surrogate
//! escapes, and goes to JavaScript's own parser.
//!
//! This is our own code and not a library because of what ships: `serde_json` with one struct adds
//! 30 kB (brotli) to a package whose limit is 47 kB; this module adds under 2 kB.

mod read;
mod scan;
mod write;

pub use read::{Entries, Items, Raw};
pub use talk_markup::push_char;
pub(crate) use write::concat;
pub use write::{push_quoted, push_u64, ArrayWriter, ObjectWriter};

#[cfg(test)]
mod tests;
