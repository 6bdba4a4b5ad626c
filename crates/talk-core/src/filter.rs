//! Whether a conversation is one of those that a filter is about.
//!
//! A filter comes here in its canonical form, as the front writes it and as it goes over the wire:
//! an object of conditions that all hold, or `["any", [object, …]]` of which one holds. What is
//! asked about is my side of a conversation: all of it, or merely the diff of one that is not
//! known, which tells only some of its fields. So an answer need not be yes or no.
//!
//! Nothing is checked that the front has checked, so what is no filter may get any answer. Of a
//! condition with an operator or a name that is not known here nothing is known: it never makes a
//! conversation fit, and never keeps one out that another part of the filter lets in.

use crate::json::Raw;

/// Whether a conversation fits, ordered from no to yes. The numbers are single bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It does not, whatever the rest of it is.
    No = 1,
    /// Nothing that is known is about what the filter asks. If this is a diff, it did not change
    /// whether the conversation fits.
    Unmentioned = 2,
    /// It may.
    Unknown = 4,
    /// It does, whatever the rest of it is.
    Yes = 8,
}

/// Judges by the fields of a side, as on the wire; `field` has `None` for one that is not known.
/// `whole` says that a key that is not in `custom` is not in the conversation either; in a diff it
/// is one that did not change.
pub(crate) fn fits<'a>(
    filter: Raw,
    whole: bool,
    field: &dyn Fn(&str) -> Option<Raw<'a>>,
) -> Verdict {
    let Some(parts) = filter.items().nth(1) else { return all(filter, whole, field) };
    let mut best = Verdict::No;
    for part in parts.items() {
        best = best.max(all(part, whole, field));
    }
    best
}

/// Whether all conditions of an object hold.
fn all<'a>(part: Raw, whole: bool, field: &dyn Fn(&str) -> Option<Raw<'a>>) -> Verdict {
    let mut seen = if part.is_object() { 0 } else { Verdict::Unknown as u8 };
    for (key, test) in part.entries() {
        let name = key.text();
        let value = match name {
            "\"custom\"" => {
                let custom = field("custom");
                for (key, test) in test.entries() {
                    let value = custom.and_then(|custom| {
                        // Null clears all keys.
                        let absent = (whole || custom.is_null()).then_some(Raw::NULL);
                        custom.get(&key.as_str().unwrap_or_default()).or(absent)
                    });
                    seen |= one(test, value) as u8;
                }
                continue;
            }
            "\"hasMessages\"" => {
                // Without messages a conversation's last activity is that I joined it.
                field("hasMessages").or_else(|| {
                    field("lastMessageAt").map(|last| match field("joinedAt") {
                        Some(joined) if last == joined => Raw::trusted("false"),
                        Some(_) => Raw::trusted("true"),
                        None => Raw::EMPTY_OBJECT,
                    })
                })
            }
            "\"lastActivityAt\"" => field("lastMessageAt"),
            _ => field(name.get(1..name.len() - 1).unwrap_or_default()),
        };
        seen |= one(test, value) as u8;
    }
    match seen {
        0 | 8 => Verdict::Yes,
        2 => Verdict::Unmentioned,
        _ if seen & 1 != 0 => Verdict::No,
        _ => Verdict::Unknown,
    }
}

/// The verdict on one condition.
#[inline(never)]
fn one(test: Raw, value: Option<Raw>) -> Verdict {
    let Some(value) = value else { return Verdict::Unmentioned };
    match holds(test, value) {
        Some(false) => Verdict::No,
        None => Verdict::Unknown,
        Some(true) => Verdict::Yes,
    }
}

/// Whether one value is as a condition wants it. `None` if the condition is not understood, or is
/// not about such a value.
fn holds(test: Raw, value: Raw) -> Option<bool> {
    let mut parts = test.items();
    // Operators differ in their first letter behind the quote and, perhaps, the `!`.
    let operator = parts.next().unwrap_or(test).text().as_bytes();
    let operand = parts.next().unwrap_or(Raw::NULL);
    let not = operator.get(1) == Some(&b'!');
    let is = match *operator.get(1 + usize::from(not))? {
        // `==` and `oneOf`.
        b'=' | b'o' => same(operand, value) || operand.items().any(|one| same(one, value)),
        // `exists`.
        b'e' => !value.is_null(),
        // `true` and `false`, which have no quotes.
        b'r' | b'a' => value.as_bool()? == test.as_bool()?,
        letter => {
            let number = value.as_f64()?;
            let mut ends = operand.items();
            let end = ends.next().unwrap_or(operand).as_f64()?;
            match letter {
                b'>' => number > end,
                b'<' => number < end,
                // `between`.
                b'b' => end <= number && number < ends.next()?.as_f64()?,
                _ => return None,
            }
        }
    };
    Some(is != not)
}

/// Whether two texts are the same, or both null.
fn same(one: Raw, value: Raw) -> bool {
    match value.as_str() {
        Some(text) => one.equals(&text),
        // Null, or a text with halves of characters.
        None => one.text() == value.text(),
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
