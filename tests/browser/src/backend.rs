//! The local backend: its address, people and chats in it, and its faults on demand.

use gloo_net::http::Request;
use serde_json::{json, Value};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::api::{get_talk_session, ConversationRef, TalkSession};
use crate::data::{SessionOptions, UserParams};

/// Where the backend listens, as a session takes it as its `host`.
pub fn host() -> &'static str {
    match option_env!("TALK_BACKEND") {
        Some(host) => host,
        None => panic!(
            "compile these tests with the address of a fresh local backend in TALK_BACKEND, for \
             example TALK_BACKEND=127.0.0.1:4420, where talk-session-server runs with --control, \
             and with the token that it prints in TALK_BACKEND_TOKEN"
        ),
    }
}

/// Makes the backend misbehave, or tell what it saw: see its `POST /control`.
pub async fn control(command: Value) -> Value {
    let url = format!("http://{}/control", host());
    let bearer = format!("Bearer {}", option_env!("TALK_BACKEND_TOKEN").unwrap_or_default());
    let request = Request::post(&url).header("Authorization", &bearer);
    let request = request.json(&command).expect("a command is JSON");
    let answer = request.send().await.expect("the backend answers");
    let status = answer.status();
    assert_eq!(status, 200, "the backend refused {command}: {:?}", answer.text().await);
    answer.json().await.unwrap_or(Value::Null)
}

/// Cuts all sockets of a user off.
pub async fn drop_sockets(user: &str) {
    control(json!({ "do": "drop", "user": user })).await;
}

/// A session of a user of the app `demo`.
pub fn session(user: &str) -> TalkSession {
    let options = SessionOptions {
        app_id: "demo".to_owned(),
        user_id: user.to_owned(),
        host: host().to_owned(),
        force_create_new: false,
    };
    let options = options.into_ts().expect("options are JSON");
    get_talk_session(&options).expect("the options are right")
}

/// A session of a user who exists.
pub async fn person(user: &str) -> TalkSession {
    let session = session(user);
    let params = UserParams { name: format!("{user} the tester") };
    let params = params.into_ts().expect("parameters are JSON");
    session.current_user().create_if_not_exists(&params).await.expect("users can be created");
    session
}

/// Two people, and their refs to a conversation that both are in.
pub struct Pair {
    pub alice: TalkSession,
    pub bob: TalkSession,
    pub ours: ConversationRef,
    pub theirs: ConversationRef,
}

/// Makes a pair; `topic` is part of all IDs.
pub async fn pair(topic: &str) -> Pair {
    let (alice, bob) = (format!("alice {topic}"), format!("bob {topic}"));
    let (alice_session, bob_session) = (person(&alice).await, person(&bob).await);
    let id = JsValue::from(format!("chat {topic}"));
    let ours = alice_session.conversation(&id).expect("a good ID");
    ours.create_if_not_exists().await.expect("conversations can be created");
    ours.participant(&bob).create_if_not_exists().await.expect("people can be added");
    let theirs = bob_session.conversation(&id).expect("a good ID");
    Pair { alice: alice_session, bob: bob_session, ours, theirs }
}
