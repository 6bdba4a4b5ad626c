//! Options of every kind, against the table of hosts as it was seen from outside.

use alloc::format;
use alloc::string::{String, ToString};

use super::*;

fn read(options: &str) -> Result<Config, String> {
    let options = Raw::parse(options).expect("well-formed options");
    Config::read(options).map_err(|error| {
        assert_eq!(error.code, ErrorCode::InvalidArgument);
        error.message
    })
}

fn with(members: &str) -> Result<Config, String> {
    read(&format!(r#"{{"appId":"app","userId":"alice",{members}}}"#))
}

#[track_caller]
fn host(host: &str, realtime: &str, internal: &str, rest: &str) {
    let urls = with(&format!(r#""host":"{host}""#)).unwrap().urls;
    let (realtime, internal, rest) = (realtime.to_string(), internal.to_string(), rest.to_string());
    assert_eq!(urls, Urls { realtime, internal, rest }, "{host}");
}

#[test]
fn what_is_read_and_what_is_taken_when_it_is_left_out() {
    let config = read(r#"{"appId":"app","userId":"alice"}"#).unwrap();
    assert_eq!((&*config.app_id, &*config.user_id), ("app", "alice"));
    assert_eq!((&*config.signature, &*config.client_build), ("", "standalone"));
    assert_eq!((config.core_version, config.token, config.fetcher), ("1.11.2", None, false));
    let config = with(
        r#""signature":"s","clientBuild":"b","token":"t","tokenFetcher":true,"other":{"x":1}"#,
    )
    .unwrap();
    assert_eq!((&*config.signature, &*config.client_build), ("s", "b"));
    assert_eq!((config.token.as_deref(), config.fetcher), (Some("t"), true));
    let nulls = r#""signature":null,"clientBuild":null,"token":null,"tokenFetcher":null,
                   "host":null,"apiUrls":null"#;
    assert_eq!(with(nulls).unwrap().token, None);
    let config = read(r#"{"appId":"\u00e9","userId":"\ud83d\ude00\ufffd�"}"#);
    assert_eq!(config.unwrap().app_id, "é");
}

#[test]
fn the_hosts_of_the_service() {
    for name in [
        "",
        "talkjs.com",
        "app.talkjs.com",
        "cdn.talkjs.com",
        "api.talkjs.com",
        "realtime.talkjs.com",
        "eu-app.talkjs.com",
        "a.b.talkjs.com",
        "app.eu.talkjs.com",
        "a-b.app.talkjs.com",
    ] {
        let (realtime, internal) =
            ("wss://realtime.talkjs.com/v1", "https://app.talkjs.com/api/v0");
        host(name, realtime, internal, "https://api.talkjs.com/v1");
    }
    for (name, place) in [
        ("eu.talkjs.com", "eu"),
        ("app-eu.talkjs.com", "eu"),
        ("realtime-eu.talkjs.com", "eu"),
        ("word-eu.talkjs.com", "eu"),
        ("foo-bar-eu.talkjs.com", "bar-eu"),
        ("APP.talkjs.com", "APP"),
        ("-x.talkjs.com", "-x"),
    ] {
        host(
            name,
            &format!("wss://realtime-{place}.talkjs.com/v1"),
            &format!("https://app-{place}.talkjs.com/api/v0"),
            &format!("https://api-{place}.talkjs.com/v1"),
        );
    }
}

#[test]
fn hosts_of_others() {
    for (name, s) in [
        ("localhost", ""),
        ("localhost:3000", ""),
        ("my.localhost:1", ""),
        ("foo.localtest.me", ""),
        ("127.0.0.1", ""),
        ("10.0.0.1:80", ""),
        ("999.1.1.1", ""),
        ("10.0.0.1:", "s"),
        ("10.0.0.1:x", "s"),
        ("1.2.3", "s"),
        ("1.2.3.4.5", "s"),
        ("1.2..4", "s"),
        ("1.2.3.4567", "s"),
        ("a.1.2.3", "s"),
        ("[::1]:80", "s"),
        ("chat.example.com:8443", "s"),
        ("talkjs.com:443", "s"),
        ("Eu.TalkJS.com", "s"),
        // Not a part of talkjs.com, and so not sent there.
        ("evil-talkjs.com", "s"),
        ("xtalkjs.com", "s"),
        ("ü.example", "s"),
    ] {
        host(
            name,
            &format!("ws{s}://{name}/public_api/v1"),
            &format!("http{s}://{name}/api/v0"),
            &format!("http{s}://{name}/public_api/v1"),
        );
    }
}

#[test]
fn addresses_win_over_the_host_each_on_its_own() {
    let urls = with(
        r#""host":"localhost","apiUrls":{"realtimeWsApiUrl":"ws://a/x/","restApiHttpUrl":null}"#,
    );
    let urls = urls.unwrap().urls;
    assert_eq!(urls.realtime, "ws://a/x");
    assert_eq!(urls.internal, "http://localhost/api/v0");
    assert_eq!(urls.rest, "http://localhost/public_api/v1");
    let urls = with(
        r#""apiUrls":{"realtimeWsApiUrl":"wss://a","internalHttpApiUrl":"https://i",
                     "restApiHttpUrl":"http://r//"}"#,
    );
    let urls = urls.unwrap().urls;
    assert_eq!(
        (&*urls.realtime, &*urls.internal, &*urls.rest),
        ("wss://a", "https://i", "http://r")
    );
}

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let prefix = "getTalkSession: ";
    for (options, message) in [
        ("null", "the options must be an object with `appId` and `userId`, but it is missing"),
        ("[]", "the options must be an object with `appId` and `userId`, but it is an array"),
        ("{}", "appId must be a non-empty string, but it is missing"),
        (r#"{"appId":""}"#, "appId must be a non-empty string, but it is an empty string"),
        (r#"{"appId":5}"#, "appId must be a non-empty string, but it is a number"),
        (r#"{"appId":"a"}"#, "userId must be a non-empty string, but it is missing"),
        (
            r#"{"appId":"a","userId":false}"#,
            "userId must be a non-empty string, but it is a boolean",
        ),
        (r#"{"appId":"a","userId":{}}"#, "userId must be a non-empty string, but it is an object"),
        (
            r#"{"appId":"a","userId":"\ud800"}"#,
            "userId must be well-formed Unicode, without lone surrogates, but it is \"\\ud800\"",
        ),
    ] {
        assert_eq!(read(options).unwrap_err(), format!("{prefix}{message}"));
    }
    for (member, message) in [
        (r#""token":"""#, "token must be a non-empty string, but it is an empty string"),
        (r#""token":5"#, "token must be a non-empty string, but it is a number"),
        (
            r#""token":"secret\ud800""#,
            "token must be well-formed Unicode, without lone surrogates, but it is another string",
        ),
        (r#""tokenFetcher":"x""#, "tokenFetcher must be a function, but it is \"x\""),
        (r#""tokenFetcher":false"#, "tokenFetcher must be a function, but it is a boolean"),
        (r#""signature":5"#, "signature must be a string, but it is a number"),
        (r#""clientBuild":5"#, "clientBuild must be a string, but it is a number"),
        (r#""host":5"#, "host must be a string, but it is a number"),
        (
            r#""host":"https://app.talkjs.com""#,
            "host must be a host name with an optional port, such as \"localhost:3000\", but it is \
             \"https://app.talkjs.com\"",
        ),
        (r#""apiUrls":5"#, "apiUrls must be an object of addresses, but it is a number"),
        (
            r#""apiUrls":{"realtimeWsApiUrl":"http://x"}"#,
            "realtimeWsApiUrl must be an address such as wss://example.com/v1 (realtime) or \
             https://example.com/v1 (the others), but it is \"http://x\"",
        ),
        (
            r#""apiUrls":{"restApiHttpUrl":5}"#,
            "restApiHttpUrl must be a string, but it is a number",
        ),
    ] {
        assert_eq!(with(member).unwrap_err(), format!("{prefix}{message}"));
    }
    for host in ["a b", "a/b", "a?b", "a#b", "a@b", "@currentHost", "a\\\\b", " ", "a\\n"] {
        assert!(with(&format!(r#""host":"{host}""#)).is_err(), "{host}");
    }
    for url in ["", "/x", "x", "http", "http:", "https://", "ws://x", "ftp://x"] {
        let own = format!(r#""apiUrls":{{"internalHttpApiUrl":"{url}"}}"#);
        assert!(with(&own).is_err(), "{url}");
    }
    let long = "x/".repeat(1_000);
    assert!(with(&format!(r#""host":"{long}""#)).unwrap_err().len() < 200);
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
