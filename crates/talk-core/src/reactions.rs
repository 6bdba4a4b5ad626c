//! The summary of a message's reactions.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ArrayWriter, ObjectWriter, Raw};
use crate::record::Record;
use crate::schema;
use crate::sort::sorted;

/// The list of a message's reactions that its snapshot shows, as JSON: the oldest emoji first, then by
/// emoji. One with a count of 0 is not shown.
#[inline(never)]
pub(crate) fn shown_reactions(message: &Record) -> String {
    let mut text = String::new();
    let mut list = ArrayWriter::new(&mut text);
    let mut all = Vec::new();
    for entry in message.get(schema::MESSAGE_REACTIONS).entries() {
        all.push(entry);
    }
    let number = |at: usize, name| all[at].1.get(name).and_then(Raw::as_f64).unwrap_or(0.0);
    let key = |at: usize| (number(at, "createdAt"), at);
    for at in sorted(all.len(), &|a, b| key(a) < key(b)) {
        let (emoji, own) = all[at];
        let count = number(at, "count") as u32;
        if count > 0 && emoji.as_id().is_some() {
            let mine = own.get("currentUserReacted").and_then(Raw::as_bool).unwrap_or(false);
            let mut object = ObjectWriter::new(list.item());
            object.raw("emoji", emoji).u64("count", count.into());
            object.bool("currentUserReacted", mine);
            object.end();
        }
    }
    list.end();
    text
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
