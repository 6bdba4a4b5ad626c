//! One socket: frames in to the driver, frames out from it, and pings that show who is still there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::time::{interval_at, sleep_until, timeout, Instant, MissedTickBehavior};

use super::connections::Pulse;
use super::driver::{Link, Request};
use super::limits::Limits;
use super::queue::{ToSocket, Waiting};
use crate::hub::{ConnId, Input};

/// The largest frame from a client. What is sent is text; files go over HTTP.
const LARGEST_FRAME: usize = 1 << 20;
/// The largest frame that is read at all. What is larger than allowed is read to its end, so that the
/// client, which is still sending, hears why its socket closes and does not just see it break.
pub(super) const LARGEST_READ: usize = 32 << 20;
/// How long a client may take to say goodbye.
const GOODBYE: Duration = Duration::from_millis(300);
/// How long it may take to do so if it did not read what it got before.
const SLOW_GOODBYE: Duration = Duration::from_secs(2);

type Sink = SplitSink<WebSocket, Message>;
type Stream = SplitStream<WebSocket>;

/// Why a socket ends.
#[derive(Debug)]
enum End {
    /// Without a word.
    Gone,
    /// The client said goodbye.
    Farewell,
    /// The server says why.
    Close { code: u16, reason: &'static str, patience: Duration },
}

impl End {
    fn because(code: u16, reason: &'static str) -> End {
        End::Close { code, reason, patience: GOODBYE }
    }
}

/// Serves one socket until one side ends it.
pub(super) async fn serve(
    socket: WebSocket,
    link: Link,
    conn: ConnId,
    mut waiting: Waiting,
    pulse: Arc<Pulse>,
    limits: Limits,
) {
    let (mut sink, mut stream) = socket.split();
    let is_busy = AtomicBool::new(false);
    let cut = waiting.cut();
    let end = tokio::select! {
        // What has come is looked at first: it may be the sign of life that was missed.
        biased;
        end = listen(&mut stream, &link, conn, &is_busy) => end,
        () = cut => End::Close {
            code: 1008,
            reason: "too much waits to be read",
            patience: SLOW_GOODBYE,
        },
        end = talk(&mut sink, &mut waiting, limits.ping) => end,
        end = vanished(&pulse, limits.silence, &is_busy) => end,
    };
    // Others need not wait for the goodbye, and what was not read is not kept for it.
    drop(waiting);
    link.send(Request::Input(Input::Disconnected { conn })).await;
    match end {
        End::Gone => {}
        End::Farewell => {
            // Reading on sends the answer to the close frame.
            let _ = timeout(GOODBYE, stream.next()).await;
        }
        End::Close { code, reason, patience } => {
            let frame = CloseFrame { code, reason: reason.into() };
            let _ = timeout(patience, sink.send(Message::Close(Some(frame)))).await;
            // Give the client the time to answer, so that it sees the frame and not a reset.
            let wait = async { while let Some(Ok(_)) = stream.next().await {} };
            let _ = timeout(patience, wait).await;
        }
    }
}

/// Hands in what comes. `is_busy` says that the driver is waited for, and not the client.
async fn listen(stream: &mut Stream, link: &Link, conn: ConnId, is_busy: &AtomicBool) -> End {
    loop {
        let message = match stream.next().await {
            Some(Ok(message)) => message,
            Some(Err(error)) => return explain(&error),
            None => return End::Gone,
        };
        is_busy.store(true, Ordering::Relaxed);
        match message {
            Message::Text(text) if text.len() > LARGEST_FRAME => return too_large(),
            Message::Text(text) => link.frame(conn, text.as_str().to_owned()).await,
            Message::Binary(_) => link.send(Request::Input(Input::BinaryFrame { conn })).await,
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Close(_) => return End::Farewell,
        }
        is_busy.store(false, Ordering::Relaxed);
    }
}

/// Sends what waits, and pings.
async fn talk(sink: &mut Sink, waiting: &mut Waiting, ping: Duration) -> End {
    let mut pings = interval_at(Instant::now() + ping, ping);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut next = None;
    loop {
        let message = tokio::select! {
            message = due(waiting, &mut next) => message,
            _ = pings.tick() => {
                if sink.send(Message::Ping(Vec::new().into())).await.is_err() {
                    return End::Gone;
                }
                continue;
            }
        };
        match message {
            Some(ToSocket::Text { text, .. }) => {
                let bytes = text.len();
                if sink.send(Message::Text(text.into())).await.is_err() {
                    return End::Gone;
                }
                waiting.sent(bytes);
            }
            Some(ToSocket::Close { code, reason }) => return End::because(code, reason),
            None => return End::Gone,
        }
    }
}

/// The next message, when its moment has come. It waits in `next`, so that nothing is lost when
/// something else is done meanwhile.
async fn due(waiting: &mut Waiting, next: &mut Option<ToSocket>) -> Option<ToSocket> {
    if next.is_none() {
        *next = Some(waiting.next().await?);
    }
    if let Some(ToSocket::Text { not_before: Some(moment), .. }) = next {
        sleep_until(*moment).await;
    }
    next.take()
}

/// Ends when the client has given no sign of life for so long.
async fn vanished(pulse: &Pulse, silence: Duration, is_busy: &AtomicBool) -> End {
    loop {
        let until = pulse.last() + silence;
        sleep_until(until).await;
        // While the driver is waited for nothing is read, and the silence is our own.
        if is_busy.load(Ordering::Relaxed) {
            pulse.beat();
        } else if pulse.last() + silence <= Instant::now() {
            return End::because(1008, "no sign of life");
        }
    }
}

fn too_large() -> End {
    End::because(1009, "the frame is larger than 1 MiB")
}

/// Tells a client that broke the rules of WebSockets what was wrong.
fn explain(error: &axum::Error) -> End {
    let text = error.to_string();
    if text.contains("too long") || text.contains("too big") {
        too_large()
    } else if text.contains("utf-8") || text.contains("UTF-8") {
        End::because(1007, "the frame is not UTF-8")
    } else {
        End::Gone
    }
}
