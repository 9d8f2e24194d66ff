use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::id::AccountId;
use crate::base::{Digest, Entropy, OneTimeKind, Timestamp};

/// A user's id: a number above 0, of one account alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(i64);

impl UserId {
    /// A new one: random, so that no account's ids tell anything of another's, and whole in every language's numbers.
    pub fn fresh(entropy: &Entropy) -> Self {
        Self(random_number(entropy))
    }

    /// An id as it was stored.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

/// A random number from 10^9 to 2^53: the most that a program in JavaScript reads whole.
pub fn random_number(entropy: &Entropy) -> i64 {
    const LEAST: i64 = 1_000_000_000;
    const MOST: i64 = 1 << 53;
    let random = i64::from_be_bytes(entropy.bytes()) & i64::MAX;
    LEAST + random % (MOST - LEAST)
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for UserId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: Option<i64> = text.parse().ok().filter(|number| digits && *number > 0);
        number.map(Self).ok_or("a user's id is a number above 0")
    }
}

/// What a user is (`userTypeId`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserType {
    /// The platform itself.
    System,
    /// A person.
    Human,
    /// A program that talks with consumers. It has no password: it logs in with an API key.
    Bot,
}

super::text_enum!(UserType { System = "system", Human = "human", Bot = "bot" });

impl UserType {
    /// Its number.
    pub const fn number(self) -> i64 {
        match self {
            Self::System => 0,
            Self::Human => 1,
            Self::Bot => 2,
        }
    }

    /// The type with that number.
    pub fn of_number(number: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.number() == number)
    }
}

/// A person or bot that works in the account (section 9.3 of the platform contract). The password's hash is no part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The account.
    pub account_id: AccountId,
    /// The id.
    pub user_id: UserId,
    /// What it is.
    pub kind: UserType,
    /// What they log in with, as it was given; no two of an account have the same, whatever its spelling.
    pub login_name: String,
    /// The whole name; no two of an account have the same. Personal: the Users API doesn't show it.
    pub full_name: String,
    /// The process id, by which other systems know the user; no two of an account have the same.
    pub pid: Option<String>,
    /// Whether they may log in.
    pub is_enabled: bool,
    /// Whether they are gone. The id is never used again; the names are free.
    pub deleted: bool,
    /// When the password was set; none where there is none.
    pub password_changed_at: Option<Timestamp>,
    /// Whether the password must be changed before it lets anybody in again.
    pub must_change_password: bool,
    /// All else.
    pub profile: UserProfile,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it last logged in.
    pub last_login_at: Option<Timestamp>,
}

/// What is known of a user beside what is searched for. Names are the Users API's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct UserProfile {
    /// What colleagues and consumers call them.
    pub nickname: String,
    /// Their e-mail address.
    pub email: String,
    /// Whether somebody switched them off by hand.
    pub disabled_manually: bool,
    /// Chats at the same time.
    pub max_chats: i64,
    /// Messaging conversations that are open at the same time; the account's where none is told.
    pub max_async_chats: Option<i64>,
    /// What they can do.
    pub skill_ids: Vec<i64>,
    /// What they may do: 1 to 4 are built in, the others are the account's.
    pub profile_ids: Vec<i64>,
    /// Lines of business.
    pub lob_ids: Vec<i64>,
    /// The group that an agent is in.
    pub member_of: Option<Membership>,
    /// The groups that an agent manager leads.
    pub manager_of: Vec<Membership>,
    /// Kept, and without a meaning here.
    pub permission_groups: Vec<i64>,
    /// A picture's id.
    pub picture_id: Option<String>,
    /// A picture's URL.
    pub picture_url: Option<String>,
    /// A background picture's URI.
    pub backgnd_img_uri: Option<String>,
    /// The certificate's name for push notifications.
    pub pn_cert_name: Option<String>,
    /// For colleagues.
    pub description: Option<String>,
    /// A telephone number.
    pub mobile_number: Option<String>,
    /// The brand's own number of the employee. Personal: the Users API doesn't show it.
    pub employee_id: Option<String>,
    /// Whether it is no person, and logs in with a key.
    pub is_api_user: bool,
    /// The API keys that may log it in, with commas between them; any of the account where none is told.
    pub allowed_app_keys: Option<String>,
}

/// That a user is in a group, or leads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// The group; -1 is the main one.
    pub agent_group_id: i64,
    /// Since when.
    pub assignment_date: Timestamp,
}

impl User {
    /// Whether it may have a password.
    pub fn takes_a_password(&self) -> bool {
        self.kind == UserType::Human && !self.profile.is_api_user
    }

    /// Its name on the record of changes: the id, since people's names can be personal.
    pub fn actor(&self) -> String {
        format!("user:{}", self.user_id)
    }
}

/// The kind of value that the cookie of a login session carries.
#[derive(Debug)]
pub enum LoginCookie {}
impl OneTimeKind for LoginCookie {
    const NAME: &'static str = "login session";
}

/// The kind of value that APIs take as a login session's bearer token.
#[derive(Debug)]
pub enum Bearer {}
impl OneTimeKind for Bearer {
    const NAME: &'static str = "login bearer";
}

/// The kind of value that a login session's owner shows beside the cookie.
#[derive(Debug)]
pub enum LoginCsrf {}
impl OneTimeKind for LoginCsrf {
    const NAME: &'static str = "login csrf";
}

/// A user's session, from the Login Service. Nothing in it is a secret.
#[derive(Clone, Debug)]
pub struct LoginSession {
    /// What the cookie is known by.
    pub digest: Digest<LoginCookie>,
    /// What the bearer is known by.
    pub bearer: Digest<Bearer>,
    /// What must be shown beside the cookie.
    pub csrf: Digest<LoginCsrf>,
    /// The account.
    pub account_id: AccountId,
    /// Who.
    pub user_id: UserId,
    /// The API key or client that logged in as the user, where one did.
    pub app_key: Option<String>,
    /// Whether they showed a second factor at the console: then it is one of the console.
    pub second_factor: bool,
    /// Whether they showed one at the Login Service.
    pub factor_shown: bool,
    /// When they logged in.
    pub created_at: Timestamp,
    /// When it ends if it isn't refreshed.
    pub idle_expires_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// How long ago somebody may have shown who they are who changes what they are reached by, or whom others believe (SEC-090, SEC-130).
pub const FRESH: Duration = Duration::from_mins(5);

impl LoginSession {
    /// Whether its user has just shown who they are.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.since(self.created_at) <= FRESH
    }

    /// Whether they showed a second factor, wherever they logged in.
    pub const fn shows_a_factor(&self) -> bool {
        self.second_factor || self.factor_shown
    }

    /// Whether it still counts at `now`.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.idle_expires_at && now < self.expires_at
    }
}
