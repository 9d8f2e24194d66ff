//! The Domain API: where each service of an account is (section 6 of the platform contract). Anybody may ask; clients keep
//! what they learn for an hour.

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};
use oauth::Parameters;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{Error, OfAccount};
use crate::base::hex;
use crate::http::conditional;
use crate::http::input::JSON;
use crate::model::ServiceHost;

/// The one version that there is.
const VERSION: &str = "1.0";
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// The part of the path that names a service.
#[derive(Deserialize)]
pub(super) struct Named {
    service: String,
}

/// `GET /api/account/{account_id}/service/baseURI.json`: `{"baseURIs": […]}`
pub(super) async fn all(
    account: OfAccount,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    version(query)?;
    Ok(answer(
        &headers,
        &json!({"baseURIs": hosts(&account)}).to_string(),
    ))
}

/// `GET /api/account/{account_id}/service/{service}/baseURI.json`: `{"service", "account", "baseURI"}`
pub(super) async fn one(
    account: OfAccount,
    Path(Named { service }): Path<Named>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Error> {
    version(query)?;
    let hosts = hosts(&account);
    let host = hosts.iter().find(|host| host.service == service);
    let host = host.ok_or(Error::not_found())?;
    Ok(answer(&headers, &json!(host).to_string()))
}

/// Where all services of the account are.
pub(super) fn hosts(account: &OfAccount) -> Vec<ServiceHost> {
    let host = account.services.settings.server.public_url.host_and_port();
    ServiceHost::all(&account.tenant.account, &host)
}

fn version(query: Option<String>) -> Result<(), Error> {
    const WRONG: Error = Error::malformed("The parameter version must be 1.0, given once.");
    let parameters = Parameters::parse(query.unwrap_or_default()).map_err(|_| WRONG)?;
    let given_twice = parameters.repeated().any(|name| name == "version");
    if parameters.get("version") == Some(VERSION) && !given_twice {
        Ok(())
    } else {
        Err(WRONG)
    }
}

/// The document, or that it hasn't changed. Pages of every origin may read it: it holds no secret, and no cookie counts.
fn answer(request: &HeaderMap, document: &str) -> Response {
    let tag = hex(&Sha256::digest(document.as_bytes()));
    let tag = format!("\"{}\"", tag.get(..32).unwrap_or_default());
    let mut response = if conditional::knows(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        document.to_owned().into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(CACHE_CONTROL, KEPT);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        "cross-origin-resource-policy",
        HeaderValue::from_static("cross-origin"),
    );
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}
