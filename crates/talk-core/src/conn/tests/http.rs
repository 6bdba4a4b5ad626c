//! HTTP requests of the owner.

use super::*;

/// A session without a need for a socket that makes one request, which waits for a boken.
fn waiting() -> (World, Ticket) {
    let mut world = World::new();
    let ticket = world.conn.http("http://x".to_string(), Some(7));
    world.expect(&["fetch 2 http://localhost:1/api/v0/app/bokens/alice?signature="]);
    (world, ticket)
}

fn sent() -> World {
    let (mut world, _) = waiting();
    world.respond(2, 200, r#"{"boken":"B"}"#);
    world.expect(&["fetch 3 http://x bearer B body 7"]);
    world
}

#[test]
fn a_request_waits_for_a_token_and_is_answered() {
    for (status, body) in [(200, r#"{"fileToken":"t"}"#), (204, ""), (200, "not JSON")] {
        let mut world = sent();
        world.respond(3, status, body);
        world.expect(&[&format!("http 1 ok {body}")]);
        world.respond(3, status, body);
        world.expect_the_end();
    }
}

#[test]
fn statuses_that_settle_it() {
    for (status, body, line) in [
        (400, r#"{"errorCode":"BAD","reasons":["a","b"]}"#, "http 1 400 BAD a,b"),
        (403, "<html>", "http 1 403  "),
        (404, "", "http 1 404  "),
        (413, "null", "http 1 413  "),
        (429, "{}", "http 1 429  "),
        (301, "{}", "http 1 301  "),
        (503, "{}", "http 1 503  "),
    ] {
        let mut world = sent();
        world.respond(3, status, body);
        world.expect(&[line]);
        world.expect_the_end();
    }
}

#[test]
fn a_401_gets_a_new_token_for_it() {
    let mut world = sent();
    world.conn.http("http://y".to_string(), None);
    world.expect(&["fetch 4 http://y bearer B"]);
    world.respond(3, 401, "");
    world.expect(&["fetch 5 http://localhost:1/api/v0/app/bokens/alice?signature="]);
    // The other one used the same token: that is not refused once more.
    world.respond(4, 401, "");
    world.expect(&[]);
    world.respond(5, 200, r#"{"boken":"B2"}"#);
    world.expect(&["fetch 6 http://x bearer B2 body 7", "fetch 7 http://y bearer B2"]);
    world.respond(6, 200, "1");
    world.respond(7, 200, "2");
    world.expect(&["http 1 ok 1", "http 2 ok 2"]);
    world.expect_the_end();
}

#[test]
fn a_401_about_an_older_token_leaves_the_newer_one_alone() {
    let mut world = sent();
    world.conn.http("http://y".to_string(), None);
    world.drain();
    world.respond(3, 401, "");
    world.respond(5, 200, r#"{"boken":"B2"}"#);
    world.lines.clear();
    world.respond(4, 401, "");
    world.expect(&["fetch 7 http://y bearer B2"]);
}

#[test]
fn a_401_leaves_the_connection_logged_in_and_presents_the_new_token() {
    let mut world = World::live();
    world.conn.http("http://x".to_string(), None);
    world.plain("a");
    world.expect(&[r#"1> [1,"POST","/a",{},{}]"#, "fetch 3 http://x bearer BOK"]);
    world.respond(3, 401, "");
    world.expect(&["fetch 4 http://localhost:1/api/v0/app/bokens/alice?signature="]);
    world.respond(4, 200, r#"{"boken":"B2"}"#);
    world.expect(&[
        r#"1> [2,"POST","/session/renew",{"token":"B2"},{}]"#,
        "fetch 5 http://x bearer B2",
    ]);
    world.answer(1, 200, "1");
    world.answer(2, 200, "{}");
    world.expect(&["reply 2 ok 1"]);
}

#[test]
fn a_401_for_ever_is_settled_in_the_end() {
    let mut world = sent();
    for _ in 0..9 {
        world.respond(world.fetch, 401, "");
        world.pass_until("bokens");
        world.respond(world.fetch, 200, r#"{"boken":"B"}"#);
        world.lines.clear();
    }
    world.respond(world.fetch, 401, r#"{"errorCode":"NO"}"#);
    world.expect(&["http 1 401 NO "]);
}

#[test]
fn a_401_without_a_way_to_a_new_token_ends_the_session() {
    let mut world = World::new();
    world.conn.set_token(world.now, "a.b.c").unwrap();
    world.conn.http("http://x".to_string(), None);
    world.drain();
    world.lines.clear();
    world.respond(2, 401, "");
    world.drain();
    assert!(world.lines[0].starts_with("ended auth-failed"), "{:?}", world.lines);
}

#[test]
fn a_failing_service_is_tried_ten_times() {
    let mut world = sent();
    let mut wait = 240;
    for request in 3..12 {
        world.respond(request, 500, "{}");
        world.expect(&[]);
        let waited = world.pass_timer();
        assert!((wait * 94 / 100..=wait * 106 / 100).contains(&waited), "{waited}");
        world.expect(&[&format!("fetch {} http://x bearer B body 7", request + 1)]);
        wait = wait * 6 / 5;
    }
    // Being without a network in between does not count.
    world.fail(12);
    world.pass_timer();
    world.expect(&["fetch 13 http://x bearer B body 7"]);
    world.respond(13, 500, r#"{"errorCode":"E"}"#);
    world.expect(&["http 1 500 E "]);
    world.expect_the_end();
}

#[test]
fn without_a_network_it_is_tried_without_limit() {
    let mut world = sent();
    for request in 3..60 {
        world.fail(request);
        world.expect(&[]);
        assert!(world.pass_timer() <= 30_000);
        world.expect(&[&format!("fetch {} http://x bearer B body 7", request + 1)]);
    }
    // And at once when the network is back.
    world.fail(60);
    world.conn.came_online(world.now);
    world.expect(&["fetch 61 http://x bearer B body 7"]);
}

#[test]
fn requests_that_fail_wait_together() {
    let mut world = sent();
    world.conn.http("http://y".to_string(), None);
    world.expect(&["fetch 4 http://y bearer B"]);
    world.fail(3);
    world.pass(100);
    world.fail(4);
    world.pass(160);
    world.expect(&["fetch 5 http://x bearer B body 7", "fetch 6 http://y bearer B"]);
    world.respond(5, 200, "1");
    world.respond(6, 500, "");
    world.expect(&["http 1 ok 1"]);
    assert!(world.pass_timer() < 255);
    world.expect(&["fetch 7 http://y bearer B"]);
}

#[test]
fn a_request_can_be_given_up_at_any_time() {
    let (mut world, ticket) = waiting();
    world.conn.abort_http(ticket);
    world.respond(2, 200, r#"{"boken":"B"}"#);
    world.expect_the_end();

    let mut world = sent();
    world.conn.abort_http(Ticket(99));
    world.expect(&[]);
    world.conn.abort_http(ticket);
    world.expect(&["abort 3"]);
    world.conn.abort_http(ticket);
    world.respond(3, 200, "1");
    world.expect_the_end();

    let mut world = sent();
    world.fail(3);
    world.conn.abort_http(ticket);
    world.expect_the_end();
}

#[test]
fn answers_to_unknown_requests_are_ignored() {
    let mut world = sent();
    for request in [0, 1, 2, 4, u32::MAX] {
        world.respond(request, 200, r#"{"boken":"X"}"#);
        world.fail(request);
    }
    world.expect(&[]);
}
