use std::fmt;

use aws_lc_rs::agreement;
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use zeroize::Zeroizing;

use super::agreement::{Parties, curve, derive};
use super::encryption_key::random;
use super::key_management::Half;
use super::{ContentEncryption, EncryptionKey, KeyManagement};
use crate::{JwkError, KeyError, KeyType, PrivateKey, RsaBits, SpkiError, private_jwk, spki};

/// A recipient's private key, parsed once, with its public half. `Debug` shows the public half only.
pub struct DecryptionKey {
    private: Private,
    public: EncryptionKey,
}

enum Private {
    Rsa(OaepPrivateDecryptingKey),
    Ec(agreement::PrivateKey),
}

impl DecryptionKey {
    /// Makes a new key from the operating system's randomness. `bits` counts for RSA only.
    ///
    /// # Errors
    /// [`KeyError::Generation`] if randomness or memory isn't to be had; a kind of key that only signs.
    pub fn generate(key_type: KeyType, bits: RsaBits) -> Result<Self, KeyError> {
        KeyManagement::of(key_type)?;
        Self::from_private_key(&PrivateKey::generate(key_type.default_algorithm(), bits)?)
    }

    /// Reads PKCS#8 (RFC 5208), unencrypted.
    ///
    /// # Errors
    /// Damage, a kind of key that only signs, or RSA of another length than 2048 to 4096 bits.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let key_type = spki::pkcs8_key_type(der)?;
        KeyManagement::of(key_type)?;
        Self::from_private_key(&PrivateKey::from_pkcs8_der(key_type.default_algorithm(), der)?)
    }

    /// Reads PEM: PKCS#8 (`PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`) or SEC 1 (`EC PRIVATE KEY`).
    ///
    /// # Errors
    /// As [`PrivateKey::from_pem`]; a kind of key that only signs.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_private_key(&PrivateKey::from_pem(None, text)?)
    }

    /// Reads a private JWK whose `use`, `key_ops` and `alg`, where it has them, allow to decrypt with it, keeping its
    /// `kid`.
    ///
    /// # Errors
    /// Names the member at fault; [`KeyError::NotPrivate`] for a public JWK.
    pub fn from_jwk(json: &[u8]) -> Result<Self, JwkError> {
        let mut kid = None;
        let key = private_jwk::parse(json, |jwk, key_type| {
            KeyManagement::of_jwk(jwk, key_type, Half::Private)?;
            kid.clone_from(&jwk.kid);
            Ok(key_type.default_algorithm())
        })?;
        let key = Self::from_private_key(&key)?;
        Ok(match kid {
            Some(kid) => key.with_kid(kid),
            None => key,
        })
    }

    fn from_private_key(key: &PrivateKey) -> Result<Self, KeyError> {
        let public =
            EncryptionKey::from_spki_der(key.public().to_spki_der()).map_err(|error| match error {
                SpkiError::Key(error) => error,
                _ => KeyError::Malformed,
            })?;
        let der = key.to_pkcs8_der()?;
        let private = match curve(public.key_type()) {
            Some(curve) => agreement::PrivateKey::from_private_key_der(curve, &der)
                .map(Private::Ec)
                .map_err(|_| KeyError::Malformed)?,
            None => PrivateDecryptingKey::from_pkcs8(&der)
                .map_err(|_| KeyError::Malformed)
                .and_then(|key| OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::Malformed))
                .map(Private::Rsa)?,
        };
        Ok(Self { private, public })
    }

    /// The same key under a `kid` of its own.
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        Self {
            public: self.public.with_kid(kid),
            ..self
        }
    }

    /// The public half: what senders encrypt to.
    pub fn public(&self) -> &EncryptionKey {
        &self.public
    }

    /// The key's id, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.public.kid()
    }

    /// The content's key, unwrapped. Where that fails it is a random one, which then fails to decrypt the content: nobody
    /// sees in which step (RFC 7516 §11.5).
    pub(super) fn unwrap(
        &self,
        encrypted: &[u8],
        encryption: ContentEncryption,
    ) -> Option<Zeroizing<Vec<u8>>> {
        let Private::Rsa(key) = &self.private else {
            return None;
        };
        let len = encryption.key_len();
        let mut instead = Zeroizing::new(vec![0; len]);
        random(&mut instead).ok()?;
        let mut output = Zeroizing::new(vec![0; key.min_output_size()]);
        match key.decrypt(&OAEP_SHA256_MGF1SHA256, encrypted, &mut output, None) {
            Ok(found) if found.len() == len => Some(Zeroizing::new(found.to_vec())),
            Ok(_) | Err(_) => Some(instead),
        }
    }

    /// The content's key, agreed on with the sender's ephemeral key; `None` where that isn't on the curve.
    pub(super) fn agree(
        &self,
        point: &[u8],
        encryption: ContentEncryption,
        parties: &Parties,
    ) -> Option<Zeroizing<Vec<u8>>> {
        match &self.private {
            Private::Ec(key) => derive(key, point, encryption, parties).ok(),
            Private::Rsa(_) => None,
        }
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}
