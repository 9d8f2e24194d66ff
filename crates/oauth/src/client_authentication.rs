//! How clients prove who they are.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::{form, names::registered_names, scheme};

/// `token_endpoint_auth_method` (RFC 7591 §2, OpenID Connect Core §9, RFC 8705 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClientAuthMethod {
    /// The secret in the `Authorization` header.
    ClientSecretBasic,
    /// The secret in the body.
    ClientSecretPost,
    /// A JWT under an HMAC of the secret.
    ClientSecretJwt,
    /// A JWT under the client's private key.
    PrivateKeyJwt,
    /// A certificate from an authority that is trusted.
    TlsClientAuth,
    /// A certificate that the client registered.
    SelfSignedTlsClientAuth,
    /// Nothing: a public client.
    None,
}

/// A client authentication method that isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client authentication method is not known")]
pub struct UnknownClientAuthMethod;

registered_names! {
    ClientAuthMethod, UnknownClientAuthMethod,
    ClientSecretBasic => "client_secret_basic",
    ClientSecretPost => "client_secret_post",
    ClientSecretJwt => "client_secret_jwt",
    PrivateKeyJwt => "private_key_jwt",
    TlsClientAuth => "tls_client_auth",
    SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
    None => "none",
}

impl ClientAuthMethod {
    /// Whether the server must hold a secret of the client for it.
    pub const fn needs_secret(self) -> bool {
        match self {
            Self::ClientSecretBasic | Self::ClientSecretPost | Self::ClientSecretJwt => true,
            Self::PrivateKeyJwt | Self::TlsClientAuth | Self::SelfSignedTlsClientAuth | Self::None => false,
        }
    }

    /// Whether clients that use it are public (RFC 6749 §2.1).
    pub const fn is_public(self) -> bool {
        matches!(self, Self::None)
    }
}

/// Client id and secret. Debug shows neither; memory is wiped; there is no `==`, which would tell how long it took.
#[derive(Clone, ZeroizeOnDrop)]
pub struct ClientIdAndSecret {
    client_id: String,
    client_secret: String,
}

impl ClientIdAndSecret {
    /// Never empty.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// May be empty. To be compared by its digest, or in constant time.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }
}

impl fmt::Debug for ClientIdAndSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientIdAndSecret(…)")
    }
}

/// The credentials of an `Authorization: Basic` header, split at the first colon.
///
/// "The client identifier is encoded using the 'application/x-www-form-urlencoded' encoding algorithm […], and the
/// encoded value is used as the username; the client password is encoded using the same algorithm and used as the
/// password" (RFC 6749 §2.3.1). [`decoded`](Self::decoded) is what that means. Many clients skip the encoding:
/// [`raw`](Self::raw) is what they meant, for servers that choose to be lenient with one of them.
#[derive(Debug, Clone)]
pub struct BasicCredentials {
    decoded: Option<ClientIdAndSecret>,
    raw: ClientIdAndSecret,
}

/// Why an `Authorization` header has no Basic credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BasicCredentialsError {
    /// It has another scheme.
    #[error("the scheme is not Basic")]
    OtherScheme,
    /// What follows the scheme isn't base64 (RFC 7617 §2).
    #[error("the credentials are not base64")]
    Base64,
    /// Not UTF-8, with control characters, without a colon, or without a client id.
    #[error("the credentials are not a client id and a secret")]
    Malformed,
}

impl BasicCredentials {
    /// Reads the value of an `Authorization` header.
    pub fn parse(header: &str) -> Result<Self, BasicCredentialsError> {
        let token = scheme::credentials(header, "Basic").ok_or(BasicCredentialsError::OtherScheme)?;
        let bytes = STANDARD
            .decode(token)
            .map_err(|_| BasicCredentialsError::Base64)?;
        let mut text = String::from_utf8(bytes).map_err(|_| BasicCredentialsError::Malformed)?;
        let credentials = Self::split(&text);
        text.zeroize();
        credentials.ok_or(BasicCredentialsError::Malformed)
    }

    /// Decoded as RFC 6749 has it; none where the halves aren't well-formed encodings.
    pub fn decoded(&self) -> Option<&ClientIdAndSecret> {
        self.decoded.as_ref()
    }

    /// As they stand in the header.
    pub fn raw(&self) -> &ClientIdAndSecret {
        &self.raw
    }

    fn split(text: &str) -> Option<Self> {
        let (id, secret) = text.split_once(':')?;
        let raw = pair(id.to_owned(), secret.to_owned())?;
        let decoded = form::decode_strictly(id).zip(form::decode_strictly(secret));
        Some(Self {
            decoded: decoded.and_then(|(id, secret)| pair(id, secret)),
            raw,
        })
    }
}

fn pair(client_id: String, client_secret: String) -> Option<ClientIdAndSecret> {
    let pair = ClientIdAndSecret {
        client_id,
        client_secret,
    };
    let clean = !pair
        .client_id
        .chars()
        .chain(pair.client_secret.chars())
        .any(char::is_control);
    (clean && !pair.client_id.is_empty()).then_some(pair)
}
