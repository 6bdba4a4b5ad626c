//! What changed, or left, and was as before again before anybody could be told.
//!
//! What did not change is the same object in the next snapshot. A list is only told when all of it
//! is there, so between two snapshots something in it may go and come back: this user leaves the
//! conversation and joins it again, a filter does not let the conversation through for a while, or
//! somebody stops typing and goes on.
//! The service said that it was gone, so a client lets go of it, as it does when that is told; what
//! comes back is made anew. That is no needless copy. Nor is it one if the service says that
//! something changed, and later that it is as it was: each of that is a change, and whoever does not
//! wait for the rest of a list is told of both. But a client that lets go of everything to load it
//! again has no such excuse: here is looked up what the service has said.

use serde_json::Value;
use talk_core::Call;

use crate::snapshot::{Object, Part};

/// The frames that came since a subscription last heard something.
pub(crate) struct News<'a> {
    pub(crate) frames: &'a [String],
    /// The call that made the subscription, and the conversation that it is in, if it is in one.
    pub(crate) call: Call,
    pub(crate) conversation: &'a str,
}

impl News<'_> {
    /// Whether they say that an item of its list may have been away.
    pub(crate) fn took_away(&self, id: &str) -> bool {
        let (id, of_conversations) = match self.call {
            Call::ListSubscribe => (id, true),
            // What is in a conversation goes with it.
            _ => (self.conversation, false),
        };
        let says_so = |frame: &String| {
            let frame: Value = serde_json::from_str(frame).unwrap_or_default();
            if frame[1] == "PUBLISH" {
                let mut own = events(&frame).filter(|event| event["conversationId"] == id);
                return own.any(|event| {
                    // Who joins was not in it before.
                    let comes_or_goes = ["side.deleted", "side.created"];
                    comes_or_goes.iter().any(|kind| event["type"] == *kind)
                        || of_conversations && edits(event)
                });
            }
            // A page of conversations without it.
            let items = frame[2]["data"].as_array().map_or(&[][..], Vec::as_slice);
            let conversations = items.iter().all(|item| !item["isUnread"].is_null());
            of_conversations
                && frame[2]["data"].is_array()
                && conversations
                && !items.iter().any(|item| item["id"] == id)
        };
        self.frames.iter().any(says_so)
    }

    /// Whether they say that somebody who was typing stopped.
    pub(crate) fn stopped(&self, user: &str) -> bool {
        let says_so = |frame: &String| {
            let frame: Value = serde_json::from_str(frame).unwrap_or_default();
            let mut told = events(&frame).flat_map(|event| [&event["diff"], &event["state"]]);
            let without =
                |state: &Value| state.get("usersTyping").is_some_and(|users| users[user].is_null());
            without(&frame[2]) || told.any(without)
        };
        self.frames.iter().any(says_so)
    }

    /// Whether they say that something changed that is, or is shown in, an object.
    pub(crate) fn changed(&self, object: &Object) -> bool {
        let edits = |event: &Value| {
            let subjects = ["userId", "messageId", "conversationId"];
            event["type"].as_str().is_some_and(|kind| kind.ends_with(".edited"))
                && subjects.iter().any(|name| shows(object, &event[*name]))
        };
        let says_so = |frame: &String| {
            let frame: Value = serde_json::from_str(frame).unwrap_or_default();
            let mut all = events(&frame);
            all.any(edits)
        };
        self.frames.iter().any(says_so)
    }
}

/// What a PUBLISH frame has to say.
fn events(frame: &Value) -> impl Iterator<Item = &Value> {
    let all = frame.as_array().filter(|_| frame[1] == "PUBLISH");
    all.into_iter().flatten().skip(2)
}

/// Whether an object, or one in it, has an ID.
fn shows(object: &Object, id: &Value) -> bool {
    id == object.id()
        || object.members.values().flat_map(Part::objects).any(|inner| shows(inner, id))
}

/// Whether a filter may let a conversation through no more, or again, by an event.
fn edits(event: &Value) -> bool {
    let edits = ["side.edited", "conversation.edited", "participant.edited"];
    edits.iter().any(|kind| event["type"] == *kind)
}
