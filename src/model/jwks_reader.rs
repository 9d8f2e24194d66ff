use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, KeyId};

/// Somebody who reads an account's JWK set, to verify with.
#[derive(Clone, Debug)]
pub struct JwksReader {
    /// Whose set.
    pub account_id: AccountId,
    /// A name for the row: who it is, from where, under which name.
    pub reader: String,
    /// The client that it reads for, where it proved that or registered address or user agent.
    pub client_id: Option<ClientId>,
    /// Where it reads from.
    pub address: String,
    /// What it calls itself.
    pub user_agent: String,
    /// The keys that it was given last.
    pub kids: Vec<KeyId>,
    /// When.
    pub seen_at: Timestamp,
    /// Until when it may use its copy.
    pub copy_until: Timestamp,
    /// Until when somebody of that name may use a copy from before, of another set: several machines often share an
    /// address, and each has a copy of its own.
    pub stale_until: Option<Timestamp>,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

impl JwksReader {
    /// Whether it has seen that key.
    pub fn knows(&self, kid: &KeyId) -> bool {
        self.kids.contains(kid)
    }

    /// Until when somebody of that name may use a copy without that key; none where every copy had it.
    pub fn lacks_until(&self, kid: &KeyId) -> Option<Timestamp> {
        if self.knows(kid) {
            self.stale_until
        } else {
            Some(
                self.stale_until
                    .map_or(self.copy_until, |stale| stale.max(self.copy_until)),
            )
        }
    }
}
