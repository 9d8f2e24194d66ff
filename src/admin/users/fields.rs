//! The fields of a user's form.

use oauth::Parameters;
use pages::console::{Check, CheckGroup, FieldKind, FormField};

use super::entities;
use crate::base::Timestamp;
use crate::context::Services;
use crate::directory::Problem;
use crate::directory::user::Draft;
use crate::http::PageError;
use crate::model::Account;
use crate::model::account_entity::{AccountEntity, EntityKind};
use crate::model::user::{Membership, UserType};

const TYPES: &[(&str, &str)] = &[("human", "Person"), ("bot", "Bot: logs in with an API key")];

/// What an account has for its users.
pub(super) struct Choices {
    profiles: Vec<AccountEntity>,
    skills: Vec<AccountEntity>,
    groups: Vec<AccountEntity>,
    /// The groups that one can be in: their numbers and names.
    member_of: Vec<(String, String)>,
}

impl Choices {
    pub(super) async fn of(services: &Services, account: &Account) -> Result<Self, PageError> {
        let groups = entities(services, account, EntityKind::AgentGroup).await?;
        let none = (String::new(), "None".to_owned());
        let named = groups
            .iter()
            .map(|group| (group.entity_id.to_string(), group.name.clone()));
        Ok(Self {
            profiles: entities(services, account, EntityKind::Profile).await?,
            skills: entities(services, account, EntityKind::Skill).await?,
            member_of: std::iter::once(none).chain(named).collect(),
            groups,
        })
    }
}

/// A key of the Users API, what it is called, a hint, and its kind.
type Row<'a> = (&'static str, &'static str, &'static str, FieldKind<'a>);

fn rows<'a>(member_of: &'a [(&'a str, &'a str)]) -> [Row<'a>; 10] {
    [
        (
            "userTypeId",
            "Type",
            "A bot needs the account’s feature.",
            FieldKind::Choice(TYPES),
        ),
        (
            "loginName",
            "Login name",
            "What they log in with, once in the account.",
            FieldKind::Line,
        ),
        ("fullName", "Full name", "Once in the account.", FieldKind::Line),
        (
            "nickname",
            "Nickname",
            "What colleagues and consumers call them.",
            FieldKind::Line,
        ),
        ("email", "E-mail address", "A bot needs none.", FieldKind::Line),
        (
            "employeeId",
            "Employee ID",
            "The brand’s own. May be left out.",
            FieldKind::Line,
        ),
        (
            "mobileNumber",
            "Mobile number",
            "May be left out.",
            FieldKind::Line,
        ),
        (
            "maxChats",
            "Chats at the same time",
            "From 0 to 10000, for agents.",
            FieldKind::Line,
        ),
        (
            "memberOf.agentGroupId",
            "Agent group",
            "An agent is in one; the main group where none is chosen.",
            FieldKind::Choice(member_of),
        ),
        (
            "description",
            "Description",
            "For colleagues. May be left out.",
            FieldKind::Line,
        ),
    ]
}

/// What a draft says of each field, or what was sent for it.
pub(super) struct Values {
    texts: Vec<String>,
    profiles: Vec<i64>,
    skills: Vec<i64>,
    leads: Vec<i64>,
}

impl From<&Draft> for Values {
    fn from(draft: &Draft) -> Self {
        let profile = &draft.profile;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let member_of = profile.member_of.as_ref();
        Self {
            texts: vec![
                draft.kind.as_str().to_owned(),
                draft.login_name.clone(),
                draft.full_name.clone(),
                profile.nickname.clone(),
                profile.email.clone(),
                text(&profile.employee_id),
                text(&profile.mobile_number),
                profile.max_chats.to_string(),
                member_of.map_or_else(String::new, |group| group.agent_group_id.to_string()),
                text(&profile.description),
            ],
            profiles: profile.profile_ids.clone(),
            skills: profile.skill_ids.clone(),
            leads: profile
                .manager_of
                .iter()
                .map(|group| group.agent_group_id)
                .collect(),
        }
    }
}

impl Values {
    /// What was sent.
    pub(super) fn sent(form: &Parameters, choices: &Choices) -> Self {
        let ticked = |prefix: &str, all: &[AccountEntity]| {
            let ids = all.iter().map(|entity| entity.entity_id);
            ids.filter(|id| form.get(&format!("{prefix}.{id}")).is_some())
                .collect()
        };
        Self {
            texts: rows(&[])
                .iter()
                .map(|(key, ..)| form.get(key).unwrap_or_default().trim().to_owned())
                .collect(),
            profiles: ticked("profile", &choices.profiles),
            skills: ticked("skill", &choices.skills),
            leads: ticked("leads", &choices.groups),
        }
    }

