//! What a proof of possession says (RFC 9449 §4.2), after its signature was verified.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// What a proof must say here and now (RFC 9449 §4.3).
#[derive(Debug, Clone, Copy)]
pub struct DpopExpectations<'a> {
    /// The request's method.
    pub method: &'a str,
    /// The URLs that the endpoint is known by.
    pub urls: &'a [&'a str],
    /// The access token that comes along, at a protected resource.
    pub access_token: Option<&'a str>,
    /// The time, in seconds since 1970.
    pub now: i64,
}

/// What a proof that fits says beside that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DpopStatement<'a> {
    /// `jti`, to be used once.
    pub id: &'a str,
    /// `iat`, in seconds since 1970.
    pub issued_at: i64,
    /// `nonce`.
    pub nonce: Option<&'a str>,
}

/// Why a proof doesn't fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// A claim is missing, or has a wrong type.
    #[error("`{0}` is missing or malformed")]
    Claim(&'static str),
    /// `htm` is another method.
    #[error("`htm` isn't the request's method")]
    Method,
    /// `htu` is another URL.
    #[error("`htu` isn't the endpoint's URL")]
    Url,
    /// `iat` is too far back or ahead.
    #[error("`iat` is too long ago or in the future")]
    Age,
    /// `ath` isn't the hash of the access token.
    #[error("`ath` isn't that of the access token")]
    AccessToken,
}

impl DpopExpectations<'_> {
    /// The oldest proof that is taken, in seconds (SEC-051).
    pub const OLDEST: i64 = 60;
    /// How far ahead the clock of whoever made it may be, in seconds.
    pub const AHEAD: i64 = 10;

    /// Compares a proof's claims. Its `jti` and its `nonce` are the caller's to look at.
    pub fn check<'c>(&self, claims: &'c Map<String, Value>) -> Result<DpopStatement<'c>, DpopError> {
        let id = required(claims, "jti")?;
        if required(claims, "htm")? != self.method {
            return Err(DpopError::Method);
        }
        let url = required(claims, "htu")?;
        if !self.urls.iter().any(|ours| is_same(ours, url)) {
            return Err(DpopError::Url);
        }
        let issued_at = numeric_date(claims.get("iat")).ok_or(DpopError::Claim("iat"))?;
        if !(self.now.saturating_sub(Self::OLDEST)..=self.now.saturating_add(Self::AHEAD))
            .contains(&issued_at)
        {
            return Err(DpopError::Age);
        }
        if let Some(token) = self.access_token
            && required(claims, "ath")? != URL_SAFE_NO_PAD.encode(Sha256::digest(token))
        {
            return Err(DpopError::AccessToken);
        }
        Ok(DpopStatement {
            id,
            issued_at,
            nonce: optional(claims, "nonce")?,
        })
    }
}

/// Compared without query and fragment, each in its canonical form (RFC 9449 §4.3, RFC 3986 §6.2).
fn is_same(ours: &str, theirs: &str) -> bool {
    match (bare(ours), bare(theirs)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => false,
    }
}

fn bare(url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

fn required<'c>(claims: &'c Map<String, Value>, name: &'static str) -> Result<&'c str, DpopError> {
    optional(claims, name)?
        .filter(|value| !value.is_empty())
        .ok_or(DpopError::Claim(name))
}

fn optional<'c>(claims: &'c Map<String, Value>, name: &'static str) -> Result<Option<&'c str>, DpopError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value)),
        Some(_) => Err(DpopError::Claim(name)),
    }
}

/// Seconds since 1970; a fraction is cut off.
fn numeric_date(value: Option<&Value>) -> Option<i64> {
    let number = value?.as_number()?;
    if let Some(seconds) = number.as_i64() {
        return Some(seconds);
    }
    let seconds = number.as_f64().filter(|seconds| (0.0..1e11).contains(seconds))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "cuts a fraction off; the range fits many times over"
    )]
    let whole = seconds as i64;
    Some(whole)
}

/// Whether a text has the form of a thumbprint (RFC 7638, SHA-256): `dpop_jkt`, `jkt`, `x5t#S256`.
pub fn is_thumbprint(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok()
}
