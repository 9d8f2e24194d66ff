//! Choosing with which account to go on (`prompt=select_account`): as whoever is signed in, or as another (SEC-143).

use axum::response::Response;
use http::StatusCode;
use pages::{ErrorKind, FormTokens};

use crate::http::csrf::{self, Purpose};
use crate::http::input::{Form, Query};
use crate::http::page::Permissions;
use crate::http::pending::Pending;
use crate::http::visit::SignedIn;
use crate::http::{PageError, Visit};
use crate::issue::interaction::{self, Reason};
use crate::store;

/// `GET /select-account?interaction=…`
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    let pending = Pending::demanded(&visit, &query).await?;
    match whose_turn(&visit, &pending).await? {
        Some(known) => Ok(show(&visit, &pending, &known)),
        None => pending.resume(&visit),
    }
}

/// `POST /select-account`
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    let pending = Pending::demanded(&visit, &form).await?;
    let Some(known) = whose_turn(&visit, &pending).await? else {
        return pending.resume(&visit);
    };
    csrf::demand(&visit, Purpose::Choose, &about(&pending, &known), &form)?;
    match form.get("decision") {
        Some("continue") => {
            let sub = known.session.sub.clone();
            pending
                .remember(&visit, |progress| progress.chosen = Some(sub))
                .await?;
        }
        Some("other") => pending.remember(&visit, |progress| progress.other = true).await?,
        _ => return Err(PageError::with_detail(ErrorKind::InvalidRequest, "no decision")),
    }
    pending.resume(&visit)
}

/// Who is to choose; nobody where something else comes first (SEC-032).
async fn whose_turn(visit: &Visit, pending: &Pending) -> store::Result<Option<SignedIn>> {
    let Some(known) = visit.signed_in().await? else {
        return Ok(None);
    };
    let (request, progress) = (&pending.interaction.request, &pending.interaction.progress);
    let session = Some(known.session.clone());
    let required = interaction::required(&visit.context, &pending.client, request, session, progress).await?;
    Ok(matches!(required, Err(Reason::Choose)).then_some(known))
}

/// The form is bound to who is signed in now.
fn about(pending: &Pending, known: &SignedIn) -> String {
    format!("{}.{}", pending.handle.expose(), known.session.sid)
}

fn show(visit: &Visit, pending: &Pending, known: &SignedIn) -> Response {
    let request = &pending.interaction.request;
    let pages = visit.pages_in(&request.ui_locales);
    let view = pages::SelectAccount {
        frame: pages.frame(),
        action: &visit.path("select-account"),
        tokens: FormTokens {
            csrf: &csrf::token(visit, Purpose::Choose, &about(pending, known)),
            interaction: pending.handle.expose(),
        },
        client_name: pending.client.shown_name(),
        user: known.consumer.shown_name(),
    };
    pages.respond(
        StatusCode::OK,
        view.render(pages.locale()),
        &Permissions::leading_to(&pending.client, &request.redirect_uri),
    )
}
