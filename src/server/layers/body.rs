//! Bodies: plain, bounded, and whole before a door sees them, so that no door waits for a slow one (SEC-155 to 157).

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use http::{StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::config::Limits;
use crate::http::Problem;

/// 415 for a body that would have to be unpacked (SEC-156).
pub(super) fn plain(request: &Request) -> Result<(), Problem> {
    let encoded = request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if encoded {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail("Bodies must not be compressed."));
    }
    Ok(())
}

/// The request with its body in memory: 413 where it is too long, 408 where it takes too long.
pub(super) async fn whole(request: Request, limits: &Limits) -> Result<Request, Problem> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let most = limit(request.uri().path(), limits);
    let too_long = || Problem::new(StatusCode::PAYLOAD_TOO_LARGE);
    if request.body().size_hint().lower() > most as u64 {
        return Err(too_long());
    }
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(limits.upload.get(), Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_long()),
        Ok(Err(_)) => return Err(Problem::new(StatusCode::BAD_REQUEST).detail("The body is malformed.")),
        Err(_) => return Err(Problem::new(StatusCode::REQUEST_TIMEOUT)),
    };
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// How long a body may be, by where it goes; accounts have the same endpoints below `/a/{account_id}`.
fn limit(path: &str, limits: &Limits) -> usize {
    let size = match path.rsplit('/').next() {
        Some("login" | "token") => limits.credentials_body,
        Some("callback") if path.ends_with("/login/callback") => limits.saml_body,
        _ if path.starts_with("/admin/") => limits.admin_body,
        _ if path.starts_with("/api/account/") && path.contains("/configuration/le-users/") => {
            limits.users_body
        }
        _ => limits.body,
    };
    size.as_usize()
}
