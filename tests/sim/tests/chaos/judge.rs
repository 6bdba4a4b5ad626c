//! The end of a story: the weather clears, and everything must be in order.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{json, Value};
use talk_sim::{Expected, Outcome, Snapshot, State, Weather};

use crate::kinds::{Kind, EMOJI, FILTERS};
use crate::story::{Sent, Story};

/// As long as a client may take to notice, wait, and come back from the worst.
const RECOVERY_MS: u64 = 150_000;

impl Story {
    /// Ends all faults and lets everybody recover.
    pub(crate) fn clear_up(&mut self) {
        self.world.note(|| "the weather clears".to_owned());
        self.world.weather = Weather::CALM;
        // He is online from now on, since he is asked what there is.
        self.dave_says("c0");
        for who in 0..self.plan.people.len() {
            let here = |id: &str| id.to_owned();
            let filter = FILTERS[self.world.dice.below(FILTERS.len() as u64) as usize];
            for kind in [
                Kind::List(FILTERS[0]),
                Kind::List(filter),
                Kind::Members(here("c0")),
                Kind::Members(here("c1")),
                Kind::Typing(here("c0")),
                Kind::Typing(here("c1")),
                Kind::Online(here("dave")),
                Kind::Messages(here("c0")),
                Kind::Conversation(here("c0")),
                Kind::Messages(here("c1")),
                Kind::Conversation(here("c1")),
                Kind::User(here("bob")),
            ] {
                let live = self.world.page(who).live().map(|(number, _)| number);
                let known: BTreeSet<&Kind> =
                    live.filter_map(|number| self.kinds.get(&(who, number))).collect();
                if !known.contains(&kind) {
                    self.subscribe(who, kind);
                }
            }
        }
        self.pass(RECOVERY_MS);
        // Sends that wait for each other take their time.
        for _ in 0..100 {
            if self.is_sending() {
                self.pass(1_000);
            }
        }
        for conversation in ["c0", "c1"] {
            for user in self.some_of_the_crowd() {
                let path = format!("/me/conversations/{conversation}/typing");
                self.world.request(&user, "POST", &path, json!({}));
            }
        }
        self.pass(1_000);
    }

    pub(crate) fn judge(&mut self) {
        let all = self.all_messages();
        let existing = all.values().flatten().filter_map(|message| message["id"].as_str());
        let existing: BTreeSet<&str> = existing.collect();
        for who in 0..self.plan.people.len() {
            let page = self.world.page(who);
            assert_eq!(page.ended, None, "the session of {who} goes on");
            assert_eq!(page.pending(), Vec::<u32>::new(), "nothing stays pending for {who}");
            page.check_shared();
            self.judge_snapshots(who, &existing);
        }
        self.judge_sends(&all);
        self.judge_rejections();
        self.judge_silence();
    }

