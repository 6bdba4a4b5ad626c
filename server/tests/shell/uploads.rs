//! Tests: uploads, and those that are refused.

use serde_json::json;
use talk_session_server::shell::Options;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::{
    boken, get, options, path_of, raw, request, start, start_with, until, Client, Folder, Form,
};

/// Sends a file as a message and gives the block that comes out.
async fn send(client: &mut Client, token: &str) -> serde_json::Value {
    let content = json!({ "content": [{ "type": "file", "fileToken": token }] });
    client.ok("POST", "/conversations/c/messages", content).await;
    client.messages().await[0]["content"][0].clone()
}

fn token(response: &super::support::Response) -> String {
    assert_eq!(response.status, 200, "{:?}", response.json());
    response.json()["fileToken"].as_str().expect("a token").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_file_arrives_with_its_measures() {
    let server = start().await;
    let (mut alice, mut bob) = Client::pair(server.addr).await;
    let bearer = boken(server.addr, "alice").await;
    let bytes: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();
    for (subtype, measures) in [
        (None, json!({})),
        (Some("image"), json!({ "width": 640, "height": 480.5 })),
        (Some("video"), json!({ "width": 640, "height": 480.5, "duration": 7.25 })),
        (Some("audio"), json!({ "duration": 7.25 })),
        (Some("voice"), json!({ "duration": 7.25 })),
    ] {
        let mut form = Form::new().file("ä b.bin", "application/octet-stream", &bytes);
        for (name, value) in [("width", "640"), ("height", "480.5"), ("duration", "7.25")] {
            form = form.field(name, value);
        }
        if let Some(subtype) = subtype {
            form = form.field("subtype", subtype);
        }
        let token = token(&form.send(server.addr, &bearer).await);
        send(&mut alice, &token).await;
        let block = bob.messages().await[0]["content"][0].clone();
        assert_eq!(block["subtype"], json!(subtype));
        assert_eq!((&block["filename"], &block["size"]), (&json!("ä b.bin"), &json!(300_000)));
        for name in ["width", "height", "duration"] {
            assert_eq!(block[name], measures[name], "{subtype:?} {name}");
        }
        let url = block["url"].as_str().expect("a URL");
        let download = get(server.addr, &path_of(server.addr, url)).await;
        assert_eq!(download.body, bytes);
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_is_a_file() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    let bearer = boken(server.addr, "alice").await;
    let form = Form::new().file("empty.txt", "text/plain", b"");
    let token = token(&form.send(server.addr, &bearer).await);
    assert_eq!(send(&mut alice, &token).await["size"], 0);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_refused_before_and_while_it_comes() {
    let folder = Folder::new();
    let data = Some(folder.path().to_owned());
    let server = start_with(Options { max_upload: 1000, data, ..options() }).await;
    let mut alice = Client::member(server.addr, "alice").await;
    let bearer = boken(server.addr, "alice").await;
    let ask = |size: u64| json!({ "filename": "a.bin", "filesize": size });
    alice.ok("POST", "/files/validate", ask(1000)).await;
    let (status, body) = alice.call("POST", "/files/validate", ask(1001)).await;
    assert_eq!((status, &body["errorCode"]), (400, &json!("FILE_TOO_LARGE")));

    let fits = Form::new().file("a.bin", "", &[7; 1000]).send(server.addr, &bearer).await;
    assert_eq!(fits.status, 200);
    let large = Form::new().file("a.bin", "", &vec![7; 3_000_000]).send(server.addr, &bearer).await;
    assert_eq!(large.refusal(), (413, "FILE_TOO_LARGE".to_owned()));
    let files = folder.path().join("files");
    let stored = |name: &str| std::fs::read_dir(files.join(name)).expect("a folder").count();
    assert_eq!((stored(""), stored("incoming")), (2, 0), "one file, and the folder of others");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_are_wrong_are_refused() {
    let server = start().await;
    let bearer = boken(server.addr, "alice").await;
    let file = || Form::new().file("a.bin", "text/plain", b"x");
    for (name, form) in [
        ("no file", Form::new().field("subtype", "image")),
        ("two files", file().file("b.bin", "text/plain", b"y")),
        ("no name", Form::new().file("", "text/plain", b"x")),
        ("a folder's name", Form::new().file("..", "text/plain", b"x")),
        ("a subtype", file().field("subtype", "hologram")),
        ("a width", file().field("width", "wide")),
        ("a negative height", file().field("height", "-1")),
        ("an endless duration", file().field("duration", "inf")),
        ("a long field", file().field("subtype", &"x".repeat(5000))),
    ] {
        let response = form.send(server.addr, &bearer).await;
        assert_eq!(response.refusal().0, 400, "{name}");
    }
    let unknown = file().field("colour", "red").send(server.addr, &bearer).await;
    assert_eq!(unknown.status, 200, "fields of newer clients are let through");

    let headers = [("Authorization", &*format!("Bearer {bearer}")), ("Content-Type", "text/plain")];
    let path = "/public_api/v1/demo/files";
    let plain = request(server.addr, "POST", path, &headers, b"x").await;
    assert_eq!(plain.refusal().0, 400);
    let headers = [headers[0], ("Content-Type", "multipart/form-data; boundary=b")];
    for cut in ["", "--b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\""] {
        let response = request(server.addr, "POST", path, &headers, cut.as_bytes()).await;
        assert_eq!(response.refusal().0, 400, "{cut:?}");
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_need_a_token() {
    let server = start().await;
    for token in ["", "nonsense", "a.b.c"] {
        let response = Form::new().file("a", "", b"x").send(server.addr, token).await;
        assert_eq!(response.refusal(), (401, "UNAUTHORIZED".to_owned()), "{token:?}");
    }
    let bare = request(server.addr, "POST", "/public_api/v1/demo/files", &[], b"x").await;
    assert_eq!(bare.refusal().0, 401);
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let folder = Folder::new();
    let data = Some(folder.path().to_owned());
    let server = start_with(Options { data, ..options() }).await;
    let bearer = boken(server.addr, "alice").await;
    let mut stream = tokio::net::TcpStream::connect(server.addr).await.expect("a connection");
    let head = format!(
        "POST /public_api/v1/demo/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {bearer}\r\n\
         Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n\
         --b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    stream.write_all(&[7; 100_000]).await.expect("written");
    let incoming = folder.path().join("files/incoming");
    let count = || std::fs::read_dir(&incoming).expect("a folder").count();
    until(|| count() == 1).await;
    stream.shutdown().await.expect("shut");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    until(|| count() == 0).await;
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_while_still_sending_is_told_why() {
    let server = start().await;
    let bearer = format!("Bearer {}", boken(server.addr, "alice").await);
    let bytes = vec![7; 20 << 20];
    let form = |before: Form| before.file("a.bin", "", &bytes).end();
    let (form_type, _) = form(Form::new());
    let with = |name: &str, value: &str| form(Form::new().field(name, value)).1;
    let plain = with("unknown", "x");
    let wrong_name = Form::new().file("..", "", &bytes).end().1;
    let bad_name = Form::new().file("a\u{1}b", "", &bytes).end().1;
    let two = form(Form::new().file("b.bin", "", b"x")).1;
    let (files, nowhere) = ("/public_api/v1/demo/files", "/public_api/v1/nope/files");
    let origin = ("Origin", "https://example.org");
    for (name, path, bearer, more, body, wanted) in [
        ("no token", files, "", None, &plain, 401),
        ("a bad token", files, "Bearer x", None, &plain, 401),
        ("no such app", nowhere, &bearer, None, &plain, 404),
        ("no form", files, &bearer, Some(("Content-Type", "text/plain")), &plain, 400),
        ("a subtype", files, &bearer, None, &with("subtype", "nope"), 400),
        ("a width", files, &bearer, None, &with("width", "-1"), 400),
        ("a long field", files, &bearer, None, &with("width", &"1".repeat(5000)), 400),
        ("a folder's name", files, &bearer, None, &wrong_name, 400),
        ("a control character", files, &bearer, None, &bad_name, 400),
        ("two files", files, &bearer, None, &two, 400),
        ("no such path", "/nowhere", &bearer, None, &plain, 404),
        ("no such method", "/", &bearer, None, &plain, 405),
        ("a page of the web", files, &bearer, Some(origin), &plain, 403),
        ("the controls", "/control", "Bearer x", None, &plain, 401),
    ] {
        let mut headers = vec![("Authorization", bearer)];
        let is_typed = more.is_some_and(|(name, _)| name == "Content-Type");
        headers.extend(more);
        headers.extend((!is_typed).then_some(("Content-Type", form_type.as_str())));
        let response = request(server.addr, "POST", path, &headers, body).await;
        assert_eq!(response.refusal().0, wanted, "{name}");
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_before_sending_sends_nothing_in_vain() {
    let server = start().await;
    let head =
        "POST /public_api/v1/demo/files HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n";
    let response = raw(server.addr, head.as_bytes()).await;
    assert_eq!(response.refusal().0, 401, "and not 100");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_arrives_as_it_was_before_the_browser_encoded_it() {
    let server = start().await;
    let (mut alice, _) = Client::pair(server.addr).await;
    let bearer = boken(server.addr, "alice").await;
    for (sent, wanted) in [
        ("a%22b.txt", "a\"b.txt"),
        ("a%0D%0Ab.txt", "a\r\nb.txt"),
        ("100%25 %41 %0d.txt", "100%25 %41 %0d.txt"),
        ("%2522.txt", "%2522.txt"),
        ("a\\b.txt", "a\\b.txt"),
        ("a\\", "a\\"),
        ("a\\\"b.txt", "a\"b.txt"),
        ("a\tb.txt", "a\tb.txt"),
    ] {
        let response = Form::new().file(sent, "text/plain", b"x").send(server.addr, &bearer).await;
        let block = send(&mut alice, &token(&response)).await;
        assert_eq!(block["filename"], json!(wanted), "{sent}");
        let url = block["url"].as_str().expect("a URL");
        assert_eq!(get(server.addr, &path_of(server.addr, url)).await.body, b"x", "{sent}");
        let ask = json!({ "filename": wanted, "filesize": 1 });
        alice.ok("POST", "/files/validate", ask).await;
    }
    for bad in ["a\u{0}b", "a\u{1}b.bin", "a\u{1f}b", "a\u{7f}b.bin"] {
        let response = Form::new().file(bad, "text/plain", b"x").send(server.addr, &bearer).await;
        assert_eq!(response.refusal().0, 400, "{bad:?}");
        let ask = json!({ "filename": bad, "filesize": 1 });
        let (status, body) = alice.call("POST", "/files/validate", ask).await;
        let reason = body["reasons"][0].as_str().unwrap_or_default();
        assert!(status == 400 && reason.contains("control character U+00"), "{bad:?}: {reason}");
    }
    server.stop().await.expect("a clean stop");
}
