//! A private key, parsed once. Every operation with it runs in aws-lc's constant-time code (SEC-018).

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
};
use zeroize::Zeroizing;

use crate::key_error::require_match;
use crate::{
    Algorithm, JwkError, KeyError, KeyType, PublicKey, RsaBits, SignError, Signature, SpkiError, base64url,
    jwk, pem, private_jwk, rsa_key, spki,
};

/// A private key with its public half. `Debug` shows the public half only.
pub struct PrivateKey {
    pair: KeyPair,
    public: PublicKey,
}

enum KeyPair {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    /// Makes a new key from the operating system's randomness. `bits` counts for RSA only.
    ///
    /// Takes about 80, 350 or 1000 ms for the three lengths of RSA, by luck: not for a thread that serves
    /// requests.
    ///
    /// # Errors
    /// [`KeyError::Generation`] if randomness or memory isn't to be had.
    pub fn generate(algorithm: Algorithm, bits: RsaBits) -> Result<Self, KeyError> {
        let pair = match algorithm.key_type() {
            KeyType::Rsa => return Self::from_pkcs8_der(algorithm, &rsa_key::generate(bits)?),
            KeyType::P256 => KeyPair::Ec(
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError::Generation)?,
            ),
            KeyType::P384 => KeyPair::Ec(
                EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map_err(|_| KeyError::Generation)?,
            ),
            KeyType::Ed25519 => {
                KeyPair::Ed25519(Ed25519KeyPair::generate().map_err(|_| KeyError::Generation)?)
            }
        };
        Self::with_pair(algorithm, pair)
    }

    /// Reads PKCS#8 (RFC 5208), unencrypted.
    ///
    /// # Errors
    /// Damage, another kind of key than `algorithm`'s, or RSA of a length that we don't sign with.
    pub fn from_pkcs8_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        let key_type = spki::pkcs8_key_type(der)?;
        require_match(algorithm, key_type)?;
        let ec = |curve| {
            EcdsaKeyPair::from_pkcs8(curve, der)
                .map_err(|_| KeyError::Malformed)
                .map(KeyPair::Ec)
        };
        let pair = match key_type {
            KeyType::Rsa => {
                spki::pkcs8_modulus_bits(der).and_then(rsa_key::require_private_size)?;
                KeyPair::Rsa(RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed)?)
            }
            KeyType::P256 => ec(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
            KeyType::P384 => ec(&ECDSA_P384_SHA384_FIXED_SIGNING)?,
            KeyType::Ed25519 => {
                KeyPair::Ed25519(Ed25519KeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed)?)
            }
        };
        Self::with_pair(algorithm, pair)
    }

    /// Reads PEM: PKCS#8 (`PRIVATE KEY`), PKCS#1 (`RSA PRIVATE KEY`) or SEC 1 (`EC PRIVATE KEY`), with text
    /// or other blocks around it.
    ///
    /// `algorithm` is what the key's record will say; without one it is the usual one of the key's type.
    ///
    /// # Errors
    /// Names what is wrong: nothing readable, no private key, encrypted, too short, another kind of key.
    pub fn from_pem(algorithm: Option<Algorithm>, text: &str) -> Result<Self, KeyError> {
        let block = pem::private_key(text)?;
        match block.label {
            "PRIVATE KEY" => {
                let algorithm = match algorithm {
                    Some(algorithm) => algorithm,
                    None => spki::pkcs8_key_type(&block.der)?.default_algorithm(),
                };
                Self::from_pkcs8_der(algorithm, &block.der)
            }
            "RSA PRIVATE KEY" => {
                spki::private_modulus_bits(&block.der).and_then(rsa_key::require_private_size)?;
                let pair = RsaKeyPair::from_der(&block.der).map_err(|_| KeyError::Malformed)?;
                Self::with_pair(algorithm.unwrap_or(Algorithm::RS256), KeyPair::Rsa(pair))
            }
            "EC PRIVATE KEY" => Self::from_sec1_der(algorithm, &block.der),
            _ => Err(KeyError::UnsupportedKeyType),
        }
    }

    /// The structure may leave its curve out (RFC 5915 §3), so the curves are tried in turn.
    fn from_sec1_der(algorithm: Option<Algorithm>, der: &[u8]) -> Result<Self, KeyError> {
        let parse = |curve: &'static EcdsaSigningAlgorithm| {
            EcdsaKeyPair::from_private_key_der(curve, der)
                .ok()
                .map(KeyPair::Ec)
        };
        let (pair, key_type) = parse(&ECDSA_P256_SHA256_FIXED_SIGNING)
            .map(|pair| (pair, KeyType::P256))
            .or_else(|| parse(&ECDSA_P384_SHA384_FIXED_SIGNING).map(|pair| (pair, KeyType::P384)))
            .ok_or(KeyError::Malformed)?;
        Self::with_pair(algorithm.unwrap_or(key_type.default_algorithm()), pair)
    }

    /// Reads a private JWK (RFC 7518 §6, RFC 8037 §2), keeping its `kid`. `algorithm` as for
    /// [`PrivateKey::from_pem`]; the JWK's `alg` comes before the usual one, and must not contradict.
    ///
    /// # Errors
    /// Names the member at fault; [`KeyError::NotPrivate`] for a public JWK.
    pub fn from_jwk(algorithm: Option<Algorithm>, json: &[u8]) -> Result<Self, JwkError> {
        private_jwk::parse(json, |jwk, key_type| {
            jwk::algorithm(jwk.alg.as_deref(), algorithm, key_type)
        })
    }

    pub(crate) fn from_ec_parts(algorithm: Algorithm, d: &[u8], point: &[u8]) -> Result<Self, KeyError> {
        let curve = match algorithm.key_type() {
            KeyType::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            KeyType::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            key_type @ (KeyType::Rsa | KeyType::Ed25519) => {
                return Err(KeyError::AlgorithmMismatch { algorithm, key_type });
            }
        };
        let pair = EcdsaKeyPair::from_private_key_and_public_key(curve, d, point)
            .map_err(|_| KeyError::Malformed)?;
        Self::with_pair(algorithm, KeyPair::Ec(pair))
    }

    pub(crate) fn from_ed25519_parts(seed: &[u8], public: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_and_public_key(seed, public).map_err(|_| KeyError::Malformed)?;
        Self::with_pair(Algorithm::EdDSA, KeyPair::Ed25519(pair))
    }

    fn with_pair(algorithm: Algorithm, pair: KeyPair) -> Result<Self, KeyError> {
        let spki = match &pair {
            KeyPair::Rsa(pair) => pair.public_key().as_der(),
            KeyPair::Ec(pair) => pair.public_key().as_der(),
            KeyPair::Ed25519(pair) => pair.public_key().as_der(),
        }
        .map_err(|_| KeyError::Encoding)?;
        let public = PublicKey::from_spki_der(algorithm, spki.as_ref()).map_err(|error| match error {
            SpkiError::Key(error) => error,
            _ => KeyError::Malformed,
        })?;
        Ok(Self { pair, public })
    }

    /// The same key under a `kid` of its own.
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        Self {
            public: self.public.with_kid(kid),
            ..self
        }
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The algorithm that this key signs with, and no other.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm()
    }

    /// The key's id.
    pub fn kid(&self) -> &str {
        self.public.kid()
    }

    /// PKCS#8, unencrypted: to be sealed by whoever stores it.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if memory runs out.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let written = match &self.pair {
            KeyPair::Rsa(pair) => pair.as_der().map(|der: Pkcs8V1Der<'_>| der.as_ref().to_vec()),
            KeyPair::Ec(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            KeyPair::Ed25519(pair) => pair.as_der().map(|der: Pkcs8V1Der<'_>| der.as_ref().to_vec()),
        };
        written.map(Zeroizing::new).map_err(|_| KeyError::Encoding)
    }

    /// PKCS#8 in PEM (`BEGIN PRIVATE KEY`).
    ///
    /// # Errors
    /// [`KeyError::Encoding`] if memory runs out.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        Ok(pem::encode("PRIVATE KEY", &self.to_pkcs8_der()?))
    }

    /// Signs `message`. Takes no lock; RSA costs about 0.35, 1 or 2 ms by length, the others less than 0.03
    /// ms.
    ///
    /// # Errors
    /// [`SignError`] if the library fails.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        let random = SystemRandom::new();
        match &self.pair {
            KeyPair::Rsa(pair) => {
                let padding: &'static dyn RsaEncoding = match self.algorithm() {
                    Algorithm::RS256 => &RSA_PKCS1_SHA256,
                    Algorithm::PS256 => &RSA_PSS_SHA256,
                    Algorithm::ES256 | Algorithm::ES384 | Algorithm::EdDSA => return Err(SignError),
                };
                let mut signature = Signature::zeroed(pair.public_modulus_len())?;
                pair.sign(padding, &random, message, signature.as_mut())
                    .map_err(|_| SignError)?;
                Ok(signature)
            }
            KeyPair::Ec(pair) => pair
                .sign(&random, message)
                .map_err(|_| SignError)
                .and_then(|signature| Signature::new(signature.as_ref())),
            KeyPair::Ed25519(pair) => pair
                .try_sign(message)
                .map_err(|_| SignError)
                .and_then(|signature| Signature::new(signature.as_ref())),
        }
    }

    /// Signs a JWS with exactly this protected header and payload, both as JSON text (RFC 7515 §7.1). For
    /// tokens issued in numbers, [`crate::Signer`] encodes the header once.
    ///
    /// # Errors
    /// [`SignError`] if the library fails.
    pub fn sign_compact(&self, header: &[u8], payload: &[u8]) -> Result<String, SignError> {
        let mut start = base64url::encode(header);
        start.push('.');
        self.finish_compact(&start, payload)
    }

    /// `start` is the encoded header and its dot. One allocation, of the token's length.
    pub(crate) fn finish_compact(&self, start: &str, payload: &[u8]) -> Result<String, SignError> {
        let payload_len = base64url::encoded_len(payload.len());
        let signature_len = base64url::encoded_len(self.signature_len());
        let mut token = String::with_capacity(start.len() + payload_len + 1 + signature_len);
        token.push_str(start);
        base64url::append(&mut token, payload);
        let signature = self.sign(token.as_bytes())?;
        token.push('.');
        base64url::append(&mut token, signature.as_ref());
        Ok(token)
    }

    fn signature_len(&self) -> usize {
        match &self.pair {
            KeyPair::Rsa(pair) => pair.public_modulus_len(),
            KeyPair::Ec(_) if self.algorithm() == Algorithm::ES384 => 96,
            KeyPair::Ec(_) | KeyPair::Ed25519(_) => 64,
        }
    }

    /// Signs a fixed text and verifies the signature with the public half: a key that fails must not issue
    /// anything (SEC-016).
    ///
    /// # Errors
    /// [`SignError`] if either fails.
    pub fn sign_and_verify(&self) -> Result<(), SignError> {
        let text = b"the self-test of a signing key";
        let signature = self.sign(text)?;
        if self.public.verify(text, signature.as_ref()) {
            Ok(())
        } else {
            Err(SignError)
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}
