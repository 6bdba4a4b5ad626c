//! The options of `getTalkSession`: checked, and turned into addresses.

use alloc::string::String;

use crate::json::{push_char, Raw};

/// The version of `@talkjs/core` that this client is compatible with, as that one states it on the
/// wire.
const CORE_VERSION: &str = "1.11.2";

/// What a session is made with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The app.
    pub app_id: String,
    /// The user that the session speaks for.
    pub user_id: String,
    /// Where to connect.
    pub urls: Urls,
    /// Proves the user's identity when an anonymous token is fetched. Empty if not given.
    pub signature: String,
    /// Names the build of the client to the service.
    pub client_build: String,
    /// Names the version of the client to the service.
    pub core_version: &'static str,
    /// The deprecated option `token`: the first token to use.
    pub token: Option<String>,
    /// Whether the deprecated option `tokenFetcher` was given.
    pub fetcher: bool,
}

/// The three addresses of the service, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls {
    /// The WebSocket API.
    pub realtime: String,
    /// The HTTP API for the app check and for anonymous tokens.
    pub internal: String,
    /// The HTTP API for uploads and searches.
    pub rest: String,
}

impl Config {
    /// Reads what the shell made of `getTalkSession`'s options: checked, with the addresses that
    /// follow from them. What is missing is empty.
    #[inline(never)]
    pub fn read(options: Raw) -> Config {
        let raw = |key: &str| options.get(key).unwrap_or(Raw::NULL);
        let text = |key: &str| raw(key).as_str().unwrap_or_default().into_owned();
        Config {
            app_id: text("appId"),
            user_id: text("userId"),
            signature: text("signature"),
            client_build: text("clientBuild"),
            core_version: CORE_VERSION,
            token: Some(text("token")).filter(|token| !token.is_empty()),
            fetcher: raw("tokenFetcher").as_bool() == Some(true),
            urls: Urls {
                realtime: text("realtimeWsApiUrl"),
                internal: text("internalHttpApiUrl"),
                rest: text("restApiHttpUrl"),
            },
        }
    }
}

/// The path of a request: each segment behind a slash, encoded.
#[inline(never)]
pub fn path(segments: &[&str]) -> String {
    let mut path = String::new();
    for segment in segments {
        push_char(&mut path, '/');
        push_encoded(&mut path, segment);
    }
    path
}

/// Appends a text as JavaScript's `encodeURIComponent` would give it.
#[inline(never)]
pub fn push_encoded(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let is_mark = matches!(byte, b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')');
        if byte.is_ascii_alphanumeric() || is_mark {
            continue;
        }
        out.push_str(text.get(plain..at).unwrap_or(""));
        plain = at + 1;
        push_char(out, '%');
        for digit in [byte >> 4, byte & 15] {
            push_char(out, char::from(b"0123456789ABCDEF"[usize::from(digit)]));
        }
    }
    out.push_str(text.get(plain..).unwrap_or(""));
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
