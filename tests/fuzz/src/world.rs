//! What happens in the world that the service tells of: each act changes the model by its rules and
//! is told to whoever follows it.

use serde_json::{json, Map, Value};
use talk_core::config::path;

use crate::model::{State, ME};
use crate::rules::{Fields, Type, MESSAGE, PARTICIPANT, SIDE, USER};
use crate::service::Service;
use crate::wire::{plain, HALF};

/// When everything begins.
pub const START: u64 = 1_800_000_000_000;

/// Those who may exist; the last one never does.
pub const USERS: &[&str] =
    &[ME, "u1", "u2", "a/b c", "é%\u{1f600}", "x y", "\"q\\", "constructor", "ghost"];

/// What messages are reacted to with.
pub const EMOJI: &[&str] = &["👍", ":a/b:", "%"];

/// The paths of what is about a conversation.
fn inside(id: &str, rest: &[&str]) -> String {
    let mut parts = vec!["me", "conversations", id];
    parts.extend(rest);
    path(&parts)
}

fn inbox() -> String {
    "/me/conversations".to_owned()
}

impl Service {
    pub(crate) fn pick(&mut self, all: &[&str]) -> String {
        self.dice.pick(all).copied().unwrap_or("").to_owned()
    }

    /// A user who may exist.
    pub fn some_user(&mut self) -> String {
        self.pick(USERS)
    }

    /// A conversation, most often one of the first.
    pub fn some_conversation(&mut self) -> String {
        let count = self.plan.conversations;
        let at = if self.dice.chance(700) { self.dice.below(3) } else { self.dice.below(count) };
        match at {
            2 => "c/2 %\"".to_owned(),
            at => format!("c{at}"),
        }
    }

    /// A message of a conversation, if there are any: most often one of the latest.
    pub fn some_message(&mut self, id: &str) -> Option<String> {
        let history = self.model.conversations.get(id)?.history();
        let count = history.len() as u64;
        let at = if self.dice.chance(600) {
            self.dice.below(count.min(4))
        } else {
            self.dice.below(count)
        };
        history.get(at as usize).map(|(_, message)| message.clone())
    }

    fn text(&mut self) -> Value {
        let all =
            ["", "a", "Hello \u{1f600}", "\u{fffd}", "\"\\\n\u{1}", "</script>", "x\u{2028}y"];
        self.pick(&all).into()
    }

    fn custom(&mut self, patch: bool) -> Value {
        let mut all = Map::new();
        for _ in 0..self.dice.below(4) {
            let key = self.pick(&["k", "", "__proto__", "a\"b", "é", "\u{fffd}", "id"]);
            let value = if patch && self.dice.chance(300) { Value::Null } else { self.text() };
            all.insert(key, value);
        }
        all.into()
    }

    fn content(&mut self) -> Value {
        if self.dice.chance(self.plan.deep) {
            let depth = self.dice.between(30, 700);
            let kind = if self.dice.chance(500) { '[' } else { '{' };
            return json!([{ "type": "text", "children": [format!("deep{kind}{depth}")] }]);
        }
        let text = self.text();
        match self.dice.below(6) {
            0 => json!([]),
            1 => json!([null, 5, "x", [], { "type": "unheardOf", "x": [text] }]),
            2 => json!([{ "type": "file", "url": text, "size": -1.5e300 }]),
            _ => {
                json!([{ "type": "text", "children": [text, { "type": "bold", "children": ["b"] }] }])
            }
        }
    }

    /// A time: the present, or one that no clock shows.
    fn some_time(&mut self) -> Value {
        if self.dice.chance(self.plan.times) {
            return match self.dice.below(7) {
                0 => json!(-5),
                1 => json!(0),
                2 => json!(START as f64 + 0.5),
                3 => json!(9_007_199_254_740_991_u64),
                4 => json!(1e21),
                5 => json!(START - 1000),
                _ => json!(START + self.dice.below(5)),
            };
        }
        // Several in one millisecond.
        self.made += self.dice.below(3);
        json!(START + self.made)
    }

    fn value(&mut self, of: Type, patch: bool) -> Value {
        match of {
            Type::Text => self.text(),
            Type::TextOrNull if self.dice.chance(300) => Value::Null,
            Type::TextOrNull => self.text(),
            Type::NumberOrNull if self.dice.chance(300) => Value::Null,
            Type::Number | Type::NumberOrNull => {
                let odd =
                    [json!(-1), json!(0.5), json!(1e300), json!(7), json!(1_800_000_000_001_u64)];
                odd[self.dice.below(5) as usize].clone()
            }
            Type::Flag => self.dice.chance(500).into(),
            Type::Custom if patch && self.dice.chance(100) => Value::Null,
            Type::Custom => self.custom(patch),
            Type::Texts if patch && self.dice.chance(100) => Value::Null,
            Type::Texts => (0..self.dice.below(3)).map(|_| self.text()).collect(),
            Type::Blocks => self.content(),
            Type::Notify => [json!(true), json!(false), json!("MentionsOnly")]
                [self.dice.below(3) as usize]
                .clone(),
        }
    }

