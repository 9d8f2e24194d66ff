//! OpenID Connect: code flow with PKCE, and a nonce (SEC-102, SEC-103).

use jose::verify::Jws;
use jose::{Policy, verify};
use oauth::{CodeChallenge, CodeVerifier, ErrorCode, Parameters, Scope};
use outbound::Basic;
use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::assertion::use_up_id_token;
use super::{Fault, derived};
use crate::context::{Context, MetadataError, ProviderMetadata, PublishedKeysError};
use crate::directory::sso::{callback, client_secret};
use crate::model::sso::SsoConnection;

/// By how many seconds the provider's clock may differ from ours.
const CLOCK_SKEW: u32 = 60;

impl From<MetadataError> for Fault {
    fn from(error: MetadataError) -> Self {
        match error {
            MetadataError::NoIssuer => Self::refused("the connection has no issuer"),
            error => Self::Upstream(error.to_string()),
        }
    }
}

impl From<PublishedKeysError> for Fault {
    fn from(error: PublishedKeysError) -> Self {
        Self::Upstream(format!("jwks_uri {error}"))
    }
}

/// Where the browser is sent.
pub(super) async fn begin(
    context: &Context,
    connection: &SsoConnection,
    state: &str,
) -> Result<String, Fault> {
    let metadata = metadata(context, connection).await?;
    let configuration = &connection.configuration;
    let client_id = configuration.client_id.as_deref().unwrap_or_default();
    let scope: Vec<&str> = std::iter::once(Scope::OPENID)
        .chain(configuration.scopes.iter().map(String::as_str))
        .collect();
    let mut url = metadata.authorization_endpoint.clone();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client_id)
        .append_pair("redirect_uri", &redirect_uri(context, connection))
        .append_pair("scope", &scope.join(" "))
        .append_pair("state", state)
        .append_pair("nonce", &derived(context, "nonce", state))
        .append_pair(
            "code_challenge",
            CodeChallenge::of(&verifier(context, state)?).as_str(),
        )
        .append_pair("code_challenge_method", "S256");
    // `sub` is there without being asked for; what else it is may stand in userinfo alone where nobody asks (§5.4).
    if metadata.claims_parameter_supported && configuration.claim != "sub" {
        let claims = json!({"id_token": {(configuration.claim.as_str()): {"essential": true}}});
        url.query_pairs_mut().append_pair("claims", &claims.to_string());
    }
    Ok(url.into())
}

/// The login name that the provider vouches for.
pub(super) async fn finish(
    context: &Context,
    connection: &SsoConnection,
    state: &str,
    answer: &Parameters,
) -> Result<String, Fault> {
    let metadata = metadata(context, connection).await?;
    // RFC 9207 §2.4.
    let iss = answer.get("iss");
    if iss.is_some_and(|iss| connection.configuration.issuer.as_deref() != Some(iss))
        || (iss.is_none() && metadata.authorization_response_iss_parameter_supported)
    {
        return Err(Fault::refused("the answer isn't told to be this issuer's"));
    }
    if let Some(error) = answer.get("error") {
        // The code alone, and only one of the closed set: never what else somebody put there (SEC-147).
        let code = error
            .parse::<ErrorCode>()
            .map_or("an error", |code| code.as_str());
        return Err(Fault::refused(format!("the provider answered {code}")));
    }
    let code = answer
        .get("code")
        .ok_or_else(|| Fault::refused("the answer has no code"))?;
    let token = redeem(context, connection, &metadata, (code, state)).await?;
    let nonce = derived(context, "nonce", state);
    let proved = id_token(context, connection, &metadata, &token).await?;
    let told = proved.str("nonce").unwrap_or_default();
    if !bool::from(told.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(Fault::refused("the id_token has another nonce"));
    }
    let login_name = login_name(connection, &proved)?;
    // Nobody else logs in with it as an assertion (SEC-112). It came for a code a moment ago, so whatever backup was put back,
    // it wasn't used before.
    use_up_id_token(context, connection, (&token, &proved), context.now).await?;
    Ok(login_name)
}

/// The claim that holds the login name.
pub(super) fn login_name(connection: &SsoConnection, proved: &jose::Verified) -> Result<String, Fault> {
    let claim = &connection.configuration.claim;
    // Anybody may claim an address at many a provider (SEC-104).
    if claim == "email" && proved.claims.get("email_verified") != Some(&serde_json::Value::Bool(true)) {
        return Err(Fault::refused("the provider hasn't verified the e-mail address"));
    }
    let name = proved.str(claim).filter(|name| !name.is_empty());
    name.map(str::to_owned)
        .ok_or_else(|| Fault::refused(format!("the id_token has no claim {claim:?}")))
}

