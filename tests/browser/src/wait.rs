//! Waiting for conditions: no test sleeps for a time that it hopes is long enough.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Promise;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::api::{ConversationRef, Listener, Subscription, WindowListener};
use crate::data::Conversation;

/// How long anything may take.
const PATIENCE_MS: f64 = 15_000.0;
/// How long to wait before a condition is looked at again.
const STEP_MS: i32 = 10;

/// Waits until `condition` gives something, and gives that. `what` is for the failure.
pub async fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = js_sys::Date::now() + PATIENCE_MS;
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(js_sys::Date::now() < end, "in {PATIENCE_MS} ms not: {what}");
        pause().await;
    }
}

async fn pause() {
    let promise = Promise::new(&mut |resolve, _| {
        let window = web_sys::window().expect("these tests run in a window");
        let set = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, STEP_MS);
        set.expect("a timer can be set");
    });
    JsFuture::from(promise).await.expect("the promise of a timer never rejects");
}

/// The snapshots that a listener was called with, read into structs.
pub struct Seen<T> {
    values: Rc<RefCell<Vec<T>>>,
}

impl<T> Clone for Seen<T> {
    fn clone(&self) -> Self {
        Seen { values: self.values.clone() }
    }
}

impl<T: DeserializeOwned + Clone + 'static> Seen<T> {
    /// A listener, and what it will have seen.
    pub fn window() -> (WindowListener, Seen<T>) {
        let seen = Seen::new();
        let own = seen.clone();
        (Closure::new(move |value: JsValue, _all: bool| own.note(value)), seen)
    }

    /// The same, for a single resource.
    pub fn single() -> (Listener, Seen<T>) {
        let seen = Seen::new();
        let own = seen.clone();
        (Closure::new(move |value: JsValue| own.note(value)), seen)
    }

    fn new() -> Seen<T> {
        Seen { values: Rc::default() }
    }

    /// A snapshot that cannot be read fails the test, by what the listener throws.
    fn note(&self, value: JsValue) -> Result<(), JsValue> {
        let read = serde_wasm_bindgen::from_value(value).map_err(|error| {
            let text = format!("a snapshot is not what the typings say: {error}");
            JsValue::from(js_sys::Error::new(&text))
        })?;
        self.values.borrow_mut().push(read);
        Ok(())
    }

    /// The latest one.
    pub fn last(&self) -> Option<T> {
        self.values.borrow().last().cloned()
    }

    /// How often the listener was called.
    pub fn count(&self) -> usize {
        self.values.borrow().len()
    }

    /// Waits for a snapshot that fits, and gives it.
    pub async fn until(&self, what: &str, fits: impl Fn(&T) -> bool) -> T {
        until(what, || self.last().filter(|value| fits(value))).await
    }
}

/// Gets a conversation until it fits: what others have just done comes by itself, but not at once.
pub async fn got(
    conversation: &ConversationRef,
    what: &str,
    fits: impl Fn(&Conversation) -> bool,
) -> Conversation {
    let end = js_sys::Date::now() + PATIENCE_MS;
    loop {
        let snapshot = conversation.get().await.expect("get() to resolve");
        let now = snapshot.expect("to be in the conversation").to_rust().expect("a snapshot");
        if fits(&now) {
            return now;
        }
        assert!(js_sys::Date::now() < end, "in {PATIENCE_MS} ms not: {what}");
        pause().await;
    }
}

/// What a promise rejects with; fails if it resolves.
pub async fn rejection(promise: Promise) -> JsValue {
    match JsFuture::from(promise).await {
        Err(error) => error,
        Ok(value) => panic!("the promise resolved with {value:?}"),
    }
}

/// The `type` of a subscription's state.
pub fn state_of(subscription: &Subscription) -> String {
    let kind = js_sys::Reflect::get(&subscription.state(), &"type".into());
    kind.ok().and_then(|kind| kind.as_string()).unwrap_or_default()
}

/// A flag that a closure can raise.
#[derive(Clone, Default)]
pub struct Flag(Rc<Cell<u32>>);

impl Flag {
    pub fn raise(&self) {
        self.0.set(self.0.get() + 1);
    }

    pub fn count(&self) -> u32 {
        self.0.get()
    }
}
