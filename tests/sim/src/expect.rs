//! What a user should see, made from the backend's answers and the documented shapes, without a
//! line of the core.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use crate::world::World;

/// Reads the backend's state as one user sees it.
pub struct Expected<'a> {
    world: &'a mut World,
    user: String,
    users: BTreeMap<String, Value>,
}

impl<'a> Expected<'a> {
    /// As this user sees it.
    pub fn of(world: &'a mut World, user: &str) -> Expected<'a> {
        Expected { world, user: user.to_owned(), users: BTreeMap::new() }
    }

    /// A user's snapshot.
    pub fn user(&mut self, id: &str) -> Value {
        if let Some(user) = self.users.get(id) {
            return user.clone();
        }
        let (status, user) = self.get(&format!("/users/{id}"), json!({}));
        let user = if status == 200 { user } else { Value::Null };
        self.users.insert(id.to_owned(), user.clone());
        user
    }

    /// All messages of a conversation, newest first; `None` for who is not in it.
    pub fn messages(&mut self, conversation: &str) -> Option<Vec<Value>> {
        let path = format!("/me/conversations/{conversation}/messages");
        let all = self.list(&path, json!({}))?;
        Some(all.iter().map(|message| self.message(message, &all)).collect())
    }

    /// A conversation's snapshot, or null.
    pub fn conversation(&mut self, id: &str) -> Value {
        match self.get(&format!("/me/conversations/{id}"), json!({})) {
            (200, state) => self.with_last_message(state),
            _ => Value::Null,
        }
    }

    /// The whole conversation list, as far as a filter lets it through.
    pub fn conversations(&mut self, filter: &Value) -> Vec<Value> {
        let data = json!({ "filter": filter });
        let all = self.list("/me/conversations", data).unwrap_or_default();
        all.into_iter().map(|state| self.with_last_message(state)).collect()
    }

    /// All participants of a conversation; `None` for who is not in it.
    pub fn participants(&mut self, conversation: &str) -> Option<Vec<Value>> {
        let path = format!("/me/conversations/{conversation}/participants");
        let all = self.list(&path, json!({}))?;
        let user = |state: &Value| state["id"].as_str().unwrap_or("").to_owned();
        Some(all.iter().map(|state| self.participant(conversation, &user(state))).collect())
    }

    /// Who is typing, in the order of their ids; null for who is not in the conversation.
    pub fn typing(&mut self, conversation: &str) -> Value {
        match self.get(&format!("/me/conversations/{conversation}/typing"), json!({})) {
            (200, state) if state["many"] == true => json!({ "many": true }),
            (200, state) => {
                let users = state["usersTyping"].as_object().into_iter().flatten();
                let users: Vec<Value> = users.map(|(id, _)| self.user(id)).collect();
                json!({ "many": false, "users": users })
            }
            _ => Value::Null,
        }
    }

    /// Whether a user is connected.
    pub fn online(&mut self, id: &str) -> Value {
        match self.get(&format!("/users/{id}/online"), json!({})) {
            (200, state) => json!({ "user": self.user(id), "isConnected": state["isConnected"] }),
            _ => Value::Null,
        }
    }

    /// Who reacted to a message with an emoji, which is given as it is in a path; `None` if there is
    /// no such message.
    pub fn reactions(&mut self, conversation: &str, id: &str, emoji: &str) -> Option<Vec<Value>> {
        let path = format!("/me/conversations/{conversation}/messages/{id}/reactions/{emoji}");
        let all = self.list(&path, json!({}))?;
        let user = |state: &Value| state["userId"].as_str().unwrap_or("").to_owned();
        let reaction = |state: &Value| json!({ "user": self.user(&user(state)), "createdAt": state["createdAt"] });
        Some(all.iter().map(reaction).collect())
    }

    /// A participant's snapshot, or null.
    pub fn participant(&mut self, conversation: &str, user: &str) -> Value {
        let path = format!("/me/conversations/{conversation}/participants/{user}");
        match self.get(&path, json!({})) {
            (200, state) => json!({
                "user": self.user(user),
                "access": state["access"],
                "notify": state["notify"],
                "joinedAt": state["joinedAt"],
            }),
            _ => Value::Null,
        }
    }

    fn get(&mut self, path: &str, data: Value) -> (u64, Value) {
        self.world.request(&self.user, "GET", path, data)
    }

    /// All pages. `data` is for the first one.
    fn list(&mut self, path: &str, mut data: Value) -> Option<Vec<Value>> {
        let mut all = Vec::new();
        loop {
            data["limit"] = 30.into();
            let (status, page) = self.get(path, data);
            if status != 200 {
                return None;
            }
            all.extend(page["data"].as_array().into_iter().flatten().cloned());
            let cursor = page["cursor"].clone();
            data = json!({ "cursor": cursor });
            if cursor.is_null() {
                return Some(all);
            }
        }
    }

    fn with_last_message(&mut self, mut conversation: Value) -> Value {
        let id = conversation["id"].as_str().unwrap_or("");
        let path = format!("/me/conversations/{id}/messages");
        let (_, page) = self.get(&path, json!({ "limit": 1 }));
        conversation["lastMessage"] = match page["data"].get(0) {
            Some(last) => {
                let reply_to =
                    last["referencedMessageId"].as_str().map(|to| format!("{path}/{to}"));
                let referred = reply_to.map(|path| self.get(&path, json!({})).1);
                let known: Vec<Value> = referred.into_iter().collect();
                self.message(last, &known)
            }
            None => Value::Null,
        };
        conversation
    }

    /// A message's snapshot. `all` has what it replies to.
    fn message(&mut self, state: &Value, all: &[Value]) -> Value {
        let mut message = self.plain(state);
        let reply_to = &state["referencedMessageId"];
        let referred = all.iter().find(|other| !reply_to.is_null() && other["id"] == *reply_to);
        message["referencedMessage"] = match referred {
            Some(referred) => {
                let mut inner = self.plain(referred);
                inner["referencedMessageId"] = referred["referencedMessageId"].clone();
                inner
            }
            None => Value::Null,
        };
        message
    }

    /// What a message and one that is shown inside another have in common.
    fn plain(&mut self, state: &Value) -> Value {
        let sender = match state["senderId"].as_str() {
            Some(id) => self.user(id),
            None => Value::Null,
        };
        let mut reactions: Vec<(u64, &String, &Value)> = Vec::new();
        for (emoji, reaction) in state["reactions"].as_object().into_iter().flatten() {
            reactions.push((reaction["createdAt"].as_u64().unwrap_or(0), emoji, reaction));
        }
        reactions.sort_by_key(|(at, emoji, _)| (*at, *emoji));
        let summary = |(_, emoji, reaction): &(u64, &String, &Value)| {
            json!({
                "emoji": emoji,
                "count": reaction["count"],
                "currentUserReacted": reaction["currentUserReacted"],
            })
        };
        json!({
            "id": state["id"],
            "type": state["type"],
            "sender": sender,
            "custom": state["custom"],
            "createdAt": state["createdAt"],
            "editedAt": state["editedAt"],
            "origin": state["origin"],
            "content": state["content"],
            "reactions": reactions.iter().map(summary).collect::<Vec<_>>(),
        })
    }
}
