use serde_json::{Map, Value};

use super::{Privileges, RoleType};
use crate::base::Timestamp;
use crate::base::id::AccountId;

/// The main group of agents, which every account has.
pub const MAIN_GROUP: i64 = -1;

/// What users are given, or put into (section 9.5 of the platform contract).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntityKind {
    /// What a user can do.
    Skill,
    /// A group of agents.
    AgentGroup,
    /// What a user may do.
    Profile,
}

super::text_enum!(EntityKind { Skill = "skill", AgentGroup = "agent_group", Profile = "profile" });

/// A skill, an agent group or a profile of an account.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountEntity {
    /// The account.
    pub account_id: AccountId,
    /// What it is.
    pub kind: EntityKind,
    /// Its number.
    pub entity_id: i64,
    /// Its name, unique among its kind.
    pub name: String,
    /// Whether it is gone.
    pub deleted: bool,
    /// Its other members, as the API has them.
    pub content: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl AccountEntity {
    /// The role of a profile.
    pub fn role(&self) -> Option<RoleType> {
        RoleType::of_number(self.content.get("roleTypeId")?.as_i64()?)
    }

    /// What a profile allows: its permissions, and its packages that are switched on.
    pub fn privileges(&self) -> Privileges {
        let list = |name: &str| {
            self.content
                .get(name)
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice)
        };
        let permissions = list("permissions").iter().filter_map(Value::as_i64);
        let packages = list("permissionPackages")
            .iter()
            .filter(|package| package.get("isEnabled").and_then(Value::as_bool) == Some(true))
            .filter_map(|package| package.get("id")?.as_i64());
        permissions.chain(packages).collect()
    }
}
