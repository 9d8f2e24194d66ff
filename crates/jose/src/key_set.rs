//! Keys to verify with, parsed.

use crate::{Algorithm, JwkSet, PublicKey};

/// The usable keys of a JWK set.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<PublicKey>,
}

impl KeySet {
    /// Parses the keys of a set, leaving out those that we can't verify with: unknown types, encryption
    /// keys, damaged ones. With `algorithm`, which a record of ours pins to their owner, only keys of it
    /// remain. Call [`PublicKey::from_jwk`] on each to learn why one was left out.
    pub fn from_jwk_set(set: &JwkSet, algorithm: Option<Algorithm>) -> Self {
        set.keys
            .iter()
            .filter_map(|jwk| PublicKey::from_jwk(jwk, algorithm).ok())
            .collect()
    }

    /// The keys.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// The key with this id. A token without `kid` gets the only key of a set of one, and none of a larger
    /// set (OIDC Core §10.1).
    pub fn find(&self, kid: Option<&str>) -> Option<&PublicKey> {
        match (kid, self.keys.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid() == kid),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

impl FromIterator<PublicKey> for KeySet {
    fn from_iter<I: IntoIterator<Item = PublicKey>>(keys: I) -> Self {
        Self {
            keys: keys.into_iter().collect(),
        }
    }
}
