//! Calling a client whose consumer has answered (CIBA §10.2).

use http::StatusCode;

use crate::context::{Context, OutboundError};
use crate::keys::Place;
use crate::model::Client;
use crate::model::backchannel::{BackchannelRequest, Ping};

/// Why a client was not called.
#[derive(Debug, thiserror::Error)]
pub enum PingError {
    /// What it is called with can't be sealed or opened.
    #[error("what the client is called with can't be sealed or opened")]
    Sealed,
    /// It doesn't say where any more.
    #[error("the client has no notification endpoint")]
    Nowhere,
    /// Nobody can be called.
    #[error(transparent)]
    Setup(#[from] OutboundError),
    /// It can't be called.
    #[error("{0}")]
    Unreachable(#[from] outbound::Error),
    /// It answers with an error.
    #[error("the notification endpoint answered {0}")]
    Status(StatusCode),
}

/// Seals what a client is to be called with.
pub fn seal(context: &Context, handle: &str, ping: &Ping) -> Result<crate::model::Sealed, PingError> {
    let json = zeroize::Zeroizing::new(serde_json::to_vec(ping).map_err(|_| PingError::Sealed)?);
    let account = &context.tenant.account.account_id;
    let sealer = &context.services.sealer;
    sealer
        .seal(&place(account, handle), &json)
        .map_err(|_| PingError::Sealed)
}

/// Tells the client once that it may ask now. Any answer that is a success will do.
pub async fn send(context: &Context, request: &BackchannelRequest, client: &Client) -> Result<(), PingError> {
    let services = &context.services;
    let sealed = request.ping.as_ref().ok_or(PingError::Nowhere)?;
    let endpoint = client.settings.backchannel_client_notification_endpoint.as_ref();
    let endpoint = endpoint.ok_or(PingError::Nowhere)?;
    services.sealer.meet(&services.db, [sealed]).await;
    let place = place(&request.account_id, &request.handle);
    let json = services
        .sealer
        .open(&place, sealed)
        .map_err(|_| PingError::Sealed)?;
    let ping: Ping = serde_json::from_slice(&json).map_err(|_| PingError::Sealed)?;
    let body = serde_json::json!({ "auth_req_id": ping.auth_req_id }).to_string();
    let status = services
        .outbound
        .client()?
        .notify_json(endpoint, &ping.token, body)
        .await?;
    if status.is_success() {
        Ok(())
    } else {
        Err(PingError::Status(status))
    }
}

fn place<'a>(account: &'a crate::base::id::AccountId, handle: &'a str) -> Place<'a> {
    Place {
        table: "backchannel_requests",
        column: "ping",
        row: handle,
        account: Some(account),
    }
}
