//! The values that the made-up world is made of: who and what something happens to, texts, numbers
//! and times, and diffs of them.

use serde_json::{json, Map, Value};

use crate::rules::{Fields, Type};
use crate::service::Service;
use crate::world::{START, USERS};

impl Service {
    pub(crate) fn pick(&mut self, all: &[&str]) -> String {
        self.dice.pick(all).copied().unwrap_or("").to_owned()
    }

    /// A user who may exist.
    pub fn some_user(&mut self) -> String {
        self.pick(USERS)
    }

    /// A conversation, most often one of the first.
    pub fn some_conversation(&mut self) -> String {
        let count = self.plan.conversations;
        let at = if self.dice.chance(700) { self.dice.below(3) } else { self.dice.below(count) };
        match at {
            2 => "c/2 %\"".to_owned(),
            at => format!("c{at}"),
        }
    }

    /// A message of a conversation, if there are any: most often one of the latest.
    pub fn some_message(&mut self, id: &str) -> Option<String> {
        let history = self.model.conversations.get(id)?.history();
        let count = history.len() as u64;
        let at = if self.dice.chance(600) {
            self.dice.below(count.min(4))
        } else {
            self.dice.below(count)
        };
        history.get(at as usize).map(|(_, message)| message.clone())
    }

    fn text(&mut self) -> Value {
        let all =
            ["", "a", "Hello \u{1f600}", "\u{fffd}", "\"\\\n\u{1}", "</script>", "x\u{2028}y"];
        self.pick(&all).into()
    }

    fn custom(&mut self, patch: bool) -> Value {
        let mut all = Map::new();
        for _ in 0..self.dice.below(4) {
            let key = self.pick(&["k", "", "__proto__", "a\"b", "é", "\u{fffd}", "id"]);
            let value = if patch && self.dice.chance(300) { Value::Null } else { self.text() };
            all.insert(key, value);
        }
        all.into()
    }

    fn content(&mut self) -> Value {
        if self.dice.chance(self.plan.deep) {
            let depth = self.dice.between(30, 700);
            let kind = if self.dice.chance(500) { '[' } else { '{' };
            return json!([{ "type": "text", "children": [format!("deep{kind}{depth}")] }]);
        }
        let text = self.text();
        match self.dice.below(6) {
            0 => json!([]),
            1 => json!([null, 5, "x", [], { "type": "unheardOf", "x": [text] }]),
            2 => json!([{ "type": "file", "url": text, "size": -1.5e300 }]),
            _ => {
                json!([{ "type": "text", "children": [text, { "type": "bold", "children": ["b"] }] }])
            }
        }
    }

    /// A time: the present, or one that no clock shows.
    pub(crate) fn some_time(&mut self) -> Value {
        if self.dice.chance(self.plan.times) {
            return match self.dice.below(7) {
                0 => json!(-5),
                1 => json!(0),
                2 => json!(START as f64 + 0.5),
                3 => json!(9_007_199_254_740_991_u64),
                4 => json!(1e21),
                5 => json!(START - 1000),
                _ => json!(START + self.dice.below(5)),
            };
        }
        // Several in one millisecond.
        self.made += self.dice.below(3);
        json!(START + self.made)
    }

    pub(crate) fn value(&mut self, of: Type, patch: bool) -> Value {
        match of {
            Type::Text => self.text(),
            Type::TextOrNull if self.dice.chance(300) => Value::Null,
            Type::TextOrNull => self.text(),
            Type::NumberOrNull if self.dice.chance(300) => Value::Null,
            Type::Number | Type::NumberOrNull => {
                let odd =
                    [json!(-1), json!(0.5), json!(1e300), json!(7), json!(1_800_000_000_001_u64)];
                odd[self.dice.below(5) as usize].clone()
            }
            Type::Flag => self.dice.chance(500).into(),
            Type::Custom if patch && self.dice.chance(100) => Value::Null,
            Type::Custom => self.custom(patch),
            Type::Texts if patch && self.dice.chance(100) => Value::Null,
            Type::Texts => (0..self.dice.below(3)).map(|_| self.text()).collect(),
            Type::Blocks => self.content(),
            Type::Notify => [json!(true), json!(false), json!("MentionsOnly")]
                [self.dice.below(3) as usize]
                .clone(),
        }
    }

    /// A diff of some of the fields that may change; now and then with a value of a wrong type.
    pub(crate) fn diff(&mut self, names: &[&str], fields: Fields) -> Map<String, Value> {
        let mut diff = Map::new();
        for (name, of) in fields.iter().filter(|(name, _)| names.contains(name)) {
            if self.dice.chance(350) {
                let wrong = self.dice.chance(self.plan.broken / 2);
                let value = match wrong {
                    true => [json!(5), json!("x"), json!([]), json!({}), json!(true)]
                        [self.dice.below(5) as usize]
                        .clone(),
                    false => self.value(*of, true),
                };
                diff.insert((*name).to_owned(), value);
            }
        }
        diff
    }
}
