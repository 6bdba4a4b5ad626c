//! Places: the numbers by which nodes are held, and the names that follow from them in JavaScript.

/// The place of a node.
pub(crate) type Place = u32;
/// The place of no node.
pub(crate) const NOBODY: Place = 0;
/// The place of what follows all my conversations.
pub(crate) const INBOX: Place = 1;

/// The name of a node's snapshot in JavaScript's table.
pub(crate) fn handle(place: Place) -> u32 {
    place * 2
}

/// The name of a message's snapshot in the form that is shown inside those that refer to it.
pub(crate) fn reference_handle(place: Place) -> u32 {
    place * 2 + 1
}

/// Whether a place is in a list. `contains` takes four times the code, to look at several at once.
#[inline(never)]
#[allow(clippy::manual_contains)]
pub(crate) fn is_among(places: &[Place], place: Place) -> bool {
    places.iter().any(|&own| own == place)
}
