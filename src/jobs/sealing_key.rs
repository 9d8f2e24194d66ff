//! Learns which sealing key seals, where it is being changed: every node for itself.

use crate::context::Services;
use crate::keys::SealingKeyError;
use crate::store;

/// One turn. A key that the database knows and that is nowhere to be had is told at every turn, as an operator's
/// business: what is held goes on working.
pub async fn run(services: &Services) -> store::Result<()> {
    services
        .sealer
        .follow(&services.db)
        .await
        .map_err(|error| match error {
            SealingKeyError::Store(error) => error,
            error => store::Error::Unavailable(error.to_string()),
        })
}
