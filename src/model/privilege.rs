//! What people and programs of an account may do at the gateway.

use std::collections::BTreeSet;

/// What an API of the gateway is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Users.
    Users,
    /// Users' profiles.
    Profiles,
    /// Skills.
    Skills,
    /// Groups of agents.
    AgentGroups,
    /// Connectors: consumers' authentication servers.
    Connectors,
    /// API keys.
    AppKeys,
}

super::text_enum!(Area {
    Users = "users",
    Profiles = "profiles",
    Skills = "skills",
    AgentGroups = "agent groups",
    Connectors = "connectors",
    AppKeys = "API keys",
});

/// Whether something is only looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// It is.
    Read,
    /// It is changed.
    Write,
}

super::text_enum!(Access { Read = "read", Write = "write" });

/// A privilege of a user: a number, as the Login Service lists them. Those of 10001 to 10015 are the platform's packages of
/// permissions (section 9.5 of the platform contract), the others are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privilege {
    /// To change users.
    ManageUsers,
    /// To change profiles.
    ManageProfiles,
    /// To change skills.
    ManageSkills,
    /// To change agent groups.
    ManageAgentGroups,
    /// To change connectors. Ours.
    ManageConnectors,
    /// To make and change API keys.
    ManageAppKeys,
    /// To read the record of changes.
    ReadAudit,
    /// To see users. Ours, as are the following.
    ViewUsers,
    /// To see profiles.
    ViewProfiles,
    /// To see skills.
    ViewSkills,
    /// To see agent groups.
    ViewAgentGroups,
    /// To see connectors.
    ViewConnectors,
    /// To see API keys.
    ViewAppKeys,
    /// To talk with consumers.
    Converse,
    /// To lead agents.
    LeadAgents,
    /// To run campaigns.
    RunCampaigns,
}

impl Privilege {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::ManageUsers,
        Self::ManageProfiles,
        Self::ManageSkills,
        Self::ManageAgentGroups,
        Self::ManageConnectors,
        Self::ManageAppKeys,
        Self::ReadAudit,
        Self::ViewUsers,
        Self::ViewProfiles,
        Self::ViewSkills,
        Self::ViewAgentGroups,
        Self::ViewConnectors,
        Self::ViewAppKeys,
        Self::Converse,
        Self::LeadAgents,
        Self::RunCampaigns,
    ];

    /// Those that agents, their managers and campaigns' work with: they change nothing at an API.
    pub const WORKING: &'static [Self] = &[
        Self::Converse,
        Self::LeadAgents,
        Self::RunCampaigns,
        Self::ViewUsers,
        Self::ViewProfiles,
        Self::ViewSkills,
        Self::ViewAgentGroups,
    ];

    /// Its number.
    pub const fn number(self) -> i64 {
        match self {
            Self::ManageUsers => 10_001,
            Self::ManageProfiles => 10_002,
            Self::ManageSkills => 10_003,
            Self::ManageAgentGroups => 10_004,
            Self::ManageConnectors => 10_005,
            Self::ManageAppKeys => 10_006,
            Self::ReadAudit => 10_015,
            Self::ViewUsers => 10_101,
            Self::ViewProfiles => 10_102,
            Self::ViewSkills => 10_103,
            Self::ViewAgentGroups => 10_104,
            Self::ViewConnectors => 10_105,
            Self::ViewAppKeys => 10_106,
            Self::Converse => 20_001,
            Self::LeadAgents => 30_001,
            Self::RunCampaigns => 40_001,
        }
    }

    const fn of(area: Area, access: Access) -> Self {
        match (area, access) {
            (Area::Users, Access::Read) => Self::ViewUsers,
            (Area::Users, Access::Write) => Self::ManageUsers,
            (Area::Profiles, Access::Read) => Self::ViewProfiles,
            (Area::Profiles, Access::Write) => Self::ManageProfiles,
            (Area::Skills, Access::Read) => Self::ViewSkills,
            (Area::Skills, Access::Write) => Self::ManageSkills,
            (Area::AgentGroups, Access::Read) => Self::ViewAgentGroups,
            (Area::AgentGroups, Access::Write) => Self::ManageAgentGroups,
            (Area::Connectors, Access::Read) => Self::ViewConnectors,
            (Area::Connectors, Access::Write) => Self::ManageConnectors,
            (Area::AppKeys, Access::Read) => Self::ViewAppKeys,
            (Area::AppKeys, Access::Write) => Self::ManageAppKeys,
        }
    }
}

