//! The one place that reads the clock: measuring is what this program is for.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A point in time, to take the distance from.
#[expect(clippy::disallowed_methods, reason = "a measuring program's own clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// How long ago that was.
pub(crate) fn since(begin: Instant) -> Duration {
    now() - begin
}

/// Seconds since 1970, for the times in tokens.
#[expect(clippy::disallowed_methods, reason = "a measuring program's own clock")]
pub(crate) fn unix() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| since.as_secs().try_into().ok())
        .unwrap_or_default()
}
