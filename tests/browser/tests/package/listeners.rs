//! Listeners: called with each change, obeyed when they leave, harmless when they throw.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::json;
use talk_browser_tests::api::{Subscription, WindowListener};
use talk_browser_tests::backend::{control, pair, person, session, Pair};
use talk_browser_tests::data::{Conversation, Failure, Message, User, UserParams};
use talk_browser_tests::wait::{rejection, state_of, until, Flag, Seen};
use tsify::Tsify;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

type Messages = Option<Vec<Message>>;

#[wasm_bindgen_test]
async fn a_user_is_watched_from_before_it_exists() {
    let watcher = session("rust watcher");
    let user = watcher.user(&"rust watched".into()).unwrap();
    let (listener, seen) = Seen::<Option<User>>::single();
    let subscription = user.subscribe(&listener).unwrap();
    assert_eq!(state_of(&subscription), "pending");
    JsFuture::from(subscription.connected()).await.unwrap();
    seen.until("null at first", Option::is_none).await;
    let watched = person("rust watched").await;
    seen.until("created", |user| user.as_ref().is_some_and(|user| user.role == "default")).await;
    let params = UserParams { name: "Another".to_owned() }.into_ts().unwrap();
    watched.current_user().set(&params).await.unwrap();
    let user = seen.until("renamed", |user| user.as_ref().unwrap().name == "Another").await;
    assert_eq!(user.unwrap().id, "rust watched");
    assert_eq!(seen.count(), 3, "one call for each change");
    subscription.unsubscribe();
    assert_eq!(state_of(&subscription), "unsubscribed");
    let last = JsFuture::from(subscription.terminated()).await.unwrap();
    assert_eq!(js_sys::Reflect::get(&last, &"type".into()).unwrap(), "unsubscribed");
}

#[wasm_bindgen_test]
async fn the_list_follows_the_last_messages() {
    let pair = pair("rust list").await;
    let (listener, seen) = Seen::<Vec<Conversation>>::window();
    let subscription = pair.bob.subscribe_conversations(&listener).unwrap();
    JsFuture::from(subscription.connected()).await.unwrap();
    seen.until("one conversation", |list| list.len() == 1).await;
    let own = pair.bob.conversation(&"rust list of bob".into()).unwrap();
    own.create_if_not_exists().await.unwrap();
    let ids = |list: &Vec<Conversation>| list.iter().map(|c| c.id.clone()).collect::<Vec<_>>();
    seen.until("the new one first", |list| ids(list) == ["rust list of bob", "chat rust list"])
        .await;
    pair.ours.send(&"up".into()).await.unwrap();
    let list = seen.until("up", |list| ids(list) == ["chat rust list", "rust list of bob"]).await;
    assert_eq!(list[0].unread_message_count, 1);
    assert_eq!(list[0].last_message.as_ref().unwrap().plaintext, "up");
}

/// The other side sends, and each message is seen before the next one: several that come while their
/// sender is still being fetched are shown together.
async fn send_one_by_one(pair: &Pair, seen: &Seen<Messages>, texts: &[&str]) {
    for (index, &text) in texts.iter().enumerate() {
        pair.theirs.send(&text.into()).await.unwrap();
        let here = |list: &Vec<Message>| list.len() == index + 1;
        seen.until(text, |messages| messages.as_ref().is_some_and(here)).await;
    }
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_misses_nothing_and_stops_nobody() {
    let pair = pair("rust throwing").await;
    let calls = Flag::default();
    let own = calls.clone();
    let throwing: WindowListener = Closure::new(move |_: JsValue, _: bool| {
        own.raise();
        Err(js_sys::Error::new("thrown on purpose").into())
    });
    let (listener, seen) = Seen::<Messages>::window();
    let first = pair.ours.subscribe_messages(&throwing).unwrap();
    let second = pair.ours.subscribe_messages(&listener).unwrap();
    for subscription in [&first, &second] {
        JsFuture::from(subscription.connected()).await.unwrap();
    }
    send_one_by_one(&pair, &seen, &["one", "two"]).await;
    until("the one that throws is called each time", || (calls.count() == 3).then_some(())).await;
    assert_eq!(state_of(&first), "active");
}

#[wasm_bindgen_test]
async fn a_listener_that_unsubscribes_itself_is_not_called_again() {
    let pair = pair("rust leaving").await;
    let calls = Flag::default();
    let handle: Rc<RefCell<Option<Subscription>>> = Rc::default();
    let (own, leave) = (calls.clone(), handle.clone());
    let leaving: WindowListener = Closure::new(move |list: JsValue, _: bool| {
        own.raise();
        if js_sys::Array::from(&list).length() == 1 {
            leave.borrow().as_ref().expect("it is set by now").unsubscribe();
        }
        Ok(())
    });
    let (listener, seen) = Seen::<Messages>::window();
    let first = pair.ours.subscribe_messages(&leaving).unwrap();
    *handle.borrow_mut() = Some(first.clone());
    let second = pair.ours.subscribe_messages(&listener).unwrap();
    for subscription in [&first, &second] {
        JsFuture::from(subscription.connected()).await.unwrap();
    }
    send_one_by_one(&pair, &seen, &["one", "two", "three"]).await;
    assert_eq!(calls.count(), 2, "with no message and with one");
    assert_eq!(state_of(&first), "unsubscribed");
}

#[wasm_bindgen_test]
async fn a_refused_subscription_ends_in_an_error() {
    let pair = pair("rust refused").await;
    let path = "/me/conversations/chat%20rust%20refused";
    control(json!({
        "do": "answer", "method": "SUBSCRIBE", "path": path, "status": 400,
        "body": { "errorCode": "NO", "reasons": ["Not today."] },
    }))
    .await;
    let (listener, seen) = Seen::<Option<Conversation>>::single();
    let subscription = pair.ours.subscribe(&listener).unwrap();
    let error = Failure::of(&rejection(subscription.connected()).await);
    assert_eq!((error.name.as_str(), error.code.as_str()), ("TalkError", "rejected"));
    assert!(error.message.contains("Not today."), "{}", error.message);
    assert_eq!(state_of(&subscription), "error");
    assert_eq!(seen.count(), 0);
}
