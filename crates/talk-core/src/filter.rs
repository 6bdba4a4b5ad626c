//! Whether a conversation is one of those that a filter is about.
//!
//! A filter comes here in its canonical form, as the front writes it and as it goes over the wire:
//! an object of conditions that all hold, or `["any", [object, …]]` of which one holds. What is
//! asked about is my side of a conversation: all of it, or merely the diff of one that is not
//! known, which tells only some of its fields. So an answer need not be yes or no.
//!
//! Tolerated by this rule: a condition that is not understood is one that nothing is known about.
//! It never makes a conversation fit, and never keeps one out that another part lets in.

use crate::json::Raw;

/// Whether a conversation fits, ordered from no to yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It does not, whatever the rest of it is.
    No,
    /// Nothing that is known is about what the filter asks. If this is a diff, it did not change
    /// whether the conversation fits.
    Unmentioned,
    /// It may.
    Unknown,
    /// It does, whatever the rest of it is.
    Yes,
}

/// Judges by the fields of a side, as on the wire; `field` has `None` for one that is not known.
/// `whole` says that a key that is not in `custom` is not in the conversation either; in a diff it
/// is one that did not change.
pub(crate) fn fits<'a>(
    filter: Raw,
    whole: bool,
    field: &dyn Fn(&str) -> Option<Raw<'a>>,
) -> Verdict {
    match filter.items().nth(1) {
        Some(parts) => parts.items().map(|part| all(part, whole, field)).max(),
        None => Some(all(filter, whole, field)),
    }
    .unwrap_or(Verdict::No)
}

/// Whether all conditions of an object hold.
fn all<'a>(part: Raw, whole: bool, field: &dyn Fn(&str) -> Option<Raw<'a>>) -> Verdict {
    // The bit of each verdict that a condition got.
    let mut seen = if part.is_object() { 0 } else { UNKNOWN };
    let mut judge = |test: Raw, value: Option<Raw>| {
        seen |= 1 << value.map_or(Verdict::Unmentioned, |value| one(test, value)) as u8;
    };
    for (key, test) in part.entries() {
        match key.text() {
            "\"custom\"" if test.is_object() => {
                let custom = field("custom");
                for (key, test) in test.entries() {
                    let absent = whole.then_some(Raw::NULL);
                    let of_key = |custom: Raw<'a>| match custom.is_object() {
                        true => custom.get(&key.as_str().unwrap_or_default()).or(absent),
                        // Null clears.
                        false => custom.is_null().then_some(custom),
                    };
                    judge(test, custom.and_then(of_key));
                }
            }
            "\"hasMessages\"" => {
                // Without messages a conversation's last activity is that I joined it.
                let time = |name| field(name).and_then(Raw::as_f64);
                let value = match (time("lastMessageAt"), time("joinedAt")) {
                    (None, None) => None,
                    (Some(last), Some(joined)) if last == joined => Some("false"),
                    (Some(_), Some(_)) => Some("true"),
                    _ => Some("null"),
                };
                judge(test, value.map(Raw::trusted));
            }
            "\"lastActivityAt\"" => judge(test, field("lastMessageAt")),
            name => judge(test, field(name.trim_matches('"'))),
        }
    }
    match seen {
        _ if seen & NO != 0 => Verdict::No,
        UNMENTIONED => Verdict::Unmentioned,
        0 | YES => Verdict::Yes,
        _ => Verdict::Unknown,
    }
}

const NO: u8 = 1 << Verdict::No as u8;
const UNMENTIONED: u8 = 1 << Verdict::Unmentioned as u8;
const UNKNOWN: u8 = 1 << Verdict::Unknown as u8;
const YES: u8 = 1 << Verdict::Yes as u8;

/// Whether one value is as a condition wants it.
fn one(test: Raw, value: Raw) -> Verdict {
    match holds(test, value) {
        Some(false) => Verdict::No,
        None => Verdict::Unknown,
        Some(true) => Verdict::Yes,
    }
}

/// `None` if the condition is not one that is known, or not one of such a value.
fn holds(test: Raw, value: Raw) -> Option<bool> {
    if let Some(wanted) = test.as_bool() {
        return Some(value.as_bool()? == wanted);
    }
    let mut parts = test.items();
    let operator = parts.next().unwrap_or(test).text().as_bytes();
    let operand = parts.next().unwrap_or(Raw::NULL);
    let (not, name) = match operator {
        [b'"', b'!', name @ ..] => (true, name),
        [b'"', name @ ..] => (false, name),
        _ => return None,
    };
    let text = value.as_str();
    let is = if text.is_some() || value.is_null() {
        let same = |operand: Raw| operand.as_str() == text;
        match name {
            b"exists\"" => text.is_some(),
            b"==\"" if !not => same(operand),
            b"=\"" if not => same(operand),
            b"oneOf\"" => operand.items().any(same),
            _ => return None,
        }
    } else {
        let number = value.as_f64()?;
        let mut ends = operand.items().map(Raw::as_f64);
        match name {
            b">\"" => number > operand.as_f64()?,
            b"<\"" => number < operand.as_f64()?,
            b"between\"" => ends.next()?? <= number && number < ends.next()??,
            _ => return None,
        }
    };
    Some(is != not)
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
