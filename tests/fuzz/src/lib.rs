//! Made-up frames against the client's core, judged by a plain model of what the service has said.
//!
//! A [`Story`] follows from its seed. It plays the service ([`service`], [`world`]) against a
//! [`talk_core::Client`], with all the nonsense that [`nonsense`] and [`wire`] can think of, over a
//! network that breaks ([`plan`] says how much of what). What the service says goes into the
//! [`model`] by written rules. At the end all is answered and calm, and what the client shows must be
//! what the model says; then nobody wants anything any more, and nothing may be left ([`judge`]).
//!
//! `FUZZ_SEED=n cargo test -p talk-fuzz --profile native` replays a seed and prints what happened;
//! `npm run fuzz` runs as many frames as it is told.

pub mod judge;
pub mod messages;
pub mod model;
pub mod nonsense;
pub mod plan;
pub mod requests;
pub mod rules;
pub mod service;
pub mod states;
pub mod story;
pub mod values;
pub mod wire;
pub mod world;

mod run;

pub use run::{play, replay, shrink, Finding};
pub use story::Story;
