use oauth::Scope;

use crate::base::Timestamp;
use crate::base::id::{AccountId, ClientId, GrantId, Subject};

/// What a consumer has allowed a client. Every token of it hangs on it.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Whose it is.
    pub account_id: AccountId,
    /// Its id.
    pub grant_id: GrantId,
    /// Who allowed it.
    pub sub: Subject,
    /// To whom.
    pub client_id: ClientId,
    /// What.
    pub scope: Scope,
    /// When first.
    pub created_at: Timestamp,
    /// When last widened.
    pub updated_at: Timestamp,
}
