use std::fmt;

use aws_lc_rs::agreement::{Algorithm, PrivateKey};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::agreement::{self, Parties};
use super::content::{self, Sealed};
use super::key_management::Half;
use super::{ContentEncryption, EncryptError, KeyManagement};
use crate::raw_public_key::RawPublicKey;
use crate::{Jwk, JwkError, JwkParameters, JwkSet, KeyError, KeyType, SpkiError, Typ, base64url, spki};

/// A recipient's public key, with the one way in which keys are managed with it.
pub struct EncryptionKey {
    management: KeyManagement,
    kid: Option<String>,
    raw: RawPublicKey,
    recipient: Recipient,
}

enum Recipient {
    Rsa(OaepPublicEncryptingKey),
    Ec(&'static Algorithm),
}

/// The content's key, how it reaches the recipient, and what the header must say of that.
struct ContentKey {
    key: Zeroizing<Vec<u8>>,
    encrypted: Vec<u8>,
    ephemeral: Option<Jwk>,
}

impl EncryptionKey {
    /// Reads DER of a SubjectPublicKeyInfo. It has no `kid`: see [`EncryptionKey::with_kid`].
    ///
    /// # Errors
    /// Names what the bytes are, if they are something else; a kind of key that only signs.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, SpkiError> {
        Ok(Self::new(RawPublicKey::from_spki_der(der)?)?)
    }

    /// Reads base64 of the SPKI on one line, nothing around it: the form in which the messaging platform gives its key
    /// (platform contract 1.10).
    ///
    /// # Errors
    /// A reason of its own for each way in which keys are known to be pasted wrongly.
    pub fn from_spki_line(line: &str) -> Result<Self, SpkiError> {
        Self::from_spki_der(&spki::decode_line(line)?)
    }

    /// Reads a JWK whose `use`, `key_ops` and `alg`, where it has them, allow to encrypt to it. The `kid` is the JWK's.
    /// `management` is what its owner registered.
    ///
    /// # Errors
    /// Names the member at fault.
    pub fn from_jwk(jwk: &Jwk, management: Option<KeyManagement>) -> Result<Self, JwkError> {
        let key_type = jwk.parameters.key_type().ok_or(KeyError::UnsupportedKeyType)?;
        let of_jwk = KeyManagement::of_jwk(jwk, key_type, Half::Public)?;
        if let Some(wanted) = management.filter(|wanted| *wanted != of_jwk) {
            return Err(JwkError::KeyManagementMismatch { jwk: of_jwk, wanted });
        }
        let key = Self::new(RawPublicKey::from_parameters(&jwk.parameters)?)?;
        Ok(Self {
            kid: jwk.kid.clone(),
            ..key
        })
    }

    /// The key of a set to encrypt to: one that says that it is for this before one that says nothing, and else the
    /// set's order. Keys for signatures, of other kinds, or damaged ones are passed over.
    pub fn choose(set: &JwkSet, management: KeyManagement) -> Option<Self> {
        let usable = |jwk: &&Jwk| Self::from_jwk(jwk, Some(management)).is_ok();
        // The first of the best: `max_by_key` would take the last.
        let chosen = set
            .keys
            .iter()
            .filter(usable)
            .min_by_key(|jwk| (jwk.key_use.is_none(), jwk.alg.is_none()))?;
        Self::from_jwk(chosen, Some(management)).ok()
    }

    /// Why [`Self::choose`] finds none: what is wrong with each key of the set, on one line.
    pub fn faults(set: &JwkSet, management: KeyManagement) -> String {
        if set.keys.is_empty() {
            return "the set is empty".to_owned();
        }
        let keys = set.keys.iter().enumerate();
        let faults = keys.filter_map(|(index, jwk)| {
            let error = Self::from_jwk(jwk, Some(management)).err()?;
            Some(format!("key {index}: {error}"))
        });
        faults.collect::<Vec<_>>().join("; ")
    }

    fn new(raw: RawPublicKey) -> Result<Self, KeyError> {
        let management = KeyManagement::of(raw.key_type())?;
        let recipient = match agreement::curve(raw.key_type()) {
            Some(curve) => Recipient::Ec(curve),
            None => PublicEncryptingKey::from_der(raw.spki_der())
                .map_err(|_| KeyError::Malformed)
                .and_then(|key| OaepPublicEncryptingKey::new(key).map_err(|_| KeyError::Malformed))
                .map(Recipient::Rsa)?,
        };
        Ok(Self {
            management,
            kid: None,
            raw,
            recipient,
        })
    }

