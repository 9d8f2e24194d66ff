//! The members of skills, agent groups and profiles (section 9.5 of the platform contract).

use serde_json::{Map, Value, json};

use crate::model::account_entity::EntityKind;

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Truth,
    Numbers,
    Objects,
}

/// A member: its name, its shape, whether it must be there, and what it is where it isn't.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) needed: bool,
    pub(super) default: fn() -> Value,
}

const fn optional(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        needed: false,
        default: || Value::Null,
    }
}

const fn or(name: &'static str, shape: Shape, default: fn() -> Value) -> Field {
    Field {
        name,
        shape,
        needed: false,
        default,
    }
}

const fn needed(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        needed: true,
        default: || Value::Null,
    }
}

const SKILL: &[Field] = &[
    optional("description", Shape::Text),
    optional("skillOrder", Shape::Number),
    or("maxWaitTime", Shape::Number, || json!(120)),
    or("skillRoutingConfiguration", Shape::Objects, || json!([])),
    optional("wrapUpTime", Shape::Number),
    optional("slaDefaultResponseTime", Shape::Number),
    optional("slaUrgentResponseTime", Shape::Number),
    optional("slaFirstTimeResponseTime", Shape::Number),
    or("lobIds", Shape::Numbers, || json!([])),
    or("canTransfer", Shape::Truth, || json!(true)),
    optional("skillTransferList", Shape::Numbers),
    optional("workingHoursId", Shape::Number),
    optional("specialOccasionId", Shape::Number),
    optional("autoCloseInSeconds", Shape::Number),
    optional("transferToAgentMaxWaitInSeconds", Shape::Number),
    optional("fallbackSkill", Shape::Number),
    or("fallbackWhenAllAgentsAreAway", Shape::Truth, || json!(true)),
];

const AGENT_GROUP: &[Field] = &[
    // The main group is there from the beginning: every other one is below it, or below one that is.
    or("parentGroupId", Shape::Number, || json!(-1)),
    needed("isEnabled", Shape::Truth),
    optional("description", Shape::Text),
];

const PROFILE: &[Field] = &[
    optional("description", Shape::Text),
    needed("roleTypeId", Shape::Number),
    needed("permissionPackages", Shape::Objects),
    needed("permissions", Shape::Numbers),
    needed("isAssignedToLPA", Shape::Truth),
];

pub(super) const fn of(kind: EntityKind) -> &'static [Field] {
    match kind {
        EntityKind::Skill => SKILL,
        EntityKind::AgentGroup => AGENT_GROUP,
        EntityKind::Profile => PROFILE,
    }
}

/// The members of a kind that were sent, each in its proper type, or the first that isn't as it must be. Others are passed
/// over.
pub(super) fn read(kind: EntityKind, sent: &Map<String, Value>) -> Result<Map<String, Value>, &'static str> {
    let mut content = Map::new();
    for field in of(kind) {
        let value = match sent.get(field.name).filter(|value| !value.is_null()) {
            Some(value) => proper(field.shape, value).ok_or(field.name)?,
            None if field.needed => return Err(field.name),
            None => (field.default)(),
        };
        content.insert(field.name.to_owned(), value);
    }
    Ok(content)
}

/// A value in its proper type: numbers and truths come as text, too.
fn proper(shape: Shape, value: &Value) -> Option<Value> {
    const MOST: usize = 1000;
    match (shape, value) {
        (Shape::Text, Value::String(text)) => {
            (text.chars().count() <= 1024 && !text.chars().any(char::is_control)).then(|| value.clone())
        }
        (Shape::Number, value) => number(value).map(Value::from),
        (Shape::Truth, Value::Bool(_)) => Some(value.clone()),
        (Shape::Truth, Value::String(text)) => text.parse::<bool>().ok().map(Value::from),
        (Shape::Numbers, Value::Array(all)) if all.len() <= MOST => {
            all.iter().map(|one| number(one).map(Value::from)).collect()
        }
        (Shape::Objects, Value::Array(all)) if all.len() <= MOST => {
            all.iter().all(Value::is_object).then(|| value.clone())
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    }
}
