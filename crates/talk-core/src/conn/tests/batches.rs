//! Calls that are combined, and their answers taken apart.

use super::*;

/// The action that [`World::participant`] asks for.
fn put(user: &str) -> String {
    format!(r#"{{"id":"{user}","method":"PUT","params":{{"notify":true}}}}"#)
}

#[test]
fn users_of_one_tick_are_asked_for_together() {
    let mut world = World::live();
    for id in ["a", "b"] {
        let id = id.to_string();
        world.conn.request(Request::SubscribeUser { id: id.clone() }, Keep::Always);
        world.conn.request(Request::GetUser { id }, Keep::Always);
    }
    world.get_user("ghost");
    world.get_user("\"ü\\");
    world.expect(&[
        &frame(1, r#""SUBSCRIBE","/users",{"ids":["a","b"]}"#),
        &frame(
            2,
            r#""GET","/users",{"ids":["a","b","ghost","\"ü\\"],"includePrivateFields":false}"#,
        ),
    ]);
    world.answer(1, 200, "{}");
    world.answer(2, 200, r#"{"\"\u00fc\\":{"n":4}, "other":{}, "b":{"n":2},"a":{"n":1}}"#);
    world.expect(&[
        "reply 1 ok {}",
        "reply 3 ok {}",
        r#"reply 2 ok {"n":1}"#,
        r#"reply 4 ok {"n":2}"#,
        "reply 5 404  ",
        r#"reply 6 ok {"n":4}"#,
    ]);
}

#[test]
fn only_what_is_alike_and_not_sent_yet_is_combined() {
    let mut world = World::live();
    let get = |world: &mut World, id: &str, keep| {
        let id = id.to_string();
        world.conn.request(Request::GetUser { id }, keep);
    };
    let users =
        |ids: &str| format!(r#""GET","/users",{{"ids":[{ids}],"includePrivateFields":false}}"#);
    get(&mut world, "a", Keep::Always);
    get(&mut world, "b", Keep::Connection);
    get(&mut world, "c", Keep::Always);
    world.expect(&[&frame(1, &users(r#""a","c""#)), &frame(2, &users(r#""b""#))]);
    get(&mut world, "d", Keep::Always);
    world.expect(&[&frame(3, &users(r#""d""#))]);
    // Nor does one join a call that failed before and goes out in this same tick.
    world.answer(3, 500, "{}");
    world.lines.clear();
    world.answer(4, 500, "{}");
    world.now = world.conn.next_wake().unwrap();
    world.conn.wake(world.now);
    get(&mut world, "e", Keep::Always);
    // It waits until that one is settled.
    world.expect(&[&frame(5, &users(r#""d""#))]);
    // What belongs to the connection is gone with it. The rest is sorted anew after the login.
    world.close();
    world.pass_timer();
    world.expect(&["lost", "open 2"]);
    let call = |id: u32, ids| format!("2> [{id},{},{{}}]", users(ids));
    world.log_in_again_with(&[&call(1, r#""a","c","e""#), &call(2, r#""d""#)]);
}

#[test]
fn a_refused_batch_refuses_each_of_its_members() {
    let mut world = World::live();
    world.get_user("a");
    world.get_user("b");
    world.drain();
    world.lines.clear();
    world.answer(1, 403, r#"{"errorCode":"NO"}"#);
    world.expect(&["reply 1 403 NO ", "reply 2 403 NO "]);
}

#[test]
fn the_same_user_twice_is_answered_twice() {
    let mut world = World::live();
    world.get_user("a");
    world.get_user("a");
    world.expect(&[&frame(1, r#""GET","/users",{"ids":["a","a"],"includePrivateFields":false}"#)]);
    world.answer(1, 200, r#"{"a":1}"#);
    world.expect(&["reply 1 ok 1", "reply 2 ok 1"]);
}

#[test]
fn a_batch_is_never_larger_than_a_frame_may_be() {
    let mut world = World::live();
    // The longest IDs there are, of characters that take the most in JSON.
    for n in 0..200 {
        world.get_user(&format!("{n}{}", "\u{1}".repeat(3_330)));
    }
    world.drain();
    let ids = |line: &String| line.matches(r#"\u0001""#).count();
    assert_eq!(world.lines.iter().map(ids).sum::<usize>(), 200);
    let largest = world.lines.iter().map(String::len).max();
    assert!(largest.is_some_and(|bytes| bytes > 500_000 && bytes < 1 << 20), "{largest:?}");
}

#[test]
fn batches_have_a_limit() {
    let mut world = World::live();
    for n in 0..2_001 {
        world.get_user(&format!("u{n}"));
    }
    for n in 0..101 {
        world.participant("c", &format!("u{n}"));
    }
    world.drain();
    let ids = |line: &String| line.matches("\"u").count();
    assert_eq!(world.lines.iter().map(ids).collect::<Vec<_>>(), [1000, 1000, 1, 100, 1]);
    // A thousand users in any order are told apart.
    let mut body = String::from("{");
    for n in (0..1000).rev() {
        body.push_str(&format!(r#""u{n}":{n}{}"#, if n == 0 { "}" } else { "," }));
    }
    world.lines.clear();
    world.answer(1, 200, &body);
    assert_eq!(world.lines.len(), 1000);
    for (n, line) in world.lines.iter().enumerate() {
        assert_eq!(*line, format!("reply {} ok {n}", n + 1));
    }
}

#[test]
fn changes_to_the_participants_of_a_conversation_go_together_if_nothing_is_between() {
    let mut world = World::live();
    world.participant("c/1", "a");
    let request = Request::Participant {
        conversation: "c/1".to_string(),
        user: "b\"".to_string(),
        method: Method::Patch,
        params: "{}".to_string(),
    };
    world.conn.request(request, Keep::Always);
    world.participant("c2", "a");
    world.plain("x");
    world.participant("c2", "b");
    world.get_user("u");
    world.participant("c2", "c");
    let change = |id, conversation, actions: &[&str]| {
        let actions = actions.join(",");
        let path = format!("/conversations/{conversation}/participants");
        frame(id, &format!(r#""POST","{path}",{{"actions":[{actions}]}}"#))
    };
    let patch = r#"{"id":"b\"","method":"PATCH","params":{}}"#;
    world.expect(&[
        &change(1, "c%2F1", &[&put("a"), patch]),
        &change(2, "c2", &[&put("a")]),
        &post(3, "x"),
        &change(4, "c2", &[&put("b")]),
        &frame(5, r#""GET","/users",{"ids":["u"],"includePrivateFields":false}"#),
        &change(6, "c2", &[&put("c")]),
    ]);
    let body = r#"{"responses":[{"status":200},{"status":403,"errorCode":"NO","reasons":["r"]}]}"#;
    world.answer(1, 200, body);
    world.expect(&[r#"reply 1 ok {"status":200}"#, "reply 2 403 NO r"]);
}

#[test]
fn a_batch_that_is_partly_answered_is_sent_again_for_the_rest() {
    let mut world = World::live();
    for user in ["a", "b", "c", "d"] {
        world.participant("c", user);
    }
    world.drain();
    world.lines.clear();
    world.answer(
        1,
        200,
        r#"{"responses":[{"status":200},{"status":500},{"status":429},{"status":500}]}"#,
    );
    world.expect(&[r#"reply 1 ok {"status":200}"#]);
    world.pass_until_something();
    let actions = ["b", "c", "d"].map(put);
    let again =
        format!(r#""POST","/conversations/c/participants",{{"actions":[{}]}}"#, actions.join(","));
    world.expect(&[&frame(2, &again)]);
    // A new one does not join a batch that was sent before, and does not overtake it either.
    world.participant("c", "e");
    world.expect(&[]);
    world.answer(2, 200, r#"{"responses":[{"status":200},{"status":404},{"status":200},{}]}"#);
    world.expect(&[
        r#"reply 2 ok {"status":200}"#,
        "reply 3 404  ",
        r#"reply 4 ok {"status":200}"#,
        &frame(
            3,
            &format!(r#""POST","/conversations/c/participants",{{"actions":[{}]}}"#, put("e"),),
        ),
    ]);
}

/// What has no answer of its own is not asked for again: it may have been done.
const LACKS: &str = "reply 1 0  The answer is incomplete; it may have been done all the same";

#[test]
fn answers_to_batches_that_are_not_of_the_right_shape_are_told_as_that() {
    for body in ["null", "5", "[]", r#""x""#] {
        let mut world = World::live();
        world.get_user("a");
        world.drain();
        world.lines.clear();
        world.answer(1, 200, body);
        world.expect(&[LACKS]);
    }
    for body in [
        "null",
        "{}",
        r#"{"responses":5}"#,
        r#"{"responses":[5]}"#,
        r#"{"responses":[{"status":"200"}]}"#,
        r#"{"responses":[]}"#,
        r#"{"responses":[{}]}"#,
        r#"{"responses":[{"status":-1}]}"#,
        r#"{"responses":[{"status":70000}]}"#,
    ] {
        let mut world = World::live();
        world.participant("c", "a");
        world.drain();
        world.lines.clear();
        world.answer(1, 200, body);
        world.expect(&[LACKS]);
    }
}

#[test]
fn a_401_inside_a_batch_logs_in_again() {
    let mut world = World::live();
    world.participant("c", "a");
    world.drain();
    world.lines.clear();
    world.answer(1, 200, r#"{"responses":[{"status":401}]}"#);
    world.drain();
    assert_eq!(world.lines[0], "lost");
    world.lines.clear();
    world.respond(3, 200, r#"{"boken":"B"}"#);
    world.answer(2, 200, "{}");
    world.drain();
    assert!(world.lines[2].contains("/participants"), "{:?}", world.lines);
}

fn translate(world: &mut World, message: &str, language: &str) {
    let request = Request::Translate {
        conversation: "c/1".to_string(),
        message: message.to_string(),
        language: language.to_string(),
    };
    world.conn.request(request, Keep::Always);
}

fn translation(id: u32, ids: &str, language: &str) -> String {
    let path = "/me/conversations/c%2F1/translate";
    frame(id, &format!(r#""GET","{path}",{{"ids":[{ids}],"lang":"{language}"}}"#))
}

#[test]
fn messages_of_a_conversation_are_translated_together_for_each_language() {
    let mut world = World::live();
    for (message, language) in [("a", "fr"), ("b\"", "fr"), ("a", "fr"), ("a", "de"), ("c", "fr")] {
        translate(&mut world, message, language);
    }
    world.expect(&[
        &translation(1, r#""a","b\"""#, "fr"),
        &translation(2, r#""a""#, "de"),
        &translation(3, r#""c""#, "fr"),
    ]);
    world.answer(1, 200, r#"{"data":{"b\"":null,"a":{"content":[]}}}"#);
    world.answer(2, 200, r#"{"data":{}}"#);
    world.answer(3, 403, r#"{"errorCode":"NO"}"#);
    world.expect(&[
        r#"reply 1 ok {"content":[]}"#,
        "reply 2 ok null",
        r#"reply 3 ok {"content":[]}"#,
        "reply 4 ok null",
        "reply 5 403 NO ",
    ]);
    for message in 0..101 {
        translate(&mut world, &message.to_string(), "fr");
    }
    world.drain();
    let asked: Vec<_> = world.lines.iter().map(|line| line.matches(',').count()).collect();
    assert_eq!(asked[0] - asked[1], 99);
}

#[test]
fn a_translation_without_data_is_told_as_that() {
    for body in ["null", "{}", r#"{"data":[]}"#] {
        let mut world = World::live();
        translate(&mut world, "a", "fr");
        world.drain();
        world.lines.clear();
        world.answer(1, 200, body);
        world.expect(&[LACKS]);
    }
}
