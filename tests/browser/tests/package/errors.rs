//! Errors: what is thrown, what is rejected, and what ends a session.

use talk_browser_tests::api::{get_talk_session_with, is_talk_error};
use talk_browser_tests::backend::{host, pair, person};
use talk_browser_tests::data::Failure;
use talk_browser_tests::wait::{until, Seen};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in members {
        js_sys::Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

/// Values that are of no use anywhere.
fn oddities() -> Vec<JsValue> {
    vec![
        JsValue::UNDEFINED,
        JsValue::NULL,
        JsValue::TRUE,
        JsValue::from(5),
        JsValue::from(f64::NAN),
        JsValue::bigint_from_str("5"),
        JsValue::symbol(Some("x")),
        function(),
        js_sys::Array::new().into(),
    ]
}

/// Some function, without compiling JavaScript.
fn function() -> JsValue {
    js_sys::Reflect::get(&js_sys::Array::new(), &"push".into()).unwrap()
}

#[wasm_bindgen_test]
async fn ids_that_are_no_texts_are_refused_at_once() {
    let session = person("rust ids").await;
    for odd in oddities().into_iter().chain([JsValue::from("")]) {
        let user = session.user(&odd).map(|user| user.id()).unwrap_err();
        let conversation = session.conversation(&odd).map(|_| ()).unwrap_err();
        for error in [user, conversation] {
            assert!(is_talk_error(&error), "{error:?} for {odd:?}");
            assert_eq!(Failure::of(&error).code, "invalid-argument", "for {odd:?}");
        }
    }
}

#[wasm_bindgen_test]
async fn parameters_of_a_wrong_kind_are_refused_and_the_session_goes_on() {
    let pair = pair("rust wrong").await;
    for odd in oddities() {
        let set = pair.alice.current_user().set_with(&odd).await.unwrap_err();
        let send = pair.ours.send(&odd).await.map(|sent| sent.id()).unwrap_err();
        for error in [set, send] {
            assert_eq!(Failure::of(&error).code, "invalid-argument", "for {odd:?}");
        }
    }
    let wrong = [
        object(&[("name", JsValue::from(5))]),
        object(&[("name", JsValue::NULL)]),
        object(&[("custom", object(&[("key", JsValue::from(5))]))]),
        object(&[("pushTokens", JsValue::from("token"))]),
    ];
    for params in wrong {
        let error = pair.alice.current_user().set_with(&params).await.unwrap_err();
        assert_eq!(Failure::of(&error).code, "invalid-argument", "for {params:?}");
    }
    pair.ours.send(&"still here".into()).await.unwrap();
}

#[wasm_bindgen_test]
async fn what_the_service_refuses_says_why() {
    let pair = pair("rust service").await;
    let outsider = person("rust outsider").await;
    let theirs = outsider.conversation(&"chat rust service".into()).unwrap();
    let error = theirs.send(&"let me in".into()).await.map(|sent| sent.id()).unwrap_err();
    let failure = Failure::of(&error);
    assert_eq!((failure.code.as_str(), failure.status), ("forbidden", Some(403)));
    assert!(failure.message.contains("not a participant"), "{}", failure.message);
    assert!(theirs.get().await.unwrap().is_none());
    let nobody = pair.ours.participant("rust nobody").create_if_not_exists().await.unwrap_err();
    assert_eq!(Failure::of(&nobody).code, "not-found");
    let empty = pair.ours.send(&"".into()).await.map(|sent| sent.id()).unwrap_err();
    assert_eq!(Failure::of(&empty).code, "rejected");
}

#[wasm_bindgen_test]
async fn a_session_that_ends_tells_its_handlers_and_rejects_its_calls() {
    let fetcher: Closure<dyn FnMut() -> JsValue> = Closure::new(|| JsValue::from(5));
    for (app, code, options) in [
        ("rust no such app", "app-not-found", vec![]),
        ("demo", "auth-failed", vec![("tokenFetcher", fetcher.as_ref().clone())]),
    ] {
        let mut members = vec![
            ("appId", JsValue::from(app)),
            ("userId", JsValue::from("rust ended")),
            ("host", JsValue::from(host())),
        ];
        members.extend(options);
        let session = get_talk_session_with(&object(&members)).unwrap();
        let told = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let own = told.clone();
        let handler: Closure<dyn FnMut(JsValue)> =
            Closure::new(move |error: JsValue| own.borrow_mut().push(Failure::of(&error)));
        session.on_error(&handler);
        let (listener, seen) = Seen::<serde::de::IgnoredAny>::single();
        let _subscription = session.current_user().subscribe(&listener).unwrap();
        let rejected = session.current_user().get().await.map(|_| ()).unwrap_err();
        assert!(is_talk_error(&rejected));
        until("the handler is told", || (!told.borrow().is_empty()).then_some(())).await;
        let codes: Vec<String> = told.borrow().iter().map(|error| error.code.clone()).collect();
        assert_eq!(codes, [code], "{:?}", told.borrow());
        assert_eq!(seen.count(), 0);
    }
}

#[wasm_bindgen_test]
fn options_that_are_wrong_are_refused_at_once() {
    for options in oddities() {
        let error = get_talk_session_with(&options).map(|_| ()).unwrap_err();
        assert_eq!(Failure::of(&error).code, "invalid-argument", "for {options:?}");
    }
    for (name, value) in [
        ("userId", JsValue::from("")),
        ("appId", JsValue::from(5)),
        ("token", JsValue::from(5)),
        ("host", JsValue::from("http://a scheme")),
    ] {
        let options = object(&[
            ("appId", "demo".into()),
            ("userId", "rust options".into()),
            ("host", host().into()),
            (name, value),
        ]);
        let error = get_talk_session_with(&options).map(|_| ()).unwrap_err();
        let failure = Failure::of(&error);
        assert_eq!(failure.code, "invalid-argument", "for {name}");
        assert!(failure.message.contains(name), "{}", failure.message);
    }
}
