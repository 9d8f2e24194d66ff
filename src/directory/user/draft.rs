//! What a user may be.

use super::references::References;
use crate::base::Timestamp;
use crate::directory::error::Problems;
use crate::model::account_entity::MAIN_GROUP;
use crate::model::user::{Membership, UserType};
use crate::model::{Account, Identifier, RoleType, User, UserProfile};

/// A user as somebody wants it: what may be changed of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it is.
    pub kind: UserType,
    /// What it logs in with.
    pub login_name: String,
    /// The whole name.
    pub full_name: String,
    /// The process id.
    pub pid: Option<String>,
    /// Whether it may log in.
    pub is_enabled: bool,
    /// Whether its password must be changed before it lets anybody in.
    pub must_change_password: bool,
    /// All else.
    pub profile: UserProfile,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            kind: UserType::Human,
            login_name: String::new(),
            full_name: String::new(),
            pid: None,
            is_enabled: true,
            must_change_password: false,
            profile: UserProfile::default(),
        }
    }
}

impl From<&User> for Draft {
    fn from(user: &User) -> Self {
        Self {
            kind: user.kind,
            login_name: user.login_name.clone(),
            full_name: user.full_name.clone(),
            pid: user.pid.clone(),
            is_enabled: user.is_enabled,
            must_change_password: user.must_change_password,
            profile: user.profile.clone(),
        }
    }
}

const TEXT: &str = "up to 255 characters without control characters";
const NAME: &str = "1 to 255 characters without control characters";
const CHATS: &str = "a number from 0 to 10000";

impl Draft {
    /// What follows from the roles (section 9.3 of the platform contract): who is no agent any more has nothing of one, and
    /// who is no manager leads no group. Since when somebody is in a group is the server's to say.
    pub(super) fn settle(&mut self, former: Option<&User>, references: &References, now: Timestamp) {
        let had = |role| former.is_some_and(|former| references.has_role(&former.profile, role));
        let (is_agent, is_manager) = (
            references.has_role(&self.profile, RoleType::Agent),
            references.has_role(&self.profile, RoleType::AgentManager),
        );
        if had(RoleType::Agent) && !is_agent {
            self.profile.max_chats = 0;
            self.profile.max_async_chats = None;
            self.profile.member_of = None;
            self.profile.skill_ids.clear();
        }
        if had(RoleType::AgentManager) && !is_manager {
            self.profile.manager_of.clear();
        }
        if is_agent && self.profile.member_of.is_none() {
            self.profile.member_of = Some(Membership {
                agent_group_id: MAIN_GROUP,
                assignment_date: now,
            });
        }
        let known: Vec<&Membership> = former
            .into_iter()
            .flat_map(|former| former.profile.member_of.iter().chain(&former.profile.manager_of))
            .collect();
        for membership in self
            .profile
            .member_of
            .iter_mut()
            .chain(&mut self.profile.manager_of)
        {
            let since = known
                .iter()
                .find(|known| known.agent_group_id == membership.agent_group_id);
            membership.assignment_date = since.map_or(now, |known| known.assignment_date);
        }
    }

    /// What is wrong with it. Keys are the Users API's names, each behind `place`.
    pub(super) fn check(
        &self,
        place: &str,
        account: &Account,
        references: &References,
        problems: &mut Problems,
    ) {
        let profile = &self.profile;
        let mut demand = |kept: bool, key: &str, found: &str, allowed: &str| {
            problems.unless(kept, &format!("{place}{key}"), found, allowed);
        };
        demand(
            Identifier::parse(&self.login_name).is_ok() && self.login_name.chars().count() <= 128,
            "loginName",
            &self.login_name,
            "1 to 128 characters, without control characters, invisible ones, or letters that look alike",
        );
        demand(is_name(&self.full_name), "fullName", &self.full_name, NAME);
        demand(is_name(&profile.nickname), "nickname", &profile.nickname, NAME);
        demand(
            is_address(&profile.email) || (profile.email.is_empty() && self.kind == UserType::Bot),
            "email",
            &profile.email,
            "an e-mail address",
        );
        demand(
            self.kind != UserType::System,
            "userTypeId",
            "0",
            "1 (a person) or 2 (a bot)",
        );
        demand(
            self.kind != UserType::Bot || account.settings.features.bots,
            "userTypeId",
            "2",
            "1: the account hasn't the feature bots",
        );
        let chats = |number: i64| (0..=10_000).contains(&number);
        demand(
            chats(profile.max_chats),
            "maxChats",
            &profile.max_chats.to_string(),
            CHATS,
        );
        if let Some(number) = profile.max_async_chats {
            demand(chats(number), "maxAsyncChats", &number.to_string(), CHATS);
        }
        demand(
            (1..=100).contains(&profile.profile_ids.len()),
            "profileIds",
            &profile.profile_ids.len().to_string(),
            "1 to 100 profiles",
        );
        for id in &profile.profile_ids {
            let known = references.has_profile(*id);
            demand(known, "profileIds", &id.to_string(), "profiles of the account");
        }
        for id in &profile.skill_ids {
            let known = references.has_skill(*id);
            demand(known, "skillIds", &id.to_string(), "skills of the account");
        }
        let groups = profile
            .member_of
            .iter()
            .map(|group| ("memberOf.agentGroupId", group));
        let led = profile
            .manager_of
            .iter()
            .map(|group| ("managerOf.agentGroupId", group));
        for (key, group) in groups.chain(led) {
            let id = group.agent_group_id;
            demand(
                references.has_group(id),
                key,
                &id.to_string(),
                "agent groups of the account",
            );
        }
        demand(
            profile.manager_of.is_empty() || references.has_role(profile, RoleType::AgentManager),
            "managerOf",
            &profile.manager_of.len().to_string(),
            "none: only an agent manager leads groups",
        );
        let lists = [&profile.skill_ids, &profile.lob_ids, &profile.permission_groups];
        demand(
            lists.iter().all(|list| list.len() <= 1000) && profile.manager_of.len() <= 1000,
            "skillIds",
            "more",
            "at most 1000 of each kind",
        );
        for (key, text) in [
            ("pid", &self.pid),
            ("pictureId", &profile.picture_id),
            ("pictureUrl", &profile.picture_url),
            ("backgndImgUri", &profile.backgnd_img_uri),
            ("pnCertName", &profile.pn_cert_name),
            ("description", &profile.description),
            ("mobileNumber", &profile.mobile_number),
            ("employeeId", &profile.employee_id),
            ("allowedAppKeys", &profile.allowed_app_keys),
        ] {
            if let Some(text) = text {
                demand(is_text(text), key, text, TEXT);
            }
        }
    }
}

fn is_text(text: &str) -> bool {
    text.chars().count() <= 255 && !text.chars().any(char::is_control)
}

fn is_name(text: &str) -> bool {
    !text.trim().is_empty() && is_text(text)
}

fn is_address(text: &str) -> bool {
    text.len() <= 254
        && is_text(text)
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
}
