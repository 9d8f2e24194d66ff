//! `grant_type=urn:ietf:params:oauth:grant-type:token-exchange` (RFC 8693): one token for another, never for more.

use oauth::{Error, ErrorCode, Scope, TokenType};

use super::{Request, TokenResponse, answer, assertion, jwt_bearer, sign_in_ticket};
use crate::http::oauth_error::OAuthError;
use crate::http::{figures, leniency};
use crate::issue::access_token::Entitlement;
use crate::issue::id_token::{self, Beside};
use crate::issue::living::{self, Living};
use crate::issue::resource;
use crate::issue::tokens::{self, Granted};
use crate::model::ticket::SIGN_IN_TICKET;
use crate::store;

/// What is wanted in exchange.
enum Wanted {
    AccessToken,
    IdToken,
    Ticket,
}

/// Exchanges an access token of ours for one that is good for less, or a program's assertion about a consumer for tokens or
/// a ticket.
pub(super) async fn exchange(request: &Request<'_>) -> Result<TokenResponse, OAuthError> {
    let parameters = request.parameters;
    if request.client.is_public() {
        return Err(Error::unauthorized_client("The client keeps no secret.").into());
    }
    if parameters.get("actor_token").is_some() || parameters.get("actor_token_type").is_some() {
        return Err(Error::invalid_request("actor_token is not supported.").into());
    }
    let missing = |sentence| Error::invalid_request(sentence);
    let token = parameters
        .get("subject_token")
        .ok_or_else(|| missing("subject_token is missing."))?;
    let kind: TokenType = parameters
        .get("subject_token_type")
        .ok_or_else(|| missing("subject_token_type is missing."))?
        .parse()
        .map_err(|_| unsupported())?;
    match (kind, wanted(parameters.get("requested_token_type"))?) {
        (TokenType::AccessToken, Wanted::AccessToken) => narrow(request, token).await,
        (TokenType::Jwt, Wanted::AccessToken) => {
            let vouched = assertion::verify(request, token).await?;
            let answer = jwt_bearer::give(request, &vouched).await?;
            Ok(TokenResponse {
                issued_token_type: Some(TokenType::AccessToken.as_str()),
                ..answer
            })
        }
        (TokenType::Jwt, Wanted::IdToken) => identify(request, token).await,
        (TokenType::Jwt, Wanted::Ticket) => {
            let vouched = assertion::verify(request, token).await?;
            sign_in_ticket::give(request, &vouched).await
        }
        _ => Err(unsupported().into()),
    }
}

const fn unsupported() -> Error {
    Error::invalid_request("No such exchange is supported.")
}

fn wanted(kind: Option<&str>) -> Result<Wanted, Error> {
    match kind {
        None => Ok(Wanted::AccessToken),
        Some(SIGN_IN_TICKET) => Ok(Wanted::Ticket),
        Some(kind) => match kind.parse() {
            Ok(TokenType::AccessToken) => Ok(Wanted::AccessToken),
            Ok(TokenType::IdToken) => Ok(Wanted::IdToken),
            _ => Err(unsupported()),
        },
    }
}

/// Another access token for the same: for a part of its scope, for a resource of the client's, and no longer (SEC-050).
async fn narrow(request: &Request<'_>, presented: &str) -> Result<TokenResponse, OAuthError> {
    let Request { context, client, .. } = request;
    let living = subject(request, presented).await?;
    let token = &living.token;
    let scope = part(request, &token.scope)?;
    let granted = Granted {
        client,
        entitlement: Entitlement {
            sub: token.sub.clone(),
            sid: token.sid.clone(),
            grant_id: token.grant_id.clone(),
            resource: target(request, &living)?,
            cnf: request.cnf.clone(),
            family: Some(token.family.clone()),
            ends_at: Some(token.expires_at),
            ..Entitlement::of_client(client, scope)
        },
        code: None,
        login: None,
        chain: None,
    };
    let (prepared, stored) = tokens::prepare(context, granted).await.map_err(Error::from)?;
    if !store::tokens::insert_all(context.db(), stored).await? {
        return Err(invalid("its session or consent has ended").into());
    }
    tracing::info!(
        target: "audit", event = "token.exchanged", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, of = %token.client_id,
        sub = token.sub.as_ref().map(tracing::field::display), ip = %context.ip, "an access token for another"
    );
    Ok(TokenResponse {
        issued_token_type: Some(TokenType::AccessToken.as_str()),
        ..answer::given(client, prepared)
    })
}

