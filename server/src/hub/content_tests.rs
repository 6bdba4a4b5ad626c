//! Tests: content that may be sent and content that may not.

use super::*;

fn read_all(content: &Value, links: bool) -> Result<Vec<Value>, ApiError> {
    read(Some(content), &Rules { has_file: &|token| token == "file_1", links })
}

fn read_one(block: Value) -> Result<Value, ApiError> {
    let blocks = read_all(&json!([block]), true)?;
    assert_eq!(blocks.len(), 1);
    Ok(blocks[0].clone())
}

fn text(children: Value) -> Result<Value, ApiError> {
    read_one(json!({ "type": "text", "children": children })).map(|block| block["children"].clone())
}

#[test]
fn nodes_come_out_in_camel_case() {
    for (sent, received) in [
        ("bulletlist", "bulletList"),
        ("bulletList", "bulletList"),
        ("bulletpoint", "bulletPoint"),
        ("bold", "bold"),
        ("italic", "italic"),
        ("strikethrough", "strikethrough"),
    ] {
        let children = text(json!([{ "type": sent, "children": ["x"] }]));
        assert_eq!(children, Ok(json!([{ "type": received, "children": ["x"] }])), "{sent}");
    }
    let sent = json!([
        { "type": "codespan", "text": "a" },
        { "type": "customemoji", "text": ":b:" },
        { "type": "autolink", "text": "c.d", "url": "https://c.d" },
        { "type": "mention", "id": "e", "text": "E" },
        { "type": "link", "url": "https://f", "children": [{ "type": "bold", "children": ["g"] }] },
        { "type": "actionlink", "action": "h", "params": { "i": "j" }, "children": ["k"] },
        { "type": "actionbutton", "action": "l", "children": ["m"] },
    ]);
    let received = json!([
        { "type": "codeSpan", "text": "a" },
        { "type": "customEmoji", "text": ":b:" },
        { "type": "autoLink", "text": "c.d", "url": "https://c.d" },
        { "type": "mention", "id": "e", "text": "E" },
        { "type": "link", "url": "https://f", "children": [{ "type": "bold", "children": ["g"] }] },
        { "type": "actionLink", "action": "h", "params": { "i": "j" }, "children": ["k"] },
        { "type": "actionButton", "action": "l", "params": {}, "children": ["m"] },
    ]);
    assert_eq!(text(sent), Ok(received));
}

#[test]
fn what_was_received_may_be_sent_again() {
    let received = text(json!([{ "type": "codespan", "text": "a" }, "b"])).expect("content");
    assert_eq!(text(received.clone()), Ok(received));
}

#[test]
fn text_that_is_not_well_formed_is_refused() {
    for children in [
        json!(null),
        json!("text"),
        json!([]),
        json!([""]),
        json!([" \n"]),
        json!([{ "type": "bold", "children": [" "] }]),
        json!([5]),
        json!([null]),
        json!([{ "children": ["x"] }]),
        json!([{ "type": "blink", "children": ["x"] }]),
        json!([{ "type": "bold" }]),
        json!([{ "type": "bold", "children": [7] }]),
        json!([{ "type": "codespan", "children": ["x"] }]),
        json!([{ "type": "mention", "text": "x" }]),
        json!([{ "type": "actionLink", "action": "a", "params": { "b": 1 }, "children": ["x"] }]),
    ] {
        let error = text(children.clone()).expect_err(&children.to_string());
        assert_eq!(error.status, 400, "{children}");
    }
}

#[test]
fn there_is_exactly_one_block() {
    let block = json!({ "type": "text", "children": ["x"] });
    for content in [json!([]), json!([block, block]), json!({}), json!("x"), Value::Null] {
        assert!(read_all(&content, true).is_err(), "{content}");
    }
    assert!(read(None, &Rules { has_file: &|_| true, links: true }).is_err());
    assert!(read_one(json!({ "type": "table" })).is_err());
    assert!(read_one(json!({})).is_err());
    assert!(read_one(json!(5)).is_err());
}

#[test]
fn a_place_is_on_earth() {
    let place = |latitude: Value, longitude: Value| {
        read_one(json!({ "type": "location", "latitude": latitude, "longitude": longitude }))
    };
    assert!(place(json!(-90), json!(180)).is_ok());
    assert_eq!(
        place(json!(42.43), json!(-83.99)),
        Ok(json!({ "type": "location", "latitude": 42.43, "longitude": -83.99 }))
    );
    assert!(place(json!(90.1), json!(0)).is_err());
    assert!(place(json!(0), json!(-181)).is_err());
    assert!(place(json!("1"), json!(0)).is_err());
    assert!(place(Value::Null, json!(0)).is_err());
}

#[test]
fn a_file_is_its_token() {
    let sent = json!({ "type": "file", "fileToken": "file_1", "url": "https://elsewhere" });
    assert_eq!(read_one(sent), Ok(json!({ "type": "file", "fileToken": "file_1" })));
    let error = read_one(json!({ "type": "file", "fileToken": "file_2" })).expect_err("unknown");
    assert_eq!((error.status, error.code), (400, "FILE_NOT_FOUND"));
    assert!(read_one(json!({ "type": "file" })).is_err());
}

/// Bold text in so many levels of nodes.
fn nested(levels: usize) -> Value {
    let bold = |inner, _| json!({ "type": "bold", "children": [inner] });
    (0..levels).fold(json!("deep"), bold)
}

#[test]
fn nodes_nest_so_deep_and_no_deeper() {
    assert!(text(json!([nested(DEEPEST)])).is_ok());
    for levels in [DEEPEST + 1, 61, 100] {
        let error = text(json!(["x", nested(levels)])).expect_err("too deep");
        assert_eq!((error.status, error.code), (400, "INVALID_PARAMETERS"), "{levels}");
        assert!(error.reasons[0].contains("20 levels"), "{error:?}");
    }
}

#[test]
fn what_was_stored_too_deep_is_levelled_off() {
    let block = |levels| vec![json!({ "type": "text", "children": ["a", nested(levels)] })];
    assert_eq!(shallow(block(DEEPEST)), block(DEEPEST));
    for levels in [DEEPEST + 1, 61] {
        let level = shallow(block(levels));
        assert_eq!(level, block(DEEPEST), "its text stays, as deep as it may be");
        assert_eq!(plain_text(&level), plain_text(&block(levels)));
    }
    let file = vec![json!({ "type": "file", "fileToken": "file_1" })];
    assert_eq!(shallow(file.clone()), file);
}
