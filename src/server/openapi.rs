//! `/openapi.json`: the document of the admin and gateway APIs, put together from what their doors write down.

use std::sync::LazyLock;

use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::base::hex;
use crate::http::conditional;
use crate::{admin, gateway};

/// The document (OpenAPI 3.1). It is the same on every server of this version.
pub fn document() -> Value {
    let mut paths = Map::new();
    for (path, verb, operation) in admin::operations().chain(gateway::operations()) {
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        if let Value::Object(methods) = methods {
            methods.insert(verb.as_str().to_owned(), operation);
        }
    }
    let mut schemas = admin::schemas();
    schemas.extend(gateway::schemas());
    let mut security = gateway::security();
    security.insert(
        "administrator".to_owned(),
        json!({"type": "http", "scheme": "bearer", "description": "A token from signIn, or from `signet admin token`."}),
    );
    json!({
        "openapi": "3.1.0",
        // The version of the interface: that of the program is told to nobody (SEC-136).
        "info": {
            "title": "Signet",
            "version": "1",
            "description": "The admin API, and the messaging platform's services that the gateway serves.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": security},
    })
}

/// What is served, and its tag.
static SERVED: LazyLock<(Bytes, String)> = LazyLock::new(|| {
    let text = Bytes::from(document().to_string());
    let tag = format!("\"{}\"", hex(&Sha256::digest(&text)));
    (text, tag)
});

/// `GET /openapi.json`
pub(super) async fn get(headers: HeaderMap) -> Response {
    let (text, tag) = &*SERVED;
    let mut response = if conditional::knows(&headers, tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        text.clone().into_response()
    };
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        answer.insert(ETAG, tag);
    }
    response
}
