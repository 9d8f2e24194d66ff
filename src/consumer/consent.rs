//! Allowing a client (SEC-033).

use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use oauth::{Parameters, Scope};
use pages::{ErrorKind, FormTokens, Link, Logo};
use serde_json::json;

use super::login::path_of;
use super::me::shown_name;
use super::pending::{self, Pending};
use crate::base::id::GrantId;
use crate::context::Context;
use crate::http::cookies::Cookie;
use crate::http::csrf::{self, Form};
use crate::http::page::{PageError, Pages, Permissions};
use crate::http::redirect::destination;
use crate::model::Session;
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::grant::Grant;
use crate::model::interaction::Progress;
use crate::store;

/// `GET /consent?interaction=…`
pub(super) async fn get(context: Context, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let outcome = async {
        let parameters = Parameters::parse(query.unwrap_or_default()).unwrap_or_default();
        let handle = parameters
            .get("interaction")
            .ok_or_else(|| PageError::new(ErrorKind::InvalidRequest))?;
        let pending = Pending::find(&context, &headers, handle).await?;
        match session(&context, &headers).await? {
            Some(session) => show(&context, &headers, &pending, &session).await,
            // Nobody is signed in: that comes first (SEC-032).
            None => pending.resume(&context),
        }
    };
    outcome
        .await
        .unwrap_or_else(|error| Pages::new::<&str>(&context, &headers, &[]).error(&error))
}

/// `POST /consent`
pub(super) async fn post(context: Context, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = decide(&context, &headers, &body).await;
    outcome.unwrap_or_else(|error| Pages::new::<&str>(&context, &headers, &[]).error(&error))
}

async fn session(context: &Context, headers: &HeaderMap) -> store::Result<Option<std::sync::Arc<Session>>> {
    match Cookie::Session.read(context, headers) {
        Some(cookie) => {
            context
                .services
                .sessions
                .find(&context.tenant.account.account_id, cookie)
                .await
        }
        None => Ok(None),
    }
}

async fn show(
    context: &Context,
    headers: &HeaderMap,
    pending: &Pending,
    session: &Session,
) -> Result<Response, PageError> {
    let request = &pending.interaction.request;
    let settings = &pending.client.settings;
    let account = &context.tenant.account.account_id;
    let consumer = context.services.consumers.find(account, &session.sub).await?;
    let consumer = consumer.ok_or_else(|| PageError::new(ErrorKind::ExpiredInteraction))?;
    let pages = Pages::new(context, headers, &request.ui_locales);
    // The form is bound to who is signed in now: if another signs in meanwhile, it is void.
    let about = format!("{}.{}", pending.handle.expose(), session.sid);
    let (browser, _) = pending::browser(context, headers);
    let csrf = csrf::token(context, Form::Consent, browser.digest(), &about);
    let scopes: Vec<&str> = request.scope.iter().collect();
    let logo = settings.logo_uri.as_deref().and_then(Logo::parse);
    let policy = settings.policy_uri.as_deref().and_then(Link::web);
    let terms = settings.tos_uri.as_deref().and_then(Link::web);
    let view = pages::Consent {
        frame: pages.frame(),
        action: &format!("{}/consent", path_of(context)),
        tokens: FormTokens {
            csrf: &csrf,
            interaction: pending.handle.expose(),
        },
        client_name: if settings.client_name.is_empty() {
            pending.client.client_id.as_str()
        } else {
            &settings.client_name
        },
        client_logo: logo.as_ref(),
        redirect_host: request.redirect_uri.shown(),
        user: &shown_name(&consumer),
        scopes: &scopes,
        policy: policy.as_ref(),
        terms: terms.as_ref(),
    };
    let permissions = Permissions {
        form_action: destination(&request.redirect_uri).into_iter().collect(),
        ..Permissions::default()
    };
    Ok(pages.respond(StatusCode::OK, view.render(pages.locale()), &permissions))
}

async fn decide(context: &Context, headers: &HeaderMap, body: &Bytes) -> Result<Response, PageError> {
    let form = Parameters::parse(body)
        .map_err(|error| PageError::with_detail(ErrorKind::InvalidRequest, error.to_string()))?;
    let handle = form
        .get("interaction")
        .ok_or_else(|| PageError::new(ErrorKind::InvalidRequest))?;
    let pending = Pending::find(context, headers, handle).await?;
    let Some(session) = session(context, headers).await? else {
        return pending.resume(context);
    };
    let about = format!("{}.{}", pending.handle.expose(), session.sid);
    let (browser, _) = pending::browser(context, headers);
    let token = form.get("csrf").unwrap_or_default();
    if !csrf::verify(context, headers, Form::Consent, browser.digest(), &about, token) {
        tracing::warn!(target: "audit", event = "csrf.rejected", request_id = %context.request_id, ip = %context.ip, "consent form refused");
        return Err(PageError::new(ErrorKind::Csrf));
    }
    match form.get("decision") {
        Some("allow") => allow(context, &pending, &session).await?,
        Some("deny") => pending.deny(context).await?,
        _ => return Err(PageError::new(ErrorKind::InvalidRequest)),
    }
    pending.resume(context)
}

/// Remembers what was allowed, beside what was allowed before.
async fn allow(context: &Context, pending: &Pending, session: &Session) -> Result<(), PageError> {
    let services = &context.services;
    let account = context.tenant.account.account_id.clone();
    let client = &pending.client.client_id;
    let former = store::grants::find(context.db(), &account, &session.sub, client).await?;
    let asked = &pending.interaction.request.scope;
    let scope = match &former {
        Some(former) => {
            Scope::from_values(former.scope.iter().chain(asked.iter())).unwrap_or_else(|_| asked.clone())
        }
        None => asked.clone(),
    };
    let grant = Grant {
        account_id: account.clone(),
        grant_id: former.map_or_else(
            || GrantId::fresh(&services.clock, &services.entropy),
            |it| it.grant_id,
        ),
        sub: session.sub.clone(),
        client_id: client.clone(),
        scope,
        created_at: context.now,
        updated_at: context.now,
    };
    let event = AuditEvent {
        account_id: account.clone(),
        event: "consent.given",
        actor: "consumer".to_owned(),
        request_id: Some(context.request_id.as_ref().to_owned()),
        client_id: Some(client.clone()),
        sub: Some(session.sub.clone()),
        ip: Some(context.ip.to_string()),
        outcome: Outcome::Done,
        detail: json!({ "scope": grant.scope.to_string() }),
    };
    let (handle, progress) = (
        pending.handle.digest(),
        Progress {
            consented: true,
            ..pending.interaction.progress.clone()
        },
    );
    let (clock, entropy) = (services.clock.clone(), services.entropy.clone());
    context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                store::grants::upsert(tx, &grant).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Pending::note(tx, &account, handle, &progress).await
            })
        })
        .await?;
    Ok(())
}
