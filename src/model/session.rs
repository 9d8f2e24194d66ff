use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Consumer;

use crate::base::id::{AccountId, SessionId, Subject};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that a session cookie carries.
#[derive(Debug)]
pub enum SessionCookie {}
impl OneTimeKind for SessionCookie {
    const NAME: &'static str = "session";
}

/// A consumer's single sign-on session in one browser.
#[derive(Clone, Debug)]
pub struct Session {
    /// The digest of its cookie.
    pub digest: Digest<SessionCookie>,
    /// Whose it is.
    pub account_id: AccountId,
    /// Its name in tokens (`sid`).
    pub sid: SessionId,
    /// Who is signed in.
    pub sub: Subject,
    /// How they proved it (RFC 8176).
    pub amr: Vec<Amr>,
    /// The level that was met.
    pub acr: Option<String>,
    /// When they proved it.
    pub auth_time: Timestamp,
    /// When it was last used, to about a minute.
    pub last_seen_at: Timestamp,
    /// When it ends if it isn't used.
    pub idle_expires_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

/// Who is signed in in a browser, and may be.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Their session.
    pub session: Arc<Session>,
    /// Themselves.
    pub consumer: Arc<Consumer>,
}

/// A level of authentication (OpenID Connect Core §2, `acr`): what a login was worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A password, over a protected connection.
    Password,
}

impl Level {
    /// Every level that a login can reach.
    pub const ALL: [Self; 1] = [Self::Password];

    /// Its name: the one that OASIS gave it, which products agree on.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        }
    }
}

impl Session {
    /// The level that the login reached, if it has a name.
    pub fn level(&self) -> Option<Level> {
        self.amr.contains(&Amr::Pwd).then_some(Level::Password)
    }

    /// Whether it still counts at `now`.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at && now < self.expires_at
    }
}

/// Why a session's id counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSession {
    /// No session has it: it was replaced at a later login, or never handed out.
    Unknown,
    /// Its session was ended.
    Ended,
    /// Its session was left alone for too long, or has lasted as long as it may: that happens to everybody.
    Expired,
}

impl NoSession {
    /// Its name in the log, where it is to be told: an id that has stopped working is shown (SEC-069).
    pub const fn stale(self) -> Option<&'static str> {
        match self {
            Self::Unknown => Some("unknown"),
            Self::Ended => Some("ended"),
            Self::Expired => None,
        }
    }
}

/// A method of authentication (RFC 8176 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amr {
    /// A password.
    Pwd,
}

impl Amr {
    /// The registered name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
        }
    }
}

/// How somebody logged in, as an id_token says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginMethod {
    /// The level that was reached.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The methods.
    #[serde(rename = "m", default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<Amr>,
}

impl From<&Session> for LoginMethod {
    fn from(session: &Session) -> Self {
        Self {
            acr: session.level().map(|level| level.as_str().to_owned()),
            amr: session.amr.clone(),
        }
    }
}
