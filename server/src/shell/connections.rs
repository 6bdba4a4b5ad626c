//! Connections: accepts them, gives each its time limits, and knows when each was last alive.

use std::future::Future;
use std::io;
use std::pin::{pin, Pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, Instant, Sleep};

use super::complain;
use super::limits::Limits;

/// Serves until told to stop, and then until all requests that were under way are answered.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            // An error means that nobody can stop us any more, which is a stop as well.
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let serving = connection(stream, router.clone(), limits.clone(), stopped.clone());
                connections.spawn(serving);
            }
            Err(error) if is_about_one(&error) => {}
            Err(error) => {
                // Too many open files, as a rule: some close in the meantime.
                complain(&format!("cannot accept a connection: {error}"));
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Whether an error is about a connection that went away before it was accepted.
fn is_about_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn connection(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    // Frames are small and wanted at once.
    let _ = stream.set_nodelay(true);
    let pulse = Arc::new(Pulse::new());
    let line = Line { stream, pulse: pulse.clone(), patience: limits.answer, stall: None };
    let service = TowerToHyperService::new(router.layer(Extension(pulse)));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(line), service)
        .with_upgrades();
    let mut serving = pin!(serving);
    tokio::select! {
        // What goes wrong on a connection is its client's business.
        _ = serving.as_mut() => return,
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    serving.as_mut().graceful_shutdown();
    let _ = serving.await;
}

/// When the other end of a connection last showed that it is there: by bytes that came, or by
/// room for bytes where there was none, which only an acknowledgement can make.
#[derive(Debug)]
pub(super) struct Pulse {
    start: Instant,
    /// In ms since the start.
    last: AtomicU64,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Pulse { start: Instant::now(), last: AtomicU64::new(0) }
    }

    pub(super) fn beat(&self) {
        let since = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(since, Ordering::Relaxed);
    }

    pub(super) fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }
}

/// A connection that keeps its pulse, and fails when the other end takes nothing for too long.
struct Line {
    stream: TcpStream,
    pulse: Arc<Pulse>,
    patience: Duration,
    /// Ends when the patience does; there while nothing can be written.
    stall: Option<Pin<Box<Sleep>>>,
}

impl Line {
    fn written(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match result {
            Poll::Pending => {
                let patience = self.patience;
                let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(patience)));
                match stall.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                    Poll::Pending => Poll::Pending,
                }
            }
            Poll::Ready(result) => {
                if self.stall.take().is_some() && matches!(result, Ok(1..)) {
                    self.pulse.beat();
                }
                Poll::Ready(result)
            }
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pulse.beat();
        }
        result
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn pair(patience: Duration) -> (TcpStream, Line) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let client = TcpStream::connect(listener.local_addr().expect("an address")).await;
        let (stream, _) = listener.accept().await.expect("a connection");
        let pulse = Arc::new(Pulse::new());
        (client.expect("a connection"), Line { stream, pulse, patience, stall: None })
    }

    #[tokio::test]
    async fn who_takes_nothing_is_given_up() {
        let (_client, mut line) = pair(Duration::from_millis(50)).await;
        let error = line.write_all(&vec![0; 64 << 20]).await.expect_err("it is never read");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_takes_a_little_is_alive() {
        let (mut client, mut line) = pair(Duration::from_secs(20)).await;
        let pulse = line.pulse.clone();
        let written = tokio::spawn(async move { line.write_all(&vec![0; 64 << 20]).await });
        let before = pulse.last();
        let mut part = vec![0; 1 << 20];
        // Nothing is said on this side: that there is room again is the only sign.
        while pulse.last() <= before + Duration::from_millis(1) {
            client.read_exact(&mut part).await.expect("read");
        }
        written.abort();
    }
}