    /// Every subscription shows what the backend has.
    fn judge_snapshots(&mut self, who: usize, existing: &BTreeSet<&str>) {
        let user = self.plan.people[who].0;
        let exists = |id: &str| existing.contains(id);
        let live: Vec<u32> = self.world.page(who).live().map(|(number, _)| number).collect();
        let mut expect = Expected::of(&mut self.world, user);
        let mut wanted: BTreeMap<Kind, Value> = BTreeMap::new();
        for number in &live {
            let kind = &self.kinds[&(who, *number)];
            wanted.entry(kind.clone()).or_insert_with(|| match kind {
                Kind::List(filter) => {
                    let filter = serde_json::from_str(filter).unwrap_or_default();
                    expect.conversations(&filter).into()
                }
                Kind::Messages(id) => expect.messages(id).map_or(Value::Null, Value::from),
                Kind::Conversation(id) => expect.conversation(id),
                Kind::User(id) => expect.user(id),
                Kind::Online(id) => expect.online(id),
                Kind::Members(id) => expect.participants(id).map_or(Value::Null, Value::from),
                Kind::Participant(id, user) => expect.participant(id, user),
                Kind::Typing(id) => expect.typing(id),
                Kind::Reactions(id, message, emoji) => {
                    let all = expect.reactions(id, message, EMOJI[*emoji].1);
                    all.map_or(Value::Null, Value::from)
                }
            });
        }
        wanted.values_mut().for_each(|value| forget_ghosts(value, &exists));
        for number in live {
            let kind = &self.kinds[&(who, number)];
            let wanted = &wanted[kind];
            let own = self.world.page(who).subscription(number);
            let name = format!("{kind:?}, subscription {number} of {user}");
            assert_eq!(own.state, State::Active, "{name} is live");
            let Some(heard) = own.latest() else { panic!("{name} has a snapshot") };
            let mut shown = heard.snapshot.to_value();
            forget_ghosts(&mut shown, &exists);
            if let Some(users) = shown.get_mut("users").and_then(Value::as_array_mut) {
                // The order of those who began at the same time is not told.
                users.sort_by_key(|user| user["id"].as_str().unwrap_or("").to_owned());
            }
            if matches!(kind, Kind::Reactions(_, message, _) if !exists(message)) {
                // No event tells of it.
                continue;
            }
            let Snapshot::List(list) = &heard.snapshot else {
                assert_same(&name, &shown, wanted);
                continue;
            };
            let all = wanted.as_array().map_or(&[][..], Vec::as_slice);
            let front = &all[..list.len().min(all.len())];
            assert_same(&name, &shown, &front.to_vec().into());
            let complete = list.len() == all.len();
            // That there is no rest is not told before it is asked for: what was in it may have moved
            // to the top, or away. In wild stories participants do so, who leave and are back at once.
            let moves = match kind {
                Kind::List(_) => true,
                Kind::Members(_) => self.wild,
                _ => false,
            };
            let unsure = moves && complete;
            let all_told = heard.loaded_all || unsure;
            assert_eq!(all_told, complete, "{name}: {} of {}", list.len(), all.len());
            let first = kind.page_sizes().map_or(0, |(first, _)| first);
            // In wild stories Dave deletes messages, too.
            let shrinks = self.plan.deletions || self.wild || self.may_have_left(kind);
            assert!(
                shrinks || list.len() >= all.len().min(first),
                "{name} shows {} of {}, less than at the start",
                list.len(),
                all.len()
            );
            let here: BTreeSet<&str> = list.iter().map(|object| object.id()).collect();
            let there = |id: &str| all.iter().any(|object| object["id"] == id);
            // Who leaves a conversation and comes back finds it where the service now orders it,
            // which may be beyond what is loaded.
            let left = |id: &str| match kind {
                Kind::List(filter) => *filter != FILTERS[0] || id == "c1",
                // And begins with the newest messages again.
                Kind::Messages(id) => self.wild && id == "c1",
                _ => true,
            };
            let lost = |id: &&String| there(id) && !here.contains(id.as_str()) && !left(id);
            let lost = own.seen.iter().find(lost);
            assert_eq!(lost, None, "{name} has lost what it once showed");
        }
    }

    /// Whether people come and go in what a subscription shows.
    fn may_have_left(&self, kind: &Kind) -> bool {
        !matches!(kind, Kind::Messages(_)) || kind.conversation() == "c1"
    }

    /// All messages that there are, oldest first, by conversation. Dave is in all of those.
    fn all_messages(&mut self) -> BTreeMap<String, Vec<Value>> {
        let others = (0..self.plan.others).map(|at| format!("x{at}"));
        let ids = ["c0".to_owned(), "c1".to_owned()].into_iter().chain(others);
        let mut expect = Expected::of(&mut self.world, "dave");
        let mut messages = |id: &str| {
            let newest_first = expect.messages(id).unwrap_or_default();
            newest_first.into_iter().rev().collect()
        };
        ids.map(|id| (id.clone(), messages(&id))).collect()
    }

