//! Tests: ranges, and what may be shown in a browser.

use super::*;

#[test]
fn ranges_are_read() {
    let part = |start, end| Range::Part { start, end };
    for (text, wanted) in [
        ("bytes=0-4", part(0, 4)),
        ("bytes=5-", part(5, 9)),
        ("bytes=-3", part(7, 9)),
        ("bytes=-30", part(0, 9)),
        ("bytes=9-9", part(9, 9)),
        ("bytes=8-100", part(8, 9)),
        (" bytes=0-0 ", part(0, 0)),
        ("bytes=10-", Range::Outside),
        ("bytes=10-20", Range::Outside),
        ("bytes=-0", Range::Outside),
        ("bytes=99999999999999999999-", Range::All),
        ("bytes=4-2", Range::All),
        ("bytes=0-1,3-4", Range::All),
        ("bytes=-", Range::All),
        ("bytes=a-b", Range::All),
        ("lines=0-1", Range::All),
        ("", Range::All),
    ] {
        assert_eq!(Range::parse(text, 10), wanted, "{text:?}");
    }
}

#[test]
fn an_empty_file_has_no_ranges() {
    assert_eq!(Range::parse("bytes=0-", 0), Range::Outside);
    assert_eq!(Range::parse("bytes=-1", 0), Range::Outside);
}

#[test]
fn only_media_without_scripts_is_shown() {
    for shown in ["image/png", "audio/mpeg", "video/mp4"] {
        assert!(is_harmless(shown), "{shown}");
    }
    for saved in ["image/svg+xml", "text/html", "application/pdf", "text/plain", "imagine/this"] {
        assert!(!is_harmless(saved), "{saved}");
    }
}

fn headers(all: &[(header::HeaderName, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in all {
        map.append(name, HeaderValue::from_str(value).expect("a value"));
    }
    map
}

#[test]
fn conditions_are_weighed() {
    const TAG: &str = "\"file_1\"";
    use header::{IF_MATCH, IF_NONE_MATCH};
    use Condition::{Failed, Go, Unchanged};
    for (given, wanted) in [
        (&[][..], Go),
        (&[(IF_NONE_MATCH, TAG)], Unchanged),
        (&[(IF_NONE_MATCH, "W/\"file_1\"")], Unchanged),
        (&[(IF_NONE_MATCH, "*")], Unchanged),
        (&[(IF_NONE_MATCH, "\"a\", W/\"b,c\" , \"file_1\"")], Unchanged),
        (&[(IF_NONE_MATCH, "\"a\""), (IF_NONE_MATCH, TAG)], Unchanged),
        (&[(IF_NONE_MATCH, "\"a\", \"b\"")], Go),
        (&[(IF_NONE_MATCH, "file_1")], Go),
        (&[(IF_NONE_MATCH, "w/\"file_1\"")], Go),
        (&[(IF_MATCH, TAG)], Go),
        (&[(IF_MATCH, "*")], Go),
        (&[(IF_MATCH, "\"a\"")], Failed),
        (&[(IF_MATCH, "W/\"file_1\"")], Failed),
        (&[(IF_MATCH, "\"a\""), (IF_NONE_MATCH, TAG)], Failed),
        (&[(IF_MATCH, TAG), (IF_NONE_MATCH, TAG)], Unchanged),
    ] {
        assert_eq!(Condition::of(&headers(given), TAG), wanted, "{given:?}");
    }
}

#[test]
fn a_part_is_continued_only_of_the_same_file() {
    const TAG: &str = "\"file_1\"";
    let may = |given: &str| may_continue(&headers(&[(header::IF_RANGE, given)]), TAG);
    assert!(may_continue(&HeaderMap::new(), TAG) && may(TAG));
    for other in ["\"file_2\"", "W/\"file_1\"", "Sat, 28 Nov 2026 12:00:00 GMT", "", "*"] {
        assert!(!may(other), "{other}");
    }
}