    fn text(&self, key: &str) -> &str {
        let at = rows(&[]).iter().position(|(known, ..)| *known == key);
        at.and_then(|at| self.texts.get(at)).map_or("", String::as_str)
    }

    /// Puts them into a draft; what is wrong with their shape.
    pub(super) fn put(&self, draft: &mut Draft, now: Timestamp) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |key: &str, allowed: &str| {
            problems.push(Problem {
                key: key.to_owned(),
                found: None,
                allowed: allowed.to_owned(),
            });
        };
        let optional = |key: &str| Some(self.text(key).to_owned()).filter(|text| !text.is_empty());
        let member = |id: i64| Membership {
            agent_group_id: id,
            assignment_date: now,
        };
        match self.text("userTypeId") {
            "human" => draft.kind = UserType::Human,
            "bot" => draft.kind = UserType::Bot,
            _ => wrong("userTypeId", "a person or a bot"),
        }
        self.text("loginName").clone_into(&mut draft.login_name);
        self.text("fullName").clone_into(&mut draft.full_name);
        let profile = &mut draft.profile;
        self.text("nickname").clone_into(&mut profile.nickname);
        self.text("email").clone_into(&mut profile.email);
        profile.employee_id = optional("employeeId");
        profile.mobile_number = optional("mobileNumber");
        profile.description = optional("description");
        match self.text("maxChats").parse() {
            Ok(number) => profile.max_chats = number,
            Err(_) => wrong("maxChats", "a number from 0 to 10000"),
        }
        match self.text("memberOf.agentGroupId") {
            "" => profile.member_of = None,
            id => match id.parse() {
                Ok(id) => profile.member_of = Some(member(id)),
                Err(_) => wrong("memberOf.agentGroupId", "agent groups of the account"),
            },
        }
        profile.profile_ids.clone_from(&self.profiles);
        profile.skill_ids.clone_from(&self.skills);
        profile.manager_of = self.leads.iter().map(|id| member(*id)).collect();
        problems
    }
}

/// The form's fields and groups with what they hold and what is wrong with them, given to `show`.
pub(super) fn shown<T>(
    choices: &Choices,
    values: &Values,
    problems: &[(String, String)],
    show: impl FnOnce(&[FormField<'_>], &[CheckGroup<'_>]) -> T,
) -> T {
    let member_of: Vec<(&str, &str)> = choices
        .member_of
        .iter()
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect();
    let problem = |key: &str| {
        let found = problems.iter().find(|(wrong, _)| wrong == key);
        found.map_or("", |(_, text)| text.as_str())
    };
    let rows = rows(&member_of);
    let fields: Vec<FormField<'_>> = rows
        .iter()
        .zip(&values.texts)
        .map(|((key, label, hint, kind), value)| FormField {
            key,
            label,
            hint,
            value,
            kind: *kind,
            problem: problem(key),
        })
        .collect();
    let boxes = |prefix: &str, all: &[AccountEntity], on: &[i64]| -> Vec<(String, String, bool)> {
        let each = all.iter().map(|entity| {
            let id = entity.entity_id;
            (format!("{prefix}.{id}"), entity.name.clone(), on.contains(&id))
        });
        each.collect()
    };
    let boxes = [
        boxes("profile", &choices.profiles, &values.profiles),
        boxes("skill", &choices.skills, &values.skills),
        boxes("leads", &choices.groups, &values.leads),
    ];
    let checks: Vec<Vec<Check<'_>>> = boxes.iter().map(|boxes| checks(boxes)).collect();
    let groups = [
        ("profileIds", "Profiles", "What they may do: at least one."),
        ("skillIds", "Skills", "What an agent can do."),
        (
            "managerOf.agentGroupId",
            "Leads these agent groups",
            "For agent managers.",
        ),
    ];
    let groups: Vec<CheckGroup<'_>> = groups
        .iter()
        .zip(&checks)
        .filter(|(_, checks)| !checks.is_empty())
        .map(|((key, label, hint), checks)| CheckGroup {
            key,
            label,
            hint,
            problem: problem(key),
            checks,
        })
        .collect();
    show(&fields, &groups)
}

fn checks(boxes: &[(String, String, bool)]) -> Vec<Check<'_>> {
    let each = boxes
        .iter()
        .map(|(name, label, on)| Check { name, label, on: *on });
    each.collect()
}
