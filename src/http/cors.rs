//! Which pages of other origins may read an answer (SEC-077): for tokens and claims, exactly those that the client
//! registered, and only once the client is known from a verified credential.

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN, VARY};
use http::{HeaderMap, HeaderValue};

use crate::model::Client;

/// Lets the page read the answer, if its origin is one of the client's. `null` never is.
pub fn allow_registered(request: &HeaderMap, client: &Client, answer: &mut HeaderMap) {
    answer.append(VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = request.get(ORIGIN) else { return };
    if client
        .settings
        .allowed_origins
        .iter()
        .any(|allowed| allowed.as_bytes() == origin.as_bytes())
    {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
}
