//! The whole backend: real sockets, real uploads, a real database, the real program.

mod controls;
mod downloads;
mod http;
mod program;
mod restart;
mod searches;
mod sockets;
mod support;
mod uploads;
