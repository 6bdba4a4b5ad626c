//! The client's core and the backend's hub in one process: two machines, a virtual clock, and a
//! network between them that a seed makes as bad as wanted.
//!
//! [`World`] holds the hub, any number of [`Browser`]s and all that is under way between them.
//! A browser is a core with a small model of the package's JavaScript ([`Page`]), which carries out
//! the core's operations and checks on the way what the core promises about them. Nothing sleeps
//! and nothing is random: the same seed gives the same run, step by step.
//!
//! The tests are in `tests/`: `chaos` lets a thousand seeds loose, `scenarios` plays short scripts
//! that name the rule they are about.

mod away;
mod browser;
mod check;
mod dice;
mod events;
mod expect;
mod page;
mod service;
mod snapshot;
mod solo;
mod weather;
mod whole;
mod world;

pub use browser::{Browser, Login};
pub use dice::Dice;
pub use expect::Expected;
pub use page::{Heard, Outcome, Page, State, Subscription};
pub use snapshot::{Object, Part, Snapshot};
pub use solo::{Sent, Solo};
pub use talk_core::Call;
pub use weather::Weather;
pub use world::{World, START};
