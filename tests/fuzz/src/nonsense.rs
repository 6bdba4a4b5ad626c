//! Frames and events that mean nothing, and must change nothing: made up by grammar, and cut and
//! bent out of the golden fixtures.

use serde_json::Value;
use talk_sim::Dice;

use crate::model::ME;
use crate::service::Service;
use crate::wire::plain;
use crate::world::USERS;

/// The recorded traffic of the original.
const FIXTURES: &[&str] = &[
    include_str!("../../fixtures/conversations.jsonl"),
    include_str!("../../fixtures/history.jsonl"),
    include_str!("../../fixtures/list.jsonl"),
    include_str!("../../fixtures/messages.jsonl"),
    include_str!("../../fixtures/reading.jsonl"),
    include_str!("../../fixtures/users.jsonl"),
];

/// Types of events, and what each needs to name.
const TYPES: &[(&str, &[&str], &str)] = &[
    ("user.created", &["userId"], "state"),
    ("user.edited", &["userId"], "diff"),
    ("user.online.changed", &["userId"], "diff"),
    ("side.created", &["conversationId"], "state"),
    ("side.edited", &["conversationId"], "diff"),
    ("side.deleted", &["conversationId"], ""),
    ("conversation.edited", &["conversationId"], "diff"),
    ("conversation.cleared", &["conversationId"], ""),
    ("participant.created", &["conversationId", "userId"], "state"),
    ("participant.edited", &["conversationId", "userId"], "diff"),
    ("participant.deleted", &["conversationId", "userId"], ""),
    ("message.created", &["conversationId", "messageId"], "state"),
    ("message.edited", &["conversationId", "messageId"], "diff"),
    ("message.deleted", &["conversationId", "messageId"], ""),
    ("reaction.added", &["conversationId", "messageId", "emoji", "userId"], ""),
    ("reaction.removed", &["conversationId", "messageId", "emoji", "userId"], ""),
    ("typing.available", &["conversationId"], "state"),
    ("typing.changed", &["conversationId"], "diff"),
];

/// What is no text, and what is no object.
const NO_TEXT: &[&str] =
    &["null", "5", "-1e400", "true", "{}", "[]", "[\"c0\"]", "\"\"", "\"\\ud83d\""];
const NO_OBJECT: &[&str] = &["null", "5", "\"x\"", "true", "[]", "[{}]", "1e999"];

impl Service {
    /// A frame that is none, or is for nobody, or is old.
    pub fn garbage_frame(&mut self) -> String {
        let seq = self.line.as_ref().map_or(0, |line| line.seq);
        let event = self.some_true_event();
        let published = self.line.as_ref().is_some_and(|line| line.published);
        let dice = &mut self.dice;
        // Only after another one is a number an old one.
        let least = if published { 0 } else { 1 };
        match dice.between(least, 12 + u64::from(published)) {
            0 => recorded_frame(dice),
            1 => {
                let frame = recorded_frame(dice);
                let first = frame.find(',').unwrap_or(0) as u64 + 1;
                let at = dice.between(first, frame.len() as u64) as usize;
                // Without its end it is no JSON.
                frame.char_indices().take_while(|(own, _)| *own < at).map(|(_, c)| c).collect()
            }
            2 => ["", " ", "nul", "{}", "[]", "[87654321]", "5", "\"PUBLISH\"", "[[1,2]]", "null"]
                [dice.below(10) as usize]
                .to_owned(),
            3 => format!("[{},\"PUBLISHED\",{event}]", seq + 88_000_000),
            4 => format!("[{},\"publish\",{event}]", seq + 88_000_000),
            5 => format!("[{}.5,\"PUBLISH\",{event}]", seq + 1),
            6 => format!("[-{},\"PUBLISH\",{event}]", seq + 1),
            7 => format!("[\"{}\",\"PUBLISH\",{event}]", seq + 1),
            8 => format!("[null,\"PUBLISH\",{event}]"),
            9 => format!("x[{},\"PUBLISH\",{event}]", seq + 1),
            10 => format!("[{} \"PUBLISH\",{event}]", seq + 88_000_000),
            11 => format!("{{\"0\":{},\"1\":\"PUBLISH\",\"2\":{event}}}", seq + 1),
            12 => format!("[99999999,{},{event}]", dice.pick(&["200", "0", "1e9"]).unwrap_or(&"1")),
            // An old number: it is acknowledged, and that is all.
            _ => format!("[{},\"PUBLISH\",{event}]", dice.below(seq + 1)),
        }
    }

