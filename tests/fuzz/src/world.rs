//! What happens in the world that the service tells of: each act changes the model by its rules and
//! is told to whoever follows it. What happens to messages is in [`crate::messages`].

use std::collections::BTreeMap;

use serde_json::{json, Map, Value};
use talk_core::config::path;

use crate::model::{State, ME};
use crate::rules::{PARTICIPANT, SIDE, USER};
use crate::service::Service;
use crate::wire::plain;

/// When everything begins.
pub const START: u64 = 1_800_000_000_000;

/// Those who may exist; the last one never does.
pub const USERS: &[&str] =
    &[ME, "u1", "u2", "a/b c", "é%\u{1f600}", "x y", "\"q\\", "constructor", "ghost"];

/// What messages are reacted to with.
pub const EMOJI: &[&str] = &["👍", ":a/b:", "%"];

/// The paths of what is about a conversation.
pub(crate) fn inside(id: &str, rest: &[&str]) -> String {
    let mut parts = vec!["me", "conversations", id];
    parts.extend(rest);
    path(&parts)
}

fn inbox() -> String {
    "/me/conversations".to_owned()
}

impl Service {
    pub(crate) fn event(&mut self, kind: &str, members: &[(&str, String)]) -> String {
        let mut all = vec![("type", plain(&kind.into()))];
        all.extend(members.iter().cloned());
        self.writer().object(&all)
    }

    pub(crate) fn quoted(text: &str) -> String {
        plain(&text.into())
    }

    // The beginning.

    /// Makes what there is at the start.
    pub fn populate(&mut self) {
        for user in USERS.iter().filter(|user| **user != "ghost") {
            if *user == ME || self.dice.chance(800) {
                self.create_user(user);
            }
        }
        for at in 0..self.plan.conversations {
            let id = if at == 2 { "c/2 %\"".to_owned() } else { format!("c{at}") };
            if at < 2 || self.dice.chance(900) {
                self.create_conversation(&id, at);
            }
        }
    }

    fn create_conversation(&mut self, id: &str, at: u64) {
        self.model.conversations.entry(id.to_owned()).or_default();
        self.set_typing(id, Some(Default::default()));
        if at < 2 || self.dice.chance(800) {
            self.join(id);
        }
        let count = if at == 0 { self.plan.participants } else { self.dice.below(3) };
        for n in 0..count {
            let user = if n < 4 { self.some_user() } else { format!("p{n}") };
            if user != ME {
                self.add_participant(id, &user);
            }
        }
        let count = if at == 0 { self.plan.messages } else { self.dice.below(3) };
        (0..count).for_each(|_| self.add_message(id));
    }

    fn create_user(&mut self, id: &str) {
        let mut state: State =
            USER.iter().map(|(n, of)| ((*n).to_owned(), self.value(*of, false))).collect();
        state.insert("id".into(), id.into());
        let known = self.model.users.contains_key(id);
        if !known {
            self.birth("user", id, &mut state, &["id"]);
        }
        self.model.user_news(id, &state.clone().into(), false);
        let text = match known {
            // What is known stays as it is where nothing new is said of it.
            true => self.write_diff("user", id, &state),
            false => {
                let state = self.model.users[id].clone();
                self.write_state("user", id, &state)
            }
        };
        let event = self.event("user.created", &[("userId", Self::quoted(id)), ("state", text)]);
        let mut paths = vec![path(&["users", id])];
        if id == ME {
            paths.push(inbox());
        }
        self.tell(&paths, None, event);
    }

    // What happens.

    /// Something happens.
    pub fn act(&mut self) {
        match self.dice.below(100) {
            0..=8 => self.edit_user(),
            9..=11 => {
                let user = self.some_user();
                if user != "ghost" {
                    self.create_user(&user);
                }
            }
            12..=15 => self.go_online(),
            16..=22 => self.edit_side(),
            23..=26 => self.come_or_go(),
            27..=36 => self.edit_participant(),
            37..=41 => {
                let (id, user) = (self.some_conversation(), self.some_user());
                if user != ME && self.model.conversations.contains_key(&id) {
                    self.remove_or_add_participant(&id, &user);
                }
            }
            42..=62 => {
                let id = self.some_conversation();
                if self.model.conversations.contains_key(&id) {
                    self.add_message(&id);
                }
            }
            63..=72 => self.edit_message(),
            73..=79 if self.plan.deletions => self.delete_message(),
            80 if self.plan.deletions => self.clear(),
            81..=90 => self.react(),
            _ => self.type_on(),
        }
        self.flush();
    }

