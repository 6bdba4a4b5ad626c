//! Bodies of requests that have to keep coming: one that stops, or only trickles, ends with an
//! error, so that nobody holds a half-done upload open for ever.

use std::error::Error;
use std::io;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{stream, StreamExt};
use tokio::time::{timeout_at, Duration, Instant};

use super::limits::Limits;

/// Gives the body of each request its time limits.
pub(super) async fn hurry(
    State(state): State<super::http::State>,
    request: Request,
    next: Next,
) -> Response {
    let limits = state.limits.clone();
    next.run(request.map(|body| if body.is_end_stream() { body } else { timed(body, limits) }))
        .await
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
    Body::from_stream(stream::unfold(Some(coming), |coming| async {
        let mut coming = coming?;
        match coming.next().await? {
            Ok(chunk) => Some((Ok(chunk), Some(coming))),
            Err(error) => Some((Err(error), None)),
        }
    }))
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
