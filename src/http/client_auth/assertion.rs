//! `private_key_jwt` and `client_secret_jwt` (OpenID Connect Core §9, RFC 7523 §3, SEC-059).

use std::time::Duration;

use jose::{Algorithm, HmacAlgorithm, HmacJwt, Policy};
use oauth::{ClientAssertion, ClientAuthMethod};
use serde_json::{Map, Value};

use super::failed;
use crate::base::{Digest, Timestamp};
use crate::context::{ClientKeyError, Context};
use crate::http::oauth_error::OAuthError;
use crate::model::Client;
use crate::model::client::AssertionAlgorithm;
use crate::model::used_proof::AssertionId;
use crate::store;
use crate::store::used_proofs::Taken;

/// How far a client's clock may be ahead, in seconds.
const LEEWAY: u32 = 10;
/// How far ahead an assertion may end, in seconds.
const LONGEST: i64 = 300;
/// The endpoints whose URLs an assertion may be for, where the client's policy says so (RFC 9126 §2, CIBA §7.1).
const ENDPOINTS: [&str; 5] = ["token", "par", "introspect", "revoke", "bc_authorize"];

/// What the FAPI 2.0 Security Profile signs with (§5.4.1).
pub const FAPI_ALGORITHMS: [Algorithm; 3] = [Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// Verifies a client's assertion, and uses it up.
pub(super) async fn prove(
    context: &Context,
    client: &Client,
    assertion: &ClientAssertion,
) -> Result<(), OAuthError> {
    let policy =
        Policy::client_assertion(client.client_id.as_str(), context.now.seconds()).with_leeway(LEEWAY);
    let claims = if client.settings.token_endpoint_auth_method == ClientAuthMethod::ClientSecretJwt {
        by_secret(context, client, assertion, &policy).await?
    } else {
        by_key(context, client, assertion, &policy).await?
    };
    if claims.get("sub").and_then(Value::as_str) != Some(client.client_id.as_str()) {
        return Err(failed("the assertion's subject isn't the client").into());
    }
    if !is_for_us(context, client, claims.get("aud")) {
        return Err(failed("the assertion's audience").into());
    }
    use_up(context, client, &claims).await
}

async fn by_key(
    context: &Context,
    client: &Client,
    assertion: &ClientAssertion,
    policy: &Policy<'_>,
) -> Result<Map<String, Value>, OAuthError> {
    let registered = client.settings.token_endpoint_auth_signing_alg;
    let single = registered.and_then(AssertionAlgorithm::signature).map(|it| [it]);
    let algorithms: &[Algorithm] = match &single {
        Some(single) => single,
        None if client.is_fapi2() => &FAPI_ALGORITHMS,
        None => &Algorithm::ALL,
    };
    let policy = policy.with_algorithms(algorithms);
    let verified = context
        .services
        .client_keys
        .verify(client, assertion.expose(), &policy)
        .await
        .map_err(|error: ClientKeyError| failed(format!("the assertion: {error}")))?;
    Ok(verified.claims)
}

async fn by_secret(
    context: &Context,
    client: &Client,
    assertion: &ClientAssertion,
    policy: &Policy<'_>,
) -> Result<Map<String, Value>, OAuthError> {
    let single = match client.settings.token_endpoint_auth_signing_alg {
        Some(AssertionAlgorithm::Hmac(algorithm)) => Some([algorithm]),
        _ => None,
    };
    let algorithms: &[HmacAlgorithm] = single.as_ref().map_or(&HmacAlgorithm::ALL, |single| single);
    let jwt =
        HmacJwt::parse(assertion.expose()).map_err(|error| failed(format!("the assertion: {error}")))?;
    let secrets = context
        .services
        .client_secrets
        .living(client, context.now)
        .await?;
    let verified = jwt.verify(&secrets, algorithms, policy);
    Ok(verified.map_err(|error| failed(format!("the assertion: {error}")))?)
}

/// The issuer as a string alone; where the client's policy says so, an endpoint or a list that names one as well.
fn is_for_us(context: &Context, client: &Client, audience: Option<&Value>) -> bool {
    let certified = client.is_certified_form();
    match audience {
        Some(Value::String(name)) if certified => is_issuer_or_endpoint(context, name),
        Some(Value::String(name)) => name == context.issuer(),
        Some(Value::Array(names)) if certified => names
            .iter()
            .filter_map(Value::as_str)
            .any(|name| is_issuer_or_endpoint(context, name)),
        _ => false,
    }
}

fn is_issuer_or_endpoint(context: &Context, name: &str) -> bool {
    let below = |base: &str| {
        name.strip_prefix(base)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|endpoint| ENDPOINTS.contains(&endpoint))
    };
    name == context.issuer()
        || below(context.issuer())
        || context.mtls_base().is_some_and(|base| below(&base))
}

/// Its times, and its single use: remembered until it would be refused for its age.
async fn use_up(context: &Context, client: &Client, claims: &Map<String, Value>) -> Result<(), OAuthError> {
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    let now = context.now.seconds();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "verified to be a time; a fraction is cut off"
    )]
    let [ends, issued] = ["exp", "iat"].map(|name| time(name).map_or(0, |seconds| seconds as i64));
    if ends > now.saturating_add(LONGEST).saturating_add(LEEWAY.into()) {
        return Err(failed("the assertion ends too far ahead").into());
    }
    let id = claims.get("jti").and_then(Value::as_str).unwrap_or_default();
    // Before that it was made too far ahead, or ended too far ahead.
    let begins = issued.max(ends - LONGEST);
    if is_first_use(context, client, id, (begins, ends)).await? {
        Ok(())
    } else {
        Err(failed("the assertion was used before").into())
    }
}

/// Whether a client has signed nothing of that `jti` before that may still count: between these two times, in seconds, by
/// clocks that differ.
pub async fn is_first_use(
    context: &Context,
    client: &Client,
    jti: &str,
    (begins, ends): (i64, i64),
) -> store::Result<bool> {
    let account = &context.tenant.account.account_id;
    let proof = Digest::<AssertionId>::of(&format!("{account}\0{}\0{jti}", client.client_id));
    let taken = Taken {
        from: Timestamp::from_seconds(begins - i64::from(LEEWAY)),
        until: Timestamp::from_seconds(ends) + Duration::from_secs(u64::from(LEEWAY) + 1),
    };
    store::used_proofs::take(context.db(), account, proof, taken).await
}
