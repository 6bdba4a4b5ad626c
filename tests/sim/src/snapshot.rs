//! The objects that JavaScript would hold: what they contain, and which of them are the same.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::away::News;

/// A snapshot of one thing.
#[derive(Debug)]
pub struct Object {
    /// By name.
    pub members: BTreeMap<String, Part>,
    /// The snapshot that it was made of.
    before: Option<Rc<Object>>,
    /// Whether a listener or a promise got it, by itself or in something else.
    shown: Cell<bool>,
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.members == other.members
    }
}

/// A member of a snapshot.
#[derive(Clone, Debug)]
pub enum Part {
    /// A value of its own.
    Value(Rc<Value>),
    /// Another snapshot.
    Object(Rc<Object>),
    /// Several of them.
    Objects(Vec<Rc<Object>>),
}

/// What a listener or a promise gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Snapshot {
    /// There is nothing.
    Null,
    /// One thing.
    Object(Rc<Object>),
    /// A list of things.
    List(Rc<Vec<Rc<Object>>>),
}

impl Object {
    pub(crate) fn new(members: BTreeMap<String, Part>, before: Option<Rc<Object>>) -> Object {
        Object { members, before, shown: Cell::new(false) }
    }

    /// Notes that it was shown, with all that is in it.
    fn show(&self) {
        if !self.shown.replace(true) {
            self.members.values().flat_map(Part::objects).for_each(|inner| inner.show());
        }
    }

    /// Whether somebody got it before, by itself or in something else.
    pub(crate) fn is_shown(&self) -> bool {
        self.shown.get()
    }

    /// Whether it and all that is in it was made out of `old`, which has the same members.
    pub(crate) fn all_comes_from(&self, old: &Object) -> bool {
        let inner = || self.pairs(old).all(|(new, old)| new.all_comes_from(old));
        std::ptr::eq(self, old) || self.comes_from(old) && inner()
    }

    /// The snapshots in this, each with the one that is in the same place of `old`.
    fn pairs<'a>(
        &'a self,
        old: &'a Object,
    ) -> impl Iterator<Item = (&'a Rc<Object>, &'a Rc<Object>)> {
        self.members.iter().flat_map(move |(name, part)| {
            let parts = old.members.get(name).map_or(&[][..], Part::objects);
            part.objects().iter().zip(parts)
        })
    }

    /// Whether it was made of another one, by changes.
    fn comes_from(&self, old: &Object) -> bool {
        let mut before = std::iter::successors(self.before.as_deref(), |own| own.before.as_deref());
        before.any(|own| std::ptr::eq(own, old))
    }

    /// Whether what is the same in `old` and in this was shown otherwise in between: to somebody who
    /// was told earlier than who waited for the rest of a list. `same` compares with `old`.
    /// `unseen`: what nobody was shown counts, too.
    pub(crate) fn went_astray(
        &self,
        old: &Object,
        unseen: bool,
        same: impl Fn(&Object) -> bool,
    ) -> bool {
        let between = std::iter::successors(self.before.as_deref(), |own| own.before.as_deref());
        let mut between = between.take_while(|own| !std::ptr::eq(*own, old));
        between.any(|own| (unseen || own.shown.get()) && !same(own))
    }

    /// Whether this, or something that it shows, is the same as in `old`, and was not in between.
    pub(crate) fn came_back(&self, old: &Object) -> bool {
        self.went_astray(old, true, |own| *own == *old)
            || self.pairs(old).any(|(new, old)| new.came_back(old))
    }

    /// The member `id`, if there is one; of a participant or a reaction it is the user's.
    pub fn id(&self) -> &str {
        match (self.members.get("id"), self.members.get("user")) {
            (Some(Part::Value(id)), _) => id.as_str().unwrap_or(""),
            (_, Some(Part::Object(user))) => user.id(),
            _ => "",
        }
    }

    /// The snapshot that a member is.
    pub fn link(&self, name: &str) -> Option<&Rc<Object>> {
        match self.members.get(name) {
            Some(Part::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// Whether all members have the same values and link to the very same snapshots.
    pub(crate) fn is_copy_of(&self, old: &Object) -> bool {
        let same = |(name, part): (&String, &Part)| match (part, old.members.get(name)) {
            (Part::Value(new), Some(Part::Value(old))) => new == old,
            (Part::Object(new), Some(Part::Object(old))) => Rc::ptr_eq(new, old),
            (Part::Objects(new), Some(Part::Objects(old))) => {
                new.len() == old.len() && new.iter().zip(old).all(|(a, b)| Rc::ptr_eq(a, b))
            }
            _ => false,
        };
        self.members.iter().all(same)
    }

    /// All of it as JSON.
    pub fn to_value(&self) -> Value {
        let member = |(name, part): (&String, &Part)| (name.clone(), part.to_value());
        Value::Object(self.members.iter().map(member).collect::<Map<_, _>>())
    }
}

impl Part {
    /// The snapshots that it is.
    pub(crate) fn objects(&self) -> &[Rc<Object>] {
        match self {
            Part::Value(_) => &[],
            Part::Object(object) => std::slice::from_ref(object),
            Part::Objects(objects) => objects,
        }
    }

    /// All of it as JSON.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Part::Value(value) => Value::clone(value),
            Part::Object(object) => object.to_value(),
            Part::Objects(objects) => objects.iter().map(|object| object.to_value()).collect(),
        }
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Value(a), Part::Value(b)) => Rc::ptr_eq(a, b) || a == b,
            (Part::Object(a), Part::Object(b)) => Rc::ptr_eq(a, b) || a == b,
            (Part::Objects(a), Part::Objects(b)) => a == b,
            _ => false,
        }
    }
}

