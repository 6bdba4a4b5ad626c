//! Messages that refer to one another, in chains and in circles.

use serde_json::{json, Value};
use talk_sim::{Call, Solo};

use crate::talk::{created, message, plain, serve, with_messages, MESSAGES};

/// A chain of replies, newest first: each refers to the one before it.
fn chain(count: usize) -> Vec<Value> {
    let reply = |at: usize| {
        let before = (at > 0).then(|| format!("m{}", at - 1));
        message(&format!("m{at}"), 1_000 + at as u64, before.as_deref())
    };
    (0..count).rev().map(reply).collect()
}

fn window(solo: &mut Solo, all: &[Value]) -> u32 {
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let (mut pages, mut quoted) = (0, 0);
    let mut serve = |solo: &mut Solo| {
        solo.serve(|request| {
            pages += u32::from(request.what == format!("GET {MESSAGES}"));
            quoted += u32::from(request.what.starts_with(&format!("GET {MESSAGES}/")));
            with_messages(all)(request)
        });
    };
    serve(solo);
    while solo.ids(messages).len() < all.len() {
        solo.call(Call::LoadMore, json!([messages, 100]));
        serve(solo);
    }
    // Only what the last message of a page refers to is asked for.
    assert!(quoted <= pages, "{quoted} messages were asked for, in {pages} pages");
    messages
}

#[test]
fn a_chain_of_ten_thousand_replies_is_let_go_of() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    serve(&mut solo);
    let mut all = chain(10_000);
    all.reverse();
    for (seq, part) in all.chunks(1_000).enumerate() {
        let events: Vec<Value> = part.iter().map(created).collect();
        solo.push(seq as u64 + 1, &events);
        solo.serve(plain);
    }
    assert_eq!(solo.ids(messages).len(), 10_000);
    solo.close();
}

#[test]
fn a_window_with_a_chain_is_let_go_of_in_every_way() {
    for (at, end) in ["conversation.cleared", "side.deleted", ""].iter().enumerate() {
        let all = chain(4_000);
        let mut solo = Solo::new();
        let messages = window(&mut solo, &all);
        let shown = solo.shown(messages);
        assert_eq!(shown[0]["referencedMessage"]["id"], "m3998");
        assert_eq!(shown[0]["referencedMessage"]["referencedMessageId"], "m3997");
        if at < 2 {
            solo.push(1, &[json!({ "type": end, "conversationId": "c" })]);
            assert_eq!(solo.shown(messages), if at == 0 { json!([]) } else { Value::Null });
            // The view, and nothing of the messages.
            assert!(solo.page.kept() < 5, "{end}: {}", solo.page.kept());
        } else {
            // After a drop only the newest part is loaded again.
            solo.drop_socket();
            solo.serve(with_messages(&all[..1]));
            assert_eq!(solo.ids(messages), ["m3999"]);
            assert!(solo.page.kept() < 10, "{}", solo.page.kept());
        }
        solo.close();
    }
}

#[test]
fn messages_outside_of_every_window_hold_no_chain() {
    let mut solo = Solo::new();
    let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
    serve(&mut solo);
    let mut all = chain(20_000);
    all.reverse();
    for (seq, part) in all.chunks(50).enumerate() {
        let events: Vec<Value> = part.iter().map(created).collect();
        solo.push(seq as u64 + 1, &events);
        solo.serve(plain);
        // Two pages of messages, each in two forms, at the most.
        assert!(solo.page.kept() < 300, "after {seq}: {}", solo.page.kept());
    }
    assert_eq!(solo.shown(list)[0]["lastMessage"]["id"], "m19999");
    solo.close();
}

#[test]
fn messages_that_refer_to_themselves_or_to_one_another_are_released() {
    for pairs in [[Some("a"), Some("b")], [Some("b"), Some("a")], [Some("b"), Some("b")]] {
        let all = [message("b", 2, pairs[1]), message("a", 1, pairs[0])];
        for in_window in [true, false] {
            let mut solo = Solo::new();
            if in_window {
                let messages = window(&mut solo, &all);
                let shown = solo.shown(messages);
                assert_eq!(shown[1]["referencedMessage"]["id"], pairs[0].unwrap());
                assert_eq!(shown[0]["referencedMessage"]["id"], pairs[1].unwrap());
                solo.close();
                continue;
            }
            // The list shows the last one; the other one is fetched.
            let list = solo.subscribe(Call::ListSubscribe, json!(["{}"]));
            solo.serve(|request| match &*request.what {
                "GET /me/conversations/c/messages" => {
                    (200, json!({ "data": [all[0]], "cursor": "x" }))
                }
                "GET /me/conversations/c/messages/a" => (200, all[1].clone()),
                "GET /me/conversations/c/messages/b" => (200, all[0].clone()),
                _ => plain(request),
            });
            let shown = solo.shown(list);
            assert_eq!(shown[0]["lastMessage"]["referencedMessage"]["id"], pairs[1].unwrap());
            solo.close();
        }
    }
}

