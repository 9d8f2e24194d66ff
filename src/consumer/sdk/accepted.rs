//! What a request says of the forms that it takes.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

use crate::http::conditional::items;

/// Whether an `Accept-Encoding` takes gzip (RFC 9110 §12.5.3): by its name, or by `*` where it isn't named; never at weight
/// 0. Without the header, any form would do, and the plain one is what such clients can read.
pub(super) fn gzip(headers: &HeaderMap) -> bool {
    let mut any = false;
    for coding in items(headers, &ACCEPT_ENCODING) {
        let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = parameters
            .trim()
            .strip_prefix(['q', 'Q'])
            .map_or(Some(1.0), |rest| {
                rest.trim_start().strip_prefix('=')?.trim().parse::<f32>().ok()
            });
        let takes = weight.is_some_and(|weight| weight > 0.0);
        let name = name.trim();
        if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") {
            return takes;
        }
        any |= takes && name == "*";
    }
    any
}
