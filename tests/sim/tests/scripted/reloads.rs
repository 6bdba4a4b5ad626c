//! Lists of conversations that come one after the other, and the last messages that they show and are
//! ordered by.

use serde_json::{json, Value};
use talk_sim::{Call, Sent, Solo};

use crate::talk::{created, message, plain, serve, serve_but, side, user, with_messages};

const GET_MESSAGES: &str = "GET /me/conversations/c/messages";

/// The conversation "c" with changes.
fn side_with(changes: Value) -> Value {
    let mut all = side("c");
    for (key, value) in changes.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    all
}

/// Whether a request is for the list of all conversations.
fn is_for_all(request: &Sent) -> bool {
    request.what == "GET /me/conversations" && request.data["filter"] == json!({})
}

#[test]
fn what_one_list_still_shows_does_not_get_into_another_that_was_loaded_again() {
    let unread = json!({ "isUnread": true, "unreadMessageCount": 1, "lastMessageAt": 2 });
    // Without a connection a message comes, or I leave.
    for now in [json!([side_with(unread)]), json!([])] {
        let mut solo = Solo::new();
        let all = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
        let read = solo.subscribe(Call::ListSubscribe, json!([r#"{"isUnread":false}"#]));
        serve(&mut solo);
        assert_eq!((solo.ids(all).len(), solo.ids(read).len()), (1, 1));
        solo.drop_socket();
        let messages = [message("m", 2, None)];
        let service = |request: &Sent| match &*request.what {
            "GET /me/conversations" if is_for_all(request) => {
                (200, json!({ "data": now, "cursor": null }))
            }
            "GET /me/conversations" => (200, json!({ "data": [], "cursor": null })),
            GET_MESSAGES if now[0].is_null() => {
                (403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }))
            }
            _ => with_messages(&messages)(request),
        };
        let late = |request: &Sent| request.what == GET_MESSAGES || is_for_all(request);
        let mut held = serve_but(&mut solo, late, service);
        assert_eq!((held.len(), solo.ids(read).len()), (2, 0));
        held.sort_by_key(is_for_all);
        for request in held {
            let (status, body) = service(&request);
            solo.answer(request.id, status, body);
            solo.serve(service);
            assert_eq!(solo.ids(read).len(), 0, "after {request:?}");
        }
        assert_eq!(solo.ids(all).len(), now.as_array().map_or(0, Vec::len));
        solo.close();
    }
}

#[test]
fn a_list_that_was_not_followed_yet_is_loaded_again_after_a_restart() {
    let mut solo = Solo::new();
    let all = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let follows = |request: &Sent| request.what == "SUBSCRIBE /me/conversations";
    let held = serve_but(&mut solo, follows, plain);
    assert_eq!((held.len(), solo.ids(all).len()), (1, 1));
    solo.push(1, &[json!({ "type": "upstream.restarting" })]);
    solo.drop_socket();
    solo.pass(5_000);
    // What happened in between was told to nobody.
    solo.serve(|request| match &*request.what {
        what if what.starts_with("GET /me/conversations") && !what.contains("messages") => {
            (200, json!({ "data": [side_with(json!({ "subject": "new" }))], "cursor": null }))
        }
        _ => plain(request),
    });
    assert_eq!(solo.shown(all)[0]["subject"], "new");
    solo.close();
}

#[test]
fn a_conversation_that_is_asked_for_and_forgotten_meanwhile_gets_into_the_list() {
    let filter = json!({ "lastActivityAt": [">", 1] });
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!([filter.to_string()]));
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let service = |request: &Sent| match &*request.what {
        "GET /me/conversations" => (200, json!({ "data": [], "cursor": null })),
        "GET /me/conversations/c" => (200, side_with(json!({ "lastMessageAt": 2 }))),
        _ => plain(request),
    };
    solo.serve(service);
    solo.unsubscribe(messages);
    solo.pass(9_000);
    let diff = json!({ "lastMessageAt": 2 });
    solo.push(1, &[json!({ "type": "side.edited", "conversationId": "c", "diff": diff })]);
    let late = |request: &Sent| request.what == "GET /me/conversations/c";
    let held = serve_but(&mut solo, late, service);
    assert_eq!(held.len(), 1);
    // The messages are over, and with them all that was known of the conversation.
    solo.pass(2_000);
    let (status, body) = service(&held[0]);
    solo.answer(held[0].id, status, body);
    solo.serve(service);
    assert_eq!(solo.ids(list), ["c"]);
    solo.close();
}

/// The event that a user changed.
fn renamed(id: &str, name: &str) -> Value {
    json!({ "type": "user.edited", "userId": id, "diff": { "name": name } })
}

/// The event that a message is gone, without a word about the one before it.
fn deleted(id: &str) -> Value {
    json!({ "type": "message.deleted", "conversationId": "c", "messageId": id })
}

