//! Claims and attributes as people read them: a dotted name and a text.

use serde::Serialize;
use serde_json::{Map, Value};

/// A name, with dots where it is inside another, and the value.
pub(super) type Attribute = (String, String);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Claims that say how a token came about, and nothing about the consumer; and those that are shown elsewhere.
const NOT_ABOUT_THE_CONSUMER: [&str; 17] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "azp",
    "nonce",
    "sid",
    "acr",
    "amr",
    "auth_time",
    "at_hash",
    "c_hash",
    "s_hash",
    "lp_sdes",
];

/// customerInfo or personalInfo, by the platform's names.
pub(super) fn of_info<T: Serialize>(info: Option<&T>) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    if let Some(Ok(value)) = info.map(serde_json::to_value) {
        flatten("", &value, &mut attributes);
    }
    attributes
}

/// The claims about the consumer.
pub(super) fn of_claims(claims: &Map<String, Value>) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    for (name, value) in claims {
        if NOT_ABOUT_THE_CONSUMER.contains(&name.as_str()) {
            continue;
        }
        match (name.as_str(), value.get("formatted").and_then(Value::as_str)) {
            ("address", Some(lines)) => attributes.push((name.clone(), lines.replace('\n', ", "))),
            _ => flatten(name, value, &mut attributes),
        }
    }
    attributes
}

fn flatten(name: &str, value: &Value, into: &mut Vec<Attribute>) {
    let text = match value {
        Value::Null => return,
        Value::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            for item in items {
                flatten(name, item, into);
            }
            return;
        }
        Value::Object(members) => match in_words(members) {
            Some(text) => text,
            None => {
                for (member, value) in members {
                    let name = if name.is_empty() {
                        member.clone()
                    } else {
                        format!("{name}.{member}")
                    };
                    flatten(&name, value, into);
                }
                return;
            }
        },
    };
    into.push((name.to_owned(), text));
}

/// A date (`{day, month, year}`), or an age with the day of birth.
fn in_words(members: &Map<String, Value>) -> Option<String> {
    let known = |name: &&str| ["age", "year", "month", "day"].contains(name);
    let number = |name: &str| members.get(name).and_then(Value::as_u64);
    if !members.keys().all(|name| known(&name.as_str())) {
        return None;
    }
    let month = number("month").and_then(|month| MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?));
    let date = match (number("year"), month, number("day")) {
        (Some(year), Some(month), Some(day)) => Some(format!("{day} {month} {year}")),
        (Some(year), Some(month), None) => Some(format!("{month} {year}")),
        (Some(year), None, _) => Some(year.to_string()),
        (None, ..) => None,
    };
    match (number("age"), date) {
        (Some(age), Some(date)) => Some(format!("{age}, born {date}")),
        (Some(age), None) => Some(age.to_string()),
        (None, date) => date,
    }
}
