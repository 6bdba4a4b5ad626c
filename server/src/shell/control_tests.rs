//! Tests: commands and rules.

use super::*;

fn parse(body: Value) -> Result<Command, ApiError> {
    Command::parse(body.to_string().as_bytes())
}

fn rule(body: Value) -> Rule {
    match parse(body) {
        Ok(Command::Rule(rule)) => rule,
        other => panic!("{other:?} is no rule"),
    }
}

#[test]
fn every_command_is_read() {
    for body in [
        json!({ "do": "drop", "user": "a" }),
        json!({ "do": "dropAfter", "method": "POST", "path": "/x" }),
        json!({ "do": "answer", "method": "POST", "path": "/x", "status": 500, "times": 2 }),
        json!({ "do": "delay", "ms": 5 }),
        json!({ "do": "mute", "user": "a" }),
        json!({ "do": "mute", "user": "a", "on": false }),
        json!({ "do": "expire", "user": "a" }),
        json!({ "do": "restarting" }),
        json!({ "do": "clock", "now": 5 }),
        json!({ "do": "clock", "now": null }),
        json!({ "do": "publish", "user": "a", "events": [] }),
        json!({ "do": "settings", "settings": { "sync": false } }),
        json!({ "do": "user", "user": "a", "app": "demo" }),
        json!({ "do": "reset" }),
        json!({ "do": "sockets" }),
        json!({ "do": "log" }),
    ] {
        assert!(parse(body.clone()).is_ok(), "{body}");
        let name = format!("{:?}", body["do"].as_str().expect("a name"));
        assert!(KNOWN.contains(&name), "{name} is named in the error");
    }
}

#[test]
fn what_is_wrong_is_said() {
    for (body, wanted) in [
        (json!({ "do": "dance" }), KNOWN),
        (json!({}), KNOWN),
        (json!({ "do": 5 }), KNOWN),
        (json!([]), KNOWN),
        (json!({ "do": "drop" }), "user"),
        (json!({ "do": "answer", "method": "GET", "path": "/x" }), "status"),
        (json!({ "do": "answer", "method": "GET", "path": "/x", "status": 5 }), "status"),
        (json!({ "do": "answer", "method": "GET", "path": "/x", "status": 101 }), "status"),
        (json!({ "do": "drop", "path": "/x" }), "user"),
        (json!({ "do": "dropAfter", "method": "GET", "path": "/x", "times": 0 }), "times"),
        (json!({ "do": "dropAfter", "path": "/x" }), "method"),
        (json!({ "do": "delay", "ms": "soon" }), "ms"),
        (json!({ "do": "clock", "now": "noon" }), "now"),
        (json!({ "do": "publish", "user": "a" }), "events"),
        (json!({ "do": "settings" }), "settings"),
        (json!({ "do": "user" }), "user"),
        (json!({ "do": "user", "user": "a", "app": 5 }), "app"),
    ] {
        let error = parse(body.clone()).expect_err("wrong");
        let code = if wanted == KNOWN { "UNKNOWN_COMMAND" } else { "INVALID_PARAMETERS" };
        assert_eq!((error.status, error.code), (400, code), "{body}");
        assert!(error.reasons[0].contains(wanted), "{body}: {error:?}");
    }
    assert_eq!(Command::parse(b"\xff").expect_err("wrong").code, "BAD_REQUEST");
}

#[test]
fn a_wrong_field_is_told_with_what_was_given_and_what_is_right() {
    for (body, sentence) in [
        (
            json!({ "do": "clock", "now": "noon" }),
            "\"now\" must be a whole number of milliseconds since 1970, for the clock to stand \
             still there, or null, for it to go on, not \"noon\".",
        ),
        (
            json!({ "do": "clock", "now": -1.5 }),
            "\"now\" must be a whole number of milliseconds since 1970, for the clock to stand \
             still there, or null, for it to go on, not -1.5.",
        ),
        (json!({ "do": "drop" }), "\"user\" is missing: give a string."),
        (json!({ "do": "drop", "user": 5 }), "\"user\" must be a string, not 5."),
        (json!({ "do": "delay" }), "\"ms\" is missing: give a whole number."),
        (
            json!({ "do": "mute", "user": "a", "on": "yes" }),
            "\"on\" must be true or false, not \"yes\".",
        ),
    ] {
        assert_eq!(parse(body.clone()).expect_err("wrong").reasons, [sentence], "{body}");
    }
}

#[test]
fn a_rule_is_for_a_path_or_for_all_that_start_like_it() {
    let fits = |path: &str, given: &str| {
        rule(json!({ "do": "dropAfter", "method": "POST", "path": path })).fits("POST", given)
    };
    assert!(fits("/conversations/c", "/conversations/c"));
    assert!(!fits("/conversations/c", "/conversations/c/messages"));
    assert!(fits("/conversations/", "/conversations/c/messages"));
    assert!(fits("/conversations/c*", "/conversations/cats"));
    assert!(!fits("/conversations/", "/users/a"));
    let get = rule(json!({ "do": "dropAfter", "method": "GET", "path": "/x" }));
    assert!(!get.fits("POST", "/x"));
}

#[test]
fn a_rule_is_used_up() {
    let mut faults = Faults::default();
    let body = json!({ "do": "answer", "method": "GET", "path": "/x", "status": 500, "times": 2 });
    faults.add(rule(body));
    faults.opened(1, "a");
    let text = r#"[7,"GET","/x",{},{}]"#;
    for _ in 0..2 {
        let verdict = faults.frame(0, 1, text);
        assert!(matches!(verdict, Some(Verdict::Answer { ref id, status: 500, .. }) if id == 7));
    }
    assert_eq!(faults.frame(0, 1, text), None);
}

#[test]
fn a_muted_socket_hears_and_says_nothing() {
    let mut faults = Faults::default();
    faults.opened(1, "a");
    assert_eq!(faults.mute("a", true), 1);
    faults.opened(2, "a");
    assert_eq!(faults.frame(0, 1, r#"[1,"GET","/ping"]"#), Some(Verdict::Ignore));
    assert!(!faults.lets_out(0, 1, "[]"));
    assert!(faults.lets_out(0, 2, "[]"), "a later socket is not muted");
    faults.mute("a", false);
    assert!(faults.lets_out(0, 1, "[]"));
}

#[test]
fn the_log_is_taken_once() {
    let mut faults = Faults::default();
    faults.opened(1, "a");
    faults.frame(5, 1, "[1]");
    faults.lets_out(6, 1, "rubbish");
    assert_eq!(
        faults.take_log(),
        json!([
            { "user": "a", "conn": 1, "at": 5, "dir": "in", "frame": [1] },
            { "user": "a", "conn": 1, "at": 6, "dir": "out", "frame": "rubbish" },
        ])
    );
    assert_eq!(faults.take_log(), json!([]));
}

#[test]
fn the_log_is_bounded_in_bytes() {
    let mut faults = Faults::default();
    faults.opened(1, "a");
    let (long, count) = ("x".repeat(1 << 20), LOG_BYTES >> 20);
    for _ in 0..count + 5 {
        faults.lets_out(0, 1, &long);
    }
    assert_eq!(faults.take_log().as_array().map(Vec::len), Some(count));
    assert_eq!(faults.log_bytes, 0);
}
