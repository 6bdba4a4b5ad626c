//! `POST /control`: faults on demand, for tests. Only there with `--control`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{json, Value};
use tokio::time::Instant;

use crate::hub::{self, ApiError, Ask, ConnId, Control};

/// How many frames the log holds, and how many bytes of them; the oldest go first.
const LOG_LENGTH: usize = 200_000;
const LOG_BYTES: usize = 64 << 20;

/// What `do` may say.
const KNOWN: &str = "\"drop\", \"dropAfter\", \"answer\", \"delay\", \"mute\", \"expire\", \
                     \"restarting\", \"clock\", \"publish\", \"settings\", \"user\", \"reset\", \
                     \"sockets\" or \"log\"";

/// What a test wants.
#[derive(Debug, PartialEq)]
pub(super) enum Command {
    Hub(Control),
    /// Something for the hub to answer at once.
    Ask(Ask),
    Drop {
        user: String,
    },
    Rule(Rule),
    Delay {
        ms: u64,
    },
    Mute {
        user: String,
        on: bool,
    },
    Clock {
        now: Option<u64>,
    },
    Log,
    /// What waits for each socket?
    Sockets,
}

/// What to do with the next requests of a kind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    method: String,
    /// As it is sent. One that ends in `/` or `*` stands for all that start like this.
    path: String,
    times: u64,
    what: RuleKind,
}

#[derive(Clone, Debug, PartialEq)]
enum RuleKind {
    /// Answer this, and do nothing.
    Answer { status: u16, body: Value },
    /// Do it, and cut the socket off in place of an answer.
    DropAfter,
}

impl Rule {
    fn fits(&self, method: &str, path: &str) -> bool {
        let start = self.path.strip_suffix('*').unwrap_or(&self.path);
        let is_start = self.path.ends_with(['*', '/']) && path.starts_with(start);
        self.method == method && (self.path == path || is_start)
    }
}

/// What happens to one request instead of its normal course.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    Ignore,
    Answer { id: Value, status: u16, body: Value },
    DropAfter,
}

impl Command {
    /// Reads a body of `/control`.
    pub(super) fn parse(body: &[u8]) -> Result<Command, ApiError> {
        let body: Value = serde_json::from_slice(body).map_err(|error| {
            ApiError::new(400, "BAD_REQUEST", format!("The body is not JSON: {error}."))
        })?;
        let text = |name: &str| match &body[name] {
            Value::String(text) => Ok(text.clone()),
            value => Err(wrong(name, "a string", value)),
        };
        let number = |name: &str, default: Option<u64>| match (&body[name], default) {
            (Value::Null, Some(default)) => Ok(default),
            (value, _) => value.as_u64().ok_or_else(|| wrong(name, "a whole number", value)),
        };
        let app = || match &body["app"] {
            Value::Null => Ok(None),
            _ => text("app").map(Some),
        };
        let rule = |what| {
            let (method, path) = (text("method")?, text("path")?);
            let times = number("times", Some(1))?;
            if times == 0 {
                return Err(wrong("times", "a whole number from 1 on", &body["times"]));
            }
            Ok::<_, ApiError>(Command::Rule(Rule { method, path, times, what }))
        };
        match body["do"].as_str() {
            Some("drop") => Ok(Command::Drop { user: text("user")? }),
            Some("answer") => {
                let status = u16::try_from(number("status", None)?)
                    .ok()
                    .filter(|status| (200..1000).contains(status))
                    .ok_or_else(|| {
                        wrong("status", "a whole number from 200 to 999", &body["status"])
                    })?;
                let body = match &body["body"] {
                    Value::Null => json!({
                        "errorCode": "MADE_UP", "reasons": ["This answer was asked for."],
                    }),
                    body => body.clone(),
                };
                rule(RuleKind::Answer { status, body })
            }
            Some("dropAfter") => rule(RuleKind::DropAfter),
            Some("delay") => Ok(Command::Delay { ms: number("ms", None)? }),
            Some("mute") => {
                let on = match &body["on"] {
                    Value::Null => true,
                    on => on.as_bool().ok_or_else(|| wrong("on", "true or false", on))?,
                };
                Ok(Command::Mute { user: text("user")?, on })
            }
            Some("expire") => Ok(Command::Hub(Control::Expire { user: text("user")? })),
            Some("restarting") => Ok(Command::Hub(Control::Restarting)),
            Some("clock") => {
                let wanted = "a whole number of milliseconds since 1970, for the clock to stand \
                              still there, or null, for it to go on";
                let now = match &body["now"] {
                    Value::Null => None,
                    now => Some(now.as_u64().ok_or_else(|| wrong("now", wanted, now))?),
                };
                Ok(Command::Clock { now })
            }
            Some("publish") => {
                let events = &body["events"];
                let events = events.as_array().ok_or_else(|| wrong("events", "a list", events))?;
                let (user, events) = (text("user")?, events.clone());
                Ok(Command::Hub(Control::Publish { user, events }))
            }
            Some("settings") => {
                let given = &body["settings"];
                let changes =
                    given.as_object().ok_or_else(|| wrong("settings", "an object", given));
                let changes = changes?.clone();
                Ok(Command::Ask(Ask::Settings { app: app()?, changes }))
            }
            Some("user") => Ok(Command::Ask(Ask::User { app: app()?, user: text("user")? })),
            Some("reset") => Ok(Command::Hub(Control::Reset)),
            Some("log") => Ok(Command::Log),
            Some("sockets") => Ok(Command::Sockets),
            Some(other) => Err(unknown(format!("There is no {other:?} to do: use {KNOWN}."))),
            None => Err(unknown(format!("\"do\" must be a string: use {KNOWN}."))),
        }
    }
}