    /// Every message that was sent is there once, and in its place.
    fn judge_sends(&self, all: &BTreeMap<String, Vec<Value>>) {
        for (conversation, all) in all {
            let sends = self.sends.iter().filter(|sent| sent.conversation == *conversation);
            let mut placed: Vec<(usize, &Sent)> = Vec::new();
            for sent in sends {
                let is_it = |message: &Value| message["custom"]["name"] == *sent.name;
                let places: Vec<usize> =
                    (0..all.len()).filter(|&place| is_it(&all[place])).collect();
                let name = &sent.name;
                match self.outcome(sent) {
                    Outcome::Value(Some(Value::String(id))) => {
                        if places.is_empty() && self.deleted.contains(id) {
                            continue;
                        }
                        assert_eq!(places.len(), 1, "{name} arrives exactly once");
                        assert_eq!(all[places[0]]["id"], **id, "{name} has the id that was told");
                    }
                    Outcome::Rejected(_) => assert!(places.len() < 2, "{name} arrives once"),
                    other => panic!("{name} has an outcome, but it is {other:?}"),
                }
                placed.extend(places.first().map(|place| (*place, sent)));
            }
            for (place, sent) in &placed {
                for (earlier_place, earlier) in &placed {
                    if earlier.who == sent.who && self.is_before(earlier, sent) {
                        let (a, b) = (&earlier.name, &sent.name);
                        assert!(earlier_place < place, "{a} comes before {b} in {conversation}");
                    }
                }
            }
        }
    }

    /// Whether one message must stand before another of the same user.
    fn is_before(&self, earlier: &Sent, later: &Sent) -> bool {
        let waited = earlier.done.is_some_and(|done| done < later.begun);
        // A service that was too busy for one of several may have had time for the next; and one that
        // was refused to somebody who had left may be repeated, unanswered, after coming back.
        let steady = self.plan.weather.busy == 0 && later.conversation != "c1";
        let in_order = steady && earlier.number < later.number;
        waited || in_order
    }

    /// Only what may be refused was.
    fn judge_rejections(&self) {
        for who in 0..self.plan.people.len() {
            for (number, error) in self.world.page(who).rejected() {
                let excuse = self.may_reject.contains_key(&(who, number));
                assert!(excuse, "call {number} of {who} was rejected: {error}");
            }
        }
    }

    /// When nobody wants anything any more, nothing goes on.
    fn judge_silence(&mut self) {
        for who in 0..self.plan.people.len() {
            let live: Vec<u32> = self.world.page(who).live().map(|(number, _)| number).collect();
            live.into_iter().for_each(|number| self.world.unsubscribe(who, number));
        }
        // Lists linger for 10 s, participants for 30 s, users for 30 s after them, and sockets are
        // closed 3 s later.
        self.world.run(100_000);
        for who in 0..self.plan.people.len() {
            let nothing = Vec::<String>::new();
            assert_eq!(self.world.left_over(who), nothing, "{who} holds nothing when nobody holds");
        }
        // A token that expires is noticed, but not replaced before it is needed.
        self.world.run(2 * 3_600_000);
        let said = |story: &Story| -> Vec<u64> {
            (0..story.plan.people.len()).map(|who| story.world.outputs(who)).collect()
        };
        let before = said(self);
        self.world.run(24 * 3_600_000);
        assert_eq!(said(self), before, "nothing more is emitted");
        for who in 0..self.plan.people.len() {
            assert_eq!(self.world.timer(who), None, "no timer is left");
        }
    }
}

/// The id of a deleted message may be there or null: no event tells of it.
fn forget_ghosts(value: &mut Value, exists: &dyn Fn(&str) -> bool) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| forget_ghosts(item, exists)),
        Value::Object(members) => {
            for (name, member) in members {
                let ghost = member.as_str().is_some_and(|id| !exists(id));
                if name == "referencedMessageId" && ghost {
                    *member = Value::Null;
                }
                forget_ghosts(member, exists);
            }
        }
        _ => {}
    }
}

fn assert_same(name: &str, shown: &Value, wanted: &Value) {
    if shown == wanted {
        return;
    }
    if let (Value::Array(shown), Value::Array(wanted)) = (shown, wanted) {
        let ids = |list: &[Value]| -> Vec<String> {
            list.iter().map(|item| item["id"].as_str().unwrap_or("").to_owned()).collect()
        };
        assert_eq!(ids(shown), ids(wanted), "{name} shows the same things in the same order");
        for (shown, wanted) in shown.iter().zip(wanted) {
            assert_same(name, shown, wanted);
        }
    }
    panic!("{name} shows the state of the backend:\n shown {shown}\nwanted {wanted}");
}
