//! The active key for pasting: one line of base64 SPKI, as the platform's key field takes it (section 1.9 of its
//! contract; F-01 to F-03).

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use oauth::Parameters;

use crate::context::Context;

/// `GET /public-key?format=pem&kid=…`
pub(super) async fn get(context: Context, RawQuery(query): RawQuery) -> Response {
    let Ok(parameters) = Parameters::parse(query.unwrap_or_default()) else {
        return answer(StatusCode::BAD_REQUEST, "The query can't be read.\n".to_owned());
    };
    let ring = &context.tenant.ring;
    let key = match parameters.get("kid") {
        Some(kid) => ring.published().iter().find(|key| key.kid() == kid),
        None => ring
            .active(context.tenant.account.settings.default_alg)
            .map(|key| key.signer.public()),
    };
    match (key, parameters.get("format")) {
        (None, _) => answer(StatusCode::NOT_FOUND, "There is no such key.\n".to_owned()),
        (Some(key), None | Some("spki-line")) => answer(StatusCode::OK, key.to_spki_line()),
        (Some(key), Some("pem")) => answer(StatusCode::OK, key.to_spki_pem()),
        (Some(_), Some(_)) => answer(
            StatusCode::BAD_REQUEST,
            "format is spki-line or pem.\n".to_owned(),
        ),
    }
}

fn answer(status: StatusCode, text: String) -> Response {
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
