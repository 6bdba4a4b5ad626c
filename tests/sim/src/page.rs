//! A model of the package's JavaScript: the table of snapshots, the promises, the subscriptions.
//!
//! It carries out the operations of the core and checks each against the core's promises. A broken
//! one is a panic that names the rule.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::{json, Map, Value};
use talk_core::Call;

use crate::away::News;
use crate::snapshot::{needless_copy, Object, Part, Snapshot};
use crate::whole::flaw;

/// The members that are other snapshots: numbers in the core's texts.
const LINKS: [&str; 4] = ["sender", "referencedMessage", "lastMessage", "user"];

/// What JavaScript holds of one session.
#[derive(Default)]
pub struct Page {
    table: Vec<Slot>,
    subscriptions: BTreeMap<u32, Subscription>,
    calls: BTreeMap<u32, (Call, Outcome)>,
    /// Calls that were settled since somebody looked.
    settled: Vec<u32>,
    /// Subscriptions whose listener is to be called.
    called: Vec<u32>,
    last: u32,
    /// The frames that came.
    frames: Vec<String>,
    /// What the session ended with.
    pub ended: Option<Value>,
    /// Whether something that was taken back and made anew, without anybody being told in between,
    /// may have new parts that are as the old ones.
    pub forgives_remade: bool,
}

#[derive(Default)]
enum Slot {
    #[default]
    Free,
    Object(Rc<Object>),
    List(Rc<Vec<Rc<Object>>>),
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing yet.
    Pending,
    /// It resolved with a snapshot.
    Snapshot(Snapshot),
    /// It resolved with a value, or nothing.
    Value(Option<Value>),
    /// It was rejected.
    Rejected(Value),
}

/// The state of a subscription.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// No snapshot yet.
    Pending,
    /// Live.
    Active,
    /// Ended by the application.
    Unsubscribed,
    /// Ended by an error.
    Failed(Value),
}

/// One call of a listener.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Whether it is all there is.
    pub loaded_all: bool,
}

/// A subscription of the application.
#[derive(Debug)]
pub struct Subscription {
    /// The call that made it, and the first of its arguments: the conversation, if it is of one.
    call: Call,
    conversation: String,
    /// How many frames had come when it last heard something.
    frames: usize,
    /// As JavaScript would show it.
    pub state: State,
    /// Every call of the listener so far.
    pub heard: Vec<Heard>,
    /// The ids of all that its list has shown since it was last null.
    pub seen: BTreeSet<String>,
}

impl Subscription {
    /// The latest snapshot.
    pub fn latest(&self) -> Option<&Heard> {
        self.heard.last()
    }
}

/// What a subscription or a call was refused with: a status and the body of the answer.
fn refusal(status: Value, body: Option<&Value>) -> Value {
    json!({ "status": status, "body": body })
}

/// Says that the core did not keep a promise.
macro_rules! broken {
    ($($detail:tt)*) => { panic!("rule broken: {}", format_args!($($detail)*)) };
}

impl Page {
    /// A number for a new call.
    pub fn new_call(&mut self, call: Call) -> u32 {
        self.last += 1;
        self.calls.insert(self.last, (call, Outcome::Pending));
        self.last
    }

    /// A number for a new subscription.
    pub fn new_subscription(&mut self, call: Call, args: &Value) -> u32 {
        self.last += 1;
        let own = Subscription {
            call,
            conversation: args[0].as_str().unwrap_or("").to_owned(),
            frames: 0,
            state: State::Pending,
            heard: Vec::new(),
            seen: BTreeSet::new(),
        };
        self.subscriptions.insert(self.last, own);
        self.last
    }

    /// Ends a subscription on the application's side; `false` if it had ended before.
    pub fn end_subscription(&mut self, number: u32) -> bool {
        match self.subscriptions.get_mut(&number) {
            Some(own) if matches!(own.state, State::Pending | State::Active) => {
                own.state = State::Unsubscribed;
                true
            }
            _ => false,
        }
    }

    /// A subscription.
    pub fn subscription(&self, number: u32) -> &Subscription {
        let Some(own) = self.subscriptions.get(&number) else {
            panic!("the test knows no subscription {number}")
        };
        own
    }

