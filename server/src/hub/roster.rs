//! The participants of a conversation, and what each of them was before the present change.
//!
//! Reading is as with a map. Every way to change a participant notes first what was there, so that
//! the difference of before and after is found without comparing all, of whom there may be thousands.
//! Only [`App::settle`](super::app::App::settle) takes the notes away.

use std::collections::BTreeMap;
use std::ops::Deref;

use super::state::Participant;

/// User → their part, as it was; `None` = they took no part.
pub(crate) type Changed = BTreeMap<String, Option<Participant>>;

#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    all: BTreeMap<String, Participant>,
    changed: Changed,
}

impl Deref for Roster {
    type Target = BTreeMap<String, Participant>;

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}

impl Roster {
    /// Takes in who was kept: no change.
    pub(crate) fn load(&mut self, user: &str, part: Participant) {
        self.all.insert(user.to_owned(), part);
    }

    /// The part of a user, to be changed.
    pub(crate) fn edit(&mut self, user: &str) -> Option<&mut Participant> {
        self.note(user);
        self.all.get_mut(user)
    }

    /// The part of a user, to be changed; `new` if there is none.
    pub(crate) fn edit_or_add(&mut self, user: &str, new: Participant) -> &mut Participant {
        self.note(user);
        self.all.entry(user.to_owned()).or_insert(new)
    }

    pub(crate) fn remove(&mut self, user: &str) {
        self.note(user);
        self.all.remove(user);
    }

    /// Who may have changed since the last time, and what they were before.
    pub(crate) fn take_changed(&mut self) -> Changed {
        std::mem::take(&mut self.changed)
    }

    /// Of several changes the first counts.
    fn note(&mut self, user: &str) {
        if !self.changed.contains_key(user) {
            self.changed.insert(user.to_owned(), self.all.get(user).cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(joined_at: u64) -> Participant {
        let (access, notify) = Default::default();
        Participant { access, notify, joined_at, read_until: 0, marked_unread: false }
    }

    #[test]
    fn what_was_there_first_is_noted() {
        let mut roster = Roster::default();
        roster.load("a", part(1));
        roster.load("b", part(2));
        roster.load("c", part(3));
        assert_eq!(roster.take_changed(), Changed::new(), "who is loaded is no change");
        roster.edit("a").expect("there").read_until = 7;
        roster.edit("a").expect("there").read_until = 8;
        roster.remove("b");
        roster.edit_or_add("b", part(5));
        roster.edit_or_add("d", part(6));
        roster.remove("d");
        assert_eq!(roster.edit("e"), None);
        let none = |user: &str| (user.to_owned(), None);
        let was = |user: &str, at| (user.to_owned(), Some(part(at)));
        let wanted = [was("a", 1), was("b", 2), none("d"), none("e")];
        assert_eq!(roster.take_changed(), wanted.into());
        assert_eq!(roster.take_changed(), Changed::new());
        assert_eq!((roster["a"].read_until, roster["b"].joined_at, roster.len()), (8, 5, 3));
    }
}
