//! The sans-IO core of talk-session.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod json;
