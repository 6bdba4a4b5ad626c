//! Who is calling: JWTs signed by the app's owner, and bokens, the service's own tokens.

use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use base64::Engine;
use serde_json::{json, Value};

use super::errors::{quote, ApiError};
use super::ids::{hmac, hmac_matches};

/// What a good token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) user: String,
    /// When the token ends, in milliseconds; `None` = never.
    pub(crate) expires: Option<u64>,
}

/// What tokens of one app are checked with.
pub(crate) struct Keys<'a> {
    pub(crate) app: &'a str,
    /// The app's secret: JWTs must be signed with it. Without one, a JWT's signature is not looked
    /// at, because anybody may have a boken for any user anyway.
    pub(crate) secret: Option<&'a str>,
    /// Signs bokens.
    pub(crate) boken_key: &'a [u8],
}

impl Keys<'_> {
    /// A token for `user`. An app with a secret wants `signature`, the hex HMAC-SHA256 of the user
    /// id under that secret, in digits of either case: the service takes both, and some languages
    /// write hex in capitals by themselves.
    pub(crate) fn boken(&self, user: &str, signature: &str) -> Result<String, ApiError> {
        if let Some(secret) = self.secret {
            if signature.is_empty() {
                return Err(ApiError::unauthorized(format!(
                    "The app {} has a secret, and the login has neither a token nor a signature. \
                     Log in with a JWT, or with the hex HMAC-SHA256 of the user id, keyed with \
                     the app's secret, as the signature.",
                    quote(self.app)
                )));
            }
            let signature = unhex(signature);
            if !signature.is_some_and(|s| hmac_matches(secret.as_bytes(), user.as_bytes(), &s)) {
                return Err(ApiError::unauthorized(
                    "The signature is not right: it is the hex HMAC-SHA256 of the user id, keyed \
                     with the app's secret. Or log in with a JWT.",
                ));
            }
        }
        let claims = json!([self.app, user]).to_string();
        let body = B64.encode(&claims);
        let proof = B64.encode(hmac(self.boken_key, body.as_bytes()));
        Ok(format!("boken.{body}.{proof}"))
    }

    /// Checks a token of either kind at the time `now`.
    pub(crate) fn check(&self, token: &str, now: u64) -> Result<Identity, ApiError> {
        let parts: Vec<&str> = token.split('.').collect();
        match parts.as_slice() {
            ["boken", body, proof] => self.check_boken(body, proof),
            [header, payload, signature] => self.check_jwt([header, payload, signature], now),
            [header, payload] if part(header).is_some() && part(payload).is_some() => Err(bad(
                "it has no signature: a JWT is three parts joined by dots, and here are two",
            )),
            _ => Err(bad("it is neither a JWT (three parts joined by dots) nor a boken")),
        }
    }

    fn check_boken(&self, body: &str, proof: &str) -> Result<Identity, ApiError> {
        let proof = B64.decode(proof).unwrap_or_default();
        if !hmac_matches(self.boken_key, body.as_bytes(), &proof) {
            return Err(bad("this boken was not made here"));
        }
        match part(body).as_ref().and_then(Value::as_array).map(Vec::as_slice) {
            Some([Value::String(app), Value::String(user)]) if app == self.app => {
                Ok(Identity { user: user.clone(), expires: None })
            }
            _ => Err(bad("this boken is for another app")),
        }
    }

    fn check_jwt(&self, parts: [&str; 3], now: u64) -> Result<Identity, ApiError> {
        let [header, payload, signature] = parts;
        let (Some(head), Some(claims)) = (part(header), part(payload)) else {
            return Err(bad("its header or payload is not base64url JSON"));
        };
        if head["alg"] != "HS256" {
            return Err(bad("its header must say \"alg\": \"HS256\""));
        }
        if let Some(secret) = self.secret {
            if signature.is_empty() {
                return Err(bad("it has no signature: nothing follows its second dot"));
            }
            let signed = format!("{header}.{payload}");
            let signature = B64.decode(signature).unwrap_or_default();
            if !hmac_matches(secret.as_bytes(), signed.as_bytes(), &signature) {
                return Err(bad("its signature does not fit the app's secret"));
            }
        }
        if claims["tokenType"] != "user" {
            return Err(bad("its \"tokenType\" must be \"user\""));
        }
        if claims["iss"] != self.app {
            return Err(bad(&format!("its \"iss\" must be the app id {}", quote(self.app))));
        }
        let Some(user) = claims["sub"].as_str().filter(|user| !user.is_empty()) else {
            return Err(bad("its \"sub\" must be the user id"));
        };
        let expires = seconds(&claims["exp"], "exp")?;
        if expires.is_some_and(|at| at <= now) {
            return Err(bad("it has expired (\"exp\")"));
        }
        if seconds(&claims["nbf"], "nbf")?.is_some_and(|at| at > now) {
            return Err(bad("it is not valid yet (\"nbf\")"));
        }
        Ok(Identity { user: user.to_owned(), expires })
    }
}

fn bad(why: &str) -> ApiError {
    ApiError::unauthorized(format!("The token was refused: {why}."))
}

/// One base64url part of a token, as JSON.
fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&B64.decode(text.trim_end_matches('=')).ok()?).ok()
}

/// A time claim, from seconds to milliseconds.
fn seconds(value: &Value, name: &str) -> Result<Option<u64>, ApiError> {
    match value {
        Value::Null => Ok(None),
        // A float cast saturates, so a claim of any size is safe here.
        Value::Number(number) => Ok(number.as_f64().map(|seconds| (seconds * 1000.0) as u64)),
        _ => Err(bad(&format!("its \"{name}\" must be a number of seconds"))),
    }
}

/// The bytes that hex digits of either case stand for.
fn unhex(text: &str) -> Option<Vec<u8>> {
    // The reading of numbers below would take a sign, too.
    if text.len() % 2 != 0 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
#[path = "auth_tests.rs"]
mod tests;
