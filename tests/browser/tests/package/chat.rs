//! Two people chat.

use futures_util::{SinkExt, StreamExt};
use gloo_net::http::Request;
use gloo_net::websocket::{futures::WebSocket, Message as Frame};
use serde_json::{json, Value};
use talk_browser_tests::backend::{self, control, host, pair, person};
use talk_browser_tests::data::{Block, Message, MessagesState};
use talk_browser_tests::wait::{got, until, Seen};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

type Messages = Option<Vec<Message>>;

fn texts(messages: &Messages) -> Vec<&str> {
    messages.iter().flatten().rev().map(|message| message.plaintext.as_str()).collect()
}

fn to_js(value: &Value) -> JsValue {
    js_sys::JSON::parse(&value.to_string()).expect("it is JSON")
}

#[wasm_bindgen_test]
async fn both_sides_see_every_message_in_order_with_its_sender() {
    let pair = pair("rust order").await;
    let (listener, ours) = Seen::<Messages>::window();
    let subscription = pair.ours.subscribe_messages(&listener).unwrap();
    let (other_listener, theirs) = Seen::<Messages>::window();
    let other = pair.theirs.subscribe_messages(&other_listener).unwrap();
    for subscription in [&subscription, &other] {
        JsFuture::from(subscription.connected()).await.unwrap();
    }
    let mut expected = Vec::new();
    for turn in 0..4 {
        for (side, name) in [(&pair.ours, "alice"), (&pair.theirs, "bob")] {
            let text = format!("{name} {turn}");
            side.send(&text.as_str().into()).await.unwrap();
            expected.push(text);
        }
    }
    for seen in [&ours, &theirs] {
        let last = seen.until("all are there", |messages| texts(messages) == expected).await;
        let newest = &last.unwrap()[0];
        assert_eq!(newest.sender.as_ref().unwrap().name, "bob rust order the tester");
        assert_eq!((newest.r#type.as_str(), newest.origin.as_str()), ("UserMessage", "rest"));
    }
    let state: MessagesState = serde_wasm_bindgen::from_value(subscription.state()).unwrap();
    match state {
        MessagesState::Active { latest_snapshot, loaded_all } => {
            assert_eq!(texts(&latest_snapshot), expected);
            assert!(loaded_all);
        }
        other => panic!("the state is {other:?}"),
    }
}

#[wasm_bindgen_test]
async fn history_comes_in_pages() {
    let pair = pair("rust history").await;
    for number in 0..40 {
        pair.ours.send(&number.to_string().into()).await.unwrap();
    }
    let (listener, seen) = Seen::<Messages>::window();
    let subscription = pair.theirs.subscribe_messages(&listener).unwrap();
    JsFuture::from(subscription.connected()).await.unwrap();
    let first = seen.until("the first page", |messages| messages.is_some()).await;
    assert_eq!(texts(&first).len(), 30);
    assert_eq!(texts(&first)[0], "10");
    subscription.load_more(20).await.unwrap();
    let all = seen.last().unwrap();
    assert_eq!(texts(&all).len(), 40);
    assert_eq!(texts(&all)[0], "0");
}

#[wasm_bindgen_test]
async fn a_socket_killed_in_mid_send_and_the_message_appears_once() {
    let pair = pair("rust killed").await;
    let (listener, seen) = Seen::<Messages>::window();
    let subscription = pair.theirs.subscribe_messages(&listener).unwrap();
    JsFuture::from(subscription.connected()).await.unwrap();
    let path = "/conversations/chat%20rust%20killed/messages";
    control(json!({ "do": "dropAfter", "method": "POST", "path": path })).await;
    let sent = pair.ours.send(&"once".into()).await.unwrap();
    backend::drop_sockets("bob rust killed").await;
    pair.ours.send(&"after".into()).await.unwrap();
    let last = seen.until("both", |messages| texts(messages) == ["once", "after"]).await;
    assert_eq!(last.unwrap()[1].id, sent.id());
}

#[wasm_bindgen_test]
async fn answers_edits_places_and_deletions() {
    let pair = pair("rust edits").await;
    let (listener, seen) = Seen::<Messages>::window();
    let subscription = pair.theirs.subscribe_messages(&listener).unwrap();
    JsFuture::from(subscription.connected()).await.unwrap();
    let first = pair.ours.send(&"one".into()).await.unwrap();
    let answer = json!({ "text": "two", "referencedMessage": first.id(), "custom": { "k": "v" } });
    let second = pair.theirs.send(&to_js(&answer)).await.unwrap();
    let place =
        json!({ "content": [{ "type": "location", "latitude": 51.5, "longitude": -0.25 }] });
    pair.ours.send(&to_js(&place)).await.unwrap();
    first.edit(&"won".into()).await.unwrap();
    let last = seen.until("the edit", |messages| texts(messages) == ["won", "two", "📍"]).await;
    let last = last.unwrap();
    let referenced = last[1].referenced_message.as_ref().unwrap();
    assert_eq!((referenced.id.clone(), referenced.plaintext.as_str()), (first.id(), "won"));
    assert_eq!(last[1].custom["k"], "v");
    assert!(last[2].edited_at.is_some());
    assert_eq!(last[0].content, [Block::Location { latitude: 51.5, longitude: -0.25 }]);
    second.delete().await.unwrap();
    seen.until("the deletion", |messages| texts(messages) == ["won", "📍"]).await;
    assert!(second.get().await.unwrap().is_none());
    let got = first.get().await.unwrap().unwrap().to_rust().unwrap();
    assert_eq!(got.plaintext, "won");
}

#[wasm_bindgen_test]
async fn counts_of_unread_messages_follow() {
    let pair = pair("rust unread").await;
    pair.ours.send(&"one".into()).await.unwrap();
    pair.ours.send(&"two".into()).await.unwrap();
    let conversation = got(&pair.theirs, "both", |it| it.unread_message_count == 2).await;
    assert!(conversation.is_unread);
    assert_eq!(conversation.last_message.unwrap().plaintext, "two");
    assert_eq!(conversation.notify, JsValue::TRUE);
    pair.theirs.mark_as_read().await.unwrap();
    let conversation = got(&pair.theirs, "read", |it| it.unread_message_count == 0).await;
    assert!(!conversation.is_unread);
}

#[wasm_bindgen_test]
async fn a_client_that_only_speaks_the_protocol_is_one_of_them() {
    let pair = pair("rust wire").await;
    person("wire").await;
    pair.ours.participant("wire").create_if_not_exists().await.unwrap();
    let (listener, seen) = Seen::<Messages>::window();
    let subscription = pair.theirs.subscribe_messages(&listener).unwrap();
    JsFuture::from(subscription.connected()).await.unwrap();

    let url = format!("http://{}/api/v0/demo/bokens/wire?signature=", host());
    let boken: Value = Request::get(&url).send().await.unwrap().json().await.unwrap();
    let url = format!("ws://{}/public_api/v1/demo/realtime/wire?talkjs-client-id=1", host());
    let mut socket = WebSocket::open(&url).unwrap();
    let path = "/conversations/chat%20rust%20wire/messages";
    let content = json!([{ "type": "text", "children": ["by hand"] }]);
    for frame in [
        json!([0, "POST", "/session/renew", { "token": boken["boken"] }, {}]),
        json!([1, "POST", path, { "content": content, "idempotencyKey": "0123456789abcdefghij" }, {}]),
    ] {
        socket.send(Frame::Text(frame.to_string())).await.unwrap();
    }
    let sent = loop {
        let Some(Ok(Frame::Text(text))) = socket.next().await else { panic!("the socket closed") };
        let answer: Value = serde_json::from_str(&text).unwrap();
        if answer[0] == 1 {
            break answer;
        }
    };
    assert_eq!(sent[1], 200, "{sent}");
    let last = seen.until("the message", |messages| texts(messages) == ["by hand"]).await.unwrap();
    assert_eq!(last[0].id, sent[2]["id"]);
    assert_eq!(last[0].sender.as_ref().unwrap().id, "wire");
    let list = until("sender known", || seen.last()).await;
    assert!(list.is_some());
}
