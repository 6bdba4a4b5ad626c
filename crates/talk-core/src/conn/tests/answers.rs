//! Answers that cannot be read, and answers that do not come.

use super::*;

#[test]
fn an_answer_that_cannot_be_read_settles_its_call_with_an_error() {
    for text in [
        "[1]",
        "[1,",
        "[1,200,{}",
        "[1,200,{}]]",
        "[1,200,{\"a\":[}]",
        "[1,200,\"\u{1}\"]",
        "[1,\"200\",{}]",
        "[1,-200,{}]",
        "[1,200.5,{}]",
        "[1,70000,{}]",
        "[1,null]",
        "[1,[200],{}]",
        "[1,\"publish\",{}]",
    ] {
        let mut world = World::live();
        world.plain("a");
        world.expect(&[&post(1, "a")]);
        world.frame(text);
        world.expect(&["reply 1 0  The answer cannot be read"]);
        world.answer(1, 200, "{}");
        world.expect(&[]);
    }
}

#[test]
fn a_login_whose_answer_cannot_be_read_is_tried_again() {
    let mut world = World::new();
    world.conn.set_live(true);
    world.drain();
    world.lines.clear();
    world.open();
    world.respond(2, 200, r#"{"boken":"BOK"}"#);
    world.lines.clear();
    world.frame("[0,\"200\",{}]");
    world.expect(&[]);
    world.pass_until("renew");
}

#[test]
fn answers_are_read_at_any_depth() {
    for depth in [61, 129, 1_000, 100_000] {
        let mut world = World::live();
        world.plain("a");
        world.expect(&[&post(1, "a")]);
        let body = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        world.answer(1, 200, &body);
        world.expect(&[&format!("reply 1 ok {body}")]);
    }
}

#[test]
fn the_readable_events_of_a_push_are_taken_and_all_of_it_is_acknowledged() {
    let mut world = World::live();
    for (seq, rest, events) in [
        (1, r#"{"type":"a"},{"type":"b","x":[}]"#, &[r#"{"type":"a"}"#][..]),
        (2, r#"{"type":"a"},{"type":"b"}"#, &[r#"{"type":"a"}"#, r#"{"type":"b"}"#]),
        (3, "", &[]),
        (4, "nonsense]", &[]),
    ] {
        let text = format!(r#"[{seq},"PUBLISH",{rest}"#);
        let frame = world.conn.frame(world.now, 1, &text).unwrap();
        let found: Vec<_> = frame.items().skip(2).map(|event| event.text()).collect();
        assert_eq!(found, events, "{text}");
        world.expect(&[&format!(r#"1> [{seq},"ACK"]"#)]);
    }
}

#[test]
fn a_call_that_is_never_answered_goes_out_on_a_new_connection_and_is_refused_in_the_end() {
    let mut world = World::live();
    world.plain("a");
    world.expect(&[&post(1, "a")]);
    for _ in 0..3 {
        // Nothing happens for the time that each call has at least.
        world.keep_socket_alive_for(39_000);
        world.expect(&[]);
        let waited = 39_000 + world.pass_until("lost");
        assert!((40_000..=81_000).contains(&waited), "{waited}");
        world.pass_until("open");
        world.lines.clear();
        world.log_in_again_with(&[&post_on(&world, 1, "a")]);
        // An answer to something else is none.
        world.frame("[55,200,{}]");
    }
    world.pass_until("does not answer");
    let (closed, socket) = (format!("close {}", world.socket), world.socket);
    assert_eq!(world.lines, ["lost", "reply 1 0  The service does not answer it", &closed]);
    // Then it is well again, and other calls are not to blame.
    world.lines.clear();
    world.pass_until("open");
    assert!(world.socket > socket);
    world.lines.clear();
    world.log_in_again_with(&[]);
    world.plain("b");
    world.expect(&[&post_on(&world, 1, "b")]);
    world.answer(1, 200, "{}");
    world.expect(&["reply 2 ok {}"]);
    world.keep_socket_alive_for(200_000);
    world.expect(&[]);
}

#[test]
fn calls_that_are_answered_late_but_in_time_lose_no_connection() {
    let mut world = World::live();
    for _ in 0..20 {
        world.plain("a");
        world.drain();
        let line = world.lines.pop().unwrap();
        let (_, rest) = line.split_once('[').unwrap();
        let (id, _) = rest.split_once(',').unwrap();
        world.keep_socket_alive_for(39_000);
        world.expect(&[]);
        world.frame(&format!("[{id},200,{{}}]"));
        let Some(reply) = world.lines.pop() else { panic!("no reply") };
        assert!(reply.starts_with("reply"), "{reply}");
    }
    assert_eq!(world.socket, 1);
}
