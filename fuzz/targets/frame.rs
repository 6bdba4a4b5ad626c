//! The frame reader, as part of a connection that waits for an answer: whatever comes, it never
//! panics; a PUBLISH is acknowledged, once and with its number; nothing else is; and what it hands on
//! is well-formed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use serde_json::Value;
use talk_core::config::Config;
use talk_core::conn::{Conn, Event, Keep, Method, Request};
use talk_core::json::Raw;
use talk_core::{Output, Random};

const NOW: u64 = 1_800_000_000_000;

fuzz_target!(|text: &str| {
    let mut conn = connection();
    let news = conn.frame(NOW + 100, 1, text);
    for raw in news.iter().flat_map(|news| news.items()) {
        assert!(serde_json::from_str::<&RawValue>(raw.text()).is_ok(), "what is handed on is JSON");
    }
    let is_news = news.is_some();
    let mut acks = Vec::new();
    for output in conn.take_outputs() {
        if let Output::Send { text, .. } = output {
            match serde_json::from_str::<Value>(&text) {
                Ok(frame) if frame[1] == "ACK" => acks.push(frame[0].clone()),
                Ok(frame) => assert!(frame[1].is_string() && frame[2].is_string(), "{text}"),
                Err(error) => panic!("what is sent is JSON ({error}): {text}"),
            }
        }
    }
    for event in conn.take_events() {
        if let Event::Reply { result: Ok(body), .. } = event {
            assert!(serde_json::from_str::<&RawValue>(&body).is_ok(), "an answer is JSON: {body}");
        }
    }
    assert!(acks.len() < 2, "a push is acknowledged once");
    assert_eq!(acks.len() == 1, is_news, "the first push of a connection is news, and nothing else");
    if let Ok(frame) = serde_json::from_str::<Value>(text) {
        let number = frame[0].as_f64().filter(|own| own.fract() == 0.0 && (0.0..=4e9).contains(own));
        let push = frame.is_array() && frame[1] == "PUBLISH";
        match number {
            Some(number) if push => assert_eq!(acks.first().and_then(Value::as_f64), Some(number)),
            None if push && frame[0].as_f64().is_some_and(|own| own < 4.2e9) => assert!(acks.is_empty()),
            _ if push => {}
            _ => assert!(acks.is_empty(), "only a push is acknowledged"),
        }
    }
});

/// A connection that is open, logged in, and waits for an answer.
fn connection() -> Conn {
    let options = r#"{"appId":"a","userId":"me","token":"t"}"#;
    let config = Config::read(Raw::parse(options).unwrap_or(Raw::NULL));
    let mut conn = Conn::new(config, Random::new([1, 2, 3, 4]), NOW);
    let (path, data) = ("/users/me".to_owned(), "{}".to_owned());
    conn.request(Request::Plain { method: Method::Put, path, data }, Keep::Always);
    conn.tick(NOW);
    conn.socket_opened(NOW, 1);
    conn.frame(NOW, 1, "[0,200,{\"expiresInSeconds\":null}]");
    conn.tick(NOW);
    let sent = conn.take_outputs();
    let is_put = |output: &Output| matches!(output, Output::Send { text, .. } if text.contains("PUT"));
    assert!(sent.iter().any(is_put), "the connection is up: {sent:?}");
    conn.take_events();
    conn
}
