//! A signed request, as a server receives it.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::parameters::{Parameters, is_protocol};
use crate::{BaseUrl, Problem, Refusal, Secrets, SignatureMethod, base_string, header};

/// The parts of a request that a signature covers.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The method, as it came.
    pub method: &'a str,
    /// Where clients reach the resource; not what a `Host` header says.
    pub base_url: &'a BaseUrl,
    /// The query as it is on the wire, without its `?`; empty where there is none.
    pub query: &'a str,
    /// The only `Authorization` header.
    pub authorization: &'a str,
    /// The body, where it is `application/x-www-form-urlencoded` and no other (RFC 5849 §3.4.1.3.1).
    pub form: Option<&'a [u8]>,
}

/// A request whose protocol parameters are whole: each once, all in the header. Whether its signature is right is what
/// [`verify`](Self::verify) tells.
#[derive(Clone)]
pub struct SignedRequest {
    consumer_key: String,
    token: Option<String>,
    method: SignatureMethod,
    timestamp: i64,
    nonce: String,
    body_hash: Option<String>,
    signature: Vec<u8>,
    base_string: String,
    shown: String,
}

impl SignedRequest {
    /// The longest consumer key, token or nonce, in bytes.
    pub const MAX_TEXT: usize = 255;

    /// Reads it.
    ///
    /// # Errors
    /// Protocol parameters that came twice, stand in the query or in the form, are missing or malformed; a version other
    /// than `1.0`; a signature method that isn't known.
    pub fn read(incoming: &Incoming<'_>) -> Result<Self, Refusal> {
        let own = header::read(incoming.authorization)?;
        let mut others = Parameters::default();
        others.push_form(incoming.query.as_bytes())?;
        if others.protocol_names().next().is_some() {
            return Err(Refusal::rejected("protocol parameters stand in the query"));
        }
        if let Some(form) = incoming.form {
            others.push_form(form)?;
        }
        if others.protocol_names().next().is_some() {
            return Err(Refusal::rejected("protocol parameters stand in two places"));
        }
        let mut names: Vec<_> = own.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        if names
            .windows(2)
            .any(|pair| matches!(pair, [one, next] if one == next))
        {
            return Err(Refusal::rejected("a protocol parameter came twice"));
        }
        if names.iter().any(|name| !is_protocol(name)) {
            return Err(Refusal::rejected(
                "the header holds a parameter that is not the protocol's",
            ));
        }
        match own.text("oauth_version")? {
            None | Some("1.0") => {}
            Some(_) => return Err(Refusal::new(Problem::VersionRejected, "the version is not 1.0")),
        }
        let method = own
            .required("oauth_signature_method", Self::MAX_TEXT)?
            .parse()
            .map_err(|_| {
                Refusal::new(
                    Problem::SignatureMethodRejected,
                    "the signature method is not known",
                )
            })?;
        let consumer_key = own.required("oauth_consumer_key", Self::MAX_TEXT)?.to_owned();
        let token = own.text("oauth_token")?.map(str::to_owned);
        if token.as_ref().is_some_and(|token| token.len() > Self::MAX_TEXT) {
            return Err(Refusal::rejected("a protocol parameter is too long"));
        }
        let timestamp = timestamp(own.required("oauth_timestamp", 19)?)?;
        let nonce = own.required("oauth_nonce", Self::MAX_TEXT)?.to_owned();
        let body_hash = own.text("oauth_body_hash")?.map(str::to_owned);
        let signature = STANDARD
            .decode(own.required("oauth_signature", Self::MAX_TEXT)?)
            .map_err(|_| Refusal::new(Problem::SignatureInvalid, "the signature is not base64"))?;
        others.append(own)?;
        Ok(Self {
            base_string: base_string::base_string(incoming.method, incoming.base_url, &others),
            shown: base_string::shown(incoming.method, incoming.base_url, &others),
            consumer_key,
            token,
            method,
            timestamp,
            nonce,
            body_hash,
            signature,
        })
    }

    /// `oauth_consumer_key`.
    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// `oauth_token`, where there is one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// `oauth_signature_method`.
    pub const fn method(&self) -> SignatureMethod {
        self.method
    }

    /// `oauth_timestamp`: seconds since 1970, more than 0.
    pub const fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// `oauth_nonce`.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// `oauth_body_hash`, where there is one; to be compared by [`is_body_hash`](crate::is_body_hash).
    pub fn body_hash(&self) -> Option<&str> {
        self.body_hash.as_deref()
    }

    /// Whether it is signed under these secrets. Takes as long whatever the answer.
    pub fn verify(&self, secrets: &Secrets) -> bool {
        secrets.verify(self.method, &self.base_string, &self.signature)
    }

    /// What is signed: for whoever asks why a signature isn't right. `*` stands for the token.
    pub fn shown_base_string(&self) -> &str {
        &self.shown
    }

    /// What is signed, with the token.
    pub fn base_string(&self) -> &str {
        &self.base_string
    }
}

/// "The timestamp value MUST be a positive integer" (RFC 5849 §3.3).
fn timestamp(text: &str) -> Result<i64, Refusal> {
    const NONE: Refusal = Refusal::new(
        Problem::TimestampRefused,
        "the timestamp is not a positive integer",
    );
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NONE);
    }
    text.parse().ok().filter(|seconds| *seconds > 0).ok_or(NONE)
}

impl fmt::Debug for SignedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedRequest")
            .field("consumer_key", &self.consumer_key)
            .field("method", &self.method)
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
