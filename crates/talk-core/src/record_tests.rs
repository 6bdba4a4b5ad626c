//! Diffs of custom data, against the same done by `serde_json`.

use std::collections::BTreeMap;
use std::string::ToString;

use serde_json::{json, Map, Value};

use super::*;

fn merged(old: &str, diff: &str) -> String {
    let mut text = String::new();
    merge(&mut text, Raw::parse(old).unwrap(), Raw::parse(diff).unwrap(), Kind::TextMap);
    text
}

#[test]
fn a_diff_replaces_removes_and_adds() {
    let old = r#"{"a":"1","b":"2","c":"3"}"#;
    assert_eq!(merged(old, "{}"), old);
    assert_eq!(merged(old, r#"{"b":null}"#), r#"{"a":"1","c":"3"}"#);
    assert_eq!(merged(old, r#"{"d":"4","b":"x"}"#), r#"{"a":"1","b":"x","c":"3","d":"4"}"#);
    assert_eq!(merged(old, r#"{"d":null}"#), old);
    assert_eq!(merged(old, r#"{"a":null,"b":null,"c":null}"#), "{}");
    assert_eq!(merged("{}", r#"{"a":"1"}"#), r#"{"a":"1"}"#);
    // What is no text passes through, as it does in a whole state.
    assert_eq!(merged(old, r#"{"a":1,"b":null}"#), r#"{"a":1,"c":"3"}"#);
}

#[test]
fn of_doubled_keys_the_last_value_counts() {
    assert_eq!(merged(r#"{"a":"1","b":"2"}"#, r#"{"a":"x","a":"y"}"#), r#"{"a":"y","b":"2"}"#);
    assert_eq!(merged("{}", r#"{"a":"x","b":"1","a":null}"#), r#"{"b":"1"}"#);
    assert_eq!(merged(r#"{"\u0061":"1"}"#, r#"{"a":"x"}"#), r#"{"a":"x"}"#);
}

#[test]
fn keys_that_differ_in_half_a_character_stay_apart() {
    let both = r#"{"\ud800":"1","\udc00":"2"}"#;
    assert_eq!(merged(both, r#"{"\ud800":"x"}"#), r#"{"\ud800":"x","\udc00":"2"}"#);
    assert_eq!(merged(both, r#"{"\ud800":null}"#), r#"{"\udc00":"2"}"#);
}

#[test]
fn random_diffs_are_merged_as_by_the_rule() {
    let mut random = crate::Random::new([1, 2, 3, 4]);
    for _ in 0..2_000 {
        let mut object = |nulls: u32| {
            let mut map = Map::new();
            for _ in 0..random.below(12) {
                let key = random.below(8).to_string();
                let null = random.below(4) < nulls;
                map.insert(
                    key,
                    if null { Value::Null } else { json!(random.below(9).to_string()) },
                );
            }
            map
        };
        let (old, diff) = (object(0), object(2));
        let text = merged(&json!(old).to_string(), &json!(diff).to_string());
        let mut expected: BTreeMap<_, _> = old.into_iter().collect();
        for (key, value) in diff {
            if value.is_null() {
                expected.remove(&key);
            } else {
                expected.insert(key, value);
            }
        }
        assert_eq!(serde_json::from_str::<BTreeMap<String, Value>>(&text).unwrap(), expected);
    }
}

/// With a look-up for each key this would take hours.
#[test]
fn a_hundred_thousand_keys_take_no_look_up_each() {
    const COUNT: usize = 100_000;
    for by in [1, 7_919] {
        let object = |from: usize| {
            let entry = |at: usize| (std::format!("key {}", at * by), json!("value"));
            json!((from..from + COUNT).map(entry).collect::<Map<_, _>>()).to_string()
        };
        let text = merged(&object(0), &object(COUNT / 2));
        assert_eq!(Raw::parse(&text).unwrap().entries().count(), COUNT + COUNT / 2);
    }
}

#[test]
fn an_object_with_its_keys_in_another_order_is_no_news() {
    let custom = |text: &str| std::format!(r#"{{"id":"bob","custom":{text}}}"#);
    let old = custom(r#"{"a":"1","b":"2"}"#);
    let record = Record::read(crate::schema::USER, Raw::parse(&old).unwrap());
    for (news, shown) in [
        (r#"{"b":"2","a":"1"}"#, r#"{"a":"1","b":"2"}"#),
        (r#"{ "b" : "2", "a" : "1" }"#, r#"{"a":"1","b":"2"}"#),
        (r#"{"c":"3","b":"x"}"#, r#"{"b":"x","c":"3"}"#),
        ("{}", "{}"),
        ("null", "{}"),
        ("5", r#"{"a":"1","b":"2"}"#),
    ] {
        let news = custom(news);
        let new = record.with(crate::schema::USER, Raw::parse(&news).unwrap(), false);
        assert_eq!(new.find(crate::schema::USER, "custom").unwrap().text(), shown, "{news}");
    }
}

#[test]
fn neither_a_diff_nor_a_state_changes_an_id() {
    let state = r#"{"id":"m1","type":"UserMessage","content":[]}"#;
    let record = Record::read(crate::schema::MESSAGE, Raw::parse(state).unwrap());
    let diff = r#"{"id":"m2","type":"SystemMessage"}"#;
    for patch in [true, false] {
        let record = record.with(crate::schema::MESSAGE, Raw::parse(diff).unwrap(), patch);
        assert_eq!((record.get(0).text(), record.get(1).text()), (r#""m1""#, r#""SystemMessage""#));
    }
}
