//! What happens to messages: they come, change, go, and are reacted to.

use serde_json::{json, Map, Value};

use crate::model::{State, ME};
use crate::rules::MESSAGE;
use crate::service::Service;
use crate::wire::{plain, HALF};
use crate::world::{inside, EMOJI};

impl Service {
    /// A new message.
    pub fn add_message(&mut self, id: &str) {
        self.made += 1;
        let message = format!("m{:04}", self.made);
        let mut state: State =
            MESSAGE.iter().map(|(n, of)| ((*n).to_owned(), self.value(*of, false))).collect();
        state.insert("id".into(), message.clone().into());
        let sender = match self.dice.below(20) {
            0..=2 => Value::Null,
            3 => HALF.to_string().into(),
            _ => self.some_user().into(),
        };
        state.insert("senderId".into(), sender);
        let time = self.some_time();
        state.insert("createdAt".into(), time);
        state.insert("referencedMessageId".into(), Value::Null);
        if self.dice.chance(self.plan.references) {
            let least = if self.plan.circles { 0 } else { 2 };
            let other = match self.dice.between(least, 6) {
                0 => message.clone(),
                1 => format!("m{:04}", self.made + self.dice.between(1, 2)),
                2 => "nowhere".to_owned(),
                _ => self.some_message(id).unwrap_or_else(|| "nowhere".to_owned()),
            };
            let there = self.model.conversations[id].messages.contains_key(&other);
            if !there && other != message {
                self.model.missed.insert((id.to_owned(), other.clone()));
            }
            state.insert("referencedMessageId".into(), other.into());
        }
        let key = format!("{id} {message}");
        let keep = ["id", "senderId", "createdAt", "content", "referencedMessageId"];
        self.birth("message", &key, &mut state, &keep);
        let mut news = Value::from(state);
        news["reactions"] = match self.dice.chance(100) {
            true => json!({ "👍": { "count": 2, "createdAt": 5, "currentUserReacted": true } }),
            false => json!({}),
        };
        let before = self.model.conversations[id].activity();
        self.model.message_news(id, &message, &news, false);
        let own = &self.model.conversations[id];
        let (joined, state) = (own.joined, own.messages[&message].clone());
        let text = self.write_state("message", &key, &state);
        let event = self.event(
            "message.created",
            &[
                ("conversationId", Self::quoted(id)),
                ("messageId", Self::quoted(&message)),
                ("state", text),
            ],
        );
        if joined {
            self.tell(&[inside(id, &["messages"])], None, event);
        }
        self.tell_activity(id, &before);
    }

    fn message_event(&mut self, id: &str, message: &str, kind: &str, more: (&str, String)) {
        let event = self.event(
            kind,
            &[("conversationId", Self::quoted(id)), ("messageId", Self::quoted(message)), more],
        );
        if self.model.conversations[id].joined {
            self.tell(&[inside(id, &["messages"])], None, event);
        }
    }

    pub(crate) fn edit_message(&mut self) {
        let id = self.some_conversation();
        let Some(message) = self.some_message(&id) else { return };
        let names = ["type", "custom", "editedAt", "origin", "content"];
        let diff = self.diff(&names, MESSAGE);
        self.model.message_news(&id, &message, &diff.clone().into(), true);
        let text = self.write_diff("message", &format!("{id} {message}"), &diff);
        self.message_event(&id, &message, "message.edited", ("diff", text));
    }

