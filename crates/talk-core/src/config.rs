//! The options of `getTalkSession`: checked, and turned into addresses.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;

use crate::json::Raw;
use crate::{ErrorCode, TalkError};

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
    /// Reads the options object as JSON. A function, as `tokenFetcher` is one, comes as `true`, and
    /// the host `@currentHost` is replaced before. What is not an option is ignored.
    pub fn read(options: Raw) -> Result<Config, TalkError> {
        if !options.is_object() {
            return Err(invalid("the options", "an object with `appId` and `userId`", options));
        }
        let required = |key| match text(options, key)? {
            Some(text) if !text.is_empty() => Ok(text.into_owned()),
            _ => Err(invalid(key, "a non-empty string", field(options, key))),
        };
        let app_id = required("appId")?;
        let user_id = required("userId")?;
        let token = match text(options, "token")? {
            Some(token) if token.is_empty() => {
                return Err(invalid("token", "a non-empty string", field(options, "token")));
            }
            token => token.map(Cow::into_owned),
        };
        let fetcher = field(options, "tokenFetcher");
        if !fetcher.is_null() && fetcher.as_bool() != Some(true) {
            return Err(invalid("tokenFetcher", "a function", fetcher));
        }
        let or =
            |key, default: &str| Ok(text(options, key)?.unwrap_or(default.into()).into_owned());
        Ok(Config {
            app_id,
            user_id,
            urls: Urls::read(options)?,
            signature: or("signature", "")?,
            client_build: or("clientBuild", "standalone")?,
            core_version: CORE_VERSION,
            token,
            fetcher: !fetcher.is_null(),
        })
    }
}

impl Urls {
    /// `apiUrls`, and for what it leaves out, what follows from `host`.
    fn read(options: Raw) -> Result<Urls, TalkError> {
        let host = text(options, "host")?.unwrap_or_default();
        let Some(mut urls) = Urls::of_host(&host) else {
            let expected = "a host name with an optional port, such as \"localhost:3000\"";
            return Err(invalid("host", expected, field(options, "host")));
        };
        let given = field(options, "apiUrls");
        if !given.is_null() && !given.is_object() {
            return Err(invalid("apiUrls", "an object of addresses", given));
        }
        for (key, scheme, url) in [
            ("realtimeWsApiUrl", "ws", &mut urls.realtime),
            ("internalHttpApiUrl", "http", &mut urls.internal),
            ("restApiHttpUrl", "http", &mut urls.rest),
        ] {
            let Some(own) = text(given, key)? else { continue };
            let rest = own.strip_prefix(scheme).unwrap_or("");
            let rest = rest.strip_prefix('s').unwrap_or(rest);
            if rest.strip_prefix("://").is_none_or(str::is_empty) {
                let expected = if scheme == "ws" {
                    "an address that starts with wss:// or ws://"
                } else {
                    "an address that starts with https:// or http://"
                };
                return Err(invalid(key, expected, field(given, key)));
            }
            *url = own.trim_end_matches('/').to_owned();
        }
        Ok(urls)
    }

    /// The addresses that belong to a host; empty stands for the service itself. `None` if that is
    /// more than a host.
    fn of_host(host: &str) -> Option<Urls> {
        if host.bytes().any(|byte| byte <= b' ' || b"/\\?#@".contains(&byte)) {
            return None;
        }
        let talkjs = host.strip_suffix("talkjs.com").filter(|rest| {
            // A host that merely ends in these letters belongs to somebody else.
            rest.is_empty() || rest.ends_with('.')
        });
        if host.is_empty() || talkjs.is_some() {
            let name = talkjs.unwrap_or("").trim_end_matches('.');
            // `app-eu` and `realtime-eu` are names of the same installation, `eu`.
            let name = match name.split_once('-') {
                Some((word, rest)) if !word.is_empty() => rest,
                _ => name,
            };
            let main =
                name.contains('.') || matches!(name, "" | "app" | "cdn" | "api" | "realtime");
            let dash = if main { "" } else { "-" };
            let name = if main { "" } else { name };
            let url = |kind, end| [kind, dash, name, ".talkjs.com", end].concat();
            return Some(Urls {
                realtime: url("wss://realtime", "/v1"),
                internal: url("https://app", "/api/v0"),
                rest: url("https://api", "/v1"),
            });
        }
        let secure = if is_local(host) { "" } else { "s" };
        Some(Urls {
            realtime: ["ws", secure, "://", host, "/public_api/v1"].concat(),
            internal: ["http", secure, "://", host, "/api/v0"].concat(),
            rest: ["http", secure, "://", host, "/public_api/v1"].concat(),
        })
    }
}

/// Whether a host is reached without encryption: a machine of the developer.
fn is_local(host: &str) -> bool {
    // By hand: the standard library's search for a string would add 2 kB to the package.
    let has = |word: &[u8]| host.as_bytes().windows(word.len()).any(|part| part == word);
    if has(b"localhost") || has(b"localtest.me") {
        return true;
    }
    let (address, port) = host.split_once(':').unwrap_or((host, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = 0;
    for group in address.split('.') {
        groups += 1;
        if group.len() > 3 || !digits(group) {
            return false;
        }
    }
    groups == 4 && digits(port)
}

/// The path of a request: each segment behind a slash, encoded.
pub fn path(segments: &[&str]) -> String {
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        push_encoded(&mut path, segment);
    }
    path
}

/// Appends a text as JavaScript's `encodeURIComponent` would give it.
pub fn push_encoded(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
}

fn field<'a>(options: Raw<'a>, key: &str) -> Raw<'a> {
    options.get(key).unwrap_or(Raw::NULL)
}

/// A text that may be left out.
fn text<'a>(options: Raw<'a>, key: &str) -> Result<Option<Cow<'a, str>>, TalkError> {
    let value = field(options, key);
    match value.as_str() {
        None if !value.is_null() => Err(invalid(key, "a string", value)),
        // Half a character becomes this one; written as itself it is fine.
        Some(text) if text.contains('\u{fffd}') && !value.text().contains('\u{fffd}') => {
            Err(invalid(key, "well-formed Unicode, without lone surrogates", value))
        }
        text => Ok(text),
    }
}

fn invalid(key: &str, expected: &str, got: Raw) -> TalkError {
    let got = match got.text() {
        "null" => "missing",
        "\"\"" => "an empty string",
        _ if got.is_object() => "an object",
        _ if got.is_array() => "an array",
        _ if got.is_number() => "a number",
        _ if !got.is_string() => "a boolean",
        // A token is nobody's business, and a very long text helps nobody.
        text if key == "token" || text.len() > 100 => "another string",
        text => text,
    };
    let message = ["getTalkSession: ", key, " must be ", expected, ", but it is ", got].concat();
    TalkError::new(ErrorCode::InvalidArgument, message)
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
