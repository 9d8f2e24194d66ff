//! Signing keys: `/admin/api/v1/keys?account=…`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use jose::{Algorithm, RsaBits};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Body;
use super::operation::{AFTER, LIMIT, Operation, WHOSE, answer};
use super::parameters::{Listing, page, wrong};
use super::problem;
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::id::{AccountId, ClientId, KeyId, Subject};
use crate::context::Services;
use crate::directory::key::{self, Retirement, Rotation, SignedPlace, Whose};
use crate::http::Problem;
use crate::http::openapi::Verb::{Get, Post};
use crate::http::openapi::{closed, named, number, open, text, truth};

const ALL: (&str, &str) = ("Signing keys", "/admin/api/v1/keys");
const ROTATE: (&str, &str) = ("Signing keys", "/admin/api/v1/keys/rotate");
const CUT_OVER: (&str, &str) = ("Signing keys", "/admin/api/v1/keys/cutover");
const RETIRE: (&str, &str) = ("Signing keys", "/admin/api/v1/keys/{kid}/retire");
const SIGNED: (&str, &str) = ("Signing keys", "/admin/api/v1/keys/{kid}/signed");
const BURN: (&str, &str) = ("Signing keys", "/admin/api/v1/keys/{kid}/burn");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(
        Get,
        ALL,
        "listKeys",
        "All signing keys, oldest first, each with its next step, the tokens alive and who has fetched it.",
        || get(list),
    )
    .query(&[WHOSE])
    .answers(&[answer(200, "The keys.", || {
        open(json!({"keys": {"type": "array", "items": named("Key")}}))
    })]),
    Operation::new(
        Post,
        ALL,
        "generateKey",
        "Publish a new signing key as pending.",
        || post(generate),
    )
    .query(&[WHOSE])
    .fresh()
    .repeatable()
    .optional_body(|| closed(json!({"alg": algorithm(), "bits": bits()}), &[]))
    .answers(&[
        answer(201, "The new key.", || named("Key")),
        answer(200, "The key that waits already.", || named("Key")),
    ]),
    Operation::new(
        Post,
        ROTATE,
        "rotateKey",
        "Let the pending key sign; 409 while somebody who verifies has not seen it, with who.",
        || post(rotate),
    )
    .query(&[WHOSE])
    .fresh()
    .repeatable()
    .optional_body(|| closed(json!({"alg": algorithm(), "force": truth()}), &[]))
    .answers(&[answer(200, "The key that signs now, and the former one.", || {
        open(json!({"key": named("Key")}))
    })]),
    Operation::new(
        Post,
        CUT_OVER,
        "cutOverKey",
        "Let a key, which was pasted on a client's platform, sign for that client alone.",
        || post(cutover),
    )
    .query(&[WHOSE])
    .fresh()
    .repeatable()
    .body(|| {
        let id = json!({"type": "string", "pattern": "^[A-Za-z0-9._~:/@-]{1,255}$"});
        let kid = json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"});
        closed(json!({"client_id": id, "kid": kid}), &["client_id", "kid"])
    })
    .answers(&[answer(200, "The client, and its key.", || {
        open(json!({"client_id": text(), "kid": text()}))
    })]),
    Operation::new(
        Post,
        RETIRE,
        "retireKey",
        "Take a key out of what is published; 409 while something needs it, with what.",
        || post(retire),
    )
    .query(&[WHOSE])
    .fresh()
    .repeatable()
    .answers(&[answer(200, "The key.", || named("Key"))]),
    Operation::new(
        Get,
        SIGNED,
        "listSigned",
        "For whom a key signed tokens that live: what a platform has to purge once it is burnt.",
        || get(signed),
    )
    .query(&[WHOSE, LIMIT, AFTER])
    .answers(&[answer(200, "A page, by client and consumer.", || {
        let row = open(json!({"client_id": text(), "sub": text(), "tokens": number()}));
        crate::http::openapi::page("signed", &row)
    })]),
    Operation::new(
        Post,
        BURN,
        "burnKey",
        "Take a key out at once, with all that it signed. With dry_run, nothing is changed.",
        || post(burn),
    )
    .query(&[WHOSE])
    .fresh()
    .repeatable()
    .optional_body(|| closed(json!({"dry_run": truth()}), &[]))
    .answers(&[answer(200, "What it touches.", || open(json!({"kid": text()})))]),
];

fn algorithm() -> Value {
    json!({"type": ["string", "null"], "enum": ["RS256", "PS256", "ES256", "ES384", "EdDSA", null]})
}

fn bits() -> Value {
    json!({"type": ["integer", "null"], "enum": [2048, 3072, 4096, null]})
}

/// `GET /admin/api/v1/keys`: all keys, oldest first, each with its next step, the tokens alive and who has fetched it.
async fn list(
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
struct Generate {
    alg: Option<Algorithm>,
    bits: Option<u32>,
}

/// `POST /admin/api/v1/keys`: publishes a new key as pending: 201; 200 where one waits already.
async fn generate(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Body(wanted): Body<Generate>,
) -> Result<Response, Problem> {
    let account = account(&services, &administrator, &listing).await?;
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
struct Rotate {
    alg: Option<Algorithm>,
    force: bool,
}

/// `POST /admin/api/v1/keys/rotate`: 409 while somebody has not seen the key, with who.
async fn rotate(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Body(wanted): Body<Rotate>,
) -> Result<Response, Problem> {
    let account = account(&services, &administrator, &listing).await?;
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
async fn retire(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(kid): Path<String>,
) -> Result<Response, Problem> {
    let account = account(&services, &administrator, &listing).await?;
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
struct Burn {
    dry_run: bool,
}

/// `POST /admin/api/v1/keys/{kid}/burn`: what it touches; with `dry_run`, nothing is changed.
async fn burn(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(kid): Path<String>,
    Body(wanted): Body<Burn>,
) -> Result<Json<Value>, Problem> {
    let account = account(&services, &administrator, &listing).await?;
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
async fn signed(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(kid): Path<String>,
) -> Result<Json<Value>, Problem> {
    let account = account_of_page(&services, &administrator, &listing).await?;
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
struct CutOver {
    client_id: ClientId,
    kid: KeyId,
}

/// `POST /admin/api/v1/keys/cutover`: lets a key, which was pasted on the client's platform, sign for that client alone.
async fn cutover(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Body(wanted): Body<CutOver>,
) -> Result<Response, Problem> {
    let account = account(&services, &administrator, &listing).await?;
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

/// The account that is named, or the administrator's own. Another's is not there, just like one that nobody has.
async fn account(
    services: &Services,
    administrator: &Administrator,
    listing: &Listing,
) -> Result<AccountId, Problem> {
    listing.just(&["account"])?;
    account_of_page(services, administrator, listing).await
}

/// The same for a list that comes in pages.
async fn account_of_page(
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
