//! Changes of a conversation: the events and the records are the difference of before and after.
//!
//! A rule takes a picture with [`App::before`], edits the conversation as it likes, and calls
//! [`App::settle`]. Whatever differs is told to those who may see it, with the smallest diff, and
//! stored. So a change that changes nothing tells nothing, and no rule has to think of who listens.
//!
//! A picture copies no participant: those who change are noted by the [roster](super::roster), what
//! all share is not copied, and only listeners have their view taken.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{json, Value};

use super::app::{App, Audience, Cx, Part};
use super::feeds::Feed;
use super::frames::{join, Event};
use super::records::Kind;
use super::roster::Changed;
use super::state::{Conversation, Matter, Participant, Typing};
use super::views::{self, Side};

/// A conversation as it was.
#[derive(Default)]
pub(crate) struct Before {
    existed: bool,
    matter: Arc<Matter>,
    /// Of those who listen: nobody else is told of theirs.
    sides: BTreeMap<String, Side>,
    typing: BTreeMap<String, Typing>,
}

/// A conversation as it is, and whom its changes can be told.
struct After<'a> {
    id: &'a str,
    now: &'a Conversation,
    /// Those participants who may not be what they were.
    changed: &'a Changed,
    hearers: Vec<Part<'a>>,
}

impl App {
    /// The picture of a conversation before a change. One that does not exist yet is empty.
    pub(crate) fn before(&self, id: &str) -> Before {
        let Some(conversation) = self.conversations.get(id) else { return Before::default() };
        let hearers = self.hearers(id, conversation);
        Before {
            existed: true,
            matter: conversation.matter.clone(),
            sides: sides(conversation, &hearers),
            typing: conversation.typing.clone(),
        }
    }

    /// Tells and stores what changed since `before`.
    pub(crate) fn settle(&mut self, cx: &mut Cx<'_>, id: &str, before: &Before) {
        let conversation = self.conversations.get_mut(id);
        let Some(changed) = conversation.map(|c| c.participants.take_changed()) else { return };
        let Some(now) = self.conversations.get(id) else { return };
        let after = After { id, now, changed: &changed, hearers: self.hearers(id, now) };
        self.settle_matter(cx, &after, before);
        self.settle_sides(cx, &after, before);
        self.settle_participants(cx, &after);
        self.settle_typing(cx, &after, before);
        self.settle_indexes(id, before, &changed);
    }

    fn settle_matter(&self, cx: &mut Cx<'_>, after: &After<'_>, before: &Before) {
        let &After { id, now, .. } = after;
        if before.existed
            && (Arc::ptr_eq(&now.matter, &before.matter) || now.matter == before.matter)
        {
            return;
        }
        self.save(cx.out, Kind::Conversation, &[id], &*now.matter);
        let diff = views::diff(&views::matter(&before.matter), &views::matter(&now.matter));
        let Some(diff) = diff else { return };
        let audience = [Feed::Conversations, Feed::Conversation(id.to_owned())];
        let event = json!({ "type": "conversation.edited", "conversationId": id, "diff": diff });
        let event = Event::from(event);
        for (user, _) in &after.hearers {
            self.tell(cx.out, user, &Audience::Any(&audience), |_| Some(event.clone()));
        }
    }

    fn settle_sides(&self, cx: &mut Cx<'_>, after: &After<'_>, before: &Before) {
        let &After { id, now, .. } = after;
        for user in before.sides.keys().filter(|user| !now.participants.contains_key(*user)) {
            let event = Event::from(json!({ "type": "side.deleted", "conversationId": id }));
            self.tell(cx.out, user, &Audience::About(id), |_| Some(event.clone()));
        }
        let created = json!({ "type": "side.created", "conversationId": id }).to_string();
        let matter = LazyCell::new(|| views::matter(&now.matter).to_string());
        let sides = sides(now, &after.hearers);
        for (user, participant) in &after.hearers {
            let Some(side) = sides.get(*user) else { continue };
            let Some(old) = before.sides.get(*user) else {
                let own = views::own(id, now, participant, side).to_string();
                let state = format!("{{\"state\":{}}}", join(&[&own, &matter]));
                let event = Event::joined(&[&created, &state]);
                self.tell(cx.out, user, &Audience::About(id), |_| Some(event.clone()));
                continue;
            };
            if old == side {
                continue;
            }
            if let Some(diff) = views::diff(&old.view(), &side.view()) {
                let audience = [Feed::Conversations, Feed::Conversation(id.to_owned())];
                let event = json!({ "type": "side.edited", "conversationId": id, "diff": diff });
                let event = Event::from(event);
                self.tell(cx.out, user, &Audience::Any(&audience), |_| Some(event.clone()));
            }
        }
    }

