use oauth::Scope;

use crate::base::id::{AccountId, ClientId, ConnectorId};
use crate::base::{Digest, OneTimeKind, Timestamp};

/// What the browser carries through a brand's login, for a program that waits.
#[derive(Debug)]
pub enum DelegationState {}

impl OneTimeKind for DelegationState {
    const NAME: &'static str = "delegation-state";
}

/// A consumer who is asked to let a program act for them at their brand (section 1.15 of the platform contract).
#[derive(Clone, Debug)]
pub struct Delegation {
    /// Of what the browser carries.
    pub digest: Digest<DelegationState>,
    /// In which account.
    pub account_id: AccountId,
    /// What the program calls it.
    pub delegation_id: String,
    /// At whose brand.
    pub connector_id: ConnectorId,
    /// The program.
    pub client_id: ClientId,
    /// What it wants to be allowed.
    pub scope: Scope,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Until when the browser may come back, and then until when the program may fetch.
    pub expires_at: Timestamp,
}
