//! Whom a token lets in.

use jose::verify::{Expiry, VerifyError, unverified_claim};
use jose::{Algorithm, Policy, verify};
use serde_json::Value;

use super::close::Ending;
use crate::base::Timestamp;
use crate::context::Context;
use crate::gateway::idp::{audience, own_audience};
use crate::store::merged_identities;

/// The consumer at the other end of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Consumer {
    /// What the platform calls them.
    pub(super) sub: String,
    /// Whether they have logged in at their brand.
    authenticated: bool,
    /// When the token ends.
    pub(super) expires: Timestamp,
}

impl Consumer {
    /// Who a token of the platform's own is about, as long as it is valid for the account.
    pub(super) async fn of(context: &Context, token: &str) -> Result<Self, Ending> {
        let services = &context.services;
        let now = services.clock.now();
        let account = &context.tenant.account;
        let signer = services.platform_keys.consumers().await.map_err(|error| {
            tracing::error!(request_id = %context.request_id, %error, "the platform's key can't be read");
            Ending::Failed
        })?;
        let key = signer.public();
        let issuer = services.settings.gateway.idp_issuer.as_str();
        let audience = audience(&account.account_id);
        let mut policy =
            Policy::id_token(issuer, &audience, now.seconds()).with_algorithms(&[Algorithm::RS256]);
        policy.expiry = Expiry::Ignored;
        let verified = verify(token, |kid| (kid == Some(key.kid())).then_some(key), &policy)
            .map_err(|error| Ending::Unidentified(explain(context, token, error)))?;
        let malformed = || Ending::Unidentified("a token of the platform's without its claims");
        let consumer = Self {
            sub: verified.subject().ok_or_else(malformed)?.to_owned(),
            authenticated: verified.claims.get("lp.ext").is_some_and(Value::is_object),
            expires: Timestamp::from_seconds(verified.time("exp").ok_or_else(malformed)?),
        };
        consumer.unless_ended(now)?;
        if !consumer.authenticated {
            consumer.may_be_anonymous(context).await?;
        }
        Ok(consumer)
    }

    /// Whether the token still is valid.
    pub(super) fn unless_ended(&self, now: Timestamp) -> Result<(), Ending> {
        if now < self.expires {
            return Ok(());
        }
        Err(self.ended())
    }

    /// The end of the token's life, as each kind of consumer is told of it.
    pub(super) const fn ended(&self) -> Ending {
        if self.authenticated {
            Ending::Unauthenticated("the token has ended")
        } else {
            Ending::Unidentified("the anonymous identity's token has ended")
        }
    }

    /// The account must have it switched on, and whoever became a consumer that logs in comes back as that one alone.
    async fn may_be_anonymous(&self, context: &Context) -> Result<(), Ending> {
        let account = &context.tenant.account;
        if !account.settings.features.anonymous {
            return Err(Ending::Unidentified("messaging without a login is switched off"));
        }
        match merged_identities::find(context.db(), &account.account_id, &self.sub).await {
            Ok(None) => Ok(()),
            Ok(Some(_)) => Err(Ending::Unidentified(
                "the identity is a consumer's who has logged in",
            )),
            Err(error) => {
                tracing::error!(request_id = %context.request_id, %error, "an identity can't be looked up");
                Err(Ending::Failed)
            }
        }
    }
}

/// What is wrong with a token, for the log: the likeliest mistake first. Nothing of the token itself.
fn explain(context: &Context, token: &str, error: VerifyError) -> &'static str {
    let account = &context.tenant.account.account_id;
    let platform = &context.services.settings.gateway.idp_issuer;
    if unverified_claim(token, "iss").as_ref() != Some(platform) {
        return "not a token of the platform's: a brand's must be exchanged by authenticate first";
    }
    match (unverified_claim(token, "aud"), error) {
        (Some(audience), VerifyError::Audience) if audience == own_audience(account) => {
            "an anonymous identity's token, which must be exchanged by authenticate first"
        }
        (_, VerifyError::Audience) => "a token of the platform's for another account",
        _ => "not a token that the platform has signed",
    }
}
