//! Ending a session at a client's wish, and letting clients see that it has ended.

pub(super) mod check_session;
mod request;

use axum::response::Response;
use oauth::Parameters;

use self::request::LogoutRequest;
use crate::http::input::{Form, Query};
use crate::http::{PageError, Visit, signing_out};

/// `GET /end_session` (OpenID Connect RP-Initiated Logout §2)
pub(super) async fn get(visit: Visit, Query(query): Query) -> Result<Response, PageError> {
    end(&visit, &query).await
}

/// `POST /end_session`: parameters in the form, or in the query, and none in both.
pub(super) async fn post(visit: Visit, Query(query): Query, Form(form): Form) -> Result<Response, PageError> {
    let parameters = Parameters::merge(query, form)?;
    if let Some(page) = visit.once_more_by_get("end_session", &parameters) {
        return visit.send_to(&page);
    }
    end(&visit, &parameters).await
}

/// At once, where an id_token of this very session proves that its client asks; after a question in every other case
/// (SEC-073). To the client's address only if it is registered for the client that a valid hint or `client_id` names
/// (SEC-066).
async fn end(visit: &Visit, parameters: &Parameters) -> Result<Response, PageError> {
    let request = LogoutRequest::read(visit, parameters).await?;
    let to = request.destination.as_ref();
    let here = visit.sessions().await?;
    let Some(session) = request.meant(visit, here).await? else {
        return match &request.hint {
            Some(_) => signing_out::onward(visit, to, Vec::new()).await,
            None => signing_out::done(visit, to).await,
        };
    };
    if request.is_proved_for(session) {
        return signing_out::end(visit, &[session], to).await;
    }
    let by = request.client.as_deref();
    signing_out::ask(visit, session, by, to, &request.ui_locales).await
}
