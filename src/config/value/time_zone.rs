use std::fmt;
use std::str::FromStr;

use jiff::tz::{self, TimeZoneDatabase};

use super::{InvalidValue, as_text};
use crate::base::Timestamp;

const ALLOWED: &str =
    "the name of a time zone in IANA's database as it is spelt there, such as UTC or Europe/Athens";

/// A time zone of IANA's database, which is compiled in: what a name means is the same on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone(tz::TimeZone);

impl TimeZone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(tz::TimeZone::UTC);

    /// How far its clocks are ahead of UTC at an instant, in milliseconds; summer time counts.
    pub fn ahead_of_utc(&self, at: Timestamp) -> i64 {
        // Outside the years -9999 to 9999 there are no rules.
        let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        i64::from(self.0.to_offset(at).seconds()) * 1000
    }
}

impl FromStr for TimeZone {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let found = TimeZoneDatabase::bundled().get(text).ok();
        // It looks names up whatever their case is; programs that read them don't.
        found
            .filter(|zone| !zone.is_unknown() && zone.iana_name() == Some(text))
            .map(Self)
            .ok_or(InvalidValue(ALLOWED))
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

as_text!(TimeZone);
