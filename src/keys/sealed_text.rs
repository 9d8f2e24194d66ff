//! What is handed out carries all that it stands for, sealed, so that handing it out writes nothing: authorization codes
//! (docs/decisions/0002), and the access tokens of programs (docs/decisions/0030).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Sealer;
use super::sealed_value::ValueSealer;
use crate::base::Entropy;
use crate::base::id::AccountId;

/// Nothing that we make is longer; what is longer is not looked at.
const LONGEST: usize = 16 * 1024;

/// Seals values of one purpose into base64url, and opens them.
#[derive(Debug)]
pub struct TextSealer(ValueSealer);

impl TextSealer {
    /// Of authorization codes, with a key that all nodes derive alike.
    pub fn of_codes(sealer: &Sealer) -> Self {
        Self(ValueSealer::new(sealer, "authorization code"))
    }

    /// Of access tokens, likewise.
    pub fn of_access_tokens(sealer: &Sealer) -> Self {
        Self(ValueSealer::new(sealer, "access token"))
    }

    /// A text that carries `content` and opens in `account` alone.
    pub fn seal(&self, account: &AccountId, content: &[u8], entropy: &Entropy) -> Option<String> {
        let whole = self.0.seal(account, content, entropy)?;
        Some(URL_SAFE_NO_PAD.encode(whole))
    }

    /// What a text carries; `None` for anything that we did not make for `account` and this purpose.
    pub fn open(&self, account: &AccountId, text: &str) -> Option<Vec<u8>> {
        if text.len() > LONGEST {
            return None;
        }
        self.0.open(account, &URL_SAFE_NO_PAD.decode(text).ok()?)
    }
}
