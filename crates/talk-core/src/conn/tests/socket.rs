//! The socket: opening, staying alive, idling, and coming back.

use super::*;

const PING: &str = r#""GET","/ping",{},{}]"#;

fn ping(socket: u32, id: u32) -> String {
    format!("{socket}> [{id},{PING}")
}

#[test]
fn the_address_of_the_socket() {
    let (app_id, user_id) = ("a b".to_string(), "ü/1".to_string());
    let config = Config { app_id, user_id, client_build: "c d".to_string(), ..config() };
    let mut conn = Conn::new(config, random(1), START);
    conn.set_live(true);
    conn.tick(START + 5);
    let url = conn.take_outputs().into_iter().find_map(|output| match output {
        Output::OpenSocket { url, .. } => Some(url),
        _ => None,
    });
    let url = url.unwrap();
    let (start, id) = url.split_once("&talkjs-client-id=").unwrap();
    assert_eq!(
        start,
        "ws://localhost:1/public_api/v1/a%20b/realtime/%C3%BC%2F1?talkjs-client-build=c%20d\
         &talkjs-core=1.2.3"
    );
    // The date is the shell's.
    let id = id.strip_suffix("&talkjs-time=").unwrap();
    assert!(id.len() > 5 && id.bytes().all(|byte| byte.is_ascii_digit()));
}

#[test]
fn the_client_id_stays_the_same_on_the_next_socket() {
    let mut world = World::new();
    world.conn.set_live(true);
    let mut urls = Vec::new();
    for _ in 0..2 {
        world.conn.tick(world.now);
        for output in world.conn.take_outputs() {
            if let Output::OpenSocket { socket, url } = output {
                urls.push(url.split('&').nth(2).unwrap().to_string());
                world.conn.socket_closed(world.now, socket, 0);
            }
        }
        world.now += 2_000;
        world.conn.wake(world.now);
    }
    assert_eq!(urls[0], urls[1]);
}

#[test]
fn a_ping_goes_out_after_10_s_of_silence_and_a_dead_connection_is_given_up_5_s_later() {
    let mut world = World::live();
    world.pass(9_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&[&ping(1, 1)]);
    world.pass(2_000);
    world.answer(1, 200, "{}");
    world.pass(9_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&[&ping(1, 2)]);
    // Anything is a sign of life.
    world.pass(4_999);
    world.frame("nonsense");
    world.pass(10_000);
    world.expect(&[&ping(1, 3)]);
    world.pass(4_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&["lost", "close 1"]);
    world.pass(1_500);
    world.expect(&["open 2"]);
}

