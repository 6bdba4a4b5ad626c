//! The only place that reads a clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// The time in ms since the epoch, or one that stands still for tests.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pub(super) fixed: Option<u64>,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "the driver is who reads the clock")]
    pub(super) fn now(&self) -> u64 {
        self.fixed.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
    }
}
