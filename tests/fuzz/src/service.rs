//! The service that a client talks to: what it answers, and to whom it tells of what happens.
//!
//! It keeps the rules that a client relies on: requests of a socket take effect in their order, a
//! subscription is told of everything from then on, and what a GET says was so after the SUBSCRIBE
//! that came before it. In all else it does as it likes: see [`Plan`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{json, Map, Value};
use talk_core::config::path;
use talk_sim::Dice;

use crate::model::{fields_of, latest_first, Model, State, FILTERS, ME};
use crate::plan::Plan;
use crate::rules::Type;
use crate::wire::{plain, Writer, WRONG};

/// The service and its one socket.
pub struct Service {
    /// What it has said.
    pub model: Model,
    /// What it does.
    pub plan: Plan,
    /// Decides.
    pub dice: Dice,
    /// The socket, while there is one.
    pub line: Option<Line>,
    /// What fields it has never said properly, by resource: what it writes there, or nothing.
    broken: BTreeMap<String, BTreeMap<&'static str, &'static str>>,
    /// All that ever was there.
    born: BTreeSet<String>,
    /// Events of the moment, not sent yet.
    batch: Vec<String>,
    /// Subscriptions and frames of a socket that restarted.
    handover: Option<(BTreeSet<String>, Vec<String>)>,
    /// Statuses that it refused something with.
    pub refused: BTreeSet<i64>,
    /// Whether it refused to tell something.
    pub refused_reads: bool,
    /// Counts what it makes.
    pub made: u64,
    /// What has become shorter: a client may show less of it than at the start.
    pub shrunk: BTreeSet<String>,
    /// Whether it behaves from now on.
    pub calm: bool,
}

/// A socket.
pub struct Line {
    /// Its number.
    pub socket: u32,
    /// Whether the client is logged in.
    pub logged_in: bool,
    /// The paths that are subscribed to.
    pub feeds: BTreeSet<String>,
    /// What is on its way to the client.
    pub down: VecDeque<String>,
    /// What is still to be answered.
    pub answers: Vec<Answer>,
    /// The number of the last PUBLISH.
    pub seq: u64,
    /// Whether there was a PUBLISH since the login.
    pub published: bool,
    /// The numbers of the requests that came.
    pub last_id: i64,
    subscribe_refused: bool,
}

