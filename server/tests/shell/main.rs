//! The whole backend: real sockets, real uploads, a real database, the real program.

mod controls;
mod devices;
mod downloads;
mod http;
mod program;
mod restart;
mod searches;
mod signatures;
mod sockets;
mod support;
mod together;
mod uploads;
