//! What left a list and came back before the list could be told.
//!
//! What did not change is the same object in the next snapshot. A list is only told when all of it
//! is there, so between two snapshots something in it may go and come back: this user leaves the
//! conversation and joins it again, or a filter does not let the conversation through for a while.
//! The service said that it was gone, so a client lets go of it, as it does when that is told; what
//! comes back is made anew. That is no needless copy. But a client that lets go of everything to load
//! it again has no such excuse: here is looked up what the service has said.

use serde_json::Value;
use talk_core::Call;

/// Whether the frames that came since a subscription last heard something say that an item of its
/// list may have been away.
pub(crate) fn was_away(frames: &[String], call: Call, conversation: &str, id: &str) -> bool {
    let (id, of_conversations) = match call {
        Call::ListSubscribe => (id, true),
        // What is in a conversation goes with it.
        _ => (conversation, false),
    };
    let says_so = |frame: &String| {
        let frame: Value = serde_json::from_str(frame).unwrap_or_default();
        if frame[1] == "PUBLISH" {
            let events = frame.as_array().into_iter().flatten().skip(2);
            let mut own = events.filter(|event| event["conversationId"] == id);
            return own
                .any(|event| event["type"] == "side.deleted" || of_conversations && edits(event));
        }
        // A page of conversations without it.
        let items = frame[2]["data"].as_array().map_or(&[][..], Vec::as_slice);
        let conversations = items.iter().all(|item| !item["isUnread"].is_null());
        of_conversations
            && frame[2]["data"].is_array()
            && conversations
            && !items.iter().any(|item| item["id"] == id)
    };
    frames.iter().any(says_so)
}

/// Whether a filter may let a conversation through no more, or again, by an event.
fn edits(event: &Value) -> bool {
    let edits = ["side.edited", "conversation.edited", "participant.edited"];
    edits.iter().any(|kind| event["type"] == *kind)
}
