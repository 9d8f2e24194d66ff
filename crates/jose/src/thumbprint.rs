//! JWK thumbprints (RFC 7638; RFC 8037 §2 for Ed25519).

use crate::{JwkParameters, base64url, hash};

/// SHA-256 thumbprint in base64url, 43 characters; nothing for a key type whose required members we don't
/// know.
pub(crate) fn thumbprint(parameters: &JwkParameters) -> Option<String> {
    Some(base64url::encode(&hash::sha256(
        canonical(parameters)?.as_bytes(),
    )))
}

/// The required members in lexicographic order, without whitespace (RFC 7638 §3.2, §3.3). Values of ours
/// are base64url or curve names; those of a foreign JWK are escaped as JSON demands.
fn canonical(parameters: &JwkParameters) -> Option<String> {
    let json = match parameters {
        JwkParameters::Rsa { n, e } => serde_json::json!({ "e": e, "kty": "RSA", "n": n }),
        JwkParameters::Ec { crv, x, y } => serde_json::json!({ "crv": crv, "kty": "EC", "x": x, "y": y }),
        JwkParameters::Okp { crv, x } => serde_json::json!({ "crv": crv, "kty": "OKP", "x": x }),
        JwkParameters::Other { .. } => return None,
    };
    // The order must not hang on serde_json's feature `preserve_order`: the literals above are sorted
    // already.
    Some(json.to_string())
}
