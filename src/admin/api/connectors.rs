//! Connectors: `/admin/api/v1/accounts/{account_id}/connectors`. The rules are `directory::connector`'s.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::body::Body;
use super::parameters::{Listing, page, wrong};
use super::{demand_fresh, problem};
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::id::{AccountId, ConnectorId};
use crate::context::Services;
use crate::directory::connector::{self, Draft, Written};
use crate::http::Problem;

/// `GET …/connectors`: by their ids; `include_deleted=true` with those that are deleted.
pub(in crate::admin) async fn list(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(account): Path<String>,
) -> Result<Json<Value>, Problem> {
    listing.only(&["include_deleted"])?;
    let account = account_of(&services, &administrator, &account).await?;
    let even_deleted = match listing.get("include_deleted") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(wrong("include_deleted")),
    };
    let list = [
        "connectors",
        account.as_str(),
        if even_deleted { "all" } else { "" },
    ];
    let limit = listing.limit()?;
    let after = match listing.after(&services, &list)? {
        Some(after) => Some(ConnectorId::parse(&after).map_err(|_| wrong("after"))?),
        None => None,
    };
    let rows = connector::list(&services, &account, after.as_ref(), limit + 1, even_deleted)
        .await
        .map_err(problem)?;
    let (rows, next) = page(&services, &list, limit, rows, |last| {
        last.connector_id.to_string()
    });
    let rows: Vec<Value> = rows.iter().map(connector::document).collect();
    Ok(Json(json!({"connectors": rows, "next": next})))
}

/// `POST …/connectors`: 201 with the connector, and where it is.
pub(in crate::admin) async fn create(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path(account): Path<String>,
    Body(wanted): Body<Value>,
) -> Result<Response, Problem> {
    listing.only(&[])?;
    demand_fresh(&services, &administrator)?;
    let account = account_of(&services, &administrator, &account).await?;
    let mut draft = Draft::default();
    let given = connector::assignments(&wanted).map_err(problem)?;
    draft.assign(&given).map_err(problem)?;
    let by = administrator.by();
    let connector = connector::create(&services, &by, &account, None, draft)
        .await
        .map_err(problem)?;
    let mut warnings = connector::warnings(&services, &connector)
        .await
        .map_err(problem)?;
    let keys = Box::pin(connector::unreadable_keys(&services, &connector));
    warnings.extend(keys.await.map_err(problem)?);
    let place = format!(
        "/admin/api/v1/accounts/{account}/connectors/{}",
        connector.connector_id
    );
    let body = Json(written(&Written { connector, warnings }));
    let mut response = (StatusCode::CREATED, body).into_response();
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// `GET …/connectors/{connector_id}`
pub(in crate::admin) async fn get(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path((account, id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    listing.only(&[])?;
    let account = account_of(&services, &administrator, &account).await?;
    let found = connector::find(&services, &account, &known(&id)?)
        .await
        .map_err(problem)?;
    let warnings = connector::warnings(&services, &found).await.map_err(problem)?;
    Ok(Json(written(&Written {
        connector: found,
        warnings,
    })))
}

/// `PATCH …/connectors/{connector_id}`: what isn't said stays as it is.
pub(in crate::admin) async fn update(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path((account, id)): Path<(String, String)>,
    Body(wanted): Body<Value>,
) -> Result<Json<Value>, Problem> {
    listing.only(&[])?;
    demand_fresh(&services, &administrator)?;
    let account = account_of(&services, &administrator, &account).await?;
    let given = connector::assignments(&wanted).map_err(problem)?;
    let by = administrator.by();
    let edit = |draft: &mut Draft| draft.assign(&given);
    let done = connector::update(&services, &by, &account, &known(&id)?, edit)
        .await
        .map_err(problem)?;
    Ok(Json(written(&done)))
}

/// `DELETE …/connectors/{connector_id}`
pub(in crate::admin) async fn delete(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
    Path((account, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    listing.only(&[])?;
    demand_fresh(&services, &administrator)?;
    let account = account_of(&services, &administrator, &account).await?;
    connector::delete(&services, &administrator.by(), &account, &known(&id)?)
        .await
        .map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

fn written(written: &Written) -> Value {
    let mut document = connector::document(&written.connector);
    if let Value::Object(members) = &mut document {
        members.insert("warnings".to_owned(), json!(written.warnings));
    }
    document
}

fn known(id: &str) -> Result<ConnectorId, Problem> {
    ConnectorId::parse(id).map_err(|_| Problem::not_found())
}

/// The account of the path. Another's is not there, just like one that nobody has (SEC-128).
async fn account_of(
    services: &Services,
    administrator: &Administrator,
    named: &str,
) -> Result<AccountId, Problem> {
    let named = AccountId::parse(named).map_err(|_| Problem::not_found())?;
    let found = administrator.account(services, &named).await;
    match found.map_err(|error| unavailable(&error))? {
        Some(_) => Ok(named),
        None => Err(Problem::not_found()),
    }
}