    fn edit_user(&mut self) {
        let id = self.some_user();
        let names = ["name", "custom", "locale", "photoUrl", "role", "welcomeMessage"];
        let diff = self.diff(&names, USER);
        self.model.user_news(&id, &diff.clone().into(), true);
        if self.model.users.contains_key(&id) {
            let text = self.write_diff("user", &id, &diff);
            let event = self.event("user.edited", &[("userId", Self::quoted(&id)), ("diff", text)]);
            self.tell(&[path(&["users", &id])], None, event);
        }
    }

    fn go_online(&mut self) {
        let id = self.some_user();
        if !self.model.users.contains_key(&id) {
            return;
        }
        let is = self.dice.chance(500);
        if is {
            self.model.online.insert(id.clone())
        } else {
            self.model.online.remove(&id)
        };
        let diff = self.writer().object(&[("isConnected", is.to_string())]);
        let event =
            self.event("user.online.changed", &[("userId", Self::quoted(&id)), ("diff", diff)]);
        self.tell(&[path(&["users", &id, "online"])], None, event);
    }

    fn edit_side(&mut self) {
        let id = self.some_conversation();
        if !self.model.conversations.contains_key(&id) {
            return;
        }
        let mine = self.dice.chance(500);
        let names: &[&str] = match mine {
            true => &["unreadMessageCount", "readUntil", "everyoneReadUntil", "isUnread"],
            false => &["subject", "photoUrl", "welcomeMessages", "custom"],
        };
        let diff = self.diff(names, SIDE);
        self.tell_side(&id, &diff, if mine { "side.edited" } else { "conversation.edited" });
    }

    fn tell_side(&mut self, id: &str, diff: &Map<String, Value>, kind: &str) {
        self.model.side_news(id, &diff.clone().into(), true);
        let text = self.write_diff("side", id, diff);
        let event = self.event(kind, &[("conversationId", Self::quoted(id)), ("diff", text)]);
        if self.model.conversations[id].joined {
            self.tell(&[inbox(), inside(id, &[])], None, event);
        }
    }

    pub(crate) fn tell_activity(&mut self, id: &str, before: &Value) {
        let now = self.model.conversations[id].activity();
        if now != *before {
            let mut diff = Map::new();
            diff.insert("lastMessageAt".into(), now);
            self.tell_side(id, &diff, "side.edited");
        }
    }

    fn come_or_go(&mut self) {
        let id = self.some_conversation();
        match self.model.conversations.get(&id).map(|own| own.joined) {
            None => {
                self.model.conversations.entry(id.clone()).or_default();
                self.set_typing(&id, Some(Default::default()));
                self.join(&id);
            }
            Some(false) => self.join(&id),
            Some(true) => {
                let event = self.event("side.deleted", &[("conversationId", Self::quoted(&id))]);
                self.tell(&[], Some(&id), event);
                self.shrunk.extend([
                    "list".to_owned(),
                    format!("messages {id}"),
                    format!("members {id}"),
                ]);
                if let Some(own) = self.model.conversations.get_mut(&id) {
                    own.joined = false;
                    own.participants.remove(ME);
                }
            }
        }
    }

    fn join(&mut self, id: &str) {
        let mut state: State =
            SIDE.iter().map(|(n, of)| ((*n).to_owned(), self.value(*of, false))).collect();
        state.insert("id".into(), id.into());
        let joined = self.some_time();
        state.insert("joinedAt".into(), joined.clone());
        self.birth("side", id, &mut state, &["id", "joinedAt", "lastMessageAt"]);
        let known = self.model.conversations.entry(id.to_owned()).or_default();
        if state.len() < SIDE.len() {
            known.side.clear();
        }
        self.model.side_news(id, &state.into(), false);
        let mut mine: State =
            PARTICIPANT.iter().map(|(n, of)| ((*n).to_owned(), self.value(*of, false))).collect();
        // What is mine as a participant is also said of my side, and so always properly.
        mine.insert("access".into(), self.dice.pick(&["Read", "ReadWrite"]).copied().into());
        mine.insert("joinedAt".into(), joined);
        self.model.participant_news(id, ME, &mine.into(), false);
        if self.model.conversations[id].typing.is_none() && self.dice.chance(500) {
            self.set_typing(id, Some(Default::default()));
        }
        let own = self.model.conversations[id].clone();
        let state = self.write_state("side", id, &own.side_state());
        let event =
            self.event("side.created", &[("conversationId", Self::quoted(id)), ("state", state)]);
        self.tell(&[], Some(id), event);
        self.tell_participant(id, ME);
        let typing = self.write_typing(id);
        let event = self
            .event("typing.available", &[("conversationId", Self::quoted(id)), ("state", typing)]);
        self.tell(&[inside(id, &["typing"])], None, event);
    }

