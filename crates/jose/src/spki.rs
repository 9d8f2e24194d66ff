//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): what the platform's key field takes, on one line of base64;
//! and what people paste instead.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use rsa::pkcs8::der::asn1::ObjectIdentifier;
use rsa::pkcs8::der::{Decode as _, SliceReader, Tag};
use rsa::pkcs8::{AlgorithmIdentifierRef, PrivateKeyInfoRef, SubjectPublicKeyInfoRef};

use crate::{KeyError, KeyType};

const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// Longest line that is looked at: four times what an RSA key of 8192 bits needs.
const MAX_LINE: usize = 8 * 1024;

/// Why a pasted public key isn't the one line of base64 SPKI that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpkiError {
    /// Nothing was pasted.
    #[error("the key is empty")]
    Empty,
    /// More than any key needs.
    #[error("the key is longer than any public key")]
    TooLong,
    /// `-----BEGIN PUBLIC KEY-----` and `-----END PUBLIC KEY-----` were pasted too.
    #[error("leave out the BEGIN and END lines: only the base64 between them, on one line")]
    ArmorLines,
    /// The base64 is broken over lines, or ends in a newline.
    #[error("the key must be one line, without newlines")]
    Newline,
    /// A blank or a tab.
    #[error("the key contains white space at character {at}")]
    Whitespace {
        /// Position of the first, from 1.
        at: usize,
    },
    /// A character outside standard base64, or one lost or left over: the text was mangled on its way.
    #[error("not standard base64 from character {at} on; a character is wrong, missing or left over")]
    NotBase64 {
        /// Position from 1.
        at: usize,
    },
    /// An X.509 certificate.
    #[error("this is a certificate; the public key inside it is needed")]
    Certificate,
    /// An RSA public key without its algorithm (`BEGIN RSA PUBLIC KEY`).
    #[error("this is a PKCS#1 key (RSA PUBLIC KEY); an X.509 SubjectPublicKeyInfo (PUBLIC KEY) is needed")]
    Pkcs1,
    /// A private key, which should be replaced now that it was pasted somewhere.
    #[error("this is a PRIVATE key: never share it; a public key is needed")]
    PrivateKey,
    /// DER of something else, or damaged.
    #[error("the base64 doesn't hold an X.509 SubjectPublicKeyInfo")]
    NotSpki,
    /// A SubjectPublicKeyInfo whose key isn't acceptable.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A parsed SPKI: which kind of key, and its raw bits (PKCS#1, an EC point, or 32 bytes).
pub(crate) struct Spki<'a> {
    pub(crate) key_type: KeyType,
    pub(crate) key: &'a [u8],
}

/// What stands before a point or an Edwards key in its SPKI (RFC 5480 §2, RFC 8410 §4): lengths and names, the same for all keys of a kind.
const BEFORE_P256: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
const BEFORE_P384: &[u8] =
    b"\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00";
const BEFORE_ED25519: &[u8] = b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// The DER around an uncompressed point, or around 32 bytes; `None` for RSA, and for what is not as long as that.
pub(crate) fn of_bits(key_type: KeyType, bits: &[u8]) -> Option<Vec<u8>> {
    let (before, length) = match key_type {
        KeyType::P256 => (BEFORE_P256, 65),
        KeyType::P384 => (BEFORE_P384, 97),
        KeyType::Ed25519 => (BEFORE_ED25519, 32),
        KeyType::Rsa => return None,
    };
    (bits.len() == length).then(|| [before, bits].concat())
}

/// The DER inside one line of base64.
pub(crate) fn decode_line(line: &str) -> Result<Vec<u8>, SpkiError> {
    if line.is_empty() {
        return Err(SpkiError::Empty);
    }
    if line.len() > MAX_LINE {
        return Err(SpkiError::TooLong);
    }
    if line.contains("-----") {
        return Err(armored(line));
    }
    if line.contains(['\n', '\r']) {
        return Err(SpkiError::Newline);
    }
    if let Some((at, _)) = line.char_indices().find(|(_, c)| c.is_whitespace()) {
        return Err(SpkiError::Whitespace { at: at + 1 });
    }
    STANDARD.decode(line).map_err(|error| SpkiError::NotBase64 {
        at: match error {
            base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol(at, _) => at + 1,
            base64::DecodeError::InvalidLength(_) | base64::DecodeError::InvalidPadding => line.len(),
        },
    })
}

