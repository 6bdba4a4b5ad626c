//! The whole backend: real sockets, real uploads, a real database, the real program.

mod controls;
mod devices;
mod disk;
mod downloads;
mod guard;
mod http;
mod patience;
mod program;
mod restart;
mod searches;
mod signatures;
mod sockets;
mod support;
mod together;
mod uploads;