    /// Events that would change what is shown, if they were taken for what they are not.
    fn some_true_event(&mut self) -> String {
        let (id, user) = (self.some_conversation(), self.some_user());
        let id = plain(&id.into());
        let user = plain(&user.into());
        match self.dice.below(5) {
            0 => format!("{{\"type\":\"side.deleted\",\"conversationId\":{id}}}"),
            1 => format!("{{\"type\":\"conversation.cleared\",\"conversationId\":{id}}}"),
            2 => format!(
                "{{\"type\":\"user.edited\",\"userId\":{user},\"diff\":{{\"name\":\"never said\"}}}}"
            ),
            3 => format!(
                "{{\"type\":\"side.edited\",\"conversationId\":{id},\"diff\":{{\"subject\":\"never\"}}}}"
            ),
            _ => format!(
                "{{\"type\":\"message.created\",\"conversationId\":{id},\"messageId\":\"never\",\
                 \"state\":{{\"id\":\"never\",\"senderId\":null,\"createdAt\":1900000000000,\
                 \"content\":[]}}}}"
            ),
        }
    }

    /// An event that changes nothing.
    pub fn garbage_event(&mut self) -> String {
        match self.dice.below(10) {
            0 => self.pick(&["null", "5", "\"x\"", "[]", "[[]]", "true", "{}", "{\"type\":null}"]),
            1 => {
                let kinds = ["\"user.unheardOf\"", "\"\"", "5", "null", "{}", "\"USER.EDITED\""];
                let kind = self.pick(&kinds);
                let me = plain(&ME.into());
                self.writer().object(&[
                    ("type", kind),
                    ("userId", me),
                    ("conversationId", "\"c0\"".to_owned()),
                    ("diff", "{\"name\":\"never said\",\"subject\":\"never\"}".to_owned()),
                ])
            }
            2 => self.malformed_message(),
            3 => self.known_message(),
            4 => self.about_unknown(),
            5 => self.recorded_event(),
            _ => self.incomplete_event(),
        }
    }

    /// One that lacks something, or has something else in its place.
    fn incomplete_event(&mut self) -> String {
        let (kind, ids, news) = TYPES[self.dice.below(TYPES.len() as u64) as usize];
        let needs = ids.len() as u64 + u64::from(!news.is_empty());
        let lacks = self.dice.below(needs) as usize;
        let mut members = vec![("type", plain(&kind.into()))];
        for (at, name) in ids.iter().enumerate() {
            let text = match *name {
                _ if at == lacks => self.pick(NO_TEXT),
                "conversationId" => plain(&self.some_conversation().into()),
                "messageId" => {
                    let id = self.some_conversation();
                    plain(&self.some_message(&id).unwrap_or_default().into())
                }
                "emoji" => plain(&"👍".into()),
                _ => plain(&self.some_user().into()),
            };
            if at != lacks || self.dice.chance(700) {
                members.push((name, text));
            }
        }
        if !news.is_empty() {
            let whole = "{\"id\":\"never\",\"name\":\"never said\",\"subject\":\"never\",\
                         \"isConnected\":true,\"access\":\"never\",\"many\":true,\"type\":\"never\"}";
            let other = ids.len() == lacks;
            let text = if other { self.pick(NO_OBJECT) } else { whole.to_owned() };
            if !other || self.dice.chance(700) {
                members.push((news, text));
            }
        }
        if kind.starts_with("reaction.") {
            members.push(("createdAt", "5".to_owned()));
        }
        let liberty = std::mem::take(&mut self.plan.liberty);
        // A wrong member in front of a missing one would not be overruled.
        let text = self.writer().object(&members);
        self.plan.liberty = liberty;
        text
    }

    /// A new message that lacks what every message has.
    fn malformed_message(&mut self) -> String {
        let id = self.some_conversation();
        let lacks = self.dice.below(3);
        let sender = match (lacks, self.dice.below(4)) {
            (0, 0) => "",
            (0, 1) => "\"senderId\":5,",
            (0, 2) => "\"senderId\":{},",
            (0, _) => "\"senderId\":true,",
            _ => "\"senderId\":\"me\",",
        };
        let content = match (lacks, self.dice.below(3)) {
            (1, 0) => "",
            (1, 1) => "\"content\":null,",
            (1, _) => "\"content\":\"x\",",
            _ => "\"content\":[],",
        };
        let time = match (lacks, self.dice.below(3)) {
            (2, 0) => "",
            (2, 1) => "\"createdAt\":null,",
            (2, _) => "\"createdAt\":\"1800000000000\",",
            _ => "\"createdAt\":1850000000000,",
        };
        format!(
            "{{\"type\":\"message.created\",\"conversationId\":{},\"messageId\":\"never\",\
             \"state\":{{\"id\":\"never\",{sender}{content}{time}\"type\":\"UserMessage\"}}}}",
            plain(&id.into())
        )
    }

