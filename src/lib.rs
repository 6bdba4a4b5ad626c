//! The browser shell of talk-session: the WebAssembly side of the package.
//!
//! JavaScript starts one [`Engine`] per session and feeds it what happens; what comes back is what
//! is to be done, as one JSON text. The module calls nothing itself: sockets, requests, timers,
//! promises and listeners are JavaScript's own objects and stay there (`pkg-template/src`), where
//! also a trap of the module can still settle them. docs/performance.md has the numbers that led to
//! this.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod engine;
#[cfg(any(test, all(target_arch = "wasm32", feature = "panic-handler")))]
mod heap;
#[cfg(all(target_arch = "wasm32", feature = "panic-handler"))]
mod runtime;
mod typings;

pub use engine::{feed, start, Engine};
