//! The content's encryption with associated data (RFC 7518 §5).

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    AES_128, AES_256, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac::{self, HMAC_SHA256, HMAC_SHA512};
use aws_lc_rs::iv::FixedLength;

use super::ContentEncryption;

/// What `seal` makes: the ciphertext, and the tag that authenticates it with the header.
pub(super) struct Sealed {
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

/// Encrypts. `key` and `iv` are used once.
pub(super) fn seal(
    encryption: ContentEncryption,
    key: &[u8],
    iv: &[u8],
    header: &[u8],
    plaintext: &[u8],
) -> Result<Sealed, Unspecified> {
    let mut text = plaintext.to_vec();
    match Cipher::new(encryption, key)? {
        Cipher::Gcm(key) => {
            let nonce = Nonce::try_assume_unique_for_key(iv)?;
            let tag = key.seal_in_place_separate_tag(nonce, Aad::from(header), &mut text)?;
            Ok(Sealed {
                ciphertext: text,
                tag: tag.as_ref().to_vec(),
            })
        }
        Cipher::CbcHmac { aes, mac } => {
            let context = EncryptionContext::Iv128(FixedLength::try_from(iv)?);
            PaddedBlockEncryptingKey::cbc_pkcs7(aes)?.less_safe_encrypt(&mut text, context)?;
            let tag = mac.tag(header, iv, &text, encryption.tag_len())?;
            Ok(Sealed {
                ciphertext: text,
                tag,
            })
        }
    }
}

/// Decrypts what nobody has altered.
pub(super) fn open(
    encryption: ContentEncryption,
    key: &[u8],
    iv: &[u8],
    header: &[u8],
    mut text: Vec<u8>,
    tag: &[u8],
) -> Result<Vec<u8>, Unspecified> {
    if tag.len() != encryption.tag_len() {
        return Err(Unspecified);
    }
    match Cipher::new(encryption, key)? {
        Cipher::Gcm(key) => {
            let nonce = Nonce::try_assume_unique_for_key(iv)?;
            key.open_in_place_separate_tag(nonce, Aad::from(header), tag, &mut text)?;
        }
        Cipher::CbcHmac { aes, mac } => {
            // Before anything is decrypted: a padding that is looked at first becomes an oracle (RFC 7518 §5.2.2.2).
            verify_slices_are_equal(&mac.tag(header, iv, &text, encryption.tag_len())?, tag)?;
            let context = EncryptionContext::Iv128(FixedLength::try_from(iv)?);
            let len = PaddedBlockDecryptingKey::cbc_pkcs7(aes)?
                .decrypt(&mut text, context.into())?
                .len();
            text.truncate(len);
        }
    }
    Ok(text)
}

/// A cipher with its key.
enum Cipher {
    Gcm(LessSafeKey),
    CbcHmac { aes: UnboundCipherKey, mac: Box<Mac> },
}

impl Cipher {
    fn new(encryption: ContentEncryption, key: &[u8]) -> Result<Self, Unspecified> {
        let gcm = |algorithm| Ok(Self::Gcm(LessSafeKey::new(UnboundKey::new(algorithm, key)?)));
        // The MAC's key comes first, and the cipher's second (RFC 7518 §5.2.2.1).
        let halves = key
            .split_at_checked(encryption.key_len() / 2)
            .ok_or(Unspecified)?;
        let cbc_hmac = |algorithm, hash| {
            Ok(Self::CbcHmac {
                aes: UnboundCipherKey::new(algorithm, halves.1)?,
                mac: Box::new(Mac(hmac::Key::new(hash, halves.0))),
            })
        };
        match encryption {
            ContentEncryption::A128Gcm => gcm(&AES_128_GCM),
            ContentEncryption::A256Gcm => gcm(&AES_256_GCM),
            ContentEncryption::A128CbcHs256 => cbc_hmac(&AES_128, HMAC_SHA256),
            ContentEncryption::A256CbcHs512 => cbc_hmac(&AES_256, HMAC_SHA512),
        }
    }
}

struct Mac(hmac::Key);

impl Mac {
    /// The first half of the HMAC over header, IV, ciphertext and the header's length in bits.
    fn tag(&self, header: &[u8], iv: &[u8], ciphertext: &[u8], len: usize) -> Result<Vec<u8>, Unspecified> {
        let bits = u64::try_from(header.len()).map_err(|_| Unspecified)? * 8;
        let mut context = hmac::Context::with_key(&self.0);
        for part in [header, iv, ciphertext, &bits.to_be_bytes()] {
            context.update(part);
        }
        let mut tag = context.sign().as_ref().to_vec();
        tag.truncate(len);
        Ok(tag)
    }
}

#[cfg(test)]
mod tests;
