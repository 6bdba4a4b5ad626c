//! The options of `getTalkSession`: checked, and turned into addresses.

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
        let mut reader = Reader { options, error: None };
        if !options.is_object() {
            reader.refuse("the options", "an object with `appId` and `userId`", options);
        }
        let (app_id, user_id) = (reader.text("appId", true), reader.text("userId", true));
        let has_token = !reader.field("token").is_null();
        let token = reader.text("token", has_token);
        let fetcher = reader.field("tokenFetcher");
        if !fetcher.is_null() && fetcher.as_bool() != Some(true) {
            reader.refuse("tokenFetcher", "a function", fetcher);
        }
        let mut client_build = reader.text("clientBuild", false);
        if client_build.is_empty() {
            client_build.push_str("standalone");
        }
        let config = Config {
            app_id,
            user_id,
            signature: reader.text("signature", false),
            client_build,
            core_version: CORE_VERSION,
            token: has_token.then_some(token),
            fetcher: !fetcher.is_null(),
            urls: Urls::read(&mut reader),
        };
        match reader.error {
            Some(error) => Err(error),
            None => Ok(config),
        }
    }
}

/// Reads fields, and keeps the first thing that is wrong with them.
struct Reader<'a> {
    options: Raw<'a>,
    error: Option<TalkError>,
}

impl<'a> Reader<'a> {
    fn field(&self, key: &str) -> Raw<'a> {
        self.options.get(key).unwrap_or(Raw::NULL)
    }

    /// A text, which may be left out or empty if it is not needed.
    fn text(&mut self, key: &str, needed: bool) -> String {
        let value = self.field(key);
        // Half a character becomes this one; written as itself it is fine.
        let broken = |text: &str| has(text, "\u{fffd}") && !has(value.text(), "\u{fffd}");
        let expected = match value.as_str() {
            Some(text) if needed && text.is_empty() => "a non-empty string",
            Some(text) if broken(&text) => "well-formed Unicode, without lone surrogates",
            Some(text) => return text.into_owned(),
            None if needed => "a non-empty string",
            None if value.is_null() => return String::new(),
            None => "a string",
        };
        self.refuse(key, expected, value);
        String::new()
    }

    /// An address, which may be left out.
    fn url(&mut self, key: &str, scheme: &str, url: &mut String) {
        let mut own = self.text(key, false);
        while own.ends_with('/') {
            own.pop();
        }
        if own.starts_with(scheme) && has(&own, "://") {
            *url = own;
        } else if !self.field(key).is_null() {
            let expected = "an address such as wss://example.com/v1 (realtime) or \
                            https://example.com/v1 (the others)";
            self.refuse(key, expected, self.field(key));
        }
    }

    fn refuse(&mut self, key: &str, expected: &str, got: Raw) {
        if self.error.is_some() {
            return;
        }
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
        let message =
            ["getTalkSession: ", key, " must be ", expected, ", but it is ", got].concat();
        self.error = Some(TalkError::new(ErrorCode::InvalidArgument, message));
    }
}

impl Urls {
    /// `apiUrls`, and for what it leaves out, what follows from `host`.
    fn read(reader: &mut Reader) -> Urls {
        let host = reader.text("host", false);
        if host.bytes().any(|byte| byte <= b' ' || b"/\\?#@".contains(&byte)) {
            let expected = "a host name with an optional port, such as \"localhost:3000\"";
            reader.refuse("host", expected, reader.field("host"));
        }
        let mut urls = Urls::of_host(&host);
        let given = reader.field("apiUrls");
        if !given.is_null() && !given.is_object() {
            reader.refuse("apiUrls", "an object of addresses", given);
        }
        reader.options = given;
        reader.url("realtimeWsApiUrl", "ws", &mut urls.realtime);
        reader.url("internalHttpApiUrl", "http", &mut urls.internal);
        reader.url("restApiHttpUrl", "http", &mut urls.rest);
        urls
    }

    /// The addresses that belong to a host; empty stands for the service itself.
    fn of_host(host: &str) -> Urls {
        let talkjs = host.strip_suffix("talkjs.com").filter(|rest| {
            // A host that merely ends in these letters belongs to somebody else.
            rest.is_empty() || rest.ends_with('.')
        });
        if host.is_empty() || talkjs.is_some() {
            let name = talkjs.and_then(|name| name.strip_suffix('.')).unwrap_or("");
            // `app-eu` and `realtime-eu` are names of the same installation, `eu`.
            let name = match name.split_once('-') {
                Some((word, rest)) if !word.is_empty() => rest,
                _ => name,
            };
            let main = name.contains('.') || ["", "app", "cdn", "api", "realtime"].contains(&name);
            let (dash, name) = if main { ("", "") } else { ("-", name) };
            let url = |kind, end| [kind, dash, name, ".talkjs.com", end].concat();
            return Urls {
                realtime: url("wss://realtime", "/v1"),
                internal: url("https://app", "/api/v0"),
                rest: url("https://api", "/v1"),
            };
        }
        let secure = if is_local(host) { "" } else { "s" };
        let url = |kind, end| [kind, secure, "://", host, end].concat();
        Urls {
            realtime: url("ws", "/public_api/v1"),
            internal: url("http", "/api/v0"),
            rest: url("http", "/public_api/v1"),
        }
    }
}

/// Whether a host is reached without encryption: a machine of the developer.
fn is_local(host: &str) -> bool {
    if has(host, "localhost") || has(host, "localtest.me") {
        return true;
    }
    // Four groups of digits, and perhaps a port.
    let (mut groups, mut digits, mut port) = (1, 0, false);
    for byte in host.bytes() {
        match byte {
            b'0'..=b'9' if port || digits < 3 => digits += 1,
            b'.' if !port && digits > 0 => (groups, digits) = (groups + 1, 0),
            b':' if !port && digits > 0 => (port, digits) = (true, 0),
            _ => return false,
        }
    }
    groups == 4 && digits > 0
}

/// Whether a text contains a word. By hand: the search of the standard library would add 2 kB to
/// the package.
fn has(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part == word.as_bytes())
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

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
