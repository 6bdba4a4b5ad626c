//! How the service writes the states of what there is, some of them never properly.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::{fields_of, State};
use crate::rules::Type;
use crate::service::Service;
use crate::wire::{plain, WRONG};

impl Service {
    /// Decides, for what is there for the first time, which fields are never said properly. Gives
    /// the state without them, as a client sees it.
    pub fn birth(&mut self, kind: &'static str, key: &str, state: &mut State, keep: &[&str]) {
        let name = format!("{kind} {key}");
        if !self.born.insert(name.clone()) {
            self.broken.remove(&name);
            return;
        }
        let mut broken = BTreeMap::new();
        for (field, of) in fields_of(kind) {
            if !keep.contains(field) && self.dice.chance(self.plan.broken) {
                broken.insert(*field, self.wrong(*of));
                state.remove(*field);
            }
        }
        self.broken.insert(name, broken);
    }

    /// Something that a field of a type does not take, or nothing at all.
    fn wrong(&mut self, of: Type) -> &'static str {
        let number = matches!(of, Type::Number | Type::NumberOrNull);
        let fits = |text: &str| match serde_json::from_str::<Value>(text) {
            Ok(value) => of.accepts(&value),
            Err(_) => number,
        };
        let text = self.dice.pick(WRONG).copied().unwrap_or("");
        if fits(text) {
            ""
        } else {
            text
        }
    }

    /// A state as it is told.
    pub fn write_state(&mut self, kind: &'static str, key: &str, state: &State) -> String {
        let broken = self.broken.get(&format!("{kind} {key}")).cloned().unwrap_or_default();
        let mut members: Vec<(&str, String)> = Vec::new();
        for (name, value) in state {
            match broken.get(name.as_str()) {
                Some(&"") => {}
                Some(wrong) => members.push((name, (*wrong).to_owned())),
                None => members.push((name, plain(value))),
            }
        }
        self.writer().object(&members)
    }

    /// A diff as it is told: what it has of fields that were never said properly is from now on.
    pub fn write_diff(
        &mut self,
        kind: &'static str,
        key: &str,
        diff: &Map<String, Value>,
    ) -> String {
        let fields = fields_of(kind);
        if let Some(broken) = self.broken.get_mut(&format!("{kind} {key}")) {
            broken.retain(|name, _| {
                let of = fields.iter().find(|(own, _)| own == name).map(|(_, of)| *of);
                let said = diff.get(*name).zip(of).is_some_and(|(value, of)| {
                    of.accepts(value) || value.is_null() && matches!(of, Type::Custom | Type::Texts)
                });
                !said
            });
        }
        let members: Vec<(&str, String)> =
            diff.iter().map(|(name, value)| (name.as_str(), plain(value))).collect();
        self.writer().object(&members)
    }

    /// A participant's state, which has the user's id.
    pub fn write_participant(&mut self, id: &str, user: &str, state: &State) -> String {
        let mut state = state.clone();
        state.insert("id".into(), user.into());
        self.write_state("participant", &format!("{id} {user}"), &state)
    }

    /// Who is typing.
    pub fn write_typing(&mut self, id: &str) -> String {
        let typing = self.model.conversations.get(id).and_then(|own| own.typing.clone());
        let members = match &typing {
            None => [("many", "true".to_owned()), ("usersTyping", "null".to_owned())],
            Some(users) => {
                let users: Map<String, Value> = users.clone().into_iter().collect();
                [("many", "false".to_owned()), ("usersTyping", plain(&users.into()))]
            }
        };
        self.writer().object(&members)
    }
}
