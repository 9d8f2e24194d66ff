use oauth::Scope;

use crate::base::id::{AccountId, ClientId, GrantId, SessionId, Subject};
use crate::base::{Digest, OneTimeKind, Timestamp};
use crate::model::session::LoginMethod;
use crate::model::token::Code;

/// The kind of value that a device code is.
#[derive(Debug)]
pub enum DeviceCode {}
impl OneTimeKind for DeviceCode {
    const NAME: &'static str = "device_code";
}

/// The kind of value that a user code is, with its account.
#[derive(Debug)]
pub enum UserCode {}
impl OneTimeKind for UserCode {
    const NAME: &'static str = "user_code";
}

/// What the first token of something that a consumer allowed on another screen carries, in the place of a code: it is
/// unique, and so it is bought once.
pub fn bought_by<K: OneTimeKind>(digest: &Digest<K>) -> Digest<Code> {
    Digest::of(&format!("{}\0{}", K::NAME, crate::base::hex(digest.as_bytes())))
}

/// A device's request that waits for its consumer (RFC 8628 §3.1).
#[derive(Clone, Debug)]
pub struct DeviceAuthorization {
    /// The digest of its device code.
    pub digest: Digest<DeviceCode>,
    /// Whose it is.
    pub account_id: AccountId,
    /// The digest of its user code.
    pub user_code: Digest<UserCode>,
    /// Which client asks.
    pub client_id: ClientId,
    /// For what.
    pub scope: Scope,
    /// How many seconds it waits between two questions.
    pub interval: i64,
    /// When it asked last.
    pub asked_at: Option<Timestamp>,
    /// What the consumer said.
    pub decision: Option<Decision>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a consumer said on their own screen.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Yes.
    Allowed(Allowed),
    /// No.
    Denied,
}

/// Who allowed something, and where.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Who.
    pub sub: Subject,
    /// In which session.
    pub sid: SessionId,
    /// When they had logged in.
    pub auth_time: Timestamp,
    /// What the login was worth, where the client wants to know.
    pub login: Option<LoginMethod>,
    /// The consent that it hangs on; none for the brand's own clients.
    pub grant_id: Option<GrantId>,
}

/// What a user code is looked up by: with its account, since another's may have the same (SEC-138).
pub fn user_code_digest(account: &AccountId, code: &oauth::UserCode) -> Digest<UserCode> {
    Digest::of(&format!("{account}\0{}", code.letters()))
}