impl Snapshot {
    /// Notes that somebody got it.
    pub(crate) fn show(&self) {
        self.object().into_iter().chain(self.items()).for_each(|object| object.show());
    }

    /// All of it as JSON.
    pub fn to_value(&self) -> Value {
        match self {
            Snapshot::Null => Value::Null,
            Snapshot::Object(object) => object.to_value(),
            Snapshot::List(list) => list.iter().map(|object| object.to_value()).collect(),
        }
    }

    /// What is in the list; nothing for something else.
    pub fn items(&self) -> &[Rc<Object>] {
        match self {
            Snapshot::List(list) => list,
            Snapshot::Null | Snapshot::Object(_) => &[],
        }
    }

    /// The ids of what is in the list.
    pub fn ids(&self) -> Vec<String> {
        self.items().iter().map(|object| object.id().to_owned()).collect()
    }

    /// The one thing, if it is one.
    pub fn object(&self) -> Option<&Rc<Object>> {
        match self {
            Snapshot::Object(object) => Some(object),
            Snapshot::Null | Snapshot::List(_) => None,
        }
    }
}

/// Finds a part of `new` that did not change since `old` and yet is another object. Gives where.
/// `remade`: what was made anew and not out of the old one does not count. `news`: what the service
/// has said since, see [`crate::away`].
pub(crate) fn needless_copy(
    old: &Snapshot,
    new: &Snapshot,
    remade: bool,
    news: &News,
) -> Option<String> {
    let copy_in = |old: &Rc<Object>, new: &Rc<Object>| {
        let copy = needless_copy_in(old, new, remade, news)?;
        (new.all_comes_from(old) || !news.took_away(new.id())).then_some(copy)
    };
    match (old, new) {
        (Snapshot::Object(old), Snapshot::Object(new)) => copy_in(old, new),
        (Snapshot::List(old), Snapshot::List(new)) => {
            // What is in the place that it had is most often the same.
            let (mut at, mut gone, mut come) = (0, Vec::new(), Vec::new());
            while at < old.len().max(new.len()) {
                match (old.get(at), new.get(at)) {
                    (Some(old), Some(new)) if Rc::ptr_eq(old, new) => {}
                    (old, new) => {
                        gone.extend(old);
                        come.extend(new);
                    }
                }
                at += 1;
            }
            let known: BTreeMap<&str, &Rc<Object>> = gone.iter().map(|o| (o.id(), *o)).collect();
            come.iter().find_map(|new| copy_in(known.get(new.id())?, new))
        }
        _ => None,
    }
}

fn needless_copy_in(
    old: &Rc<Object>,
    new: &Rc<Object>,
    remade: bool,
    news: &News,
) -> Option<String> {
    if Rc::ptr_eq(old, new) || old.id() != new.id() || remade && !new.comes_from(old) {
        return None;
    }
    if old == new {
        return (!any_went_astray(old, new, remade, news))
            .then(|| format!("{:?} as a whole", new.id()));
    }
    new.members.iter().find_map(|(name, part)| match (old.members.get(name)?, part) {
        (Part::Object(old), Part::Object(new)) => needless_copy_in(old, new, remade, news),
        (Part::Objects(old), Part::Objects(new)) => new.iter().find_map(|new| {
            let old = old.iter().find(|old| old.id() == new.id())?;
            let copy = needless_copy_in(old, new, remade, news)?;
            (new.comes_from(old) || !news.stopped(new.id())).then_some(copy)
        }),
        (Part::Value(was), Part::Value(value)) => {
            let structured = value.is_object() || value.is_array();
            let copied = structured && value == was && !Rc::ptr_eq(value, was);
            let same = |own: &Object| own.members.get(name) == Some(part);
            let copied = copied && !new.went_astray(old, remade || news.changed(new), same);
            copied.then(|| format!("{name:?}, which is {value}"))
        }
        _ => None,
    })
}

/// Whether something, or a part of it, is again as it was after it was otherwise. What shows that part
/// need not have been made in between: it may have waited for another one.
fn any_went_astray(old: &Rc<Object>, new: &Rc<Object>, remade: bool, news: &News) -> bool {
    let parts = |name: &str| old.members.get(name).map_or(&[][..], Part::objects);
    let inner = |(name, part): (&String, &Part)| {
        let mut pairs = parts(name).iter().zip(part.objects());
        pairs.any(|(old, new)| !Rc::ptr_eq(old, new) && any_went_astray(old, new, remade, news))
    };
    let unseen = remade || news.changed(new);
    new.went_astray(old, unseen, |own| own == &**old) || new.members.iter().any(inner)
}
