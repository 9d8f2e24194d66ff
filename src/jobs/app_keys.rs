//! Writes down when API keys were used last, so that no request waits for it. Every node does, of what it has seen.

use crate::context::Services;
use crate::store;

/// One turn.
pub async fn run(services: &Services) -> store::Result<()> {
    services.app_keys.write_used().await
}
