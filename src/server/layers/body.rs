//! Bodies: plain, bounded, and whole before a door sees them, so that no door waits for a slow one (SEC-155 to 157).

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use bytes::BytesMut;
use http::{StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::Instant;

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

/// The request with its body in memory: 413 where it is too long, 408 where it comes too slowly or takes too long.
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
    let (mut body, mut whole) = (Limited::new(body, most), BytesMut::new());
    let pace = Pace::begin(limits);
    loop {
        match tokio::time::timeout_at(pace.deadline(whole.len()), body.frame()).await {
            Ok(Some(Ok(frame))) => whole.extend_from_slice(&frame.into_data().unwrap_or_default()),
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => return Err(too_long()),
            Ok(Some(Err(_))) => {
                return Err(Problem::new(StatusCode::BAD_REQUEST).detail("The body is malformed."));
            }
            Ok(None) => break,
            Err(_) => return Err(Problem::new(StatusCode::REQUEST_TIMEOUT)),
        }
    }
    Ok(Request::from_parts(parts, Body::from(Bytes::from(whole))))
}

/// How fast a body must come (SEC-157).
struct Pace {
    began: Instant,
    upload: Duration,
    /// Bytes a second; 0 means that any pace will do.
    rate: u64,
}

impl Pace {
    #[expect(
        clippy::disallowed_methods,
        reason = "a deadline that moves with what has come is no single `timeout`"
    )]
    fn begin(limits: &Limits) -> Self {
        Self {
            began: Instant::now(),
            upload: limits.upload.get(),
            rate: limits.upload_rate.get(),
        }
    }

    /// When so many bytes are too few, unless more come: a quarter of the whole time is given to every body, so that one
    /// lost packet fails nobody.
    fn deadline(&self, received: usize) -> Instant {
        let paid = match self.rate {
            0 => self.upload,
            rate => Duration::from_millis((received as u64).saturating_mul(1000) / rate),
        };
        self.began + paid.max(self.upload / 4).min(self.upload)
    }
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
