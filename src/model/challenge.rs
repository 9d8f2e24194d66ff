use crate::base::id::{AccountId, Subject};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// The kind of value that a link out of a mail carries. Its name is the kind in the database, too.
pub trait ChallengeKind: OneTimeKind {}

/// The kind of value that lets a consumer choose a new password (SEC-091).
#[derive(Debug)]
pub enum Recovery {}
impl OneTimeKind for Recovery {
    const NAME: &'static str = "recovery";
}
impl ChallengeKind for Recovery {}

/// The kind of value that proves an e-mail address (SEC-092).
#[derive(Debug)]
pub enum AddressProof {}
impl OneTimeKind for AddressProof {
    const NAME: &'static str = "address";
}
impl ChallengeKind for AddressProof {}

/// A link that was sent to an address.
#[derive(Clone, Debug)]
pub struct Challenge<K: ChallengeKind> {
    /// The digest of what the link carries.
    pub digest: Digest<K>,
    /// Whose it is.
    pub account_id: AccountId,
    /// For whom: nobody, where nobody has the name that was typed.
    pub sub: Subject,
    /// Where it was sent, in canonical form; empty where it was sent nowhere.
    pub address: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}
