//! Tests: paths with ids of every kind.

use super::*;

#[test]
fn ids_are_decoded_part_by_part() {
    for id in ["a/b", "ü", "%2F", "🐈‍⬛", "a b", "..", ".", "?x=1#y", "\u{0}", "me"] {
        let path = format!("/me/conversations/{}/messages/{}", encode(id), encode("m/1"));
        let wanted = Route::MyMessage(id.to_owned(), "m/1".to_owned());
        assert_eq!(Route::parse(&path), Ok(wanted), "{id}");
    }
}

#[test]
fn encoding_is_that_of_browsers() {
    assert_eq!(encode("aZ09-_.!~*'()"), "aZ09-_.!~*'()");
    assert_eq!(encode("a/b ü%+"), "a%2Fb%20%C3%BC%25%2B");
}

#[test]
fn a_raw_id_with_any_letters_is_fine_too() {
    assert_eq!(Route::parse("/users/ü 🐈"), Ok(Route::User("ü 🐈".to_owned())));
}

#[test]
fn a_long_id_is_an_id() {
    let id = "ä".repeat(10_000);
    assert_eq!(Route::parse(&format!("/users/{}", encode(&id))), Ok(Route::User(id)));
}

#[test]
fn what_does_not_decode_is_400() {
    for path in ["/users/%", "/users/%2", "/users/%zz", "/users/%ff", "users/a", "", "/users/"] {
        let error = Route::parse(path).expect_err(path);
        assert_eq!((error.status, error.code), (400, "INVALID_PATH"), "{path}");
    }
}

#[test]
fn what_is_not_served_is_404() {
    for path in ["/nothing", "/users/a/b", "/me", "/conversations", "/me/conversations/c/nope"] {
        let error = Route::parse(path).expect_err(path);
        assert_eq!((error.status, error.code), (404, "UNKNOWN_PATH"), "{path}");
    }
}

#[test]
fn an_error_does_not_repeat_a_long_path() {
    let error = Route::parse(&"/x".repeat(50_000)).expect_err("unknown");
    assert!(error.reasons[0].len() < 300, "{}", error.reasons[0].len());
}
