//! Tests: what a form says of a file.

use super::*;

fn form(subtype: Option<&str>) -> Form {
    Form {
        filename: Some("f.bin".to_owned()),
        subtype: subtype.map(str::to_owned),
        width: Some(1.0),
        height: Some(2.0),
        duration: Some(3.0),
        ..Form::default()
    }
}

#[test]
fn each_kind_of_file_keeps_its_own_measures() {
    let measures = |subtype| {
        let Ok(file) = finish(form(subtype), "id".to_owned()) else { panic!("a file") };
        (file.width, file.height, file.duration)
    };
    assert_eq!(measures(None), (None, None, None));
    assert_eq!(measures(Some("image")), (Some(1.0), Some(2.0), None));
    assert_eq!(measures(Some("video")), (Some(1.0), Some(2.0), Some(3.0)));
    assert_eq!(measures(Some("audio")), (None, None, Some(3.0)));
    assert_eq!(measures(Some("voice")), (None, None, Some(3.0)));
}

#[test]
fn a_form_without_a_file_is_refused() {
    let Err(Refusal(error)) = finish(Form::default(), "id".to_owned()) else { panic!("refused") };
    assert_eq!(error.status, 400);
}

#[test]
fn the_type_is_what_the_browser_said_or_the_name_says() {
    for (given, name, wanted) in [
        (Some("image/webp"), "a.png", "image/webp"),
        (Some("Text/Plain; charset=utf-8"), "a", "text/plain"),
        (Some("image/svg+xml"), "a", "image/svg+xml"),
        (Some("application/octet-stream"), "a.PNG", "image/png"),
        (Some("application/octet-stream"), "a.b", "application/octet-stream"),
        (None, "song.mp3", "audio/mpeg"),
        (None, "noextension", "application/octet-stream"),
        (Some("nonsense"), "a.pdf", "application/pdf"),
        (Some("a/b\r\nx: y"), "a.pdf", "application/pdf"),
        (Some("/"), "a", "application/octet-stream"),
    ] {
        assert_eq!(content_type(given, name), wanted, "{given:?} {name}");
    }
}
