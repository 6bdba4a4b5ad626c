//! The built package (`pkg/index.js`), bound for Rust, and what its tests need. The tests themselves
//! are in `tests/package`; `wasm-pack test --headless --chrome tests/browser` runs them, with the
//! address of a local backend in `TALK_BACKEND` while they are compiled.
//!
//! Rust is one more way to use the package: values go in from typed structs and snapshots come out
//! into structs, so a member that is missing, or has another type than the typings say, is an error
//! here.

#![cfg(target_arch = "wasm32")]
// The names are those of the package, whose typings describe them.
#![allow(missing_docs)]

pub mod api;
pub mod backend;
pub mod data;
pub mod wait;