    /// A message is created that is there already.
    fn known_message(&mut self) -> String {
        let id = self.some_conversation();
        let Some(message) = self.some_message(&id) else { return "null".to_owned() };
        let own = &self.model.conversations[&id];
        if !own.joined {
            // No service tells of messages in a conversation that I am not in.
            return "null".to_owned();
        }
        let at = &own.messages[&message]["createdAt"];
        let twins =
            own.messages.values().filter(|other| other["createdAt"].as_f64() == at.as_f64());
        if twins.count() > 1 {
            // A window that ends with its twin cannot tell it from a new message of that moment.
            return "null".to_owned();
        }
        let at = plain(at);
        let name = plain(&message.into());
        format!(
            "{{\"type\":\"message.created\",\"conversationId\":{},\"messageId\":{name},\"state\":\
             {{\"id\":{name},\"senderId\":\"ghost\",\"content\":[\"never said\"],\"createdAt\":{at}}}}}",
            plain(&id.into())
        )
    }

    /// News of what is not there.
    fn about_unknown(&mut self) -> String {
        let id = self.some_conversation();
        let id = plain(&id.into());
        let user = USERS.iter().rev().find(|user| !self.model.users.contains_key(**user));
        let user = plain(&user.copied().unwrap_or("ghost").into());
        let diff =
            "\"diff\":{\"name\":\"never said\",\"access\":\"never\",\"custom\":{\"a\":\"b\"}}";
        match self.dice.below(6) {
            0 => format!("{{\"type\":\"user.edited\",\"userId\":{user},{diff}}}"),
            1 => format!(
                "{{\"type\":\"participant.edited\",\"conversationId\":{id},\"userId\":\"nobody\",{diff}}}"
            ),
            2 => format!(
                "{{\"type\":\"participant.deleted\",\"conversationId\":{id},\"userId\":\"nobody\"}}"
            ),
            3 => format!(
                "{{\"type\":\"message.edited\",\"conversationId\":{id},\"messageId\":\"never\",{diff}}}"
            ),
            4 => format!(
                "{{\"type\":\"message.deleted\",\"conversationId\":{id},\"messageId\":\"never\"}}"
            ),
            _ => format!("{{\"type\":\"side.edited\",\"conversationId\":\"cX\",{diff}}}"),
        }
    }

    /// An event that the original once got, about what nobody here follows.
    fn recorded_event(&mut self) -> String {
        let frame: Value =
            serde_json::from_str(&recorded_frame(&mut self.dice)).unwrap_or_default();
        let event = &frame[2];
        let id = event["conversationId"].as_str().unwrap_or_default();
        match event["type"].as_str() {
            // A conversation here may have the name of one that was recorded.
            Some(_) if self.model.conversations.contains_key(id) => "null".to_owned(),
            Some(kind) if kind != "side.created" => event.to_string(),
            _ => "null".to_owned(),
        }
    }
}

/// A frame that the original once got. Here it is the answer to nothing, or old.
fn recorded_frame(dice: &mut Dice) -> String {
    let mut found = "[0]".to_owned();
    for _ in 0..8 {
        let lines = dice.pick(FIXTURES).copied().unwrap_or("");
        let count = lines.lines().count() as u64;
        let line = lines.lines().nth(dice.below(count) as usize).unwrap_or("");
        let Some(at) = line.find("\"in\":[") else { continue };
        let frame = &line[at + 5..line.len() - 1];
        found = match frame.split_once(',') {
            Some((_, rest)) if rest.starts_with("\"PUBLISH\"") => format!("[0,{rest}"),
            Some((_, rest)) => format!("[77777777,{rest}"),
            None => continue,
        };
        break;
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::plan::Plan;

    #[test]
    fn a_message_that_has_a_twin_is_not_created_again() {
        for (other, again) in [(json!(1e21), false), (json!(7), true)] {
            let mut dice = Dice::new(0);
            let mut service = Service::new(Plan::new(&mut dice), dice);
            let id = service.some_conversation();
            service.model.side_news(&id, &json!({}), false);
            for (message, at) in [("a", json!(1e21)), ("b", other)] {
                let news = json!({ "id": message, "createdAt": at });
                service.model.message_news(&id, message, &news, false);
            }
            // All others have no messages.
            let events = (0..100).map(|_| service.known_message());
            assert_eq!(events.filter(|event| event != "null").count() > 0, again);
        }
    }
}