/// Privileges by their numbers; numbers that say nothing here are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Privileges(BTreeSet<i64>);

impl Privileges {
    /// Whether they let one read, or change, what an area is about. Who may change it may read it.
    pub fn allow(&self, area: Area, access: Access) -> bool {
        let has = |access| self.0.contains(&Privilege::of(area, access).number());
        has(Access::Write) || (access == Access::Read && has(Access::Read))
    }

    /// Whether nothing of `other` goes beyond them: nobody gives what they haven't (SEC-129).
    pub fn cover(&self, other: &Self) -> bool {
        let known = |number: &i64| Privilege::ALL.iter().any(|known| known.number() == *number);
        other
            .0
            .iter()
            .filter(|number| known(number))
            .all(|number| self.0.contains(number))
    }

    /// Whether any of them lets one do more than work with consumers.
    pub fn administer(&self) -> bool {
        self.administer_beyond(&Self::default())
    }

    /// Whether any of them that `other` lacks lets one do more than work with consumers.
    pub fn administer_beyond(&self, other: &Self) -> bool {
        Privilege::ALL.iter().any(|privilege| {
            let number = privilege.number();
            !Privilege::WORKING.contains(privilege) && self.0.contains(&number) && !other.0.contains(&number)
        })
    }

    /// Their numbers, in order.
    pub fn numbers(&self) -> Vec<i64> {
        self.0.iter().copied().collect()
    }
}

impl FromIterator<Privilege> for Privileges {
    fn from_iter<I: IntoIterator<Item = Privilege>>(privileges: I) -> Self {
        privileges.into_iter().map(Privilege::number).collect()
    }
}

impl FromIterator<i64> for Privileges {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        Self(numbers.into_iter().collect())
    }
}

impl Extend<i64> for Privileges {
    fn extend<I: IntoIterator<Item = i64>>(&mut self, numbers: I) {
        self.0.extend(numbers);
    }
}

/// What a user is for: the type of a profile's role (section 9.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleType {
    /// May do everything in the account.
    Admin,
    /// Talks with consumers.
    Agent,
    /// Leads agents.
    AgentManager,
    /// Runs campaigns, and makes API keys.
    CampaignManager,
    /// The platform's own people.
    Lpa,
}

impl RoleType {
    /// The roles that every account has a profile of, whose id is the role's number.
    pub const BUILT_IN: [Self; 4] = [
        Self::Admin,
        Self::Agent,
        Self::AgentManager,
        Self::CampaignManager,
    ];

    /// The role of a built-in profile.
    pub fn of_built_in(profile: i64) -> Option<Self> {
        Self::BUILT_IN.into_iter().find(|role| role.number() == profile)
    }

    /// The role with that number.
    pub fn of_number(number: i64) -> Option<Self> {
        Self::of_built_in(number).or_else(|| (number == Self::Lpa.number()).then_some(Self::Lpa))
    }

    /// Its number, `roleTypeId`.
    pub const fn number(self) -> i64 {
        match self {
            Self::Admin => 1,
            Self::Agent => 2,
            Self::AgentManager => 3,
            Self::CampaignManager => 4,
            Self::Lpa => 5,
        }
    }

    /// Its name, `roleTypeName`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "Administrator",
            Self::Agent => "Agent",
            Self::AgentManager => "Agent Manager",
            Self::CampaignManager => "Campaign Manager",
            Self::Lpa => "LPA",
        }
    }

    /// What its built-in profile allows.
    pub fn privileges(self) -> Privileges {
        let privileges: &[Privilege] = match self {
            Self::Admin | Self::Lpa => Privilege::ALL,
            Self::Agent => &[Privilege::Converse],
            Self::AgentManager => &[
                Privilege::Converse,
                Privilege::LeadAgents,
                Privilege::ViewUsers,
                Privilege::ViewProfiles,
                Privilege::ViewSkills,
                Privilege::ViewAgentGroups,
            ],
            Self::CampaignManager => &[
                Privilege::RunCampaigns,
                Privilege::ManageAppKeys,
                Privilege::ViewSkills,
                Privilege::ViewAgentGroups,
            ],
        };
        privileges.iter().copied().collect()
    }
}
