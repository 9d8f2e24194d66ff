//! `age`: a number of years, or the date of birth that it is computed from.

use crate::date::{CalendarDate, days_in};
use crate::object::Object;
use serde::Serialize;

/// An age, a date of birth, or both. One of `age` and `year` is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Age {
    #[serde(rename = "age", skip_serializing_if = "Option::is_none")]
    years: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    day: Option<u8>,
}

impl Age {
    /// Takes a date of birth.
    pub const fn born(date: CalendarDate) -> Self {
        Self {
            years: None,
            year: Some(date.year()),
            month: Some(date.month()),
            day: Some(date.day()),
        }
    }

    /// The age in years on a day: as given, or else computed. Where the birthday isn't known, it counts as past.
    pub fn years_on(self, today: CalendarDate) -> Option<u16> {
        if let Some(years) = self.years {
            return Some(years.into());
        }
        let difference = today.year().checked_sub(self.year?)?;
        let birthday = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if birthday <= (today.month(), today.day()) {
            Some(difference)
        } else {
            difference.checked_sub(1)
        }
    }

    /// The date of birth, where all of it is known.
    pub fn date_of_birth(self) -> Option<CalendarDate> {
        CalendarDate::new(self.year?, self.month?, self.day?)
    }

    pub(crate) fn labels(self, today: CalendarDate) -> impl Iterator<Item = (&'static str, String)> {
        let years = self.years_on(today).map(|years| ("Age", years.to_string()));
        let birth = match self.date_of_birth() {
            Some(date) => Some(("Date of birth", date.to_string())),
            None => self.year.map(|year| ("Year of birth", year.to_string())),
        };
        [years, birth].into_iter().flatten()
    }

    pub(crate) fn read(mut object: Object<'_, '_>) -> Option<Self> {
        let age = Self {
            years: object.integer("age", &(0..=150)),
            year: object.integer("year", &CalendarDate::YEARS),
            month: object.integer("month", &(1..=12)),
            day: object.integer("day", &(1..=31)),
        };
        if !object.has("age") && !object.has("year") {
            object.violation("year", "nothing", "a year of birth, or an age");
        }
        // Without a year, 29 February may exist.
        let last_day = age.month.map(|month| days_in(age.year, month));
        let exists = age
            .day
            .is_none_or(|day| last_day.is_none_or(|last_day| day <= last_day));
        if !exists {
            object.violation(
                "day",
                age.day.unwrap_or_default().to_string(),
                "a day that exists in the month",
            );
        }
        object.close();
        (exists && (age.years.is_some() || age.year.is_some())).then_some(age)
    }
}
