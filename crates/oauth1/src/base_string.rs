//! The text that is signed (RFC 5849 §3.4.1).

use crate::parameters::Parameters;
use crate::{BaseUrl, encode};

/// Method, URL and parameters but the signature, each encoded; parameters in the order of their encoded names, then of
/// their encoded values.
pub(crate) fn base_string(method: &str, base_url: &BaseUrl, parameters: &Parameters) -> String {
    of_pairs(method, base_url, encoded(parameters))
}

/// The same with nothing in the place of the token's value, for people who compare it with their own.
pub(crate) fn shown(method: &str, base_url: &BaseUrl, parameters: &Parameters) -> String {
    let masked = encoded(parameters).map(|(name, value)| match name.as_str() {
        "oauth_token" => (name, "*".to_owned()),
        _ => (name, value),
    });
    of_pairs(method, base_url, masked)
}

fn encoded(parameters: &Parameters) -> impl Iterator<Item = (String, String)> {
    parameters
        .iter()
        .filter(|(name, _)| *name != b"oauth_signature")
        .map(|(name, value)| (encode(name), encode(value)))
}

fn of_pairs(method: &str, base_url: &BaseUrl, pairs: impl Iterator<Item = (String, String)>) -> String {
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    let joined: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!(
        "{}&{}&{}",
        encode(method.to_ascii_uppercase()),
        encode(base_url.as_str()),
        encode(joined.join("&"))
    )
}
