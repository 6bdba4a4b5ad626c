//! What must hold of a story: of every snapshot on the way, of all of them at the end, and of what
//! is left when nobody wants anything any more.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{json, Value};
use talk_core::Call;
use talk_sim::{Object, Outcome, Part, Snapshot, State, Subscription};

use crate::model::{Target, ME};
use crate::rules::{Type, MESSAGE, PARTICIPANT, SIDE, USER};
use crate::story::Story;
use crate::world::USERS;

/// How many items a list shows at first.
fn first(target: &Target) -> usize {
    match target {
        Target::List(_) => 20,
        Target::Members(_) => 10,
        _ => 30,
    }
}

/// The name by which the service knows a list.
fn name_of(target: &Target) -> String {
    match target {
        Target::List(filter) => format!("list {filter}"),
        Target::Messages(id) => format!("messages {id}"),
        Target::Members(id) => format!("members {id}"),
        Target::Reactions(id, message, emoji) => format!("reactions {id} {message} {emoji}"),
        _ => String::new(),
    }
}

// On the way.

/// Checks the latest snapshot of a subscription: each part has all its members, of the right types,
/// and a list is in order and has nothing twice.
pub fn check_whole(target: &Target, own: &Subscription) {
    let Some(heard) = own.latest() else { return };
    match &heard.snapshot {
        Snapshot::Null => {}
        Snapshot::Object(object) => check_object(target, object),
        Snapshot::List(list) => {
            let before: BTreeSet<*const Object> = match own.heard.len().checked_sub(2) {
                Some(at) => own.heard[at].snapshot.items().iter().map(Rc::as_ptr).collect(),
                None => BTreeSet::new(),
            };
            for object in list.iter().filter(|object| !before.contains(&Rc::as_ptr(object))) {
                check_object(target, object);
            }
            for pair in list.windows(2) {
                let (a, b) = (order(target, &pair[0]), order(target, &pair[1]));
                let in_order = a.0 > b.0 || a.0 == b.0 && a.1 < b.1;
                assert!(in_order, "rule broken: {target:?} is in order, but {a:?} is before {b:?}");
            }
        }
    }
}

/// How many of the items that a list shows must be those that the service has said. Those of the time
/// with which its loaded part ends need not: a client does not know in which order the service has
/// items of the same time, and so cannot tell whether a new one of them is behind that end.
fn judged(target: &Target, shown: &[Value], wanted: &[Value]) -> usize {
    let time = |item: &Value| match target {
        Target::Members(_) => item["joinedAt"].as_f64(),
        Target::List(_) if item["lastMessage"].is_null() => item["joinedAt"].as_f64(),
        Target::List(_) => item["lastMessage"]["createdAt"].as_f64(),
        _ => item["createdAt"].as_f64(),
    };
    let (last, next) = (shown.last().map(time), wanted.get(shown.len()).map(time));
    let unknown = |item: &Value| next.is_some() && last == next && Some(time(item)) == last;
    shown.iter().position(unknown).unwrap_or(shown.len())
}

/// What an item of a list is ordered by: latest first, then by id.
fn order(target: &Target, object: &Object) -> (f64, String) {
    let time = |object: &Object, name: &str| match object.members.get(name) {
        Some(Part::Value(value)) => value.as_f64().unwrap_or(0.0),
        _ => 0.0,
    };
    let at = match target {
        Target::Members(_) => time(object, "joinedAt"),
        Target::Reactions(..) => -time(object, "createdAt"),
        Target::List(_) => match object.link("lastMessage") {
            Some(last) => time(last, "createdAt"),
            None => time(object, "joinedAt"),
        },
        _ => time(object, "createdAt"),
    };
    (at, object.id().to_owned())
}

