//! Settings as they are in force, for people and programs. Secrets are masked by their types.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Loaded, Origin, keys};

impl Loaded {
    /// The settings as a document: `settings`, and under `origins` where each that isn't a default was set.
    pub fn to_json(&self) -> Value {
        let origins = keys().into_iter().filter_map(|key| match self.origin(&key.name) {
            Origin::Default => None,
            origin => Some((key.name, Value::String(origin.to_string()))),
        });
        serde_json::json!({
            "settings": serde_json::to_value(&self.settings).unwrap_or_default(),
            "origins": origins.collect::<serde_json::Map<_, _>>(),
        })
    }

    /// The settings as TOML, each that isn't a default with where it was set.
    pub fn to_toml(&self) -> String {
        let settings = serde_json::to_value(&self.settings).unwrap_or_default();
        let mut text = String::new();
        let mut section = String::new();
        for key in keys() {
            let value = key
                .name
                .split('.')
                .try_fold(&settings, |value, part| value.get(part));
            let (Some(value), Some((table, name))) = (value, key.name.rsplit_once('.')) else {
                continue;
            };
            // Written as a table: its keys follow.
            if value.is_object() {
                continue;
            }
            if table != section {
                let _ = writeln!(text, "{}[{table}]", if section.is_empty() { "" } else { "\n" });
                table.clone_into(&mut section);
            }
            let mut line = match value {
                Value::Null => format!("# {name} isn't set"),
                value => format!("{name} = {value}"),
            };
            match self.origin(&key.name) {
                Origin::Default => {}
                origin => {
                    let _ = write!(line, "  # {origin}");
                }
            }
            let _ = writeln!(text, "{line}");
        }
        text
    }
}
