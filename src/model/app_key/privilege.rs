use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::text_enum;

/// What privileges stand under on the platform's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// What agents and bots do.
    AgentInteractions,
    /// The account's users and settings.
    Administration,
    /// What happened and happens.
    Data,
    /// Functions.
    Functions,
}

text_enum!(Category {
    AgentInteractions = "Agent Interactions",
    Administration = "Administration",
    Data = "Data",
    Functions = "Functions",
});

/// What an API key may be for (section 8.1 of the platform contract).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Bots sign in with it.
    UserLogin,
    /// The Users API.
    Users,
    /// Skills.
    Skills,
    /// Agent groups.
    AgentGroups,
    /// Profiles.
    Profiles,
    /// Lines of business.
    Lobs,
    /// Working days.
    Workdays,
    /// Predefined content.
    PredefinedContent,
    /// Automatic messages.
    AutomaticMessages,
    /// Predefined categories.
    PredefinedCategories,
    /// Unified automatic messages.
    UnifiedAutomaticMessages,
    /// Reasons of agents' status.
    AgentStatusReason,
    /// The account's consumer identity providers. The platform names none for them; this is ours.
    Connectors,
    /// Raw data.
    DataAccess,
    /// Past engagements.
    EngagementHistory,
    /// Figures of the present.
    OperationalRealtime,
    /// Removal of consumers' data.
    PersonalDataDeletion,
    /// What visitors do.
    VisitInformation,
    /// Whether an engagement may be shown.
    ValidateEngagement,
    /// Engagements by telephone.
    IvrEngagement,
    /// Calls of functions.
    FunctionsInvoke,
}

text_enum!(Privilege {
    UserLogin = "User Login",
    Users = "Users",
    Skills = "Skills",
    AgentGroups = "Agent Groups",
    Profiles = "Profiles",
    Lobs = "LOBs",
    Workdays = "Workdays",
    PredefinedContent = "Predefined Content",
    AutomaticMessages = "Automatic Messages",
    PredefinedCategories = "Predefined Categories",
    UnifiedAutomaticMessages = "Unified Automatic Messages",
    AgentStatusReason = "Agent Status Reason",
    Connectors = "Consumer Identity Providers",
    DataAccess = "Data Access",
    EngagementHistory = "Engagement History",
    OperationalRealtime = "Operational Realtime",
    PersonalDataDeletion = "Personal Data Deletion",
    VisitInformation = "Visit Information",
    ValidateEngagement = "Validate Engagement",
    IvrEngagement = "IVR Engagement",
    FunctionsInvoke = "Functions Invoke",
});

impl Privilege {
    /// Where it stands on the platform's page.
    pub const fn category(self) -> Category {
        match self {
            Self::UserLogin => Category::AgentInteractions,
            Self::Users
            | Self::Skills
            | Self::AgentGroups
            | Self::Profiles
            | Self::Lobs
            | Self::Workdays
            | Self::PredefinedContent
            | Self::AutomaticMessages
            | Self::PredefinedCategories
            | Self::UnifiedAutomaticMessages
            | Self::AgentStatusReason
            | Self::Connectors => Category::Administration,
            Self::DataAccess
            | Self::EngagementHistory
            | Self::OperationalRealtime
            | Self::PersonalDataDeletion
            | Self::VisitInformation
            | Self::ValidateEngagement
            | Self::IvrEngagement => Category::Data,
            Self::FunctionsInvoke => Category::Functions,
        }
    }

    /// Whether it may be given for reading alone.
    pub const fn has_read_form(self) -> bool {
        match self {
            Self::UserLogin | Self::FunctionsInvoke | Self::PersonalDataDeletion => false,
            Self::Users
            | Self::Skills
            | Self::AgentGroups
            | Self::Profiles
            | Self::Lobs
            | Self::Workdays
            | Self::PredefinedContent
            | Self::AutomaticMessages
            | Self::PredefinedCategories
            | Self::UnifiedAutomaticMessages
            | Self::AgentStatusReason
            | Self::Connectors
            | Self::DataAccess
            | Self::EngagementHistory
            | Self::OperationalRealtime
            | Self::VisitInformation
            | Self::ValidateEngagement
            | Self::IvrEngagement => true,
        }
    }

    fn named(text: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|one| one.as_str().eq_ignore_ascii_case(text))
    }
}

/// A privilege, whole or for reading alone. In text: `Administration > Users`, `Administration > Users (Read)`; the
/// category may be left out where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Permission {
    /// The privilege.
    pub privilege: Privilege,
    /// Whether for reading alone.
    pub read_only: bool,
}

impl Permission {
    /// To do all of it.
    pub const fn all(privilege: Privilege) -> Self {
        Self {
            privilege,
            read_only: false,
        }
    }

    /// To read.
    pub const fn read(privilege: Privilege) -> Self {
        Self {
            privilege,
            read_only: true,
        }
    }

    /// Whether whoever has this may do `wanted`.
    pub fn covers(self, wanted: Self) -> bool {
        self.privilege == wanted.privilege && (!self.read_only || wanted.read_only)
    }
}

/// What is no privilege.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of a privilege, such as \"Administration > Users\" or \"Users (Read)\"")]
pub struct UnknownPrivilege;

impl FromStr for Permission {
    type Err = UnknownPrivilege;

    fn from_str(text: &str) -> Result<Self, UnknownPrivilege> {
        let (category, name) = match text.split_once('>') {
            Some((category, name)) => (Some(category.trim()), name.trim()),
            None => (None, text.trim()),
        };
        let (name, read_only) = match name
            .strip_suffix("(Read)")
            .or_else(|| name.strip_suffix("(read)"))
        {
            Some(name) => (name.trim_end(), true),
            None => (name, false),
        };
        let privilege = Privilege::named(name).ok_or(UnknownPrivilege)?;
        let fits = category.is_none_or(|named| privilege.category().as_str().eq_ignore_ascii_case(named));
        if fits && (!read_only || privilege.has_read_form()) {
            Ok(Self { privilege, read_only })
        } else {
            Err(UnknownPrivilege)
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = if self.read_only { " (Read)" } else { "" };
        write!(f, "{} > {}{read}", self.privilege.category(), self.privilege)
    }
}

impl TryFrom<String> for Permission {
    type Error = UnknownPrivilege;
    fn try_from(text: String) -> Result<Self, UnknownPrivilege> {
        text.parse()
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.to_string()
    }
}
