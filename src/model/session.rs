use serde::{Deserialize, Serialize};

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

impl Session {
    /// Whether it still counts at `now`.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at && now < self.expires_at
    }
}

/// A method of authentication (RFC 8176 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amr {
    /// A password.
    Pwd,
}
