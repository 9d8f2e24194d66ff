//! The answer of the authorization endpoint, in the mode that was asked for (RFC 6749 §4.1.2, Form Post Response Mode
//! §2).

use axum::response::Response;
use http::StatusCode;
use oauth::{AuthorizationResponse, Delivery, ResponseMode};
use pages::{ErrorKind, Link};

use super::jarm;
use super::request::{Identified, Refused};
use crate::base::OneTime;
use crate::context::Context;
use crate::http::browser_state::BrowserState;
use crate::http::page::Permissions;
use crate::http::redirect::see_other;
use crate::http::{PageError, Visit, figures, leniency};
use crate::issue::IssueError;
use crate::issue::access_token::{self, Entitlement};
use crate::issue::code::{self, CodeContent};
use crate::issue::id_token::{self, Beside};
use crate::issue::interaction::Ready;
use crate::model::interaction::AuthorizationRequest;
use crate::model::token::NewTokens;
use crate::model::{Client, Session};
use crate::store;

/// Sends an error to the client.
pub(super) async fn refuse(visit: &Visit, refused: &Refused) -> Result<Response, PageError> {
    let Refused { to, error } = refused;
    let context = &visit.context;
    note_refused(context, refused);
    let response = AuthorizationResponse::error(context.issuer(), to.state.clone(), error);
    tell(visit, to, response, None).await
}

/// Figures of a refusal, and a line for the audit.
pub(super) fn note_refused(context: &Context, Refused { to, error }: &Refused) {
    tracing::info!(
        target: "audit", event = "authorize.refused", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %to.client.client_id, ip = %context.ip,
        error = error.code.as_str(), detail = error.detail.as_str(), "authorization request refused"
    );
    figures::oauth_error(error.code.as_str());
}

/// Shows an error with a link to the client, which the person may follow.
pub(super) fn refuse_on_page(visit: &Visit, refused: &Refused) -> Result<Response, PageError> {
    let Refused { to, error } = refused;
    let context = &visit.context;
    let response = AuthorizationResponse::error(context.issuer(), to.state.clone(), error);
    let mode = match to.mode {
        ResponseMode::Fragment | ResponseMode::FragmentJwt => ResponseMode::Fragment,
        _ => ResponseMode::Query,
    };
    let Delivery::Redirect(location) = response.deliver(&to.redirect_uri, mode) else {
        return Err(PageError::new(ErrorKind::InvalidRequest));
    };
    note_refused(context, refused);
    let error = PageError::with_detail(ErrorKind::InvalidRequest, error.code.as_str());
    let link = Link::redirect(&location);
    let onward = link.as_ref().map(|link| (link, to.client.shown_name()));
    Ok(visit.pages().error_with(&error, onward))
}

/// Delivers an answer, with the state of the browser for clients' pages to watch (OpenID Connect Session Management §2).
pub(super) async fn tell(
    visit: &Visit,
    to: &Identified,
    response: AuthorizationResponse,
    session: Option<&Session>,
) -> Result<Response, PageError> {
    let state = match session {
        None => BrowserState::as_it_is(visit),
        Some(session) => {
            let here = visit.sessions().await?;
            let others = here.iter().map(|session| &session.sid);
            BrowserState::of(visit, std::iter::once(&session.sid).chain(others))
        }
    };
    let response = match state.session_state(visit, &to.client, &to.redirect_uri) {
        Some(session_state) => response.with("session_state", session_state),
        None => response,
    };
    let mut delivered = deliver(visit, to, &response).await?;
    // Where nobody is signed in nothing changes, and so nothing is kept (SEC-029).
    if session.is_some() {
        state.keep(visit, &mut delivered);
    }
    Ok(delivered)
}

/// By redirect, 303 so that a browser never repeats a posted password at the client (SEC-036), or by a form.
async fn deliver(
    visit: &Visit,
    to: &Identified,
    response: &AuthorizationResponse,
) -> Result<Response, PageError> {
    let in_jwt;
    let response = if to.mode.is_jwt() {
        let wrapped = jarm::wrap(&visit.context, &to.client, response).await;
        in_jwt = wrapped.map_err(|error| PageError::busy(error.to_string()))?;
        &in_jwt
    } else {
        response
    };
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
                &Permissions::leading_to(&to.client, action),
            ))
        }
    }
}

/// Issues what was asked for. What must be stored is stored last: what fails before has left nothing behind.
pub(super) async fn issue(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    ready: &Ready,
) -> Result<AuthorizationResponse, IssueError> {
    let kind = request.response_type;
    let authorized = authorized(context, client, request, ready);
    let mut response = AuthorizationResponse::success(context.issuer(), request.state.clone());
    let mut code = None;
    if kind.has_code() {
        let issued = code::issue(context, &authorized)?;
        response = response.with("code", issued.as_str());
        code = Some(issued);
    }
    let (access_token, stored) = kind
        .has_token()
        .then(|| access_token::prepare(context, client, Entitlement::from(&authorized), None))
        .transpose()?
        .unzip();
    let mut stored = stored.map(NewTokens::from);
    if let Some(token) = &access_token {
        let lifetime = access_token::lifetime(context).as_secs();
        response = response
            .with("access_token", token.expose())
            .with("token_type", "Bearer")
            .with("expires_in", lifetime.to_string());
    }
    if kind.has_id_token() {
        let beside = Beside {
            access_token: access_token.as_ref().map(OneTime::expose),
            code: code.as_deref(),
            alone: !kind.has_code() && !kind.has_token(),
        };
        let id_token =
            id_token::issue(context, client, &ready.consumer, &(&authorized).into(), &beside).await?;
        stored = Some(match stored {
            Some(stored) => stored.with_id_token(&id_token.text, id_token.signed.clone()),
            None => id_token.alone(context, (&authorized).into()).into(),
        });
        response = response.with("id_token", id_token.text);
        leniency::told_all(client);
        if client.platform && beside.alone {
            // The platform's external window expects it beside an id_token too (section 1.3 of its contract).
            response = response.with("token_type", "Bearer");
        }
    }
    if stored.is_some() {
        let (account, sid) = (&context.tenant.account.account_id, &authorized.sid);
        context
            .services
            .sessions
            .note_client(account, sid, client)
            .await?;
    }
    if let Some(stored) = stored
        && !store::tokens::insert_all(context.db(), stored).await?
    {
        return Err(IssueError::SessionEnded);
    }
    note(context, request, ready);
    Ok(response)
}

/// Figures, and a line for the audit (SEC-163).
fn note(context: &Context, request: &AuthorizationRequest, ready: &Ready) {
    let kind = request.response_type;
    for (issued, what) in [
        (kind.has_code(), "code"),
        (kind.has_token(), "access_token"),
        (kind.has_id_token(), "id_token"),
    ] {
        if issued {
            figures::issued(what);
        }
    }
    tracing::info!(
        target: "audit", event = "authorize.issued", request_id = %context.request_id,
        account = %context.tenant.account.account_id, client = %request.client_id, sub = %ready.session.sub,
        ip = %context.ip, response_type = kind.as_str(), "issued"
    );
}

fn authorized(
    context: &Context,
    client: &Client,
    request: &AuthorizationRequest,
    ready: &Ready,
) -> CodeContent {
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
        resource: request.resource.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
        claims: request.claims.clone(),
        authorization_details: request.authorization_details.clone(),
        login: request.asks_for_level().then(|| (&*ready.session).into()),
        expires_at: context.now + code::lifetime(context, client),
    }
}
