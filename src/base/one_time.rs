use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Entropy;

/// A kind of opaque value. Its name goes into the digest, so that a value of one kind never passes for another
/// (SEC-009).
pub trait OneTimeKind {
    /// The name, unique among all kinds.
    const NAME: &'static str;
}

/// An opaque value that we hand out: 256 random bits, base64url (SEC-008). Only its digest is ever stored.
pub struct OneTime<K>(String, PhantomData<K>);

impl<K: OneTimeKind> OneTime<K> {
    /// A new value.
    pub fn fresh(entropy: &Entropy) -> Self {
        Self(URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()), PhantomData)
    }

    /// The same in 64 digits of lower-case hexadecimal, where others expect that form.
    pub fn fresh_hex(entropy: &Entropy) -> Self {
        Self(super::hex(&entropy.bytes::<32>()), PhantomData)
    }

    /// A value as somebody presents it. Anything is taken: what was never handed out is simply unknown.
    pub fn presented(text: &str) -> Self {
        Self(text.to_owned(), PhantomData)
    }

    /// The text to hand out.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored and looked up.
    pub fn digest(&self) -> Digest<K> {
        Digest::of(&self.0)
    }
}

impl<K> Drop for OneTime<K> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<K> ZeroizeOnDrop for OneTime<K> {}

impl<K: OneTimeKind> fmt::Debug for OneTime<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(…)", K::NAME)
    }
}

/// The SHA-256 digest of an opaque value together with its kind (SEC-148).
pub struct Digest<K>([u8; 32], PhantomData<K>);

impl<K: OneTimeKind> Digest<K> {
    /// The digest of a value as it is presented.
    pub fn of(text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(K::NAME.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        Self(hash.finalize().into(), PhantomData)
    }
}

impl<K> Digest<K> {
    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A digest as the store gave it; `None` where it hasn't 32 bytes.
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?, PhantomData))
    }
}

impl<K> Clone for Digest<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Digest<K> {}
impl<K> PartialEq for Digest<K> {
    fn eq(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.0[..], &other.0[..]).into()
    }
}
impl<K> Eq for Digest<K> {}
impl<K> std::hash::Hash for Digest<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: OneTimeKind> fmt::Debug for Digest<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (begin, _) = self.0.split_at(4);
        write!(f, "{}#{}", K::NAME, super::hex(begin))
    }
}
