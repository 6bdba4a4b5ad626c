//! The service that a client talks to: its one socket, and to whom it tells of what happens.
//!
//! What it answers is in [`crate::requests`], and what happens in [`crate::world`]. It keeps the rules that a client relies on: requests of a socket take effect in their order, a
//! subscription is told of everything from then on, and what a GET says was so after the SUBSCRIBE
//! that came before it. In all else it does as it likes: see [`Plan`].

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;
use talk_core::config::path;
use talk_sim::Dice;

use crate::model::Model;
use crate::plan::Plan;
use crate::wire::Writer;

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
    pub(crate) broken: BTreeMap<String, BTreeMap<&'static str, &'static str>>,
    /// All that ever was there.
    pub(crate) born: BTreeSet<String>,
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
    /// Of which lists the last page was said to be followed by others.
    pub said_more: BTreeSet<String>,
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
    pub(crate) subscribe_refused: bool,
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
            said_more: BTreeSet::new(),
            calm: false,
        }
    }

    pub(crate) fn liberty(&self) -> u64 {
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
}
