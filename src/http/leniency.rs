//! Every use of a leniency is counted, so that nobody relies on one without anybody knowing.

use super::figures;
use crate::model::Client;

/// Counts one use of a client's leniency.
pub fn used(switch: &'static str, client: &Client) {
    figures::leniency_used(switch);
    tracing::debug!(client = %client.client_id, switch, "leniency used");
}

/// Counts an answer with claims about the consumer, where the client gets all of them.
pub fn told_all(client: &Client) {
    if client.settings.leniency.all_claims {
        used("all_claims", client);
    }
}
