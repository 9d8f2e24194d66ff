use jose::KeyManagement;

use crate::base::Timestamp;
use crate::base::id::{AccountId, KeyId};
use crate::model::Sealed;

/// A key that clients encrypt their request objects to (RFC 9101 §6.1), as it is stored. It signs nothing.
#[derive(Clone, Debug)]
pub struct DecryptionKey {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its RFC 7638 thumbprint.
    pub kid: KeyId,
    /// How content keys reach it.
    pub alg: KeyManagement,
    /// PKCS#8, sealed under the sealing key. The public half is read from it.
    pub private_key: Sealed,
    /// When it was made, and published.
    pub created_at: Timestamp,
    /// Since when it isn't published any more. It still decrypts for a while, for whoever keeps a copy of the JWK set.
    pub replaced_at: Option<Timestamp>,
}
