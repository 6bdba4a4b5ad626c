//! Tests: which automatic links are taken.

use super::*;

#[track_caller]
fn taken(text: &str, url: &str) {
    assert_eq!(check(text, url), Ok(()), "{text} → {url}");
}

#[track_caller]
fn refused(text: &str, url: &str) {
    let error = check(text, url).expect_err(&format!("{text} → {url}"));
    assert_eq!((error.status, error.code), (400, "INVALID_PARAMETERS"));
    assert!(error.reasons[0].contains("must agree"), "{:?}", error.reasons);
}

#[test]
fn a_website_may_be_shortened_but_not_changed() {
    taken("talkjs.com", "https://talkjs.com/docs/x/#AutoLinkNode");
    taken("talkjs.com", "http://talkjs.com");
    taken("TalkJS.com", "https://talkjs.com/");
    taken("https://talkjs.com", "https://talkjs.com/docs");
    taken("talkjs.com/", "https://talkjs.com");
    taken("talkjs.com/docs?a=b#c", "https://talkjs.com/docs?a=b#c");
    taken("talkjs.com/docs", "https://talkjs.com/docs?a=b");
    taken("talkjs.com:8080/x", "https://talkjs.com:8080/x");
    taken("ftp://talkjs.com", "ftp://talkjs.com");
    taken("talkjs.com/straße", "https://talkjs.com/stra%C3%9Fe");
    taken("10.0.0.1", "http://10.0.0.1");
    taken("talkjs.com/to?next=http://a@b.c", "https://talkjs.com/to?next=http://a@b.c");
    taken("bob@talkjs.com/x", "https://bob@talkjs.com/x");

    refused("talkjs.com", "https://evil.com");
    refused("talkjs.com", "https://www.talkjs.com");
    refused("www.talkjs.com", "https://talkjs.com");
    refused("talkjs.com", "https://talkjs.com.evil.com");
    refused("talkjs.com", "https://talkjs.com@evil.com");
    refused("talkjs.com", "https://evil@talkjs.com");
    refused("bob@talkjs.com/x", "https://alice@talkjs.com/x");
    refused("talkjs.com", "https:talkjs.com");
    refused("talkjs.com", "talkjs.com");
    refused("talkjs.com", "ftp://talkjs.com");
    refused("talkjs.com", "javascript:alert(1)");
    refused("talkjs.com", "javascript://talkjs.com/%0aalert(1)");
    refused("https://talkjs.com", "http://talkjs.com");
    refused("talkjs.com/docs", "https://talkjs.com/other");
    refused("talkjs.com?a=b", "https://talkjs.com?a=c");
    refused("talkjs.com#a", "https://talkjs.com");
    refused("talkjs.com:80", "https://talkjs.com:81");
    refused("click here", "https://evil.com");
    refused("", "https://");
    refused("", "");
}

#[test]
fn an_e_mail_address_is_mailed_to() {
    taken("a@b.com", "mailto:a@b.com");
    taken("A@b.com", "MAILTO:a@B.com?subject=x");
    taken("a+b@c.com", "mailto:a%2Bb@c.com");
    refused("a@b.com", "mailto:b@b.com");
    refused("a@b.com", "https://b.com");
    refused("a@b.com", "a@b.com");
}

#[test]
fn a_phone_number_is_called() {
    taken("+31 (0)20 123-45.67", "tel:+310201234567");
    taken("112", "tel:112");
    refused("112", "tel:113");
    refused("112", "https://112");
    refused("112", "tel:");
}
