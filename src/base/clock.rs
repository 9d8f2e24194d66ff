use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// An instant, in milliseconds since 1970-01-01 UTC: the form that the database keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since 1970, as tokens carry them.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970 (RFC 7519 §2, NumericDate).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// How long ago `earlier` was; nothing when it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// An instant as RFC 3339 writes it, or the beginning of a day in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let millis = match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(instant) => instant.timestamp_millis(),
            Err(_) => text
                .parse::<chrono::NaiveDate>()
                .ok()?
                .and_time(chrono::NaiveTime::MIN)
                .and_utc()
                .timestamp_millis(),
        };
        Some(Self(millis))
    }

    /// An instant as HTTP's `Date` writes it (RFC 9110 §5.6.7).
    pub fn parse_http(text: &str) -> Option<Self> {
        let instant = chrono::DateTime::parse_from_rfc2822(text).ok()?;
        Some(Self(instant.timestamp_millis()))
    }

    /// `Sep 22, 2016 4:10:15 PM`: a date in UTC as the messaging platform's services write it.
    pub fn to_us_english(self) -> String {
        chrono::DateTime::from_timestamp_millis(self.0).map_or_else(
            || self.0.to_string(),
            |at| at.format("%b %-d, %Y %-I:%M:%S %p").to_string(),
        )
    }

    /// `30-11-26`: a day in UTC as the messaging platform names keys by it.
    pub fn to_short_day(self) -> String {
        chrono::DateTime::from_timestamp_millis(self.0)
            .map_or_else(|| self.0.to_string(), |at| at.format("%d-%m-%y").to_string())
    }

    /// RFC 3339 in UTC, to the millisecond, for people and logs.
    pub fn to_rfc3339(self) -> String {
        chrono::DateTime::from_timestamp_millis(self.0).map_or_else(
            || self.0.to_string(),
            |at| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        )
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, after: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(after.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, before: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(before.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// Where the time comes from. Passed in, so that tests own it.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The operating system's clock.
    #[default]
    System,
    /// A clock that stands still until it is set.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn manual(at: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.millis())))
    }

    /// The present instant.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's clock"
    )]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(millis) => Timestamp(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock on; the system's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(millis) = self {
            millis.fetch_add(
                i64::try_from(by.as_millis()).unwrap_or(i64::MAX),
                Ordering::SeqCst,
            );
        }
    }
}

/// Measures how long something takes, whatever happens to the clock meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// From now on.
    #[expect(clippy::disallowed_methods, reason = "the one place that measures")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has run.
    #[expect(clippy::disallowed_methods, reason = "the one place that measures")]
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
