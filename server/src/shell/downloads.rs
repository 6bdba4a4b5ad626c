//! Downloads: whole files and ranges of them, so that media can be sought.

use std::io::SeekFrom;

use axum::body::{Body, Bytes};
use axum::http::{header, HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::http::{Parts, Refusal, State};
use crate::hub::{ApiError, Ask, File, Reply};

const CHUNK: usize = 64 << 10;

/// The parts of a file's path. Its name is there for people; the id says which file it is.
#[derive(serde::Deserialize)]
pub(super) struct FilePath {
    app: String,
    id: String,
}

/// `GET /files/{app}/{id}/{filename}`
pub(super) async fn download(
    axum::extract::State(state): axum::extract::State<State>,
    Parts(FilePath { app, id }): Parts<FilePath>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Reply::File(file) = state.link.ask(Ask::File { app, id: id.clone() }).await? else {
        return Err(gone());
    };
    let path = state.files.path(&id).ok_or_else(gone)?;
    let mut content = tokio::fs::File::open(path).await.map_err(|_| gone())?;
    let size = content.metadata().await.map_err(|_| gone())?.len();

    let tag = etag(&file);
    match Condition::of(&headers, &tag) {
        Condition::Go => {}
        Condition::Unchanged => return Ok(unchanged(&file)),
        Condition::Failed => {
            let reason = "The file is not the one that \"If-Match\" asks for.";
            return Err(Refusal(ApiError::new(412, "PRECONDITION_FAILED", reason)));
        }
    }
    let wanted = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    // Ranges are for GET alone, and for the file that the client has a part of.
    let wanted = wanted.filter(|_| method == Method::GET && may_continue(&headers, &tag));
    let (status, start, length) = match wanted.map_or(Range::All, |text| Range::parse(text, size)) {
        Range::All => (StatusCode::OK, 0, size),
        Range::Part { start, end } => (StatusCode::PARTIAL_CONTENT, start, end - start + 1),
        Range::Outside => {
            let range = format!("bytes */{size}");
            let headers = [(header::CONTENT_RANGE, range)];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
    };
    content.seek(SeekFrom::Start(start)).await.map_err(|_| gone())?;
    let mut response = Response::new(body(content, length));
    *response.status_mut() = status;
    let out = response.headers_mut();
    describe(out, &file);
    out.insert(header::CONTENT_LENGTH, length.into());
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{size}", start + length - 1);
        insert(out, header::CONTENT_RANGE, &range);
    }
    Ok(response)
}

/// The answer to a client that has the file already.
fn unchanged(file: &File) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    describe(response.headers_mut(), file);
    for name in [header::CONTENT_TYPE, header::CONTENT_DISPOSITION, header::ACCEPT_RANGES] {
        response.headers_mut().remove(name);
    }
    response
}

fn gone() -> Refusal {
    Refusal(ApiError::new(404, "FILE_NOT_FOUND", "The file is not there."))
}

/// A strong one: the bytes of a file are always the same.
fn etag(file: &File) -> String {
    format!("\"{}\"", file.id)
}

/// What a request's conditions come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Go,
    /// The client has it.
    Unchanged,
    /// The client wants another one.
    Failed,
}

impl Condition {
    fn of(headers: &HeaderMap, tag: &str) -> Condition {
        if headers.contains_key(header::IF_MATCH) && !names(headers, header::IF_MATCH, tag, false) {
            return Condition::Failed;
        }
        match names(headers, header::IF_NONE_MATCH, tag, true) {
            true => Condition::Unchanged,
            false => Condition::Go,
        }
    }
}

/// Whether a header names this tag: `*`, or a list of tags, of which weak ones (`W/"…"`) count only
/// if they may.
fn names(headers: &HeaderMap, name: header::HeaderName, tag: &str, weak: bool) -> bool {
    let values = headers.get_all(name);
    let texts = values.iter().filter_map(|value| value.to_str().ok());
    let mut tags = texts.flat_map(|text| text.split(','));
    // Our own tags have no comma in them, so a split that tears others apart harms nothing.
    tags.any(|given| match given.trim() {
        "*" => true,
        given => given == tag || (weak && given.strip_prefix("W/") == Some(tag)),
    })
}

/// `If-Range`: without it a range may be had; with it only if it is this file that the client has a
/// part of, which a weak tag and a date do not say.
fn may_continue(headers: &HeaderMap, tag: &str) -> bool {
    headers.get(header::IF_RANGE).is_none_or(|given| given.as_bytes() == tag.as_bytes())
}

fn describe(out: &mut HeaderMap, file: &File) {
    insert(out, header::CONTENT_TYPE, &file.content_type);
    insert(out, header::ACCEPT_RANGES, "bytes");
    insert(out, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // A file never changes: what is uploaded later has another id.
    insert(out, header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    insert(out, header::ETAG, &etag(file));
    // For pages that isolate themselves from other origins.
    insert(out, header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
    let how = if is_harmless(&file.content_type) { "inline" } else { "attachment" };
    let name = crate::hub::encode(&file.filename).replace('\'', "%27");
    insert(out, header::CONTENT_DISPOSITION, &format!("{how}; filename*=UTF-8''{name}"));
}

/// Whether a browser may show the file itself: not what could carry a script.
fn is_harmless(content_type: &str) -> bool {
    let is_media = ["image/", "audio/", "video/"].iter().any(|kind| content_type.starts_with(kind));
    is_media && !content_type.contains("xml") && !content_type.contains("html")
}

fn insert(out: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        out.insert(name, value);
    }
}

/// `length` bytes of the file from where it stands.
fn body(content: tokio::fs::File, length: u64) -> Body {
    let chunks = futures_util::stream::try_unfold(content.take(length), |mut rest| async move {
        let mut chunk = vec![0; CHUNK];
        let read = rest.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), rest)))
    });
    Body::from_stream(chunks)
}

/// Which bytes a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Range {
    All,
    /// From the first to the last byte, both counted.
    Part {
        start: u64,
        end: u64,
    },
    /// None that exist.
    Outside,
}

impl Range {
    /// Reads a `Range` header. Several ranges, and what cannot be read, count as no range, as the
    /// HTTP rules allow.
    fn parse(text: &str, size: u64) -> Range {
        let Some(range) = text.trim().strip_prefix("bytes=") else { return Range::All };
        let Some((first, last)) = range.split_once('-') else { return Range::All };
        let number = |text: &str| text.trim().parse::<u64>().ok();
        let (start, end) = match (first.trim().is_empty(), number(first), number(last)) {
            (true, _, Some(0)) => return Range::Outside,
            (true, _, Some(tail)) => (size.saturating_sub(tail), u64::MAX),
            (false, Some(start), Some(end)) if start <= end => (start, end),
            (false, Some(start), None) if last.trim().is_empty() => (start, u64::MAX),
            _ => return Range::All,
        };
        if start >= size {
            return Range::Outside;
        }
        Range::Part { start, end: end.min(size - 1) }
    }
}

#[cfg(test)]
#[path = "downloads_tests.rs"]
mod tests;
