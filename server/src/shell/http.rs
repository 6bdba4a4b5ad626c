//! The HTTP side: what is served where, and how refusals look.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{
    DefaultBodyLimit, FromRequest, FromRequestParts, Path, Query, Request as HttpRequest,
};
use axum::http::{header, HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde_json::{json, Value};
use tokio::sync::{oneshot, watch};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use super::bodies::{hurry, is_late};
use super::connections::Pulse;
use super::control::{Command, Verdict};
use super::downloads::download;
use super::driver::{stopping, Link, Request};
use super::files::FileStore;
use super::gate::{guard, Gate};
use super::limits::Limits;
use super::searches;
use super::token;
use super::uploads::upload;
use super::ws;
use crate::hub::{ApiError, Ask, Reply};

/// What every handler may use.
#[derive(Clone)]
pub(super) struct State {
    pub(super) link: Link,
    pub(super) files: Arc<FileStore>,
    /// Who may talk to the server.
    pub(super) gate: Arc<Gate>,
    pub(super) max_upload: u64,
    /// What whoever uses the controls has to know; `None` = there are none.
    pub(super) control_token: Option<Arc<str>>,
    pub(super) addr: SocketAddr,
    pub(super) limits: Limits,
    /// Held by every socket, so that a stop can wait for them.
    pub(super) stopped: watch::Receiver<bool>,
}

/// Where the controls are.
pub(super) const CONTROL: &str = "/control";

pub(super) fn router(state: State) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(Any)
        .allow_private_network(true)
        .max_age(std::time::Duration::from_secs(600));
    let mut router = Router::new()
        .route("/", get(hello))
        .route("/api/v0/{app}", get(check_app))
        .route("/api/v0/{app}/bokens/{user}", get(boken))
        .route("/public_api/v1/{app}/realtime/{user}", get(realtime))
        .route("/public_api/v1/{app}/files", post(upload).layer(DefaultBodyLimit::disable()))
        .route("/public_api/v1/{app}/me/messages/search", get(searches::messages))
        .route("/public_api/v1/{app}/me/conversations/search", get(searches::conversations))
        .route("/files/{app}/{id}", get(download))
        .route("/files/{app}/{id}/{*name}", get(download));
    if state.control_token.is_some() {
        router = router
            .layer(middleware::from_fn_with_state(state.clone(), made_up_answers))
            .route(CONTROL, post(control).layer(DefaultBodyLimit::max(16 << 20)));
    }
    router
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        // Who passes the guard may read the answer, so any origin that comes this far.
        .layer(cors)
        .layer(middleware::from_fn_with_state(state.clone(), guard))
        // Whoever refuses, the rest of the body is read.
        .layer(middleware::from_fn_with_state(state.clone(), hurry))
        .with_state(state)
}

/// A refusal as a response.
pub(super) struct Refusal(pub(super) ApiError);

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Refusal(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        answer(self.0.status, self.0.body())
    }
}

fn answer(status: u16, body: Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}

/// A 400 with a sentence.
pub(super) fn bad_request(code: &'static str, reason: impl Into<String>) -> Refusal {
    Refusal(ApiError::new(400, code, reason))
}

/// The decoded parts of a path, or why they do not decode.
pub(super) struct Parts<T>(pub(super) T);

impl<T, S> FromRequestParts<S> for Parts<T>
where
    T: serde::de::DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        state: &S,
    ) -> Result<Self, Refusal> {
        let path: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        path.map(|Path(parts)| Parts(parts))
            .map_err(|error| bad_request("INVALID_PATH", format!("The path was refused: {error}.")))
    }
}

/// The token of a request over HTTP.
pub(super) fn bearer(headers: &HeaderMap) -> Result<String, Refusal> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match value.and_then(|value| value.split_once(' ')) {
        Some((kind, token)) if kind.eq_ignore_ascii_case("bearer") => Ok(token.trim().to_owned()),
        _ => Err(Refusal(ApiError::new(
            401,
            "UNAUTHORIZED",
            "The header \"Authorization: Bearer TOKEN\" is missing.",
        ))),
    }
}

/// What a query says, or why it cannot be read.
pub(super) fn query<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Refusal> {
    query.map(|Query(said)| said).map_err(|error| {
        bad_request("INVALID_PARAMETERS", format!("The query was refused: {error}."))
    })
}

async fn hello() -> &'static str {
    "talk-session-server: give this address to a session as its host.\n"
}

async fn unknown_path(request: HttpRequest) -> Refusal {
    let reason = format!("Nothing is served at {:?}.", cut(request.uri().path()));
    Refusal(ApiError::new(404, "UNKNOWN_PATH", reason))
}

