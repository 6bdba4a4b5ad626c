//! The summary of a message's reactions.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ArrayWriter, ObjectWriter, Raw};

/// How often one emoji was used on a message.
struct Reaction {
    emoji: Box<str>,
    count: u32,
    created_at: f64,
    mine: bool,
}

/// All reactions of a message, the oldest emoji first, then by emoji.
#[derive(Default)]
pub(crate) struct Reactions(Vec<Reaction>);

impl Reactions {
    /// Takes over a state (`patch` false) or a diff: null removes an emoji, null for all clears, an
    /// emoji's own fields patch. Says whether anything changed.
    pub(crate) fn apply(&mut self, value: Raw, patch: bool) -> bool {
        let mut before = String::new();
        self.write(&mut before);
        if !patch || value.is_null() {
            self.0.clear();
        }
        for (emoji, fields) in value.entries() {
            let emoji = emoji.as_str().unwrap_or_default();
            let at = self.0.iter().position(|reaction| *reaction.emoji == *emoji);
            let mut reaction = match at {
                Some(at) => self.0.remove(at),
                None => Reaction { emoji: (*emoji).into(), count: 0, created_at: 0.0, mine: false },
            };
            if !fields.is_object() {
                continue;
            }
            for (key, value) in fields.entries() {
                match key.text() {
                    r#""count""# => reaction.count = value.as_u32().unwrap_or(0),
                    r#""createdAt""# => reaction.created_at = value.as_f64().unwrap_or(0.0),
                    r#""currentUserReacted""# => reaction.mine = value.as_bool() == Some(true),
                    _ => {}
                }
            }
            let at = self.0.partition_point(|other| {
                (other.created_at, &other.emoji) < (reaction.created_at, &reaction.emoji)
            });
            self.0.insert(at, reaction);
        }
        let mut after = String::new();
        self.write(&mut after);
        before != after
    }

    /// Writes the list that a snapshot shows.
    pub(crate) fn write(&self, out: &mut String) {
        let mut list = ArrayWriter::new(out);
        for reaction in &self.0 {
            let mut object = ObjectWriter::new(list.item());
            object.str("emoji", &reaction.emoji).u64("count", reaction.count.into());
            object.bool("currentUserReacted", reaction.mine);
            object.end();
        }
        list.end();
    }
}
