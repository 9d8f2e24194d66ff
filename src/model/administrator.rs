use super::Sealed;
use crate::base::id::{AccountId, AdministratorId, Realm};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// Who may use the console and the admin API: of one account, or of the whole server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Administrator {
    /// Their id.
    pub administrator_id: AdministratorId,
    /// Their account; none for the whole server.
    pub account_id: Option<AccountId>,
    /// What they sign in with, as it was given; no two have the same, whatever its spelling.
    pub name: String,
    /// Whether they may sign in.
    pub status: AdministratorStatus,
    /// When they were made.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
}

/// Whether an administrator may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdministratorStatus {
    /// They may.
    Active,
    /// They may not.
    Disabled,
}

super::text_enum!(AdministratorStatus { Active = "active", Disabled = "disabled" });

impl Administrator {
    /// Whose administrator they are: what they do is on its record.
    pub fn realm(&self) -> Realm {
        self.account_id.as_ref().into()
    }

    /// Their name on the record of changes.
    pub fn actor(&self) -> String {
        format!("admin:{}", self.name)
    }

    /// Whether they may see and change that account.
    pub fn may_manage(&self, account: &AccountId) -> bool {
        self.account_id.as_ref().is_none_or(|own| own == account)
    }
}

/// The kind of value that the console's cookie carries.
#[derive(Debug)]
pub enum AdminCookie {}
impl OneTimeKind for AdminCookie {
    const NAME: &'static str = "admin session";
}

/// The kind of value that the admin API takes as a bearer token.
#[derive(Debug)]
pub enum AdminToken {}
impl OneTimeKind for AdminToken {
    const NAME: &'static str = "admin token";
}

/// The digest of what an administrator is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The console's cookie.
    Console(Digest<AdminCookie>),
    /// A token of the admin API.
    Api(Digest<AdminToken>),
}

impl Credential {
    /// Its kind, as it is stored.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Console(_) => "console",
            Self::Api(_) => "api",
        }
    }

    /// Its digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        match self {
            Self::Console(digest) => digest.as_bytes(),
            Self::Api(digest) => digest.as_bytes(),
        }
    }
}

/// An administrator's second factor: what codes are made of (RFC 6238).
#[derive(Clone, Debug)]
pub struct AdministratorFactor {
    /// Its id.
    pub factor_id: String,
    /// Whose it is.
    pub administrator_id: AdministratorId,
    /// The seed.
    pub seed: Sealed,
    /// The last step whose code was taken.
    pub step: i64,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it is gone unless its owner has shown a code of it; none where they have.
    pub expires_at: Option<Timestamp>,
}

/// Where an administrator is signed in.
#[derive(Clone, Debug)]
pub struct AdminSession {
    /// What they are known by there.
    pub credential: Credential,
    /// Who.
    pub administrator_id: AdministratorId,
    /// When they proved it.
    pub auth_time: Timestamp,
    /// Whether it stands for more than a password: a second factor was shown for it, or a command made it.
    pub second_factor: bool,
    /// When it was last used, to about a minute.
    pub last_seen_at: Timestamp,
    /// When it ends if it isn't used.
    pub idle_expires_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

impl AdminSession {
    /// Whether it still counts at `now`.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.idle_expires_at && now < self.expires_at
    }
}
