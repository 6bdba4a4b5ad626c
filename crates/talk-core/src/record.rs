//! The attributes of a resource, as the JSON they came as.
//!
//! Users, messages, conversations and participants differ in their fields only, so each is a table
//! of fields ([`crate::schema`]) and one piece of code that reads, patches and writes.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{ObjectWriter, Raw};
use crate::schema;
use crate::sort::sorted;

/// What a field may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A string, or null.
    TextOrNull,
    /// A number.
    Number,
    /// A number, or null.
    NumberOrNull,
    /// A boolean.
    Flag,
    /// An object of strings. In a diff, null for a key removes it and null for all clears.
    TextMap,
    /// An array of strings. In a diff, null clears.
    TextList,
    /// An array of content blocks. What is in them is not looked at.
    Blocks,
    /// A boolean or `"MentionsOnly"`.
    Notify,
    /// By emoji an object. In a diff, null for an emoji removes it and null for all clears; an emoji's
    /// own members patch. An emoji whose value is no object goes.
    Reactions,
}

impl Kind {
    /// Whether it is an object of which a diff names only some keys.
    fn is_map(self) -> bool {
        matches!(self, Kind::TextMap | Kind::Reactions)
    }

    /// What stands for a value that is missing or of another type.
    fn default(self) -> &'static str {
        match self {
            Kind::Text => "\"\"",
            Kind::Number => "0",
            Kind::TextOrNull | Kind::NumberOrNull => "null",
            Kind::Flag => "false",
            Kind::TextMap | Kind::Reactions => "{}",
            Kind::TextList | Kind::Blocks => "[]",
            Kind::Notify => "true",
        }
    }

    pub(crate) fn accepts(self, value: Raw) -> bool {
        // A bit for each kind of value.
        let found = match value.first() {
            b'"' => 1,
            b'n' => 2,
            b't' | b'f' => 4,
            b'{' => 8,
            b'[' => 16,
            _ => 32,
        };
        let accepted = match self {
            Kind::Text => 1,
            Kind::TextOrNull => 1 | 2,
            Kind::Number => 32,
            Kind::NumberOrNull => 32 | 2,
            Kind::Flag => 4,
            Kind::TextMap | Kind::Reactions => 8,
            Kind::TextList | Kind::Blocks => 16,
            Kind::Notify => 4 | 1,
        };
        found & accepted != 0
    }
}

/// One field of a resource.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// The fields of a kind of resource, in the order in which snapshots show them. At most 28.
pub(crate) type Fields = &'static [Field];

/// A set of fields: bit n for field n.
pub(crate) type Mask = u32;

/// The values of one resource's fields. Every value is well-formed and of its field's kind.
#[derive(PartialEq)]
pub(crate) struct Record {
    /// All values, one behind the other, …
    text: Box<str>,
    /// … and where each ends.
    ends: Box<[u32]>,
}

impl Record {
    /// Reads a whole state. A field that is missing or of a wrong type gets its kind's default.
    pub(crate) fn read(fields: Fields, state: Raw) -> Record {
        let none = Record { text: Box::default(), ends: Box::default() };
        none.with(fields, state, false)
    }

