//! What must hold of all that a page shows at one moment.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::page::Page;
use crate::snapshot::{Object, Snapshot};

impl Page {
    /// Checks that everything shown in several places is the same object in all of them.
    pub fn check_shared(&self) {
        let mut seen: BTreeMap<(String, String), (u32, Rc<Object>)> = BTreeMap::new();
        for (number, own) in self.live() {
            match own.latest().map(|heard| &heard.snapshot) {
                Some(Snapshot::Object(object)) => visit(&mut seen, number, "", object),
                Some(Snapshot::List(list)) => {
                    list.iter().for_each(|object| visit(&mut seen, number, "", object));
                }
                Some(Snapshot::Null) | None => {}
            }
        }
    }
}

fn visit(
    seen: &mut BTreeMap<(String, String), (u32, Rc<Object>)>,
    number: u32,
    shown_as: &str,
    object: &Rc<Object>,
) {
    // The form of a message inside another one is not the form of it in a list.
    let kind = match shown_as {
        "referencedMessage" => "reference",
        _ if object.members.contains_key("content") => "message",
        _ if object.members.contains_key("subject") => "conversation",
        _ if object.members.contains_key("role") => "user",
        // They do not say of what conversation or message they are.
        _ => "",
    };
    let key = (kind.to_owned(), object.id().to_owned());
    if let Some((other, known)) = seen.get(&key).filter(|_| !kind.is_empty()) {
        if !Rc::ptr_eq(known, object) {
            panic!(
                "rule broken: snapshots are shared: {kind} {:?} is one object in subscription \
                 {other} and another in {number}:\n{}\n{}",
                object.id(),
                known.to_value(),
                object.to_value()
            );
        }
        return;
    }
    seen.insert(key, (number, Rc::clone(object)));
    for (name, part) in &object.members {
        part.objects().iter().for_each(|inner| visit(seen, number, name, inner));
    }
}