    fn participant_event(&mut self, id: &str, user: &str, kind: &str, more: &[(&str, String)]) {
        let mut members =
            vec![("conversationId", Self::quoted(id)), ("userId", Self::quoted(user))];
        members.extend(more.iter().cloned());
        let event = self.event(kind, &members);
        let mut paths = vec![inside(id, &["participants"]), inside(id, &["participants", user])];
        if user == ME && kind == "participant.edited" {
            paths.extend([inbox(), inside(id, &[])]);
        }
        if self.model.conversations[id].joined {
            self.tell(&paths, None, event);
        }
    }

    fn tell_participant(&mut self, id: &str, user: &str) {
        let state = self.model.conversations[id].participants[user].clone();
        let text = self.write_participant(id, user, &state);
        self.participant_event(id, user, "participant.created", &[("state", text)]);
    }

    fn add_participant(&mut self, id: &str, user: &str) {
        let mut state: State =
            PARTICIPANT.iter().map(|(n, of)| ((*n).to_owned(), self.value(*of, false))).collect();
        let joined = self.some_time();
        state.insert("joinedAt".into(), joined);
        self.birth("participant", &format!("{id} {user}"), &mut state, &["joinedAt"]);
        self.model.participant_news(id, user, &state.into(), false);
        self.tell_participant(id, user);
    }

    fn remove_or_add_participant(&mut self, id: &str, user: &str) {
        let there = self.model.conversations[id].participants.contains_key(user);
        if !there {
            return self.add_participant(id, user);
        }
        self.shrunk.insert(format!("members {id}"));
        if let Some(own) = self.model.conversations.get_mut(id) {
            own.participants.remove(user);
        }
        self.participant_event(id, user, "participant.deleted", &[]);
    }

    fn edit_participant(&mut self) {
        let id = self.some_conversation();
        let user = if self.dice.chance(400) { ME.to_owned() } else { self.some_user() };
        let Some(own) = self.model.conversations.get(&id) else { return };
        if !own.participants.contains_key(&user) {
            return;
        }
        let mut diff = self.diff(&["access", "notify"], PARTICIPANT);
        if diff.contains_key("access") && self.dice.chance(800) {
            diff.insert("access".into(), self.dice.pick(&["Read", "ReadWrite"]).copied().into());
        }
        self.model.participant_news(&id, &user, &diff.clone().into(), true);
        let text = self.write_diff("participant", &format!("{id} {user}"), &diff);
        self.participant_event(&id, &user, "participant.edited", &[("diff", text)]);
    }

    fn set_typing(&mut self, id: &str, typing: Option<BTreeMap<String, Value>>) {
        if let Some(own) = self.model.conversations.get_mut(id) {
            own.typing = typing;
        }
    }

    fn type_on(&mut self) {
        let (id, user) = (self.some_conversation(), self.some_user());
        let Some(own) = self.model.conversations.get(&id) else { return };
        let (joined, mut typing) = (own.joined, own.typing.clone());
        let since = json!(START + self.made);
        let diff = match (&mut typing, self.dice.below(10)) {
            (Some(users), 0..=7) => {
                let now = if users.remove(&user).is_none() {
                    users.insert(user.clone(), since.clone());
                    since
                } else {
                    Value::Null
                };
                let mut diff = Map::new();
                diff.insert(user, now);
                self.writer().object(&[("usersTyping", plain(&diff.into()))])
            }
            (Some(_), _) => {
                typing = None;
                self.writer().object(&[("many", "true".into()), ("usersTyping", "null".into())])
            }
            (None, _) => {
                let mut users = BTreeMap::new();
                users.insert(user, since);
                typing = Some(users.clone());
                let users: Map<String, Value> = users.into_iter().collect();
                self.writer()
                    .object(&[("many", "false".into()), ("usersTyping", plain(&users.into()))])
            }
        };
        self.set_typing(&id, typing);
        let event =
            self.event("typing.changed", &[("conversationId", Self::quoted(&id)), ("diff", diff)]);
        if joined {
            self.tell(&[inside(&id, &["typing"])], None, event);
        }
    }

    /// A call changes something, or does not. Gives the answer to it.
    pub(crate) fn change(&mut self, method: &str, at: &str, data: &Value) -> (i64, String) {
        if let Some(actions) = data["actions"].as_array() {
            let responses: Vec<Value> = actions
                .iter()
                .map(|_| {
                    let odd = !self.calm && self.dice.chance(self.plan.refused);
                    let status =
                        if odd { [409, 403, 404, 429][self.dice.below(4) as usize] } else { 200 };
                    if status != 429 {
                        self.refused.insert(status);
                    }
                    json!({ "status": status, "errorCode": "NO", "reasons": [] })
                })
                .collect();
            return (200, json!({ "responses": responses }).to_string());
        }
        if !self.calm && self.dice.chance(500) {
            self.act();
        }
        if method == "POST" && at.ends_with("/messages") {
            return (200, json!({ "id": format!("sent{}", self.made) }).to_string());
        }
        (200, "{}".to_owned())
    }
}
