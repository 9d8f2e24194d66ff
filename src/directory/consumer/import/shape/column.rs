//! A column of a CSV file, by its heading.

use serde_json::{Map, Number, Value};

use super::{Incoming, own};
use crate::directory::consumer::import::rows::json;
use crate::model::claim::{self, ADDRESS_MEMBERS, Claim, ClaimType};
use crate::model::{Draft, Refusal};

/// What a column holds.
#[derive(Debug)]
pub(in crate::directory::consumer) enum Column {
    Sub,
    Username,
    Status,
    Password,
    PasswordHash,
    Claim(&'static Claim),
    /// A member of `address`.
    Address(&'static str),
    /// `customerInfo` or `personalInfo` as JSON.
    Attributes(Object),
    /// A path into one of them: `customerInfo.lastPaymentDate.day`, `personalInfo.contacts.0.email`.
    Attribute(Object, Vec<Step>),
}

#[derive(Clone, Copy, Debug)]
pub(in crate::directory::consumer) enum Object {
    CustomerInfo,
    PersonalInfo,
}

#[derive(Debug)]
pub(in crate::directory::consumer) enum Step {
    Key(String),
    Index(usize),
}

/// Members that are numbers, and are written without quotes in JSON.
const NUMBERS: [&str; 8] = [
    "age",
    "balance",
    "companySize",
    "day",
    "gender",
    "loginStatus",
    "month",
    "year",
];
/// The most elements that a list can be given in columns.
const ELEMENTS: usize = 20;

impl Column {
    /// For people.
    pub(in crate::directory::consumer) const ALLOWED: &'static str = "sub, username, status, password, password_hash, a standard \
        claim (email, name, …), address.MEMBER, customerInfo, customerInfo.MEMBER, personalInfo, personalInfo.MEMBER";

    /// The column of that heading.
    pub(in crate::directory::consumer) fn parse(heading: &str) -> Option<Self> {
        match heading {
            "sub" => return Some(Self::Sub),
            "username" => return Some(Self::Username),
            "status" => return Some(Self::Status),
            "password" => return Some(Self::Password),
            "password_hash" => return Some(Self::PasswordHash),
            "customerInfo" => return Some(Self::Attributes(Object::CustomerInfo)),
            "personalInfo" => return Some(Self::Attributes(Object::PersonalInfo)),
            _ => {}
        }
        if let Some(claim) = claim::find(heading) {
            return Some(Self::Claim(claim));
        }
        let (object, path) = heading.split_once('.')?;
        match object {
            "address" => ADDRESS_MEMBERS
                .iter()
                .find(|member| **member == path)
                .map(|member| Self::Address(member)),
            "customerInfo" => Some(Self::Attribute(Object::CustomerInfo, steps(path)?)),
            "personalInfo" => Some(Self::Attribute(Object::PersonalInfo, steps(path)?)),
            _ => None,
        }
    }

    /// Takes a cell over. What the values may be is checked with the whole consumer.
    pub(in crate::directory::consumer) fn read(&self, cell: &str, row: &mut Incoming) -> Result<(), Refusal> {
        let draft = &mut row.draft;
        match self {
            Self::Sub => draft.sub = Some(cell.to_owned()),
            Self::Username => draft.username = Some(cell.to_owned()),
            Self::Status => draft.status = own::status(Some(cell))?,
            Self::Password | Self::PasswordHash if row.password.is_some() => {
                return Err(Refusal::new("password", "must not stand beside a password_hash"));
            }
            Self::Password => row.password = own::password(Some(cell), None)?,
            Self::PasswordHash => row.password = own::password(None, Some(cell))?,
            Self::Claim(claim) => {
                let value = match claim.kind {
                    ClaimType::String => cell.into(),
                    ClaimType::Boolean => {
                        truth(cell).ok_or_else(|| Refusal::new(claim.name, "must be true or false"))?
                    }
                    ClaimType::Address => json(claim.name, cell)?,
                };
                draft.claims.insert(claim.name.to_owned(), value);
            }
            Self::Address(member) => {
                let address = draft.claims.entry("address").or_insert_with(|| Map::new().into());
                if let Value::Object(members) = address {
                    members.insert((*member).to_owned(), cell.into());
                }
            }
            Self::Attributes(object) => *object.of(draft) = Some(json(object.key(), cell)?),
            Self::Attribute(object, steps) => {
                let value = object.of(draft).get_or_insert_with(|| Map::new().into());
                put(value, steps, cell);
            }
        }
        Ok(())
    }

    /// Unsets what the column holds.
    pub(in crate::directory::consumer) fn clear(&self, draft: &mut Draft) {
        match self {
            Self::Username => draft.username = None,
            Self::Claim(claim) => drop(draft.claims.remove(claim.name)),
            Self::Address(member) => {
                if let Some(Value::Object(members)) = draft.claims.get_mut("address") {
                    members.remove(*member);
                }
            }
            Self::Attributes(object) => *object.of(draft) = None,
            Self::Attribute(object, steps) => {
                if let Some(value) = object.of(draft) {
                    remove(value, steps);
                }
            }
            Self::Sub | Self::Status | Self::Password | Self::PasswordHash => {}
        }
    }
}

impl Object {
    const fn key(self) -> &'static str {
        match self {
            Self::CustomerInfo => "customerInfo",
            Self::PersonalInfo => "personalInfo",
        }
    }

    const fn of(self, draft: &mut Draft) -> &mut Option<Value> {
        match self {
            Self::CustomerInfo => &mut draft.customer_info,
            Self::PersonalInfo => &mut draft.personal_info,
        }
    }
}

fn steps(path: &str) -> Option<Vec<Step>> {
    path.split('.')
        .map(|step| match step.parse::<usize>() {
            Ok(index) if index < ELEMENTS => Some(Step::Index(index)),
            Ok(_) => None,
            Err(_) if step.is_empty() => None,
            Err(_) => Some(Step::Key(step.to_owned())),
        })
        .collect()
}

/// Puts a cell where the path leads, and makes what lies on the way.
fn put(mut value: &mut Value, steps: &[Step], cell: &str) {
    for step in steps {
        value = match step {
            Step::Key(key) => {
                if !value.is_object() {
                    *value = Map::new().into();
                }
                let Value::Object(members) = value else { return };
                members.entry(key.clone()).or_insert(Value::Null)
            }
            Step::Index(index) => {
                if !value.is_array() {
                    *value = Vec::<Value>::new().into();
                }
                let Value::Array(elements) = value else { return };
                if elements.len() <= *index {
                    elements.resize(index + 1, Value::Null);
                }
                let Some(element) = elements.get_mut(*index) else {
                    return;
                };
                element
            }
        };
    }
    let number = match steps.last() {
        Some(Step::Key(key)) if NUMBERS.contains(&key.as_str()) => cell.trim().parse::<Number>().ok(),
        _ => None,
    };
    *value = number.map_or_else(|| cell.into(), Value::Number);
}

/// Removes what the path leads to, if it leads anywhere.
fn remove(mut value: &mut Value, steps: &[Step]) {
    let Some((last, way)) = steps.split_last() else {
        return;
    };
    for step in way {
        let next = match step {
            Step::Key(key) => value.get_mut(key),
            Step::Index(index) => value.get_mut(*index),
        };
        let Some(next) = next else { return };
        value = next;
    }
    match (value, last) {
        (Value::Object(members), Step::Key(key)) => drop(members.remove(key)),
        (Value::Array(elements), Step::Index(index)) if *index < elements.len() => {
            drop(elements.remove(*index));
        }
        _ => {}
    }
}

fn truth(cell: &str) -> Option<Value> {
    match cell.to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true.into()),
        "false" | "0" => Some(false.into()),
        _ => None,
    }
}
