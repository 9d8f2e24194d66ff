use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{InvalidValue, as_amount};

const ALLOWED: &str = "a period such as \"90d\", \"15m\", \"1h30m\", \"500ms\", or whole seconds";

/// Units from long to short, with their length in milliseconds.
const UNITS: [(&str, u64); 7] = [
    ("y", 31_536_000_000),
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// A length of time, to the millisecond, as people write it: `90d`, `15m`, `1h30m`, `5s`, `500ms`, or whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(u64);

impl Period {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// From milliseconds.
    pub const fn millis(millis: u64) -> Self {
        Self(millis)
    }

    /// From seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// From minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self::seconds(minutes.saturating_mul(60))
    }

    /// From hours.
    pub const fn hours(hours: u64) -> Self {
        Self::minutes(hours.saturating_mul(60))
    }

    /// From days of 24 hours.
    pub const fn days(days: u64) -> Self {
        Self::hours(days.saturating_mul(24))
    }

    /// As the standard library has it.
    pub const fn get(self) -> Duration {
        Duration::from_millis(self.0)
    }

    /// Whole seconds, as `expires_in` and `Retry-After` count them.
    pub const fn as_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// Whether it is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl From<Period> for Duration {
    fn from(period: Period) -> Self {
        period.get()
    }
}

impl FromStr for Period {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let mut rest = text.trim();
        if let Ok(seconds) = rest.parse::<u64>() {
            return seconds.checked_mul(1000).map(Self).ok_or(InvalidValue(ALLOWED));
        }
        let mut millis = 0_u64;
        // Each unit at most once, from long to short: `30m1h` is a slip more often than a wish.
        let mut units = UNITS.iter();
        while !rest.is_empty() {
            let digits = rest
                .find(|c: char| !c.is_ascii_digit())
                .ok_or(InvalidValue(ALLOWED))?;
            let (number, after) = rest.split_at(digits);
            let unit = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
            let (name, after) = after.split_at(unit);
            let (_, length) = units
                .find(|(unit, _)| *unit == name.trim())
                .ok_or(InvalidValue(ALLOWED))?;
            let amount = number.parse::<u64>().map_err(|_| InvalidValue(ALLOWED))?;
            millis = amount
                .checked_mul(*length)
                .and_then(|part| millis.checked_add(part))
                .ok_or(InvalidValue(ALLOWED))?;
            rest = after;
        }
        (!text.trim().is_empty())
            .then_some(Self(millis))
            .ok_or(InvalidValue(ALLOWED))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        // Weeks and years are understood, days are clearer.
        for (name, length) in UNITS.into_iter().skip(2) {
            if rest >= length {
                write!(f, "{}{name}", rest / length)?;
                rest %= length;
            }
        }
        Ok(())
    }
}

as_amount!(Period, seconds);
