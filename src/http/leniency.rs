//! Every use of a leniency is counted, so that nobody relies on one without anybody knowing.

use crate::model::Client;

/// Counts one use of a client's leniency.
pub fn used(switch: &'static str, client: &Client) {
    metrics::counter!("signet_leniency_used_total", "switch" => switch).increment(1);
    tracing::debug!(client = %client.client_id, switch, "leniency used");
}
