//! The answer of the authorization endpoint, in the mode that was asked for (RFC 6749 §4.1.2, Form Post Response Mode
//! §2).

use axum::response::Response;
use http::StatusCode;
use oauth::{AuthorizationResponse, Delivery};

use super::request::{Identified, Refused};
use crate::base::OneTime;
use crate::context::Context;
use crate::http::page::Permissions;
use crate::http::redirect::see_other;
use crate::http::{PageError, Visit, figures};
use crate::issue::IssueError;
use crate::issue::access_token::{self, Entitlement};
use crate::issue::code::{self, CodeContent};
use crate::issue::id_token::{self, Authentication, Beside};
use crate::issue::interaction::Ready;
use crate::model::Client;
use crate::model::interaction::AuthorizationRequest;
use crate::model::token::AccessToken;
use crate::store;

/// Sends an error to the client.
pub(super) fn refuse(visit: &Visit, refused: &Refused) -> Result<Response, PageError> {
    let Refused { to, error } = refused;
    let context = &visit.context;
    tracing::info!(
        request_id = %context.request_id, client = %to.client.client_id, error = error.code.as_str(),
        detail = error.detail.as_str(), "authorization request refused"
    );
    figures::oauth_error(error.code.as_str());
    let response = AuthorizationResponse::error(context.issuer(), to.state.clone(), error);
    deliver(visit, to, &response)
}

/// By redirect, 303 so that a browser never repeats a posted password at the client (SEC-036), or by a form.
pub(super) fn deliver(
    visit: &Visit,
    to: &Identified,
    response: &AuthorizationResponse,
) -> Result<Response, PageError> {
    match response.deliver(&to.redirect_uri, to.mode) {
        Delivery::Redirect(location) => see_other(&location),
        Delivery::FormPost { action, fields } => {
            let pages = visit.pages();
            let view = pages::FormPost {
                frame: pages.frame(),
                redirect_uri: action.as_str(),
                parameters: &fields,
                client_name: to.client.shown_name(),
            };
            Ok(pages.respond(
                StatusCode::OK,
                view.render(pages.locale()),
                &Permissions::leading_to(action),
            ))
        }
    }
}

/// Issues what was asked for.
pub(super) async fn issue(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    ready: &Ready,
) -> Result<AuthorizationResponse, IssueError> {
    let kind = request.response_type;
    let mut response = AuthorizationResponse::success(context.issuer(), request.state.clone());
    let mut code = None;
    if kind.has_code() {
        let issued = code::issue(context, &content(context, client, request, ready))?;
        response = response.with("code", issued.as_str());
        figures::issued("code");
        code = Some(issued);
    }
    let mut access_token = None;
    if kind.has_token() {
        let issued = issue_access_token(context, client, request, ready).await?;
        let lifetime = access_token::lifetime(context).as_secs();
        response = response
            .with("access_token", issued.expose())
            .with("token_type", "Bearer")
            .with("expires_in", lifetime.to_string());
        figures::issued("access_token");
        access_token = Some(issued);
    }
    if kind.has_id_token() {
        let beside = Beside {
            access_token: access_token.as_ref().map(OneTime::expose),
            code: code.as_deref(),
            alone: !kind.has_code() && !kind.has_token(),
        };
        let authentication = authentication(request, ready);
        let issued = id_token::issue(context, client, &ready.consumer, &authentication, &beside)?;
        response = response.with("id_token", issued);
        figures::issued("id_token");
        if client.platform && beside.alone {
            // The platform's external window expects it beside an id_token too (section 1.3 of its contract).
            response = response.with("token_type", "Bearer");
        }
    }
    Ok(response)
}

fn authentication<'a>(request: &'a AuthorizationRequest, ready: &'a Ready) -> Authentication<'a> {
    Authentication {
        sub: &ready.session.sub,
        sid: &ready.session.sid,
        auth_time: ready.session.auth_time,
        auth_time_wanted: request.max_age.is_some(),
        nonce: request.nonce.as_ref(),
        scope: &request.scope,
        claims: request.claims.as_ref(),
    }
}

fn content(context: &Context, client: &Client, request: &AuthorizationRequest, ready: &Ready) -> CodeContent {
    CodeContent {
        client_id: client.client_id.clone(),
        redirect_uri: request.redirect_uri.as_str().to_owned(),
        redirect_uri_left_out: request.redirect_uri_left_out,
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

async fn issue_access_token(
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
    if store::tokens::insert(context.db(), stored).await? {
        Ok(token)
    } else {
        Err(IssueError::SessionEnded)
    }
}
