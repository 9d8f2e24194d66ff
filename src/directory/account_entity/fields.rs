//! The members of skills, agent groups and profiles (section 9.5 of the platform contract).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::model::account_entity::EntityKind;

/// What a member holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Truth,
    Numbers,
    Texts,
    /// A list of objects with these members, the first of which must be there.
    Objects(&'static [(&'static str, Shape)]),
}

/// How a skill's conversations are shared out.
const ROUTING: Shape = Shape::Objects(&[
    ("agentGroupId", Shape::Number),
    ("priority", Shape::Number),
    ("splitPercentage", Shape::Number),
]);

/// What a profile allows, together.
const PACKAGES: Shape = Shape::Objects(&[
    ("id", Shape::Number),
    ("isDisplayed", Shape::Truth),
    ("featureKeys", Shape::Texts),
    ("isEnabled", Shape::Truth),
]);

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
    or("skillRoutingConfiguration", ROUTING, || json!([])),
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
    needed("permissionPackages", PACKAGES),
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

/// Members that are for reading alone, beside the name, which is no part of the content.
const READ_ONLY: [&str; 6] = [
    "id",
    "name",
    "deleted",
    "dateUpdated",
    "roleTypeName",
    "numOfAssignedUsers",
];

/// The members of a kind that were sent, each in its proper type, or the first that isn't as it must be. What is for reading
/// alone is passed over, since it comes back as it was read; members that nobody knows are refused (SEC-128).
pub(super) fn read(kind: EntityKind, sent: &Map<String, Value>) -> Result<Map<String, Value>, &'static str> {
    let known = |name: &str| READ_ONLY.contains(&name) || of(kind).iter().any(|field| field.name == name);
    if sent.keys().any(|name| !known(name)) {
        return Err("a member that is unknown");
    }
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
        (Shape::Texts, Value::Array(all)) if all.len() <= MOST => {
            all.iter().map(|one| proper(Shape::Text, one)).collect()
        }
        (Shape::Objects(members), Value::Array(all)) if all.len() <= MOST => {
            all.iter().map(|one| object(members, one)).collect()
        }
        _ => None,
    }
}

/// An object of a list, with its members in their proper types.
fn object(members: &[(&str, Shape)], value: &Value) -> Option<Value> {
    let sent = value.as_object()?;
    let mut read = Map::new();
    for (name, value) in sent {
        let (_, shape) = members.iter().find(|(known, _)| known == name)?;
        let value = if value.is_null() {
            Value::Null
        } else {
            proper(*shape, value)?
        };
        read.insert(name.clone(), value);
    }
    let (first, _) = members.first()?;
    read.get(*first)
        .is_some_and(|it| !it.is_null())
        .then_some(Value::Object(read))
}

/// What a skill refers to, beside what has no API: groups of agents, and other skills.
pub(super) fn references(content: &Map<String, Value>) -> BTreeSet<(EntityKind, i64)> {
    let list = |name: &str| {
        content
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    let groups = list("skillRoutingConfiguration")
        .iter()
        .filter_map(|one| Some((EntityKind::AgentGroup, one.get("agentGroupId")?.as_i64()?)));
    let skills = list("skillTransferList")
        .iter()
        .chain(content.get("fallbackSkill"))
        .filter_map(|one| Some((EntityKind::Skill, one.as_i64()?)));
    groups.chain(skills).collect()
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_i64(),
    }
}
