//! What is under way: frames, answers, news of sockets. All of it comes at its time, in an order
//! that depends on nothing but the seed.

use std::collections::BTreeMap;

/// A socket: whose it is, and the number that the core gave it.
pub(crate) type SocketId = (usize, u32);

/// Something that will happen.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// The backend gets to know of a new socket.
    Connect(SocketId),
    /// The browser gets to know that its socket has opened.
    Opened(SocketId),
    /// A frame reaches the backend.
    Up(SocketId, String),
    /// A frame reaches the browser.
    Down(SocketId, String),
    /// The backend gets to know that a socket is gone.
    Gone(SocketId),
    /// The browser gets to know that its socket is gone.
    Closed(SocketId),
    /// An HTTP request reaches the backend.
    Ask { who: usize, request: u32, url: String },
    /// Its answer reaches the browser; without a status it says that there is none.
    Answer { who: usize, request: u32, status: Option<u16>, body: String },
    /// The application has a token.
    Token { who: usize, fetched: bool },
}

/// All that is under way.
#[derive(Default)]
pub(crate) struct Events {
    all: BTreeMap<(u64, u64), Event>,
    last: u64,
}

impl Events {
    pub(crate) fn add(&mut self, at: u64, event: Event) {
        self.last += 1;
        self.all.insert((at, self.last), event);
    }

    /// When the next one happens.
    pub(crate) fn next(&self) -> Option<u64> {
        self.all.keys().next().map(|(at, _)| *at)
    }

    pub(crate) fn take(&mut self) -> Option<Event> {
        self.all.pop_first().map(|(_, event)| event)
    }

    /// Loses what a broken socket still carries: in each direction all but the first few frames.
    pub(crate) fn lose(&mut self, socket: SocketId, mut up: usize, mut down: usize) {
        self.all.retain(|_, event| {
            let left = match event {
                Event::Connect(own) | Event::Up(own, _) if *own == socket => &mut up,
                Event::Opened(own) | Event::Down(own, _) if *own == socket => &mut down,
                _ => return true,
            };
            let stays = *left > 0;
            *left = left.saturating_sub(1);
            stays
        });
    }

    /// How many frames a socket still carries, to the backend and from it.
    pub(crate) fn under_way(&self, socket: SocketId) -> (usize, usize) {
        let mut counts = (0, 0);
        for event in self.all.values() {
            match event {
                Event::Connect(own) | Event::Up(own, _) if *own == socket => counts.0 += 1,
                Event::Opened(own) | Event::Down(own, _) if *own == socket => counts.1 += 1,
                _ => {}
            }
        }
        counts
    }
}
