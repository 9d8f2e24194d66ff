use oauth::Scope;
use serde::{Deserialize, Serialize};

use crate::base::id::{AccountId, ClientId, GrantId, KeyId, SessionId, Subject};
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

/// The kind of value that a refresh token is.
#[derive(Debug)]
pub enum RefreshToken {}
impl OneTimeKind for RefreshToken {
    const NAME: &'static str = "refresh_token";
}

/// The kind of value that an id_token is, where it is kept as one: by its digest.
#[derive(Debug)]
pub enum IdToken {}
impl OneTimeKind for IdToken {
    const NAME: &'static str = "id_token";
}

/// The key that signed an id_token, and until when that lives: as long, the key is needed.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The key.
    pub kid: KeyId,
    /// The token's `exp`.
    pub expires_at: Timestamp,
}

/// The key that the holder of a token must prove to have, as `cnf` names it (RFC 7800 §3.1). Its JSON is that member's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 §6.1).
    #[serde(rename = "jkt")]
    Key(String),
    /// The SHA-256 thumbprint of a certificate (RFC 8705 §3.1).
    #[serde(rename = "x5t#S256")]
    Certificate(String),
}

impl Confirmation {
    /// How such a token is presented: `DPoP`, or `Bearer` over a connection with the certificate.
    pub const fn token_type(&self) -> &'static str {
        match self {
            Self::Key(_) => "DPoP",
            Self::Certificate(_) => "Bearer",
        }
    }
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
    /// Whom it is for (RFC 8707 §2); ourselves where it names nobody.
    pub resource: Vec<String>,
    /// What it is bound to; to nothing where it names nothing.
    pub cnf: Option<Confirmation>,
    /// What it allows beside its scope (RFC 9396 §2), as JSON.
    pub authorization_details: Option<String>,
    /// The `claims` request (OpenID Connect Core §5.5) that userinfo honours, as JSON.
    pub claims: Option<String>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// The key that signed the id_token beside it: where that was burnt, this counts no more either (SEC-017).
    pub kid: Option<KeyId>,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug)]
pub enum TokenDigest {
    /// An access token, perhaps with an id_token beside it.
    Access(Digest<AccessToken>),
    /// An id_token alone.
    IdToken(Digest<IdToken>),
}

/// A token to be stored. `code_digest` is the code that buys it, if one does.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its digest.
    pub digest: TokenDigest,
    /// The code that buys it: a second purchase finds the digest taken.
    pub code_digest: Option<Digest<Code>>,
    /// What it is.
    pub token: Token,
    /// Until when the id_token lives that was signed for it.
    pub id_token_expires_at: Option<Timestamp>,
}

impl Token {
    /// Whether it counts at `now`, whatever has become of those who have to do with it.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl NewToken {
    /// The same, with a signed id_token.
    pub fn with_id_token(mut self, signed: Signed) -> Self {
        self.token.kid = Some(signed.kid);
        self.id_token_expires_at = Some(signed.expires_at);
        self
    }
}