#[test]
fn a_last_message_that_changes_behind_one_that_comes_and_goes_is_shown_as_it_is() {
    let mut solo = Solo::new();
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let all = [message("m1", 1, None)];
    solo.serve(with_messages(&all));
    // The sender of the next one has to be asked for, so that it is not shown before it goes.
    let mut next = message("m2", 2, None);
    next["senderId"] = json!("carol");
    solo.push(1, &[created(&next)]);
    let held = serve_but(&mut solo, |request| request.what == "GET /users", plain);
    solo.push(2, &[renamed("bob", "robert")]);
    solo.push(3, &[deleted("m2")]);
    for request in held {
        let (status, body) = plain(&request);
        solo.answer(request.id, status, body);
    }
    serve(&mut solo);
    assert_eq!(solo.shown(conversation)["lastMessage"]["id"], "m1");
    assert_eq!(solo.shown(conversation)["lastMessage"]["sender"]["name"], "robert");
    solo.close();
}

#[test]
fn a_conversation_goes_back_to_its_place_with_a_message_that_is_never_shown() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let mut b = side("b");
    (b["joinedAt"], b["lastMessageAt"]) = (json!(5), json!(5));
    let c = side_with(json!({ "lastMessageAt": 2 }));
    let all = [message("m1", 2, None)];
    let service = |request: &Sent| match &*request.what {
        "GET /me/conversations" => (200, json!({ "data": [b, c], "cursor": null })),
        "GET /me/conversations/b/messages" => (200, json!({ "data": [], "cursor": null })),
        _ => with_messages(&all)(request),
    };
    solo.serve(service);
    assert_eq!(solo.ids(list), ["b", "c"]);
    let mut next = message("m2", 9, None);
    next["senderId"] = json!("carol");
    solo.push(1, &[created(&next)]);
    let held = serve_but(&mut solo, |request| request.what == "GET /users", service);
    assert_eq!(held.len(), 1);
    // All is loaded again, the messages last.
    solo.drop_socket();
    let late = |request: &Sent| request.what == GET_MESSAGES || request.what == "GET /users";
    let mut held = serve_but(&mut solo, late, service);
    held.sort_by_key(|request| request.what == "GET /users");
    for request in held {
        let (status, body) = service(&request);
        solo.answer(request.id, status, body);
    }
    solo.serve(service);
    assert_eq!(solo.ids(list), ["b", "c"]);
    solo.close();
}

/// A conversation by its number; the lower it is, the later was its last message.
fn numbered(number: u64, last: u64) -> Value {
    let mut side = side(&format!("c{number:02}"));
    side["lastMessageAt"] = json!(last);
    side
}

/// The last message of a conversation, or the conversations, 11 in a page.
fn with_conversations(all: &[Value]) -> impl Fn(&Sent) -> (u16, Value) + '_ {
    move |request| {
        let messages = request.what.strip_prefix("GET /me/conversations/").and_then(|rest| {
            let (id, rest) = rest.split_once('/')?;
            (rest == "messages").then_some(id)
        });
        if let Some(id) = messages {
            let side = all.iter().find(|side| side["id"] == id).cloned().unwrap_or_default();
            let at = side["lastMessageAt"].as_u64().unwrap_or(0);
            let last = message(&format!("{id}-{at}"), at, None);
            return (200, json!({ "data": [last], "cursor": "older" }));
        }
        if request.what != "GET /me/conversations" {
            return plain(request);
        }
        let from = request.data["cursor"].as_str().and_then(|from| from.parse().ok()).unwrap_or(0);
        let to = all.len().min(from + 11);
        let cursor = (to < all.len()).then(|| to.to_string());
        (200, json!({ "data": all[from..to], "cursor": cursor }))
    }
}

#[test]
fn a_conversation_that_moved_during_a_gap_does_not_end_the_reload_of_the_list() {
    let before: Vec<Value> = (1..=40).map(|number| numbered(number, 100 - number)).collect();
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    solo.serve(with_conversations(&before));
    let shown = solo.ids(list);
    assert_eq!(shown.len(), 20);
    solo.drop_socket();
    // The last one that was shown is the last one of the first page now.
    let mut after = before.clone();
    after.remove(19);
    after.insert(10, numbered(20, 90));
    let second = |request: &Sent| request.data["cursor"] == "11";
    let held = serve_but(&mut solo, second, with_conversations(&after));
    assert_eq!(held.len(), 1, "one page does not go back as far as what was shown");
    assert_eq!(solo.ids(list).len(), 20, "nothing that was shown is gone meanwhile");
    for request in held {
        let (status, body) = with_conversations(&after)(&request);
        solo.answer(request.id, status, body);
    }
    solo.serve(with_conversations(&after));
    assert_eq!((&*solo.ids(list)[10], solo.ids(list).len()), ("c20", 20));
    solo.close();
}