async fn wrong_method() -> Refusal {
    let reason = "This path is served, but not with this method.";
    Refusal(ApiError::new(405, "METHOD_NOT_ALLOWED", reason))
}

fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}

async fn check_app(
    axum::extract::State(state): axum::extract::State<State>,
    Parts(app): Parts<String>,
) -> Result<Json<Value>, Refusal> {
    state.link.ask(Ask::App { app }).await?;
    Ok(Json(json!({})))
}

#[derive(serde::Deserialize)]
struct Signature {
    #[serde(default)]
    signature: String,
}

async fn boken(
    axum::extract::State(state): axum::extract::State<State>,
    Parts((app, user)): Parts<(String, String)>,
    said: Result<Query<Signature>, QueryRejection>,
) -> Result<Json<Value>, Refusal> {
    let Signature { signature } = query(said)?;
    match state.link.ask(Ask::Boken { app, user, signature }).await? {
        Reply::Boken(boken) => Ok(Json(json!({ "boken": boken }))),
        _ => Err(Refusal(stopping())),
    }
}

/// What a client says of itself. Nothing depends on it but the way back after a restart.
#[derive(serde::Deserialize)]
struct Client {
    #[serde(default, rename = "talkjs-client-id")]
    id: String,
}

async fn realtime(
    axum::extract::State(state): axum::extract::State<State>,
    Parts((app, user)): Parts<(String, String)>,
    query: Result<Query<Client>, QueryRejection>,
    Extension(pulse): Extension<Arc<Pulse>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    state.link.ask(Ask::App { app: app.clone() }).await?;
    let upgrade = upgrade.map_err(|error| {
        bad_request("NOT_A_WEBSOCKET", format!("This path wants a WebSocket: {error}."))
    })?;
    let client = query.map(|Query(client)| client.id).unwrap_or_default();
    let base_url = base_url(&headers, state.addr);
    let upgrade = upgrade.max_message_size(ws::LARGEST_READ).max_frame_size(ws::LARGEST_READ);
    Ok(upgrade.on_upgrade(move |socket| async move {
        let (opened, is_open) = oneshot::channel();
        state.link.send(Request::Open { app, user, client, base_url, opened }).await;
        let Ok((conn, waiting)) = is_open.await else { return };
        ws::serve(socket, state.link.clone(), conn, waiting, pulse, state.limits).await;
        drop(state.stopped);
    }))
}

/// How this client reaches the server: by the host it named.
pub(super) fn base_url(headers: &HeaderMap, addr: SocketAddr) -> String {
    let get = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let is_host = |host: &&str| {
        !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
    };
    let host = get(header::HOST).filter(is_host).map_or_else(|| addr.to_string(), str::to_owned);
    let is_tls = get(header::HeaderName::from_static("x-forwarded-proto")) == Some("https");
    format!("{}://{host}", if is_tls { "https" } else { "http" })
}

async fn control(
    axum::extract::State(state): axum::extract::State<State>,
    request: HttpRequest,
) -> Result<Json<Value>, Refusal> {
    token::demand(state.control_token.as_deref(), request.headers())?;
    let body: Result<Bytes, BytesRejection> = Bytes::from_request(request, &state).await;
    let body = body.map_err(|error| match is_late(&error) {
        true => Refusal(ApiError::new(408, "REQUEST_TIMEOUT", "The rest did not come in time.")),
        false => bad_request("BAD_REQUEST", error.to_string()),
    })?;
    let command = Command::parse(&body).map_err(Refusal)?;
    let (reply, done) = oneshot::channel();
    state.link.send(Request::Control { command, reply }).await;
    Ok(Json(done.await.map_err(|_| Refusal(stopping()))??))
}

/// With `--control`: requests that a rule is there for are answered by the rule.
async fn made_up_answers(
    axum::extract::State(state): axum::extract::State<State>,
    request: HttpRequest,
    next: Next,
) -> Response {
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let (reply, verdict) = oneshot::channel();
    state.link.send(Request::Fault { method, path, reply }).await;
    match verdict.await {
        Ok(Some(Verdict::Answer { status, body, .. })) => answer(status, body),
        Ok(Some(Verdict::DropAfter)) => {
            let response = next.run(request).await;
            let broken = std::io::Error::other("dropped on purpose");
            let body = futures_util::stream::once(async { Err::<Bytes, _>(broken) });
            let (parts, _) = response.into_parts();
            Response::from_parts(parts, Body::from_stream(body))
        }
        _ => next.run(request).await,
    }
}
