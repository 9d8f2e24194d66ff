//! Authorization codes as sealed values: all that a redemption needs travels in the code, so that issuing one
//! writes nothing (docs/decisions/0002).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Sealer;
use super::sealed_value::ValueSealer;
use crate::base::Entropy;
use crate::base::id::AccountId;

/// No code that we make is longer; what is longer is not looked at.
const LONGEST: usize = 16 * 1024;

/// Seals codes and opens them.
#[derive(Debug)]
pub struct CodeSealer(ValueSealer);

impl CodeSealer {
    /// With a key that all nodes derive alike.
    pub fn new(sealer: &Sealer) -> Self {
        Self(ValueSealer::new(sealer, "authorization code"))
    }

    /// A code that carries `content` and opens in `account` alone.
    pub fn seal(&self, account: &AccountId, content: &[u8], entropy: &Entropy) -> Option<String> {
        let whole = self.0.seal(account, content, entropy)?;
        Some(URL_SAFE_NO_PAD.encode(whole))
    }

    /// What a code carries; `None` for anything that we did not make for `account`.
    pub fn open(&self, account: &AccountId, code: &str) -> Option<Vec<u8>> {
        if code.len() > LONGEST {
            return None;
        }
        self.0.open(account, &URL_SAFE_NO_PAD.decode(code).ok()?)
    }
}
