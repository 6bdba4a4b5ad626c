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
        let mut old = core::mem::take(&mut self.0);
        let count_before = old.len();
        let mut changed = false;
        if !patch {
            // What a whole state does not name is gone.
            old.retain(|reaction| value.get(&reaction.emoji).is_some());
        } else if value.is_null() {
            old.clear();
        }
        for (emoji, fields) in value.entries() {
            let emoji = emoji.as_str().unwrap_or_default();
            let at = old.iter().position(|reaction| *reaction.emoji == *emoji);
            if !fields.is_object() {
                if let Some(at) = at {
                    old.remove(at);
                }
                continue;
            }
            let at = at.unwrap_or_else(|| {
                changed = true;
                let new =
                    Reaction { emoji: (*emoji).into(), count: 0, created_at: 0.0, mine: false };
                old.push(new);
                old.len() - 1
            });
            let reaction = &mut old[at];
            let before = (reaction.count, reaction.created_at, reaction.mine);
            if let Some(count) = fields.get("count").and_then(Raw::as_u32) {
                reaction.count = count;
            }
            if let Some(time) = fields.get("createdAt").and_then(Raw::as_f64) {
                reaction.created_at = time;
            }
            if let Some(mine) = fields.get("currentUserReacted").and_then(Raw::as_bool) {
                reaction.mine = mine;
            }
            changed |= before != (reaction.count, reaction.created_at, reaction.mine);
        }
        changed |= old.len() != count_before;
        for reaction in old {
            let before = |other: &Reaction| {
                (other.created_at, &other.emoji) <= (reaction.created_at, &reaction.emoji)
            };
            let at = self.0.iter().take_while(|other| before(other)).count();
            self.0.insert(at, reaction);
        }
        changed
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
