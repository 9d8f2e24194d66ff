//! Allowing a client (SEC-033).

use axum::response::Response;
use http::StatusCode;
use oauth::Scope;
use pages::{ErrorKind, FormTokens, Link, Logo};
use serde_json::json;

use super::turn;
use crate::base::id::GrantId;
use crate::http::csrf::{self, Purpose};
use crate::http::input::{Form, Query};
use crate::http::pending::{self, Pending};
use crate::http::{PageError, Visit};
use crate::issue::claims::to_consent;
use crate::issue::details;
use crate::issue::interaction::Reason;
use crate::model::SignedIn;
use crate::model::audit::{AuditEvent, Outcome};
use crate::model::grant::Grant;
use crate::store;

/// `GET /consent?interaction=…`
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let pending = Pending::demanded(&visit, &query).await?;
    match turn::whose(&visit, &pending, Reason::Consent).await? {
        Some(known) => Ok(show(&visit, &pending, &known)),
        None => pending.resume(&visit),
    }
}

/// `POST /consent`
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let pending = Pending::demanded(&visit, &form).await?;
    let Some(known) = turn::whose(&visit, &pending, Reason::Consent).await? else {
        return pending.resume(&visit);
    };
    csrf::demand(&visit, Purpose::Consent, &about(&pending, &known), &form)?;
    match form.get("decision") {
        Some("allow") => allow(&visit, &pending, &known).await?,
        Some("deny") => pending.deny(&visit).await?,
        _ => return Err(PageError::with_detail(ErrorKind::InvalidRequest, "no decision")),
    }
    pending.resume(&visit)
}

/// The form is bound to the session that it is about: if the request goes to another meanwhile, it is void.
fn about(pending: &Pending, known: &SignedIn) -> String {
    format!("{}.{}", pending.handle.expose(), known.session.sid)
}

fn show(visit: &Visit, pending: &Pending, known: &SignedIn) -> Response {
    let request = &pending.interaction.request;
    let settings = &pending.client.settings;
    let pages = visit.pages_in(&request.ui_locales);
    let asked_for = to_consent(request);
    let scopes: Vec<&str> = asked_for.iter().collect();
    let language = pages.locale().tag();
    let told = |member, plain: &'_ Option<String>| {
        settings
            .in_language(member, language, plain.as_deref())
            .map(str::to_owned)
    };
    // A picture at a URL is neither fetched nor shown (SEC-081).
    let logo = told("logo_uri", &settings.logo_uri)
        .as_deref()
        .and_then(Logo::parse);
    let policy = told("policy_uri", &settings.policy_uri)
        .as_deref()
        .and_then(Link::web);
    let terms = told("tos_uri", &settings.tos_uri).as_deref().and_then(Link::web);
    let asked = request.authorization_details.as_ref();
    let details = asked.map_or_else(Vec::new, |asked| details::shown(&visit.context, asked));
    let details: Vec<pages::Detail<'_>> = details
        .iter()
        .map(|(title, facts)| pages::Detail { title, facts })
        .collect();
    let view = pages::Consent {
        frame: pages.frame(),
        action: &visit.path("consent"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Consent, &about(pending, known)),
            interaction: pending.handle.expose(),
        },
        client_name: pending.client.name_in(language),
        client_logo: logo.as_ref(),
        redirect_host: request.redirect_uri.shown(),
        user: known.consumer.shown_name(),
        scopes: &scopes,
        details: &details,
        policy: policy.as_ref(),
        terms: terms.as_ref(),
    };
    pages.respond(
        StatusCode::OK,
        view.render(pages.locale()),
        &Pending::permissions(Some(pending)),
    )
}

/// Remembers what was allowed, beside what was allowed before.
async fn allow(visit: &Visit, pending: &Pending, known: &SignedIn) -> Result<(), PageError> {
    let context = &visit.context;
    let (clock, entropy) = (context.services.clock.clone(), context.services.entropy.clone());
    let account = known.session.account_id.clone();
    let sub = known.session.sub.clone();
    let client = &pending.client.client_id;
    let asked = &to_consent(&pending.interaction.request);
    let former = store::grants::find(context.db(), &account, &sub, client).await?;
    let scope = match &former {
        Some(former) => {
            Scope::from_values(former.scope.iter().chain(asked.iter())).unwrap_or_else(|_| asked.clone())
        }
        None => asked.clone(),
    };
    let event = AuditEvent {
        realm: (&account).into(),
        event: "consent.given",
        actor: "consumer".to_owned(),
        request_id: Some(context.request_id.as_ref().to_owned()),
        client_id: Some(client.clone()),
        sub: Some(sub.clone()),
        ip: Some(context.ip.to_string()),
        outcome: Outcome::Done,
        detail: json!({ "scope": scope.to_string() }),
    };
    let note = pending.noting(|progress| progress.consented = Some(sub.clone()));
    let grant = Grant {
        account_id: account.clone(),
        grant_id: former.map_or_else(|| GrantId::fresh(&clock, &entropy), |it| it.grant_id),
        sub,
        client_id: client.clone(),
        scope,
        created_at: context.now,
        updated_at: context.now,
    };
    let noted = context
        .db()
        .transaction(move |tx| {
            Box::pin(async move {
                if !Pending::note(tx, &account, &note).await? {
                    return Ok(false);
                }
                store::grants::upsert(tx, &grant).await?;
                store::audit::insert(tx, &event, &clock, &entropy).await?;
                Ok(true)
            })
        })
        .await?;
    if noted { Ok(()) } else { Err(pending::over()) }
}
