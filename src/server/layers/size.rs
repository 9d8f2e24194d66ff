use axum::extract::Request;
use http::StatusCode;

use crate::config::Limits;
use crate::http::Problem;

/// 414 for a target that is too long (SEC-155).
pub(super) fn line(request: &Request, limits: &Limits) -> Result<(), Problem> {
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if length > limits.request_line.as_usize() {
        return Err(Problem::new(StatusCode::URI_TOO_LONG));
    }
    Ok(())
}

/// 431 for too many header fields, or too long ones (SEC-155).
pub(super) fn fields(request: &Request, limits: &Limits) -> Result<(), Problem> {
    let headers = request.headers();
    // Name, colon, space, value, CR and LF.
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum();
    if headers.len() > limits.header_fields || bytes > limits.headers.as_usize() {
        return Err(Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
    }
    Ok(())
}
