//! Tests: tokens, good and bad.

use serde_json::json;

use super::super::ids::hmac;
use super::*;

const NOW: u64 = 1_000_000;

fn jwt(header: Value, claims: Value, secret: &str) -> String {
    let signed = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
    let signature = B64.encode(hmac(secret.as_bytes(), signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn good(claims: Value) -> String {
    jwt(json!({ "alg": "HS256", "typ": "JWT" }), claims, "secret")
}

fn claims() -> Value {
    json!({ "iss": "demo", "sub": "alice", "tokenType": "user", "exp": 2000 })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn keys(secret: Option<&'static str>) -> Keys<'static> {
    Keys { app: "demo", secret, boken_key: b"key" }
}

#[test]
fn a_jwt_names_its_user_and_its_end() {
    let identity = keys(Some("secret")).check(&good(claims()), NOW);
    assert_eq!(identity, Ok(Identity { user: "alice".to_owned(), expires: Some(2_000_000) }));
}

#[test]
fn a_jwt_from_elsewhere_is_understood() {
    // Made with another program: {"alg":"HS256","typ":"JWT"}, keyed with "secret".
    let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
                 eyJ0b2tlblR5cGUiOiJ1c2VyIiwiaXNzIjoiZGVtbyIsInN1YiI6ImFsaWNlIn0.\
                 GVxIdOPR50Ae8Ig0vh0JueR3xJgc9d2GPOEy73Td2f4";
    let identity = keys(Some("secret")).check(token, NOW);
    assert_eq!(identity, Ok(Identity { user: "alice".to_owned(), expires: None }));
}

#[test]
fn a_jwt_without_an_end_never_expires() {
    let identity = keys(Some("secret")).check(&good(with("exp", Value::Null)), u64::MAX);
    assert_eq!(identity.map(|identity| identity.expires), Ok(None));
}

#[test]
fn a_jwt_is_valid_from_its_first_moment_on() {
    assert!(keys(Some("secret")).check(&good(with("nbf", 1000.into())), NOW).is_ok());
}

#[test]
fn every_wrong_claim_is_refused_by_name() {
    let cases = [
        (with("iss", "other".into()), "iss"),
        (with("sub", "".into()), "sub"),
        (with("sub", 7.into()), "sub"),
        (with("tokenType", "app".into()), "tokenType"),
        (with("exp", 1000.into()), "exp"),
        (with("exp", "soon".into()), "exp"),
        (with("exp", (-1).into()), "exp"),
        (with("nbf", 1001.into()), "nbf"),
    ];
    for (claims, name) in cases {
        let error = keys(Some("secret")).check(&good(claims), NOW).expect_err(name);
        assert_eq!((error.status, error.code), (401, "UNAUTHORIZED"));
        assert!(error.reasons[0].contains(name), "{} is about {name}", error.reasons[0]);
    }
}

#[test]
fn a_jwt_must_be_signed_with_the_secret() {
    let forged = jwt(json!({ "alg": "HS256" }), claims(), "guess");
    assert!(keys(Some("secret")).check(&forged, NOW).is_err());
    // An app without a secret cannot tell, and lets everybody in anyway.
    assert!(keys(None).check(&forged, NOW).is_ok());
}

#[test]
fn what_has_no_signature_is_told_so() {
    let whole = good(claims());
    let (signed, _) = whole.rsplit_once('.').expect("a dot");
    for token in [signed.to_owned(), format!("{signed}.")] {
        let error = keys(Some("secret")).check(&token, NOW).expect_err("unsigned");
        assert!(error.reasons[0].contains("it has no signature"), "{error:?}");
    }
    let error = keys(Some("secret")).check(&format!("{signed}.x"), NOW).expect_err("wrong");
    assert!(error.reasons[0].contains("does not fit the app's secret"), "{error:?}");
    let error = keys(Some("secret")).boken("alice", "").expect_err("unsigned");
    assert!(error.reasons[0].contains("neither a token nor a signature"), "{error:?}");
    assert!(error.reasons[0].contains("\"demo\""), "{error:?}");
    let error = keys(Some("secret")).boken("alice", "00").expect_err("wrong");
    assert!(error.reasons[0].contains("The signature is not right"), "{error:?}");
}

#[test]
fn other_algorithms_are_refused() {
    for alg in ["none", "HS512", "hs256"] {
        let token = jwt(json!({ "alg": alg }), claims(), "secret");
        assert!(keys(Some("secret")).check(&token, NOW).is_err(), "{alg}");
    }
}

#[test]
fn a_changed_jwt_is_refused() {
    let token = good(claims());
    let (head, rest) = token.split_once('.').expect("a dot");
    let (_, signature) = rest.split_once('.').expect("a dot");
    let other = B64.encode(with("sub", "bob".into()).to_string());
    let changed = format!("{head}.{other}.{signature}");
    assert!(keys(Some("secret")).check(&changed, NOW).is_err());
}

#[test]
fn rubbish_is_refused_and_not_repeated() {
    for token in ["", "a", "a.b.c", "...", "boken.x.y", "boken..", "é.ü.🐈", &"x".repeat(100_000)]
    {
        let error = keys(None).check(token, NOW).expect_err("rubbish");
        assert_eq!(error.status, 401);
        assert!(token.len() < 4 || !error.reasons[0].contains(token));
    }
}

#[test]
fn a_boken_names_its_user_whatever_the_id() {
    for user in ["alice", "a.b", "ü/🐈", "\"", &"x".repeat(10_000)] {
        let boken = keys(None).boken(user, "").expect("a boken");
        let identity = keys(None).check(&boken, NOW).expect("a good boken");
        assert_eq!(identity, Identity { user: user.to_owned(), expires: None });
    }
}

#[test]
fn a_boken_is_for_its_app_and_its_server() {
    let boken = keys(None).boken("alice", "").expect("a boken");
    let other_app = Keys { app: "other", secret: None, boken_key: b"key" };
    assert!(other_app.check(&boken, NOW).is_err());
    let other_server = Keys { app: "demo", secret: None, boken_key: b"other" };
    assert!(other_server.check(&boken, NOW).is_err());
}

#[test]
fn with_a_secret_a_boken_takes_a_signature() {
    let keys = keys(Some("secret"));
    let right: String =
        hmac(b"secret", b"alice").iter().map(|byte| format!("{byte:02x}")).collect();
    let mixed = format!("{}{}", right[..32].to_uppercase(), &right[32..]);
    for right in [&right, &right.to_uppercase(), &mixed] {
        assert!(keys.boken("alice", right).is_ok(), "{right}");
    }
    assert!(keys.boken("bob", &right).is_err());
    let blank = format!(" {right}");
    for wrong in ["", "0", "zz", "ß", &right[1..], &right[2..], "00", &blank, &right.repeat(2)] {
        let error = keys.boken("alice", wrong).expect_err(wrong);
        assert_eq!(error.status, 401, "{wrong}");
    }
}

#[test]
fn only_hex_digits_are_hex() {
    assert_eq!(unhex("00fFA9"), Some(vec![0, 255, 169]));
    assert_eq!(unhex(""), Some(Vec::new()));
    for text in ["+f", "00+1", "-1", " 1", "1 ", "0x", "g0", "é", "0", "001", "🐈", "\0\0"] {
        assert_eq!(unhex(text), None, "{text:?}");
    }
}
