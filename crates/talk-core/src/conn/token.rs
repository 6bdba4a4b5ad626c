//! What can be seen in a JWT without knowing its secret: for warnings only, never for decisions.

use alloc::string::String;

use crate::json::Raw;
use crate::Millis;

/// What is wrong with a token, if something is. Never holds a part of the token.
pub(super) fn problem(token: &str, app: &str, user: &str, wall: Millis) -> Option<String> {
    let mut parts = token.split('.').map(decode);
    let (Some(Some(header)), Some(Some(claims)), Some(_), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Some("a JWT has three parts of base64url text, with dots between them".into());
    };
    let (Some(header), Some(claims)) = (Raw::parse(&header), Raw::parse(&claims)) else {
        return Some("the first two parts of a JWT must hold JSON".into());
    };
    for (part, key, expected) in [
        (header, "alg", "HS256"),
        (claims, "iss", app),
        (claims, "sub", user),
        (claims, "tokenType", "user"),
    ] {
        // The decoder gets only these right.
        if expected.is_ascii() && !part.get(key).is_some_and(|own| own.equals(expected)) {
            return Some(["its \"", key, "\" must be \"", expected, "\""].concat());
        }
    }
    let now = wall as f64 / 1000.0;
    let at = |key, default| claims.get(key).map_or(Some(default), Raw::as_f64);
    let in_time = at("exp", f64::MAX).is_some_and(|end| end > now)
        // The clocks may differ a little.
        && at("nbf", 0.0).is_some_and(|start| start < now + 60.0);
    (!in_time)
        .then(|| "\"exp\" or \"nbf\" (in seconds since 1970) say that it is not valid now".into())
}

/// Decodes base64url; a byte becomes a character, which is right for ASCII.
fn decode(text: &str) -> Option<String> {
    let mut decoded = String::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            b'=' => continue,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push(char::from((bits >> count) as u8));
        }
    }
    Some(decoded)
}
