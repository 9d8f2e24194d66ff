//! What a brand's own program says of a consumer whom it knows: a JWT that it has signed (RFC 7521 §4.1, RFC 7523 §3).

use std::sync::Arc;
use std::time::Duration;

use engagement::{CustomerInfo, PersonalInfo};
use jose::verify::{Audience, ExpectedTyp};
use jose::{Algorithm, Policy, Verified};
use oauth::{Error, Scope};
use serde_json::Value;

use super::Request;
use crate::base::id::Subject;
use crate::base::{Digest, Timestamp};
use crate::context::Context;
use crate::directory::{self, By};
use crate::http::client_auth::FAPI_ALGORITHMS;
use crate::http::oauth_error::OAuthError;
use crate::issue::id_token::Authentication;
use crate::model::used_proof::ConsumerAssertionId;
use crate::model::{Client, Consumer, ConsumerStatus, Identifier};
use crate::store;
use crate::store::used_proofs::Taken;

/// How far a program's clock may be ahead, in seconds.
const LEEWAY: u32 = 10;
/// How far ahead an assertion may end, in seconds.
const LONGEST: i64 = 300;

/// A consumer, as their brand's program vouches for them.
pub(super) struct Vouched {
    pub(super) consumer: Arc<Consumer>,
    /// When the program saw them.
    pub(super) auth_time: Timestamp,
    /// What keeps the assertion from being used twice, and until when.
    once: (Digest<ConsumerAssertionId>, Taken),
}

fn invalid(detail: impl Into<String>) -> Error {
    Error::invalid_grant("The assertion is not valid.").with_detail(detail)
}

/// Verifies an assertion by the client's own keys, and finds whom it is about. What it tells of them is taken over.
pub(super) async fn verify(request: &Request<'_>, assertion: &str) -> Result<Vouched, OAuthError> {
    let Request { context, client, .. } = request;
    // Whoever vouches can be any consumer, and changes what is known of them: that is for the brand's own programs.
    if client.is_public() || !client.settings.first_party {
        return Err(Error::unauthorized_client("The client may not vouch for consumers.").into());
    }
    let verified = signed_by(context, client, assertion).await?;
    let once = once(context, client, &verified)?;
    let consumer = consumer(context, client, &verified).await?;
    let auth_time = auth_time(context, &verified)?;
    // What an old assertion tells must not come back by a copy of it.
    let (digest, taken) = once;
    if store::used_proofs::is_used(context.db(), &context.tenant.account.account_id, digest, taken).await? {
        return Err(invalid("it was used before").into());
    }
    let consumer = tell(request, consumer, &verified).await?;
    Ok(Vouched {
        consumer,
        auth_time,
        once,
    })
}

/// The claims of an assertion that one of the client's keys has signed, from the client, for us.
async fn signed_by(context: &Context, client: &Client, assertion: &str) -> Result<Verified, OAuthError> {
    let issuer = context.issuer();
    let endpoint = format!("{issuer}/token");
    let audiences = [issuer, endpoint.as_str()];
    let policy = Policy {
        typ: ExpectedTyp::JwtOrAbsent,
        algorithms: if client.is_fapi2() {
            &FAPI_ALGORITHMS
        } else {
            &Algorithm::ALL
        },
        audience: Audience::ContainsOneOf(&audiences),
        required: &["iss", "sub", "aud", "exp", "iat", "jti"],
        ..Policy::id_token(client.client_id.as_str(), issuer, context.now.seconds())
    };
    let verified = context
        .services
        .client_keys
        .verify(client, assertion, &policy.with_leeway(LEEWAY))
        .await;
    verified.map_err(|error| {
        if error.passes() {
            Error::temporarily_unavailable().with_detail(error.to_string()).into()
        } else {
            tracing::warn!(
                target: "audit", event = "assertion.refused", request_id = %context.request_id,
                account = %context.tenant.account.account_id, client = %client.client_id, ip = %context.ip, %error,
                "an assertion about a consumer was refused"
            );
            invalid(error.to_string()).into()
        }
    })
}

/// Its life is short, and its id its own.
fn once(
    context: &Context,
    client: &Client,
    verified: &Verified,
) -> Result<(Digest<ConsumerAssertionId>, Taken), Error> {
    let ends = verified.time("exp").unwrap_or_default();
    if ends
        > context
            .now
            .seconds()
            .saturating_add(LONGEST)
            .saturating_add(LEEWAY.into())
    {
        return Err(invalid("it ends too far ahead"));
    }
    let account = &context.tenant.account.account_id;
    let id = verified.str("jti").unwrap_or_default();
    let digest = Digest::of(&format!("{account}\0{}\0{id}", client.client_id));
    let issued = verified.time("iat").unwrap_or_default();
    let taken = Taken {
        // Before that it was made too far ahead, or ended too far ahead.
        from: Timestamp::from_seconds(issued.max(ends - LONGEST) - i64::from(LEEWAY)),
        until: Timestamp::from_seconds(ends) + Duration::from_secs(u64::from(LEEWAY) + 1),
    };
    Ok((digest, taken))
}

