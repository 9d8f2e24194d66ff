//! A browser begins.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery};
use axum::response::Response;
use http::HeaderMap;
use http::header::SET_COOKIE;
use oauth::Parameters;
use pages::ErrorKind;

use super::{Bond, Fault, LASTS, enabled, oidc};
use crate::base::OneTime;
use crate::context::Context;
use crate::gateway::OfAccount;
use crate::http::page::Pages;
use crate::http::redirect::see_other;
use crate::http::{Caller, PageError, Purpose, RateLimits};
use crate::model::sso::{SsoAttempt, SsoConfiguration, SsoKind, SsoState};
use crate::store;

/// The longest `state` that an application gets back.
const LONGEST_STATE: usize = 512;

/// `GET /api/account/{account_id}/login/sso/{connection}`: to the identity provider. `return_to` says where to in the end
/// (one of the connection's addresses), `state` comes along there, `answer=json` has the login answered here.
pub(in crate::gateway) async fn get(
    Extension(limits): Extension<Arc<RateLimits>>,
    account: OfAccount,
    caller: Caller,
    Path((_, connection)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let pages = Pages::new(&account, &headers, &[]);
    let begun = match limits.check(Purpose::Login, &caller) {
        Ok(()) => Box::pin(begin(&account, &connection, query.as_deref())).await,
        Err(wait) => Err(wait.into()),
    };
    begun.unwrap_or_else(|error| pages.error(&error))
}

async fn begin(context: &Context, connection: &str, query: Option<&str>) -> Result<Response, PageError> {
    let parameters = Parameters::parse(query.unwrap_or_default())?;
    if parameters.repeated().next().is_some() {
        return Err(PageError::new(ErrorKind::RepeatedParameter));
    }
    let connection = enabled(context, connection).await?.ok_or_else(|| {
        PageError::with_detail(ErrorKind::NotFound, "no such connection, or a disabled one")
    })?;
    let return_to = return_to(&connection.configuration, &parameters)?;
    let app_state = parameters.get("state").map(str::to_owned);
    if app_state
        .as_ref()
        .is_some_and(|state| state.len() > LONGEST_STATE)
    {
        return Err(PageError::with_detail(
            ErrorKind::InvalidRequest,
            "state is too long",
        ));
    }
    let state = OneTime::<SsoState>::fresh(&context.services.entropy);
    let url = match connection.kind {
        SsoKind::Oidc => oidc::begin(context, &connection, state.expose()).await,
        #[cfg(feature = "saml")]
        SsoKind::Saml => Ok(super::saml::begin(context, &connection, state.expose())),
        #[cfg(not(feature = "saml"))]
        SsoKind::Saml => Err(Fault::refused("this program was built without SAML")),
    };
    let url = url.map_err(|fault| match fault {
        Fault::Refused(reason) => PageError::with_detail(ErrorKind::InvalidRequest, reason),
        Fault::Upstream(error) => {
            tracing::warn!(
                target: "audit", event = "federation.upstream_error", request_id = %context.request_id,
                account = %connection.account_id, connection = %connection.name, error, "nobody can be sent to sign in"
            );
            PageError::busy(error)
        }
    })?;
    let attempt = SsoAttempt {
        digest: state.digest(),
        account_id: connection.account_id,
        connection: connection.name,
        return_to,
        app_state,
        created_at: context.now,
        expires_at: context.now + LASTS,
    };
    store::sso_attempts::insert(context.db(), &attempt).await?;
    let mut response = see_other(&url)?;
    let tie = Bond::of(context, connection.kind, state.expose()).tie();
    if let Ok(cookie) = tie.parse() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Where the browser goes in the end: nowhere but where the connection says (SEC-064).
fn return_to(configuration: &SsoConfiguration, parameters: &Parameters) -> Result<Option<String>, PageError> {
    let allowed = &configuration.return_to;
    match (parameters.get("return_to"), parameters.get("answer")) {
        (Some(wanted), None) if allowed.iter().any(|url| url == wanted) => Ok(Some(wanted.to_owned())),
        (Some(_), _) => Err(PageError::with_detail(
            ErrorKind::RedirectUri,
            "return_to isn't one of the connection's, or stands beside answer",
        )),
        (None, Some("json")) => Ok(None),
        (None, Some(_)) => Err(PageError::with_detail(
            ErrorKind::InvalidRequest,
            "answer isn't json",
        )),
        (None, None) => Ok(allowed.first().cloned()),
    }
}
