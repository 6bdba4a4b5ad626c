//! What the scripts have in common: the words of a service.

use serde_json::{json, Value};
use talk_sim::{Outcome, Sent, Solo};

pub(crate) const MESSAGES: &str = "/me/conversations/c/messages";

/// A user on the wire.
pub(crate) fn user(id: &str) -> Value {
    json!({ "id": id, "name": id, "custom": {}, "locale": null, "photoUrl": null,
        "role": "default", "welcomeMessage": null })
}

/// A message on the wire, as old as its number says; it may refer to another one.
pub(crate) fn message(id: &str, at: u64, refers: Option<&str>) -> Value {
    json!({ "id": id, "type": "UserMessage", "senderId": "bob", "custom": {}, "createdAt": at,
        "editedAt": null, "referencedMessageId": refers, "origin": "web",
        "content": [{ "type": "text", "children": ["hello"] }], "reactions": {} })
}

/// The event that a message was created.
pub(crate) fn created(state: &Value) -> Value {
    json!({ "type": "message.created", "conversationId": "c", "messageId": state["id"],
        "state": state })
}

/// My side of a conversation on the wire.
pub(crate) fn side(id: &str) -> Value {
    json!({ "id": id, "subject": null, "photoUrl": null, "welcomeMessages": [], "custom": {},
        "createdAt": 1, "joinedAt": 1, "lastMessageAt": 1, "unreadMessageCount": 0,
        "isUnread": false, "access": "ReadWrite", "notify": true, "readUntil": 1,
        "everyoneReadUntil": 1 })
}

/// A participant on the wire.
pub(crate) fn participant(id: &str, joined: u64) -> Value {
    json!({ "id": id, "access": "ReadWrite", "notify": true, "joinedAt": joined })
}

/// The answer of a service that has nothing but users, and the conversation "c" without messages.
pub(crate) fn plain(request: &Sent) -> (u16, Value) {
    let body = match &*request.what {
        "GET /users" => {
            let ids = request.data["ids"].as_array().cloned().unwrap_or_default();
            let users = ids.iter().map(|id| {
                let id = id.as_str().unwrap_or_default();
                (id.to_owned(), user(id))
            });
            Value::Object(users.collect())
        }
        "GET /me/conversations/c" => side("c"),
        "GET /me/conversations" => json!({ "data": [side("c")], "cursor": null }),
        what if what.ends_with("/participants") && what.starts_with("POST ") => {
            let actions = request.data["actions"].as_array().map_or(0, Vec::len);
            json!({ "responses": vec![json!({ "status": 200 }); actions] })
        }
        what if what.contains("/reactions/") => json!({ "data": [], "cursor": null }),
        what if what.starts_with("GET /me/conversations/c/messages/") => return (404, json!({})),
        what if what.starts_with("GET ") => json!({ "data": [], "cursor": null }),
        _ => json!({}),
    };
    (200, body)
}

/// A service that has these messages, newest first, and gives them in pages.
pub(crate) fn with_messages(all: &[Value]) -> impl Fn(&Sent) -> (u16, Value) + '_ {
    move |request| {
        if let Some(id) = request.what.strip_prefix(&format!("GET {MESSAGES}/")) {
            let found = all.iter().find(|message| message["id"] == id);
            return found.map_or((404, json!({})), |message| (200, message.clone()));
        }
        if request.what != format!("GET {MESSAGES}") {
            return plain(request);
        }
        let cursor = request.data["cursor"].as_str().and_then(|cursor| cursor.parse().ok());
        let (from, limit) = (cursor.unwrap_or(0), request.data["limit"].as_u64().unwrap_or(0));
        let to = all.len().min(from + limit as usize);
        let cursor = (to < all.len()).then(|| to.to_string());
        (200, json!({ "data": all[from..to], "cursor": cursor }))
    }
}

/// Lets a service answer everything that is asked.
pub(crate) fn serve(solo: &mut Solo) {
    solo.serve(plain);
}

/// Answers all requests but those that are held back, which it gives.
pub(crate) fn serve_but(
    solo: &mut Solo,
    held: impl Fn(&Sent) -> bool,
    service: impl Fn(&Sent) -> (u16, Value),
) -> Vec<Sent> {
    let mut kept = Vec::new();
    loop {
        let sent = solo.sent();
        if sent.is_empty() {
            return kept;
        }
        for request in sent {
            if held(&request) {
                kept.push(request);
            } else {
                let (status, body) = service(&request);
                solo.answer(request.id, status, body);
            }
        }
    }
}

/// The snapshot that a call has resolved with.
#[track_caller]
pub(crate) fn got(solo: &Solo, call: u32) -> Value {
    match solo.page.outcome(call) {
        Outcome::Snapshot(snapshot) => snapshot.to_value(),
        other => panic!("{call} is resolved with a snapshot: {other:?}"),
    }
}
