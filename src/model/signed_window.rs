use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};

/// What one key signs for one program that ends within the same stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SignedWindow {
    /// Whose it is.
    pub account_id: AccountId,
    /// The key.
    pub kid: KeyId,
    /// The program.
    pub client_id: ClientId,
    /// When the window is over: no token in it lives longer.
    pub expires_at: Timestamp,
}
