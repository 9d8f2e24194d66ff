//! Self-signed X.509 certificates (RFC 5280): a public key in the wrapping that some verifiers ask for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose};
use rcgen::{
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PKCS_RSA_SHA256, SignatureAlgorithm,
};

use crate::{KeyError, KeyType, PrivateKey, pem};

/// A certificate that says nothing but which key it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate(Vec<u8>);

impl Certificate {
    /// Lets a key sign for itself. `name` becomes the common name; the two instants are seconds since 1970. The same key
    /// has the same serial number each time.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] where name or instants can't be written, or the library fails.
    pub fn self_signed(
        key: &PrivateKey,
        name: &str,
        not_before: i64,
        not_after: i64,
    ) -> Result<Self, KeyError> {
        let failed = |_| KeyError::Encoding;
        let algorithm: &'static SignatureAlgorithm = match key.algorithm().key_type() {
            KeyType::Rsa => &PKCS_RSA_SHA256,
            KeyType::P256 => &PKCS_ECDSA_P256_SHA256,
            KeyType::P384 => &PKCS_ECDSA_P384_SHA384,
            KeyType::Ed25519 => &PKCS_ED25519,
        };
        let der = key.to_pkcs8_der()?;
        let pair = KeyPair::from_pkcs8_der_and_sign_algo(&der.as_slice().into(), algorithm)
            .map_err(|_| KeyError::Encoding)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.not_before = instant(not_before)?;
        params.not_after = instant(not_after)?;
        let certificate = params.self_signed(&pair).map_err(failed)?;
        Ok(Self(certificate.der().to_vec()))
    }

    /// DER.
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// PEM (`BEGIN CERTIFICATE`).
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.0).to_string()
    }

    /// Base64 as `x5c` holds it (RFC 7517 §4.7): not base64url, no line breaks.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

fn instant(seconds: i64) -> Result<time::OffsetDateTime, KeyError> {
    time::OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| KeyError::Encoding)
}
