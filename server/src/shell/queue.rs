//! What waits to go out on one socket: bounded in frames and in bytes, since a client that does not
//! read would otherwise fill the memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use tokio::sync::{mpsc, Notify};
use tokio::time::Instant;

/// How many frames may wait.
pub(super) const MOST_WAITING: usize = 4096;

/// From the driver to a socket. The end of these without a `Close` drops the connection as a broken
/// cable would: without a close frame.
#[derive(Debug)]
pub(super) enum ToSocket {
    /// Send this, but not before a moment if there is one.
    Text { text: String, not_before: Option<Instant> },
    /// Say why and close.
    Close { code: u16, reason: &'static str },
}

#[derive(Debug, Default)]
struct Load {
    frames: AtomicUsize,
    /// Of the frames that wait, and of the one that is being sent.
    bytes: AtomicUsize,
    is_cut: Notify,
}

/// The driver's end.
#[derive(Debug)]
pub(super) struct Feeder {
    sender: mpsc::Sender<ToSocket>,
    load: Arc<Load>,
    most_bytes: usize,
}

/// The socket's end.
#[derive(Debug)]
pub(super) struct Waiting {
    receiver: mpsc::Receiver<ToSocket>,
    load: Arc<Load>,
}

/// Why something cannot wait: the client reads too slowly, or is gone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    TooSlow,
    Gone,
}

/// A queue for one socket, with room for so many bytes.
pub(super) fn queue(most_bytes: usize) -> (Feeder, Waiting) {
    let (sender, receiver) = mpsc::channel(MOST_WAITING);
    let load = Arc::new(Load::default());
    (Feeder { sender, load: load.clone(), most_bytes }, Waiting { receiver, load })
}

impl Feeder {
    /// Puts a frame into the queue, if it has room. However long it is, it has when nothing waits:
    /// who reads everything is not slow.
    pub(super) fn text(&self, text: String, not_before: Option<Instant>) -> Result<(), Refused> {
        let (bytes, waiting) = (text.len(), self.load.bytes.load(Ordering::Acquire));
        if waiting > 0 && waiting + bytes > self.most_bytes {
            return Err(Refused::TooSlow);
        }
        self.load.bytes.fetch_add(bytes, Ordering::AcqRel);
        self.load.frames.fetch_add(1, Ordering::AcqRel);
        self.sender.try_send(ToSocket::Text { text, not_before }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Refused::TooSlow,
            mpsc::error::TrySendError::Closed(_) => Refused::Gone,
        })
    }

    /// Ends the queue with a reason, behind all that waits.
    pub(super) fn close(self, code: u16, reason: &'static str) {
        // One that has no room even for this has to be cut off.
        if self.sender.try_send(ToSocket::Close { code, reason }).is_err() {
            self.cut();
        }
    }

    /// Ends the queue at once: nothing that waits goes out any more.
    pub(super) fn cut(self) {
        self.load.is_cut.notify_one();
    }

    /// How many frames and bytes wait.
    pub(super) fn waiting(&self) -> (usize, usize) {
        let Load { frames, bytes, .. } = &*self.load;
        (frames.load(Ordering::Acquire), bytes.load(Ordering::Acquire))
    }
}

impl Waiting {
    /// The next message; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<ToSocket> {
        self.receiver.recv().await
    }

    /// A text of this length has gone out.
    pub(super) fn sent(&self, bytes: usize) {
        self.load.bytes.fetch_sub(bytes, Ordering::AcqRel);
        self.load.frames.fetch_sub(1, Ordering::AcqRel);
    }

    /// Something that resolves when the queue was cut.
    pub(super) fn cut(&self) -> impl std::future::Future<Output = ()> {
        let load = self.load.clone();
        async move { load.is_cut.notified().await }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bytes_are_bounded_and_come_free_when_sent() {
        let (feeder, mut waiting) = queue(10);
        let put = |text: &str| feeder.text(text.to_owned(), None);
        assert_eq!(put(&"x".repeat(50)), Ok(()), "alone, a frame may be of any length");
        assert_eq!(put("y"), Err(Refused::TooSlow));
        assert_eq!(feeder.waiting(), (1, 50));
        assert!(waiting.next().await.is_some());
        assert_eq!(put("y"), Err(Refused::TooSlow), "what is being sent counts");
        waiting.sent(50);
        assert_eq!((put("12345"), put("67890"), put("1")), (Ok(()), Ok(()), Err(Refused::TooSlow)));
        assert_eq!(feeder.waiting(), (2, 10));
        drop(waiting);
        assert_eq!(put(""), Err(Refused::Gone));
    }

    #[tokio::test]
    async fn frames_are_bounded_and_a_close_comes_through_by_a_cut() {
        let (feeder, waiting) = queue(10);
        for _ in 0..MOST_WAITING {
            assert_eq!(feeder.text(String::new(), None), Ok(()));
        }
        assert_eq!(feeder.text(String::new(), None), Err(Refused::TooSlow));
        feeder.close(1001, "the end");
        waiting.cut().await;
    }
}
