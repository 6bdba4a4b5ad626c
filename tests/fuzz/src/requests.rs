//! What the service answers: each request takes effect, and what it reads is written out.

use serde_json::{json, Value};
use talk_core::config::path;

use crate::model::{latest_first, State, FILTERS, ME};
use crate::service::Service;
use crate::wire::plain;

/// What a path names, decoded.
fn segments(path: &str) -> Vec<String> {
    let decode = |part: &str| {
        let (bytes, mut out, mut at) = (part.as_bytes(), Vec::new(), 0);
        while at < bytes.len() {
            let byte = (bytes[at] == b'%')
                .then(|| u8::from_str_radix(part.get(at + 1..at + 3)?, 16).ok())
                .flatten();
            out.push(byte.unwrap_or(bytes[at]));
            at += if byte.is_some() { 3 } else { 1 };
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    path.split('/').skip(1).map(decode).collect()
}

impl Service {
    fn refuse(&mut self, status: i64, code: &str) -> (i64, String) {
        (status, json!({ "errorCode": code, "reasons": ["so it is"] }).to_string())
    }

    pub(crate) fn effect(&mut self, method: &str, at: &str, data: &Value) -> (i64, String) {
        if at == "/session/renew" {
            let odd = !self.calm && self.dice.chance(self.plan.busy);
            if odd {
                let status = [500, 503, 200, 401, 0][self.dice.below(5) as usize];
                let body = if status == 200 { "{\"expiresInSeconds\":5}" } else { "null" };
                if status != 200 {
                    return (status, body.to_owned());
                }
            }
            let until =
                self.dice.pick(&["null", "86400", "1e5", "\"x\""]).copied().unwrap_or("null");
            return (200, format!("{{\"expiresInSeconds\":{until}}}"));
        }
        if at == "/ping" {
            return (200, "{}".to_owned());
        }
        let logged_in = self.line.as_ref().is_some_and(|line| line.logged_in);
        if !logged_in {
            return self.refuse(401, "UNAUTHORIZED");
        }
        let subscribes = method == "SUBSCRIBE";
        if !self.calm && self.dice.chance(self.plan.busy) {
            if let Some(line) = &mut self.line {
                line.subscribe_refused |= subscribes;
            }
            let status = if self.dice.chance(500) { 429 } else { 500 };
            return self.refuse(status, "BUSY");
        }
        let reads = subscribes || method == "GET";
        let chance = if reads { self.plan.refused_reads } else { self.plan.refused };
        if !self.calm && method != "UNSUBSCRIBE" && self.dice.chance(chance) {
            const STATUSES: &[i64] = &[400, 402, 403, 405, 418, 503, 201, 599, 999, 65_535, 0];
            let status = self.dice.pick(STATUSES).copied().unwrap_or(400);
            self.refused.insert(status);
            self.refused_reads |= reads;
            return self.refuse(status, "NO_IDEA");
        }
        if subscribes || method == "UNSUBSCRIBE" {
            let Some(line) = &mut self.line else { return (200, "{}".to_owned()) };
            let users = data["ids"].as_array().filter(|_| at == "/users");
            let paths: Vec<String> = match users {
                Some(ids) => {
                    ids.iter().map(|id| path(&["users", id.as_str().unwrap_or("")])).collect()
                }
                None => vec![at.to_owned()],
            };
            for one in paths {
                if subscribes {
                    line.feeds.insert(one)
                } else {
                    line.feeds.remove(&one)
                };
            }
            return (200, "{}".to_owned());
        }
        if method != "GET" {
            return self.change(method, at, data);
        }
        self.read(&segments(at), data)
    }

    fn read(&mut self, at: &[String], data: &Value) -> (i64, String) {
        let parts: Vec<&str> = at.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["users"] => {
                let mut members = Vec::new();
                for id in data["ids"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                    if let Some(state) = self.model.users.get(id).cloned() {
                        members.push((id.to_owned(), self.write_state("user", id, &state)));
                    }
                }
                let all: Vec<String> = members
                    .into_iter()
                    .map(|(id, text)| format!("{}:{text}", plain(&Value::from(id))))
                    .collect();
                (200, format!("{{{}}}", all.join(",")))
            }
            ["users", id, "online"] => match self.model.users.contains_key(*id) {
                true => {
                    let is = self.model.online.contains(*id).to_string();
                    (200, self.writer().object(&[("isConnected", is)]))
                }
                false => self.refuse(404, "USER_NOT_FOUND"),
            },
            ["me", "conversations"] => self.list_page(data),
            ["me", "conversations", id, rest @ ..] => {
                if !self.model.conversations.get(*id).is_some_and(|own| own.joined) {
                    if let ["messages", message, ..] = rest {
                        self.model.missed.insert(((*id).to_owned(), (*message).to_owned()));
                    }
                    return match self.dice.chance(500) {
                        true => self.refuse(404, "CONVERSATION_NOT_FOUND"),
                        false => self.refuse(403, "NOT_A_PARTICIPANT"),
                    };
                }
                self.inside(id, rest, data)
            }
            _ => self.refuse(404, "NOT_FOUND"),
        }
    }

    fn inside(&mut self, id: &str, rest: &[&str], data: &Value) -> (i64, String) {
        let own = self.model.conversations[id].clone();
        match rest {
            [] => (200, self.write_state("side", id, &own.side_state())),
            ["messages"] => {
                let all = own.history();
                let all = all.into_iter().map(|(at, m)| (at, m.clone(), Value::from(m))).collect();
                self.page(&format!("messages {id}"), all, data, |own_self, m| {
                    let state = own.messages[m].clone();
                    own_self.write_state("message", &format!("{id} {m}"), &state)
                })
            }
            ["messages", m] => match own.messages.get(*m) {
                Some(state) => (200, self.write_state("message", &format!("{id} {m}"), state)),
                None => {
                    self.model.missed.insert((id.to_owned(), (*m).to_owned()));
                    self.refuse(404, "MESSAGE_NOT_FOUND")
                }
            },
            ["messages", m, "reactions", emoji] => {
                if !own.messages.contains_key(*m) {
                    self.model.missed.insert((id.to_owned(), (*m).to_owned()));
                    return self.refuse(404, "MESSAGE_NOT_FOUND");
                }
                let key = ((*m).to_owned(), (*emoji).to_owned());
                let users = own.reactions.get(&key).cloned().unwrap_or_default();
                let at = |at: &Value| -at.as_f64().unwrap_or(0.0);
                let all = users.iter().map(|(user, t)| (at(t), user.clone(), t.clone())).collect();
                self.page(&format!("reactions {id} {m} {emoji}"), all, data, |own_self, user| {
                    let members =
                        [("userId", plain(&Value::from(user))), ("createdAt", plain(&users[user]))];
                    own_self.writer().object(&members)
                })
            }
            ["participants"] => {
                let at = |state: &State| state["joinedAt"].as_f64().unwrap_or(0.0);
                let all = own.participants.iter();
                let all = all.map(|(user, state)| (at(state), user.clone(), Value::Null)).collect();
                self.page(&format!("members {id}"), all, data, |own_self, user| {
                    own_self.write_participant(id, user, &own.participants[user])
                })
            }
            ["participants", user] => match own.participants.get(*user) {
                Some(state) => (200, self.write_participant(id, user, state)),
                None => self.refuse(404, "PARTICIPANT_NOT_FOUND"),
            },
            ["typing"] => (200, self.write_typing(id)),
            ["translate"] => (200, "{\"data\":{}}".to_owned()),
            _ => self.refuse(404, "NOT_FOUND"),
        }
    }

    fn list_page(&mut self, data: &Value) -> (i64, String) {
        if !self.model.users.contains_key(ME) {
            return self.refuse(404, "USER_NOT_FOUND");
        }
        let cursor = data["cursor"].as_str().and_then(|text| text.chars().next()?.to_digit(10));
        let filter = match cursor {
            Some(filter) => filter as usize,
            None => {
                let asked = data["filter"].to_string();
                FILTERS.iter().position(|own| **own == *asked).unwrap_or(0)
            }
        };
        let all = self.model.list(filter);
        self.page(&format!("list {filter}"), all, data, |own, id| {
            let state = own.model.conversations[id].side_state();
            own.write_state("side", id, &state)
        })
    }

    /// A page of a list, which has a name of its own.
    fn page(
        &mut self,
        list: &str,
        mut all: Vec<(f64, String, Value)>,
        data: &Value,
        mut write: impl FnMut(&mut Service, &str) -> String,
    ) -> (i64, String) {
        latest_first(&mut all);
        // A cursor names the last item before it.
        if let Some(cursor) = data["cursor"].as_str() {
            let (at, id) = cursor[1..].split_once('|').unwrap_or(("0", ""));
            let at = f64::from_bits(at.parse().unwrap_or(0));
            all.retain(|(own, own_id, _)| *own < at || *own == at && own_id.as_str() > id);
        }
        let limit = data["limit"].as_u64().unwrap_or(10) as usize;
        let more = all.len() > limit;
        match more {
            true => self.said_more.insert(list.to_owned()),
            false => self.said_more.remove(list),
        };
        all.truncate(limit);
        let mut items = Vec::new();
        for (_, id, _) in &all {
            items.push(write(self, id));
            if self.dice.chance(self.liberty() / 8) {
                let junk = ["null", "5", "\"x\"", "{}", "[]", "{\"id\":null}", "{\"id\":7}"];
                items.push(self.dice.pick(&junk).copied().unwrap_or("0").to_owned());
            }
            if self.dice.chance(self.liberty() / 8) {
                items.extend(items.last().cloned());
            }
        }
        let cursor = match all.last().filter(|_| more) {
            Some((at, id, _)) => {
                // A cursor of a list of conversations begins with the number of its filter.
                let filter = list.strip_prefix("list ").unwrap_or("0");
                plain(&format!("{filter}{}|{id}", at.to_bits()).into())
            }
            None if self.dice.chance(self.liberty()) => {
                let none = ["false", "0", "{}", "[\"x\"]"];
                self.dice.pick(&none).copied().unwrap_or("null").to_owned()
            }
            None => "null".to_owned(),
        };
        let data = self.writer().array(&items);
        (200, self.writer().object(&[("data", data), ("cursor", cursor)]))
    }
}
