use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Entropy, Timestamp};

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

    /// A new value that begins with when it was made, for what is made all day: such values lie beside each other in the store's
    /// index, so that a new one goes to its end, however many there are (docs/decisions/0056).
    pub fn fresh_at(now: Timestamp, entropy: &Entropy) -> Self {
        let [_, _, made @ ..] = now.millis().to_be_bytes();
        let made = URL_SAFE_NO_PAD.encode(made);
        let random = URL_SAFE_NO_PAD.encode(entropy.bytes::<32>());
        Self(format!("{made}.{random}"), PhantomData)
    }

    /// 256 random bits in 64 digits of lower-case hexadecimal, where others expect that form.
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

/// The SHA-256 digest of an opaque value together with its kind (SEC-148); of one that begins with when it was made, that, and
/// the beginning of the digest: 208 bits.
pub struct Digest<K>([u8; 32], PhantomData<K>);

impl<K: OneTimeKind> Digest<K> {
    /// The digest of a value as it is presented.
    pub fn of(text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(K::NAME.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        let mut digest: [u8; 32] = hash.finalize().into();
        if let Some(made) = made(text) {
            digest.rotate_right(made.len());
            for (byte, made) in digest.iter_mut().zip(made) {
                *byte = made;
            }
        }
        Self(digest, PhantomData)
    }
}

/// When a value says that it was made; nothing where it says nothing.
fn made(text: &str) -> Option<[u8; 6]> {
    let (made, random) = text.split_once('.')?;
    let fits = made.len() == 8 && random.len() == 43;
    fits.then(|| URL_SAFE_NO_PAD.decode(made).ok()?.try_into().ok())?
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
        let (_, end) = self.0.split_at(28);
        write!(f, "{}#{}", K::NAME, super::hex(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ticket;

    impl OneTimeKind for Ticket {
        const NAME: &'static str = "ticket";
    }

    fn made_at<const N: usize>(millis: [i64; N]) -> [OneTime<Ticket>; N] {
        let entropy = Entropy::seeded(8);
        millis.map(|millis| OneTime::fresh_at(Timestamp::from_millis(millis), &entropy))
    }

    #[test]
    fn digests_are_ordered_by_when_their_values_were_made() {
        let [early, late] = made_at([1_790_000_000_255, 1_790_000_000_256]);
        assert!(early.digest().as_bytes() < late.digest().as_bytes());
    }

    #[test]
    fn sec_008_values_of_one_moment_differ_in_256_bits_that_their_digests_hold() {
        let [one, other] = made_at([1_790_000_000_000; 2]);
        let (moment, random) = one.expose().split_once('.').unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(random).unwrap().len(), 32);
        assert!(other.expose().starts_with(moment) && !other.expose().ends_with(random));
        assert_ne!(one.digest(), other.digest());
        assert_eq!(one.digest(), Digest::of(one.expose()));
        let another_moment = format!("AAAAAAAA.{random}");
        assert_ne!(
            one.digest().as_bytes()[6..],
            Digest::<Ticket>::of(&another_moment).as_bytes()[6..]
        );
    }

    #[test]
    fn anything_else_has_a_digest_of_its_own() {
        let texts = [
            "",
            ".",
            "AAAAAAAA.",
            "ÄÄÄÄ.x",
            &"A".repeat(52),
            &format!("{}.{}", "~".repeat(8), "A".repeat(43)),
        ];
        let digests: std::collections::HashSet<_> =
            texts.iter().map(|text| Digest::<Ticket>::of(text)).collect();
        assert_eq!(digests.len(), texts.len());
    }
}
