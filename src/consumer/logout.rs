//! Signing out: asked first, so that no other site can do it (SEC-073).

use axum::response::Response;

use crate::http::input::Form;
use crate::http::{PageError, Visit, signing_out};

/// `GET /logout`
pub(super) async fn get(visit: Visit) -> Result<Response, PageError> {
    match visit.sessions().await?.current() {
        Some(session) => signing_out::ask(&visit, session, None, None, &[]).await,
        None => signing_out::done(&visit, None).await,
    }
}

/// `POST /logout`: what was said to the question, whoever asked it.
pub(super) async fn post(visit: Visit, Form(form): Form) -> Result<Response, PageError> {
    signing_out::answer(&visit, &form).await
}
