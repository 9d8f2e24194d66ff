//! Days of the calendar.

use serde::Serialize;
use std::fmt;
use std::ops::RangeInclusive;

/// A day that exists, with a year of four digits. It is written as the platform writes dates: `{day, month, year}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarDate {
    day: u8,
    month: u8,
    year: u16,
}

impl CalendarDate {
    pub(crate) const YEARS: RangeInclusive<i64> = 1000..=9999;

    /// Takes a day of the Gregorian calendar, if there is or was one.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = Self::YEARS.contains(&year.into()) && (1..=days_in(Some(year), month)).contains(&day);
        exists.then_some(Self { day, month, year })
    }

    /// The year, 1000 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub const fn day(self) -> u8 {
        self.day
    }
}

/// The number of days in a month; without a year, the most it can have. No other month has any.
pub(crate) fn days_in(year: Option<u16>, month: u8) -> u8 {
    let leap = year
        .is_none_or(|year| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// ISO 8601: `2026-11-03`.
impl fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
