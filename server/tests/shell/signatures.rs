//! Tests: signatures, which stand in for a token where an app has a secret.

use std::net::SocketAddr;

use serde_json::json;
use talk_session_server::hub::AppConfig;
use talk_session_server::shell::{Options, Server};

use super::support::{encode, get, options, start, start_with, Client, Response};

// Hex HMAC-SHA256 of a user id under a secret, made with another program.
const ALICE: &str = "4360c67bc81025114044578d7c4e8e0f02fd0cae99f22d603390e8f9dc9888f8";
const BOB: &str = "9c90819f883772660da011f41042fabea4a174e2873386b30949f106dbac797e";
const STRANGE_USER: &str = "ü/🐈";
const STRANGE: &str = "5e1fbd1465f49d4917a459b2d821f003e12f048f69e0de40428cae4cc427b82a";
/// Of "alice" under the secret of the app "shop".
const ALICE_IN_SHOP: &str = "8244fe1a0c99ceaeff659657819dffbb50b0e9ea8d699cf9a3e4373b4f92a9b3";

/// A server with two apps that have secrets, and one that has none.
async fn start_guarded() -> Server {
    let app = |id: &str, secret: &str| AppConfig {
        secret: Some(secret.to_owned()),
        ..AppConfig::open(id)
    };
    let apps = vec![app("demo", "secret"), app("shop", "other"), AppConfig::open("open")];
    start_with(Options { apps, ..options() }).await
}

async fn ask(addr: SocketAddr, app: &str, user: &str, signature: &str) -> Response {
    let (user, signature) = (encode(user), encode(signature));
    get(addr, &format!("/api/v0/{app}/bokens/{user}?signature={signature}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_signature_logs_in() {
    let server = start_guarded().await;
    let mixed = format!("{}{}", ALICE[..20].to_uppercase(), &ALICE[20..]);
    for (user, signature) in [
        ("alice", ALICE),
        ("bob", BOB),
        (STRANGE_USER, STRANGE),
        // Digits of either case: what a program writes that writes hex in capitals.
        ("alice", ALICE.to_uppercase().as_str()),
        ("alice", &mixed),
    ] {
        let answer = ask(server.addr, "demo", user, signature).await;
        assert_eq!(answer.status, 200, "{user} {signature}");
        let mut client = Client::open(server.addr, user).await;
        let token = answer.json()["boken"].clone();
        client.ok("POST", "/session/renew", json!({ "token": token })).await;
        client.ok("PUT", &format!("/users/{}", encode(user)), json!({ "name": "A" })).await;
    }
    assert_eq!(ask(server.addr, "shop", "alice", ALICE_IN_SHOP).await.status, 200);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_is_refused() {
    let server = start_guarded().await;
    let one_off = format!("5{}", &ALICE[1..]);
    let long = "0".repeat(10_000);
    for (what, signature) in [
        ("empty", ""),
        ("of another user", BOB),
        ("of another app's secret", ALICE_IN_SHOP),
        ("one digit is another", &one_off),
        ("an odd number of digits", &ALICE[..63]),
        ("one byte short", &ALICE[..62]),
        ("one byte long", &format!("{ALICE}00")),
        ("twice", &format!("{ALICE}{ALICE}")),
        ("a blank before it", &format!(" {ALICE}")),
        ("a blank after it", &format!("{ALICE} ")),
        ("a sign before each digit", &"+1".repeat(32)),
        ("a prefix", &format!("0x{ALICE}")),
        ("not hex", "certainly not a signature, but of an even length"),
        ("base64", "Q2DGe8gQJRFARFeNfE6ODwL9DK6Z8i1gM5Do+dyYiPg="),
        ("not ASCII", "🐈🐈"),
        ("a NUL", "\0\0"),
        ("long", &long),
    ] {
        let answer = ask(server.addr, "demo", "alice", signature).await;
        assert_eq!(answer.refusal(), (401, "UNAUTHORIZED".to_owned()), "{what}");
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(body.contains("HMAC-SHA256"), "it says what is right: {body}");
        assert!(!body.contains(&ALICE[..20]), "and neither the given one nor the right one");
        assert!(!body.contains("boken."), "{body}");
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absent_signature_is_refused() {
    let server = start_guarded().await;
    for query in ["", "?", "?other=1", "?signature", "?signature=", "?Signature=", "?signature[]=x"]
    {
        let answer = get(server.addr, &format!("/api/v0/demo/bokens/alice{query}")).await;
        assert_eq!(answer.refusal().0, 401, "{query}");
    }
    // Two of them leave open which one counts.
    let both = format!("/api/v0/demo/bokens/alice?signature={ALICE}&signature={ALICE}");
    assert_eq!(get(server.addr, &both).await.refusal().0, 400);
    let broken = format!("/api/v0/demo/bokens/alice?signature={ALICE}%f");
    assert!([400, 401].contains(&get(server.addr, &broken).await.refusal().0));
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_not_a_token_and_a_boken_is_for_its_user() {
    let server = start_guarded().await;
    let boken = ask(server.addr, "demo", "alice", ALICE).await.json()["boken"].clone();
    let elsewhere = ask(server.addr, "shop", "alice", ALICE_IN_SHOP).await.json()["boken"].clone();
    let mut bob = Client::open(server.addr, "bob").await;
    for token in [json!(BOB), boken, elsewhere] {
        let (status, body) = bob.call("POST", "/session/renew", json!({ "token": token })).await;
        assert_eq!((status, &body["errorCode"]), (401, &json!("UNAUTHORIZED")), "{token}");
    }
    assert_eq!(bob.call("GET", "/users/bob", json!({})).await.0, 401);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_secret_a_signature_is_not_looked_at() {
    let server = start_guarded().await;
    for signature in ["", ALICE, "rubbish"] {
        assert_eq!(ask(server.addr, "open", "alice", signature).await.status, 200, "{signature}");
    }
    server.stop().await.expect("a clean stop");
    let server = start().await;
    assert_eq!(get(server.addr, "/api/v0/demo/bokens/alice").await.status, 200);
    server.stop().await.expect("a clean stop");
}
