//! Tests: logging in, subscriptions, the end of tokens.

use base64::Engine;
use serde_json::{json, Value};

use super::super::ids::hmac;
use super::super::testing::{only, refused, types, World, START};
use super::super::Input;

fn jwt(user: &str, expires: Option<u64>) -> String {
    let b64 = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let claims = json!({ "iss": "demo", "sub": user, "tokenType": "user", "exp": expires });
    let signed = format!(
        "{}.{}",
        b64.encode(json!({ "alg": "HS256" }).to_string()),
        b64.encode(claims.to_string())
    );
    format!("{signed}.{}", b64.encode(hmac(b"secret", signed.as_bytes())))
}

fn renew(world: &mut World, conn: u64, token: &str) -> super::super::testing::Answer {
    world.call(conn, "POST", "/session/renew", json!({ "token": token }))
}

#[test]
fn nothing_but_ping_and_renew_before_the_login() {
    let mut world = World::new();
    let conn = world.connect("alice");
    world.call(conn, "GET", "/ping", json!({})).ok();
    for (method, path) in [
        ("GET", "/users/alice"),
        ("PUT", "/users/alice"),
        ("SUBSCRIBE", "/me/conversations"),
        ("POST", "/files/validate"),
    ] {
        let answer = world.call(conn, method, path, json!({ "name": "A" }));
        assert_eq!(answer.refusal(), refused(401, "UNAUTHORIZED"), "{method} {path}");
    }
    let boken = world.boken("alice");
    assert_eq!(renew(&mut world, conn, &boken).ok(), json!({ "expiresInSeconds": null }));
    world.call(conn, "PUT", "/users/alice", json!({ "name": "A" })).ok();
}

#[test]
fn a_token_is_for_its_user() {
    let mut world = World::new();
    let conn = world.connect("alice");
    let boken = world.boken("bob");
    assert_eq!(renew(&mut world, conn, &boken).refusal(), refused(401, "UNAUTHORIZED"));
    for data in [json!({}), json!({ "token": 5 }), json!({ "token": "" }), json!({ "token": null })]
    {
        let answer = world.call(conn, "POST", "/session/renew", data);
        assert_eq!(answer.refusal(), refused(400, "INVALID_PARAMETERS"));
    }
}

#[test]
fn a_jwt_ends_when_it_says() {
    let mut world = World::with_secret();
    let conn = world.connect("alice");
    let until = START / 1000 + 100;
    let token = jwt("alice", Some(until));
    assert_eq!(renew(&mut world, conn, &token).ok(), json!({ "expiresInSeconds": 100 }));
    world.subscribe(conn, "/users/alice");
    assert_eq!(world.hub.wake_at(), Some(until * 1000));
    assert!(world.sleep());
    assert_eq!(only(world.events(conn)), json!({ "type": "session.expired" }));
    let answer = world.call(conn, "GET", "/users/alice", json!({}));
    assert_eq!(answer.refusal(), refused(401, "UNAUTHORIZED"));
    assert_eq!(renew(&mut world, conn, &token).refusal().0, 401, "that one is over");

    renew(&mut world, conn, &jwt("alice", Some(until + 100))).ok();
    world.call(conn, "PUT", "/users/alice", json!({ "name": "A" })).ok();
    assert_eq!(world.publishes(conn), 0, "the subscriptions ended with the login");
}

#[test]
fn a_late_tick_gives_no_more_time() {
    let mut world = World::with_secret();
    let conn = world.connect("alice");
    renew(&mut world, conn, &jwt("alice", Some(START / 1000 + 10))).ok();
    world.now += 10_000;
    let answer = world.call(conn, "GET", "/users/alice", json!({}));
    assert_eq!(answer.refusal().0, 401);
    assert_eq!(types(&world.events(conn)), ["session.expired"]);
}

#[test]
fn renewing_while_logged_in_disturbs_nothing() {
    let mut world = World::with_secret();
    let conn = world.connect("alice");
    renew(&mut world, conn, &jwt("alice", Some(START / 1000 + 100))).ok();
    world.subscribe(conn, "/users/alice");
    renew(&mut world, conn, &jwt("alice", None)).ok();
    assert_eq!(world.hub.wake_at(), None);
    world.call(conn, "PUT", "/users/alice", json!({ "name": "A" })).ok();
    assert_eq!(types(&world.events(conn)), ["user.created"]);
    // A bad token does not end a good login.
    assert_eq!(renew(&mut world, conn, "nonsense").refusal().0, 401);
    world.call(conn, "GET", "/users/alice", json!({})).ok();
}

#[test]
fn each_socket_has_its_own_subscriptions_and_numbers() {
    let mut world = World::new();
    let (first, second) = (world.member("alice"), world.guest("alice"));
    world.subscribe(first, "/users/alice");
    world.call(second, "PUT", "/users/alice", json!({ "name": "1" })).ok();
    world.subscribe(second, "/users/alice");
    world.call(second, "PUT", "/users/alice", json!({ "name": "2" })).ok();
    let seqs = |world: &World, conn: u64| -> Vec<u64> {
        world.frames[&conn].iter().filter_map(|frame| frame[0].as_u64()).collect()
    };
    assert_eq!((seqs(&world, first), seqs(&world, second)), (vec![1, 2], vec![1]));
}

