//! The JSON reader against `serde_json`: both take the same texts, and see the same in them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use serde_json::Value;
use talk_core::json::Raw;

fuzz_target!(|text: &str| {
    // `RawValue` checks the grammar alone: not the depth, nor what numbers and escapes stand for.
    let valid = serde_json::from_str::<&RawValue>(text).is_ok();
    let Some(raw) = Raw::parse(text) else {
        assert!(!valid, "the reader refuses what is JSON");
        return;
    };
    assert!(valid, "the reader takes what is no JSON");
    assert_eq!(raw.text(), text.trim_matches(|c| matches!(c, ' ' | '\t' | '\n' | '\r')));
    // Depth, halves of characters and numbers beyond a double are more than `Value` can hold.
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        compare(raw, &value);
    }
});

fn compare(raw: Raw, value: &Value) {
    assert_eq!(raw.is_null(), value.is_null());
    assert_eq!(raw.as_bool(), value.as_bool());
    assert_eq!(raw.as_str().as_deref(), value.as_str());
    assert_eq!(raw.as_f64().is_some(), value.is_number());
    if let (Some(own), Some(theirs)) = (raw.as_f64(), value.as_f64()) {
        // Whole numbers below 2^53 are exact; others may differ in the last digits.
        let exact = theirs.fract() == 0.0 && theirs.abs() < 9e15 && !raw.text().contains(['e', 'E', '.']);
        let near = (own - theirs).abs() <= theirs.abs() * 1e-9 || theirs.abs() < 1e-300;
        assert!(own == theirs || !exact && near, "{} is {theirs} and not {own}", raw.text());
    }
    let whole = value.as_u64().filter(|own| *own <= u32::MAX.into());
    if let (Some(whole), false) = (whole, raw.text().contains(['e', 'E', '.'])) {
        assert_eq!(raw.as_u32(), Some(whole as u32));
    }
    let items: Vec<Raw> = raw.items().collect();
    assert_eq!(items.len(), value.as_array().map_or(0, Vec::len));
    for (raw, value) in items.into_iter().zip(value.as_array().into_iter().flatten()) {
        compare(raw, value);
    }
    let keys = raw.entries().filter_map(|(key, _)| key.as_str());
    let mut seen: Vec<String> = keys.map(|key| key.into_owned()).collect();
    seen.sort();
    seen.dedup();
    let members = value.as_object();
    assert_eq!(seen.len(), members.map_or(0, |members| members.len()));
    for (key, value) in members.into_iter().flatten() {
        // Of doubles the last one counts.
        match raw.get(key) {
            Some(raw) => compare(raw, value),
            None => panic!("no member {key}"),
        }
    }
}
