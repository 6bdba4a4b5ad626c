//! A local backend for talk-session: the protocol of a hosted chat service on one machine.
//!
//! Two parts. [`hub`] holds every rule of the service and does nothing else: no clock, no
//! randomness, no socket, no file. What happens goes in as an [`hub::Input`] with the time, what
//! has to be done comes out as [`hub::Output`]s. [`shell`] (feature `shell`, on by default) is the
//! program around it: axum for sockets and HTTP, SQLite for what must survive a restart, files on
//! disk. Without that feature this crate is the hub alone, for simulations.

pub mod hub;
#[cfg(feature = "shell")]
pub mod shell;
