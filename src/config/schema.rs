//! What the types say of themselves: a JSON Schema, and the list of all keys.

use schemars::Schema;
use serde_json::{Map, Value};

use super::Settings;

/// The JSON Schema (draft 2020-12) of `signet.toml`, with each setting's documentation and default.
pub fn schema() -> Schema {
    schemars::SchemaGenerator::new(
        schemars::generate::SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
        }),
    )
    .into_root_schema_for::<Settings>()
}

/// One setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// Its dotted name.
    pub name: String,
    /// Its documentation.
    pub description: String,
    /// Its default; `Null` where there is none.
    pub default: Value,
    /// Whether its value must not be shown.
    pub secret: bool,
}

/// All settings.
pub fn keys() -> Vec<Key> {
    let schema = schema();
    let mut keys = Vec::new();
    if let Some(root) = schema.as_object() {
        gather(root, "", &mut keys);
    }
    keys
}

/// A table's own keys first, then those of the tables in it, as TOML wants them.
fn gather(table: &Map<String, Value>, prefix: &str, keys: &mut Vec<Key>) {
    let mut tables = Vec::new();
    let properties = table.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let Some(property) = property.as_object() else {
            continue;
        };
        let name = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        if property.get("type") == Some(&Value::from("object")) {
            tables.push((property, name));
            continue;
        }
        // A setting that may be written as a value or as a table.
        if property.contains_key("properties") {
            tables.push((property, name.clone()));
        }
        keys.push(Key {
            description: property
                .get("description")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            default: property.get("default").cloned().unwrap_or(Value::Null),
            secret: property.get("x-secret") == Some(&Value::Bool(true)),
            name,
        });
    }
    for (property, name) in tables {
        gather(property, &name, keys);
    }
}

/// The key that was perhaps meant by `unknown`: the nearest by edits, of the whole name or of its last part.
pub(super) fn nearest(unknown: &str, keys: &[Key]) -> Option<String> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    keys.iter()
        .map(|key| {
            let whole = edits(unknown, &key.name);
            // The right word in the wrong section counts as one slip.
            let part = edits(&last(unknown), &last(&key.name)) + 1;
            (whole.min(part), whole, &key.name)
        })
        .min()
        .filter(|(edits, _, name)| *edits <= 1 + name.len() / 5)
        .map(|(_, _, name)| name.clone())
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let here = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
