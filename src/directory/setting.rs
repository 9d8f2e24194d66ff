//! The keys of something that has settings: what each is called, what is allowed, and how it is read from text.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::error::{Problem, Problems, shown};
use super::{Assignment, Error, Given, Result};

/// A key of a draft `D`.
pub(super) struct Key<D: 'static> {
    /// Its name, dotted where it lies in a group.
    pub(super) name: &'static str,
    /// What a program sends for it.
    pub(super) shape: Shape,
    /// What is allowed, for people.
    pub(super) allowed: &'static str,
    /// Puts into the draft what was given; none where it hasn't the shape that is allowed.
    pub(super) set: fn(&mut D, &Given) -> Option<()>,
}

/// What a program sends for a key, as JSON. Which texts and numbers are allowed is said, and checked, elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A text.
    Text,
    /// A text, or null where there is none.
    MaybeText,
    /// A truth.
    Truth,
    /// A truth, or null where nothing is said.
    MaybeTruth,
    /// A number of seconds, bits …, or null where nothing is said.
    MaybeNumber,
    /// A list of texts.
    Texts,
    /// An object, or null where there is none.
    MaybeObject,
}

impl Shape {
    /// What was sent, as it is assigned; none where it has another shape.
    fn given(self, value: &Value) -> Option<Given> {
        let text = |text: String| Some(Given::Text(text));
        match (self, value) {
            (Self::Text | Self::MaybeText, Value::String(is)) => text(is.clone()),
            (Self::Truth | Self::MaybeTruth, Value::Bool(is)) => text(is.to_string()),
            (Self::MaybeNumber, Value::Number(is)) if is.is_i64() || is.is_u64() => text(is.to_string()),
            (Self::MaybeObject, Value::Object(_)) => text(value.to_string()),
            (Self::MaybeText | Self::MaybeTruth | Self::MaybeNumber | Self::MaybeObject, Value::Null) => {
                text(String::new())
            }
            (Self::Texts, Value::Array(all)) => {
                let texts = all.iter().map(|one| one.as_str().map(str::to_owned));
                texts.collect::<Option<Vec<String>>>().map(Given::List)
            }
            _ => None,
        }
    }

    /// Its JSON Schema.
    fn schema(self, allowed: &str) -> Value {
        let mut schema = match self {
            Self::Text => json!({"type": "string"}),
            Self::MaybeText => json!({"type": ["string", "null"]}),
            Self::Truth => json!({"type": "boolean"}),
            Self::MaybeTruth => json!({"type": ["boolean", "null"]}),
            Self::MaybeNumber => json!({"type": ["integer", "null"], "minimum": 0, "maximum": u32::MAX}),
            Self::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Self::MaybeObject => json!({"type": ["object", "null"]}),
        };
        if let Value::Object(members) = &mut schema {
            members.insert("description".to_owned(), allowed.into());
        }
        schema
    }
}

/// The members of a wanted thing, with those that stand in `configuration` where it is shown: they may stand in either place.
pub(super) fn unfolded(mut wanted: Map<String, Value>) -> Map<String, Value> {
    match wanted.remove("configuration") {
        Some(Value::Object(fields)) => wanted.extend(fields),
        Some(other) => _ = wanted.insert("configuration".to_owned(), other),
        None => {}
    }
    wanted
}

/// What a program wants of a thing, as assignments to its keys. Keys that lie in a group are members of an object.
pub(super) fn read<D>(keys: &[Key<D>], wanted: &Map<String, Value>) -> Result<Vec<Assignment>> {
    let (mut given, mut problems) = (Vec::new(), Vec::new());
    for (name, value) in wanted {
        match value {
            Value::Object(group) if is_group(keys, name) => {
                for (member, value) in group {
                    member_of(
                        keys,
                        &format!("{name}.{member}"),
                        value,
                        &mut given,
                        &mut problems,
                    );
                }
            }
            value => member_of(keys, name, value, &mut given, &mut problems),
        }
    }
    if problems.is_empty() {
        Ok(given)
    } else {
        Err(Error::Malformed(problems))
    }
}

fn is_group<D>(keys: &[Key<D>], name: &str) -> bool {
    let dotted = format!("{name}.");
    keys.iter().any(|key| key.name.starts_with(&dotted))
}

fn member_of<D>(
    keys: &[Key<D>],
    name: &str,
    value: &Value,
    given: &mut Vec<Assignment>,
    problems: &mut Vec<Problem>,
) {
    let known = keys.iter().find(|key| key.name == name);
    // What was sent is repeated to nobody: it may be a secret in the wrong place.
    match known.map(|key| (key, key.shape.given(value))) {
        Some((_, Some(is))) => given.push(Assignment {
            key: name.to_owned(),
            given: is,
        }),
        Some((key, None)) => problems.push(Problem {
            key: name.to_owned(),
            found: None,
            allowed: key.allowed.to_owned(),
        }),
        None => problems.push(Problem {
            key: shown(name),
            found: None,
            allowed: "no such member is known".to_owned(),
        }),
    }
}

/// The JSON Schemas of the keys by their names, those of a group in an object.
pub(super) fn properties<D>(keys: &[Key<D>]) -> Map<String, Value> {
    let mut properties = Map::new();
    for key in keys {
        let schema = key.shape.schema(key.allowed);
        match key.name.split_once('.') {
            None => {
                properties.insert(key.name.to_owned(), schema);
            }
            Some((group, member)) => {
                let group = properties.entry(group).or_insert_with(
                    || json!({"type": "object", "additionalProperties": false, "properties": {}}),
                );
                if let Some(Value::Object(members)) = group.get_mut("properties") {
                    members.insert(member.to_owned(), schema);
                }
            }
        }
    }
    properties
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
