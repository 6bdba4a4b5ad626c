//! Uploads: multipart, written to disk as it comes.

use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::{header, HeaderMap};
use axum::Json;
use serde_json::{json, Value};
use tokio::io::AsyncWriteExt;

use super::bodies::is_late;
use super::complain;
use super::driver::{full, stopping};
use super::files::Incoming;
use super::http::{bad_request, bearer, Parts, Refusal, State};
use super::private;
use crate::hub::{check_filename, ApiError, Ask, File, Reply};

/// The longest text of a field that is not the file.
const LONGEST_FIELD: usize = 1024;

/// `POST /public_api/v1/{app}/files`
pub(super) async fn upload(
    axum::extract::State(state): axum::extract::State<State>,
    Parts(app): Parts<String>,
    headers: HeaderMap,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Json<Value>, Refusal> {
    let token = bearer(&headers)?;
    let Reply::FileId(id) = state.link.ask(Ask::Upload { app: app.clone(), token }).await? else {
        return Err(Refusal(stopping()));
    };
    let multipart = multipart.map_err(|error| {
        let reason = format!("An upload is multipart/form-data with a boundary: {error}.");
        bad_request("INVALID_PARAMETERS", reason)
    })?;
    let incoming = state.files.receive(&id).map_err(|error| disk(&error))?;
    let file = receive(multipart, &incoming, id, state.max_upload).await?;
    let placed = tokio::task::block_in_place(|| incoming.place()).map_err(|error| disk(&error))?;
    match state.link.ask(Ask::Uploaded { app, file }).await? {
        Reply::FileToken(token) => {
            placed.confirm();
            Ok(Json(json!({ "fileToken": token })))
        }
        _ => Err(Refusal(stopping())),
    }
}

/// What the fields of the form say besides the file itself.
#[derive(Default)]
struct Form {
    filename: Option<String>,
    content_type: Option<String>,
    size: u64,
    subtype: Option<String>,
    width: Option<f64>,
    height: Option<f64>,
    duration: Option<f64>,
}

async fn receive(
    mut multipart: Multipart,
    incoming: &Incoming,
    id: String,
    max_upload: u64,
) -> Result<File, Refusal> {
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" if form.filename.is_some() => {
                return Err(bad_request("INVALID_PARAMETERS", "An upload has one file, not two."));
            }
            "file" => {
                form.filename = Some(read_filename(&field)?);
                form.content_type = field.content_type().map(str::to_owned);
                form.size = write(field, incoming, max_upload).await?;
            }
            "subtype" => form.subtype = Some(read_subtype(field).await?),
            "width" => form.width = Some(read_number(field, "width").await?),
            "height" => form.height = Some(read_number(field, "height").await?),
            "duration" => form.duration = Some(read_number(field, "duration").await?),
            // Fields of newer clients are no reason to refuse a file.
            _ => {}
        }
    }
    finish(form, id)
}

/// Keeps of the form what goes with the kind of file.
fn finish(form: Form, id: String) -> Result<File, Refusal> {
    let Some(filename) = form.filename else {
        return Err(bad_request("INVALID_PARAMETERS", "The field \"file\" is missing."));
    };
    let subtype = form.subtype;
    let has_size = matches!(subtype.as_deref(), Some("image" | "video"));
    let has_duration = matches!(subtype.as_deref(), Some("video" | "audio" | "voice"));
    Ok(File {
        id,
        content_type: content_type(form.content_type.as_deref(), &filename),
        filename,
        size: form.size,
        width: form.width.filter(|_| has_size),
        height: form.height.filter(|_| has_size),
        duration: form.duration.filter(|_| has_duration),
        subtype,
    })
}

fn read_filename(field: &Field<'_>) -> Result<String, Refusal> {
    let header = field.headers().get(header::CONTENT_DISPOSITION);
    let given = field.file_name().map(str::to_owned);
    let filename = given.or_else(|| until_last_quote(header?.as_bytes()));
    let filename = decode(&filename.unwrap_or_default());
    check_filename(&filename)?;
    Ok(filename)
}

/// A filename that ends in a backslash: browsers do not escape it, and the form's reader takes it for
/// the escape of the quote behind it.
fn until_last_quote(disposition: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(disposition).ok()?;
    let (_, rest) = text.split_once("filename=\"")?;
    rest.rsplit_once('"').map(|(name, _)| name.replace("\\\"", "\""))
}

