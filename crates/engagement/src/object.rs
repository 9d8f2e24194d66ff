//! Reading a JSON object key by key, and telling everything that is wrong with it.

use crate::date::CalendarDate;
use crate::nearest::nearest;
use crate::report::Report;
use crate::text::Text;
use serde_json::{Map, Number, Value};
use std::ops::RangeInclusive;

/// How much of a wrong value or key is shown.
const SHOWN_CHARACTERS: usize = 40;

/// A JSON object whose keys are asked for one by one; [`Object::close`] refuses those that nobody asked for.
pub(crate) struct Object<'json, 'report> {
    fields: &'json Map<String, Value>,
    path: String,
    known: Vec<&'static str>,
    report: &'report mut Report,
}

impl<'json, 'report> Object<'json, 'report> {
    /// Begins to read a value that should be an object.
    pub(crate) fn open(value: &'json Value, path: String, report: &'report mut Report) -> Option<Self> {
        if let Value::Object(fields) = value {
            return Some(Self {
                fields,
                path,
                known: Vec::new(),
                report,
            });
        }
        report.violation(path, describe(value), "an object");
        None
    }

    /// Reads a key, where it is there and not null. `convert` has no answer for what is not allowed.
    pub(crate) fn read<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        convert: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.given(key)?;
        let converted = convert(value);
        if converted.is_none() {
            self.report.violation(self.path_of(key), describe(value), allowed);
        }
        converted
    }

    pub(crate) fn text(&mut self, key: &'static str) -> Option<Text> {
        self.read(key, Text::ALLOWED, |value| Text::new(value.as_str()?))
    }

    pub(crate) fn number(&mut self, key: &'static str) -> Option<Number> {
        self.read(key, "a number", |value| value.as_number().cloned())
    }

    pub(crate) fn integer<T: TryFrom<i64>>(
        &mut self,
        key: &'static str,
        range: &RangeInclusive<i64>,
    ) -> Option<T> {
        let allowed = format!("an integer from {} to {}", range.start(), range.end());
        self.read(key, &allowed, |value| {
            value
                .as_i64()
                .filter(|number| range.contains(number))?
                .try_into()
                .ok()
        })
    }

    /// A date, all three parts of which must be there.
    pub(crate) fn date(&mut self, key: &'static str) -> Option<CalendarDate> {
        let mut date = self.object(key)?;
        for part in ["day", "month", "year"] {
            if date.given(part).is_none() {
                date.report
                    .violation(date.path_of(part), "nothing", "day, month and year, all three");
            }
        }
        let day = date.integer("day", &(1..=31));
        let month = date.integer("month", &(1..=12));
        let year = date.integer("year", &CalendarDate::YEARS);
        date.close();
        let (year, month, day) = (year?, month?, day?);
        let found = CalendarDate::new(year, month, day);
        if found.is_none() {
            let written = format!("day {day} of month {month} in {year}");
            self.violation(key, written, "a day that exists");
        }
        found
    }

    /// Begins to read the object under a key.
    pub(crate) fn object(&mut self, key: &'static str) -> Option<Object<'json, '_>> {
        let value = self.given(key)?;
        Object::open(value, self.path_of(key), self.report)
    }

    /// Reads every element of the array under a key.
    pub(crate) fn array<T>(&mut self, key: &'static str, read: impl Fn(Object<'json, '_>) -> T) -> Vec<T> {
        let Some(value) = self.given(key) else {
            return Vec::new();
        };
        let Value::Array(elements) = value else {
            self.report
                .violation(self.path_of(key), describe(value), "an array");
            return Vec::new();
        };
        let path = self.path_of(key);
        elements
            .iter()
            .enumerate()
            .filter_map(|(index, element)| {
                Object::open(element, format!("{path}[{index}]"), self.report).map(&read)
            })
            .collect()
    }

    /// Takes notice of a key that exists but has no place here; it is left out.
    pub(crate) fn leave_out(&mut self, key: &'static str, reason: &str) {
        if self.given(key).is_some() {
            self.report.warning(self.path_of(key), reason);
        }
    }

    /// Tells of something wrong with a key's value.
    pub(crate) fn violation(&mut self, key: &str, found: impl Into<String>, allowed: &str) {
        self.report.violation(self.path_of(key), found, allowed);
    }

    /// Tells of something odd about a key's value.
    pub(crate) fn warning(&mut self, key: &str, message: &str) {
        self.report.warning(self.path_of(key), message);
    }

    /// Tells of something wrong with the object as a whole.
    pub(crate) fn violation_of_itself(&mut self, found: &str, allowed: &str) {
        self.report.violation(self.path.clone(), found, allowed);
    }

    /// Whether a key is there and not null.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields.get(key).is_some_and(|value| !value.is_null())
    }

    /// Ends the reading, and refuses the keys that were not asked for.
    pub(crate) fn close(self) {
        for unknown in self
            .fields
            .keys()
            .filter(|key| !self.known.contains(&key.as_str()))
        {
            self.report.unknown(
                self.path_of(&shorten(unknown)),
                "an unknown key",
                self.known.join(", "),
                nearest(unknown, &self.known),
            );
        }
    }

    fn given(&mut self, key: &'static str) -> Option<&'json Value> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.fields.get(key).filter(|value| !value.is_null())
    }

    fn path_of(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }
}

/// A value in a few words, which may be shown to whoever gave it.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.chars().nth(SHOWN_CHARACTERS).is_some() => {
            format!("text of {} characters", text.chars().count())
        }
        Value::String(text) => format!("\"{}\"", text.escape_debug()),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A key that somebody made up, fit for a message.
fn shorten(key: &str) -> String {
    let mut shown: String = key.chars().take(SHOWN_CHARACTERS).collect();
    if shown.len() < key.len() {
        shown.push('…');
    }
    shown.escape_debug().to_string()
}
