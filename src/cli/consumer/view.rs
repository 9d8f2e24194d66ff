use std::fmt::Write as _;

use engagement::Warning;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use super::{Global, Outcome};
use crate::directory::consumer::{Saved, View};
use crate::model::Consumer;

/// A consumer who was written.
#[derive(Serialize)]
struct Written<'c> {
    #[serde(flatten)]
    consumer: View<'c>,
    /// The password, if it was made here. It is not shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'c str>,
    warnings: &'c [Warning],
}

/// All of a consumer, for people.
pub(super) fn text(consumer: &Consumer) -> String {
    let mut text = String::new();
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key:<22} {value}");
    };
    line("sub", consumer.sub.as_str());
    line("account", consumer.account_id.as_str());
    line("status", consumer.status.as_str());
    if let Some(username) = &consumer.username {
        line("username", username);
    }
    for (name, value) in &consumer.claims {
        match value {
            Value::String(value) => line(name, value),
            value => line(name, &value.to_string()),
        }
    }
    for (key, info) in [
        (
            "customerInfo",
            consumer.customer_info.as_ref().map(serde_json::to_string),
        ),
        (
            "personalInfo",
            consumer.personal_info.as_ref().map(serde_json::to_string),
        ),
    ] {
        if let Some(Ok(info)) = info {
            line(key, &info);
        }
    }
    line("created", &consumer.created_at.to_rfc3339());
    line("updated", &consumer.updated_at.to_rfc3339());
    text
}

/// Tells of a consumer who was written, and of the password that was made for them.
pub(super) fn saved(global: &Global, done: &str, saved: &Saved, made: Option<&SecretString>) -> Outcome {
    let Saved { consumer, warnings } = saved;
    let password = made.map(ExposeSecret::expose_secret);
    let written = Written {
        consumer: View::from(consumer),
        password,
        warnings,
    };
    global.output().show(&written, || {
        let mut text = format!("{done}\n\n{}", self::text(consumer));
        if let Some(password) = password {
            let _ = write!(text, "\nThe password is {password}\nIt is not shown again.\n");
        }
        for Warning { path, message } in warnings {
            let _ = write!(text, "\n{path}: {message}");
        }
        text
    })
}
