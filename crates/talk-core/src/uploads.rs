//! Uploads: what goes with a file. The file itself stays with the shell.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Raw;

/// An upload that is under way.
pub(crate) struct Upload {
    pub(crate) call: u32,
    /// The name of the file.
    pub(crate) filename: String,
    /// The other fields of the form, in their order.
    pub(crate) fields: Vec<(&'static str, String)>,
}

impl Upload {
    pub(crate) fn new(call: u32, subtype: &str, metadata: Raw) -> Upload {
        let mut fields = Vec::new();
        if !subtype.is_empty() {
            fields.push(("subtype", String::from(subtype)));
        }
        let known: &[&'static str] = match subtype {
            "image" => &["width", "height"],
            "video" => &["width", "height", "duration"],
            "audio" | "voice" => &["duration"],
            _ => &[],
        };
        for &name in known {
            if let Some(value) = metadata.get(name) {
                fields.push((name, value.text().into()));
            }
        }
        let filename = metadata.get("filename").and_then(Raw::as_str).unwrap_or_default();
        Upload { call, filename: filename.into_owned(), fields }
    }
}
