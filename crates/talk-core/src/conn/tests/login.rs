//! Logging in: every source of tokens, every answer, and refreshing in time.

use super::*;

const BOKEN: &str = "http://localhost:1/api/v0/app/bokens/alice?signature=";

/// A session that has a call and waits for its boken, on an open socket.
fn waiting_for_boken() -> World {
    let mut world = World::new();
    world.plain("a");
    world.expect(&["open 1", &format!("fetch 2 {BOKEN}")]);
    world.open();
    world
}

/// A session with tokens from `onNeedToken`, which has a call and has just got its first token.
fn renewing() -> World {
    let mut world = World::new();
    world.conn.set_need_token(true).unwrap();
    world.plain("a");
    world.expect(&["open 1", "need token"]);
    world.open();
    world.expect(&[]);
    world.set_token("T1");
    world.expect(&[&renew(1, 0, "T1")]);
    world
}

fn renew(socket: u32, id: u32, token: &str) -> String {
    format!(r#"{socket}> [{id},"POST","/session/renew",{{"token":"{token}"}},{{}}]"#)
}

impl World {
    /// Gives a token; that it is not a JWT is warned of, and not looked at here.
    fn set_token(&mut self, token: &str) {
        self.conn.set_token(self.now, token).unwrap();
        self.drain();
        self.lines.retain(|line| !line.starts_with("warn The token looks wrong"));
    }

    #[track_caller]
    fn expect_end(&mut self, start: &str) {
        self.drain();
        let ended = self.lines.iter().position(|line| line.starts_with("ended"));
        let line = self.lines.remove(ended.expect("the session to have ended"));
        assert!(line.starts_with(start), "{line}");
        self.lines.retain(|line| line != "lost" && !line.starts_with("close"));
        self.lines.retain(|line| line != "abort 1");
        self.expect(&[]);
        self.expect_the_end();
    }
}

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
        "ended app-not-found The app ID app does not exist: check it in the dashboard",
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
fn bokens_that_are_refused_for_good_end_the_session() {
    for (status, start) in [
        (401, "ended auth-failed Could not log in, and trying again cannot help: check the signat"),
        (404, "ended app-not-found Could not log in, and trying again cannot help: check the app"),
        (400, "ended auth-failed"),
        (403, "ended auth-failed"),
        (499, "ended auth-failed"),
    ] {
        let mut world = waiting_for_boken();
        world.respond(2, status, "{}");
        world.expect_end(start);
    }
}

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
        world.expect_end("ended server-error");
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
    let mut world = World::with(r#","signature":"a b&c""#);
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
    assert!(error.message.starts_with("Cannot switch to JWT authentication once connected"));
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
fn the_token_fetcher_is_asked_and_its_failure_ends_the_session() {
    let mut world = World::with(r#","tokenFetcher":true"#);
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
    world
        .expect_end("ended auth-failed Could not log in, and trying again cannot help: tokenFetch");
}

#[test]
fn a_late_or_empty_answer_of_the_token_fetcher() {
    let mut world = World::with(r#","tokenFetcher":true"#);
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
    let mut world = World::with_warnings(r#","token":"TOK""#, 1);
    world.plain("a");
    world.expect(&["open 1"]);
    world.open();
    world.expect(&[&renew(1, 0, "TOK")]);
    world.answer(0, 401, "{}");
    world.expect_end("ended auth-failed Could not log in, and trying again cannot help: the token");
}

#[test]
fn the_options_token_and_token_fetcher_together() {
    let mut world = World::with_warnings(r#","token":"TOK","tokenFetcher":true"#, 1);
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
fn answers_to_the_login_that_end_the_session() {
    for (status, start) in [
        (400, "ended rejected Logging in failed, got status 400 BAD, reasons: why"),
        (402, "ended payment-required Logging in failed, got status 402 BAD, reasons: why"),
    ] {
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
fn tokens_that_are_refused_one_after_the_other_are_asked_for_ever_more_slowly() {
    let mut world = renewing();
    world.answer(0, 401, "{}");
    world.expect(&["need token"]);
    let mut waits = Vec::new();
    for _ in 1..12 {
        world.set_token("T");
        let id = world.sent - 1;
        world.expect(&[&renew(1, id, "T")]);
        world.answer(id, 401, "{}");
        world.expect(&[]);
        waits.push(world.pass_until_something());
        world.expect(&["need token"]);
    }
    assert!(waits.iter().all(|wait| (100..=30_200).contains(wait)), "{waits:?}");
    assert!(waits[0] <= 1_200 && waits[5..].iter().any(|wait| *wait > 5_000), "{waits:?}");
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
        world.conn.wake(world.now + wait);
        world.now += wait;
        world.drain();
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
    world.conn.socket_closed(world.now, 1);
    world.expect(&[]);
    world.answer(0, 200, "{}");
    world.expect(&["ready refetch", r#"2> [1,"POST","/a",{},{}]"#]);
}

#[test]
fn warnings_about_a_token_say_what_is_wrong_and_never_the_token() {
    let mut world = World::new();
    let none = "e30";
    let header = "eyJhbGciOiJIUzI1NiJ9";
    let claims = "eyJpc3MiOiJhcHAiLCJzdWIiOiJhbGljZSIsInRva2VuVHlwZSI6InVzZXIifQ";
    for token in [
        "secret",
        "a.b.c.d",
        "!.e30.x",
        "e.e30.x",
        "e30.e30.",
        &format!("{none}.{none}.x"),
        &format!("{none}.{claims}.x"),
        &format!("{header}.{claims}"),
        &format!("{header}.{claims}."),
        &format!("{header}.{claims}.x.y"),
        &format!("{header}.{none}.x"),
        // {"iss":"app"}, and then {"iss":"app","sub":"alice"}
        &format!("{header}.eyJpc3MiOiJhcHAifQ.x"),
        &format!("{header}.eyJpc3MiOiJhcHAiLCJzdWIiOiJhbGljZSJ9.x"),
        // All of it and "exp":1, and then all of it and "nbf":9999999999
        &format!(
            "{header}.eyJpc3MiOiJhcHAiLCJzdWIiOiJhbGljZSIsInRva2VuVHlwZSI6InVzZXIiLCJleHAiOjF9.x"
        ),
        &format!(
            "{header}.eyJpc3MiOiJhcHAiLCJzdWIiOiJhbGljZSIsInRva2VuVHlwZSI6InVzZXIiLCJuYmYiOjk5OTk5\
             OTk5OTl9.x"
        ),
    ] {
        world.conn.set_token(world.now, token).unwrap();
        world.drain();
        let line = world.lines.pop().expect(token);
        assert!(
            line.starts_with("warn The token looks wrong: a JWT must be signed with"),
            "{line}"
        );
        assert!(!line.contains("secret") && !line.contains(token), "{line}");
        world.expect(&[]);
    }
    world.conn.set_token(world.now, &format!("{header}.{claims}.x")).unwrap();
    world.expect(&[]);
}
