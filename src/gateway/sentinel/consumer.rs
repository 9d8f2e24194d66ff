//! A token for a consumer that a program speaks for, whom the program alone knows.

use axum::Json;
use axum::extract::RawQuery;
use http::StatusCode;
use jose::Typ;
use serde::Deserialize;
use serde_json::{Value, json};

use super::AppJwt;
use crate::gateway::Error;
use crate::gateway::body::Body;
use crate::gateway::idp::{consumer_id, version};

/// The longest name that a program may have for a consumer, in bytes.
const LONGEST: usize = 256;

/// The body.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    ext_consumer_id: Option<String>,
}

/// `POST /api/account/{account_id}/consumer?v=1.0`: `{"ext_consumer_id"}` for `{"token"}`. Two programs that have the same
/// name for a consumer mean two of them.
pub(super) async fn post(
    program: AppJwt,
    RawQuery(query): RawQuery,
    body: Result<Body<Named>, Error>,
) -> Result<(StatusCode, Json<Value>), Error> {
    version(query.as_deref(), &["1.0"]).map_err(|_| wrong("v must be 1.0."))?;
    program.speaks_for_consumers()?;
    let Body(Named { ext_consumer_id }) =
        body.map_err(|_| wrong("The body must be JSON with ext_consumer_id."))?;
    let name = ext_consumer_id
        .filter(|name| (1..=LONGEST).contains(&name.len()))
        .ok_or_else(|| wrong("ext_consumer_id is missing, empty or too long."))?;
    let context = &program.context;
    let account = &context.tenant.account.account_id;
    let claims = json!({
        "account_id": account,
        "ext_consumer_id": name,
        "lp_consumer_id": consumer_id(account, program.client_id.as_str(), &name),
        "iat": context.now.seconds(),
    });
    let signer = context.services.platform_keys.apps().await?;
    let token = signer
        .sign(Typ::Jwt, claims.to_string().as_bytes())
        .map_err(|error| Error::internal(error.to_string()))?;
    Ok((StatusCode::CREATED, Json(json!({"token": token}))))
}

fn wrong(details: &'static str) -> Error {
    Error::send(StatusCode::BAD_REQUEST, 40001, "Bad Request", details)
}