/// Undoes what browsers do to a filename in a form: these three and no others (WHATWG, "multipart
/// form data").
fn decode(filename: &str) -> String {
    filename.replace("%0A", "\n").replace("%0D", "\r").replace("%22", "\"")
}

/// Writes the file to disk as it comes; gives its size.
async fn write(mut field: Field<'_>, incoming: &Incoming, max_upload: u64) -> Result<u64, Refusal> {
    let options = tokio::fs::OpenOptions::from(incoming.options());
    let target = options.open(incoming.path()).await.map_err(|error| disk(&error))?;
    let mut target = tokio::io::BufWriter::with_capacity(1 << 18, target);
    let mut size: u64 = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        size += chunk.len() as u64;
        if size > max_upload {
            let reason = format!("The file is too large: this server takes {max_upload} bytes.");
            return Err(Refusal(ApiError::new(413, "FILE_TOO_LARGE", reason)));
        }
        target.write_all(&chunk).await.map_err(|error| disk(&error))?;
    }
    target.flush().await.map_err(|error| disk(&error))?;
    // What is confirmed outlives a power cut.
    target.get_ref().sync_all().await.map_err(|error| disk(&error))?;
    Ok(size)
}

async fn read_text(mut field: Field<'_>, name: &str) -> Result<String, Refusal> {
    let mut text = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        text.extend_from_slice(&chunk);
        if text.len() > LONGEST_FIELD {
            let reason = format!("The field {name:?} is too long.");
            return Err(bad_request("INVALID_PARAMETERS", reason));
        }
    }
    String::from_utf8(text).map_err(|_| {
        bad_request("INVALID_PARAMETERS", format!("The field {name:?} is not UTF-8 text."))
    })
}

async fn read_subtype(field: Field<'_>) -> Result<String, Refusal> {
    let text = read_text(field, "subtype").await?;
    match text.as_str() {
        "image" | "video" | "audio" | "voice" => Ok(text),
        _ => {
            let reason = "\"subtype\" must be \"image\", \"video\", \"audio\" or \"voice\".";
            Err(bad_request("INVALID_PARAMETERS", reason))
        }
    }
}

async fn read_number(field: Field<'_>, name: &str) -> Result<f64, Refusal> {
    let text = read_text(field, name).await?;
    let number = text.trim().parse().ok();
    number.filter(|number: &f64| number.is_finite() && *number >= 0.0).ok_or_else(|| {
        bad_request("INVALID_PARAMETERS", format!("{name:?} must be a number such as \"640\"."))
    })
}

fn broken(error: &MultipartError) -> Refusal {
    if is_late(error) {
        let reason = "The upload was given up: the rest of it did not come in time.";
        return Refusal(ApiError::new(408, "REQUEST_TIMEOUT", reason));
    }
    bad_request("INVALID_PARAMETERS", format!("The upload broke off: {}.", error.body_text()))
}

fn disk(error: &std::io::Error) -> Refusal {
    complain(&format!("cannot store an upload: {error}"));
    if private::is_full(error) {
        return Refusal(full());
    }
    Refusal(ApiError::new(500, "INTERNAL_ERROR", "The server could not store the file."))
}

/// What the browser said, if it said something of use, else what the name suggests.
fn content_type(given: Option<&str>, filename: &str) -> String {
    const UNKNOWN: &str = "application/octet-stream";
    let is_plain = |text: &&str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "!#$&^_.+-".contains(c);
        text.split_once('/').is_some_and(|(kind, sub)| {
            !kind.is_empty() && !sub.is_empty() && (kind.to_owned() + sub).chars().all(fits)
        })
    };
    let given = given.map(|text| text.split(';').next().unwrap_or_default().trim());
    match given.filter(is_plain).filter(|text| *text != UNKNOWN) {
        Some(given) => given.to_ascii_lowercase(),
        None => by_extension(filename).unwrap_or(UNKNOWN).to_owned(),
    }
}

fn by_extension(filename: &str) -> Option<&'static str> {
    let (_, extension) = filename.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "svg" => "image/svg+xml",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        "mov" => "video/quicktime",
        "ogv" => "video/ogg",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "wav" => "audio/wav",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "flac" => "audio/flac",
        "weba" => "audio/webm",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "json" => "application/json",
        "txt" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        _ => return None,
    })
}

#[cfg(test)]
#[path = "uploads_tests.rs"]
mod tests;
