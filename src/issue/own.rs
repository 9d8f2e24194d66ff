//! What a token says of itself, checked once more before it is signed (SEC-012): nothing that is known of a consumer, and no
//! contract, may have written over it.

use serde_json::{Map, Value};

use super::IssueError;
use crate::context::Context;
use crate::model::Client;

/// Claims by their names, each with the value that it must have; `None` where there must be none.
#[derive(Debug)]
pub(super) struct Own<const N: usize>(pub(super) [(&'static str, Option<Value>); N]);

impl<const N: usize> Own<N> {
    /// Those that there are.
    pub(super) fn payload(&self) -> Map<String, Value> {
        let there = self.0.iter();
        there
            .filter_map(|(name, value)| Some(((*name).to_owned(), value.clone()?)))
            .collect()
    }

    /// The first that isn't as it must be.
    fn altered(&self, payload: &Map<String, Value>) -> Option<&'static str> {
        let mut own = self.0.iter();
        own.find(|(name, value)| payload.get(*name) != value.as_ref())
            .map(|(name, _)| *name)
    }

    /// Nothing is issued that isn't as it must be, and operators are told.
    pub(super) fn demand(
        &self,
        context: &Context,
        client: &Client,
        payload: &Map<String, Value>,
    ) -> Result<(), IssueError> {
        let Some(claim) = self.altered(payload) else {
            return Ok(());
        };
        tracing::error!(
            target: "audit", event = "idtoken.selfcheck", request_id = %context.request_id, ip = %context.ip,
            account = %client.account_id, client = %client.client_id, outcome = "refused", reason = claim,
            "an id_token says something else of itself than it should"
        );
        Err(IssueError::Altered(claim))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sec_012_whatever_is_written_over_and_whatever_is_added_is_seen() {
        let own = Own([
            ("iss", Some("https://brand.example".into())),
            ("aud", Some(json!(["crm"]))),
            ("nonce", Some("n".into())),
            ("auth_time", Some(1.into())),
            ("at_hash", Some("a".into())),
            ("c_hash", None),
        ]);
        let mut payload = own.payload();
        assert_eq!(payload.len(), 5);
        payload.insert("email".to_owned(), "ana@example.test".into());
        assert_eq!(own.altered(&payload), None);
        for (name, _) in &own.0 {
            for other in [json!("other"), json!(null), json!(["crm", "other"]), json!("1")] {
                let mut payload = payload.clone();
                payload.insert((*name).to_owned(), other);
                assert_eq!(own.altered(&payload), Some(*name));
            }
            let mut payload = payload.clone();
            if payload.remove(*name).is_some() {
                assert_eq!(own.altered(&payload), Some(*name));
            }
        }
    }
}
