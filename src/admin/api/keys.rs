//! Signing keys: `/admin/api/v1/keys?account=…`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use jose::{Algorithm, RsaBits};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::parameters::{Listing, page, wrong};
use super::{demand_fresh, problem};
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::id::{AccountId, ClientId, KeyId, Subject};
use crate::context::Services;
use crate::directory::key::{self, Retirement, Rotation, SignedPlace, Whose};
use crate::http::Problem;

/// `GET /admin/api/v1/keys`: all keys, oldest first, each with its next step, the tokens alive and who has fetched it.
pub(in crate::admin) async fn list(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Json<Value>, Problem> {
    let account = account(&services, &administrator, &listing).await?;
    let keys = key::overview(&services, &account).await.map_err(problem)?;
    let keys: Vec<Value> = keys.iter().map(key::Overview::document).collect();
    Ok(Json(json!({"keys": keys})))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::admin) struct Generate {
    alg: Option<Algorithm>,
    bits: Option<u32>,
}

/// `POST /admin/api/v1/keys`: publishes a new key as pending: 201; 200 where one waits already.
pub(in crate::admin) async fn generate(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Body(wanted): Body<Generate>,
) -> Result<Response, Problem> {
    let account = account_to_change(&services, &administrator, &listing).await?;
    let bits = match wanted.bits.map(RsaBits::try_from).transpose() {
        Ok(bits) => bits,
        Err(error) => return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY).detail(error.to_string())),
    };
    let by = administrator.by();
    let made = key::generate(&services, &by, &account, wanted.alg, bits)
        .await
        .map_err(problem)?;
    let status = if made.waited {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(key::document(&made.key))).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::admin) struct Rotate {
    alg: Option<Algorithm>,
    force: bool,
}

/// `POST /admin/api/v1/keys/rotate`: 409 while somebody has not seen the key, with who.
pub(in crate::admin) async fn rotate(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Body(wanted): Body<Rotate>,
) -> Result<Response, Problem> {
    let account = account_to_change(&services, &administrator, &listing).await?;
    let by = administrator.by();
    match key::rotate(&services, &by, &account, wanted.alg, wanted.force)
        .await
        .map_err(problem)?
    {
        Rotation::Activated { key, former } => {
            Ok(Json(json!({"key": key::document(&key), "former": former})).into_response())
        }
        Rotation::Waiting { key, readiness } => Ok(Problem::new(StatusCode::CONFLICT)
            .detail("The key is published and waits, since it has not been seen by all who verify.")
            .with("key", key::document(&key))
            .with("waiting", readiness.document())
            .into_response()),
    }
}

/// `POST /admin/api/v1/keys/{kid}/retire`: 409 while something needs the key, with what.
pub(in crate::admin) async fn retire(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(kid): Path<String>,
) -> Result<Response, Problem> {
    let account = account_to_change(&services, &administrator, &listing).await?;
    let by = administrator.by();
    match key::retire(&services, &by, &account, &known(&kid)?)
        .await
        .map_err(problem)?
    {
        Retirement::Retired(key) => Ok(Json(key::document(&key)).into_response()),
        Retirement::Refused(needed) => Ok(Problem::new(StatusCode::CONFLICT)
            .detail("The key is needed.")
            .with("needed", needed.document())
            .into_response()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(in crate::admin) struct Burn {
    dry_run: bool,
}

/// `POST /admin/api/v1/keys/{kid}/burn`: what it touches; with `dry_run`, nothing is changed.
pub(in crate::admin) async fn burn(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(kid): Path<String>,
    Body(wanted): Body<Burn>,
) -> Result<Json<Value>, Problem> {
    let account = account_to_change(&services, &administrator, &listing).await?;
    let kid = known(&kid)?;
    if wanted.dry_run {
        let exposure = key::exposure(&services, &account, &kid).await.map_err(problem)?;
        return Ok(Json(exposure.document()));
    }
    let by = administrator.by();
    let burnt = key::burn(&services, &by, &account, &kid).await.map_err(problem)?;
    Ok(Json(burnt.document()))
}

/// `GET /admin/api/v1/keys/{kid}/signed`: for whom the key signed tokens that live, by client and consumer: what a platform
/// has to purge once the key is burnt.
pub(in crate::admin) async fn signed(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(kid): Path<String>,
) -> Result<Json<Value>, Problem> {
    let account = account(&services, &administrator, &listing).await?;
    let kid = known(&kid)?;
    let list = ["signed", account.as_str(), kid.as_str()];
    let limit = listing.limit()?;
    let after = match listing.after(&services, &list)? {
        Some(place) => Some(place_of(&place).ok_or_else(|| wrong("after"))?),
        None => None,
    };
    let rows = key::signed_for(&services, &account, &kid, after.as_ref(), limit + 1)
        .await
        .map_err(problem)?;
    let (rows, next) = page(&services, &list, limit, rows, |last| {
        format!("{} {}", last.client_id, last.sub)
    });
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({"client_id": row.client_id, "sub": row.sub, "tokens": row.tokens, "until": row.until.to_rfc3339()})
        })
        .collect();
    Ok(Json(json!({"signed": rows, "next": next})))
}

fn place_of(place: &str) -> Option<SignedPlace> {
    let (client_id, sub) = place.split_once(' ')?;
    Some(SignedPlace {
        client_id: ClientId::parse(client_id).ok()?,
        sub: Subject::parse(sub).ok()?,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct CutOver {
    client_id: ClientId,
    kid: KeyId,
}

/// `POST /admin/api/v1/keys/cutover`: lets a key, which was pasted on the client's platform, sign for that client alone.
pub(in crate::admin) async fn cutover(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Body(wanted): Body<CutOver>,
) -> Result<Response, Problem> {
    let account = account_to_change(&services, &administrator, &listing).await?;
    let by = administrator.by();
    let whose = Whose::Client(wanted.client_id);
    let planned = key::plan(&services, &account, &whose).await.map_err(problem)?;
    if planned.to.as_ref().map(|to| &to.kid) != Some(&wanted.kid) {
        return Ok(Problem::new(StatusCode::CONFLICT)
            .detail("That is not the key to change to.")
            .with("to", json!(planned.to.as_ref().map(key::document)))
            .into_response());
    }
    let prepared = key::prepare(&services, &by, &account, &whose)
        .await
        .map_err(problem)?;
    let client = key::cutover(&services, &by, prepared).await.map_err(problem)?;
    Ok(Json(json!({"client_id": client.client_id, "kid": client.settings.pasted_key})).into_response())
}

fn known(kid: &str) -> Result<KeyId, Problem> {
    KeyId::parse(kid).map_err(|_| Problem::not_found())
}

/// The account that is named, for a change of its keys: who asks signed in a moment ago (SEC-130).
async fn account_to_change(
    services: &Services,
    administrator: &Administrator,
    listing: &Listing,
) -> Result<AccountId, Problem> {
    demand_fresh(services, administrator)?;
    account(services, administrator, listing).await
}

/// The account that is named, or the administrator's own. Another's is not there, just like one that nobody has.
async fn account(
    services: &Services,
    administrator: &Administrator,
    listing: &Listing,
) -> Result<AccountId, Problem> {
    listing.only(&["account"])?;
    let named = match (listing.get("account"), &administrator.who.account_id) {
        (Some(named), _) => AccountId::parse(named).map_err(|_| Problem::not_found())?,
        (None, Some(own)) => own.clone(),
        (None, None) => return Err(wrong("account")),
    };
    let found = administrator.account(services, &named).await;
    match found.map_err(|error| unavailable(&error))? {
        Some(_) => Ok(named),
        None => Err(Problem::not_found()),
    }
}
