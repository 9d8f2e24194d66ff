//! What a change changed, for the record of changes: never a secret, since settings hold none.

use serde_json::{Map, Value, json};

/// The longest text that the record keeps whole; a logo is longer.
const LONGEST: usize = 256;

/// Each key that differs, with its value before and after.
pub(super) fn difference(before: &Value, after: &Value) -> Value {
    let mut changed = Map::new();
    compare("", before, after, &mut changed);
    Value::Object(changed)
}

fn compare(key: &str, before: &Value, after: &Value, changed: &mut Map<String, Value>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in after {
                let key = if key.is_empty() {
                    name.clone()
                } else {
                    format!("{key}.{name}")
                };
                compare(&key, before.get(name).unwrap_or(&Value::Null), value, changed);
            }
        }
        _ if before == after => {}
        _ => {
            changed.insert(
                key.to_owned(),
                json!({"before": kept(before), "after": kept(after)}),
            );
        }
    }
}

/// A value as the record keeps it.
pub(super) fn kept(value: &Value) -> Value {
    match value {
        Value::String(text) if text.len() > LONGEST => {
            let begin = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
            format!("{begin}… ({} bytes)", text.len()).into()
        }
        Value::Array(values) => values.iter().map(kept).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), kept(value)))
            .collect(),
        other => other.clone(),
    }
}
