//! What users refer to: an account's skills, agent groups and profiles.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory::Result;
use crate::directory::account_entity::gives;
use crate::model::account_entity::{EntityKind, MAIN_GROUP};
use crate::model::{Privileges, RoleType, UserProfile};
use crate::store;

/// What an account has to refer to.
#[derive(Clone, Debug, Default)]
pub(super) struct References {
    skills: BTreeSet<i64>,
    groups: BTreeSet<i64>,
    profiles: BTreeMap<i64, (Option<RoleType>, Privileges)>,
}

impl References {
    pub(super) async fn of(services: &Services, account: &AccountId) -> Result<Self> {
        let list = async |kind| store::account_entities::list(&services.db, account, kind, false).await;
        let skills = list(EntityKind::Skill).await?;
        let groups = list(EntityKind::AgentGroup).await?;
        let profiles = list(EntityKind::Profile).await?;
        let built_in = RoleType::BUILT_IN
            .iter()
            .map(|role| (role.number(), (Some(*role), role.privileges())));
        let own = profiles
            .iter()
            .map(|profile| (profile.entity_id, (profile.role(), gives(profile))));
        Ok(Self {
            skills: skills.iter().map(|skill| skill.entity_id).collect(),
            groups: groups
                .iter()
                .map(|group| group.entity_id)
                .chain([MAIN_GROUP])
                .collect(),
            profiles: built_in.chain(own).collect(),
        })
    }

    pub(super) fn has_skill(&self, id: i64) -> bool {
        self.skills.contains(&id)
    }

    pub(super) fn has_group(&self, id: i64) -> bool {
        self.groups.contains(&id)
    }

    pub(super) fn has_profile(&self, id: i64) -> bool {
        self.profiles.contains_key(&id)
    }

    pub(super) fn has_role(&self, profile: &UserProfile, role: RoleType) -> bool {
        profile
            .profile_ids
            .iter()
            .filter_map(|id| self.profiles.get(id))
            .any(|(of, _)| *of == Some(role))
    }

    pub(super) fn privileges(&self, profile: &UserProfile) -> Privileges {
        let mut all = Privileges::default();
        for (_, privileges) in profile.profile_ids.iter().filter_map(|id| self.profiles.get(id)) {
            all.extend(privileges.numbers());
        }
        all
    }
}