/// What stands between BEGIN and END says more than that the lines are there.
fn armored(text: &str) -> SpkiError {
    if text.contains("PRIVATE KEY-----") {
        SpkiError::PrivateKey
    } else if text.contains("CERTIFICATE-----") {
        SpkiError::Certificate
    } else if text.contains("RSA PUBLIC KEY-----") {
        SpkiError::Pkcs1
    } else {
        SpkiError::ArmorLines
    }
}

/// Reads an SPKI; anything else is named. Nothing may follow it.
pub(crate) fn parse(der: &[u8]) -> Result<Spki<'_>, SpkiError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| diagnose(der))?;
    let key_type = key_type(&info.algorithm)?;
    let key = info.subject_public_key.as_bytes().ok_or(KeyError::Malformed)?;
    Ok(Spki { key_type, key })
}

/// The kind of key in a PKCS#8 structure.
pub(crate) fn pkcs8_key_type(der: &[u8]) -> Result<KeyType, KeyError> {
    key_type(
        &PrivateKeyInfoRef::from_der(der)
            .map_err(|_| KeyError::Malformed)?
            .algorithm,
    )
}

fn key_type(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<KeyType, KeyError> {
    match (algorithm.oid, algorithm.parameters_oid().ok()) {
        (RSA_ENCRYPTION, _) => Ok(KeyType::Rsa),
        (ED25519, None) => Ok(KeyType::Ed25519),
        (EC_PUBLIC_KEY, Some(P256)) => Ok(KeyType::P256),
        (EC_PUBLIC_KEY, Some(P384)) => Ok(KeyType::P384),
        _ => Err(KeyError::UnsupportedKeyType),
    }
}

/// Length in bits of the modulus of an RSA public key in PKCS#1.
pub(crate) fn modulus_bits(pkcs1: &[u8]) -> Result<usize, KeyError> {
    RsaPublicKeyRef::from_der(pkcs1)
        .map(|key| bit_length(key.modulus.as_bytes()))
        .map_err(|_| KeyError::Malformed)
}

/// The same of an RSA private key in PKCS#1.
pub(crate) fn private_modulus_bits(pkcs1: &[u8]) -> Result<usize, KeyError> {
    RsaPrivateKeyRef::from_der(pkcs1)
        .map(|key| bit_length(key.modulus.as_bytes()))
        .map_err(|_| KeyError::Malformed)
}

/// The same of an RSA private key in PKCS#8.
pub(crate) fn pkcs8_modulus_bits(pkcs8: &[u8]) -> Result<usize, KeyError> {
    let info = PrivateKeyInfoRef::from_der(pkcs8).map_err(|_| KeyError::Malformed)?;
    private_modulus_bits(info.private_key.as_bytes())
}

/// Length in bits of a big-endian integer without leading zero bytes.
fn bit_length(integer: &[u8]) -> usize {
    let unused = integer.first().map_or(0, |first| first.leading_zeros());
    (integer.len() * 8).saturating_sub(unused as usize)
}

fn diagnose(der: &[u8]) -> SpkiError {
    if RsaPublicKeyRef::from_der(der).is_ok() {
        SpkiError::Pkcs1
    } else if PrivateKeyInfoRef::from_der(der).is_ok() || RsaPrivateKeyRef::from_der(der).is_ok() {
        SpkiError::PrivateKey
    } else if is_certificate(der).unwrap_or(false) {
        SpkiError::Certificate
    } else {
        SpkiError::NotSpki
    }
}

/// A certificate is a SEQUENCE that begins with a SEQUENCE that begins with a version (`[0]`) or a serial
/// number, where an SPKI has an OID (RFC 5280 §4.1).
fn is_certificate(der: &[u8]) -> rsa::pkcs8::der::Result<bool> {
    let mut reader = SliceReader::new(der)?;
    for _ in 0..2 {
        let header = rsa::pkcs8::der::Header::decode(&mut reader)?;
        if header.tag() != Tag::Sequence {
            return Ok(false);
        }
    }
    let tag = Tag::peek(&reader)?;
    Ok(tag == Tag::Integer || (tag.is_context_specific() && tag.is_constructed()))
}