    /// A diff of some of the fields that may change; now and then with a value of a wrong type.
    fn diff(&mut self, names: &[&str], fields: Fields, old: Option<&State>) -> Map<String, Value> {
        let mut diff = Map::new();
        for (name, of) in fields.iter().filter(|(name, _)| names.contains(name)) {
            if self.dice.chance(350) {
                let wrong = self.dice.chance(self.plan.broken / 2);
                let value = match wrong {
                    true => [json!(5), json!("x"), json!([]), json!({}), json!(true)]
                        [self.dice.below(5) as usize]
                        .clone(),
                    false => self.value(*of, true),
                };
                let value = in_order(value, old.and_then(|old| old.get(*name)));
                diff.insert((*name).to_owned(), value);
            }
        }
        diff
    }

    fn event(&mut self, kind: &str, members: &[(&str, String)]) -> String {
        let mut all = vec![("type", plain(&kind.into()))];
        all.extend(members.iter().cloned());
        self.writer().object(&all)
    }

    fn quoted(text: &str) -> String {
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
        let old = self.model.users.get(&id).cloned();
        let names = ["name", "custom", "locale", "photoUrl", "role", "welcomeMessage"];
        let diff = self.diff(&names, USER, old.as_ref());
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
        let old = self.model.conversations[&id].side.clone();
        let diff = self.diff(names, SIDE, Some(&old));
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

    fn tell_activity(&mut self, id: &str, before: &Value) {
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

    fn tell_participant(&mut self, id: &str, user: &str) {
        let own = &self.model.conversations[id];
        let (joined, state) = (own.joined, own.participants[user].clone());
        let text = self.write_participant(id, user, &state);
        let event = self.event(
            "participant.created",
            &[
                ("conversationId", Self::quoted(id)),
                ("userId", Self::quoted(user)),
                ("state", text),
            ],
        );
        if joined {
            let paths = [inside(id, &["participants"]), inside(id, &["participants", user])];
            self.tell(&paths, None, event);
        }
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
        let joined = self.model.conversations[id].joined;
        self.shrunk.insert(format!("members {id}"));
        if let Some(own) = self.model.conversations.get_mut(id) {
            own.participants.remove(user);
        }
        let event = self.event(
            "participant.deleted",
            &[("conversationId", Self::quoted(id)), ("userId", Self::quoted(user))],
        );
        if joined {
            let paths = [inside(id, &["participants"]), inside(id, &["participants", user])];
            self.tell(&paths, None, event);
        }
    }

    fn edit_participant(&mut self) {
        let id = self.some_conversation();
        let user = if self.dice.chance(400) { ME.to_owned() } else { self.some_user() };
        let Some(own) = self.model.conversations.get(&id) else { return };
        if !own.participants.contains_key(&user) {
            return;
        }
        let joined = own.joined;
        let mut diff = self.diff(&["access", "notify"], PARTICIPANT, None);
        if diff.contains_key("access") && self.dice.chance(800) {
            diff.insert("access".into(), self.dice.pick(&["Read", "ReadWrite"]).copied().into());
        }
        self.model.participant_news(&id, &user, &diff.clone().into(), true);
        let text = self.write_diff("participant", &format!("{id} {user}"), &diff);
        let event = self.event(
            "participant.edited",
            &[
                ("conversationId", Self::quoted(&id)),
                ("userId", Self::quoted(&user)),
                ("diff", text),
            ],
        );
        let mut paths = vec![inside(&id, &["participants"]), inside(&id, &["participants", &user])];
        if user == ME {
            paths.extend([inbox(), inside(&id, &[])]);
        }
        if joined {
            self.tell(&paths, None, event);
        }
    }

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

    fn edit_message(&mut self) {
        let id = self.some_conversation();
        let Some(message) = self.some_message(&id) else { return };
        let old = self.model.conversations[&id].messages[&message].clone();
        let names = ["type", "custom", "editedAt", "origin", "content"];
        let diff = self.diff(&names, MESSAGE, Some(&old));
        self.model.message_news(&id, &message, &diff.clone().into(), true);
        let text = self.write_diff("message", &format!("{id} {message}"), &diff);
        self.message_event(&id, &message, "message.edited", ("diff", text));
    }

    fn delete_message(&mut self) {
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

    fn clear(&mut self) {
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

    fn react(&mut self) {
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
            let wrong =
                [json!(7), json!({ "count": "3" }), json!({ "count": -1 }), json!({}), json!([])];
            summary.insert("odd".into(), wrong[self.dice.below(5) as usize].clone());
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

    fn set_typing(&mut self, id: &str, typing: Option<std::collections::BTreeMap<String, Value>>) {
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
                let mut users = std::collections::BTreeMap::new();
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

/// A diff of custom data that adds keys only behind those that are there: the core keeps keys in the
/// order in which they came, and the model in that of the alphabet.
fn in_order(diff: Value, old: Option<&Value>) -> Value {
    let (Value::Object(mut diff), Some(Value::Object(old))) = (diff.clone(), old) else {
        return diff;
    };
    let last = old.keys().next_back().cloned();
    diff.retain(|key, _| old.contains_key(key) || last.as_ref().is_none_or(|last| key > last));
    diff.into()
}
