//! Writes down how much was signed for programs, so that none of their requests waits for it. Every node does, of its own.

use crate::context::Services;
use crate::store;

/// One turn.
pub async fn run(services: &Services) -> store::Result<()> {
    services.signed_windows.write().await
}