    /// All subscriptions that have not ended.
    pub fn live(&self) -> impl Iterator<Item = (u32, &Subscription)> {
        let live = |own: &Subscription| matches!(own.state, State::Pending | State::Active);
        self.subscriptions.iter().filter(move |(_, own)| live(own)).map(|(n, own)| (*n, own))
    }

    /// What became of a call.
    pub fn outcome(&self, number: u32) -> &Outcome {
        self.calls.get(&number).map_or(&Outcome::Pending, |(_, outcome)| outcome)
    }

    /// The calls that wait.
    pub fn pending(&self) -> Vec<u32> {
        let pending = self.calls.iter().filter(|(_, (_, outcome))| *outcome == Outcome::Pending);
        pending.map(|(number, _)| *number).collect()
    }

    /// The calls that were rejected, and their errors.
    pub fn rejected(&self) -> impl Iterator<Item = (u32, &Value)> {
        self.calls.iter().filter_map(|(number, (_, outcome))| match outcome {
            Outcome::Rejected(error) => Some((*number, error)),
            _ => None,
        })
    }

    /// The calls that were settled since the last time, in order.
    pub fn take_settled(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.settled)
    }

    /// The subscriptions whose listeners are to be called.
    pub fn take_called(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.called)
    }

    /// How many snapshots the core still has JavaScript keep.
    pub fn kept(&self) -> usize {
        self.table.iter().filter(|slot| !matches!(slot, Slot::Free)).count()
    }

    /// Notes a frame that comes.
    pub(crate) fn came(&mut self, frame: &str) {
        self.frames.push(frame.to_owned());
    }

    /// Carries out the operations of one [`talk_core::Output::Apply`].
    pub fn apply(&mut self, text: &str) {
        let operations: Vec<Vec<Value>> = match serde_json::from_str(&format!("[{text}]")) {
            Ok(operations) => operations,
            Err(error) => broken!("operations are JSON arrays ({error}): {text}"),
        };
        let mut called = BTreeSet::new();
        for mut operation in operations {
            let number = |at: usize| operation.get(at).and_then(Value::as_u64).unwrap_or(u64::MAX);
            let (kind, subject, loaded_all) = (number(0), number(1) as u32, number(3) == 1);
            let has_argument = operation.len() > 2;
            let argument = operation.get_mut(2).map(Value::take).unwrap_or_default();
            match kind {
                0 | 1 => self.make(subject, argument, kind == 1),
                2 => self.list(subject, &argument),
                3 => self.edit(subject, &argument),
                4 => self.free(subject),
                5 => {
                    if !called.insert(subject) {
                        broken!("one listener call per input: subscription {subject} got two");
                    }
                    self.hear(subject, self.named(&argument), loaded_all);
                }
                6 => self.fail(subject, refusal(argument, operation.get(3))),
                7 => self.settle(subject, Outcome::Snapshot(self.named(&argument))),
                8 => self.settle(subject, Outcome::Value(has_argument.then_some(argument))),
                9 => {
                    let why = refusal(argument, operation.get(3));
                    self.settle(subject, Outcome::Rejected(why));
                }
                10 => self.end(operation.swap_remove(1)),
                // A result of a search: those are for others to judge.
                22 => {}
                _ => broken!("operations are numbered 0 to 10, and 22: {operation:?}"),
            }
        }
    }

    fn slot(&mut self, handle: u32) -> &mut Slot {
        if handle > 1_000_000 {
            broken!("handles are small numbers: {handle}");
        }
        let size = self.table.len().max(handle as usize + 1);
        self.table.resize_with(size, Slot::default);
        &mut self.table[handle as usize]
    }

    /// The object of a handle that an operation names.
    fn object(&self, handle: &Value) -> Rc<Object> {
        let slot = handle.as_u64().and_then(|handle| self.table.get(handle as usize));
        match slot {
            Some(Slot::Object(object)) => Rc::clone(object),
            Some(Slot::List(_)) => broken!("an object is named, but {handle} is a list"),
            _ => broken!("what is named has been made and not been freed: {handle}"),
        }
    }

    /// The snapshot of a handle, or null for -1.
    fn named(&self, handle: &Value) -> Snapshot {
        if handle.as_i64() == Some(-1) {
            return Snapshot::Null;
        }
        match handle.as_u64().and_then(|handle| self.table.get(handle as usize)) {
            Some(Slot::Object(object)) => Snapshot::Object(Rc::clone(object)),
            Some(Slot::List(list)) => Snapshot::List(Rc::clone(list)),
            _ => broken!("what is named has been made and not been freed: {handle}"),
        }
    }

    fn make(&mut self, handle: u32, members: Value, patch: bool) {
        let Value::Object(members) = members else { broken!("members are an object: {members}") };
        let members = self.link(members);
        let old = match self.slot(handle) {
            Slot::Object(old) => Some(Rc::clone(old)),
            Slot::List(_) => broken!("{handle} is a list, not an object"),
            Slot::Free => None,
        };
        let new = match (old, patch) {
            (None, false) => Object::new(members, None),
            // Who is typing is always told in full.
            (Some(old), false) if old.members.contains_key("many") => {
                Object::new(members, Some(old))
            }
            (Some(_), false) => broken!("a handle is used again only when it is free: {handle}"),
            (None, true) => broken!("what is patched has been made: {handle}"),
            (Some(old), true) => {
                // A quote may be told again what it was made with: the message itself may have waited
                // for what it shows.
                let quote = handle % 2 == 1;
                for (name, part) in &members {
                    if let (Part::Value(new), Some(Part::Value(known))) =
                        (part, old.members.get(name))
                    {
                        // What links to nothing may be said again.
                        if new == known && !new.is_null() && !quote {
                            broken!("a patch has what changed, and no more: {name} is still {new}");
                        }
                    }
                }
                let mut all = old.members.clone();
                all.extend(members);
                let new = Object::new(all, Some(Rc::clone(&old)));
                let lost = |name: &str| {
                    let null = |part: &Part| matches!(part, Part::Value(own) if own.is_null());
                    new.members.get(name).is_some_and(null)
                };
                // A message that is lost may have come and gone in between.
                let gone = lost("referencedMessage") || lost("referencedMessageId");
                if new.is_copy_of(&old) && !quote && !(self.forgives_remade && gone) {
                    broken!("a patch changes something: {handle} is still {}", new.to_value());
                }
                new
            }
        };
        *self.slot(handle) = Slot::Object(Rc::new(new));
    }

    fn link(&self, members: Map<String, Value>) -> BTreeMap<String, Part> {
        let part = |(name, value): (String, Value)| {
            let is_link = LINKS.contains(&name.as_str()) && value.is_number();
            let part = match value {
                value if is_link => Part::Object(self.object(&value)),
                Value::Array(users) if name == "users" => {
                    Part::Objects(users.iter().map(|user| self.object(user)).collect())
                }
                value => Part::Value(Rc::new(value)),
            };
            (name, part)
        };
        members.into_iter().map(part).collect()
    }

    fn list(&mut self, handle: u32, handles: &Value) {
        let Some(handles) = handles.as_array() else { broken!("a list names handles: {handles}") };
        let list = handles.iter().map(|handle| self.object(handle)).collect();
        if let Slot::Object(_) = self.slot(handle) {
            broken!("a handle is used again only when it is free: {handle}");
        }
        self.put(handle, list);
    }

    /// A list that has become what it was stays the same object.
    fn put(&mut self, handle: u32, list: Vec<Rc<Object>>) {
        let slot = self.slot(handle);
        if let Slot::List(old) = slot {
            let pairs = old.iter().zip(&list);
            if old.len() == list.len() && pairs.into_iter().all(|(a, b)| Rc::ptr_eq(a, b)) {
                return;
            }
        }
        *slot = Slot::List(Rc::new(list));
    }

    fn edit(&mut self, handle: u32, edits: &Value) {
        let mut list = match self.slot(handle) {
            Slot::List(list) => Vec::clone(list),
            _ => broken!("a list that is edited has been made: {handle}"),
        };
        let edits = edits.as_array().map_or(&[][..], Vec::as_slice);
        let number = |at: usize| match edits.get(at).and_then(Value::as_u64) {
            Some(number) => number as usize,
            None => broken!("an edit has three numbers and its handles: {edits:?}"),
        };
        let mut at = 0;
        while at < edits.len() {
            let (position, removed, added) = (number(at), number(at + 1), number(at + 2));
            let Some(handles) = edits.get(at + 3..at + 3 + added) else {
                broken!("an edit has as many handles as it says: {edits:?}")
            };
            if position + removed > list.len() {
                broken!("edits are in range: {edits:?} at {at}, the list has {}", list.len());
            }
            let new: Vec<_> = handles.iter().map(|handle| self.object(handle)).collect();
            list.splice(position..position + removed, new);
            at += 3 + added;
        }
        self.put(handle, list);
    }

    fn free(&mut self, handle: u32) {
        // A handle may have been given out and never been used.
        *self.slot(handle) = Slot::Free;
    }

    fn hear(&mut self, number: u32, snapshot: Snapshot, loaded_all: bool) {
        let Some(own) = self.subscriptions.get_mut(&number) else {
            broken!("the core tells only subscriptions that were made: {number}")
        };
        if !matches!(own.state, State::Pending | State::Active) {
            broken!("who has ended is told nothing: subscription {number} is {:?}", own.state);
        }
        own.state = State::Active;
        // Who plays the service itself has values of its own, and checks of its own.
        if let Some(flaw) = flaw(own.call, &snapshot).filter(|_| !self.forgives_remade) {
            broken!("every snapshot is whole and in order: {number} got {flaw}");
        }
        if let Some(last) = own.heard.last() {
            if let (Snapshot::List(old), Snapshot::List(new)) = (&last.snapshot, &snapshot) {
                if Rc::ptr_eq(old, new) && last.loaded_all == loaded_all {
                    // The package's front does not call a listener for it.
                    return;
                }
            }
            let same = last.loaded_all == loaded_all && last.snapshot == snapshot;
            let objects = |own: &Snapshot| -> Vec<Rc<Object>> {
                own.object().into_iter().chain(own.items()).cloned().collect()
            };
            let pairs = objects(&last.snapshot).into_iter().zip(objects(&snapshot));
            // What was made anew, or changed and changed back while a list waited for the rest of it.
            let remade = pairs
                .into_iter()
                .any(|(old, new)| !new.all_comes_from(&old) || new.came_back(&old));
            // An empty list may have been none in between, and be another one.
            let remade = remade || matches!(&snapshot, Snapshot::List(list) if list.is_empty());
            if same && !(self.forgives_remade && remade) {
                let what = snapshot.to_value();
                broken!("a listener is called for a change only: {number} has had {what}");
            }
            let frames = &self.frames[own.frames..];
            let news = News { frames, call: own.call, conversation: &own.conversation };
            let remade = self.forgives_remade;
            if let Some(part) = needless_copy(&last.snapshot, &snapshot, remade, &news) {
                broken!("what did not change is the same object: {number} got a copy of {part}");
            }
        }
        own.frames = self.frames.len();
        if snapshot == Snapshot::Null {
            own.seen.clear();
        }
        own.seen.extend(snapshot.ids());
        snapshot.show();
        own.heard.push(Heard { snapshot, loaded_all });
        self.called.push(number);
    }

    fn fail(&mut self, number: u32, error: Value) {
        match self.subscriptions.get_mut(&number) {
            Some(own) if matches!(own.state, State::Pending | State::Active) => {
                own.state = State::Failed(error);
            }
            _ => broken!("who has ended cannot fail: subscription {number}"),
        }
    }

    fn settle(&mut self, number: u32, outcome: Outcome) {
        let call = self.calls.get(&number).map(|(call, _)| *call);
        if let (Some(call), Outcome::Snapshot(snapshot)) = (call, &outcome) {
            if let Some(flaw) = flaw(call, snapshot).filter(|_| !self.forgives_remade) {
                broken!("every snapshot is whole and in order: call {number} got {flaw}");
            }
            snapshot.show();
        }
        match self.calls.get_mut(&number) {
            Some((_, own)) if *own == Outcome::Pending => *own = outcome,
            Some((_, own)) => {
                broken!("a promise settles once: {number} is {own:?}, now {outcome:?}")
            }
            None => broken!("only promises that were made settle: {number}"),
        }
        self.settled.push(number);
    }

    fn end(&mut self, error: Value) {
        for (number, (_, outcome)) in &mut self.calls {
            if *outcome == Outcome::Pending {
                *outcome = Outcome::Rejected(error.clone());
                self.settled.push(*number);
            }
        }
        for own in self.subscriptions.values_mut() {
            if matches!(own.state, State::Pending | State::Active) {
                own.state = State::Failed(error.clone());
            }
        }
        self.table.clear();
        self.ended = Some(error);
    }
}
