//! Who is signed in, where, and what they have allowed whom (SEC-179).

use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use pages::{
    AllowedClient, ErrorKind, FormTokens, Link, LoginProblem, OwnAddress, OwnPassword, OwnPasswordProblem,
    SignedInSession,
};

use super::begin;
use super::onward::Onward;
use super::{own, revoke};
use crate::base::Timestamp;
use crate::http::csrf::{self, Purpose};
use crate::http::input::Form;
use crate::http::page::Permissions;
use crate::http::{PageError, Visit};
use crate::model::grant::Grant;
use crate::model::{Session, SignedIn};
use crate::store;

/// `GET /me`
pub(super) async fn get(visit: Visit) -> Result<Response, PageError> {
    let Some(known) = visit.signed_in().await? else {
        return visit.send_to("login");
    };
    show(&visit, &known, None).await
}

/// The page; with what was wrong with a new password, where that was tried.
pub(super) async fn show(
    visit: &Visit,
    known: &SignedIn,
    problem: Option<OwnPasswordProblem>,
) -> Result<Response, PageError> {
    let link = |page: &str| {
        let path = visit.path(page);
        Link::local(&path).ok_or_else(|| {
            PageError::with_detail(ErrorKind::Internal, "the issuer's path can't be linked to")
        })
    };
    let (logout, others) = (link("logout")?, link(&Onward::Me.select_account())?);
    let session = &known.session;
    let grants =
        store::grants::list_of_subject(visit.context.db(), &session.account_id, &session.sub).await?;
    let pages = visit.pages();
    let language = pages.locale().tag();
    let user = known.consumer.shown_name();
    let address = known.consumer.address();
    let view = pages::SignedIn {
        frame: pages.frame(),
        user,
        username: known
            .consumer
            .username
            .as_deref()
            .filter(|username| *username != user),
        logout: &logout,
        others: &others,
        action: &visit.path("me"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Me, known.session.sid.as_str()),
            interaction: "",
        },
        apps: &begin::apps(visit, &grants, language).await?,
        sessions: &sessions(visit, known).await?,
        consents: &consents(visit, &grants, language).await?,
        password: has_password(visit, known)
            .await?
            .then_some(OwnPassword { problem }),
        address: address.as_ref().map(|address| OwnAddress {
            email: address.as_str(),
            proved: known.consumer.has_proved_address(),
            can_prove: visit.context.services.settings.mail.is_set_up(),
        }),
    };
    let html = view.render(pages.locale());
    let (status, retry_after) = match problem {
        None => (StatusCode::OK, None),
        Some(OwnPasswordProblem::Current(LoginProblem::Throttled { retry_after })) => {
            (StatusCode::TOO_MANY_REQUESTS, Some(retry_after))
        }
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, None),
    };
    let mut response = pages.respond(status, html, &Permissions::default());
    if let Some(seconds) = retry_after {
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    Ok(response)
}

/// `POST /me`: ends one thing, or all; changes the password; has the address proved.
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let theirs = |known: &SignedIn| known.session.sid.to_string();
    let Some(known) = csrf::whose(&visit, Purpose::Me, theirs, &form).await? else {
        return visit.send_to("login");
    };
    let which = form.get("which").unwrap_or_default();
    match form.get("what") {
        Some("session") => revoke::session(&visit, &known, which).await,
        Some("consent") => revoke::consent(&visit, &known, which).await,
        Some("all") => revoke::all(&visit, &known).await,
        Some("password") => own::password(&visit, &known, &form).await,
        Some("address") => own::address(&visit, &known).await,
        _ => Err(PageError::with_detail(
            ErrorKind::InvalidRequest,
            "nothing that can be done here",
        )),
    }
}

/// Consumers whom only the brand's own programs sign in have none.
async fn has_password(visit: &Visit, known: &SignedIn) -> store::Result<bool> {
    let names = known.consumer.identifiers();
    let Some(name) = names.first() else {
        return Ok(false);
    };
    let account = &known.session.account_id;
    let login = store::consumers::find_login(visit.context.db(), account, name).await?;
    Ok(login.is_some_and(|login| login.hash.is_some()))
}

async fn sessions(visit: &Visit, known: &SignedIn) -> store::Result<Vec<SignedInSession>> {
    let (db, Session { account_id, sub, .. }) = (visit.context.db(), &*known.session);
    let alive = store::sessions::list_of_subject(db, account_id, sub, visit.context.now).await?;
    Ok(alive
        .into_iter()
        .map(|session| SignedInSession {
            since: shown(session.auth_time),
            last_used: shown(session.last_seen_at),
            is_this: session.sid == known.session.sid,
            sid: session.sid.to_string(),
        })
        .collect())
}

async fn consents(visit: &Visit, grants: &[Grant], language: &str) -> store::Result<Vec<AllowedClient>> {
    let services = &visit.context.services;
    let mut consents = Vec::with_capacity(grants.len());
    for grant in grants {
        let client = services.clients.find(&grant.account_id, &grant.client_id).await?;
        let name = client
            .as_deref()
            .map_or(grant.client_id.as_str(), |client| client.name_in(language))
            .to_owned();
        consents.push(AllowedClient {
            name,
            scopes: grant.scope.to_string(),
            since: shown(grant.created_at),
            client_id: grant.client_id.to_string(),
        });
    }
    Ok(consents)
}

/// To the minute, in UTC: what people of all places can read.
fn shown(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    let minute = text.get(..16).unwrap_or(&text).replace('T', " ");
    format!("{minute} UTC")
}