fn invalid(detail: &str) -> Error {
    Error::invalid_grant("The subject token is not valid.").with_detail(detail)
}

/// The access token that is presented, from one who may have it: its owner, or one who serves a resource that it is for.
async fn subject(request: &Request<'_>, presented: &str) -> Result<Living, OAuthError> {
    let living = living::access_token(request.context, presented).await?;
    let living = living.map_err(|reason| OAuthError::from(invalid(reason)).as_guess())?;
    if !living.is_for(request.client) {
        return Err(invalid("none of the client's business").into());
    }
    if living.token.cnf.is_some() && living.token.cnf != request.cnf {
        return Err(invalid("bound to another key").into());
    }
    Ok(living)
}

/// What is asked for, all of it in the subject token's scope and in the client's own.
fn part(request: &Request<'_>, of: &Scope) -> Result<Scope, Error> {
    let asked = match request.parameters.get("scope") {
        None => of.clone(),
        Some(scope) => scope.parse()?,
    };
    if !asked.is_subset(of) {
        return Err(Error::invalid_scope("More than the subject token is good for."));
    }
    let given = asked
        .intersection(&request.client.settings.scope)
        .filter(|value| value != Scope::OFFLINE_ACCESS);
    if given.is_empty() {
        return Err(Error::invalid_scope("None of the scopes can be granted."));
    }
    Ok(given)
}

/// Whom the new token is for. What was for others never comes back to us: userinfo would open to every API.
fn target(request: &Request<'_>, living: &Living) -> Result<Vec<String>, Error> {
    let Request {
        context,
        client,
        parameters,
        ..
    } = request;
    let mut target = match resource::named(context, client, parameters)? {
        None if parameters.all("audience").next().is_none() => {
            resource::still(context, client, living.token.resource.clone())?
        }
        named => named.unwrap_or_default(),
    };
    for name in parameters.all("audience") {
        if !resource::may_have(context, client, name) {
            return Err(no_target());
        }
        if !target.iter().any(|known| known == name) {
            target.push(name.to_owned());
        }
    }
    if target.is_empty() && !living.token.resource.is_empty() {
        return Err(no_target());
    }
    Ok(target)
}

const fn no_target() -> Error {
    Error::new(
        ErrorCode::InvalidTarget,
        "The client may have no token for this target.",
    )
}

/// An id_token for the consumer whom the client's assertion is about: what a platform takes, without a second login.
async fn identify(request: &Request<'_>, presented: &str) -> Result<TokenResponse, OAuthError> {
    let Request {
        context,
        client,
        parameters,
        ..
    } = request;
    let vouched = assertion::verify(request, presented).await?;
    let its_own = |name: &str| {
        name == client.client_id.as_str() || client.settings.id_token_audience.iter().any(|it| it == name)
    };
    if parameters.all("resource").next().is_some() || !parameters.all("audience").all(its_own) {
        return Err(no_target().into());
    }
    let scope = assertion::allowed(client, parameters.get("scope"))?;
    let beside = Beside {
        alone: true,
        ..Beside::default()
    };
    let authentication = vouched.authentication(&scope);
    let issued = id_token::issue(context, client, &vouched.consumer, &authentication, &beside).await;
    let issued = issued.map_err(Error::from)?;
    let entitlement = Entitlement {
        sub: Some(vouched.consumer.sub.clone()),
        ..Entitlement::of_client(client, scope.clone())
    };
    vouched.use_up(context).await?;
    store::tokens::insert(context.db(), issued.alone(context, entitlement)).await?;
    figures::issued("id_token");
    leniency::told_all(client);
    tracing::info!(
        target: "audit", event = "token.issued", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %client.client_id, sub = %vouched.consumer.sub,
        ip = %context.ip, "an id_token for an assertion"
    );
    Ok(TokenResponse {
        access_token: issued.text,
        token_type: "N_A",
        expires_in: issued.signed.expires_at.since(context.now).as_secs(),
        refresh_token: None,
        id_token: None,
        scope: scope.to_string(),
        issued_token_type: Some(TokenType::IdToken.as_str()),
        authorization_details: None,
    })
}
