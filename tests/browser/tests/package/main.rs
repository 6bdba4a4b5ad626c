//! The package from Rust, in a browser, against the local backend: chatting, uploads, listeners and
//! errors. Each test uses people and conversations of its own, so one backend serves them all.

#![cfg(target_arch = "wasm32")]
// A test that finds nothing to unwrap has failed, which is what it is for.
#![allow(clippy::unwrap_used)]

mod chat;
mod errors;
mod listeners;
mod uploads;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
