//! The compact serialisation, taken apart within limits (RFC 7516 §7.1, SEC-005, SEC-006).

use super::error::Part;
use super::{DecryptError, DecryptionKey, JweHeader, KeyManagement, content};
use crate::verify::MAX_TOKEN;
use crate::{Typ, base64url};

/// An encrypted token whose header was read and whose content was **not** decrypted yet.
#[derive(Debug)]
pub struct Jwe<'a> {
    header: JweHeader,
    protected: &'a str,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

impl<'a> Jwe<'a> {
    /// Takes a token apart and reads its header.
    ///
    /// # Errors
    /// Size, number of parts, encoding, header, and the lengths that its algorithms have.
    pub fn parse(token: &'a str) -> Result<Self, DecryptError> {
        if token.len() > MAX_TOKEN {
            return Err(DecryptError::TooLong);
        }
        match token.bytes().filter(|byte| *byte == b'.').count() {
            4 => {}
            2 => return Err(DecryptError::NotEncrypted),
            _ => return Err(DecryptError::Parts),
        }
        let mut parts = token.split('.');
        let protected = parts.next().ok_or(DecryptError::Parts)?;
        let header = JweHeader::parse(protected)?;
        let mut decoded = |part| {
            let text = parts.next().ok_or(DecryptError::Parts)?;
            base64url::decode(text).ok_or(DecryptError::Base64url(part))
        };
        let jwe = Self {
            protected,
            encrypted_key: decoded(Part::EncryptedKey)?,
            iv: decoded(Part::Iv)?,
            ciphertext: decoded(Part::Ciphertext)?,
            tag: decoded(Part::Tag)?,
            header,
        };
        let encryption = jwe.header.encryption;
        // With ECDH-ES there is no key to carry (RFC 7518 §4.6); with RSA there must be one.
        let agreed = jwe.header.management == KeyManagement::EcdhEs;
        for (part, right) in [
            (Part::EncryptedKey, jwe.encrypted_key.is_empty() == agreed),
            (Part::Iv, jwe.iv.len() == encryption.iv_len()),
            (Part::Tag, jwe.tag.len() == encryption.tag_len()),
        ] {
            if !right {
                return Err(DecryptError::Length(part));
            }
        }
        Ok(jwe)
    }

    /// The header, not yet to be trusted: its `kid` is what a key is looked up by.
    pub fn header(&self) -> &JweHeader {
        &self.header
    }

    /// The content, if it was encrypted to `key` and nobody has altered it or the header.
    ///
    /// # Errors
    /// A key of another kind, an ephemeral key that can't be agreed with, or [`DecryptError::Failed`].
    pub fn decrypt(self, key: &DecryptionKey) -> Result<Vec<u8>, DecryptError> {
        let management = key.public().management();
        if self.header.management != management {
            return Err(DecryptError::KeyManagementMismatch { key: management });
        }
        let encryption = self.header.encryption;
        let content_key = match management {
            KeyManagement::RsaOaep256 => key
                .unwrap(&self.encrypted_key, encryption)
                .ok_or(DecryptError::Failed)?,
            KeyManagement::EcdhEs => {
                let point = self.header.ephemeral_point(key.public().key_type())?;
                key.agree(&point, encryption, &self.header.parties()?)
                    .ok_or(DecryptError::EphemeralKey)?
            }
        };
        content::open(
            encryption,
            &content_key,
            &self.iv,
            self.protected.as_bytes(),
            self.ciphertext,
            &self.tag,
        )
        .map_err(|_| DecryptError::Failed)
    }

    /// The signed token inside, for [`crate::verify()`]. `cty` may be missing, and must not say something else
    /// (RFC 7519 §5.2).
    ///
    /// # Errors
    /// As [`Jwe::decrypt`]; [`DecryptError::NotNested`].
    pub fn decrypt_nested(self, key: &DecryptionKey) -> Result<String, DecryptError> {
        self.decrypt_nested_as(key, &[Typ::Jwt])
    }

    /// The same, where `cty` may name one of those `kinds`: some libraries name the kind of the token inside.
    ///
    /// # Errors
    /// As [`Jwe::decrypt_nested`].
    pub fn decrypt_nested_as(self, key: &DecryptionKey, kinds: &[Typ]) -> Result<String, DecryptError> {
        let cty = self.header.cty.as_deref();
        if cty.is_some_and(|cty| !kinds.iter().any(|kind| kind.matches(cty))) {
            return Err(DecryptError::NotNested);
        }
        String::from_utf8(self.decrypt(key)?).map_err(|_| DecryptError::NotNested)
    }
}
