//! What can be seen in a JWT without knowing its secret: for warnings only, never for decisions.

use alloc::string::String;

use crate::json::Raw;
use crate::Millis;

/// What a token must be.
pub(super) const RULE: &str =
    "a JWT must be signed with HS256, with the claims \"iss\" (the app ID), \
     \"sub\" (the user ID), \"tokenType\" (\"user\") and \"exp\" (seconds since 1970, not past)";

/// Whether a token is that, as far as one can see.
pub(super) fn looks_right(token: &str, app: &str, user: &str, wall: Millis) -> bool {
    let (header, rest) = token.split_once('.').unwrap_or_default();
    let (claims, signature) = rest.split_once('.').unwrap_or_default();
    let (header, claims) = (decode(header), decode(claims));
    let (Some(header), Some(claims)) = (Raw::parse(&header), Raw::parse(&claims)) else {
        return false;
    };
    // The decoder gets only ASCII right.
    let is = |part: Raw, key, text: &str| {
        !text.is_ascii() || part.get(key).is_some_and(|own| own.equals(text))
    };
    let at = |key, default| claims.get(key).map_or(Some(default), Raw::as_f64);
    let now = wall as f64 / 1000.0;
    !signature.is_empty()
        && !signature.contains('.')
        && is(header, "alg", "HS256")
        && is(claims, "iss", app)
        && is(claims, "sub", user)
        && is(claims, "tokenType", "user")
        && at("exp", f64::MAX).is_some_and(|end| end > now)
        // The clocks may differ a little.
        && at("nbf", 0.0).is_some_and(|start| start < now + 60.0)
}

/// Decodes base64url; a byte becomes a character, which is right for ASCII.
fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            // What is not of the alphabet cannot lead to JSON.
            _ => return String::new(),
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(char::from((bits >> count) as u8));
        }
    }
    decoded
}
