//! The accounts that an administrator may see.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::parameters::{Listing, page, wrong};
use super::problem;
use crate::admin::Administrator;
use crate::admin::guard::unavailable;
use crate::base::id::AccountId;
use crate::context::Services;
use crate::directory;
use crate::http::Problem;
use crate::model::Account;

/// `GET /admin/api/v1/accounts`
pub(in crate::admin) async fn get(
    State(services): State<Arc<Services>>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Json<Value>, Problem> {
    listing.only(&[])?;
    let (limit, list) = (listing.limit()?, ["accounts"]);
    let after = match listing.after(&services, &list)? {
        Some(after) => Some(AccountId::parse(&after).map_err(|_| wrong("after"))?),
        None => None,
    };
    let accounts = match &administrator.who.account_id {
        // A list of one.
        Some(own) => {
            let found = administrator.account(&services, own).await;
            let found = found.map_err(|error| unavailable(&error))?;
            found.map(|tenant| tenant.account.clone()).into_iter().collect()
        }
        None => directory::account::list(&services, after.as_ref(), limit + 1)
            .await
            .map_err(problem)?,
    };
    let (accounts, next) = page(&services, &list, limit, accounts, |last| {
        last.account_id.to_string()
    });
    let accounts: Vec<Value> = accounts.iter().map(document).collect();
    Ok(Json(json!({"accounts": accounts, "next": next})))
}

fn document(account: &Account) -> Value {
    json!({
        "account_id": account.account_id,
        "display_name": account.settings.display_name,
        "issuer": account.issuer,
        "is_default": account.is_default,
        "status": account.status,
        "created_at": account.created_at.to_rfc3339(),
        "updated_at": account.updated_at.to_rfc3339(),
    })
}
