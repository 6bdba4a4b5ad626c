//! The token of the controls: who has read what this program printed may use them, and nobody else.

use axum::http::HeaderMap;

use super::http::{bearer, Refusal};
use crate::hub::ApiError;

/// The environment variable that gives a token in place of a made-up one.
pub const TOKEN_VARIABLE: &str = "TALK_CONTROL_TOKEN";
/// The shortest token that is taken: shorter ones can be guessed.
const SHORTEST: usize = 16;

/// Checks a token that the operator chose: it has to travel in a header and be hard to guess.
pub(super) fn check(token: &str) -> Result<(), String> {
    let is_plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    if token.len() >= SHORTEST && is_plain {
        return Ok(());
    }
    Err(format!(
        "the token of --control (in {TOKEN_VARIABLE}) wants at least {SHORTEST} letters, digits or \
         signs, without blanks"
    ))
}

/// A token that nobody can guess.
pub(super) fn make() -> Result<String, String> {
    let bytes = super::random_seed()?;
    Ok(bytes[..16].iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Refuses who does not have the token.
pub(super) fn demand(token: Option<&str>, headers: &HeaderMap) -> Result<(), Refusal> {
    if let (Some(token), Ok(given)) = (token, bearer(headers)) {
        if is_same(token.as_bytes(), given.as_bytes()) {
            return Ok(());
        }
    }
    let reason =
        "The controls want the header \"Authorization: Bearer TOKEN\" with the token that \
                  this program printed at its start, in the line \"control token TOKEN\".";
    Err(Refusal(ApiError::new(401, "UNAUTHORIZED", reason)))
}

/// Equality that takes as long wherever the first difference is.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let difference = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    one.len() == other.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{header, HeaderValue};

    #[test]
    fn a_token_is_long_plain_and_never_the_same() {
        for good in ["0123456789abcdef", &make().expect("a token")] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["", "short", "0123456789abcde", "0123456789 abcdef", "0123456789abcdefü"] {
            assert!(check(bad).is_err_and(|why| why.contains(TOKEN_VARIABLE)), "{bad}");
        }
        assert_ne!(make(), make());
    }

    #[test]
    fn only_the_whole_token_will_do() {
        let allows = |value: &str| {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_str(value).expect("a value");
            headers.insert(header::AUTHORIZATION, value);
            demand(Some("0123456789abcdef"), &headers).is_ok()
        };
        assert!(allows("Bearer 0123456789abcdef") && allows("bearer 0123456789abcdef"));
        for wrong in ["0123456789abcdef", "Bearer ", "Bearer 0123456789abcde", "Bearer x"] {
            assert!(!allows(wrong), "{wrong}");
        }
        assert!(!allows("Bearer 0123456789abcdeg") && !allows("Bearer 0123456789abcdef0"));
        assert!(demand(Some("0123456789abcdef"), &HeaderMap::new()).is_err());
        assert!(demand(None, &HeaderMap::new()).is_err());
    }
}
