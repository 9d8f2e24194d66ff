//! What a brand tells of a consumer, hidden from whoever carries the platform's token (section 5.3 of the platform
//! contract).

use super::Sealer;
use super::sealed_value::ValueSealer;
use crate::base::id::AccountId;
use crate::base::{Entropy, from_hex, hex};

/// Seals attributes, for the account that they are told to alone.
#[derive(Debug)]
pub struct AttributeSealer(ValueSealer);

impl AttributeSealer {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(ValueSealer::new(sealer, "consumer attributes"))
    }

    /// The ciphertext in hexadecimal.
    pub fn seal(&self, account: &AccountId, plain: &[u8], entropy: &Entropy) -> Option<String> {
        let whole = self.0.seal(account, plain, entropy)?;
        Some(hex(&whole))
    }

    /// What was sealed; nothing for what was sealed elsewhere, or for another account.
    pub fn open(&self, account: &AccountId, sealed: &str) -> Option<Vec<u8>> {
        self.0.open(account, &from_hex(sealed)?)
    }
}
