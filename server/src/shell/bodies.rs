//! Bodies of requests that have to keep coming: one that stops, or only trickles, ends with an
//! error, so that nobody holds a half-done upload open for ever. And bodies that nobody wanted.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{stream, Stream, StreamExt};
use tokio::time::{timeout, timeout_at, Duration, Instant};

use super::limits::Limits;

/// Gives the body of each request its time limits, and reads to its end what was not wanted of it:
/// whoever is still sending when they are refused would see a broken connection instead of why.
pub(super) async fn hurry(
    State(state): State<super::http::State>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let limits = state.limits.clone();
    let (parts, body) = request.into_parts();
    let lent = Lent::new(timed(body, limits.clone()));
    // Who asks first sends nothing before the body is looked at.
    let asks_first = parts.headers.contains_key(header::EXPECT);
    let response = next.run(Request::from_parts(parts, Body::from_stream(lent.clone()))).await;
    if !asks_first || lent.is_begun.load(Ordering::Relaxed) {
        let _ = timeout(limits.unwanted, lent.skip(limits.unwanted_bytes)).await;
    }
    response
}

/// A body that is lent to whoever serves the request: what they leave of it can still be read.
#[derive(Clone)]
struct Lent {
    data: Arc<Mutex<BodyDataStream>>,
    is_begun: Arc<AtomicBool>,
}

impl Lent {
    fn new(body: Body) -> Self {
        let data = Arc::new(Mutex::new(body.into_data_stream()));
        Lent { data, is_begun: Arc::default() }
    }

    /// Reads and throws away up to so many bytes.
    async fn skip(mut self, most: usize) {
        let mut skipped = 0;
        while let Some(Ok(chunk)) = self.next().await {
            skipped += chunk.len();
            if skipped > most {
                break;
            }
        }
    }
}

impl Stream for Lent {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_begun.store(true, Ordering::Relaxed);
        let mut data = self.data.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *data).poll_next(cx)
    }
}

/// Whether an error is that of a body that did not come.
pub(super) fn is_late(error: &(dyn Error + 'static)) -> bool {
    let mut rest = Some(error);
    while let Some(error) = rest {
        let error_here = error.downcast_ref::<io::Error>();
        if error_here.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return true;
        }
        rest = error.source();
    }
    false
}

fn timed(body: Body, limits: Limits) -> Body {
    let coming =
        Coming { data: body.into_data_stream(), limits, started: Instant::now(), received: 0 };
    let chunks = stream::unfold(Some(coming), |coming| async {
        let mut coming = coming?;
        match coming.next().await? {
            Ok(chunk) => Some((Ok(chunk), Some(coming))),
            Err(error) => Some((Err(error), None)),
        }
    });
    // Once by whom it is lent to, and again by whoever skips the rest, it is read past its end.
    Body::from_stream(chunks.fuse())
}

struct Coming {
    data: BodyDataStream,
    limits: Limits,
    started: Instant,
    received: u64,
}

impl Coming {
    async fn next(&mut self) -> Option<Result<Bytes, Box<dyn Error + Send + Sync>>> {
        let Limits { body, slowest_body, .. } = self.limits;
        let earned = Duration::from_secs(self.received / slowest_body.max(1));
        let until = (Instant::now() + body).min(self.started + body + earned);
        match timeout_at(until, self.data.next()).await {
            Ok(chunk) => {
                let chunk = chunk?.map_err(Into::into);
                self.received += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
                Some(chunk)
            }
            Err(_) => {
                let late = io::Error::new(io::ErrorKind::TimedOut, "the rest did not come in time");
                Some(Err(late.into()))
            }
        }
    }
}
