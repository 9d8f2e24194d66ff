//! The shape of an `Authorization` header (RFC 9110 §11.4).

/// What follows the scheme, if it is this one: "a case-insensitive token", then one or more spaces.
pub(crate) fn credentials<'a>(header: &'a str, scheme: &str) -> Option<&'a str> {
    let (found, rest) = header.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim_matches(' '))
}