fn unknown(reason: String) -> ApiError {
    ApiError::new(400, "UNKNOWN_COMMAND", reason)
}

/// The refusal of a field that is missing or wrong.
fn wrong(name: &str, wanted: &str, given: &Value) -> ApiError {
    match given {
        Value::Null => ApiError::params(format!("\"{name}\" is missing: give {wanted}.")),
        given => hub::wrong(name, wanted, given),
    }
}

/// The faults that are switched on, and the log.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) delay: Duration,
    rules: Vec<Rule>,
    sockets: BTreeMap<ConnId, Socket>,
    log: std::collections::VecDeque<(usize, Value)>,
    log_bytes: usize,
}

#[derive(Debug)]
struct Socket {
    user: String,
    is_muted: bool,
}

impl Faults {
    pub(super) fn opened(&mut self, conn: ConnId, user: &str) {
        self.sockets.insert(conn, Socket { user: user.to_owned(), is_muted: false });
    }

    pub(super) fn closed(&mut self, conn: ConnId) {
        self.sockets.remove(&conn);
    }

    pub(super) fn user_of(&self, conn: ConnId) -> Option<&str> {
        self.sockets.get(&conn).map(|socket| socket.user.as_str())
    }

    pub(super) fn conns_of(&self, user: &str) -> Vec<ConnId> {
        let theirs = self.sockets.iter().filter(|(_, socket)| socket.user == user);
        theirs.map(|(conn, _)| *conn).collect()
    }

    /// Mutes the sockets a user has now, and no later ones. Says how many.
    pub(super) fn mute(&mut self, user: &str, on: bool) -> usize {
        let theirs = self.sockets.values_mut().filter(|socket| socket.user == user);
        theirs.map(|socket| socket.is_muted = on).count()
    }

    pub(super) fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    pub(super) fn reset(&mut self) {
        *self = Faults::default();
    }

    /// A frame came in: log it, and say if it is not to be served as usual.
    pub(super) fn frame(&mut self, now: u64, conn: ConnId, text: &str) -> Option<Verdict> {
        let frame: Value = serde_json::from_str(text).unwrap_or_else(|_| text.into());
        self.note(now, conn, "in", (text.len(), frame.clone()));
        if self.sockets.get(&conn).is_some_and(|socket| socket.is_muted) {
            return Some(Verdict::Ignore);
        }
        let verdict = self.judge(frame[1].as_str()?, frame[2].as_str()?)?;
        Some(match verdict {
            Verdict::Answer { status, body, .. } => {
                Verdict::Answer { id: frame[0].clone(), status, body }
            }
            other => other,
        })
    }

    /// The verdict of the first rule for this request, which uses it up once.
    pub(super) fn judge(&mut self, method: &str, path: &str) -> Option<Verdict> {
        let at = self.rules.iter().position(|rule| rule.fits(method, path))?;
        let rule = &mut self.rules[at];
        rule.times = rule.times.saturating_sub(1);
        let verdict = match rule.what.clone() {
            RuleKind::Answer { status, body } => Verdict::Answer { id: Value::Null, status, body },
            RuleKind::DropAfter => Verdict::DropAfter,
        };
        self.rules.retain(|rule| rule.times > 0);
        Some(verdict)
    }

    /// A frame goes out: log it, unless its socket is muted, in which case it does not go out.
    pub(super) fn lets_out(&mut self, now: u64, conn: ConnId, text: &str) -> bool {
        if self.sockets.get(&conn).is_none_or(|socket| socket.is_muted) {
            return false;
        }
        let frame = serde_json::from_str(text).unwrap_or_else(|_| text.into());
        self.note(now, conn, "out", (text.len(), frame));
        true
    }

    /// When a frame may go out.
    pub(super) fn moment(&self) -> Option<Instant> {
        (!self.delay.is_zero()).then(|| Instant::now() + self.delay)
    }

    pub(super) fn take_log(&mut self) -> Value {
        self.log_bytes = 0;
        std::mem::take(&mut self.log).into_iter().map(|(_, entry)| entry).collect()
    }

    fn note(&mut self, now: u64, conn: ConnId, dir: &str, (bytes, frame): (usize, Value)) {
        let user = self.user_of(conn);
        let entry = json!({ "user": user, "conn": conn, "at": now, "dir": dir, "frame": frame });
        self.log.push_back((bytes, entry));
        self.log_bytes += bytes;
        while self.log.len() > LOG_LENGTH || (self.log_bytes > LOG_BYTES && self.log.len() > 1) {
            let Some((gone, _)) = self.log.pop_front() else { break };
            self.log_bytes -= gone;
        }
    }
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;
