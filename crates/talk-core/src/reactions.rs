//! The summary of a message's reactions.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ArrayWriter, ObjectWriter, Raw};
use crate::sort::sorted;

/// How often one emoji was used on a message.
struct Reaction {
    emoji: Box<str>,
    /// 0: it is not shown.
    count: u32,
    created_at: f64,
    mine: bool,
}

/// All reactions of a message.
#[derive(Default)]
pub(crate) struct Reactions {
    /// By emoji.
    all: Vec<Reaction>,
    /// Since they were changed: what JavaScript has.
    told: Option<String>,
}

impl Reactions {
    /// Takes over a state (`patch` false) or a diff: null removes an emoji, null for all clears, an
    /// emoji's own fields patch. An emoji whose value is no object goes.
    #[inline(never)]
    pub(crate) fn apply(&mut self, value: Raw, patch: bool) {
        if self.told.is_none() {
            self.told = Some(self.text());
        }
        if value.is_null() || !patch && value.is_object() {
            self.all.clear();
        }
        for (emoji, fields) in value.entries() {
            let Some(emoji) = emoji.as_id() else { continue };
            let at = self.all.partition_point(|own| *own.emoji < *emoji);
            if self.all.get(at).is_none_or(|own| *own.emoji != *emoji) {
                let new =
                    Reaction { emoji: (*emoji).into(), count: 0, created_at: 0.0, mine: false };
                self.all.insert(at, new);
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
    #[inline(never)]
    pub(crate) fn take_changed(&mut self) -> bool {
        self.told.take().is_some_and(|told| told != self.text())
    }

    #[inline(never)]
    fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Writes the list that a snapshot shows: the oldest emoji first, then by emoji.
    #[inline(never)]
    pub(crate) fn write(&self, out: &mut String) {
        let mut list = ArrayWriter::new(out);
        let key = |at: usize| (self.all[at].created_at, at);
        for at in sorted(self.all.len(), &|a, b| key(a) < key(b)) {
            let own = &self.all[at];
            if own.count > 0 {
                let mut object = ObjectWriter::new(list.item());
                object.str("emoji", &own.emoji).u64("count", own.count.into());
                object.bool("currentUserReacted", own.mine);
                object.end();
            }
        }
        list.end();
    }
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;

    /// Anyone may react with thousands of emojis: nothing is looked for emoji by emoji.
    #[test]
    fn fifty_thousand_emojis_come_in_order_and_change() {
        const COUNT: u32 = 50_000;
        let json = |of: &dyn Fn(u32) -> String| {
            let all: Vec<String> = (0..COUNT).map(|n| format!("\"{n:05}\":{}", of(n))).collect();
            format!("{{{}}}", all.join(","))
        };
        let mut reactions = Reactions::default();
        let state = json(&|n| format!(r#"{{"count":1,"createdAt":{}}}"#, COUNT - n / 2));
        reactions.apply(Raw::parse(&state).unwrap(), false);
        assert!(reactions.take_changed());
        let text = reactions.text();
        let first = r#"{"emoji":"49998","count":1,"currentUserReacted":false}"#;
        assert!(text.starts_with(&format!("[{first},{}", first.replace("49998", "49999"))));
        let news = json(&|n| if n % 2 == 0 { "null".into() } else { r#"{"count":2}"#.into() });
        reactions.apply(Raw::parse(&news).unwrap(), true);
        assert!(reactions.take_changed());
        assert_eq!(reactions.text().matches(r#""count":2"#).count() as u32, COUNT / 2);
    }
}
