//! Tests: frames, and what is made of broken ones.

use super::*;

fn id_of(frame: &Frame) -> Value {
    match frame {
        Frame::Bad { id, .. } => id.clone(),
        other => panic!("{other:?} is not bad"),
    }
}

#[test]
fn a_request_is_read() {
    let Frame::Request { id, method, path, data } =
        Frame::parse(r#"[3,"PATCH","/users/a",{"name":"A"},{}]"#)
    else {
        panic!("a request")
    };
    assert_eq!((id, method, path), (3.into(), Method::Patch, "/users/a".to_owned()));
    assert_eq!(data["name"], "A");
}

#[test]
fn data_and_headers_may_be_left_out() {
    for text in [r#"[0,"GET","/ping"]"#, r#"[0,"GET","/ping",null]"#, r#"[0,"GET","/ping",{}]"#] {
        assert!(matches!(Frame::parse(text), Frame::Request { .. }), "{text}");
    }
}

#[test]
fn an_acknowledgement_is_no_request() {
    assert_eq!(Frame::parse(r#"[12,"ACK"]"#), Frame::Ack);
}

#[test]
fn a_broken_frame_keeps_its_id() {
    for text in [
        r#"[7,"FETCH","/ping",{},{}]"#,
        r#"[7,"GET"]"#,
        r#"[7,"GET",5]"#,
        r#"[7,"GET","/ping",[]]"#,
        r#"[7]"#,
        r#" [ 7 ,"GET","/users/\ud800",{},{}]"#,
        r#"[7,"GET","/pi"#,
        "[7",
        "[7 ",
    ] {
        assert_eq!(id_of(&Frame::parse(text)), 7, "{text}");
    }
}

#[test]
fn without_an_id_it_is_null() {
    for text in
        ["", "{}", "7", "[]", "[null]", r#"["GET"]"#, "nonsense", "[", "\u{0}", "[7e400]", "[7x"]
    {
        assert_eq!(id_of(&Frame::parse(text)), Value::Null, "{text}");
    }
}

/// A request that nests so deep, itself included.
fn nested(depth: usize) -> String {
    let (open, close) = ("[".repeat(depth - 2), "]".repeat(depth - 2));
    format!(r#"[1,"PUT","/users/a",{{"custom":{open}{close}}},{{}}]"#)
}

#[test]
fn what_nests_too_deep_is_refused_as_that() {
    assert!(matches!(Frame::parse(&nested(DEEPEST)), Frame::Request { .. }));
    for depth in [DEEPEST + 1, 100, 127, 128, 129, 200, 100_000, 400_000] {
        let Frame::Bad { id, error } = Frame::parse(&nested(depth)) else { panic!("{depth}") };
        assert_eq!((&id, error.status, error.code), (&1.into(), 400, "BAD_FRAME"), "{depth}");
        assert!(error.reasons[0].contains("nests deeper than 64 levels"), "{error:?}");
    }
    let endless = "[".repeat(200_000);
    assert_eq!(id_of(&Frame::parse(&endless)), Value::Null);
    let endless = format!(r#"[1,"PUT","/users/a",{{"custom":{}"#, r#"{"a":"#.repeat(200_000));
    assert_eq!(id_of(&Frame::parse(&endless)), 1);
}

#[test]
fn what_looks_nested_in_a_string_is_not() {
    for inside in ["[".repeat(1000), r#"\"["#.repeat(1000), r"\\".to_owned() + &"{".repeat(1000)] {
        let text = format!(r#"[1,"PUT","/users/a",{{"name":"{inside}"}}]"#);
        assert!(matches!(Frame::parse(&text), Frame::Request { .. }), "{}", &text[..60]);
    }
    let wide = format!(r#"[1,"PUT","/users/a",{{"a":[{}[]]}}]"#, "[],".repeat(100_000));
    assert!(matches!(Frame::parse(&wide), Frame::Request { .. }), "wide is not deep");
}

#[test]
fn answers_and_events_have_their_shape() {
    assert_eq!(response(&4.into(), Ok(json!({ "a": 1 }))), r#"[4,200,{"a":1}]"#);
    let error = ApiError::new(404, "GONE", "It is gone.");
    assert_eq!(
        response(&4.into(), Err(error)),
        r#"[4,404,{"errorCode":"GONE","reasons":["It is gone."]}]"#
    );
    assert_eq!(publish(2, &[json!({}).into(), json!(1).into()]), r#"[2,"PUBLISH",{},1]"#);
    assert_eq!(publish(3, &[]), r#"[3,"PUBLISH"]"#);
}

#[test]
fn objects_are_joined() {
    assert_eq!(join(&[]), "{}");
    assert_eq!(join(&["{}", r#"{"a":{}}"#, "{}", r#"{"b":"}{"}"#]), r#"{"a":{},"b":"}{"}"#);
}
