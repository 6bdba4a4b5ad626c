//! Where tokens come from: the application in its several ways, and the service.

use super::*;

#[test]
fn bokens_that_are_refused_for_good_end_the_session() {
    for (status, start) in [
        (401, "ended auth-failed 401 {body} check the signature"),
        (404, "ended app-not-found 404 {body} check the app ID"),
        (400, "ended auth-failed 400 {body} "),
        (402, "ended payment-required 402 {body} "),
        (403, "ended auth-failed 403 {body} "),
        (499, "ended auth-failed 499 {body} "),
    ] {
        for (body, kept) in [(REFUSAL, REFUSAL), ("no JSON", "null"), ("", "null")] {
            let mut world = waiting_for_boken();
            world.respond(2, status, body);
            world.expect_end(&start.replace("{body}", kept));
        }
    }
}

const REFUSAL: &str = r#"{"errorCode":"BAD_SIGNATURE","reasons":["It is of another user"]}"#;

#[test]
fn bokens_are_asked_for_again_without_limit_when_the_service_is_busy_or_away() {
    for status in [0, 429, 502] {
        let mut world = waiting_for_boken();
        let mut wait = 240;
        for request in 2..60 {
            if status == 0 {
                world.fail(request);
            } else {
                world.respond(request, status, "{}");
            }
            world.keep_socket_alive_for(wait * 95 / 100 - 1);
            world.expect(&[]);
            world.keep_socket_alive_for(wait / 10 + 2);
            world.expect(&[&format!("fetch {} {BOKEN}", request + 1)]);
            wait = (wait * 6 / 5).min(30_000);
        }
        world.respond(60, 200, r#"{"boken":"B"}"#);
        let id = world.sent - 1;
        world.expect(&[&renew(1, id, "B")]);
    }
}

#[test]
fn bokens_that_fail_are_asked_for_five_times() {
    for (status, body) in [(500, "{}"), (503, ""), (200, "{}"), (200, "x"), (200, r#"{"boken":5}"#)]
    {
        let mut world = waiting_for_boken();
        for request in 2..6 {
            world.respond(request, status, body);
            world.expect(&[]);
            world.pass_timer();
            world.expect(&[&format!("fetch {} {BOKEN}", request + 1)]);
        }
        world.respond(6, status, body);
        world.expect_end(&format!("ended server-error {status} "));
    }
}

#[test]
fn a_boken_that_came_sets_the_count_and_the_waits_back() {
    let mut world = waiting_for_boken();
    for _ in 0..3 {
        for _ in 0..4 {
            world.respond(world.fetch, 500, "");
            world.lines.clear();
            world.pass_until("bokens");
        }
        world.respond(world.fetch, 200, r#"{"boken":"B"}"#);
        world.answer(world.sent - 1, 200, "{}");
        world.keep_socket_alive_for(10_000);
        world.lines.clear();
        world.frame(&format!(r#"[{},"PUBLISH",{{"type":"session.expired"}}]"#, world.sent));
        world.pass_until("bokens");
    }
    world.respond(world.fetch, 500, "");
    world.lines.clear();
    let waited = world.pass_until("bokens");
    assert!((220..=260).contains(&waited), "{waited}");
}

#[test]
fn a_boken_that_never_comes_is_asked_for_again() {
    let mut world = World::new();
    world.conn.http("http://x".to_string(), None);
    world.expect(&[&format!("fetch 2 {BOKEN}")]);
    world.pass(20_000);
    world.expect(&["abort 2"]);
    world.pass(300);
    world.expect(&[&format!("fetch 3 {BOKEN}")]);
    world.respond(2, 200, r#"{"boken":"OLD"}"#);
    world.expect(&[]);
    world.respond(3, 200, r#"{"boken":"B"}"#);
    world.expect(&["fetch 4 http://x bearer B"]);
}

#[test]
fn the_signature_goes_with_the_request_for_a_boken() {
    let mut world = World::with(Config { signature: "a b&c".to_string(), ..config() });
    world.plain("a");
    world.expect(&["open 1", &format!("fetch 2 {BOKEN}a%20b%26c")]);
}

#[test]
fn a_token_that_is_set_in_the_same_tick_wins_over_a_boken() {
    let mut world = World::new();
    world.plain("a");
    world.set_token("T1");
    world.expect(&["open 1"]);
    world.open();
    world.expect(&[&renew(1, 0, "T1")]);
}

#[test]
fn a_token_that_is_set_before_the_javascript_task_has_ended_wins_too() {
    let mut world = World::new();
    world.plain("a");
    for _ in 0..3 {
        world.conn.tick(world.now);
    }
    assert_eq!(world.conn.next_wake(), Some(world.now), "the boken is asked for in a moment");
    world.set_token("T1");
    world.expect(&["open 1"]);
    world.open();
    world.expect(&[&renew(1, 0, "T1")]);
    // The same for a callback.
    let mut world = World::new();
    world.plain("a");
    world.conn.tick(world.now);
    world.conn.set_need_token(true).unwrap();
    world.expect(&["open 1", "need token"]);
}

#[test]
fn after_a_boken_was_asked_for_there_is_no_way_to_jwts() {
    let mut world = waiting_for_boken();
    let error = world.conn.set_token(world.now, "T1").unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(error.message.starts_with("Cannot switch to JWT once connected"));
    assert!(world.conn.set_need_token(true).is_err());
    assert!(world.conn.set_need_token(false).is_ok());
    world.expect(&[]);
}

#[test]
fn an_empty_token_is_refused() {
    let mut world = World::new();
    let error = world.conn.set_token(world.now, "").unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    world.expect_the_end();
}

#[test]
fn a_token_is_needed_only_once_until_it_is_set() {
    let mut world = World::new();
    world.conn.set_need_token(true).unwrap();
    world.plain("a");
    world.expect(&["open 1", "need token"]);
    world.plain("b");
    world.conn.set_need_token(true).unwrap();
    world.open();
    world.pass(9_000);
    world.expect(&[]);
    world.set_token("T1");
    world.expect(&[&renew(1, 0, "T1")]);
}

#[test]
fn a_callback_that_failed_is_called_again() {
    let mut world = World::new();
    world.conn.set_need_token(true).unwrap();
    world.plain("a");
    world.expect(&["open 1", "need token"]);
    world.conn.token_fetched(world.now, Err(""));
    world.expect(&["need token"]);
    world.set_token("T1");
    world.open();
    world.expect(&[&renew(1, 0, "T1")]);
    // It set a token in the meantime, and need not be called.
    world.conn.token_fetched(world.now, Err(""));
    world.expect(&[]);
}

#[test]
fn the_token_fetcher_is_asked_and_its_failure_ends_the_session() {
    let mut world = World::with(Config { fetcher: true, ..config() });
    world.plain("a");
    world.expect(&["open 1", "fetch token"]);
    world.conn.token_fetched(world.now, Ok("F1"));
    world.drain();
    world.lines.retain(|line| !line.starts_with("warn"));
    world.open();
    world.expect(&[&renew(1, 0, "F1")]);
    world.answer(0, 401, "{}");
    world.expect(&["fetch token"]);
    world.conn.token_fetched(world.now, Err("it returned a number"));
    world.expect_end("ended auth-failed Could not log in: tokenFetch");
}

#[test]
fn a_late_or_empty_answer_of_the_token_fetcher() {
    let mut world = World::with(Config { fetcher: true, ..config() });
    world.plain("a");
    world.expect(&["open 1", "fetch token"]);
    world.set_token("T1");
    world.conn.token_fetched(world.now, Ok("F1"));
    world.open();
    world.expect(&[&renew(1, 0, "T1")]);
    world.answer(0, 401, "{}");
    world.expect(&["fetch token"]);
    world.conn.token_fetched(world.now, Ok(""));
    world.expect_end("ended auth-failed");
}

#[test]
fn the_option_token_is_the_first_token_and_its_refusal_ends_the_session() {
    let mut world = World::with(Config { token: Some("TOK".to_string()), ..config() });
    world.plain("a");
    world.expect(&["open 1"]);
    world.open();
    world.expect(&[&renew(1, 0, "TOK")]);
    world.answer(0, 401, "{}");
    world.expect_end("ended auth-failed Could not log in: the token");
}

#[test]
fn the_options_token_and_token_fetcher_together() {
    let mut world =
        World::with(Config { token: Some("TOK".to_string()), fetcher: true, ..config() });
    world.plain("a");
    world.open_next();
    world.expect(&["open 1", &renew(1, 0, "TOK")]);
    world.answer(0, 401, "{}");
    world.expect(&["fetch token"]);
}

#[test]
fn a_refused_token_that_was_set_ends_the_session_unless_more_can_be_had() {
    let mut world = World::new();
    world.set_token("T1");
    world.plain("a");
    world.open_next();
    world.expect(&["open 1", &renew(1, 0, "T1")]);
    world.answer(0, 200, "{}");
    world.expect(&["ready refetch", r#"1> [1,"POST","/a",{},{}]"#]);
    world.answer(1, 401, "{}");
    world.expect_end("ended auth-failed");
}

#[test]
fn tokens_that_are_refused_one_after_the_other_are_asked_for_ever_more_slowly() {
    let mut world = renewing();
    world.answer(0, 401, "{}");
    world.expect(&["need token"]);
    let mut waits = Vec::new();
    for time in 1..12 {
        world.set_token("T");
        let id = world.sent - 1;
        world.expect(&[&renew(1, id, "T")]);
        world.answer(id, 401, "{}");
        let told = ["warn The service refuses each token: is its secret right?"];
        world.expect(if time == 1 { &told } else { &[] });
        waits.push(world.pass_until_something());
        world.expect(&["need token"]);
    }
    assert!(waits.iter().all(|wait| (100..=30_200).contains(wait)), "{waits:?}");
    assert!(waits[0] <= 1_200 && waits[5..].iter().any(|wait| *wait > 5_000), "{waits:?}");
}
