use oauth::{ClaimsRequest, Scope};
use serde::{Deserialize, Serialize};

use super::session::LoginMethod;
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

/// The login that id_tokens of a chain of refresh tokens go on telling of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authenticated {
    /// When it was.
    #[serde(rename = "t")]
    pub auth_time: Timestamp,
    /// Whether id_tokens say so.
    #[serde(rename = "T", default, skip_serializing_if = "std::ops::Not::not")]
    pub auth_time_wanted: bool,
    /// In which session, which may have ended.
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
    /// How it was, where id_tokens say so.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub login: Option<LoginMethod>,
    /// Single claims that were asked for.
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<ClaimsRequest>,
}

/// A refresh token to be stored.
#[derive(Clone, Debug)]
pub struct NewRefreshToken {
    /// Its digest.
    pub digest: Digest<RefreshToken>,
    /// The token in whose place it is given.
    pub parent: Option<Digest<RefreshToken>>,
    /// What it is.
    pub token: Token,
    /// The login that it stands for.
    pub authentication: Authenticated,
    /// The end of all tokens that take its place.
    pub ends_at: Timestamp,
}

/// A stored refresh token.
#[derive(Clone, Debug)]
pub struct StoredRefreshToken {
    /// What it is.
    pub token: Token,
    /// The login that it stands for.
    pub authentication: Authenticated,
    /// The end of all tokens that take its place.
    pub ends_at: Timestamp,
    /// How often it was used.
    pub uses: i64,
    /// When it was used first; last, where it isn't exchanged.
    pub used_at: Option<Timestamp>,
    /// Whether one that was given in its place was used: it is of no use any more itself (SEC-046).
    pub passed: bool,
}

/// What one answer gives, to be stored together.
#[derive(Clone, Debug)]
pub struct NewTokens {
    /// The access token, perhaps with an id_token that the same key signed.
    pub access: NewToken,
    /// An id_token that another key signed.
    pub id_token: Option<NewToken>,
    /// The refresh token.
    pub refresh: Option<NewRefreshToken>,
}

impl From<NewToken> for NewTokens {
    fn from(access: NewToken) -> Self {
        Self {
            access,
            id_token: None,
            refresh: None,
        }
    }
}

impl NewTokens {
    /// The same with a signed id_token: in the access token's row, unless that has another key to wait for.
    pub fn with_id_token(mut self, text: &str, signed: Signed) -> Self {
        if self
            .access
            .token
            .kid
            .as_ref()
            .is_none_or(|kid| *kid == signed.kid)
        {
            self.access = self.access.with_id_token(signed);
        } else {
            let alone = NewToken {
                digest: TokenDigest::IdToken(Digest::of(text)),
                code_digest: None,
                ..self.access.clone()
            };
            self.id_token = Some(alone.of_id_token(signed));
        }
        self
    }
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
        let until = self.id_token_expires_at.max(Some(signed.expires_at));
        self.token.kid = Some(signed.kid);
        self.id_token_expires_at = until;
        self
    }

    /// The same as the row of an id_token alone.
    fn of_id_token(mut self, signed: Signed) -> Self {
        self.token.expires_at = signed.expires_at;
        self.id_token_expires_at = None;
        self.with_id_token(signed)
    }
}
