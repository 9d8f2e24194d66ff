//! A request, as a client signs it.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::parameters::Parameters;
use crate::{BaseUrl, Refusal, Secrets, SignatureMethod, base_string, encode};

/// What a client signs with.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Who it is.
    pub consumer_key: String,
    /// In whose name it asks, where there is a token.
    pub token: Option<String>,
    /// Its secret and the token's.
    pub secrets: Secrets,
}

/// The parts of a request that a signature covers.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// The method.
    pub method: &'a str,
    /// Scheme, host, port and path.
    pub base_url: &'a BaseUrl,
    /// The query as it will be on the wire, without its `?`.
    pub query: &'a str,
    /// The body, where it is `application/x-www-form-urlencoded`.
    pub form: Option<&'a [u8]>,
}

impl Outgoing<'_> {
    /// The value of its `Authorization` header. `timestamp` is seconds since 1970, `nonce` any text that is new;
    /// `body_hash` is what [`body_hash`](crate::body_hash) makes of a body that is no form.
    ///
    /// # Errors
    /// The query or the form isn't well encoded, or has too many parameters.
    pub fn authorization(
        &self,
        credentials: &Credentials,
        method: SignatureMethod,
        timestamp: i64,
        nonce: &str,
        body_hash: Option<&str>,
    ) -> Result<String, Refusal> {
        let timestamp = timestamp.to_string();
        let own = [
            Some(("oauth_consumer_key", credentials.consumer_key.as_str())),
            credentials.token.as_deref().map(|token| ("oauth_token", token)),
            Some(("oauth_signature_method", method.as_str())),
            Some(("oauth_timestamp", &timestamp)),
            Some(("oauth_nonce", nonce)),
            Some(("oauth_version", "1.0")),
            body_hash.map(|hash| ("oauth_body_hash", hash)),
        ];
        let own: Vec<_> = own.into_iter().flatten().collect();
        let mut signed = Parameters::default();
        signed.push_form(self.query.as_bytes())?;
        if let Some(form) = self.form {
            signed.push_form(form)?;
        }
        for (name, value) in &own {
            signed.push(name.as_bytes().to_vec(), value.as_bytes().to_vec())?;
        }
        let base_string = base_string::base_string(self.method, self.base_url, &signed);
        let signature = STANDARD.encode(credentials.secrets.sign(method, &base_string));
        let fields: Vec<_> = own
            .into_iter()
            .chain([("oauth_signature", signature.as_str())])
            .map(|(name, value)| format!("{name}=\"{}\"", encode(value)))
            .collect();
        Ok(format!("OAuth {}", fields.join(", ")))
    }
}
