//! Logging in: presenting a token, every answer to it, and refreshing in time.

use super::*;

#[test]
fn nothing_but_the_app_check_happens_without_a_need() {
    let mut world = World::new();
    world.respond(1, 200, "{}");
    world.expect_the_end();
}

#[test]
fn an_unknown_app_ends_the_session() {
    let mut world = waiting_for_boken();
    world.respond(1, 404, "{}");
    world.expect(&[
        "ended app-not-found The app ID app does not exist: check it, and the host",
        "abort 2",
        "close 1",
    ]);
    world.respond(2, 200, r#"{"boken":"B"}"#);
    world.answer(0, 200, "{}");
    world.plain("b");
    world.conn.http("http://x".to_string(), None);
    world.conn.set_live(true);
    world.set_token("T");
    world.expect_the_end();
}

#[test]
fn any_other_answer_to_the_app_check_is_fine() {
    for status in [200, 400, 401, 403, 500, 503] {
        let mut world = World::new();
        world.respond(1, status, "");
        world.expect_the_end();
    }
    let mut world = World::new();
    world.fail(1);
    world.expect_the_end();
}

#[test]
fn the_socket_opens_while_the_token_is_fetched_whichever_is_first() {
    let mut world = World::new();
    world.plain("a");
    world.expect(&["open 1", &format!("fetch 2 {BOKEN}")]);
    world.respond(2, 200, r#"{"boken":"B"}"#);
    world.expect(&[]);
    world.open();
    world.expect(&[&renew(1, 0, "B")]);
}

#[test]
fn answers_to_the_login_that_end_the_session() {
    for (status, start) in [(400, "ended rejected 400 {"), (402, "ended payment-required 402 {")] {
        let mut world = renewing();
        world.answer(0, status, r#"{"errorCode":"BAD","reasons":["why"]}"#);
        world.expect_end(start);
    }
}

#[test]
fn odd_answers_to_the_login_are_tried_again_after_5_to_10_s_until_it_works() {
    for status in [403, 404, 409, 429, 500, 503, 0, 65_535] {
        let mut world = renewing();
        for _ in 0..4 {
            world.answer(world.sent - 1, status, "null");
            world.expect(&[]);
            let wait = world.pass_until_something();
            assert!((5_000..10_010).contains(&wait), "{wait}");
            let id = world.sent - 1;
            world.expect(&[&renew(1, id, "T1")]);
        }
        let id = world.sent;
        world.answer(id - 1, 200, "{}");
        world.expect(&["ready refetch", &format!(r#"1> [{id},"POST","/a",{{}},{{}}]"#)]);
    }
}

#[test]
fn a_new_token_does_not_wait_for_an_oddly_answered_one() {
    let mut world = renewing();
    world.answer(0, 500, "{}");
    world.set_token("T2");
    world.expect(&[&renew(1, 1, "T2")]);
    world.answer(1, 200, "{}");
    world.expect(&["ready refetch", r#"1> [2,"POST","/a",{},{}]"#]);
}

#[test]
fn a_new_token_while_logged_in_disturbs_nothing() {
    let mut world = renewing();
    world.answer(0, 200, "{}");
    world.expect(&["ready refetch", r#"1> [1,"POST","/a",{},{}]"#]);
    world.set_token("T2");
    world.expect(&[&renew(1, 2, "T2")]);
    world.plain("b");
    world.expect(&[r#"1> [3,"POST","/b",{},{}]"#]);
    world.answer(1, 200, "1");
    world.answer(2, 200, r#"{"expiresInSeconds":null}"#);
    world.answer(3, 200, "2");
    world.expect(&["reply 1 ok 1", "reply 2 ok 2"]);
    // The same one again is presented again.
    world.set_token("T2");
    world.expect(&[&renew(1, 4, "T2")]);
}

#[test]
fn an_answer_about_an_older_token_is_ignored() {
    let mut world = renewing();
    world.set_token("T2");
    world.expect(&[&renew(1, 1, "T2")]);
    for (status, body) in [(401, "{}"), (400, "{}"), (200, "{}")] {
        world.answer(0, status, body);
        world.expect(&[]);
    }
    world.answer(1, 200, "{}");
    world.expect(&["ready refetch", r#"1> [2,"POST","/a",{},{}]"#]);
}

#[test]
fn a_login_that_is_not_answered_is_given_up() {
    let mut world = renewing();
    world.keep_socket_alive_for(19_900);
    world.expect(&[]);
    world.keep_socket_alive_for(200);
    world.expect(&["close 1"]);
    world.pass_timer();
    world.expect(&["open 2"]);
}

#[test]
fn tokens_are_refreshed_before_they_expire() {
    for (expires, wait) in [
        ("120", 60_000),
        ("600", 300_000),
        ("601", 301_000),
        ("3600", 3_300_000),
        ("130.5", 65_250),
        ("1e300", 20 * 24 * 3_600_000),
    ] {
        let mut world = renewing();
        world.conn.set_live(true);
        world.answer(0, 200, &format!(r#"{{"expiresInSeconds":{expires}}}"#));
        world.expect(&["ready refetch", r#"1> [1,"POST","/a",{},{}]"#]);
        let at = world.conn.timers.at(Timer::Refresh).unwrap();
        assert_eq!(at - world.now, wait, "{expires}");
        world.now += wait;
        world.conn.wake(world.now);
        world.pass(200);
        world.lines.retain(|line| !line.contains("/ping"));
        world.expect(&["need token"]);
        let sent = world.sent;
        world.set_token("T2");
        world.expect(&[&renew(1, sent, "T2")]);
    }
}

#[test]
fn a_refresh_belongs_to_its_token() {
    let mut world = renewing();
    world.conn.set_live(true);
    world.answer(0, 200, r#"{"expiresInSeconds":3600}"#);
    world.set_token("T2");
    world.answer(2, 200, "{}");
    assert_eq!(world.conn.timers.at(Timer::Refresh), None);
}

#[test]
fn a_refresh_that_was_not_answered_becomes_urgent_when_the_token_is_refused() {
    let mut world = renewing();
    world.conn.set_live(true);
    world.answer(0, 200, r#"{"expiresInSeconds":200}"#);
    world.answer(1, 200, "{}");
    world.lines.clear();
    world.keep_socket_alive_for(100_000);
    world.expect(&["need token"]);
    world.keep_socket_alive_for(100_000);
    world.expect(&[]);
    world.frame(r#"[1,"PUBLISH",{"type":"session.expired"}]"#);
    world.lines.retain(|line| !line.contains("expired"));
    let id = world.sent;
    world.expect(&["lost", r#"1> [1,"ACK"]"#, "need token"]);
    world.set_token("T2");
    world.expect(&[&renew(1, id, "T2")]);
}

#[test]
fn a_login_that_lasted_makes_the_next_token_urgent_again() {
    let mut world = renewing();
    world.conn.set_live(true);
    for _ in 0..5 {
        world.answer(world.sent - 1, 200, "{}");
        world.lines.clear();
        world.keep_socket_alive_for(10_000);
        world.plain("x");
        world.drain();
        world.answer(world.sent - 1, 401, "{}");
        world.lines.retain(|line| line == "need token");
        world.expect(&["need token"]);
        world.set_token("T");
    }
}

#[test]
fn without_a_way_to_get_a_token_or_an_expiry_there_is_no_refresh() {
    let mut world = renewing();
    world.answer(0, 200, r#"{"expiresInSeconds":null}"#);
    assert_eq!(world.conn.timers.at(Timer::Refresh), None);
    for body in ["null", "5", "[]", r#"{"expiresInSeconds":"soon"}"#] {
        let mut world = renewing();
        world.answer(0, 200, body);
        assert_eq!(world.conn.timers.at(Timer::Refresh), None);
        world.expect(&["ready refetch", r#"1> [1,"POST","/a",{},{}]"#]);
    }
    let mut world = World::new();
    world.set_token("T1");
    world.plain("a");
    world.open_next();
    world.answer(0, 200, r#"{"expiresInSeconds":3600}"#);
    assert_eq!(world.conn.timers.at(Timer::Refresh), None);
}

#[test]
fn a_token_that_expires_very_soon_counts_as_expired() {
    for expires in ["119.9", "0", "-5"] {
        let mut world = renewing();
        world.answer(0, 200, &format!(r#"{{"expiresInSeconds":{expires}}}"#));
        let warning = world.lines.remove(0);
        assert!(warning.starts_with("warn The token is about to expire"), "{warning}");
        world.expect(&["need token"]);
        world.set_token("T2");
        world.expect(&[&renew(1, 1, "T2")]);
    }
}

#[test]
fn a_lapsed_session_logs_in_again_and_sends_the_call_again() {
    let mut world = renewing();
    world.conn.set_live(true);
    world.answer(0, 200, "{}");
    world.plain("b");
    world.expect(&["ready refetch", r#"1> [1,"POST","/a",{},{}]"#, r#"1> [2,"POST","/b",{},{}]"#]);
    world.ask(Method::Get, "live", Keep::Connection);
    world.expect(&[r#"1> [3,"GET","/live",{},{}]"#]);
    world.answer(1, 401, "{}");
    world.expect(&["lost", "need token"]);
    world.plain("c");
    // What was in flight is still answered, apart from what belonged to the login.
    world.answer(2, 200, "2");
    world.answer(3, 200, "3");
    world.expect(&["reply 2 ok 2"]);
    world.set_token("T2");
    world.expect(&[&renew(1, 4, "T2")]);
    world.answer(4, 200, "{}");
    world.expect(&["ready refetch", r#"1> [5,"POST","/a",{},{}]"#, r#"1> [6,"POST","/c",{},{}]"#]);
}

#[test]
fn the_service_can_end_a_login() {
    let mut world = World::live();
    world.frame(r#"[1,"PUBLISH",{"type":"session.expired"}]"#);
    world.expect(&[
        r#"news {"type":"session.expired"}"#,
        "lost",
        r#"1> [1,"ACK"]"#,
        &format!("fetch 3 {BOKEN}"),
    ]);
    // Once more changes nothing.
    world.frame(r#"[2,"PUBLISH",{"type":"session.expired"}]"#);
    world.expect(&[r#"news {"type":"session.expired"}"#, r#"1> [2,"ACK"]"#]);
    world.respond(3, 200, r#"{"boken":"B2"}"#);
    world.expect(&[&renew(1, 1, "B2")]);
    world.answer(1, 200, "{}");
    world.expect(&["ready refetch"]);
}

#[test]
fn a_lapse_while_a_newer_token_is_presented_keeps_that_one() {
    let mut world = renewing();
    world.conn.set_live(true);
    world.answer(0, 200, "{}");
    world.set_token("T2");
    world.expect(&["ready refetch", r#"1> [1,"POST","/a",{},{}]"#, &renew(1, 2, "T2")]);
    world.answer(1, 401, "{}");
    world.expect(&["lost"]);
    world.answer(2, 200, "{}");
    world.expect(&["ready refetch", r#"1> [3,"POST","/a",{},{}]"#]);
}

#[test]
fn a_call_that_is_refused_with_401_for_ever_is_settled_in_the_end() {
    let mut world = renewing();
    world.answer(0, 200, "{}");
    world.lines.clear();
    for _ in 0..9 {
        world.answer(world.sent - 1, 401, r#"{"errorCode":"NO"}"#);
        world.pass_until("need token");
        world.set_token("T");
        world.answer(world.sent - 1, 200, "{}");
        assert!(world.lines.last().unwrap().contains("/a"), "{:?}", world.lines);
        world.lines.clear();
    }
    world.answer(world.sent - 1, 401, r#"{"errorCode":"NO"}"#);
    world.expect(&["reply 1 401 NO "]);
}

#[test]
fn a_socket_that_is_lost_during_the_login_starts_it_anew() {
    let mut world = renewing();
    world.close();
    world.expect(&[]);
    world.pass_timer();
    world.open();
    world.expect(&["open 2", &renew(2, 0, "T1")]);
    // Neither the old socket nor its answers count.
    world.conn.frame(world.now, 1, "[0,200,{}]");
    world.conn.socket_closed(world.now, 1, 0);
    world.expect(&[]);
    world.answer(0, 200, "{}");
    world.expect(&["ready refetch", r#"2> [1,"POST","/a",{},{}]"#]);
}