    pub(crate) fn delete_message(&mut self) {
        let id = self.some_conversation();
        let Some(message) = self.some_message(&id) else { return };
        let before = self.model.conversations[&id].activity();
        let was_last =
            self.model.conversations[&id].history().first().is_some_and(|(_, m)| *m == message);
        let Some(own) = self.model.conversations.get_mut(&id) else { return };
        own.messages.remove(&message);
        self.shrunk.extend(["list".to_owned(), format!("messages {id}")]);
        own.reactions.retain(|(of, _), _| *of != message);
        self.model.missed.insert((id.clone(), message.clone()));
        let mut members =
            vec![("conversationId", Self::quoted(&id)), ("messageId", Self::quoted(&message))];
        let last = self.model.conversations[&id].history().into_iter().next();
        if was_last && self.dice.chance(700) {
            let text = match last {
                Some((_, last)) => {
                    let state = self.model.conversations[&id].messages[&last].clone();
                    self.write_state("message", &format!("{id} {last}"), &state)
                }
                None => "null".to_owned(),
            };
            members.push(("newLastMessage", text));
        }
        let event = self.event("message.deleted", &members);
        let mut paths = vec![inside(&id, &["messages"])];
        paths.extend(
            EMOJI.iter().map(|emoji| inside(&id, &["messages", &message, "reactions", emoji])),
        );
        if self.model.conversations[&id].joined {
            self.tell(&paths, None, event);
        }
        self.tell_activity(&id, &before);
    }

    pub(crate) fn clear(&mut self) {
        let id = self.some_conversation();
        self.shrunk.extend(["list".to_owned(), format!("messages {id}")]);
        let Some(own) = self.model.conversations.get_mut(&id) else { return };
        let (before, joined) = (own.activity(), own.joined);
        let gone: Vec<String> = std::mem::take(&mut own.messages).into_keys().collect();
        own.reactions.clear();
        self.model.missed.extend(gone.into_iter().map(|message| (id.clone(), message)));
        let event = self.event("conversation.cleared", &[("conversationId", Self::quoted(&id))]);
        if joined {
            self.tell(&[inside(&id, &["messages"])], None, event);
        }
        self.tell_activity(&id, &before);
    }

    pub(crate) fn react(&mut self) {
        let (id, user, emoji) = (self.some_conversation(), self.some_user(), self.pick(EMOJI));
        let Some(message) = self.some_message(&id) else { return };
        let at = self.some_time();
        let Some(own) = self.model.conversations.get_mut(&id) else { return };
        let users = own.reactions.entry((message.clone(), emoji.clone())).or_default();
        let add = users.get(&user).is_none();
        let at = users.remove(&user).unwrap_or(at);
        if add {
            users.insert(user.clone(), at.clone());
        }
        let mine = users.contains_key(ME);
        let mut summary = Map::new();
        let first = users
            .values()
            .min_by(|a, b| a.as_f64().unwrap_or(0.0).total_cmp(&b.as_f64().unwrap_or(0.0)));
        let state = match first {
            None if self.dice.chance(500) => Value::Null,
            first => json!({
                "count": users.len(),
                "createdAt": first.cloned().unwrap_or(json!(0)),
                "currentUserReacted": mine,
            }),
        };
        summary.insert(emoji.clone(), state);
        if self.dice.chance(self.plan.broken / 2) {
            let wrong = [
                json!(7),
                json!([]),
                json!({}),
                json!({ "count": "3", "createdAt": true }),
                json!({ "count": -1 }),
                json!({ "count": true, "currentUserReacted": 1 }),
                json!({ "count": 1.5, "currentUserReacted": null }),
            ];
            let other = self.pick(&["odd", EMOJI[0], EMOJI[1]]);
            let own = wrong[self.dice.below(wrong.len() as u64) as usize].clone();
            summary.entry(other).or_insert(own);
        }
        let mut diff = Map::new();
        diff.insert("reactions".into(), summary.into());
        self.model.message_news(&id, &message, &diff.clone().into(), true);
        let mut members = vec![
            ("conversationId", Self::quoted(&id)),
            ("messageId", Self::quoted(&message)),
            ("emoji", Self::quoted(&emoji)),
            ("userId", Self::quoted(&user)),
        ];
        members.push(("createdAt", plain(&at)));
        let event = self.event(if add { "reaction.added" } else { "reaction.removed" }, &members);
        if self.model.conversations[&id].joined {
            self.tell(&[inside(&id, &["messages", &message, "reactions", &emoji])], None, event);
        }
        let text = self.write_diff("message", &format!("{id} {message}"), &diff);
        self.message_event(&id, &message, "message.edited", ("diff", text));
    }
}
