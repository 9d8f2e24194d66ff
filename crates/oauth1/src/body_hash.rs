//! `oauth_body_hash`, of the extension "OAuth Request Body Hash": what covers a body that is no form.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq as _;

use crate::SignatureMethod;

/// The value for a body: base64 of its digest, by the signature method's hash. An empty body has one too.
pub fn body_hash(method: SignatureMethod, body: &[u8]) -> String {
    STANDARD.encode(digest::digest(method.digest(), body))
}

/// Whether a value is that of this body.
pub fn is_body_hash(value: &str, method: SignatureMethod, body: &[u8]) -> bool {
    value.as_bytes().ct_eq(body_hash(method, body).as_bytes()).into()
}
