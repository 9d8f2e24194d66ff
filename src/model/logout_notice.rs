use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, SessionId, Subject};

/// The end of a session that a client is to be told of (OpenID Connect Back-Channel Logout §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutNotice {
    /// Whose it is.
    pub account_id: AccountId,
    /// The session.
    pub sid: SessionId,
    /// Who is to be told.
    pub client_id: ClientId,
    /// Whose session it was.
    pub sub: Subject,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When the session ended.
    pub created_at: Timestamp,
}