/// Whom it is about: by their subject, or by what they log in with. One about the client itself is a client's assertion,
/// and none about a consumer (SEC-003).
async fn consumer(
    context: &Context,
    client: &Client,
    verified: &Verified,
) -> Result<Arc<Consumer>, OAuthError> {
    let name = verified.subject().unwrap_or_default();
    if name == client.client_id.as_str() {
        return Err(invalid("its subject is the client").into());
    }
    let account = &context.tenant.account.account_id;
    let consumers = &context.services.consumers;
    let mut found = match Subject::parse(name) {
        Ok(sub) => consumers.find(account, &sub).await?,
        Err(_) => None,
    };
    if found.is_none()
        && let Ok(identifier) = Identifier::parse(name)
        && let Some(login) = store::consumers::find_login(context.db(), account, &identifier).await?
    {
        found = consumers.find(account, &login.sub).await?;
        found = found.filter(|consumer| consumer.is_surely(&identifier));
    }
    found
        .filter(|consumer| consumer.status == ConsumerStatus::Active)
        .ok_or_else(|| invalid("no such consumer, or one who may not log in").into())
}

/// When the program saw the consumer: when it says so, else when it wrote the assertion; never later than now.
fn auth_time(context: &Context, verified: &Verified) -> Result<Timestamp, Error> {
    let said = match verified.claims.get("auth_time") {
        None => verified.time("iat"),
        Some(_) => Some(
            verified
                .time("auth_time")
                .ok_or_else(|| invalid("auth_time is no time"))?,
        ),
    };
    Ok(said.map_or(context.now, Timestamp::from_seconds).min(context.now))
}

/// Takes over what the assertion tells of the consumer anew: engagement attributes, each whole.
async fn tell(
    request: &Request<'_>,
    consumer: Arc<Consumer>,
    verified: &Verified,
) -> Result<Arc<Consumer>, OAuthError> {
    let Request { context, client, .. } = request;
    let told = |name: &str| {
        verified
            .claims
            .get(name)
            .filter(|value| !value.is_null())
            .cloned()
    };
    let (customer, personal) = (told("customerInfo"), told("personalInfo"));
    let is_news = customer
        .as_ref()
        .is_some_and(|it| is_other_customer(&consumer, it))
        || personal
            .as_ref()
            .is_some_and(|it| is_other_personal(&consumer, it));
    if !is_news {
        return Ok(consumer);
    }
    let by = By::client(&client.client_id, &context.request_id, context.ip);
    let services = &context.services;
    let edit = |draft: &mut crate::model::Draft| {
        draft.customer_info = customer.or_else(|| draft.customer_info.take());
        draft.personal_info = personal.or_else(|| draft.personal_info.take());
        Ok(())
    };
    let saved =
        directory::consumer::update(services, &by, &context.tenant.account, &consumer.sub, edit, None).await;
    match saved {
        Ok(saved) => Ok(Arc::new(saved.consumer)),
        Err(directory::Error::Store(error)) => Err(error.into()),
        Err(error @ directory::Error::Changed) => Err(Error::temporarily_unavailable()
            .with_detail(error.to_string())
            .into()),
        Err(error) => {
            let refusal = Error::invalid_request("The attributes of the consumer are not valid.");
            Err(refusal.with_detail(error.to_string()).into())
        }
    }
}

fn is_other_customer(consumer: &Consumer, told: &Value) -> bool {
    CustomerInfo::parse(told).map_or(true, |parsed| {
        Some(&parsed.value) != consumer.customer_info.as_ref()
    })
}

fn is_other_personal(consumer: &Consumer, told: &Value) -> bool {
    PersonalInfo::parse(told).map_or(true, |parsed| {
        Some(&parsed.value) != consumer.personal_info.as_ref()
    })
}

/// What the client may have of the consumers whom it vouches for: no refresh tokens, since it can vouch again.
pub(super) fn allowed(client: &Client, asked: Option<&str>) -> Result<Scope, Error> {
    let own = client
        .settings
        .scope
        .filter(|value| value != Scope::OFFLINE_ACCESS);
    let Some(asked) = asked else { return Ok(own) };
    let scope = asked.parse::<Scope>()?.intersection(&own);
    if scope.is_empty() {
        return Err(Error::invalid_scope("None of the scopes can be granted."));
    }
    Ok(scope)
}

impl Vouched {
    /// Uses the assertion up: whoever copies it has nothing.
    pub(super) async fn use_up(&self, context: &Context) -> Result<(), OAuthError> {
        let (digest, taken) = self.once;
        let account = &context.tenant.account.account_id;
        if store::used_proofs::take(context.db(), account, digest, taken).await? {
            return Ok(());
        }
        Err(invalid("it was used before").into())
    }

    /// What an id_token says of it.
    pub(super) fn authentication<'a>(&'a self, scope: &'a Scope) -> Authentication<'a> {
        Authentication {
            sub: &self.consumer.sub,
            sid: None,
            auth_time: self.auth_time,
            auth_time_wanted: true,
            nonce: None,
            scope,
            claims: None,
            login: None,
        }
    }
}