#[test]
fn what_has_no_events_cannot_be_subscribed_to() {
    let mut world = World::new();
    let conn = world.member("alice");
    for path in ["/ping", "/conversations/c", "/files/validate", "/conversations/c/messages"] {
        for method in ["SUBSCRIBE", "UNSUBSCRIBE"] {
            let answer = world.call(conn, method, path, json!({}));
            assert_eq!(answer.refusal().0, 400, "{method} {path}");
        }
    }
    let answer = world.call(conn, "SUBSCRIBE", "/nothing", json!({}));
    assert_eq!(answer.refusal(), refused(404, "UNKNOWN_PATH"));
    let answer = world.call(conn, "DELETE", "/users/alice", json!({}));
    assert_eq!(answer.refusal(), refused(405, "METHOD_NOT_ALLOWED"));
    world.call(conn, "UNSUBSCRIBE", "/users/alice", json!({})).ok();
}

#[test]
fn a_socket_has_so_many_subscriptions_and_no_more() {
    use super::MOST_FEEDS;
    let mut world = World::new();
    let conn = world.member("alice");
    let other = world.member("bob");
    for number in 0..MOST_FEEDS {
        world.call(conn, "SUBSCRIBE", &format!("/users/u{number}"), json!({})).ok();
    }
    let more = refused(400, "TOO_MANY_SUBSCRIPTIONS");
    let refusal = world.call(conn, "SUBSCRIBE", "/users/more", json!({})).refusal();
    assert_eq!(refusal, more);
    let two = json!({ "ids": ["u1", "more"] });
    assert_eq!(world.call(conn, "SUBSCRIBE", "/users", two.clone()).refusal(), more);
    // What is there can be subscribed to again, and ended; others are not concerned.
    world.call(conn, "SUBSCRIBE", "/users/u1", json!({})).ok();
    world.call(other, "SUBSCRIBE", "/users/more", json!({})).ok();
    world.call(conn, "UNSUBSCRIBE", "/users/u2", json!({})).ok();
    world.call(conn, "SUBSCRIBE", "/users", two).ok();
    let refusal = world.call(conn, "SUBSCRIBE", "/users/u2", json!({})).refusal();
    assert_eq!(refusal, more);
    world.hush();
    world.call(other, "PUT", "/users/more", json!({ "name": "More" })).ok();
    assert_eq!(types(&world.events(conn)), ["user.created"]);
}

#[test]
fn a_closed_socket_is_forgotten() {
    let (mut world, alice, bob) = World::chat();
    world.subscribe(bob, "/me/conversations/c/messages");
    world.subscribe(bob, "/users/alice");
    world.feed(Input::Disconnected { conn: bob });
    world.say(alice, "hi");
    world.call(alice, "PUT", "/users/alice", json!({ "name": "A" })).ok();
    world.text(bob, r#"[1,"GET","/ping",{},{}]"#);
    world.feed(Input::Disconnected { conn: bob });
    assert_eq!(world.publishes(bob), 0);
}

#[test]
fn an_unknown_app_is_shown_the_door() {
    let mut world = World::new();
    let (app, user) = ("other".to_owned(), "alice".to_owned());
    let (client, base_url) = (String::new(), String::new());
    world.feed(Input::Connected { conn: 99, app, user, client, base_url });
    assert_eq!(world.closed, [(99, 4404)]);
    world.text(99, r#"[1,"GET","/ping",{},{}]"#);
    assert_eq!(world.publishes(99), 0);
}

#[test]
fn bad_frames_are_answered_and_harm_nothing() {
    let mut world = World::new();
    let conn = world.member("alice");
    world.text(conn, "rubbish");
    world.text(conn, r#"[5,"GET","/users/\ud800",{},{}]"#);
    world.feed(Input::BinaryFrame { conn });
    let frames = world.frames.remove(&conn).expect("answers");
    let ids: Vec<&Value> = frames.iter().map(|frame| &frame[0]).collect();
    assert_eq!(ids, [&json!(null), &json!(5), &json!(null)]);
    assert!(frames.iter().all(|frame| frame[1] == 400 && frame[2]["errorCode"] == "BAD_FRAME"));
    world.call(conn, "GET", "/users/alice", json!({})).ok();
}

#[test]
fn apps_share_nothing() {
    use super::super::{AppConfig, Ask, Config, Reply};
    let apps = vec![AppConfig::open("one"), AppConfig::open("two")];
    let mut world = World::with(Config { apps, ..Config::default() });
    let here = world.member("alice");
    world.subscribe(here, "/users/alice");
    world.hush();
    let (app, user, signature) = ("two".to_owned(), "alice".to_owned(), String::new());
    let ask = Ask::Boken { app: app.clone(), user: user.clone(), signature };
    let Some(Ok(Reply::Boken(token))) = world.feed(Input::Ask { id: 1, ask }) else {
        panic!("a boken")
    };
    let (client, base_url) = (String::new(), String::new());
    world.feed(Input::Connected { conn: 50, app, user, client, base_url });
    assert_eq!(renew(&mut world, here, &token).refusal().0, 401, "it is for the other app");
    renew(&mut world, 50, &token).ok();
    let answer = world.call(50, "GET", "/users/alice", json!({}));
    assert_eq!(answer.refusal(), refused(404, "USER_NOT_FOUND"));
    world.call(50, "PUT", "/users/alice", json!({ "name": "Other" })).ok();
    assert_eq!(world.publishes(here), 0);
}
