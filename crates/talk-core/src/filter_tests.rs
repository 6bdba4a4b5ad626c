//! Which conversations a filter lets through: whole ones, and ones of which only a diff is known.
//! By tables, and by chance against an evaluation of another kind: it knows no unknowns, but tries
//! everything that the unknown fields could be.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde_json::{json, Value};

use super::Verdict::{No, Unknown, Unmentioned, Yes};
use super::*;
use crate::Random;

fn judge(filter: &str, whole: bool, side: &str) -> Verdict {
    let raw = |text| Raw::parse(text).unwrap_or_else(|| panic!("no JSON: {text}"));
    let side = raw(side);
    fits(raw(filter), whole, &|name| side.get(name))
}

/// Made at 100, joined at 200, with a message of 300 that is not read.
const SIDE: &str = r#"{"subject":"Cats","custom":{"kind":"pets","a\"b":"é\n"},"access":"ReadWrite",
    "isUnread":true,"createdAt":100,"joinedAt":200,"lastMessageAt":300}"#;

#[test]
fn each_condition_is_a_yes_or_a_no_of_a_whole_conversation() {
    for (yes, no) in [
        ("{}", r#"["any",[]]"#),
        (r#"{"subject":["==","Cats"]}"#, r#"{"subject":["==","cats"]}"#),
        (r#"{"subject":["!=",null]}"#, r#"{"subject":["==",null]}"#),
        (r#"{"subject":["oneOf",["Cats",null]]}"#, r#"{"subject":["oneOf",["A",null]]}"#),
        (r#"{"subject":["!oneOf",["A",null]]}"#, r#"{"subject":["!oneOf",["A","Cats"]]}"#),
        (r#"{"access":["==","ReadWrite"]}"#, r#"{"access":["==","Read"]}"#),
        (r#"{"custom":{"kind":"exists"}}"#, r#"{"custom":{"kind":"!exists"}}"#),
        (r#"{"custom":{"other":"!exists"}}"#, r#"{"custom":{"other":"exists"}}"#),
        (r#"{"custom":{"kind":["==","pets"]}}"#, r#"{"custom":{"kind":["!=","pets"]}}"#),
        (r#"{"custom":{"a\"b":["==","\u00e9\n"]}}"#, r#"{"custom":{"a\"b":["==","e"]}}"#),
        // What is not there is not this either.
        (r#"{"custom":{"other":["!=","x"]}}"#, r#"{"custom":{"other":["==","x"]}}"#),
        (
            r#"{"custom":{"other":["!oneOf",["x","y"]]}}"#,
            r#"{"custom":{"kind":"exists","other":["oneOf",["x","y"]]}}"#,
        ),
        (r#"{"isUnread":true}"#, r#"{"isUnread":false}"#),
        (r#"{"hasMessages":true}"#, r#"{"hasMessages":false}"#),
        (r#"{"createdAt":[">",99]}"#, r#"{"createdAt":[">",100]}"#),
        (r#"{"createdAt":["<",100.5]}"#, r#"{"createdAt":["<",100]}"#),
        (r#"{"joinedAt":["between",[200,201]]}"#, r#"{"joinedAt":["between",[199,200]]}"#),
        (r#"{"joinedAt":["!between",[-5,200]]}"#, r#"{"joinedAt":["!between",[-5,1e21]]}"#),
        (r#"{"lastActivityAt":["between",[300,1e3]]}"#, r#"{"lastActivityAt":["<",300]}"#),
        (
            r#"{"isUnread":true,"subject":["==","Cats"]}"#,
            r#"{"isUnread":true,"subject":["==","Dogs"]}"#,
        ),
        (
            r#"["any",[{"isUnread":false},{"isUnread":true}]]"#,
            r#"["any",[{"isUnread":false},{"access":["==","Read"]}]]"#,
        ),
    ] {
        assert_eq!(judge(yes, true, SIDE), Yes, "{yes}");
        assert_eq!(judge(no, true, SIDE), No, "{no}");
    }
    for (joined, wanted) in [(300, No), (299, Yes), (301, Yes)] {
        let side = format!(r#"{{"joinedAt":{joined},"lastMessageAt":300}}"#);
        assert_eq!(judge(r#"{"hasMessages":true}"#, true, &side), wanted, "{side}");
    }
    let untitled = r#"{"subject":null}"#;
    assert_eq!(judge(r#"{"subject":["oneOf",["A",null]]}"#, true, untitled), Yes);
    assert_eq!(judge(r#"{"subject":["==",""]}"#, true, untitled), No);
    assert_eq!(judge(r#"{"subject":["==","null"]}"#, true, untitled), No);
}

#[test]
fn a_diff_may_leave_it_open() {
    let both = r#"{"isUnread":true,"subject":["==","A"]}"#;
    let any = r#"["any",[{"isUnread":true},{"subject":["==","A"]}]]"#;
    let custom = r#"{"custom":{"a":["==","1"],"b":"!exists"}}"#;
    for (filter, diff, wanted) in [
        ("{}", "{}", Yes),
        (r#"["any",[]]"#, r#"{"isUnread":true}"#, No),
        (both, "{}", Unmentioned),
        (both, r#"{"photoUrl":"u"}"#, Unmentioned),
        (both, r#"{"isUnread":true}"#, Unknown),
        (both, r#"{"isUnread":false}"#, No),
        (both, r#"{"subject":"A"}"#, Unknown),
        (both, r#"{"subject":"A","isUnread":true}"#, Yes),
        (any, r#"{"photoUrl":"u"}"#, Unmentioned),
        (any, r#"{"subject":"A"}"#, Yes),
        (any, r#"{"subject":"B"}"#, Unmentioned),
        (any, r#"{"subject":"B","isUnread":false}"#, No),
        (custom, r#"{"custom":{}}"#, Unmentioned),
        (custom, r#"{"custom":{"c":"1"}}"#, Unmentioned),
        (custom, r#"{"custom":{"a":"1"}}"#, Unknown),
        (custom, r#"{"custom":{"a":"2"}}"#, No),
        (custom, r#"{"custom":{"a":null}}"#, No),
        (custom, r#"{"custom":{"b":null}}"#, Unknown),
        (custom, r#"{"custom":{"a":"1","b":null}}"#, Yes),
        (custom, r#"{"custom":null}"#, No),
        (r#"{"custom":{"b":"!exists"}}"#, r#"{"custom":null}"#, Yes),
        (r#"{"hasMessages":true}"#, r#"{"isUnread":true}"#, Unmentioned),
        (r#"{"hasMessages":true}"#, r#"{"lastMessageAt":5}"#, Unknown),
        (r#"{"hasMessages":false}"#, r#"{"joinedAt":5}"#, Unmentioned),
        (r#"{"lastActivityAt":[">",4]}"#, r#"{"lastMessageAt":5}"#, Yes),
        (r#"{"lastActivityAt":[">",5]}"#, r#"{"lastMessageAt":5}"#, No),
        (r#"{"lastActivityAt":[">",5]}"#, r#"{"joinedAt":5}"#, Unmentioned),
    ] {
        assert_eq!(judge(filter, false, diff), wanted, "{filter} {diff}");
    }
}

#[test]
fn of_what_is_not_understood_nothing_is_known() {
    for filter in [
        r#"{"subject":["is","Cats"]}"#,
        r#"{"subject":["!","Cats"]}"#,
        r#"{"subject":[">",5]}"#,
        r#"{"subject":[]}"#,
        r#"{"subject":"Cats"}"#,
        r#"{"subject":true}"#,
        r#"{"subject":null}"#,
        r#"{"subject":{"a":1}}"#,
        r#"{"createdAt":[">"]}"#,
        r#"{"createdAt":[">","99"]}"#,
        r#"{"createdAt":["between",[1]]}"#,
        r#"{"createdAt":["between",1]}"#,
        r#"{"createdAt":true}"#,
        r#"{"isUnread":1}"#,
        r#"{"custom":{"kind":true}}"#,
        r#"{"custom":{"kind":"is"}}"#,
        r#"{"custom":{"kind":{"custom":{}}}}"#,
        r#"["any",[5]]"#,
        r#"["any",[["any",[{}]]]]"#,
        "5",
        "null",
        r#"["any"]"#,
    ] {
        assert_eq!(judge(filter, true, SIDE), Unknown, "{filter}");
        if let Some(rest) = filter.strip_prefix('{') {
            let most = format!(r#"["any",[{filter},{{"isUnread":true}}]]"#);
            assert_eq!(judge(&most, true, SIDE), Yes, "{most}");
            let least = format!(r#"{{"access":["==","Read"],{rest}"#);
            assert_eq!(judge(&least, true, SIDE), No, "{least}");
        }
    }
    assert_eq!(judge(r#"{"mood":["==","Cats"]}"#, true, SIDE), Unmentioned);
    assert_eq!(judge(r#"{"mood":["==","Cats"],"isUnread":true}"#, true, SIDE), Unknown);
    for (filter, side) in [
        (r#"{"isUnread":true}"#, r#"{"isUnread":"true"}"#),
        (r#"{"createdAt":["<",5]}"#, r#"{"createdAt":null}"#),
        (r#"{"custom":{"a":[">",5]}}"#, r#"{"custom":{"a":"6"}}"#),
    ] {
        assert_eq!(judge(filter, true, side), Unknown, "{filter} {side}");
    }
}

// By chance.

/// What each field can be. Every test of a filter below tells some of these apart.
fn domain(name: &str) -> Vec<Value> {
    match name {
        "subject" => [json!(null), json!(""), json!("A"), json!("B"), json!("é\"\n😀")].into(),
        "access" => [json!("Read"), json!("ReadWrite")].into(),
        "isUnread" => [json!(false), json!(true)].into(),
        "a" | "b" => [json!(null), json!("1"), json!("2"), json!("3")].into(),
        // Times.
        _ => [json!(2), json!(3), json!(4), json!(5), json!(6), json!(9)].into(),
    }
}

const FIELDS: [&str; 6] =
    ["subject", "access", "isUnread", "createdAt", "joinedAt", "lastMessageAt"];
const KEYS: [&str; 2] = ["a", "b"];

struct Chance(Random);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0.below(end as u32) as usize
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn words(&mut self, name: &str, nullable: bool) -> Value {
        let mut all = domain(name);
        all.retain(|word| nullable || !word.is_null());
        if self.below(2) == 0 {
            return json!([self.one(&["==", "!="]), self.one(&all)]);
        }
        let count = 1 + self.below(all.len() - 1);
        all.truncate(count);
        json!([self.one(&["oneOf", "!oneOf"]), all])
    }

    fn span(&mut self) -> Value {
        let ends = [json!(3), json!(4), json!(5), json!(6), json!(8)];
        if self.below(2) == 0 {
            return json!([self.one(&["<", ">"]), self.one(&ends)]);
        }
        let from = self.below(ends.len() - 1);
        let to = from + 1 + self.below(ends.len() - from - 1);
        json!([self.one(&["between", "!between"]), [ends[from], ends[to]]])
    }

    fn part(&mut self) -> Value {
        let mut part = json!({});
        for _ in 0..=self.below(3) {
            match self.below(8) {
                0 => part["subject"] = self.words("subject", true),
                1 => part["access"] = json!(["==", self.one(&["Read", "ReadWrite"])]),
                2 => part["isUnread"] = self.one(&[true, false]).into(),
                3 => part["hasMessages"] = self.one(&[true, false]).into(),
                4 => part["createdAt"] = self.span(),
                5 => part["joinedAt"] = self.span(),
                6 => part["lastActivityAt"] = self.span(),
                _ => {
                    let key = self.one(&KEYS);
                    part["custom"][key] = match self.below(3) {
                        0 => self.one(&["exists", "!exists"]).into(),
                        _ => self.words(key, false),
                    };
                }
            }
        }
        part
    }

    fn filter(&mut self) -> Value {
        match self.below(2) {
            0 => self.part(),
            _ => {
                let parts: Vec<Value> = (0..self.below(4)).map(|_| self.part()).collect();
                json!(["any", parts])
            }
        }
    }

    /// A whole side, `custom` without the keys that are null.
    fn side(&mut self) -> Value {
        let mut side = json!({ "custom": {} });
        for name in FIELDS {
            side[name] = self.one(&domain(name));
        }
        for key in KEYS {
            let value = self.one(&domain(key));
            if !value.is_null() {
                side["custom"][key] = value;
            }
        }
        side
    }
}

/// Whether a whole side fits, said plainly.
fn plainly(filter: &Value, side: &Value) -> bool {
    match filter {
        Value::Array(any) => any[1].as_array().unwrap().iter().any(|part| plainly(part, side)),
        part => part.as_object().unwrap().iter().all(|(key, test)| match key.as_str() {
            "custom" => test.as_object().unwrap().iter().all(|(key, test)| {
                plain_test(test, side["custom"].get(key).unwrap_or(&Value::Null))
            }),
            "isUnread" => side["isUnread"] == *test,
            "hasMessages" => (side["lastMessageAt"] != side["joinedAt"]) == *test,
            "lastActivityAt" => plain_test(test, &side["lastMessageAt"]),
            name => plain_test(test, &side[name]),
        }),
    }
}

fn plain_test(test: &Value, value: &Value) -> bool {
    let (low, high) = (&test[1][0], &test[1][1]);
    let number = |value: &Value| value.as_f64().unwrap();
    match test.as_str().or(test[0].as_str()).unwrap() {
        "exists" => !value.is_null(),
        "!exists" => value.is_null(),
        "==" => *value == test[1],
        "!=" => *value != test[1],
        "oneOf" => test[1].as_array().unwrap().contains(value),
        "!oneOf" => !test[1].as_array().unwrap().contains(value),
        "<" => number(value) < number(&test[1]),
        ">" => number(value) > number(&test[1]),
        "between" => number(value) >= number(low) && number(value) < number(high),
        "!between" => number(value) < number(low) || number(value) >= number(high),
        other => panic!("{other}"),
    }
}

#[test]
fn whole_conversations_by_chance() {
    let mut chance = Chance(Random::new([3, 1, 4, 1]));
    let mut counts = [0; 2];
    for _ in 0..20_000 {
        let (filter, side) = (chance.filter(), chance.side());
        let wanted = plainly(&filter, &side);
        let got = judge(&filter.to_string(), true, &side.to_string());
        assert_eq!(got, if wanted { Yes } else { No }, "{filter} {side}");
        counts[usize::from(wanted)] += 1;
    }
    assert!(counts.iter().all(|count| *count > 4_000), "{counts:?}");
}

/// The fields that a part of a filter asks for; of `custom` its keys.
fn asked(part: &Value) -> Vec<String> {
    let mut asked = Vec::new();
    for (key, test) in part.as_object().unwrap() {
        match key.as_str() {
            "custom" => asked.extend(test.as_object().unwrap().keys().cloned()),
            "hasMessages" => asked.extend(["lastMessageAt".into(), "joinedAt".into()]),
            "lastActivityAt" => asked.push("lastMessageAt".into()),
            name => asked.push(name.into()),
        }
    }
    asked
}

/// A diff that tells some fields of a side, and everything that the side could be then, as far as
/// the filter asks.
fn worlds(chance: &mut Chance, side: &Value, filter: &Value) -> (Value, Vec<Value>) {
    let parts = match filter {
        Value::Array(any) => any[1].as_array().unwrap().clone(),
        part => [part.clone()].into(),
    };
    let matters: Vec<String> = parts.iter().flat_map(asked).collect();
    let (mut diff, mut worlds) = (json!({}), Vec::from([side.clone()]));
    for name in FIELDS.iter().chain(&KEYS) {
        let of_custom = KEYS.contains(name);
        if chance.below(2) == 0 {
            let value = if of_custom { &side["custom"][*name] } else { &side[*name] };
            let into = if of_custom { &mut diff["custom"] } else { &mut diff };
            into[*name] = value.clone();
        } else if matters.iter().any(|matter| matter == name) {
            let values = domain(name);
            let with = |world: &Value, value: &Value| {
                let mut world = world.clone();
                let into = if of_custom { &mut world["custom"] } else { &mut world };
                into[*name] = value.clone();
                world
            };
            worlds = worlds
                .iter()
                .flat_map(|world| values.iter().map(|value| with(world, value)))
                .collect();
        }
    }
    (diff, worlds)
}

#[test]
fn diffs_by_chance() {
    let mut chance = Chance(Random::new([2, 7, 1, 8]));
    let mut counts = [0; 4];
    for _ in 0..2_000 {
        let (filter, side) = (chance.filter(), chance.side());
        let (diff, worlds) = worlds(&mut chance, &side, &filter);
        let verdict = judge(&filter.to_string(), false, &diff.to_string());
        counts[(verdict as u8).ilog2() as usize] += 1;
        let fitting = worlds.iter().filter(|world| plainly(&filter, world)).count();
        let what = format!("{filter} {diff}: {verdict:?}, {fitting} of {}", worlds.len());
        match verdict {
            Yes => assert_eq!(fitting, worlds.len(), "{what}"),
            No => assert_eq!(fitting, 0, "{what}"),
            // A single condition is only open if it is.
            _ if filter.as_object().is_some_and(|part| asked(&filter).len() == part.len()) => {
                assert!(fitting > 0 && fitting < worlds.len(), "{what}");
            }
            _ => {}
        }
        let told = |name: &String| diff.get(name).or(diff["custom"].get(name)).is_some();
        let told = |part: &Value| {
            // When I joined tells of messages only beside the last one's time.
            let messages = part.get("hasMessages").is_some() && part.get("joinedAt").is_none();
            asked(part).iter().any(|name| told(name) && !(messages && name == "joinedAt"))
        };
        if let Some(parts) = filter[1].as_array() {
            if verdict == Unmentioned {
                assert!(parts.iter().any(|part| !told(part)), "{what}");
            }
        } else {
            assert_eq!(verdict == Unmentioned, !told(&filter), "{what}");
        }
    }
    assert!(counts.iter().all(|count| *count > 150), "{counts:?}");
}

#[test]
fn no_input_panics() {
    let mut chance = Chance(Random::new([1, 6, 1, 8]));
    let (mut judged, mut refused) = (0, 0);
    let marks: Vec<char> = r#"[]{}"!=,:<>-.1e9nul\"#.chars().collect();
    for _ in 0..20_000 {
        let mut texts = [chance.filter().to_string(), chance.side().to_string()];
        for text in &mut texts {
            let mut letters: Vec<char> = text.chars().collect();
            for _ in 0..chance.below(4) {
                let at = chance.below(letters.len());
                match chance.below(3) {
                    0 => drop(letters.remove(at)),
                    1 => letters.insert(at, chance.one(&marks)),
                    _ => letters[at] = chance.one(&marks),
                }
                if letters.is_empty() {
                    break;
                }
            }
            *text = letters.into_iter().collect();
        }
        let [filter, side] = texts.each_ref().map(|text| Raw::parse(text));
        let (Some(filter), Some(side)) = (filter, side) else {
            refused += 1;
            continue;
        };
        for whole in [false, true] {
            fits(filter, whole, &|name| side.get(name));
            fits(side, whole, &|name| filter.get(name));
        }
        judged += 1;
    }
    assert!(judged > 4_000 && refused > 2_000, "{judged} {refused}");
}
