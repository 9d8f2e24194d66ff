//! Signing tokens in numbers: the hot path.

use serde_json::json;

use crate::{Algorithm, PrivateKey, PublicKey, SignError, Typ, base64url};

/// A private key with its JOSE headers written and encoded in advance, one per [`Typ`].
///
/// Signing parses nothing, takes no lock, and allocates the token and nothing else of its own. Share it
/// behind an `Arc`.
#[derive(Debug)]
pub struct Signer {
    key: PrivateKey,
    /// Encoded header and dot, in the order of [`Typ::ALL`].
    starts: [Box<str>; Typ::ALL.len()],
}

impl Signer {
    /// Writes the headers: `alg` and `kid` are the key's.
    pub fn new(key: PrivateKey) -> Self {
        let starts = Typ::ALL.map(|typ| {
            let header = json!({ "alg": key.algorithm().as_str(), "kid": key.kid(), "typ": typ.as_str() });
            let mut start = base64url::encode(header.to_string().as_bytes());
            start.push('.');
            start.into_boxed_str()
        });
        Self { key, starts }
    }

    /// The JWS in compact serialisation (RFC 7515 §7.1) over `payload`, which is the claims' JSON text.
    ///
    /// # Errors
    /// [`SignError`] if the library fails.
    pub fn sign(&self, typ: Typ, payload: &[u8]) -> Result<String, SignError> {
        let [
            jwt,
            at_jwt,
            logout_jwt,
            dpop_jwt,
            oauth_authz_req_jwt,
            token_introspection_jwt,
        ] = &self.starts;
        let start = match typ {
            Typ::Jwt => jwt,
            Typ::AtJwt => at_jwt,
            Typ::LogoutJwt => logout_jwt,
            Typ::DpopJwt => dpop_jwt,
            Typ::OauthAuthzReqJwt => oauth_authz_req_jwt,
            Typ::TokenIntrospectionJwt => token_introspection_jwt,
        };
        self.key.finish_compact(start, payload)
    }

    /// The key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// Its public half.
    pub fn public(&self) -> &PublicKey {
        self.key.public()
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// Its id.
    pub fn kid(&self) -> &str {
        self.key.kid()
    }
}
