//! The answer of the authorization endpoint, in the mode that was asked for (RFC 6749 §4.1.2, Form Post Response Mode
//! §2).

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use oauth::{AuthorizationResponse, Delivery, ResponseMode, Scope, ValidRedirectUri};

use super::interaction::Ready;
use super::request::Refused;
use crate::base::OneTime;
use crate::context::Context;
use crate::http::page::{PageError, Pages, Permissions};
use crate::http::redirect::{destination, see_other};
use crate::issue::IssueError;
use crate::issue::access_token::{self, Entitlement};
use crate::issue::code::{self, CodeContent};
use crate::issue::id_token::{self, Authentication, Beside};
use crate::model::Client;
use crate::model::interaction::AuthorizationRequest;
use crate::model::token::AccessToken;
use crate::store;

/// Issues what was asked for and sends it to the client.
pub(super) async fn issue(
    context: &Context,
    headers: &HeaderMap,
    client: &Client,
    request: &AuthorizationRequest,
    ready: &Ready,
) -> Response {
    match response(context, client, request, ready).await {
        Ok(response) => deliver(
            context,
            headers,
            client,
            &request.redirect_uri,
            request.response_mode,
            &response,
        ),
        Err(error) => {
            let error = oauth::Error::from(error);
            tracing::error!(request_id = %context.request_id, detail = error.detail.as_str(), "nothing issued");
            let response = AuthorizationResponse::error(context.issuer(), request.state.clone(), &error);
            deliver(
                context,
                headers,
                client,
                &request.redirect_uri,
                request.response_mode,
                &response,
            )
        }
    }
}

/// Sends an error to the client.
pub(super) fn refuse(context: &Context, headers: &HeaderMap, refused: &Refused) -> Response {
    let Refused { to, error } = refused;
    tracing::info!(
        request_id = %context.request_id, client = %to.client.client_id, error = error.code.as_str(),
        detail = error.detail.as_str(), "authorization request refused"
    );
    metrics::counter!("signet_authorize_errors_total", "error" => error.code.as_str()).increment(1);
    let response = AuthorizationResponse::error(context.issuer(), to.state.clone(), error);
    deliver(context, headers, &to.client, &to.redirect_uri, to.mode, &response)
}

async fn response(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    ready: &Ready,
) -> Result<AuthorizationResponse, IssueError> {
    let mut response = AuthorizationResponse::success(context.issuer(), request.state.clone());
    let kind = request.response_type;
    let auth_time_wanted = request.max_age.is_some();

    let code = if kind.has_code() {
        Some(code::issue(context, &content(context, client, request, ready))?)
    } else {
        None
    };
    if let Some(code) = &code {
        response = response.with("code", code.as_str());
    }
    let access_token = if kind.has_token() {
        Some(access_token(context, client, request, ready).await?)
    } else {
        None
    };
    if let Some(token) = &access_token {
        response = response
            .with("access_token", token.expose())
            .with("token_type", "Bearer")
            .with(
                "expires_in",
                access_token::lifetime(context).as_secs().to_string(),
            );
    }
    if kind.has_id_token() {
        let authentication = Authentication {
            sub: &ready.session.sub,
            sid: &ready.session.sid,
            auth_time: ready.session.auth_time,
            auth_time_wanted,
            nonce: request.nonce.as_ref(),
            scope: &request.scope,
            claims: request.claims.as_ref(),
        };
        let beside = Beside {
            access_token: access_token.as_ref().map(OneTime::expose),
            code: code.as_deref(),
            alone: !kind.has_code() && !kind.has_token(),
        };
        response = response.with(
            "id_token",
            id_token::issue(context, client, &ready.consumer, &authentication, &beside)?,
        );
        if client.platform && !kind.has_token() && !kind.has_code() {
            // The platform's external window expects it beside an id_token too (section 1.3 of its contract).
            response = response.with("token_type", "Bearer");
        }
    }
    if request.scope.contains(Scope::OPENID) {
        metrics::counter!("signet_authorizations_total", "response_type" => kind.as_str()).increment(1);
    }
    Ok(response)
}

fn content(context: &Context, client: &Client, request: &AuthorizationRequest, ready: &Ready) -> CodeContent {
    CodeContent {
        client_id: client.client_id.clone(),
        redirect_uri: request.redirect_uri.as_str().to_owned(),
        sub: ready.session.sub.clone(),
        sid: ready.session.sid.clone(),
        auth_time: ready.session.auth_time,
        auth_time_wanted: request.max_age.is_some(),
        scope: request.scope.clone(),
        grant_id: ready.grant_id.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
        claims: request.claims.clone(),
        expires_at: context.now + code::lifetime(context, client),
    }
}

async fn access_token(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    ready: &Ready,
) -> Result<OneTime<AccessToken>, IssueError> {
    let entitlement = Entitlement {
        client_id: client.client_id.clone(),
        sub: ready.session.sub.clone(),
        sid: ready.session.sid.clone(),
        grant_id: ready.grant_id.clone(),
        scope: request.scope.clone(),
        claims: request.claims.clone(),
    };
    let (token, stored) = access_token::prepare(context, entitlement, None);
    if !store::tokens::insert(context.db(), stored).await? {
        return Err(IssueError::Store(store::Error::Unavailable(
            "the session has ended".to_owned(),
        )));
    }
    Ok(token)
}

/// By redirect, 303 so that a browser never repeats a posted password at the client (SEC-036), or by a form.
fn deliver(
    context: &Context,
    headers: &HeaderMap,
    client: &Client,
    redirect_uri: &ValidRedirectUri,
    mode: ResponseMode,
    response: &AuthorizationResponse,
) -> Response {
    match response.deliver(redirect_uri, mode) {
        Delivery::Redirect(location) => see_other(&location).unwrap_or_else(|| {
            Pages::new::<&str>(context, headers, &[]).error(&PageError::new(pages::ErrorKind::Internal))
        }),
        Delivery::FormPost { action, fields } => {
            let pages = Pages::new::<&str>(context, headers, &[]);
            let view = pages::FormPost {
                frame: pages.frame(),
                redirect_uri: action.as_str(),
                parameters: &fields,
                client_name: &client.settings.client_name,
            };
            let permissions = Permissions {
                form_action: destination(action).into_iter().collect(),
                ..Permissions::default()
            };
            pages.respond(StatusCode::OK, view.render(pages.locale()), &permissions)
        }
    }
}