/// What an id_token says, if it is the provider's, for us, and of now.
pub(super) async fn id_token(
    context: &Context,
    connection: &SsoConnection,
    metadata: &ProviderMetadata,
    token: &str,
) -> Result<jose::Verified, Fault> {
    let bad = |error: jose::VerifyError| Fault::refused(format!("the id_token: {error}"));
    let configuration = &connection.configuration;
    let header = Jws::parse(token).map_err(bad)?.header().clone();
    if !configuration.algorithms.contains(&header.algorithm) {
        return Err(Fault::refused(
            "the id_token is signed with an algorithm that the connection doesn't take",
        ));
    }
    let client = http(context)?;
    let kid = header.kid.as_deref();
    let key = context
        .services
        .sso_providers
        .key(client, connection, &metadata.jwks_uri, kid, header.algorithm)
        .await?;
    let client_id = configuration.client_id.as_deref().unwrap_or_default();
    let issuer = configuration.issuer.as_deref().unwrap_or_default();
    let policy = Policy::id_token(issuer, client_id, context.now.seconds())
        .with_algorithms(&configuration.algorithms)
        .with_leeway(CLOCK_SKEW);
    let proved = verify(token, |_| key.as_ref(), &policy).map_err(bad)?;
    // OpenID Connect Core §3.1.3.7, 4 and 5.
    let azp = proved.str("azp");
    if azp.is_some_and(|azp| azp != client_id) || (azp.is_none() && proved.audiences().len() > 1) {
        return Err(Fault::refused("the id_token was given to another client"));
    }
    Ok(proved)
}

/// The provider's metadata.
pub(super) async fn metadata(
    context: &Context,
    connection: &SsoConnection,
) -> Result<std::sync::Arc<ProviderMetadata>, Fault> {
    let client = http(context)?;
    Ok(context
        .services
        .sso_providers
        .metadata(client, connection)
        .await?)
}

/// What is read of a token endpoint's answer: the access token has no use here.
#[derive(Deserialize)]
struct TokenResponse {
    id_token: String,
}

async fn redeem(
    context: &Context,
    connection: &SsoConnection,
    metadata: &ProviderMetadata,
    (code, state): (&str, &str),
) -> Result<String, Fault> {
    let verifier = verifier(context, state)?;
    let redirect_uri = redirect_uri(context, connection);
    let client_id = connection.configuration.client_id.as_deref().unwrap_or_default();
    let secret = client_secret(&context.services, connection).await;
    let secret = match (&secret, &connection.secret) {
        (Some(secret), _) => std::str::from_utf8(secret).ok(),
        (None, None) => None,
        (None, Some(_)) => return Err(Fault::refused("the connection's secret can't be opened")),
    };
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", verifier.expose()),
    ];
    let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
    let takes = |method: &str| methods.is_some_and(|all| all.iter().any(|it| it == method));
    let mut basic = None;
    match secret {
        // Where nothing is told, it is `client_secret_basic` (OpenID Connect Discovery §3).
        Some(secret) if takes("client_secret_post") && !takes("client_secret_basic") => {
            form.extend([("client_id", client_id), ("client_secret", secret)]);
        }
        Some(secret) => basic = Some(Basic::of_client(client_id, secret)),
        None => form.push(("client_id", client_id)),
    }
    let answer = http(context)?
        .post_form(&metadata.token_endpoint, basic.as_ref(), &form)
        .await;
    let answer = answer.map_err(|error| Fault::Upstream(format!("the token endpoint: {error}")))?;
    if answer.status.is_server_error() {
        return Err(Fault::Upstream(format!(
            "the token endpoint answered {}",
            answer.status.as_u16()
        )));
    }
    if !answer.status.is_success() {
        return Err(Fault::refused(format!(
            "the token endpoint answered {}",
            answer.status.as_u16()
        )));
    }
    let response: TokenResponse = answer
        .json()
        .map_err(|_| Fault::refused("the token endpoint's answer isn't JSON with an id_token"))?;
    Ok(response.id_token)
}

fn http(context: &Context) -> Result<&outbound::Client, Fault> {
    context
        .services
        .outbound
        .client()
        .map_err(|error| Fault::Upstream(error.to_string()))
}

fn redirect_uri(context: &Context, connection: &SsoConnection) -> String {
    let public_url = &context.services.settings.server.public_url;
    callback(public_url, &connection.account_id, connection.name.as_str())
}

fn verifier(context: &Context, state: &str) -> Result<CodeVerifier, Fault> {
    derived(context, "verifier", state)
        .parse()
        .map_err(|_| Fault::refused("a digest is no verifier"))
}
