//! Calls: their order, pacing them, sending them again.

use super::*;

#[test]
fn a_call_opens_logs_in_goes_out_and_the_connection_closes_when_idle() {
    let mut world = World::new();
    world.plain("a");
    world.log_in();
    world.expect(&["ready refetch", &post(1, "a")]);
    world.answer(1, 200, r#"{"id":"x"}"#);
    world.expect(&[r#"reply 1 ok {"id":"x"}"#]);
    world.pass(2_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&["lost", "close 1"]);
    world.expect_the_end();
}

#[test]
fn calls_go_out_in_order_and_answers_come_in_any() {
    let mut world = World::live();
    for name in ["a", "b", "c"] {
        world.plain(name);
    }
    world.expect(&[&post(1, "a"), &post(2, "b"), &post(3, "c")]);
    world.answer(3, 200, "3");
    world.answer(1, 403, r#"{"errorCode":"NOT_A_PARTICIPANT","reasons":["x","y"]}"#);
    world.answer(2, 200, "[ 2 ]");
    world.expect(&["reply 3 ok 3", "reply 1 403 NOT_A_PARTICIPANT x,y", "reply 2 ok [ 2 ]"]);
    // A second answer to the same one is nothing.
    world.answer(2, 200, "[2]");
    world.expect(&[]);
}

#[test]
fn paths_and_data_go_out_as_they_should() {
    let mut world = World::live();
    let path = path(&["conversations", "a/b ü\"'", "messages"]);
    let data = r#"{"content":["\ud800"]}"#.to_string();
    let method = Method::Patch;
    world.conn.request(Request::Plain { method, path, data }, Keep::Always);
    world.expect(&[
        r#"1> [1,"PATCH","/conversations/a%2Fb%20%C3%BC%22'/messages",{"content":["\ud800"]},{}]"#,
    ]);
}

#[test]
fn every_method_has_its_word() {
    let mut world = World::live();
    use Method::*;
    for method in [Get, Post, Put, Patch, Delete, Subscribe, Unsubscribe] {
        world.ask(method, "x", Keep::Always);
    }
    world.drain();
    let words: Vec<_> = world.lines.iter().map(|line| line.split('"').nth(1).unwrap()).collect();
    assert_eq!(words, ["GET", "POST", "PUT", "PATCH", "DELETE", "SUBSCRIBE", "UNSUBSCRIBE"]);
}

#[test]
fn statuses_that_settle_a_call() {
    for status in [400, 402, 403, 404, 405, 409, 418, 501, 503, 201, 0] {
        let mut world = World::live();
        world.plain("a");
        world.expect(&[&post(1, "a")]);
        world.answer(1, status, "null");
        world.expect(&[&format!("reply 1 {status}  ")]);
        world.answer(1, 200, "1");
        world.expect(&[]);
    }
}

#[test]
fn a_busy_service_is_tried_again_without_limit_ever_more_slowly() {
    let mut world = World::live();
    world.plain("a");
    world.expect(&[&post(1, "a")]);
    world.answer(1, 429, "{}");
    // The first time in a session at once.
    world.pass(0);
    let mut id = 2;
    world.expect(&[&post(2, "a")]);
    let mut wait = 240;
    for _ in 0..40 {
        world.answer(id, 429, "{}");
        world.expect(&[]);
        let waited = world.pass_until_something();
        assert!((wait * 94 / 100..=wait * 106 / 100 + 10).contains(&waited), "{waited} {wait}");
        assert!(waited <= 30_010);
        id = world.sent - 1;
        world.expect(&[&post(id, "a")]);
        wait = (wait * 6 / 5).min(30_000);
    }
    // Other calls do not wait.
    world.answer(id, 429, "{}");
    world.plain("b");
    world.expect(&[&post(id + 1, "b")]);
    // A settled call sets the waits back.
    world.answer(id + 1, 200, "1");
    world.expect(&["reply 2 ok 1"]);
    world.pass_until_something();
    let id = world.sent - 1;
    world.expect(&[&post(id, "a")]);
    world.answer(id, 429, "{}");
    let waited = world.pass_until_something();
    assert!((190..=220).contains(&waited), "{waited}");
}

#[test]
fn a_failing_service_is_tried_ten_times() {
    let mut world = World::live();
    world.plain("a");
    for _ in 0..9 {
        world.pass_until_something();
        let id = world.sent - 1;
        world.expect(&[&post(id, "a")]);
        world.answer(id, 500, r#"{"errorCode":"E","reasons":["why"]}"#);
        world.pass(0);
    }
    world.pass_until_something();
    let id = world.sent - 1;
    world.expect(&[&post(id, "a")]);
    world.answer(id, 500, r#"{"errorCode":"E","reasons":["why"]}"#);
    world.expect(&["reply 1 500 E why"]);
    world.keep_socket_alive_for(100_000);
    world.expect(&[]);
}

#[test]
fn calls_that_failed_are_sent_again_one_by_one() {
    let mut world = World::live();
    world.plain("a");
    world.plain("b");
    world.expect(&[&post(1, "a"), &post(2, "b")]);
    world.answer(1, 500, "{}");
    world.answer(2, 429, "{}");
    world.pass(0);
    world.expect(&[&post(3, "a")]);
    let waited = world.pass_until_something();
    assert!((220..=260).contains(&waited), "{waited}");
    world.expect(&[&post(4, "b")]);
}

#[test]
fn what_was_put_off_is_not_overtaken_by_a_later_call_to_the_same() {
    for status in [429, 500] {
        let mut world = World::live();
        // The first try again of a session is made at once; this is not about that one.
        world.plain("x");
        world.expect(&[&post(1, "x")]);
        world.answer(1, 200, "{}");
        world.expect(&["reply 1 ok {}"]);
        world.plain("a");
        world.expect(&[&post(2, "a")]);
        world.answer(2, status, "{}");
        world.plain("a");
        world.ask(Method::Get, "a", Keep::Always);
        // Others do not wait.
        world.plain("b");
        world.expect(&[&post(3, "b")]);
        world.pass_until_something();
        world.expect(&[&post(4, "a")]);
        // It may be put off again, so that they wait until it is settled.
        world.answer(4, 429, "{}");
        world.expect(&[]);
        world.pass_until_something();
        world.expect(&[&post(5, "a")]);
        world.answer(5, 403, "{}");
        let get = frame(7, r#""GET","/a",{}"#);
        world.expect(&["reply 2 403  ", &post(6, "a"), &get]);
    }
}

/// A call that was put off, and then another one: which of them are sent, until the first is answered.
fn sent_after(first: impl Fn(&mut World), second: impl Fn(&mut World)) -> Vec<String> {
    let mut world = World::live();
    // The first try again of a session is made at once; this is not about that one.
    world.plain("x");
    world.expect(&[&post(1, "x")]);
    world.answer(1, 200, "{}");
    world.expect(&["reply 1 ok {}"]);
    first(&mut world);
    world.drain();
    world.lines.clear();
    world.answer(2, 429, "{}");
    second(&mut world);
    world.drain();
    std::mem::take(&mut world.lines)
}

#[test]
fn what_was_put_off_is_not_overtaken_by_what_undoes_it_by_another_path() {
    let to = |path: &'static str| {
        move |world: &mut World| {
            world.to(path);
        }
    };
    let joins = |world: &mut World| {
        world.participant("c", "u");
    };
    let participant = "/conversations/c/participants/u";
    assert!(sent_after(joins, to(participant)).is_empty());
    assert!(sent_after(to(participant), joins).is_empty());
    assert!(sent_after(to("/conversations/c"), to("/conversations/c/messages")).is_empty());
}

#[test]
fn what_was_put_off_holds_nothing_that_is_of_something_else() {
    for (first, second) in [
        ("/me/conversations/c/typing", "/me/conversations/c/read"),
        ("/me/conversations/c/read", "/me/conversations/d/unread"),
        ("/users/anna", "/users/robert"),
        ("/users/a", "/users/alice"),
        ("/conversations/1", "/conversations/12/messages"),
        ("/conversations/c/messages/1", "/conversations/c/messages/12"),
        ("/conversations/c/messages/1", "/conversations/c/messages"),
        ("/conversations/c/participants/anna", "/conversations/c/participants/robert"),
    ] {
        let sent = sent_after(|world| _ = world.to(first), |world| _ = world.to(second));
        assert_eq!(sent.len(), 1, "{second} after {first}: {sent:?}");
    }
    // What is asked for does not wait for what is to be changed, but for the same.
    let get = |world: &mut World| {
        world.ask(Method::Get, "c", Keep::Always);
    };
    assert_eq!(sent_after(|world| _ = world.to("/c/typing"), get).len(), 1);
    let get_part = |world: &mut World| {
        let (path, data) = ("/c/messages".to_string(), "{}".to_string());
        world.conn.request(Request::Plain { method: Method::Get, path, data }, Keep::Always);
    };
    assert_eq!(sent_after(|world| _ = world.to("/c"), get_part).len(), 1);
}

#[test]
fn many_calls_that_were_queued_are_paced_and_later_ones_wait_for_their_turn() {
    let mut world = World::new();
    for n in 0..60 {
        world.plain(&format!("c{n}"));
    }
    world.log_in();
    world.drain();
    assert_eq!(world.lines.remove(0), "ready refetch");
    assert_eq!(world.lines.len(), 50);
    world.lines.clear();
    world.plain("late");
    world.drain();
    for n in 50..60 {
        world.pass(99);
        world.expect(&[]);
        world.pass(1);
        world.expect(&[&post(n + 1, &format!("c{n}"))]);
    }
    world.pass(100);
    world.expect(&[&post(61, "late")]);
    // Then nothing is paced any more.
    world.pass(100);
    for n in 0..70 {
        world.plain(&format!("d{n}"));
    }
    world.drain();
    assert_eq!(world.lines.len(), 70);
    assert_eq!(world.lines[69], post(131, "d69"));
    // After the next login it is paced again.
    world.close();
    world.pass_timer();
    world.open();
    world.lines.clear();
    world.answer(0, 200, "{}");
    world.drain();
    assert_eq!(world.lines.len(), 51);
    world.pass(100);
    assert_eq!(world.lines.len(), 52);
}

#[test]
fn a_lapse_ends_the_pacing_for_the_next_login() {
    let mut world = World::new();
    for n in 0..60 {
        world.plain(&format!("c{n}"));
    }
    world.log_in();
    world.drain();
    world.frame(r#"[1,"PUBLISH",{"type":"session.expired"}]"#);
    world.respond(3, 200, r#"{"boken":"B"}"#);
    world.lines.clear();
    world.answer(51, 200, "{}");
    world.drain();
    assert_eq!(world.lines[1], post(52, "c50"));
    assert_eq!(world.lines.len(), 11);
}

#[test]
fn subscriptions_go_first_after_a_login_and_in_order_later() {
    let mut world = World::new();
    world.plain("a");
    world.ask(Method::Subscribe, "early", Keep::Always);
    world.drain();
    world.open();
    world.conn.http_response(world.now, 2, 200, r#"{"boken":"B"}"#);
    world.drain();
    world.lines.clear();
    assert_eq!(world.conn.frame(world.now, 1, "[0,200,{}]"), None);
    // The owner reacts to `ready` before the tick.
    assert_eq!(world.conn.take_events(), [Event::Ready { refetch: true }]);
    for user in ["u", "v"] {
        let id = user.to_string();
        world.conn.request(Request::SubscribeUser { id }, Keep::Connection);
        let id = user.to_string();
        world.conn.request(Request::GetUser { id }, Keep::Connection);
        world.ask(Method::Subscribe, user, Keep::Connection);
    }
    // A timer in between must not send anything too early.
    world.conn.wake(world.now);
    world.expect(&[
        &frame(1, r#""SUBSCRIBE","/early",{}"#),
        &frame(2, r#""SUBSCRIBE","/users",{"ids":["u"]}"#),
        &frame(3, r#""SUBSCRIBE","/u",{}"#),
        &frame(4, r#""SUBSCRIBE","/users",{"ids":["v"]}"#),
        &frame(5, r#""SUBSCRIBE","/v",{}"#),
        &post(6, "a"),
        &frame(7, r#""GET","/users",{"ids":["u","v"],"includePrivateFields":false}"#),
    ]);
    world.plain("b");
    world.ask(Method::Subscribe, "s", Keep::Connection);
    world.expect(&[&post(8, "b"), &frame(9, r#""SUBSCRIBE","/s",{}"#)]);
}

#[test]
fn calls_in_flight_when_the_socket_is_lost_go_out_again_first_and_in_order() {
    let mut world = World::live();
    for name in ["a", "b", "c"] {
        world.plain(name);
    }
    world.drain();
    world.answer(2, 200, "2");
    world.ask(Method::Get, "gone", Keep::Connection);
    world.drain();
    world.lines.clear();
    world.close();
    world.plain("d");
    world.expect(&["lost"]);
    world.pass_timer();
    world.expect(&["open 2"]);
    // And once more, before anything was answered.
    world.log_in_again_with(&[
        "2> [1,\"POST\",\"/a\",{},{}]",
        "2> [2,\"POST\",\"/c\",{},{}]",
        "2> [3,\"POST\",\"/d\",{},{}]",
    ]);
    world.answer(3, 200, "4");
    world.expect(&["reply 5 ok 4"]);
    world.close();
    world.plain("e");
    world.expect(&["lost"]);
    world.pass_timer();
    world.expect(&["open 3"]);
    world.log_in_again_with(&[
        "3> [1,\"POST\",\"/a\",{},{}]",
        "3> [2,\"POST\",\"/c\",{},{}]",
        "3> [3,\"POST\",\"/e\",{},{}]",
    ]);
}

#[test]
fn a_call_that_is_too_large_for_the_service_is_refused_and_the_others_go_on() {
    let mut world = World::live();
    world.plain("a");
    let large = world.plain(&"b".repeat(300));
    world.plain("c");
    world.drain();
    world.lines.clear();
    world.conn.socket_closed(world.now, world.socket, 1009);
    let Ticket(large) = large;
    let refused = format!("reply {large} 413  It is too large: the connection breaks by it");
    world.expect(&["lost", &refused]);
    world.pass_timer();
    world.expect(&["open 2"]);
    world.log_in_again_with(&["2> [1,\"POST\",\"/a\",{},{}]", "2> [2,\"POST\",\"/c\",{},{}]"]);
    // With nothing on its way, the code says nothing about a call.
    world.answer(1, 200, "1");
    world.answer(2, 200, "2");
    world.expect(&["reply 1 ok 1", "reply 3 ok 2"]);
    world.conn.socket_closed(world.now, world.socket, 1009);
    world.expect(&["lost"]);
}

#[test]
fn a_large_call_that_no_connection_survives_is_refused_in_the_end() {
    let mut world = World::live();
    let (large, name) = (world.plain(&"b".repeat(100_000)), "b".repeat(100_000));
    let small = world.plain("c");
    world.drain();
    for _ in 0..3 {
        world.close();
        assert_eq!(world.lines.last().map(String::as_str), Some("lost"));
        world.pass_timer();
        world.drain();
        world.lines.clear();
        world.log_in_again_with(&[&post_on(&world, 1, &name), &post_on(&world, 2, "c")]);
    }
    world.close();
    let Ticket(large) = large;
    let refused = format!("reply {large} 413  It is too large: the connection breaks by it");
    world.expect(&["lost", &refused]);
    // However often that happens to a small call, it is not to blame.
    for _ in 0..20 {
        world.pass_timer();
        world.drain();
        world.lines.clear();
        world.log_in_again_with(&[&post_on(&world, 1, "c")]);
        world.close();
        world.expect(&["lost"]);
    }
    world.pass_timer();
    world.drain();
    world.lines.clear();
    world.log_in_again_with(&[&post_on(&world, 1, "c")]);
    world.answer(1, 200, "{}");
    let Ticket(small) = small;
    world.expect(&[&format!("reply {small} ok {{}}")]);
}

/// The line of a call made by [`World::plain`], on the newest socket.
#[test]
fn what_belongs_to_the_connection_is_forgotten_with_it() {
    let mut world = World::live();
    for method in [Method::Subscribe, Method::Get] {
        world.ask(method, "live", Keep::Connection);
    }
    world.drain();
    world.answer(2, 500, "{}");
    world.answer(1, 429, "{}");
    world.lines.clear();
    world.close();
    world.ask(Method::Get, "queued", Keep::Connection);
    world.expect(&["lost"]);
    // Asked for without a connection, it goes out with the next one …
    world.pass_until_something();
    world.log_in_again_after_open(&["2> [1,\"GET\",\"/queued\",{},{}]"]);
    // … unless that one goes too.
    world.close();
    world.expect(&["lost"]);
    world.pass_until_something();
    world.log_in_again_after_open(&[]);
    world.keep_socket_alive_for(60_000);
    world.expect(&[]);
}

#[test]
fn pushes_are_acknowledged_and_told_once() {
    let mut world = World::live();
    world.frame(r#"[0,"PUBLISH",{"type":"a"}]"#);
    world.expect(&[r#"news {"type":"a"}"#, r#"1> [0,"ACK"]"#]);
    world.frame(r#" [ 7 , "PUBLISH" , {"type":"b"} , {"type":"c"} ] "#);
    world.expect(&[r#"news {"type":"b"}"#, r#"1> [7,"ACK"]"#]);
    for seq in [7, 6, 0] {
        world.frame(&format!(r#"[{seq},"PUBLISH",{{"type":"session.expired"}}]"#));
        world.expect(&[&format!(r#"1> [{seq},"ACK"]"#)]);
    }
    // On the next socket the count starts anew.
    world.close();
    world.pass_timer();
    world.expect(&["lost", "open 2"]);
    world.log_in_again("ready refetch");
    world.frame(r#"[1,"PUBLISH",{"type":"d"}]"#);
    world.expect(&[r#"news {"type":"d"}"#, r#"2> [1,"ACK"]"#]);
}

#[test]
fn what_is_not_a_frame_is_ignored() {
    let mut world = World::live();
    world.plain("a");
    world.expect(&[&post(1, "a")]);
    for text in [
        "",
        " ",
        "x",
        "null",
        "{}",
        "5",
        "\"a\"",
        "[]",
        "[1.5,200,{}]",
        "[-1,200,{}]",
        "[1e99,200,{}]",
        "[4294967297,200,{}]",
        "[null,200,{}]",
        "[\"1\",200,{}]",
        "[{},\"PUBLISH\",{}]",
        "[-1,\"PUBLISH\",{}]",
        "[1.5,\"PUBLISH\",{}]",
        "[1e99,\"PUBLISH\",{}]",
        "[2,200,{}]",
        "[77,200,{}]",
    ] {
        world.frame(text);
        world.expect(&[]);
    }
    // No events, or events of no known shape, are fine.
    world.conn.frame(world.now, 1, r#"[1,"PUBLISH"]"#);
    world.expect(&[r#"1> [1,"ACK"]"#]);
    world.frame(r#"[2,"PUBLISH",null,5,{"type":7},{}]"#);
    world.expect(&["news null", r#"1> [2,"ACK"]"#]);
    // An answer without a body has none.
    world.frame("[1,200]");
    world.expect(&["reply 1 ok null"]);
}