fn check_object(target: &Target, object: &Object) {
    match target {
        Target::User(_) => check_fields(object, USER, &[]),
        Target::Online(_) => check_fields(object, &[("isConnected", Type::Flag)], &["user"]),
        Target::List(_) | Target::Side(_) => {
            check_fields(object, SIDE, &["lastMessage", "access", "notify"]);
        }
        Target::Messages(_) => check_message(object, "referencedMessage"),
        Target::Members(_) | Target::Participant(..) => {
            check_fields(object, PARTICIPANT, &["user"]);
        }
        Target::Typing(_) => match object.members.get("users") {
            None => check_fields(object, &[("many", Type::Flag)], &[]),
            Some(_) => check_fields(object, &[("many", Type::Flag)], &["users"]),
        },
        Target::Reactions(..) => check_fields(object, &[("createdAt", Type::Number)], &["user"]),
    }
}

fn check_message(object: &Object, reference: &str) {
    let own: Vec<(&'static str, Type)> = MESSAGE
        .iter()
        .filter(|(name, _)| !matches!(*name, "senderId" | "referencedMessageId"))
        .copied()
        .collect();
    check_fields(object, &own, &["sender", "reactions", reference]);
}

/// All these fields, of their types, these members besides, and no others.
fn check_fields(object: &Object, fields: &[(&'static str, Type)], others: &[&str]) {
    let count = object.members.len();
    let whole = fields.len() + others.len() == count;
    assert!(whole, "rule broken: a snapshot is whole: {}", object.to_value());
    for (name, of) in fields {
        let fits =
            matches!(object.members.get(*name), Some(Part::Value(value)) if of.accepts(value));
        assert!(fits, "rule broken: {name} is a {of:?} in {}", object.to_value());
    }
    for name in others {
        match (*name, object.members.get(*name)) {
            ("user", Some(Part::Object(user))) => check_fields(user, USER, &[]),
            ("sender", Some(Part::Object(user))) => check_fields(user, USER, &[]),
            ("users", Some(Part::Objects(users))) => {
                users.iter().for_each(|user| check_fields(user, USER, &[]));
            }
            ("users", Some(Part::Value(none))) if **none == json!([]) => {}
            ("lastMessage", Some(Part::Object(last))) => check_message(last, "referencedMessage"),
            ("referencedMessage", Some(Part::Object(other))) => {
                check_message(other, "referencedMessageId");
            }
            ("sender" | "lastMessage" | "referencedMessage", Some(Part::Value(none))) => {
                let null = none.is_null();
                assert!(null, "rule broken: {name} is there or null in {}", object.to_value());
            }
            ("access" | "notify" | "reactions" | "referencedMessageId", Some(Part::Value(_))) => {}
            (name, _) => panic!("rule broken: {name} is there in {}", object.to_value()),
        }
    }
}

// At the end.

impl Story {
    /// All is answered and calm.
    pub(crate) fn judge_first(&mut self) {
        self.judge_calls();
        self.page.check_shared();
        let sure = !self.service.refused_reads;
        let live: Vec<u32> = self.targets.keys().copied().collect();
        for number in live {
            let own = self.page.subscription(number);
            match &own.state {
                State::Unsubscribed => {}
                State::Active if sure => self.judge_snapshot(number),
                State::Active => {}
                State::Failed(error) => {
                    let status = error["status"].as_i64().unwrap_or(-1);
                    let excuse = !sure && self.service.refused.contains(&status);
                    assert!(excuse, "{:?} was refused: {error}", self.targets[&number]);
                }
                State::Pending => panic!("{:?} is pending for ever", self.targets[&number]),
            }
        }
    }

    /// Another connection, on which everything is fetched again: what was refused before may be had.
    pub(crate) fn judge_reloaded(&mut self) {
        for target in [
            Target::List(0),
            Target::Messages("c0".into()),
            Target::Members("c0".into()),
            Target::Side("c1".into()),
        ] {
            self.subscribe(target);
        }
        if self.service.refused_reads || self.service.plan.drops > 0 {
            self.drop_socket();
        }
        self.run(60_000);
        let numbers: Vec<u32> = self.page.live().map(|(number, _)| number).collect();
        for number in numbers {
            self.judge_snapshot(number);
        }
        self.judge_gets();
        self.judge_calls();
        self.page.check_shared();
    }

    /// No call waits, and only what was refused has failed.
    fn judge_calls(&self) {
        assert_eq!(self.page.ended, None, "the session goes on");
        assert_eq!(self.page.pending(), Vec::<u32>::new(), "no call is pending");
        for (number, error) in self.page.rejected() {
            let status = error["status"].as_i64().unwrap_or(-1);
            let excuse = self.service.refused.contains(&status)
                || matches!(status, 404 | 403)
                || status == 500 && self.service.plan.busy > 0;
            assert!(excuse, "call {number} was rejected with {error}");
        }
    }

    /// What a call gets is what there is.
    fn judge_gets(&mut self) {
        let mut gets: Vec<(u32, String, Value)> = Vec::new();
        for user in USERS {
            let number = self.call(Call::UserGet, &json!([user]));
            let wanted = self.service.model.expected(&Target::User((*user).to_owned()));
            gets.push((number, format!("user {user}"), wanted));
        }
        let ids: Vec<String> = self.service.model.conversations.keys().take(3).cloned().collect();
        for id in ids {
            let number = self.call(Call::ConversationGet, &json!([id]));
            let wanted = self.service.model.expected(&Target::Side(id.clone()));
            gets.push((number, format!("conversation {id}"), wanted));
            let number = self.call(Call::ParticipantGet, &json!([id, ME]));
            let wanted = self.service.model.expected(&Target::Participant(id.clone(), ME.into()));
            gets.push((number, format!("participant {ME} of {id}"), wanted));
            if let Some(message) = self.service.some_message(&id) {
                let number = self.call(Call::MessageGet, &json!([id, message]));
                let own = &self.service.model.conversations[&id];
                let wanted = match own.joined {
                    true => self.service.model.message(own, &message),
                    false => Value::Null,
                };
                gets.push((number, format!("message {message} of {id}"), wanted));
            }
        }
        self.run(30_000);
        for (number, name, wanted) in gets {
            match self.page.outcome(number) {
                Outcome::Snapshot(snapshot) => self.same(&name, &snapshot.to_value(), &wanted),
                other => panic!("get of {name} gives {other:?}"),
            }
        }
    }

    /// A subscription shows what the service has said.
    fn judge_snapshot(&self, number: u32) {
        let target = &self.targets[&number];
        let name = format!("{target:?}, subscription {number},");
        let own = self.page.subscription(number);
        assert_eq!(own.state, State::Active, "{name} is active");
        let Some(heard) = own.latest() else { panic!("{name} has a snapshot") };
        if let Target::Reactions(id, message, _) = target {
            // No event tells of a message that is gone, or comes to be.
            let missed = self.service.model.missed.contains(&(id.clone(), message.clone()));
            let there = self
                .service
                .model
                .conversations
                .get(id)
                .is_some_and(|own| own.messages.contains_key(message));
            if missed || !there {
                return;
            }
        }
        let wanted = self.service.model.expected(target);
        let mut shown = heard.snapshot.to_value();
        if let Some(users) = shown.get_mut("users").and_then(Value::as_array_mut) {
            // The order of those who began at the same time is not told.
            users.sort_by_key(|user| user["id"].as_str().unwrap_or("").to_owned());
        }
        let Snapshot::List(list) = &heard.snapshot else {
            return self.same(&name, &shown, &wanted);
        };
        let Value::Array(all) = &wanted else {
            panic!("{name} is null for the service, and shows {} items", list.len())
        };
        let shown = shown.as_array().map_or(&[][..], Vec::as_slice);
        let count = judged(target, shown, all);
        let front = |items: &[Value]| Value::from(&items[..count.min(items.len())]);
        self.same(&name, &front(shown), &front(all));
        let complete = list.len() == all.len();
        // That nothing is left behind the last page, since it came in by events, or fits no more, is
        // not told before it is asked for.
        let unsure = self.service.said_more.contains(&name_of(target));
        let told = heard.loaded_all || unsure && complete;
        assert_eq!(told, complete, "{name} loadedAll: {} of {}", list.len(), all.len());
        let least = all.len().min(first(target));
        assert!(
            list.len() >= least || self.may_be_short(target),
            "{name} shows {} of {}",
            list.len(),
            all.len()
        );
    }

    fn may_be_short(&self, target: &Target) -> bool {
        let key = match target {
            Target::Messages(id) => format!("messages {id}"),
            Target::Members(id) => format!("members {id}"),
            Target::List(0) => "list".to_owned(),
            _ => return true,
        };
        self.service.shrunk.contains(&key)
    }

    /// Compares, and says where they differ.
    fn same(&self, name: &str, shown: &Value, wanted: &Value) {
        let mut wanted = wanted.clone();
        self.forgive(&mut wanted, shown);
        if *shown == wanted {
            return;
        }
        if let (Value::Array(shown), Value::Array(wanted)) = (shown, &wanted) {
            let ids = |list: &[Value]| -> Vec<String> {
                let id = |item: &Value| match item["id"].as_str() {
                    Some(id) => id.to_owned(),
                    None => item["user"]["id"].as_str().unwrap_or("").to_owned(),
                };
                list.iter().map(id).collect()
            };
            assert_eq!(ids(shown), ids(wanted), "{name} shows (left) what was said (right)");
            for (shown, wanted) in shown.iter().zip(wanted) {
                self.same(name, shown, wanted);
            }
        }
        if let (Value::Object(shown), Value::Object(wanted)) = (shown, &wanted) {
            for (key, value) in wanted {
                if shown.get(key) != Some(value) {
                    let id = &wanted["id"];
                    let shown = shown.get(key);
                    panic!(
                        "{name} {id} {key} shows\n {shown:?}\nand not what was said\n {value:?}"
                    );
                }
            }
        }
        panic!("{name} shows\n {shown}\nand not what was said\n {wanted}");
    }

    /// A reference to a message that was missing at some time may stay lost.
    fn forgive(&self, wanted: &mut Value, shown: &Value) {
        let missed = |id: &str| self.service.model.missed.iter().any(|(_, own)| own == id);
        match wanted {
            Value::Array(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    self.forgive(item, &shown[at]);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let shown = &shown[name.as_str()];
                    let time = |message: &Value| message["createdAt"].as_f64();
                    let tie = member["id"] != shown["id"] && time(member) == time(shown);
                    if name == "lastMessage" && tie && time(member).is_some() {
                        // Which of two of the same time is the last one: see `judged`.
                        *member = shown.clone();
                    }
                    let id = match name.as_str() {
                        "referencedMessage" => member["id"].as_str(),
                        "referencedMessageId" => member.as_str(),
                        _ => None,
                    };
                    if shown.is_null() && id.is_some_and(missed) {
                        *member = Value::Null;
                    }
                    if member.is_object() {
                        self.forgive(member, shown);
                    }
                }
            }
            _ => {}
        }
    }

    /// When nobody wants anything any more, nothing is left and nothing goes on.
    pub(crate) fn judge_silence(&mut self) {
        let live: Vec<u32> = self.page.live().map(|(number, _)| number).collect();
        live.into_iter().for_each(|number| self.unsubscribe(number));
        // Lists linger for 10 s, participants for 30 s, users for 30 s after them, and sockets are
        // closed 3 s later.
        self.run(100_000);
        assert!(
            self.service.line.is_none() && self.opening.is_none(),
            "an unused socket is closed"
        );
        assert_eq!(self.page.kept(), 0, "what nobody shows is freed");
        assert_eq!(self.client.held(), Vec::<String>::new(), "nothing is held when nobody holds");
        let before = self.outputs;
        self.run(24 * 3_600_000);
        assert_eq!(self.outputs, before, "nothing more is said");
        assert_eq!(self.client.next_wake(), None, "no timer is left");
    }
}
