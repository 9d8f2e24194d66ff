//! The registered claims (RFC 7519 §4.1), each with its type and its rule (SEC-004).

use serde_json::{Map, Value};

use super::{Audience, Expiry, Parties, Policy, VerifyError};

/// Latest time that is taken for seconds. Anything later was meant in milliseconds, and would never expire
/// (F-04).
const MAX_NUMERIC_DATE: i64 = 100_000_000_000;

impl Policy<'_> {
    pub(crate) fn check_claims(&self, claims: &Map<String, Value>) -> Result<(), VerifyError> {
        if let Some(name) = self.required.iter().find(|name| !claims.contains_key(**name)) {
            return Err(VerifyError::Missing(name));
        }
        if let Some(name) = self.forbidden.iter().find(|name| claims.contains_key(**name)) {
            return Err(VerifyError::Forbidden(name));
        }
        let issuer = string(claims, "iss")?;
        let audiences = audiences(claims)?;
        if self.parties == Parties::Required {
            issuer.ok_or(VerifyError::Missing("iss"))?;
            audiences.as_ref().ok_or(VerifyError::Missing("aud"))?;
        }
        for name in ["sub", "jti"] {
            string(claims, name)?;
        }
        let expires = time(claims, "exp")?;
        let not_before = time(claims, "nbf")?;
        let issued_at = time(claims, "iat")?;

        if issuer.is_some_and(|issuer| issuer != self.issuer) {
            return Err(VerifyError::Issuer);
        }
        if audiences.is_some_and(|audiences| !self.accepts_audience(&audiences)) {
            return Err(VerifyError::Audience);
        }
        self.check_times(expires, not_before, issued_at)
    }

    fn accepts_audience(&self, audiences: &[&str]) -> bool {
        match self.audience {
            Audience::Contains(name) => audiences.contains(&name),
            Audience::ContainsOneOf(names) => names.iter().any(|name| audiences.contains(name)),
            Audience::CheckedByCaller => true,
        }
    }

    fn check_times(
        &self,
        expires: Option<i64>,
        not_before: Option<i64>,
        issued: Option<i64>,
    ) -> Result<(), VerifyError> {
        let leeway = i64::from(self.leeway);
        let earliest = self.now.saturating_sub(leeway);
        let latest = self.now.saturating_add(leeway);
        if let Some(expires) = expires
            && self.expiry == Expiry::Enforced
            && expires <= earliest
        {
            return Err(VerifyError::Expired {
                seconds: self.now.saturating_sub(expires),
            });
        }
        if let Some(not_before) = not_before
            && not_before > latest
        {
            return Err(VerifyError::NotYetValid {
                seconds: not_before.saturating_sub(self.now),
            });
        }
        if let Some(issued) = issued
            && issued > latest
        {
            return Err(VerifyError::IssuedInFuture {
                seconds: issued.saturating_sub(self.now),
            });
        }
        Ok(())
    }
}

/// A claim that, if it's there, must be a string with something in it.
fn string<'c>(claims: &'c Map<String, Value>, name: &'static str) -> Result<Option<&'c str>, VerifyError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(value)) if !value.is_empty() => Ok(Some(value)),
        Some(_) => Err(VerifyError::Malformed(name)),
    }
}

/// `aud`: a string, or an array of strings that isn't empty (RFC 7519 §4.1.3).
fn audiences(claims: &Map<String, Value>) -> Result<Option<Vec<&str>>, VerifyError> {
    let malformed = VerifyError::Malformed("aud");
    match claims.get("aud") {
        None => Ok(None),
        Some(Value::String(name)) => Ok(Some(vec![name])),
        Some(Value::Array(names)) if !names.is_empty() => names
            .iter()
            .map(|name| name.as_str().ok_or(malformed))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(malformed),
    }
}

fn time(claims: &Map<String, Value>, name: &'static str) -> Result<Option<i64>, VerifyError> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => numeric_date(value).ok_or(VerifyError::Malformed(name)).map(Some),
    }
}

/// A NumericDate (RFC 7519 §2) in whole seconds: a number, not negative, not in milliseconds. A fraction is
/// cut off.
pub(super) fn numeric_date(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    let seconds = match number.as_i64() {
        Some(seconds) => seconds,
        None => whole_seconds(number.as_f64()?)?,
    };
    (0..=MAX_NUMERIC_DATE).contains(&seconds).then_some(seconds)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "cuts a fraction off; the range fits many times over"
)]
fn whole_seconds(seconds: f64) -> Option<i64> {
    (0.0..=1e11).contains(&seconds).then_some(seconds as i64)
}
