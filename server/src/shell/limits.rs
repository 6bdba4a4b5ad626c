//! How long the server waits for others, and how much it holds for them: the numbers that keep one
//! client that does nothing, or too much, from being a burden to the rest. Tests have shorter ones.

use std::time::Duration;

/// The limits. The defaults are those of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the head of a request may take, and a connection may be idle between two requests.
    pub head: Duration,
    /// How long the next piece of a request's body may take.
    pub body: Duration,
    /// The slowest that a body may be over all, in bytes a second: pieces that come just in time
    /// would otherwise go on for ever.
    pub slowest_body: u64,
    /// How long, and how much of, the rest of a body is read that was not wanted, before the client
    /// is told why.
    pub unwanted: Duration,
    /// In bytes.
    pub unwanted_bytes: usize,
    /// How long a client may take nothing of an answer or of what is published to it.
    pub answer: Duration,
    /// How often a socket is pinged. Browsers answer by themselves, also for a page in a hidden
    /// tab.
    pub ping: Duration,
    /// How long a socket may be silent, answers to pings included, before its client counts as
    /// gone. Others see that within half a minute, and a client has the time of four pings to be
    /// late.
    pub silence: Duration,
    /// How many bytes of frames may wait for a socket that does not read them.
    pub waiting_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            head: Duration::from_secs(30),
            body: Duration::from_secs(30),
            slowest_body: 1024,
            unwanted: Duration::from_secs(20),
            unwanted_bytes: 64 << 20,
            answer: Duration::from_secs(120),
            ping: Duration::from_secs(5),
            silence: Duration::from_secs(27),
            waiting_bytes: 32 << 20,
        }
    }
}
