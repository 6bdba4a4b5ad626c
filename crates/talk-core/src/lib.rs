//! The sans-IO core of talk-session.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod config;
pub mod conn;
mod error;
pub mod json;
mod output;
mod random;

pub use error::{ErrorCode, Failure, TalkError};
pub use output::{Fetch, Millis, Output};
pub use random::Random;
