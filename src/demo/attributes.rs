//! Claims and attributes as people read them: a dotted name and a text, the most telling first.

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

/// In which order members are shown; those that aren't named here come after them.
const ORDER: [&str; 37] = [
    "name",
    "given_name",
    "middle_name",
    "family_name",
    "nickname",
    "preferred_username",
    "firstname",
    "lastname",
    "customerId",
    "userName",
    "ctype",
    "cstatus",
    "balance",
    "currency",
    "registrationDate",
    "lastPaymentDate",
    "accountName",
    "companyBranch",
    "companySize",
    "role",
    "age",
    "gender",
    "birthdate",
    "language",
    "company",
    "email",
    "email_verified",
    "phone",
    "phoneType",
    "phone_number",
    "phone_number_verified",
    "contacts",
    "address",
    "locale",
    "zoneinfo",
    "country",
    "region",
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
    for (name, value) in in_order(claims) {
        if NOT_ABOUT_THE_CONSUMER.contains(&name) {
            continue;
        }
        match value.get("formatted").and_then(Value::as_str) {
            Some(lines) => attributes.push((name.to_owned(), lines.replace('\n', ", "))),
            None => flatten(name, value, &mut attributes),
        }
    }
    attributes
}

fn in_order(members: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let place = |name: &str| {
        ORDER
            .iter()
            .position(|known| *known == name)
            .unwrap_or(ORDER.len())
    };
    let mut members: Vec<_> = members
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    members.sort_by_key(|(name, _)| place(name));
    members
}

fn flatten(name: &str, value: &Value, into: &mut Vec<Attribute>) {
    let text = match value {
        Value::Null => return,
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => return items.iter().for_each(|item| flatten(name, item, into)),
        Value::Object(members) => {
            let Some(text) = in_words(name, members) else {
                return members_of(name, members, into);
            };
            text
        }
    };
    into.push((name.to_owned(), text));
}

fn members_of(name: &str, members: &Map<String, Value>, into: &mut Vec<Attribute>) {
    for (member, value) in in_order(members) {
        if name.is_empty() {
            flatten(member, value, into);
        } else {
            flatten(&format!("{name}.{member}"), value, into);
        }
    }
}

/// A date (`{day, month, year}`), or an age, the day of birth, or both.
fn in_words(name: &str, members: &Map<String, Value>) -> Option<String> {
    if !members
        .keys()
        .all(|name| ["age", "year", "month", "day"].contains(&name.as_str()))
    {
        return None;
    }
    let number = |name: &str| members.get(name).and_then(Value::as_u64);
    let month = number("month").and_then(|month| MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?));
    let date = match (number("year"), month, number("day")) {
        (Some(year), Some(month), Some(day)) => Some(format!("{day} {month} {year}")),
        (Some(year), Some(month), None) => Some(format!("{month} {year}")),
        (Some(year), None, _) => Some(year.to_string()),
        (None, ..) => None,
    };
    let born = |date: String| {
        if name == "age" {
            format!("born {date}")
        } else {
            date
        }
    };
    match (number("age"), date.map(born)) {
        (Some(age), Some(born)) => Some(format!("{age}, {born}")),
        (Some(age), None) => Some(age.to_string()),
        (None, date) => date,
    }
}