    /// The same key under the id that its owner gave it.
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        Self {
            kid: Some(kid.into()),
            ..self
        }
    }

    /// The `alg` of what is encrypted to it.
    pub fn management(&self) -> KeyManagement {
        self.management
    }

    /// The key's id, if it came with one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What kind of key it is.
    pub fn key_type(&self) -> KeyType {
        self.raw.key_type()
    }

    /// Length of the modulus in bits; nothing for a key that isn't RSA.
    pub fn rsa_bits(&self) -> Option<usize> {
        self.raw.rsa_bits()
    }

    /// The JWK as its owner would publish it: `kty`, `use: enc`, `alg`, and `kid` if it has one.
    pub fn to_jwk(&self) -> Jwk {
        Jwk {
            parameters: self.raw.parameters().clone(),
            key_use: Some("enc".to_owned()),
            key_ops: None,
            alg: Some(self.management.as_str().to_owned()),
            kid: self.kid.clone(),
        }
    }

    /// Standard base64 of the SPKI on one line.
    pub fn to_spki_line(&self) -> String {
        self.raw.spki_line()
    }

    /// SHA-256 of the SPKI's DER, 64 hexadecimal digits: for people who compare two keys (F-01).
    pub fn fingerprint(&self) -> String {
        self.raw.fingerprint()
    }

    /// The compact serialisation (RFC 7516 §7.1) of `plaintext`, which only the key's owner can read. `content` is said
    /// in the header: [`Typ::Jwt`] for a token in a token (RFC 7519 §5.2).
    ///
    /// # Errors
    /// [`EncryptError`] if the library fails.
    pub fn encrypt(
        &self,
        encryption: ContentEncryption,
        content: Option<Typ>,
        plaintext: &[u8],
    ) -> Result<String, EncryptError> {
        let ContentKey {
            key,
            encrypted,
            ephemeral,
        } = self.content_key(encryption)?;
        let mut iv = vec![0; encryption.iv_len()];
        random(&mut iv)?;
        let mut token = base64url::encode(&self.header(encryption, content, ephemeral)?);
        let Sealed { ciphertext, tag } =
            content::seal(encryption, &key, &iv, token.as_bytes(), plaintext).map_err(|_| EncryptError)?;
        for part in [&encrypted, &iv, &ciphertext, &tag] {
            token.push('.');
            base64url::append(&mut token, part);
        }
        Ok(token)
    }

    fn content_key(&self, encryption: ContentEncryption) -> Result<ContentKey, EncryptError> {
        match &self.recipient {
            Recipient::Rsa(recipient) => {
                let mut key = Zeroizing::new(vec![0; encryption.key_len()]);
                random(&mut key)?;
                let mut encrypted = vec![0; recipient.ciphertext_size()];
                recipient
                    .encrypt(&OAEP_SHA256_MGF1SHA256, &key, &mut encrypted, None)
                    .map_err(|_| EncryptError)?;
                Ok(ContentKey {
                    key,
                    encrypted,
                    ephemeral: None,
                })
            }
            Recipient::Ec(curve) => {
                let ephemeral = PrivateKey::generate(curve).map_err(|_| EncryptError)?;
                let point = self.raw.bits().map_err(|_| EncryptError)?;
                let key = agreement::derive(&ephemeral, point, encryption, &Parties::default())
                    .map_err(|_| EncryptError)?;
                Ok(ContentKey {
                    key,
                    encrypted: Vec::new(),
                    ephemeral: Some(self.ephemeral_jwk(&ephemeral)?),
                })
            }
        }
    }

    fn ephemeral_jwk(&self, ephemeral: &PrivateKey) -> Result<Jwk, EncryptError> {
        let point = ephemeral.compute_public_key().map_err(|_| EncryptError)?;
        let coordinates = point.as_ref().get(1..).ok_or(EncryptError)?;
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        Ok(Jwk {
            parameters: JwkParameters::Ec {
                crv: self.raw.key_type().as_str().to_owned(),
                x: base64url::encode(x),
                y: base64url::encode(y),
            },
            key_use: None,
            key_ops: None,
            alg: None,
            kid: None,
        })
    }

    fn header(
        &self,
        encryption: ContentEncryption,
        content: Option<Typ>,
        ephemeral: Option<Jwk>,
    ) -> Result<Vec<u8>, EncryptError> {
        let mut header = Map::new();
        header.insert("alg".to_owned(), self.management.as_str().into());
        header.insert("enc".to_owned(), encryption.as_str().into());
        if let Some(kid) = &self.kid {
            header.insert("kid".to_owned(), kid.as_str().into());
        }
        if let Some(content) = content {
            header.insert("cty".to_owned(), content.as_str().into());
        }
        if let Some(ephemeral) = ephemeral {
            let epk = serde_json::to_value(ephemeral).map_err(|_| EncryptError)?;
            header.insert("epk".to_owned(), epk);
        }
        serde_json::to_vec(&Value::Object(header)).map_err(|_| EncryptError)
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKey")
            .field("management", &self.management)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

pub(super) fn random(bytes: &mut [u8]) -> Result<(), EncryptError> {
    SystemRandom::new().fill(bytes).map_err(|_| EncryptError)
}
