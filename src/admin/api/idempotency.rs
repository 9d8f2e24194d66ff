//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a request that is repeated under its key is done once, on
//! however many nodes its repeats arrive. Decision 0025 says what is kept of it, and why.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{ETAG, LOCATION};
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::answered::{Kept, with};
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::id::Realm;
use crate::base::{Digest, hex};
use crate::context::Services;
use crate::http::Problem;
use crate::model::idempotency::{Attempt, Fingerprint, IdempotencyKey, KeptAnswer};
use crate::store::idempotency_keys;

/// How long a key means its request.
const KEPT_FOR: Duration = Duration::from_hours(24);
/// Says that an answer is a repeat.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The member that names what a kept answer lacks.
const WITHHELD: &str = "withheld";

/// Lets a request through once under its key; without one, as it is.
pub(super) async fn once(
    services: &Arc<Services>,
    administrator: &Administrator,
    request: Request,
    next: Next,
) -> Response {
    let Some(key) = sent(request.headers()) else {
        return next.run(request).await;
    };
    match key {
        Ok(key) => under(services, administrator, &key, request, next)
            .await
            .unwrap_or_else(axum::response::IntoResponse::into_response),
        Err(()) => Problem::new(StatusCode::BAD_REQUEST)
            .kind("invalid-idempotency-key")
            .detail("Idempotency-Key must be one name of 1 to 128 letters, digits and . _ ~ : -")
            .into_response(),
    }
}

/// The key of the one header field; an error where it can't be one. Quotation marks, which structured fields have (RFC 8941
/// §3.3.3), may be left out.
fn sent(headers: &HeaderMap) -> Option<Result<String, ()>> {
    let mut fields = headers.get_all("idempotency-key").iter();
    let (first, rest) = (fields.next()?, fields.next());
    let text = first.to_str().unwrap_or_default();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let key = inner.unwrap_or(text);
    let is_one = rest.is_none()
        && (1..=128).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._~:-".contains(&byte));
    Some(if is_one { Ok(key.to_owned()) } else { Err(()) })
}

async fn under(
    services: &Arc<Services>,
    administrator: &Administrator,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = Bytes::from_request(Request::new(body), services)
        .await
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST).because(error.to_string()))?;
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let read = format!("{} {target} {}", parts.method, hex(&Sha256::digest(&body)));
    let attempt = Attempt {
        fingerprint: Digest::<Fingerprint>::of(&read),
        created_at: services.clock.now(),
        answer: None,
    };
    let who = &administrator.who;
    let taken = Taken {
        services: Arc::clone(services),
        realm: who.realm(),
        key: Digest::of(&format!("{} {key}", who.administrator_id)),
    };
    if !taken.claim(&attempt).await? {
        return taken.repeated(&attempt).await;
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    taken.keep(response).await
}

/// A key that a request was sent under.
struct Taken {
    services: Arc<Services>,
    realm: Realm,
    key: Digest<IdempotencyKey>,
}

impl Taken {
    async fn claim(&self, attempt: &Attempt) -> Result<bool, Problem> {
        let until = attempt.created_at + KEPT_FOR;
        idempotency_keys::claim(&self.services.db, &self.realm, self.key, attempt, until)
            .await
            .map_err(|error| unavailable(&error))
    }

    /// Another request has the key already.
    async fn repeated(&self, attempt: &Attempt) -> Result<Response, Problem> {
        let found = idempotency_keys::find(&self.services.db, &self.realm, self.key).await;
        let Some(first) = found.map_err(|error| unavailable(&error))? else {
            // It was refused between the two statements.
            return Err(in_progress());
        };
        if first.fingerprint != attempt.fingerprint {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY)
                .kind("idempotency-key-reused")
                .detail("Another request was sent under this Idempotency-Key. Take a new one."));
        }
        match first.answer {
            Some(kept) => Ok(replay(kept)),
            None if attempt.created_at.since(first.created_at) <= self.services.settings.limits.request.get() => {
                Err(in_progress())
            }
            None => Err(Problem::new(StatusCode::CONFLICT)
                .kind("idempotency-outcome-unknown")
                .detail("The first request under this Idempotency-Key never ended. Look whether it was done; take a new key.")),
        }
    }

    /// Keeps the answer, and gives it. Only what was done is kept: what was refused did nothing, and may be asked for again.
    /// What failed on our side stays unknown, a 503 too: its commit may have been made before the database was gone.
    async fn keep(&self, response: Response) -> Result<Response, Problem> {
        let status = response.status();
        if status.is_client_error() {
            let freed = idempotency_keys::delete(&self.services.db, &self.realm, self.key).await;
            if let Err(error) = freed {
                tracing::warn!(%error, "an idempotency key isn't given back");
            }
            return Ok(response);
        }
        if !status.is_success() {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = Bytes::from_request(Request::new(body), &self.services)
            .await
            .map_err(|error| Problem::internal(error.to_string()))?;
        let header = |name| {
            let value = parts.headers.get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let kept = KeptAnswer {
            status: status.as_u16(),
            location: header(LOCATION),
            etag: header(ETAG),
            body: serde_json::from_slice(&body)
                .ok()
                .map(|document| without_the_rest(document, parts.extensions.get::<Kept>())),
        };
        // It is done whether this can be written or not: then a repeat is told that nobody knows.
        if let Err(error) = idempotency_keys::update(&self.services.db, &self.realm, self.key, &kept).await {
            tracing::error!(%error, "an answer isn't kept for its repeats");
        }
        Ok(Response::from_parts(parts, Body::from(body)))
    }
}

fn in_progress() -> Problem {
    Problem::new(StatusCode::CONFLICT)
        .kind("idempotency-in-progress")
        .detail("The first request under this Idempotency-Key is still being done.")
        .retry_after(1)
}

/// The members that are kept, and the names of those that aren't.
fn without_the_rest(document: Value, kept: Option<&Kept>) -> Value {
    let (Value::Object(members), Some(Kept(kept))) = (&document, kept) else {
        return document;
    };
    let (is_kept, rest): (Map<String, Value>, Map<String, Value>) = members
        .clone()
        .into_iter()
        .partition(|(name, _)| kept.contains(&name.as_str()));
    let withheld: Vec<Value> = rest.into_iter().map(|(name, _)| name.into()).collect();
    let mut document = is_kept;
    if !withheld.is_empty() {
        document.insert(WITHHELD.to_owned(), withheld.into());
    }
    document.into()
}

fn replay(kept: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let response = match kept.body {
        Some(document) => (status, Json(document)).into_response(),
        None => status.into_response(),
    };
    let members = [
        (LOCATION, kept.location),
        (ETAG, kept.etag),
        (REPLAYED, Some("true".to_owned())),
    ];
    members
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .fold(response, |response, (name, value)| with(response, name, &value))
}
