//! The keys of something that has settings: what each is called, what is allowed, and how it is read from text.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::{Problems, shown};
use super::{Assignment, Given};

/// A key of a draft `D`.
pub(super) struct Key<D: 'static> {
    /// Its name, dotted where it lies in a group.
    pub(super) name: &'static str,
    /// What is allowed, for people.
    pub(super) allowed: &'static str,
    /// Puts into the draft what was given; none where it hasn't the shape that is allowed.
    pub(super) set: fn(&mut D, &Given) -> Option<()>,
}

/// Puts all that was given into a draft, in order.
pub(super) fn assign<D>(keys: &[Key<D>], draft: &mut D, given: &[Assignment], problems: &mut Problems) {
    for Assignment { key, given } in given {
        match keys.iter().find(|known| known.name == key) {
            None => problems.push(
                key,
                None,
                format!("no such key is known; the keys are {}", names(keys)),
            ),
            Some(known) if (known.set)(draft, given).is_none() => {
                problems.push(key, Some(shown(&given.to_string())), known.allowed);
            }
            Some(_) => {}
        }
    }
}

fn names<D>(keys: &[Key<D>]) -> String {
    let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
    names.join(", ")
}

/// What a text says, in a type that reads text.
pub(super) fn parsed<T: FromStr>(given: &Given) -> Option<T> {
    given.as_text()?.trim().parse().ok()
}

/// One of a closed set, by the name that it has in JSON.
pub(super) fn named<T: DeserializeOwned>(given: &Given) -> Option<T> {
    by_name(given.as_text()?)
}

/// Several of a closed set, each once.
pub(super) fn all_named<T: DeserializeOwned + PartialEq>(given: &Given) -> Option<Vec<T>> {
    let mut all = Vec::new();
    for value in given.as_list()? {
        let value = by_name(&value)?;
        if !all.contains(&value) {
            all.push(value);
        }
    }
    Some(all)
}

fn by_name<T: DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(Value::String(name.trim().to_owned())).ok()
}

/// Fills a field that may be missing: an empty text empties it.
pub(super) fn optional<T>(given: &Given, read: fn(&Given) -> Option<T>, field: &mut Option<T>) -> Option<()> {
    *field = match given.as_text() {
        Some(text) if text.trim().is_empty() => None,
        _ => Some(read(given)?),
    };
    Some(())
}

/// A text as it is.
pub(super) fn text(given: &Given) -> Option<String> {
    given.as_text().map(|text| text.trim().to_owned())
}
