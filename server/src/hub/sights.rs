//! Sights: how a message looks differs from viewer to viewer only by where they reach the server and
//! by what they reacted with. Whoever has the same sight is told the same event, which is made once.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::frames::Event;
use super::state::Message;
use super::views::Viewer;

/// The events about some messages that were made so far, by sight.
pub(crate) struct Sights<'a> {
    about: Vec<&'a Message>,
    made: RefCell<BTreeMap<Sight<'a>, Option<Event>>>,
}

/// The address of the server, and for each of the messages the emoji of the viewer.
type Sight<'a> = (String, Vec<Vec<&'a str>>);

impl<'a> Sights<'a> {
    pub(crate) fn new(about: impl IntoIterator<Item = &'a Message>) -> Self {
        Sights { about: about.into_iter().collect(), made: RefCell::default() }
    }

    /// The event for this viewer: `make` makes it for the first with their sight.
    pub(crate) fn event(
        &self,
        to: &Viewer<'_>,
        make: impl FnOnce() -> Option<Value>,
    ) -> Option<Event> {
        let emoji = |message: &&'a Message| -> Vec<&'a str> {
            let theirs = message.reactions.iter().filter(|(_, r)| r.users.contains_key(to.user));
            theirs.map(|(emoji, _)| emoji.as_str()).collect()
        };
        let sight = (to.base_url.to_owned(), self.about.iter().map(emoji).collect());
        let mut made = self.made.borrow_mut();
        made.entry(sight).or_insert_with(|| make().map(Event::from)).clone()
    }
}
