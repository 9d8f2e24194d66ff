//! The gateway's identity service for consumers, called as any messaging window calls it: over HTTP, at its public address
//! (section 5 of the platform contract).

use anyhow::Context as _;
use outbound::Answer;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::seed::Seeded;
use crate::base::id::ConnectorId;
use crate::context::Services;
use crate::model::{Connector, ConnectorKind};

/// Where it is, and through which connectors.
pub(super) struct IdentityService {
    account: Url,
    redeemed: ConnectorId,
}

/// What it gives.
#[derive(Deserialize)]
struct Given {
    token: String,
}

/// Somebody who doesn't log in, with what they come back with and what the platform's services take.
pub(super) struct Nameless {
    pub(super) external: String,
    pub(super) internal: String,
}

impl IdentityService {
    pub(super) fn new(services: &Services, seeded: &Seeded) -> anyhow::Result<Self> {
        let account = format!(
            "{}/api/account/{}/",
            services.settings.server.public_url, seeded.account.account_id
        );
        Ok(Self {
            account: account.parse().context("the identity service's address")?,
            redeemed: seeded.connectors.redeemed.connector_id.clone(),
        })
    }

    /// A name for somebody who has none, and what the platform's services take for it.
    pub(super) async fn anonymous(
        &self,
        http: &outbound::Client,
        connector: &Connector,
    ) -> Result<Nameless, String> {
        let external = self.ask(http, "anonymous/authorize", &json!({})).await?;
        let path = exchange(&connector.connector_id);
        let internal = self.ask(http, &path, &json!({"id_token": external})).await?;
        Ok(Nameless { external, internal })
    }

    /// What the platform's services take for the brand's token, which was handed over through `connector`. With the token of
    /// who the consumer was before, they are the same from then on.
    pub(super) async fn authenticate(
        &self,
        http: &outbound::Client,
        connector: &Connector,
        id_token: &str,
        before: Option<&str>,
    ) -> Result<String, String> {
        // A code is redeemed already: what it was worth is shown through a connector that takes tokens of its client.
        let through = match connector.kind {
            ConnectorKind::Code => &self.redeemed,
            ConnectorKind::Implicit | ConnectorKind::Anonymous => &connector.connector_id,
        };
        let body = match before {
            Some(before) => json!({"id_token": id_token, "anonymous_token": before}),
            None => json!({"id_token": id_token}),
        };
        self.ask(http, &exchange(through), &body).await
    }

    async fn ask(&self, http: &outbound::Client, path: &str, body: &Value) -> Result<String, String> {
        let url = self.account.join(path).map_err(|error| error.to_string())?;
        let answer: Answer = http
            .post_json(&url, body.to_string())
            .await
            .map_err(|error| format!("it can't be asked: {error}"))?;
        if !answer.status.is_success() {
            return Err(format!("it answered {}", answer.status.as_str()));
        }
        let given: Given = answer.json().map_err(|_| "its answer has no token".to_owned())?;
        Ok(given.token)
    }
}

fn exchange(connector: &ConnectorId) -> String {
    format!("app/{connector}/authenticate?v=3.0")
}
