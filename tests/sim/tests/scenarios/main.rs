//! Short scripts, each about one rule of what a user sees or of what goes over the wire. The rules
//! are those of the documented behaviour; [`talk_sim::Page`] checks some more in every step, such
//! as that a listener is called for a change only and that what did not change stays the same
//! object.

mod conversations;
mod failures;
mod filters;
mod gaps;
mod life;
mod membership;
mod participants;
mod people;
mod presence;
mod reactions;
mod replies;
mod stage;
mod typing;
mod windows;
