//! The platform's own token for a consumer (section 5.3 of the platform contract).

use jose::Typ;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::base::id::AccountId;
use crate::base::{hex, id};
use crate::context::Context;
use crate::gateway::Error;
use crate::gateway::consumer_identity::Verified;

/// The platform's id of a consumer: 64 hexadecimal digits, the same for the same account, issuer and subject.
pub(in crate::gateway) fn consumer_id(account: &AccountId, issuer: &str, subject: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(account.as_str());
    hash.update([0]);
    hash.update(issuer);
    hash.update([0]);
    hash.update(subject);
    hex(&hash.finalize())
}

/// Whom tokens of an account are for.
pub(in crate::gateway) fn audience(account: &AccountId) -> String {
    format!("acc:{account}")
}

/// Whom the token of an anonymous identity is for: this service alone, so that nobody takes it for what it is exchanged for.
pub(in crate::gateway) fn own_audience(account: &AccountId) -> String {
    format!("idp:{account}")
}

/// A consumer as the brand's token proves them.
#[derive(Debug)]
pub(super) struct Consumer {
    /// The platform's id of them.
    pub(super) id: String,
    /// When the brand's token ends, in seconds since 1970, and with it the platform's.
    expires: i64,
    /// What the token tells beside that.
    ext: Map<String, Value>,
}

impl Consumer {
    /// Who the token is about.
    pub(super) fn of(context: &Context, verified: &Verified) -> Result<Self, Error> {
        let unproved = || Error::internal("a verified token without its claims");
        let account = &context.tenant.account.account_id;
        let claim = |name: &str| verified.claims.get(name).and_then(Value::as_str);
        let issuer = claim("iss").ok_or_else(unproved)?;
        let subject = claim("sub").ok_or_else(unproved)?;
        let mut ext = Map::new();
        ext.insert("sub".to_owned(), subject.into());
        ext.insert("iss".to_owned(), issuer.into());
        if let Some(sealed) = attributes(context, verified)? {
            ext.insert("lp_sdes".to_owned(), sealed.into());
        }
        Ok(Self {
            id: consumer_id(account, issuer, subject),
            expires: verified.expires,
            ext,
        })
    }

    /// The token, which tells too who the consumer was before they logged in.
    pub(super) async fn token(mut self, context: &Context, earlier: &[String]) -> Result<String, Error> {
        if !earlier.is_empty() {
            self.ext.insert("anonymous_subs".to_owned(), earlier.into());
        }
        sign(context, &self.id, self.expires, ("lp.ext", self.ext.into())).await
    }
}

/// customerInfo and personalInfo, for the platform's own eyes.
fn attributes(context: &Context, verified: &Verified) -> Result<Option<String>, Error> {
    let mut kept = Vec::new();
    if let Some(info) = &verified.customer_info {
        kept.push(json!({"type": "ctmrinfo", "info": info}));
    }
    if let Some(personal) = &verified.personal_info {
        kept.push(json!({"type": "personal", "personal": personal}));
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let services = &context.services;
    let account = &context.tenant.account.account_id;
    let plain = Value::from(kept).to_string();
    services
        .attributes
        .seal(account, plain.as_bytes(), &services.entropy)
        .map(Some)
        .ok_or_else(|| Error::internal("attributes can't be sealed"))
}

/// A token for `sub` until `expires` (seconds since 1970), with one claim more.
pub(super) async fn sign(
    context: &Context,
    sub: &str,
    expires: i64,
    claim: (&str, Value),
) -> Result<String, Error> {
    let audience = audience(&context.tenant.account.account_id);
    sign_for(context, (sub, &audience), expires, claim).await
}

/// The same for somebody else than the account's services.
pub(super) async fn sign_for(
    context: &Context,
    (sub, audience): (&str, &str),
    expires: i64,
    (name, value): (&str, Value),
) -> Result<String, Error> {
    let services = &context.services;
    let claims = [
        ("sub", sub.into()),
        ("aud", audience.into()),
        ("iss", services.settings.gateway.idp_issuer.clone().into()),
        ("exp", expires.into()),
        ("iat", context.now.seconds().into()),
        ("jti", id::random(&services.entropy).into()),
        (name, value),
    ];
    let claims: Map<String, Value> = claims
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let signer = services.platform_keys.consumers().await?;
    signer
        .sign(Typ::Jwt, Value::from(claims).to_string().as_bytes())
        .map_err(|error| Error::internal(error.to_string()))
}
