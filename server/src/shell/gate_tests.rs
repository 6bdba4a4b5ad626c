//! Tests: names and origins that may, and that may not.

use super::*;

fn gate_at(host: &str, addr: &str, names: &[&str], origins: &[&str]) -> Gate {
    let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    Gate::new(host, addr.parse().expect("an address"), &owned(names), &owned(origins))
}

fn check(gate: &Gate, door: Door, headers: &[(&str, &str)]) -> Result<(), &'static str> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = header::HeaderName::from_bytes(name.as_bytes()).expect("a name");
        map.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    gate.check(door, &Uri::from_static("/"), &map).map_err(|error| {
        assert_eq!(error.status, 403);
        error.code
    })
}

fn host(gate: &Gate, host: &str) -> bool {
    match check(gate, Door::Chat, &[("host", host)]) {
        Ok(()) => true,
        Err(code) => {
            assert_eq!(code, "HOST_NOT_ALLOWED");
            false
        }
    }
}

fn origin(gate: &Gate, door: Door, origin: &str) -> bool {
    match check(gate, door, &[("host", "localhost:1"), ("origin", origin)]) {
        Ok(()) => true,
        Err(code) => {
            assert_eq!(code, "ORIGIN_NOT_ALLOWED");
            false
        }
    }
}

#[test]
fn it_answers_to_its_own_names_only() {
    let local = gate_at("127.0.0.1", "127.0.0.1:4420", &[], &[]);
    for own in [
        "localhost",
        "localhost:4420",
        "LOCALHOST.:80",
        "shop.localhost:4420",
        "127.0.0.1:4420",
        "127.8.9.10",
        "[::1]:4420",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]:1",
    ] {
        assert!(host(&local, own), "{own}");
    }
    for other in [
        "evil.example:4420",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "192.168.0.7:4420",
        "0.0.0.0:4420",
        "[::]:4420",
        "[fe80::1]",
        "",
        ":4420",
        "localhost:",
        "localhost:http",
        "localhost:70000",
        "localhost:1:2",
        "[::1",
        "[::1]x",
        "user@localhost",
        "localhost/",
    ] {
        assert!(!host(&local, other), "{other:?}");
    }
}

#[test]
fn what_it_was_told_to_listen_on_is_its_name() {
    let named = gate_at("My-Box", "192.168.0.7:80", &["chat.test", "10.0.0.1"], &[]);
    for own in ["my-box", "MY-BOX:80", "192.168.0.7", "chat.test:8080", "10.0.0.1", "localhost"] {
        assert!(host(&named, own), "{own}");
    }
    for other in ["my-box.evil.example", "192.168.0.8", "chat.test.evil.example"] {
        assert!(!host(&named, other), "{other}");
    }
    let everywhere = gate_at("0.0.0.0", "0.0.0.0:80", &[], &[]);
    for own in ["192.168.0.8", "0.0.0.0:80", "[fe80::1]:80", "localhost"] {
        assert!(host(&everywhere, own), "{own}");
    }
    assert!(!host(&everywhere, "evil.example"), "a name still has to be known");
    assert!(host(&gate_at("::1", "[::1]:80", &[], &[]), "[::1]:80"));
}

#[test]
fn a_host_is_there_once() {
    let gate = gate_at("127.0.0.1", "127.0.0.1:1", &[], &[]);
    assert_eq!(check(&gate, Door::Chat, &[]), Err("HOST_NOT_ALLOWED"));
    let two = [("host", "localhost"), ("host", "evil.example")];
    assert_eq!(check(&gate, Door::Chat, &two), Err("HOST_NOT_ALLOWED"));
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static("localhost"));
    let target = Uri::from_static("http://evil.example/control");
    assert!(gate.check(Door::Control, &target, &headers).is_err(), "the target counts as well");
}

#[test]
fn pages_of_this_machine_may_call_and_pages_of_the_web_may_not() {
    let gate = gate_at("127.0.0.1", "127.0.0.1:4420", &[], &[]);
    for door in [Door::Chat, Door::Control] {
        assert_eq!(check(&gate, door, &[("host", "localhost")]), Ok(()), "programs say no origin");
        for ours in [
            "http://localhost:5173",
            "https://localhost",
            "http://127.0.0.1:4400",
            "http://[::1]:3000",
            "http://shop.localhost:3000",
            "HTTPS://localhost",
        ] {
            assert!(origin(&gate, door, ours), "{ours}");
        }
        for others in [
            "https://example.org",
            "http://localhost.example.org",
            "http://example.org:4420",
            "null",
            "file://",
            "localhost",
            "http://localhost@example.org",
            "",
        ] {
            assert!(!origin(&gate, door, others), "{others:?}");
        }
    }
    for app in ["capacitor://localhost", "evil://localhost", "ws://localhost:80", "://localhost"] {
        assert!(origin(&gate, Door::Chat, app), "{app}");
        assert!(!origin(&gate, Door::Control, app), "{app}: the controls are for pages over HTTP");
    }
    let named = gate_at("127.0.0.1", "127.0.0.1:4420", &[], &["capacitor://localhost"]);
    assert!(origin(&named, Door::Control, "capacitor://localhost"), "unless it was named");
    assert!(!origin(&named, Door::Control, "evil://localhost"));
    let two = [("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://evil.x")];
    assert_eq!(check(&gate, Door::Chat, &two), Err("ORIGIN_NOT_ALLOWED"));
}

#[test]
fn further_origins_can_be_named_and_a_star_opens_the_chats_alone() {
    let gate = gate_at("127.0.0.1", "127.0.0.1:1", &[], &["https://Shop.example/", "null"]);
    for door in [Door::Chat, Door::Control] {
        assert!(origin(&gate, door, "https://shop.example"));
        assert!(origin(&gate, door, "null"));
        assert!(!origin(&gate, door, "http://shop.example"), "another scheme is another origin");
        assert!(!origin(&gate, door, "https://shop.example:8443"), "and so is another port");
    }
    let open = gate_at("127.0.0.1", "127.0.0.1:1", &[], &["*"]);
    assert!(origin(&open, Door::Chat, "https://example.org"));
    assert!(!origin(&open, Door::Control, "https://example.org"));
    // The page of the machine that it listens on, seen from another one.
    let lan = gate_at("192.168.0.7", "192.168.0.7:1", &[], &[]);
    assert!(origin(&lan, Door::Chat, "http://192.168.0.7:5173"));
}

#[test]
fn complaints_come_to_an_end() {
    let gate = gate_at("127.0.0.1", "127.0.0.1:1", &[], &[]);
    for number in 0..100 {
        assert!(!host(&gate, &format!("a{number}.example")));
    }
    assert_eq!(gate.told.lock().expect("a lock").len(), MOST_COMPLAINTS);
}
