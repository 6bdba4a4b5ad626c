//! Scripts in which the service says what no real one would say, or in an order that a real one
//! would hardly choose. A client must neither stop nor keep what nobody wants.

mod answers;
mod calls;
mod chains;
mod gets;
mod late;
mod lingering;
mod lists;
mod obstinate;
mod quotes;
mod refused;
mod reloads;
mod renewed;
mod talk;
mod trimmed;
