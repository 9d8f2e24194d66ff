//! Which connector a request goes through, and what comes of it.

use zeroize::Zeroizing;

use crate::base::id::ConnectorId;
use crate::context::Context;
use crate::directory::connector::client_secret;
use crate::gateway::consumer_identity::{CheckName, Gate, Presented, Refused, Verified};
use crate::gateway::{Error, InternalCode};
use crate::http::figures;
use crate::model::account::Flow;
use crate::model::{Connector, ConnectorKind};
use crate::store;
use http::StatusCode;

/// A brand's token isn't valid (section 5.5 of the platform contract).
pub(super) const NOT_VALID: Error = Error::identity("9007");
/// A brand's token can't be decrypted.
const NOT_DECRYPTED: Error = Error::identity("9012");
/// A code is worth nothing (section 1.4).
const NOT_REDEEMED: Error = Error::window(
    StatusCode::UNAUTHORIZED,
    InternalCode::Rejected,
    "Failed to validate user with customer authentication service",
);

/// The most connectors that are looked at for the only one of a flow.
const MOST: i64 = 200;

/// The connector of that id, where it is in use.
pub(in crate::gateway) async fn enabled(context: &Context, id: &str) -> Result<Connector, Error> {
    let Ok(id) = ConnectorId::parse(id) else {
        return Err(Error::not_found());
    };
    let account = &context.tenant.account.account_id;
    let found = store::connectors::find(context.db(), account, &id).await?;
    found
        .filter(|connector| connector.enabled)
        .ok_or_else(Error::not_found)
}

/// The account's preferred connector of its flow; of a flow with one connector, that one.
pub(super) async fn preferred(context: &Context) -> Result<Connector, Error> {
    let account = &context.tenant.account;
    let kinds: &[ConnectorKind] = match account.settings.flow {
        Some(Flow::Code) => &[ConnectorKind::Code],
        Some(Flow::Implicit) => &[ConnectorKind::Implicit],
        None => &[ConnectorKind::Code, ConnectorKind::Implicit],
    };
    for kind in kinds {
        let preferred = store::connectors::find_preferred(context.db(), &account.account_id, *kind).await?;
        if let Some(connector) = preferred.filter(|connector| connector.enabled) {
            return Ok(connector);
        }
    }
    let mut all = store::connectors::list(context.db(), &account.account_id, None, MOST, false).await?;
    all.retain(|it| it.enabled && kinds.contains(&it.kind) && !it.configuration.is_delegation());
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(Error::not_found().because("the account has no preferred connector")),
    }
}

/// Who is there. A refusal is logged with the check that failed, which nobody else is told.
pub(super) async fn verify(
    context: &Context,
    connector: &Connector,
    presented: Presented,
) -> Result<Verified, Error> {
    let services = &context.services;
    let decryption = services.platform_keys.encryption().await;
    if let Err(error) = &decryption {
        tracing::error!(request_id = %context.request_id, %error, "the platform's encryption key can't be had");
    }
    let secret = client_secret(services, connector).await;
    let gate = Gate {
        decryption: decryption.ok(),
        ..gate(context, connector, secret.as_ref())?
    };
    // The whole of it is larger than what a handler should keep on its stack.
    match Box::pin(gate.authenticate(presented)).await {
        Ok(verified) => {
            figures::consumer_token("verified");
            Ok(verified)
        }
        Err(refused) => Err(gate_failed(context, connector, &refused)),
    }
}

/// What lets a program act for a consumer, for the code that their browser brought back.
pub(in crate::gateway) async fn delegated(
    context: &Context,
    connector: &Connector,
    presented: Presented,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let secret = client_secret(&context.services, connector).await;
    let gate = gate(context, connector, secret.as_ref())?;
    let tokens = Box::pin(gate.delegate(presented)).await;
    tokens.map_err(|refused| gate_failed(context, connector, &refused))
}

fn gate<'a>(
    context: &'a Context,
    connector: &'a Connector,
    secret: Option<&'a Zeroizing<Vec<u8>>>,
) -> Result<Gate<'a>, Error> {
    let services = &context.services;
    Ok(Gate {
        http: services
            .outbound
            .client()
            .map_err(|error| Error::internal(error.to_string()))?,
        clock: &services.clock,
        connector,
        secret: secret.and_then(|secret| std::str::from_utf8(secret).ok()),
        keys: &services.connector_keys,
        decryption: None,
        require_audience: services.settings.gateway.require_audience,
    })
}

/// The answer to what a check refused.
fn gate_failed(context: &Context, connector: &Connector, refused: &Refused) -> Error {
    let Some(failed) = refused.trail.failed() else {
        return Error::internal("refused without a reason");
    };
    figures::consumer_token(failed.name.as_str());
    tracing::warn!(
        target: "audit", event = "consumer.rejected", request_id = %context.request_id, ip = %context.ip,
        account = %connector.account_id, connector = %connector.connector_id, check = %failed.name,
        reason = failed.detail, "a consumer's code or token was refused"
    );
    let error = match failed.name {
        CheckName::Connector | CheckName::Code => NOT_REDEEMED,
        CheckName::Decryption => NOT_DECRYPTED,
        CheckName::Token
        | CheckName::Key
        | CheckName::Signature
        | CheckName::Issuer
        | CheckName::Audience
        | CheckName::Times
        | CheckName::Subject => NOT_VALID,
    };
    error.because(format!("{}: {}", failed.name, failed.detail))
}
