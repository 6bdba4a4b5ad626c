//! What the core asks the shell to do.

use alloc::string::String;

/// Milliseconds since the Unix epoch, by a clock that only goes forward: it begins with the date, and
/// goes on by what has passed since then, whatever the date does.
pub type Millis = u64;

/// One thing for the shell to do. The rule: after every input, the shell takes outputs until there
/// are none left, releases every borrow of the core, and only then carries them out, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a WebSocket. Its events come back with the same number.
    OpenSocket {
        /// Names the socket in later inputs and outputs. Never reused.
        socket: u32,
        /// Where to connect. It ends with a parameter that the shell has to give: the date, in
        /// milliseconds since the Unix epoch.
        url: String,
    },
    /// Send a text message on an open socket.
    Send {
        /// The socket.
        socket: u32,
        /// The frame.
        text: String,
    },
    /// Close a socket (code 1000). Whatever still comes from it is ignored.
    CloseSocket {
        /// The socket.
        socket: u32,
    },
    /// Make an HTTP request. The answer, or the failure, comes back with the same number.
    Fetch(Fetch),
    /// Give up an HTTP request: its answer is not wanted any more.
    Abort {
        /// The request.
        request: u32,
    },
    /// Feed `Input::Tick` once the running JavaScript task is through
    /// (in a microtask): calls of one tick are combined.
    Tick,
    /// The application should provide a token: call its `onNeedToken`.
    NeedToken,
    /// Call the application's `tokenFetcher` and feed its result.
    FetchToken,
    /// Tell the developer something, as `console.warn`.
    Warn(String),
    /// Objects to make, promises to settle and listeners to call: operations for the JavaScript
    /// side of the shell, as the elements of a JSON array without its brackets.
    Apply(String),
}

/// An HTTP request for the shell to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetch {
    /// Names the request. Never reused.
    pub request: u32,
    /// The address.
    pub url: String,
    /// Sent as `Authorization: Bearer …`, if there is one.
    pub token: Option<String>,
    /// For an upload: the call it is for, by which the shell knows the file and what goes with it.
    /// `None` is a GET.
    pub body: Option<u32>,
}
