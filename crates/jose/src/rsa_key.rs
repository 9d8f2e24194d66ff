//! The only place that uses the `rsa` crate: making keys and converting them. It never signs and never
//! decrypts (RUSTSEC-2023-0071).

use rsa::pkcs8::{DecodePublicKey as _, Document, EncodePrivateKey as _, EncodePublicKey as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{BoxedUint, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::{KeyError, PublicKey as PublishedKey, RsaBits};

/// The public key's integers, big-endian without leading zeros.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PublicParts {
    pub(crate) n: Vec<u8>,
    pub(crate) e: Vec<u8>,
}

impl PublicParts {
    /// Length of the modulus in bits.
    pub(crate) fn bits(&self) -> usize {
        let unused = self.n.first().map_or(0, |first| first.leading_zeros());
        (self.n.len() * 8).saturating_sub(unused as usize)
    }
}

/// PKCS#8 of a new key with exponent 65537.
pub(crate) fn generate(bits: RsaBits) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let key = PrivateKey::new(&mut getrandom::SysRng, bits.bits()).map_err(|_| KeyError::Generation)?;
    pkcs8(&key)
}

/// PKCS#8 of a key given by its integers. `primes` may be empty: they follow from the rest.
pub(crate) fn pkcs8_from_parts(
    public: &PublicParts,
    private_exponent: &[u8],
    primes: &[Zeroizing<Vec<u8>>],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    require_private_size(public.bits())?;
    // The crate subtracts one from its multiple, and panics.
    if private_exponent.iter().all(|byte| *byte == 0) {
        return Err(KeyError::Malformed);
    }
    let primes = primes.iter().map(|prime| integer(prime)).collect();
    let key = PrivateKey::from_components(
        integer(&public.n),
        integer(&public.e),
        integer(private_exponent),
        primes,
    )
    .map_err(|_| KeyError::Malformed)?;
    pkcs8(&key)
}

/// A longer key than we make could be verified, but signing with it would take too long.
pub(crate) fn require_private_size(bits: usize) -> Result<(), KeyError> {
    if bits < PublishedKey::MIN_RSA_BITS {
        Err(KeyError::TooSmall { bits })
    } else if bits > RsaBits::Rsa4096.bits() {
        Err(KeyError::TooLarge { bits })
    } else {
        Ok(())
    }
}

fn pkcs8(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    key.to_pkcs8_der()
        .map(|document| Zeroizing::new(document.as_bytes().to_vec()))
        .map_err(|_| KeyError::Encoding)
}

/// The integers of an SPKI.
pub(crate) fn parts_from_spki(der: &[u8]) -> Result<PublicParts, KeyError> {
    let key = PublicKey::from_public_key_der(der).map_err(|_| KeyError::Malformed)?;
    Ok(PublicParts {
        n: key.n_bytes().into(),
        e: key.e_bytes().into(),
    })
}

/// The SPKI of a public key given by its integers, if they make a sound key: an odd modulus, an odd
/// exponent below 2^33.
pub(crate) fn spki_from_parts(parts: &PublicParts) -> Result<Vec<u8>, KeyError> {
    let key = PublicKey::new(integer(&parts.n), integer(&parts.e)).map_err(|_| KeyError::Malformed)?;
    key.to_public_key_der()
        .map(Document::into_vec)
        .map_err(|_| KeyError::Encoding)
}

fn integer(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}
