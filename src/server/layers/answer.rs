//! What every answer carries, where its door didn't say otherwise (SEC-076).

use axum::body::{Body, HttpBody as _};
use axum::response::{IntoResponse as _, Response};
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use crate::http::Problem;

/// Headers of every answer.
const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// The answer as it goes out.
pub(super) fn complete(response: Response, request_id: &str, https: bool, is_http_1: bool) -> Response {
    let mut response = with_problem(response, request_id);
    let ends = is_http_1 && super::ends_connection(response.status());
    let passes_on = response.status().is_redirection();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        set(headers, name, value);
    }
    // A redirect that passes a window on must not cut it off from the page that opened it: a sign-in in a pop-up that
    // needs no page of ours then still reaches its opener.
    if !passes_on {
        set(
            headers,
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    if https {
        set(
            headers,
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    // A page has a policy of its own; what is no page may do nothing, should a browser take it for one.
    set(
        headers,
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
    );
    if ends {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", id);
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

/// Writes the request's id into a problem's document, and gives an error without a body one.
fn with_problem(mut response: Response, request_id: &str) -> Response {
    let status = response.status();
    let silent = (status.is_client_error() || status.is_server_error())
        && !response.headers().contains_key(CONTENT_TYPE)
        && response.body().size_hint().exact() == Some(0);
    if silent {
        let (parts, _) = response.into_parts();
        response = Problem::new(status).into_response();
        for (name, value) in &parts.headers {
            if name != http::header::CONTENT_LENGTH {
                response.headers_mut().append(name, value.clone());
            }
        }
        response.extensions_mut().extend(parts.extensions);
    }
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let document = problem.document(Some(request_id)).to_string();
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(document);
    }
    response
}