#[test]
fn a_message_that_is_got_lets_go_of_what_it_refers_to() {
    for refers in ["a", "b"] {
        let mut solo = Solo::new();
        let got = solo.call(Call::MessageGet, json!(["c", "a"]));
        solo.serve(|request| match &*request.what {
            "GET /me/conversations/c/messages/a" => (200, message("a", 1, Some(refers))),
            "GET /me/conversations/c/messages/b" => (200, message("b", 2, Some("a"))),
            _ => plain(request),
        });
        let talk_sim::Outcome::Snapshot(snapshot) = solo.page.outcome(got) else {
            panic!("{:?}", solo.page.outcome(got))
        };
        assert_eq!(snapshot.to_value()["referencedMessage"]["id"], refers);
        solo.close();
    }
}

#[test]
fn a_reply_that_comes_back_into_a_window_shows_what_it_refers_to_again() {
    let all = chain(40);
    let mut solo = Solo::new();
    let side_of_c = solo.subscribe(Call::ConversationSubscribe, json!(["c"]));
    let messages = window(&mut solo, &all);
    let before = solo.shown(messages);
    solo.unsubscribe(messages);
    solo.pass(31_000);
    // Only the last one is kept of more than two pages.
    let mut more = chain(80);
    more.truncate(40);
    more.reverse();
    let events: Vec<Value> = more.iter().map(created).collect();
    solo.push(1, &events);
    serve(&mut solo);
    assert_eq!(solo.shown(side_of_c)["lastMessage"]["id"], "m79");
    let messages = window(&mut solo, &chain(80));
    let after = solo.shown(messages);
    assert_eq!(after.as_array().unwrap()[40..], before.as_array().unwrap()[..]);
    solo.close();
}

#[test]
fn a_quoted_message_that_is_gone_for_a_while_changes_nothing_of_how_it_is_quoted() {
    let (reply, quoted) = (message("a", 1, Some("b")), message("b", 2, None));
    let service = |there: bool| {
        let (reply, quoted) = (reply.clone(), quoted.clone());
        move |request: &talk_sim::Sent| match &*request.what {
            "GET /me/conversations/c/messages" => (200, json!({ "data": [reply], "cursor": null })),
            "GET /me/conversations/c/messages/b" if there => (200, quoted.clone()),
            _ => plain(request),
        }
    };
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    solo.serve(service(true));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"]["id"], "b");
    solo.drop_socket();
    solo.serve(service(false));
    assert_eq!(solo.shown(messages)[0]["referencedMessage"], Value::Null);
    // It comes late, with the sender that it had.
    solo.push(1, &[created(&quoted)]);
    solo.serve(service(true));
    assert_eq!(solo.ids(messages), ["b", "a"]);
    assert_eq!(solo.shown(messages)[1]["referencedMessage"]["id"], "b");
    solo.close();
}

#[test]
fn a_quoted_message_says_that_what_it_quotes_is_gone() {
    let mut solo = Solo::new();
    let messages = solo.subscribe(Call::MessagesSubscribe, json!(["c"]));
    let all = [message("m3", 3, Some("m2")), message("m2", 2, Some("m1")), message("m1", 1, None)];
    solo.serve(with_messages(&all));
    let quoted = |solo: &Solo| solo.shown(messages)[0]["referencedMessage"].clone();
    assert_eq!(quoted(&solo)["referencedMessageId"], "m1");
    let deleted = json!({ "type": "message.deleted", "conversationId": "c", "messageId": "m1" });
    solo.push(1, &[deleted]);
    solo.serve(with_messages(&all[..2]));
    assert_eq!(
        (&quoted(&solo)["id"], &quoted(&solo)["referencedMessageId"]),
        (&json!("m2"), &Value::Null)
    );
    solo.close();
}