/// A request that took effect.
pub struct Answer {
    id: i64,
    method: String,
    path: String,
    data: Value,
    status: i64,
    body: String,
}

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
    /// A service that knows of nothing yet.
    pub fn new(plan: Plan, dice: Dice) -> Service {
        Service {
            model: Model::default(),
            plan,
            dice,
            line: None,
            broken: BTreeMap::new(),
            born: BTreeSet::new(),
            batch: Vec::new(),
            handover: None,
            refused: BTreeSet::new(),
            refused_reads: false,
            made: 0,
            shrunk: BTreeSet::new(),
            calm: false,
        }
    }

    fn liberty(&self) -> u64 {
        if self.calm {
            0
        } else {
            self.plan.liberty
        }
    }

    pub(crate) fn writer(&mut self) -> Writer<'_> {
        let liberty = self.liberty();
        Writer { dice: &mut self.dice, liberty, deep: self.plan.deep > 0 }
    }

    // The socket.

    /// A socket opens.
    pub fn open(&mut self, socket: u32) {
        self.line = Some(Line {
            socket,
            logged_in: false,
            feeds: BTreeSet::new(),
            down: VecDeque::new(),
            answers: Vec::new(),
            seq: self.dice.below(3),
            published: false,
            last_id: -1,
            subscribe_refused: false,
        });
    }

    /// The socket is gone. `handover`: its client counts on being told later what it missed.
    pub fn close(&mut self, handover: bool) {
        let Some(line) = self.line.take() else { return };
        if handover && line.logged_in {
            let frames = line.down.iter().filter_map(|text| {
                let at = text.find("\"PUBLISH\",")? + 10;
                text.get(at..text.len() - 1).map(str::to_owned)
            });
            self.handover = Some((line.feeds, frames.collect()));
        }
    }

    /// Forgets what it would have handed over.
    pub fn drop_handover(&mut self) {
        self.handover = None;
    }

    /// The login is over.
    pub fn lapse(&mut self) {
        self.handover = None;
        if let Some(line) = &mut self.line {
            line.logged_in = false;
            line.feeds.clear();
        }
    }

    /// A frame has come. It takes effect; its answer waits.
    pub fn takes(&mut self, text: &str) {
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        let (Some(id), Some(method)) = (frame[0].as_i64(), frame[1].as_str()) else {
            panic!("rule broken: frames of the client are requests or ACKs: {text}")
        };
        if method == "ACK" {
            return;
        }
        let Some(line) = &mut self.line else { return };
        assert_eq!(id, line.last_id + 1, "rule broken: requests are numbered one by one: {text}");
        line.last_id = id;
        let path = frame[2].as_str().unwrap_or("").to_owned();
        assert!(
            frame[3].is_object() && frame[4].is_object(),
            "rule broken: a whole request: {text}"
        );
        assert!(!path.contains("//"), "rule broken: no empty part of a path: {text}");
        let (status, body) = self.effect(method, &path, &frame[3]);
        let (method, data) = (method.to_owned(), frame[3].clone());
        if let Some(line) = &mut self.line {
            line.answers.push(Answer { id, method, path, data, status, body });
        }
    }

    /// Answers one of the requests.
    pub fn answer(&mut self, at: usize) {
        let Some(line) = &mut self.line else { return };
        let mut answer = line.answers.remove(at);
        let read = answer.method == "GET" && answer.status < 400;
        if read && (line.subscribe_refused || self.plan.fresh_reads) {
            let (status, body) = self.effect("GET", &answer.path, &answer.data);
            (answer.status, answer.body) = (status, body);
        }
        if answer.path == "/session/renew" && answer.status == 200 {
            self.log_in();
        }
        let Answer { id, status, body, .. } = answer;
        let text = match self.liberty() > 0 && self.dice.chance(self.liberty() / 4) {
            true => format!(" [ {id} ,\n{status}, {body}, {{}}, 1e999 ]"),
            false => format!("[{id},{status},{body}]"),
        };
        let odd = if self.calm { 0 } else { self.plan.odd_answers };
        let odd = id > 0 && self.dice.chance(odd) && status != 429;
        if odd {
            self.refused_reads = true;
            self.refused.extend([200, 0, 500, 599, 408, 504]);
            let kind = self.dice.below(8);
            let text = match kind {
                0 => format!("[{id},\"{status}\",{body}]"),
                1 => format!("[{id},null,{body}]"),
                2 => format!("[{id}]"),
                3 => format!("[{id},70000,{body}]"),
                4 => format!("[{id},-200,{body}]"),
                5 => format!("[{id},200.5,{body}]"),
                6 => format!("[\"{id}\",{status},{body}]"),
                _ => format!("[{},{status},{body}]", id + 1_000),
            };
            return self.send(text);
        }
        let twice = !self.calm && self.dice.chance(self.plan.garbage);
        if twice {
            self.send(format!("[{},{status},{body}]", id + 1_000_000));
        }
        self.send(text);
        if twice {
            self.send(format!("[{id},500,null]"));
        }
        if answer.path == "/session/renew" && status == 200 {
            self.hand_over();
        }
    }

    /// Puts a text on its way.
    pub fn send(&mut self, text: String) {
        if let Some(line) = &mut self.line {
            line.down.push_back(text);
        }
    }

    fn log_in(&mut self) {
        let Some(line) = &mut self.line else { return };
        if !line.logged_in {
            line.logged_in = true;
            line.published = false;
            if self.plan.restart_seq {
                line.seq = 0;
            }
        }
        if let Some((feeds, _)) = &self.handover {
            line.feeds.extend(feeds.iter().cloned());
        }
    }

    fn hand_over(&mut self) {
        let frames = self.handover.take().map_or_else(Vec::new, |(_, frames)| frames);
        frames.into_iter().for_each(|events| self.publish(&events));
    }

    /// Sends events, written already, under the next number.
    pub fn publish(&mut self, events: &str) {
        let step = if self.calm { 1 } else { self.dice.between(1, 3) };
        let Some(line) = &mut self.line else { return };
        line.seq += step;
        line.published = true;
        let text = format!("[{},\"PUBLISH\",{events}]", line.seq);
        line.down.push_back(text);
    }

    /// Notes an event for those who follow one of some paths, or (`about`) anything in a
    /// conversation.
    pub fn tell(&mut self, paths: &[String], about: Option<&str>, event: String) {
        let inside = about.map(|id| path(&["me", "conversations", id]));
        let hears = |feeds: &BTreeSet<String>| {
            paths.iter().any(|own| feeds.contains(own))
                || inside.as_ref().is_some_and(|inside| {
                    feeds.iter().any(|own| {
                        own == "/me/conversations"
                            || own == inside
                            || own.strip_prefix(inside.as_str()).is_some_and(|r| r.starts_with('/'))
                    })
                })
        };
        let line = self.line.as_ref().filter(|line| line.logged_in);
        match (line, &mut self.handover) {
            (Some(line), _) if hears(&line.feeds) => self.batch.push(event),
            (None, Some((feeds, frames))) if hears(feeds) => frames.push(event),
            _ => {}
        }
    }

    /// Sends what was noted, in one frame or in several.
    pub fn flush(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        while !batch.is_empty() {
            let count = self.dice.between(1, batch.len() as u64) as usize;
            let rest = batch.split_off(count);
            self.publish(&batch.join(","));
            batch = rest;
        }
    }

    // States.

    /// Decides, for what is there for the first time, which fields are never said properly. Gives
    /// the state without them, as a client sees it.
    pub fn birth(&mut self, kind: &'static str, key: &str, state: &mut State, keep: &[&str]) {
        let name = format!("{kind} {key}");
        if !self.born.insert(name.clone()) {
            self.broken.remove(&name);
            return;
        }
        let mut broken = BTreeMap::new();
        for (field, of) in fields_of(kind) {
            if !keep.contains(field) && self.dice.chance(self.plan.broken) {
                broken.insert(*field, self.wrong(*of));
                state.remove(*field);
            }
        }
        self.broken.insert(name, broken);
    }

    /// Something that a field of a type does not take, or nothing at all.
    fn wrong(&mut self, of: Type) -> &'static str {
        let number = matches!(of, Type::Number | Type::NumberOrNull);
        let fits = |text: &str| match serde_json::from_str::<Value>(text) {
            Ok(value) => of.accepts(&value),
            Err(_) => number,
        };
        let text = self.dice.pick(WRONG).copied().unwrap_or("");
        if fits(text) {
            ""
        } else {
            text
        }
    }

    /// A state as it is told.
    pub fn write_state(&mut self, kind: &'static str, key: &str, state: &State) -> String {
        let broken = self.broken.get(&format!("{kind} {key}")).cloned().unwrap_or_default();
        let mut members: Vec<(&str, String)> = Vec::new();
        for (name, value) in state {
            match broken.get(name.as_str()) {
                Some(&"") => {}
                Some(wrong) => members.push((name, (*wrong).to_owned())),
                None => members.push((name, plain(value))),
            }
        }
        self.writer().object(&members)
    }

    /// A diff as it is told: what it has of fields that were never said properly is from now on.
    pub fn write_diff(
        &mut self,
        kind: &'static str,
        key: &str,
        diff: &Map<String, Value>,
    ) -> String {
        let fields = fields_of(kind);
        if let Some(broken) = self.broken.get_mut(&format!("{kind} {key}")) {
            broken.retain(|name, _| {
                let of = fields.iter().find(|(own, _)| own == name).map(|(_, of)| *of);
                let said = diff.get(*name).zip(of).is_some_and(|(value, of)| {
                    of.accepts(value) || value.is_null() && matches!(of, Type::Custom | Type::Texts)
                });
                !said
            });
        }
        let members: Vec<(&str, String)> =
            diff.iter().map(|(name, value)| (name.as_str(), plain(value))).collect();
        self.writer().object(&members)
    }

    // Requests.

    fn refuse(&mut self, status: i64, code: &str) -> (i64, String) {
        (status, json!({ "errorCode": code, "reasons": ["so it is"] }).to_string())
    }

    fn effect(&mut self, method: &str, at: &str, data: &Value) -> (i64, String) {
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
                self.page(all, data, |own_self, m| {
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
                self.page(all, data, |own_self, user| {
                    let members =
                        [("userId", plain(&Value::from(user))), ("createdAt", plain(&users[user]))];
                    own_self.writer().object(&members)
                })
            }
            ["participants"] => {
                let at = |state: &State| state["joinedAt"].as_f64().unwrap_or(0.0);
                let all = own.participants.iter();
                let all = all.map(|(user, state)| (at(state), user.clone(), Value::Null)).collect();
                self.page(all, data, |own_self, user| {
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

    /// A participant's state, which has the user's id.
    pub fn write_participant(&mut self, id: &str, user: &str, state: &State) -> String {
        let mut state = state.clone();
        state.insert("id".into(), user.into());
        self.write_state("participant", &format!("{id} {user}"), &state)
    }

    /// Who is typing.
    pub fn write_typing(&mut self, id: &str) -> String {
        let typing = self.model.conversations.get(id).and_then(|own| own.typing.clone());
        let members = match &typing {
            None => [("many", "true".to_owned()), ("usersTyping", "null".to_owned())],
            Some(users) => {
                let users: Map<String, Value> = users.clone().into_iter().collect();
                [("many", "false".to_owned()), ("usersTyping", plain(&users.into()))]
            }
        };
        self.writer().object(&members)
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
        let prefix = filter.to_string();
        self.page_from(&prefix, all, data, |own, id| {
            let state = own.model.conversations[id].side_state();
            own.write_state("side", id, &state)
        })
    }

    fn page(
        &mut self,
        all: Vec<(f64, String, Value)>,
        data: &Value,
        write: impl FnMut(&mut Service, &str) -> String,
    ) -> (i64, String) {
        self.page_from("0", all, data, write)
    }

    fn page_from(
        &mut self,
        prefix: &str,
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
            Some((at, id, _)) => plain(&format!("{prefix}{}|{id}", at.to_bits()).into()),
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
