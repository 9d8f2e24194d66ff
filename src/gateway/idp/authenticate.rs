//! A brand's token or code for a token of the platform's (sections 5.1 and 5.2 of the platform contract).

use axum::Json;
use axum::extract::{Path, RawQuery};
use oauth::Parameters;
use serde_json::{Value, json};

use super::claims::Consumer;
use super::presented::HandedOver;
use super::{Visitor, anonymous, connector, step_up};
use crate::context::Context;
use crate::gateway::Error;
use crate::gateway::body::Body;
use crate::gateway::consumer_identity::Presented;
use crate::model::{Connector, ConnectorKind};

/// `POST /api/account/{account_id}/authenticate`: `{"authCode"}` for `{"jwt"}`.
pub(super) async fn by_auth_code(
    visitor: Visitor,
    Body(handed_over): Body<HandedOver>,
) -> Result<Json<Value>, Error> {
    let connector = connector::preferred(&visitor).await?;
    let token = authenticate(&visitor, connector, handed_over).await?;
    Ok(Json(json!({"jwt": token})))
}

/// `POST /api/account/{account_id}/app/default/authenticate?v=2.0`, which apps call. The contract knows nothing of its body
/// and answer: it takes what the other two take, and gives what both give.
pub(super) async fn by_default(
    visitor: Visitor,
    RawQuery(query): RawQuery,
    Body(handed_over): Body<HandedOver>,
) -> Result<Json<Value>, Error> {
    version(query.as_deref(), &["2.0", "3.0"])?;
    let connector = connector::preferred(&visitor).await?;
    let token = authenticate(&visitor, connector, handed_over).await?;
    Ok(Json(json!({"jwt": token, "token": token})))
}

/// `POST /api/account/{account_id}/app/{connector_id}/authenticate?v=3.0`: `{"id_token"}` or `{"code","redirect_uri"}` for
/// `{"token"}`.
pub(super) async fn by_connector(
    visitor: Visitor,
    Path((_, connector_id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    Body(handed_over): Body<HandedOver>,
) -> Result<Json<Value>, Error> {
    version(query.as_deref(), &["3.0"])?;
    let connector = connector::enabled(&visitor, &connector_id).await?;
    let token = authenticate(&visitor, connector, handed_over).await?;
    Ok(Json(json!({"token": token})))
}

/// `v` may be left out; another version is refused.
pub(in crate::gateway) fn version(query: Option<&str>, known: &[&str]) -> Result<(), Error> {
    let wrong = || Error::malformed("The query's v isn't a version of this method.");
    let parameters = Parameters::parse(query.unwrap_or_default()).map_err(|_| wrong())?;
    match parameters.get("v") {
        Some(version) if !known.contains(&version) => Err(wrong()),
        _ if parameters.is_repeated("v") => Err(wrong()),
        _ => Ok(()),
    }
}

async fn authenticate(
    context: &Context,
    connector: Connector,
    mut handed_over: HandedOver,
) -> Result<String, Error> {
    let before = handed_over.anonymous_token.take();
    let presented = handed_over.of_kind(connector.kind)?;
    if connector.kind == ConnectorKind::Anonymous {
        let Presented::IdToken(token) = presented else {
            return Err(Error::malformed("The connector takes one token."));
        };
        return anonymous::exchange(context, &token).await;
    }
    let verified = connector::verify(context, &connector, presented).await?;
    let consumer = Consumer::of(context, &verified)?;
    if let Some(before) = before {
        step_up::merge(context, &before, &consumer.id).await?;
    }
    let earlier = step_up::earlier(context, &consumer.id).await?;
    let token = consumer.token(context, &earlier).await?;
    tracing::info!(
        target: "audit", event = "consumer.authenticated", request_id = %context.request_id, ip = %context.ip,
        account = %connector.account_id, connector = %connector.connector_id, "a consumer's identity is proved"
    );
    Ok(token)
}
