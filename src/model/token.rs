use oauth::Scope;

use crate::base::id::{AccountId, ClientId, GrantId, SessionId, Subject};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that an authorization code is.
#[derive(Debug)]
pub enum Code {}
impl OneTimeKind for Code {
    const NAME: &'static str = "code";
}

/// The kind of value that an opaque access token is.
#[derive(Debug)]
pub enum AccessToken {}
impl OneTimeKind for AccessToken {
    const NAME: &'static str = "access_token";
}

/// A stored access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// Whose it is.
    pub account_id: AccountId,
    /// All tokens of one authorization bear the same name, and fall together.
    pub family: String,
    /// Who holds it.
    pub client_id: ClientId,
    /// Who it speaks for; nobody for a client's own.
    pub sub: Option<Subject>,
    /// The session in which it was given.
    pub sid: Option<SessionId>,
    /// What it hangs on.
    pub grant_id: Option<GrantId>,
    /// What it may be used for.
    pub scope: Scope,
    /// The `claims` request (OpenID Connect Core §5.5) that userinfo honours, as JSON.
    pub claims: Option<String>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// A token to be stored. `code_digest` is the code that buys it, if one does.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its digest.
    pub digest: Digest<AccessToken>,
    /// The code that buys it: a second purchase finds the digest taken.
    pub code_digest: Option<Digest<Code>>,
    /// What it is.
    pub token: Token,
}
