//! A connector as programs read and write it.

use serde_json::{Map, Value, json};

use crate::directory::error::{Problems, shown};
use crate::directory::{Assignment, Given, Result};
use crate::model::connector::Connector;

/// A connector for programs: its fields by the platform's names. Of its secret, only whether there is one (SEC-132).
pub fn document(connector: &Connector) -> Value {
    json!({
        "account_id": connector.account_id,
        "connector_id": connector.connector_id,
        "name": connector.name,
        "type": connector.kind,
        "enabled": connector.enabled,
        "deleted": connector.deleted,
        "configuration": connector.configuration,
        "has_secret": connector.secret.is_some(),
        "created_at": connector.created_at.to_rfc3339(),
        "updated_at": connector.updated_at.to_rfc3339(),
    })
}

/// What a program wants of a connector, as assignments to its fields: those of `configuration` stand beside the others. A
/// member of another kind than a text, a number, a truth or a list of texts is none.
pub fn assignments(wanted: &Value) -> Result<Vec<Assignment>> {
    let (mut problems, mut given) = (Problems::default(), Vec::new());
    match wanted {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::Object(fields) if key == "configuration" => {
                        read(fields, &mut given, &mut problems);
                    }
                    value => member(key, value, &mut given, &mut problems),
                }
            }
        }
        _ => problems.push("body", None, "an object"),
    }
    problems.finish()?;
    Ok(given)
}

fn read(fields: &Map<String, Value>, given: &mut Vec<Assignment>, problems: &mut Problems) {
    for (key, value) in fields {
        member(key, value, given, problems);
    }
}

fn member(key: &str, value: &Value, given: &mut Vec<Assignment>, problems: &mut Problems) {
    if key == "clientSecret" && !(value.is_string() || value.is_null()) {
        // What was given is repeated to nobody.
        return problems.push(key, None, "a text");
    }
    let is = match value {
        Value::Null => Given::Text(String::new()),
        Value::Bool(truth) => Given::Text(truth.to_string()),
        Value::String(text) => Given::Text(text.clone()),
        Value::Number(number) => Given::Text(number.to_string()),
        Value::Array(values) => {
            let texts: Option<Vec<String>> = values
                .iter()
                .map(|value| value.as_str().map(str::to_owned))
                .collect();
            match texts {
                Some(texts) => Given::List(texts),
                None => return problems.push(key, None, "a list of texts"),
            }
        }
        Value::Object(_) => {
            return problems.push(
                key,
                Some(shown("an object")),
                "a text, a truth or a list of texts",
            );
        }
    };
    given.push(Assignment {
        key: key.to_owned(),
        given: is,
    });
}
