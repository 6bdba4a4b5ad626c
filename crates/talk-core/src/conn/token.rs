//! What can be seen in a JWT without knowing its secret: for warnings only, never for decisions.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::Raw;
use crate::Millis;

/// What is wrong with a token, if something is. Never holds a part of the token.
pub(super) fn problem(token: &str, app: &str, user: &str, wall: Millis) -> Option<&'static str> {
    let mut parts = token.split('.');
    let (header, claims, signature) = (parts.next(), parts.next(), parts.next());
    let (Some(header), Some(claims), Some(_), None) = (header, claims, signature, parts.next())
    else {
        return Some("a JWT has three parts, with dots between them");
    };
    let (Some(header), Some(claims)) = (decode(header), decode(claims)) else {
        return Some("its first two parts must be base64url text");
    };
    let (Some(header), Some(claims)) = (Raw::parse(&header), Raw::parse(&claims)) else {
        return Some("its first two parts must hold JSON");
    };
    let is = |object: Raw, key, text| object.get(key).is_some_and(|own| own.equals(text));
    let seconds = |key| claims.get(key).map(Raw::as_f64);
    let now = wall as f64 / 1000.0;
    if !is(header, "alg", "HS256") {
        Some("its header must say \"alg\": \"HS256\"")
    } else if !is(claims, "iss", app) {
        Some("its claim \"iss\" must be the app ID of this session")
    } else if !is(claims, "sub", user) {
        Some("its claim \"sub\" must be the user ID of this session")
    } else if !is(claims, "tokenType", "user") {
        Some("its claim \"tokenType\" must be \"user\"")
    } else if seconds("exp").is_some_and(|at| at.is_none_or(|at| at <= now)) {
        Some("its claim \"exp\" (in seconds since 1970) is in the past, or no number")
    } else if seconds("nbf").is_some_and(|at| at.is_none_or(|at| at > now + 60.0)) {
        Some("its claim \"nbf\" (in seconds since 1970) is in the future, or no number")
    } else {
        None
    }
}

/// Decodes base64url.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}
