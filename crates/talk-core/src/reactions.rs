//! The summary of a message's reactions.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ArrayWriter, ObjectWriter, Raw};

/// How often one emoji was used on a message.
struct Reaction {
    emoji: Box<str>,
    /// 0: it is not shown.
    count: u32,
    created_at: f64,
    mine: bool,
}

/// All reactions of a message. At most 50, so they are searched and ordered by looking at each.
#[derive(Default)]
pub(crate) struct Reactions {
    all: Vec<Reaction>,
    /// Since they were changed: what JavaScript has.
    told: Option<String>,
}

impl Reactions {
    /// Takes over a state (`patch` false) or a diff: null removes an emoji, null for all clears, an
    /// emoji's own fields patch. An emoji whose value is no object goes.
    pub(crate) fn apply(&mut self, value: Raw, patch: bool) {
        if self.told.is_none() {
            self.told = Some(self.text());
        }
        if value.is_null() || !patch && value.is_object() {
            self.all.clear();
        }
        for (emoji, fields) in value.entries() {
            let Some(emoji) = emoji.as_id() else { continue };
            let at = self.all.iter().position(|own| *own.emoji == *emoji).unwrap_or(self.all.len());
            if at == self.all.len() {
                self.all.push(Reaction {
                    emoji: (*emoji).into(),
                    count: 0,
                    created_at: 0.0,
                    mine: false,
                });
            }
            if !fields.is_object() {
                self.all.remove(at);
                continue;
            }
            let own = &mut self.all[at];
            // As in a record, what is missing or of a wrong type stays as it was.
            let field = |name| fields.get(name);
            own.count = field("count").and_then(Raw::as_u32).unwrap_or(own.count);
            own.created_at = field("createdAt").and_then(Raw::as_f64).unwrap_or(own.created_at);
            own.mine = field("currentUserReacted").and_then(Raw::as_bool).unwrap_or(own.mine);
        }
    }

    /// Whether they differ from what JavaScript has, which it then gets.
    pub(crate) fn take_changed(&mut self) -> bool {
        self.told.take().is_some_and(|told| told != self.text())
    }

    fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Writes the list that a snapshot shows: the oldest emoji first, then by emoji.
    pub(crate) fn write(&self, out: &mut String) {
        let mut list = ArrayWriter::new(out);
        let mut last: Option<&Reaction> = None;
        let before = |a: &Reaction, b: &Reaction| {
            a.created_at < b.created_at || (a.created_at == b.created_at && a.emoji < b.emoji)
        };
        loop {
            let mut next: Option<&Reaction> = None;
            for own in self.all.iter().filter(|own| own.count > 0) {
                let follows = last.is_none_or(|last| before(last, own));
                if follows && next.is_none_or(|next| before(own, next)) {
                    next = Some(own);
                }
            }
            let Some(own) = next else { break };
            let mut object = ObjectWriter::new(list.item());
            object.str("emoji", &own.emoji).u64("count", own.count.into());
            object.bool("currentUserReacted", own.mine);
            object.end();
            last = next;
        }
        list.end();
    }
}
