//! Tests: downloads.

use serde_json::json;

use super::support::{boken, get, path_of, request, start, Client, Form, Response};

/// Uploads a file, sends it, and gives the path it can be had at.
async fn put(addr: std::net::SocketAddr, name: &str, kind: &str, bytes: &[u8]) -> String {
    let (mut alice, _) = Client::pair(addr).await;
    let bearer = boken(addr, "alice").await;
    let response = Form::new().file(name, kind, bytes).send(addr, &bearer).await;
    let token = response.json()["fileToken"].clone();
    let content = json!({ "content": [{ "type": "file", "fileToken": token }] });
    alice.ok("POST", "/conversations/c/messages", content).await;
    let block = alice.messages().await[0]["content"][0].clone();
    path_of(addr, block["url"].as_str().expect("a URL"))
}

#[tokio::test(flavor = "multi_thread")]
async fn media_can_be_sought() {
    let server = start().await;
    let bytes: Vec<u8> = (0..200_000u32).map(|n| (n % 253) as u8).collect();
    let path = put(server.addr, "song.mp3", "audio/mpeg", &bytes).await;
    let whole = get(server.addr, &path).await;
    assert_eq!((whole.status, whole.header("content-length")), (200, Some("200000")));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(whole.header("content-type"), Some("audio/mpeg"));
    assert_eq!(whole.body, bytes);

    let range = |text: &'static str| {
        let path = path.clone();
        async move { request(server.addr, "GET", &path, &[("Range", text)], b"").await }
    };
    let check = |response: Response, from: usize, to: usize| {
        assert_eq!(response.status, 206);
        let wanted = format!("bytes {from}-{to}/200000");
        assert_eq!(response.header("content-range"), Some(wanted.as_str()));
        assert_eq!(response.body, bytes[from..=to]);
    };
    check(range("bytes=0-0").await, 0, 0);
    check(range("bytes=100000-").await, 100_000, 199_999);
    check(range("bytes=-10").await, 199_990, 199_999);
    check(range("bytes=70000-140000").await, 70_000, 140_000);
    let outside = range("bytes=200000-").await;
    assert_eq!((outside.status, outside.header("content-range")), (416, Some("bytes */200000")));
    assert_eq!(range("bytes=0-1,5-6").await.status, 200);

    for ranges in [&[][..], &[("Range", "bytes=0-4")]] {
        let head = request(server.addr, "HEAD", &path, ranges, b"").await;
        assert_eq!((head.status, head.body.len()), (200, 0), "ranges are for GET");
        assert_eq!(head.header("content-length"), Some("200000"));
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_carry_a_script_is_saved_not_shown() {
    let server = start().await;
    for (name, kind, how) in [
        ("a.png", "image/png", "inline"),
        ("a.mp4", "video/mp4", "inline"),
        ("a.svg", "image/svg+xml", "attachment"),
        ("a.html", "text/html", "attachment"),
        ("a.pdf", "application/pdf", "attachment"),
    ] {
        let path = put(server.addr, name, kind, b"<script>alert(1)</script>").await;
        let response = get(server.addr, &path).await;
        let disposition = response.header("content-disposition").expect("a disposition");
        assert_eq!(disposition, format!("{how}; filename*=UTF-8''{name}"), "{kind}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    }
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_in_the_path_is_for_people() {
    let server = start().await;
    let path = put(server.addr, "ü/../'x'.txt", "text/plain", b"hi").await;
    let response = get(server.addr, &path).await;
    assert_eq!(response.body, b"hi");
    let disposition = response.header("content-disposition").expect("a disposition");
    assert_eq!(disposition, "attachment; filename*=UTF-8''%C3%BC%2F..%2F%27x%27.txt");
    let (without, _) = path.rsplit_once('/').expect("a name");
    assert_eq!(get(server.addr, without).await.body, b"hi");
    assert_eq!(get(server.addr, &format!("{without}/other/name")).await.body, b"hi");
    server.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_has_is_not_sent_again() {
    let server = start().await;
    let path = put(server.addr, "a.mp3", "audio/mpeg", b"0123456789").await;
    let tag = get(server.addr, &path).await.header("etag").expect("a tag").to_owned();
    let ask = |method: &'static str, headers: Vec<(&'static str, String)>| {
        let (addr, path) = (server.addr, path.clone());
        async move {
            let headers: Vec<(&str, &str)> =
                headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            request(addr, method, &path, &headers, b"").await
        }
    };
    let weak = format!("W/{tag}");
    for method in ["GET", "HEAD"] {
        for given in [tag.clone(), weak.clone(), "*".to_owned(), format!("\"x\", {tag}")] {
            let same = ask(method, vec![("If-None-Match", given)]).await;
            assert_eq!((same.status, same.body.len()), (304, 0));
            assert_eq!(same.header("etag"), Some(tag.as_str()));
            assert!(same.header("cache-control").is_some_and(|it| it.contains("immutable")));
            assert_eq!(same.header("content-type"), None);
        }
    }
    let other = ask("GET", vec![("If-None-Match", "\"x\"".to_owned())]).await;
    assert_eq!((other.status, other.body.as_slice()), (200, &b"0123456789"[..]));
    // It comes before a range, which comes before nothing.
    let range = || ("Range", "bytes=2-3".to_owned());
    assert_eq!(ask("GET", vec![range(), ("If-None-Match", tag.clone())]).await.status, 304);
    let part = ask("GET", vec![range(), ("If-Range", tag.clone())]).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &b"23"[..]));
    for stale in [weak, "\"x\"".to_owned(), "Sat, 28 Nov 2026 12:00:00 GMT".to_owned()] {
        let whole = ask("GET", vec![range(), ("If-Range", stale)]).await;
        assert_eq!((whole.status, whole.body.as_slice()), (200, &b"0123456789"[..]));
    }
    let outside = vec![("Range", "bytes=50-".to_owned()), ("If-Range", "\"x\"".to_owned())];
    assert_eq!(ask("GET", outside).await.status, 200, "another file's end says nothing");
    let failed = ask("GET", vec![("If-Match", "\"x\"".to_owned())]).await;
    assert_eq!(failed.refusal(), (412, "PRECONDITION_FAILED".to_owned()));
    server.stop().await.expect("a clean stop");
}