#[test]
fn what_a_list_hears_late_is_undone_even_if_the_list_is_loaded_once_more() {
    let mut solo = Solo::new();
    let absent = |request: &Sent| match &*request.what {
        "GET /me/conversations/c" | GET_MESSAGES => {
            (403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }))
        }
        "GET /me/conversations" => {
            let state = |id: &str, at: u64| {
                let mut state = side(id);
                state["lastMessageAt"] = json!(at);
                state
            };
            (200, json!({ "data": [state("a", 5), state("b", 4)], "cursor": "older" }))
        }
        _ => plain(request),
    };
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(absent);
    solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let held = serve_but(&mut solo, is_for_all, absent);
    assert_eq!(held.len(), 1);
    let edited = json!({ "type": "side.edited", "conversationId": "a",
        "diff": { "lastMessageAt": 1 } });
    let deleted = json!({ "type": "side.deleted", "conversationId": "c" });
    let created = json!({ "type": "side.created", "conversationId": "c", "state": side("c") });
    // That the one goes behind the end has the list loaded once more.
    solo.push(1, &[created, edited, deleted]);
    assert_eq!(solo.shown(conversation), Value::Null);
    let (status, body) = absent(&held[0]);
    solo.answer(held[0].id, status, body);
    solo.serve(absent);
    assert_eq!(solo.shown(conversation), Value::Null);
    solo.close();
}

#[test]
fn what_a_list_that_nobody_waits_for_does_not_hear_any_more_is_asked_for() {
    let mut solo = Solo::new();
    let all = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let follows = |request: &Sent| request.what == "SUBSCRIBE /me/conversations";
    let held = serve_but(&mut solo, follows, plain);
    assert_eq!(solo.ids(all), ["c"]);
    solo.unsubscribe(all);
    // What happened before that is not known, and would be fetched if anybody wanted it.
    solo.answer(held[0].id, 200, json!({}));
    solo.push(1, &[json!({ "type": "side.deleted", "conversationId": "c" })]);
    let left = |request: &Sent| match &*request.what {
        "GET /me/conversations" => (200, json!({ "data": [], "cursor": null })),
        "GET /me/conversations/c" | GET_MESSAGES => {
            (403, json!({ "errorCode": "NOT_A_PARTICIPANT", "reasons": [] }))
        }
        _ => plain(request),
    };
    solo.subscribe(Call::ListSubscribe, json!([r#"{"isUnread":true}"#]));
    solo.serve(left);
    solo.pass(11_000);
    let conversation = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    solo.serve(left);
    assert_eq!(solo.shown(conversation), Value::Null);
    solo.close();
}

#[test]
fn a_user_and_their_presence_come_anew_together() {
    let mut solo = Solo::new();
    let online = solo.subscribe(Call::OnlineSubscribe, json!(["bob"]));
    let service = |name: &str, connected: bool| {
        let mut bob = user("bob");
        bob["name"] = json!(name);
        move |request: &Sent| match &*request.what {
            "GET /users" => (200, json!({ "bob": bob })),
            "GET /users/bob/online" => (200, json!({ "isConnected": connected })),
            _ => plain(request),
        }
    };
    solo.serve(service("old", true));
    let before = solo.shown(online);
    assert_eq!(before["user"]["name"], "old");
    solo.drop_socket();
    let late = |request: &Sent| request.what == "GET /users/bob/online";
    let held = serve_but(&mut solo, late, service("new", false));
    assert_eq!(solo.shown(online), before, "not the new user with what was known of the old one");
    solo.answer(held[0].id, 200, json!({ "isConnected": false }));
    let now = solo.shown(online);
    assert_eq!((&now["user"]["name"], &now["isConnected"]), (&json!("new"), &json!(false)));
    solo.close();
}

#[test]
fn a_list_that_nobody_waits_for_does_not_go_on_with_what_it_knew() {
    let edited =
        |diff: Value| json!({ "type": "side.edited", "conversationId": "c", "diff": diff });
    let mut solo = Solo::new();
    let all = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    let follows = |request: &Sent| request.what == "SUBSCRIBE /me/conversations";
    let held = serve_but(&mut solo, follows, plain);
    assert_eq!(solo.ids(all), ["c"]);
    // Told before the list was followed, so it would be loaded again, but then nobody shows it.
    solo.push(1, &[edited(json!({ "subject": "new" }))]);
    solo.unsubscribe(all);
    solo.answer(held[0].id, 200, json!({}));
    solo.push(2, &[edited(json!({ "isUnread": true }))]);
    let read = solo.subscribe(Call::ListSubscribe, json!([r#"{"isUnread":false}"#]));
    let service = |request: &Sent| match &*request.what {
        "GET /me/conversations" => (200, json!({ "data": [], "cursor": null })),
        _ => plain(request),
    };
    let late = |request: &Sent| request.what == "GET /me/conversations";
    let held = serve_but(&mut solo, late, service);
    solo.push(3, &[edited(json!({ "lastMessageAt": 2 }))]);
    for request in held {
        let (status, body) = service(&request);
        solo.answer(request.id, status, body);
    }
    solo.serve(service);
    assert!(solo.ids(read).is_empty());
    solo.close();
}
