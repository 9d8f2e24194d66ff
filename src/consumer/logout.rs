//! Signing out: asked first, so that no other site can do it (SEC-073).

use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use oauth::Parameters;
use pages::{ErrorKind, FormTokens};

use super::login::path_of;
use super::me::shown_name;
use super::pending;
use crate::context::Context;
use crate::http::cookies::Cookie;
use crate::http::csrf::{self, Form};
use crate::http::page::{PageError, Pages, Permissions};
use crate::http::redirect::see_other;

/// `GET /logout`
pub(super) async fn get(context: Context, headers: HeaderMap) -> Response {
    let outcome = ask(&context, &headers).await;
    outcome.unwrap_or_else(|error| Pages::new::<&str>(&context, &headers, &[]).error(&error))
}

/// `POST /logout`
pub(super) async fn post(context: Context, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = end(&context, &headers, &body).await;
    outcome.unwrap_or_else(|error| Pages::new::<&str>(&context, &headers, &[]).error(&error))
}

async fn ask(context: &Context, headers: &HeaderMap) -> Result<Response, PageError> {
    let account = &context.tenant.account.account_id;
    let session = match Cookie::Session.read(context, headers) {
        Some(cookie) => context.services.sessions.find(account, cookie).await?,
        None => None,
    };
    let Some(session) = session else {
        return Ok(done(context, headers));
    };
    let consumer = context.services.consumers.find(account, &session.sub).await?;
    let name = consumer.as_deref().map(shown_name);
    let (browser, new) = pending::browser(context, headers);
    let csrf = csrf::token(context, Form::Logout, browser.digest(), session.sid.as_str());
    let pages = Pages::new::<&str>(context, headers, &[]);
    let view = pages::Logout {
        frame: pages.frame(),
        action: &format!("{}/logout", path_of(context)),
        tokens: FormTokens {
            csrf: &csrf,
            interaction: "",
        },
        user: name.as_deref(),
        client_name: None,
    };
    let mut response = pages.respond(
        StatusCode::OK,
        view.render(pages.locale()),
        &Permissions::default(),
    );
    if new {
        pending::add_cookie(
            &mut response,
            &Cookie::Browser.set(context, browser.expose(), None),
        );
    }
    Ok(response)
}

async fn end(context: &Context, headers: &HeaderMap, body: &Bytes) -> Result<Response, PageError> {
    let account = &context.tenant.account.account_id;
    let form = Parameters::parse(body)
        .map_err(|error| PageError::with_detail(ErrorKind::InvalidRequest, error.to_string()))?;
    let session = match Cookie::Session.read(context, headers) {
        Some(cookie) => context.services.sessions.find(account, cookie).await?,
        None => None,
    };
    let Some(session) = session else {
        return Ok(done(context, headers));
    };
    let (browser, _) = pending::browser(context, headers);
    let token = form.get("csrf").unwrap_or_default();
    if !csrf::verify(
        context,
        headers,
        Form::Logout,
        browser.digest(),
        session.sid.as_str(),
        token,
    ) {
        return Err(PageError::new(ErrorKind::Csrf));
    }
    if form.get("decision") != Some("logout") {
        return see_other(&format!("{}/me", context.issuer()))
            .ok_or_else(|| PageError::new(ErrorKind::Internal));
    }
    context.services.sessions.end(&session).await?;
    tracing::info!(
        target: "audit", event = "session.terminated", request_id = %context.request_id, %account,
        sub = %session.sub, ip = %context.ip, "signed out"
    );
    let mut response = done(context, headers);
    pending::add_cookie(&mut response, &Cookie::Session.clear(context));
    Ok(response)
}

fn done(context: &Context, headers: &HeaderMap) -> Response {
    let pages = Pages::new::<&str>(context, headers, &[]);
    let view = pages::LoggedOut {
        frame: pages.frame(),
        onward: None,
    };
    pages.respond(
        StatusCode::OK,
        view.render(pages.locale()),
        &Permissions::default(),
    )
}