    /// The record with what `state` has, whole values or (`patch`) a diff. Values of a wrong type
    /// are left out.
    pub(crate) fn with(&self, fields: Fields, state: Raw, patch: bool) -> Record {
        let mut news: [Option<Raw>; 28] = [None; 28];
        let new_record = self.ends.is_empty();
        for (key, value) in state.entries() {
            let key = key.text();
            if !new_record && key == "\"id\"" {
                // It was given with the first state. What was asked for, or what an event is about,
                // does not become something else.
                continue;
            }
            let at = fields.iter().position(|f| {
                key.len() == f.name.len() + 2 && key.get(1..key.len() - 1) == Some(f.name)
            });
            if let Some(at) = at {
                news[at] = Some(value);
            }
        }
        let mut text = String::with_capacity(self.text.len().max(state.text().len()));
        let mut ends = Vec::with_capacity(fields.len());
        for (at, field) in fields.iter().enumerate() {
            let kind = field.kind;
            let old = self.get(at);
            match news[at] {
                Some(new) if new.is_null() && (kind.is_map() || kind == Kind::TextList) => {
                    text.push_str(kind.default());
                }
                Some(new) if kind.is_map() && new.is_object() => {
                    merge(&mut text, if patch { old } else { Raw::NULL }, new, kind);
                }
                Some(new) if kind.accepts(new) => text.push_str(new.text()),
                _ if new_record => text.push_str(kind.default()),
                _ => text.push_str(old.text()),
            }
            ends.push(text.len() as u32);
        }
        Record { text: text.into(), ends: ends.into() }
    }

    /// The fields that have another value than in `other`.
    pub(crate) fn differs(&self, other: &Record) -> Mask {
        let differs = |at: &usize| self.get(*at).text() != other.get(*at).text();
        (0..self.ends.len()).filter(differs).fold(0, |mask, at| mask | 1 << at)
    }

    /// The value of a field.
    #[inline(never)]
    pub(crate) fn get(&self, field: usize) -> Raw<'_> {
        let start = match field.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0) as usize,
            None => 0,
        };
        match self.ends.get(field).and_then(|&end| self.text.get(start..end as usize)) {
            Some(text) => Raw::trusted(text),
            None => Raw::NULL,
        }
    }

    /// The value of the field of a name, if there is one.
    #[inline(never)]
    pub(crate) fn find(&self, fields: Fields, name: &str) -> Option<Raw<'_>> {
        fields.iter().position(|field| field.name == name).map(|at| self.get(at))
    }

    /// Writes the first `visible` fields that are in `mask`.
    #[inline(never)]
    pub(crate) fn write(&self, out: &mut ObjectWriter, fields: Fields, visible: usize, mask: Mask) {
        for (at, field) in fields.iter().enumerate().take(visible) {
            if mask & 1 << at != 0 {
                out.raw(field.name, self.get(at));
            }
        }
    }
}

/// A diff of a map applied to it: null removes a key. Of reactions all that is no object removes an
/// emoji, and an object is a diff of the one that is there. The keys come in order, so that equal maps
/// are equal texts.
///
/// Anyone may have put thousands of keys there, chosen at will. So the keys are sorted, and nothing
/// is looked for key by key.
#[inline(never)]
fn merge(text: &mut String, old: Raw, diff: Raw, kind: Kind) {
    let mut keys = Vec::new();
    let mut all = Vec::new();
    for (key, value) in old.entries().chain(diff.entries()) {
        // A key with half of a character in it is what it is written as.
        keys.push(key.as_str().unwrap_or(Cow::Borrowed(key.text())));
        all.push((key, value));
    }
    let order = sorted(keys.len(), &|a, b| (&keys[a], a) < (&keys[b], b));
    let deep = kind == Kind::Reactions;
    let mut object = ObjectWriter::new(text);
    let mut before = Raw::NULL;
    for (at, &own) in order.iter().enumerate() {
        let (key, value) = all[own];
        if order.get(at + 1).is_some_and(|&next| keys[next] == keys[own]) {
            // Of several values of a key the last one counts.
            before = value;
            continue;
        }
        let before = core::mem::replace(&mut before, Raw::NULL);
        let key = key.inner().unwrap_or_default();
        if deep && value.is_object() && before.is_object() {
            let own = Record::read(schema::EMOJI, before).with(schema::EMOJI, value, true);
            let mut object = ObjectWriter::new(object.key(key));
            own.write(&mut object, schema::EMOJI, schema::EMOJI.len(), Mask::MAX);
            object.end();
        } else if value.is_object() || !deep && !value.is_null() {
            object.raw(key, value);
        }
    }
    object.end();
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
