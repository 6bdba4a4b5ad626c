//! What the core reads of the options, and how it encodes paths. The options are checked before they
//! come here, in the front: see `tests/front/options.test.mjs`.

use super::*;

#[test]
fn what_is_given_is_read_and_what_is_missing_is_empty() {
    let read = |text| Config::read(Raw::parse(text).expect("JSON"));
    let config = read(
        r#"{"appId":"\u00e9","userId":"\ud83d\ude00","token":"t","tokenFetcher":true,
            "signature":"s","clientBuild":"b","realtimeWsApiUrl":"wss://a",
            "internalHttpApiUrl":"https://i","restApiHttpUrl":"https://r"}"#,
    );
    assert_eq!((&*config.app_id, &*config.user_id), ("é", "😀"));
    assert_eq!((&*config.signature, &*config.client_build), ("s", "b"));
    assert_eq!((config.core_version, config.fetcher), ("1.11.2", true));
    assert_eq!(config.token.as_deref(), Some("t"));
    assert_eq!(
        config.urls,
        Urls { realtime: "wss://a".into(), internal: "https://i".into(), rest: "https://r".into() }
    );
    for text in ["{}", "null", "[]", r#"{"token":"","appId":5,"tokenFetcher":1}"#] {
        let config = read(text);
        assert_eq!((&*config.app_id, &*config.urls.rest), ("", ""), "{text}");
        assert_eq!((config.token, config.fetcher), (None, false), "{text}");
    }
}

#[test]
fn paths_are_encoded_as_in_javascript() {
    assert_eq!(path(&[]), "");
    assert_eq!(path(&["users"]), "/users");
    assert_eq!(
        path(&["a", "ü/ä 'x'!~*()", "-_.", "%\"\\\u{1}😀"]),
        "/a/%C3%BC%2F%C3%A4%20'x'!~*()/-_./%25%22%5C%01%F0%9F%98%80"
    );
}
