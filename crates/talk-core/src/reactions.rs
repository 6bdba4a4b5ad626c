//! The summary of a message's reactions.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ArrayWriter, ObjectWriter};
use crate::record::{Mask, Record};
use crate::schema;
use crate::sort::sorted;

/// The list of a message's reactions that its snapshot shows, as JSON: the oldest emoji first, then by
/// emoji. One with a count of 0 is not shown.
#[inline(never)]
pub(crate) fn shown_reactions(message: &Record) -> String {
    let mut text = String::new();
    let mut list = ArrayWriter::new(&mut text);
    let mut all = Vec::new();
    for (emoji, own) in message.get(schema::MESSAGE_REACTIONS).entries() {
        let own = Record::read(schema::EMOJI, own);
        let number = |at: usize| own.get(at).as_f64().unwrap_or(0.0);
        if number(schema::EMOJI_COUNT) >= 1.0 && emoji.as_id().is_some() {
            all.push((number(schema::EMOJI_CREATED_AT), emoji, own));
        }
    }
    for at in sorted(all.len(), &|a, b| (all[a].0, a) < (all[b].0, b)) {
        let (_, emoji, own) = &all[at];
        let mut object = ObjectWriter::new(list.item());
        object.raw("emoji", *emoji);
        own.write(&mut object, schema::EMOJI, schema::EMOJI_VISIBLE, Mask::MAX);
        object.end();
    }
    list.end();
    text
}

#[cfg(test)]
mod tests {
    use std::format;

    use super::*;
    use crate::json::Raw;

    /// Anyone may react with thousands of emojis: nothing is looked for emoji by emoji.
    #[test]
    fn fifty_thousand_emojis_come_in_order_and_change() {
        const COUNT: u32 = 50_000;
        let json = |of: &dyn Fn(u32) -> String| {
            let all: Vec<String> = (0..COUNT).map(|n| format!("\"{n:05}\":{}", of(n))).collect();
            format!("{{{}}}", all.join(","))
        };
        let state = json(&|n| format!(r#"{{"count":1,"createdAt":{}}}"#, COUNT - n / 2));
        let message = |reactions: &str| format!("{{\"reactions\":{reactions}}}");
        let state = message(&state);
        let record = Record::read(schema::MESSAGE, Raw::parse(&state).unwrap());
        let text = shown_reactions(&record);
        let first = r#"{"emoji":"49998","count":1,"currentUserReacted":false}"#;
        assert!(text.starts_with(&format!("[{first},{}", first.replace("49998", "49999"))));
        let news = json(&|n| if n % 2 == 0 { "null".into() } else { r#"{"count":2}"#.into() });
        let record = record.with(schema::MESSAGE, Raw::parse(&message(&news)).unwrap(), true);
        assert_eq!(shown_reactions(&record).matches(r#""count":2"#).count() as u32, COUNT / 2);
    }
}
