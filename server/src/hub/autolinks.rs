//! Automatic links: their text and their URL must agree, so that nobody is led elsewhere than the
//! text says. Everything the URL may add is what the text leaves out.

use super::errors::{quote, ApiError};
use super::paths::decode;

/// Refuses an automatic link whose URL is not what its text promises.
pub(crate) fn check(text: &str, url: &str) -> Result<(), ApiError> {
    let agrees = if is_email(text) {
        rest_of(url, "mailto:").is_some_and(|to| same(before(to, "?"), text))
    } else if is_phone(text) {
        rest_of(url, "tel:").is_some_and(|to| !digits(to).is_empty() && digits(to) == digits(text))
    } else {
        is_same_place(text, url)
    };
    if agrees {
        return Ok(());
    }
    let (text, url) = (quote(text), quote(url));
    Err(ApiError::params(format!(
        "The autoLink with the text {text} leads to {url}: an autoLink's text and URL must agree."
    )))
}

/// A website, as far as it is given.
struct Place<'a> {
    /// Such as `https`.
    scheme: Option<&'a str>,
    /// The domain, with its port if there is one. A name before it, as in `name@host`, leads nowhere
    /// and is made to mislead: it counts as part of the domain, so that it must be in the text, too.
    host: &'a str,
    /// What comes behind: path, query and fragment, each with its sign and perhaps empty.
    path: &'a str,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Place<'a> {
    fn read(text: &'a str) -> Place<'a> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, text),
        };
        // Browsers take a backslash for a slash.
        let (host, rest) = split(rest, &['/', '\\', '?', '#']);
        let (rest, fragment) = split(rest, &['#']);
        let (path, query) = split(rest, &['?']);
        Place { scheme, host, path, query, fragment }
    }
}

fn is_same_place(text: &str, url: &str) -> bool {
    let (said, real) = (Place::read(text), Place::read(url));
    let Some(scheme) = real.scheme else { return false };
    let is_scheme_right = match said.scheme {
        Some(said) => said.eq_ignore_ascii_case(scheme),
        None => ["http", "https"].iter().any(|known| known.eq_ignore_ascii_case(scheme)),
    };
    let is_host_right = !real.host.is_empty()
        && said.host.trim_end_matches('.').to_lowercase()
            == real.host.trim_end_matches('.').to_lowercase();
    let is_part_right = |said: &str, real: &str| said.is_empty() || same_part(said, real);
    is_scheme_right
        && is_host_right
        && (said.path == "/" || is_part_right(said.path, real.path))
        && is_part_right(said.query, real.query)
        && is_part_right(said.fragment, real.fragment)
}

/// Equal but for percent-encoding.
fn same_part(one: &str, other: &str) -> bool {
    one == other || decode(one).zip(decode(other)).is_some_and(|(one, other)| one == other)
}

/// Splits before the first of these characters.
fn split<'a>(text: &'a str, at: &[char]) -> (&'a str, &'a str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

fn before<'a>(text: &'a str, sign: &str) -> &'a str {
    text.split(sign).next().unwrap_or_default()
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn is_email(text: &str) -> bool {
    let has_place = text.contains(['/', '\\', ' ']);
    !has_place && text.split_once('@').is_some_and(|(name, at)| !name.is_empty() && !at.is_empty())
}

fn is_phone(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-().\u{a0}".contains(c);
    // Four numbers with dots are an address of a machine.
    let is_ip =
        text.split('.').count() == 4 && !text.contains(|c: char| !"0123456789.".contains(c));
    digits(text).len() >= 3 && text.chars().all(is_part) && !is_ip
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What comes behind a start whose case does not count.
fn rest_of<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let head = text.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| &text[start.len()..])
}

fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| decode(text).unwrap_or_else(|| text.to_owned()).to_lowercase();
    plain(one) == plain(other)
}

#[cfg(test)]
#[path = "autolinks_tests.rs"]
mod tests;
