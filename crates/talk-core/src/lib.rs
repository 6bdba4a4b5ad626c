//! The sans-IO core of talk-session.
//!
//! `#[inline(never)]` in here is about the size of the package alone: see docs/embedding.md, "What else
//! makes it smaller".
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod calls;
#[cfg(test)]
mod chain_tests;
mod client;
pub mod config;
pub mod conn;
mod error;
mod events;
mod feed;
mod filter;
mod flush;
#[cfg(feature = "inspect")]
mod inspect;
pub mod json;
mod live;
mod message_key;
mod nodes;
mod ops;
mod output;
mod place;
mod random;
mod reactions;
mod record;
mod replies;
mod schema;
mod search;
mod sort;
mod states;
mod subscriptions;
mod window;

pub use calls::Call;
pub use client::{Client, Input};
pub use error::{ErrorCode, Failure, TalkError};
pub use output::{Fetch, Millis, Output};
pub use random::Random;
