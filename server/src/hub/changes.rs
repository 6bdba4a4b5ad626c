//! Changes of a conversation: the events and the records are the difference of before and after.
//!
//! A rule takes a picture with [`App::before`], edits the conversation as it likes, and calls
//! [`App::settle`]. Whatever differs is told to those who may see it, with the smallest diff, and
//! stored. So a change that changes nothing tells nothing, and no rule has to think of who listens.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use super::app::{App, Audience, Cx};
use super::feeds::Feed;
use super::records::Kind;
use super::state::{Conversation, Matter, Participant, Typing};
use super::views;

/// A conversation as it was.
#[derive(Default)]
pub(crate) struct Before {
    existed: bool,
    matter: Matter,
    participants: BTreeMap<String, Participant>,
    sides: BTreeMap<String, Value>,
    typing: BTreeMap<String, Typing>,
}

impl App {
    /// The picture of a conversation before a change. One that does not exist yet is empty.
    pub(crate) fn before(&self, id: &str) -> Before {
        let Some(conversation) = self.conversations.get(id) else { return Before::default() };
        Before {
            existed: true,
            matter: conversation.matter.clone(),
            participants: conversation.participants.clone(),
            sides: sides(conversation),
            typing: conversation.typing.clone(),
        }
    }

    /// Tells and stores what changed since `before`.
    pub(crate) fn settle(&mut self, cx: &mut Cx<'_>, id: &str, before: &Before) {
        let Some(conversation) = self.conversations.get(id) else { return };
        self.settle_matter(cx, id, conversation, before);
        self.settle_sides(cx, id, conversation, before);
        self.settle_participants(cx, id, conversation, before);
        self.settle_typing(cx, id, conversation, before);
        self.settle_indexes(id, before);
    }

    fn settle_matter(&self, cx: &mut Cx<'_>, id: &str, now: &Conversation, before: &Before) {
        if before.existed && now.matter == before.matter {
            return;
        }
        self.save(cx.out, Kind::Conversation, &[id], &now.matter);
        let diff = views::diff(&views::matter(&before.matter), &views::matter(&now.matter));
        let Some(diff) = diff else { return };
        let audience = [Feed::Conversations, Feed::Conversation(id.to_owned())];
        let event = json!({ "type": "conversation.edited", "conversationId": id, "diff": diff });
        for user in now.participants.keys() {
            self.tell(cx.out, user, &Audience::Any(&audience), |_| Some(event.clone()));
        }
    }

    fn settle_sides(&self, cx: &mut Cx<'_>, id: &str, now: &Conversation, before: &Before) {
        let after = sides(now);
        for user in before.sides.keys().filter(|user| !after.contains_key(*user)) {
            let event = json!({ "type": "side.deleted", "conversationId": id });
            self.tell(cx.out, user, &Audience::About(id), |_| Some(event.clone()));
        }
        for (user, side) in &after {
            let Some(old) = before.sides.get(user) else {
                let state = now.participants.get(user).map(|p| views::conversation(id, now, p));
                let event = json!({ "type": "side.created", "conversationId": id, "state": state });
                self.tell(cx.out, user, &Audience::About(id), |_| Some(event.clone()));
                continue;
            };
            if let Some(diff) = views::diff(old, side) {
                let audience = [Feed::Conversations, Feed::Conversation(id.to_owned())];
                let event = json!({ "type": "side.edited", "conversationId": id, "diff": diff });
                self.tell(cx.out, user, &Audience::Any(&audience), |_| Some(event.clone()));
            }
        }
    }

    fn settle_participants(&self, cx: &mut Cx<'_>, id: &str, now: &Conversation, before: &Before) {
        for user in before.participants.keys().filter(|u| !now.participants.contains_key(*u)) {
            self.forget(cx.out, Kind::Participant, &[id, user]);
            let event = json!({
                "type": "participant.deleted", "conversationId": id, "userId": user,
            });
            self.tell_participants(cx, id, now, user, &event);
        }
        for (user, participant) in &now.participants {
            let old = before.participants.get(user);
            if old == Some(participant) {
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
                    self.tell_participants(cx, id, now, user, &event);
                }
                Some(old) => {
                    let old = views::participant(user, old);
                    let Some(diff) = views::diff(&old, &state) else { continue };
                    let event = json!({
                        "type": "participant.edited",
                        "conversationId": id, "userId": user, "diff": diff,
                    });
                    self.tell_participants(cx, id, now, user, &event);
                }
            }
        }
    }

    /// Tells everybody in the conversation of a change of the participant `about`.
    fn tell_participants(
        &self,
        cx: &mut Cx<'_>,
        id: &str,
        now: &Conversation,
        about: &str,
        event: &Value,
    ) {
        let theirs =
            [Feed::Participants(id.to_owned()), Feed::Participant(id.to_owned(), about.to_owned())];
        // One's own access and notify are part of one's view of the conversation.
        let mine = [
            theirs[0].clone(),
            theirs[1].clone(),
            Feed::Conversations,
            Feed::Conversation(id.to_owned()),
        ];
        for user in now.participants.keys() {
            let edits_mine = user == about && event["type"] == "participant.edited";
            let audience = Audience::Any(if edits_mine { &mine } else { &theirs });
            self.tell(cx.out, user, &audience, |_| Some(event.clone()));
        }
    }

    fn settle_typing(&self, cx: &mut Cx<'_>, id: &str, now: &Conversation, before: &Before) {
        let audience = Audience::Of(Feed::Typing(id.to_owned()));
        for user in now.participants.keys() {
            let state = views::typing(&now.typing, user);
            if !before.participants.contains_key(user) {
                let event =
                    json!({ "type": "typing.available", "conversationId": id, "state": state });
                self.tell(cx.out, user, &audience, |_| Some(event.clone()));
            } else if before.typing != now.typing {
                let diff = views::typing_diff(&views::typing(&before.typing, user), &state);
                let Some(diff) = diff else { continue };
                let event = json!({ "type": "typing.changed", "conversationId": id, "diff": diff });
                self.tell(cx.out, user, &audience, |_| Some(event.clone()));
            }
        }
    }

    /// Keeps the two indexes over conversations in step.
    fn settle_indexes(&mut self, id: &str, before: &Before) {
        let Some(now) = self.conversations.get(id) else { return };
        for user in before.participants.keys().chain(now.participants.keys()) {
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

fn sides(conversation: &Conversation) -> BTreeMap<String, Value> {
    let read_until = conversation.everyone_read_until();
    let everyone = conversation.participants.iter();
    everyone.map(|(user, p)| (user.clone(), views::side(conversation, p, read_until))).collect()
}
