//! The token endpoint's answer.

use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::base::OneTime;
use crate::http::input::JSON;
use crate::http::{figures, leniency};
use crate::issue::tokens::Prepared;
use crate::model::Client;

/// A successful answer (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3, RFC 8693 §2.2.1, RFC 9396 §7). What it lacks is left
/// out.
#[derive(Serialize)]
pub(super) struct TokenResponse {
    /// The access token; in a token exchange whatever was asked for.
    pub(super) access_token: String,
    /// `Bearer`, `DPoP` or `N_A`.
    pub(super) token_type: &'static str,
    /// Seconds.
    pub(super) expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id_token: Option<String>,
    /// Absent where it is empty, since a scope has at least one value.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) scope: String,
    /// What `access_token` is, in a token exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issued_token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) authorization_details: Option<Box<RawValue>>,
}

impl TokenResponse {
    /// As it is sent.
    pub(super) fn send(&self) -> Response {
        let body = serde_json::to_vec(self).unwrap_or_default();
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }
}

/// What was prepared, and is now stored.
pub(super) fn given(client: &Client, prepared: Prepared) -> TokenResponse {
    figures::issued("access_token");
    if prepared.id_token.is_some() {
        figures::issued("id_token");
        leniency::told_all(client);
    }
    if prepared.refresh_token.is_some() {
        figures::issued("refresh_token");
    }
    TokenResponse {
        access_token: prepared.access_token.expose().to_owned(),
        token_type: prepared.token_type,
        expires_in: prepared.expires_in,
        refresh_token: prepared
            .refresh_token
            .as_ref()
            .map(OneTime::expose)
            .map(str::to_owned),
        id_token: prepared.id_token,
        scope: prepared.scope.to_string(),
        issued_token_type: None,
        authorization_details: prepared
            .authorization_details
            .and_then(|json| RawValue::from_string(json).ok()),
    }
}
