//! Firebase, which exports hashes and salts apart from the parameters of the project.

use crate::encoding;
use crate::form::{FirebaseScrypt, ScryptCost, firebase_cost};
use crate::refusal::Refusal;
use crate::stored::StoredHash;
use std::fmt;
use zeroize::Zeroizing;

/// The password hash parameters of a Firebase project, from its console.
#[derive(Clone)]
pub struct FirebaseProject {
    cost: ScryptCost,
    salt_separator: Vec<u8>,
    signer_key: Zeroizing<Vec<u8>>,
}

impl FirebaseProject {
    /// Takes `base64_signer_key`, `base64_salt_separator`, `rounds` and `mem_cost` as the console shows them.
    pub fn new(signer_key: &str, salt_separator: &str, rounds: u32, mem_cost: u32) -> Result<Self, Refusal> {
        Ok(Self {
            cost: firebase_cost(mem_cost, rounds)?,
            salt_separator: decode("salt separator", salt_separator)?,
            signer_key: Zeroizing::new(decode("signer key", signer_key)?),
        })
    }

    /// The hash of a user, from `passwordHash` and `salt` of `firebase auth:export`, in base64 of either alphabet.
    pub fn hash_of(&self, password_hash: &str, salt: &str) -> Result<StoredHash, Refusal> {
        FirebaseScrypt::new(
            self.cost,
            self.salt_separator.clone(),
            self.signer_key.to_vec(),
            decode("salt", salt)?,
            decode("hash", password_hash)?,
        )
        .map(StoredHash::from)
    }
}

fn decode(part: &'static str, text: &str) -> Result<Vec<u8>, Refusal> {
    encoding::decode(text.trim()).ok_or(Refusal::malformed("firebase-scrypt", part))
}

impl fmt::Debug for FirebaseProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirebaseProject(…)")
    }
}
