//! Tests: translation.

use serde_json::{json, Value};

use super::super::testing::{refused, World};

const PATH: &str = "/me/conversations/c/translate";

/// Sends these nodes and gives the id of the message.
fn send(world: &mut World, conn: u64, children: Value) -> String {
    let content = json!({ "content": [{ "type": "text", "children": children }] });
    let body = world.call(conn, "POST", "/conversations/c/messages", content).ok();
    body["id"].as_str().expect("an id").to_owned()
}

fn translated(world: &mut World, conn: u64, id: &str, lang: &str) -> Value {
    world.call(conn, "GET", PATH, json!({ "ids": [id], "lang": lang })).ok()["data"][id].clone()
}

#[test]
fn it_is_marked_and_always_the_same() {
    let (mut world, alice, bob) = World::chat();
    let plain = world.say(alice, "Hello");
    let bold = json!({ "type": "bold", "children": ["loud"] });
    let formatted = send(&mut world, alice, json!([bold, " and clear"]));
    for _ in 0..2 {
        let text =
            |children: Value| json!({ "content": [{ "type": "text", "children": children }] });
        let wanted = text(json!(["[fr] Hello"]));
        assert_eq!(translated(&mut world, bob, &plain, "fr"), wanted);
        let wanted = text(json!(["[de] ", bold, " and clear"]));
        assert_eq!(translated(&mut world, bob, &formatted, "de-AT"), wanted);
        let wanted = text(json!(["[zh-TW] Hello"]));
        assert_eq!(translated(&mut world, bob, &plain, "zh-TW"), wanted);
        let wanted = text(json!(["[zh] Hello"]));
        assert_eq!(translated(&mut world, bob, &plain, "zh-CN"), wanted);
    }
}

#[test]
fn what_is_no_text_stays_and_what_is_not_there_is_null() {
    let (mut world, alice, bob) = World::chat();
    let place = json!({ "type": "location", "latitude": 1, "longitude": 2 });
    let sent = json!({ "content": [place] });
    let id = world.call(alice, "POST", "/conversations/c/messages", sent).ok()["id"].clone();
    let both = json!({ "ids": [id, "nothing"], "lang": "fr" });
    let data = world.call(bob, "GET", PATH, both).ok()["data"].clone();
    assert_eq!(data[id.as_str().unwrap_or_default()], json!({ "content": [place] }));
    assert_eq!(data["nothing"], Value::Null);
    assert_eq!(data.as_object().map(|data| data.len()), Some(2));
}

#[test]
fn it_may_come_as_markup() {
    let (mut world, alice, bob) = World::chat();
    world.set(json!({ "translate": "markup" }));
    let id = send(
        &mut world,
        alice,
        json!([
            "a ",
            { "type": "bold", "children": ["b", { "type": "italic", "children": ["c"] }] },
            { "type": "strikethrough", "children": ["d"] },
            { "type": "codespan", "text": "e" },
            { "type": "mention", "id": "f", "text": "F" },
            { "type": "customemoji", "text": ":g:" },
            { "type": "autolink", "text": "h.com", "url": "https://h.com" },
            { "type": "link", "url": "https://i.com", "children": ["i"] },
            { "type": "actionlink", "action": "j", "params": { "k": "l m" }, "children": ["n"] },
            { "type": "actionbutton", "action": "o", "children": ["p"] },
            { "type": "bulletlist", "children": [
                { "type": "bulletpoint", "children": ["q"] },
                { "type": "bulletpoint", "children": ["r"] },
            ] },
        ]),
    );
    let wanted = "[fr] a *b_c_*~d~```e```<!!mention:f|F><!!customemoji::g:>h.com\
                  <https://i.com|i><actionlink:j?k=l%20m|n><actionbutton:o|p>\n- q\n- r\n";
    assert_eq!(translated(&mut world, bob, &id, "fr"), json!({ "markup": wanted }));
}

#[test]
fn lists_in_markup_have_lines_of_their_own_and_no_others() {
    let (mut world, alice, bob) = World::chat();
    world.set(json!({ "translate": "markup" }));
    let list = |text: &str| {
        let point = json!({ "type": "bulletpoint", "children": [text] });
        json!({ "type": "bulletlist", "children": [point] })
    };
    let id = send(&mut world, alice, json!([list("a"), list("b"), "c", list("d")]));
    let wanted = json!({ "markup": "[fr] - a\n- b\nc\n- d\n" });
    assert_eq!(translated(&mut world, bob, &id, "fr"), wanted);
}

#[test]
fn it_is_refused_with_a_reason() {
    let (mut world, alice, _) = World::chat();
    let id = world.say(alice, "Hello");
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    world.call(alice, "GET", PATH, json!({ "ids": many[1..], "lang": "fr" })).ok();
    for params in [
        json!({ "ids": [id] }),
        json!({ "ids": [id], "lang": "" }),
        json!({ "ids": [id], "lang": "f" }),
        json!({ "ids": [id], "lang": "../x" }),
        json!({ "ids": [id], "lang": 5 }),
        json!({ "lang": "fr" }),
        json!({ "ids": "all", "lang": "fr" }),
        json!({ "ids": many, "lang": "fr" }),
    ] {
        let answer = world.call(alice, "GET", PATH, params.clone());
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"), "{params}");
    }
    let params = json!({ "ids": [id], "lang": "fr" });
    let carol = world.guest("carol");
    let answer = world.call(carol, "GET", PATH, params.clone());
    assert_eq!(answer.refusal(), refused(403, "NOT_A_PARTICIPANT"));
    world.set(json!({ "translate": "off" }));
    let answer = world.call(alice, "GET", PATH, params);
    assert_eq!(answer.refusal(), refused(403, "TRANSLATION_NOT_ENABLED"));
}