#[test]
fn a_ping_goes_out_after_25_s_without_sending() {
    let mut world = World::live();
    // An answer, unlike a push, needs no reaction.
    for _ in 0..6 {
        world.pass(4_000);
        world.answer(99, 200, "{}");
    }
    world.pass(999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&[&ping(1, 1)]);
    // It is not a matter of life and death, as long as something comes.
    for seq in 1..11 {
        world.pass(6_000);
        world.conn.frame(world.now, 1, &format!(r#"[{seq},"PUBLISH"]"#));
        world.expect(&[&format!(r#"1> [{seq},"ACK"]"#)]);
    }
}

#[test]
fn a_connection_is_watched_before_the_login_too() {
    let mut world = World::new();
    world.conn.set_need_token(true).unwrap();
    world.conn.set_live(true);
    world.expect(&["open 1", "need token"]);
    world.open();
    world.pass(10_000);
    world.expect(&[&ping(1, 0)]);
    world.pass(5_000);
    world.expect(&["close 1"]);
}

#[test]
fn a_socket_that_does_not_open_is_given_up() {
    let mut world = World::new();
    world.conn.set_need_token(true).unwrap();
    world.conn.set_live(true);
    world.expect(&["open 1", "need token"]);
    world.pass(19_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&["close 1"]);
    world.pass(1_500);
    world.expect(&["open 2"]);
    // The first one opens after all.
    world.conn.socket_opened(world.now, 1);
    world.conn.socket_closed(world.now, 1, 0);
    world.expect(&[]);
    // An opened socket does not open again.
    world.open();
    world.open();
    world.pass(9_000);
    world.expect(&[]);
}

#[test]
fn an_idle_connection_closes_after_3_s_and_opens_for_the_next_call() {
    let mut world = World::live();
    world.conn.set_live(false);
    world.drain();
    world.pass(2_000);
    world.conn.set_live(true);
    world.drain();
    world.keep_socket_alive_for(5_000);
    world.conn.set_live(false);
    world.drain();
    world.keep_socket_alive_for(2_000);
    // A call that is not answered keeps it open.
    world.plain("a");
    world.drain();
    world.keep_socket_alive_for(5_000);
    world.answer(1, 200, "1");
    world.expect(&[r#"1> [1,"POST","/a",{},{}]"#, "reply 1 ok 1"]);
    world.pass(2_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&["lost", "close 1"]);
    world.pass(100_000);
    world.expect(&[]);
    world.plain("b");
    world.expect(&["open 2"]);
    // The token is still good.
    world.log_in_again_with(&[r#"2> [1,"POST","/b",{},{}]"#]);
}

#[test]
fn idling_starts_anew_after_every_need() {
    let mut world = World::live();
    world.conn.set_live(false);
    world.drain();
    world.pass(1_000);
    world.conn.set_live(true);
    world.drain();
    world.pass(1_000);
    world.conn.set_live(false);
    world.drain();
    world.pass(2_999);
    world.expect(&[]);
    // A call of this very moment is enough.
    world.now += 1;
    world.plain("a");
    world.conn.wake(world.now);
    world.expect(&[r#"1> [1,"POST","/a",{},{}]"#]);
}

#[test]
fn a_lost_connection_that_nobody_needs_stays_closed() {
    let mut world = World::live();
    world.conn.set_live(false);
    world.drain();
    world.close();
    world.expect(&["lost"]);
    world.expect_the_end();
}

#[test]
fn waiting_to_come_back_ends_when_nobody_needs_it_any_more() {
    let mut world = World::live();
    world.close();
    world.conn.set_live(false);
    world.expect(&["lost"]);
    world.expect_the_end();
}

#[test]
fn coming_back_takes_longer_and_longer_until_a_connection_lasts() {
    let mut waits: Vec<Vec<Millis>> = Vec::new();
    for seed in 0..200 {
        let mut world = World::live();
        world.conn.random = random(seed);
        let mut own = Vec::new();
        for _ in 0..10 {
            world.close();
            own.push(world.pass_timer());
        }
        // A connection that is lost again soon does not count as success, a lasting one does.
        world.open();
        world.answer(0, 200, "{}");
        world.pass(9_000);
        world.close();
        own.push(world.pass_timer());
        world.open();
        world.answer(0, 200, "{}");
        world.keep_socket_alive_for(10_000);
        world.close();
        own.push(world.pass_timer());
        waits.push(own);
    }
    let most = [1_500, 1_100, 2_100, 4_100, 8_100, 16_100, 30_100, 30_100, 30_100, 30_100, 30_100];
    for (n, most) in most.into_iter().chain([1_500]).enumerate() {
        let column = || waits.iter().map(|own| own[n]);
        let (shortest, longest) = (column().min().unwrap(), column().max().unwrap());
        assert!(shortest >= 100 && longest <= most, "try {n}: {shortest}..{longest}");
        assert!(longest > most * 9 / 10 && shortest < 100 + most / 10, "try {n}: no jitter");
    }
}

#[test]
fn coming_online_ends_all_waiting() {
    let mut world = World::live();
    for _ in 0..8 {
        world.close();
        world.pass_timer();
    }
    world.close();
    world.lines.clear();
    world.conn.came_online(world.now);
    world.expect(&["open 10"]);
    // A connection that is being opened is let be.
    world.conn.came_online(world.now);
    world.expect(&[]);
    // And the next wait is short again.
    world.close();
    assert!(world.pass_timer() <= 1_500);
}

#[test]
fn coming_online_tests_an_open_connection() {
    let mut world = World::live();
    world.pass(1_000);
    world.conn.came_online(world.now);
    world.conn.came_online(world.now);
    world.expect(&[&ping(1, 1)]);
    world.pass(4_999);
    world.expect(&[]);
    world.pass(1);
    world.expect(&["lost", "close 1"]);

    let mut world = World::live();
    world.conn.came_online(world.now);
    world.answer(1, 200, "{}");
    world.pass(9_999);
    world.expect(&[&ping(1, 1)]);
}

#[test]
fn coming_online_asks_for_a_boken_at_once() {
    let mut world = World::new();
    world.plain("a");
    world.drain();
    for request in 2..20 {
        world.fail(request);
        world.conn.came_online(world.now);
        world.drain();
    }
    let asked = world.lines.iter().filter(|line| line.contains("bokens")).count();
    assert_eq!(asked, 19);
    // One that is under way is let be.
    world.conn.came_online(world.now);
    world.expect_bokens(19);
    world.pass(20_000);
    assert!(world.lines.contains(&"abort 20".to_string()));
}

#[test]
fn an_idle_session_stays_idle_when_the_network_comes_back() {
    let mut world = World::new();
    world.conn.came_online(world.now);
    world.expect_the_end();
}

#[test]
fn after_an_announced_restart_the_subscriptions_are_not_fetched_again() {
    let (mut longest, mut second) = (0, 0);
    for seed in 0..50 {
        let mut world = World::live();
        world.conn.random = random(seed);
        world.restarting();
        world.pass(500);
        world.close();
        longest = longest.max(world.pass_timer());
        world.expect(&["lost", "open 2"]);
        world.log_in_again("ready");
        // The next loss is an ordinary one.
        world.close();
        assert!(world.pass_timer() <= 1_500);
        world.expect(&["lost", "open 3"]);
        world.log_in_again("ready refetch");
        // A restart soon after a failure is a restart all the same.
        world.restarting_on(3);
        world.close();
        second = second.max(world.pass_timer());
        world.expect(&["lost", "open 4"]);
        world.log_in_again("ready");
    }
    assert!((4_000..5_000).contains(&longest), "{longest}");
    assert!((4_000..5_000).contains(&second), "{second}");
}

#[test]
fn a_restart_with_complications_is_a_loss_like_any_other() {
    // The first try to come back fails.
    let mut world = World::live();
    world.restarting();
    world.close();
    world.pass_timer();
    world.close();
    world.pass_timer();
    world.expect(&["lost", "open 2", "open 3"]);
    world.log_in_again("ready refetch");
    // The announcement comes before the login is through.
    world.close();
    world.pass_timer();
    world.expect(&["lost", "open 4"]);
    world.open();
    world.restarting_on(4);
    world.close();
    world.pass_timer();
    world.lines.retain(|line| !line.contains("renew"));
    world.expect(&["open 5"]);
    world.log_in_again("ready refetch");
    // The restart does not happen.
    world.restarting_on(5);
    world.keep_socket_alive_for(61_000);
    world.close();
    world.pass_timer();
    world.expect(&["lost", "open 6"]);
    world.log_in_again("ready refetch");
    // The client cannot come back for long.
    world.restarting_on(6);
    world.close();
    world.now += 3_600_000;
    world.conn.wake(world.now);
    world.pass(200);
    world.expect(&["lost", "open 7"]);
    world.log_in_again("ready refetch");
    // The login lapses in between.
    world.restarting_on(7);
    world.close();
    world.pass_timer();
    world.expect(&["lost", "open 8"]);
    world.log_in_again("ready");
    world.frame(r#"[1,"PUBLISH",{"type":"session.expired"}]"#);
    world.respond(world.fetch, 200, r#"{"boken":"BOK"}"#);
    world.answer(1, 200, "{}");
    assert_eq!(world.lines.last().unwrap(), "ready refetch");
}

#[test]
fn what_comes_from_an_old_socket_is_ignored() {
    let mut world = World::live();
    world.plain("a");
    world.drain();
    world.close();
    world.pass_timer();
    world.lines.clear();
    assert_eq!(world.conn.frame(world.now, 1, r#"[1,"PUBLISH",{"type":"a"}]"#), None);
    world.conn.frame(world.now, 1, "[1,200,{}]");
    world.conn.socket_opened(world.now, 1);
    world.conn.socket_closed(world.now, 1, 0);
    world.conn.socket_closed(world.now, 0, 0);
    world.expect(&[]);
    world.log_in_again_with(&[r#"2> [1,"POST","/a",{},{}]"#]);
}

#[test]
fn time_does_not_go_back_nor_overflow() {
    let mut world = World::live();
    world.close();
    world.lines.clear();
    // Earlier than before: nothing is due sooner or later by that.
    world.conn.wake(0);
    world.expect(&[]);
    assert!(world.pass_timer() <= 1_500);
    world.expect(&["open 2"]);
    world.log_in_again("ready refetch");
    world.conn.wake(Millis::MAX);
    world.conn.wake(Millis::MAX);
    world.conn.wake(0);
    assert!(world.conn.next_wake().is_some_and(|at| at < 1 << 61));
}

#[test]
fn time_that_was_slept_through_leads_to_a_test_of_the_connection() {
    let mut world = World::live();
    world.now += 8 * 3_600_000;
    world.conn.wake(world.now);
    world.pass(200);
    world.expect(&[&ping(1, 1)]);
    world.pass(1_000);
    world.answer(1, 200, "{}");
    world.pass(9_000);
    world.expect(&[]);
}

#[test]
fn nobody_is_given_up_for_what_the_page_slept_through() {
    // The page sleeps while the answer to a ping is under way, while a socket opens, and while a
    // login is answered: all of it has come when the page wakes, and is read just after the timer.
    let mut world = World::live();
    world.pass(10_000);
    world.expect(&[&ping(1, 1)]);
    world.now += 3_600_000;
    world.conn.wake(world.now);
    world.expect(&[]);
    world.answer(1, 200, "{}");
    world.pass(9_000);
    world.expect(&[&ping(1, 2)]);

    let mut world = World::live();
    world.close();
    world.pass_timer();
    world.expect(&["lost", "open 2"]);
    world.now += 3_600_000;
    world.conn.wake(world.now);
    world.log_in_again("ready refetch");
}

#[test]
fn a_dead_connection_is_given_up_when_the_page_has_woken() {
    let mut world = World::live();
    world.pass(10_000);
    world.expect(&[&ping(1, 1)]);
    world.now += 3_600_000;
    world.conn.wake(world.now);
    world.pass(200);
    world.expect(&["lost", "close 1"]);
}

#[test]
fn a_dead_connection_of_a_hidden_page_is_given_up() {
    // Timers of a hidden page fire once a minute, each of them late.
    let mut world = World::live();
    let mut minutes = 0;
    while !world.lines.contains(&"close 1".into()) {
        minutes += 1;
        assert!(minutes < 5, "{:?}", world.lines);
        world.now += 60_000;
        world.conn.wake(world.now);
        world.drain();
    }
}

#[test]
fn a_living_connection_of_a_hidden_page_is_kept() {
    let mut world = World::live();
    for _ in 0..60 {
        world.now += 60_000;
        world.conn.wake(world.now);
        world.drain();
        let sent = world.sent - 1;
        world.answer(sent, 200, "{}");
    }
    assert!(!world.lines.contains(&"close 1".into()), "{:?}", world.lines);
    assert!(world.lines.iter().filter(|line| line.contains("ping")).count() > 20);
}

#[test]
fn early_timers_do_nothing() {
    let mut world = World::live();
    for _ in 0..100 {
        world.conn.wake(world.now);
        world.conn.tick(world.now);
        world.expect(&[]);
    }
    world.pass(9_999);
    world.expect(&[]);
}

#[test]
fn the_owner_ends_the_session_once() {
    let mut world = World::live();
    let _call = world.plain("a");
    world.conn.http("http://x".to_string(), None);
    world.drain();
    world.lines.clear();
    world.conn.end(TalkError::new(ErrorCode::Rejected, "enough"));
    world.conn.end(TalkError::new(ErrorCode::Rejected, "more than enough"));
    world.expect(&["lost", "ended rejected enough", "abort 3", "abort 1", "close 1"]);
    world.plain("b");
    world.conn.set_live(false);
    world.conn.set_need_token(false).unwrap();
    world.answer(1, 200, "{}");
    world.close();
    world.conn.came_online(world.now);
    world.respond(1, 404, "");
    world.respond(3, 200, "");
    world.expect_the_end();
}

impl World {
    #[track_caller]
    fn restarting(&mut self) {
        self.restarting_on(1);
    }

    #[track_caller]
    fn restarting_on(&mut self, socket: u32) {
        self.lines.clear();
        self.frame(r#"[9,"PUBLISH",{"type":"upstream.restarting"}]"#);
        let ack = format!(r#"{socket}> [9,"ACK"]"#);
        self.expect(&[r#"news {"type":"upstream.restarting"}"#, &ack]);
    }

    #[track_caller]
    fn expect_bokens(&mut self, count: usize) {
        self.drain();
        let asked = self.lines.iter().filter(|line| line.contains("bokens")).count();
        assert_eq!(asked, count);
    }
}
