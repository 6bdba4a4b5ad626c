//! How long to wait before something is tried again.

use crate::{Millis, Random};

/// A random wait of at least 0.1 s, and at most 1.1 s the first time, twice that the next time, and
/// so on up to 30 s: for what many clients may try at the same moment.
#[inline(never)]
pub(super) fn backoff(random: &mut Random, tries: u32) -> Millis {
    let most = (1000u32 << tries.min(5)).min(30_000);
    Millis::from(100 + random.below(most))
}

/// The wait before the next try of something that the service was too busy for: each a fifth longer
/// than the one before, 5 % more or less, and at most 30 s.
#[derive(Debug)]
pub(super) struct Wait(u32);

impl Wait {
    /// At the start of a session the first try again is made at once.
    pub(super) const NONE: Wait = Wait(0);
    /// After something succeeded.
    pub(super) const SHORT: Wait = Wait(200);
    /// The second wait; where there is no try at once.
    pub(super) const SECOND: Wait = Wait(240);

    #[inline(never)]
    pub(super) fn next(&mut self, random: &mut Random) -> Millis {
        let wait = self.0;
        self.0 = if wait == 0 { 240 } else { (wait * 6 / 5).min(30_000) };
        Millis::from((wait - wait / 20 + random.below(wait / 10 + 1)).min(30_000))
    }
}
