//! What a token must be to be accepted somewhere.

use super::VerifyError;
use crate::{Algorithm, Typ};

/// The checks of one kind of token at one place. Nothing has a default: whoever verifies says everything.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// The kind of token.
    pub typ: ExpectedTyp,
    /// Algorithms that are allowed here; the key's own must be among them.
    pub algorithms: &'a [Algorithm],
    /// `iss`, compared byte for byte.
    pub issuer: &'a str,
    /// What `aud` must name.
    pub audience: Audience<'a>,
    /// Whether `iss` and `aud` must be there.
    pub parties: Parties,
    /// Claims that must be present beside `iss` and `aud`; the registered ones are listed here too
    /// (SEC-004).
    pub required: &'a [&'static str],
    /// Claims that only another kind of token has, for kinds that `typ` doesn't always tell apart
    /// (SEC-003).
    pub forbidden: &'a [&'static str],
    /// Whether an expired token is refused.
    pub expiry: Expiry,
    /// The time, in seconds since 1970.
    pub now: i64,
    /// By how many seconds clocks may differ.
    pub leeway: u32,
}

/// The `typ` that is expected (SEC-003).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedTyp {
    /// Exactly this one.
    Is(Typ),
    /// `JWT`, or none at all: ID tokens and client assertions of others, whose specifications are older than explicit types.
    JwtOrAbsent,
    /// This one, or what [`ExpectedTyp::JwtOrAbsent`] takes: request objects of clients from before RFC 9101.
    IsOrUntold(Typ),
}

/// Whether a token must say who issued it and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parties {
    /// It must.
    Required,
    /// It may leave both out, where whoever sent it is known by other means; what it does say must be right (OpenID
    /// Connect Core §6.1).
    IfTold,
}

/// Whom a token must be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience<'a> {
    /// `aud` contains this name.
    Contains(&'a str),
    /// `aud` contains at least one of these names; with none, every token is refused.
    ContainsOneOf(&'a [&'a str]),
    /// `aud` is there and well formed, and the caller looks at what it names: an `id_token_hint` is for whichever client.
    CheckedByCaller,
}

/// What to do with `exp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// Refuse an expired token.
    Enforced,
    /// Accept one: an `id_token_hint` identifies, and doesn't authenticate (OIDC Core §3.1.2.1, SEC-035).
    /// Its type is still checked.
    Ignored,
}

impl<'a> Policy<'a> {
    /// An ID token of `issuer` for `audience`, checked at `now` (OIDC Core §3.1.3.7): no leeway. A logout
    /// token without `typ` is recognised by its `events` (OpenID Connect Back-Channel Logout §2.4).
    pub fn id_token(issuer: &'a str, audience: &'a str, now: i64) -> Self {
        Self {
            typ: ExpectedTyp::JwtOrAbsent,
            algorithms: &Algorithm::ALL,
            issuer,
            audience: Audience::Contains(audience),
            parties: Parties::Required,
            required: &["iss", "sub", "aud", "exp", "iat"],
            forbidden: &["events"],
            expiry: Expiry::Enforced,
            now,
            leeway: 0,
        }
    }

    /// An ID token that we issued, as a hint (OIDC Core §3.1.2.1): its expiry doesn't matter, its audience
    /// is the caller's to check.
    pub fn id_token_hint(issuer: &'a str, now: i64) -> Self {
        Self {
            typ: ExpectedTyp::Is(Typ::Jwt),
            audience: Audience::CheckedByCaller,
            expiry: Expiry::Ignored,
            ..Self::id_token(issuer, "", now)
        }
    }

    /// An access token in the form of RFC 9068 (§4).
    pub fn access_token(issuer: &'a str, audience: &'a str, now: i64) -> Self {
        Self {
            typ: ExpectedTyp::Is(Typ::AtJwt),
            required: &["iss", "sub", "aud", "exp", "iat", "jti", "client_id"],
            ..Self::id_token(issuer, audience, now)
        }
    }

    /// A client's assertion about itself (RFC 7523 §3); its audience and its times are the caller's to look at.
    pub fn client_assertion(client_id: &'a str, now: i64) -> Self {
        Self {
            required: &["iss", "sub", "aud", "exp", "jti"],
            audience: Audience::CheckedByCaller,
            ..Self::id_token(client_id, "", now)
        }
    }

    /// A request object that a client made for `issuer` (RFC 9101 §4, §10.8).
    pub fn request_object(client: &'a str, issuer: &'a str, now: i64) -> Self {
        Self {
            typ: ExpectedTyp::Is(Typ::OauthAuthzReqJwt),
            required: &["iss", "aud", "exp"],
            ..Self::id_token(client, issuer, now)
        }
    }

    /// The same with clocks that may differ.
    pub fn with_leeway(self, leeway: u32) -> Self {
        Self { leeway, ..self }
    }

    /// The same with other algorithms.
    pub fn with_algorithms(self, algorithms: &'a [Algorithm]) -> Self {
        Self { algorithms, ..self }
    }

    pub(crate) fn check_typ(&self, typ: Option<&str>) -> Result<(), VerifyError> {
        let matches = match (self.typ, typ) {
            (ExpectedTyp::Is(expected), Some(typ)) => expected.matches(typ),
            (ExpectedTyp::Is(_), None) => false,
            (ExpectedTyp::JwtOrAbsent, Some(typ)) => Typ::Jwt.matches(typ),
            (ExpectedTyp::IsOrUntold(expected), Some(typ)) => expected.matches(typ) || Typ::Jwt.matches(typ),
            (ExpectedTyp::JwtOrAbsent | ExpectedTyp::IsOrUntold(_), None) => true,
        };
        if matches { Ok(()) } else { Err(VerifyError::Typ) }
    }
}