    fn settle_participants(&self, cx: &mut Cx<'_>, after: &After<'_>) {
        let &After { id, now, changed, .. } = after;
        let is_gone = |(user, old): &(&String, &Option<Participant>)| {
            old.is_some() && !now.participants.contains_key(*user)
        };
        for (user, _) in changed.iter().filter(is_gone) {
            self.forget(cx.out, Kind::Participant, &[id, user]);
            let event = json!({
                "type": "participant.deleted", "conversationId": id, "userId": user,
            });
            self.tell_participants(cx, after, user, event);
        }
        for (user, old) in changed {
            let Some(participant) = now.participants.get(user) else { continue };
            if old.as_ref() == Some(participant) {
                continue;
            }
            self.save(cx.out, Kind::Participant, &[id, user], participant);
            let state = views::participant(user, participant);
            match old {
                None => {
                    let event = json!({
                        "type": "participant.created",
                        "conversationId": id, "userId": user, "state": state,
                    });
                    self.tell_participants(cx, after, user, event);
                }
                Some(old) => {
                    let old = views::participant(user, old);
                    let Some(diff) = views::diff(&old, &state) else { continue };
                    let event = json!({
                        "type": "participant.edited",
                        "conversationId": id, "userId": user, "diff": diff,
                    });
                    self.tell_participants(cx, after, user, event);
                }
            }
        }
    }

    /// Tells everybody in the conversation of a change of the participant `about`.
    fn tell_participants(&self, cx: &mut Cx<'_>, after: &After<'_>, about: &str, event: Value) {
        let id = after.id;
        let theirs =
            [Feed::Participants(id.to_owned()), Feed::Participant(id.to_owned(), about.to_owned())];
        // One's own access and notify are part of one's view of the conversation.
        let mine = [
            theirs[0].clone(),
            theirs[1].clone(),
            Feed::Conversations,
            Feed::Conversation(id.to_owned()),
        ];
        let is_edit = event["type"] == "participant.edited";
        let event = Event::from(event);
        for (user, _) in &after.hearers {
            let edits_mine = is_edit && *user == about;
            let audience = Audience::Any(if edits_mine { &mine } else { &theirs });
            self.tell(cx.out, user, &audience, |_| Some(event.clone()));
        }
    }

    fn settle_typing(&self, cx: &mut Cx<'_>, after: &After<'_>, before: &Before) {
        let &After { id, now, .. } = after;
        let audience = Audience::Of(Feed::Typing(id.to_owned()));
        for (user, _) in &after.hearers {
            let state = || views::typing(&now.typing, user);
            if matches!(after.changed.get(*user), Some(None)) {
                let event =
                    json!({ "type": "typing.available", "conversationId": id, "state": state() });
                self.tell(cx.out, user, &audience, |_| Some(event.clone().into()));
            } else if before.typing != now.typing {
                let diff = views::typing_diff(&views::typing(&before.typing, user), &state());
                let Some(diff) = diff else { continue };
                let event = json!({ "type": "typing.changed", "conversationId": id, "diff": diff });
                self.tell(cx.out, user, &audience, |_| Some(event.clone().into()));
            }
        }
    }

    /// Keeps the two indexes over conversations in step.
    fn settle_indexes(&mut self, id: &str, before: &Before, changed: &Changed) {
        let Some(now) = self.conversations.get(id) else { return };
        for user in changed.keys() {
            if now.participants.contains_key(user) {
                self.memberships.entry(user.clone()).or_default().insert(id.to_owned());
            } else if let Some(all) = self.memberships.get_mut(user) {
                all.remove(id);
            }
        }
        for user in before.typing.keys().chain(now.typing.keys()) {
            let entry = (id.to_owned(), user.clone());
            if now.typing.contains_key(user) {
                self.typists.insert(entry);
            } else {
                self.typists.remove(&entry);
            }
        }
    }
}

/// What is told by `side.edited` to those who listen.
fn sides(conversation: &Conversation, hearers: &[Part<'_>]) -> BTreeMap<String, Side> {
    if hearers.is_empty() {
        return BTreeMap::new();
    }
    let read_until = conversation.everyone_read_until();
    let side = |part: &Participant| Side::of(conversation, part, read_until);
    hearers.iter().map(|(user, part)| ((*user).to_owned(), side(part))).collect()
}
